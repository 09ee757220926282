"""The styles of mails, written on each element, since many mail programs read no others."""

from functools import cache
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from css_inline import CSSInliner


@cache
def style() -> str:
    """What is written on each element."""
    return render_to_string("digests/papers/style.css")


@cache
def inliner() -> "CSSInliner":
    """Loads nothing from anywhere."""
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False)
