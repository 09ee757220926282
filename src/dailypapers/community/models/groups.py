"""Organizations, which everyone sees, and private groups, which only their members know of."""

from django.conf import settings
from django.db import models

from dailypapers.catalogue.models import Paper


class Group(models.Model):
    """An organization (a lab, a department, a company) or a private group (of readers)."""

    class Kind(models.TextChoices):
        """Who sees it."""

        ORGANIZATION = "organization", "Organization"
        PRIVATE = "private", "Private group"

    class Joining(models.TextChoices):
        """How people come to an organization, beside being invited; to a private group they are invited."""

        INVITED = "invited", "Only who is invited"
        ASK = "ask", "Who asks, once an administrator agrees"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    slug = models.CharField(max_length=60, unique=True)
    """The part of its address after /organizations/ or /groups/."""
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=200, blank=True)
    """What `names.folded` makes of an organization's name: no other has a name that is read as the same.
    Empty for private groups, and for organizations that had one name before this was looked at."""
    about = models.TextField(blank=True)
    links = models.JSONField(default=list, blank=True)
    """Addresses on the web, as texts."""
    ror = models.CharField(max_length=9, blank=True)
    """Its identifier in the Research Organization Registry: what follows https://ror.org/."""
    also_named = models.JSONField(default=list, blank=True)
    """Other names under which papers name it."""
    joining = models.CharField(max_length=10, choices=Joining.choices, default=Joining.INVITED)
    domain = models.CharField(max_length=100, blank=True)
    """Who has a confirmed address in this domain joins without asking."""
    members = models.PositiveIntegerField(default=0)
    """How many belong to it; kept with each change."""
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "name"], name="group_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"], condition=~models.Q(name_key=""), name="organization_name_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slug} ({self.kind})"

    @property
    def is_private(self) -> bool:
        """Whether only its members know of it."""
        return self.kind == self.Kind.PRIVATE

    @property
    def address(self) -> str:
        """The path of its page."""
        return f"/{'groups' if self.is_private else 'organizations'}/{self.slug}"


class Membership(models.Model):
    """That a person belongs to a group, was invited to it, or asks to."""

    class State(models.TextChoices):
        """How far it is."""

        INVITED = "invited", "Invited"
        ASKED = "asked", "Asks to join"
        MEMBER = "member", "Member"
        ADMIN = "admin", "Administrator"

    BELONGS = (State.MEMBER, State.ADMIN)

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", db_index=False
    )
    state = models.CharField(max_length=8, choices=State.choices)
    words = models.CharField(max_length=300, blank=True)
    """What was said when asking."""
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """Who invited the person; nobody where they asked, or the inviter has left."""
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="membership_once")]
        indexes = [models.Index(fields=["person", "state"], name="membership_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.group_id}: {self.state}"


class GroupBlock(models.Model):
    """That a person wants no more invitations of a group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="blocks", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="group_blocks")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="group_block_once")]

    def __str__(self) -> str:
        return f"{self.group_id} does not invite {self.person_id}"


class GroupPaper(models.Model):
    """That a paper is one of a group's: put there by an administrator, or found by affiliation."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="papers", db_index=False)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="groups")
    by_affiliation = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    """Whether an administrator took it off; it is not found by affiliation again then."""
    added_at = models.DateTimeField()
    day = models.DateField(null=True)
    """The paper's own as it was then, so that the newest of many organizations are read off the index."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "paper"], name="group_paper_once")]
        indexes = [
            models.Index(
                fields=["group", "-day", "-paper"],
                condition=models.Q(hidden=False, day__isnull=False),
                name="group_paper_newest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} of {self.group_id}"
