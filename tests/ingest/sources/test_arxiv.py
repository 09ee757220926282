"""arXiv, from the bytes of its three protocols to what is held."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Identifier as Held
from dailypapers.catalogue.models import Listing, Paper
from dailypapers.catalogue.records import Authority, PaperRecord, Precision, checked
from dailypapers.ingest.coverage import reconcile
from dailypapers.ingest.models import Announcement, Coverage, Rejection
from dailypapers.ingest.run import take_pages
from dailypapers.ingest.source import Bad, BadPage, Page, Parsed, SourceFailure, Span
from dailypapers.ingest.sources import arxiv
from dailypapers.ingest.sources.arxiv import ARCHIVES, IDS_A_REQUEST, SOURCE
from tests.ingest.sources.bodies import parsed
from tests.ingest.sources.harvesting import EVERY_FAULT, quick, span, take
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.origins.origin import Fault

DAY = date(2026, 4, 15)
TODAY = "2026-04-15"


def paper(number: int, *categories: str, day: date = DAY, **more: str) -> AnnouncedPaper:
    name = f"2604.{number:05}"
    title = f"Finding number {number} of the loom"
    return AnnouncedPaper(name, title, ("Ada Lovelace",), day, categories or ("cs.CL",), **more)


PAPERS = [paper(1), paper(2, "hep-th", "cs.LG"), paper(3, "stat.ML"), paper(4, "physics.optics")]


@pytest.fixture
def origin() -> Iterator[ArxivOrigin]:
    with ArxivOrigin(PAPERS, page_size=3) as origin:
        origin.announce(DAY)
        yield origin


def following(origin: ArxivOrigin, *fields: str, today: date = DAY) -> Span:
    return Span(today=today, fields=fields, base_url=origin.url)


def pages_of(origin: ArxivOrigin, route: str, asked: Span, day: date = DAY) -> list[Page]:
    with quick() as http:
        return list(SOURCE.of_day(route, day, asked, http))


def told(pages: list[Page]) -> dict[str, PaperRecord]:
    found = [item for page in pages for item in SOURCE.parse(page)]
    return {item.record.identifiers[0].value: item.record for item in found if isinstance(item, Parsed)}


def read(kind: str, body: str | bytes, day: date | None = None) -> list[Parsed | Bad]:
    raw = body.encode() if isinstance(body, str) else body
    return list(SOURCE.parse(Page(raw, "", "a page", kind=kind, day=day)))


# What the three protocols say of a paper.


def test_an_entry_of_the_feed_announces_a_new_paper() -> None:
    record = parsed(SOURCE, "rss.2026-04-15.xml")[0].record
    own = Identifier("arxiv", "2604.10001")
    assert record.identifiers == (own, Identifier("doi", "10.1000/leaves.1"))
    assert record.authority is Authority.ARCHIVE
    assert record.title == "Counting the Leaves of Growing Trees"
    assert record.abstract == "We count leaves. Code is at https://github.com/example/leaves."
    assert [author.name for author in record.authors] == ["Ada Lovelace", "Charles Babbage"]
    assert (record.categories, record.version) == (("cs.DS", "math.CO"), 1)
    assert [(one.day, one.announced, one.estimated) for one in record.listed] == [(DAY, True, False)]
    assert (record.venue, record.licence) == (
        "Journal of Trees 4 (2026)",
        "http://creativecommons.org/licenses/by/4.0/",
    )
    assert [(link.kind, link.url) for link in record.links] == [
        ("pdf", "https://arxiv.org/pdf/2604.10001"),
        ("code", "https://github.com/example/leaves"),
    ]


def test_a_cross_list_of_a_first_version_is_announced_and_a_replacement_is_not() -> None:
    _, cross, replaced = (item.record for item in parsed(SOURCE, "rss.2026-04-15.xml"))
    assert [one.day for one in cross.listed] == [DAY]
    assert (replaced.listed, replaced.day, replaced.version) == ((), None, 3)


def test_an_oai_record_tells_affiliations_comment_and_day() -> None:
    record = parsed(SOURCE, "oai.xml")[0].record
    assert record.identifiers == (Identifier("arxiv", "2604.10001"), Identifier("doi", "10.1000/leaves.1"))
    assert [(one.name, one.affiliation) for one in record.authors] == [
        ("Ada Lovelace", "Analytical Society"),
        ("Charles Babbage", ""),
    ]
    assert (record.comment, record.version) == ("9 pages", 1)
    assert (record.day, record.precision) == (date(2026, 4, 13), Precision.DAY)
    assert [(one.day, one.estimated) for one in record.listed] == [(DAY, False)]


def test_an_old_number_and_a_withdrawal_by_the_author_are_read() -> None:
    record = parsed(SOURCE, "oai.xml")[1].record
    assert record.identifiers == (Identifier("arxiv", "hep-th/9901001"),)
    assert record.authors[0].name == "Mary Somerville Jr."
    assert record.withdrawal is not None
    assert "an error in Eq. 4" in record.withdrawal.reason
    assert [one.estimated for one in record.listed] == [True], (
        "a revision does not tell when it was announced"
    )


def test_a_deleted_record_is_a_withdrawal_without_words() -> None:
    record = parsed(SOURCE, "oai.xml")[2].record
    assert record.identifiers == (Identifier("arxiv", "2604.10002"),)
    assert (record.title, record.listed) == ("", ())
    assert record.withdrawal is not None
    assert (record.withdrawal.day, record.withdrawal.reason) == (DAY, "removed by arXiv")


def test_an_entry_of_the_query_api_is_a_paper_with_its_version() -> None:
    record = parsed(SOURCE, "api.xml")[0].record
    assert record.identifiers[0] == Identifier("arxiv", "2604.10001")
    assert record.version == 2
    # Submitted 14 seconds before the list of Monday closed.
    assert [(one.day, one.estimated) for one in record.listed] == [(date(2026, 4, 14), True)]
    assert (record.day, record.comment) == (date(2026, 4, 13), "10 pages")


@pytest.mark.parametrize(
    ("field", "dois"),
    [
        ("10.1103/a.1, 10.1103/a.2;10.1103/a.3", ["10.1103/a.1"]),
        ("10.1103/a.1;10.1103/a.2", ["10.1103/a.1"]),
        ("10.1103/a.1 10.1103/a.2", ["10.1103/a.1"]),
        ("10.1002/(SICI)49:8<693::AID-ASI4>3.0.CO;2-O", ["10.1002/(sici)49:8<693::aid-asi4>3.0.co;2-o"]),
        ("see the journal", []),
    ],
)  # fmt: skip
def test_the_first_of_several_dois_is_the_papers(field: str, dois: list[str]) -> None:
    entry = entry_of({"title": "T", "DOI": field})
    (item,) = read("rss", feed(entry), DAY)
    assert isinstance(item, Parsed)
    assert [name.value for name in item.record.identifiers[1:]] == dois


# What is not good.


@pytest.mark.parametrize("kind", ["rss", "api", "oai"])
@pytest.mark.parametrize("body", ["", "<html/>", "<feed>", "nonsense", "<!DOCTYPE feed><feed/>", "<x/>"])
def test_what_is_not_the_protocol_is_a_bad_page(kind: str, body: str) -> None:
    with pytest.raises(BadPage, match=r"^a page: "):
        read(kind, body)


def test_an_error_of_the_query_api_is_no_paper() -> None:
    error = (
        "<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>"
        "<summary>incorrect id format for abc</summary></entry>"
    )
    assert read("api", feed(error)) == []


def test_a_bad_entry_is_kept_aside_and_costs_no_other() -> None:
    entries = [entry_of({"title": "T", "id": ""}), entry_of({"title": ""}), entry_of({"title": "Good"})]
    nameless, untitled, good = read("rss", feed(*entries), DAY)
    assert isinstance(nameless, Bad)
    assert isinstance(untitled, Bad)
    assert isinstance(good, Parsed)
    assert (nameless.place, nameless.identifier) == ("a page entry 1", None)
    assert "no arXiv number" in nameless.reason
    assert (untitled.place, untitled.reason) == ("a page oai:arXiv.org:2604.00001v1", "no title")
    assert untitled.identifier == Identifier("arxiv", "2604.00001"), "it was announced, and is not held"


def test_several_bad_records_without_a_name_are_several() -> None:
    with_header = "<record><header/><metadata/></record>"
    items = read("oai", oai(with_header, with_header, "<record/>"))
    assert len({item.place for item in items}) == 3


def test_an_endless_name_is_told_shortly() -> None:
    (item,) = read("rss", feed(entry_of({"title": "T", "id": "x" * 100_000})), DAY)
    assert isinstance(item, Bad)
    assert len(item.place + item.reason + item.excerpt) < 1_000


# What is asked, and of whom.


def test_the_day_is_told_by_the_feeds_of_the_fields_that_are_followed(origin: ArxivOrigin) -> None:
    records = told(pages_of(origin, "rss", following(origin, "cs", "stat.ML")))
    assert origin.asked == ["/atom/cs", "/atom/stat.ML"]
    assert sorted(records) == ["2604.00001", "2604.00002", "2604.00003"]
    assert all(one.listed[0].day == DAY for one in records.values()), "new ones and cross-lists alike"


def test_without_fields_every_archive_is_asked(origin: ArxivOrigin) -> None:
    records = told(pages_of(origin, "rss", following(origin)))
    assert origin.asked == [f"/atom/{archive}" for archive in ARCHIVES]
    assert sorted(records) == [one.number for one in PAPERS]
    origin.asked.clear()
    pages_of(origin, "oai", following(origin))
    assert not any("set=" in one for one in origin.asked)


@pytest.mark.parametrize(
    ("chosen", "feeds", "oai_set", "numbers"),
    [
        ("cs", ["cs"], "cs", "12"),
        ("physics:hep-th", ["hep-th"], "physics:hep-th", "2"),
        ("hep-th", ["hep-th"], "physics:hep-th", "2"),
        ("cs:cs:LG", ["cs.LG"], "cs:cs:LG", "2"),
        ("cs.LG", ["cs.LG"], "cs:cs:LG", "2"),
        ("physics.optics", ["physics.optics"], "physics:physics:optics", "4"),
        ("physics:physics", ["physics"], "physics:physics", "4"),
    ],
)
def test_a_set_names_the_same_part_in_every_protocol(
    origin: ArxivOrigin, chosen: str, feeds: list[str], oai_set: str, numbers: str
) -> None:
    asked = span(origin, chosen=chosen, today=TODAY)
    by_feed = told(pages_of(origin, "rss", asked))
    assert origin.asked == [f"/atom/{feed}" for feed in feeds]
    by_list = told(pages_of(origin, "oai", asked))
    assert f"set={oai_set.replace(':', '%3A')}" in origin.asked[-1]
    assert sorted(by_feed) == sorted(by_list) == [f"2604.0000{number}" for number in numbers]


def test_the_set_physics_is_all_of_physics_and_the_field_physics_its_archive(origin: ArxivOrigin) -> None:
    both = ["2604.00002", "2604.00004"]
    for route in ("rss", "oai"):
        assert sorted(told(pages_of(origin, route, span(origin, chosen="physics", today=TODAY)))) == both
        assert sorted(told(pages_of(origin, route, following(origin, "physics")))) == both[1:]


def test_a_day_gone_by_is_not_in_the_feed(origin: ArxivOrigin) -> None:
    asked = following(origin, "cs", today=DAY + timedelta(days=1))
    assert pages_of(origin, "rss", asked) == []
    assert origin.asked == []


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2026-04-15T00:00:00-04:00", DAY),
        ("2026-04-15T04:00:11.600500+00:00", DAY),
        ("2026-04-15T03:59:59+00:00", DAY - timedelta(days=1)),
        ("2026-01-15T05:00:11+00:00", date(2026, 1, 15)),
        ("soon", None),
        ("", None),
    ],
)
def test_a_feed_is_of_the_day_in_new_york_that_it_says(stamp: str, day: date | None) -> None:
    entry = entry_of({"title": "T", "published": stamp})
    assert arxiv._feed_day(etree.fromstring(feed(entry))) == day
    assert arxiv._feed_day(etree.fromstring(feed(f"<updated>{stamp}</updated>"))) == day


def test_feeds_of_another_day_cannot_tell(origin: ArxivOrigin) -> None:
    origin.stale = {"cs", "stat"}
    assert pages_of(origin, "rss", following(origin, "cs", "stat")) == []


def test_one_feed_of_another_day_among_others_is_a_failure_not_a_whole_day(origin: ArxivOrigin) -> None:
    origin.stale = {"stat"}
    with pytest.raises(SourceFailure, match=r"/atom/stat: the feed is of 2026-04-14, those before it of"):
        pages_of(origin, "rss", following(origin, "cs", "stat"))


@pytest.mark.parametrize("kind", ["new", "none"])
def test_a_feed_that_arxiv_cut_off_is_no_whole_day(
    origin: ArxivOrigin, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(arxiv, "MOST_IN_A_FEED", 2 if kind == "new" else 3)
    asked = following(origin, "cs")
    if kind == "none":
        assert len(pages_of(origin, "rss", asked)) == 1
        return
    with pytest.raises(SourceFailure, match="where arXiv cuts it off"):
        pages_of(origin, "rss", asked)


def test_single_papers_are_asked_for_a_hundred_at_a_time(origin: ArxivOrigin) -> None:
    wanted = [Identifier("arxiv", f"2604.{number:05}") for number in range(1, 2 * IDS_A_REQUEST + 1)]
    with quick() as http:
        pages = list(SOURCE.by_identifier([*wanted, Identifier("doi", "10.1/x")], span(origin), http))
    assert len(pages) == len(origin.asked) == 2
    assert sorted(told(pages)) == [one.number for one in PAPERS], "those it does not know are left out"


@pytest.mark.parametrize("fault", [Fault.NONSENSE, Fault.EMPTY, Fault.HALF_SAID_WHOLE, Fault.CUT])
@pytest.mark.parametrize("route", ["rss", "oai"])
def test_a_page_that_cannot_be_read_is_asked_for_three_times(
    origin: ArxivOrigin, route: str, fault: Fault
) -> None:
    origin.fail(fault, fault)
    assert sorted(told(pages_of(origin, route, following(origin, "cs")))) == ["2604.00001", "2604.00002"]


# What is held afterwards.


@pytest.mark.django_db
@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_a_fault_on_the_way_costs_nothing(origin: ArxivOrigin, fault: Fault) -> None:
    origin.fail(Fault.NONE, fault, fault)
    result = take(SOURCE, span(origin, TODAY, today=TODAY))
    assert (result.counts["new"], result.failure) == (4, "")


@pytest.mark.django_db
def test_the_three_protocols_tell_of_one_paper(origin: ArxivOrigin) -> None:
    asked = following(origin)
    names = [Identifier("arxiv", one.number) for one in PAPERS]
    with quick() as http:
        by_feed = take_pages(SOURCE, SOURCE.of_day("rss", DAY, asked, http))
        by_list = take_pages(SOURCE, SOURCE.of_day("oai", DAY, asked, http))
        by_name = take_pages(SOURCE, SOURCE.by_identifier(names, asked, http))
    assert [one.counts["new"] for one in (by_feed, by_list, by_name)] == [4, 0, 0]
    counts = Counter(Held.objects.filter(scheme="arxiv").values_list("value", flat=True))
    assert counts == Counter(one.number for one in PAPERS)
    assert Paper.objects.count() == len(PAPERS)


@pytest.mark.django_db
def test_a_replacement_updates_the_paper_and_leaves_its_day(origin: ArxivOrigin) -> None:
    later = DAY + timedelta(days=6)
    asked = following(origin, "cs")
    with quick() as http:
        reconcile(SOURCE, DAY, asked, http)
        origin.revised["2604.00001"] = later
        origin.announce(later)
        row = reconcile(SOURCE, later, following(origin, "cs", today=later), http)
    assert row.announced == 0, "a replacement is no announcement"
    assert Listing.objects.get(paper__handle="2604.00001").day == DAY
    assert Paper.objects.get(handle="2604.00001").version == 2


@pytest.mark.django_db
def test_a_paper_that_arxiv_removed_is_marked_and_keeps_its_words(origin: ArxivOrigin) -> None:
    take(SOURCE, span(origin, TODAY, today=TODAY))
    origin.taken_down["2604.00003"] = DAY + timedelta(days=1)
    origin.announce(DAY + timedelta(days=1))
    result = take(SOURCE, span(origin, "2026-04-16", today="2026-04-16"))
    removed = Paper.objects.get(handle="2604.00003")
    assert result.counts["withdrawn"] == 1
    assert removed.withdrawn
    assert removed.title == "Finding number 3 of the loom"


@pytest.mark.django_db
def test_a_paper_removed_before_it_was_held_is_missed_by_nobody(origin: ArxivOrigin) -> None:
    Announcement.objects.create(source="arxiv", day=DAY, scheme="arxiv", value="2604.00003")
    origin.taken_down["2604.00003"] = DAY
    with quick() as http:
        row = reconcile(SOURCE, DAY, following(origin, today=DAY + timedelta(days=1)), http)
    assert (row.state, row.announced, row.held) == (Coverage.State.COMPLETE, 3, 3)


@pytest.mark.django_db
def test_an_authors_withdrawal_is_told(origin: ArxivOrigin) -> None:
    withdrawn = paper(9, comment="This paper has been withdrawn by the author: the loom was not warped")
    with ArxivOrigin([withdrawn]) as other:
        other.announce(DAY)
        assert take(SOURCE, span(other, TODAY, today=TODAY)).counts["withdrawn"] == 1


@pytest.mark.django_db
def test_an_interrupted_harvest_goes_on_in_the_set_where_it_stopped(origin: ArxivOrigin) -> None:
    asked = Span(today=DAY, since=DAY, fields=("cs", "hep-th", "stat"), base_url=origin.url)
    origin.fail(Fault.NONE, Fault.NONE, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN)
    assert take(SOURCE, asked).failure
    origin.asked.clear()
    ended = take(SOURCE, asked)
    assert (ended.resumed, ended.failure, Paper.objects.count()) == (True, "", 3)
    assert [re.findall(r"set=([^&]+)", one) for one in origin.asked] == [["physics%3Ahep-th"], ["stat"]]


@pytest.mark.django_db
def test_a_harvest_that_stopped_for_longer_than_its_token_lives_starts_anew(origin: ArxivOrigin) -> None:
    asked = span(origin, TODAY, today=TODAY)
    origin.fail(Fault.NONE, Fault.BROKEN, Fault.BROKEN, Fault.BROKEN)
    assert take(SOURCE, asked).failure
    origin.forget()
    ended = take(SOURCE, asked)
    assert (ended.resumed, ended.failure, Paper.objects.count()) == (True, "", 4)


@pytest.mark.django_db
def test_what_was_kept_aside_says_where_it_stood(origin: ArxivOrigin) -> None:
    with ArxivOrigin([paper(1), AnnouncedPaper("2604.00002", "", ("A",), DAY)]) as other:
        other.announce(DAY)
        assert take(SOURCE, span(other, TODAY, TODAY, today=TODAY)).counts["rejected"] == 1
    row = Rejection.objects.get()
    assert row.place.endswith("oai:arXiv.org:2604.00002")
    assert (row.reason, row.identifier) == ("no title", "arxiv:2604.00002")


# Whatever comes.


def feed(*entries: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/">{"".join(entries)}</feed>'
    )


def oai(*records: str) -> str:
    return f"<OAI-PMH><ListRecords>{''.join(records)}</ListRecords></OAI-PMH>"


def element(name: str, text: str = "", *inside: etree._Element) -> etree._Element:
    made = etree.Element(name)
    made.text = text or None
    made.extend(inside)
    return made


def entry_of(fields: dict[str, str]) -> str:
    usual = {"id": "oai:arXiv.org:2604.00001v1", "announce_type": "new"}
    inside = (element(name, text) for name, text in (usual | fields).items())
    return etree.tostring(element("entry", "", *inside), encoding="unicode")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=60)
MONTH = r"[0-9]{2}(0[1-9]|1[0-2])"
NUMBERS = st.from_regex(rf"{MONTH}\.[0-9]{{5}}|[a-z]{{2}}-[a-z]{{2}}/{MONTH}[0-9]{{3}}", fullmatch=True)
SOME_DAYS = st.dates(date(1991, 8, 14), date(2199, 12, 31))
ANYTHING = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
)


@st.composite
def good_bodies(draw: st.DrawFn) -> tuple[str, str]:
    """A page of one protocol with one paper of whatever words, numbers and days."""
    kind = draw(st.sampled_from(["rss", "oai", "api"]))
    number, title = draw(NUMBERS), draw(WORDS)
    day, later = draw(SOME_DAYS).isoformat(), draw(SOME_DAYS).isoformat()
    words = {name: draw(WORDS) for name in ("summary", "doi", "creator", "comment", "rights")}
    if kind == "oai":
        names = [element("keyname", draw(WORDS)), element("forenames", draw(WORDS))]
        metadata = element(
            "arXiv",
            "",
            element("id", number),
            element("created", day),
            *[element("updated", later)][: draw(st.integers(0, 1))],
            element("title", title),
            element("authors", "", element("author", "", *names)),
            element("abstract", words["summary"]),
            element("comments", words["comment"]),
            element("doi", words["doi"]),
        )
        header = element("header", "", element("identifier", number), element("datestamp", later))
        record = element("record", "", header, element("metadata", "", metadata))
        return kind, oai(etree.tostring(record, encoding="unicode"))
    name = f"oai:arXiv.org:{number}v1" if kind == "rss" else f"http://arxiv.org/abs/{number}v2"
    stamps = {"published": f"{day}T12:00:00Z", "updated": f"{later}T12:00:00Z"}
    kinds = st.sampled_from(["new", "cross", "replace", "replace-cross", ""])
    fields = {"id": name, "title": title, "announce_type": draw(kinds)}
    return kind, feed(entry_of(fields | stamps | words))


@given(good_bodies())
def test_every_record_of_a_good_page_is_one_that_the_catalogue_takes(body: tuple[str, str]) -> None:
    items = read(*body, day=DAY)
    assert len(items) <= 1
    for item in items:
        if isinstance(item, Bad):
            assert item.reason == "no title"
            continue
        record = checked(item.record)
        assert record.source == "arxiv"
        assert record.identifiers[0].scheme == "arxiv"
        assert checked(record) == record, "there is nothing left to normalise"


@given(st.sampled_from(["rss", "oai", "api"]), st.data())
def test_no_field_of_an_entry_breaks_the_page(kind: str, data: st.DataObject) -> None:
    names = [
        "id",
        "title",
        "published",
        "updated",
        "creator",
        "DOI",
        "summary",
        "author",
        "created",
        "comment",
    ]
    fields = data.draw(st.dictionaries(st.sampled_from(names), ANYTHING | st.dates().map(str), max_size=6))
    entry = entry_of(fields)
    if kind == "oai":
        inside = entry.replace("entry>", "arXiv>")
        entry = f"<record><header/><metadata>{inside}</metadata></record>"
    for item in read(kind, oai(entry) if kind == "oai" else feed(entry), DAY):
        assert isinstance(item, Parsed) or item.reason


@given(st.sampled_from(["rss", "oai", "api"]), st.binary(max_size=200))
def test_no_bytes_break_a_page_other_than_as_a_bad_page(kind: str, body: bytes) -> None:
    with suppress(BadPage):
        read(kind, body, DAY)


# The bodies that arXiv sent.


def recorded(shared: Path, *patterns: str) -> list[Path]:
    found = [path for pattern in patterns for path in (shared / "protocol").glob(pattern)]
    assert found
    return found


@pytest.mark.shared
def test_recorded_bodies_give_papers_that_the_catalogue_takes(shared: Path) -> None:
    bodies = {
        "oai": recorded(shared, "arxiv_oai/inspirehep*.xml"),
        "api": recorded(shared, "arxiv_api/*.atom.xml"),
        "rss": recorded(shared, "arxiv_rss/*.xml"),
    }
    for kind, paths in bodies.items():
        for path in paths:
            items = read(kind, path.read_bytes(), date(2026, 9, 25))
            assert not [item for item in items if isinstance(item, Bad)], path.name
            for item in items:
                assert isinstance(item, Parsed)
                record = checked(item.record)
                assert record.authors, path.name
                assert record.abstract, path.name


def shapes(body: bytes) -> set[tuple[str, ...]]:
    """Every element of a body by its path, with the names of its attributes."""
    tree = etree.fromstring(body)
    found = set()
    for one in tree.iter(etree.Element):
        above = [str(parent.tag).rpartition("}")[2] for parent in one.iterancestors()]
        found.add((*reversed(above), str(one.tag).rpartition("}")[2], *sorted(map(str, one.attrib))))
    return found


@pytest.mark.shared
@pytest.mark.parametrize(
    ("address", "pattern"),
    [
        ("/atom/cs", "arxiv_rss/*.xml"),
        ("/api/query?id_list=2604.00001,2604.00002", "arxiv_api/*.atom.xml"),
        ("/oai?verb=ListRecords&metadataPrefix=arXiv&from=2026-04-15", "arxiv_oai/*.xml"),
    ],
)
def test_our_server_speaks_as_arxiv_does(
    origin: ArxivOrigin, shared: Path, address: str, pattern: str
) -> None:
    real = set.union(*(shapes(path.read_bytes()) for path in recorded(shared, pattern)))
    with quick() as http:
        ours = shapes(http.get(origin.url + address))
    assert ours <= real
