"""A feed with its entries and with all that it names of others: itself in full, its pages, its hub."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from dailypapers.api.feeds.feed import FORMS, Entry, Feed

_NO_ENTRIES = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a form writes."""

    feed: Feed
    form: str
    site: str
    site_name: str
    entries: Sequence[Entry]

    @property
    def own(self) -> str:
        """The whole address of this page of the feed in this form."""
        return self.site + self.feed.address(self.form, self.feed.page)

    @property
    def home(self) -> str:
        """The whole address of the page that shows the list."""
        return self.site + self.feed.home

    @property
    def updated(self) -> datetime:
        """When the newest entry was changed. Votes do not count: it stands while nothing is new."""
        return max((one.updated for one in self.entries), default=self.feed.began or _NO_ENTRIES)

    @property
    def links(self) -> list[tuple[str, str, str]]:
        """Relation, address and media type of what the feed names beside its page."""
        feed, form = self.feed, self.form
        media_type = FORMS[form].partition(";")[0]
        found = [("self", self.own)]
        if feed.page > 1 or feed.has_next:
            found.append(("first", self.site + feed.address(form)))
        if feed.page > 1:
            found.append(("previous", self.site + feed.address(form, feed.page - 1)))
        if feed.has_next:
            found.append(("next", self.site + feed.address(form, feed.page + 1)))
        others = {"prev-archive": feed.earlier, "next-archive": feed.later, "current": feed.current}
        found += [(name, self.site + feed.address(form, path=path)) for name, path in others.items() if path]
        told = [(relation, address, media_type) for relation, address in found]
        return [*told, ("hub", settings.WEBSUB_HUB, "")] if hub_of(feed) else told


def hub_of(feed: Feed) -> str:
    """The hub that tells of changes; none for the feed of one person, whose address nobody else may have."""
    return "" if feed.private else settings.WEBSUB_HUB
