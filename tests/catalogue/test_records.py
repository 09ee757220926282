"""What a record looks like once it was checked, and which records are refused."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import (
    LARGEST_NUMBER,
    MAX_TITLE,
    Author,
    Link,
    Listed,
    Mention,
    RejectedRecord,
    Summary,
    Version,
    Withdrawal,
    can_be_seen,
    checked,
    one_line,
    paragraphs,
)
from tests.papers import DAY, record

PRINTED = st.text(max_size=60)


@given(PRINTED)
def test_one_line_is_one_line_that_any_database_holds(text: str) -> None:
    line = one_line(text)
    line.encode()
    assert line == " ".join(line.split())
    assert not any(ord(character) < 32 for character in line)
    assert one_line(line) == line


@given(st.text(alphabet="ab \n\r\t", max_size=60))
def test_paragraphs_are_lines_parted_by_empty_ones(text: str) -> None:
    parts = paragraphs(text).split("\n\n")
    assert all(part == one_line(part) for part in parts)
    assert paragraphs(paragraphs(text)) == paragraphs(text)
    assert "".join(paragraphs(text).split()) == "".join(text.split())


@pytest.mark.parametrize("unseen", ["\x00", "\x07", "\u202e", "\u2066", "\ufeff", "\ud83d"])
def test_what_cannot_be_seen_is_dropped(unseen: str) -> None:
    assert one_line(f"a{unseen}b") == "ab"


@given(st.lists(PRINTED, max_size=4), PRINTED.filter(lambda text: can_be_seen(one_line(text))), PRINTED)
def test_checking_twice_is_checking_once(names: list[str], title: str, abstract: str) -> None:
    rough = record(1, title=title, abstract=abstract, authors=tuple(map(Author, names)), keywords=(title,))
    assert checked(checked(rough)) == checked(rough)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"identifiers": ()}, "no identifier"),
        ({"identifiers": (Identifier("local", "x" * 201),)}, "identifier of 201"),
        ({"identifiers": (Identifier("local", "../../etc/passwd"),)}, "a part that is . or .."),
        ({"title": " \x00 "}, "no title"),
        ({"title": "   \u200b  "}, "no title"),
        ({"title": "\u200d\u3164\u0301\u00ad"}, "no title"),
        ({"title": "x" * (MAX_TITLE + 1)}, "title of 2001"),
        ({"abstract": "x" * 50_001}, "abstract of 50001"),
        ({"authors": (Author("A"),) * 10_001}, "10001 authors"),
        ({"day": date(9999, 1, 1)}, "year 9999"),
        ({"listed": (Listed(date(1, 1, 1), "file"),)}, "year 1"),
        ({"mentions": (Mention("x", date(9999, 1, 1)),)}, "year 9999"),
        ({"withdrawal": Withdrawal(date(9999, 1, 1))}, "year 9999"),
        ({"versions": (Version(Identifier("arxiv", "2604.00001"), 1, date(1400, 1, 1)),)}, "year 1400"),
    ],
)
def test_a_record_that_breaks_a_rule_is_refused_with_its_reason(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(RejectedRecord, match=reason):
        checked(record(1, **fields))


def test_a_long_title_within_the_limit_after_tidying_is_taken() -> None:
    assert checked(record(1, title="a" + " " * 10_000 + "b")).title == "a b"


@pytest.mark.parametrize(
    "title", ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937", "\u221e", "?"]
)
def test_a_title_keeps_the_joiners_its_script_needs(title: str) -> None:
    assert checked(record(1, title=title)).title == title


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "//x.org", "http://a b", "https://x/" + "a" * 2_000]
)
def test_a_link_that_is_not_of_the_web_is_dropped(url: str) -> None:
    assert checked(record(1, links=(Link("code", url),))).links == ()
    assert checked(record(1, mentions=(Mention("x", DAY, url=url),))).mentions[0].url == ""


def test_numbers_are_brought_within_what_databases_hold() -> None:
    name = Identifier("arxiv", "2604.00001")
    found = checked(
        record(
            1,
            links=(Link("code", "https://x.org", -5),),
            mentions=(Mention("x", DAY, votes=-1, comments=2**70),),
            versions=(
                Version(name, 0),
                Version(name, 1),
            ),
            version=-2,
        )
    )
    assert found.links[0].stars == 0
    assert (found.mentions[0].votes, found.mentions[0].comments) == (0, LARGEST_NUMBER)
    assert [version.number for version in found.versions] == [1]
    assert found.version == 0


def test_a_summary_without_words_is_dropped() -> None:
    kept = checked(record(1, summaries=(Summary(" ", "x"), Summary("", "y", keywords=("a", "a ")))))
    assert kept.summaries == (Summary("", "y", keywords=("a",)),)


def test_the_words_are_known_by_the_first_identifier() -> None:
    assert checked(record(1)).text_from == "arxiv:2604.00001"
    assert checked(record(1, text_from="doi:10.1000/182")).text_from == "doi:10.1000/182"


def test_a_mark_among_the_authors_is_nobody() -> None:
    names = ("GLM-V Team", ":", "李明", "...", "1", "Wenyi Hong")
    kept = checked(record(authors=tuple(map(Author, names)))).authors
    assert [author.name for author in kept] == ["GLM-V Team", "李明", "Wenyi Hong"]
