"""OpenAlex, from the bytes to what is held."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Authority, Precision, Withdrawal, checked
from dailypapers.ingest.source import BadPage, Page, Parsed, SourceFailure
from dailypapers.ingest.sources.openalex import KEY, SOURCE
from tests.ingest.sources.bodies import bad, parsed
from tests.ingest.sources.harvesting import EVERY_FAULT, quick, span, take
from tests.origins.openalex import OpenAlexOrigin, work
from tests.origins.origin import Fault

WORKS = [work(4400000000 + number, f"2026-04-0{1 + number % 3}") for number in range(1, 8)]


def test_a_work_is_read_with_its_names_subjects_and_people() -> None:
    record = parsed(SOURCE, "list.json")[0].record
    assert record.identifiers == (
        Identifier("openalex", "W4400000001"),
        Identifier("doi", "10.1234/example.1"),
        Identifier("arxiv", "2604.00001"),
        Identifier("arxiv", "2604.00001"),
    )
    assert len(checked(record).identifiers) == 3
    assert record.authority is Authority.AGGREGATOR
    assert record.title == "An example of open access"
    assert record.abstract == "The abstract of an example says that the example is an example ."
    assert record.authors == (
        Author("Ada Example", "Institute of Examples", "0000-0002-1825-0097"),
        Author("Bo Example"),
    )
    assert record.categories == ("Computer Science", "Computer Science", "Medicine")
    assert (record.venue, record.keywords) == ("Journal of Examples", ("Example",))
    assert record.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert [(link.kind, link.url) for link in record.links] == [
        ("page", "https://doi.org/10.1234/example.1"),
        ("pdf", "https://journal.example.org/1.pdf"),
    ]
    assert (record.day, record.precision) == (date(2026, 4, 7), Precision.DAY)
    assert record.listed[0].estimated, "a day of publication is no announcement"


def test_a_date_that_was_filled_up_counts_as_less() -> None:
    year, month = (item.record for item in parsed(SOURCE, "list.json")[1:])
    assert (year.precision, year.listed) == (Precision.YEAR, ())
    assert month.precision is Precision.MONTH
    assert month.listed[0].precision is Precision.MONTH


def test_a_retraction_is_marked_and_its_mark_is_no_part_of_the_title() -> None:
    record = parsed(SOURCE, "list.json")[1].record
    assert checked(record).title == "An example that did not hold"
    assert record.withdrawal == Withdrawal(reason="retracted")


def test_what_is_no_paper_is_passed_over_in_a_list_and_named_alone() -> None:
    assert len(parsed(SOURCE, "list.json")) == 3
    assert bad(SOURCE, "list.json") == []
    cover = json.dumps(work(4400000009, "2026-04-07", is_paratext=True, type="paratext")).encode()
    alone = list(SOURCE.parse(Page(cover, "", "openalex W4400000009", kind="one")))
    assert [item.reason for item in alone if not isinstance(item, Parsed)] == ["not a paper but paratext"]


def test_the_same_work_alone_is_the_same_record() -> None:
    assert parsed(SOURCE, "one.json")[0].record == parsed(SOURCE, "list.json")[0].record


@given(st.lists(st.sampled_from(["a", "word", "and", "μ-opioid", "again"]), max_size=40))
def test_an_inverted_abstract_comes_back_in_its_order(words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    body = json.dumps(work(4400000001, "2026-04-07", abstract_inverted_index=index)).encode()
    item = next(iter(SOURCE.parse(Page(body, "", "openalex", kind="one"))))
    assert isinstance(item, Parsed)
    assert item.record.abstract == " ".join(words)


def test_an_index_that_would_fill_the_memory_gives_no_abstract() -> None:
    index = {"word": [10**15, *range(30_000)]}
    body = json.dumps(work(4400000001, "2026-04-07", abstract_inverted_index=index)).encode()
    item = next(iter(SOURCE.parse(Page(body, "", "openalex", kind="one"))))
    assert isinstance(item, Parsed)
    assert item.record.abstract == ""


def test_an_error_message_is_told() -> None:
    body = b'{"error": "Invalid filter", "message": "Unknown filter field: author_name"}'
    with pytest.raises(BadPage, match="Unknown filter field"):
        list(SOURCE.parse(Page(body, "", "openalex works", kind="list")))


@pytest.mark.django_db
def test_the_days_and_the_filter_are_asked_for_and_a_second_harvest_changes_nothing() -> None:
    with OpenAlexOrigin(WORKS, most=3) as origin:
        asked = span(origin, "2026-04-02", "2026-04-03", "type:article")
        result = take(SOURCE, asked)
        assert "from_publication_date%3A2026-04-02" in origin.asked[0]
        assert "to_publication_date%3A2026-04-03" in origin.asked[0]
        assert "type%3Aarticle" in origin.asked[0]
        again = take(SOURCE, asked)
    assert (result.counts["new"], result.failure) == (5, "")
    assert (again.counts["unchanged"], again.counts["updated"]) == (5, 0)


@pytest.mark.django_db
def test_an_interrupted_harvest_goes_on_at_its_cursor() -> None:
    with OpenAlexOrigin(WORKS, most=3) as origin:
        origin.fail(Fault.NONE, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN)
        assert take(SOURCE, span(origin, "2026-04-01")).failure
        origin.asked.clear()
        ended = take(SOURCE, span(origin, "2026-04-01"))
        assert "cursor=after3" in origin.asked[0]
    assert (ended.resumed, ended.counts["new"], ended.failure) == (True, 7, "")
    assert Paper.objects.count() == 7


@pytest.mark.django_db
@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_a_fault_on_the_way_costs_nothing(fault: Fault) -> None:
    with OpenAlexOrigin(WORKS, most=4) as origin:
        origin.fail(Fault.NONE, fault)
        result = take(SOURCE, span(origin, "2026-04-01"))
    assert (result.counts["new"], result.failure) == (7, "")


@pytest.mark.django_db
def test_a_repeated_cursor_ends_the_harvest() -> None:
    with OpenAlexOrigin(WORKS, most=3, stuck=True) as origin:
        result = take(SOURCE, span(origin, "2026-04-01"))
        assert len(origin.asked) < 4
    assert "a second time" in result.failure


@pytest.mark.parametrize(("chosen", "said"), [("", "--since or --set"), ("biology", "no filter")])
def test_a_harvest_of_everything_is_refused(chosen: str, said: str) -> None:
    with OpenAlexOrigin([]) as origin, quick() as http, pytest.raises(SourceFailure, match=said):
        list(SOURCE.pages(span(origin, chosen=chosen), http, ""))


def test_the_key_goes_with_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAlexOrigin(WORKS) as origin, quick() as http:
        list(SOURCE.pages(span(origin, "2026-04-01"), http, ""))
        monkeypatch.setenv(KEY, "secret")
        list(SOURCE.pages(span(origin, "2026-04-01"), http, ""))
        list(SOURCE.by_identifier([Identifier("openalex", "W4400000001")], span(origin), http))
    assert ["api_key=secret" in asked for asked in origin.asked[:1] + origin.asked[-2:]] == [
        False,
        True,
        True,
    ]


def test_single_works_are_found_by_number_and_doi_and_unknown_ones_left_out() -> None:
    wanted = [
        Identifier("openalex", "W4400000001"),
        Identifier("doi", "10.1234/w4400000002"),
        Identifier("openalex", "W4499999999"),
        Identifier("arxiv", "2604.99999"),
        Identifier("doi", "10.1234/../secret"),
        Identifier("acl", "P19-1001"),
    ]
    with OpenAlexOrigin(WORKS) as origin, quick() as http:
        pages = list(SOURCE.by_identifier(wanted, span(origin), http))
        assert len(origin.asked) == 4
    found = [item.record.identifiers[0].value for page in pages for item in SOURCE.parse(page)]  # type: ignore[union-attr]
    assert found == ["W4400000001", "W4400000002"]


@pytest.mark.shared
def test_real_works_are_read(shared: Path) -> None:
    folder = shared / "protocol" / "openalex"
    body = next(folder.glob("*openalex_works.json")).read_bytes()
    records = [i.record for i in SOURCE.parse(Page(body, "", "x", kind="list")) if isinstance(i, Parsed)]
    assert len(records) == 2
    assert all(checked(record).authors and record.day for record in records)
