"""Whatever a paper says, a feed of it can be read, and reads as what it says."""

import json
from datetime import UTC, date, datetime, timedelta
from html import unescape

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.api.feeds.answer import WRITERS
from dailypapers.api.feeds.feed import Entry, Feed, Related, Writer, clean
from dailypapers.api.feeds.links import Whole
from dailypapers.api.feeds.papers import entry_of
from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Authority, Link, PaperRecord, Precision
from tests.api.feeds.rules import check

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)
SITE = "https://papers.example.org"

anything = st.text(st.characters(), max_size=60)
"""Half characters, controls and what is no character included: sources send them."""
hostile = st.one_of(
    anything,
    st.sampled_from(
        [
            "]]>",
            "<!--",
            "&nbsp;",
            "&#0;",
            "<![CDATA[",
            "\x00",
            "\x0b",
            "\ud800",
            "\ufffe",
            "</item>",
            "<?xml?>",
            "\\",
        ]
    ),
)
days = st.dates(date(1500, 1, 1), date(2199, 12, 31))


def paper_of(title: str, abstract: str, names: list[str], day: date) -> tuple[Paper, PaperRecord]:
    """A paper and its record as the database would give them."""
    record = PaperRecord(
        source="file",
        authority=Authority.FILE,
        identifiers=(Identifier("local", "a:1"),),
        title=title,
        abstract=abstract,
        authors=tuple(Author(name) for name in names),
        day=day,
        precision=Precision.DAY,
        categories=("cs.CL", abstract[:20]),
        links=(Link("code", f"https://example.org/{title}"),),
    )
    paper = Paper(pk=7, handle="local:a:1", title=title, date=day, created_at=NOW, author_count=len(names))
    return paper, record


def whole_of(entries: list[Entry], form: str, said: str = "") -> Whole:
    """A feed of these entries."""
    feed = Feed("/papers", "/papers", f"Papers {said}", said, (), lambda: entries, query="field=cs.CL")
    return Whole(feed, form, SITE, f"papers {said}", entries)


@pytest.mark.parametrize("form", sorted(WRITERS))
@given(
    title=hostile,
    abstract=st.lists(hostile, max_size=4).map(" ".join),
    names=st.lists(hostile, max_size=3),
    day=days,
)
def test_any_paper_gives_a_feed_that_is_valid(
    form: str, title: str, abstract: str, names: list[str], day: date
) -> None:
    entry = entry_of(*paper_of(title, abstract, names, day), SITE)
    body = WRITERS[form](whole_of([entry], form, title))
    check(form, body, f"{SITE}/papers.{form}?field=cs.CL")


@given(title=hostile)
def test_a_title_reads_as_it_is_in_every_form(title: str) -> None:
    entry = Entry("tag:x,2026:1", SITE, title, "<p>x</p>", "", NOW, NOW)
    wanted = " ".join(clean(title).split())
    for form in ("rss", "atom"):
        (read,) = feedparser.parse(WRITERS[form](whole_of([entry], form)), sanitize_html=False).entries
        if not ("&" in wanted or "<" in wanted):  # In RSS nobody can tell these from markup.
            assert " ".join(read.get("title", "").split()) == wanted
    (item,) = json.loads(WRITERS["json"](whole_of([entry], "json")))["items"]
    assert " ".join(item.get("title", "").split()) == wanted


@given(abstract=hostile)
def test_words_of_an_abstract_never_become_markup(abstract: str) -> None:
    _, record = paper_of("Title", abstract, [], NOW.date())
    entry = entry_of(*paper_of("Title", abstract, [], NOW.date()), SITE)
    inside = entry.html.replace("<p>", "").replace("</p>", "").partition('<a href="')[0]
    assert "<" not in inside
    assert record.abstract == abstract
    assert unescape(inside) is not None


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_addresses_with_whatever_in_them_are_written_as_addresses(form: str) -> None:
    odd = 'https://example.org/ä b"<>\x01?q=é&x=1'
    entry = Entry(
        "tag:x,2026:1", odd, "Title", "<p>x</p>", "", NOW, NOW + timedelta(days=1),
        writers=(Writer("A", odd),), related=(Related(odd, "Code"),), comments=odd, replies=odd,
    )  # fmt: skip
    check(form, WRITERS[form](whole_of([entry], form)), f"{SITE}/papers.{form}?field=cs.CL")
