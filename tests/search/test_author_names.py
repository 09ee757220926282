"""Authors are found however their names are written, and where they are misspelt."""

from datetime import date

import pytest

from dailypapers.search.columns import asked_keys, name_keys
from dailypapers.search.document import Document
from dailypapers.search.engine import Engine
from dailypapers.search.query.parse import parse_query
from tests.search.papers import engine, found

AUTHORS = (
    ("Fei-Fei Li", "Yoshua Bengio"),
    ("Li Fei-Fei", "Y. Bengio"),
    ("Geoffrey E. Hinton", "Bengio, Yoshua"),
    ("Geoffrey Hinton", "Laurens van der Maaten"),
    ("Samy Bengio", "Li Hinto"),
    ("Ashish Vaswani",),
    ("Yann LeCun", "Chelsea Finn"),
)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    papers = tuple(
        Document(number, f"Paper {number}", "Of nothing.", authors=authors, day=date(2026, 1, number))
        for number, authors in enumerate(AUTHORS, 1)
    )
    return engine(tmp_path_factory.mktemp("names"), papers)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Fei-Fei Li", "Li Fei-Fei", "Li, Fei-Fei", "LI FEI FEI"), [2, 1]),
        (("Y. Bengio", "Y Bengio", "Bengio Y", "Bengio Y.", "Bengio, Y."), [3, 2, 1]),
        (("Yoshua Bengio", "Bengio Yoshua", "Bengio, Yoshua"), [3, 1]),
        (("Geoffrey Hinton", "Geoffrey E. Hinton", "Hinton, Geoffrey", "G. E. Hinton", "Hinton G E"), [4, 3]),
        (("Bengio",), [5, 3, 2, 1]),
        (("Nobody", "Nobody At All", "a b c d e f g", ". -"), []),
    ],
)
def test_an_author_is_found_in_any_order_and_by_initials(
    named: Engine, names: tuple[str, ...], expected: list[int]
) -> None:
    for name in names:
        assert found(named, f'author:"{name}"') == expected, name
        assert named.search(parse_query(f'author:"{name}"')).corrections == (), name


@pytest.mark.parametrize(
    ("asked", "meant", "expected"),
    [
        ("author:bengoi", "author:bengio", [5, 3, 2, 1]),
        ("author:bengo", "author:bengio", [5, 3, 2, 1]),
        ("author:hintn", "author:hinton", [4, 3]),
        ("author:vaswany", "author:vaswani", [6]),
        ('author:"Geofrey Hintonn"', 'author:"geoffrey hinton"', [4, 3]),
        ('author:"Hinton, Goeffrey"', 'author:"geoffrey hinton"', [4, 3]),
        ('author:"van der Maaten"', "author:maaten", [4]),
        ('author:"Le Cun"', "author:lecun", [7]),
        ('author:"Yan LeCun"', 'author:"yann lecun"', [7]),
        ('author:"Fin Chelsea"', 'author:"finn chelsea"', [7]),
    ],
)
def test_an_author_whom_no_paper_has_is_put_right_and_said(
    named: Engine, asked: str, meant: str, expected: list[int]
) -> None:
    result = named.search(parse_query(asked))
    assert result.corrections == ((asked, meant),)
    assert [hit.card.id for hit in result.hits] == expected
    assert named.search(parse_query(asked), as_written=True).hits == ()


@pytest.mark.parametrize(
    "asked", ["author:hinto", "author:yoshua", "author:samy", "-author:bengoi", "author:li"]
)
def test_an_author_who_is_there_or_left_out_or_a_given_name_stays(named: Engine, asked: str) -> None:
    assert named.search(parse_query(f"{asked} nothing")).corrections == ()


def test_words_and_authors_are_put_right_together(named: Engine) -> None:
    result = named.search(parse_query('paper author:bengoi author:"Geofrey Hinton"'))
    assert dict(result.corrections) == {
        "author:bengoi": "author:bengio",
        'author:"Geofrey Hinton"': 'author:"geoffrey hinton"',
    }
    assert [hit.card.id for hit in result.hits] == [3]


def test_an_umlaut_may_be_written_with_an_e() -> None:
    assert "jurgen schmidhuber" in asked_keys("Juergen Schmidhuber")
    written = ("Roeder", "Schaefer", "Mueller")
    assert [asked_keys(name)[-1] for name in written] == ["roder", "schafer", "muller"]
    assert [asked_keys(name) for name in ("Michael", "Joe", "Noel", "Samuel", "Ng")] == [
        ("michael",), ("joe",), ("noel",), ("samuel",), ("ng",),
    ]  # fmt: skip


def test_the_keys_of_a_name() -> None:
    assert name_keys("Ada King Lovelace") == ("ada king lovelace", "ada lovelace", "a lovelace", "lovelace")
    assert name_keys("van der Maaten, Laurens") == (
        "laurens van der maaten",
        "l van der maaten",
        "van der maaten",
    )
    assert name_keys("Plato") == ("plato", "p plato")
    assert name_keys("Curie,") == name_keys("Curie")
    assert name_keys(" . ") == asked_keys(" - ") == ()
    assert asked_keys("Li, Fei-Fei") == ("fei fei li", "fei li fei", "li fei fei")
    assert asked_keys("a b c d e") == ("a b c d e",)
