"""Papers from files: the same from every packing, taken once, resumed where they were left."""

import gzip
import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import zstandard

from dailypapers.catalogue.models import Identifier, Paper
from dailypapers.ingest.http import Http
from dailypapers.ingest.models import Harvest, Rejection
from dailypapers.ingest.run import Result, harvest
from dailypapers.ingest.source import Bad, Page, Parsed, SourceFailure, Span
from dailypapers.ingest.sources.file import SOURCE, File
from tests.ingest.commands import line
from tests.ingest.sources.bodies import FOLDER

pytestmark = pytest.mark.django_db

BODIES = FOLDER / "file"
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def span(*paths: Path) -> Span:
    return Span(today=date(2026, 4, 16), paths=tuple(str(path) for path in paths))


def read(*paths: Path, source: File = SOURCE) -> list[Parsed | Bad]:
    with Http() as http:
        return [item for page in source.pages(span(*paths), http, "") for item in source.parse(page)]


def take(*paths: Path, source: File = SOURCE) -> Result:
    with Http() as http:
        return harvest(source, span(*paths), http)


def lines(folder: Path, name: str, *numbers: int) -> Path:
    path = folder / name
    path.write_text("".join(map(line, numbers)))
    return path


def held() -> set[str]:
    return set(Paper.objects.values_list("handle", flat=True))


def handles(*numbers: int) -> set[str]:
    return {f"2604.{number:05}" for number in numbers}


class Interrupted(Exception):
    """Stands for whatever ends a harvest in the middle."""


class Cut(File):
    """The source, but it ends after some pages, as a machine that is switched off does."""

    def __init__(self, after: int, page_records: int = 3) -> None:
        super().__init__(page_records)
        self._after = after

    def pages(self, span: Span, http: Http, cursor: str) -> Iterator[Page]:
        for number, page in enumerate(super().pages(span, http, cursor), 1):
            if number > self._after:
                raise Interrupted
            yield page


def interrupt(*paths: Path, after: int) -> None:
    with pytest.raises(Interrupted):
        take(*paths, source=Cut(after))


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("name", ["papers.jsonl", "library.bib", "references.ris", "references.json"])
def test_every_format_reads_the_same_from_every_packing(tmp_path: Path, name: str, packing: str) -> None:
    plain = BODIES / name
    packed = tmp_path / (name + packing)
    packed.write_bytes(PACKINGS[packing](plain.read_bytes()))
    found = [item.record for item in read(packed) if isinstance(item, Parsed)]
    assert found
    assert found == [item.record for item in read(plain) if isinstance(item, Parsed)]


def test_the_same_papers_in_four_formats_are_one_paper_each() -> None:
    assert take(*sorted(BODIES.iterdir())).counts["rejected"] == 0
    named = Identifier.objects.filter(scheme__in=("arxiv", "doi", "acl")).values_list("value", flat=True)
    assert sorted(named) == [
        "10.1002/j.1538-7305.1948.tb01338.x",
        "10.18653/v1/d19-1001",
        "1706.03762",
        "D19-1001",
    ]
    assert Paper.objects.filter(identifiers__value="1706.03762").count() == 1
    assert Paper.objects.count() == 5


