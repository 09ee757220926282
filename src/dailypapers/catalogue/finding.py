"""From what someone typed to the papers it means."""

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from heapq import nlargest
from threading import Lock, Thread
from typing import TYPE_CHECKING

from django.core.cache import cache

from dailypapers.catalogue.hiding import hidden_among
from dailypapers.catalogue.identifiers import Reference, parse
from dailypapers.catalogue.likeness import title_key
from dailypapers.catalogue.models import Identifier, Paper
from dailypapers.search.query.model import Query
from dailypapers.search.query.parse import parse_query

if TYPE_CHECKING:
    from dailypapers.search.engine import Engine, Found, Sort
    from dailypapers.search.scoring import Mode

log = logging.getLogger("dailypapers.search")

LOOK_AGAIN = 5.0
"""Seconds after which a process sees whether a new index was put in use."""

LONGEST_TITLE = 1_000
"""Characters of a text that may be a title."""

TITLES_LOOKED_AT = 10
"""Papers that were found whose titles are compared with what was typed."""

MAY_BE_GONE = 60.0
"""Seconds without a look after which the index that is open may have been removed."""

TO_BE_READY = ("learning of wrods", "model after:2020 has:code field:cs")
"""Searches that read what most others need: for a misspelt word the words to mend it by, the filters."""


def find(text: str) -> tuple[Paper, Reference] | None:
    """The paper that an identifier in any form (with or without version, prefix or whole URL) names.

    None when the text is no identifier or the paper is not held. One query, and another where a slash at
    the end may be one too many: a DOI can end in one.
    """
    found = _find(text)
    return _find(text.rstrip("/")) if found is None and text.endswith("/") else found


def _find(text: str) -> tuple[Paper, Reference] | None:
    reference = parse(text)
    if reference is None:
        return None
    scheme, value = reference.identifier
    found = Identifier.objects.select_related("paper__hidden").filter(scheme=scheme, value=value).first()
    return (found.paper, reference) if found else None


def meant(text: str) -> Paper | None:
    """The one paper that a text names: by an identifier in any form, or by its whole title."""
    if (paper := named(text)) is not None:
        return paper
    key = title_key(text) if len(text) <= LONGEST_TITLE else None
    if key is None:
        return None
    papers = list(Paper.objects.filter(title_key=key, hidden=None)[:2])
    return papers[0] if len(papers) == 1 else None


def named(text: str) -> Paper | None:
    """The paper whose identifier a text is, in any form and with what it was pasted with."""
    found = (find(one) for one in as_pasted(text.strip()))
    return next((one[0] for one in found if one is not None), None)


def as_pasted(text: str) -> Iterator[str]:
    """The text, and the identifier in it where it was pasted with what stands around it."""
    yield text
    if (bare := text.strip(_AROUND)) != text:
        yield bare
    if (stamp := _STAMP.match(text)) is not None:
        yield f"arxiv:{stamp[1]}"


# Quotes, brackets and what ends a sentence. Tried second: a DOI may end in a bracket of its own.
_AROUND = "<>()[]{}\"'“”‘’«».,; "
# "arXiv 2403.05530", "arXiv:2403.05530v2 [cs.CL] 2 Aug 2024" (the stamp on a first page) and
# "[2403.05530] Its Title" (what a browser calls arXiv's page).
_STAMP = re.compile(
    r"(?:\[|arxiv\s?:?\s?)((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)(?=$|\]|\s+\[)",
    re.IGNORECASE | re.ASCII,
)


def search(
    text: str,
    mode: "Mode" = "hybrid",
    sort: "Sort" = "relevance",
    *,
    as_written: bool = False,
    counted: bool = False,
) -> tuple["Engine", "Found"]:
    """Search all papers. Every text has an answer; raises `NoIndex` where there is no index yet.

    `counted` has all papers counted that match, as facets need it.
    """
    engine = _open.engine()
    query = known_names(parse_query(text))
    return engine, engine.search(query, mode, sort, as_written=as_written, counted=counted)


def newest(text: str, most: int, engine: "Engine | None" = None) -> list[tuple[int, date]] | None:
    """The newest papers that match a query, with the days on which they were first listed.

    None where there is no index yet. `engine` is one that the process has open already.
    """
    from dailypapers.search.store import NoIndex

    try:
        opened = engine or _open.engine()
        found = opened.search(known_names(parse_query(text)), sort="date")
    except NoIndex:
        return None
    rows = Paper.objects.filter(pk__in=[hit.card.id for hit in found.hits]).values_list("day", "pk")
    dated = sorted(((day, pk) for day, pk in rows if day is not None), reverse=True)
    return [(pk, day) for day, pk in dated[:most]]


