"""What reference managers write in any format: identifiers hidden in fields, and venues that are none."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date

from dailypapers.catalogue.identifiers import Identifier, Reference, parse
from dailypapers.catalogue.likeness import folded, name_key
from dailypapers.catalogue.records import Author
from dailypapers.ingest.file_formats.entry import named

_ARXIV_IN_PROSE = re.compile(
    r"\barxiv:\s*([a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(v\d+)?\b", re.ASCII | re.IGNORECASE
)


def identify(
    *,
    dois: Sequence[str],
    others: Sequence[str],
    prose: Sequence[str],
    title: str,
    authors: Sequence[Author],
    day: date | None,
) -> tuple[Identifier, ...]:
    """Every identifier an entry has; one made from its words where it has none.

    `dois` are DOIs with or without address or prefix, `others` identifiers or addresses of any kind,
    `prose` fields in which people write "arXiv preprint arXiv:1706.03762". A citation key does not
    identify a work ("smith2020" stands in many files), so an entry without identifiers goes by a
    digest of title, first author and year: the same entry in another file is the same paper.
    """
    found = [
        *named(*(_doi(text) for text in dois), *others),
        *(reference.identifier for text in prose if (reference := _arxiv_in(text))),
    ]
    if found:
        return tuple(dict.fromkeys(sorted(found, key=lambda one: one.scheme != "arxiv")))
    first = name_key(authors[0].name) if authors else ""
    words = "\n".join((folded(title), first, str(day.year) if day else ""))
    return (Identifier("local", f"reference-{hashlib.blake2b(words.encode(), digest_size=10).hexdigest()}"),)


def venue(text: str) -> str:
    """Where the paper was published; "" for "arXiv preprint arXiv:…", which is no venue."""
    return "" if text.casefold().lstrip().startswith(("arxiv", "corr")) else text


def _doi(text: str) -> str:
    bare = re.sub(r"^\s*doi:?\s*", "", text, flags=re.IGNORECASE).strip()
    return "doi:" + bare if bare.startswith("10.") else bare if "://" in bare else ""


def _arxiv_in(text: str) -> Reference | None:
    found = _ARXIV_IN_PROSE.search(text)
    return parse("arxiv:" + found[1]) if found else None