def test_an_id_means_the_same_with_and_without_its_scheme(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    ids = ["2604.04913", "local:anything", "10.1000/abc"]
    path.write_text("".join(line(n, id=name, urls=...) for n, name in enumerate(ids)))
    assert take(path).counts["new"] == 3
    ids = ["arxiv:2604.04913", "anything", "doi:10.1000/ABC"]
    path.write_text("".join(line(n, id=name, urls=...) for n, name in enumerate(ids)))
    assert take(path).counts["unchanged"] == 3
    assert held() == {"2604.04913", "local:anything", "doi:10.1000/abc"}


def test_a_second_run_finds_everything_unchanged(tmp_path: Path) -> None:
    paths = lines(tmp_path, "a.jsonl", *range(10)), BODIES / "library.bib"
    assert (take(*paths).counts["new"], take(*paths).counts["new"]) == (11, 0)
    again = take(*paths)
    assert (again.counts["unchanged"], again.resumed) == (11, False)
    assert Harvest.objects.filter(state=Harvest.State.FINISHED).count() == 3


def test_what_changed_in_a_file_changes_the_paper(tmp_path: Path) -> None:
    path = lines(tmp_path, "a.jsonl", 1, 2)
    take(path)
    path.write_text(line(1) + line(2, title="Another title of the second"))
    counts = take(path).counts
    assert (counts["new"], counts["updated"], counts["unchanged"], counts["rejected"]) == (0, 1, 1, 0)
    assert Paper.objects.get(handle="2604.00002").title == "Another title of the second"


def test_several_files_are_taken_one_after_another(tmp_path: Path) -> None:
    first = lines(tmp_path, "a.jsonl", 1, 2)
    (tmp_path / "b").mkdir()
    second = lines(tmp_path / "b", "a.jsonl", 3)
    second.write_text(second.read_text() + "{bad\n")
    first.write_text(first.read_text() + "{bad\n{worse\n")
    result = take(first, second)
    assert (result.counts["new"], result.counts["rejected"]) == (3, 3)
    assert held() == handles(1, 2, 3)


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "a.jsonl" for folder in ("one", "two")]
    for path in paths:
        path.parent.mkdir()
        path.write_text("{bad\n")
    take(*paths)
    assert sorted(Rejection.objects.values_list("place", flat=True)) == [
        f"{tmp_path}/one/a.jsonl line 1",
        f"{tmp_path}/two/a.jsonl line 1",
    ]


def test_what_was_mended_is_no_longer_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line(1) + "{bad\n")
    assert take(path).counts["rejected"] == 1
    path.write_text(line(1) + line(2))
    assert take(path).counts["rejected"] == 0
    assert not Rejection.objects.exists()


@pytest.mark.parametrize("packing", PACKINGS)
def test_an_interrupted_harvest_goes_on_where_it_stopped(tmp_path: Path, packing: str) -> None:
    first = lines(tmp_path, "a.jsonl", *range(10))
    second = tmp_path / f"b.jsonl{packing}"
    second.write_bytes(PACKINGS[packing]("".join(map(line, range(10, 20))).encode()))
    interrupt(first, second, after=5)
    assert held() == handles(*range(13))
    result = take(first, second, source=File(page_records=3))
    assert result.resumed
    assert (result.counts["new"], result.counts["unchanged"]) == (20, 0)
    assert held() == handles(*range(20))


def test_a_file_that_changed_since_is_read_from_its_start(tmp_path: Path) -> None:
    path = lines(tmp_path, "a.jsonl", *range(10))
    interrupt(path, after=2)
    path.write_text("".join(map(line, range(100, 112))))
    os.utime(path, (1, 1))
    result = take(path)
    assert (result.resumed, result.counts["new"]) == (False, 12)
    assert held() == handles(*range(6), *range(100, 112))


