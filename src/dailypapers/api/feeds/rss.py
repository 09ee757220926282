"""A feed as RSS 2.0, with the authors in Dublin Core: RSS itself knows authors by their mail address only."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.utils.feedgenerator import Rss201rev2Feed, rfc2822_date
from django.utils.xmlutils import SimplerXMLGenerator

from dailypapers.api.feeds.atom import DUBLIN_CORE, HISTORY, link
from dailypapers.api.feeds.feed import Entry, clean, uri
from dailypapers.api.feeds.links import Whole

COMMENT_FEEDS = "http://wellformedweb.org/CommentAPI/"

MINUTES = 30
"""How long a reader may keep a feed before it asks again; the sources are asked twice an hour."""


def write(whole: Whole) -> bytes:
    """The feed as an RSS document."""
    feed = whole.feed
    written = _Rss(
        clean(feed.title),
        whole.home,
        clean(feed.about) or clean(feed.title),
        language="en",
        ttl=MINUTES,
        whole=whole,
    )
    for entry in whole.entries:
        written.add_item(clean(entry.title), uri(entry.url), clean(entry.html), entry=entry)
    out = StringIO()
    written.write(out, "utf-8")
    return out.getvalue().encode()


class _Rss(Rss201rev2Feed):
    """Django's, with what it has no place for: several authors, identifiers, links of pages."""

    def rss_attributes(self) -> dict[str, str]:
        names = {"xmlns:dc": DUBLIN_CORE, "xmlns:fh": HISTORY, "xmlns:wfw": COMMENT_FEEDS}
        return {**super().rss_attributes(), **names}

    def latest_post_date(self) -> datetime:
        whole: Whole = self.feed["whole"]
        return whole.updated.astimezone(UTC)

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        whole: Whole = self.feed["whole"]
        handler.addQuickElement("generator", "dailypapers")
        handler.addQuickElement("docs", "https://www.rssboard.org/rss-specification")
        for relation, address, media_type in whole.links:
            handler.addQuickElement("atom:link", None, link(relation, address, media_type))
        if whole.feed.archive:
            handler.addQuickElement("fh:archive")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        entry: Entry = item["entry"]
        handler.addQuickElement("title", item["title"])
        handler.addQuickElement("link", item["link"])
        handler.addQuickElement("guid", entry.name, {"isPermaLink": "false"})
        handler.addQuickElement("pubDate", rfc2822_date(entry.published.astimezone(UTC)))
        for writer in entry.writers:
            handler.addQuickElement("dc:creator", clean(writer.name))
        for term, _ in entry.categories:
            handler.addQuickElement("category", clean(term))
        for identifier in entry.identifiers:
            handler.addQuickElement("dc:identifier", clean(identifier))
        if entry.comments:
            handler.addQuickElement("comments", uri(entry.comments))
        if entry.replies:
            handler.addQuickElement("wfw:commentRss", uri(f"{entry.replies}.rss"))
        if entry.updated != entry.published:
            handler.addQuickElement("atom:updated", entry.updated.isoformat())
        handler.addQuickElement("description", item["description"])
