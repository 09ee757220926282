from hypothesis import given
from hypothesis import strategies as st

from dailypapers.community.texts import line, paragraphs


def test_what_cannot_be_seen_is_taken_out() -> None:
    assert line(" Ada\u202e\u200b \x07 Love\u00adlace\n") == "Ada Lovelace"
    assert line("می\u200cخواهم") == "می\u200cخواهم"
    assert line("\u200b\u2060") == ""
    assert line("\u3164") == line("\u2800 \u200d \ufe0f") == line("\uffa0\u115f") == ""
    assert line("Ada\u3164") == "Ada"
    assert len(line("a" + "\u0335" * 99)) == 7


def test_paragraphs_are_parted_by_one_empty_line() -> None:
    assert paragraphs("\n\none\r\n\r\n\r\n  two\nthree  \n\n") == "one\n\ntwo\nthree"


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert line(line(text)) == line(text)
    assert paragraphs(paragraphs(text)) == paragraphs(text)
