"""The ranking room."""

from django.apps import AppConfig


class RankingConfig(AppConfig):
    """Registers the ranking room with Django."""

    name = "dailypapers.ranking"
    label = "ranking"
    default_auto_field = "django.db.models.BigAutoField"
