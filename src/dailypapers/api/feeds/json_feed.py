"""A feed as JSON Feed 1.1."""

from typing import Any

import orjson

from dailypapers.api.feeds.feed import Entry, clean, uri
from dailypapers.api.feeds.links import Whole

VERSION = "https://jsonfeed.org/version/1.1"


def write(whole: Whole) -> bytes:
    """The feed as a JSON document."""
    feed = whole.feed
    hub = next((address for relation, address, _ in whole.links if relation == "hub"), "")
    told: dict[str, Any] = {
        "version": VERSION,
        "title": clean(feed.title),
        "home_page_url": uri(whole.home),
        "feed_url": uri(whole.own),
        "description": clean(feed.about),
        "next_url": next((uri(to) for relation, to, _ in whole.links if relation == "next"), ""),
        "language": "en",
        "authors": [{"name": clean(whole.site_name), "url": uri(whole.site)}],
        "hubs": [{"type": "WebSub", "url": uri(hub)}] if hub else [],
        "expired": feed.archive,
    }
    items = [_item(entry) for entry in whole.entries]
    return orjson.dumps({**{name: value for name, value in told.items() if value}, "items": items})


def _item(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": entry.name,
        "url": uri(entry.url),
        "external_url": uri(entry.related[0].url) if entry.related else "",
        "title": clean(entry.title),
        "content_html": clean(entry.html),
        "summary": clean(entry.summary),
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": [
            {"name": clean(one.name)} | ({"url": uri(one.url)} if one.url else {}) for one in entry.writers
        ],
        "tags": [clean(term) for term, _ in entry.categories],
    }
    found = {name: value for name, value in told.items() if value}
    ours = {
        "identifiers": [clean(one) for one in entry.identifiers],
        "comments_url": uri(entry.comments) if entry.comments else "",
        "in_reply_to": entry.answers,
    }
    if kept := {name: value for name, value in ours.items() if value}:
        # What begins with an underscore is an extension, which readers that do not know it pass over.
        found["_dailypapers"] = kept
    return found
