"""The rules that the W3C's feed validator checks, and what else a reader of feeds relies on."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
FH = "{http://purl.org/syndication/history/1.0}"
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def check(form: str, body: bytes, address: str) -> None:
    """Hold a feed, which was found at an address, against the rules of its form."""
    {"rss": check_rss, "atom": check_atom, "json": check_json}[form](body, address)


def is_whole(address: str | None) -> bool:
    """Whether it is an absolute address without anything that does not belong into one."""
    parts = urlsplit(address or "")
    return (
        parts.scheme in ("http", "https")
        and bool(parts.netloc)
        and (address or "").isascii()
        and not any(mark in (address or "") for mark in ' <>"{}|\\^`')
    )


def is_name(text: str | None) -> bool:
    """Whether it is a tag URI (RFC 4151)."""
    return bool(text) and str(text).startswith("tag:") and str(text).isascii() and " " not in str(text)


def once(parent: Any, name: str) -> Any:
    """The only child of this name."""
    found = parent.findall(name)
    assert len(found) == 1, (name, len(found))
    return found[0]


def rfc822(text: str) -> datetime:
    """A date as RSS has it: with the day of the week, a year of four digits and a zone."""
    moment = parsedate_to_datetime(text)
    assert moment.tzinfo is not None, text
    assert f"{moment:%a, %d %b }{moment.year:04}" == text[:16], text
    return moment


def rfc3339(text: str) -> datetime:
    """A moment as Atom has it: with seconds and a zone of whole minutes."""
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None, text
    assert len(text.rpartition("T")[2]) in (9, 14, 16, 21), text
    return moment


def read(body: bytes) -> Any:
    """The feed as a reader reads it, which finds nothing amiss."""
    found = feedparser.parse(body)
    assert not found.bozo, found.get("bozo_exception")
    return found


def check_rss(body: bytes, address: str) -> None:
    assert read(body).version == "rss20"
    root = etree.fromstring(body)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = once(root, "channel")
    for name in ("title", "link", "description"):
        assert once(channel, name).text, name
    assert is_whole(once(channel, "link").text)
    assert once(channel, "language").text == "en"
    assert int(once(channel, "ttl").text) > 0
    rfc822(once(channel, "lastBuildDate").text)
    links = channel.findall(f"{ATOM}link")
    check_links(links)
    assert [one.get("href") for one in links if one.get("rel") == "self"] == [address]
    items = channel.findall("item")
    names = [once(item, "guid") for item in items]
    assert len({one.text for one in names}) == len(items)
    for item, name in zip(items, names, strict=True):
        assert name.get("isPermaLink") == "false"
        assert is_name(name.text)
        assert once(item, "title").text
        assert once(item, "description").text
        assert is_whole(once(item, "link").text)
        rfc822(once(item, "pubDate").text)
        assert item.find("author") is None, "RSS has mail addresses there"
        assert all(one.text for one in (*item.findall("category"), *item.findall(f"{DC}creator")))
        for comments in item.findall("comments"):
            assert is_whole(comments.text)


def check_links(links: list[Any]) -> None:
    """Links of a feed: whole addresses, none twice for one thing."""
    assert all(is_whole(one.get("href")) for one in links)
    for alone in ("self", "next", "previous", "first", "prev-archive", "next-archive", "current"):
        assert sum(one.get("rel") == alone for one in links) <= 1, alone


def check_atom(body: bytes, address: str) -> None:
    assert read(body).version == "atom10"
    feed = etree.fromstring(body)
    assert feed.tag == f"{ATOM}feed"
    names = [check_atom_part(feed)]
    links = feed.findall(f"{ATOM}link")
    check_links(links)
    assert [one.get("href") for one in links if one.get("rel") == "self"] == [address]
    assert once(once(feed, f"{ATOM}author"), f"{ATOM}name").text
    for entry in feed.findall(f"{ATOM}entry"):
        names.append(check_atom_part(entry))
        alternates = [one for one in entry.findall(f"{ATOM}link") if one.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert all(is_whole(one.get("href")) for one in entry.findall(f"{ATOM}link"))
        published, updated = (rfc3339(once(entry, f"{ATOM}{name}").text) for name in ("published", "updated"))
        assert published <= updated
        assert once(entry, f"{ATOM}content").get("type") == "html"
        for author in entry.findall(f"{ATOM}author"):
            assert once(author, f"{ATOM}name").text
            assert all(is_whole(one.text) for one in author.findall(f"{ATOM}uri"))
        assert all(one.get("term") for one in entry.findall(f"{ATOM}category"))
    assert len(set(names)) == len(names)


def check_atom_part(part: Any) -> str:
    """What a feed and each entry must have; gives its name."""
    name = once(part, f"{ATOM}id").text
    assert is_name(name)
    assert once(part, f"{ATOM}title").text
    rfc3339(once(part, f"{ATOM}updated").text)
    return str(name)


def check_json(body: bytes, address: str) -> None:
    feed = json.loads(body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == address
    assert is_whole(feed["home_page_url"])
    assert is_whole(feed.get("next_url", address))
    known = {
        "version", "title", "home_page_url", "feed_url", "description", "next_url", "language", "authors",
        "hubs", "expired", "items",
    }  # fmt: skip
    assert set(feed) <= known
    assert all(hub["type"] and is_whole(hub["url"]) for hub in feed.get("hubs", []))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    known = {
        "id", "url", "external_url", "title", "content_html", "summary", "date_published", "date_modified",
        "authors", "tags", "_dailypapers",
    }  # fmt: skip
    for item in feed["items"]:
        assert set(item) <= known
        assert isinstance(item["id"], str)
        assert is_whole(item["url"])
        assert is_whole(item.get("external_url", address))
        assert item["content_html"]
        rfc3339(item["date_published"])
        rfc3339(item["date_modified"])
        assert all(one["name"] for one in item.get("authors", []))
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
