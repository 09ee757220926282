"""OAI-PMH: pages of a list, tokens that lead on, end, expire or repeat, deleted records, errors."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ingest import oai
from dailypapers.ingest.oai import Fetched, OaiError, day_of, list_pages, read_list
from dailypapers.ingest.source import BadPage, SourceFailure
from tests.ingest.sources.harvesting import quick
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.origins.origin import Answer, Fault, Origin

DAY = date(2026, 4, 15)
ARGUMENTS = {"metadataPrefix": "arXiv", "from": "2026-04-15"}


def answer(content: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>2026-04-15T00:00:00Z</responseDate>{content}</OAI-PMH>"
    ).encode()


def page(*content: str) -> bytes:
    return answer(f"<ListRecords>{''.join(content)}</ListRecords>")


def record(header: str, metadata: str = "<metadata><x><title>T</title></x></metadata>") -> str:
    return f"<record>{header}{metadata}</record>"


HEADER = "<header><identifier>oai:x:1</identifier><datestamp>2026-04-15</datestamp></header>"


def papers(number: int) -> list[AnnouncedPaper]:
    return [
        AnnouncedPaper(f"2604.{at:05}", f"Finding number {at}", ("Ada Lovelace",), DAY)
        for at in range(number)
    ]


@pytest.fixture
def origin() -> Iterator[ArxivOrigin]:
    with ArxivOrigin(papers(10), page_size=4) as origin:
        origin.announce(DAY)
        yield origin


def fetched(origin: Origin, token: str = "", arguments: dict[str, str] = ARGUMENTS) -> list[Fetched]:
    with quick() as http:
        return list(list_pages(http, f"{origin.url}/oai", arguments, token))


def names(pages: list[Fetched]) -> list[str]:
    return [one.identifier.rpartition(":")[2] for page in pages for one in page.list.records]


ALL = [paper.number for paper in papers(10)]


def test_a_record_is_read_with_its_header_and_its_metadata() -> None:
    header = (
        "<header><identifier>oai:x:1</identifier><datestamp>2026-04-15T10:00:00Z</datestamp>"
        "<setSpec>cs</setSpec><setSpec>physics:hep-th</setSpec></header>"
    )
    (one,) = read_list(page(record(header)), "the list").records
    assert (one.identifier, one.datestamp, one.deleted) == ("oai:x:1", DAY, False)
    assert one.sets == ("cs", "physics:hep-th")
    assert one.metadata is not None
    assert one.metadata[0].text == "T"


def test_a_deleted_record_has_no_metadata_even_if_some_was_sent() -> None:
    deleted = HEADER.replace("<header>", '<header status="deleted">')
    for metadata in ("", "<metadata><x/></metadata>"):
        (one,) = read_list(page(record(deleted, metadata)), "the list").records
        assert (one.deleted, one.metadata, one.identifier) == (True, None, "oai:x:1")


@pytest.mark.parametrize("broken", ["", "<header/>", '<header status="deleted"/>'])
def test_a_record_without_a_header_leaves_the_others(broken: str) -> None:
    records = read_list(page(record(broken), record(HEADER)), "the list").records
    assert [one.identifier for one in records] == ["", "oai:x:1"]


def test_the_token_and_the_size_of_the_list_are_told() -> None:
    token = '<resumptionToken completeListSize="3000" cursor="1000"> next </resumptionToken>'
    read = read_list(page(record(HEADER), token), "the list")
    assert (read.token, read.total, read.behind) == ("next", 3_000, 1_000)


@pytest.mark.parametrize("token", ["", "<resumptionToken/>", "<resumptionToken> </resumptionToken>"])
def test_the_last_page_has_no_token(token: str) -> None:
    assert read_list(page(record(HEADER), token), "the list").token == ""


@pytest.mark.parametrize("size", ["many", "-1", "1e3", "", "²", "9" * 30])
def test_a_size_that_is_no_number_is_left_out(size: str) -> None:
    token = f'<resumptionToken completeListSize="{size}">next</resumptionToken>'
    assert read_list(page(token), "the list").total is None


def test_a_list_of_nothing_is_empty() -> None:
    assert read_list(answer('<error code="noRecordsMatch"/>'), "the list").records == ()


@pytest.mark.parametrize("code", ["badArgument", "badResumptionToken", "cannotDisseminateFormat", "badVerb"])
def test_an_error_is_told_in_the_servers_words(code: str) -> None:
    with pytest.raises(OaiError, match=rf"the list: the server says {code} \(why\)") as error:
        read_list(answer(f'<error code="noRecordsMatch"/><error code="{code}">why</error>'), "the list")
    assert error.value.code == code


def test_an_endless_error_is_told_shortly() -> None:
    with pytest.raises(OaiError) as error:
        read_list(answer(f'<error code="{"x" * 5_000}">{"y" * 50_000}</error>'), "the list")
    assert len(str(error.value)) < 1_000


@pytest.mark.parametrize(
    "body", [b"<html/>", answer(""), answer("<Identify/>"), b"broken xml", b"<OAI-PMH/>"]
)
def test_what_is_no_list_is_a_bad_page(body: bytes) -> None:
    with pytest.raises(BadPage, match=r"^the list: "):
        read_list(body, "the list")


def test_a_token_that_fits_into_no_address_is_a_bad_page() -> None:
    with pytest.raises(BadPage, match="a resumption token of 2,001 characters"):
        read_list(page(f"<resumptionToken>{'x' * 2_001}</resumptionToken>"), "the list")


def test_a_list_is_read_page_by_page_to_its_end(origin: ArxivOrigin) -> None:
    pages = fetched(origin)
    assert names(pages) == ALL
    assert [len(page.list.records) for page in pages] == [4, 4, 2]
    assert [bool(page.token) for page in pages] == [True, True, False]
    assert "metadataPrefix" not in origin.asked[1], "a token is sent alone"


def test_a_list_goes_on_from_any_of_its_tokens(origin: ArxivOrigin) -> None:
    first, second, _ = fetched(origin)
    assert names(fetched(origin, first.token)) == ALL[4:]
    assert names(fetched(origin, second.token)) == ALL[8:]


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
def test_no_fault_on_the_way_loses_or_doubles_a_record(origin: ArxivOrigin, fault: Fault) -> None:
    origin.fail(fault, Fault.NONE, fault, fault, Fault.NONE)
    assert names(fetched(origin)) == ALL


def test_a_token_given_a_second_time_ends_the_list(origin: ArxivOrigin) -> None:
    origin.repeats = True
    with pytest.raises(SourceFailure, match="a second time, so its list would never end"):
        fetched(origin)
    assert len(origin.asked) == 2


def test_the_page_with_the_repeated_token_is_still_given_and_starts_anew(origin: ArxivOrigin) -> None:
    origin.repeats = True
    with quick() as http:
        pages = list_pages(http, f"{origin.url}/oai", ARGUMENTS)
        taken = list(islice(pages, 2))
    assert names(taken) == ALL[:4] * 2
    assert taken[-1].token == "", "the next harvest must not take up a list that never ends"


def test_a_token_that_leads_back_to_itself_ends_the_list(origin: ArxivOrigin) -> None:
    origin.repeats = True
    with pytest.raises(SourceFailure, match="a second time"):
        fetched(origin, "0|2026-04-15|9999-12-31||0")
    assert len(origin.asked) == 1


def test_a_token_that_expired_starts_the_list_anew(origin: ArxivOrigin) -> None:
    token = fetched(origin)[0].token
    origin.forget()
    assert names(fetched(origin, token)) == ALL


def test_a_token_that_expires_on_the_way_starts_the_list_anew_once(origin: ArxivOrigin) -> None:
    with quick() as http:
        pages = list_pages(http, f"{origin.url}/oai", ARGUMENTS)
        first = next(pages)
        origin.forget()
        assert names([first, *pages]) == ALL[:4] + ALL
        pages = list_pages(http, f"{origin.url}/oai", ARGUMENTS)
        for one in islice(pages, 2):
            assert names([one]) == ALL[:4]
            origin.forget()
        with pytest.raises(OaiError, match="badResumptionToken"):
            next(pages)


def test_an_error_of_the_server_is_told_and_not_asked_for_again(origin: ArxivOrigin) -> None:
    with pytest.raises(OaiError, match="badArgument"):
        fetched(origin, arguments={**ARGUMENTS, "until": "2026-04-01"})
    assert len(origin.asked) == 1


def test_a_list_of_no_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "MOST_PAGES", 20)

    class Endless(Origin):
        def answer(self, path: str, query: dict[str, str]) -> Answer:
            return Answer(page(f"<resumptionToken>{len(self.asked)}</resumptionToken>"))

    with Endless() as origin, pytest.raises(SourceFailure, match="did not end within 20 pages"):
        fetched(origin)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-15", DAY),
        ("2026-04-15T23:59:59Z", DAY),
        ("2026-02-30", None),
        ("", None),
        ("15.4.2026", None),
        ("0000-00-00", None),
    ],
)
def test_a_datestamp_is_a_day_or_nothing(text: str, day: date | None) -> None:
    assert day_of(text) == day


@given(st.text(max_size=30))
def test_any_datestamp_is_a_day_or_nothing(text: str) -> None:
    assert isinstance(day_of(text), date | None)


ELEMENTS = st.sampled_from(
    [*oai.LISTS, "OAI-PMH", "record", "header", "identifier", "datestamp", "setSpec"]
) | (st.sampled_from(["metadata", "resumptionToken", "error", "x"]))


@st.composite
def trees(draw: Any, name: str | None = None, depth: int = 5) -> str:
    """Elements of the protocol, anywhere within each other, whole."""
    chosen = name or draw(ELEMENTS)
    attributes = draw(
        st.sampled_from(["", ' status="deleted"', ' code="badVerb"', ' cursor="x"', ' completeListSize="7"'])
    )
    content = draw(st.sampled_from(["", "2026-04-15", "oai:x:1", " ", "&#233;"]))
    if depth:
        content += "".join(draw(st.lists(trees(depth=depth - 1), max_size=3)))
    return f"<{chosen}{attributes}>{content}</{chosen}>"


@given(trees("OAI-PMH"))
def test_any_tree_of_its_elements_is_a_list_or_a_failure_with_a_name(body: str) -> None:
    with suppress(SourceFailure):
        read = read_list(body.encode(), "the list")
        assert len(read.token) <= oai.LONGEST_TOKEN
        for one in read.records:
            assert one.metadata is None or not one.deleted


GOOD = page(record(HEADER), record(HEADER.replace("<header>", '<header status="deleted">'), ""))


@given(st.binary(max_size=40), st.integers(0, len(GOOD)), st.integers(0, 40))
def test_no_bytes_break_the_reader(put_in: bytes, start: int, length: int) -> None:
    with suppress(SourceFailure):
        read_list(GOOD[:start] + put_in + GOOD[start + length :], "the list")


@given(st.integers(0, len(GOOD) - 1))
def test_half_a_page_is_never_taken_for_a_whole_one(end: int) -> None:
    with pytest.raises(BadPage):
        read_list(GOOD[:end], "the list")


@pytest.mark.shared
def test_the_recorded_lists_are_read(shared: Path) -> None:
    folder = shared / "protocol" / "oai_generic"
    read = {
        path.stem.rpartition("_")[2]: read_list(path.read_bytes(), path.name)
        for path in folder.glob("*sample_data_ListRecords*.xml")
        if not path.stem.endswith("Broken")
    }
    assert sorted(read) == ["ListRecords", "ListRecords2", "ListRecords3", "ListRecords4"]
    assert all(found.records for found in read.values())
    deleted = [one for one in read["ListRecords4"].records if one.deleted]
    assert [(one.identifier, one.datestamp) for one in deleted] == [("", None)]


@pytest.mark.shared
@pytest.mark.parametrize("code", ["badArgument", "badResumptionToken", "cannotDisseminateFormat"])
def test_the_recorded_errors_are_told(shared: Path, code: str) -> None:
    (path,) = (shared / "protocol" / "oai_generic").glob(f"*_{code}.xml")
    with pytest.raises(OaiError) as error:
        read_list(path.read_bytes(), "the list")
    assert error.value.code == code
