"""Which stored scores are no longer what they would be: something happened, or time moved them.

Asked of what is stored and not of what was changed since, so that nothing a killed process left is missed.
"""

from datetime import datetime

from django.db import connection

from dailypapers.community.models.comments import Discussion
from dailypapers.community.models.votes import VoteCount
from dailypapers.ranking.conditions import rows_of

_TOLD = """
    SELECT told.paper_id FROM (
        SELECT paper_id, SUM(votes) AS votes, SUM(comments) AS comments
        FROM catalogue_mention GROUP BY paper_id) told
    LEFT JOIN ranking_score score ON score.paper_id = told.paper_id
    WHERE COALESCE(score.outside, 0) <> told.votes
    OR COALESCE(score.comments - score.discussed, 0) <> told.comments
"""
_STARRED = """
    SELECT starred.paper_id FROM (
        SELECT paper_id, MAX(stars) AS stars
        FROM catalogue_artifact WHERE stars > 0 GROUP BY paper_id) starred
    LEFT JOIN ranking_score score ON score.paper_id = starred.paper_id
    WHERE COALESCE(score.stars, 0) <> starred.stars
"""
_VOTED = f"""
    SELECT counted.paper_id FROM {VoteCount._meta.db_table} counted
    LEFT JOIN ranking_score score ON score.paper_id = counted.paper_id
    WHERE COALESCE(score.own, 0) <> counted.votes
"""  # noqa: S608 (the name of a table of ours)
_DISCUSSED = f"""
    SELECT discussion.paper_id FROM {Discussion._meta.db_table} discussion
    LEFT JOIN ranking_score score ON score.paper_id = discussion.paper_id
    WHERE COALESCE(score.discussed, 0) <> discussion.comments
"""  # noqa: S608 (as above)
_PLACED = """
    SELECT score.paper_id FROM ranking_score score JOIN catalogue_paper paper ON paper.id = score.paper_id
    LEFT JOIN catalogue_category category ON category.paper_id = score.paper_id AND category.position = 0
    WHERE score.day <> paper.day OR (score.day IS NULL) <> (paper.day IS NULL)
    OR score.field <> COALESCE(category.name, '')
"""
_GONE = f"""
    SELECT score.paper_id FROM ranking_score score
    WHERE ((score.outside > 0 OR score.comments > score.discussed)
        AND NOT EXISTS (SELECT 1 FROM catalogue_mention told WHERE told.paper_id = score.paper_id))
    OR (score.stars > 0 AND NOT EXISTS (
        SELECT 1 FROM catalogue_artifact code WHERE code.paper_id = score.paper_id AND code.stars > 0))
    OR (score.own > 0 AND NOT EXISTS (
        SELECT 1 FROM {VoteCount._meta.db_table} counted WHERE counted.paper_id = score.paper_id))
    OR (score.discussed > 0 AND NOT EXISTS (
        SELECT 1 FROM {Discussion._meta.db_table} said WHERE said.paper_id = score.paper_id))
"""  # noqa: S608 (as above)
_DUE = "SELECT score.paper_id FROM ranking_score score WHERE score.moves_at <= %s"


def moved(now: datetime) -> list[int]:
    """The papers whose score is to be computed anew at `now`."""
    moment = connection.ops.adapt_datetimefield_value(now)
    every = " UNION ".join((_TOLD, _STARRED, _VOTED, _DISCUSSED, _PLACED, _GONE, _DUE))
    return [paper_id for (paper_id,) in rows_of(every, [moment])]
