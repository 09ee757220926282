"""The authors of a paper as its page names them: who is confirmed, and what they put right."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from dailypapers.catalogue.corrections import subject_of
from dailypapers.catalogue.records import Author, Link, PaperRecord
from dailypapers.community.actions.follow import following_names
from dailypapers.community.authorship import Holder, holders
from dailypapers.community.models.follows import Follow
from dailypapers.community.models.people import User

AFFILIATION = 120
"""Characters of an affiliation that are shown."""
MOST_TO_FOLLOW = 30
"""Names with a button to follow them: of a longer list those further down are found by a search."""


@dataclass(frozen=True, slots=True)
class ShownAuthor:
    """One name, and whose it is if the person is confirmed and lets it be seen."""

    name: str
    affiliation: str
    holder: Holder | None


@dataclass(frozen=True, slots=True)
class ShownAuthors:
    """The names that a page shows, and what their people may do there."""

    authors: tuple[ShownAuthor, ...]
    viewer_is_one: bool
    """Whether the reader is confirmed as one of them."""
    corrections: int
    """How many things authors put right."""


def shown_authors(
    paper_id: int,
    record: PaperRecord,
    shown: Sequence[Author],
    viewer: User | AnonymousUser,
    *,
    is_whole: bool,
) -> ShownAuthors:
    """What the page of a paper says of its authors; one query, one more where `record` does not name all."""
    names = [author.name for author in record.authors] if is_whole else None
    held = holders(paper_id, names)
    corrected = {one.position for one in record.corrections if one.kind == "affiliation"}
    return ShownAuthors(
        tuple(
            ShownAuthor(
                author.name,
                _affiliation(author, is_corrected=place in corrected),
                _seen_by(held.get(place), viewer),
            )
            for place, author in enumerate(shown)
        ),
        any(one.pk == viewer.pk for one in held.values()),
        len(record.corrections),
    )


def to_follow(shown: ShownAuthors, viewer: User | AnonymousUser) -> list[tuple[str, Follow | None]]:
    """The first names that a reader can follow, with the following where it is; nothing for visitors."""
    if not isinstance(viewer, User):
        return []
    names = list(dict.fromkeys(one.name for one in shown.authors))[:MOST_TO_FOLLOW]
    known = following_names(viewer, names)
    return [(name, known.get(name)) for name in names]


def added_by_authors(record: PaperRecord, link: Link) -> bool:
    """Whether an author added a link that no source tells."""
    subject = subject_of(link)
    return any(one.kind == "link" and one.subject == subject and not one.before for one in record.corrections)


def _affiliation(author: Author, *, is_corrected: bool) -> str:
    text = author.affiliation
    text = text if len(text) <= AFFILIATION else f"{text[: AFFILIATION - 1].rstrip()}…"
    return f"{text} (as the author says)" if text and is_corrected else text


def _seen_by(holder: Holder | None, viewer: User | AnonymousUser) -> Holder | None:
    return holder if holder is not None and (holder.is_shown or holder.pk == viewer.pk) else None
