"""Whatever is typed is answered: thousands of hostile queries through engine, page and command line.

What a query means is tested elsewhere; here each must have an answer within its time, and none an exception.
"""

import random
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, cast, get_args

import pytest
from click.testing import CliRunner
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dailypapers.catalogue import finding, indexing
from dailypapers.catalogue.identifiers import SCHEMES
from dailypapers.cli.main import dailypapers
from dailypapers.search.document import Document
from dailypapers.search.engine import Engine, Sort, State
from dailypapers.search.query.parse import HAS, IS, KEYS, parse_query
from dailypapers.search.readings import readings
from dailypapers.search.scoring import Mode
from tests.papers import hold, record
from tests.search.papers import PAPERS, engine

IN_TIME: Final = 5.0
"""Seconds for one answer, on a machine that does other things too; usual are some milliseconds."""

MODES: Final = cast(tuple[Mode, ...], get_args(Mode))
SORTS: Final = cast(tuple[Sort, ...], get_args(Sort))

NONSENSE: Final = (
    "", '""', '"', "?", "-", "_", "''", "'", "\\", "%", "%00", "*", "0", "-1", "1e9", "NaN", "null", "∞",
    "٣", "' OR '1'='1", "'); DROP TABLE papers; --", "\\' OR 1=1", "a' AND (SELECT 1)", "${jndi:ldap://x}",
    "2025-02-30", "0000-00-00", "99999-01", ">", "<=", ">-5", ">=999999999", "=999999999",
    "999999999999999999", "x" * 3_000, '"' + "y z " * 700 + '"', "שלום", "\u202e", "🦆", "\ud800", "\x00",
    "\x85", "a:b:c", "[1 TO 2]", "../../../etc/passwd", "<script>alert(1)</script>", "{{ 7*7 }}", "author:",
    "ﷺ", "e\u0301" * 60, "\uffff",
)  # fmt: skip
"""What a filter may be given that is no such value."""

