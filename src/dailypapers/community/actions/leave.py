"""Leaving: everything personal goes."""

import logging

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction

from dailypapers.community.access import Refused
from dailypapers.community.giving import all_givings
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)


def leave(*, person: User) -> set[int]:
    """Delete an account and all that is personal; gives the papers whose numbers changed.

    What each kind of giving does is its own affair (`giving`): votes go, what others answered to may stay
    without a name. Addresses, passwords, passkeys, accounts elsewhere and sessions go with the account.
    Raises `Refused` for the only administrator: nobody could let another in.
    """
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        raise Refused("You are the only administrator. Make another one first.")
    number = person.pk
    papers: set[int] = set()
    with transaction.atomic():
        for giving in all_givings():
            papers |= giving.forget(person=person)
        about = ContentType.objects.get_for_model(User)
        LogEntry.objects.filter(content_type=about, object_id=str(number)).update(
            object_repr="someone who left", change_message=""
        )
        _end_sessions(number)
        person.delete()
    log.info("account %d was deleted by its owner", number)
    return papers


def _end_sessions(number: int) -> None:
    """Delete the person's sessions: they name the address that was signed in with."""
    ended = [
        session.session_key
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == str(number)
    ]
    Session.objects.filter(session_key__in=ended).delete()
