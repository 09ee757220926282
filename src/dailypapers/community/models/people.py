"""People, and what each of them lets others see."""

from datetime import UTC, datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from dailypapers.community import handles
from dailypapers.community.models.former_handles import FormerHandle, GoneHandle

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a suspension that has none."""


class People(BaseUserManager["User"]):
    """How people are found and made; `actions.create_person` is what makes them."""

    def with_free_handle(self, name: str) -> str:
        """A handle made from a name that nobody has."""
        handle = handles.suggested(name)
        base = handle
        while not self.is_free(handle):
            handle = handles.numbered(base)
        return handle

    def is_free(self, handle: str, own: "User | None" = None) -> bool:
        """Whether a handle is nobody's, was nobody's but the person's `own`, and of nobody who left."""
        key = own.pk if own is not None else 0
        # In this order: one that is given up at this moment is found here or there.
        return not (
            self.filter(handle=handle).exclude(pk=key).exists()
            or FormerHandle.objects.filter(handle=handle).exclude(person=own).exists()
            or GoneHandle.objects.filter(digest=handles.digest(handle)).exists()
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account."""

    handle = models.CharField(max_length=handles.LONGEST, unique=True, validators=[handles.check])
    """The part of the profile's address after /people/."""
    email = models.EmailField(max_length=254, blank=True)
    """Never shown to others. Empty for the owner of a single-user site."""
    name = models.CharField(max_length=100, blank=True)
    affiliation = models.CharField(max_length=200, blank=True)
    about = models.TextField(max_length=2_000, blank=True)
    links = models.JSONField(default=list, blank=True)
    """Addresses on the web, as texts."""
    orcid = models.CharField(max_length=19, blank=True)
    """Only as ORCID itself confirmed it, by signing in there."""

    shows_votes = models.BooleanField(default=True)
    shows_comments = models.BooleanField(default=True)
    shows_claims = models.BooleanField(default=True)
    marks_opened = models.BooleanField(default=True)
    """Whether papers that the person opens are marked as read; nobody else sees it."""
    leaves_out_read = models.BooleanField(default=False)
    """Whether papers that the person has read are left out of the lists that they see."""

    trust = models.PositiveSmallIntegerField(default=0)
    """The level that was found by use or vouched for; `trust.level_of` says which one counts."""
    limited_until = models.DateTimeField(null=True, blank=True)
    """Until when the account counts as new again, after a warning or a suspension."""
    days_active = models.PositiveIntegerField(default=0)
    """On how many days the person gave something."""
    last_active_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_moderator = models.BooleanField(default=False)
    suspended_until = models.DateTimeField(null=True, blank=True)
    """`FOR_GOOD` where no end was set."""
    suspended_for = models.CharField(max_length=200, blank=True)
    warned_for = models.CharField(max_length=200, blank=True)
    """The reason of a warning that the person has not confirmed to have read; empty for none."""
    joined_at = models.DateTimeField(default=timezone.now)
    joins_by = models.ForeignKey(
        "community.Invitation", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    """The invitation that is taken up once the person's address is confirmed."""

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="person_email_once_in_any_case"
            ),
        ]

    def __str__(self) -> str:
        return self.handle

    @property
    def shown_name(self) -> str:
        """What others read: the name, or the handle where none was given."""
        return self.name or self.handle

    @property
    def moderates(self) -> bool:
        """Whether the person may let held votes count, hide and suspend."""
        return self.is_active and (self.is_moderator or self.is_superuser) and not self.is_suspended()

    def is_suspended(self, now: datetime | None = None) -> bool:
        """Whether the person may read but not act."""
        return self.suspended_until is not None and self.suspended_until > (now or timezone.now())

    def get_full_name(self) -> str:
        """What mails greet the person with."""
        return self.shown_name

    def get_short_name(self) -> str:
        """The same: many have one name."""
        return self.shown_name

    def clean(self) -> None:
        """Addresses are kept in small letters, so that nobody signs up twice by a capital."""
        self.email = self.email.strip().lower()