def titled(text: str, found: "Found") -> Paper | None:
    """The one paper, of the best that were found, whose whole title a text is but for its spelling.

    British or American, plural or singular, misspelt words put right: what search takes for the same.
    """
    if len(text) > LONGEST_TITLE or title_key(text) is None:
        return None
    query = found.query
    wanted = {_bare(text)}
    if found.corrections and not (query.phrases or query.without or query.like or query.conditions):
        wanted.add(_bare(query.wanted))
    best = nlargest(TITLES_LOOKED_AT, found.hits, key=lambda hit: hit.score)
    same = [hit.card.id for hit in best if _bare(hit.card.title) in wanted]
    return Paper.objects.filter(pk=same[0]).first() if len(same) == 1 else None


def _bare(title: str) -> str:
    """The stems of a title as one text: neither hyphens nor spaces matter."""
    from dailypapers.search.analysis import term, words_of

    return "".join(term(part) for word in words_of(title) for part in word.split("-"))


@dataclass(frozen=True, slots=True)
class Related:
    """A paper near another, and the telling words that both share."""

    id: int
    handle: str
    title: str
    words: tuple[str, ...]


def related(paper: int, most: int = 6) -> list[Related]:
    """The papers nearest to the one with this key; empty where there is no index yet.

    Remembered for ten minutes in each process: it costs as much as all the rest of a paper's page.
    """
    from dailypapers.search.shared_words import shared_words
    from dailypapers.search.store import NoIndex

    key = f"related-papers-{paper}-{most}"
    known: list[Related] | None = cache.get(key)
    if known is None:
        try:
            engine = _open.engine()
            found = engine.related(paper, most)
        except NoIndex:
            return []
        keys = [paper, *(hit.card.id for hit in found)]
        rows = Paper.objects.filter(pk__in=keys).values_list("pk", "title", "abstract")
        texts = {pk: (title, abstract) for pk, title, abstract in rows}
        # What was taken out since is in the index for a moment more.
        known = [
            Related(
                hit.card.id,
                hit.card.handle,
                hit.card.title,
                shared_words(texts[paper], texts[hit.card.id], engine.vocabulary),
            )
            for hit in found
            if hit.card.id in texts and paper in texts
        ]
        cache.set(key, known, 600)
    gone = hidden_among(one.id for one in known) if known else ()
    return [one for one in known if one.id not in gone]


def engine() -> "Engine":
    """The open index of this process. Raises `NoIndex`."""
    return _open.engine()


def make_ready() -> None:
    """Open the index and ask it something, so that whoever searches first need not wait for that."""
    from dailypapers.search.store import NoIndex

    try:
        opened = _open.engine()
        for text in TO_BE_READY:
            opened.search(parse_query(text), counted=True)
    except NoIndex:
        return
    except Exception:  # Nobody waits for this; whoever searches meets the same and is told.
        log.exception("the search index could not be made ready")


def known_names(query: Query) -> Query:
    """The query with the papers of `like:` named as the index names them, however they were typed."""
    if not query.like:
        return query
    names = []
    for one in query.like:
        reference = parse(one)
        names.append(str(reference.identifier) if reference else one)
    return replace(query, like=tuple(names))


class _Open:
    """The open index of this process; opened when it is first searched, and again when another is in use.

    Opening a large one takes seconds: until it is done, those who search go on with the one before.
    """

    def __init__(self) -> None:
        self._opened: Engine | None = None
        self._looked = 0.0
        self._lock = Lock()

    def engine(self) -> "Engine":
        """The index. Raises `NoIndex`."""
        opened, since = self._opened, time.monotonic() - self._looked
        if opened is not None and since < LOOK_AGAIN:
            return opened
        if opened is None or since > MAY_BE_GONE:
            with self._lock:
                return self._look()
        if self._lock.acquire(blocking=False):
            Thread(target=self._look_and_release, name="open-index", daemon=True).start()
        return opened

    def _look_and_release(self) -> None:
        try:
            self._look()
        except Exception:  # The thread has nobody to tell; the index that is open serves on.
            self._looked = time.monotonic()
            log.exception("the index that was put in use cannot be opened; the one before serves")
        finally:
            self._lock.release()

    def _look(self) -> "Engine":
        from dailypapers.catalogue.indexing import open_to_read, store

        opened = self._opened
        if opened is not None and time.monotonic() - self._looked < LOOK_AGAIN:
            return opened  # Another thread looked while this one waited.
        if opened is None or store().state().get("table") != opened.table.name:
            opened = open_to_read()
        self._opened, self._looked = opened, time.monotonic()
        return opened


_open = _Open()
