"""The bytes of a file, unpacked, and its lines: never more than a few megabytes of either at once."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import zstandard

from dailypapers.ingest.file_formats.entry import BEGINNING, LONGEST_PIECE, Piece, too_long
from dailypapers.ingest.source import SourceFailure

PACKED = (".gz", ".zst")

_READ = 65_536
_READ_ZSTD = 1_024
"""Bytes fed to zstd at a time. Its decoder returns all that the bytes stand for, which is at most
128 KiB for four of them: 32 MiB for 1,024, however the archive was made."""
_UNPACKED = 262_144
_WINDOW = 128 * 1024 * 1024
"""The most memory an archive may ask its decoder to keep (`zstd --long` uses as much)."""


class Damaged(SourceFailure):
    """An archive that ends in the middle or does not unpack; what came before it was given out."""


class Unpacked:
    """A file's unpacked bytes. `position` is how much of the file itself has been read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position = 0

    def chunks(self) -> Iterator[bytes]:
        """The bytes, in pieces of about 256 KiB. Raises `Damaged` after the last good ones."""
        waiting: list[bytes] = []
        size = 0
        try:
            for data in self._unpacked():
                waiting.append(data)
                size += len(data)
                if size >= _UNPACKED:
                    yield b"".join(waiting)
                    waiting, size = [], 0
        except Damaged:
            yield b"".join(waiting)
            raise
        yield b"".join(waiting)

    def _unpacked(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            match self.path.suffix.lower():
                case ".gz":
                    yield from _unpack(self._read(file, _READ), _Gzip)
                case ".zst":
                    yield from _unpack(self._read(file, _READ_ZSTD), _Zstd)
                case _:
                    yield from self._read(file, _READ)

    def _read(self, file: BinaryIO, size: int) -> Iterator[bytes]:
        while data := file.read(size):
            self.position += len(data)
            yield data


class _Decoder(Protocol):
    """Unpacks one frame: an archive may be several, one after another."""

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    @property
    def over(self) -> bool: ...

    @property
    def left(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(wbits=31)

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            out = self._decoder.decompress(data, _UNPACKED)
            data = self._decoder.unconsumed_tail
            if out:
                yield out
            elif not data:
                return

    @property
    def over(self) -> bool:
        return self._decoder.eof

    @property
    def left(self) -> bytes:
        # Tapes and some tools pad a gzip file with zeros.
        return self._decoder.unused_data.lstrip(b"\0")


class _Zstd:
    def __init__(self) -> None:
        self._decoder = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()

    def feed(self, data: bytes) -> Iterator[bytes]:
        out = self._decoder.decompress(data)
        for at in range(0, len(out), _UNPACKED):
            yield out[at : at + _UNPACKED]

    @property
    def over(self) -> bool:
        return self._decoder.eof

    @property
    def left(self) -> bytes:
        return self._decoder.unused_data


def _unpack(packed: Iterator[bytes], kind: type[_Gzip] | type[_Zstd]) -> Iterator[bytes]:
    decoder: _Decoder | None = None
    empty = True
    try:
        for read in packed:
            data, empty = read, False
            while data:
                decoder = kind() if decoder is None else decoder
                yield from decoder.feed(data)
                data = b""
                if decoder.over:
                    data, decoder = decoder.left, None
    except (zlib.error, zstandard.ZstdError) as error:
        raise Damaged(f"the archive is damaged ({error})") from None
    if empty or decoder is not None:
        raise Damaged("the archive is empty" if empty else "the archive is cut off")


def lines(chunks: Iterator[bytes]) -> Iterator[Piece]:
    """Every line with its number, one too long to hold as a fault. Raises `Damaged` after the last."""
    number = 0
    rest = b""
    passed = 0  # how much of a line too long to hold was let go; `rest` is its beginning then
    try:
        for chunk in chunks:
            *whole, last = chunk.split(b"\n")
            for end in whole:
                number += 1
                yield _line(number, rest, passed, end)
                rest, passed = b"", 0
            if passed or len(rest) + len(last) > LONGEST_PIECE:
                passed += len(last) if passed else len(rest) + len(last)
                rest = (rest + last)[:BEGINNING]
            else:
                rest += last
    except Damaged:
        if rest:
            yield _line(number + 1, rest, passed)
        raise
    if rest:
        yield _line(number + 1, rest, passed)


def _line(number: int, rest: bytes, passed: int, end: bytes = b"") -> Piece:
    """A line from what was kept of it, how much was let go, and its end."""
    size = (passed or len(rest)) + len(end)
    if size > LONGEST_PIECE:
        return Piece(number, (rest + end)[:BEGINNING], too_long(size))
    return Piece(number, rest + end)
