"""The score against a slow reference that reads as the formula does."""

import math
from itertools import pairwise
from operator import mul
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailypapers.search.analysis import STOP_WORDS, code, telling
from dailypapers.search.columns import Card, Words
from dailypapers.search.kindred import Kindred
from dailypapers.search.query.parse import parse_query
from dailypapers.search.scoring import Akin, Terms, Wanted, lexical, named, scores
from dailypapers.search.vocabulary import Counted, Vocabulary
from tests.search.papers import ENCODER, PAPERS, engine

CARD = Card.of(PAPERS[0])
TERMS = ("heat", "plate", "model", "of", "the", "protein", "fold")

parts = st.lists(st.sampled_from(TERMS), max_size=12)
TITLES = {"=heat": "Heat: A title", "=heatplate": "Heat plates"}
coined = st.lists(st.sampled_from(("~model", "~heat")), unique=True)
names = st.builds(list.__add__, st.lists(st.sampled_from(tuple(TITLES)), max_size=1), coined)
papers = st.lists(st.builds(Words, parts, parts, parts, names), min_size=1, max_size=5)
queries = st.lists(st.sampled_from([*TERMS, "unknown"]), min_size=1, max_size=6)


def terms_of(some: list[Words]) -> Terms:
    cards = [CARD._replace(title=next(filter(None, map(TITLES.get, one.names)), "")) for one in some]
    cells = [one.packed(card) for one, card in zip(some, cards, strict=True)]
    return Terms.read(pa.chunked_array([pa.array(cells, pa.binary())]))


def reference(query: list[str], paper: Words, vocabulary: Vocabulary) -> float:
    """BM25 over title (1.5), abstract and authors, and over pairs that stand within four telling words."""
    total = sum(vocabulary.inverse(term) for term in query) or 1.0
    title, abstract = vocabulary.lengths()
    length = (1.5 * len(paper.title) + len(paper.abstract)) / max(1.5 * title + abstract, 1.0)
    dampened = 1.2 * (1 - 0.75 + 0.75 * length)
    weighed = ((paper.title, 1.5), (paper.abstract, 1.0), (paper.authors, 1.0))
    score = 0.0
    for term in query:
        times = sum(weight * part.count(term) for part, weight in weighed)
        score += vocabulary.inverse(term) * 2.2 * times / (times + dampened)
    neighbours = {frozenset(two) for two in pairwise(query) if two[0] != two[1]}
    for pair in neighbours:
        near = 0.0
        for part, weight in weighed:
            # Query words as they follow each other, up to four of them apart.
            asked = [at for at, term in enumerate(part) if term in query]
            for place, first in enumerate(asked):
                for second in asked[place + 1 : place + 5]:
                    apart = sum(term not in STOP_WORDS for term in part[first + 1 : second + 1])
                    if {part[first], part[second]} == pair and apart <= 4:
                        near += weight / max(apart, 1)
        score += 0.12 * max(map(vocabulary.inverse, pair)) * 2.2 * near / (near + dampened)
    return score / total


@given(papers, queries)
@settings(max_examples=200, deadline=None)
def test_lexical_scores_are_those_of_the_reference(some: list[Words], query: list[str]) -> None:
    vocabulary = Counted()
    vocabulary.count(some)
    found = lexical(Wanted.of(query, vocabulary), terms_of(some), vocabulary).total()
    for paper, score in zip(some, found, strict=True):
        assert score == pytest.approx(reference(query, paper, vocabulary), abs=1e-9)


# Unit vectors with six decimals of the whole steps that are stored: exact to compare by.
DIRECTIONS = {
    "heat": (1.0, 0.0, 0.0), "plate": (0.6, 0.8, 0.0), "model": (0.0, 1.0, 0.0), "protein": (0.0, 0.6, 0.8),
}  # fmt: skip


def kindred_reference(query: list[str], paper: Words, vocabulary: Vocabulary) -> float:
    """For each word that a paper lacks, the nearest of its title and abstract, from a cosine of .3."""
    total = sum(vocabulary.inverse(term) for term in query) or 1.0
    score = 0.0
    for term in query:
        if (
            term in STOP_WORDS
            or term not in DIRECTIONS
            or term in {*paper.title, *paper.abstract, *paper.authors}
        ):
            continue
        its = [DIRECTIONS[other] for other in (*paper.title, *paper.abstract) if other in DIRECTIONS]
        nearest = max((sum(map(mul, DIRECTIONS[term], other)) for other in its), default=0.0)
        score += vocabulary.inverse(term) * max(nearest - 0.3, 0.0) / 0.7
    return score / total


