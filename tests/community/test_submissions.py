"""Papers are put forward by people: once, by those who may, as often and as old as the site wants."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Listing, Paper
from dailypapers.catalogue.putting_forward import READERS, put_forward
from dailypapers.catalogue.records import Author, Listed, PaperRecord, Precision
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions.leave import leave
from dailypapers.community.actions.submit import submit, take_back
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.models.votes import Vote, VoteCount
from dailypapers.community.submitting import latest_day
from tests.community.people import person
from tests.papers import NOW, hold, named, record

pytestmark = pytest.mark.django_db


def fresh(number: int = 1, **fields: object) -> PaperRecord:
    """A paper announced yesterday."""
    day = today() - timedelta(days=1)
    usual = {"day": day, "listed": (Listed(day, "arxiv", announced=True),)}
    return record(number, **(usual | fields))


def test_a_held_paper_is_put_forward_with_a_vote_and_the_first_comment() -> None:
    alice = person("alice")
    (paper,) = hold(fresh())
    made = submit(person=alice, paper_id=paper.pk, words="Worth **it**.")
    assert (made.paper_id, made.person, made.day) == (paper.pk, alice, today())
    assert made.comment == Comment.objects.get()
    assert "<strong>it</strong>" in Comment.objects.get().html
    assert Vote.objects.get().person == alice
    assert VoteCount.objects.get().votes == 1
    assert [
        (one.day, one.source, one.submitted) for one in Listing.objects.filter(paper=paper, submitted=True)
    ] == [(today(), READERS, True)]
    paper.refresh_from_db()
    assert paper.day == today() - timedelta(days=1), "the day of a paper is the first on which it was listed"
    assert paper.authority.endswith("archive"), "its words are still the source's"


def test_what_a_source_told_is_taken_in_with_the_submission() -> None:
    made = submit(person=person("alice"), record=fresh(7))
    assert Paper.objects.get().pk == made.paper_id
    assert made.comment is None


def test_a_record_joins_the_paper_that_is_held_under_another_name() -> None:
    (paper,) = hold(fresh(1, title="A title long enough to tell a work by"))
    copy = fresh(
        1,
        identifiers=(named("10.1145/1234567.7654321"),),
        title="A Title Long Enough to Tell a Work By",
        source="crossref",
        authors=(Author("Ada Lovelace"),),
        listed=(),
    )
    assert submit(person=person("alice"), record=copy).paper_id == paper.pk


def test_a_paper_is_put_forward_once() -> None:
    alice, bob = person("alice"), person("bob", name="Bob")
    (paper,) = hold(fresh())
    submit(person=alice, paper_id=paper.pk)
    with pytest.raises(Refused, match="Alice put this paper forward on"):
        submit(person=bob, paper_id=paper.pk)
    with pytest.raises(Refused, match="You put this paper forward on"):
        submit(person=alice, paper_id=paper.pk)
    assert Submission.objects.count() == Vote.objects.count() == 1


@pytest.mark.parametrize("words", ["x" * 10_001, "x" * 30_000])
def test_what_is_refused_leaves_nothing_behind(words: str) -> None:
    with pytest.raises(Refused, match="10,000 characters"):
        submit(person=person("alice"), record=fresh(3), words=words)
    for table in (Paper, Submission, Vote, Comment, Listing):
        assert not table._default_manager.exists()


def test_blank_words_are_no_comment() -> None:
    submit(person=person("alice"), record=fresh(3), words=" \u200b\n ")
    assert not Comment.objects.exists()


def test_a_paper_may_be_so_many_days_old(settings: Settings) -> None:
    settings.SUBMIT_DAYS = 14
    alice = person("alice")
    old = hold(*(fresh(number, day=today() - timedelta(days=number)) for number in (14, 15)))
    submit(person=alice, paper_id=old[0].pk)
    with pytest.raises(Refused, match=r"This paper is from .*; what is submitted here is up to 14 days old"):
        submit(person=alice, paper_id=old[1].pk)
    with pytest.raises(Refused, match="up to 14 days old"):
        submit(person=alice, record=fresh(16, day=today() - timedelta(days=16)))
    assert Paper.objects.count() == 2
    settings.SUBMIT_DAYS = 0
    submit(person=alice, paper_id=old[1].pk)
    settings.SUBMIT_DAYS = 1
    submit(person=person("mod", is_moderator=True), record=fresh(17, day=date(1990, 1, 1)))


@pytest.mark.parametrize(
    ("day", "precision", "latest"),
    [
        (date(2026, 4, 7), Precision.DAY, date(2026, 4, 7)),
        (date(2026, 2, 1), Precision.MONTH, date(2026, 2, 28)),
        (date(2026, 1, 1), Precision.YEAR, date(2026, 12, 31)),
        (None, Precision.NONE, None),
    ],
)
def test_a_date_that_is_known_in_part_is_read_kindly(
    day: date | None, precision: Precision, latest: date | None
) -> None:
    assert latest_day(day, precision) == latest


def test_a_person_submits_so_many_papers_a_day(settings: Settings) -> None:
    settings.SUBMIT_DAILY = 2
    alice = person("alice")
    for number in (1, 2):
        submit(person=alice, record=fresh(number))
    with pytest.raises(TooMany, match="One can submit 2 papers a day"):
        submit(person=alice, record=fresh(3))
    Submission.objects.update(day=today() - timedelta(days=1))
    submit(person=alice, record=fresh(3))
    moderator = person("mod", is_moderator=True)
    for number in (4, 5, 6):
        submit(person=moderator, record=fresh(number))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("everyone", {"new", "old", "trusted", "moderator"}),
        ("trusted", {"trusted", "moderator"}),
        ("moderators", {"moderator"}),
        ("nobody", set()),
    ],
)
def test_the_site_says_who_may(settings: Settings, who: str, may: set[str]) -> None:
    settings.SUBMIT = who
    people: dict[str, User] = {
        "new": person("new", joined=timezone.now()),
        "old": person("old"),
        "trusted": person("trusted", trust=2),
        "moderator": person("moderator", is_moderator=True),
    }
    done = set()
    for number, (name, one) in enumerate(people.items(), 1):
        try:
            submit(person=one, record=fresh(number))
            done.add(name)
        except Refused:
            pass
    assert done == may


def test_someone_suspended_submits_nothing() -> None:
    later = timezone.now() + timedelta(days=2)
    with pytest.raises(Refused, match="suspended"):
        submit(person=person("alice", suspended_until=later), record=fresh())


def test_a_withdrawn_paper_and_one_that_is_not_held_are_not_put_forward() -> None:
    (paper,) = hold(fresh())
    Paper.objects.update(withdrawn=True)
    for paper_id, why in ((paper.pk, "withdrawn"), (paper.pk + 1, "not held")):
        with pytest.raises(Refused, match=why):
            submit(person=person(f"p{paper_id}"), paper_id=paper_id)


def test_a_submission_is_taken_back_on_its_day_by_its_person_or_ever_by_a_moderator() -> None:
    alice, bob, moderator = person("alice"), person("bob"), person("mod", is_moderator=True)
    (paper,) = hold(fresh())
    submit(person=alice, paper_id=paper.pk, words="Look.")
    with pytest.raises(Refused, match="Only moderators"):
        take_back(paper_id=paper.pk, by=bob)
    take_back(paper_id=paper.pk, by=alice)
    assert not Submission.objects.exists()
    assert [one.source for one in Listing.objects.all()] == ["arxiv"]
    assert Vote.objects.count() == Comment.objects.count() == 1
    submit(person=bob, paper_id=paper.pk)
    Submission.objects.update(day=today() - timedelta(days=1))
    with pytest.raises(Refused, match="on its own day only"):
        take_back(paper_id=paper.pk, by=bob)
    with pytest.raises(Refused, match="Say why"):
        take_back(paper_id=paper.pk, by=moderator)
    take_back(paper_id=paper.pk, by=moderator, reason="An advertisement")
    assert [(one.kind, one.reason) for one in Decision.objects.all()] == [("take-back", "An advertisement")]
    with pytest.raises(Refused, match="Nobody here"):
        take_back(paper_id=paper.pk, by=moderator)


def test_who_leaves_is_not_named_any_more_and_the_paper_stays_listed() -> None:
    alice = person("alice")
    made = submit(person=alice, record=fresh())
    leave(person=alice)
    kept = Submission.objects.get()
    assert (kept.pk, kept.person) == (made.pk, None)
    assert Listing.objects.filter(source=READERS).exists()


def test_of_two_papers_that_are_one_the_earlier_submission_stays() -> None:
    alice, bob = person("alice"), person("bob")
    first = submit(person=alice, record=fresh(1, title="One work under a name of arXiv's"))
    doi = fresh(
        2, identifiers=(named("10.1145/1234567.7654321"),), title="One work under a DOI", source="crossref"
    )
    submit(person=bob, record=doi)
    both = fresh(1, identifiers=(*fresh(1).identifiers, *doi.identifiers), title="One work under a DOI")
    hold(both)
    assert Paper.objects.count() == 1
    assert [one.pk for one in Submission.objects.all()] == [first.pk]
    assert Submission.objects.get().person == alice
    assert Listing.objects.filter(source=READERS).count() == 1


def test_putting_forward_twice_changes_nothing() -> None:
    (paper,) = hold(fresh())
    assert put_forward(paper.pk, today(), NOW)
    before = list(Listing.objects.values())
    assert put_forward(paper.pk, today(), NOW)
    assert list(Listing.objects.values()) == before
    assert not put_forward(paper.pk + 1, today(), NOW)
