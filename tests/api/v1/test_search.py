"""Search, as programs ask for it."""

import pytest

from dailypapers.catalogue import indexing
from dailypapers.catalogue.hiding import hide
from tests.api.v1.program import ask
from tests.papers import NOW, hold, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("place_for_an_index")]


@pytest.fixture
def indexed(place_for_an_index: None) -> None:
    hold(
        record(1, title="Heat in thin metal plates", abstract="We study it. Copper and zinc glow."),
        record(2, title="Folding of proteins in water", abstract="Amino acids fold quickly in it."),
        record(3, title="Copper in the leaves of plants", abstract="Taken up.", categories=("q-bio.BM",)),
        *(
            record(number, title=f"Conductors of kind {number}", abstract="Superb.")
            for number in range(10, 22)
        ),
    )
    hold(record(30, title="Conductors of a kind of their own", categories=("math.PR",)))
    indexing.build()


@pytest.mark.usefixtures("indexed")
def test_a_result_has_the_sentence_that_answers_and_why() -> None:
    told = ask("search?q=copper+zinc")
    first = told["results"][0]
    assert first["paper"]["id"] == "2604.00001"
    assert first["sentence"] == "Copper and zinc glow."
    assert sum(part["score"] for part in first["why"]) == pytest.approx(first["score"], abs=1e-4)
    assert {"copper", "zinc"} <= {part["word"] for part in first["why"]}
    assert told["state"] == "found"


@pytest.mark.usefixtures("indexed")
def test_the_whole_query_language_is_taken() -> None:
    told = ask("search?q=copper+-plants+field:cs.CL+after:2026+votes:<5&sort=date&fields=id")
    assert [one["paper"] for one in told["results"]] == [{"id": "2604.00001"}]
    assert ask("search?q=field:nowhere")["state"] == "nothing found"
    assert ask("search?q=after:yesterday+copper")["problems"][0]["part"] == "after:yesterday"
    assert ask("search?q=like:2604.99999")["state"] == "unknown paper"


@pytest.mark.usefixtures("indexed")
def test_facets_are_told_to_who_asks() -> None:
    assert ask("search?q=copper")["facets"] is None
    told = ask("search?q=conductors&facets=true")
    assert {"value": "math.PR", "papers": 1, "query": "conductors field:math.PR"} in told["facets"]["field"]
    assert told["matching"] == 13


@pytest.mark.usefixtures("indexed")
def test_misspelt_words_are_put_right_and_told() -> None:
    told = ask("search?q=conductrs")
    assert told["corrections"] == [{"written": "conductrs", "looked_for": "conductors"}]
    assert ask("search?q=conductrs&as_written=true")["corrections"] == []


@pytest.mark.usefixtures("indexed")
def test_a_paper_that_the_query_names_is_told() -> None:
    assert ask("search?q=arXiv:2604.00002")["meant"] == "2604.00002"
    assert ask("search?q=Copper+in+the+leaves+of+plants")["meant"] == "2604.00003"
    assert ask("search?q=copper")["meant"] is None


@pytest.mark.usefixtures("indexed")
def test_results_come_in_pages() -> None:
    first = ask("search?q=copper&mode=lexical&limit=1&fields=id")
    second = ask(first["next"])
    assert {one["results"][0]["paper"]["id"] for one in (first, second)} == {"2604.00001", "2604.00003"}
    assert second["next"] is None


@pytest.mark.usefixtures("indexed")
def test_a_paper_hidden_since_the_index_was_written_is_no_result() -> None:
    (paper,) = hold(record(1, title="Heat in thin metal plates"))
    hide(paper.pk, "spam", NOW)
    assert "2604.00001" not in [one["paper"]["id"] for one in ask("search?q=copper")["results"]]


@pytest.mark.usefixtures("indexed")
def test_related_papers_share_words() -> None:
    told = ask("papers/2604.00001/related?limit=2")
    assert len(told["papers"]) == 2
    assert "2604.00001" not in [one["id"] for one in told["papers"]]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("search", "q"),
        ("search?q=x&mode=magic", "mode"),
        ("search?q=x&sort=size", "sort"),
        ("search?q=x&facets=maybe", "facets"),
        ("search?q=x&limit=51", "limit"),
        ("search?q=x&cursor=WyJzZWFyY2giLDEwMDFd", "cursor"),
        ("search?q=" + "x" * 10_000, "q"),
    ],
)
def test_what_no_search_can_be_is_told_with_its_name(path: str, field: str) -> None:
    assert ask(path, status=400)["error"]["field"] == field


def test_before_there_is_an_index_search_says_so() -> None:
    assert ask("search?q=copper", status=503)["error"]["code"] == "unavailable"
    assert ask("status")["search"] is False
