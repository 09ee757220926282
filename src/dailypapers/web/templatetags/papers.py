"""Template filters for papers: mathematics, dates, numbers and fields as people read them."""

from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Precision
from dailypapers.community.access import suspended_until
from dailypapers.community.collecting import Keeping
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.people import User
from dailypapers.community.trust import level_of
from dailypapers.presentation import fields, mathematics, people
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.comment_words import html_of
from dailypapers.presentation.voting import ShownVotes
from dailypapers.web.discussion import ShownComment, ShownReaction

register = template.Library()


@register.filter
def mathematics_title(text: str) -> SafeString:
    """A title with its mathematics as MathML, and no links: it stands inside one."""
    return mark_safe(mathematics.render(text, links=False))  # noqa: S308


@register.filter
def mathematics_line(text: str) -> SafeString:
    """A sentence with its mathematics as MathML; everything else escaped by `render`."""
    return mark_safe(mathematics.render(text))  # noqa: S308


@register.filter
def mathematics_paragraphs(text: str) -> SafeString:
    """As `mathematics_line`, with an abstract's paragraphs."""
    return mark_safe(mathematics.render_paragraphs(text))  # noqa: S308


@register.filter
def plain(text: str) -> str:
    """The text without TeX, for attributes and meta tags."""
    return mathematics.plain(text)


@register.filter
def comment_html(comment: Comment) -> SafeString:
    """What a comment says, as its readers see it."""
    return html_of(comment)


@register.filter
def thousands(number: int) -> str:
    """1182 as 1,182."""
    return f"{number:,}"


@register.filter
def long_day(day: date) -> str:
    """Wednesday, April 15."""
    return f"{day:%A, %B} {day.day}"


@register.filter
def short_day(day: date) -> str:
    """April 15, with the year where it is not this list's own (2025 April 15 reads as April 15, 2025)."""
    return f"{day:%B} {day.day}, {day.year}"


@register.filter
def month_day(day: date) -> str:
    """April 15."""
    return f"{day:%B} {day.day}"


@register.filter
def roughly(paper: Paper) -> SafeString:
    """The month or year of a paper whose day is not known: April 2026."""
    form = {Precision.MONTH.value: "%B %Y", Precision.YEAR.value: "%Y"}.get(paper.precision)
    return format_html("<span>{}</span>", f"{paper.date:{form}}") if form and paper.date else SafeString()


@register.filter
def hue(category: str) -> int:
    """The colour of a field, in degrees."""
    return fields.hue(category)


@register.filter
def field_name(category: str) -> str:
    """The field in plain words."""
    return fields.name(category)


@register.filter
def person_hue(handle: str) -> int:
    """The colour of a person, in degrees."""
    return people.hue(handle)


@register.filter
def initials(name: str) -> str:
    """One or two letters that stand for a person."""
    return people.initials(name)


@register.filter
def trust_level(person: User) -> str:
    """How far a person is trusted, in a word: new, known, trusted."""
    return level_of(person).name.lower()


@register.filter
def paper_address(handle: str) -> str:
    """The path of a paper's page."""
    return address_of(handle)


@register.filter
def suspension_end(person: User) -> str:
    """Until May 3, 2026, or for good."""
    return suspended_until(person)


@register.simple_tag(takes_context=True)
def votes_of(context: template.Context, votes: ShownVotes) -> SafeString:
    """The votes of a paper with the button, as `votes.html` draws them."""
    asks = context["viewer"].is_authenticated
    return _drawn_votes(votes, asks, context["accounts"], "" if asks else context["here_whole"])


@lru_cache(maxsize=4_096)
def _drawn_votes(votes: ShownVotes, asks: bool, accounts: str, here_whole: str) -> SafeString:
    """Drawn once for all readers who see the same: a third of the time a list takes is these blocks."""
    context = {"votes": votes, "asks": asks, "accounts": accounts, "here_whole": here_whole}
    return mark_safe(get_template("votes.html").render(context))  # noqa: S308 (escaped as drawn)


_TOKEN = "a-token-that-is-each-reader-s-own"  # noqa: S105 (stands where the real one is put)


@register.simple_tag(takes_context=True)
def reactions_of(context: template.Context, shown: ShownComment, can_write: bool) -> SafeString:
    """What people think of a comment with the buttons to say so, as `reactions.html` draws them."""
    drawn = _drawn_reactions(shown.pk, tuple(shown.reactions), can_write, shown.is_mine)
    return mark_safe(drawn.replace(_TOKEN, escape(context["csrf_token"])))  # noqa: S308


@lru_cache(maxsize=4_096)
def _drawn_reactions(pk: int, reactions: tuple[ShownReaction, ...], can_write: bool, is_mine: bool) -> str:
    """Drawn once for all who see the same: of a page with 60 comments they were a third of the time."""
    context = {"pk": pk, "reactions": reactions, "can_write": can_write, "is_mine": is_mine}
    return get_template("reactions.html").render(context | {"csrf_token": _TOKEN})


@register.simple_tag
def keep_of(kept: Keeping) -> SafeString:
    """The button to save a paper, as `keep.html` draws it."""
    return _drawn_keep(kept)


@lru_cache(maxsize=4_096)
def _drawn_keep(kept: Keeping) -> SafeString:
    return mark_safe(get_template("keep.html").render({"kept": kept}))  # noqa: S308
