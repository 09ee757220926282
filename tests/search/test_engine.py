"""Search over a small real index."""

from dataclasses import replace
from pathlib import Path

import pytest

from dailypapers.search.document import Document
from dailypapers.search.engine import Engine, State
from dailypapers.search.query.parse import parse_query
from tests.search.papers import PAPERS, engine, found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("search"))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("attention translation", 1),
        ("noise in pictures", 2),
        ("heat in copper", 3),
        ("protein language model", 4),
        ("germain", 3),
        ("pretraining", 4),
        ("pre training", 4),
        ("color of pixels", 2),
    ],
)
def test_the_paper_that_is_meant_comes_first(small: Engine, query: str, first: int) -> None:
    assert found(small, query)[0] == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('author:"Fei-Fei Li"', [1]),
        ("author:li", [1]),
        ("author:lovelace", [4, 1]),
        ('author:"A. Lovelace"', [4, 1]),
        ("field:cs.lg", [4, 1]),
        ("field:cs", [4, 2, 1]),
        ("field:cs.CV field:q-bio.BM", [4, 2]),
        ("-field:cs", [3]),
        ("venue:nature", [4]),
        ("after:2026-02 before:2026-04", [3, 2]),
        ("has:code", [4, 1]),
        ("is:withdrawn", [3]),
        ("votes:>10", [4, 1]),
        ("votes:<=7 has:abstract", [3, 2]),
        ("field:o'brien", []),
    ],
)
def test_filters_alone_list_what_fulfils_them_newest_first(
    small: Engine, query: str, expected: list[int]
) -> None:
    assert found(small, query) == expected


def test_filters_narrow_what_words_rank(small: Engine) -> None:
    assert found(small, "diffusion")[:2] == [2, 3]
    assert found(small, "diffusion field:physics") == [3]
    assert found(small, "diffusion -heat")[0] == 2
    assert 3 not in found(small, "diffusion -heat")


def test_a_phrase_stands_word_for_word(small: Engine) -> None:
    assert found(small, '"heat spreads"') == [3]
    assert found(small, '"spreads heat"') == []
    assert found(small, '"structure of proteins"') == [4]


def test_like_finds_others_and_not_the_paper_itself(small: Engine) -> None:
    like = found(small, "like:arxiv:2604.00004")
    assert 4 not in like
    assert like[0] == 1
    assert small.search(parse_query("like:arxiv:9901.00001")).state is State.UNKNOWN_PAPER


def test_hits_are_sorted_as_asked(small: Engine) -> None:
    assert found(small, "diffusion", mode="lexical", sort="date") == [3, 2]
    assert found(small, "field:cs", sort="votes") == [1, 4, 2]


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "dense"])
def test_why_adds_up_to_the_score(small: Engine, mode: str) -> None:
    result = small.search(parse_query("language model of proteins"), mode)  # type: ignore[arg-type]
    for hit in small.explained(result, result.hits):
        assert sum(part.score for part in hit.why) == pytest.approx(hit.score, abs=1e-4)
        pairs = {"language model", "model proteins"}
        words = {part.word.split(" ~ ")[0] for part in hit.why}
        assert words <= {"language", "model", "of", "proteins"} | pairs


def test_facets_count_the_hits(small: Engine) -> None:
    facets = small.facets(small.search(parse_query("field:cs"))).counts
    assert ("cs.LG", 2) in facets["field"]
    assert facets["year"] == [("2026", 3)]
    assert facets["has"] == [("code", 2)]


def test_whether_more_papers_match_than_were_brought_is_said(tmp_path: Path) -> None:
    many = engine(tmp_path, tuple(Document(key, f"Heat in plate {key}", "Copper.") for key in range(1, 401)))
    for mode in ("hybrid", "lexical", "dense"):
        assert not many.search(parse_query("heat"), mode).whole
    few = many.search(parse_query('"plate 7"'))
    assert (len(few.hits), few.whole) == (1, True)


def test_more_papers_by_text_are_those_that_the_search_allows(small: Engine) -> None:
    for text, expected in (("diffusion", {2, 3}), ("diffusion field:cs.CV", {2}), ("diffusion -heat", {2})):
        cards, vectors = small.more_by_text(small.search(parse_query(text)), ["diffus"], 300)
        assert {card.id for card in cards} == expected
        assert vectors.shape == (len(cards), small.table.dimensions)
        for card, vector in zip(cards, vectors, strict=True):
            paper = next(one for one in PAPERS if one.id == card.id)
            own = small.encode([f"{paper.title}. {paper.abstract}"])[0]
            assert vector @ own > 0.9
    none, vectors = small.more_by_text(small.search(parse_query("diffusion")), ["zinc"], 300)
    assert none == []
    assert vectors.shape == (0, small.table.dimensions)


def test_nothing_asked_and_nothing_found_are_said(small: Engine) -> None:
    assert small.search(parse_query("")).state is State.NOTHING_ASKED
    assert small.search(parse_query("field:none")).state is State.NOTHING_FOUND


def test_a_word_in_quotes_is_taken_as_it_is_written(tmp_path: Path) -> None:
    spread = (Document(at, f"Diffusion of kind {at}", "It spreads.") for at in range(1, 40))
    one = engine(tmp_path, (*spread, Document(40, "Difussion misspelt", "It spreads too.")))
    result = one.search(parse_query('"difussion"'))
    assert result.corrections == ()
    assert [hit.card.id for hit in result.hits] == [40]
    result = one.search(parse_query('"difusssion" spreads'))
    assert (result.corrections, result.hits, result.unknown) == ((), (), ("difusssion",))
    assert len(one.search(parse_query('"diffusion"'), sort="date").hits) == 39


def test_a_misspelt_word_is_looked_for_as_it_is_written_elsewhere(tmp_path: Path) -> None:
    papers = tuple(
        Document(number, f"Diffusion of kind {number}", "It spreads.", authors=("Sophie Germain",))
        for number in range(1, 12)
    )
    one = engine(tmp_path, papers)
    result = one.search(parse_query("difussion"))
    assert result.corrections == (("difussion", "diffusion"),)
    assert len(result.hits) == 11
    assert one.search(parse_query("germayn")).corrections == (("germayn", "germain"),)
    assert one.search(parse_query("difussion"), as_written=True).corrections == ()


def test_related_papers_are_near_and_no_copies(tmp_path: Path) -> None:
    copy = replace(PAPERS[3], id=9, identifiers=("doi:10.1/9",))
    one = engine(tmp_path, (*PAPERS, copy))
    related = one.related(4, 3)
    assert related[0].card.id == 1
    assert 9 not in [hit.card.id for hit in related]
    assert one.related(999, 3) == []
