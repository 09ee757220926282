"""One paper is looked up by its name: at the right source, within bounds, with words for every failure."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from dailypapers.catalogue import pasted
from dailypapers.catalogue.records import Authority, PaperRecord
from dailypapers.ingest import connection, looking_up
from dailypapers.ingest.addresses import CheckedTransport
from dailypapers.ingest.http import Http
from dailypapers.ingest.looking_up import NotFound, Slow, look_up, looked_up
from tests.ingest.test_addresses import Names, port_of
from tests.origins.acl import AclOrigin
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.origins.biorxiv import BioRxivOrigin, posting
from tests.origins.crossref import CrossrefOrigin
from tests.origins.crossref import work as crossref_work
from tests.origins.openalex import OpenAlexOrigin
from tests.origins.openalex import work as openalex_work
from tests.origins.openreview import OpenReviewOrigin, note
from tests.origins.origin import NOT_FOUND, Answer, Fault, Origin

PAGES = Path(__file__).parent / "pages"
COLLECTION = Path(__file__).parent / "sources" / "acl" / "collection.2024.acl.xml"
DAY = date(2026, 4, 15)


class Web(Origin):
    """Pages of anybody's."""

    def __init__(self) -> None:
        super().__init__()
        self.pages = {f"/{path.name}": path.read_bytes() for path in PAGES.iterdir()}
        self.moved: dict[str, str] = {}

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path in self.moved:
            return Answer(b"", "text/html", 302, {"Location": self.moved[path]})
        if path not in self.pages:
            return NOT_FOUND
        return Answer(self.pages[path], "text/html; charset=utf-8")


class World:
    """All sources, and the web."""

    def __init__(self) -> None:
        paper = AnnouncedPaper("2604.04913", "Leaves, Counted", ("Ada Lovelace", "Charles Babbage"), DAY)
        self.arxiv = ArxivOrigin([paper])
        self.arxiv.announce(DAY)
        self.crossref = CrossrefOrigin([crossref_work("10.1234/c1")])
        self.openalex = OpenAlexOrigin([openalex_work(4242, "2026-04-07")])
        self.acl = AclOrigin({"2024.acl": COLLECTION.read_bytes()})
        self.biorxiv = BioRxivOrigin([posting("10.1101/2026.04.02.123456", "2026-04-02")])
        self.openreview = OpenReviewOrigin([note("aVh9KRZdRk")])
        self.web = Web()

    @property
    def origins(self) -> dict[str, Origin]:
        return {name: one for name, one in vars(self).items() if isinstance(one, Origin)}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = World()
    monkeypatch.setattr(connection, "IMPATIENT", connection.IMPATIENT | {"wait": 0.001})
    with ExitStack() as stack:
        for name, origin in world.origins.items():
            stack.enter_context(origin)
            monkeypatch.setenv(f"DAILYPAPERS_SOURCE_{name.upper()}_BASE_URL", origin.url)
        here = f"127.0.0.1:{port_of(world.web)}"
        monkeypatch.setattr(
            looking_up,
            "any_page",
            lambda: Http(attempts=1, timeout=2.0, transport=CheckedTransport(allowed=[here])),
        )
        yield world


def found(text: str) -> PaperRecord:
    return look_up(pasted.read(text))


@pytest.mark.parametrize(
    ("text", "source", "title"),
    [
        ("https://arxiv.org/abs/2604.04913v1", "arxiv", "Leaves, Counted"),
        ("https://huggingface.co/papers/2604.04913", "arxiv", "Leaves, Counted"),
        ("10.1234/c1", "crossref", "What is registered as 10.1234/c1"),
        (
            "https://publisher.example.org/article/10.1234/c1/full",
            "crossref",
            "What is registered as 10.1234/c1",
        ),
        ("10.1234/w4242", "openalex", "What work 4242 is about"),
        ("https://openreview.net/pdf?id=aVh9KRZdRk", "openreview", "What was submitted as aVh9KRZdRk"),
        ("https://openalex.org/W4242", "openalex", "What work 4242 is about"),
        (
            "https://aclanthology.org/2024.acl-long.3/",
            "acl",
            "MAGE: Machine-generated Text Detection in the Wild",
        ),
        ("https://www.biorxiv.org/content/10.1101/2026.04.02.123456v1", "biorxiv", None),
    ],
)
def test_a_paper_is_asked_for_at_the_source_that_knows_it_best(
    world: World, text: str, source: str, title: str | None
) -> None:
    record = found(text)
    assert record.source == source
    assert title is None or record.title == title
    identifier = pasted.read(text).identifier
    assert identifier in record.identifiers


def test_a_second_look_asks_nobody(world: World) -> None:
    assert looked_up(pasted.read("2604.04913")) is None
    first = found("2604.04913")
    asked = len(world.arxiv.asked)
    assert asked == 1, "one request of arXiv's patience"
    assert found("arXiv:2604.04913v1") == first == looked_up(pasted.read("2604.04913"))
    assert len(world.arxiv.asked) == asked


def test_what_oai_does_not_have_yet_comes_from_the_query_api(world: World) -> None:
    world.arxiv.unlisted.add("2604.04913")
    assert found("2604.04913").title == "Leaves, Counted"
    assert [path.partition("?")[0] for path in world.arxiv.asked] == ["/oai", "/api/query"]


