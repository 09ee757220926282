"""The digests room: what is sent by mail, to whom, and when."""

import importlib
import pkgutil

from django.apps import AppConfig


class DigestsConfig(AppConfig):
    """Registers the tables of digests."""

    name = "dailypapers.digests"
    label = "digests"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Load every file of tables: a new one needs no list to be kept."""
        super().import_models()
        from dailypapers.digests import models

        for module in pkgutil.iter_modules(models.__path__):
            importlib.import_module(f"{models.__name__}.{module.name}")

    def ready(self) -> None:
        """Say what belongs to people, and which searches are still wanted when nobody follows them."""
        from dailypapers.catalogue.belongings import moved_by
        from dailypapers.community import giving
        from dailypapers.community.actions.follow import topics_kept_by
        from dailypapers.digests import history
        from dailypapers.digests.actions import leave_subscriptions, say_opinion

        moved_by(history.join)
        moved_by(say_opinion.join)
        giving.add(leave_subscriptions.GIVING)
        topics_kept_by(leave_subscriptions.wanted_topics)
