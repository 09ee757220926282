"""The catalogue in Django's admin, to look at: `landing` and its siblings alone write papers."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model

from dailypapers.catalogue.models import Hidden, Merge, Paper, Separation


class ToLookAt(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table that is shown and not changed: each change is an action that does more than write a row."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: object, obj: Model | None = None) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: object, obj: Model | None = None) -> bool:
        """Nobody changes rows by hand."""
        return False

    def has_delete_permission(self, request: object, obj: Model | None = None) -> bool:
        """Nobody deletes rows by hand."""
        return False


@admin.register(Paper)
class PaperAdmin(ToLookAt):
    """Papers, found by their handle or the beginning of it."""

    list_display = ("handle", "title", "day", "source", "withdrawn", "updated_at")
    list_filter: ClassVar[tuple[str, ...]] = ("source", "withdrawn")
    search_fields = ("handle__startswith",)
    ordering = ("-pk",)


@admin.register(Merge)
class MergeAdmin(ToLookAt):
    """Copies that were taken for one work; parted on the paper's moderation page."""

    list_display = ("pk", "paper_id", "reason", "merged_at")
    ordering = ("-pk",)


@admin.register(Hidden)
class HiddenAdmin(ToLookAt):
    """Papers that stand on no list."""

    list_display = ("paper_id", "reason", "hidden_at")
    ordering = ("-hidden_at",)


@admin.register(Separation)
class SeparationAdmin(ToLookAt):
    """Identifiers that name two works, whatever their titles say."""

    list_display = ("first", "second")
