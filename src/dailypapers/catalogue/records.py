"""The form in which every paper reaches the catalogue, whatever source it came from.

A source's parser yields `PaperRecord`s; `landing.land` is the one place that writes them. No Django.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from dailypapers.catalogue.identifiers import MAX_LENGTH, Identifier, expand, has_dots

MAX_TITLE = 2_000
MAX_ABSTRACT = 50_000
MAX_AUTHORS = 10_000
MAX_NAME = 300
MAX_URL = 2_000
EARLIEST_YEAR = 1500
LATEST_YEAR = 2199
"""Years that a paper may have, and for which there are lists."""
LARGEST_NUMBER = 2**31 - 1
"""What a PostgreSQL integer holds."""


class RejectedRecord(ValueError):
    """A record that cannot be taken, with the reason in words an operator can act on."""


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    NONE = "none"


class Authority(StrEnum):
    """Who may overwrite whose words: the source that publishes a paper knows it best.

    A record replaces title, abstract and authors of a paper only when its authority is higher than
    that of the words held, or the same words' own origin speaks again; otherwise it fills blanks.
    """

    SAMPLE = "0 sample"
    COMMUNITY = "1 community"
    FILE = "2 file"
    AGGREGATOR = "3 aggregator"
    PUBLISHER = "4 publisher"
    ARCHIVE = "5 archive"


@dataclass(frozen=True, slots=True)
class Author:
    """One name on a paper, as printed; `orcid` is the bare 0000-0000-0000-0000 form."""

    name: str
    affiliation: str = ""
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Something that belongs to a paper.

    `kind` is `code`, `project`, `model`, `dataset`, `pdf`, `media` or `page`.
    """

    kind: str
    url: str
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the paper under one identifier; number 1 is the first."""

    identifier: Identifier
    number: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """That a paper stands on the list of a day (or, with month precision, of a month).

    `announced` when a source announced it then, `submitted` when a person or an outside community
    put it forward then; `source` says which. `estimated` when the source does not tell the day and its
    announcement calendar was used.
    """

    day: date
    source: str
    announced: bool = False
    submitted: bool = False
    precision: Precision = Precision.DAY
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """What an outside community says of a paper: an outside signal, never added to our own votes."""

    source: str
    day: date
    votes: int = 0
    comments: int = 0
    submitter: str = ""
    organization: str = ""
    url: str = ""
    captured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A short text about the paper that its authors did not write; `origin` and `model` say who did."""

    text: str
    origin: str
    model: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That the paper was withdrawn or retracted, when, and the reason its source gives."""

    day: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What an author of the paper put right; it stands whatever sources tell later (see `corrections`).

    `kind` is `link` or `no-link`, whose `subject` is a link's kind and address; `affiliation`, whose
    `subject` is the author's name and `position` the place in the order; or `summary`, without a subject.
    """

    kind: str
    subject: str = ""
    position: int = 0
    text: str = ""
    """The affiliation, or the summary."""
    before: str = ""
    """What sources say in its place."""


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """One paper as one source knows it, or as the catalogue holds it.

    The first identifier is the one the source itself uses. Empty fields say that the source does not
    know, never that the paper has none. `version` is the number of the version the text is from.
    """

    source: str
    authority: Authority
    identifiers: tuple[Identifier, ...]
    title: str
    authors: tuple[Author, ...] = ()
    abstract: str = ""
    day: date | None = None
    precision: Precision = Precision.NONE
    version: int = 0
    categories: tuple[str, ...] = ()
    venue: str = ""
    comment: str = ""
    licence: str = ""
    keywords: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    versions: tuple[Version, ...] = ()
    listed: tuple[Listed, ...] = ()
    mentions: tuple[Mention, ...] = ()
    summaries: tuple[Summary, ...] = ()
    withdrawal: Withdrawal | None = None
    text_from: str = field(default="")
    """The identifier whose record the words came from; filled by `checked`, kept by the catalogue."""
    corrections: tuple[Correction, ...] = ()
    """Applied already; no source tells any."""


