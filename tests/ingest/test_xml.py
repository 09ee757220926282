"""XML from outside: read without entities, mended where it can be, refused with a sentence where not."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dailypapers.ingest.http import HttpFailure
from dailypapers.ingest.source import BadPage
from dailypapers.ingest.xml import TRIES, child_text, children, get_xml, name_of, parse_xml, text_of
from tests.ingest.sources.harvesting import quick
from tests.origins.origin import NOT_FOUND, Answer, Fault, Origin

LAUGHS = "".join(
    f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' if n else '<!ENTITY lol0 "haha">' for n in range(10)
)
BOMBS = {
    "entities within entities": f"<!DOCTYPE a [{LAUGHS}]><a>&lol9;</a>",
    "entities in an attribute": f'<!DOCTYPE a [{LAUGHS}]><a b="&lol9;"/>',
    "one long entity, often": f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]><a>{"&x;" * 50_000}</a>',
    "a file of this machine": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "an address": '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><a>&x;</a>',
    "a DTD elsewhere": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
    "parameter entities": '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a/>',
    "nothing but a DOCTYPE": "<!DOCTYPE html><html/>",
    "a DOCTYPE after a comment with a tag": f"<!-- <a> --><!DOCTYPE a [{LAUGHS}]><a>&lol9;</a>",
    "a DOCTYPE after an instruction": f"<?x <y> ?><!DOCTYPE a [{LAUGHS}]><a>&lol9;</a>",
}


class Site(Origin):
    """Has one page of XML."""

    body = b"<feed/>"

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        return Answer(self.body) if path == "/feed" else NOT_FOUND


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_an_xml_bomb_is_refused_and_costs_nothing(bomb: str, encoding: str) -> None:
    body = bomb.encode(encoding)
    tracemalloc.start()
    try:
        with pytest.raises(BadPage, match=r"^the feed: "):
            parse_xml(body, "the feed")
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1"])
def test_a_page_with_a_doctype_says_why_it_is_refused(declared: str) -> None:
    body = f'<?xml version="1.0" encoding="{declared}"?><!DOCTYPE a [{LAUGHS}]><a>&lol9;</a>'.encode(declared)
    with pytest.raises(BadPage, match="a DOCTYPE, which is refused"):
        parse_xml(body, "the feed")


def test_a_paper_may_speak_of_a_doctype() -> None:
    root = parse_xml(b"<a>&lt;!DOCTYPE html&gt; and <![CDATA[<!DOCTYPE a>]]></a>", "the feed")
    assert text_of(root) == "<!DOCTYPE html> and <!DOCTYPE a>"


def test_elements_within_elements_without_end_are_refused() -> None:
    with pytest.raises(BadPage):
        parse_xml(b"<a>" * 100_000 + b"</a>" * 100_000, "the feed")


def test_an_entity_that_nobody_declared_is_refused() -> None:
    with pytest.raises(BadPage, match="cut off or not XML"):
        parse_xml(b"<a>&eacute;</a>", "the feed")


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"<", b"<a>", b"<a><b></a>", b"plain", b"{}", b"\x00", b"<a/><b/>"]
)
def test_what_is_cut_off_or_no_xml_is_a_bad_page(body: bytes) -> None:
    with pytest.raises(BadPage, match=r"^the feed: "):
        parse_xml(body, "the feed")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"<a>one\x0btwo</a>", "onetwo"),
        (b"<a>one&#x1F;two&#11;</a>", "onetwo"),
        (b"<a>caf\xe9</a>", "caf\N{REPLACEMENT CHARACTER}"),
        (b"<a>\xed\xa0\x80</a>", "\N{REPLACEMENT CHARACTER}" * 3),
        ('<?xml version="1.0" encoding="iso-8859-1"?><a>café</a>'.encode("latin-1"), "café"),
        ("<a>café &amp; ∑</a>".encode("utf-16"), "café & ∑"),
        (b"<a>&#9;one&#10;&#x27;two&#31;</a>", "one\n'two"),
    ],
)
def test_characters_that_xml_forbids_do_not_cost_the_page(body: bytes, text: str) -> None:
    assert text_of(parse_xml(body, "the feed")) == text


def test_a_broken_page_does_not_cost_many_times_its_size() -> None:
    body = b"<a>" + b"a\x01" * 10**6
    tracemalloc.start()
    try:
        with pytest.raises(BadPage, match="cut off or not XML"):
            parse_xml(body, "the feed")
        assert tracemalloc.get_traced_memory()[1] < 5 * len(body)
    finally:
        tracemalloc.stop()


def test_comments_and_instructions_are_no_elements() -> None:
    root = parse_xml(b"<a><!-- c --><?x y?>one<b>two</b><!-- d -->three</a>", "the feed")
    assert [name_of(element) for element in root] == ["b"]
    assert text_of(root) == "onetwothree"


def test_elements_are_found_in_any_namespace() -> None:
    root = parse_xml(b'<a xmlns="urn:x" xmlns:d="urn:y"><b>1</b><d:b>2</d:b><c>3</c></a>', "the feed")
    assert [text_of(found) for found in children(root, "b")] == ["1", "2"]
    assert child_text(root, "d") == ""


def test_another_root_than_the_one_asked_for_is_a_bad_page() -> None:
    with pytest.raises(BadPage, match="the feed: not <feed> but <html>"):
        parse_xml(b"<html/>", "the feed", "feed")


@given(st.binary(max_size=300) | st.text(alphabet="<>&;/!?[]-=\"'#x1a\u00e9 ", max_size=80).map(str.encode))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    try:
        root = parse_xml(body, "the feed")
    except BadPage:
        return
    etree.tostring(root, encoding="unicode")


@given(st.text(max_size=200))
def test_any_text_is_read_back_but_for_what_xml_forbids(text: str) -> None:
    element = etree.Element("a")
    kept = "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and c.isprintable())
    )
    element.text = kept
    assert text_of(parse_xml(etree.tostring(element), "the feed")) == kept.strip()


@pytest.mark.parametrize("fault", [Fault.HALF_SAID_WHOLE, Fault.NONSENSE, Fault.EMPTY])
def test_a_page_that_cannot_be_read_is_asked_for_again(fault: Fault) -> None:
    with Site() as origin, quick() as http:
        origin.fail(*[fault] * (TRIES - 1))
        body, root = get_xml(http, f"{origin.url}/feed", {}, "the feed", "feed")
        assert len(origin.asked) == TRIES
    assert (body, name_of(root)) == (b"<feed/>", "feed")


def test_it_is_not_asked_for_for_ever() -> None:
    with Site() as origin, quick() as http:
        origin.fail(*[Fault.NONSENSE] * 9)
        with pytest.raises(BadPage, match="the feed: cut off or not XML"):
            get_xml(http, f"{origin.url}/feed", {}, "the feed")
        assert len(origin.asked) == TRIES


def test_good_xml_of_someone_else_is_asked_for_again_too() -> None:
    with Site() as origin, quick() as http:
        origin.body = b"<html><p>Sign in to this network</p></html>"
        with pytest.raises(BadPage, match="not <feed> but <html>"):
            get_xml(http, f"{origin.url}/feed", {}, "the feed", "feed")
        assert len(origin.asked) == TRIES


def test_what_is_not_found_is_told_at_once() -> None:
    with Site() as origin, quick() as http, pytest.raises(HttpFailure, match="HTTP 404"):
        get_xml(http, f"{origin.url}/nothing", {}, "the feed")
