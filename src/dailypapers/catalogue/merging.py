"""How what is held and what comes in become one paper: pure functions over `PaperRecord`. No Django."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date

from dailypapers.catalogue.corrections import applied, joined, lifted
from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.records import (
    Link,
    Listed,
    Mention,
    PaperRecord,
    Precision,
    Summary,
    Version,
    Withdrawal,
)

_EXACTNESS = {Precision.NONE: 0, Precision.YEAR: 1, Precision.MONTH: 2, Precision.DAY: 3}


def absorb(held: PaperRecord, new: PaperRecord) -> PaperRecord:
    """Return the paper as it is after `new` was learned about `held`; `held` itself if nothing changed.

    Words (title, authors, abstract, categories, licence …) come from the higher authority, or from
    the record they came from before; all others only fill what is blank. An older version never
    replaces the words of a newer one. Identifiers, versions, links, listings, mentions and summaries
    are joined. Absorbing the same record twice changes nothing the second time. What authors put right
    stays put right.
    """
    if held.corrections or new.corrections:
        told = absorb(lifted(held), lifted(new))
        corrected = applied(told, joined(held.corrections, new.corrections))
        return held if corrected == held else corrected
    replaces = _may_replace(held, new)
    first, second = (new, held) if replaces else (held, new)
    same_origin = held.text_from == new.text_from
    dated = _dated(first, second)
    merged = PaperRecord(
        source=first.source,
        authority=first.authority,
        identifiers=tuple(dict.fromkeys((*held.identifiers, *new.identifiers))),
        title=first.title,
        authors=first.authors or second.authors,
        abstract=first.abstract or second.abstract,
        day=dated.day,
        precision=dated.precision,
        version=max(held.version, new.version) if replaces and same_origin else first.version,
        categories=first.categories or second.categories,
        venue=first.venue or second.venue,
        comment=first.comment or second.comment,
        licence=first.licence or second.licence,
        keywords=first.keywords or second.keywords,
        links=_links(held.links, new.links),
        versions=_versions(held.versions, new.versions),
        listed=_listings(held.listed, new.listed),
        mentions=_mentions(held.mentions, new.mentions),
        summaries=_summaries(held.summaries, new.summaries),
        withdrawal=_withdrawal(held.withdrawal, new.withdrawal),
        text_from=first.text_from,
    )
    return held if merged == held else merged


def _may_replace(held: PaperRecord, new: PaperRecord) -> bool:
    if not new.title:
        return False  # Only a withdrawal comes without words; it must not blank those held.
    if new.text_from == held.text_from:
        return new.authority >= held.authority and (new.version == 0 or new.version >= held.version)
    return new.authority > held.authority


def settled(record: PaperRecord) -> PaperRecord:
    """The record with its parts in order and joined as `absorb` joins them: one mention a community …"""
    if max(map(len, (record.versions, record.listed, record.mentions, record.summaries))) < 2:
        return record
    return replace(
        record,
        versions=_versions((), record.versions),
        listed=_listings((), record.listed),
        mentions=_mentions((), record.mentions),
        summaries=_summaries((), record.summaries),
    )


def _dated(first: PaperRecord, second: PaperRecord) -> PaperRecord:
    """Which of the two says when the work appeared: the more exact one, else the one whose words count.

    Not the earlier one: aggregators write 1 January where they know the year only.
    """
    if first.day is None or second.day is None:
        return second if first.day is None else first
    return max(first, second, key=lambda record: _EXACTNESS[record.precision])


def link_key(link: Link) -> tuple[str, str]:
    """What makes two links the same one."""
    return link.kind, link.url


def version_key(version: Version) -> tuple[Identifier, int]:
    """What makes two versions the same one."""
    return version.identifier, version.number


def listing_key(listing: Listed) -> tuple[bool, str]:
    """An announcement counts once for the work; each community may put it forward once."""
    return listing.submitted, listing.source if listing.submitted else ""


def _links(held: tuple[Link, ...], new: tuple[Link, ...]) -> tuple[Link, ...]:
    """Join by kind and address; the number of stars is the last one told."""
    joined = {link_key(link): link for link in held}
    for link in new:
        old = joined.get(link_key(link))
        if old is None or (link.stars is not None and link.stars != old.stars):
            joined[link_key(link)] = link
    return tuple(joined.values())


def _versions(held: tuple[Version, ...], new: tuple[Version, ...]) -> tuple[Version, ...]:
    joined = {version_key(version): version for version in held}
    for version in new:
        old = joined.get(version_key(version))
        if old is None or old.day is None:
            joined[version_key(version)] = version
    return tuple(sorted(joined.values(), key=version_key))


def _listings(held: tuple[Listed, ...], new: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """Keep one announcement, the first; keep the first submission of each outside community.

    A day that a source told counts before one that was estimated.
    """
    return _first_listings((*held, *new))


def _first_listings(listings: Iterable[Listed]) -> tuple[Listed, ...]:
    kept: dict[tuple[bool, str], Listed] = {}
    for listing in sorted(listings, key=_exact_then_early):
        kept.setdefault(listing_key(listing), listing)
    return tuple(sorted(kept.values(), key=lambda one: (one.day, one.submitted, one.source)))


def _exact_then_early(listing: Listed) -> tuple[bool, bool, date, str]:
    return (listing.precision != Precision.DAY, listing.estimated, listing.day, listing.source)


def _mentions(held: tuple[Mention, ...], new: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """One mention a source: the newest capture, with the day the paper first stood there."""
    joined = _one_each(held)
    for source, mention in _one_each(new).items():
        joined[source] = _newer(joined[source], mention) if source in joined else mention
    return tuple(sorted(joined.values(), key=lambda mention: mention.source))


def _one_each(mentions: tuple[Mention, ...]) -> dict[str, Mention]:
    """The mentions of one record by source; of several of a source the last captured, then of the last day.

    Done before two records meet, so that meeting twice gives what meeting once did.
    """
    kept: dict[str, Mention] = {}
    for mention in sorted(mentions, key=lambda one: (_captured(one), one.day)):
        old = kept.get(mention.source)
        kept[mention.source] = _newer(old, mention) if old else mention
    return kept


def _newer(old: Mention, new: Mention) -> Mention:
    """What two mentions of a source come to: the later capture's numbers, `new` where both are the same."""
    last, first = (new, old) if _captured(new) >= _captured(old) else (old, new)
    return replace(
        last,
        day=min(old.day, new.day),
        submitter=last.submitter or first.submitter,
        organization=last.organization or first.organization,
        url=last.url or first.url,
    )


def _captured(mention: Mention) -> str:
    return mention.captured_at.astimezone(UTC).isoformat() if mention.captured_at else ""


def _summaries(held: tuple[Summary, ...], new: tuple[Summary, ...]) -> tuple[Summary, ...]:
    joined = {summary.origin: summary for summary in held}
    joined.update({summary.origin: summary for summary in new})
    return tuple(sorted(joined.values(), key=lambda summary: summary.origin))


def _withdrawal(held: Withdrawal | None, new: Withdrawal | None) -> Withdrawal | None:
    """A withdrawal stays: a later record that does not speak of it does not undo it."""
    if held is None or new is None:
        return held or new
    return Withdrawal(day=held.day or new.day, reason=new.reason or held.reason)