LISTED: Final = (
    # too long, or with too many parts
    "a" * 10_000, "a " * 5_000, "-" * 10_000, '"' * 10_000, ":" * 10_000, "like:" * 2_000, "-a " * 3_333,
    "word" + "-word" * 2_000, "ab" * 5_000 + ":", "\\" * 10_000, "\\'{e}" * 2_000, "$" * 10_000,
    "(" * 10_000, "%25" * 3_333, "é" * 10_000, "e" + "\u0301" * 9_999, "﷽" * 10_000, "\u0f71\u0f72" * 5_000,
    "🦆" * 10_000, " ".join(f"author:{number}" for number in range(900)),
    " ".join(f"-field:a.{n}" for n in range(700)), " ".join(f"like:2601.{n:05}" for n in range(600)),
    " ".join(f'"a b{n}"' for n in range(1_000)), " ".join(f"-wrd{n}" for n in range(1_000)),
    " ".join(f"venue:{n} votes:>{n}" for n in range(500)),
    " ".join(f"attenton{'abcdefghij'[n % 10]}{'klmnopq'[n % 7]}" for n in range(800)),
    # characters that are not seen, or not characters
    "\x00", "\x00\x01\x02\x1b[31m", "heat\x00copper", "heat\x1bcopper", "\x7f", "\x85\u2028\u2029",
    "\t\n\r\v\f", "\ufeffheat", "\u200b\u200d\u2060", "he\u00adat", "\ud800", "\udfff heat \ud83d",
    "\ufffe\uffff", "\U0010ffff", "\ue000 private", "heat\u3000copper", "\u0301", "\u0301heat",
    "a\u0338\u0338\u0338",
    # quotes and brackets that do not close
    '"', '""', '"""', '" "', '"heat', 'heat"', '"heat" "', '"heat"copper"', '-"', '-""', '-"heat', '"-heat',
    'author:"', 'author:""', 'author:"li', '"author:li"', "(", ")", "()", "(heat", "heat)", "[heat", "]{}[",
    "{heat", "“heat", "«heat»", "‘heat’", "「heat」", "'heat", "`heat`", "<heat", "heat>", "((((((heat))))",
    "[[[[\"((",
    # nothing to look for
    "", " ", "-", "--", "- -", "−", "-- --", "+", "the", "the of and", '"the of"', "-the", '-"of the"', "_",
    "__ _", "_ -_", '"_ _"', "...", "?!", "-survey", '-"a b" -c', "author:", "-author:", "like:",
    "-like:2601.00001", ":", "::", ":heat", "-:", "-:heat", "of:the", "a", "-a", "--a", "---a",
    # other languages of query: SQL, Lucene, shells, templates, paths
    "'; DROP TABLE papers; --", "' OR '1'='1' --", "1; SELECT * FROM catalogue_paper",
    "heat' UNION SELECT 1 --", '" OR ""="', "array_has(fields, 'x')", "id IN (1, 2)", "/* heat */",
    "title:(heat AND copper)~2^4 OR [1 TO 3]", "heat AND", "AND", "OR OR", "NOT", "NOT heat",
    "+heat -copper", "heat~2", "heat^5", "heat^-1", "he?t", "h*", "*", "*:*", "/h.*t/", "title:heat",
    "_exists_:title", "heat && copper || !plates", "heat\\", "\\heat", "\\\"heat\\\"", "{!lucene}heat",
    "$(reboot)", "`reboot`", "; ls", "| cat", "../../etc/passwd", "file:///etc/passwd",
    "http://127.0.0.1:9/", "https://", "http://[", "https://[::1", "//", "javascript:alert(1)",
    "<script>alert(1)", "{{ 7*7 }}", "{% load x %}", "%(x)s", "{0.__class__}", "%s%n", "&lt;b&gt;",
    "\\u0000", "\\x00", "%00", "%ff%fe",
    # mathematics
    "$", "$$", "$\\frac{1}{", "\\alpha", "\\begin{document}", "x^2_{i", "β-decay", "ß", "İstanbul", "ﬁ",
    "²", "Ⅳ",
    # written from right to left, in many scripts, in pictures
    "שלום עולם", "مرحبا بالعالم", "\u202eheat\u202c", "heat שלום copper", 'author:"محمد"', "深度学习",
    "ディープ", "딥러닝", "การเรียนรู้", "गहन शिक्षा", "Ελληνικά", "глубокое", "🦆", "🧬🔭 👩‍🔬",
    "👨‍👩‍👧‍👦" * 300, "🏳️‍🌈 heat", "e\u0301tude", "🇫🇷🇩🇪",
    # names of papers that are none
    "like:", "like:x", "like:''", "like:2601.00001v999", "like:99999999999", "like:2601.00001 like:nothing",
    "like:https://arxiv.org/abs/2601.00001", "like:10.1000/", "like:local:\ud800", "10.1000/" + "(" * 400,
    "arxiv:", "doi:10.1000/%2525252525", "local:\ud800", "local:" + "ü" * 190,
    "https://doi.org/" + "%25" * 600 + "/", "2601.", "W" + "9" * 400, "https://openreview.net/forum?id=",
    "https://openreview.net/forum?id=&id=\ud800", "cs/0000000",
)  # fmt: skip

EVERY_FILTER: Final = tuple(
    f"{sign}{key}:{value}" for key in (*KEYS, "nokey") for value in NONSENSE for sign in ("", "-")
)

PARTS: Final = (
    *(f"{key}:" for key in KEYS),
    *(f"has:{thing}" for thing in HAS),
    *(f"is:{thing}" for thing in IS),
    *(f"{scheme}:" for scheme in SCHEMES),
    *NONSENSE,
    *(one for one in LISTED if len(one) < 60),
    "heat", "copper", "diffusion", "attenton", "tranlation", "Fei-Fei Li", "cs.CL", "field:cs", "votes:>3",
    "after:2026", "before:2027-01", "like:2601.00001", '"heat spreads"', " ", " ", " ", "\n",
)  # fmt: skip

