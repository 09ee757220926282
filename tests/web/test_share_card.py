"""A shared paper has a picture with its title in it, whatever the title is."""

import io

import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dailypapers.web.covers import shape_of
from dailypapers.web.share_card import HEIGHT, WIDTH, draw_share_card
from tests.papers import hold, record


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    assert image.size == (WIDTH, HEIGHT)
    return image.convert("RGB")


def rows_with_letters(title: str) -> int:
    """Rows above the ridges in which anything but the ground is drawn."""
    image = opened(draw_share_card(title, "Ada Lovelace", "dailypapers", shape_of(title), 240))
    ground = image.getpixel((0, 0))
    upper = image.crop((0, 0, WIDTH, 320))
    pixels = upper.load()
    assert pixels is not None
    return sum(any(pixels[x, y] != ground for x in range(0, WIDTH, 2)) for y in range(upper.height))


def test_a_long_title_takes_more_of_the_card_and_stays_on_it() -> None:
    short, long = "On ridges", "On the ridges of " + "very many and remarkably long mountain chains " * 4
    assert 20 < rows_with_letters(short) < rows_with_letters(long)


def test_a_title_the_font_cannot_write_is_left_out_rather_than_shown_as_boxes() -> None:
    assert rows_with_letters("大语言模型") == 0


def test_the_card_of_a_withdrawn_paper_says_so() -> None:
    shape = shape_of("growth")
    stands, withdrawn = (
        draw_share_card("On ridges", "Ada Lovelace", "dailypapers", shape, 240, withdrawn=it)
        for it in (False, True)
    )
    above_the_title = (0, 0, WIDTH, 66)
    assert len(opened(stands).crop(above_the_title).getcolors() or ()) == 1
    assert len(opened(withdrawn).crop(above_the_title).getcolors() or ()) > 1


@settings(max_examples=15)
@given(st.text(max_size=1_000), st.text(max_size=80))
def test_no_title_breaks_the_card(title: str, byline: str) -> None:
    opened(draw_share_card(title, byline, "dailypapers", shape_of(title), 12))


@pytest.mark.django_db
def test_the_paper_page_names_the_picture_by_its_whole_address(client: Client) -> None:
    hold(record(1))
    caches["memory"].clear()
    page = client.get("/papers/2604.00001").content.decode()
    assert '<meta property="og:image" content="http://testserver/share-cards/2604.00001.png">' in page
    answer = client.get("/share-cards/2604.00001.png")
    assert answer["Content-Type"] == "image/png"
    opened(answer.content)
    assert client.get("/share-cards/2604.99999.png").status_code == 404
