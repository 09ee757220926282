"""A withdrawal is known by the words of a comment: all that mean this paper, none that mean a journal's."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ingest.withdrawals import says_withdrawn


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the authors due to an error in Theorem 2",
        "arXiv admin note: This submission has been withdrawn by arXiv due to disputed authorship",
        "Withdrawn by the authors: one step of the proof is missing",
        "12 pages. Withdrawn due to a bug in the evaluation",
        "Withdrawing for now to agree on the text with all co-authors",
        "Paper withdrawn by authors. A script left out half of the data",
        "Manuscript is withdrawn; a new one will follow",
        "We have withdrawn this manuscript because of a flaw in Section 3",
        "The authors have therefore withdrawn the submission",
        "The authors hereby withdraw this article",
        "We are withdrawing the preprint. It will come back",
        "Some tables are wrong, so we withdraw it and will resubmit",
        "I would like to withdraw the paper, as its results have changed",
        "Our author team has decided to withdraw this version",
        "One coauthor insists to withdraw the submission",
        "The paper is being withdrawn over its list of authors",
        "The text needs a new proof, so it is being withdrawn; the paper will return",
        "The data set has mistakes and the paper needs to be withdrawn",
        "This preprint is withdrawn temporarily",
        "A mistake was found; we request withdrawal of this paper",
        "I am asking for a withdrawal of the paper",
        "The study requires withdrawal as its data are not consistent",
        "Revised for submission to a journal, this manuscript is withdrawn until then",
        "THIS PAPER HAS BEEN WITHDRAWN",
    ],
)
def test_what_says_that_this_paper_was_withdrawn(comment: str) -> None:
    assert says_withdrawn(comment)


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "12 pages, 3 figures",
        "Submitted to IEEE Transactions on Vehicles as a regular paper; was withdrawn in May 2024",
        "Accepted at a workshop but withdrawn for its page limit",
        "This paper was submitted to a conference, but the authors have withdrawn it and submit it elsewhere",
        "Previously presented at a small meeting and formally withdrawn",
        "Withdrawal from the conference",
        "Desk-rejected after a withdrawal from another meeting",
        "We have withdrawn it from review at the journal",
        "A previous version was withdrawn; this is the corrected one",
        "I am not sure whether withdrawing this paper is right",
        "Data on alcohol withdrawal and on withdrawals from savings banks",
        "Replaces an entry which was withdrawn in 2019",
    ],
)
def test_what_tells_of_another_withdrawal_or_of_none(comment: str) -> None:
    assert not says_withdrawn(comment)


@given(st.text(max_size=300))
def test_no_comment_breaks_the_reader(comment: str) -> None:
    says_withdrawn(f"{comment} withdrawn {comment}")


def test_a_very_long_comment_is_read_in_no_time() -> None:
    started = time.perf_counter()
    says_withdrawn("we this paper is not withdr " * 200_000)
    assert time.perf_counter() - started < 5
