"""Who watches a paper, beside those who take part in its discussion."""

from dailypapers.community.authorship import authors_of
from dailypapers.community.models.follows import Follow
from dailypapers.community.models.notifications import Kind
from dailypapers.community.models.votes import Vote

MOST_VOTERS = 1_000
"""Voters, and followers, who are told of a comment, the newest first: a popular paper must not keep the
worker."""


def watchers(paper_id: int) -> dict[int, Kind]:
    """The people who may want to know of a comment on a paper, each with the first reason in `Kind`."""
    voters = Vote.objects.filter(paper_id=paper_id, held="").order_by("-created_at")
    found = dict.fromkeys(voters.values_list("person_id", flat=True)[:MOST_VOTERS], Kind.VOTED)
    found |= dict.fromkeys(followers_of(paper_id), Kind.FOLLOWED)
    return found | dict.fromkeys(authors_of(paper_id), Kind.AUTHORED)


def followers_of(paper_id: int) -> set[int]:
    """The people who follow a paper, the newest `MOST_VOTERS` of them."""
    rows = Follow.objects.filter(kind=Follow.Kind.PAPER, paper_id=paper_id).order_by("-created_at")
    return set(rows.values_list("follower_id", flat=True)[:MOST_VOTERS])
