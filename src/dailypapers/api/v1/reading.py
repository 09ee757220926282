"""Papers from the database to what programs read, in a fixed number of queries."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar, cast

from django.contrib.auth.models import AnonymousUser

from dailypapers.api.v1.paper_rows import papers_of
from dailypapers.api.v1.problems import Problem, not_found
from dailypapers.api.v1.schemas import papers as schemas
from dailypapers.catalogue.finding import find
from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.identifiers import parse, url_of
from dailypapers.catalogue.models import Paper
from dailypapers.community.collecting import Keeping, keeping
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote
from dailypapers.presentation.card import why
from dailypapers.presentation.sources import label
from dailypapers.presentation.visitors import may_see
from dailypapers.ranking.conditions import rows_of
from dailypapers.ranking.lists import Entry

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
) -> list[schemas.Paper]:
    """The papers with these keys, in this order, without hidden ones."""
    told = papers_by_key(paper_ids, site, viewer)
    return [one if fields is None else only(one, fields) for _, one in told]


def papers_by_key(paper_ids: Sequence[int], site: str, viewer: Viewer) -> list[tuple[int, schemas.Paper]]:
    """The same, whole and with their keys."""
    found = papers_of(paper_ids, site, most_authors=NAMED_AUTHORS)
    return _kept(viewer, [(pk, found[pk]) for pk in paper_ids if pk in found])


def why_there(paper: schemas.Paper, entry: Entry) -> str:
    """Why a paper stands where it stands on a list, in the words of its card."""
    mention = max(paper["mentions"], key=lambda one: one["votes"], default=None)
    community = label(mention["source"]) if mention else ""
    here, said = paper["votes"]["here"], paper["comments"]["here"]
    return why(entry, community, here, said, by_us=paper["submitted"] is not None)


def whole_paper(
    paper: Paper, site: str, viewer: Viewer, fields: frozenset[str] | None = None
) -> schemas.Paper:
    """One paper with all its authors; whether it may be seen was asked before."""
    found = papers_of([paper.pk], site, most_authors=None, hidden_too=True)
    if not found:
        raise not_found("id: this paper was joined to another a moment ago. Ask again.", "id")
    ((_, told),) = _kept(viewer, [(paper.pk, found[paper.pk])])
    return told if fields is None else only(told, fields)


def _kept(viewer: Viewer, told: list[tuple[int, schemas.Paper]]) -> list[tuple[int, schemas.Paper]]:
    """Papers with what this viewer keeps of them."""
    if viewer.is_authenticated:
        ids = [pk for pk, _ in told]
        mine = set(Vote.objects.filter(person=viewer, paper__in=ids).values_list("paper_id", flat=True))
        kept = keeping(ids, viewer)
        for pk, one in told:
            one["viewer"] = _viewer(kept[pk], voted=pk in mine)
    return told


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


def _viewer(kept: Keeping, *, voted: bool) -> schemas.Viewer:
    return {"voted": voted, "saved": kept.bookmarked, "read": kept.read, "collections": kept.collections}
