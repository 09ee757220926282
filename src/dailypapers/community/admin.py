"""The tables of the community in Django's admin, for what no page of ours does."""

from typing import ClassVar

from django.contrib import admin

from dailypapers.community.models.invitations import Invitation
from dailypapers.community.models.people import User
from dailypapers.community.models.votes import Vote


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People. Passwords and passkeys are their own affair."""

    list_display = ("handle", "name", "email", "joined_at", "is_active", "is_staff", "is_moderator")
    list_filter = ("is_active", "is_staff", "is_moderator")
    search_fields = ("handle", "name", "email")
    ordering = ("-joined_at",)
    exclude = ("password",)
    readonly_fields = ("last_login", "joined_at", "orcid")
    filter_horizontal = ("groups", "user_permissions")
    show_full_result_count = False


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
class VoteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Votes, to look at: each change of one must change its paper's count too."""

    list_display = ("person", "paper_id", "created_at", "held")
    list_filter: ClassVar[tuple[str, ...]] = ("held",)
    list_select_related = ("person",)
    exclude = ("address_key",)
    show_full_result_count = False

    def has_add_permission(self, request: object) -> bool:
        """`actions.vote` makes them."""
        return False

    def has_change_permission(self, request: object, obj: Vote | None = None) -> bool:
        """`actions.vote` changes them."""
        return False

    def has_delete_permission(self, request: object, obj: Vote | None = None) -> bool:
        """`actions.vote` takes them back."""
        return False
