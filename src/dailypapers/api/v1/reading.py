"""Papers from the database to what programs read, in a fixed number of queries."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar, cast

from django.contrib.auth.models import AnonymousUser

from dailypapers.api.v1.problems import Problem, not_found
from dailypapers.api.v1.schemas import papers as schemas
from dailypapers.catalogue.finding import find
from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.identifiers import parse, url_of
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import PaperRecord
from dailypapers.community.collecting import Keeping, keeping
from dailypapers.community.models.comments import Discussion
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote, VoteCount
from dailypapers.community.submitting import Submitted, submitted
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.visitors import may_see
from dailypapers.ranking import trending
from dailypapers.ranking.conditions import rows_of
from dailypapers.ranking.evidence import NOTHING
from dailypapers.ranking.models import Score

NAMED_AUTHORS: Final = 50
"""Authors that a list names; collaborations have thousands."""
FIELDS: Final = tuple(schemas.Paper.__annotations__)
"""What a paper has, and `fields` can ask for."""

Viewer = User | AnonymousUser
T = TypeVar("T")


def stamps(paper_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """What the form of each paper hangs on, in this order and without hidden ones; one query."""
    if not paper_ids:
        return []
    marks = ", ".join(["%s"] * len(paper_ids))
    rows = rows_of(
        f"""
        SELECT paper.id, paper.updated_at, score.heat, score.trending, score.votes, score.comments,
            score.stars, counted.votes, said.comments, said.by_authors, put.day, put.person_id
        FROM catalogue_paper paper
        LEFT JOIN ranking_score score ON score.paper_id = paper.id
        LEFT JOIN community_votecount counted ON counted.paper_id = paper.id
        LEFT JOIN community_discussion said ON said.paper_id = paper.id
        LEFT JOIN community_submission put ON put.paper_id = paper.id
        LEFT JOIN catalogue_hidden hidden ON hidden.paper_id = paper.id
        WHERE paper.id IN ({marks}) AND hidden.paper_id IS NULL
        """,  # noqa: S608 (marks alone)
        paper_ids,
    )
    known = {row[0]: row for row in rows}
    return [known[pk] for pk in paper_ids if pk in known]


def kept_stamp(paper_ids: Sequence[int], viewer: Viewer) -> list[Any]:
    """What the form of papers hangs on for this viewer alone; nothing, and no query, for nobody."""
    if not viewer.is_authenticated:
        return []
    mine = Vote.objects.filter(person=viewer, paper__in=paper_ids).values_list("paper_id", flat=True)
    return [sorted(mine), sorted(map(repr, keeping(paper_ids, viewer).values()))]


def papers(
    paper_ids: Sequence[int],
    site: str,
    viewer: Viewer,
    fields: frozenset[str] | None = None,
    *,
    most_authors: int | None = NAMED_AUTHORS,
) -> list[schemas.Paper]:
    """The papers with these keys, in this order, without hidden ones."""
    found = Paper.objects.filter(hidden=None).in_bulk(paper_ids)
    return _papers([found[pk] for pk in paper_ids if pk in found], site, viewer, fields, most_authors)


def whole_paper(
    paper: Paper, site: str, viewer: Viewer, fields: frozenset[str] | None = None
) -> schemas.Paper:
    """One paper with all its authors."""
    (told,) = _papers([paper], site, viewer, fields, None)
    return told


def _papers(
    found: Sequence[Paper],
    site: str,
    viewer: Viewer,
    fields: frozenset[str] | None,
    most_authors: int | None,
) -> list[schemas.Paper]:
    ids = [paper.pk for paper in found]
    records = held_records(ids, most_authors=most_authors)
    scores = Score.objects.in_bulk(ids)
    votes = dict(VoteCount.objects.filter(paper__in=ids).values_list("paper_id", "votes"))
    said = Discussion.objects.in_bulk(ids)
    put_forward = submitted(ids)
    kept: dict[int, schemas.Viewer] = {}
    if viewer.is_authenticated:
        mine = set(Vote.objects.filter(person=viewer, paper__in=ids).values_list("paper_id", flat=True))
        kept = {pk: _viewer(one, voted=pk in mine) for pk, one in keeping(ids, viewer).items()}
    told = [
        _paper(
            paper,
            records[paper.pk],
            site,
            _score(scores.get(paper.pk)),
            votes.get(paper.pk, 0),
            said.get(paper.pk),
            put_forward.get(paper.pk),
            kept.get(paper.pk),
        )
        for paper in found
    ]
    return told if fields is None else [only(one, fields) for one in told]


def only(paper: schemas.Paper, fields: frozenset[str]) -> schemas.Paper:
    """A paper without what was not asked for."""
    return cast(schemas.Paper, {name: value for name, value in paper.items() if name in fields})


def named(identifier: str, viewer: Viewer) -> Paper:
    """The paper that any of its identifiers names. Raises `Problem`, for a hidden one with the reason."""
    found = find(identifier)
    if found is None:
        raise not_found(_not_held(identifier), "id")
    paper, _ = found
    if not may_see(viewer, paper):
        raise Problem(410, f"Moderators hid this paper: {reason_for(paper)}", "id")
    return paper


def _not_held(text: str) -> str:
    reference = parse(text)
    if reference is None:
        return "id: this is no identifier of a paper: an arXiv number, a DOI or another, or an address."
    elsewhere = url_of(reference.identifier)
    return f"id: {reference.identifier} is not held here." + (
        f" It may be at {elsewhere}" if elsewhere else ""
    )


def moment(at: datetime | None) -> str | None:
    """A moment in UTC: `2026-04-16T12:00:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def day_text(day: date | None) -> str | None:
    """A day: `2026-04-16`."""
    return day.isoformat() if day else None


def _viewer(kept: Keeping, *, voted: bool) -> schemas.Viewer:
    return {"voted": voted, "saved": kept.bookmarked, "read": kept.read, "collections": kept.collections}


def _score(score: Score | None) -> schemas.Score:
    evidence = score.evidence if score else NOTHING
    return {
        "heat": score.heat if score else 0.0,
        "trending": score.trending if score else None,
        "factor": evidence.factor,
        "parts": [
            {"signal": part.signal.name, "amount": part.amount, "value": part.value}
            for part in trending.parts(evidence)
        ],
    }


def _submitted(one: Submitted) -> schemas.Submitted:
    return {"day": one.day.isoformat(), "handle": one.handle or None, "name": one.name}


def _paper(
    paper: Paper,
    record: PaperRecord,
    site: str,
    score: schemas.Score,
    votes: int,
    said: Discussion | None,
    put_forward: Submitted | None,
    viewer: schemas.Viewer | None,
) -> schemas.Paper:
    elsewhere = sum(one.votes for one in record.mentions)
    updated = moment(paper.updated_at)
    assert updated is not None  # noqa: S101
    return {
        "id": paper.handle,
        "url": site + address_of(paper.handle),
        "title": record.title,
        "abstract": record.abstract,
        "authors": [
            {"name": one.name, "affiliation": one.affiliation, "orcid": one.orcid} for one in record.authors
        ],
        "author_count": paper.author_count,
        "day": day_text(paper.day),
        "date": day_text(record.day),
        "precision": record.precision.value,
        "version": record.version,
        "fields": list(record.categories),
        "venue": record.venue,
        "comment": record.comment,
        "licence": record.licence,
        "keywords": list(record.keywords),
        "identifiers": [str(one) for one in record.identifiers],
        "links": [{"kind": one.kind, "url": one.url, "stars": one.stars} for one in record.links],
        "versions": [
            {"identifier": str(one.identifier), "number": one.number, "day": day_text(one.day)}
            for one in record.versions
        ],
        "listed": [
            {
                "day": one.day.isoformat(),
                "precision": one.precision.value,
                "source": one.source,
                "announced": one.announced,
                "submitted": one.submitted,
                "estimated": one.estimated,
            }
            for one in record.listed
        ],
        "withdrawn": {"day": day_text(record.withdrawal.day), "reason": record.withdrawal.reason}
        if record.withdrawal
        else None,
        "votes": {"total": votes + elsewhere, "here": votes, "elsewhere": elsewhere},
        "comments": {
            "here": said.comments if said else 0,
            "by_authors": said.by_authors if said else 0,
            "elsewhere": sum(one.comments for one in record.mentions),
        },
        "score": score,
        "mentions": [
            {
                "source": one.source,
                "day": one.day.isoformat(),
                "votes": one.votes,
                "comments": one.comments,
                "submitter": one.submitter,
                "organization": one.organization,
                "url": one.url,
                "captured_at": moment(one.captured_at),
            }
            for one in record.mentions
        ],
        "summaries": [
            {"text": one.text, "origin": one.origin, "model": one.model, "keywords": list(one.keywords)}
            for one in record.summaries
        ],
        "submitted": _submitted(put_forward) if put_forward else None,
        "source": record.source,
        "updated_at": updated,
        "viewer": viewer,
    }
