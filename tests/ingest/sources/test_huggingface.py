"""The Hugging Face daily papers, from the bytes to what is held."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Mention as HeldMention
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Authority, Link, Precision
from dailypapers.ingest.coverage import reconcile
from dailypapers.ingest.http import HttpFailure
from dailypapers.ingest.models import Coverage, Rejection
from dailypapers.ingest.source import BadPage, Page, Parsed, SourceFailure
from dailypapers.ingest.sources.huggingface import SOURCE
from tests.ingest.sources.bodies import bad, parsed
from tests.ingest.sources.harvesting import EVERY_FAULT, quick, span, take
from tests.origins.huggingface import HuggingFaceOrigin, entry
from tests.origins.origin import Fault

WEDNESDAY = date(2026, 4, 8)


def day_of(*entries: object) -> bytes:
    return json.dumps(entries).encode()


def test_an_entry_brings_votes_submitter_summary_and_links() -> None:
    first = parsed(SOURCE, "day.2026-04-08.json")[0]
    record = first.record
    assert first.place == "day.2026-04-08.json entry 1"
    assert record.identifiers == (Identifier("arxiv", "2604.04913"),)
    assert record.authority is Authority.COMMUNITY
    assert (record.day, record.precision) == (date(2026, 4, 6), Precision.DAY)
    assert [author.name for author in record.authors] == ["Ada Example", "Bo Example"]
    assert [(one.day, one.source, one.announced, one.submitted) for one in record.listed] == [
        (WEDNESDAY, "huggingface", False, True)
    ]
    mention = record.mentions[0]
    assert (mention.votes, mention.comments) == (41, 4)
    assert (mention.submitter, mention.organization) == ("Alice Example", "Example Laboratory")
    assert mention.url == "https://huggingface.co/papers/2604.04913"
    summary = record.summaries[0]
    assert (summary.origin, summary.model) == ("huggingface", "example/Summary-Small")
    assert summary.keywords == ("first keyword", "second keyword")
    assert record.links == (
        Link("code", "https://github.com/example/put-forward", 118),
        Link("project", "https://example.org/project"),
        Link("media", "https://cdn-uploads.huggingface.co/production/uploads/0/teaser.mp4"),
    )


def test_the_shape_of_2024_is_read_too() -> None:
    first, second = (item.record for item in parsed(SOURCE, "day.2024-05-27.json"))
    assert first.mentions[0].votes == 32
    assert first.mentions[0].submitter == ""
    assert first.summaries == ()
    assert first.links == (), "the card that the site made is no media of the paper"
    assert second.mentions[0].submitter == "Alice Example"
    assert [link.kind for link in second.links] == ["media"]


def test_an_account_without_a_full_name_goes_by_its_short_one() -> None:
    mention = parsed(SOURCE, "day.2026-04-08.json")[1].record.mentions[0]
    assert (mention.submitter, mention.organization) == ("bob", "handle-only")


def test_a_withdrawn_paper_is_marked() -> None:
    held, withdrawn = (item.record.withdrawal for item in parsed(SOURCE, "day.2026-04-08.json"))
    assert held is None
    assert withdrawn is not None
    assert withdrawn.day == date(2026, 4, 7)


@pytest.mark.parametrize("name", ["days.2024-12-11.json", "days.2025-01-10.json"])
def test_each_entry_of_a_malformed_day_is_named(name: str) -> None:
    first, second = bad(SOURCE, name)
    assert first.place == f"{name} entry 1"
    assert first.identifier == Identifier("arxiv", "2412.07730")
    assert first.excerpt.startswith("{'paper'")
    assert (second.place, second.identifier) == (f"{name} entry 2", None)


def test_an_error_object_is_kept_aside_in_a_harvest_and_fails_a_single_day() -> None:
    body = b'{"error": "Internal error"}'
    whole = Page(body, "", "huggingface 2026-04-08", kind="days", day=WEDNESDAY)
    assert [item.reason for item in SOURCE.parse(whole) if not isinstance(item, Parsed)] == ["Internal error"]
    alone = Page(body, "", "huggingface 2026-04-08", kind="day", day=WEDNESDAY)
    with pytest.raises(BadPage, match="Internal error"):
        list(SOURCE.parse(alone))


def test_weekends_and_days_before_the_first_are_not_expected() -> None:
    assert SOURCE.announces_on(WEDNESDAY)
    assert not SOURCE.announces_on(date(2026, 4, 11))
    assert not SOURCE.announces_on(date(2023, 5, 3))


@pytest.mark.django_db
def test_a_second_harvest_changes_nothing() -> None:
    days = {"2026-04-07": day_of(entry("2604.00001", 3)), "2026-04-08": day_of(entry("2604.00002"))}
    with HuggingFaceOrigin(days) as origin:
        assert take(SOURCE, span(origin, "2026-04-06", "2026-04-08")).counts["new"] == 2
        again = take(SOURCE, span(origin, "2026-04-06", "2026-04-08"))
    assert (again.counts["unchanged"], again.counts.total(), again.failure) == (2, 2, "")


@pytest.mark.django_db
def test_only_the_days_asked_for_are_fetched_and_no_weekend() -> None:
    with HuggingFaceOrigin({}) as origin:
        take(SOURCE, span(origin, "2026-04-03", "2026-04-07"))
        days = [path.partition("date=")[2][:10] for path in origin.asked]
    assert days == ["2026-04-03", "2026-04-06", "2026-04-07"]


@pytest.mark.django_db
def test_a_day_of_more_than_a_page_is_read_to_its_end() -> None:
    many = [entry(f"2604.{number:05}") for number in range(1, 231)]
    with HuggingFaceOrigin({"2026-04-08": day_of(*many)}) as origin:
        result = take(SOURCE, span(origin, "2026-04-08", "2026-04-08"))
        assert len(origin.asked) == 3
    assert result.counts["new"] == 230


@pytest.mark.django_db
def test_an_interrupted_harvest_goes_on_with_the_day_it_stopped_at() -> None:
    days = {f"2026-04-0{number}": day_of(entry(f"2604.0000{number}")) for number in (6, 7, 8)}
    with HuggingFaceOrigin(days) as origin:
        origin.fail(Fault.NONE, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN)
        stopped = take(SOURCE, span(origin, "2026-04-06", "2026-04-08"))
        assert "500" in stopped.failure
        origin.asked.clear()
        ended = take(SOURCE, span(origin, "2026-04-06", "2026-04-08"))
        assert [path.partition("date=")[2][:10] for path in origin.asked] == ["2026-04-07", "2026-04-08"]
    assert ended.resumed
    assert ended.counts["new"] == 3
    assert not ended.failure


@pytest.mark.django_db
@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_a_fault_on_the_way_costs_nothing(fault: Fault) -> None:
    with HuggingFaceOrigin({"2026-04-08": day_of(entry("2604.00001"), entry("2604.00002"))}) as origin:
        origin.fail(fault)
        result = take(SOURCE, span(origin, "2026-04-08", "2026-04-08"))
    assert (result.counts["new"], result.failure) == (2, "")


@pytest.mark.django_db
def test_votes_follow_the_list_and_an_older_day_takes_none_away() -> None:
    days = {"2026-04-07": day_of(entry("2604.00001", 2)), "2026-04-09": day_of(entry("2604.00001", 42))}
    with HuggingFaceOrigin(days) as origin:
        take(SOURCE, span(origin, "2026-04-09", "2026-04-09"))
        take(SOURCE, span(origin, "2026-04-07", "2026-04-07"))
        held = HeldMention.objects.get()
        assert (held.votes, held.day) == (42, date(2026, 4, 7))
        origin.days["2026-04-09"] = day_of(entry("2604.00001", 41))
        take(SOURCE, span(origin, "2026-04-09", "2026-04-09"))
        take(SOURCE, span(origin, "2026-04-07", "2026-04-07"))
    assert HeldMention.objects.get().votes == 41
    assert HeldMention.objects.get().captured_at == datetime(2026, 4, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_a_day_that_is_refused_is_passed_over_but_not_all_of_them() -> None:
    days = {"2026-04-08": day_of(entry("2604.00001"))}
    with HuggingFaceOrigin(days, refused=frozenset({"2026-04-07"})) as origin:
        result = take(SOURCE, span(origin, "2026-04-07", "2026-04-08"))
        assert (result.counts["new"], result.failure) == (1, "")
        with pytest.raises(SourceFailure, match="for every day asked"), quick() as http:
            list(SOURCE.pages(span(origin, "2026-04-07", "2026-04-07"), http, ""))


@pytest.mark.django_db
def test_coverage_tells_whole_empty_malformed_and_unknown_days_apart() -> None:
    days = {
        "2026-04-06": day_of(entry("2604.00001")),
        "2026-04-08": day_of(repr(entry("2604.00003"))),
        "2026-04-09": b'{"error": "out of order"}',
    }
    with HuggingFaceOrigin(days, refused=frozenset({"2026-04-10"})) as origin, quick() as http:
        found = {
            number: reconcile(SOURCE, date(2026, 4, number), span(origin), http) for number in range(6, 11)
        }
    assert {number: row.state for number, row in found.items()} == {
        6: Coverage.State.COMPLETE,
        7: Coverage.State.EMPTY,
        8: Coverage.State.GAP,
        9: Coverage.State.UNKNOWN,
        10: Coverage.State.UNKNOWN,
    }
    assert "out of order" in found[9].error
    assert Rejection.objects.get().place == "huggingface 2026-04-08 entry 1"


def test_a_server_that_cannot_page_does_not_hold_us() -> None:
    full = [entry(f"2604.{number:05}") for number in range(100)]

    class Stuck(HuggingFaceOrigin):
        def answer(self, path: str, query: dict[str, str]):  # type: ignore[no-untyped-def]
            return super().answer(path, {**query, "p": "0"})

    with Stuck({"2026-04-08": day_of(*full)}) as origin, quick() as http:
        pages = list(SOURCE.of_day("api", WEDNESDAY, span(origin), http))
        assert len(pages) == 1
        assert len(origin.asked) == 2


def test_another_refusal_than_of_the_day_is_a_failure() -> None:
    with HuggingFaceOrigin({}) as origin, quick(attempts=1) as http:
        origin.fail(Fault.UNAVAILABLE)
        with pytest.raises(HttpFailure, match="503"):
            list(SOURCE.of_day("api", WEDNESDAY, span(origin), http))


@pytest.mark.shared
@pytest.mark.django_db
def test_real_days_come_in_whole_and_the_malformed_are_named(shared: Path) -> None:
    from benchmarks.huggingface_days import malformed, recorded_days

    days = recorded_days(shared / "hf_daily_raw.tar.zst")
    chosen = {day: body for day, body in days.items() if "2024-12-05" <= day <= "2025-01-15"}
    bad_days = malformed(chosen)
    assert len(bad_days) == 22
    good = sum(len(json.loads(body)) for day, body in chosen.items() if day not in bad_days)
    with HuggingFaceOrigin(chosen) as origin:
        result = take(SOURCE, span(origin, "2024-12-05", "2025-01-15"))
    assert not result.failure
    assert Paper.objects.count() == good == result.counts["new"]
    assert {place[12:22] for place in Rejection.objects.values_list("place", flat=True)} == bad_days
