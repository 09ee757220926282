from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dailypapers.catalogue.models import Mention, Paper
from dailypapers.catalogue.records import Listed
from dailypapers.community.models.comments import Discussion
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote, VoteCount
from dailypapers.ranking.evidence import FEWEST_USUAL, FRESH, USUAL_BEST, WEEKS
from dailypapers.ranking.models import FieldWeek, Rise, Score
from dailypapers.ranking.refresh import TOLD_LATE, refresh, refresh_paper
from dailypapers.ranking.trending import heat, trending
from tests.papers import DAY, hold, mention, record

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 15, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


def vote(paper: Paper, number: int, at: datetime = NOW, held: str = "") -> None:
    """A vote of a person of that number, as voting leaves it."""
    person, _ = User.objects.get_or_create(
        handle=f"person{number}", defaults={"email": f"{number}@example.org"}
    )
    Vote.objects.create(person=person, paper=paper, created_at=at, held=held)
    count, _ = VoteCount.objects.get_or_create(paper=paper)
    count.votes = Vote.objects.filter(paper=paper, held="").count()
    count.save()


def of_day(number: int, day: date, votes: int, field: str = "math.CO") -> Any:
    """A paper of that day and field with that many votes elsewhere."""
    listed = (Listed(day, "arxiv", announced=True),)
    return record(number, day=day, listed=listed, categories=(field,), **mention(votes, day))


def stored() -> list[dict[str, Any]]:
    return [dict(row) for row in Score.objects.order_by("pk").values()]


def test_votes_given_here_and_elsewhere_count_together() -> None:
    (paper,) = hold(record(1, **mention(5)))
    vote(paper, 1)
    refresh(NOW)
    score = Score.objects.get()
    assert (score.votes, score.own, score.outside) == (6, 1, 5)
    assert score.heat == heat(score.evidence)
    assert score.trending == trending(score.evidence)


def test_comments_written_here_and_elsewhere_count_together() -> None:
    (paper,) = hold(record(1, **mention(0, comments=2)))
    discuss(paper)
    refresh(NOW)
    assert (Score.objects.get().comments, Score.objects.get().discussed) == (5, 3)
    Discussion.objects.all().delete()
    assert refresh(NOW) == 1
    assert Score.objects.get().comments == 2


def test_a_held_vote_counts_nowhere() -> None:
    (paper,) = hold(record(1))
    vote(paper, 1, held="burst")
    refresh(NOW)
    assert not Score.objects.exists()


def test_a_vote_is_fresh_for_hours_and_the_score_moves_when_it_no_longer_is() -> None:
    (paper,) = hold(record(1))
    vote(paper, 1, at=NOW - 2 * HOUR)
    vote(paper, 2, at=NOW)
    refresh(NOW)
    score = Score.objects.get()
    assert (score.fresh, score.moves_at) == (2, NOW - 2 * HOUR + FRESH)
    assert refresh(NOW + FRESH - 3 * HOUR) == 0
    assert refresh(NOW + FRESH - 2 * HOUR) == 1
    score = Score.objects.get()
    assert (score.votes, score.fresh, score.moves_at) == (2, 1, NOW + FRESH)
    assert refresh(NOW + FRESH) == 1
    assert Score.objects.get().moves_at is None
    assert refresh(NOW + 100 * FRESH) == 0


def test_votes_elsewhere_are_fresh_from_when_they_were_told() -> None:
    hold(record(1, **mention(5, captured_at=NOW)))
    refresh(NOW)
    assert Score.objects.get().fresh == 5
    Mention.objects.update(votes=9)
    refresh(NOW + FRESH)
    score = Score.objects.get()
    assert (score.votes, score.fresh) == (9, 4)
    assert Rise.objects.count() == 1
    Mention.objects.update(votes=7)
    refresh(NOW + FRESH + HOUR)
    assert Score.objects.get().fresh == 2


def test_votes_told_late_are_not_fresh() -> None:
    hold(
        record(1, **mention(5, captured_at=NOW - TOLD_LATE - HOUR)), record(2, **mention(5, date(2026, 4, 1)))
    )
    refresh(NOW)
    assert [(score.fresh, score.moves_at) for score in Score.objects.all()] == [(0, None)] * 2
    assert not Rise.objects.exists()


