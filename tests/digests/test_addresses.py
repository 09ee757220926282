"""Addresses are read as mail servers do, and doubles of one mailbox are counted as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.community.access import Invalid
from dailypapers.digests.addresses import half_hidden, read_address


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("ada@example.org", "ada@example.org"),
        (" ada@Example.ORG ", "ada@example.org"),
        ("Ada.Lovelace+news@example.org", "Ada.Lovelace+news@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"),
    ],
)
def test_an_address_is_kept_as_mail_is_sent_to_it(typed: str, text: str) -> None:
    assert read_address(typed).text == text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ada@exa mple.org",
        "ada@example.org\nBcc: bob@example.org",
        "ada\r\nSubject: x@example.org",
        "ada@example.org\u2028",
        "ada\u202e@example.org",
        '"ada lovelace"@example.org',
        "ada(comment)@example.org",
        "Ada <ada@example.org>",
        "ada@example.org, bob@example.org",
        "ada@bob@example.org",
        ".ada@example.org",
        "ada..l@example.org",
        "ada@-example-.org",
        "ada@exa_mple.org",
        "a" * 65 + "@example.org",
        "a" * 300 + "@example.org",
        "ada@" + "a" * 64 + ".org",
        "ada@" + ".".join(["a" * 60] * 5),
    ],
)
def test_what_is_no_address_is_refused_with_a_word(typed: str) -> None:
    with pytest.raises(Invalid, match=r"\w+"):
        read_address(typed)


def test_doubles_of_one_mailbox_are_counted_as_one_and_stay_addresses_of_their_own() -> None:
    doubles = ["ada.lovelace@gmail.com", "AdaLovelace@GMail.com", "adalovelace+x@googlemail.com"]
    read = [read_address(one) for one in doubles]
    assert len({one.mailbox for one in read}) == 1
    assert len({one.key for one in read}) == 3
    assert read_address("ADA@example.org").key == read_address("ada@EXAMPLE.org").key


@given(st.text(max_size=60))
def test_whatever_is_taken_is_one_line_of_one_recipient(local: str) -> None:
    try:
        read = read_address(f"{local}@example.org")
    except Invalid:
        return
    assert len(read.text.splitlines()) == 1
    assert read.text.count("@") == 1
    assert not set(' ,;:<>()[]"\\') & set(read.text)
    assert read_address(read.text) == read


def test_an_address_is_half_hidden_where_others_may_look() -> None:
    assert half_hidden("ada.lovelace@example.org") == "a…@example.org"
