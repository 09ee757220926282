"""Papers that are held but shown nowhere: hidden, shown again, and left out by whoever lists papers."""

from collections.abc import Iterable
from datetime import datetime

from dailypapers.catalogue.models import Hidden, Paper, Unindexed


def not_hidden(paper_id: str) -> str:
    """The SQL condition that a paper, named by this column, may be listed; to be put behind others.

    The table has a few rows at most and its key is asked for, so that a list takes no longer for it.
    """
    return f" AND {paper_id} NOT IN (SELECT hidden.paper_id FROM catalogue_hidden hidden)"  # noqa: S608


def hide(paper_id: int, reason: str, now: datetime) -> bool:
    """Leave a paper out of all lists and of search; False where it was hidden before."""
    _, made = Hidden.objects.get_or_create(paper_id=paper_id, defaults={"reason": reason, "hidden_at": now})
    if made:
        Unindexed.objects.create(paper=paper_id)
    return made


def show(paper_id: int) -> bool:
    """List a paper again; False where it was not hidden."""
    deleted, _ = Hidden.objects.filter(paper_id=paper_id).delete()
    if deleted:
        Unindexed.objects.create(paper=paper_id)
    return bool(deleted)


def reason_for(paper: Paper) -> str:
    """Why a paper is hidden; empty for one that is shown. One query, none for a paper that `find` gave."""
    try:
        return paper.hidden.reason
    except Hidden.DoesNotExist:
        return ""


def hidden_among(paper_ids: Iterable[int]) -> set[int]:
    """Those of some papers that are hidden."""
    return set(Hidden.objects.filter(paper__in=list(paper_ids)).values_list("paper_id", flat=True))


def move(gone: int, kept: int) -> None:
    """Hide a paper that a hidden one is joined to: it is the same work."""
    for one in Hidden.objects.filter(paper_id=gone):
        Hidden.objects.get_or_create(
            paper_id=kept, defaults={"reason": one.reason, "hidden_at": one.hidden_at}
        )
