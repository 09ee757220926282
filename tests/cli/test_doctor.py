"""`dailypapers doctor` names what is wrong, and the command it names mends it."""

import json
import shlex
import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_django import Settings

from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Paper
from dailypapers.cli import doctor
from dailypapers.cli.doctor import LOW_DISK, MOST_GAPS, STALE
from dailypapers.cli.main import dailypapers
from dailypapers.ingest.coverage import LOOK_BACK
from dailypapers.ingest.models import Announcement, Coverage, Harvest
from dailypapers.site import heartbeat
from dailypapers.site.heartbeat import DEAD_AFTER, STUCK_AFTER
from tests.cli.test_commands import line, run_anywhere
from tests.cli.test_commands import run as run_process
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.origins.huggingface import HuggingFaceOrigin, entry
from tests.origins.origin import Fault
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
Disk = namedtuple("Disk", "total used free")


@pytest.fixture(autouse=True)
def only_arxiv_is_followed(settings: Settings) -> None:
    settings.SOURCES = ("arxiv",)
    settings.FIELDS = ("cs",)


@pytest.fixture(autouse=True)
def without_a_look_at_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search index has its own tests, in test_doctor_index.py."""
    monkeypatch.setattr(doctor, "CHECKS", tuple(one for one in doctor.CHECKS if one is not doctor._index))


@pytest.fixture
def origin() -> Iterator[ArxivOrigin]:
    days = [today() - timedelta(days=back) for back in range(60)]
    papers = [
        AnnouncedPaper(
            f"{day:%y%m}.{day.day:02}{at:03}", f"Finding {at} of {day:%d %B}", ("Ada Lovelace",), day
        )
        for day in days
        if day.weekday() < 5
        for at in range(3)
    ]
    with ArxivOrigin(papers, page_size=2) as origin:
        origin.announce(today())
        yield origin


def weekday(back: int) -> date:
    """The last weekday at least so many days ago."""
    day = today() - timedelta(days=back)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day


def run(*words: str) -> Result:
    return CliRunner().invoke(dailypapers, words)


def findings() -> list[tuple[str, str]]:
    """What is wrong, and the command that mends it."""
    result = run("doctor")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    if result.exit_code == 0:
        assert result.output == "Nothing is wrong.\n"
        return []
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert all(line.startswith("✗ ") for line in lines[::2])
    return [(what[2:], mend.strip()) for what, mend in zip(lines[::2], lines[1::2], strict=True)]


def command_in(mend: str) -> list[str]:
    """The command of a finding, without what is said around it."""
    words = shlex.split(mend[mend.index("dailypapers ") :].partition("  (")[0])
    assert words[0] == "dailypapers"
    return words[1:]


def give(mend: str, origin: ArxivOrigin) -> Result:
    """Run the command that was named; at our own server, since arXiv is not to be reached from here."""
    words = command_in(mend)
    return run(*words, *([] if "--base-url" in words else ["--base-url", origin.url]))


def looked_at(day: date | None = None, state: str = "complete", ago: timedelta = timedelta(0)) -> None:
    """The site holds a paper, and arXiv was looked at."""
    hold(record(1))
    Coverage.objects.create(
        source="arxiv", day=day or today(), state=state, routes="oai", checked_at=datetime.now(UTC) - ago
    )


def test_a_site_with_nothing_wrong_says_so() -> None:
    looked_at()
    assert findings() == []


def test_an_empty_site_is_filled_by_the_command_it_names(origin: ArxivOrigin) -> None:
    found = findings()
    assert [what for what, _ in found] == ["arxiv was not looked at at all.", "The site holds no papers."]
    for _, mend in found:
        assert command_in(mend) == ["ingest", "arxiv"]
    assert give(found[0][1], origin).exit_code == 0
    assert findings() == []
    assert Paper.objects.count() > 20


def test_a_source_that_nobody_looked_at_for_a_day_is_named(origin: ArxivOrigin) -> None:
    looked_at(ago=STALE + HOUR)
    ((what, mend),) = findings()
    assert what.startswith("arxiv was not looked at since 20")
    assert give(mend, origin).exit_code == 0
    assert findings() == []


@pytest.mark.parametrize("state", ["gap", "unknown"])
@pytest.mark.parametrize("back", [1, LOOK_BACK - 3, LOOK_BACK + 10, 50])
def test_a_day_that_is_not_whole_is_mended_by_the_command_it_names(
    origin: ArxivOrigin, back: int, state: str
) -> None:
    looked_at()
    looked_at(day := weekday(back), state)
    Coverage.objects.filter(day=day).update(announced=5, held=2, error="rss: HTTP 503")
    ((what, mend),) = findings()
    assert what == (
        f"arxiv announced 5 papers on {day}, 2 are held. (rss: HTTP 503)"
        if state == "gap"
        else f"arxiv has not told what it announced on {day}. (rss: HTTP 503)"
    )
    assert give(mend, origin).exit_code == 0
    assert findings() == []
    row = Coverage.objects.get(day=day)
    assert (row.announced, row.held, row.state) == (3, 3, "complete")


@pytest.mark.parametrize("back", [3, 40])
def test_a_day_on_which_nothing_was_announced_is_mended_too(back: int) -> None:
    looked_at()
    looked_at(day := weekday(back), "unknown")
    with ArxivOrigin([]) as quiet:
        quiet.announce(today())
        ((_, mend),) = findings()
        assert give(mend, quiet).exit_code == 0
    assert findings() == []
    assert Coverage.objects.get(day=day).state == "empty"


def test_a_paper_that_only_the_query_api_knows_is_brought_by_the_command(origin: ArxivOrigin) -> None:
    day = weekday(2)
    lost = f"{day:%y%m}.{day.day:02}001"
    looked_at()
    looked_at(day, "gap")
    Announcement.objects.create(source="arxiv", day=day, scheme="arxiv", value=lost)
    origin.unlisted = {lost}
    ((_, mend),) = findings()
    assert give(mend, origin).exit_code == 0
    assert findings() == []
    assert Paper.objects.filter(handle=lost).exists()


def test_a_gap_that_cannot_be_filled_stays_named(origin: ArxivOrigin) -> None:
    looked_at()
    looked_at(day := weekday(2), "gap")
    Announcement.objects.create(source="arxiv", day=day, scheme="arxiv", value="2604.99999")
    ((_, mend),) = findings()
    assert give(mend, origin).exit_code == 1
    assert [what for what, _ in findings()] == [f"arxiv announced 4 papers on {day}, 3 are held."]


def test_a_harvest_that_failed_is_ended_by_the_very_command(origin: ArxivOrigin) -> None:
    looked_at()
    since, until = weekday(30), weekday(28)
    origin.fail(Fault.NONE, *[Fault.NONSENSE] * 3)
    words = ["ingest", "arxiv", "--since", f"{since}", "--until", f"{until}", "--base-url", origin.url]
    assert run(*words).exit_code == 1
    ((what, mend),) = findings()
    assert what.startswith("The harvest of arxiv of 20")
    assert "cut off or not XML" in what
    assert mend == f"the same command again goes on from there: dailypapers {shlex.join(words)}"
    ended = run(*command_in(mend))
    assert (ended.exit_code, "Went on where the last harvest stopped." in ended.output) == (0, True)
    assert findings() == []


def test_a_harvest_that_was_cut_off_is_named_and_one_that_runs_is_not() -> None:
    looked_at()
    now = datetime.now(UTC)
    request = "since=2026-04-01 until= set=cs"
    run_ = Harvest.objects.create(
        source="arxiv", origin="https://arxiv.org", request=request, started_at=now, updated_at=now
    )
    assert findings() == []
    Harvest.objects.filter(pk=run_.pk).update(updated_at=now - 2 * HOUR)
    ((what, mend),) = findings()
    assert what.endswith("did not end: it was cut off")
    assert command_in(mend) == ["ingest", "arxiv", "--since", "2026-04-01", "--set", "cs"]


@pytest.mark.parametrize(
    "chosen", ["title.search:deep learning", "it's; rm -rf $HOME", "a=b set=c", "--help"]
)
def test_a_command_can_be_given_as_it_stands_whatever_was_asked(chosen: str) -> None:
    looked_at()
    now = datetime.now(UTC)
    Harvest.objects.create(
        source="openalex",
        origin="https://api.openalex.org",
        request=f"since= until= set={chosen}",
        state=Harvest.State.FAILED,
        error="HTTP 403",
        started_at=now,
        updated_at=now,
    )
    ((_, mend),) = findings()
    assert command_in(mend) == ["ingest", "openalex", "--set", chosen]


def test_a_file_that_was_read_half_is_read_on_by_the_command(tmp_path: Path) -> None:
    looked_at()
    path = tmp_path / "my papers & others.jsonl"
    path.write_text("".join(line(number) for number in range(5)))
    now = datetime.now(UTC)
    Harvest.objects.create(
        source="file",
        origin=str(path),
        request="since= until= set=",
        state=Harvest.State.FAILED,
        error="disk",
        started_at=now,
        updated_at=now,
    )
    ((_, mend),) = findings()
    assert run(*command_in(mend)).exit_code == 0
    assert findings() == []


@pytest.mark.parametrize(
    ("name", "why"), [("arxive", "is no source"), ("acl", "does not announce papers by the day")]
)
def test_a_source_that_cannot_be_followed_is_named_with_those_that_can(
    settings: Settings, name: str, why: str
) -> None:
    looked_at()
    settings.SOURCES = ("arxiv", name)
    assert findings() == [
        (
            f"DAILYPAPERS_SOURCES names '{name}', which {why}.",
            "set DAILYPAPERS_SOURCES to some of: arxiv, biorxiv, huggingface",
        )
    ]


def notes() -> list[tuple[str, str]]:
    """What cannot be mended here, of a site with nothing else wrong."""
    result = run("doctor")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[-1] == "Nothing is wrong."
    return [(what, mend.strip()) for what, mend in zip(lines[:-1:2], lines[1:-1:2], strict=True)]


def test_a_day_malformed_at_its_source_names_no_command_that_cannot_mend_it(settings: Settings) -> None:
    looked_at()
    settings.SOURCES = ("huggingface",)
    day = weekday(20)
    body = json.dumps([entry("2604.00011"), "{'paper': {'id': '2604.00012'}}"]).encode()
    with HuggingFaceOrigin({f"{day}": body}) as origin:
        words = ["ingest", "huggingface", "--since", f"{day}", "--until", f"{day}", "--base-url", origin.url]
        assert run(*words).exit_code == 3
        assert Coverage.objects.get(day=day).state == "gap"
        Coverage.objects.create(
            source="huggingface", day=today(), state="complete", checked_at=datetime.now(UTC)
        )
        malformed, kept_aside = notes()
        assert malformed[0] == (
            f"· huggingface lists 2 papers on {day}, 1 of them cannot be read: "
            "the source's own list is malformed."
        )
        assert f"asked again on {today() + timedelta(days=1)}" in malformed[1]
        assert kept_aside[0].startswith("· 1 record of huggingface could not be taken")
        assert "2604.00012" in run(*command_in(kept_aside[1])).output
        # What is missing besides is no fault of the list: a command may bring it.
        Announcement.objects.create(source="huggingface", day=day, scheme="arxiv", value="2604.00013")
        assert run("doctor").exit_code == 1


def test_gaps_are_never_left_out_in_silence() -> None:
    looked_at()
    days = [day for back in range(1, 80) if (day := today() - timedelta(days=back)).weekday() < 5]
    for day in days:
        looked_at_again(day, "unknown")
    found = findings()
    assert len(found) == MOST_GAPS + 1
    what, mend = found[-1]
    more = days[MOST_GAPS:]
    assert what == f"{len(more)} more days of arxiv are not whole, from {more[-1]} to {more[0]}."
    assert command_in(mend) == ["ingest", "arxiv", "--since", f"{more[-1]}", "--until", f"{more[0]}"]


def looked_at_again(day: date, state: str) -> None:
    Coverage.objects.create(source="arxiv", day=day, state=state, checked_at=datetime.now(UTC))


@pytest.mark.parametrize(
    ("beat", "moved", "what"),
    [
        (2 * DEAD_AFTER, None, "The worker died: it gave its last sign of life at 20"),
        (timedelta(0), 2 * STUCK_AFTER, "The worker is stuck: no page was taken since 20"),
        (timedelta(0), timedelta(0), ""),
    ],
)
def test_a_worker_that_is_dead_or_stuck_is_named(
    home: Path, beat: timedelta, moved: timedelta | None, what: str
) -> None:
    looked_at()
    now = datetime.now(UTC)
    told = {"beat": f"{now - beat}", "harvest_moved": f"{now - moved}" if moved is not None else None}
    heartbeat.path_of(home).write_text(json.dumps(told))
    found = findings()
    assert bool(found) is bool(what)
    if found:
        assert found[0][0].startswith(what)
        assert command_in(found[0][1]) == ["up"]


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(2**40, 2**40, LOW_DISK // 2))
    ((what, mend),) = findings()
    assert what.startswith("Only 1.0 GB are free at ")
    assert "DAILYPAPERS_HOME" in mend


def test_a_site_without_tables_and_one_with_a_damaged_file_are_named_not_thrown(home: Path) -> None:
    fresh = run_anywhere(home, "doctor")
    assert (fresh.returncode, fresh.stderr) == (1, "")
    assert "✗ The tables are not those of this version.\n    dailypapers up" in fresh.stdout
    (home / "dailypapers.sqlite3").write_bytes(b"this is no database at all" * 100)
    damaged = run_process(home, "doctor")
    assert (damaged.returncode, damaged.stderr) == (1, "")
    assert "✗ The database cannot be used: file is not a database\n    put back a copy" in damaged.stdout
