"""Which identifiers a file has named so far, and with what words: 24 to 48 bytes each, whatever they are."""

import hashlib
from array import array

_HALF = 0xFFFF_FFFF


class Seen:
    """Remembers, for each name, the line it first stood on and a digest of its words.

    A hash table with open addressing in two arrays: a dictionary would take 130 bytes a name, which
    is 400 MB for three million.
    """

    def __init__(self) -> None:
        self._keys = array("Q", bytes(8 * 1024))
        self._values = array("Q", bytes(8 * 1024))
        self._count = 0

    def clash(self, name: str, words: str, number: int) -> int | None:
        """The line on which the name stood first with other words; None where there is none.

        A name seen for the first time is remembered.
        """
        key = _digest(name) or 1  # 0 marks an empty place
        value = (_digest(words) & ~_HALF) | (number & _HALF)
        at = self._place(key)
        if not self._keys[at]:
            self._keys[at], self._values[at] = key, value
            self._count += 1
            if 3 * self._count > 2 * len(self._keys):
                self._grow()
            return None
        held = self._values[at]
        return None if held >> 32 == value >> 32 else held & _HALF

    def _place(self, key: int) -> int:
        keys = self._keys
        last = len(keys) - 1
        at = key & last
        while keys[at] and keys[at] != key:
            at = (at + 1) & last
        return at

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._keys, self._values = array("Q", bytes(16 * len(keys))), array("Q", bytes(16 * len(keys)))
        for key, value in zip(keys, values, strict=True):
            if key:
                at = self._place(key)
                self._keys[at], self._values[at] = key, value


def _digest(text: str) -> int:
    # Half a surrogate pair cannot be encoded, and JSON can carry one.
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big")
