"""One paper that somebody asks for by its name: fetched from the source that knows it best.

Whoever asks waits for some seconds; the search goes on behind them and its answer is kept for a while,
so that a slow source is asked once and the next look finds what it said.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.cache import cache

from dailypapers.catalogue.identifiers import Identifier, url_of
from dailypapers.catalogue.pasted import Pasted
from dailypapers.catalogue.records import PaperRecord, RejectedRecord, checked
from dailypapers.catalogue.serialising import from_json, to_json
from dailypapers.ingest import citation_tags
from dailypapers.ingest.addresses import NotPublic
from dailypapers.ingest.citation_tags import Described
from dailypapers.ingest.connection import any_page, connection, followed
from dailypapers.ingest.http import HttpFailure, TooLarge
from dailypapers.ingest.registry import all_sources
from dailypapers.ingest.source import FetchingSource, Parsed, SourceFailure

log = logging.getLogger(__name__)

ROUTES: Final[dict[str, tuple[str, ...]]] = {
    "arxiv": ("arxiv", "openalex"),
    "doi": ("crossref", "openalex"),
    "biorxiv": ("biorxiv", "crossref", "openalex"),
    "acl": ("acl",),
    "openreview": ("openreview",),
    "openalex": ("openalex",),
}
"""Which sources are asked for an identifier of a scheme, the one that knows it best first."""

PATIENCE: Final = 8.0
"""Seconds that somebody waits for an answer."""
LONGEST: Final = 90.0
"""Seconds after which a search that did not end is taken for lost: its process was stopped."""
KEPT: Final = 60 * 60
"""Seconds for which an answer is kept: long enough to write a comment to it."""
AT_ONCE: Final = 8
"""Searches at once in one process."""

_room = threading.BoundedSemaphore(AT_ONCE)


class NotFound(Exception):
    """No paper was found; the text tells whoever asked why, and what to do."""


class Slow(Exception):
    """The search goes on; ask again in some seconds."""


@dataclass(frozen=True, slots=True)
class _Answer:
    record: dict[str, Any] | None
    problem: str = ""


def look_up(pasted: Pasted) -> PaperRecord:
    """The paper that was named. Raises `NotFound`, and `Slow` where the answer is not there in time."""
    deadline = time.monotonic() + PATIENCE
    key = _key(pasted)
    known: _Answer | None = cache.get(key)
    if known is not None and known.record is not None:
        return from_json(known.record)
    cache.delete(key)  # What failed is tried again by whoever asks again.
    if cache.add(f"{key}-busy", 1, LONGEST):
        if not _room.acquire(blocking=False):
            cache.delete(f"{key}-busy")
            raise NotFound("Many papers are being looked up at this moment. Try again in a minute.")
        thread = threading.Thread(target=_search, args=(pasted, key), name="look-up", daemon=True)
        thread.start()
        thread.join(PATIENCE)
    while (known := cache.get(key)) is None:
        if time.monotonic() > deadline:
            raise Slow
        time.sleep(0.1)
    return _read(known)


def looked_up(pasted: Pasted) -> PaperRecord | None:
    """What a search came to; None where nobody asked. Raises as `look_up` does, and asks no source."""
    known: _Answer | None = cache.get(_key(pasted))
    if known is not None:
        return _read(known)
    if cache.get(f"{_key(pasted)}-busy"):
        raise Slow
    return None


def _key(pasted: Pasted) -> str:
    named = f"{pasted.identifier or ''} {pasted.url}"
    return "look-up-" + hashlib.sha256(named.encode()).hexdigest()[:32]


def _read(answer: _Answer) -> PaperRecord:
    if answer.record is None:
        raise NotFound(answer.problem)
    return from_json(answer.record)


def _search(pasted: Pasted, key: str) -> None:
    """Find the paper and keep what was found; in a thread of its own. Asks no database."""
    started = time.monotonic()
    try:
        answer = _Answer(to_json(checked(find(pasted))))
    except NotFound as problem:
        answer = _Answer(None, str(problem))
    except RejectedRecord as problem:
        answer = _Answer(None, f"What the source says of it cannot be taken: {problem}.")
    except Exception:
        log.exception("looking up %s %s failed", pasted.identifier, pasted.url)
        answer = _Answer(
            None, "Something went wrong here while looking it up; whoever runs this site is told."
        )
    finally:
        _room.release()
    name = str(pasted.identifier or pasted.url)[:200]
    log.info("looked up %s in %.1f s: %s", name, time.monotonic() - started, answer.problem or "found")
    cache.set(key, answer, KEPT)
    cache.delete(f"{key}-busy")


def find(pasted: Pasted) -> PaperRecord:
    """Ask the sources of an identifier one after the other, then the page. Raises `NotFound`."""
    problems: list[str] = []
    if pasted.identifier is not None:
        for try_it in _ways(pasted.identifier):
            if (record := try_it(problems)) is not None:
                return record
    if pasted.url:
        return _at(pasted.url, guessed=pasted.identifier, problems=problems)
    raise NotFound(_said(pasted.identifier, problems))


def _ways(identifier: Identifier) -> Iterator[Callable[[list[str]], PaperRecord | None]]:
    for name in ROUTES.get(identifier.scheme, ()):
        source = all_sources().get(name)
        if isinstance(source, FetchingSource):
            yield lambda problems, source=source: _from_source(source, identifier, problems)  # type: ignore[misc]
    if identifier.scheme in ("doi", "openreview", "biorxiv"):
        yield lambda problems: _from_own_page(identifier, problems)


def _from_source(source: FetchingSource, identifier: Identifier, problems: list[str]) -> PaperRecord | None:
    """The record that a source has under an identifier."""
    span = followed(source)
    try:
        with connection(source, span.base_url, impatient=True) as http:
            for page in source.by_identifier([identifier], span, http):
                for item in source.parse(page):
                    if isinstance(item, Parsed) and item.record.title:
                        record = item.record
                        if identifier not in record.identifiers:
                            record = replace(record, identifiers=(*record.identifiers, identifier))
                        return record
                    if not isinstance(item, Parsed):
                        problems.append(f"{source.label}: {item.reason}")
    except (HttpFailure, SourceFailure, OSError) as failure:
        log.warning("%s was asked for %s: %s", source.name, identifier, failure)
        problems.append(f"{source.label} did not answer as it should")
    return None


def _from_own_page(identifier: Identifier, problems: list[str]) -> PaperRecord | None:
    """What the page says to which an identifier itself leads."""
    url = url_of(identifier)
    try:
        told, _ = _read_page(url)
    except (HttpFailure, SourceFailure, OSError) as failure:
        log.info("%s was read for %s: %s", url, identifier, failure)
        problems.append(f"{urlsplit(url).hostname} could not be read")
        return None
    # Whatever else the page names may be another work: this much is sure.
    return replace(told.record, identifiers=(identifier,)) if told.record is not None else None


def _at(url: str, guessed: Identifier | None, problems: list[str]) -> PaperRecord:
    """The paper that a page is about. Raises `NotFound`."""
    host = urlsplit(url).hostname or url
    try:
        told, at = _read_page(url)
    except TooLarge:
        raise NotFound(f"What is at this address is too large for a page. {_HINT}") from None
    except HttpFailure as failure:
        raise NotFound(_why_not_read(host, failure)) from None
    except (SourceFailure, OSError):
        raise NotFound(f"What is at this address of {host} is not a web page. {_HINT}") from None
    for identifier in told.identifiers:
        if identifier != guessed:
            for try_it in _ways(identifier):
                if (record := try_it(problems)) is not None:
                    return record
    if told.record is None or not told.record.identifiers:
        raise NotFound(f"The page at {host} names no paper that can be looked up. {_HINT}")
    # Only a source vouches for an identifier; one that none of them knows is anybody's word.
    own = replace(told.record, identifiers=citation_tags.named_by(at))
    if not own.identifiers:
        raise NotFound(f"The page at {host} names no paper that can be looked up. {_HINT}")
    return own


_HINT: Final = "Write its arXiv number or its DOI (it begins with 10.) instead."


def _read_page(url: str) -> tuple[Described, str]:
    """What a page says, and where it is: an address may lead on to another."""
    with any_page() as http:
        accept = "text/html, application/xhtml+xml;q=0.9"
        body = http.get(url, accept=accept, largest=citation_tags.LARGEST)
        return citation_tags.described(body, http.reached), http.reached


def _why_not_read(host: str, failure: HttpFailure) -> str:
    if isinstance(failure.__cause__, NotPublic):
        return f"{host} is not a public web address, and only those are read. {_HINT}"
    if failure.status in (404, 410):
        return f"There is nothing at this address of {host}. Look whether it is whole."
    if failure.status in (401, 402, 403):
        return f"{host} does not let programs read this page. {_HINT}"
    return f"{host} does not answer at the moment. Try again later. {_HINT}"


def _said(identifier: Identifier | None, problems: list[str]) -> str:
    shown = f"{identifier.scheme} {identifier.value}" if identifier else "this"
    if problems:
        return (
            f"We could not find {shown} now: {'; '.join(dict.fromkeys(problems))}. Try again in some minutes."
        )
    return f"No source knows {shown}. Look whether it is written right; a new one can take a day to be known."
