"""What kinds of links and identifiers are called."""

from typing import Final

LINK_NAMES: Final = {
    "code": "Code",
    "project": "Project page",
    "model": "Model",
    "dataset": "Data set",
    "pdf": "PDF",
    "page": "At its source",
}
"""Kinds of links that pages name; pictures and videos of papers are shown, not named."""

SCHEME_NAMES: Final = {
    "arxiv": "arXiv",
    "doi": "DOI",
    "acl": "ACL Anthology",
    "openreview": "OpenReview",
    "openalex": "OpenAlex",
    "biorxiv": "bioRxiv",
    "local": "Local",
}
