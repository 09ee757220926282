"""Collections: public ones for everyone, one's own with a token."""

from collections.abc import Sequence
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from dailypapers.api.v1 import cursors
from dailypapers.api.v1.access import Asked, person_of, reader_of
from dailypapers.api.v1.answers import answer, chosen, done, following, site_of
from dailypapers.api.v1.moments import moment
from dailypapers.api.v1.parameters import Cursor, Fields, Number, PaperId, changes, reads, takes
from dailypapers.api.v1.problems import Problem, not_found
from dailypapers.api.v1.reading import FIELDS, Viewer, kept_stamp, named, only, papers, stamps
from dailypapers.api.v1.schemas import community as schemas
from dailypapers.api.v1.tokens import Token
from dailypapers.community.actions import arrange, collect
from dailypapers.community.collecting import PER_PAGE, changeable, may_change, of_person, readable
from dailypapers.community.joined import joined
from dailypapers.community.models.collections import CollectedPaper, Collection
from dailypapers.community.models.people import User

router = Router(tags=["Collections"])

CollectionNumber = Annotated[Number, Path(description="The number of a collection.")]
MOST = 200
"""Collections that are listed: as many as one can have."""


def told_of(collections: Sequence[Collection], site: str, own: set[int]) -> list[schemas.Collection]:
    """Collections as programs read them."""
    return [_told(one, site, mine=one.pk in own) for one in collections]


def _told(one: Collection, site: str, *, mine: bool) -> schemas.Collection:
    created, changed = moment(one.created_at), moment(one.changed_at)
    assert created is not None  # noqa: S101
    assert changed is not None  # noqa: S101
    return {
        "id": one.pk,
        "url": site + one.address,
        "name": one.name,
        "about": one.about,
        "owner": {"handle": one.owner.handle, "name": one.owner.shown_name} if one.owner else None,
        "group": one.group.name if one.group else None,
        "public": one.is_shown,
        "papers": one.papers,
        "created_at": created,
        "changed_at": changed,
        "mine": mine,
    }


@router.get(
    "/collections",
    response=reads(schemas.Collections),
    operation_id="listCollections",
    summary="Collections of a person",
)
def list_collections(
    request: Asked,
    owner: Annotated[
        str, Query(description="A person's handle; without it one's own and one's groups'.", max_length=100)
    ] = "",
) -> HttpResponse:
    """The public collections of a person; one's own, with a token that may read, are all there."""
    viewer, site = reader_of(request), site_of(request)
    if owner:
        person = joined().filter(handle=owner.lower()).first()
        if person is None:
            raise not_found("owner: nobody has this handle.", "owner")
        rows, is_own = of_person(person, viewer), person.pk == viewer.pk
    elif isinstance(viewer, User):
        rows, is_own = changeable(viewer).order_by("-changed_at", "-pk"), True
    else:
        raise Problem(400, "owner: name a person, or send a token that may read.", "owner")
    found = list(rows.select_related("owner", "group")[:MOST])
    own = {one.pk for one in found} if is_own else set[int]()
    told = told_of(found, site, own)
    return answer(request, lambda: {"collections": told}, told)


@router.post(
    "/collections",
    response=changes(schemas.Collection, 201),
    operation_id="makeCollection",
    summary="Make a collection",
    auth=Token("collect"),
    openapi_extra=takes("collect"),
)
def make(request: Asked, body: schemas.CollectionMade) -> HttpResponse:
    """Make an empty collection of one's own."""
    made = collect.create(person=person_of(request), name=body.name, about=body.about, is_public=body.public)
    response = done(_told(made, site_of(request), mine=True), 201)
    response["Location"] = f"{site_of(request)}/api/v1/collections/{made.pk}"
    return response


@router.get(
    "/collections/{number}/papers",
    response=reads(schemas.CollectedPapers),
    operation_id="listCollected",
    summary="The papers of a collection",
)
def list_papers(
    request: Asked, number: CollectionNumber, cursor: Cursor = "", fields: Fields = ""
) -> HttpResponse:
    """The papers of a collection in its order, with the notes on them, 25 a page."""
    wanted, after = chosen(fields, FIELDS), cursors.number(cursor, "position")
    viewer, site = reader_of(request), site_of(request)
    found = _readable(number, viewer)
    rows = list(
        CollectedPaper.objects.filter(collection=found, position__gt=after).order_by("position", "pk")[
            : PER_PAGE + 1
        ]
    )
    shown = {row.paper_id: row for row in rows[:PER_PAGE]}
    ids = list(shown)
    last = cursors.cursor("position", rows[PER_PAGE - 1].position) if len(rows) > PER_PAGE else None
    further = following(request, last)

    def make() -> schemas.CollectedPapers:
        told = papers(ids, site, viewer)
        by_handle = dict(zip([row[0] for row in stamp], told, strict=True))
        return {
            "papers": [
                {
                    "position": row.position,
                    "note": row.note,
                    "added_at": moment(row.added_at) or "",
                    "paper": by_handle[pk] if wanted is None else only(by_handle[pk], wanted),
                }
                for pk, row in shown.items()
                if pk in by_handle
            ],
            "next": further,
        }

    stamp = stamps(ids)
    places = [(row.position, row.note, row.paper_id) for row in shown.values()]
    return answer(request, make, stamp, kept_stamp(ids, viewer), places, further=further)