ANYTHING: Final = (
    st.lists(st.sampled_from(PARTS) | st.text(max_size=6), max_size=14).map(" ".join)
    | st.lists(st.sampled_from(PARTS) | st.characters(), max_size=30).map("".join)
    | st.text(max_size=300)
)
"""A query made of parts that mean something, of such parts run together, or of any characters."""


def tries(count: int) -> settings:
    """So many of them, on a site that no example changes."""
    unchecked = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=count, suppress_health_check=unchecked)


def made_up(count: int) -> Iterator[Document]:
    """Papers that share words, in several fields and venues, some without a date or an abstract."""
    draw = random.Random(0)  # noqa: S311
    words = (
        "heat",
        "copper",
        "diffusion",
        "attention",
        "β-decay",
        "étude",
        "深度学习",
        "שלום",
        "of",
        "GPT-4",
        "x2",
    )
    for number in range(10, 10 + count):
        yield Document(
            number,
            " ".join(draw.sample(words, 5)),
            " ".join(draw.choices(words, k=30)) if number % 7 else "",
            f"2605.{number:05}",
            ("Ada Lovelace", "O'Brien, Pat", "李飞飞")[: draw.randrange(4)],
            (f"arxiv:2605.{number:05}",),
            date(2026, 5, number % 28 + 1) if number % 5 else None,
            tuple(draw.sample(("cs.CL", "cs.LG", "math.NT", "q-bio.BM"), 2)),
            draw.choice(("", "ACL", "L'Année", 'Nature 100% "Methods"')),
            tuple(draw.sample(("code", "abstract", "withdrawn", "pdf"), 2)),
            draw.randrange(30),
        )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("fuzz"), (*PAPERS, *made_up(100)))


def answered(one: Engine, text: str, mode: Mode, sort: Sort) -> State:
    """Do all that a page does with a query, in time; gives how the search ended."""
    started = time.monotonic()
    found = one.search(finding.known_names(parse_query(text)), mode, sort, counted=True)
    for hit in one.explained(found, found.hits[:10]):
        assert not hit.why or abs(sum(part.score for part in hit.why) - hit.score) < 1e-3
    one.facets(found)
    readings(found, one)
    assert bool(found.hits) == (found.state is State.FOUND)
    assert time.monotonic() - started < IN_TIME, repr(text[:80])
    return found.state


@pytest.mark.parametrize("mode", MODES)
def test_what_is_known_to_be_hostile_is_answered_in_every_mode_and_order(small: Engine, mode: Mode) -> None:
    for number, text in enumerate(LISTED):
        one, other = SORTS[number % 3], SORTS[(number + 1) % 3]
        assert answered(small, text, mode, one) == answered(small, text, mode, other)


