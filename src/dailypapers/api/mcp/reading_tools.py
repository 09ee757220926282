"""Tools that read: search, lists, a paper, papers near it or near a text, one's feed, one's collections."""

from typing import Annotated, Literal

from django.conf import settings
from mcp_types import CallToolResult
from pydantic import Field

from dailypapers.api.markdown.paper import written
from dailypapers.api.markdown.text import bullets, counted, escaped, link, page
from dailypapers.api.mcp import forms, words
from dailypapers.api.mcp.calling import given, person_for, reader, site, told_of_failure
from dailypapers.api.v1.calls.collections import told_of
from dailypapers.api.v1.problems import Problem
from dailypapers.api.v1.reading import named, papers, papers_by_key, whole_paper, why_there
from dailypapers.catalogue import finding
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Category
from dailypapers.community.actions.follow import all_of
from dailypapers.community.collecting import changeable
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.answers import answer as answering
from dailypapers.presentation.fields import is_field
from dailypapers.presentation.following import because
from dailypapers.presentation.mathematics import plain
from dailypapers.ranking import followed, lists
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.lists import LAST_PAGE, PER_PAGE, ListPage
from dailypapers.ranking.nearby import front_day, newest_day
from dailypapers.ranking.periods import NotAPeriod, Period
from dailypapers.search.query.model import Query
from dailypapers.search.query.parse import LONGEST

LONGEST_TEXT = 5_000
PARTS = 8

PaperId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2_000,
        description="An arXiv number, a DOI or any other identifier of a paper, or its address.",
    ),
]


@told_of_failure
def search_papers(
    query: Annotated[
        str,
        Field(
            min_length=1,
            max_length=4 * LONGEST,
            description='Any text. Also: "a phrase", -without, author:"Fei-Fei Li", field:cs.CL, venue:ACL, '
            "after:2025-01, before:2025-06, has:code, is:withdrawn, votes:>10, like:2403.05530.",
        ),
    ],
    mode: Annotated[
        Literal["hybrid", "lexical", "dense"], Field(description="By words and meaning, words, or meaning.")
    ] = "hybrid",
    sort: Annotated[Literal["relevance", "date", "votes"], Field(description="The order.")] = "relevance",
    limit: Annotated[int, Field(ge=1, le=50, description="How many at most.")] = 10,
    offset: Annotated[int, Field(ge=0, le=1_000, description="How many of the first to pass over.")] = 0,
) -> Annotated[CallToolResult, forms.Searched]:
    """Search all papers of this site, by words and by meaning. Each result says why it was found."""
    text = " ".join(query.replace("\0", " ").split())
    engine, found = finding.search(text, mode, sort)
    meant = (finding.meant(text) or finding.titled(text, found)) if text else None
    hits = {hit.card.handle: hit for hit in engine.explained(found, found.hits[offset : offset + limit])}
    told = papers([hit.card.id for hit in hits.values()], site(), reader())
    terms = found.asked.terms if found.asked else ()
    results: list[forms.SearchedPaper] = [
        {
            "paper": words.found(paper),
            "sentence": plain(answering(paper["abstract"], terms)),
            "score": hits[paper["id"]].score,
            "why": [
                {"word": one.word, "kind": one.kind, "score": one.score}
                for one in hits[paper["id"]].why[:PARTS]
            ],
        }
        for paper in told
        if paper["id"] in hits
    ]
    said = [
        *(f"Looked for {escaped(other)} rather than {escaped(one)}." for one, other in found.corrections),
        *(f"No paper has {escaped(one)}." for one in found.unknown),
        *(f"{escaped(one.part)}: {escaped(one.hint)}" for one in found.query.problems),
        f"The query names the paper {escaped(meant.handle)}." if meant else "",
    ]
    structured: forms.Searched = {
        "query": text,
        "total": len(found.hits),
        "meant": meant.handle if meant else None,
        "corrections": [{"written": one, "looked_for": other} for one, other in found.corrections],
        "unknown": list(found.unknown),
        "problems": [{"part": one.part, "hint": one.hint} for one in found.query.problems],
        "results": results,
    }
    shown = [(one["paper"], one["sentence"]) for one in results]
    return given(words.listed(shown, counted(len(found.hits), "paper"), bullets(said)), structured)


