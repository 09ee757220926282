"""Papers straight from the rows of the database: ten plain statements, however many papers.

The same by objects takes four times as long, and programs ask for hundreds a second.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from dailypapers.api.hub.facts import moment_of, texts_of
from dailypapers.api.v1.moments import told_moment
from dailypapers.api.v1.schemas import papers as schemas
from dailypapers.catalogue.hiding import not_hidden
from dailypapers.presentation.addresses import address_of
from dailypapers.ranking import trending
from dailypapers.ranking.conditions import day_of, rows_of
from dailypapers.ranking.evidence import Evidence

_ALL: Final = 1_000_000

T = TypeVar("T")


def papers_of(
    paper_ids: Sequence[int], site: str, *, most_authors: int | None, hidden_too: bool = False
) -> dict[int, schemas.Paper]:
    """Those of some papers that are shown, by their keys, as programs read them; `viewer` is nobody."""
    if not paper_ids:
        return {}
    ids = list(paper_ids)
    marks = ", ".join(["%s"] * len(ids))
    found = {row[0]: _paper(row, site) for row in _rows(marks, ids, hidden_too=hidden_too)}

    def children(columns: str, table: str, order: str, make: Callable[..., T]) -> dict[int, list[T]]:
        """One statement: what belongs to each paper, in its order."""
        parts: defaultdict[int, list[T]] = defaultdict(list)
        rows = rows_of(
            f"SELECT paper_id, {columns} FROM catalogue_{table}"  # noqa: S608 (constants of ours)
            f" WHERE paper_id IN ({marks}) ORDER BY {order}",
            ids,
        )
        for pk, *values in rows:
            parts[pk].append(make(*values))
        return parts

    names = children("scheme, value", "identifier", "position", lambda scheme, value: f"{scheme}:{value}")
    fields = children("name", "category", "position", str)
    links = children("kind, url, stars", "artifact", "id", _link)
    versions = children("scheme, value, number, day", "version", "id", _version)
    listed = children("day, precision, source, announced, submitted, estimated", "listing", "id", _listed)
    mentions = children(
        "source, day, votes, comments, submitter, organization, url, captured_at",
        "mention",
        "source",
        _mention,
    )
    summaries = children("text, origin, model, keywords", "summary", "origin", _summary)
    authors = _authors(marks, ids, most_authors or _ALL)
    for pk, one in found.items():
        one["identifiers"], one["fields"] = names.get(pk, []), fields.get(pk, [])
        one["links"], one["versions"] = links.get(pk, []), versions.get(pk, [])
        one["listed"], one["summaries"] = listed.get(pk, []), summaries.get(pk, [])
        one["authors"], one["mentions"] = authors.get(pk, []), mentions.get(pk, [])
        elsewhere = sum(mention["votes"] for mention in one["mentions"])
        one["votes"]["elsewhere"], one["votes"]["total"] = elsewhere, one["votes"]["here"] + elsewhere
        one["comments"]["elsewhere"] = sum(mention["comments"] for mention in one["mentions"])
    return found


def _rows(marks: str, ids: list[int], *, hidden_too: bool) -> list[tuple[Any, ...]]:
    return rows_of(
        f"""
        SELECT paper.id, paper.handle, paper.title, paper.abstract, paper.author_count, paper.day,
            paper.date, paper.precision, paper.version, paper.venue, paper.comment, paper.licence,
            paper.keywords, paper.withdrawn, paper.withdrawn_on, paper.withdrawal_reason, paper.source,
            paper.updated_at, score.heat, score.trending, score.votes, score.fresh, score.comments,
            score.stars, score.factor, counted.votes, said.comments, said.by_authors,
            put.day, person.handle, person.name
        FROM catalogue_paper paper
        LEFT JOIN ranking_score score ON score.paper_id = paper.id
        LEFT JOIN community_votecount counted ON counted.paper_id = paper.id
        LEFT JOIN community_discussion said ON said.paper_id = paper.id
        LEFT JOIN community_submission put ON put.paper_id = paper.id
        LEFT JOIN community_user person ON person.id = put.person_id
        WHERE paper.id IN ({marks}){"" if hidden_too else not_hidden("paper.id")}
        """,  # noqa: S608
        ids,
    )


def _paper(row: tuple[Any, ...], site: str) -> schemas.Paper:
    """What one row says of a paper."""
    (
        _, handle, title, abstract, author_count, day, date, precision, version, venue, comment, licence,
        keywords, withdrawn, withdrawn_on, reason, source, updated, *rest,
    ) = row  # fmt: skip
    heat, position, *known, votes, comments, by_authors, put_on, person, name = rest
    return {
        "id": handle,
        "url": site + address_of(handle),
        "title": title,
        "abstract": abstract,
        "authors": [],
        "author_count": author_count,
        "day": _day(day),
        "date": _day(date),
        "precision": precision,
        "version": version,
        "fields": [],
        "venue": venue,
        "comment": comment,
        "licence": licence,
        "keywords": texts_of(keywords),
        "identifiers": [],
        "links": [],
        "versions": [],
        "listed": [],
        "withdrawn": {"day": _day(withdrawn_on), "reason": reason} if withdrawn else None,
        "votes": {"total": 0, "here": votes or 0, "elsewhere": 0},
        "comments": {"here": comments or 0, "by_authors": by_authors or 0, "elsewhere": 0},
        "score": _score(heat, position, known),
        "mentions": [],
        "summaries": [],
        "submitted": None if put_on is None else _submitted(put_on, person, name),
        "source": source,
        "updated_at": told_moment(moment_of(updated)),
        "viewer": None,
    }


def _score(heat: float | None, position: float | None, known: Sequence[Any]) -> schemas.Score:
    if heat is None:
        return {"heat": 0.0, "trending": None, "factor": 1.0, "parts": _parts(Evidence())}
    votes, fresh, comments, stars, factor = known
    parts = _parts(Evidence(votes, fresh, comments, stars, factor=factor))
    return {"heat": heat, "trending": position, "factor": factor, "parts": parts}


def _parts(evidence: Evidence) -> list[schemas.ScorePart]:
    return [
        {"signal": part.signal.name, "amount": part.amount, "value": part.value}
        for part in trending.parts(evidence)
    ]


def _authors(marks: str, ids: list[int], most: int) -> dict[int, list[schemas.Author]]:
    rows = rows_of(
        "SELECT paper_id, name, affiliation, orcid FROM catalogue_author"  # noqa: S608
        f" WHERE paper_id IN ({marks}) AND position < %s ORDER BY paper_id, position",
        [*ids, most],
    )
    found: defaultdict[int, list[schemas.Author]] = defaultdict(list)
    for pk, name, affiliation, orcid in rows:
        found[pk].append({"name": name, "affiliation": affiliation, "orcid": orcid})
    return found


def _submitted(day: Any, handle: str | None, name: str | None) -> schemas.Submitted:
    return {
        "day": _known_day(day),
        "handle": handle or None,
        "name": name or handle or "someone who has left",
    }


def _link(kind: str, url: str, stars: int | None) -> schemas.Link:
    return {"kind": kind, "url": url, "stars": stars}


def _version(scheme: str, value: str, number: int, day: Any) -> schemas.Version:
    return {"identifier": f"{scheme}:{value}", "number": number, "day": _day(day)}


def _listed(
    day: Any, precision: str, source: str, announced: Any, submitted: Any, estimated: Any
) -> schemas.Listed:
    return {
        "day": _known_day(day),
        "precision": precision,
        "source": source,
        "announced": bool(announced),
        "submitted": bool(submitted),
        "estimated": bool(estimated),
    }


def _mention(
    source: str, day: Any, votes: int, comments: int, submitter: str, organization: str, url: str, at: Any
) -> schemas.Mention:
    return {
        "source": source,
        "day": _known_day(day),
        "votes": votes,
        "comments": comments,
        "submitter": submitter,
        "organization": organization,
        "url": url,
        "captured_at": None if at is None else told_moment(moment_of(at)),
    }


def _summary(text: str, origin: str, model: str, keywords: Any) -> schemas.Summary:
    return {"text": text, "origin": origin, "model": model, "keywords": texts_of(keywords)}


def _day(value: Any) -> str | None:
    day = day_of(value)
    return day.isoformat() if day else None


def _known_day(value: Any) -> str:
    return _day(value) or ""
