"""A paper as search engines read it."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Link, Precision, Version, Withdrawal
from dailypapers.community.actions.comment import write
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.people import User
from dailypapers.presentation.structured_data import scholarly_article
from tests.papers import DAY, hold, record

ADDRESS = "https://papers.example.org/papers/2604.00001"


def data_of(client: Client, address: str = "/papers/2604.00001") -> dict[str, Any]:
    page = client.get(address).content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.django_db
def test_the_page_of_a_paper_holds_it_as_a_scholarly_article(client: Client, alice: User, bob: User) -> None:
    name = Identifier("arxiv", "2604.00001")
    (paper,) = hold(
        record(
            1,
            identifiers=(name, Identifier("doi", "10.1234/engine")),
            title="On $x^2$",
            authors=(Author("Ada Lovelace", "Analytical Society", "0000-0001-2345-6789"), Author("B")),
            links=(Link("pdf", "https://arxiv.org/pdf/2604.00001"),),
            versions=(Version(name, 2, date(2026, 5, 1)),),
            venue="Journal of Engines",
            licence="https://creativecommons.org/licenses/by/4.0/",
        )
    )
    vote(person=alice, paper_id=paper.pk)
    write(person=bob, paper_id=paper.pk, body="So.")
    found = data_of(client)
    assert found["@type"] == "ScholarlyArticle"
    assert found["headline"] == found["name"] == "On x²"
    assert found["author"][0] == {
        "@type": "Person",
        "name": "Ada Lovelace",
        "affiliation": {"@type": "Organization", "name": "Analytical Society"},
        "sameAs": "https://orcid.org/0000-0001-2345-6789",
    }
    assert (found["datePublished"], found["dateModified"]) == ("2026-04-15", "2026-05-01")
    assert {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1234/engine"} in found["identifier"]
    assert found["sameAs"] == ["https://arxiv.org/abs/2604.00001", "https://doi.org/10.1234/engine"]
    assert found["encoding"]["contentUrl"] == "https://arxiv.org/pdf/2604.00001"
    assert found["isPartOf"]["name"] == "Journal of Engines"
    assert found["license"].startswith("https://creativecommons.org/")
    assert found["image"] == "http://testserver/share-cards/2604.00001.png"
    assert found["commentCount"] == 1
    assert found["interactionStatistic"]["userInteractionCount"] == 1


@pytest.mark.django_db
def test_a_withdrawn_paper_says_so_and_an_unknown_day_is_not_guessed(client: Client) -> None:
    hold(
        record(1, withdrawal=Withdrawal(DAY, "Wrong.")),
        record(2, day=date(2026, 4, 1), precision=Precision.MONTH),
        record(3, day=date(1605, 1, 1), precision=Precision.YEAR),
    )
    assert data_of(client)["creativeWorkStatus"] == "Withdrawn"
    assert data_of(client, "/papers/2604.00002")["datePublished"] == "2026-04"
    assert data_of(client, "/papers/2604.00003")["datePublished"] == "1605"


@given(title=st.text(st.characters(), max_size=60), abstract=st.text(st.characters(), max_size=60))
def test_nothing_that_a_source_wrote_ends_the_element(title: str, abstract: str) -> None:
    one = record(1, title=f"{title}</script><!--", abstract=f"<script>{abstract}")
    text = scholarly_article(Paper(handle="2604.00001"), one, ADDRESS)
    assert "<" not in text
    assert ">" not in text
    assert json.loads(text)["@id"] == ADDRESS
