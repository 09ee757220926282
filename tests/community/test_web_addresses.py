"""Where people may send others: public sites, by names that cannot be mistaken."""

import pytest

from dailypapers.community.access import Refused
from dailypapers.community.web_addresses import checked


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" https://Code.Example.org/a?b=c#d ", "https://code.example.org/a?b=c#d"),
        ("HTTPS://example.org:443", "https://example.org"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        # A Cyrillic а is shown as what it is.
        ("https://gith\u0430b.com", "https://xn--githb-7ve.com"),
    ],
)
def test_a_public_address_is_kept_in_one_form(text: str, kept: str) -> None:
    assert checked(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://example.org",
        "javascript:alert(1)",
        "data:text/html,<script>",
        "//example.org",
        "https://",
        "https://example",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::1",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://8.8.8.8/",
        "https://127\u30020\u30020\u30021/",
        "https://\u2460\u2461\u2466.0.0.1/",
        "https://printer.local/",
        "https://wiki.internal/",
        "https://user:word@example.org/",
        "https://example.org:8443/",
        "https://example.org:x/",
        "https://exa mple.org/",
        'https://example.org/"onclick="',
        "https://example.org/\u202egpj.exe",
        "https://example.org/\x00",
        "https://-.org/",
        "https://" + "a" * 600 + ".org",
        "https://example.org/" + "a" * 500,
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        checked(text)
