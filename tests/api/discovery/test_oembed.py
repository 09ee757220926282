"""What chats and blogs show in the place of a paper's address."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from lxml import etree, html

from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.records import Author, Withdrawal
from tests.papers import DAY, NOW, hold, record

pytestmark = pytest.mark.django_db

PAPER = "http://testserver/papers/2604.00001"


def told(client: Client, address: str = PAPER, **asked: str) -> dict[str, Any]:
    answer = client.get("/oembed", {"url": address, **asked})
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_a_paper_is_a_card_of_plain_html_with_its_picture(client: Client) -> None:
    hold(record(1, title="On $x^2$ & <script>alert(1)</script>", authors=(Author("Ada & Co"), Author("B"))))
    found = told(client)
    assert (found["version"], found["type"]) == ("1.0", "rich")
    assert found["title"] == "On x² & <script>alert(1)</script>"
    assert found["author_name"] == "Ada & Co and 1 more"
    assert found["thumbnail_url"] == "http://testserver/share-cards/2604.00001.png"
    assert (found["thumbnail_width"], found["thumbnail_height"]) == (1200, 630)
    assert isinstance(found["width"], int)
    assert isinstance(found["height"], int)
    card = html.fromstring(found["html"])
    assert {one.tag for one in card.iter()} <= {"blockquote", "p", "a"}
    assert card.xpath("//a/@href") == [PAPER, "http://testserver"]
    assert "On x² & <script>alert(1)</script>" in card.text_content()


def test_it_is_xml_where_xml_is_asked_for(client: Client) -> None:
    hold(record(1, title="On x < y & z"))
    answer = client.get("/oembed", {"url": PAPER, "format": "xml"})
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    assert root.tag == "oembed"
    assert root.findtext("title") == "On x < y & z"
    assert {one.tag: one.text for one in root} == {name: str(value) for name, value in told(client).items()}


def test_it_is_no_larger_than_asked(client: Client) -> None:
    hold(record(1))
    found = told(client, maxwidth="300", maxheight="100")
    assert found["width"] <= 300
    assert found["height"] <= 100
    assert found["thumbnail_width"] <= 300
    assert found["thumbnail_height"] <= 100
    assert told(client, maxwidth="many") == told(client)


def test_a_withdrawn_paper_says_so(client: Client) -> None:
    hold(record(1, withdrawal=Withdrawal(DAY, "Wrong.")))
    assert told(client)["title"].startswith("Withdrawn: ")


def test_any_address_of_the_paper_will_do(client: Client) -> None:
    hold(record(1), record("doi:10.1234/a<b>"))
    for address in (
        f"{PAPER}.md",
        f"{PAPER}?comments=2#discussion",
        "https://testserver/papers/arXiv:2604.00001v2",
    ):
        assert told(client, address)["html"] == told(client)["html"]
    odd = f"http://testserver/papers/{quote('doi:10.1234/a<b>', safe='/:')}"
    assert odd.partition("papers/")[2] in told(client, odd)["html"]


@pytest.mark.parametrize(
    "address",
    [
        "", "nothing", "http://testserver/papers/2604.99999", "http://testserver/", "http://testserver/about",
        "http://elsewhere.example/papers/2604.00001", "javascript:alert(1)", "http://[", "file:///etc/passwd",
        "http://testserver/papers/" + "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_paper_here_is_not_found(client: Client, address: str) -> None:
    hold(record(1))
    assert client.get("/oembed", {"url": address}).status_code == 404


def test_a_hidden_paper_is_not_found_and_an_unknown_form_not_there(client: Client) -> None:
    (one,) = hold(record(1))
    assert client.get("/oembed", {"url": PAPER, "format": "yaml"}).status_code == 501
    hide(one.pk, "Spam.", NOW)
    assert client.get("/oembed", {"url": PAPER}).status_code == 404


def test_the_page_of_a_paper_names_its_card(client: Client) -> None:
    hold(record(1))
    page = client.get("/papers/2604.00001").content.decode()
    for kind in ("application/json", "text/xml"):
        (found,) = re.findall(
            rf'<link rel="alternate" type="{re.escape(kind)}\+oembed" href="([^"]+)">', page
        )
        answer = client.get(found.replace("&amp;", "&").removeprefix("http://testserver"))
        assert answer["Content-Type"].startswith(kind)
