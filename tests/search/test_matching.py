"""What matches a query: listed by date and votes, and counted by facets as it will be found."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dailypapers.search import matching as matching_module
from dailypapers.search.engine import Engine, Found, Sort
from dailypapers.search.matching import ways
from dailypapers.search.query.parse import parse_query
from dailypapers.search.store import Store
from dailypapers.search.tally import Tally
from tests.search.papers import PAPERS, engine

VENUES = ("NIPS 2017", "NeurIPS 2017", "Nature", 'Letters, "Series" B/C')


def papers() -> list[object]:
    """Forty about plasma, twenty of these about waves too, and newer ones that share a single word."""
    about_plasma = [
        replace(
            PAPERS[0],
            id=100 + number,
            handle=f"p{number}",
            title=f"Plasma {'waves' if number % 2 else 'heating'} in a tokamak, part {number}",
            abstract="The re-connection of field lines."
            if number % 4
            else "The reconnection of field lines.",
            identifiers=(f"local:p{number}",),
            day=date(2020 + number % 3, 1, 1 + number % 28),
            fields=("Plasma Physics", "cs.LG") if number % 3 else ("plasma physics",),
            venue=VENUES[number % 4],
            flags=("code",) if number % 5 == 0 else (),
            votes=number % 7,
        )
        for number in range(40)
    ]
    weak = [
        replace(
            PAPERS[1],
            id=200 + number,
            handle=f"w{number}",
            title=f"Waves of fashion {number}",
            abstract="How clothes change.",
            identifiers=(f"local:w{number}",),
            day=date(2026, 5, 1 + number),
            votes=900 + number,
        )
        for number in range(12)
    ]
    return [*PAPERS, *about_plasma, *weak]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("matching"), tuple(papers()))  # type: ignore[arg-type]


def search(one: Engine, text: str, sort: Sort = "relevance") -> Found:
    return one.search(parse_query(text), sort=sort, counted=True)


@pytest.mark.parametrize("sort", ["date", "votes"])
def test_by_date_and_votes_only_papers_with_all_words_are_listed(many: Engine, sort: Sort) -> None:
    found = search(many, "plasma waves", sort)
    assert {hit.card.id for hit in found.hits} == set(range(101, 140, 2))
    assert found.meant
    assert found.whole
    keys = [(hit.card.day if sort == "date" else hit.card.votes) or 0 for hit in found.hits]
    assert keys == sorted(keys, reverse=True)


def test_where_hardly_any_paper_has_all_words_the_best_are_listed(many: Engine) -> None:
    found = search(many, "how does plasma heat a tokamak of copper", "date")
    assert not found.meant
    best = max(hit.score for hit in found.hits)
    assert found.hits
    assert all(hit.score >= matching_module.STRONG * best for hit in found.hits)
    assert not any(hit.card.title.startswith("Waves of fashion") for hit in found.hits)


@pytest.mark.parametrize(
    "text",
    [
        "plasma",
        "plasma waves",
        "plasma -heating",
        '"plasma waves"',
        '-"plasma waves" tokamak',
        "has:code",
        "",
    ],
)
def test_each_filter_finds_as_many_as_its_facet_counts(many: Engine, text: str) -> None:
    text = text or "after:2020"
    facets = many.facets(search(many, text))
    assert facets.exact
    assert sum(map(len, facets.counts.values())) > 6
    for name, counts in facets.counts.items():
        for value, papers in counts:
            narrower = f"after:{value} before:{int(value) + 1}" if name == "year" else f'{name}:"{value}"'
            narrower = f"{text} {narrower}".replace('"Series"', "Series")
            assert len(search(many, narrower).matching or ()) == papers, (name, value)
            assert len(search(many, narrower, "date").hits) == papers


def test_fields_that_are_called_the_same_are_counted_as_one(many: Engine) -> None:
    called = {"cs.lg": "plasma physics"}
    for text in ("plasma", "plasma of a copper tokamak in translation"):
        facets = many.facets(search(many, text), called)
        assert facets.exact == (text == "plasma")
        (field, papers), *_ = facets.counts["field"]
        names = {field.lower(), *map(str.lower, facets.alike[field])}
        assert names == {"plasma physics", "cs.lg"}
        assert papers == 40 if facets.exact else papers > 20
        either = " ".join(f'field:"{name}"' for name in names)
        if facets.exact:
            assert len(search(many, f"{text} {either}").matching or ()) == papers


def test_fields_that_differ_in_case_and_venues_that_were_renamed_are_counted_as_one(many: Engine) -> None:
    for text in ("plasma", "plasma of a copper tokamak in translation"):
        facets = many.facets(search(many, text))
        assert facets.exact == (text == "plasma")
        fields = [name for name, _ in facets.counts["field"]]
        assert "Plasma Physics" in fields or "plasma physics" in fields
        assert len({name.lower() for name in fields}) == len(fields)
        venues = dict(facets.counts["venue"])
        assert len({"NIPS 2017", "NeurIPS 2017"} & set(venues)) == 1


def test_few_papers_are_counted_exactly_where_others_have_all_words_too(many: Engine) -> None:
    found = search(many, "plasma waves after:2022-01-20")
    assert found.matching is not None
    assert 0 < len(found.matching) < matching_module.ENOUGH
    assert found.meant


def test_a_count_is_of_the_best_where_all_cannot_be_counted(
    many: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching_module, "MOST_COUNTED", 5)
    found = search(many, "plasma")
    facets = many.facets(found)
    assert not facets.exact
    assert found.matching is None
    assert facets.papers <= len(found.hits)
    monkeypatch.setattr(matching_module, "MOST_CHECKED", 5)
    assert search(many, '"plasma waves"', "date").matching is None


def test_a_word_with_a_hyphen_stands_in_a_paper_in_either_way(many: Engine) -> None:
    assert ways(["pre-training"]) == [(("pre", "train"), ("pretrain",))]
    found = search(many, "re-connection")
    assert found.matching is not None
    assert len(found.matching) == 40
    assert ways(["the", "of"]) == [(("the",),), (("of",),)]


def test_the_tally_counts_what_was_written_since_and_forgets_what_was_replaced(tmp_path: Path) -> None:

    one = engine(tmp_path)
    assert dict(one.facets(search(one, "field:cs")).counts["year"]) == {"2026": 3}
    store = Store(tmp_path / "index")
    store.write([replace(PAPERS[0], day=date(2019, 1, 1)), replace(PAPERS[2], fields=("cs.CV",))], [4], one)
    assert dict(one.facets(search(one, "field:cs")).counts["year"]) == {"2019": 1, "2026": 2}


def test_a_large_table_is_read_while_readers_go_on(many: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dailypapers.search.tally.AT_ONCE", 10)
    numbers = many.table.where("", ("id",), numbered=True)["_rowid"].to_numpy()
    tally = Tally(many.table)
    assert tally.chosen(numbers, wait=False) is None
    chosen = tally.chosen(np.array(numbers), wait=True)
    assert chosen is not None
    assert len(chosen) == many.table.papers


def test_words_that_no_paper_has_are_named(many: Engine) -> None:
    found = search(many, "plasma qwertyzxcv")
    assert (found.unknown, found.only_near) == (("qwertyzxcv",), False)
    found = search(many, "the qwertyzxcv", "date")
    assert (found.unknown, found.only_near) == (("qwertyzxcv",), True)
    assert search(many, "the plasma").unknown == ()
    assert not search(many, 'qwertyzxcv "plasma waves"').only_near


def test_a_word_of_a_paper_written_since_is_no_unknown_word(tmp_path: Path) -> None:
    one = engine(tmp_path)
    assert search(one, "qwertyzxcv").only_near
    Store(tmp_path / "index").write([replace(PAPERS[0], title="Qwertyzxcv")], [], one)
    found = search(one, "qwertyzxcv")
    assert not found.unknown
    assert found.hits[0].card.id == PAPERS[0].id
