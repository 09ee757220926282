"""Links in what people write that lead to other sites than those of papers."""

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

_HREF = re.compile(r'<a\s[^>]*?href="([^"]*)"')

OF_PAPERS: Final = (
    "arxiv.org", "doi.org", "aclanthology.org", "openreview.net", "openalex.org", "biorxiv.org",
    "medrxiv.org", "crossref.org", "orcid.org", "zenodo.org", "github.com", "gitlab.com", "huggingface.co",
    "pubmed.ncbi.nlm.nih.gov", "semanticscholar.org", "dblp.org", "wikipedia.org",
)  # fmt: skip
"""Hosts, with those below them, to which readers of papers link all the time."""


def outside_links(html: str) -> set[str]:
    """The addresses in a comment's HTML that lead to neither this site nor one of `OF_PAPERS`."""
    return {address for address in map(unescape, _HREF.findall(html)) if _is_outside(address)}


def _is_outside(address: str) -> bool:
    if address.startswith("#") or (address.startswith("/") and not address.startswith("//")):
        return False
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return True
    known = (*OF_PAPERS, urlsplit(settings.BASE_URL).hostname or "")
    return not any(one and (host == one or host.endswith(f".{one}")) for one in known)
