"""Claims of people to papers of theirs: made, given back, appealed."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dailypapers.catalogue.corrections import find_place
from dailypapers.catalogue.models import Author, Paper
from dailypapers.community import texts
from dailypapers.community.access import Invalid, Refused, require_active
from dailypapers.community.actions.comment import mark_author
from dailypapers.community.authorship import names_of
from dailypapers.community.limits import A_DAY, allow
from dailypapers.community.models.claims import Claim
from dailypapers.community.models.people import User
from dailypapers.community.proofs import proof_of

log = logging.getLogger(__name__)

LONGEST = 2_000
"""Characters of a reason or an appeal."""

State = Claim.State


def claim(
    *, person: User, paper_id: int, position: int, reason: str = "", now: datetime | None = None
) -> Claim:
    """Claim to be the author at a place; confirmed at once where the paper's record shows it.

    Otherwise `reason` is what a moderator decides by. Claiming another place takes the place of a claim
    that waits. Raises `Refused` for a place that nobody stands at, a request without a reason, and one that
    was denied; `TooMany` for one who claims many papers in a day.
    """
    now = now or timezone.now()
    require_active(person, now)
    reason = _words(reason)
    told = "That is many papers for a day. Go on tomorrow, or ask a moderator."
    allow("claim", person, times=40, seconds=A_DAY, told=told)
    with transaction.atomic():
        one_at_a_time(paper_id)
        author = _author_at(paper_id, position)
        mine = Claim.objects.filter(person=person, paper_id=paper_id).first()
        if mine is not None and mine.state == State.CONFIRMED:
            raise Refused("You are confirmed as an author of this paper already.")
        if mine is not None and mine.state != State.OPEN:
            # Not even with a proof: it may be the record that is wrong, and the moderator saw it.
            raise Refused("This was denied. You can ask for another look once, with your reasons.")
        is_free = holder_of(paper_id, position) is None
        proof = proof_of(person, author) if is_free else ""
        if not proof and not reason:
            raise Invalid(
                "The paper’s record does not show by itself that this is you. Say how a moderator can see it."
            )
        mine = mine or Claim(person=person, paper_id=paper_id, created_at=now)
        mine.position, mine.name, mine.how = position, author.name, proof
        mine.reason = reason or mine.reason
        mine.state = State.CONFIRMED if proof else State.OPEN
        if proof:
            mine.decided_at, mine.decided_by, mine.decided_for = now, None, ""
        mine.save()
        if proof:
            mark_author(person=person, paper_id=paper_id)
    outcome = f"confirmed by {proof}" if proof else "to be decided"
    log.info("%s claims place %d of paper %d: %s", person.handle, position, paper_id, outcome)
    return mine


def give_back(*, person: User, paper_id: int) -> None:
    """Take one's claim back, confirmed or waiting; one that was denied stays so. Raises `Refused`."""
    require_active(person)
    with transaction.atomic():
        mine = Claim.objects.select_for_update().filter(person=person, paper_id=paper_id).first()
        if mine is None or mine.state == State.DENIED:
            raise Refused("You have no claim to this paper that could be given back.")
        if mine.state == State.APPEALED:
            # What was denied is denied again, and can be appealed no more.
            mine.state = State.DENIED
            mine.save(update_fields=["state"])
        else:
            mine.delete()
        mark_author(person=person, paper_id=paper_id)
    log.info("%s gave back the claim to paper %d", person.handle, paper_id)


def appeal(
    *, person: User, paper_id: int, words: str, position: int | None = None, now: datetime | None = None
) -> Claim:
    """Ask for another look at a claim that was denied, once; as another of the authors, where one is named.

    Raises `Refused`.
    """
    now = now or timezone.now()
    require_active(person, now)
    words = _words(words)
    if not words:
        raise Invalid("Say why the decision is wrong: whoever looks again reads it.")
    with transaction.atomic():
        mine = Claim.objects.select_for_update().filter(person=person, paper_id=paper_id).first()
        if mine is None or mine.state != State.DENIED:
            raise Refused("You have no claim to this paper that was denied.")
        if not mine.can_be_appealed:
            raise Refused("This was decided a second time, which is the last.")
        if position is not None:
            author = _author_at(paper_id, position)
            mine.position, mine.name = position, author.name
        mine.state, mine.appeal, mine.appealed_at = State.APPEALED, words, now
        mine.save(update_fields=["position", "name", "state", "appeal", "appealed_at"])
    log.info("%s appeals the denial of the claim to paper %d", person.handle, paper_id)
    return mine


def one_at_a_time(paper_id: int) -> None:
    """Until the transaction ends, let nobody else decide who an author of the paper is. Raises `Refused`."""
    if Paper.objects.select_for_update().only("pk").filter(pk=paper_id).first() is None:
        raise Refused("This paper is not held here.")


def holder_of(paper_id: int, position: int) -> Claim | None:
    """The confirmed claim to a place, wherever the names stood when it was made."""
    confirmed = Claim.objects.filter(paper_id=paper_id, state=State.CONFIRMED).select_related("person")
    names = names_of(paper_id) if confirmed else []
    there = (one for one in confirmed if find_place(names, one.name, one.position) == position)
    return next(there, None)


def _author_at(paper_id: int, position: int) -> Author:
    author = Author.objects.filter(paper_id=paper_id, position=position).first()
    if author is None:
        raise Invalid("Nobody stands at this place of the paper’s authors. Choose one of them.")
    return author


def _words(text: str) -> str:
    if len(text) > 2 * LONGEST or len(text := texts.paragraphs(text)) > LONGEST:
        raise Invalid(f"Say it in {LONGEST:,} characters.")
    return text
