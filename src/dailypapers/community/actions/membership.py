"""How people come to groups, what they are there, and how they go."""

import logging
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from dailypapers.community import texts
from dailypapers.community.access import Invalid, Refused, require_active
from dailypapers.community.actions import follow, notify
from dailypapers.community.actions.group import to_run
from dailypapers.community.comment_text import one_line
from dailypapers.community.grouping import MOST_MEMBERS
from dailypapers.community.joined import joined
from dailypapers.community.limits import allow
from dailypapers.community.models.groups import Group, GroupBlock, Membership
from dailypapers.community.models.notifications import Kind, Notification
from dailypapers.community.models.people import User
from dailypapers.community.trust import GROUP_INVITATIONS, count_act

log = logging.getLogger(__name__)

A_DAY = 86_400
State = Membership.State


def invite(*, by: User, group_id: int, handle: str, now: datetime | None = None) -> Membership:
    """Invite someone, who is told by whom; who has asked is a member then.

    Raises `Invalid` for a handle that nobody has, `Refused` for someone who wants no invitations of this
    group, `TooMany` for more than an account of this age sends in a day.
    """
    now = now or timezone.now()
    handle = handle.strip().lower().removeprefix("@")
    told = "That is many invitations for a day. Go on tomorrow."
    allow("invite to groups", by, times=100, seconds=A_DAY, told=told)
    with transaction.atomic():
        group = to_run(by, group_id)
        person = joined().filter(handle=handle[:100]).first()
        if person is None:
            raise Invalid("Nobody has this handle.")
        mine = Membership.objects.filter(group=group, person=person).first()
        if mine is not None and mine.state == State.ASKED:
            return _admit(group, mine, now)
        if mine is not None:
            return mine
        if GroupBlock.objects.filter(group=group, person=person).exists():
            raise Refused("They want no more invitations to this group.")
        if Membership.objects.filter(group=group).count() >= MOST_MEMBERS:
            raise Refused(f"A group has up to {MOST_MEMBERS:,} people.")
        again = "They were invited before. Ask them themselves."
        whom = f"group {group.pk} for @{person.handle}"
        allow("invite again", whom, times=2, seconds=30 * A_DAY, told=again)
        count_act(by, GROUP_INVITATIONS, now)
        made = Membership.objects.create(
            group=group, person=person, state=State.INVITED, since=now, invited_by=by
        )
        who = f"{one_line(by.shown_name, 60)} (@{by.handle})"
        _tell(made, f"{who} invites you to {group.name}.", now)
    log.info("%s invited %s to %s", by.handle, person.handle, group)
    return made


def join(*, person: User, group_id: int, words: str = "", now: datetime | None = None) -> Membership:
    """Accept an invitation, join by one's confirmed address, or ask to join. Raises `Refused`, `TooMany`."""
    now = now or timezone.now()
    require_active(person, now)
    words = texts.line(words[:2_000])[:300]
    told = "That is many groups for a day. Go on tomorrow."
    allow("join groups", person, times=40, seconds=A_DAY, told=told)
    with transaction.atomic():
        group, mine = _seen(person, group_id)
        if mine is not None and mine.state in Membership.BELONGS:
            return mine
        if (mine is not None and mine.state == State.INVITED) or _has_address(person, group):
            mine = mine or Membership(group=group, person=person)
            mine.state, mine.words, mine.since = State.MEMBER, "", now
            mine.save()
            count(group)
            GroupBlock.objects.filter(group=group, person=person).delete()
            Notification.objects.filter(person=person, group=group, read_at=None).update(read_at=now)
            log.info("%s joined %s", person.handle, group)
            return mine
        if mine is not None:
            return mine
        if group.joining != Group.Joining.ASK:
            raise Refused("One comes to this organization by invitation.")
        if Membership.objects.filter(group=group).count() >= MOST_MEMBERS:
            raise Refused("This organization has as many people as it can have.")
        made = Membership.objects.create(
            group=group, person=person, state=State.ASKED, words=words, since=now
        )
        for admin in Membership.objects.filter(group=group, state=State.ADMIN).select_related("person"):
            _tell(admin, f"Someone asks to join {group.name}.", now)
    log.info("%s asks to join %s", person.handle, group)
    return made


def leave(*, person: User, group_id: int) -> None:
    """Leave a group, decline an invitation or ask no more. The last administrator cannot.

    Raises `Refused`.
    """
    with transaction.atomic():
        group, mine = _seen(person, group_id)
        if mine is None:
            raise Refused("You do not belong to it.")
        _require_another_admin(group, mine)
        _gone(mine)
        count(group)
    log.info("%s left %s", person.handle, group)


