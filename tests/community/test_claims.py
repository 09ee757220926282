"""Who is believed to have written a paper, who decides otherwise, and what follows from it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress

from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import decide_claim
from dailypapers.community.actions.claim import LONGEST, appeal, claim, give_back
from dailypapers.community.actions.comment import write
from dailypapers.community.actions.correct_paper import add_link, affiliate, summarize, undo
from dailypapers.community.actions.leave import leave
from dailypapers.community.authorship import authors_among, authors_of, holders, is_author
from dailypapers.community.claiming import claims_to_decide
from dailypapers.community.models.claims import Amendment, Claim
from dailypapers.community.models.comments import Comment, Discussion
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.notifications import Notification
from dailypapers.community.models.people import User
from dailypapers.community.watching import watchers
from tests.community.people import person
from tests.papers import NOW, hold, named, record

pytestmark = pytest.mark.django_db

ORCID = "0000-0002-1825-0097"
AUTHORS = (
    Author("Ada Lovelace", orcid=ORCID),
    Author("Charles Babbage", "Trinity College, Cambridge. Electronic address: Charles@Example.org."),
    Author("Mary Somerville"),
)
WHY = "My page at the observatory lists it."


@pytest.fixture
def paper() -> Paper:
    return hold(record(1, authors=AUTHORS))[0]


@pytest.fixture
def mary() -> User:
    return person("mary", name="Mary Somerville")


@pytest.fixture
def moderator() -> User:
    return person("moderator", is_moderator=True)


@pytest.fixture
def waiting(paper: Paper, mary: User) -> Claim:
    return claim(person=mary, paper_id=paper.pk, position=2, reason=WHY)


def told(who: User) -> list[str]:
    return list(Notification.objects.filter(person=who).order_by("pk").values_list("said", flat=True))


def test_an_orcid_that_the_record_names_confirms_at_once(paper: Paper) -> None:
    ada = person("ada", orcid=ORCID)
    made = claim(person=ada, paper_id=paper.pk, position=0)
    assert (made.state, made.how) == ("confirmed", "orcid")
    assert is_author(ada, paper.pk)
    assert authors_of(paper.pk) == authors_among([ada.pk, 0], paper.pk) == {ada.pk}


def test_an_address_confirms_once_it_is_confirmed_itself(paper: Paper) -> None:
    charles = person("charles")
    EmailAddress.objects.update(verified=False)
    with pytest.raises(Refused, match="does not show by itself"):
        claim(person=charles, paper_id=paper.pk, position=1)
    EmailAddress.objects.update(verified=True)
    made = claim(person=charles, paper_id=paper.pk, position=1)
    assert (made.state, made.how) == ("confirmed", "email")


def test_a_proof_is_for_the_author_it_names_only(paper: Paper) -> None:
    ada = person("ada", orcid=ORCID)
    with pytest.raises(Refused, match="does not show by itself"):
        claim(person=ada, paper_id=paper.pk, position=1)
    assert claim(person=ada, paper_id=paper.pk, position=1, reason="It is.").state == "open"
    assert not is_author(ada, paper.pk)


def test_what_an_author_put_right_proves_nothing(paper: Paper) -> None:
    ada, mallory = person("ada", orcid=ORCID), person("mallory")
    claim(person=ada, paper_id=paper.pk, position=0)
    affiliate(person=ada, paper_id=paper.pk, text="At mallory@example.org")
    give_back(person=ada, paper_id=paper.pk)
    with pytest.raises(Refused, match="does not show by itself"):
        claim(person=mallory, paper_id=paper.pk, position=0)


def test_a_request_is_decided_by_a_moderator_and_told(waiting: Claim, mary: User, moderator: User) -> None:
    comment = write(person=mary, paper_id=waiting.paper_id, body="Ask me anything.")
    assert not comment.is_by_author
    decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    assert is_author(mary, waiting.paper_id)
    assert told(mary) == ["You are confirmed as an author of a paper."]
    comment.refresh_from_db()
    assert comment.is_by_author, "what was said before is marked too"
    assert Discussion.objects.get().by_authors == 1
    assert watchers(waiting.paper_id)[mary.pk] == "authored"
    give_back(person=mary, paper_id=waiting.paper_id)
    comment.refresh_from_db()
    assert not comment.is_by_author
    assert not Claim.objects.exists()


def test_a_denial_says_why_and_is_appealed_once(waiting: Claim, mary: User, moderator: User) -> None:
    second = person("second", is_moderator=True)
    with pytest.raises(Refused, match="Say why"):
        decide_claim.deny(claim_id=waiting.pk, by=moderator, reason=" ")
    decide_claim.deny(claim_id=waiting.pk, by=moderator, reason="No page lists it")
    assert told(mary) == ["A claim of yours was denied: No page lists it. You can ask for another look once."]
    with pytest.raises(Refused, match="was denied"):
        claim(person=mary, paper_id=waiting.paper_id, position=2, reason="Once more.")
    with pytest.raises(Refused, match="could be given back"):
        give_back(person=mary, paper_id=waiting.paper_id)
    with pytest.raises(Refused, match="Say why"):
        appeal(person=mary, paper_id=waiting.paper_id, words=" \u200b ")
    appeal(person=mary, paper_id=waiting.paper_id, words="It is on the second page.")
    with pytest.raises(Refused, match="Another moderator"):
        decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    decide_claim.deny(claim_id=waiting.pk, by=second, reason="Still not!")
    assert told(mary)[-1] == "A claim of yours was denied: Still not!"
    with pytest.raises(Refused, match="is the last"):
        appeal(person=mary, paper_id=waiting.paper_id, words="But still.")
    assert not is_author(mary, waiting.paper_id)


def test_an_appeal_that_is_taken_back_is_spent(waiting: Claim, mary: User, moderator: User) -> None:
    decide_claim.deny(claim_id=waiting.pk, by=moderator, reason="No.")
    appeal(person=mary, paper_id=waiting.paper_id, words="Yes.", position=0)
    assert Claim.objects.get().name == "Ada Lovelace", "another name can be meant"
    give_back(person=mary, paper_id=waiting.paper_id)
    with pytest.raises(Refused, match="is the last"):
        appeal(person=mary, paper_id=waiting.paper_id, words="Yes!")


def test_the_only_moderator_decides_alone(waiting: Claim, mary: User, moderator: User) -> None:
    decide_claim.deny(claim_id=waiting.pk, by=moderator, reason="No.")
    appeal(person=mary, paper_id=waiting.paper_id, words="Yes.")
    decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    assert is_author(mary, waiting.paper_id)


def test_nobody_decides_on_a_claim_of_their_own_where_another_can(paper: Paper, moderator: User) -> None:
    own = claim(person=moderator, paper_id=paper.pk, position=2, reason="I know myself.")
    other = person("other", is_superuser=True)
    with pytest.raises(Refused, match="your own claim"):
        decide_claim.confirm(claim_id=own.pk, by=moderator)
    User.objects.filter(pk=other.pk).update(is_active=False)
    decide_claim.confirm(claim_id=own.pk, by=moderator)


def test_others_decide_nothing(waiting: Claim, mary: User) -> None:
    with pytest.raises(Refused, match="Only moderators"):
        decide_claim.confirm(claim_id=waiting.pk, by=mary)
    with pytest.raises(Refused, match="Only moderators"):
        decide_claim.deny(claim_id=waiting.pk, by=mary, reason="No.")


def test_an_author_is_one_person(waiting: Claim, moderator: User) -> None:
    rival = person("rival")
    asked = claim(person=rival, paper_id=waiting.paper_id, position=2, reason="It is me.")
    decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    with pytest.raises(Refused, match="@mary is confirmed"):
        decide_claim.confirm(claim_id=asked.pk, by=moderator)
    with pytest.raises(Refused, match="decided meanwhile"):
        decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    decide_claim.deny(claim_id=waiting.pk, by=moderator, reason="An impostor.")
    decide_claim.confirm(claim_id=asked.pk, by=moderator)
    assert authors_of(waiting.paper_id) == {rival.pk}


def test_a_proof_does_not_drive_out_who_is_confirmed(paper: Paper, moderator: User) -> None:
    first = claim(person=person("first"), paper_id=paper.pk, position=0, reason="Me.")
    decide_claim.confirm(claim_id=first.pk, by=moderator)
    ada = person("ada", orcid=ORCID)
    assert claim(person=ada, paper_id=paper.pk, position=0, reason="By ORCID.").state == "open"


def test_what_an_impostor_put_right_goes_with_the_claim(waiting: Claim, mary: User, moderator: User) -> None:
    decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    summarize(person=mary, paper_id=waiting.paper_id, text="Buy this.")
    decide_claim.deny(claim_id=waiting.pk, by=moderator, reason="Advertises.")
    assert told(mary)[-1].startswith("You are confirmed as an author no more: Advertises.")
    assert not Paper.objects.get().summaries.exists()
    undone = Amendment.objects.get()
    assert (undone.undone_by, undone.undone_for) == (moderator, "Advertises.")
    with pytest.raises(Refused, match="Only its confirmed authors"):
        summarize(person=mary, paper_id=waiting.paper_id, text="Buy this.")


def test_a_record_that_was_wrong_confirms_nobody_again(paper: Paper, moderator: User) -> None:
    ada = person("ada", orcid=ORCID)
    made = claim(person=ada, paper_id=paper.pk, position=0)
    decide_claim.deny(claim_id=made.pk, by=moderator, reason="The record has another's ORCID.")
    with pytest.raises(Refused, match="was denied"):
        claim(person=ada, paper_id=paper.pk, position=0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda who, paper: claim(person=who, paper_id=paper.pk, position=3, reason=WHY), "Nobody stands"),
        (lambda who, paper: claim(person=who, paper_id=paper.pk + 1, position=0, reason=WHY), "not held"),
        (
            lambda who, paper: claim(person=who, paper_id=paper.pk, position=0, reason="x" * (LONGEST + 1)),
            "2,000 characters",
        ),
        (lambda who, paper: give_back(person=who, paper_id=paper.pk), "no claim"),
        (lambda who, paper: appeal(person=who, paper_id=paper.pk, words="Yes."), "no claim"),
    ],
)
def test_what_cannot_be_is_refused(
    paper: Paper, mary: User, change: Callable[[User, Paper], object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        change(mary, paper)


def test_suspended_people_claim_nothing_and_nobody_claims_hundreds(paper: Paper, mary: User) -> None:
    with pytest.raises(Refused, match="suspended"):
        claim(person=person("s", suspended_until=NOW.replace(year=2999)), paper_id=paper.pk, position=0)
    for _ in range(40):
        claim(person=mary, paper_id=paper.pk, position=2, reason=WHY)
    with pytest.raises(TooMany):
        claim(person=mary, paper_id=paper.pk, position=2, reason=WHY)


def test_a_place_follows_its_name_when_the_authors_change(
    waiting: Claim, mary: User, moderator: User
) -> None:
    decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    land([record(1, version=2, authors=(Author("Grace Hopper"), *AUTHORS))], NOW)
    assert {place: one.handle for place, one in holders(waiting.paper_id).items()} == {3: "mary"}
    grace = person("grace")
    asked = claim(person=grace, paper_id=waiting.paper_id, position=2, reason="I am Charles.")
    decide_claim.confirm(claim_id=asked.pk, by=moderator)
    assert holders(waiting.paper_id)[2].handle == "grace"


def joined() -> Paper:
    """The paper that is left when the other copy turns out to be the same work."""
    both = (named("2604.00001"), named("doi:10.1000/182"))
    land([record(1, authors=AUTHORS, identifiers=both)], NOW)
    return Paper.objects.get()


def test_claims_go_where_their_paper_goes(moderator: User) -> None:
    first = hold(record(1, authors=AUTHORS))[0]
    other = hold(
        replace(
            record(2, authors=AUTHORS[::-1], title="Another title altogether, for now"),
            identifiers=(named("doi:10.1000/182"),),
        )
    )[0]
    ada, mary, rival = person("ada", orcid=ORCID), person("mary"), person("rival")
    claim(person=ada, paper_id=first.pk, position=0)
    for who, place in ((mary, 0), (rival, 2)):
        asked = claim(person=who, paper_id=other.pk, position=place, reason=WHY)
        decide_claim.confirm(claim_id=asked.pk, by=moderator)
    claim(person=mary, paper_id=first.pk, position=1, reason="A mistake.")
    write(person=mary, paper_id=first.pk, body="Here I was nobody yet.")
    write(person=rival, paper_id=other.pk, body="Here I was Ada.")
    kept = joined()
    states = dict(Claim.objects.filter(paper=kept).values_list("person__handle", "state"))
    assert states == {"ada": "confirmed", "mary": "confirmed", "rival": "open"}
    assert authors_of(kept.pk) == {ada.pk, mary.pk}
    marked = dict(Comment.objects.values_list("author__handle", "is_by_author"))
    assert marked == {"mary": True, "rival": False}


def test_leaving_takes_claims_and_personal_words_along(waiting: Claim, mary: User, moderator: User) -> None:
    decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    affiliate(person=mary, paper_id=waiting.paper_id, text="Somerville College")
    add_link(person=mary, paper_id=waiting.paper_id, kind="code", url="https://code.example/x")
    leave(person=mary)
    paper = Paper.objects.get()
    assert [author.affiliation for author in paper.authors.order_by("position")][2] == ""
    assert [link.url for link in paper.artifacts.all()] == ["https://code.example/x"]
    assert [(one.kind, one.person) for one in Amendment.objects.all()] == [("link", None)]
    assert not Claim.objects.exists()


def test_a_moderator_who_leaves_leaves_the_decision(waiting: Claim, moderator: User) -> None:
    decide_claim.deny(claim_id=waiting.pk, by=moderator, reason="No.")
    leave(person=moderator)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by, waiting.decided_for) == ("denied", None, "No.")


def test_the_queue_says_what_there_is_to_go_by(
    waiting: Claim, moderator: User, django_assert_num_queries: object
) -> None:
    ada = person("ada", name="Countess", orcid="0000-0001-5109-3700")
    asked = claim(person=ada, paper_id=waiting.paper_id, position=0, reason="Me.")
    with django_assert_num_queries(4):  # type: ignore[operator]
        first, second = claims_to_decide(0, 10)
    assert (first.claim, first.same_name) == (waiting, True)
    assert (second.orcid, second.same_name) == (ORCID, False)
    decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    decide_claim.deny(claim_id=asked.pk, by=moderator, reason="Another ORCID.")
    claim(person=person("rival"), paper_id=waiting.paper_id, position=2, reason="No, me.")
    (rival,) = claims_to_decide(0, 10)
    assert rival.holder == waiting.person
    appeal(person=ada, paper_id=waiting.paper_id, words="An old one.")
    assert claims_to_decide(0, 1)[0].before == {"denied that someone is an author": 1}


def test_every_decision_stands_in_the_public_log(waiting: Claim, mary: User, moderator: User) -> None:
    decide_claim.confirm(claim_id=waiting.pk, by=moderator)
    summarize(person=mary, paper_id=waiting.paper_id, text="Buy this.")
    undo(amendment_id=Amendment.objects.get().pk, by=moderator, reason="Advertises.")
    decide_claim.deny(claim_id=waiting.pk, by=moderator, reason="An impostor.")
    lines = Decision.objects.order_by("pk").values_list("kind", "by", "people", "paper", "reason")
    assert [(kind, reason) for kind, _, _, _, reason in lines] == [
        ("confirm-claim", "as Mary Somerville"),
        ("undo-correction", "Advertises."),
        ("deny-claim", "An impostor."),
    ]
    assert {line[1:4] for line in lines} == {(moderator.pk, mary.pk, waiting.paper_id)}
