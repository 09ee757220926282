"""The feeds of the lists, as readers of feeds meet them."""

import gzip
import json
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.catalogue.hiding import hide, show
from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.records import Author, Link, Listed, Version, Withdrawal
from dailypapers.ranking.lists import PER_PAGE
from dailypapers.ranking.refresh import refresh
from tests.api.feeds.rules import MEDIA_TYPES, check
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db

FORMS = ("rss", "atom", "json")
LISTS = (
    "/papers", "/papers/date/2026-04-15", "/papers/week/2026-W16", "/papers/month/2026-04",
    "/papers/trending",
)  # fmt: skip
SITE = "http://testserver"


def get(client: Client, address: str, **headers: str) -> Any:
    """The answer as it is now: what was remembered for some seconds is forgotten."""
    caches["memory"].clear()
    return client.get(address, headers=headers or None)


def parsed(client: Client, address: str) -> Any:
    """A feed of XML, as a reader reads it."""
    response = get(client, address)
    assert response.status_code == 200, response.content
    found = feedparser.parse(response.content)
    assert not found.bozo
    return found


def titles(client: Client, address: str) -> list[str]:
    return [entry.title for entry in parsed(client, address).entries]


def before(days: int) -> tuple[Listed, ...]:
    return (Listed(DAY - timedelta(days=days), "arxiv", announced=True),)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["", "?field=cs.CL&order=newest", "?show=submitted"])
