"""Organizations and private groups: made, changed, deleted."""

import logging
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from dailypapers.community import names, texts, web_addresses
from dailypapers.community.access import Invalid, Refused, checked_reason, require_active
from dailypapers.community.grouping import require_may_make
from dailypapers.community.limits import allow
from dailypapers.community.models.groups import Group, Membership
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.moderation_log import enter

log = logging.getLogger(__name__)

LONGEST_NAME, LONGEST_ABOUT, LONGEST_KEY = 120, 3_000, 200
MOST_LINKS = 5
MOST_NAMES = 10
AN_HOUR = 3_600
RESERVED = frozenset({"new", "all", "mine", "search"})

_ROR = re.compile(r"(?:https://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")

State = Membership.State


def create(
    *, person: User, kind: Group.Kind, name: str, about: str = "", now: datetime | None = None
) -> Group:
    """Make a group, whose administrator the person is. Raises `Refused` with what is wrong, `TooMany`."""
    now = now or timezone.now()
    require_may_make(person, kind)
    name, about = _name(name), _about(about)
    allow(
        "make groups",
        person,
        times=10,
        seconds=AN_HOUR,
        told="That is many groups. Go on in an hour.",
    )
    with transaction.atomic():
        made = _made(kind, name, about, now)
        Membership.objects.create(group=made, person=person, state=State.ADMIN, since=now)
    log.info("%s made %s", person.handle, made)
    return made


def change(
    *,
    person: User,
    group_id: int,
    name: str,
    about: str = "",
    links: Sequence[str] = (),
    ror: str = "",
    also_named: Sequence[str] = (),
    joining: str = Group.Joining.INVITED,
    domain: str = "",
) -> Group:
    """Keep what an administrator says of a group. Raises `Refused` with what is wrong.

    Its address stays: others have it. A domain is only for who has a confirmed address in it.
    """
    with transaction.atomic():
        group = to_run(person, group_id)
        group.name, group.about = _name(name), _about(about)
        group.links = _links(links)
        if not group.is_private:
            group.ror, group.also_named = _ror(ror), _names(also_named)
            group.joining = joining if joining in Group.Joining.values else Group.Joining.INVITED
            domain = domain.strip().lower().removeprefix("@")
            if domain and domain != group.domain:
                _check_domain(person, domain)
            group.domain = domain
            group.name_key = _name_key(group.name, group.pk)
        changed = "name name_key about links ror also_named joining domain"
        group.save(update_fields=changed.split())
    log.info("%s changed %s", person.handle, group)
    return group


def delete(*, person: User, group_id: int, reason: str = "", now: datetime | None = None) -> None:
    """Delete a group with its lists and comments. A moderator who is no administrator says why.

    Raises `Refused`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        group = to_run(person, group_id)
        is_own = Membership.objects.filter(group=group, person=person, state=State.ADMIN).exists()
        if not is_own:
            admins = User.objects.filter(memberships__group=group, memberships__state=State.ADMIN)
            why = checked_reason(reason)
            enter(Decision.Kind.DELETE_ORGANIZATION, by=person, reason=why, about=list(admins), now=now)
        group.delete()
    log.info("%s deleted %s", person.handle, group)


def to_run(person: User, group_id: int) -> Group:
    """The group, with nobody else changing it, for one who runs it; others are told that there is none.

    Raises `Refused`.
    """
    require_active(person)
    group = Group.objects.select_for_update().filter(pk=group_id).first()
    mine = Membership.objects.filter(group=group_id, person=person).first()
    is_admin = mine is not None and mine.state == State.ADMIN
    if group is None or (mine is None and group.is_private):
        raise Refused("There is no such group.")
    if not is_admin and (group.is_private or not person.moderates):
        log.warning("%s tried to run %s", person.handle, group)
        raise Refused("Only its administrators can do this.")
    return group


def _made(kind: Group.Kind, name: str, about: str, now: datetime) -> Group:
    """A new group under an address that is free; that of a private group cannot be guessed."""
    words = slugify(name)[:40].strip("-") or "group"
    is_public = kind == Group.Kind.ORGANIZATION
    key = _name_key(name) if is_public else ""
    free = is_public and words not in RESERVED
    for slug in ([words] if free else []) + [f"{words}-{secrets.token_hex(4)}" for _ in range(3)]:
        try:
            with transaction.atomic():
                return Group.objects.create(
                    kind=kind, slug=slug, name=name, name_key=key, about=about, members=1, created_at=now
                )
        except IntegrityError:
            continue
    raise Invalid("No address was free for this name. Choose another.")


def _name(text: str) -> str:
    if len(text) > 4 * LONGEST_NAME or len(text := texts.line(text)) > LONGEST_NAME:
        raise Invalid(f"A name can have {LONGEST_NAME} characters.")
    if sum(map(str.isalnum, text)) < 2 or not any(map(str.isalpha, text)):
        raise Invalid("A name has at least two letters.")
    if texts.holds_web_address(text):
        raise Invalid("A name holds no web address: it stands in mails. There is a field for links.")
    return text


def _name_key(name: str, own: int = 0) -> str:
    """What stands for a name that nobody else may have. Raises `Invalid` where an organization has it.

    Two at once are kept apart by the table; the second is told to choose another name.
    """
    key = names.folded(name)[:LONGEST_KEY]
    alike = Q(name_key=key) | Q(name__iexact=name)
    if Group.objects.filter(alike, kind=Group.Kind.ORGANIZATION).exclude(pk=own).exists():
        raise Invalid("There is an organization of this name already, or of one that reads like it.")
    return key


def _about(text: str) -> str:
    if len(text) > 2 * LONGEST_ABOUT or len(text := texts.paragraphs(text)) > LONGEST_ABOUT:
        raise Invalid(f"A description can have {LONGEST_ABOUT:,} characters.")
    return text


def _links(links: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(web_addresses.checked(one) for one in links if one.strip()))
    if len(kept) > MOST_LINKS:
        raise Invalid(f"A page has up to {MOST_LINKS} links.")
    return kept


def _names(others: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(cleaned for one in others if (cleaned := texts.line(one))))
    if len(kept) > MOST_NAMES:
        raise Invalid(f"Give up to {MOST_NAMES} other names.")
    if short := next((one for one in kept if len(one) < 4), ""):
        raise Invalid(f"{short} is too short: it would be found in other names.")
    return [one[:LONGEST_NAME] for one in kept]


def _ror(text: str) -> str:
    text = text.strip().lower()
    if not text:
        return ""
    found = _ROR.fullmatch(text)
    if found is None:
        raise Invalid("A ROR identifier looks like https://ror.org/03yrm5c26.")
    return found[1]


def _check_domain(person: User, domain: str) -> None:
    if len(domain) > 100 or not _DOMAIN.fullmatch(domain):
        raise Invalid("A domain looks like example.edu.")
    own = EmailAddress.objects.filter(user=person, verified=True, email__iendswith=f"@{domain}")
    if not own.exists():
        raise Refused(f"You have no confirmed address in {domain}; only someone who has one can name it.")
