"""Brings stored scores up to date with what the catalogue knows."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q, Sum

from dailypapers.catalogue.holding import in_chunks
from dailypapers.catalogue.models import Artifact, Mention, Paper
from dailypapers.community.models.comments import Discussion
from dailypapers.community.models.votes import VoteCount
from dailypapers.ranking.models import Score
from dailypapers.ranking.trending import Evidence, heat, trending


def refresh(changed_since: datetime | None = None) -> int:
    """Compute the scores of all papers with evidence, or of those changed since a moment.

    Returns how many papers were looked at. A paper whose evidence is gone loses its row. Votes cast
    and comments written here are taken up by `refresh_paper` as they come.
    """
    papers = Paper.objects.filter(
        Q(mentions__isnull=False)
        | Q(artifacts__stars__gt=0)
        | Q(score__isnull=False)
        | Q(vote_count__votes__gt=0)
        | Q(discussion__comments__gt=0)
    )
    if changed_since is not None:
        papers = papers.filter(updated_at__gte=changed_since)
    wanted = list(papers.values_list("pk", flat=True).distinct())
    for chunk in in_chunks(wanted):
        _refresh(chunk)
    return len(wanted)


def refresh_paper(paper_id: int) -> None:
    """Bring one paper's scores up to date, right after somebody voted for it or commented on it."""
    _refresh([paper_id])


@transaction.atomic
def _refresh(paper_ids: list[int]) -> None:
    said = Mention.objects.filter(paper__in=paper_ids).values_list("paper")
    votes = dict(said.annotate(votes=Sum("votes")))
    comments = dict(said.annotate(comments=Sum("comments")))
    here = dict(VoteCount.objects.filter(paper__in=paper_ids, votes__gt=0).values_list("paper", "votes"))
    discussed = Discussion.objects.filter(paper__in=paper_ids, comments__gt=0)
    comments_here = dict(discussed.values_list("paper", "comments"))
    starred = Artifact.objects.filter(paper__in=paper_ids, stars__gt=0).values_list("paper")
    stars = dict(starred.annotate(most=Max("stars")))
    rows = []
    for pk, day in Paper.objects.filter(pk__in=paper_ids).values_list("pk", "day"):
        evidence = Evidence(
            votes.get(pk, 0) + here.get(pk, 0),
            comments.get(pk, 0) + comments_here.get(pk, 0),
            stars.get(pk, 0),
            day,
        )
        if warmth := heat(evidence):
            rows.append(
                Score(
                    paper_id=pk,
                    heat=warmth,
                    trending=trending(evidence),
                    votes=evidence.votes,
                    comments=evidence.comments,
                    stars=evidence.stars,
                )
            )
    Score.objects.filter(paper__in=paper_ids).exclude(paper__in=[row.paper_id for row in rows]).delete()
    Score.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["paper"],
        update_fields=["heat", "trending", "votes", "comments", "stars"],
    )
