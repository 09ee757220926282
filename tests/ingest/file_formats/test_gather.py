"""Entries of several lines are put together; one that is too long spoils no other."""

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ingest.file_formats.archive import Damaged, lines
from dailypapers.ingest.file_formats.entry import LONGEST_PIECE, Piece
from dailypapers.ingest.file_formats.gather import LONGEST_REFERENCE, gathered
from tests.ingest.file_formats.reading import until_damage

BEGINS = re.compile(rb"@")


def entries(*chunks: bytes) -> list[Piece]:
    return list(gathered(lines(iter(chunks)), BEGINS))


def test_an_entry_has_the_number_of_its_first_line() -> None:
    assert entries(b"\n\n@a\nb\n\n@c\n@d") == [Piece(3, b"@a\nb\n"), Piece(6, b"@c"), Piece(7, b"@d")]


def test_what_stands_before_the_first_is_an_entry_unless_it_is_blank() -> None:
    assert entries(b"words\n@a") == [Piece(1, b"words"), Piece(2, b"@a")]
    assert entries(b" \n\t\n@a") == [Piece(3, b"@a")]
    assert entries(b"") == []


def test_an_entry_too_long_is_a_fault_and_the_next_one_is_not() -> None:
    long = b"@long\n" + b"0123456789abcde\n" * (LONGEST_REFERENCE // 16)
    found = entries(b"@a\n" + long + b"@b")
    assert found[0] == Piece(1, b"@a")
    assert (found[1].number, found[1].data) == (2, long[:300])
    assert found[1].fault == "1,048,582 bytes long (at most 1,048,576 are read)"
    assert found[2].data == b"@b"


def test_a_line_too_long_spoils_the_entry_it_stands_in() -> None:
    fault = f"{LONGEST_PIECE + 2:,} bytes long (at most {LONGEST_PIECE:,} are read)"
    inside, beginning = b"x" * (LONGEST_PIECE + 2), b"@" + b"x" * (LONGEST_PIECE + 1)
    assert [piece._replace(data=b"") for piece in entries(b"@a\n" + inside + b"\n@b")] == [
        Piece(1, b"", fault),
        Piece(3, b""),
    ]
    assert entries(b"@a\n", beginning, b"\n@b") == [
        Piece(1, b"@a"),
        Piece(2, beginning[:300], fault),
        Piece(3, b"@b"),
    ]


def test_the_last_entry_of_a_file_that_breaks_off_is_given() -> None:
    def broken() -> Iterator[Piece]:
        yield Piece(1, b"@a")
        yield Piece(2, b"b")
        raise Damaged("cut off")

    assert until_damage(gathered(broken(), BEGINS)) == ([Piece(1, b"@a\nb")], "cut off")


@given(st.lists(st.sampled_from([b"@", b"x", b"", b" ", b"@x"]), max_size=20))
def test_nothing_but_blank_lines_is_lost_and_every_number_is_right(rows: list[bytes]) -> None:
    found = entries(b"\n".join(rows))
    for piece in found:
        there = piece.data.split(b"\n")
        assert rows[piece.number - 1 :][: len(there)] == there
    kept = [line for piece in found for line in piece.data.split(b"\n")]
    assert [line for line in kept if line.strip()] == [row for row in rows if row.strip()]
