"""Bad input through the real command: the good is taken, the bad kept aside and told, nothing is broken."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import zstandard
from django.test import Client

from dailypapers.ingest.http import Http
from dailypapers.ingest.run import harvest
from dailypapers.ingest.source import Span
from dailypapers.ingest.sources.file import SOURCE
from tests.homes import with_tables
from tests.ingest.commands import Ended, held, kept_aside, line, orphans, paper, rows, run
from tests.ingest.sources.bodies import FOLDER
from tests.origins.acl import AclOrigin

MEGABYTE = 1_000_000
SOME_REJECTED, FAILED = 3, 1
ZSTD = zstandard.ZstdCompressor().compress
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)><p onclick='alert(3)'>We <b>study</b> it.</p>"
    "<iframe srcdoc='&lt;script&gt;'></iframe> [x](javascript:alert(4)) $\\href{javascript:alert(5)}{y}$ "
    '<!ENTITY lol "lol"> \x1b[31m \x00 </article></html>'
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE collection [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + ']><collection id="P19"><volume id="1"><paper id="1"><title>&j;</title></paper></volume></collection>'
).encode()


def ingest(home: Path, path: Path) -> Ended:
    with_tables(home)
    return run(home, "ingest", "file", str(path))


def handles(*numbers: int) -> list[str]:
    return [f"2604.{number:05}" for number in numbers]


def nothing_is_half_written(home: Path) -> bool:
    (state,) = rows(home, "SELECT state FROM ingest_harvest")
    return rows(home, "PRAGMA integrity_check") == [("ok",)] and orphans(home) == 0 and state[0] != "running"


def test_every_bad_line_is_kept_aside_with_its_reason_and_the_good_ones_are_taken(
    home: Path, tmp_path: Path
) -> None:
    bad: list[tuple[str | bytes, str]] = [
        ("{broken\n", "not JSON"),
        (line(1)[:-30] + "\n", "not JSON"),
        ("[1, 2]\n", "not a JSON object"),
        (line(2, id=...), "no id"),
        (line(2, id="two words"), "id 'two words' cannot be used"),
        (line(2).encode().replace(b"study", b"stud\xff"), "not UTF-8: byte 0xff"),
        (line(2).encode().decode().encode("utf-16"), "not UTF-8: byte 0xff at position 1"),
        (line(2, date="20260-01-01"), "date '20260-01-01' is not YYYY-MM-DD"),
        (line(2, date="2026-13-01"), "there is no date '2026-13-01'"),
        (line(2, title="T" * 10_000), "title of 10000 characters (at most 2000)"),
        (line(2, title=" \x00 "), "no title"),
        (line(2, abstract="a" * 60_000), "abstract of 60000 characters"),
        (line(2, authors="Ada"), "authors is text, not a list"),
        (line(1, abstract="Other words."), "same identifier as line 1 with different text: arxiv:2604.00001"),
        ("[" * 100_000 + "\n", "not JSON"),
        ("\x1b[31mred\n", "not JSON"),
    ]
    path = tmp_path / "papers.jsonl"
    body = line(1).encode()
    expected = {}
    number = 1
    for place, (written, why) in enumerate(bad):
        data = written.encode() if isinstance(written, str) else written
        expected[f"papers.jsonl line {number + 1}"] = why
        number += data.count(b"\n")
        if place == 6:  # UTF-16 has no line ends of one byte: the next line begins with the other half
            expected[f"papers.jsonl line {number + 1}"] = "not JSON"
            data += b"\n"
            number += 1
        body += data + line(100 + place).encode()
        number += 1
    path.write_bytes(body)
    ended = ingest(home, path)
    assert ended.code == SOME_REJECTED
    assert f"{len(bad) + 1} new" in ended.output
    assert f"{len(expected)} rejected" in ended.output
    assert "`dailypapers ingest rejected` says which were not taken, and why." in ended.output
    told = kept_aside(home)
    assert told.keys() == expected.keys()
    for place_told, why in expected.items():
        assert why in told[place_told]
    assert held(home) == handles(1, *range(100, 100 + len(bad)))
    assert nothing_is_half_written(home)
    again = ingest(home, path)
    assert again.code == SOME_REJECTED
    assert f"0 new, 0 updated, {len(bad) + 1} unchanged" in again.output
    assert kept_aside(home) == told


FORMATS = {
    "a.bib": (
        b"@misc{a, title={One}, doi={10.1000/1}}\n@misc{b, title={Never closed,\n@misc{c, title={N\xff}}\n"
        b"@misc{d, title={Wrong year}, year={20260}}\n@misc{e, title={" + b"T" * 10_000 + b"}}\n"
        b"@misc{a, title={Other words}, doi={10.1000/1}}\n@misc{f, title={Two}, doi={10.1000/2}}\n",
        {"2": "not BibTeX", "3": "not UTF-8", "4": "year '20260'", "5": "title of",
         "6": "same identifier as line 1"},
    ),
    "a.ris": (
        b"TY  - JOUR\nID  - a\nTI  - One\nDO  - 10.1000/1\nER  -\nTY  - JOUR\nTI  - No end\n"
        b"TY  - JOUR\nTI  - N\xff\nER  -\nTY  - JOUR\nTI  - Wrong year\nPY  - 20260\nER  -\n"
        b"TY  - JOUR\nTI  - " + b"T" * 10_000 + b"\nER  -\nTY  - JOUR\nID  - a\nTI  - Other words\nER  -\n"
        b"TY  - JOUR\nTI  - Two\nDO  - 10.1000/2\nER  -\n",
        {"6": "no ER line", "8": "not UTF-8", "11": "no date '20260'", "15": "title of",
         "18": "same identifier as line 1"},
    ),
    "a.json": (
        b'[{"id": "a", "title": "One", "DOI": "10.1000/1"}, {"title": Broken}, {"title": "N\xff"},\n'
        b'{"title": "Wrong year", "issued": {"date-parts": [[20260, 1, 1]]}},\n'
        b'{"title": "' + b"T" * 10_000 + b'"},\n'
        b'{"id": "a", "title": "Other words"}, {"title": "Two", "DOI": "10.1000/2"}]',
        {"2": "not JSON", "3": "not UTF-8", "4": "no date '20260-01-01'", "5": "title of",
         "6": "same identifier as item 1"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_the_other_formats_are_as_forgiving(home: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    body, expected = FORMATS[name]
    path.write_bytes(body)
    ended = ingest(home, path)
    assert ended.code == SOME_REJECTED
    assert "2 new, 0 updated, 0 unchanged, 0 withdrawn, 5 rejected" in ended.output
    told = {place.split()[-1]: why for place, why in kept_aside(home).items()}
    assert told.keys() == expected.keys()
    for number, why in expected.items():
        assert why in told[number]
    assert held(home) == ["doi:10.1000/1", "doi:10.1000/2"]
    assert nothing_is_half_written(home)


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", ZSTD)])
def test_a_truncated_archive_gives_its_good_papers_and_the_whole_one_the_rest(
    home: Path, tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"papers.jsonl.{ending}"
    whole = pack("".join(map(line, range(5_000))).encode())
    path.write_bytes(whole[: len(whole) * 2 // 3])
    ended = ingest(home, path)
    assert ended.code == FAILED
    assert f"Stopped: {path}: the archive is cut off; what is good up to line" in ended.errors
    assert "get the file again and repeat the command" in ended.errors
    taken = held(home)
    assert 1_000 < len(taken) < 5_000
    assert taken == handles(*range(len(taken)))
    told = kept_aside(home)
    assert list(told) in ([], [f"papers.jsonl.{ending} line {len(taken) + 1}"])
    assert nothing_is_half_written(home)
    path.write_bytes(whole)
    assert ingest(home, path).code == 0
    assert held(home) == handles(*range(5_000))
    assert kept_aside(home) == {}


LONG = b"x" * (100 * MEGABYTE)


@pytest.mark.parametrize(
    ("name", "body", "place", "size"),
    [
        (
            "papers.jsonl",
            lambda: line(1).encode() + b'{"id": "2", "title": "' + LONG + b'"}\n' + line(2).encode(),
            "papers.jsonl line 2",
            "100,000,024",
        ),
        (
            "papers.jsonl.zst",
            lambda: ZSTD(line(1).encode() + LONG + b"\n" + line(2).encode()),
            "papers.jsonl.zst line 2",
            "100,000,000",
        ),
        (
            "papers.bib.gz",
            lambda: gzip.compress(
                b"@misc{a, title={A}, eprint={2604.00001}}\n@misc{b, title={" + LONG + b"}}\n"
                b"@misc{c, title={C}, eprint={2604.00002}}\n",
                1,
            ),
            "papers.bib.gz line 2",
            "100,000,018",
        ),
        (
            "papers.json",
            lambda: (
                b'[{"title": "A", "note": "arXiv:2604.00001"}, {"title": "' + LONG + b'"}, '
                b'{"title": "C", "note": "arXiv:2604.00002"}]'
            ),
            "papers.json item 2",
            "100,000,014",
        ),
    ],
    ids=["jsonl", "jsonl.zst", "bib.gz", "json"],
)
def test_a_line_of_100_megabytes_takes_little_memory(
    home: Path, tmp_path: Path, name: str, body: Callable[[], bytes], place: str, size: str
) -> None:
    small = tmp_path / "small.jsonl"
    small.write_text(line(3))
    usual = run(tmp_path / "other", "ingest", "file", str(small)).memory
    path = tmp_path / name
    path.write_bytes(body())
    ended = ingest(home, path)
    assert ended.code == SOME_REJECTED
    assert kept_aside(home) == {place: f"{size} bytes long (at most 4,194,304 are read)"}
    assert held(home) == handles(1, 2)
    assert ended.memory < usual + 100 * MEGABYTE
    assert nothing_is_half_written(home)


def test_an_xml_bomb_is_refused_and_what_came_before_it_is_held(home: Path) -> None:
    good = (FOLDER / "acl" / "collection.2024.acl.xml").read_bytes()
    with AclOrigin({"2024.acl": good, "P19": BOMB}) as origin:
        first = run(home, "ingest", "acl", "--set", "2024.acl", "--base-url", origin.url)
        assert first.code == 0
        ended = run(home, "ingest", "acl", "--set", "2024.acl,P19", "--base-url", origin.url)
    assert ended.code == FAILED
    assert "the XML has a DOCTYPE, which is refused" in ended.errors
    assert "The same command goes on from here." in ended.errors
    assert ended.memory < first.memory + 40 * MEGABYTE
    assert held(home) == ["acl:2024.acl-long.4", "doi:10.18653/v1/2024.acl-long.3"]
    assert orphans(home) == 0


def test_an_xml_bomb_in_a_file_is_no_file_of_papers_and_in_an_abstract_only_words(
    home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "bomb.xml"
    path.write_bytes(BOMB)
    ended = ingest(home, path)
    assert ended.code == FAILED
    assert "is of no kind that can be read" in ended.errors
    assert held(home) == []
    path = tmp_path / "papers.jsonl"
    path.write_text(line(1, abstract=BOMB.decode()))
    assert ingest(home, path).code == 0
    ((abstract,),) = rows(home, "SELECT abstract FROM catalogue_paper")
    assert abstract == BOMB.decode()


@pytest.mark.django_db
def test_an_abstract_full_of_html_and_scripts_is_taken_and_shown_as_harmless_words(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "papers.jsonl"
    words = {"abstract": HOSTILE, "title": "<script>alert(0)</script> " + HOSTILE, "comment": HOSTILE}
    more = {"venue": HOSTILE[:400], "authors": [HOSTILE[:200]], "keywords": [HOSTILE[:100]]}
    path.write_text(line(1, **words, **more))
    with Http() as http:
        result = harvest(SOURCE, Span(today=date(2026, 4, 16), paths=(str(path),)), http)
    assert (result.counts["new"], result.counts["rejected"]) == (1, 0)
    for address in ("/papers/2604.00001", "/papers?date=2026-04-02", "/"):
        response = client.get(address, follow=True)
        assert response.status_code == 200
        page = response.content.decode().lower()
        for bad in (
            "<script>alert",
            "<img src=x",
            "<p onclick",
            "<iframe",
            "<!entity",
            'href="javascript',
            "\x1b",
        ):
            assert bad not in page, address
        assert page.count("</html>") == 1


def test_the_words_of_a_rejected_record_cannot_order_a_terminal_about(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_text(
        "@misc{\x1b]0;gotcha\x07, title={One}, doi={10.1000/1}}\n"
        "@misc{\x1b]0;gotcha\x07, title={\x1b[2JTwo}, doi={10.1000/2}}\n"
    )
    assert ingest(home, path).code == SOME_REJECTED
    output = run(home, "ingest", "rejected").output
    assert "same identifier as line 1 with different text: ]0;gotcha" in output
    assert "\x1b" not in output
    assert "\x07" not in output


def test_a_file_is_taken_whatever_else_stands_in_its_lines(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    unknown = {f"field{number}": [{"a": None}] * number for number in range(20)}
    path.write_text(json.dumps(paper(1) | unknown) + "\r\n\r\n" + line(2, urls={}) + line(3).strip())
    assert ingest(home, path).code == 0
    assert held(home) == handles(1, 2, 3)
