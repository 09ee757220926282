"""Papers as entries of a feed: whole abstracts, every author there is room for, and where to read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from html import escape
from typing import Any, Final

from django.conf import settings

from dailypapers.api.feeds.feed import Entry, Related, Writer, clean, name_of
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.identifiers import url_of
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import PaperRecord
from dailypapers.presentation import citations
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.fields import is_field
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.labels import LINK_NAMES, SCHEME_NAMES
from dailypapers.presentation.mathematics import plain
from dailypapers.presentation.sentences import first_sentences

PAPERS: Final = 50
"""Entries of a page of a feed."""
NAMED_AUTHORS: Final = 50
"""Authors of an entry; a feed of fifty papers of large collaborations would be some megabytes with all."""
_SUMMARY: Final = 240


def stamps_of(paper_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The papers that a feed shows, in their order, and when each was written last; one query."""
    shown = Paper.objects.filter(pk__in=paper_ids, hidden=None)
    written = {
        pk: (pk, at.isoformat(), title) for pk, at, title in shown.values_list("pk", "updated_at", "title")
    }
    return [written[pk] for pk in paper_ids if pk in written]


def entries_of(
    paper_ids: Sequence[int],
    site: str,
    said: Mapping[int, str] | None = None,
    put_there: Mapping[int, datetime] | None = None,
) -> list[Entry]:
    """The entries of papers, without those that are hidden: a fixed number of queries.

    `said` are words in HTML to be put before what an entry says; `put_there` is when papers came to a list
    that is not one of days, whose feed they were published in then.
    """
    papers = Paper.objects.filter(hidden=None).in_bulk(paper_ids)
    records = held_records(list(papers), most_authors=NAMED_AUTHORS)
    made = (
        (pk, entry_of(papers[pk], records[pk], site, (said or {}).get(pk, "")))
        for pk in paper_ids
        if pk in papers and pk in records
    )
    put = put_there or {}
    return [
        replace(entry, published=put[pk], updated=max(put[pk], entry.updated)) if pk in put else entry
        for pk, entry in made
    ]


def entry_of(paper: Paper, record: PaperRecord, site: str, said: str = "") -> Entry:
    """One paper as an entry; `site` begins its addresses."""
    address = site + address_of(paper.handle)
    published = _moment(paper.day or paper.date) or paper.created_at.astimezone(UTC)
    days = [one.day for one in record.versions if one.day]
    changed = [_moment(one) for one in (*days, paper.withdrawn_on)]
    title = clean(plain(record.title)).strip() or paper.handle
    return Entry(
        name=name_of(f"paper-{paper.pk}"),
        url=address,
        title=f"Withdrawn: {title}" if paper.withdrawn else title,
        html=said + "".join(_html(paper, record, address)),
        summary=first_sentences(plain(_words(record)), _SUMMARY),
        published=published,
        updated=max([published, *(one for one in changed if one)]),
        writers=tuple(
            Writer(name, f"https://orcid.org/{one.orcid}" if one.orcid else "")
            for one in record.authors[:NAMED_AUTHORS]
            if (name := clean(plain(one.name)).strip())
        ),
        categories=tuple(
            (name, field_name(name) if is_field(name) else name)
            for one in record.categories
            if (name := clean(one).strip())
        ),
        identifiers=tuple(f"{one.scheme}:{one.value}" for one in record.identifiers),
        related=tuple(_related(record)),
        comments=f"{address}#discussion",
        replies=f"{address}/comments",
    )


def _words(record: PaperRecord) -> str:
    return record.abstract or next((one.text for one in record.summaries if one.text), "")


def _moment(day: date | None) -> datetime | None:
    """The beginning of a day, where the site's days begin. In UTC: old days have zones of odd seconds."""
    return datetime.combine(day, time(), settings.LISTING_ZONE).astimezone(UTC) if day else None


def _html(paper: Paper, record: PaperRecord, address: str) -> Iterator[str]:
    if told := citations.withdrawn(record):
        yield f"<p><strong>{_escaped(told)}</strong></p>"
    for paragraph in plain(_words(record)).split("\n\n"):
        if paragraph:
            yield f"<p>{_escaped(paragraph)}</p>"
    more = paper.author_count - len(record.authors)
    if more > 0 and record.authors:
        yield f"<p>By {_escaped(plain(record.authors[0].name))} and {paper.author_count - 1:,} others.</p>"
    if record.abstract:
        for summary in record.summaries:
            if summary.text and summary.origin == "author":
                yield f"<p>In a sentence, by an author: {_escaped(plain(summary.text))}</p>"
    links = [*((one.url, one.title) for one in _related(record)), (f"{address}#discussion", "Discussion")]
    named = (f'<a href="{escape(url)}">{_escaped(title)}</a>' for url, title in links)
    yield f"<p>{' · '.join(named)}</p>"


def _related(record: PaperRecord) -> Iterator[Related]:
    """Where the work is, by its identifiers first, then by its links."""
    seen = set()
    for one in record.identifiers:
        url = url_of(one)
        if url and url not in seen:
            seen.add(url)
            yield Related(url, f"{SCHEME_NAMES[one.scheme]} {one.value}")
    for link in record.links:
        if link.kind in LINK_NAMES and link.url not in seen and link.url.startswith(("http://", "https://")):
            seen.add(link.url)
            yield Related(link.url, LINK_NAMES[link.kind], "application/pdf" if link.kind == "pdf" else "")


def _escaped(text: str) -> str:
    return escape(text, quote=False)
