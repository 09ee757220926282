"""JSON of any shape is read without harm."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.ingest import payload
from dailypapers.ingest.source import BadPage

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(JSON)
def test_every_reader_takes_any_value(value: object) -> None:
    assert isinstance(payload.an_object(value), dict)
    assert all(isinstance(one, dict) for one in payload.objects(value))
    assert isinstance(payload.text(value), str)
    assert all(isinstance(one, str) for one in payload.texts(value))
    number = payload.number(value)
    assert number is None or 0 <= number <= payload.LARGEST_COUNT
    found = payload.day(value)
    assert found is None or 1500 <= found.year <= 2200
    assert payload.orcid(value) == "" or isinstance(value, str)
    payload.identifier("doi", value)


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'"\\ud800"'])
def test_what_is_not_json_is_a_bad_page(body: bytes) -> None:
    with pytest.raises(BadPage, match="huggingface 2026-04-08: not JSON"):
        payload.load(body, "huggingface 2026-04-08")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-04-08", date(2026, 4, 8)),
        ("2026-04-08T02:00:00.000Z", date(2026, 4, 8)),
        ("20260-04-08", None),
        ("2026-02-30", None),
        ("0001-01-01", None),
        ("2026-04-081", None),
        (20260408, None),
    ],
)
def test_a_day_is_a_real_day_or_none(written: object, expected: date | None) -> None:
    assert payload.day(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [(3, 3), ("3", 3), (-1, None), (True, None), (2**31, None), ("9" * 50, None), ("٣", None)],
)
def test_a_count_is_a_count_the_database_holds_or_none(written: object, expected: int | None) -> None:
    assert payload.number(written) == expected


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("cc_by", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc-by-nc-nd", "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        ("cc_by_nc_sa", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        ("cc0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("cc0_ng", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("cc_no", ""),
        ("", ""),
        ("publisher-specific-oa", "publisher-specific-oa"),
    ],
)
def test_a_licence_goes_by_its_address(code: str, address: str) -> None:
    assert payload.licence(code) == address


def test_an_identifier_is_normalised_whatever_it_was_called() -> None:
    assert payload.identifier("doi", "10.48550/arXiv.2604.00001v2") == Identifier("arxiv", "2604.00001")
    assert payload.identifier("doi", "NA") is None
    assert payload.identifier("doi", None) is None