@told_of_failure
def list_papers(
    kind: Annotated[Literal["date", "week", "month", "trending"], Field(description="Which list.")] = "date",
    period: Annotated[
        str, Field(max_length=40, description="2026-04-08, 2026-W15 or 2026-04 as the list is; or latest.")
    ] = "latest",
    field: Annotated[
        str, Field(max_length=200, description="A field or archive: cs.CL, cs. All without.")
    ] = "",
    order: Annotated[
        Literal["trending", "votes", "newest"], Field(description="The order; trending has its own.")
    ] = "trending",
    page_number: Annotated[int, Field(ge=1, le=LAST_PAGE, description="25 papers a page.")] = 1,
) -> Annotated[CallToolResult, forms.Listed]:
    """The papers of a day, a week or a month, or what is trending, in the order of how they were received."""
    if field and not is_field(field):
        raise Problem(400, "field: there is no such field. Fields are written as arXiv does: cs.CL, hep-th.")
    selection, of = Selection(field, "all", settings.FIELDS), None
    if kind == "trending":
        newest = front_day(today(), Selection(followed=settings.FIELDS))
        listed = lists.trending_page(newest, selection, page_number) if newest else ListPage((), 0, 0)
    else:
        of = _period(kind, period, selection)
        listed = lists.list_page(of, selection, order, page_number) if of else ListPage((), 0, 0)
    by_paper = {entry.paper_id: entry for entry in listed.entries}
    rows: list[forms.ListedPaper] = [
        {"paper": words.found(paper), "why": why_there(paper, by_paper[pk])}
        for pk, paper in papers_by_key(list(by_paper), site(), reader())
    ]
    pages = max(1, min(LAST_PAGE, -(-listed.papers // PER_PAGE)))
    structured: forms.Listed = {
        "kind": kind,
        "period": of.text if of else None,
        "total": listed.papers,
        "page": page_number,
        "pages": pages,
        "papers": rows,
    }
    name = (
        f"# {kind.capitalize()} {of.text}" if of else "# Trending" if kind == "trending" else "# Nothing yet"
    )
    about = f"{counted(listed.papers, 'paper')}, page {page_number} of {pages}"
    return given(words.listed([(one["paper"], one["why"]) for one in rows], name, about), structured)


def _period(kind: Literal["date", "week", "month"], text: str, selection: Selection) -> Period | None:
    if text == "latest":
        day = front_day(today(), selection) or front_day(today())
        return Period.of(kind, day) if day else None
    try:
        return Period.parse(kind, text)
    except NotAPeriod as problem:
        raise Problem(400, f"period: {problem}") from None


@told_of_failure
def get_paper(paper_id: PaperId) -> Annotated[CallToolResult, forms.Paper]:
    """One paper: abstract, authors, links, versions, votes, the parts of its score, what is said of it."""
    paper = named(paper_id, reader())
    return given(written(paper, site()), whole_paper(paper, site(), reader()))


@told_of_failure
def related_papers(
    paper_id: PaperId, limit: Annotated[int, Field(ge=1, le=20, description="How many at most.")] = 6
) -> Annotated[CallToolResult, forms.Near]:
    """The papers nearest in meaning to a paper that is held here, with the words that they share."""
    paper = named(paper_id, reader())
    found, at = finding.related(paper.pk, limit), site()
    near: list[forms.RelatedPaper] = [
        {"id": one.handle, "title": one.title, "url": at + address_of(one.handle), "words": list(one.words)}
        for one in found
    ]
    lines = (
        f"{link(plain(one.title), at + address_of(one.handle))} (id {escaped(one.handle)}): "
        f"{escaped(', '.join(one.words))}"
        for one in found
    )
    return given(page(bullets(lines) or "No papers."), {"papers": near})


@told_of_failure
def similar_to_text(
    text: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST_TEXT, description="An abstract, a paragraph, an idea."),
    ],
    limit: Annotated[int, Field(ge=1, le=50, description="How many at most.")] = 10,
) -> Annotated[CallToolResult, forms.Alike]:
    """The papers nearest in meaning to any text. Nothing in it is read as a query."""
    cleaned = " ".join(text.replace("\0", " ").split())
    query = Query(cleaned, words=tuple(cleaned.split()))
    found = finding.engine().search(query, "dense", as_written=True)
    told = papers([hit.card.id for hit in found.hits[:limit]], site(), reader())
    near = [words.found(one) for one in told]
    return given(words.listed([(one, "") for one in near]), {"papers": near})


@told_of_failure
def my_feed(
    page_number: Annotated[int, Field(ge=1, le=followed.LAST_PAGE, description="25 papers a page.")] = 1,
) -> Annotated[CallToolResult, forms.Followed]:
    """The newest papers from the people, authors, fields and searches that the token's person follows."""
    person = person_for("read")
    follows = all_of(person)
    found = followed.newest_followed(follows, newest_day(today()) or today(), page_number)
    shown = {one.paper_id: one for one in found[: followed.PER_PAGE]}
    of_paper: dict[int, list[str]] = {}
    rows = Category.objects.filter(paper__in=list(shown)).order_by("position")
    for paper_id, name in rows.values_list("paper_id", "name"):
        of_paper.setdefault(paper_id, []).append(name)
    by_number = {one.pk: one for one in follows}
    feed: list[forms.FollowedPaper] = []
    for pk, paper in papers_by_key(list(shown), site(), person):
        reasons = because(of_paper.get(pk, []), shown[pk], by_number)
        feed.append(
            {
                "day": shown[pk].day.isoformat(),
                "because": [
                    {"how": one.how, "label": one.label, "url": site() + one.address} for one in reasons
                ],
                "paper": words.found(paper),
            }
        )
    said = [(one["paper"], ", ".join(f"{it['how']} {it['label']}" for it in one["because"])) for one in feed]
    structured: forms.Followed = {"papers": feed, "more": len(found) > followed.PER_PAGE}
    return given(words.listed(said), structured)


@told_of_failure
def my_collections() -> Annotated[CallToolResult, forms.Kept]:
    """The collections that the token's person may put papers into, with their numbers."""
    person = person_for("read")
    rows = changeable(person).select_related("owner", "group").order_by("-changed_at", "-pk")
    told = told_of(list(rows[:200]), site(), {one.pk for one in rows[:200]})
    lines = (
        f"{one['id']}: {link(one['name'], one['url'])}, {counted(one['papers'], 'paper')}" for one in told
    )
    return given(page(bullets(lines) or "No collections."), {"collections": told})
