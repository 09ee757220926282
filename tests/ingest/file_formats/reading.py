"""What the tests of the file formats share: all that a file's bytes give, and bytes of every kind."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st

from dailypapers.catalogue.records import PaperRecord, RejectedRecord, checked
from dailypapers.ingest.file_formats.archive import Damaged
from dailypapers.ingest.file_formats.entry import Unreadable
from dailypapers.ingest.sources.file import Format

T = TypeVar("T")


@dataclass(slots=True)
class Taken:
    """What a file gave: the papers with the number of their piece, what was bad of it, what went wrong.

    `names` are the papers' names in the file, in order.
    """

    papers: list[tuple[int, PaperRecord]] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    damage: str = ""

    @property
    def records(self) -> list[PaperRecord]:
        """The papers alone."""
        return [record for _, record in self.papers]

    @property
    def record(self) -> PaperRecord:
        """The one paper of a file in which nothing is bad."""
        assert not self.bad
        assert not self.damage
        (record,) = self.records
        return record


def take(form: Format, *chunks: bytes | str) -> Taken:
    """Read a file that comes in these chunks, as the catalogue takes it."""
    taken = Taken()
    try:
        for piece in form.split(_bytes(chunks)):
            try:
                if piece.fault:
                    raise Unreadable(piece.fault)
                for entry in form.read(piece):
                    taken.papers.append((piece.number, checked(entry.record)))
                    taken.names.append(entry.name)
            except (Unreadable, RejectedRecord) as error:
                taken.bad.append((piece.number, str(error)))
    except Damaged as damage:
        taken.damage = str(damage)
    return taken


def until_damage(given: Iterator[T]) -> tuple[list[T], str]:
    """What came before the damage, and what it was; "" for none."""
    got: list[T] = []
    try:
        for one in given:
            got.append(one)  # noqa: PERF402 - a list made at once would be lost with the error
    except Damaged as damage:
        return got, str(damage)
    return got, ""


def _bytes(chunks: tuple[bytes | str, ...]) -> Iterator[bytes]:
    return (chunk.encode() if isinstance(chunk, str) else chunk for chunk in chunks)


def bytes_like(*words: str) -> st.SearchStrategy[bytes]:
    """Any bytes, and what is put together from a format's own words, which gets further."""
    joined = st.lists(st.sampled_from(words) | st.text(max_size=3), max_size=40).map("".join)
    return st.binary(max_size=300) | joined.map(lambda text: text.encode(errors="replace"))