def test_a_source_that_is_down_is_stood_in_for_by_another(world: World) -> None:
    world.arxiv.fail(*[Fault.BROKEN] * 8)
    world.openalex.works.append(
        openalex_work(50505, "2026-04-14", doi="https://doi.org/10.48550/arxiv.2604.04913")
    )
    assert found("2604.04913").source == "openalex"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2604.99999", "No source knows arxiv 2604.99999"),
        ("10.1234/nothing", "We could not find doi 10.1234/nothing now: doi.org could not be read"),
        ("2024.acl-long.999", "No source knows acl"),
        ("2099.acl-long.1", "No source knows acl"),
    ],
)
def test_a_name_that_nobody_knows_is_told_so(world: World, text: str, words: str) -> None:
    with pytest.raises(NotFound, match=words):
        found(text)
    with pytest.raises(NotFound, match=words):
        looked_up(pasted.read(text))


@pytest.mark.parametrize(
    "fault", [Fault.TOO_MANY, Fault.BROKEN, Fault.CUT, Fault.HALF, Fault.NONSENSE, Fault.EMPTY]
)
def test_a_source_that_fails_is_told_so_and_asked_again_by_the_next_try(world: World, fault: Fault) -> None:
    world.arxiv.fail(*[fault] * 12)
    with pytest.raises(NotFound, match=r"arXiv did not answer as it should\. Try again"):
        found("2604.04913")
    world.arxiv.faults.clear()
    assert found("2604.04913").source == "arxiv"


def test_a_page_without_identifiers_speaks_for_itself(world: World) -> None:
    record = found(f"{world.web.url}/conference.html")
    assert (record.source, record.authority) == ("page", Authority.COMMUNITY)
    assert record.title == "Counting Leaves Fairly"
    assert [one.scheme for one in record.identifiers] == ["local"]


def test_a_page_is_named_by_where_it_is_not_by_what_leads_there(world: World) -> None:
    world.web.moved["/short"] = f"{world.web.url}/conference.html"
    record = found(f"{world.web.url}/short")
    assert [str(one) for one in record.identifiers] == ["local:127.0.0.1/conference.html"]
    assert record.links[0].url == f"{world.web.url}/conference.html"


def test_an_identifier_that_a_page_names_is_asked_for_at_its_source(world: World) -> None:
    world.web.pages["/x"] = (
        b'<meta name="citation_arxiv_id" content="2604.04913"><meta name="citation_title" content="Lies">'
    )
    assert found(f"{world.web.url}/x").title == "Leaves, Counted"


def test_nobodys_page_takes_the_name_of_a_paper(world: World) -> None:
    record = found(f"{world.web.url}/publisher.html")
    assert record.title == "Weaving by Numbers"
    assert [one.scheme for one in record.identifiers] == ["local"], "no source vouches for its DOI"


def test_the_page_to_which_a_doi_leads_may_speak_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_up, "url_of", lambda identifier: f"{world.web.url}/to/{identifier.value}")
    world.web.moved["/to/10.1234/w77"] = f"{world.web.url}/publisher.html"
    record = found("10.1234/w77")
    assert [str(one) for one in record.identifiers] == ["doi:10.1234/w77"]
    assert record.title == "Weaving by Numbers"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "There is nothing at this address of 127.0.0.1"),
        ("/shop", "names no paper that can be looked up. Write its arXiv number or its DOI"),
        ("/pdf", "is not a web page"),
        ("/large", "too large for a page"),
    ],
)
def test_a_page_that_is_of_no_use_is_told_why(world: World, path: str, words: str) -> None:
    world.web.pages |= {
        "/shop": b"<html><title>Shoes</title></html>",
        "/pdf": b"%PDF-1.7",
        "/large": b"<" * (4 * 2**20 + 1),
    }
    with pytest.raises(NotFound, match=words):
        found(f"{world.web.url}{path}")


def test_no_page_of_our_own_network_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_up, "any_page", connection.any_page)
    Names(monkeypatch, inner_example=[["10.0.0.1"]], rebound_example=[["1.1.1.1"], ["127.0.0.1"]])
    for url in (
        f"{world.web.url}/conference.html",
        f"http://localhost:{port_of(world.web)}/conference.html",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/x",
        "http://0x7f000001/x",
        "https://inner.example/x",
        "https://user:secret@inner.example/x",
    ):
        with pytest.raises(NotFound, match=r"is not a public web address|does not answer"):
            found(url)
    assert world.web.asked == []


def test_a_page_that_leads_into_our_own_network_is_not_followed(world: World) -> None:
    with Web() as inner:
        world.web.moved["/in"] = f"{inner.url}/conference.html"
        with pytest.raises(NotFound, match="is not a public web address"):
            found(f"{world.web.url}/in")
        assert inner.asked == []


def test_a_slow_source_is_waited_for_behind_whoever_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_up, "PATIENCE", 0.05)
    let_go = threading.Event()
    answer = world.arxiv.answer

    def slowly(path: str, query: dict[str, str]) -> Answer:
        let_go.wait(5)
        return answer(path, query)

    monkeypatch.setattr(world.arxiv, "answer", slowly)
    for _ in range(3):
        with pytest.raises(Slow):
            found("2604.04913")
    with pytest.raises(Slow):
        looked_up(pasted.read("2604.04913"))
    let_go.set()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            record = looked_up(pasted.read("2604.04913"))
            break
        except Slow:
            time.sleep(0.02)
    assert record is not None
    assert record.title == "Leaves, Counted"
    assert len(world.arxiv.asked) == 1, "however often somebody looks"


def test_a_process_looks_up_a_few_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_up, "_room", threading.BoundedSemaphore(1))
    assert looking_up._room.acquire(blocking=False)
    with pytest.raises(NotFound, match="Many papers are being looked up"):
        found("2604.04913")
    looking_up._room.release()
    assert found("2604.04913").source == "arxiv"


def test_a_mistake_of_ours_is_logged_and_told(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(looking_up, "find", lambda _: 1 / 0)
    with pytest.raises(NotFound, match="Something went wrong here"):
        found("2604.04913")
    assert "ZeroDivisionError" in caplog.text
