"""Addresses by which mails of one kind are switched off without signing in."""

from django.core import signing

from dailypapers.community.models.notifications import Kind

_SALT = "dailypapers notifications off"


def token(person_id: int, kind: Kind) -> str:
    """What stands in the address: whose mails of which kind. It never runs out: mails are kept."""
    return signing.dumps([person_id, kind.value], salt=_SALT)


def read(text: str) -> tuple[int, Kind] | None:
    """Whose mails of which kind an address switches off; None for one that nobody here made."""
    try:
        person_id, kind = signing.loads(text[:300], salt=_SALT)
        return int(person_id), Kind(kind)
    except (signing.BadSignature, ValueError, TypeError):
        return None
