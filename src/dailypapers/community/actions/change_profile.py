"""What a person says of themself, and lets others see."""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction

from dailypapers.community import handles, names, texts
from dailypapers.community.access import Invalid, Refused, require_active
from dailypapers.community.actions.former_handle import leave_behind
from dailypapers.community.limits import A_DAY, allow
from dailypapers.community.models.people import User
from dailypapers.community.web_addresses import public_host

log = logging.getLogger(__name__)

TAKEN = "Someone else has this handle, or had it."
MOST_LINKS = 5
MOST_FORMER = 10
"""Handles that one person keeps from others by having had them."""
LONGEST_LINK = 300

_is_web_address = URLValidator(schemes=["http", "https"])


def change_profile(
    *,
    person: User,
    handle: str,
    name: str = "",
    affiliation: str = "",
    about: str = "",
    links: Sequence[str] = (),
    shows_votes: bool = True,
    shows_comments: bool = True,
    shows_claims: bool = True,
) -> User:
    """Keep what the person wrote, cleaned. Raises `Refused` with what is wrong, and changes nothing then."""
    require_active(person)
    handle = handle.strip().lower()
    if handle != person.handle:
        _check_handle(handle, person)
        told = "A handle can be changed three times a day."
        allow("change handle", person, times=3, seconds=A_DAY, told=told)
    name = texts.line(name)[:100]
    if name != person.name and texts.holds_web_address(name):
        raise Invalid("A name holds no web address: it stands in mails. There is a field for links.")
    if name != person.name and names.is_of_staff(name, person):
        raise Invalid(names.TAKEN)
    before = person.handle
    person.handle, person.name = handle, name
    person.affiliation = texts.line(affiliation)[:200]
    person.about = texts.paragraphs(about)[:2_000]
    person.links = checked_links(links)
    person.shows_votes, person.shows_comments, person.shows_claims = shows_votes, shows_comments, shows_claims
    changed = "handle name affiliation about links shows_votes shows_comments shows_claims".split()  # noqa: SIM905
    try:
        with transaction.atomic():
            if handle != before and not User.objects.is_free(handle, person):
                person.handle = before
                raise Invalid(TAKEN)  # By someone at this moment.
            person.save(update_fields=changed)
            if handle != before:
                leave_behind(person=person, before=before)
    except IntegrityError:
        person.handle = before
        raise Invalid(TAKEN) from None
    log.info("%s changed the profile%s", before, f", now {handle}" if handle != before else "")
    return person


def _check_handle(handle: str, person: User) -> None:
    try:
        handles.check(handle)
    except ValidationError as problem:
        raise Invalid(" ".join(problem.messages)) from None
    if not User.objects.is_free(handle, person):
        raise Invalid(TAKEN)
    theirs = person.former_handles.all()
    if theirs.count() >= MOST_FORMER and not theirs.filter(handle=handle).exists():
        told = f"You have had {MOST_FORMER} other handles, which stay yours."
        raise Refused(f"{told} Go back to one of them, or keep this.")


def checked_links(links: Sequence[str]) -> list[str]:
    """Addresses that can be linked to. Raises `Refused` for the first that cannot."""
    kept = list(dict.fromkeys(one for one in map(texts.line, links) if one))
    if len(kept) > MOST_LINKS:
        raise Invalid(f"A profile has up to {MOST_LINKS} links.")
    for one in kept:
        try:
            _is_web_address(one)
            sound = len(one) <= LONGEST_LINK and "@" not in urlsplit(one).netloc
        except (ValidationError, ValueError):
            sound = False
        if not sound:
            shown = one if len(one) < 60 else f"{one[:60]}…"
            raise Invalid(f"{shown} is not a web address such as https://example.org/me.")
        public_host(urlsplit(one).hostname or "", one[:60])
    return kept
