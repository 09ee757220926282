"""The discussion on a paper's page: read, written and refused, with and without JavaScript."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from dailypapers.catalogue.models import Paper
from dailypapers.community import markdown
from dailypapers.community.actions import moderate_comment
from dailypapers.community.actions.comment import edit, remove, write
from dailypapers.community.actions.react import react
from dailypapers.community.models.comments import Comment, CommentEdit, Discussion, Reaction, Report
from dailypapers.community.models.people import User
from dailypapers.presentation.comment_words import excerpt
from dailypapers.ranking.models import Score
from dailypapers.web import discussion as shown_discussion
from tests.community.people import person, signed_in
from tests.papers import hold, mention, record

pytestmark = pytest.mark.django_db

PAGE = "/papers/2604.00001"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ACCOUNTS = "open"


def section(client: Client, address: str = PAGE) -> str:
    page = client.get(address).content.decode()
    found = re.search(r'<section class="discussion".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def write_address(paper: Paper) -> str:
    return f"/comments/on/{paper.pk}"


def test_visitors_read_and_are_asked_to_sign_in(client: Client, paper: Paper, alice: User) -> None:
    assert "Nobody has said anything yet" in section(client)
    write(person=alice, paper_id=paper.pk, body="So **bold**.")
    text = section(client)
    assert "<strong>bold</strong>" in text
    assert "1 comment<" in text
    assert 'href="/accounts/login/?next=/papers/2604.00001%23discussion"' in text
    assert "<form" not in text


def test_one_writes_without_javascript_and_lands_at_the_comment(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    answer = client.post(write_address(paper), {"body": "Is $x<y$?", "quote": "It grows."})
    comment = Comment.objects.get()
    assert answer["Location"] == f"{PAGE}#comment-{comment.pk}"
    text = section(client)
    assert f'id="comment-{comment.pk}"' in text
    assert "<blockquote" in text
    assert "It grows." in text
    assert "<math" in text
    assert Score.objects.get().comments == 1


def test_one_writes_in_place_with_it(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    answer = client.post(write_address(paper), {"body": "In place."}, headers=HTMX)
    text = answer.content.decode()
    assert text.startswith('<section class="discussion"')
    assert "In place." in text
    assert f"show:#comment-{Comment.objects.get().pk}:top" in answer["HX-Reswap"]


def test_every_sentence_of_the_abstract_can_be_quoted(paper: Paper, alice: User) -> None:
    text = section(signed_in(alice))
    quotes = re.findall(r'<option value="([^"]+)">', text)
    assert quotes[:2] == ["We measure paper 2604.00001.", "It grows."]
    for quote in quotes:
        answer = signed_in(alice).post(write_address(paper), {"body": f"On {quote}", "quote": quote})
        assert answer.status_code == 302


def test_what_is_refused_keeps_the_words(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    told = {"body": "x" * 10_001, "quote": "It grows."}
    for headers in ({}, HTMX):
        answer = client.post(write_address(paper), told, headers=headers)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "this one is longer" in text
        assert "x" * 10_001 in text
        assert '<option value="It grows." selected>' in text
    assert not Comment.objects.exists()


def test_answers_stand_under_what_they_answer(client: Client, paper: Paper, alice: User, bob: User) -> None:
    first = write(person=alice, paper_id=paper.pk, body="First.")
    write(person=alice, paper_id=paper.pk, body="Second.")
    signed_in(bob).post(write_address(paper), {"body": "To the first.", "answers": str(first.pk)})
    text = section(client)
    assert text.index("First.") < text.index("To the first.") < text.index("Second.")
    assert "depth-1" in text
    last = first
    for n in range(6):
        last = write(person=bob, paper_id=paper.pk, body=f"Deep {n}.", answers=last.pk)
    assert "depth-3" in section(client)
    assert "depth-4" not in section(client)
    assert "answers Bob" in section(client)


def test_one_changes_ones_own_and_the_change_can_be_seen(client: Client, paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Wrong <b>.")
    mine = signed_in(alice)
    assert f'href="/comments/{comment.pk}/form/edit"' in section(mine)
    assert (
        f'action="/comments/{comment.pk}/edit"'
        in mine.get(f"/comments/{comment.pk}/form/edit").content.decode()
    )
    mine.post(f"/comments/{comment.pk}/edit", {"body": "Right."})
    text = section(client)
    assert "Right." in text
    assert f'href="/comments/{comment.pk}/history"' in text
    before = client.get(f"/comments/{comment.pk}/history").content.decode()
    assert "Wrong &lt;b&gt;." in before


def test_what_is_removed_or_hidden_is_gone_but_its_place_where_others_answered(
    client: Client, paper: Paper, alice: User, bob: User
) -> None:
    moderator = person("mo", is_moderator=True)
    alone = write(person=alice, paper_id=paper.pk, body="Quite alone.")
    answered = write(person=alice, paper_id=paper.pk, body="Soon answered.")
    write(person=bob, paper_id=paper.pk, body="The answer.", answers=answered.pk)
    signed_in(alice).post(f"/comments/{alone.pk}/remove")
    signed_in(moderator).post(f"/comments/{answered.pk}/hide", {"reason": "It is <rude>."})
    text = section(client)
    assert f"comment-{alone.pk}" not in text
    assert "Soon answered" not in text
    assert "Hidden by a moderator: It is &lt;rude&gt;." in text
    assert "The answer." in text
    assert "Soon answered" in section(signed_in(alice))
    assert "Soon answered" in section(signed_in(moderator))
    assert "Soon answered" not in section(signed_in(bob))
    assert client.get(f"/comments/{answered.pk}/history").status_code == 404
    signed_in(moderator).post(f"/comments/{answered.pk}/show", {"reason": "It was meant well."})
    assert "Soon answered" in section(client)


def test_one_reacts_and_takes_it_back(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="So.")
    client = signed_in(bob)
    told: dict[str, Any] = {"kind": "insightful"}
    answer = client.post(f"/comments/{comment.pk}/react", told, headers=HTMX).content.decode()
    assert answer.startswith('<form class="reactions"')
    assert 'name="back" value="insightful"' in answer
    assert 'aria-pressed="true">Insightful <b>1</b>' in answer
    answered = client.post(f"/comments/{comment.pk}/react", {"back": "insightful"})
    assert answered["Location"].endswith(f"#comment-{comment.pk}")
    assert not Reaction.objects.exists()
    assert "/react" not in section(signed_in(alice)), "nobody applauds oneself"


def test_one_reports(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="So.")
    answer = signed_in(bob).post(f"/comments/{comment.pk}/report", {"reason": "spam"})
    assert "A moderator will look at it" in answer.content.decode()
    assert Report.objects.get().reporter == bob


def test_a_comment_has_an_address_on_whatever_page_it_stands(
    client: Client, paper: Paper, alice: User, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.COMMENTS_PER_HOUR = 1_000
    monkeypatch.setattr(shown_discussion, "PER_PAGE", 3)
    written = [write(person=alice, paper_id=paper.pk, body=f"Number {n}.") for n in range(7)]
    answer = write(person=alice, paper_id=paper.pk, body="An answer.", answers=written[4].pk)
    for comment, page in (
        (written[0], ""),
        (written[3], "?comments=2"),
        (answer, "?comments=2"),
        (written[6], "?comments=3"),
    ):
        to = client.get(f"/comments/{comment.pk}")["Location"]
        assert to == f"{PAGE}{page}#comment-{comment.pk}"
        assert f'id="comment-{comment.pk}"' in section(client, to.partition("#")[0])
    assert client.get("/comments/999").status_code == 404
    for page in ("0", "99", "x", "²", "9" * 50):
        assert client.get(f"{PAGE}?comments={page}").status_code == 200


def test_the_card_says_how_many_spoke_and_whether_an_author_did(client: Client, alice: User) -> None:
    paper = hold(record(1, **mention(5, comments=4)))[0]
    comment = write(person=alice, paper_id=paper.pk, body="So.")
    day = client.get("/papers/date/2026-04-15").content.decode()
    assert f'<a href="{PAGE}#discussion">1 comment</a>' in day
    assert "4 on Hugging Face" in day
    assert "author taking part" not in day
    Comment.objects.filter(pk=comment.pk).update(is_by_author=True)
    Discussion.objects.update(by_authors=1)
    assert "author taking part" in client.get("/papers/date/2026-04-15").content.decode()
    assert "author of the paper" in section(client)


def test_a_discussion_costs_the_same_queries_however_long(
    client: Client, paper: Paper, alice: User, bob: User, settings: Settings
) -> None:
    settings.COMMENTS_PER_HOUR = 1_000
    first = write(person=alice, paper_id=paper.pk, body="First.")
    react(person=bob, comment_id=first.pk, kind="agree")

    def asked(who: Client) -> int:
        who.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            who.get(PAGE)
        return len(queries)

    few = [asked(client), asked(signed_in(bob))]
    for n in range(12):
        one = write(person=person(f"reader-{n}"), paper_id=paper.pk, body=f"Number {n}.")
        write(person=alice, paper_id=paper.pk, body=f"To number {n}.", answers=one.pk)
        react(person=bob, comment_id=one.pk, kind="agree")
    assert [asked(client), asked(signed_in(bob))] == few


def test_what_an_older_renderer_made_is_made_anew(client: Client, paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="So *new*.")
    Comment.objects.update(html="<p>old</p>", renderer=markdown.VERSION - 1)
    assert comment.pk
    assert "So <em>new</em>." in section(client)


DEEDS = ["edit", "remove", "react", "report", "hide", "show"]


def addresses(paper: Paper, comment: Comment) -> Iterator[str]:
    yield write_address(paper)
    yield from (f"/comments/{comment.pk}/{deed}" for deed in DEEDS)


TOLD = {"body": "Changed.", "kind": "agree", "reason": "spam"}


def unchanged(comment: Comment) -> bool:
    comment.refresh_from_db()
    rows = (Reaction, Report, CommentEdit)
    return comment.body == "Mine." and not comment.is_hidden and not any(one.objects.exists() for one in rows)


def test_without_a_session_nothing_is_done(client: Client, paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Mine.")
    for address in addresses(paper, comment):
        answer = client.post(address, TOLD)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=%2Fpapers%2F2604.00001%23discussion")
        assert client.post(address, TOLD, headers=HTMX)["HX-Redirect"].startswith("/accounts/login/")
    assert unchanged(comment)
    assert Comment.objects.count() == 1


def test_a_form_of_another_site_does_nothing(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Mine.")
    for who in (alice, bob, person("mo", is_moderator=True)):
        client = signed_in(who, enforce_csrf_checks=True)
        for address in addresses(paper, comment):
            assert client.post(address, TOLD).status_code == 403
            assert client.post(address, TOLD | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert unchanged(comment)
    assert Comment.objects.count() == 1


def test_looking_at_the_address_of_a_form_does_nothing(paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Mine.")
    client = signed_in(alice)
    for address in addresses(paper, comment):
        for answer in (client.get(address, TOLD), client.put(address), client.delete(address)):
            assert answer.status_code == 405
            assert answer["Allow"] == "POST"
    assert unchanged(comment)


def test_each_is_brought_the_forms_that_are_theirs_and_no_others(
    paper: Paper, alice: User, bob: User
) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Mine <b>.")
    moderator = person("mo", is_moderator=True)
    asleep = person("asleep", suspended_until=timezone.now() + timedelta(days=1))
    theirs = {
        alice: {"answer", "edit"},
        bob: {"answer", "report"},
        moderator: {"answer", "report", "hide"},
        asleep: {"report"},
    }
    deeds = ("answer", "edit", "report", "hide", "show", "remove", "nonsense")
    for who, allowed in theirs.items():
        client = signed_in(who)
        for deed in deeds:
            address = f"/comments/{comment.pk}/form/{deed}"
            whole, part = client.get(address), client.get(address, headers=HTMX)
            assert whole.status_code == part.status_code == (200 if deed in allowed else 404), (who, deed)
            if deed in allowed:
                assert "<html" in whole.content.decode()
                assert "hx-post" not in whole.content.decode().partition("<main")[2]
                assert part.content.decode().count("csrfmiddlewaretoken") >= 1
                assert "<html" not in part.content.decode()
                assert "Mine <b>" not in whole.content.decode()
        assert client.get(f"/comments/{comment.pk}/form/close", headers=HTMX).content == b""
        assert client.get(f"/comments/{comment.pk}/form/close")["Location"].endswith(f"#comment-{comment.pk}")
    moderate_comment.hide(comment_id=comment.pk, by=moderator, reason="Off the subject.")
    assert signed_in(alice).get(f"/comments/{comment.pk}/form/edit").status_code == 404
    assert signed_in(moderator).get(f"/comments/{comment.pk}/form/show").status_code == 200
    assert signed_in(bob).get("/comments/99999/form/answer").status_code == 404


def test_a_form_asks_a_visitor_to_sign_in(client: Client, paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Mine.")
    address = f"/comments/{comment.pk}/form/answer"
    assert client.get(address)["Location"].startswith("/accounts/login/?next=")
    assert client.get(address, headers=HTMX)["HX-Redirect"].startswith("/accounts/login/?next=")


def test_anothers_comment_stays_as_it_is(paper: Paper, alice: User, bob: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="Mine.")
    client = signed_in(bob)
    for deed in ("edit", "remove", "hide", "show"):
        answer = client.post(f"/comments/{comment.pk}/{deed}", TOLD)
        assert answer.status_code == 403
        assert "Change" not in section(client)
    assert unchanged(comment)


def test_what_is_not_there_is_not_found(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    assert client.post("/comments/on/999", TOLD).status_code == 404
    for deed in DEEDS:
        assert client.post(f"/comments/999/{deed}", TOLD).status_code == 404
    assert client.post(f"/comments/{2**70}/edit", TOLD).status_code == 404
    assert client.get(f"/comments/{2**70}").status_code == 404
    for answers in ("999", "x", "-1", "9" * 30, "²"):
        assert client.post(
            write_address(paper), {"body": f"To {answers}.", "answers": answers}
        ).status_code in (302, 403)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    "{{ settings.SECRET_KEY }}{% csrf_token %}",
    "\u202etxt.exe\u0000\ufeff",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b" * 200,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u05e9\u05dc\u05d5\u05dd \ufdfd",
    "$\\href{javascript:alert(1)}{x}$ $\\htmlData{x=y}{z}$",
    "' OR 1=1; DROP TABLE community_comment; --",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_does_harm_in_any_field(client: Client, paper: Paper, text: str) -> None:
    name = text.replace("\x00", "")[:100]
    eve = person("eve", name=name)
    who = signed_in(eve)
    for field in ("body", "quote", "answers", "page", "next"):
        who.post(write_address(paper), {"body": "So."} | {field: text})
    write(person=eve, paper_id=paper.pk, body=f"Said: {text}")
    comment = Comment.objects.order_by("-pk")[0]
    for deed in DEEDS:
        for field in ("body", "kind", "reason", "text", "back"):
            signed_in(person(f"bob-{deed}-{field}")).post(
                f"/comments/{comment.pk}/{deed}", TOLD | {field: text}
            )
    for page in (
        section(client),
        section(who),
        client.get(f"/comments/{comment.pk}/history").content.decode(),
    ):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "javascript:" not in re.sub(r">[^<]*<", "><", page)
        assert "SECRET" not in page or "{{ settings" in page


def test_a_megabyte_is_refused_at_once(paper: Paper, alice: User) -> None:
    client = signed_in(alice)
    for body in ("x" * 1_000_000, "\u202e" * 300_000, "[" * 1_000_000):
        answer = client.post(write_address(paper), {"body": body})
        assert answer.status_code in (400, 413, 422)
        assert len(answer.content) < 200_000
    assert not Comment.objects.exists()


def test_a_thousand_tries_are_refused_and_cost_little(
    paper: Paper, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.COMMENTS_PER_HOUR_NEW = 3
    client = signed_in(person("eve", joined=timezone.now()))
    codes = [
        client.post(write_address(paper), {"body": f"Try {n}."}, headers=HTMX).status_code for n in range(60)
    ]
    assert codes[:3] == [200] * 3
    assert set(codes[3:]) == {429}
    assert Comment.objects.count() == 3
    told = "limit reached: comment, by @eve from 127.0.0.1, 3 in 3600 s"
    assert [line for line in caplog.messages if line.startswith("limit reached")] == [told]


def test_the_suspended_read_and_are_told(paper: Paper, alice: User) -> None:
    write(person=alice, paper_id=paper.pk, body="Before.")
    User.objects.filter(pk=alice.pk).update(suspended_until=timezone.now() + timedelta(days=2))
    client = signed_in(alice)
    assert "cannot write at the moment" in section(client)
    answer = client.post(write_address(paper), {"body": "After."})
    assert answer.status_code == 403
    assert Comment.objects.count() == 1


def test_a_closed_discussion_says_so(client: Client, paper: Paper, alice: User) -> None:
    write(person=alice, paper_id=paper.pk, body="Before.")
    moderate_comment.lock(paper_id=paper.pk, by=person("mo", is_moderator=True), reason="It ran <hot>.")
    for who in (client, signed_in(alice)):
        assert "This discussion is closed: It ran &lt;hot&gt;." in section(who)
        assert "<textarea" not in section(who)


def test_edits_and_removals_reach_the_order(paper: Paper, alice: User) -> None:
    comment = write(person=alice, paper_id=paper.pk, body="So.")
    client = signed_in(alice)
    client.post(f"/comments/{comment.pk}/edit", {"body": "So so."})
    assert Score.objects.get().comments == 1
    client.post(f"/comments/{comment.pk}/remove")
    assert not Score.objects.exists()
    with pytest.raises(Exception, match="gone"):
        edit(person=alice, comment_id=comment.pk, body="So.")
    with pytest.raises(Exception, match="gone"):
        remove(person=alice, comment_id=comment.pk)


def test_the_beginning_of_a_comment_is_what_it_says_itself(paper: Paper, alice: User) -> None:
    body = "> quoted\n\n**Bold**, `a<b` and $x^2$, [see](https://e.org).\n\n```\ncode\n```\n\nThe end."
    comment = write(person=alice, paper_id=paper.pk, body=body)
    assert excerpt(comment, 200) == "Bold, a<b and x², see. The end."
    quote = write(person=alice, paper_id=paper.pk, body="> only quoted")
    assert excerpt(quote, 200) == "> only quoted"
