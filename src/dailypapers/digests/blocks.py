"""A paper as a mail shows it, rendered once however many mails it is in."""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from textwrap import fill

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from dailypapers.catalogue.cards import cards
from dailypapers.catalogue.corrections import BY_AUTHOR
from dailypapers.community import texts
from dailypapers.community.comment_text import one_line
from dailypapers.digests.styles import inliner, style
from dailypapers.presentation.card import ShownCard, shown_cards
from dailypapers.presentation.fields import name as field_name
from dailypapers.presentation.mathematics import plain
from dailypapers.presentation.sources import label
from dailypapers.presentation.telling import telling_sentence
from dailypapers.ranking.lists import entries_of

KEPT = 3_000
FRESH_FOR = 15 * 60.0
"""Seconds for which a paper's words and votes are as old as they were rendered."""
LONGEST_TITLE = 300
COLUMNS = 76
LONGEST_SUMMARY = 400

TOKEN, WHY, WHY_TEXT = "%%TOKEN%%", "%%WHY%%", "%%WHY-TEXT%%"
"""What stands for a subscriber's own part until a mail is made. Nothing from outside holds two % in a row."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paper: its title alone, and as HTML and text with places for `TOKEN` and the reason."""

    title: str
    html: str
    text: str
    why: str
    """The numbers of its heat, where nothing else is the reason."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One sentence and whose it is."""

    text: str
    by: str


_lock = threading.Lock()
_kept: OrderedDict[int, tuple[float, Block]] = OrderedDict()


def blocks(papers: Collection[int]) -> dict[int, Block]:
    """The blocks of these papers; a paper that is hidden has none. A fixed number of queries for new ones."""
    now = time.monotonic()
    with _lock:
        found = {
            paper: kept[1]
            for paper in papers
            if (kept := _kept.get(paper)) is not None and now - kept[0] < FRESH_FOR
        }
    missing = [paper for paper in dict.fromkeys(papers) if paper not in found]
    if not missing:
        return found
    made = {
        shown.card.paper.pk: _block(shown)
        for shown in shown_cards(cards(missing), entries_of(missing), AnonymousUser())
    }
    with _lock:
        _kept.update((paper, (now, block)) for paper, block in made.items())
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found | made


def forget() -> None:
    """Render every paper anew."""
    with _lock:
        _kept.clear()


def summary(shown: ShownCard) -> Summary:
    """The sentence of a claimed author, else the source's own, else the abstract's that says most."""
    written = [one for one in shown.card.summaries if one.text.strip()]
    for one in sorted(written, key=lambda one: one.origin != BY_AUTHOR):
        by = "An author" if one.origin == BY_AUTHOR else label(one.origin)
        return Summary(_line(one.text, LONGEST_SUMMARY), f"{by}, in short")
    sentence = telling_sentence(shown.card.paper.title, shown.card.paper.abstract)
    return Summary(_line(sentence, LONGEST_SUMMARY), "")


def _line(text: str, longest: int) -> str:
    """One line of plain text, without what could turn others around or stand for a place of ours."""
    return one_line(texts.line(plain(text[: 20 * longest])).replace("%%", "%"), longest)


def _address(url: str) -> str:
    """A source's address: one that holds a place of ours would be given the subscriber's own links."""
    return url.replace("%%", "%25%25")


def _block(shown: ShownCard) -> Block:
    paper = shown.card.paper
    title = _line(paper.title, LONGEST_TITLE) or paper.handle
    names = [_line(name, 60) for name in shown.card.authors]
    more = shown.card.more_authors
    authors = ", ".join(filter(None, names)) + (f" and {more} more" if more > 0 and names else "")
    told = summary(shown)
    base = settings.BASE_URL
    context = {
        "title": title,
        "address": base + shown.address,
        "authors": authors,
        "votes": shown.votes.total,
        "summary": told.text,
        "by": told.by,
        "field": field_name(shown.card.field) if shown.card.field else "",
        "pdf": _address(shown.pdf.url) if shown.pdf else "",
        "code": _address(shown.code.url) if shown.code else "",
        "picture": base + shown.picture if settings.DIGEST_PICTURES else "",
        "withdrawn": paper.withdrawn,
        "useful": f"{base}/subscription/{TOKEN}/useful/{paper.pk}",
        "not_for_me": f"{base}/subscription/{TOKEN}/not-for-me/{paper.pk}",
    }
    html = inlined(render_to_string("digests/papers/paper.html", context | {"why": WHY}))
    wrapped = {name: wrap(str(context[name])) for name in ("title", "summary", "authors")}
    text = render_to_string("digests/papers/paper.txt", context | wrapped | {"why": WHY_TEXT})
    return Block(title, html, text.strip("\n"), shown.why)


def wrap(text: str) -> str:
    """Lines as long as one reads them easily; a link stays whole."""
    return fill(text, COLUMNS, break_long_words=False, break_on_hyphens=False)


def inlined(fragment: str) -> str:
    """A piece of a mail with the styles of its classes written on each element."""
    return inliner().inline_fragment(fragment, style())
