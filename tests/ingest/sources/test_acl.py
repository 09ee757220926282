"""The ACL Anthology, from the bytes to what is held."""

import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import orjson
import pytest
import zstandard

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Authority, Link, Precision, Version, Withdrawal
from dailypapers.ingest.source import BadPage, Page, SourceFailure
from dailypapers.ingest.sources.acl import SOURCE, anthology_id
from tests.ingest.sources.bodies import FOLDER, bad, parsed
from tests.ingest.sources.harvesting import EVERY_FAULT, quick, span, take
from tests.origins.acl import AclOrigin
from tests.origins.origin import Fault

COLLECTIONS = {name: (FOLDER / "acl" / f"collection.{name}.xml").read_bytes() for name in ("2024.acl", "D19")}


def test_a_paper_is_read_with_its_names_and_month() -> None:
    record = parsed(SOURCE, "collection.2024.acl.xml")[0].record
    own = Identifier("acl", "2024.acl-long.3")
    assert record.identifiers == (own, Identifier("doi", "10.18653/v1/2024.acl-long.3"))
    assert record.authority is Authority.PUBLISHER
    assert record.title == "MAGE: Machine-generated Text Detection in the Wild"
    assert record.abstract == (
        "Texts of machines are told from texts of people in the wild, with an error below 2$\\times$; "
        "see https://github.com/example/mage."
    )
    assert record.authors == (
        Author("Yafu Li", "Westlake University", "0000-0002-1825-0097"),
        Author("Qintong Li"),
    )
    assert (record.day, record.precision) == (date(2024, 8, 1), Precision.MONTH)
    assert [(one.day, one.announced, one.precision) for one in record.listed] == [
        (date(2024, 8, 1), True, Precision.MONTH)
    ]
    assert record.venue.startswith("Proceedings of the 62nd Annual Meeting")
    assert record.comment == "Outstanding Paper Award"
    assert record.version == 2
    assert record.versions == (Version(own, 1, None), Version(own, 2, date(2024, 9, 9)))
    assert record.links == (
        Link("pdf", "https://aclanthology.org/2024.acl-long.3.pdf"),
        Link("media", "https://aclanthology.org/2024.acl-long.3.mp4"),
    )


def test_a_retracted_paper_is_marked() -> None:
    record = parsed(SOURCE, "collection.2024.acl.xml")[1].record
    assert record.withdrawal == Withdrawal(date(2024, 10, 1), "It was meant for the non-archival track.")
    assert record.authors == (Author("Mononym"),)


def test_front_matter_is_no_paper_and_code_and_data_sets_are_linked() -> None:
    records = [item.record for item in parsed(SOURCE, "collection.D19.xml")]
    assert [record.identifiers[0].value for record in records] == ["D19-1001", "D19-5001"]
    assert records[0].links[1:] == (
        Link("code", "https://github.com/nec-research/bison"),
        Link("dataset", "https://paperswithcode.com/dataset/sharc"),
    )
    assert records[0].day == date(2019, 11, 1)
    assert (records[1].precision, records[1].listed) == (Precision.YEAR, ())


def test_a_number_that_makes_no_id_is_kept_aside() -> None:
    (one,) = bad(SOURCE, "collection.D19.xml")
    assert one.place == "acl D19 volume 50 paper 100"
    assert "no Anthology id" in one.reason


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("P19", "1", "1"), "P19-1001"),
        (("P19", "1", "0"), ""),
        (("W19", "1", "7"), "W19-0107"),
        (("W19", "63", "12"), "W19-6312"),
        (("D19", "3", "22"), "D19-3022"),
        (("D19", "50", "1"), "D19-5001"),
        (("C69", "1", "1"), "C69-0101"),
        (("J79", "1", "1000"), ""),
        (("2020.acl", "main", "7"), "2020.acl-main.7"),
        (("2020.acl", "main", "x"), ""),
        (("P19", "x", "1"), ""),
    ],
)
def test_ids_follow_the_rule_of_the_anthology(place: tuple[str, str, str], expected: str) -> None:
    assert anthology_id(*place) == expected


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("August", (8, Precision.MONTH)),
        ("July 28 - August 2", (7, Precision.MONTH)),
        ("November–December", (11, Precision.MONTH)),
        ("3-7 sept.", (9, Precision.MONTH)),
        ("6", (6, Precision.MONTH)),
        ("13", (1, Precision.YEAR)),
        ("Summer", (1, Precision.YEAR)),
        ("", (1, Precision.YEAR)),
    ],
)
def test_the_first_month_named_counts(month: str, expected: tuple[int, Precision]) -> None:
    body = COLLECTIONS["2024.acl"].replace(b"August", month.encode())
    item = next(iter(SOURCE.parse(Page(body, "", "acl 2024.acl", kind="collection"))))
    record = item.record  # type: ignore[union-attr]
    assert record.day is not None
    assert (record.day.month, record.precision) == expected


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><collection id="P19">&b;</collection>',
        b'<!DOCTYPE c SYSTEM "file:///etc/passwd"><collection id="P19"/>',
        b"<html><body>Not found</body></html>",
        b'<collection id="../x"/>',
        COLLECTIONS["D19"][:700],
        b"",
    ],
)
def test_a_page_that_is_no_collection_is_refused(body: bytes) -> None:
    with pytest.raises(BadPage):
        list(SOURCE.parse(Page(body, "", "acl P19", kind="collection")))