def checked(record: PaperRecord) -> PaperRecord:
    """Return the record normalised and within bounds.

    White space is collapsed, control characters dropped, identifiers expanded, unusable links
    dropped. Raises `RejectedRecord` for one that has no identifier or title, or that breaks a bound;
    a withdrawal needs no title, it speaks of a paper that is held.
    """
    title, abstract = admitted(record)
    identifiers = expand(record.identifiers)
    withdrawal = record.withdrawal
    return replace(
        record,
        identifiers=identifiers,
        title=title,
        abstract=abstract,
        authors=_clean_authors(record.authors),
        categories=_clean_words(record.categories),
        keywords=_clean_words(record.keywords),
        venue=one_line(record.venue)[:500],
        comment=one_line(record.comment)[:2_000],
        licence=one_line(record.licence)[:300],
        links=_clean_links(record.links),
        versions=tuple([version for version in record.versions if 0 < version.number <= LARGEST_NUMBER]),
        mentions=tuple([_clean_mention(mention) for mention in record.mentions]),
        withdrawal=withdrawal and replace(withdrawal, reason=one_line(withdrawal.reason)[:2_000]),
        version=_counted(record.version),
        summaries=_clean_summaries(record.summaries),
        text_from=record.text_from or str(identifiers[0]),
    )


def admitted(record: PaperRecord) -> tuple[str, str]:
    """The record's title and abstract as they will be kept, if `checked` takes it.

    Raises `RejectedRecord` for the reasons of `checked`. It costs a fifth of it, for those who only need
    to know whether a record can be taken.
    """
    if not record.identifiers:
        raise RejectedRecord("no identifier")
    for identifier in record.identifiers:
        if len(identifier.value) > MAX_LENGTH:
            raise RejectedRecord(f"identifier of {len(identifier.value)} characters (at most {MAX_LENGTH})")
        if has_dots(identifier.value):
            raise RejectedRecord(f"identifier {identifier.value[:60]!r} with a part that is . or ..")
    title = one_line(record.title)
    if not can_be_seen(title):
        title = ""
    if not title and record.withdrawal is None:
        raise RejectedRecord("no title")
    if len(title) > MAX_TITLE:
        raise RejectedRecord(f"title of {len(title)} characters (at most {MAX_TITLE})")
    abstract = paragraphs(record.abstract)
    if len(abstract) > MAX_ABSTRACT:
        raise RejectedRecord(f"abstract of {len(abstract)} characters (at most {MAX_ABSTRACT})")
    if len(record.authors) > MAX_AUTHORS:
        raise RejectedRecord(f"{len(record.authors)} authors (at most {MAX_AUTHORS})")
    for day in _days(record):
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise RejectedRecord(f"date in the year {day.year}")
    return title, abstract


_DROPPED = dict.fromkeys((*range(32), 127, *range(128, 160), 65279, 65534, 65535))
_DROPPED |= dict.fromkeys((9, 10, 11, 12, 13, 133), " ")
# Bidirectional overrides can make a title read as something it is not, and spill over the page.
_DROPPED |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# Half a surrogate pair (JSON can carry one) cannot be written as UTF-8 by any database.
_DROPPED |= dict.fromkeys(range(0xD800, 0xE000))


