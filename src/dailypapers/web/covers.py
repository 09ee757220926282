"""The drawn cover of a paper without a picture: a range of ridges in its field's colour.

A cover is made from numbers alone, so it is the same on every machine, for ever; numbers that are near
each other give covers that look alike. Only + - * / and square roots are used on the way, which IEEE 754
rounds in one way everywhere.
"""

import hashlib
import math
import re
from collections.abc import Sequence
from typing import Final

from dailypapers.presentation.fields import colour

ROWS: Final = 11
COLUMNS: Final = 16
LARGEST: Final = 3_000
"""Bytes a cover may have."""

_WIDTH, _HEIGHT = 132, 168
_FINE = 4
"""Lines are drawn in quarters of a unit, so that their numbers need no decimal point."""
_TOP, _STEP, _TALLEST = 38 * _FINE, 47, 20 * _FINE
_LEFT = 15 * _FINE

_WORD = re.compile(r"[^\W\d_]{3,40}")
_LONGEST_TEXT = 20_000
_COMMON_WORDS = (
    "the and for that with this from are our which can has have been their these such into more than "
    "its both also use used using based show shows paper propose proposed present results result new "
    "method methods model models approach through between however while where when they not but over "
    "under each other most only across without within being were was will may via per about how what "
    "work study research task tasks performance data state art existing demonstrate introduce novel "
    "experiments significantly achieve achieves different two one first all any some"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def shape_of(words: str) -> tuple[float, ...]:
    """The shape of a text: one number for each of the `ROWS` x `COLUMNS` places of a cover.

    Words are hashed with a sign into the places (feature hashing: Weinberger et al. 2009), so texts
    that share words have near shapes. `words` is the title and the abstract, the title first.
    """
    weights: dict[str, float] = {}
    for place, match in enumerate(_WORD.finditer(words[:_LONGEST_TEXT].casefold())):
        word = _stem(match[0])
        if word not in _COMMON:
            # The title's words come first and say most of what a paper is about.
            weights[word] = weights.get(word, 0.0) + (3.0 if place < 12 else 1.0)
    shape = [0.0] * (ROWS * COLUMNS)
    for word, weight in weights.items():
        digest = hashlib.blake2b(word.encode(errors="replace"), digest_size=12).digest()
        strength = math.sqrt(weight)
        for start in range(0, 12, 4):
            number = int.from_bytes(digest[start : start + 4], "big")
            shape[(number >> 1) % len(shape)] += strength if number & 1 else -strength
    return tuple(shape)


def draw(shape: Sequence[float], hue: int) -> str:
    """An SVG picture of the shape (any length, any scale) in the hue, of at most `LARGEST` bytes.

    It carries its light and its dark colours, and no script, link or id.
    """
    lines = "".join(_ridge(heights, _TOP + _STEP * row) for row, heights in enumerate(relief(shape)))
    light, light_line = colour(hue, 0.37, 0.066), colour(hue, 0.87, 0.07)
    dark, dark_line = colour(hue, 0.28, 0.052), colour(hue, 0.74, 0.085)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"><style>'
        f"rect,path{{fill:{light}}}path{{stroke:{light_line};stroke-width:4.4;stroke-linejoin:round}}"
        f"@media(prefers-color-scheme:dark){{rect,path{{fill:{dark}}}path{{stroke:{dark_line}}}}}</style>"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}"/><g transform="scale({1 / _FINE})">{lines}</g></svg>'
    )


def _stem(word: str) -> str:
    """A plural and its singular are one word."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def relief(shape: Sequence[float]) -> list[list[float]]:
    """The ridges of a shape: `ROWS` rows of `COLUMNS` heights from 0 to 1."""
    grid = _smoothed_down(_scaled(_folded(shape)))
    left = sum(sum(row[: COLUMNS // 2]) - sum(row[COLUMNS // 2 :]) for row in grid)
    inner = sum(sum(row[4:12]) - sum(row[:4]) - sum(row[12:]) for row in grid)
    upper = sum(sum(row) for row in grid[: ROWS // 2]) - sum(sum(row) for row in grid[ROWS // 2 :])
    # Where the massif stands, how broad it is and which lines it lifts: what the eye tells covers by.
    centre = (COLUMNS - 1) / 2 - _bent(left / 12) * 2.8
    breadth = 4.6 - _bent(inner / 12) * 1.5
    crest = (ROWS - 1) / 2 - _bent(upper / 12) * 3.5
    rows = []
    for row, values in enumerate(grid):
        lift = 0.45 + 0.55 * _bell((row - crest) / 4.5)
        rows.append(
            [
                _bent(_raised(value) * lift * _bell((column - centre) / breadth) * 1.5)
                for column, value in enumerate(values)
            ]
        )
    return rows


def _folded(shape: Sequence[float]) -> list[list[float]]:
    """The shape laid onto the grid, however long it is."""
    grid = [[0.0] * COLUMNS for _ in range(ROWS)]
    for place, value in enumerate(shape):
        if math.isfinite(value):
            row, column = divmod(place % (ROWS * COLUMNS), COLUMNS)
            grid[row][column] += max(min(value, 1e9), -1e9)
    return grid


def _scaled(grid: list[list[float]]) -> list[list[float]]:
    """The grid with a mean square of one, unless it is empty."""
    square = sum(value * value for row in grid for value in row) / (ROWS * COLUMNS)
    scale = 1 / math.sqrt(square) if square > 1e-18 else 0.0
    return [[value * scale for value in row] for row in grid]


def _smoothed_down(grid: list[list[float]]) -> list[list[float]]:
    """Each line takes after its neighbours, so that ridges run on from line to line."""
    last = len(grid) - 1
    return [
        [
            0.55 * a + 0.75 * b + 0.55 * c
            for a, b, c in zip(grid[max(row - 1, 0)], here, grid[min(row + 1, last)], strict=True)
        ]
        for row, here in enumerate(grid)
    ]


def _raised(value: float) -> float:
    """Peaks stand out and hollows stay flat, without a kink between them."""
    return 0.5 * (value + math.sqrt(value * value + 0.35))


def _bent(value: float) -> float:
    """The value brought smoothly between -1 and 1."""
    return value / math.sqrt(1 + value * value)


def _bell(distance: float) -> float:
    """1 at no distance, falling to almost nothing at 2: a bell without an exponential."""
    square = 1 + distance * distance
    return 1 / (square * square)


def _ridge(heights: Sequence[float], base: int) -> str:
    """One line: flat, over its peaks (a Catmull-Rom curve that never dips under its base), flat again."""
    tops = [0.0, 0.0, *(height * _TALLEST for height in heights), 0.0, 0.0]
    slopes = [0.0] * len(tops)
    for place in range(1, len(tops) - 1):
        slope = (tops[place + 1] - tops[place - 1]) / 2
        slopes[place] = max(min(slope, 3 * tops[place]), -3 * tops[place])
    y = base
    curve = []
    for place in range(2, len(tops) - 1):
        end = round(base - tops[place])
        control = round(base - tops[place] + slopes[place] / 3)
        curve.append(f"s{4 * _FINE}{_after(control - y)} {6 * _FINE}{_after(end - y)}")
        y = end
    return f'<path d="M0 {base}H{_LEFT}{"".join(curve)}H{_WIDTH * _FINE}"/>'


def _after(number: int) -> str:
    """The number as it may follow another one: a minus sign parts them by itself."""
    return str(number) if number < 0 else f" {number}"
