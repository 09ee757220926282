"""What calls of the Hub tell of papers, in a fixed number of queries.

Read with plain statements: the same by objects takes four times as long, and a program asks for hundreds a
second.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson
from django.utils.dateparse import parse_datetime

from dailypapers.catalogue.corrections import find_place
from dailypapers.catalogue.hiding import not_hidden
from dailypapers.presentation.media import seen_by_all
from dailypapers.ranking.conditions import day_of, rows_of

LISTED_AUTHORS: Final = 100
"""Authors that a list names of each paper; one paper alone names all. Collaborations have thousands."""
_ALL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account here."""

    pk: int
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class PutForward:
    """That a paper was put forward for a day: by someone here, or on the page of another community."""

    day: date
    at: datetime | None = None
    """The moment, where it is known."""
    person: Person | None = None
    elsewhere: str = ""
    """What the other community calls who did it."""
    organization: str = ""


@dataclass(slots=True)
class Facts:
    """What is told of a paper."""

    pk: int
    handle: str
    title: str
    abstract: str
    day: date | None
    """The day on which it was listed first, or appeared."""
    version: int
    withdrawn: bool
    withdrawn_on: date | None
    updated_at: datetime
    votes: int = 0
    """Those of people here and those given elsewhere."""
    comments: int = 0
    by_authors: int = 0
    """The comments here that authors of the paper wrote."""
    authors: list[str] = field(default_factory=list)
    users: dict[int, tuple[Person, datetime | None]] = field(default_factory=dict)
    """Who is confirmed to be the author at a place, and since when; those who let it be seen."""
    links: dict[str, list[tuple[str, int | None]]] = field(default_factory=lambda: defaultdict(list))
    """Addresses and stars by kind."""
    summary: str = ""
    summary_by: str = ""
    """The model that wrote the summary."""
    keywords: tuple[str, ...] = ()
    put_forward: PutForward | None = None
    media: list[str] = field(default_factory=list)
    """Paths of what people added."""


def facts_of(paper_ids: Sequence[int], most_authors: int = LISTED_AUTHORS) -> dict[int, Facts]:
    """The facts of those of some papers that are shown: seven queries, however many they are."""
    if not paper_ids:
        return {}
    marks, ids = ", ".join(["%s"] * len(paper_ids)), list(paper_ids)
    found = {one.pk: one for one in _papers(marks, ids)}
    rows = rows_of(
        f"SELECT paper_id, name FROM catalogue_author WHERE paper_id IN ({marks}) AND position < %s"  # noqa: S608
        " ORDER BY paper_id, position",
        [*ids, most_authors or _ALL],
    )
    for pk, name in rows:
        if pk in found:
            found[pk].authors.append(name)
    _add_mentions(found, marks, ids)
    _add_summaries(found, marks, ids)
    rows = rows_of(
        f"SELECT paper_id, kind, url, stars FROM catalogue_artifact WHERE paper_id IN ({marks}) ORDER BY id",  # noqa: S608
        ids,
    )
    for pk, kind, url, stars in rows:
        if pk in found:
            found[pk].links[kind].append((url, stars))
    _add_users(found, marks, ids)
    for pk, name, kind in seen_by_all(ids).order_by("pk").values_list("paper_id", "name", "kind"):
        if pk in found:
            found[pk].media.append(f"/media/{name}.{'mp4' if kind == 'video' else 'webp'}")
    return found