def decline_for_good(*, person: User, group_id: int, now: datetime | None = None) -> None:
    """Decline an invitation, and be invited by this group no more. Raises `Refused`."""
    with transaction.atomic():
        group, mine = _seen(person, group_id)
        if mine is None or mine.state != State.INVITED:
            raise Refused("You are not invited to it.")
        _gone(mine)
        GroupBlock.objects.get_or_create(
            group=group, person=person, defaults={"since": now or timezone.now()}
        )
    log.info("%s declined %s for good", person.handle, group)


def let_invite_again(*, person: User, group_id: int) -> None:
    """Let a group invite one again that could not; nothing where it can."""
    done, _ = GroupBlock.objects.filter(person=person, group=group_id).delete()
    if done:
        log.info("%s lets group %d invite them again", person.handle, group_id)


def remove(*, by: User, group_id: int, handle: str, now: datetime | None = None) -> None:
    """Remove someone from a group, take an invitation back, or let someone who asks not join.

    Raises `Refused`.
    """
    with transaction.atomic():
        group = to_run(by, group_id)
        theirs = _theirs(group, handle)
        _require_another_admin(group, theirs)
        _gone(theirs)
        count(group)
        if theirs.state in Membership.BELONGS and theirs.person_id != by.pk:
            _tell(
                theirs,
                f"You do not belong to {group.name} any more.",
                now or timezone.now(),
                is_over=True,
            )
    log.info("%s removed %s from %s", by.handle, handle[:40], group)


def admit(*, by: User, group_id: int, handle: str, now: datetime | None = None) -> Membership:
    """Let someone who asks join. Raises `Refused`."""
    with transaction.atomic():
        group = to_run(by, group_id)
        theirs = _theirs(group, handle)
        if theirs.state != State.ASKED:
            raise Refused("They do not ask to join.")
        return _admit(group, theirs, now or timezone.now())


def change_role(*, by: User, group_id: int, handle: str, is_admin: bool) -> Membership:
    """Make a member an administrator, or an administrator a member; one always stays. Raises `Refused`."""
    with transaction.atomic():
        group = to_run(by, group_id)
        theirs = _theirs(group, handle)
        if theirs.state not in Membership.BELONGS:
            raise Refused("They do not belong to it yet.")
        if not is_admin:
            _require_another_admin(group, theirs)
        theirs.state = State.ADMIN if is_admin else State.MEMBER
        theirs.save(update_fields=["state"])
    log.info("%s made %s %s of %s", by.handle, theirs.person.handle, theirs.state, group)
    return theirs


def _gone(membership: Membership) -> None:
    """End a membership, and all that the person was told of what the group says and collects among itself."""
    notify.nothing_of_group(person_id=membership.person_id, group_id=membership.group_id)
    follow.let_go_of_lists(person_id=membership.person_id, group=membership.group)
    membership.delete()


def count(group: Group) -> None:
    """Count who belongs to a group."""
    people = Membership.objects.filter(group=group, state__in=Membership.BELONGS).count()
    Group.objects.filter(pk=group.pk).update(members=people)


def _seen(person: User, group_id: int) -> tuple[Group, Membership | None]:
    group = Group.objects.select_for_update().filter(pk=group_id).first()
    mine = Membership.objects.filter(group=group_id, person=person).first()
    if group is None or (mine is None and group.is_private):
        raise Refused("There is no such group.")
    return group, mine


def _theirs(group: Group, handle: str) -> Membership:
    rows = Membership.objects.filter(group=group, person__handle=handle[:100]).select_related("person")
    theirs = rows.first()
    if theirs is None:
        raise Refused("They do not belong to it.")
    return theirs


def _admit(group: Group, theirs: Membership, now: datetime) -> Membership:
    theirs.state, theirs.words, theirs.since = State.MEMBER, "", now
    theirs.save()
    count(group)
    _tell(theirs, f"You belong to {group.name} now.", now)
    log.info("%s joined %s", theirs.person.handle, group)
    return theirs


def _has_address(person: User, group: Group) -> bool:
    if not group.domain:
        return False
    own = EmailAddress.objects.filter(user=person, verified=True, email__iendswith=f"@{group.domain}")
    return bool(own.exists())


def _require_another_admin(group: Group, theirs: Membership) -> None:
    if theirs.state != State.ADMIN:
        return
    if not Membership.objects.filter(group=group, state=State.ADMIN).exclude(pk=theirs.pk).exists():
        raise Refused("A group has an administrator. Make another one first, or delete the group.")


def _tell(whom: Membership, said: str, now: datetime, *, is_over: bool = False) -> None:
    """Tell someone of a group; what says that it is over for them stays when the group goes."""
    notify.tell(
        person_id=whom.person_id,
        kind=Kind.GROUP,
        said=said,
        leads_to="/notifications" if is_over else whom.group.address,
        group_id=None if is_over else whom.group_id,
        now=now,
    )
