"""Drawn covers."""

import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dailypapers.presentation.fields import contrast
from dailypapers.web import covers

SVG = "{http://www.w3.org/2000/svg}"

ONE = "Learning to grasp with a soft robot hand: tactile sensing, friction and a policy trained in simulation"
NEAR = "A policy trained in simulation grasps with tactile sensing: friction models for a soft robot hand"
FAR = "Dust in the outer disk of spiral galaxies seen at submillimetre wavelengths by a lensing survey"

any_shape = st.lists(st.floats(), max_size=600)


def likeness(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True)) / math.sqrt(
        sum(a * a for a in one) * sum(b * b for b in other)
    )


def heights(svg: str) -> list[int]:
    """The y of every point of every line, in quarters."""
    found = []
    for path in etree.fromstring(svg).iter(f"{SVG}path"):
        steps = path.get("d", "").replace("-", " -").replace("M0 ", "").split("s16")
        y = int(steps[0].split("H")[0])
        for step in steps[1:]:
            y += int(step.split("H")[0].split()[-1])
            found.append(y)
    return found


def test_papers_on_the_same_thing_look_alike_and_others_do_not() -> None:
    one, near, far = (covers.shape_of(words) for words in (ONE, NEAR, FAR))
    assert likeness(one, near) > 0.7
    assert abs(likeness(one, far)) < 0.25

    def distance(a: str, b: str) -> int:
        return sum(abs(p - q) for p, q in zip(heights(a), heights(b), strict=True))

    drawn = [covers.draw(shape, 75) for shape in (one, near, far)]
    assert distance(drawn[0], drawn[1]) * 1.5 < distance(drawn[0], drawn[2])


def test_case_and_plurals_do_not_change_a_cover() -> None:
    assert covers.shape_of("Robot Hands") == covers.shape_of("robots hand")


def test_a_cover_never_changes() -> None:
    drawn = covers.draw(covers.shape_of(ONE), 28)
    assert hashlib.sha256(drawn.encode()).hexdigest()[:16] == "105985daf5475d70"


def test_the_scale_of_the_numbers_does_not_matter() -> None:
    shape = covers.shape_of(ONE)
    assert covers.draw([1e-5 * number for number in shape], 0) == covers.draw(shape, 0)
    assert covers.draw([1e5 * number for number in shape], 0) == covers.draw(shape, 0)


@given(any_shape, st.integers(0, 359))
def test_any_numbers_give_a_small_and_harmless_picture(shape: list[float], hue: int) -> None:
    drawn = covers.draw(shape, hue)
    assert len(drawn.encode()) <= covers.LARGEST
    root = etree.fromstring(drawn)
    assert root.get("viewBox") == "0 0 132 168"
    assert {node.tag for node in root.iter()} <= {SVG + tag for tag in ("svg", "style", "rect", "g", "path")}
    assert not {name for node in root.iter() for name in node.attrib} & {"id", "href", "onload", "class"}
    assert "nan" not in drawn
    assert "inf" not in drawn
    assert "url(" not in drawn


@given(any_shape)
def test_lines_rise_from_their_base_and_stay_on_the_picture(shape: list[float]) -> None:
    for path in etree.fromstring(covers.draw(shape, 0)).iter(f"{SVG}path"):
        steps = path.get("d", "").replace("-", " -").replace("M0 ", "").split("s16")
        base = y = int(steps[0].split("H")[0])
        for step in steps[1:]:
            _, change = step.split("H")[0].replace(" 24 ", " ").rsplit(maxsplit=1)
            y += int(change)
            assert 0 < y <= base < 168 * 4
        assert y == base


@given(st.text(max_size=300))
def test_any_text_has_a_shape(words: str) -> None:
    shape = covers.shape_of(words)
    assert len(shape) == covers.ROWS * covers.COLUMNS
    assert all(map(math.isfinite, shape))


def test_a_paper_without_words_gets_one_gentle_hill() -> None:
    first = heights(covers.draw(covers.shape_of(""), 0))[: covers.COLUMNS + 1]
    top = first.index(min(first))
    assert first[:top] == sorted(first[:top], reverse=True)
    assert first[top:] == sorted(first[top:])


def test_fields_differ_in_colour_and_lines_stand_out_from_their_ground() -> None:
    grounds = set()
    for hue in range(360):
        style = etree.fromstring(covers.draw((), hue)).findtext(f"{SVG}style") or ""
        light, light_line, dark, dark_line = (part[:7] for part in map("#".__add__, style.split("#")[1:]))
        assert contrast(light, light_line) > 4.5
        assert contrast(dark, dark_line) > 4.5
        grounds.add(light)
    assert len(grounds) > 200


@pytest.mark.parametrize("length", [16, 176, 256, 768])
def test_a_vector_of_any_length_will_do(length: int) -> None:
    vector = [math.sin(7.1 * place) for place in range(length)]
    assert covers.draw(vector, 0) != covers.draw((), 0)
    assert covers.draw(vector, 0) != covers.draw(vector[::-1], 0)
