"""Digests in Django's admin, to look at: what an action changes is not changed here."""

from django.contrib import admin

from dailypapers.catalogue.admin import ToLookAt
from dailypapers.digests.models.issues import Delivery, Issue
from dailypapers.digests.models.sending import Sending
from dailypapers.digests.models.subscriptions import Subscription


@admin.register(Subscription)
class SubscriptionAdmin(ToLookAt):
    """Subscribers."""

    list_display = ("address", "state", "frequency", "hour", "zone", "next_due", "hard_bounces", "paused_for")
    list_filter = ("state", "frequency")
    search_fields = ("address",)
    exclude = ("nonce",)


@admin.register(Issue)
class IssueAdmin(ToLookAt):
    """What was composed."""

    list_display = ("pk", "created_at", "papers")


@admin.register(Delivery)
class DeliveryAdmin(ToLookAt):
    """What was sent, waits, failed and came back."""

    list_display = ("pk", "subscription", "period", "state", "due_at", "sent_at", "tries", "answer")
    list_filter = ("state",)
    search_fields = ("subscription__address",)
    list_select_related = ("subscription",)


@admin.register(Sending)
class SendingAdmin(ToLookAt):
    """Whether digests are sent, and what went wrong last."""

    list_display = ("paused", "run_at", "problem", "problem_at")
