"""What becomes of a comment's words: readable, and harmless whatever they are."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.community.comment_text import LONGEST, cleaned, one_line, says_nothing
from dailypapers.community.markdown import MOST_MENTIONS, mentioned, render


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("plain", "<p>plain</p>"),
        (
            "**bold** and *leaning* and ~~wrong~~",
            "<strong>bold</strong> and <em>leaning</em> and <s>wrong</s>",
        ),
        ("two\nlines", "two<br>\nlines"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>'),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("`x < 1`", "<code>x &lt; 1</code>"),
        ("```python\nx = '$1$'\n```", "<pre><code>x = '$1$'\n</code></pre>"),
        ("# not a heading", "<p># not a heading</p>"),
        ("not a\n===", "not a<br>\n==="),
        ("<b>tags</b> are words", "&lt;b&gt;tags&lt;/b&gt; are words"),
        ("[here](https://example.org)", '<a href="https://example.org" rel="nofollow ugc noopener">here</a>'),
        ("see https://example.org/a_b.", ">https://example.org/a_b</a>."),
        ("(https://example.org/a_(b))", '<a href="https://example.org/a_(b)"'),
        ("see https://example.org/?a=1&b=2", 'href="https://example.org/?a=1&amp;b=2"'),
        ("`https://example.org`", "<code>https://example.org</code>"),
        ("of $x<y$.", 'of <span class="math">$x&lt;y$</span>.'),
        ("$a_1$ and $b_2$ lean not", '<span class="math">$a_1$</span> and <span class="math">$b_2$</span>'),
        (r"\(a\) and \[b\]", '<span class="math">$a$</span> and <span class="math">$$b$$</span>'),
        ("$$\n- a\n= b\n$$", '<div class="math">$$- a = b$$</div>'),
        ("> $$\n> a\n> $$", '<div class="math">$$a$$</div>'),
        ("from $5 to $10", "<p>from $5 to $10</p>"),
        ("100 $ and 200 $", "<p>100 $ and 200 $</p>"),
    ],
)
def test_what_is_written_comes_out(written: str, html: str) -> None:
    assert html in render(written)


def test_pictures_are_links_and_never_loaded() -> None:
    assert "<img" not in render("![look](https://example.org/a.png)")


def test_people_are_called_by_handles_that_someone_has() -> None:
    html = render("@Alice, @bob and alice@example.org or x@alice, `@alice`", known={"alice"})
    assert html.count('href="/people/alice"') == 1
    assert "@bob" in html
    assert "/people/bob" not in html


def test_whom_a_text_calls() -> None:
    assert mentioned("@Ada-Lovelace and @ada-lovelace, a@b.org, @ab, (@bob)") == ["ada-lovelace", "bob"]
    assert len(mentioned(" ".join(f"@person-{n}" for n in range(50)))) == MOST_MENTIONS


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#115;cript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example.com",
        "https:evil",
    ],
)
def test_an_address_that_is_none_of_the_web_is_no_link(address: str) -> None:
    assert "href" not in render(f"[x]({address}) [y](<{address}>)")


ELEMENTS = {
    "a",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "ul",
}
ATTRIBUTES = {"a": {"href", "title", "rel", "class"}, "span": {"class"}, "div": {"class"}, "ol": {"start"}}


class Looked(HTMLParser):
    """Fails on anything but what is listed."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, ()), (tag, name)
            if name == "href":
                assert re.match(r"https?://[^\s]|mailto:|/[^/\\]|/$|#", value or "", re.IGNORECASE), value
            if name == "class":
                assert value in ("mention", "math")


PARTS = [
    "<script>", "</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:", "data:",
    "](", "[", "]", "(", ")", "<", ">", '"', "'", "&", "&lt;", "&#106;", "$", "$$", "\\", "`", "```", "\n",
    "\n\n", "> ", "- ", "1. ", "*", "**", "_", "~~", "http://", "https://a.b/", "@alice", "<a href=",
    "onclick=", "style=", 'class="math"', "</span>", '<span class="math">', "\x00", "\u202e", "\ufeff", " ",
    "\t", "    ", "a", "é", "<!--", "-->", "]]>", "<![CDATA[",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join) | st.text(max_size=200))
def test_whatever_is_written_only_listed_elements_come_out(text: str) -> None:
    looked = Looked()
    looked.feed(render(cleaned(text), known={"alice"}))
    looked.close()


BOMBS = {
    "quotes": ">" * LONGEST,
    "lists": "- " * (LONGEST // 2),
    "deeper lists": "\n".join(" " * n + "- a" for n in range(130)),
    "brackets": "[" * LONGEST,
    "links in links": "[a](" * (LONGEST // 4),
    "links to": "[](" * 390 + "(" * 8_000,
    "stars": "*a " * (LONGEST // 3),
    "stars and lines": "*_" * (LONGEST // 2),
    "ticks": "".join("`" * n + " " for n in range(139)),
    "formulas": "$$a\n" * (LONGEST // 4),
    "half formulas": "\\[" * (LONGEST // 2),
    "addresses": ("https://" + "(" * 490 + " ") * 20,
    "people": "@aaa " * (LONGEST // 5),
    "tags": "<" * LONGEST,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_no_text_takes_long(bomb: str) -> None:
    began = time.process_time()
    render(bomb, known={"aaa"})
    assert time.process_time() - began < 2


@given(st.text(max_size=300))
def test_cleaning_is_done_once(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


def test_what_only_deceives_is_left_out() -> None:
    assert cleaned("a\x00b\r\nc\u202egnp.exe\u2069\ud800") == "ab\ncgnp.exe"
    assert len(cleaned("e" + "\u0301" * 500)) < 10
    assert cleaned("a" + "\n" * 50 + "b") == "a\n\n\nb"


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u2060", "\u3164", "\u00ad"])
def test_a_text_that_shows_nothing_says_nothing(text: str) -> None:
    assert says_nothing(cleaned(text))


def test_a_subject_is_one_short_line() -> None:
    assert one_line("a\r\nBcc: b@example.org\n" + "x" * 900) == f"a Bcc: b@example.org {'x' * 178}…"
