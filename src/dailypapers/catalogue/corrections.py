"""What authors put right of a paper, laid over what its sources say. Pure functions; no Django.

A record that has corrections has them applied: whoever reads it, or the tables, need know nothing of them.
Each keeps what sources say in its place, so that it can be lifted off again: `applied(lifted(record),
record.corrections)` is the record. That is done whenever sources tell something new.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dailypapers.catalogue.likeness import name_key
from dailypapers.catalogue.records import Author, Correction, Link, PaperRecord, Summary

BY_AUTHOR = "author"
"""The origin of a summary that an author wrote."""

TOLD, NO_STARS = "told", "-"

Key = tuple[str, str, int]


def correction_key(correction: Correction) -> Key:
    """What makes two corrections the same one: the later of them counts.

    To add a link and to take it off are one: what is said of that link.
    """
    kind = "link" if correction.kind == "no-link" else correction.kind
    return kind, correction.subject, correction.position


def bare(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """The corrections without what sources say in their place, to be compared."""
    return tuple(replace(one, before="") for one in corrections)


def subject_of(link: Link) -> str:
    """How a correction names a link."""
    return f"{link.kind} {link.url}"


def find_place(names: Sequence[str], name: str, position: int) -> int | None:
    """Where an author stands now who stood at `position`: there, or at the nearest place with such a name.

    Names are compared as everywhere (`J. Smith` is `John Smith`); of several the one spelled the same counts.
    """
    same = [place for place, other in enumerate(names) if other == name]
    if not same:
        key = name_key(name)
        same = [place for place, other in enumerate(names) if name_key(other) == key]
    return min(same, key=lambda place: abs(place - position), default=None)


def lifted(record: PaperRecord) -> PaperRecord:
    """The record as its sources tell it."""
    links, authors, summaries = list(record.links), list(record.authors), record.summaries
    # The last first, so that each finds everything where it left it.
    for one in reversed(record.corrections):
        if one.kind == "link" and not one.before:
            links = [link for link in links if subject_of(link) != one.subject]
        elif one.kind == "no-link" and one.before:
            place, stars = one.before.split()
            kind, _, url = one.subject.partition(" ")
            links.insert(int(place), Link(kind, url, None if stars == NO_STARS else int(stars)))
        elif one.kind == "affiliation":
            _affiliate(authors, one, one.before)
        elif one.kind == "summary":
            summaries = _less_by_author(summaries)
    return replace(record, links=tuple(links), authors=tuple(authors), summaries=summaries, corrections=())


def applied(record: PaperRecord, corrections: Iterable[Correction]) -> PaperRecord:
    """What sources tell, with corrections laid over it. One whose author is not named any more waits."""
    links, authors, summaries = list(record.links), list(record.authors), record.summaries
    laid = []
    for one in sorted(corrections, key=correction_key):
        before, position = "", one.position
        at = next((place for place, link in enumerate(links) if subject_of(link) == one.subject), None)
        if one.kind == "link":
            kind, _, url = one.subject.partition(" ")
            if at is None:
                links.append(Link(kind, url))
            else:
                before = TOLD
        elif one.kind == "no-link" and at is not None:
            stars = links.pop(at).stars
            before = f"{at} {NO_STARS if stars is None else stars}"
        elif one.kind == "affiliation":
            position, before = _affiliate(authors, one, one.text)
        elif one.kind == "summary":
            summaries = (*_less_by_author(summaries), Summary(one.text, BY_AUTHOR))
        laid.append(replace(one, position=position, before=before))
    return replace(
        record,
        links=tuple(links),
        authors=tuple(authors),
        summaries=tuple(sorted(summaries, key=lambda summary: summary.origin)),
        corrections=tuple(laid),
    )


def joined(held: Iterable[Correction], new: Iterable[Correction]) -> tuple[Correction, ...]:
    """The corrections of two copies of a paper; where both correct the same thing, those of the new one."""
    return tuple({correction_key(one): one for one in (*held, *new)}.values())


def _affiliate(authors: list[Author], correction: Correction, affiliation: str) -> tuple[int, str]:
    """Give an author an affiliation; where that author stands, and what it was."""
    names = [author.name for author in authors]
    place = find_place(names, correction.subject, correction.position)
    if place is None:
        return correction.position, ""
    before = authors[place].affiliation
    authors[place] = replace(authors[place], affiliation=affiliation)
    return place, before


def _less_by_author(summaries: Iterable[Summary]) -> tuple[Summary, ...]:
    return tuple(summary for summary in summaries if summary.origin != BY_AUTHOR)
