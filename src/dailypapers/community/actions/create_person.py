"""An account made by whoever runs the site, and the owner of a site of one's own."""

import logging

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from dailypapers.community.access import Invalid
from dailypapers.community.models.people import User
from dailypapers.community.trust import Level

log = logging.getLogger(__name__)


@transaction.atomic
def create_person(*, email: str, name: str = "", password: str | None = None, is_admin: bool = False) -> User:
    """Make an account whose address counts as confirmed. Raises `Refused` where it cannot be made."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(f"{email} is not an e-mail address.") from None
    if User.objects.filter(email=email).exists():
        raise Invalid(f"There is an account of {email} already.")
    person = User(
        email=email,
        name=name,
        handle=User.objects.with_free_handle(name),
        is_staff=is_admin,
        is_superuser=is_admin,
        trust=Level.KNOWN,  # Whoever runs the site vouches.
    )
    person.set_password(password)
    person.save()
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    log.info("account %s made%s", person.handle, ", an administrator" if is_admin else "")
    return person


def owner() -> User:
    """Whoever a site of one's own belongs to: its first administrator, made on first use."""
    found = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if found is not None:
        return found
    with transaction.atomic():
        person, made = User.objects.get_or_create(
            handle="the-owner", defaults={"name": "Owner", "is_staff": True, "is_superuser": True}
        )
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return person
