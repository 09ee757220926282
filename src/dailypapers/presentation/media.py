"""Pictures and videos of papers as templates need them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from dailypapers.community.models.media import Medium
from dailypapers.community.models.people import User
from dailypapers.community.trust import links_wait, new_people


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
    waits: bool
    """Whether others see it only once the account that added it is not new any more."""


def seen_by_all(paper_ids: Sequence[int]) -> QuerySet[Medium]:
    """The media of some papers that are ready and do not wait, as links of new accounts do."""
    rows = Medium.objects.filter(paper__in=paper_ids, state=Medium.State.READY)
    return rows.exclude(new_people("person__")) if settings.NEW_LINKS_WAIT else rows


def shown_media(paper_id: int, viewer: User | AnonymousUser) -> list[ShownMedium]:
    """The media of a paper; one that waits or failed is shown to whoever added it and to moderators.

    So is one of a new account, where links of new accounts wait.
    """
    rows = Medium.objects.filter(paper_id=paper_id).select_related("person").order_by("pk")
    shown, now = [], timezone.now()
    for one in rows:
        waits = links_wait(one.person, now)
        is_own = isinstance(viewer, User) and (viewer.pk == one.person_id or viewer.moderates)
        if (one.state == Medium.State.READY and not waits) or is_own:
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
                    waits=waits,
                )
            )
    return shown


def covers(paper_ids: Sequence[int]) -> dict[int, str]:
    """The addresses of pictures that stand for some papers: the first of what was added to each."""
    if not paper_ids:
        return {}
    rows = seen_by_all(paper_ids).order_by("-pk")
    return {paper_id: f"/media/{name}-cover.webp" for paper_id, name in rows.values_list("paper_id", "name")}