def add_vote(paper: Paper) -> None:
    vote(paper, 7)


def take_vote_back(paper: Paper) -> None:
    VoteCount.objects.update(votes=0)


def change_comments(paper: Paper) -> None:
    Mention.objects.filter(paper=paper).update(comments=8)


def discuss(paper: Paper) -> None:
    Discussion.objects.create(paper=paper, comments=3)


def lose_mention(paper: Paper) -> None:
    Mention.objects.filter(paper=paper).delete()


def lose_counts(paper: Paper) -> None:
    VoteCount.objects.filter(paper=paper).delete()


def star(paper: Paper) -> None:
    paper.artifacts.create(kind="code", url="https://example.org/x", stars=12)


def change_day(paper: Paper) -> None:
    Paper.objects.filter(pk=paper.pk).update(day=DAY - timedelta(days=1))


def lose_day(paper: Paper) -> None:
    Paper.objects.filter(pk=paper.pk).update(day=None)


def change_field(paper: Paper) -> None:
    paper.categories.filter(position=0).update(name="hep-th")


@pytest.mark.parametrize(
    "happens",
    [add_vote, take_vote_back, change_comments, discuss, lose_mention, lose_counts, star, change_day,
     lose_day, change_field],
)  # fmt: skip
def test_only_what_something_happened_to_is_computed_anew(happens: Callable[[Paper], None]) -> None:
    paper, *_ = hold(record(1, **mention(5)), record(2, **mention(5)), record(3))
    vote(paper, 1)
    assert refresh(NOW) == 2
    assert refresh(NOW) == 0
    before = stored()
    happens(paper)
    assert refresh(NOW) == 1
    assert stored() != before
    assert refresh(NOW) == 0
    after = stored()
    refresh(NOW, everything=True)
    assert stored() == after


def test_a_vote_counts_by_the_bests_of_the_weeks_before() -> None:
    weeks = [DAY - timedelta(weeks=back) for back in range(1, WEEKS + 1)]
    hold(
        *(of_day(10 + number, day, 16) for number, day in enumerate(weeks)),
        *(of_day(40 + number, day, 3) for number, day in enumerate(weeks)),
        of_day(1, DAY, 500),
        of_day(2, DAY, 5, field="cs.CL"),
    )
    refresh(NOW)
    assert Score.objects.get(paper__handle="2604.00001").factor == USUAL_BEST / 16
    assert Score.objects.get(paper__handle="2604.00002").factor == USUAL_BEST / FEWEST_USUAL
    assert FieldWeek.objects.get(week=date(2026, 4, 13), field="math.CO").best == 500


def test_a_late_vote_for_a_best_paper_moves_the_weeks_after_it() -> None:
    before = DAY - timedelta(weeks=1)
    hold(of_day(1, before, 120), of_day(2, DAY, 5), of_day(3, DAY, 5, field="hep-th"))
    refresh(NOW)
    assert Score.objects.get(paper__handle="2604.00002").factor == USUAL_BEST / (120 / WEEKS)
    Mention.objects.filter(votes=120).update(votes=240)
    assert refresh(NOW) == 2
    assert Score.objects.get(paper__handle="2604.00002").factor == USUAL_BEST / (240 / WEEKS)
    assert Score.objects.get(paper__handle="2604.00001").factor == USUAL_BEST / FEWEST_USUAL
    after = stored()
    refresh(NOW, everything=True)
    assert stored() == after


def test_one_paper_can_be_brought_up_to_date_at_once(django_assert_max_num_queries: Any) -> None:
    paper, other = hold(record(1, **mention(3)), record(2, **mention(3)))
    refresh(NOW)
    vote(paper, 1)
    vote(other, 1)
    with django_assert_max_num_queries(20):
        refresh_paper(paper.pk, NOW)
    assert list(Score.objects.order_by("pk").values_list("votes", flat=True)) == [4, 3]


@pytest.mark.parametrize("papers", [1, 40])
def test_refreshing_costs_the_same_queries_for_one_paper_as_for_forty(papers: int) -> None:
    hold(*(record(number, **mention(number)) for number in range(1, papers + 1)))
    with CaptureQueriesContext(connection) as queries:
        refresh(NOW)
    assert len(queries) == 20
    with CaptureQueriesContext(connection) as queries:
        refresh(NOW)
    assert len(queries) == 1
