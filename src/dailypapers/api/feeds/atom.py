"""A feed as Atom (RFC 4287), in pages and archives as RFC 5005 has them, with threads (RFC 4685)."""

from datetime import datetime
from io import StringIO
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

from dailypapers.api.feeds.feed import Entry, clean, uri
from dailypapers.api.feeds.links import Whole

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"
THREADS = "http://purl.org/syndication/thread/1.0"


def write(whole: Whole) -> bytes:
    """The feed as an Atom document."""
    feed = whole.feed
    written = _Atom(
        clean(feed.title),
        whole.home,
        clean(feed.about),
        language="en",
        author_name=clean(whole.site_name),
        author_link=whole.site,
        subtitle=clean(feed.about),
        feed_guid=feed.name,
        whole=whole,
    )
    for entry in whole.entries:
        written.add_item(clean(entry.title), uri(entry.url), clean(entry.html), entry=entry)
    out = StringIO()
    written.write(out, "utf-8")
    return out.getvalue().encode()


class _Atom(Atom1Feed):
    """Django's, with what it has no place for: several authors, HTML marked as such, links of pages."""

    def root_attributes(self) -> dict[str, str]:
        names = {"xmlns:dc": DUBLIN_CORE, "xmlns:fh": HISTORY, "xmlns:thr": THREADS}
        return {**super().root_attributes(), **names}

    def latest_post_date(self) -> datetime:
        whole: Whole = self.feed["whole"]
        return whole.updated

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        whole: Whole = self.feed["whole"]
        for relation, address, media_type in whole.links:
            handler.addQuickElement("link", "", link(relation, address, media_type))
        if whole.feed.archive:
            handler.addQuickElement("fh:archive")
        handler.addQuickElement("generator", "dailypapers")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        entry: Entry = item["entry"]
        handler.addQuickElement("title", item["title"], {"type": "text"})
        handler.addQuickElement("link", "", link("alternate", entry.url, "text/html"))
        handler.addQuickElement("id", entry.name)
        handler.addQuickElement("published", rfc3339_date(entry.published))
        handler.addQuickElement("updated", rfc3339_date(entry.updated))
        for writer in entry.writers:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", clean(writer.name))
            if writer.url:
                handler.addQuickElement("uri", uri(writer.url))
            handler.endElement("author")
        for term, label in entry.categories:
            handler.addQuickElement("category", "", {"term": clean(term), "label": clean(label)})
        for related in entry.related:
            handler.addQuickElement(
                "link", "", link("related", related.url, related.media_type, clean(related.title))
            )
        if entry.replies:
            handler.addQuickElement(
                "link", "", link("replies", f"{entry.replies}.atom", "application/atom+xml")
            )
        if entry.answers:
            handler.addQuickElement("thr:in-reply-to", "", {"ref": entry.answers})
        for identifier in entry.identifiers:
            handler.addQuickElement("dc:identifier", clean(identifier))
        if entry.summary:
            handler.addQuickElement("summary", clean(entry.summary), {"type": "text"})
        handler.addQuickElement("content", item["description"], {"type": "html"})


def link(relation: str, address: str, media_type: str = "", title: str = "") -> dict[str, str]:
    """The attributes of a link; those that are empty are left out."""
    told = {"rel": relation, "href": uri(address), "type": media_type, "title": title}
    return {name: value for name, value in told.items() if value}
