"""A digest as a mail: plain text and HTML, with the headers by which mail programs let one leave."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape

from dailypapers.community import texts
from dailypapers.community.comment_text import one_line
from dailypapers.digests import links
from dailypapers.digests.blocks import TOKEN, WHY, WHY_TEXT, Block, inlined, wrap
from dailypapers.digests.compose import Composed
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.styles import inliner, style

LONGEST_SUBJECT = 120
_OFTEN = {
    "daily": "every day",
    "weekdays": "from Monday to Friday",
    "weekly": "every week",
    "monthly": "every month",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail for all who get the same papers; `TOKEN` stands for the subscriber's own part."""

    subject: str
    text: str
    html: str


def heading(at: datetime) -> str:
    """The headline: the reader's date."""
    return f"{at:%A, %B} {at.day}"


def rendered(composed: Composed, made: Mapping[int, Block], head: str, frequency: str) -> Rendered | None:
    """The mail, without papers that have no block; None where none is left."""
    sections = [
        (one.title, [(made[paper], why) for paper, why in one.papers if paper in made])
        for one in composed.sections
    ]
    sections = [(title, papers) for title, papers in sections if papers]
    shown = [block for _, papers in sections for block, _ in papers]
    if not shown:
        return None
    count = len(shown)
    first = one_line(shown[0].title, LONGEST_SUBJECT - 20)
    subject = render_to_string("digests/papers/subject.txt", {"first": first, "more": count - 1})
    because = f"You asked for papers {_OFTEN[frequency]} at {settings.SITE_NAME}."
    context = _site() | {"heading": head, "count": count, "because": because}
    text = render_to_string(
        "digests/papers/body.txt",
        context
        | {
            "sections": [
                (
                    _line(title),
                    [block.text.replace(WHY_TEXT, wrap(_line(why or block.why))) for block, why in papers],
                )
                for title, papers in sections
            ]
        },
    )
    places = {
        "%%BEFORE%%": escape("; ".join(one_line(block.title, 60) for block in shown[1:4])),
        "%%HEADING%%": escape(head),
        "%%COUNT%%": f"{count} paper{'s' if count > 1 else ''}",
        "%%BECAUSE%%": escape(because),
        "%%SECTIONS%%": "".join(
            _section(_line(title))
            + "".join(block.html.replace(WHY, escape(_line(why or block.why))) for block, why in papers)
            for title, papers in sections
        ),
    }
    html = _frame(settings.SITE_NAME, settings.BASE_URL, settings.POSTAL_ADDRESS)
    for place, filled in places.items():
        html = html.replace(place, filled, 1)
    return Rendered(one_line(subject, LONGEST_SUBJECT), text, html)


def of_subscriber(mail: Rendered, subscription: Subscription) -> Rendered:
    """The same with the subscriber's own links."""
    token = links.token(subscription)
    return Rendered(mail.subject, mail.text.replace(TOKEN, token), mail.html.replace(TOKEN, token))


def message_id(delivery: int) -> str:
    """Made from the delivery, so that one that is sent again, after a server took it without our learning so,
    is the same mail to whoever looks for doubles. Nobody else can make the mark in it."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    mark = hmac.new(settings.SECRET_KEY.encode(), f"digest {delivery}".encode(), hashlib.sha256)
    return f"<digest-{delivery}-{mark.hexdigest()[:12]}@{host}>"


def headers(subscription: Subscription, delivery: int) -> dict[str, str]:
    """What mail programs and servers read."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return {
        "Message-ID": message_id(delivery),
        "List-Id": f"{one_line(settings.SITE_NAME, 60)} papers <papers.{host}>",
        "List-Unsubscribe": f"<{links.end_address(subscription)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }


def _site() -> dict[str, str]:
    base = settings.BASE_URL
    return {
        "site_name": settings.SITE_NAME,
        "base_url": base,
        "postal_address": settings.POSTAL_ADDRESS,
        "change": f"{base}/subscription/{TOKEN}",
        "end": f"{base}/subscription/{TOKEN}/end",
    }


def _told(block: Block, why: str) -> str:
    return block.text.replace(WHY_TEXT, wrap(_line(why or block.why)))


def _line(text: str) -> str:
    return one_line(texts.line(text).replace("%%", "%"), 300)


@lru_cache(maxsize=4)
def _frame(site_name: str, base_url: str, postal_address: str) -> str:
    """What stands around the papers, its styles inlined. The settings are named so that it follows them."""
    html = render_to_string("digests/papers/body.html", _site() | {"heading": site_name})
    return inliner().inline(html.replace("</head>", f"<style>{style()}</style></head>", 1))


@lru_cache(maxsize=500)
def _section(title: str) -> str:
    return inlined(render_to_string("digests/papers/section.html", {"title": title}))
