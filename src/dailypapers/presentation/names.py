"""People's names as they are printed, split into the parts that reference managers sort by."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dailypapers.presentation.mathematics import plain

_PARTICLES: Final = frozenset(
    "van von der den de del della di da das dos du la le los las ten ter te af av zu zur zum vom".split()  # noqa: SIM905
) | {"of", "'t", "op", "vander", "vanden", "degli", "dei", "dal", "dalla", "bin", "ibn", "ben", "el", "al"}
_SUFFIXES: Final = {"jr": "Jr.", "sr": "Sr.", "ii": "II", "iii": "III", "iv": "IV"}
_GROUP = re.compile(
    r"\b(?:collaborations?|consortium|team|group|project|initiative|institute|university|laborator(?:y|ies)|network"
    r"|committee|organi[sz]ation|foundation|society|association|department|company|inc|and)\b|&",
    re.IGNORECASE,
)
_TEX = re.compile(r"[\\$~`{}\x00-\x1f]")
_MARKS = re.compile(r"[*†‡§¶♯♮]+|\(\w*\)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in parts, or (`whole`) the name of a group or of somebody with one name."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    whole: str = ""

    @property
    def inverted(self) -> str:
        """`van der Berg, Anna, Jr.`: as lists of references and their formats want it."""
        family = f"{self.particle} {self.family}".strip()
        return self.whole or ", ".join(part for part in (family, self.given, self.suffix) if part)

    @property
    def surname(self) -> str:
        """The word a key is made of."""
        return self.family or self.whole


@lru_cache(maxsize=16_384)
def split(printed: str) -> Name:
    """The parts of a name as printed: `Anna van der Berg Jr.`, `van der Berg, Anna`, `LIGO Collaboration`."""
    text = plain(printed) if _TEX.search(printed) else printed
    text = " ".join(_MARKS.sub(" ", text).split()).strip(" ,;:")
    if not text or _GROUP.search(text) or text.count(",") > 2:
        return Name(whole=text)
    parts = [part.strip() for part in text.split(",")]
    suffix = next((found for part in parts[1:] if (found := _suffix(part))), "")
    parts = [parts[0], *(part for part in parts[1:] if not _suffix(part))]
    if len(parts) == 2 and all(parts):
        particle, family = _parted(parts[0].split())
        return Name(family, parts[1], particle, suffix)
    words = " ".join(parts).split()
    if not suffix and len(words) > 2 and _suffix(words[-1]):
        suffix = _suffix(words.pop())
    if len(words) < 2:
        return Name(whole=text)
    start = next(
        (place for place in range(1, len(words) - 1) if words[place].casefold() in _PARTICLES), len(words) - 1
    )
    particle, family = _parted(words[start:])
    return Name(family, " ".join(words[:start]), particle, suffix)


def _suffix(word: str) -> str:
    return _SUFFIXES.get(word.rstrip(".").casefold(), "")


def _parted(words: list[str]) -> tuple[str, str]:
    """The particle and the name itself; a particle with a capital belongs to the name (`Van den Broeck`)."""
    first = 0
    while first < len(words) - 1 and words[first] in _PARTICLES:
        first += 1
    return " ".join(words[:first]), " ".join(words[first:])
