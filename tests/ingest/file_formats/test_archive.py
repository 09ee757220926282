"""Files of any size and in any state of damage give their good lines, and never fill the memory."""

import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ingest.file_formats.archive import Damaged, Unpacked, lines
from dailypapers.ingest.file_formats.entry import LONGEST_PIECE, Piece
from tests.ingest.file_formats.reading import until_damage

Pack = Callable[[bytes], bytes]

ROWS = b"".join(b"line %d: %x\n" % (number, number**7) for number in range(20_000))
packed = pytest.mark.parametrize(
    ("ending", "pack"), [(".gz", gzip.compress), (".zst", zstandard.ZstdCompressor().compress)]
)


def written(folder: Path, ending: str, data: bytes) -> Path:
    path = folder / ("rows.jsonl" + ending)
    path.write_bytes(data)
    return path


def unpacked(path: Path) -> tuple[bytes, str]:
    """The bytes that could be got, and what went wrong after them."""
    chunks, damage = until_damage(Unpacked(path).chunks())
    return b"".join(chunks), damage


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def test_a_plain_file_is_given_as_it_is(tmp_path: Path) -> None:
    assert unpacked(written(tmp_path, "", ROWS)) == (ROWS, "")
    assert unpacked(written(tmp_path, "", b"")) == (b"", "")


@packed
def test_an_archive_is_unpacked_however_many_parts_it_has(tmp_path: Path, ending: str, pack: Pack) -> None:
    assert unpacked(written(tmp_path, ending, pack(ROWS))) == (ROWS, "")
    assert unpacked(written(tmp_path, ending, pack(ROWS) + pack(b"") + pack(b"more\n"))) == (
        ROWS + b"more\n",
        "",
    )
    path = written(tmp_path, ending, pack(ROWS))
    file = Unpacked(path)
    list(file.chunks())
    assert file.position == path.stat().st_size


def test_the_zeros_after_a_gzip_file_and_the_notes_in_a_zstd_file_are_passed_over(tmp_path: Path) -> None:
    assert unpacked(written(tmp_path, ".gz", gzip.compress(ROWS) + b"\0" * 512)) == (ROWS, "")
    note = (0x184D2A50).to_bytes(4, "little") + (5).to_bytes(4, "little") + b"hello"
    body = zstandard.ZstdCompressor().compress(ROWS)
    assert unpacked(written(tmp_path, ".zst", note + body + note)) == (ROWS, "")


@packed
def test_an_archive_that_is_cut_off_gives_what_came_before_and_says_so(
    tmp_path: Path, ending: str, pack: Pack
) -> None:
    whole = pack(ROWS)
    for kept in (len(whole) - 1, len(whole) // 2, 9, 3):
        got, damage = unpacked(written(tmp_path, ending, whole[:kept]))
        assert ROWS.startswith(got)
        assert damage == "the archive is cut off"
    assert len(unpacked(written(tmp_path, ending, whole[: len(whole) // 2]))[0]) > len(ROWS) // 4


@packed
def test_an_archive_of_no_bytes_is_no_archive(tmp_path: Path, ending: str, pack: Pack) -> None:
    assert unpacked(written(tmp_path, ending, b"")) == (b"", "the archive is empty")
    assert unpacked(written(tmp_path, ending, pack(b""))) == (b"", "")


@packed
def test_an_archive_that_is_damaged_or_none_says_so(tmp_path: Path, ending: str, pack: Pack) -> None:
    whole = bytearray(pack(ROWS))
    whole[len(whole) // 2 : len(whole) // 2 + 40] = bytes(40)
    got, damage = unpacked(written(tmp_path, ending, bytes(whole)))
    assert damage.startswith("the archive is damaged")
    assert len(got) <= len(ROWS)
    assert unpacked(written(tmp_path, ending, ROWS))[1].startswith("the archive is damaged")
    assert unpacked(written(tmp_path, ending, pack(ROWS) + b"garbage"))[0] == ROWS


@packed
def test_an_archive_that_unpacks_to_much_more_takes_little_memory(
    tmp_path: Path, ending: str, pack: Pack
) -> None:
    path = written(tmp_path, ending, pack(bytes(100_000_000)))
    assert path.stat().st_size < 150_000
    tracemalloc.start()
    try:
        (piece,) = lines(Unpacked(path).chunks())
        highest = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert piece == Piece(1, bytes(300), "100,000,000 bytes long (at most 4,194,304 are read)")
    assert highest < 60_000_000


@given(st.lists(st.sampled_from([b"\n", b"\r\n", b"a", b"bc", b"{}", b"\x00", b"\xff"]), max_size=30))
def test_lines_are_the_same_however_the_bytes_are_cut(parts: list[bytes]) -> None:
    data = b"".join(parts)
    expected = [Piece(number, line) for number, line in enumerate(data.split(b"\n"), 1)]
    if not expected[-1].data:
        expected.pop()
    for size in (1, 2, 7, 100):
        assert list(lines(chunked(data, size))) == expected


@pytest.mark.parametrize("size", [1_000, 262_144, LONGEST_PIECE, 2 * LONGEST_PIECE, 10 * LONGEST_PIECE])
def test_a_line_too_long_is_a_fault_with_its_number_size_and_beginning(size: int) -> None:
    long = b'{"id": 1' + b"a" * (LONGEST_PIECE - 7)
    body = b"first\n" + long + b"\n\nlast\n" + long
    assert list(lines(chunked(body, size))) == [
        Piece(1, b"first"),
        Piece(2, long[:300], "4,194,305 bytes long (at most 4,194,304 are read)"),
        Piece(3, b""),
        Piece(4, b"last"),
        Piece(5, long[:300], "4,194,305 bytes long (at most 4,194,304 are read)"),
    ]
    longest = long[:-1]
    assert list(lines(chunked(longest + b"\n" + longest, size))) == [Piece(1, longest), Piece(2, longest)]


def test_the_line_in_which_an_archive_breaks_off_is_given_as_far_as_it_goes() -> None:
    def broken() -> Iterator[bytes]:
        yield b"one\ntw"
        raise Damaged("the archive is cut off")

    assert until_damage(lines(broken())) == ([Piece(1, b"one"), Piece(2, b"tw")], "the archive is cut off")
