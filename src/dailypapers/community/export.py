"""Everything a person has given, as one file to take along."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.serializers.json import DjangoJSONEncoder

from dailypapers.community.giving import all_givings
from dailypapers.community.models.people import User

README = """What you have given to this site, and what it knows of you: one JSON file for each kind.

profile.json   what you say of yourself, and what you let others see
account.json   your addresses, ways to sign in, and when you joined; no passwords: they cannot be read
"""


def archive(person: User, now: datetime) -> bytes:
    """A zip of JSON files, one for each kind of thing given, and what is known of the account."""
    files: dict[str, Any] = {"profile": _profile(person), "account": _account(person)}
    for giving in all_givings():
        files[giving.name] = giving.hand_out(person)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_entry("README.txt", now), README)
        for name, content in files.items():
            text = json.dumps(content, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False)
            packed.writestr(_entry(f"{name}.json", now), text)
    return written.getvalue()


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _profile(person: User) -> dict[str, Any]:
    shown = "handle name affiliation about links orcid shows_votes shows_comments shows_claims"
    return {name: getattr(person, name) for name in shown.split()}


def _account(person: User) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=person).values("email", "verified", "primary")
    elsewhere = SocialAccount.objects.filter(user=person)
    keys = Authenticator.objects.filter(user=person)
    return {
        "joined_at": person.joined_at,
        "last_signed_in_at": person.last_login,
        "suspended_until": person.suspended_until,
        "addresses": list(addresses),
        "accounts_elsewhere": list(elsewhere.values("provider", "uid", "extra_data", "date_joined")),
        "keys": list(keys.values("type", "created_at", "last_used_at")),
    }
