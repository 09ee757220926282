"""A query has several readings where its papers fall into clearly different groups, and else none."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest
import zstandard
from benchmarks.readings import ONE, SEVERAL

from dailypapers.search.analysis import telling, terms
from dailypapers.search.document import Document
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.engine import Engine
from dailypapers.search.query.parse import parse_query
from dailypapers.search.readings import Reading, as_written, grouped, readings
from tests.search.papers import engine

ROBOTS = (
    "robot with parallel arms",
    "kinematics of a fast robot",
    "robot for sorting parcels",
    "arm of a robot",
)
RIVERS = (
    "sediment of the river",
    "river mouth and its floods",
    "erosion by a river",
    "river and rice fields",
)


def of_two_kinds() -> Iterator[Document]:
    """Deltas that are robots, deltas that are rivers."""
    for number in range(1, 61):
        robot = number % 2
        about = (ROBOTS if robot else RIVERS)[number // 2 % 4]
        abstract = (
            f"The manipulator has three motors and {about}; its workspace, joints and grippers are measured."
            if robot
            else f"Mud, {about} and the sea: water levels, wetlands and sand of the coast in year {number}."
        )
        yield Document(number, f"Delta {number}: {about}", abstract)


def of_one_kind() -> Iterator[Document]:
    """Sixty papers about the same."""
    for number in range(1, 61):
        about = ROBOTS[number % 4]
        yield Document(number, f"Gripper {number}: {about}", f"The manipulator has three motors and {about}.")


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("two"), tuple(of_two_kinds()))


def ask(one: Engine, text: str, **options: object) -> tuple[Reading, ...]:
    return readings(one.search(parse_query(text), **options), one)  # type: ignore[arg-type]


def test_papers_of_two_kinds_are_two_readings_named_by_their_own_words(of_two: Engine) -> None:
    robots, rivers = sorted(ask(of_two, "delta"), key=lambda one: one.first[0].id % 2, reverse=True)
    assert set(robots.words) <= set(" ".join(ROBOTS).split())
    assert set(rivers.words) <= set(" ".join(RIVERS).split())
    assert robots.words
    assert rivers.words
    assert robots.papers == rivers.papers == 30
    assert all("river" in card.title for card in rivers.first)


def test_the_first_papers_of_a_reading_are_typical_of_it(tmp_path: Path) -> None:
    odd = Document(61, "Delta robot", "A robot. Its history in novels, paintings, theatre and cinema.")
    one = engine(tmp_path, (*of_two_kinds(), odd))
    assert one.search(parse_query("delta robot")).hits[0].card.id == 61
    told = ask(one, "delta")
    assert sum(reading.papers for reading in told) == 61
    assert 61 not in {card.id for reading in told for card in reading.first}


def test_readings_are_named_as_titles_write_it_and_once() -> None:
    titles = ["LLMs for search", "LLMs as judges", "An LLM that judges", "Few-shot judges of Search"]
    assert as_written(terms("LLMs LLM search fewshot judges"), titles) == ("LLMs", "search", "judges")
    assert as_written(terms("LLM LLMs"), titles) == ("LLM",)


def test_a_grouping_whose_words_name_few_of_its_papers_gives_way(tmp_path: Path) -> None:
    """A third kind of deltas has hardly a word in common: it is told of two kinds rather than of three."""
    draw = np.random.default_rng(5)
    letters = np.array(list("bcdfghklmnprstvz"))
    odd = tuple(
        Document(
            number,
            f"Delta {''.join(draw.choice(letters, 5))} {'obligation' if number < 64 else ''}",
            "The court held that the tenant owes rent; the statute, the judge and the appeal are quoted.",
        )
        for number in range(61, 91)
    )
    assert len(ask(engine(tmp_path, (*of_two_kinds(), *odd)), "delta")) == 2


def test_readings_are_told_by_more_papers_than_are_ranked(tmp_path: Path) -> None:
    some = tuple(
        replace(one, id=one.id + 60 * time, title=f"{one.title} {time}")
        for time in range(4)
        for one in of_two_kinds()
    )
    one = engine(tmp_path, some)
    found = one.search(parse_query("delta"))
    assert len(found.hits) < 200
    assert [reading.papers for reading in readings(found, one)] == [120, 120]


def test_readings_keep_to_the_filters(of_two: Engine) -> None:
    assert sum(reading.papers for reading in ask(of_two, "delta -sorting -floods")) == 45
    assert ask(of_two, "delta after:2020") == ()


def test_papers_of_one_kind_are_none(tmp_path: Path) -> None:
    assert ask(engine(tmp_path, tuple(of_one_kind())), "gripper") == ()


@pytest.mark.parametrize(
    "text", ["delta robot arm", '"delta robot"', "like:x", "field:cs", "", "unknown", "the"]
)
def test_only_one_or_two_words_can_have_several_readings(of_two: Engine, text: str) -> None:
    assert ask(of_two, text) == ()


def test_readings_do_not_depend_on_the_order_and_are_always_the_same(of_two: Engine) -> None:
    assert ask(of_two, "delta") == ask(of_two, "delta") == ask(of_two, "delta", sort="date")


def test_by_words_alone_there_are_no_vectors_to_compare(of_two: Engine) -> None:
    assert ask(of_two, "delta", mode="lexical") == ()


def test_vectors_that_have_only_the_query_in_common_fall_apart() -> None:
    draw = np.random.default_rng(1)
    query, one, other = np.eye(16, dtype=np.float32)[:3]
    noise = draw.normal(scale=0.1, size=(80, 16)).astype(np.float32)
    vectors = query + np.where(np.arange(80)[:, None] < 50, one, other) + noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    best = grouped(vectors, query, 1)[0]
    assert sorted(np.bincount(best.groups).tolist()) == [30, 50]
    assert best.between < 0.1 < 0.8 < best.within
    assert grouped(vectors[:50], query, 1) == []
    assert grouped(vectors[:20], query, 1) == []


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An index of the shared papers that have one of the queries in their titles."""
    wanted = [set(telling(terms(query))) for query in (*SEVERAL, *ONE)]
    taken = []
    with (shared / "corpus.jsonl.zst").open("rb") as file:
        for number, line in enumerate(io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(file))):
            row = orjson.loads(line)
            title = set(terms(row["title"]))
            if any(words <= title for words in wanted):
                taken.append(Document(number, row["title"], row["abstract"], row["id"]))
    return engine(tmp_path_factory.mktemp("real"), tuple(taken))


# Whether `diffusion` is one of them hangs by the vectors that an approximate index brings, as for every query
# near the bounds, so that not each query is asserted. One test, since the index takes a minute to build.
@pytest.mark.shared
def test_a_word_of_several_meanings_has_several_readings_and_one_of_one_has_none(real: Engine) -> None:
    assert isinstance(real.encoder, StaticEncoder)
    told = {query: ask(real, query) for query in (*SEVERAL, *ONE)}
    assert sum(2 <= len(told[query]) <= 4 for query in SEVERAL) >= len(SEVERAL) - 2
    assert sum(told[query] == () for query in ONE) >= len(ONE) - 1
    for reading in (reading for query in SEVERAL for reading in told[query]):
        words = set(terms(" ".join(reading.words)))
        assert all(words.intersection(terms(card.title)) for card in reading.first)
