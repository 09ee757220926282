"""The community room: people, and all they give to the papers."""

import importlib
import pkgutil

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Registers the community's tables."""

    name = "dailypapers.community"
    label = "community"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Load every file of tables: a new one needs no list to be kept."""
        super().import_models()
        from dailypapers.community import models

        for module in pkgutil.iter_modules(models.__path__):
            importlib.import_module(f"{models.__name__}.{module.name}")

    def ready(self) -> None:
        """Say what people give: it goes with its paper, and is handed out to and forgotten for its person."""
        from dailypapers.catalogue.belongings import moved_by
        from dailypapers.community import giving, moderation_log
        from dailypapers.community.actions import (
            add_media,
            arrange,
            bookmark,
            feed_key,
            follow,
            former_handle,
            group_papers,
            invite,
            leave_claims,
            leave_collections,
            leave_comments,
            leave_groups,
            submit,
            token,
            vote,
        )

        moved_by(vote.move)
        moved_by(leave_comments.move)
        moved_by(leave_comments.move_reports)
        # After comments, so that those of authors are marked.
        moved_by(leave_claims.move)
        moved_by(moderation_log.move)
        moved_by(group_papers.move)
        moved_by(submit.move)
        moved_by(add_media.move)
        for join in (arrange.join, bookmark.join, follow.join):
            moved_by(join)
        giving.add(vote.GIVING)
        giving.add(submit.GIVING)
        giving.add(add_media.GIVING)
        giving.add(invite.GIVING)
        giving.add(leave_groups.GIVING)
        giving.add(moderation_log.GIVING)
        giving.add(follow.GIVING)
        giving.add(feed_key.GIVING)
        giving.add(former_handle.GIVING)
        giving.add(token.GIVING)
        for one in (
            *leave_claims.GIVINGS,
            *leave_comments.GIVINGS,
            *leave_collections.GIVINGS,
            *bookmark.GIVINGS,
        ):
            giving.add(one)
