"""A digest as other programs read it."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from dailypapers.catalogue.models import Paper, Summary
from dailypapers.digests import links
from dailypapers.digests.actions.compose_due import compose_due
from dailypapers.digests.blocks import TOKEN, Block, blocks, forget
from dailypapers.digests.compose import Composed, Section
from dailypapers.digests.digest_mail import Rendered, of_subscriber, rendered
from dailypapers.digests.models.issues import Opinion
from dailypapers.digests.models.subscriptions import Subscription
from dailypapers.digests.previewing import NothingToSend, preview_of
from dailypapers.digests.sent_mail import DigestMail
from dailypapers.ranking.refresh import refresh
from tests.digests.subscribers import subscriber
from tests.papers import NOW, hold, mention, record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sends(settings: Settings) -> None:
    settings.SENDS_DIGESTS, settings.BASE_URL = True, "https://papers.example.org"
    settings.POSTAL_ADDRESS = "1 Engine Street, London"
    settings.ALLOWED_HOSTS = ["testserver"]
    forget()


class Page(HTMLParser):
    """The links, sources and text of an HTML mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name in ("src", "srcset", "background"):
                self.sources.append(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def mail_of(one: Subscription) -> EmailMessage:
    return message_from_bytes(preview_of(one, on=NOW).whole, policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content


def paper(number: int = 1, **fields: object) -> int:
    (held,) = hold(record(number, **(mention(34) | fields)))
    refresh(NOW)
    return held.pk


def test_another_parser_finds_subject_headers_text_and_html() -> None:
    paper(1)
    paper(2, title="Heat pumps grow")
    one = subscriber("ada")
    mail = mail_of(one)
    assert mail["Subject"] == "Heat pumps grow, and 1 more"
    assert (mail["To"], mail["Precedence"]) == ("ada@example.org", "bulk")
    assert mail["List-Id"].endswith("<papers.papers.example.org>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    end = re.fullmatch(r"<https://papers\.example\.org(/subscription/\S+/end)>", mail["List-Unsubscribe"])
    assert end is not None
    assert Client().post(end[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    one.refresh_from_db()
    assert one.state == "ended"
    text, html = part(mail, "plain"), Page(part(mail, "html"))
    for told in (text, " ".join(html.words)):
        assert "34 votes" in told
        assert "Heat pumps grow" in told
        assert "1 Engine Street, London" in told
        assert "Heat " in told
    assert max(map(len, text.splitlines())) < 160
    assert f"https://papers.example.org{end[1]}" in text
    assert f"https://papers.example.org{end[1]}" in html.links
    assert "%%" not in text + "".join(html.words) + "".join(html.links)


def test_nothing_is_asked_of_anyone_when_the_mail_is_opened(settings: Settings) -> None:
    paper()
    page = Page(part(mail_of(subscriber()), "html"))
    assert page.sources == []
    assert not page.tags & {"script", "link", "img", "iframe", "form"}
    settings.DIGEST_PICTURES = True
    forget()
    shown = Page(part(mail_of(subscriber("bob")), "html"))
    assert [source.startswith("https://papers.example.org/") for source in shown.sources] == [True]


def test_styles_stand_on_elements_and_dark_mode_in_the_head() -> None:
    paper()
    html = part(mail_of(subscriber()), "html")
    assert html.count('style="') > 10
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 600px" in html


HOSTILE = [
    "Line\nbreaks\r\nBcc: all@example.org",
    "\u202eright to left\u2066 isolates\u200f",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "An emoji 🔬 and 数学",
    "%%TOKEN%% and %%SECTIONS%% and %%WHY%%",
    "{{ site_name }} {% include 'x' %}",
    "long " * 1_000,
    "a" * 5_000,
    "A formula $x^2 < y$ and \\textbf{TeX}",
]


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_titles_are_one_line_of_words(title: str) -> None:
    pk = paper(1)
    # Sources' titles are cleaned when they land; what a mail does must not hang on that.
    Paper.objects.update(title=title, abstract=f"{title}. We measure it all the same in this work.")
    one = subscriber()
    mail = mail_of(one)
    assert len(str(mail["Subject"])) <= 120
    assert {key.lower() for key in mail.keys()}.isdisjoint({"bcc", "cc"})  # noqa: SIM118
    text, html = part(mail, "plain"), part(mail, "html")
    page = Page(html)
    assert not page.tags & {"script", "img"}
    for hidden in ("\u202e", "\u2066", "\u200f"):
        assert hidden not in text + html + str(mail["Subject"])
    token = f"{one.pk}.{one.nonce}"
    # The subscriber's own links: useful, not for me, change, end; none by a title's doing.
    assert html.count(token) == 4
    assert text.count(token) == 2
    assert len(text) < 5_000
    assert any(str(pk) in link for link in page.links)


@given(st.text(max_size=200))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_reason_or_title_breaks_out_of_its_place(words: str) -> None:
    block = Block("T", "<p>%%WHY%%</p>", "%%WHY-TEXT%%", "")
    mail = rendered(Composed((Section(words, ((1, words or "x"),)),)), {1: block}, "Today", "daily")
    assert mail is not None
    own = of_subscriber(mail, Subscription(pk=1, nonce="n"))
    page = Page(own.html)
    assert not page.tags & {"script", "img"}
    assert "%%" not in own.text
    assert own.html.count("1.n:") == 2


def test_a_sources_link_cannot_be_given_the_readers_own_token() -> None:
    from dailypapers.catalogue.records import Link

    paper(1, links=(Link("code", "https://evil.example/%%TOKEN%%"),))
    one = subscriber()
    html = part(mail_of(one), "html")
    assert "evil.example" in html
    assert not re.search(r"evil\.example/[^\"]*" + re.escape(one.nonce), html)


def test_a_sources_own_summary_is_shown_as_its_own_and_an_authors_before_it() -> None:
    pk = paper(1, abstract="Background is long. We introduce a pump that heats twice as well. It is blue.")
    assert "We introduce a pump that heats twice as well." in blocks([pk])[pk].text
    Summary.objects.create(paper_id=pk, origin="huggingface", text="A machine says it heats.")
    forget()
    shown = blocks([pk])[pk]
    assert "A machine says it heats." in shown.text
    assert "Hugging Face" in shown.html
    Summary.objects.create(paper_id=pk, origin="author", text="We say it heats.")
    forget()
    assert "We say it heats." in blocks([pk])[pk].text
    assert "An author" in blocks([pk])[pk].html


def test_an_address_in_other_letters_stands_in_the_header_as_it_is() -> None:
    paper()
    one = subscriber("用户@xn--fsqu00a.xn--4rr70v")
    whole = preview_of(one, on=NOW).whole
    assert "To: 用户@xn--fsqu00a.xn--4rr70v".encode() in whole
    mail = rendered(Composed(()), {}, "", "daily")
    assert mail is None


@given(st.text(max_size=300), st.text(max_size=300))
@hypothesis_settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_encoded_once_for_all_is_read_as_it_was_written(before: str, after: str) -> None:
    # Line ends are those of mail, and the last ones of a part are nobody's.
    clean = ["\n".join(one.replace("%%", "%").split()) for one in (before, after)]
    words = f"{clean[0]}\n.a line\nFrom here {TOKEN}/x {clean[1]} {TOKEN}"
    one = Subscription(pk=123_456, nonce="abcdefghijkl", address="ada@example.org")
    made = DigestMail.of(Rendered("Subject", words, f"<p>{words}</p>"), one, delivery=1)
    whole = made.whole(NOW)
    assert max(map(len, whole.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))) <= 76
    read = message_from_bytes(whole, policy=policy.default)
    plain = message_from_bytes(made._built(NOW).as_bytes(), policy=policy.default)
    for kind in ("plain", "html"):
        assert part(read, kind).rstrip("\n") == part(plain, kind).rstrip("\n")
    told = part(read, "plain").replace("\r\n", "\n").rstrip("\n")
    assert told == words.replace(TOKEN, links.token(one)).rstrip("\n")
    assert {name: str(value) for name, value in read.items() if name != "Content-Type"} == {
        name: str(value) for name, value in plain.items() if name != "Content-Type"
    }


def test_the_message_is_the_same_mail_when_it_is_made_again() -> None:
    pk = paper()
    one = subscriber()
    mail = rendered(Composed((Section("Trending", ((pk, ""),)),)), blocks([pk]), "Today", "daily")
    assert mail is not None
    made = [DigestMail.of(mail, one, delivery=number) for number in (7, 7, 8)]
    first, again, other = (one.extra_headers["Message-ID"] for one in made)
    assert first == again != other
    assert first.endswith("@papers.example.org>")


def test_one_says_by_a_button_that_a_paper_was_useful_and_only_of_what_was_sent(client: Client) -> None:
    other, pk = paper(1), paper(2)
    one = subscriber(papers=1)
    html = part(mail_of(one), "html")
    address = next(link for link in Page(html).links if "/useful/" in link).removeprefix(
        "https://papers.example.org"
    )
    compose_due(now=NOW)
    assert client.get(address).status_code == 200
    assert not Opinion.objects.exists()
    assert b"Thank you" in client.post(address).content
    client.post(address.replace("/useful/", "/not-for-me/"))
    (said,) = Opinion.objects.all()
    assert (said.subscription, said.paper_id, said.useful) == (one, pk, False)
    unsent = address.replace(f"/{pk}", f"/{other}")
    assert client.post(unsent).status_code == 403
    assert client.post(address.replace(one.nonce, "x" * 12)).status_code == 404


def test_what_is_too_thin_says_so_in_the_preview() -> None:
    paper()
    with pytest.raises(NothingToSend, match="fewer than 3"):
        preview_of(subscriber(least_papers=3), on=NOW)
