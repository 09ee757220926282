"""Pages as Markdown, at their own address and beside it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from markdown_it import MarkdownIt
from pytest_django import Settings

from dailypapers.catalogue import finding
from dailypapers.catalogue.hiding import hide
from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Link, Listed, Summary, Version, Withdrawal
from dailypapers.community.actions import arrange, collect, group, group_papers
from dailypapers.community.actions.comment import remove, write
from dailypapers.community.actions.submit import submit
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from dailypapers.ingest.models import Coverage
from dailypapers.ranking.refresh import refresh
from dailypapers.site.index_keeper import IndexKeeper
from tests.papers import DAY, NOW, hold, mention, record

pytestmark = pytest.mark.django_db

MARKDOWN = "text/markdown; charset=utf-8"


def read(client: Client, address: str, status: int = 200, **headers: str) -> str:
    answer = client.get(address, headers=headers or None)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == MARKDOWN
    return answer.content.decode()


def test_a_paper_says_all_that_its_page_says(client: Client, alice: User, bob: User) -> None:
    (paper,) = hold(
        record(
            1,
            identifiers=(Identifier("arxiv", "2604.00001"), Identifier("doi", "10.1234/engine")),
            title="On $x^2$ & [engines](https://evil.org)",
            authors=(Author("Ada Lovelace", orcid="0000-0001-2345-6789"), Author("Charles Babbage")),
            abstract="# It grows.\n\nIt ends.",
            links=(Link("code", "https://github.com/x/y", 307), Link("pdf", "https://arxiv.org/pdf/1")),
            versions=(Version(Identifier("arxiv", "2604.00001"), 2, DAY),),
            summaries=(Summary("It is short.", "huggingface", "a-model", ("heat",)),),
            comment="12 pages",
            **mention(1182, comments=5, submitter="Grace Hopper", organization="Analytical Society"),
        )
    )
    vote(person=alice, paper_id=paper.pk)
    first = write(person=alice, paper_id=paper.pk, body="So:\n\n## Votes: 9\n\n```\ncode", quote="It ends.")
    write(person=bob, paper_id=paper.pk, body="Yes <b>.", answers=first.pk)
    gone = write(person=bob, paper_id=paper.pk, body="A slip")
    remove(person=bob, comment_id=gone.pk)
    refresh()
    page = read(client, "/papers/2604.00001.md")
    for said in (
        "# On x² \\& \\[engines\\](https://evil.org)\n",
        "[Ada Lovelace](https://orcid.org/0000-0001-2345-6789), Charles Babbage",
        "- Announced: [2026-04-15](http://testserver/papers/date/2026-04-15.md)",
        "- Fields: cs.CL (Language), cs.LG",
        "- arXiv: [2604.00001](https://arxiv.org/abs/2604.00001)",
        "- DOI: [10.1234/engine](https://doi.org/10.1234/engine)",
        "(https://github.com/x/y) (307 stars)",
        "- Versions: v2 2026-04-15",
        "- Authors’ comment: 12 pages",
        "## Abstract\n\n\\# It grows.\n\nIt ends.\n",
        "## Summary from Hugging Face Daily Papers, written by a-model\n\nIt is short.\n\nKeywords: heat",
        "- 1 vote here",
        "- 1,182 votes, 5 comments on [Hugging Face Daily Papers]",
        "put forward by Grace Hopper, Analytical Society, 2026-04-15",
        "- Heat ",
        "- Trending ",
        "## Discussion (2 comments)",
        f"### Comment {first.pk} by Alice, 2",
        "On “It ends.”:",
        "> So:\n>\n> ## Votes: 9\n>\n> ```\n> code\n\n###",
        f"by Bob, to comment {first.pk}",
        "> Yes \\<b>.",
        "(http://testserver/papers/2604.00001.bib)",
    ):
        assert said in page, said
    assert "A slip" not in page


def test_a_withdrawn_paper_says_so_first(client: Client) -> None:
    hold(record(1, withdrawal=Withdrawal(DAY, "An error in Lemma 2.")))
    assert "**Withdrawn on 2026-04-15: An error in Lemma 2.**" in read(client, "/papers/2604.00001.md")


def test_other_names_of_a_paper_lead_to_its_one_address(client: Client) -> None:
    hold(record(1))
    moved = client.get("/papers/arXiv:2604.00001v3.md")
    assert (moved.status_code, moved["Location"]) == (301, "/papers/2604.00001.md")
    asked = client.get("/papers/https://arxiv.org/abs/2604.00001", headers={"accept": "text/markdown"})
    assert (asked.status_code, asked["Location"]) == (301, "/papers/2604.00001.md")


def test_what_is_not_held_or_hidden_is_said_in_markdown(client: Client) -> None:
    told = read(client, "/papers/2604.99999.md", 404)
    assert told.startswith("# Not found\n")
    assert "https://arxiv.org/abs/2604.99999" in told
    assert "llms.txt" in read(client, "/papers/nothing.md", 404)
    (one,) = hold(record(1, title="A secret"))
    hide(one.pk, "It is not a paper.", NOW)
    assert "It is not a paper." in (told := read(client, "/papers/2604.00001.md", 410))
    assert "A secret" not in told
    assert "A secret" not in read(client, "/papers/date/2026-04-15.md")


PAGES = (
    "/", "/papers", "/papers/date/2026-04-15", "/papers/week/2026-W16", "/papers/month/2026-04",
    "/papers/trending", "/papers/2604.00001", "/organizations", "/about", "/status/coverage",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_gives_markdown_to_who_asks_for_it_and_html_to_all_others(client: Client, path: str) -> None:
    hold(record(1, **mention(3)))
    refresh()
    beside = read(client, "/papers.md" if path == "/" else f"{path}.md")
    for accept in (
        "text/markdown",
        "text/markdown, text/html;q=0.9, */*;q=0.1",
        "text/markdown, text/html, */*",
    ):
        answer = client.get(path, headers={"accept": accept})
        assert answer["Content-Type"] == MARKDOWN
        assert answer.content.decode() == beside
        canonical = "/papers" if path == "/" else path
        assert answer["Link"] == f'<http://testserver{canonical}>; rel="canonical"'
        assert "Accept" in answer["Vary"]
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept in (browser, "*/*", "", "text/html, text/markdown;q=0.5"):
        answer = client.get(path, headers={"accept": accept} if accept else None)
        assert answer["Content-Type"].startswith("text/html")
        assert "Accept" in answer["Vary"]
    assert client.head(path, headers={"accept": "text/markdown"}).content == b""


@pytest.mark.parametrize("path", [*PAGES[1:6], "/papers/2604.00001"])
def test_a_page_names_its_markdown(client: Client, path: str) -> None:
    hold(record(1, **mention(3)))
    refresh()
    shown = client.get(path).content.decode()
    assert f'<link rel="alternate" type="text/markdown" href="{path}.md">' in shown


@pytest.mark.parametrize(
    "path",
    ["/papers/2604.00001.bib", "/papers.atom", "/settings", "/saved", "/people/alice.svg", "/papers.json"],
)
def test_what_has_no_markdown_stays_what_it_is(client: Client, path: str, alice: User) -> None:
    hold(record(1))
    asked = client.get(path, headers={"accept": "text/markdown"})
    usual = client.get(path)
    assert asked.status_code == usual.status_code
    assert asked["Content-Type"] == usual["Content-Type"]


def test_a_list_says_how_many_in_which_order_and_what_is_beside_it(client: Client) -> None:
    before = (Listed(DAY - timedelta(days=1), "arxiv", announced=True),)
    links = (Link("code", "https://github.com/x/y"),)
    hold(*(record(number, links=links, **mention(100 - number)) for number in range(1, 31)))
    hold(record(90, listed=before))
    refresh()
    page = read(client, "/papers/date/2026-04-15.md?field=cs.CL&order=votes")
    assert page.startswith("# Wednesday, April 15, 2026 in Language (cs.CL)\n")
    assert "30 papers, in the order of votes" in page
    assert "[2026-04-14](http://testserver/papers/date/2026-04-14.md?field=cs.CL&order=votes)" in page
    assert (
        "1. [On the measured growth of paper number 2604.00001](http://testserver/papers/2604.00001.md)"
        in page
    )
    assert "Ada Lovelace, Charles Babbage and 1 more · cs.CL · 2026-04-15 · 99 votes · [Code]" in page
    more = "http://testserver/papers/date/2026-04-15.md?field=cs.CL&order=votes&page=2"
    assert f"[More papers]({more})" in page
    rest = read(client, more.removeprefix("http://testserver"))
    assert "26. [On the measured growth" in rest
    assert "More papers" not in rest
    assert "order" in read(client, "/papers.md?order=best", 404)


def test_collections_and_organizations_are_read_as_far_as_everyone_sees_them(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.ORGANIZATIONS = settings.GROUPS = "everyone"
    (one,) = hold(record(1, title="An engine"))
    made = collect.create(person=alice, name="Heat", about="For *all*.", is_public=True)
    arrange.add(person=alice, collection_id=made.pk, paper_ids=[one.pk])
    arrange.note(person=alice, collection_id=made.pk, paper_id=one.pk, text="Read [it](https://e.org)")
    page = read(client, f"{made.address}.md")
    assert "# Heat\n\n1 paper, a collection by Alice." in page
    assert "An engine" in page
    assert "Note: Read \\[it\\](https://e.org)" in page
    assert client.get(f"/collections/{made.pk}.md")["Location"] == f"{made.address}.md"
    hers = collect.create(person=alice, name="Mine")
    read(client, f"{hers.address}.md", 404)
    lab = group.create(person=alice, kind=Group.Kind.ORGANIZATION, name="Lab of Engines", about="We compute.")
    group_papers.add(person=alice, group_id=lab.pk, paper_id=one.pk)
    assert f"[Lab of Engines](http://testserver/organizations/{lab.slug}.md)" in read(
        client, "/organizations.md"
    )
    page = read(client, f"/organizations/{lab.slug}", accept="text/markdown")
    assert "We compute." in page
    assert "An engine" in page
    readers = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers")
    read(client, f"/organizations/{readers.slug}.md", 404)


def test_how_whole_the_days_are(client: Client) -> None:
    at = datetime(2026, 4, 16, tzinfo=UTC)
    Coverage.objects.create(
        source="arxiv", day=date(2026, 4, 15), announced=1200, held=1199, state="gap", checked_at=at
    )
    page = read(client, "/status/coverage.md?month=2026-04")
    assert "| arXiv | 2026-04-15 | 1,200 | 1,199 | gap |" in page
    read(client, "/status/coverage.md?month=nothing", 404)


def test_a_page_costs_the_same_queries_for_two_papers_as_for_many(client: Client) -> None:
    counted = []
    for numbers in (range(1, 3), range(3, 24)):
        hold(*(record(number, **mention(number)) for number in numbers))
        refresh()
        with CaptureQueriesContext(connection) as asked:
            read(client, "/papers/date/2026-04-15.md")
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_llms_txt_names_what_there_is_and_nothing_else(client: Client, paper: Paper) -> None:
    answer = client.get("/llms.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    lines = text.splitlines()
    assert lines[0] == "# dailypapers"
    assert lines[2].startswith("> ")
    assert [line for line in lines if line.startswith("## ")] == [
        "## Lists",
        "## For programs",
        "## Optional",
    ]
    for line in lines:
        if line.startswith("- ["):
            address = line.partition("](http://testserver")[2].partition(")")[0]
            assert address
            assert client.get(address).status_code != 500


@pytest.mark.django_db(transaction=True)
def test_a_search_is_read_in_pages(client: Client, tmp_path: Path, settings: Any, monkeypatch: Any) -> None:
    settings.INDEX_URL = str(tmp_path / "index")
    settings.HOME = tmp_path
    monkeypatch.setattr(finding, "_open", finding._Open())
    assert "being built" in read(client, "/search.md?q=heat", 503)
    hold(*(record(number, title=f"Heat in metal number {number}") for number in range(1, 41)))
    IndexKeeper().look()
    page = read(client, "/search?q=heat+in+metal&sort=date", accept="text/markdown")
    assert page.startswith("# heat in metal\n\n40 papers found, page 1.")
    assert "[More papers](http://testserver/search.md?q=heat+in+metal&sort=date&page=2)" in page
    assert "40. [Heat in metal" in read(client, "/search.md?q=heat+in+metal&page=2")
    assert "author:" in read(client, "/search.md")
    read(client, "/search.md?q=heat&sort=beauty", 404)


def test_a_person_is_read_as_far_as_everyone_sees_them(
    client: Client, alice: User, bob: User, settings: Settings
) -> None:
    settings.ACCOUNTS, settings.SUBMIT_DAYS, settings.NEW_LINKS_WAIT = "open", 0, True
    (paper,) = hold(record(1, title="An engine"))
    alice.about, alice.links = "# I compute.", ["https://example.org/me"]
    alice.affiliation = "Analytical Society"
    alice.save()
    submit(person=alice, paper_id=paper.pk)
    write(person=alice, paper_id=paper.pk, body="It *grows*.")
    collect.create(person=alice, name="Heat", is_public=True)
    collect.create(person=alice, name="Mine")
    page = read(client, "/people/alice", accept="text/markdown")
    for said in (
        "# Alice\n", "- Handle: @alice", "- Affiliation: Analytical Society", "\\# I compute.",
        "[https://example.org/me](https://example.org/me)", "[Heat](http://testserver/collections/",
        "## Put forward\n\n- [An engine](http://testserver/papers/2604.00001.md)", "It grows.",
    ):  # fmt: skip
        assert said in page, said
    assert "Mine" not in page
    assert (
        '<link rel="alternate" type="text/markdown" href="/people/alice.md">'
        in client.get("/people/alice").content.decode()
    )
    alice.shows_comments = False
    # What an account says of itself waits while it is new.
    alice.joined_at = timezone.now()
    alice.save()
    page = read(client, "/people/alice.md")
    assert "It grows." not in page
    assert "I compute" not in page
    assert "example.org/me" not in page
    read(client, "/people/nobody.md", 404)


def test_nothing_in_a_record_changes_how_its_page_is_built(client: Client, alice: User) -> None:
    bad = "x # y `` ``` [a](https://evil.org) <b>\n\n## Forged\n\n```\n- z\n\n| a |\n|---|\n"
    (paper,) = hold(
        record(
            1,
            title=bad,
            abstract=bad,
            authors=(Author(bad[:60], affiliation=bad),),
            venue=bad,
            comment=bad,
            licence=bad,
            categories=("cs.CL", "[x](https://evil.org)"),
            summaries=(Summary(bad, "huggingface", "```", (bad[:40],)),),
            links=(Link("code", "https://example.org/)[a](https://evil.org)"),),
            **mention(3, submitter="[s](https://evil.org)", organization="```"),
        )
    )
    write(person=alice, paper_id=paper.pk, body=bad)
    refresh()
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(read(client, "/papers/2604.00001.md"))
    top = [token for token in tokens if token.level == 0]
    headings = [
        tokens[at + 1].content
        for at, token in enumerate(tokens)
        if token in top and token.type == "heading_open"
    ]
    assert [one.partition(" ")[0].strip("(") for one in headings][1:] == [
        "Abstract", "Summary", "Votes", "Discussion", "Comment", "Elsewhere",
    ]  # fmt: skip
    assert {token.type for token in top} <= {
        "heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close",
        "bullet_list_open", "bullet_list_close", "blockquote_open", "blockquote_close",
    }  # fmt: skip
    quoted, depth = [], 0
    for token in tokens:
        depth += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        links = (child for child in token.children or [] if child.type == "link_open" and not depth)
        quoted += [str(child.attrGet("href")) for child in links]
    assert not [one for one in quoted if one.startswith("https://evil.org")]
