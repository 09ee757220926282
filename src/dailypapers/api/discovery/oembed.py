"""oEmbed: what a chat or a blog shows in the place of a paper's address (oembed.com)."""

from html import escape
from io import StringIO
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from xml.sax.xmlreader import AttributesImpl

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from dailypapers.api.feeds.feed import clean, site_of, told_plainly, uri
from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.finding import find
from dailypapers.catalogue.hiding import reason_for
from dailypapers.catalogue.models import Paper
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.mathematics import plain
from dailypapers.presentation.pictures import share_card_address
from dailypapers.presentation.sentences import first_sentences

WIDTH, HEIGHT = 600, 240
PICTURE = (1200, 630)
LONGEST = 1_000
_SAID: Final = 240
_ENDINGS: Final = (".md", ".bib", ".ris", ".json")


@require_safe
@told_plainly
def oembed(request: HttpRequest) -> HttpResponse:
    """The paper at `?url=` as a card of plain HTML, with its picture; as `?format=json` or `xml`."""
    form = request.GET.get("format", "json")
    if form not in ("json", "xml"):
        return HttpResponse("There is json and xml.\n", status=501, content_type="text/plain; charset=utf-8")
    width, height = (_at_most(request, name) for name in ("maxwidth", "maxheight"))
    told = _told(_paper(request), site_of(request), width, height)
    response = HttpResponse(_json(told) if form == "json" else _xml(told))
    response["Content-Type"] = "application/json" if form == "json" else "text/xml; charset=utf-8"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _paper(request: HttpRequest) -> Paper:
    """The paper whose address was asked for. Raises Http404 for what is not one of this site's."""
    told = request.GET.get("url", "")
    try:
        asked, own = urlsplit(told[:LONGEST]), urlsplit(site_of(request))
    except ValueError:
        raise Http404("This is no address.") from None
    path = unquote(asked.path)
    if asked.scheme not in ("http", "https") or asked.netloc != own.netloc or not path.startswith("/papers/"):
        raise Http404(f"Give the address of a paper here, as {site_of(request)}/papers/2604.04913")
    handle = path.removeprefix("/papers/")
    ending = next((one for one in _ENDINGS if handle.endswith(one)), "")
    found = find(handle) or find(handle.removesuffix(ending))
    shown = found[0] if found else None
    if shown is None or reason_for(shown):
        raise Http404("This paper is not held here, or moderators hid it.")
    return shown


def _at_most(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if 0 < len(text) < 6 and text.isascii() and text.isdecimal() and int(text) else 100_000


def _told(paper: Paper, site: str, width: int, height: int) -> dict[str, Any]:
    (card,) = cards([paper.pk])
    title = clean(plain(paper.title)).strip() or paper.handle
    title = f"Withdrawn: {title}" if paper.withdrawn else title
    first = clean(plain(card.authors[0])).strip() if card.authors else ""
    others = paper.author_count - 1
    by = f"{first} and {others:,} more" if first and others > 0 else first
    words = paper.abstract or next((one.text for one in card.summaries if one.text), "")
    said = clean(first_sentences(plain(words), _SAID))
    address = site + address_of(paper.handle)
    facts = " · ".join(one for one in (by, str(card.day or ""), card.field) if one)
    name = clean(settings.SITE_NAME)
    lines = (
        f'<p><a href="{escape(uri(address))}">{escape(title)}</a></p>',
        f"<p>{escape(facts)}</p>" if facts else "",
        f"<p>{escape(said)}</p>" if said else "",
        f'<p><a href="{escape(uri(site))}">{escape(name)}</a></p>',
    )
    shrink = min(1.0, width / PICTURE[0], height / PICTURE[1])
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": by,
        "provider_name": name,
        "provider_url": uri(site),
        "cache_age": 3600,
        "thumbnail_url": uri(site + share_card_address(paper)),
        "thumbnail_width": max(1, int(PICTURE[0] * shrink)),
        "thumbnail_height": max(1, int(PICTURE[1] * shrink)),
        "html": f'<blockquote class="paper" cite="{escape(uri(address))}">{"".join(lines)}</blockquote>',
        "width": min(WIDTH, width),
        "height": min(HEIGHT, height),
    }


def _json(told: dict[str, Any]) -> bytes:
    return orjson.dumps({name: value for name, value in told.items() if value != ""})


def _xml(told: dict[str, Any]) -> bytes:
    out = StringIO()
    handler = SimplerXMLGenerator(out, "utf-8")
    handler.startDocument()
    handler.startElement("oembed", AttributesImpl({}))
    for name, value in told.items():
        if value != "":
            handler.addQuickElement(name, str(value))
    handler.endElement("oembed")
    return out.getvalue().encode()
