"""What is counted of papers, in memory: their days, votes, fields, venues and code.

A row of the index is never changed, only replaced by one with another number. So what was read of a row
holds for ever, and papers that were written since are read when they are first met.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dailypapers.search.columns import Card
from dailypapers.search.facets import MOST, Counts, Facets, largest
from dailypapers.search.table import PaperTable
from dailypapers.search.venues import same_venue, venue_key

COLUMNS: Final = ("id", "day", "votes", "fields", "venue_keys", "flags")

FEW: Final = 2_000
"""Rows that are read one by one when they are met; with more it is quicker to read all."""

AT_ONCE: Final = 300_000
"""Papers of a table that is read while its first reader waits (0.4 s); of a larger one the best are counted
until it is read."""


SAMPLED: Final = 10_000
"""Papers by which a share of all is told."""


@dataclass(frozen=True, slots=True)
class _Labels:
    """Some labels for each of many papers."""

    starts: NDArray[np.int64]
    """(papers + 1,): where those of each begin."""
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, column: pa.ChunkedArray, known: dict[str, int]) -> "_Labels":
        """From a column of lists of texts; `known` numbers the texts, and learns new ones."""
        lists = column.combine_chunks()
        lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
        encoded = lists.flatten().dictionary_encode()
        texts = np.array(
            [known.setdefault(one, len(known)) for one in encoded.dictionary.to_pylist()], np.int32
        )
        places = encoded.indices.to_numpy(zero_copy_only=False)
        codes = texts[places] if len(places) else np.empty(0, np.int32)
        return cls(np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))), codes)

    def after(self, others: "_Labels") -> "_Labels":
        """These papers after the others."""
        starts = np.concatenate((others.starts, self.starts[1:] + others.starts[-1]))
        return _Labels(starts, np.concatenate((others.codes, self.codes)))

    def chosen(self, papers: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The labels of some papers, one after another, and for each the place of its paper among them."""
        lengths = self.starts[papers + 1] - self.starts[papers]
        owner = np.repeat(np.arange(len(papers)), lengths)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.codes[self.starts[papers][owner] + within], owner

    def last(self, papers: NDArray[np.int64]) -> NDArray[np.int32]:
        """The last label of each paper that has any."""
        ends = self.starts[papers + 1]
        return self.codes[ends[ends > self.starts[papers]] - 1]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the rows so far."""

    numbers: NDArray[np.uint64]
    """The numbers of the rows."""
    order: NDArray[np.int64]
    """Their places in ascending order."""
    ascending: NDArray[np.uint64]
    ids: NDArray[np.int64]
    days: NDArray[np.int32]
    votes: NDArray[np.int32]
    with_code: NDArray[np.bool_]
    fields: _Labels
    venues: _Labels


@dataclass(slots=True)
class Tally:
    """Counts papers by the numbers of their rows; may be asked by many threads."""

    table: PaperTable
    _field_names: dict[str, int] = field(default_factory=dict)
    _venue_names: dict[str, int] = field(default_factory=dict)
    _read: _Read | None = None
    _forms: dict[tuple[str, str], str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def chosen(
        self, numbers: NDArray[np.uint64], scores: NDArray[np.float32] | None = None, *, wait: bool
    ) -> "Chosen | None":
        """The papers of these rows; None where too much must be read first, unless one is to wait for it.

        What must be read is, meanwhile.
        """
        if scores is None:
            scores = np.zeros(len(numbers), np.float32)
        read = self._read
        places = _places(read, numbers)
        unknown = numbers[places < 0]
        if read is not None and not len(unknown):
            return Chosen(self, read, places, scores)
        few = len(unknown) <= FEW if read is not None else self.table.papers <= AT_ONCE
        if not (wait or few):
            if self._lock.acquire(blocking=False):
                threading.Thread(target=self._read_and_release, name="tally", daemon=True).start()
            return None
        with self._lock:
            read = self._read
            if read is None or len(unknown) > FEW:
                read = self._all()
            unknown = numbers[_places(read, numbers) < 0]
            if len(unknown):
                read = self._with(
                    read, self.table.rows([int(one) for one in unknown], COLUMNS, numbered=True)
                )
            self._read = read
        places = _places(read, numbers)
        # A row that was replaced since it was found has no place.
        there = places >= 0
        return Chosen(self, read, places[there], scores[there])

    def share(self, first: int, last: int) -> float:
        """About what share of all papers is from `first` on and before `last`; 0 where none was read yet."""
        if self._read is None:
            return 0.0
        some = self._read.days[:: max(1, len(self._read.days) // SAMPLED)]
        return float(((some >= first) & (some < last)).mean()) if len(some) else 0.0

    def within(self, numbers: NDArray[np.uint64], first: int, last: int) -> NDArray[np.bool_] | None:
        """For each of these rows: is its paper from `first` on and before `last`? None where too much must be
        read first."""
        if len(numbers) and self.chosen(numbers, wait=False) is None:
            return None
        if (read := self._read) is None:
            return np.zeros(0, bool)
        places = _places(read, numbers)
        days = np.where(places >= 0, read.days[places], 0)
        return np.asarray((days >= first) & (days < last))

    def written(self, column: str, name: str) -> str:
        """How a paper writes a field or a venue."""
        if (name, column) not in self._forms:
            quoted = name.replace("'", "''")
            rows = self.table.where(f"array_has({column}, '{quoted}')", ("packed",), most=20)
            form = name
            for cell in rows["packed"].to_pylist():
                card = Card.read(cell)
                own = card.fields if column == "fields" else (card.venue,)
                key = str.lower if column == "fields" else venue_key
                form = next((one for one in own if key(one) == name), form)
            self._forms[name, column] = form
        return self._forms[name, column]

    def _read_and_release(self) -> None:
        try:
            self._read = self._all()
        finally:
            self._lock.release()

    def _all(self) -> _Read:
        return self._with(None, self.table.where("", COLUMNS, numbered=True))

    def _with(self, read: _Read | None, rows: pa.Table) -> _Read:
        numbers = rows["_rowid"].to_numpy().astype(np.uint64)
        ids = rows["id"].to_numpy()
        days = rows["day"].fill_null(0).to_numpy()
        votes = rows["votes"].fill_null(0).to_numpy()
        flags: dict[str, int] = {"code": 0}
        flagged, owner = _Labels.of(rows["flags"], flags).chosen(np.arange(len(numbers)))
        with_code = np.bincount(owner[flagged == 0], minlength=len(numbers)) > 0
        fields = _Labels.of(rows["fields"], self._field_names)
        venues = _Labels.of(rows["venue_keys"], self._venue_names)
        if read is not None:
            numbers = np.concatenate((read.numbers, numbers))
            ids = np.concatenate((read.ids, ids))
            days = np.concatenate((read.days, days))
            votes = np.concatenate((read.votes, votes))
            with_code = np.concatenate((read.with_code, with_code))
            fields, venues = fields.after(read.fields), venues.after(read.venues)
        order = np.argsort(numbers, kind="stable")
        return _Read(numbers, order, numbers[order], ids, days, votes, with_code, fields, venues)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some papers of a tally."""

    tally: Tally
    read: _Read
    places: NDArray[np.int64]
    scores: NDArray[np.float32]

    def first(self, by: Literal["date", "votes"], most: int) -> list[int]:
        """The numbers of the rows that come first by date or votes, then by score, then by the newer key."""
        keys = (self.read.votes if by == "votes" else self.read.days)[self.places]
        order = np.lexsort((-self.read.ids[self.places], -self.scores, -keys.astype(np.int64)))[:most]
        return [int(number) for number in self.read.numbers[self.places[order]]]

    def __len__(self) -> int:
        return len(self.places)

    def facets(self, cards: Sequence[Card], called: Mapping[str, str]) -> Facets:
        """What they are; of each field, year and venue, and with code, as many as its filter finds.

        In memory all names are in small letters: `cards` of some of the papers show how they are written.
        Fields that are `called` the same are one: names by categories in small letters.
        """
        years, per_year = np.unique(self.read.days[self.places] // 10_000, return_counts=True)
        every_year = zip(years.tolist(), per_year.tolist(), strict=True)
        code = int(self.read.with_code[self.places].sum())
        fields = self._fields(called)
        written = self._written([one for _, some in fields for one in some], "fields", cards)
        alike = {written[some[0]]: tuple(written[one] for one in some[1:]) for _, some in fields if some[1:]}
        venues = self._venues()
        venue = self._written([name for name, _ in venues], "venue_keys", cards)
        counts: Counts = {
            "field": [(written[some[0]], times) for times, some in fields],
            "year": largest({str(year): times for year, times in every_year if year}),
            "venue": [(venue[name], times) for name, times in venues],
            "has": [("code", code)] if code else [],
        }
        return Facets(counts, len(self.places), exact=True, alike=alike)

    def _written(self, names: Sequence[str], column: str, cards: Sequence[Card]) -> dict[str, str]:
        """How each name is written, in one of the cards or in another paper."""
        forms: dict[str, str] = {}
        for card in cards:
            for form in card.fields if column == "fields" else (card.venue,):
                forms.setdefault(venue_key(form) if column == "venue_keys" else form.lower(), form)
        return {name: forms.get(name) or self.tally.written(column, name) for name in names}

    def _fields(self, called: Mapping[str, str]) -> list[tuple[int, list[str]]]:
        """The largest groups of fields that are called the same: how many papers, and the fields, largest
        first. Archives are left out: most that are counted of these are of a category of theirs."""
        names = list(self.tally._field_names)
        archives = {name.partition(".")[0] for name in names if "." in name}
        groups: dict[str, int] = {}
        group = np.array([groups.setdefault(called.get(name, name), len(groups)) for name in names], np.int64)
        codes, owner = self.read.fields.chosen(self.places)
        kept = ~np.array([name in archives for name in names], dtype=bool)[codes]
        codes, owner = codes[kept], owner[kept]
        # A paper in two fields of one group is one paper.
        pairs = np.unique(owner * max(len(groups), 1) + group[codes])
        papers = np.bincount(pairs % max(len(groups), 1), minlength=len(groups))
        times = np.bincount(codes, minlength=len(names))
        order = sorted(range(len(groups)), key=lambda one: (-papers[one], list(groups)[one]))[:MOST]
        found = []
        for one in order:
            if papers[one]:
                some = [at for at in np.flatnonzero(group == one).tolist() if times[at]]
                some.sort(key=lambda at: -times[at])
                found.append((int(papers[one]), [names[at] for at in some]))
        return found

    def _venues(self) -> list[tuple[str, int]]:
        names = list(self.tally._venue_names)
        whole = np.bincount(self.read.venues.last(self.places), minlength=len(names))
        some = [names[at] for at in np.argsort(-whole)[: 2 * MOST].tolist() if whole[at]]
        codes, owner = self.read.venues.chosen(self.places)
        known, told = {name: at for at, name in enumerate(names)}, set[str]()
        counts = {}
        for name in some:
            alike = same_venue(name)
            if told.isdisjoint(alike):
                told.update(alike)
                mine = np.isin(codes, [known[one] for one in alike if one in known])
                counts[name] = len(np.unique(owner[mine]))
        return largest(counts)


def _places(read: _Read | None, numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where what was read of each row stands, -1 for a row that was not read."""
    if read is None or not len(read.numbers):
        return np.full(len(numbers), -1)
    at = np.minimum(np.searchsorted(read.ascending, numbers), len(read.ascending) - 1)
    return np.where(read.ascending[at] == numbers, read.order[at], -1)
