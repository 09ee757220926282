"""Between rows and records: read held papers as `PaperRecord`s, write records as rows.

Only `landing`, `splitting`, `correcting` and `putting_forward` call the writing half; anyone may read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models

from dailypapers.catalogue import identifiers, records
from dailypapers.catalogue.likeness import title_key
from dailypapers.catalogue.models import (
    Artifact,
    Author,
    Category,
    Correction,
    Identifier,
    Listing,
    Mention,
    Paper,
    Summary,
    Version,
)

CHUNK = 900
"""How many values go into one IN (…): SQLite builds may allow no more than 999 parameters."""

_PAPER_COLUMNS = (
    "handle", "title", "title_key", "abstract", "day", "date", "precision", "version", "venue", "comment",
    "licence", "keywords", "author_count", "withdrawn", "withdrawn_on", "withdrawal_reason", "source",
    "authority", "text_from", "updated_at",
)  # fmt: skip


T = TypeVar("T")


def in_chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Cut values into lists that fit one query."""
    iterator = iter(values)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def held_records(
    paper_ids: Iterable[int], *, most_authors: int | None = None
) -> dict[int, records.PaperRecord]:
    """The held papers as records, by primary key: a fixed number of queries for each 900 papers.

    `most_authors` cuts each list of authors, for those who only show a paper: collaborations have thousands.
    """
    held: dict[int, records.PaperRecord] = {}
    for chunk in in_chunks(paper_ids):
        held.update(_held_chunk(chunk, most_authors))
    return held


def _held_chunk(paper_ids: list[int], most_authors: int | None) -> dict[int, records.PaperRecord]:
    named = _children(Identifier, paper_ids, "position", ("scheme", "value"), identifiers.Identifier)
    columns = ("name", "affiliation", "orcid")
    authors = _children(Author, paper_ids, "position", columns, records.Author, most=most_authors)
    categories = _children(Category, paper_ids, "position", ("name",), str)
    links = _children(Artifact, paper_ids, "id", ("kind", "url", "stars"), records.Link)
    versions = _children(Version, paper_ids, "id", ("scheme", "value", "number", "day"), _version)
    listings = _children(
        Listing,
        paper_ids,
        "id",
        ("day", "source", "announced", "submitted", "precision", "estimated"),
        _listed,
    )
    mentions = _children(
        Mention,
        paper_ids,
        "source",
        ("source", "day", "votes", "comments", "submitter", "organization", "url", "captured_at"),
        records.Mention,
    )
    corrected = ("kind", "subject", "position", "text", "before")
    corrections = _children(Correction, paper_ids, "id", corrected, records.Correction)
    summaries = _children(Summary, paper_ids, "origin", ("text", "origin", "model", "keywords"), _summary)
    return {
        paper.pk: records.PaperRecord(
            source=paper.source,
            authority=records.Authority(paper.authority),
            identifiers=named[paper.pk],
            title=paper.title,
            authors=authors[paper.pk],
            abstract=paper.abstract,
            day=paper.date,
            precision=records.Precision(paper.precision),
            version=paper.version,
            categories=categories[paper.pk],
            venue=paper.venue,
            comment=paper.comment,
            licence=paper.licence,
            keywords=tuple(paper.keywords),
            links=links[paper.pk],
            versions=versions[paper.pk],
            listed=listings[paper.pk],
            mentions=mentions[paper.pk],
            summaries=summaries[paper.pk],
            withdrawal=records.Withdrawal(paper.withdrawn_on, paper.withdrawal_reason)
            if paper.withdrawn
            else None,
            text_from=paper.text_from,
            corrections=corrections[paper.pk],
        )
        for paper in Paper.objects.filter(pk__in=paper_ids)
    }


def _children(
    model: type[models.Model],
    paper_ids: list[int],
    order: str,
    columns: tuple[str, ...],
    make: Callable[..., T],
    *,
    most: int | None = None,
) -> defaultdict[int, tuple[T, ...]]:
    """One query: the rows of each paper (before position `most`), in order, as the record's own types."""
    found: dict[int, list[T]] = defaultdict(list)
    rows = model._default_manager.filter(paper__in=paper_ids).order_by(order)
    if most is not None:
        rows = rows.filter(position__lt=most)
    for paper_id, *values in rows.values_list("paper_id", *columns):
        found[paper_id].append(make(*values))
    return defaultdict(tuple, ((paper_id, tuple(items)) for paper_id, items in found.items()))


def _version(scheme: str, value: str, number: int, day: date | None) -> records.Version:
    return records.Version(identifiers.Identifier(scheme, value), number, day)


def _listed(
    day: date, source: str, announced: bool, submitted: bool, precision: str, estimated: bool
) -> records.Listed:
    return records.Listed(day, source, announced, submitted, records.Precision(precision), estimated)


def _summary(text: str, origin: str, model: str, keywords: list[str]) -> records.Summary:
    return records.Summary(text, origin, model, tuple(keywords))


def handle_of(record: records.PaperRecord) -> str:
    """The address part of a paper: from the first of its identifiers in the order of `SCHEMES`."""
    ranked = sorted(record.identifiers, key=lambda one: identifiers.SCHEMES.index(one.scheme))
    return ranked[0].handle


def write_new(papers: Sequence[tuple[int, records.PaperRecord]], now: datetime) -> None:
    """Insert papers under the given primary keys, with all that belongs to them."""
    columns = ("id", *_PAPER_COLUMNS, "created_at")
    insert_rows(Paper, columns, [(pk, *_paper_row(record, now), now) for pk, record in papers])
    for table in _TABLES:
        insert_rows(table.model, ("paper_id", *table.columns), table.rows(papers))


