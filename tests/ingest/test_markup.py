"""Mark-up becomes text; text that only looks like mark-up stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ingest.markup import LONGEST, plain


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("no mark-up at all", "no mark-up at all"),
        ("<scp>T</scp>reebase &amp; <i>friends</i>", "Treebase & friends"),
        ("H<sub>2</sub>O<br/>again", "H2O\n\nagain"),
        ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One.\n\nTwo."),
        ("<jats:p>Abstract</jats:p>", "Abstract"),
        ('<jats:ext-link xmlns:xlink="x" xlink:href="http://a/">here</jats:ext-link>', "here"),
        ("<mml:math><mml:mi>x</mml:mi></mml:math> alone", "x alone"),
        ("<tex-math>x</tex-math><mml:math><mml:mi>x</mml:mi></mml:math>!", "$x$!"),
        ("a<b and c>d", "a<b and c>d"),
        ("p < 0.05, List<int>", "p < 0.05, List<int>"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("5 &lt; 6", "5 < 6"),
        ("<p>x <!-- not shown --> y</p>", "x  y"),
    ],
)
def test_text_comes_out_as_it_reads(marked: str, text: str) -> None:
    assert plain(marked) == text


@given(st.text())
def test_any_text_can_be_read(marked: str) -> None:
    plain(marked)


@given(st.text(alphabet="abc αβ.,;:()-\n", max_size=80))
def test_text_without_marks_is_unchanged(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("piece", ["<", "<b ", "<b a='", "<!--", "<p><p", "&#", "<mml:math><tex-math>"])
def test_hostile_repetition_is_read_in_time(piece: str) -> None:
    assert len(plain(piece * 400_000)) <= LONGEST