@router.put(
    "/collections/{number}/papers/{path:id}",
    response=changes(schemas.PlaceChanged),
    operation_id="collect",
    summary="Put a paper into a collection",
    auth=Token("collect"),
    openapi_extra=takes("collect"),
)
def put(request: Asked, number: CollectionNumber, paper_id: PaperId, body: schemas.Placed) -> HttpResponse:
    """Put a paper at the end of a collection where it is not in it yet; note on it, move it."""
    person = person_of(request)
    paper = named(paper_id, person)
    own = _own(number, person)
    arrange.add(person=person, collection_id=own.pk, paper_ids=[paper.pk])
    if body.note is not None:
        arrange.note(person=person, collection_id=own.pk, paper_id=paper.pk, text=body.note)
    if body.position is not None:
        arrange.move(person=person, collection_id=own.pk, paper_id=paper.pk, position=body.position)
    place = CollectedPaper.objects.filter(collection=own, paper=paper).first()
    if place is None:
        raise Problem(409, "It was taken out again meanwhile.", "id")
    return done({"position": place.position, "note": place.note})


@router.delete(
    "/collections/{number}/papers/{path:id}",
    response=changes(None, 204),
    operation_id="takeOut",
    summary="Take a paper out of a collection",
    auth=Token("collect"),
    openapi_extra=takes("collect"),
)
def take_out(request: Asked, number: CollectionNumber, paper_id: PaperId) -> HttpResponse:
    """Take a paper out of a collection, with the note on it; where it is not in it nothing changes."""
    person = person_of(request)
    paper = named(paper_id, person)
    arrange.remove(person=person, collection_id=_own(number, person).pk, paper_id=paper.pk)
    return done(None, 204)


@router.get(
    "/collections/{number}",
    response=reads(schemas.Collection),
    operation_id="getCollection",
    summary="One collection",
)
def get_collection(request: Asked, number: CollectionNumber) -> HttpResponse:
    """What a collection is called and for. A private one answers 404 to others, as one that is not there."""
    viewer = reader_of(request)
    found = _readable(number, viewer)
    told = _told(found, site_of(request), mine=may_change(found, viewer))
    return answer(request, lambda: told, told)


@router.patch(
    "/collections/{number}",
    response=changes(schemas.Collection),
    operation_id="changeCollection",
    summary="Change a collection",
    auth=Token("collect"),
    openapi_extra=takes("collect"),
)
def change(request: Asked, number: CollectionNumber, body: schemas.CollectionChanged) -> HttpResponse:
    """Rename and describe a collection, and say whether others see it."""
    person = person_of(request)
    own = _own(number, person)
    changed = collect.change(
        person=person,
        collection_id=own.pk,
        name=own.name if body.name is None else body.name,
        about=own.about if body.about is None else body.about,
        is_public=own.is_public if body.public is None else body.public,
    )
    return done(_told(changed, site_of(request), mine=True))


@router.delete(
    "/collections/{number}",
    response=changes(None, 204),
    operation_id="deleteCollection",
    summary="Delete a collection",
    auth=Token("collect"),
    openapi_extra=takes("collect"),
)
def delete(request: Asked, number: CollectionNumber) -> HttpResponse:
    """Delete a collection with its notes. The papers in it stay, of course."""
    person = person_of(request)
    collect.delete(person=person, collection_id=_own(number, person).pk)
    return done(None, 204)


def _readable(number: int, viewer: Viewer) -> Collection:
    found = readable(number, viewer)
    if found is None:
        raise not_found("number: there is no such collection, or it is not public.", "number")
    return found


def _own(number: int, person: User) -> Collection:
    """A collection that someone may change. Raises `Problem`: 404 for one that they may not know of."""
    found = _readable(number, person)
    if not may_change(found, person):
        raise Problem(403, "number: this is another person’s collection.", "number")
    return found
