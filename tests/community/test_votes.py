"""One vote a person and paper, taken back at will; what looks arranged is held and not counted."""

from datetime import UTC, datetime, timedelta

import pytest

from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions.vote import (
    Changed,
    drop,
    forget,
    forget_networks,
    let_count,
    take_back,
    vote,
)
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote, VoteCount
from dailypapers.community.networks import network_key
from dailypapers.community.voting import voting
from dailypapers.ranking.models import Score
from dailypapers.ranking.refresh import refresh, refresh_paper
from tests.community.people import person
from tests.papers import hold, mention, named, record

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=300)
NEW = NOW - timedelta(hours=2)
HOME, LAB = "8.8.8.8", "9.9.9.9"


def people(count: int, joined: datetime = LONG_AGO, start: str = "p") -> list[User]:
    return [person(f"{start}-{number}", joined=joined) for number in range(count)]


def cast(who: User, paper: Paper, address: str = "", after: float = 0) -> Changed:
    return vote(person=who, paper_id=paper.pk, address=address, now=NOW + timedelta(seconds=after))


def counted(paper: Paper) -> tuple[int, int]:
    """What is kept beside the paper; the same as is found by counting."""
    kept = VoteCount.objects.filter(paper=paper).values_list("votes", "held").first() or (0, 0)
    votes = Vote.objects.filter(paper=paper)
    assert kept == (votes.filter(held="").count(), votes.exclude(held="").count())
    return kept


def test_a_vote_counts_once_however_often_it_is_cast(paper: Paper) -> None:
    alice = person("alice")
    assert cast(alice, paper) == Changed("counted", 1)
    assert cast(alice, paper) == Changed("unchanged", 1)
    assert counted(paper) == (1, 0)


def test_a_vote_can_be_taken_back_and_cast_again(paper: Paper) -> None:
    alice = person("alice")
    cast(alice, paper)
    assert take_back(person=alice, paper_id=paper.pk) == Changed("taken back", 0)
    assert take_back(person=alice, paper_id=paper.pk) == Changed("unchanged", 0)
    assert cast(alice, paper).votes == 1


def test_taking_back_takes_ones_own(paper: Paper) -> None:
    alice, bob = people(2)
    cast(alice, paper)
    assert take_back(person=bob, paper_id=paper.pk) == Changed("unchanged", 1)


def test_who_is_suspended_or_gone_cannot_vote(paper: Paper) -> None:
    suspended = person("suspended", suspended_until=NOW + timedelta(days=1))
    for who in (suspended, person("closed", is_active=False)):
        with pytest.raises(Refused, match="account is"):
            cast(who, paper)
    cast(person("back", suspended_until=NOW - timedelta(days=1)), paper)
    assert counted(paper) == (1, 0)


def test_a_paper_that_is_not_held_has_no_votes() -> None:
    with pytest.raises(Refused, match="not held"):
        vote(person=person("alice"), paper_id=987_654)


def test_nobody_votes_a_thousand_times_a_minute(paper: Paper) -> None:
    alice = person("alice")
    for _ in range(60):
        cast(alice, paper)
    with pytest.raises(TooMany):
        cast(alice, paper)
    with pytest.raises(TooMany):
        take_back(person=alice, paper_id=paper.pk)
    cast(person("bob"), paper)


def test_a_lab_votes_from_one_address(paper: Paper) -> None:
    for number, who in enumerate(people(8)):
        cast(who, paper, LAB, after=number * 120)
    assert counted(paper) == (8, 0)


def test_new_accounts_of_one_address_are_held_together(paper: Paper) -> None:
    old = person("old", joined=LONG_AGO)
    cast(old, paper, HOME)
    first, second, third = people(3, NEW)
    assert cast(first, paper, HOME).outcome == "counted"
    assert cast(second, paper, HOME) == Changed("held", 1), "the first of the ring no longer counts either"
    assert cast(third, paper, HOME).outcome == "held"
    assert counted(paper) == (1, 3)
    assert set(Vote.objects.exclude(held="").values_list("held", flat=True)) == {"same address"}


def test_new_accounts_from_everywhere_are_held_when_they_are_many(paper: Paper) -> None:
    person("old", joined=LONG_AGO)
    outcomes = [
        cast(who, paper, f"8.8.{number}.8", after=600 * number).outcome
        for number, who in enumerate(people(6, NEW))
    ]
    assert outcomes == ["counted"] * 3 + ["held"] * 3
    assert counted(paper) == (0, 6)


def test_in_the_first_week_of_a_site_nobody_is_suspect_for_being_new(paper: Paper) -> None:
    for number, who in enumerate(people(6, NEW)):
        cast(who, paper, f"8.8.{number}.8", after=600 * number)
    assert counted(paper) == (6, 0)


def test_a_burst_of_one_network_is_held_however_old_its_accounts(paper: Paper) -> None:
    outcomes = [cast(who, paper, HOME, after=number).outcome for number, who in enumerate(people(7))]
    assert outcomes == ["counted"] * 4 + ["held"] * 3
    assert counted(paper) == (4, 3)


def test_addresses_that_say_nothing_hold_nothing(paper: Paper) -> None:
    for number, who in enumerate(people(3, NEW)):
        cast(who, paper, ["127.0.0.1", "10.0.0.7", ""][number])
    assert counted(paper) == (3, 0)


