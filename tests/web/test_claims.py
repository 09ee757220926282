"""Claims and corrections on pages: what is shown to whom, what works without JavaScript, what is refused."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue import hiding
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import Author, Link
from dailypapers.community.actions import decide_claim
from dailypapers.community.actions.claim import claim
from dailypapers.community.actions.correct_paper import add_link, affiliate, summarize
from dailypapers.community.models.claims import Amendment, Claim
from dailypapers.community.models.people import User
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

ORCID = "0000-0002-1825-0097"
HOSTILE = '"><script>alert(1)</script>\u202e\x00'


@pytest.fixture(autouse=True)
def with_accounts(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


@pytest.fixture
def paper() -> Paper:
    authors = (Author("Ada Lovelace", orcid=ORCID), Author("Mary <b>Somerville</b>"), Author("Li Wei"))
    return hold(record(1, authors=authors, links=(Link("code", "https://wrong.example/x"),)))[0]


@pytest.fixture
def ada(paper: Paper) -> User:
    who = person("ada", name="Ada Lovelace", orcid=ORCID)
    claim(person=who, paper_id=paper.pk, position=0)
    return who


@pytest.fixture
def moderator() -> User:
    return person("moderator", is_moderator=True)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_a_visitor_is_asked_and_signs_in_first(client: Client, paper: Paper) -> None:
    page = text_of(client, "/papers/2604.00001")
    assert f'<a href="/claims/on/{paper.pk}" rel="nofollow">Are you an author? Claim</a>' in page
    answer = client.get(f"/claims/on/{paper.pk}")
    assert answer["Location"] == f"/accounts/login/?next=/claims/on/{paper.pk}"


def test_one_claims_by_orcid_on_a_page(paper: Paper) -> None:
    client = signed_in(person("countess", orcid=ORCID))
    assert '<option value="0" selected>Ada Lovelace</option>' in text_of(client, f"/claims/on/{paper.pk}")
    answer = client.post(f"/claims/on/{paper.pk}", {"author": "0"}, follow=True)
    assert "confirmed as Ada Lovelace, by an ORCID" in answer.content.decode()
    page = text_of(client, "/papers/2604.00001")
    assert 'href="/people/countess">Ada Lovelace <span class="by-author"' in page
    assert "You are an author" in page
    answer = client.post(f"/claims/on/{paper.pk}/give-back", follow=True)
    assert "taken back" in answer.content.decode()
    assert "/people/countess" not in text_of(Client(), "/papers/2604.00001")


def test_a_request_goes_through_a_moderator_and_an_appeal(paper: Paper, moderator: User) -> None:
    mary = person("mary")
    client, desk = signed_in(mary), signed_in(moderator)
    at = f"/claims/on/{paper.pk}"
    answer = client.post(at, {"author": "1", "reason": ""})
    assert answer.status_code == 422
    assert "does not show by itself" in answer.content.decode()
    client.post(at, {"author": "1", "reason": HOSTILE + " see https://uni.example/mary"})
    assert "waits for a moderator" in text_of(client, at)
    queue = text_of(desk, "/moderation?show=claims")
    assert "<script>alert" not in queue
    assert "Mary &lt;b&gt;" in queue
    assert 'href="https://uni.example/mary" rel="nofollow"' in queue
    number = Claim.objects.get().pk
    refused = desk.post(f"/moderation/claims/{number}", {"deed": "deny", "reason": ""})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    desk.post(f"/moderation/claims/{number}", {"deed": "deny", "reason": "No <i>."})
    page = text_of(client, at)
    assert "No &lt;i&gt;." in page
    assert "No &lt;i&gt;." in text_of(client, "/notifications")
    client.post(f"{at}/appeal", {"author": "1", "reason": "Look at page two."})
    assert "Another look will be taken" in text_of(client, at)
    assert "Look at page two." in text_of(desk, "/moderation?show=claims")
    desk.post(f"/moderation/claims/{number}", {"deed": "confirm"})
    assert "You are confirmed as <b>Mary &lt;b&gt;" in text_of(client, at)


def test_a_profile_shows_papers_as_the_person_chose(client: Client, ada: User, paper: Paper) -> None:
    assert "as Ada Lovelace, confirmed by an ORCID" in text_of(client, "/people/ada")
    claim(person=ada, paper_id=hold(record(2))[0].pk, position=1, reason="Me too.")
    assert "paper number 2604.00002" not in text_of(client, "/people/ada"), "what waits is nobody's affair"
    assert "waits for a moderator" in text_of(signed_in(ada), "/people/ada")
    User.objects.filter(pk=ada.pk).update(shows_claims=False)
    assert "Ada Lovelace, confirmed" not in text_of(client, "/people/ada")
    assert "Only you see these" in text_of(signed_in(ada), "/people/ada")
    hiding.hide(paper.pk, "Sold", timezone.now())
    User.objects.filter(pk=ada.pk).update(shows_claims=True)
    assert "paper number 2604.00001" not in text_of(client, "/people/ada")
    User.objects.filter(pk=ada.pk).update(shows_claims=False)
    hiding.show(paper.pk)
    page = text_of(client, "/papers/2604.00001")
    assert "/people/ada" not in page
    assert "Ada Lovelace" in page
    assert 'href="/people/ada">Ada Lovelace' in text_of(signed_in(ada), "/papers/2604.00001")


def test_an_author_puts_things_right_on_a_page_and_everyone_sees_by_whom(
    client: Client, ada: User, paper: Paper, moderator: User
) -> None:
    at = f"/corrections/on/{paper.pk}"
    own = signed_in(ada)
    for form in (
        {"deed": "add-link", "kind": "project", "url": "https://engine.example/"},
        {"deed": "take-off-link", "kind": "code", "url": "https://wrong.example/x"},
        {"deed": "summary", "text": f"Engines {HOSTILE}"},
        {"deed": "affiliation", "text": "Ockham <Park>"},
    ):
        assert own.post(at, form)["Location"] == at
    page = text_of(client, "/papers/2604.00001")
    assert (
        'href="https://engine.example/" rel="nofollow noopener ugc">Project page</a> <small>by an author'
        in page
    )
    assert "wrong.example" not in page
    assert "In a sentence, by an author" in page
    assert "<script>alert" not in page
    assert 'title="Ockham &lt;Park&gt; (as the author says)"' in page
    assert f'<a href="{at}" rel="nofollow">4 put right by authors</a>' in page
    log = text_of(client, at)
    assert log.count('href="/people/ada"') == 4
    assert "<script>alert" not in log
    assert "Undo" not in log
    assert "Take off" not in log
    number = Amendment.objects.get(kind="summary").pk
    desk = signed_in(moderator)
    assert "Undo" in text_of(desk, at)
    refused = desk.post(f"/corrections/{number}/undo", {"reason": " "})
    assert refused.status_code == 422
    desk.post(f"/corrections/{number}/undo", {"reason": "Hostile."})
    assert "Undone by a moderator" in text_of(client, at)
    assert "Hostile." in text_of(client, "/moderation/log")
    desk.post(f"/moderation/claims/{Claim.objects.get().pk}", {"deed": "deny", "reason": "No.", "next": at})
    assert text_of(client, at).count("Undone by a moderator") == 4
    assert "In a sentence" not in text_of(client, "/papers/2604.00001")


def test_who_shows_no_claims_is_not_named_beside_what_they_put_right(
    ada: User, paper: Paper, client: Client
) -> None:
    ada.shows_claims = False
    ada.save()
    affiliate(person=ada, paper_id=paper.pk, text="Analytical Society")
    page = text_of(client, f"/corrections/on/{paper.pk}")
    assert "An author of the paper" in page
    assert "/people/ada" not in page
    assert "/people/ada" in text_of(signed_in(ada), f"/corrections/on/{paper.pk}")


def test_what_was_typed_is_not_lost_where_it_is_refused(ada: User, paper: Paper) -> None:
    form = {"deed": "add-link", "kind": "model", "url": "https://localhost/x"}
    answer = signed_in(ada).post(f"/corrections/on/{paper.pk}", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "not the address of a public site" in page
    assert 'value="https://localhost/x"' in page
    assert '<option value="model" selected>' in page


def test_others_change_nothing_by_these_forms(ada: User, paper: Paper) -> None:
    number = Amendment.objects.create(paper=paper, person=ada, kind="summary", created_at=ada.joined_at).pk
    waiting = claim(person=person("mary"), paper_id=paper.pk, position=1, reason="Me.").pk
    paths = [
        f"/claims/on/{paper.pk}",
        f"/claims/on/{paper.pk}/give-back",
        f"/claims/on/{paper.pk}/appeal",
        f"/corrections/on/{paper.pk}",
        f"/corrections/{number}/undo",
        f"/moderation/claims/{waiting}",
    ]
    for path in paths:
        answer = Client().post(path, {"deed": "summary", "text": "x", "author": "0"})
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/"), path
    bob = person("bob")
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(bob)
    for path in paths:
        assert forged.post(path).status_code == 403, path
    client = signed_in(bob)
    for path in (f"/moderation/claims/{waiting}", f"/corrections/{number}/undo", "/moderation?show=claims"):
        assert client.post(path).status_code == 404, path
        assert client.get(path).status_code == 404, path
    assert (
        "Only its confirmed authors"
        in client.post(paths[3], {"deed": "summary", "text": "x"}).content.decode()
    )
    assert client.get(paths[1]).status_code == client.get(paths[2]).status_code == 405
    for path in ("/claims/on/999", "/corrections/on/999"):
        assert client.get(path).status_code == client.post(path).status_code == 404
    assert Claim.objects.filter(state="open").count() == 1
    assert not paper.summaries.exists()


@pytest.mark.parametrize("author", ["", "-1", "3", "9" * 30, "1.5", "٣", "x"])
def test_a_place_that_is_none_is_refused(paper: Paper, author: str) -> None:
    client = signed_in(person("mary"))
    answer = client.post(f"/claims/on/{paper.pk}", {"author": author, "reason": "Me."})
    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_a_megabyte_is_refused_and_not_sent_back(ada: User, paper: Paper) -> None:
    client = signed_in(person("mary"))
    answer = client.post(f"/claims/on/{paper.pk}", {"author": "1", "reason": "x" * 10**6})
    assert answer.status_code == 422
    assert len(answer.content) < 60_000
    answer = signed_in(ada).post(f"/corrections/on/{paper.pk}", {"deed": "summary", "text": "x" * 10**6})
    assert answer.status_code == 422
    assert len(answer.content) < 60_000


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        text_of(client, address)
    return len(asked)


def test_the_pages_cost_the_same_for_many_as_for_few(ada: User, paper: Paper, moderator: User) -> None:
    desk, own, visitor = signed_in(moderator), signed_in(ada), Client()
    claim(person=person("p-0"), paper_id=paper.pk, position=1, reason="Me.")
    summarize(person=ada, paper_id=paper.pk, text="Words.")
    pages = [
        (desk, "/moderation?show=claims"),
        (own, "/people/ada"),
        (own, f"/claims/on/{paper.pk}"),
        (own, f"/corrections/on/{paper.pk}"),
        (visitor, "/papers/2604.00001"),
        (visitor, f"/corrections/on/{paper.pk}"),
    ]
    before = [queries(*page) for page in pages]
    for number, other in enumerate(hold(*(record(n) for n in range(2, 9))), 1):
        who = person(f"p-{number}")
        claim(person=who, paper_id=other.pk, position=0, reason="Me.")
        claim(person=ada, paper_id=other.pk, position=0, reason="Me.")
        add_link(person=ada, paper_id=paper.pk, kind="code", url=f"https://code.example/{number}")
    asked = claim(person=person("li"), paper_id=paper.pk, position=2, reason="Me.")
    decide_claim.confirm(claim_id=asked.pk, by=moderator)
    affiliate(person=ada, paper_id=paper.pk, text="There")
    assert [queries(*page) for page in pages] == before


def test_every_form_has_a_token_and_a_label_for_each_field(ada: User, paper: Paper, moderator: User) -> None:
    claim(person=person("mary"), paper_id=paper.pk, position=1, reason="Me.")
    for client, address in (
        (signed_in(person("bob")), f"/claims/on/{paper.pk}"),
        (signed_in(ada), f"/corrections/on/{paper.pk}"),
        (signed_in(moderator), "/moderation?show=claims"),
    ):
        page = html.unescape(text_of(client, address))
        main = page[page.index("<main") : page.index("</main>")]
        for form in re.findall(r"<form.*?</form>", main, re.DOTALL):
            assert "csrfmiddlewaretoken" in form
        fields = set(re.findall(r'<(?:textarea|select|input)[^>]* id="([^"]+)"', main))
        assert fields <= set(re.findall(r'<label for="([^"]+)"', main))
        assert fields