def test_names_and_abbreviations_are_known_after_an_interruption(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    entries = [f"@misc{{k{n}, title={{Title number {n}}}, journal=j, doi={{10.1000/{n}}}}}" for n in range(5)]
    other = "@misc{k1, title={Other words}, doi={10.1000/1}}"
    path.write_text("\n".join(['@string{j = "Journal of Growth"}', *entries, other]))
    interrupt(path, after=1)
    result = take(path, source=File(page_records=3))
    assert result.resumed
    assert (result.counts["new"], result.counts["rejected"]) == (5, 1)
    assert Rejection.objects.get().reason == "same identifier as line 3 with different text: k1"
    assert set(Paper.objects.values_list("venue", flat=True)) == {"Journal of Growth"}


def test_the_same_id_twice_is_bad_only_where_the_text_differs(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        line(1) + line(1) + line(1, id="arxiv:2604.00001", title="Another") + line(1, abstract="Other.")
        + line(1, categories=["cs.CL"]) + line(2, authors=["Ada"]) + line(2)
    )  # fmt: skip
    found = read(path, source=File(page_records=2))
    assert [type(item) for item in found] == [Parsed, Parsed, Bad, Bad, Parsed, Parsed, Bad]
    first, second, third = [item for item in found if isinstance(item, Bad)]
    assert first.place == "a.jsonl line 3"
    assert first.reason == "same identifier as line 1 with different text: arxiv:2604.00001"
    assert first.excerpt.startswith('{"id": "arxiv:2604.00001"')
    assert first.identifier is not None
    assert (second.place, third.place) == ("a.jsonl line 4", "a.jsonl line 7")


def test_a_record_that_is_refused_does_not_stand_in_a_good_ones_way(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line(1, title="") + line(1))
    assert [type(item) for item in read(path)] == [Bad, Parsed]


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_an_archive_cut_off_gives_what_is_good_and_the_other_files_are_read(
    tmp_path: Path, packing: str
) -> None:
    whole = PACKINGS[packing]("".join(map(line, range(3_000))).encode())
    cut, other = tmp_path / f"cut.jsonl{packing}", lines(tmp_path, "other.jsonl", 5_000)
    cut.write_bytes(whole[: len(whole) // 2])
    result = take(cut, other)
    good = result.counts["new"] - 1
    assert 500 < good < 3_000
    assert held() == handles(*range(good), 5_000)
    last = good + result.counts["rejected"]
    assert result.failure == (
        f"{cut}: the archive is cut off; what is good up to line {last} was taken; "
        "get the file again and repeat the command"
    )
    again = take(cut, other)
    assert (again.failure, again.counts) == (result.failure, result.counts)
    cut.write_bytes(whole)
    mended = take(cut, other)
    assert (mended.failure, mended.counts["rejected"]) == ("", 0)
    assert held() == handles(*range(3_000), 5_000)
    assert not Rejection.objects.exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing.jsonl", "there is no such file; check the path"),
        ("folder.jsonl", "is not a file; name the files in it"),
        ("papers.xml", "is of no kind that can be read: the name must end in .jsonl"),
        ("papers.zst", "is of no kind that can be read"),
    ],
)
def test_what_cannot_be_a_file_of_papers_ends_before_anything_is_taken(
    tmp_path: Path, name: str, why: str
) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    for known in ("papers.xml", "papers.zst"):
        (tmp_path / known).write_text(line(1))
    with pytest.raises(SourceFailure, match=why):
        read(lines(tmp_path, "a.jsonl", 1), tmp_path / name)


@pytest.mark.parametrize("body", [b"", b"\n\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [".jsonl", ".json", ".bib", ".ris"])
def test_an_empty_file_holds_no_papers_and_is_no_mistake(tmp_path: Path, ending: str, body: bytes) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(body)
    assert read(path) == []


@pytest.mark.parametrize("mark", ["", "\N{ZERO WIDTH NO-BREAK SPACE}"])
def test_a_json_file_may_be_csl_or_json_lines(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.json"
    item = {"title": "T", "author": [{"literal": "Ada"}], "DOI": "10.1000/abc"}
    for body, found in (
        (json.dumps([item]), 1),
        (json.dumps([item, item], indent=2), 2),
        (json.dumps(item), 1),
        (json.dumps(item, indent=2), 1),
        (line(1), 1),
        (line(1) + line(2), 2),
        ("{bad\n" + line(2), 1),
        ("[]", 0),
    ):
        path.write_text(mark + body, encoding="utf-8")
        assert len([item for item in read(path) if isinstance(item, Parsed)]) == found, body


def test_progress_is_told_in_bytes_of_the_files_as_they_are(tmp_path: Path) -> None:
    first = tmp_path / "a.jsonl.gz"
    first.write_bytes(gzip.compress("".join(map(line, range(100))).encode()))
    second = lines(tmp_path, "b.jsonl", 1)
    with Http() as http:
        pages = list(File(page_records=40).pages(span(first, second), http, ""))
    total = first.stat().st_size + second.stat().st_size
    assert [page.total for page in pages] == [total] * 4
    assert [page.done for page in pages][-2:] == [first.stat().st_size, total]
    assert [page.first for page in pages] == [1, 41, 81, 1]


@pytest.mark.shared
def test_real_papers_are_read_with_very_few_bad(shared: Path) -> None:
    source = File()
    good = bad = 0
    with Http() as http:
        for page in source.pages(span(shared / "corpus.jsonl.zst"), http, ""):
            found = list(source.parse(page))
            good += sum(isinstance(item, Parsed) for item in found)
            bad += sum(isinstance(item, Bad) for item in found)
            if good > 20_000:
                break
    assert bad < good / 1_000