_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that print nothing."""
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Mc", "Me"))
"""Controls, joiners, spaces and marks. What has no kind in Unicode yet may be a script of tomorrow."""


def can_be_seen(text: str) -> bool:
    """Whether anything of the text is printed. Joiners inside words are kept: Persian and Hindi need them."""
    return "!" <= text[:1] <= "~" or any(
        unicodedata.category(character) not in _UNSEEN and character not in _BLANK for character in text
    )


def one_line(text: str) -> str:
    """Collapse white space to single spaces and drop what cannot be printed."""
    # Nine texts of ten need nothing done, and what is not printable includes all that is dropped.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return " ".join(text.translate(_DROPPED).split())


def paragraphs(text: str) -> str:
    """As `one_line`, but an empty line still parts paragraphs."""
    if "\n\n" not in text and "\n \n" not in text and "\r" not in text:
        return one_line(text)
    parts = (one_line(part) for part in text.replace("\r\n", "\n").replace("\n \n", "\n\n").split("\n\n"))
    return "\n\n".join(part for part in parts if part)


def _days(record: PaperRecord) -> Iterator[date]:
    """Every day the record tells."""
    if record.day is not None:
        yield record.day
    for listed in record.listed:
        yield listed.day
    for mention in record.mentions:
        yield mention.day
    for version in record.versions:
        if version.day is not None:
            yield version.day
    if record.withdrawal is not None and record.withdrawal.day is not None:
        yield record.withdrawal.day


def _clean_authors(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    if _are_plain_names(authors):
        return authors
    cleaned = []
    for author in authors:
        name = one_line(author.name)[:MAX_NAME]
        # Sources list stray marks as authors ("GLM-V Team", ":", "Wenyi Hong"): nobody's name has no letter.
        if not any(map(str.isalpha, name)):
            continue
        if name == author.name and not author.affiliation and not author.orcid:
            cleaned.append(author)
        else:
            affiliation, orcid = one_line(author.affiliation)[:500], one_line(author.orcid)[:19]
            cleaned.append(Author(name, affiliation, orcid))
    return tuple(cleaned)


def _are_plain_names(authors: tuple[Author, ...]) -> bool:
    """Whether nothing needs to be done to them: looked at together, it takes a fifth of the time."""
    names = [author.name for author in authors if not author.affiliation and not author.orcid]
    together = "|".join(names)
    return (
        len(names) == len(authors)
        and together.isprintable()
        and not any(mark in f"|{together}|" for mark in ("  ", "| ", " |", "||"))
        and all(len(name) <= MAX_NAME and (name[0].isalpha() or name[-1].isalpha()) for name in names)
    )


def _clean_summaries(summaries: tuple[Summary, ...]) -> tuple[Summary, ...]:
    return tuple(
        [
            replace(
                summary,
                text=paragraphs(summary.text)[:5_000],
                model=one_line(summary.model)[:100],
                keywords=_clean_words(summary.keywords),
            )
            for summary in summaries
            if summary.text.strip() or summary.keywords
        ]
    )


def _clean_mention(mention: Mention) -> Mention:
    return replace(
        mention,
        votes=_counted(mention.votes),
        comments=_counted(mention.comments),
        submitter=one_line(mention.submitter)[:200],
        organization=one_line(mention.organization)[:200],
        url=_web_address(mention.url),
    )


def _counted(number: int) -> int:
    """The number, or the nearest one that every database can hold."""
    return max(0, min(number, LARGEST_NUMBER))


@lru_cache(maxsize=4_096)
def _clean_words(words: tuple[str, ...]) -> tuple[str, ...]:
    # Remembered, because a few hundred sets of categories serve all papers.
    return tuple(dict.fromkeys(cleaned for word in words if (cleaned := one_line(word)[:200])))


def _clean_links(links: Iterable[Link]) -> tuple[Link, ...]:
    kept: dict[tuple[str, str], Link] = {}
    for link in links:
        if url := _web_address(link.url):
            stars = None if link.stars is None else _counted(link.stars)
            kept.setdefault((link.kind, url), Link(link.kind, url, stars))
    return tuple(kept.values())


def _web_address(text: str) -> str:
    """The address, or "" for what is none: a `javascript:` or `file:` address must never reach a page."""
    url = one_line(text)
    good = url.lower().startswith(("http://", "https://")) and len(url) <= MAX_URL and " " not in url
    return url if good else ""
