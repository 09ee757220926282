"""The catalogue room: every paper the site holds, once."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Registers the catalogue's tables."""

    name = "dailypapers.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
