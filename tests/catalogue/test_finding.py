"""What is pasted leads to the paper it names, with whatever stands around it."""

import pytest

from dailypapers.catalogue.finding import meant
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "2604.00001",
        "arXiv:2604.00001v2",
        "arXiv 2604.00001",
        "arXiv: 2604.00001",
        "https://arxiv.org/abs/2604.00001?context=cs",
        "https://arxiv.org/html/2604.00001v1#S2",
        "<https://arxiv.org/abs/2604.00001>",
        "(arXiv:2604.00001).",
        "“2604.00001”",
        "[2604.00001]",
        "[2604.00001] Heat in thin metal plates",
        "arXiv:2604.00001v2 [cs.CL] 2 Apr 2026",
        "heat in THIN metal-plates.",
        '"Heat in Thin Metal Plates"',
    ],
)
def test_a_name_leads_to_its_paper_as_it_is_pasted(text: str) -> None:
    hold(record(1, title="Heat in thin metal plates"), record(2, title="Folding of proteins in water"))
    found = meant(text)
    assert found is not None
    assert found.handle == "2604.00001"


@pytest.mark.parametrize("text", ["", "[", "()", "arXiv", "[2604.00009] Another", "heat in plates", "2604"])
def test_what_names_no_paper_leads_nowhere(text: str) -> None:
    hold(record(1, title="Heat in thin metal plates"))
    assert meant(text) is None


def test_a_title_of_two_papers_leads_to_neither() -> None:
    from dailypapers.catalogue.records import Author

    hold(
        record(1, title="Heat in thin metal plates", authors=(Author("Ann Lee"),)),
        record(2, title="Heat in thin metal plates", authors=(Author("Bo Chen"),)),
    )
    assert meant("Heat in thin metal plates") is None
