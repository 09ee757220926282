"""Submitting from a page: looked up, shown, confirmed; and what is refused."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dailypapers.catalogue import hiding
from dailypapers.catalogue.clock import today
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Listed, PaperRecord
from dailypapers.community.actions.submit import submit
from dailypapers.community.models.comments import Comment
from dailypapers.community.models.submissions import Submission
from dailypapers.community.models.votes import Vote
from dailypapers.ingest.looking_up import Slow
from dailypapers.ranking.models import Score
from dailypapers.ranking.refresh import refresh
from tests.community.people import person, signed_in
from tests.origins.arxiv import AnnouncedPaper, ArxivOrigin
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

NUMBER = f"{today():%y%m}.04913"


@pytest.fixture(autouse=True)
def shared_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArxivOrigin]:
    day = today() - timedelta(days=1)
    paper = AnnouncedPaper(NUMBER, "Leaves <b>&</b> Looms", ("Ada Lovelace",), day, abstract="We $x^2$ it.")
    with ArxivOrigin([paper]) as origin:
        origin.announce(today())
        monkeypatch.setenv("DAILYPAPERS_SOURCE_ARXIV_BASE_URL", origin.url)
        monkeypatch.setenv("DAILYPAPERS_SOURCE_OPENALEX_BASE_URL", origin.url)
        yield origin


def fresh(number: int = 1, **fields: Any) -> PaperRecord:
    day = today() - timedelta(days=1)
    usual = {"day": day, "listed": (Listed(day, "arxiv", announced=True),)}
    return record(number, **(usual | fields))


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_a_paper_is_looked_up_shown_and_submitted(arxiv: ArxivOrigin) -> None:
    alice = person("alice")
    client = signed_in(alice)
    looked = client.post("/submit", {"paper": f"https://arxiv.org/abs/{NUMBER}"})
    assert looked.status_code == 302
    assert not Paper.objects.exists(), "a look takes nothing in"
    shown = client.get(looked["Location"])
    page = shown.content.decode()
    assert "Leaves &lt;b&gt;&amp;&lt;/b&gt; Looms" in page
    assert "Ada Lovelace" in page
    assert "<math" in page
    (name,) = re.findall(r'name="paper" value="([^"]*)"', page)
    done = client.post("/submit/confirm", {"paper": name, "words": "Read *this*."})
    assert done["Location"] == f"/papers/{NUMBER}"
    assert len(arxiv.asked) == 1
    assert Submission.objects.get().person == alice
    assert Comment.objects.get().author == alice
    assert Score.objects.get().votes == 1
    paper_page = client.get(done["Location"])
    assert "The paper stands on today’s list" in paper_page.content.decode()
    assert "Put forward by Alice on" in text_of(paper_page)
    listed = text_of(Client().get(f"/papers/date/{today()}?show=submitted"))
    assert "by Alice" in listed
    assert "Put forward by a reader here" in listed


def test_a_get_asks_no_source(arxiv: ArxivOrigin) -> None:
    page = signed_in(person("alice")).get(f"/submit?paper={NUMBER}")
    assert f'value="{NUMBER}"' in page.content.decode()
    assert arxiv.asked == []


def test_a_paper_that_is_here_is_shown_at_once_and_its_page_offers_to_put_it_forward() -> None:
    (paper,) = hold(fresh())
    client = signed_in(person("alice"))
    assert "Put it forward on today’s list" in text_of(client.get("/papers/2604.00001"))
    assert "Put it forward" not in text_of(Client().get("/papers/2604.00001"))
    looked = client.post("/submit", {"paper": "arXiv:2604.00001v3"}, follow=True)
    assert "This paper is here already ; nobody here has put it forward" in text_of(looked)
    assert client.post("/submit", {"paper": paper.title})["Location"] == "/submit?paper=2604.00001"
    client.post("/submit/confirm", {"paper": "2604.00001"})
    assert Submission.objects.get().paper == paper


def test_to_a_paper_that_was_put_forward_one_is_taken() -> None:
    (paper,) = hold(fresh())
    submit(person=person("alice"), paper_id=paper.pk)
    client = signed_in(person("bob"))
    looked = client.post("/submit", {"paper": "2604.00001"}, follow=True)
    assert looked.redirect_chain == [("/papers/2604.00001", 302)]
    assert "This paper is here already: Alice put it forward on" in text_of(looked)
    again = client.post("/submit/confirm", {"paper": "2604.00001"}, follow=True)
    assert "This paper is here already: Alice" in text_of(again)
    assert Submission.objects.count() == 1


def test_one_is_taken_to_a_paper_that_is_too_old_and_told_so() -> None:
    hold(record(1))
    client = signed_in(person("alice"))
    looked = client.post("/submit", {"paper": "2604.00001"}, follow=True)
    assert looked.redirect_chain == [("/papers/2604.00001", 302)]
    assert "This paper is here already. This paper is from April 15, 2026" in text_of(looked)
    assert "Put it forward" not in text_of(looked)


def test_a_hidden_paper_is_not_put_forward() -> None:
    (paper,) = hold(fresh())
    hiding.hide(paper.pk, "Not a paper", paper.created_at)
    client = signed_in(person("alice"))
    for looked in (
        client.post("/submit", {"paper": "2604.00001"}),
        client.post("/submit/confirm", {"paper": "2604.00001"}),
        client.get("/submit?paper=2604.00001"),
    ):
        assert looked["Location"] == "/papers/2604.00001"
    assert not Submission.objects.exists()


def test_what_is_wrong_is_said_at_the_form_and_nothing_typed_is_lost(arxiv: ArxivOrigin) -> None:
    client = signed_in(person("alice"))
    for name, words in {
        "": "Write or paste something",
        "two words": "names no paper that we know how to look up",
        "2604.99999": "No source knows arxiv 2604.99999",
        '"><script>alert(1)</script>': "names no paper",
        "x" * 1_000_000: "names no paper",
        "\u202e2604\x00": "names no paper",
    }.items():
        answer = client.post("/submit", {"paper": name})
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert "<script>alert" not in answer.content.decode()
    (paper,) = hold(fresh())
    answer = client.post("/submit/confirm", {"paper": "2604.00001", "words": "y" * 10_001})
    assert answer.status_code == 422
    assert "y" * 10_001 in answer.content.decode()
    assert not Submission.objects.filter(paper=paper).exists()


def test_a_slow_source_shows_a_page_that_looks_again(
    monkeypatch: pytest.MonkeyPatch, arxiv: ArxivOrigin
) -> None:
    def slow(_: object) -> PaperRecord:
        raise Slow

    monkeypatch.setattr("dailypapers.web.pages.submit.look_up", slow)
    answer = signed_in(person("alice")).post("/submit", {"paper": NUMBER})
    assert f'content="4;url=/submit?paper={NUMBER}"' in answer.content.decode()


@pytest.mark.parametrize("address", ["/submit", "/submit/confirm", "/submit/1/take-back"])
def test_a_stranger_is_asked_to_sign_in_and_a_forged_form_is_refused(address: str) -> None:
    hold(fresh())
    assert Client().post(address, {"paper": "2604.00001"})["Location"].startswith("/accounts/login/")
    forged = signed_in(person("alice"), enforce_csrf_checks=True).post(address, {"paper": "2604.00001"})
    assert forged.status_code == 403
    assert not Submission.objects.exists()


@pytest.mark.parametrize("address", ["/submit/confirm", "/submit/1/take-back"])
def test_what_changes_something_is_posted(address: str) -> None:
    assert signed_in(person("alice")).get(address).status_code == 405


def test_nobody_elses_submission_is_taken_back() -> None:
    (paper,) = hold(fresh())
    alice, bob = person("alice"), person("bob")
    submit(person=alice, paper_id=paper.pk)
    answer = signed_in(bob).post(f"/submit/{paper.pk}/take-back")
    assert answer.status_code == 403
    assert "Take it back" not in text_of(signed_in(bob).get("/papers/2604.00001"))
    mine = signed_in(alice)
    assert "Take it back" in text_of(mine.get("/papers/2604.00001"))
    assert mine.post(f"/submit/{paper.pk}/take-back")["Location"] == "/papers/2604.00001"
    assert not Submission.objects.exists()
    assert Vote.objects.exists()
    assert signed_in(bob).post("/submit/999/take-back").status_code == 403


def test_a_thousand_looks_are_too_many(settings: Settings) -> None:
    client = signed_in(person("alice"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dailypapers.web.pages.submit.LOOKS_AN_HOUR", 3)
        patch.setattr("dailypapers.web.pages.submit.look_up", lambda _: fresh())
        statuses = [client.post("/submit", {"paper": "2604.99998"}).status_code for _ in range(5)]
    assert statuses == [302, 302, 302, 429, 429]


def test_the_link_is_there_for_those_who_may(settings: Settings) -> None:
    alice = signed_in(person("alice"))
    assert 'href="/submit"' in alice.get("/about").content.decode()
    assert 'href="/submit"' not in Client().get("/about").content.decode()
    assert "Submit a paper." in text_of(alice.get("/")), "named where there are no papers"
    hold(fresh())
    assert "Submit a paper." in text_of(alice.get("/papers/date/2020-01-01"))
    assert "look it up at its source and submit it" in text_of(alice.get("/search?q=2604.99999"))
    settings.SUBMIT = "moderators"
    assert 'href="/submit"' not in alice.get("/about").content.decode()
    assert "Only moderators submit papers on this site." in text_of(alice.get("/submit"))


def test_the_owner_of_a_laptop_submits_without_signing_in(
    client: Client, settings: Settings, arxiv: ArxivOrigin
) -> None:
    settings.ACCOUNTS = "single"
    hold(record(2))
    here: dict[str, Any] = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}
    client.post("/submit", {"paper": NUMBER}, **here)
    client.post("/submit/confirm", {"paper": NUMBER, "words": "Mine."}, **here)
    client.post("/submit/confirm", {"paper": "2604.00002"}, **here)
    assert Submission.objects.count() == 2, "one's own laptop has no age limit"


def test_names_of_who_put_papers_forward_cost_one_query() -> None:
    alice, day = person("alice"), today()
    papers = hold(*(fresh(number) for number in range(1, 11)))
    submit(person=alice, paper_id=papers[0].pk)
    refresh()
    client = Client()

    def queries() -> int:
        with CaptureQueriesContext(database) as asked:
            client.get(f"/papers/date/{day}")
        return len(asked)

    before = queries()
    for paper in papers[1:]:
        Submission.objects.create(person=alice, paper=paper, day=day, created_at=paper.created_at)
    assert queries() == before


def test_who_has_left_is_not_linked() -> None:
    (paper,) = hold(fresh())
    submit(person=person("alice"), paper_id=paper.pk)
    Submission.objects.update(person=None)
    for address in ("/papers/2604.00001", f"/papers/date/{today()}"):
        page = text_of(Client().get(address))
        assert "by someone who has left" in page
