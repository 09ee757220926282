"""What one keeps of a paper, as the forms of its pages need it."""

from dailypapers.catalogue.models import Paper
from dailypapers.community.actions.collect import LONGEST_NAME
from dailypapers.community.collecting import keeping, offered
from dailypapers.community.models.collections import CollectedPaper
from dailypapers.community.models.people import User


def keeping_of(paper: Paper, viewer: User) -> dict[str, object]:
    """What the forms of a paper show: what one keeps of it, and the lists that may have it or do."""
    lists = offered(viewer)
    there = CollectedPaper.objects.filter(paper=paper, collection__in=[one.pk for one in lists])
    inside = set(there.values_list("collection_id", flat=True))
    return {
        "kept": keeping([paper.pk], viewer)[paper.pk],
        "collections": [(one, one.pk in inside) for one in lists],
        "shown_collections": ",".join(str(one.pk) for one in lists),
        "longest_name": LONGEST_NAME,
    }
