"""The tables of the community in Django's admin, for what no page of ours does.

What an action changes is shown and not changed: a vote changes its paper's count too, a decision stands in
the public log. Private things (collections, follows, what people read) are not here.
"""

from typing import ClassVar

from django.contrib import admin

from dailypapers.catalogue.admin import ToLookAt
from dailypapers.community.models.claims import Amendment, Claim
from dailypapers.community.models.comments import Comment, CommentEdit, Report
from dailypapers.community.models.invitations import Invitation
from dailypapers.community.models.media import Medium
from dailypapers.community.models.moderation import Decision
from dailypapers.community.models.people import User
from dailypapers.community.models.submissions import Submission
from dailypapers.community.models.votes import Vote, VoteCount


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People. Passwords and passkeys are their own affair; who moderates is decided elsewhere."""

    list_display = ("handle", "name", "email", "joined_at", "is_active", "is_staff", "is_moderator")
    list_filter = ("is_active", "is_staff", "is_moderator", "trust")
    search_fields = ("handle", "name", "email")
    ordering = ("-joined_at",)
    exclude = ("password",)
    readonly_fields = (
        "last_login", "joined_at", "orcid", "is_moderator", "suspended_until", "suspended_for", "warned_for",
        "trust", "limited_until", "days_active", "last_active_on",
    )  # fmt: skip
    filter_horizontal = ("groups", "user_permissions")
    show_full_result_count = False

    def has_add_permission(self, request: object) -> bool:
        """Accounts are made by joining and by `dailypapers user create`, which confirm the address."""
        return False

    def has_delete_permission(self, request: object, obj: User | None = None) -> bool:
        """Leaving takes votes out of counts and names out of logs; close an account by `is_active`."""
        return False


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Invitations; made elsewhere, because their link is kept nowhere."""

    list_display = ("pk", "inviter", "accepted_by", "created_at", "accepted_at", "withdrawn_at")
    list_select_related = ("inviter", "accepted_by")
    exclude = ("token_digest",)
    raw_id_fields = ("inviter", "accepted_by")

    def has_add_permission(self, request: object) -> bool:
        """They are made on the invitations page and by `dailypapers user invite`."""
        return False


@admin.register(Vote)
class VoteAdmin(ToLookAt):
    """Votes; held ones are decided in the moderators' queue."""

    list_display = ("person", "paper_id", "created_at", "held")
    list_filter: ClassVar[tuple[str, ...]] = ("held",)
    list_select_related = ("person",)
    ordering = ("-pk",)
    exclude = ("address_key",)


@admin.register(VoteCount)
class VoteCountAdmin(ToLookAt):
    """How many votes count for a paper."""

    list_display = ("paper_id", "votes", "held")


@admin.register(Comment)
class CommentAdmin(ToLookAt):
    """Comments; hidden and shown again where they stand."""

    list_display = ("pk", "author", "paper_id", "created_at", "edited_at", "hidden_at", "hidden_for", "waits")
    list_filter: ClassVar[tuple[str, ...]] = ("waits", "is_by_author")
    list_select_related = ("author",)
    search_fields = ("author__handle",)
    ordering = ("-pk",)
    exclude = ("html", "renderer")


@admin.register(CommentEdit)
class CommentEditAdmin(ToLookAt):
    """What comments said before they were changed."""

    list_display = ("comment_id", "replaced_at")
    ordering = ("-pk",)


@admin.register(Report)
class ReportAdmin(ToLookAt):
    """Reports, also those that were decided."""

    list_display = (
        "pk",
        "reason",
        "comment_id",
        "paper_id",
        "person",
        "collection_id",
        "reporter",
        "weight",
        "state",
        "closed_by",
    )
    list_filter: ClassVar[tuple[str, ...]] = ("state", "reason")
    list_select_related = ("person", "reporter", "closed_by")
    exclude = ("collection",)
    ordering = ("-pk",)


@admin.register(Decision)
class DecisionAdmin(ToLookAt):
    """The public log, which nobody changes."""

    list_display = ("created_at", "kind", "by", "paper_id", "comment_id", "collection_id", "amount", "reason")
    list_filter: ClassVar[tuple[str, ...]] = ("kind",)
    list_select_related = ("by",)
    exclude = ("collection",)
    ordering = ("-pk",)


@admin.register(Submission)
class SubmissionAdmin(ToLookAt):
    """Who put which paper forward."""

    list_display = ("pk", "person", "paper_id", "day", "created_at")
    list_select_related = ("person",)
    ordering = ("-pk",)


@admin.register(Medium)
class MediumAdmin(ToLookAt):
    """Pictures and videos that came along with submissions."""

    list_display = ("pk", "person", "paper_id", "kind", "state", "problem", "created_at")
    list_filter: ClassVar[tuple[str, ...]] = ("kind", "state")
    list_select_related = ("person",)
    ordering = ("-pk",)


@admin.register(Claim)
class ClaimAdmin(ToLookAt):
    """Who says to have written what."""

    list_display = ("pk", "person", "paper_id", "state", "how")
    list_filter: ClassVar[tuple[str, ...]] = ("state", "how")
    list_select_related = ("person",)
    ordering = ("-pk",)


@admin.register(Amendment)
class AmendmentAdmin(ToLookAt):
    """What authors put right."""

    list_display = ("pk", "person", "paper_id")
    list_select_related = ("person",)
    ordering = ("-pk",)
