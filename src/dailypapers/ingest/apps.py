"""The ingest room."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """Registers the ingest room with Django."""

    name = "dailypapers.ingest"
    label = "ingest"
    default_auto_field = "django.db.models.BigAutoField"
