"""What authors put right of their papers: only they, within bounds, and a moderator can undo it."""

from collections.abc import Callable

import pytest

from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Link
from dailypapers.community.access import Refused
from dailypapers.community.actions import decide_claim
from dailypapers.community.actions.claim import claim
from dailypapers.community.actions.correct_paper import (
    MOST_LINKS,
    add_link,
    affiliate,
    summarize,
    take_off_link,
    undo,
)
from dailypapers.community.models.claims import Amendment
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from tests.community.people import person
from tests.papers import NOW, hold, record

pytestmark = pytest.mark.django_db

CODE = "https://code.example/x"
TOLD = record(1, links=(Link("code", "https://wrong.example/x", 182), Link("pdf", "https://arxiv.org/pdf/1")))


@pytest.fixture
def paper() -> Paper:
    return hold(TOLD)[0]


@pytest.fixture
def moderator() -> User:
    return person("moderator", is_moderator=True)


@pytest.fixture
def ada(paper: Paper, moderator: User) -> User:
    who = person("ada")
    asked = claim(person=who, paper_id=paper.pk, position=0, reason="Me.")
    decide_claim.confirm(claim_id=asked.pk, by=moderator)
    return who


def links(paper: Paper) -> list[str]:
    return [link.url for link in paper.artifacts.order_by("pk")]


def held() -> list[str]:
    """What still holds of what was put right."""
    return list(Amendment.objects.filter(undone_at=None).order_by("pk").values_list("kind", flat=True))


def test_an_author_puts_links_right_and_no_harvest_undoes_it(paper: Paper, ada: User) -> None:
    add_link(person=ada, paper_id=paper.pk, kind="code", url=f" {CODE} ")
    take_off_link(person=ada, paper_id=paper.pk, kind="code", url="https://wrong.example/x")
    land([TOLD], NOW)
    assert links(paper) == ["https://arxiv.org/pdf/1", CODE]
    assert held() == ["link", "no-link"]


def test_a_link_that_was_added_can_be_taken_off_again(paper: Paper, ada: User) -> None:
    add_link(person=ada, paper_id=paper.pk, kind="code", url=CODE)
    take_off_link(person=ada, paper_id=paper.pk, kind="code", url=CODE)
    assert CODE not in links(paper)
    assert held() == ["no-link"]
    add_link(person=ada, paper_id=paper.pk, kind="code", url=CODE)
    assert CODE in links(paper)
    assert held() == ["link"]


def test_a_summary_is_one_sentence_replaced_and_taken_back(paper: Paper, ada: User) -> None:
    summarize(person=ada, paper_id=paper.pk, text="Engines\ncompute\u202e.")
    assert paper.summaries.get().text == "Engines compute."
    summarize(person=ada, paper_id=paper.pk, text="Engines compute.")
    assert Amendment.objects.count() == 1, "said twice it is said once"
    summarize(person=ada, paper_id=paper.pk, text="They do.")
    newest = Amendment.objects.order_by("pk").last()
    assert newest is not None
    assert newest.said_before == "Engines compute."
    assert held() == ["summary"]
    summarize(person=ada, paper_id=paper.pk, text=" ")
    assert not paper.summaries.exists()
    assert held() == []


def test_one_says_where_one_was_and_nothing_of_others(paper: Paper, ada: User) -> None:
    affiliate(person=ada, paper_id=paper.pk, text="Ockham Park")
    land(
        [record(1, version=2, authors=(Author("Ada Lovelace", "Elsewhere"), Author("C. Babbage", "York")))],
        NOW,
    )
    rows = dict(paper.authors.values_list("name", "affiliation"))
    assert rows == {"Ada Lovelace": "Ockham Park", "C. Babbage": "York"}
    affiliate(person=ada, paper_id=paper.pk, text="")
    assert paper.authors.get(position=0).affiliation == "Elsewhere"


def test_a_moderator_undoes_with_a_reason_that_the_author_reads(
    paper: Paper, ada: User, moderator: User
) -> None:
    add_link(person=ada, paper_id=paper.pk, kind="code", url=CODE)
    take_off_link(person=ada, paper_id=paper.pk, kind="code", url="https://wrong.example/x")
    added, taken_off = Amendment.objects.order_by("pk")
    with pytest.raises(Refused, match="Only moderators"):
        undo(amendment_id=added.pk, by=ada, reason="No.")
    with pytest.raises(Refused, match="Say why"):
        undo(amendment_id=added.pk, by=moderator, reason="")
    undo(amendment_id=added.pk, by=moderator, reason="It leads to a shop.")
    undo(amendment_id=taken_off.pk, by=moderator, reason="It is right.")
    assert links(paper) == [link.url for link in TOLD.links]
    assert paper.artifacts.get(kind="code").stars == 182
    with pytest.raises(Refused, match="does not hold"):
        undo(amendment_id=added.pk, by=moderator, reason="Again.")
    said = Notification.objects.filter(person=ada).order_by("pk").values_list("said", flat=True)
    assert "It leads to a shop." in said[1]


def test_undoing_what_another_replaced_meanwhile_leaves_the_new(
    paper: Paper, ada: User, moderator: User
) -> None:
    summarize(person=ada, paper_id=paper.pk, text="First.")
    first = Amendment.objects.get()
    summarize(person=ada, paper_id=paper.pk, text="Second.")
    with pytest.raises(Refused, match="does not hold"):
        undo(amendment_id=first.pk, by=moderator, reason="No.")
    assert paper.summaries.get().text == "Second."


def _flood(who: User, paper: Paper) -> None:
    for number in range(MOST_LINKS + 1):
        add_link(person=who, paper_id=paper.pk, kind="code", url=f"{CODE}{number}")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda who, paper: add_link(person=who, paper_id=paper.pk, kind="pdf", url=CODE), "what the link"),
        (
            lambda who, paper: add_link(person=who, paper_id=paper.pk, kind="x" * 99, url=CODE),
            "what the link",
        ),
        (
            lambda who, paper: add_link(person=who, paper_id=paper.pk, kind="code", url="http://a.example"),
            "https",
        ),
        (
            lambda who, paper: add_link(
                person=who, paper_id=paper.pk, kind="code", url="https://wrong.example/x"
            ),
            "already",
        ),
        (
            lambda who, paper: take_off_link(
                person=who, paper_id=paper.pk, kind="pdf", url="https://arxiv.org/pdf/1"
            ),
            "no such link",
        ),
        (lambda who, paper: take_off_link(person=who, paper_id=paper.pk, kind="code", url=CODE), "no such"),
        (lambda who, paper: summarize(person=who, paper_id=paper.pk, text="x" * 301), "300 characters"),
        (lambda who, paper: affiliate(person=who, paper_id=paper.pk, text="x" * 10**6), "300 characters"),
        (_flood, "20 links"),
    ],
)
def test_what_is_out_of_bounds_is_refused(
    paper: Paper, ada: User, change: Callable[[User, Paper], object], words: str
) -> None:
    before = links(paper)
    with pytest.raises(Refused, match=words):
        change(ada, paper)
    assert links(paper)[: len(before)] == before


def test_nobody_else_puts_anything_right(paper: Paper, ada: User) -> None:
    (other,) = hold(record(2))
    for who, number in ((person("bob"), paper.pk), (ada, other.pk)):
        with pytest.raises(Refused, match="Only its confirmed authors"):
            summarize(person=who, paper_id=number, text="Mine.")
    assert not Amendment.objects.exists()