def test_a_moderator_lets_votes_count_and_vouches_for_their_people(paper: Paper) -> None:
    moderator = person("mod", is_moderator=True)
    first, second, third = people(3, NEW)
    cast(first, paper, HOME)
    cast(second, paper, HOME)
    assert let_count(votes=Vote.objects.all(), by=moderator, reason="A lab.") == {paper.pk}
    assert counted(paper) == (2, 0)
    third.refresh_from_db()
    assert cast(third, paper, HOME).outcome == "counted", "those vouched for are no ring any more"
    assert let_count(votes=Vote.objects.all(), by=moderator, reason="A lab.") == set()


def test_a_moderator_drops_held_votes_and_no_others(paper: Paper) -> None:
    moderator = person("mod", is_moderator=True)
    cast(person("alice"), paper)
    for who in people(2, NEW):
        cast(who, paper, HOME)
    drop(votes=Vote.objects.all(), by=moderator, reason="A lab.")
    assert counted(paper) == (1, 0)


def test_a_vote_that_was_dropped_cannot_be_cast_again(paper: Paper) -> None:
    moderator = person("mod", is_moderator=True)
    ring = people(2, NEW)
    for who in ring:
        cast(who, paper, HOME)
    drop(votes=Vote.objects.all(), by=moderator, reason="A lab.")
    with pytest.raises(Refused, match="cannot be cast again"):
        cast(ring[0], paper, HOME)
    assert counted(paper) == (0, 0)
    other = hold(record(77))[0]
    assert cast(ring[0], other, HOME).outcome == "counted", "for other papers one votes as before"


def test_only_moderators_decide_on_held_votes(paper: Paper) -> None:
    for action in (let_count, drop):
        who = person(f"alice-{action.__name__.replace('_', '-')}")
        with pytest.raises(Refused, match="moderators"):
            action(votes=Vote.objects.all(), by=who, reason="Why not?")


def test_a_held_vote_can_be_taken_back(paper: Paper) -> None:
    first, second = people(2, NEW)
    cast(first, paper, HOME)
    cast(second, paper, HOME)
    take_back(person=second, paper_id=paper.pk)
    assert counted(paper) == (0, 1)


def test_an_address_is_kept_as_a_hash_and_for_a_week(paper: Paper) -> None:
    cast(person("alice"), paper, HOME)
    kept = Vote.objects.get().address_key
    assert len(kept) == 32
    assert HOME not in kept
    assert network_key(HOME, NOW) != network_key(HOME, NOW + timedelta(days=7)), "the key changes weekly"
    assert forget_networks(NOW + timedelta(days=6)) == 0
    assert forget_networks(NOW + timedelta(days=8)) == 1
    assert Vote.objects.get().address_key == ""


def test_the_addresses_of_a_household_are_one_network() -> None:
    assert network_key("2a02:8108::1", NOW) == network_key("2a02:8108::ffff", NOW) != ""
    assert network_key("2a02:8108::1", NOW) != network_key("2a02:8108:0:1::1", NOW)
    assert network_key("::ffff:8.8.8.8", NOW) == network_key("8.8.8.8", NOW)
    assert network_key("not an address", NOW) == ""


def test_votes_go_with_a_paper_that_is_joined_to_another() -> None:
    other = named("10.1000/growth")
    kept, gone = hold(record(1), record(2, identifiers=(other,), title="Another title for the time being"))
    alice, bob, carol = people(3)
    for who, paper in ((alice, kept), (alice, gone), (bob, gone), (carol, kept)):
        cast(who, paper)
    hold(record(1, identifiers=(*record(1).identifiers, other)))
    (paper,) = Paper.objects.all()
    assert counted(paper) == (3, 0)
    assert paper.pk == kept.pk


def test_a_vote_moves_its_paper_at_once_and_taking_it_back_moves_it_back(paper: Paper) -> None:
    cast(person("alice"), paper)
    refresh_paper(paper.pk)
    assert Score.objects.get().votes == 1
    assert refresh() == 0
    assert Score.objects.get().votes == 1
    take_back(person=User.objects.get(), paper_id=paper.pk)
    refresh_paper(paper.pk)
    assert not Score.objects.exists()


def test_votes_here_and_elsewhere_are_added_in_the_order_and_kept_apart() -> None:
    (paper,) = hold(record(1, **mention(10)))
    cast(person("alice"), paper)
    refresh_paper(paper.pk)
    assert Score.objects.get().votes == 11
    assert VoteCount.objects.get().votes == 1


def test_held_votes_do_not_move_a_paper(paper: Paper) -> None:
    for who in people(2, NEW):
        cast(who, paper, HOME)
    refresh_paper(paper.pk)
    assert not Score.objects.exists()


def test_who_voted_is_shown_of_those_who_let_it_be_seen_the_newest_first(paper: Paper) -> None:
    for number, who in enumerate(people(5)):
        cast(who, paper, after=number)
    shy = person("shy", shows_votes=False)
    cast(shy, paper, after=9)
    found = voting([paper.pk], shy)[paper.pk]
    assert [one.handle for one in found.voters] == ["p-4", "p-3", "p-2"]
    assert (found.votes, found.more, found.mine) == (6, 3, True)


def test_leaving_takes_all_votes_along(paper: Paper) -> None:
    alice, bob = people(2)
    cast(alice, paper)
    cast(bob, paper)
    assert forget(person=alice) == {paper.pk}
    assert counted(paper) == (1, 0)