def test_every_filter_takes_every_nonsense(small: Engine) -> None:
    for number, text in enumerate(EVERY_FILTER):
        words = f"heat {text} copper" if number % 4 > 1 else text
        answered(small, words, MODES[number % 3], SORTS[number // 3 % 3])


@tries(1_000)
@given(ANYTHING, st.sampled_from(MODES), st.sampled_from(SORTS))
def test_anything_is_answered(small: Engine, text: str, mode: Mode, sort: Sort) -> None:
    answered(small, text, mode, sort)


@pytest.mark.parametrize("text", ["_", "__ _", '"_ _"', "…", "\u0301", "-", "-the", "-survey", ""])
def test_what_holds_no_word_asks_for_nothing(small: Engine, text: str) -> None:
    """Rather than for every paper there is."""
    assert answered(small, text, "hybrid", "relevance") is State.NOTHING_ASKED


@pytest.fixture
def site(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Client:
    """A site with a few papers, some of them called as no paper is, and their index."""
    settings.INDEX_URL = str(tmp_path / "index")
    settings.HOME = tmp_path
    monkeypatch.setattr(finding, "_open", finding._Open())
    hold(
        record(1, title="Heat in thin metal plates", abstract="We study it. Copper & zinc <b>glow</b>."),
        record(2, title="Folding of proteins in water", abstract="Amino acids $x^2$ fold \\emph{quickly."),
        *(record(number, title=text, abstract=text) for number, text in enumerate(TITLES, 10)),
    )
    indexing.build()
    return Client()


TITLES: Final = (
    "שלום עולם \u202eheat",
    '"unclosed (heat',
    "' OR 1=1 --",
    "🦆 heat 🧬",
    "<script>heat</script>",
    "$heat",
)


def shown(client: Client, query: dict[str, str], *, under_way: bool) -> int:
    """Ask the page, as a browser does or as someone types; gives the status, after looking at the answer."""
    started = time.monotonic()
    answer = client.get("/search", query, headers={"HX-Request": "true"} if under_way else {})
    assert time.monotonic() - started < IN_TIME, query
    # A page past the last one is not there.
    past = (404,) if "page" in query else ()
    assert answer.status_code in ((200, *past) if under_way else (200, 302, *past)), query
    assert "<script>alert" not in answer.content.decode()
    return answer.status_code


def test_the_page_answers_what_is_known_to_be_hostile(site: Client) -> None:
    for number, text in enumerate((*LISTED, *EVERY_FILTER[::13])):
        told = text.encode(errors="replace").decode()  # as any surrogate arrives through an address
        query = {
            "q": told,
            "mode": MODES[number % 3],
            "sort": SORTS[number // 3 % 3],
            "exact": str(number % 2),
        }
        shown(site, query, under_way=bool(number % 4))


@tries(150)
@given(ANYTHING, st.sampled_from(MODES), st.sampled_from(SORTS), st.integers(1, 9_999), st.booleans())
def test_the_page_answers_anything(
    site: Client, text: str, mode: Mode, sort: Sort, page: int, under_way: bool
) -> None:
    told = text.encode(errors="replace").decode()
    shown(site, {"q": told, "mode": mode, "sort": sort, "page": str(page)}, under_way=under_way)


@pytest.mark.parametrize(
    "written", ["%ED%A0%80", "%FF%FE", "%00", "%C3%28+heat", "%F4%90%80%80", "%", "%zz", "&q", "[]"]
)
def test_the_page_answers_bytes_that_are_no_text(site: Client, written: str) -> None:
    assert site.get(f"/search?q={written}").status_code == 200


def test_the_command_answers_what_is_known_to_be_hostile(site: Client) -> None:
    for number, text in enumerate((*LISTED[::2], *EVERY_FILTER[::20])):
        more = ["--json"] if number % 2 else []
        told = ["search", *more, "--mode", MODES[number % 3], "--sort", SORTS[number // 3 % 3], "--", text]
        ended = CliRunner().invoke(dailypapers, told)
        assert ended.exit_code == 0, (text[:80], ended.output, ended.exception)


def test_what_is_known_to_be_hostile_names_no_paper(site: Client) -> None:
    assert [text for text in (*LISTED, *NONSENSE) if finding.meant(text) is not None] == []


@tries(400)
@given(ANYTHING | st.tuples(st.sampled_from(SCHEMES), st.text()).map(":".join))
def test_anything_may_name_a_paper(site: Client, text: str) -> None:
    finding.meant(text)


def test_words_with_a_minus_are_of_the_query_and_wrong_options_are_told(site: Client) -> None:
    def said(*words: str) -> tuple[int, str]:
        ended = CliRunner().invoke(dailypapers, ["search", *words])
        return ended.exit_code, ended.output

    assert "thin metal plates" in said("heat", "--limit", "9")[1]
    assert "thin metal plates" not in said("heat", "-copper", "--limit", "9")[1]
    assert "thin metal plates" in said("-has:code")[1]
    for nothing in (said("-"), said("--", "--", "-")):
        assert nothing[0] == 0
        assert nothing[1].endswith("There is no word in this to look for.\nNothing asked.\n")
    assert said("heat", "--limt", "1")[0] == 2
    assert "Usage" in said("-h")[1]
