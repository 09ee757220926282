"""The cast: Alice, Bob, and whoever else a test needs."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from dailypapers.community.models.people import User

PASSWORD = "a long walk by the sea"


def person(
    handle: str = "alice", *, password: str = "", joined: datetime | None = None, **fields: Any
) -> User:
    """Someone with an account of long standing; with a password only where a test signs in by it."""
    usual: dict[str, Any] = {
        "email": f"{handle}@example.org",
        "name": handle.capitalize(),
        "joined_at": joined or timezone.now() - timedelta(days=400),
    }
    made = User(handle=handle, **(usual | fields))
    if password:
        made.set_password(password)
    else:
        made.set_unusable_password()
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def signed_in(who: User, **options: Any) -> Client:
    """A browser in which someone is signed in."""
    client = Client(**options)
    client.force_login(who)
    return client
