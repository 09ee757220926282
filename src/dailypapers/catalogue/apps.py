"""The catalogue room: every paper the site holds, once."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Registers the catalogue's tables."""

    name = "dailypapers.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what the catalogue itself keeps for a paper that is joined to another."""
        from dailypapers.catalogue import hiding
        from dailypapers.catalogue.belongings import moved_by

        moved_by(hiding.move)