def write_changed(
    papers: Sequence[tuple[int, records.PaperRecord, records.PaperRecord]], now: datetime
) -> None:
    """Bring rows from one record to the next: (primary key, as held, as it must be).

    Only the tables in which something changed are touched.
    """
    assignments = ", ".join(f"{column} = %s" for column in _PAPER_COLUMNS)
    adapted = _adapted(Paper, _PAPER_COLUMNS, [_paper_row(record, now) for _, _, record in papers])
    rows = [(*row, pk) for row, (pk, _, _) in zip(adapted, papers, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {Paper._meta.db_table} SET {assignments} WHERE id = %s", rows)  # noqa: S608
    for table in _TABLES:
        touched = [(pk, new) for pk, old, new in papers if table.items(old) != table.items(new)]
        for chunk in in_chunks(pk for pk, _ in touched):
            table.model._default_manager.filter(paper__in=chunk).delete()
        insert_rows(table.model, ("paper_id", *table.columns), table.rows(touched))


def _paper_row(record: records.PaperRecord, now: datetime) -> tuple[Any, ...]:
    days = [listed.day for listed in record.listed if listed.precision == records.Precision.DAY]
    withdrawal = record.withdrawal
    return (
        handle_of(record),
        record.title,
        title_key(record.title),
        record.abstract,
        min(days, default=None),
        record.day,
        record.precision.value,
        record.version,
        record.venue,
        record.comment,
        record.licence,
        list(record.keywords),
        len(record.authors),
        withdrawal is not None,
        withdrawal.day if withdrawal else None,
        withdrawal.reason if withdrawal else "",
        record.source,
        record.authority.value,
        record.text_from,
        now,
    )


class _Table(NamedTuple):
    """How one part of a record becomes rows: which part, which columns, one item's values."""

    model: type[models.Model]
    columns: tuple[str, ...]
    items: Callable[[records.PaperRecord], tuple[Any, ...]]
    values: Callable[[int, int, Any], tuple[Any, ...]]

    def rows(self, papers: Iterable[tuple[int, records.PaperRecord]]) -> list[tuple[Any, ...]]:
        values, items = self.values, self.items
        return [
            values(pk, position, item) for pk, record in papers for position, item in enumerate(items(record))
        ]


_TABLES = (
    _Table(
        Identifier,
        ("position", "scheme", "value"),
        lambda r: r.identifiers,
        lambda pk, at, one: (pk, at, *one),
    ),
    _Table(
        Author,
        ("position", "name", "affiliation", "orcid"),
        lambda r: r.authors,
        lambda pk, at, one: (pk, at, one.name, one.affiliation, one.orcid),
    ),
    _Table(Category, ("position", "name"), lambda r: r.categories, lambda pk, at, one: (pk, at, one)),
    _Table(
        Version,
        ("scheme", "value", "number", "day"),
        lambda r: r.versions,
        lambda pk, at, one: (pk, *one.identifier, one.number, one.day),
    ),
    _Table(
        Artifact,
        ("kind", "url", "stars"),
        lambda r: r.links,
        lambda pk, at, one: (pk, one.kind, one.url, one.stars),
    ),
    _Table(
        Listing,
        ("day", "precision", "source", "announced", "submitted", "estimated"),
        lambda r: r.listed,
        lambda pk, at, one: (
            pk, one.day, one.precision.value, one.source, one.announced, one.submitted, one.estimated,
        ),
    ),
    _Table(
        Mention,
        ("source", "day", "votes", "comments", "submitter", "organization", "url", "captured_at"),
        lambda r: r.mentions,
        lambda pk, at, one: (
            pk, one.source, one.day, one.votes, one.comments, one.submitter, one.organization, one.url,
            one.captured_at,
        ),
    ),
    _Table(
        Summary,
        ("text", "origin", "model", "keywords"),
        lambda r: r.summaries,
        lambda pk, at, one: (pk, one.text, one.origin, one.model, list(one.keywords)),
    ),
    _Table(
        Correction,
        ("kind", "subject", "position", "text", "before"),
        lambda r: r.corrections,
        lambda pk, at, one: (pk, one.kind, one.subject, one.position, one.text, one.before),
    ),
)  # fmt: skip


def insert_rows(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows with one prepared statement.

    bulk_create takes about ten times as long a row, building an object and a long statement for each;
    a load of all of arXiv is 40 million rows.
    """
    if not rows:
        return
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, _adapted(model, columns, rows))


def _adapted(
    model: type[models.Model], columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> Sequence[Sequence[Any]]:
    """The rows as they are handed to the database: dates and JSON in its own form, the rest as it is."""
    by_column = {field.column: field for field in model._meta.concrete_fields}
    special = [
        (at, by_column[column], dict[Any, Any]())
        for at, column in enumerate(columns)
        if isinstance(by_column[column], models.DateField | models.JSONField)
    ]
    if not special:
        return rows
    return [_adapted_row(row, special) for row in rows]


def _adapted_row(
    row: tuple[Any, ...], special: "list[tuple[int, models.Field[Any, Any], dict[Any, Any]]]"
) -> list[Any]:
    values = list(row)
    for at, field, known in special:
        value = values[at]
        if isinstance(value, dict):
            values[at] = field.get_db_prep_save(value, connection)
            continue
        # Thousands of rows share a few hundred days, and most have no keywords.
        key = tuple(value) if isinstance(value, list) else value
        if key not in known:
            known[key] = field.get_db_prep_save(value, connection)
        values[at] = known[key]
    return values
