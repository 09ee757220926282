"""A site that holds only the bundled sample says so, and opens on what people know."""

import pytest
from django.test import Client

from dailypapers.cli.up import load_sample
from tests.papers import hold, record

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_front_page_of_the_sample_shows_its_well_known_papers(client: Client) -> None:
    load_sample()
    page = text_of(client, "/")
    assert "This is the bundled sample" in page
    assert page.count('<li class="paper') == 25
    assert "Generative Adversarial Nets" in page
    assert "2014</time>" in page
    assert len(page) < 60_000
    further = text_of(client, "/?page=2")
    assert "Attention is All you Need" in page + further
    assert 'href="/papers/date/2026-' in page


def test_other_addresses_and_lists_stay_what_they_are(client: Client) -> None:
    load_sample()
    assert "Well-known papers" not in text_of(client, "/papers")
    assert "Well-known papers" not in text_of(client, "/?field=cs.CL")
    trending = text_of(client, "/papers/trending")
    assert "The bundled sample comes without votes" in trending
    assert '<a href="/">See its well-known papers.</a>' in trending


def test_the_first_paper_from_a_source_brings_the_newest_day_back(client: Client) -> None:
    load_sample()
    hold(record(1))
    assert "Well-known papers" not in text_of(client, "/")
    assert "comes without votes" not in text_of(client, "/papers/trending")
