"""Lines put together to entries that span several of them."""

import re
from collections.abc import Iterator

from dailypapers.ingest.file_formats.archive import Damaged
from dailypapers.ingest.file_formats.entry import BEGINNING, Piece, too_long

LONGEST_REFERENCE = 1024 * 1024
"""Bytes of one entry: the readers of BibTeX and RIS take time with the square of the length."""


def gathered(lines: Iterator[Piece], begins: re.Pattern[bytes]) -> Iterator[Piece]:
    """The entries: each from a line that `begins` one to the line before the next such line.

    Whatever stands before the first is an entry too, unless it is blank. An entry that would be too
    long to hold, or has a line that is, comes as a fault. Raises `Damaged` after the last.
    """
    held: list[bytes] = []
    number, size, fault = 1, 0, ""

    def entry() -> Iterator[Piece]:
        data = b"\n".join(held)
        if fault or size > LONGEST_REFERENCE:
            yield Piece(number, data[:BEGINNING], fault or too_long(size, LONGEST_REFERENCE))
        elif data.strip():
            yield Piece(number, data)

    try:
        for line in lines:
            if begins.match(line.data):
                yield from entry()
                held.clear()
                number, size, fault = line.number, 0, ""
            if size <= LONGEST_REFERENCE:
                held.append(line.data)
            size += len(line.data) + 1
            fault = fault or line.fault
    except Damaged:
        yield from entry()
        raise
    yield from entry()
