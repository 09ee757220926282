"""What one keeps of a paper, as the forms of its pages need it."""

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions.collect import LONGEST_NAME
from dailypapers.community.collecting import changeable, keeping
from dailypapers.community.models.collections import CollectedPaper
from dailypapers.community.models.people import User


def keeping_of(paper: Paper, viewer: User) -> dict[str, object]:
    """What the forms of a paper show: what one keeps of it, and one's collections with those it is in."""
    there = CollectedPaper.objects.filter(paper=paper, collection__owner=viewer)
    inside = set(there.values_list("collection_id", flat=True))
    return {
        "kept": keeping([paper.pk], viewer)[paper.pk],
        "collections": [(one, one.pk in inside) for one in changeable(viewer)],
        "longest_name": LONGEST_NAME,
    }
