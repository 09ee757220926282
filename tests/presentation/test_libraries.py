"""Papers as files of reference managers: what is taken out is known again when it is brought in."""

import re

import orjson
import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from lxml import etree

from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.recognising import recognised
from dailypapers.catalogue.records import Author, PaperRecord
from dailypapers.ingest.file_formats.library import read_library
from dailypapers.presentation.addresses import address_of
from dailypapers.presentation.libraries import FORMATS, file_name, local_handle, written
from tests.catalogue.factories import few, records
from tests.papers import NOW, hold, named, record

pytestmark = pytest.mark.django_db

SITE = "https://papers.example.org"


def url(paper: PaperRecord) -> str:
    return SITE + address_of(paper.identifiers[0].handle)


def out(kind: str, *papers: Paper) -> bytes:
    return b"".join(written(kind, [one.pk for one in papers], url))


def known(data: bytes) -> list[int | None]:
    """The papers that a file is recognised to have, as the page that brings one in does."""
    library = read_library(data)
    assert (library.unreadable, library.cut) == ([], "")
    found = recognised(library.records)
    for at, one in enumerate(library.records):
        if found[at] is None and (handle := local_handle(one, f"{SITE}/papers/")):
            found[at] = Paper.objects.filter(handle=handle).values_list("pk", flat=True).first()
    return found


@settings(max_examples=15)
@given(some=few(records(), most=4))
def test_what_is_taken_out_is_known_again(some: tuple[PaperRecord, ...]) -> None:
    Paper.objects.all().delete()
    land(some, NOW)
    papers = list(Paper.objects.exclude(title="").order_by("pk"))
    for kind in FORMATS:
        if papers:
            assert known(out(kind, *papers)) == [one.pk for one in papers], kind


HARD = (
    r"On $\alpha$-{braces} & 50\% of \emph{them}: ``quoted'', 100_000 <i>tags</i> # @home",
    "Über große Zahlen – ein Überblick über vieles, 第二版",
    "]]> <!-- --> &amp; &#x202e; \u2028 a title that XML would not like",
    "TY  - JOUR ER  - a title that looks like RIS does",
    "@article{x, title={y}} is a title that looks like BibTeX does",
)


@pytest.mark.parametrize("kind", FORMATS)
def test_hard_titles_and_names_survive(kind: str) -> None:
    people = (Author("Gödel, Kurt"), Author("Ludwig van Beethoven"), Author("The ATLAS Collaboration & Co"))
    papers = hold(*(record(n, title=title, authors=people) for n, title in enumerate(HARD, 1)))
    assert known(out(kind, *papers)) == [one.pk for one in papers]


@pytest.mark.parametrize("kind", FORMATS)
def test_no_papers_are_a_good_file_too(kind: str) -> None:
    data = out(kind)
    if kind == "json":
        assert orjson.loads(data) == []
    if kind == "rdf":
        assert len(etree.fromstring(data)) == 0


def test_keys_are_unique_within_a_file() -> None:
    titles = [f"Heat of number {number:02} in plates" for number in range(30)]
    papers = hold(*(record(n, title=title) for n, title in enumerate(titles, 1)))
    keys = re.findall(r"@\w+\{([^,]+),", out("bib", *papers).decode())
    assert keys[:3] == ["lovelace2026heat", "lovelace2026heata", "lovelace2026heatb"]
    assert keys[27] == "lovelace2026heataa"
    assert len(set(keys)) == 30
    assert len(parse_string(out("bib", *papers).decode()).entries) == 30
    assert len({one["id"] for one in orjson.loads(out("json", *papers))}) == 30


def test_zotero_rdf_names_the_kind_the_people_and_the_address() -> None:
    (paper,) = hold(record(1, identifiers=(named("2604.00001"), named("10.1000/182")), venue="Nature"))
    root = etree.fromstring(out("rdf", paper))
    spaces = {prefix: space for prefix, space in root.nsmap.items() if prefix}
    assert root.xpath("//z:itemType/text()", namespaces=spaces) == ["journalArticle"]
    assert root.xpath("//foaf:surname/text()", namespaces=spaces) == ["Lovelace", "Babbage", "Somerville"]
    assert root.xpath("//bib:Journal/dc:title/text()", namespaces=spaces) == ["Nature"]
    assert "DOI 10.1000/182" in root.xpath("//dc:identifier/text()", namespaces=spaces)
    assert root.xpath("//dcterms:URI/rdf:value/text()", namespaces=spaces) == [
        "https://arxiv.org/abs/2604.00001"
    ]


def test_file_names_are_plain() -> None:
    assert file_name('Heat & "Plates"\r\n/../ü', "bib") == "heat-plates.bib"
    assert file_name("読む", "ris") == "papers.ris"
