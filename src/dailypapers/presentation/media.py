"""Pictures and videos of papers as templates need them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from dailypapers.community.models.media import Medium
from dailypapers.community.models.people import User


@dataclass(frozen=True, slots=True)
class ShownMedium:
    """One picture or video; `name` is the beginning of its addresses."""

    pk: int
    name: str
    is_video: bool
    state: str
    problem: str
    description: str
    width: int
    height: int
    by: str
    is_mine: bool
    can_remove: bool


def shown_media(paper_id: int, viewer: User | AnonymousUser) -> list[ShownMedium]:
    """The media of a paper; one that waits or failed is shown to whoever added it and to moderators."""
    rows = Medium.objects.filter(paper_id=paper_id).select_related("person").order_by("pk")
    shown = []
    for one in rows:
        is_own = isinstance(viewer, User) and (viewer.pk == one.person_id or viewer.moderates)
        if one.state == Medium.State.READY or is_own:
            shown.append(
                ShownMedium(
                    pk=one.pk,
                    name=one.name,
                    is_video=one.kind == Medium.Kind.VIDEO,
                    state=one.state,
                    problem=one.problem,
                    description=one.description,
                    width=one.width,
                    height=one.height,
                    by=one.person.shown_name,
                    is_mine=viewer.pk == one.person_id,
                    can_remove=is_own,
                )
            )
    return shown


def covers(paper_ids: Sequence[int]) -> dict[int, str]:
    """The addresses of pictures that stand for some papers: the first of what was added to each."""
    if not paper_ids:
        return {}
    rows = Medium.objects.filter(paper__in=paper_ids, state=Medium.State.READY).order_by("-pk")
    return {paper_id: f"/media/{name}-cover.webp" for paper_id, name in rows.values_list("paper_id", "name")}
