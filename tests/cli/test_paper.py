"""A wrong merge is seen, undone, and leaves nothing of it in the order of the lists."""

import pytest
from click.testing import CliRunner, Result

from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Mention
from dailypapers.cli.main import dailypapers
from dailypapers.ranking.models import Score
from dailypapers.ranking.refresh import refresh
from tests.papers import DAY, hold, named, record

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(dailypapers, ["paper", *words])


def votes() -> dict[str, int]:
    """The votes by which each paper is ordered."""
    return dict(Score.objects.values_list("paper__handle", "votes"))


@pytest.fixture
def merged() -> Paper:
    """Two papers of one title that were taken for one work, the first with 5 votes, the second with 40."""
    said = (Mention("huggingface", DAY, votes=5),)
    said_too = (Mention("elsewhere", DAY, votes=40),)
    (kept,) = hold(record(1, title="A survey of looms and weavers", mentions=said))
    hold(
        record(
            2,
            identifiers=(named("doi:10.1000/182"),),
            title="A Survey of Looms and Weavers",
            authors=(Author("Ada Lovelace"),),
            mentions=said_too,
        )
    )
    refresh()
    assert votes() == {"2604.00001": 45}
    return kept


@pytest.mark.usefixtures("merged")
def test_a_merge_is_listed_with_its_number_and_its_reason() -> None:
    listed = run("merges").output
    assert "doi:10.1000/182 joined 2604.00001 (same title and an author in common)" in listed


def test_after_a_split_each_paper_stands_by_its_own_votes(merged: Paper) -> None:
    ended = run("split", str(merged.merges.get().pk))
    assert ended.exit_code == 0, ended.output
    assert "doi:10.1000/182 is a paper of its own again, apart from 2604.00001." in ended.output
    assert votes() == {"2604.00001": 5, "doi:10.1000/182": 40}


def test_a_split_of_nothing_says_where_the_numbers_are() -> None:
    ended = run("split", "7")
    assert ended.exit_code == 1
    assert "there is no merge 7; `dailypapers paper merges` lists them" in ended.output
