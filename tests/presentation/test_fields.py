"""Names and colours of fields."""

import itertools
import json
import re
from pathlib import Path

import pytest
import zstandard

from dailypapers.catalogue.records import one_line
from dailypapers.presentation import fields

SIDE_BY_SIDE = ("cs.CV", "cs.AI", "cs.CL", "cs.LG", "cs.RO", "cs.SD", "cs.HC", "cs.IR", "cs.CR", "cs.SE")


def apart(one: str, other: str) -> int:
    turn = abs(fields.hue(one) - fields.hue(other))
    return min(turn, 360 - turn)


@pytest.mark.parametrize(
    ("formula", "page"), [(fields.TEXT_ON_LIGHT, "#fbfaf6"), (fields.TEXT_ON_DARK, "#13140f")]
)
def test_every_hue_reads_with_contrast_aa_on_both_pages(formula: tuple[float, float], page: str) -> None:
    worst = min(fields.contrast(fields.colour(hue, *formula), page) for hue in range(360))
    assert worst >= 4.5


def test_the_style_sheet_has_the_formulas_and_pages_that_were_computed_with() -> None:
    tokens = (Path(fields.__file__).parent.parent / "web" / "static" / "tokens.css").read_text()
    light, dark = tokens.split("@media (prefers-color-scheme: dark)")
    for part, formula, page in (
        (light, fields.TEXT_ON_LIGHT, "#fbfaf6"),
        (dark, fields.TEXT_ON_DARK, "#13140f"),
    ):
        found = re.search(r"--field-light: (\S+) (\S+);", part)
        assert found
        assert (float(found[1]), float(found[2])) == formula
        assert f"--paper: {page};" in part


def test_contrast_is_that_of_the_standard() -> None:
    assert fields.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert fields.contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


def test_colours_agree_with_published_values_of_oklch() -> None:
    # oklch(0.628 0.2577 29.23) is red, oklch(0.4520 0.3132 264.05) blue (CSS Color 4).
    assert fields.colour(29, 0.628, 0.2577)[1:3] in ("fe", "ff")
    assert fields.colour(264, 0.452, 0.3132) in ("#0000ff", "#0004ff", "#0000fe", "#0003ff")
    assert fields.colour(0, 1.0, 0.0) == "#ffffff"
    assert fields.colour(0, 0.0, 0.0) == "#000000"


def test_fields_read_side_by_side_are_told_apart() -> None:
    for one, other in itertools.combinations(SIDE_BY_SIDE, 2):
        assert apart(one, other) >= 18, (one, other)


def test_no_two_fields_of_an_archive_share_a_hue() -> None:
    for one, other in itertools.combinations(fields._NAMES, 2):
        if fields.archive(one) == fields.archive(other) and "." in one and "." in other:
            assert apart(one, other) >= 3, (one, other)


def test_no_two_fields_at_all_have_the_same_hue() -> None:
    for one, other in itertools.combinations(fields._NAMES, 2):
        assert apart(one, other) >= 1, (one, other)


def test_fields_of_other_archives_keep_away_from_those_that_are_read_most() -> None:
    free = [name for name in fields._NAMES if name not in fields._CHOSEN]
    assert all(apart(name, read) >= 4 for name in free for read in SIDE_BY_SIDE)
    assert apart("math.NT", "cs.CL") > 90


def test_the_fields_of_an_archive_look_alike() -> None:
    for archive in ("math", "physics", "cond-mat", "q-bio", "econ"):
        kin = [name for name in fields._NAMES if fields.archive(name) == archive]
        assert all(apart(name, archive) <= 65 for name in kin), archive


def test_hues_never_change() -> None:
    pinned = {
        "cs.LG": 75, "cs.CL": 195, "cs.CV": 300, "cs.AI": 252, "cs.RO": 28,
        "math.AG": 261, "physics.optics": 115, "Machine Learning": 117, "": 45,
    }  # fmt: skip
    assert {category: fields.hue(category) for category in pinned} == pinned


def test_an_unknown_field_has_a_hue_whatever_its_case() -> None:
    assert fields.hue("Data Mining") == fields.hue("data  mining")
    assert all(0 <= fields.hue(text) < 360 for text in ("I.2.7", "68T50", "\ud800", "x" * 10_000))


def test_known_fields_have_short_plain_names_and_unknown_ones_keep_theirs() -> None:
    assert fields.name("cs.CL") == "Language"
    assert fields.name("math.RT") == "Representation theory"
    assert fields.name("hep-th") == "High-energy theory"
    assert fields.name("Data Mining") == "Data Mining"
    assert max(map(len, fields._NAMES.values())) <= 26


def test_the_archive_is_the_part_before_the_dot_of_a_known_one() -> None:
    assert fields.archive("cs.CL") == "cs"
    assert fields.archive("astro-ph.GA") == "astro-ph"
    assert fields.archive("hep-th") == "hep-th"
    assert fields.archive("I.2.7") == "I.2.7"
    assert fields.archive("") == ""


@pytest.mark.parametrize(
    "text",
    [
        "cs", "cs.CL", "astro-ph.GA", "cond-mat.mes-hall", "hep-th", "I.2.7; K.4.1", "Machine Learning",
        "68T50",
        "Vision, language (core)", "[Content] Multimodal Fusion", "68T50 % Language",
        "People's AI & society", "数据挖掘", *fields._NAMES,
    ],
)  # fmt: skip
def test_categories_in_use_are_fields(text: str) -> None:
    assert fields.is_field(text)


@pytest.mark.parametrize("text", ["", " ", " cs", "<b>", "cs.CL\n", "a\x00b", "\u202ecs", "a" * 201, '"'])
def test_what_no_source_would_write_is_no_field(text: str) -> None:
    assert not fields.is_field(text)


@pytest.mark.shared
def test_every_category_of_the_real_papers_is_a_field(shared: Path) -> None:
    with zstandard.open(shared / "corpus.jsonl.zst", "rt", encoding="utf-8") as lines:
        some = itertools.islice(lines, 0, 60_000, 3)
        categories = {one_line(name) for line in some for name in json.loads(line).get("categories") or ()}
    assert len(categories) > 200
    assert [name for name in categories if not fields.is_field(name)] == []
