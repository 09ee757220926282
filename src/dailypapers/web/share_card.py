"""The picture that other sites show when somebody shares a paper: its title before its own cover."""

import io
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from dailypapers.presentation.fields import colour
from dailypapers.web.covers import relief

WIDTH, HEIGHT = 1200, 630
"""The size that Open Graph readers crop least."""

_MARGIN: Final = 72
_TITLE_SIZES: Final = (64, 54, 46, 40)
_TITLE_LINES: Final = 5
_RIDGE_TOP, _RIDGE_STEP, _RIDGE_TALLEST = 392, 10, 62
"""Between the longest title and the line of names: nothing is drawn behind letters."""
_BETWEEN: Final = 8
"""Points drawn between two heights, so that a ridge is a curve."""
_LAST_LATIN: Final = 0x024F
_PUNCTUATION: Final = range(0x2010, 0x2040)


def draw_share_card(
    title: str, byline: str, site_name: str, shape: Sequence[float], hue: int, *, withdrawn: bool = False
) -> bytes:
    """A PNG of `WIDTH` x `HEIGHT`: the title over the ridges of `covers.shape_of`, in the field's colour.

    The font that comes with Pillow knows Latin letters only: a title with others is left to the words
    that stand beside the picture, rather than shown as boxes. A withdrawn paper says so above its title,
    which is struck through as on its page.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), colour(hue, 0.32, 0.06))
    pen = ImageDraw.Draw(image)
    _draw_ridges(pen, shape, ground=colour(hue, 0.32, 0.06), line=colour(hue, 0.62, 0.08))
    ink = colour(hue, 0.97, 0.012)
    if _is_latin(title):
        lines, size = _fitted(title)
        for place, line in enumerate(lines):
            top = _MARGIN + place * size * 1.22
            pen.text((_MARGIN, top), line, fill=ink, font=_font(size))
            if withdrawn:
                middle, end = top + size * 0.62, _MARGIN + _font(size).getlength(line)
                pen.line([(_MARGIN, middle), (end, middle)], fill=ink, width=3)
    if withdrawn:
        pen.text((_MARGIN, _MARGIN - 46), "WITHDRAWN", fill=ink, font=_font(30))
    if _is_latin(byline):
        pen.text((_MARGIN, HEIGHT - _MARGIN - 30), byline, fill=colour(hue, 0.87, 0.05), font=_font(30))
    if _is_latin(site_name):
        corner = (WIDTH - _MARGIN, HEIGHT - _MARGIN - 30)
        pen.text(corner, site_name, fill=ink, font=_font(30), anchor="ra")
    body = io.BytesIO()
    image.quantize(64).save(body, "PNG", optimize=True)
    return body.getvalue()


def _draw_ridges(pen: ImageDraw.ImageDraw, shape: Sequence[float], *, ground: str, line: str) -> None:
    """The cover's ridges across the card, each hiding what lies behind it."""
    for row, heights in enumerate(relief(shape)):
        foot = _RIDGE_TOP + row * _RIDGE_STEP
        tops = _curve([0.0, 0.0, *heights, 0.0, 0.0])
        step = WIDTH / (len(tops) - 1)
        ridge = [(place * step, foot - height * _RIDGE_TALLEST) for place, height in enumerate(tops)]
        pen.polygon([*ridge, (WIDTH, HEIGHT), (0, HEIGHT)], fill=ground)
        pen.line(ridge, fill=line, width=2, joint="curve")


def _curve(heights: Sequence[float]) -> list[float]:
    """The heights with `_BETWEEN` points after each, eased from one to the next."""
    points = []
    for here, there in pairwise(heights):
        for part in range(_BETWEEN):
            way = part / _BETWEEN
            points.append(here + (there - here) * way * way * (3 - 2 * way))
    return [*points, heights[-1]]


def _fitted(title: str) -> tuple[list[str], int]:
    """The title in lines that fit, and the size of letters they fit in; cut off only in the smallest."""
    lines: list[str] = []
    size = _TITLE_SIZES[0]
    for size in _TITLE_SIZES:
        lines = _wrapped(title, size)
        if len(lines) <= _TITLE_LINES:
            return lines, size
    return [*lines[: _TITLE_LINES - 1], lines[_TITLE_LINES - 1].rstrip(" .,:;") + "…"], size


def _wrapped(title: str, size: int) -> list[str]:
    lines = [""]
    for word in title[:400].split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _font(size).getlength(longer) > WIDTH - 2 * _MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _is_latin(text: str) -> bool:
    return all(ord(letter) <= _LAST_LATIN or ord(letter) in _PUNCTUATION for letter in text)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 (Pillow's wheels carry FreeType)
    return font