@given(papers, queries)
@settings(max_examples=200, deadline=None)
def test_a_word_that_a_paper_lacks_is_stood_in_for_as_the_reference_says(
    some: list[Words], query: list[str]
) -> None:
    vocabulary = Counted()
    vocabulary.count(some)
    known = sorted(DIRECTIONS, key=code)
    rows = np.array([DIRECTIONS[term] for term in known])
    # The lengths of stored rows mean nothing.
    kindred = Kindred(np.array([code(term) for term in known], np.uint32), (rows * 100).astype(np.int8))
    asked = tuple(term for term in dict.fromkeys(query) if term in DIRECTIONS)
    vectors = np.array([DIRECTIONS[term] for term in asked], np.float32).reshape(-1, 3)
    wanted, terms = Wanted.of(query, vocabulary), terms_of(some)
    words = lexical(wanted, terms, vocabulary)
    found, codes = Akin(kindred, asked, vectors).scores(wanted, words, terms, named=True)
    for at, paper in enumerate(some):
        assert found[at].sum() == pytest.approx(kindred_reference(query, paper, vocabulary), abs=1e-6)
        own = {code(term) for term in (*paper.title, *paper.abstract)}
        assert {int(one) for one in codes[at][found[at] > 0]} <= own


def name_reference(query: list[str], paper: Words, vocabulary: Vocabulary) -> float:
    """The largest share of the query that is a name of the paper, half as much for one of its abstract."""
    if paper.title == query:
        return 1.0
    rarity = {term: 0.0 if term in STOP_WORDS else vocabulary.inverse(term) for term in query}
    best = 0.0
    for start in range(len(query)):
        for end in range(start + 1, min(start + 5, len(query)) + 1):
            share = sum(rarity[term] for term in query[start:end]) / (
                sum(rarity[term] for term in query) or 1.0
            )
            name = "".join(query[start:end])
            coined = (
                0.5 * min(1.0, 4 / vocabulary.frequency[f"~{name}"]) if f"~{name}" in paper.names else 0.0
            )
            best = max(best, share if f"={name}" in paper.names else 0.0, share * coined)
    return best


@given(papers, queries)
@settings(max_examples=200, deadline=None)
def test_a_name_brings_what_the_reference_says(some: list[Words], query: list[str]) -> None:
    vocabulary = Counted()
    vocabulary.count(some)
    found, which = named(Wanted.of(telling(query), vocabulary, " ".join(query)), terms_of(some))
    for paper, score, name in zip(some, found, which, strict=True):
        assert score == pytest.approx(1.5 * name_reference(query, paper, vocabulary), abs=1e-9)
        assert score > 0 or name == -1


def test_no_paper_has_no_scores() -> None:
    assert lexical(Wanted.of(["heat"], Vocabulary()), terms_of([]), Vocabulary()).total().shape == (0,)


def test_the_index_gives_the_scores_of_scoring_every_paper(tmp_path: Path) -> None:
    small = engine(tmp_path)
    text = "language model of proteins"
    words = [Words.of(paper) for paper in PAPERS]
    vector = ENCODER.encode([text])[0]
    vectors = ENCODER.encode([paper.text for paper in PAPERS]).astype(np.float16).astype(np.float32)
    wanted = Wanted.of(telling(["languag", "model", "of", "protein"]), small.vocabulary)
    assert small.kindred is not None
    akin = Akin(
        small.kindred, ("languag", "model", "protein"), ENCODER.encode(["language", "model", "proteins"])
    )
    every = scores("hybrid", wanted, terms_of(words), vectors, vector, small.vocabulary, akin)
    hits = {hit.card.id: hit.score for hit in small.search(parse_query(text)).hits}
    for paper, score in zip(PAPERS, every, strict=True):
        if score > 0:
            assert hits[paper.id] == pytest.approx(score, abs=1e-5)
    assert not math.isnan(every.sum())