@pytest.mark.django_db
def test_collections_come_in_whole_and_a_second_harvest_changes_nothing() -> None:
    with AclOrigin(COLLECTIONS) as origin:
        asked = span(origin, chosen="2024.acl, D19")
        result = take(SOURCE, asked)
        assert origin.asked == ["/2024.acl.xml", "/D19.xml"]
        again = take(SOURCE, asked)
    assert (result.counts["new"], result.counts["rejected"], result.failure) == (4, 1, "")
    assert (again.counts["unchanged"], again.counts["updated"]) == (4, 0)
    assert Paper.objects.count() == 4


@pytest.mark.django_db
def test_an_interrupted_harvest_goes_on_with_the_next_collection() -> None:
    with AclOrigin(COLLECTIONS) as origin:
        origin.fail(Fault.NONE, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN)
        assert take(SOURCE, span(origin, chosen="2024.acl,D19")).failure
        origin.asked.clear()
        ended = take(SOURCE, span(origin, chosen="2024.acl,D19"))
        assert origin.asked == ["/D19.xml"]
    assert (ended.resumed, ended.counts["new"], ended.failure) == (True, 4, "")


@pytest.mark.django_db
@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_a_fault_on_the_way_costs_nothing(fault: Fault) -> None:
    with AclOrigin(COLLECTIONS) as origin:
        origin.fail(fault)
        result = take(SOURCE, span(origin, chosen="2024.acl"))
    assert (result.counts["new"], result.failure) == (2, "")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [("", "--set 2024.acl"), ("../../secret", "no collection"), ("P19-1001", "no collection")],
)
def test_a_set_that_names_no_collection_is_explained(chosen: str, said: str) -> None:
    with AclOrigin({}) as origin, quick() as http:
        with pytest.raises(SourceFailure, match=re.escape(said)):
            list(SOURCE.pages(span(origin, chosen=chosen), http, ""))
        assert origin.asked == []


def test_a_collection_that_is_not_there_is_named() -> None:
    with AclOrigin({}) as origin, quick() as http, pytest.raises(SourceFailure, match=r"'2099\.acl'"):
        list(SOURCE.pages(span(origin, chosen="2099.acl"), http, ""))


@pytest.mark.shared
def test_the_rule_makes_the_ids_of_the_real_anthology(shared: Path) -> None:
    """Each id is made again from volume and number, and each volume so found has one book title."""
    titles: dict[str, set[str]] = defaultdict(set)
    made = wrong = 0
    for line in zstandard.open(shared / "corpus.jsonl.zst", "rt", encoding="utf-8"):
        if '"acl:' not in line[:20]:
            continue
        row = orjson.loads(line)
        name = row["id"].removeprefix("acl:")
        if old := re.fullmatch(r"([A-Z]\d\d)-(\d{4})", name):
            collection, digits = old.groups()
            by_two = collection[0] == "W" or collection == "C69" or (collection == "D19" and digits >= "5")
            cut = 2 if by_two else 1
            assert anthology_id(collection, digits[:cut], digits[cut:]) == name
            titles[f"{collection}-{digits[:cut]}"].add(row["venue"])
        elif new := re.fullmatch(r"(\d{4}\.[a-z0-9_]+)-([a-z0-9_]+)\.(\d+)", name):
            assert anthology_id(*new.groups()) == name
        else:
            # The snapshot numbers some workshops wrongly: its D19-50001 is D19-5001 in the Anthology.
            wrong += 1
            continue
        made += 1
    assert (made > 20_000, wrong) == (True, 577)
    assert [volume for volume, found in titles.items() if len(found) > 1] == []
