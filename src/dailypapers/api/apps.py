"""The room of what programs read."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers the API with Django. It owns no tables."""

    name = "dailypapers.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