def _papers(marks: str, ids: list[int]) -> list[Facts]:
    rows = rows_of(
        f"""
        SELECT paper.id, paper.handle, paper.title, paper.abstract, paper.day, paper.date, paper.version,
            paper.withdrawn, paper.withdrawn_on, paper.updated_at, paper.keywords, counted.votes,
            said.comments, said.by_authors,
            put.day, put.created_at, person.id, person.handle, person.name
        FROM catalogue_paper paper
        LEFT JOIN community_votecount counted ON counted.paper_id = paper.id
        LEFT JOIN community_discussion said ON said.paper_id = paper.id
        LEFT JOIN community_submission put ON put.paper_id = paper.id
        LEFT JOIN community_user person ON person.id = put.person_id
        WHERE paper.id IN ({marks}){not_hidden("paper.id")}
        """,  # noqa: S608
        ids,
    )
    found = []
    for (
        pk, handle, title, abstract, listed, dated, version, withdrawn, withdrawn_on, updated, keywords,
        votes, comments, by_authors, put_on, put_at, who, called, name,
    ) in rows:  # fmt: skip
        one = Facts(
            pk, handle, title, abstract, day_of(listed) or day_of(dated), version, bool(withdrawn),
            day_of(withdrawn_on), moment_of(updated), votes or 0, comments or 0, by_authors or 0,
            keywords=tuple(texts_of(keywords)),
        )  # fmt: skip
        if put_on is not None:
            person = Person(who, called, name or called) if who is not None else None
            one.put_forward = PutForward(_day(put_on), moment_of(put_at), person)
        found.append(one)
    return found


def _add_mentions(found: dict[int, Facts], marks: str, ids: list[int]) -> None:
    rows = rows_of(
        "SELECT paper_id, day, votes, comments, submitter, organization FROM catalogue_mention"  # noqa: S608
        f" WHERE paper_id IN ({marks}) ORDER BY votes DESC, source",
        ids,
    )
    for pk, day, votes, comments, submitter, organization in rows:
        if (one := found.get(pk)) is None:
            continue
        one.votes += votes
        one.comments += comments
        if one.put_forward is None:
            one.put_forward = PutForward(_day(day), elsewhere=submitter, organization=organization)


def _add_summaries(found: dict[int, Facts], marks: str, ids: list[int]) -> None:
    rows = rows_of(
        f"SELECT paper_id, text, origin, model, keywords FROM catalogue_summary WHERE paper_id IN ({marks})"  # noqa: S608
        " ORDER BY CASE origin WHEN 'author' THEN 0 ELSE 1 END, origin",
        ids,
    )
    for pk, text, origin, model, keywords in rows:
        if (one := found.get(pk)) is None:
            continue
        if text and not one.summary:
            one.summary, one.summary_by = text, "author" if origin == "author" else model or origin
        one.keywords = one.keywords or tuple(texts_of(keywords))


def _add_users(found: dict[int, Facts], marks: str, ids: list[int]) -> None:
    rows = rows_of(
        f"""
        SELECT claim.paper_id, claim.name, claim.position, claim.decided_at, claim.created_at,
            person.id, person.handle, person.name
        FROM community_claim claim JOIN community_user person ON person.id = claim.person_id
        WHERE claim.paper_id IN ({marks}) AND claim.state = 'confirmed' AND person.is_active
            AND person.shows_claims ORDER BY claim.id
        """,  # noqa: S608
        ids,
    )
    for pk, claimed, position, decided, made, who, handle, name in rows:
        if (one := found.get(pk)) is None:
            continue
        place = find_place(one.authors, claimed, position)
        if place is not None:
            one.users.setdefault(place, (Person(who, handle, name or handle), moment_of(decided or made)))


def moment_of(value: Any) -> datetime:
    """A moment as the database gave it: SQLite gives text in UTC."""
    if isinstance(value, str):
        found = parse_datetime(value)
        assert found is not None, value  # noqa: S101 (it was written by Django)
        value = found
    moment: datetime = value
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _day(value: Any) -> date:
    day = day_of(value)
    assert day is not None  # noqa: S101 (the column has no nulls)
    return day


def texts_of(value: Any) -> list[str]:
    """The texts of a JSON column as the database gave it."""
    found = orjson.loads(value) if isinstance(value, str | bytes) else value
    return [one for one in found or [] if isinstance(one, str)]