def test_every_list_is_a_valid_feed_in_every_form(client: Client, form: str, path: str, query: str) -> None:
    hold(*(record(number, **mention(number)) for number in range(1, 4)))
    refresh()
    response = get(client, f"{path}.{form}{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == MEDIA_TYPES[form]
    check(form, response.content, f"{SITE}{path}.{form}{query}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", LISTS)
def test_a_feed_of_nothing_is_valid_too(client: Client, form: str, path: str) -> None:
    check(form, get(client, f"{path}.{form}").content, f"{SITE}{path}.{form}")


def test_an_entry_has_all_that_one_decides_by(client: Client) -> None:
    authors = (Author("Ada Lovelace", orcid="0000-0001-2345-6789"), Author("Charles Babbage"))
    (one,) = hold(
        record(
            1,
            identifiers=(Identifier("arxiv", "2604.00001"), Identifier("doi", "10.1234/engine")),
            title="On $x^2$ & <b>engines</b>",
            abstract="It grows by $x^2$ <script>.\n\nIt ends.",
            authors=authors,
            links=(
                Link("pdf", "https://arxiv.org/pdf/2604.00001"),
                Link("code", "https://github.com/x/y", 3),
            ),
            **mention(20),
        )
    )
    refresh()
    (entry,) = parsed(client, "/papers/date/2026-04-15.atom").entries
    assert entry.title == "On x² & <b>engines</b>"
    assert entry.link == f"{SITE}/papers/2604.00001"
    assert entry.id == f"tag:localhost,2026:paper-{one.pk}"
    assert [author.name for author in entry.authors] == ["Ada Lovelace", "Charles Babbage"]
    assert entry.authors[0].href == "https://orcid.org/0000-0001-2345-6789"
    assert [tag.term for tag in entry.tags] == ["cs.CL", "cs.LG"]
    assert "<p>It grows by x² &lt;script&gt;.</p><p>It ends.</p>" in entry.content[0].value
    assert "<math" not in entry.content[0].value
    related = {link.title: link.href for link in entry.links if link.rel == "related"}
    assert related["DOI 10.1234/engine"] == "https://doi.org/10.1234/engine"
    assert related["PDF"] == "https://arxiv.org/pdf/2604.00001"
    assert related["Code"] == "https://github.com/x/y"
    # A day begins where the announcements do: midnight in New York.
    assert entry.published == "2026-04-15T04:00:00+00:00"
    body = get(client, "/papers/date/2026-04-15.rss").content.decode()
    assert "<dc:creator>Ada Lovelace</dc:creator><dc:creator>Charles Babbage</dc:creator>" in body
    assert "<dc:identifier>doi:10.1234/engine</dc:identifier>" in body
    assert f"<comments>{SITE}/papers/2604.00001#discussion</comments>" in body
    (item,) = json.loads(get(client, "/papers/date/2026-04-15.json").content)["items"]
    assert item["external_url"] == "https://arxiv.org/abs/2604.00001"
    assert item["_dailypapers"]["identifiers"] == ["arxiv:2604.00001", "doi:10.1234/engine"]


@pytest.mark.parametrize("form", FORMS)
def test_votes_change_neither_words_nor_dates_of_an_entry(client: Client, form: str) -> None:
    hold(record(1, **mention(3)))
    refresh()
    first = get(client, f"/papers/date/2026-04-15.{form}").content
    hold(record(1, **mention(3_000)))
    refresh()
    assert get(client, f"/papers/date/2026-04-15.{form}").content == first


def test_a_new_version_and_a_withdrawal_change_the_date_of_an_entry(client: Client) -> None:
    name = Identifier("arxiv", "2604.00001")
    hold(record(1))
    later = DAY + timedelta(days=9)
    land([record(1, versions=(Version(name, 1, DAY), Version(name, 2, later)))], NOW + timedelta(days=9))
    (entry,) = parsed(client, "/papers/date/2026-04-15.atom").entries
    assert (entry.published[:10], entry.updated[:10]) == ("2026-04-15", "2026-04-24")
    withdrawn = Withdrawal(later + timedelta(days=1), "An error in Lemma 2.")
    land([record(1, withdrawal=withdrawn)], NOW + timedelta(days=10))
    (entry,) = parsed(client, "/papers/date/2026-04-15.atom").entries
    assert entry.updated[:10] == "2026-04-25"
    assert entry.title.startswith("Withdrawn: ")
    assert "An error in Lemma 2." in entry.content[0].value


def test_the_newest_papers_are_filled_up_with_days_before_while_the_newest_has_only_begun(
    client: Client,
) -> None:
    hold(record(1, title="Today"), record(2, title="Yesterday", listed=before(1)))
    hold(*(record(number, title="Before", listed=before(2)) for number in range(10, 70)))
    found = parsed(client, "/papers.atom")
    assert [entry.title for entry in found.entries[:3]] == ["Today", "Yesterday", "Before"]
    assert len(found.entries) == 2 * PER_PAGE
    # What of the third day has no room here is on that day's own list.
    assert links_of(found)["prev-archive"] == f"{SITE}/papers/date/2026-04-13.atom"


def links_of(found: Any) -> dict[str, str]:
    return {link.rel: link.href for link in found.feed.links}


def test_the_newest_papers_do_not_reach_back_for_ever(client: Client) -> None:
    hold(record(1, title="Today"), record(2, title="Long ago", listed=before(30)))
    assert titles(client, "/papers.rss") == ["Today"]


def test_a_list_is_read_to_its_end_by_its_pages(client: Client) -> None:
    hold(*(record(number) for number in range(1, 121)))
    address, seen = "/papers/date/2026-04-15.atom?order=newest", list[str]()
    for _ in range(9):
        found = parsed(client, address)
        seen += [entry.id for entry in found.entries]
        links = links_of(found)
        assert links["first"] == f"{SITE}/papers/date/2026-04-15.atom?order=newest"
        if "next" not in links:
            break
        address = links["next"].removeprefix(SITE)
    assert len(seen) == len(set(seen)) == 120
    assert links["previous"] == f"{SITE}/papers/date/2026-04-15.atom?order=newest&page=2"
    assert get(client, "/papers/date/2026-04-15.atom?page=9").status_code == 404
    body = json.loads(get(client, "/papers/date/2026-04-15.json?page=2").content)
    assert body["next_url"] == f"{SITE}/papers/date/2026-04-15.json?page=3"


def test_past_days_are_archives_of_the_newest_papers(client: Client) -> None:
    hold(record(1), record(2, listed=before(1)), record(3, listed=before(5)))
    found = parsed(client, "/papers/date/2026-04-14.rss?field=cs.CL")
    assert "fh_archive" in found.feed
    links = links_of(found)
    assert links["prev-archive"] == f"{SITE}/papers/date/2026-04-10.rss?field=cs.CL"
    assert links["next-archive"] == f"{SITE}/papers/date/2026-04-15.rss?field=cs.CL"
    assert links["current"] == f"{SITE}/papers.rss?field=cs.CL"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", LISTS)
def test_a_hidden_paper_is_in_no_feed_even_where_the_list_is_remembered(
    client: Client, form: str, path: str
) -> None:
    one, _ = hold(record(1, title="A secret engine", **mention(9)), record(2, **mention(8)))
    refresh()
    address = f"{path}.{form}"
    assert b"A secret engine" in get(client, address).content
    hide(one.pk, "It is not a paper.", NOW)
    assert b"A secret engine" not in client.get(address).content
    assert b"A secret engine" not in get(client, address).content
    show(one.pk)
    assert b"A secret engine" in get(client, address).content


@pytest.mark.parametrize("form", FORMS)
def test_who_has_a_feed_is_not_sent_it_again(client: Client, form: str) -> None:
    hold(record(1))
    address = f"/papers.{form}"
    first = get(client, address)
    same = {"if-none-match": first["ETag"]}
    again = client.get(address, headers=same)
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    since = client.get(address, headers={"if-modified-since": first["Last-Modified"]})
    assert since.status_code == 304
    hold(record(1, title="On something else"))
    assert get(client, address, **same).status_code == 200
    hold(record(2))
    assert get(client, address, **same).status_code == 200


def test_that_nothing_changed_is_told_without_looking_at_any_paper(client: Client) -> None:
    hold(*(record(number, **mention(number)) for number in range(1, 9)))
    refresh()
    tag = client.get("/papers/week/2026-W16.atom")["ETag"]
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/papers/week/2026-W16.atom", headers={"if-none-match": tag}).status_code == 304
    assert len(asked) == 0
    with CaptureQueriesContext(connection) as asked:
        assert get(client, "/papers/week/2026-W16.atom", **{"if-none-match": tag}).status_code == 304
    # The list, its numbers, its neighbours, and when the papers on it were written last.
    assert len(asked) <= 4


def test_a_feed_costs_the_same_queries_for_two_papers_as_for_many(client: Client) -> None:
    counted = []
    for numbers in (range(1, 3), range(3, 24)):
        hold(*(record(number, **mention(number)) for number in numbers))
        refresh()
        with CaptureQueriesContext(connection) as asked:
            get(client, "/papers/date/2026-04-15.json")
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_a_hub_is_named_where_one_is_set(client: Client, settings: Settings) -> None:
    hold(record(1))
    assert "hub" not in links_of(parsed(client, "/papers.atom"))
    settings.WEBSUB_HUB = "https://hub.example.org/"
    for form in FORMS:
        response = get(client, f"/papers.{form}")
        own = f'<{SITE}/papers.{form}>; rel="self"'
        assert response["Link"] == f'{own}, <https://hub.example.org/>; rel="hub"'
        check(form, response.content, f"{SITE}/papers.{form}")
    assert links_of(parsed(client, "/papers.rss"))["hub"] == "https://hub.example.org/"
    hubs = json.loads(get(client, "/papers.json").content)["hubs"]
    assert hubs == [{"type": "WebSub", "url": "https://hub.example.org/"}]


def test_names_of_entries_are_of_the_public_address_however_the_site_is_asked(
    client: Client, settings: Settings
) -> None:
    settings.BASE_URL = "https://papers.example.org"
    (one,) = hold(record(1))
    (entry,) = parsed(client, "/papers.atom").entries
    assert entry.id == f"tag:papers.example.org,2026:paper-{one.pk}"
    assert entry.link == "https://papers.example.org/papers/2604.00001"


@pytest.mark.parametrize(
    "address",
    [
        "/papers/date/2026-13-40.rss", "/papers/week/2026-W99.atom", "/papers/month/nothing.json",
        "/papers.rss?field=%22%3E", "/papers.atom?order=best", "/papers.json?page=0",
        "/papers.json?page=1001", "/papers/date/2026-04-15.rss?show=none",
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_plain_words(client: Client, address: str) -> None:
    response = get(client, address)
    assert response.status_code == 404
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert len(response.content) < 200


def test_only_reading_is_answered(client: Client) -> None:
    assert client.post("/papers.rss").status_code == 405
    head = client.head("/papers.rss")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "/papers"),
        ("/papers?field=cs.CL", "/papers"),
        ("/papers/date/2026-04-15?field=cs.CL&order=votes", "/papers/date/2026-04-15"),
        ("/papers/week/2026-W16", "/papers/week/2026-W16"),
        ("/papers/month/2026-04?show=submitted", "/papers/month/2026-04"),
        ("/papers/trending?field=cs", "/papers/trending"),
    ],
)
def test_every_list_names_its_feed_in_its_head_and_at_its_foot(client: Client, page: str, feed: str) -> None:
    hold(record(1, **mention(3)))
    refresh()
    shown = client.get(page).content.decode()
    _, mark, query = page.partition("?")
    query = query.replace("&", "&amp;")
    for form, media_type in MEDIA_TYPES.items():
        address = f"{feed}.{form}{mark}{query}"
        # Readers that find feeds by a page take Atom or RSS; two are enough in every head.
        in_head = f'<link rel="alternate" type="{media_type.partition(";")[0]}" href="{address}"' in shown
        assert in_head is (form != "json")
        assert f'<a href="{address}">' in shown
        assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_what_was_written_once_is_sent_again_only_while_it_is_still_so(client: Client) -> None:
    _, two = hold(record(1, title="First"), record(2, title="Second"))
    first = client.get("/papers.atom").content
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/papers.atom").content == first
    assert len(asked) == 1
    # The list is remembered for some seconds; what its papers say never is.
    land([record(1, title="First, put right")], NOW + timedelta(hours=1))
    assert "First, put right" in client.get("/papers.atom").content.decode()
    hide(two.pk, "Spam.", NOW)
    assert "Second" not in client.get("/papers.atom").content.decode()


def test_a_feed_is_sent_packed_to_who_takes_it_packed(client: Client) -> None:
    hold(*(record(number) for number in range(1, 9)))
    plain = client.get("/papers.atom")
    for _ in range(2):
        packed = client.get("/papers.atom", headers={"accept-encoding": "br, gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert int(packed["Content-Length"]) == len(packed.content)
        assert "Accept-Encoding" in packed["Vary"]
    for tag in (plain["ETag"], packed["ETag"]):
        for encoding in ("gzip", "identity"):
            asked = {"if-none-match": tag, "accept-encoding": encoding}
            assert client.get("/papers.atom", headers=asked).status_code == 304
    assert client.get("/papers.atom", headers={"accept-encoding": "identity"}).content == plain.content


@pytest.mark.parametrize(
    "page", ["/", "/about", "/search", "/organizations", "/status/coverage", "/nothing-here"]
)
def test_every_other_page_names_the_feed_of_the_newest_papers(client: Client, page: str) -> None:
    shown = client.get(page).content.decode()
    assert '<link rel="alternate" type="application/atom+xml" href="/papers.atom"' in shown
