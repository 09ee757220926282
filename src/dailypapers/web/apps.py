"""The web room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the web room with Django."""

    name = "dailypapers.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
