"""Whatever stands in a title, an abstract or a comment, the Markdown around it stays what it is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dailypapers.api.markdown.text import bullets, escaped, inline, link, page, paragraphs, quoted

READERS = (MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False}))

hostile = st.one_of(
    st.text(st.characters(), max_size=80),
    st.lists(
        st.sampled_from(
            [
                "# ", "\n", "\n\n", "```", "~~~", "- ", "1. ", "2) ", "> ", "[a](https://evil.org)", "<b>",
                "</b>", "![", "](", "***", "___", "---", "===", "| a |", "|---|", "    ", "\t", "\\", "&amp;",
                "<!--", "<script>", "`", "[x]: https://evil.org", "word", "$x$", "~~", "<https://evil.org>",
                "+ ", "* ", "\u2028", ": ",
            ]
        ),
        max_size=9,
    ).map("".join),
)  # fmt: skip


def words(text: str) -> str:
    """What a reader sees of the text, without spaces."""
    return "".join(one for one in text if one.isprintable() and not one.isspace())


def shown(reader: MarkdownIt, text: str) -> list[tuple[str, str]]:
    """The kind and the words of each block."""
    blocks, opened = [], ""
    for token in reader.parse(text):
        if token.type == "inline":
            assert token.children is not None
            assert {child.type for child in token.children} <= {"text", "text_special", "softbreak"}, text
            blocks.append((opened, "".join(child.content or " " for child in token.children)))
        else:
            opened = token.type
    return blocks


@pytest.mark.parametrize("reader", READERS)
@given(text=hostile)
@example("1. one")
@example("- - -")
@example("a\n===")
def test_words_of_others_are_just_words(reader: MarkdownIt, text: str) -> None:
    for made in (page(f"# {inline(text)}x"), page(f"{escaped(text)}x"), page(bullets([f"{escaped(text)}x"]))):
        (only,) = shown(reader, made)
        assert words(only[1]) == f"{words(text)}x"


@pytest.mark.parametrize("reader", READERS)
@given(text=hostile)
def test_an_abstract_is_nothing_but_paragraphs(reader: MarkdownIt, text: str) -> None:
    for kind, _ in shown(reader, paragraphs(text)):
        assert kind == "paragraph_open"


@pytest.mark.parametrize("reader", READERS)
@given(body=hostile)
def test_what_a_comment_opens_ends_with_it(reader: MarkdownIt, body: str) -> None:
    tokens = reader.parse(page("## Before", quoted(body), "## After"))
    depth = [token.type for token in tokens if token.level == 0]
    assert depth[:3] == ["heading_open", "inline", "heading_close"] or depth[0] == "heading_open"
    assert [kind for kind in depth if kind.endswith("_open")] == [
        "heading_open",
        "blockquote_open",
        "heading_open",
    ]
    assert not any(token.type == "html_block" for token in tokens)


@pytest.mark.parametrize("reader", READERS)
@given(label=hostile, address=hostile)
def test_a_link_leads_nowhere_but_to_its_address(reader: MarkdownIt, label: str, address: str) -> None:
    made = link(label, f"https://example.org/{address}")
    (inline_token,) = [token for token in reader.parse(f"- {made}") if token.type == "inline"]
    assert inline_token.children is not None
    opened = [child for child in inline_token.children if child.type == "link_open"]
    assert len(opened) == 1
    assert str(opened[0].attrGet("href")).startswith("https://example.org/")
    assert inline_token.children[-1].type == "link_close"
