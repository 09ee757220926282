"""Papers: all of them by cursor, one by any of its identifiers, those near it."""

from typing import Annotated, Any, Final, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router

from dailypapers.api.v1 import cursors
from dailypapers.api.v1.access import Asked, reader_of
from dailypapers.api.v1.answers import answer, chosen, following, site_of
from dailypapers.api.v1.moments import moment
from dailypapers.api.v1.parameters import Cursor, Fields, PaperId, reads
from dailypapers.api.v1.reading import FIELDS, kept_stamp, named, papers, stamps, whole_paper
from dailypapers.api.v1.schemas.papers import Paper, Papers, RelatedPapers
from dailypapers.catalogue.finding import related
from dailypapers.catalogue.hiding import not_hidden
from dailypapers.catalogue.models import Paper as Held
from dailypapers.presentation.addresses import address_of

router = Router(tags=["Papers"])

LIMIT: Final = 100

Limit = Annotated[int, Query(ge=1, le=LIMIT, description="How many papers a page has.")]


@router.get("/papers", response=reads(Papers), operation_id="listPapers", summary="All papers")
def list_papers(
    request: Asked,
    order: Annotated[
        Literal["key", "changed"],
        Query(
            description="`key`: in the order in which they came here, so that a walk meets each paper once "
            "while others come. `changed`: those whose record changed last first."
        ),
    ] = "key",
    cursor: Cursor = "",
    limit: Limit = 25,
    fields: Fields = "",
) -> HttpResponse:
    """Every paper that is held, page by page.

    A walk by `key` to the end misses none and meets none twice, while papers are added. To keep a copy up to
    date, walk by `changed` until you meet an `updated_at` that you had seen.
    """
    wanted = chosen(fields, FIELDS)
    ids, last = _by_key(cursor, limit) if order == "key" else _changed(cursor, limit)
    viewer, site = reader_of(request), site_of(request)
    further = following(request, last)

    def make() -> Papers:
        return {"papers": papers(ids, site, viewer, wanted), "next": further}

    stamp = (stamps(ids), kept_stamp(ids, viewer), further)
    return answer(request, make, *stamp, further=further)


def _by_key(cursor: str, limit: int) -> tuple[list[int], str | None]:
    after = cursors.number(cursor, "key")
    rows = Held.objects.filter(pk__gt=after).extra(where=[_SHOWN]).order_by("pk")  # noqa: S610
    ids = list(rows.values_list("pk", flat=True)[: limit + 1])
    return ids[:limit], cursors.cursor("key", ids[limit - 1]) if len(ids) > limit else None


def _changed(cursor: str, limit: int) -> tuple[list[int], str | None]:
    rows = Held.objects.extra(where=[_SHOWN]).order_by("-updated_at", "-pk")  # noqa: S610
    if cursor:
        text, key = cursors.place(cursor, "changed", (str, int))
        at = cursors.moment(text)
        # Both bounds, so that the index is read from there on.
        rows = rows.filter(updated_at__lte=at).exclude(updated_at=at, pk__gte=key)
    found = list(rows.values_list("pk", "updated_at")[: limit + 1])
    ids = [pk for pk, _ in found[:limit]]
    if len(found) <= limit:
        return ids, None
    key, at = found[limit - 1]
    return ids, cursors.cursor("changed", at.astimezone(timezone.get_default_timezone()).isoformat(), key)


_SHOWN: Final = "1 = 1" + not_hidden("catalogue_paper.id")


@router.get(
    "/papers/{path:id}/related",
    response=reads(RelatedPapers),
    operation_id="relatedPapers",
    summary="Papers near one",
)
def related_papers(
    request: Asked,
    paper_id: PaperId,
    limit: Annotated[int, Query(ge=1, le=20, description="How many at most.")] = 6,
) -> HttpResponse:
    """The nearest papers by meaning, with the words that they share; none where there is no index yet."""
    paper, site = named(paper_id, reader_of(request)), site_of(request)
    found = related(paper.pk, limit)

    def make() -> RelatedPapers:
        return {
            "papers": [
                {
                    "id": one.handle,
                    "title": one.title,
                    "url": site + address_of(one.handle),
                    "words": list(one.words),
                }
                for one in found
            ]
        }

    return answer(request, make, found)


@router.get("/papers/{path:id}", response=reads(Paper), operation_id="getPaper", summary="One paper")
def get_paper(request: Asked, paper_id: PaperId, fields: Fields = "") -> HttpResponse:
    """A paper by any of its identifiers, with all its authors, versions, links and the parts of its score."""
    wanted = chosen(fields, FIELDS)
    viewer, site = reader_of(request), site_of(request)
    paper = named(paper_id, viewer)
    stamp: list[Any] = [moment(paper.updated_at), stamps([paper.pk]), kept_stamp([paper.pk], viewer)]
    return answer(request, lambda: whole_paper(paper, site, viewer, wanted), *stamp)
