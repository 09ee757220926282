"""The names a paper goes by: arXiv and OpenReview numbers, DOIs, Anthology ids and our own.

No Django here: sources, pages and the command line all read identifiers with these functions.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

SCHEMES = ("arxiv", "doi", "acl", "openreview", "openalex", "biorxiv", "local")
"""Every scheme there is, in the order in which one is chosen for a paper's address."""

MAX_LENGTH = 200
"""Longer than any identifier seen (the longest DOI of 270,717 papers has 71); bounds what is indexed."""


class Identifier(NamedTuple):
    """One name of a work: a scheme of `SCHEMES` and a normalised value without scheme or version."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def handle(self) -> str:
        """The part after /papers/ in an address: bare for arXiv, with its scheme for all others."""
        return self.value if self.scheme == "arxiv" else f"{self.scheme}:{self.value}"

    @property
    def namespace(self) -> str:
        """The collection that gives a work one name only: two values in it are two works.

        For `local` it is the part before the first colon (a conference list). Empty where one work
        may well have several (a DOI for the preprint, one for the published copy).
        """
        if self.scheme in ("doi", "openalex"):
            return ""
        if self.scheme == "local":
            return "local:" + self.value.partition(":")[0] if ":" in self.value else ""
        return self.scheme


class Reference(NamedTuple):
    """An identifier as someone wrote it, with the version they named, if they named one."""

    identifier: Identifier
    version: int | None


_ARXIV_NEW = re.compile(r"(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v(\d{1,3}))?", re.ASCII)
_ARXIV_OLD = re.compile(
    r"([a-z][a-z-]{1,16})(?:\.[A-Za-z]{2})?/(\d{2}(?:0[1-9]|1[0-2])\d{3})(?:v(\d{1,3}))?", re.ASCII
)
_LIKE_ARXIV = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?", re.ASCII)
_DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)
_ACL_NEW = re.compile(r"\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+", re.ASCII)
_ACL_OLD = re.compile(r"[A-Z]\d{2}-\d{4}", re.ASCII)
_OPENALEX = re.compile(r"W\d{4,12}", re.ASCII)
_OPENREVIEW = re.compile(r"[A-Za-z0-9_-]{6,40}", re.ASCII)
# bioRxiv and medRxiv number with 10.1101, and since December 2025 with openRxiv's 10.64898: the first
# is left out of the value, the second kept, so that a value always leads back to its DOI.
_BIORXIV = re.compile(r"(10\.1101/|10\.64898/)?((?:\d{4}\.\d{2}\.\d{2}\.)?\d{6,8})(?:v(\d{1,2}))?", re.ASCII)
_SCHEME_PREFIX = re.compile(r"([a-z]{2,12}):\s*(.+)", re.IGNORECASE | re.DOTALL)
_ONE_SLASH = re.compile(r"^(https?):/(?=[^/])", re.IGNORECASE)
"""What a proxy leaves of an address within an address: it takes two slashes for one."""
_ARXIV_HOSTS = ("arxiv.org", "export.arxiv.org", "alphaxiv.org", "ar5iv.labs.arxiv.org", "ar5iv.org")
_HOSTS = frozenset(
    (
        *_ARXIV_HOSTS, "huggingface.co", "hf.co", "doi.org", "dx.doi.org", "aclanthology.org",
        "openreview.net", "openalex.org", "api.openalex.org", "biorxiv.org", "medrxiv.org",
    )
)  # fmt: skip
"""Hosts whose addresses `_parse_url` reads."""
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\ud800-\udfff]")  # no database takes half a character


def parse(text: str) -> Reference | None:
    """Read whatever a person or a source may write for a paper.

    Takes a bare identifier, one with its scheme (`arXiv:2604.04913v2`, `doi:10.…`), or a URL of
    arXiv, doi.org, the ACL Anthology, OpenReview, OpenAlex, bioRxiv, medRxiv, alphaXiv or the
    Hugging Face papers pages, also without its `https://` or with one slash for two. A slash too many
    at the end is passed over. Gives the normalised identifier and the version named, or None.
    """
    text = text.strip()
    if not text or len(text) > 10 * MAX_LENGTH:
        return None
    return _parse(text) or (_parse(text.rstrip("/")) if text.endswith("/") else None)


def _parse(text: str) -> Reference | None:
    prefixed = _SCHEME_PREFIX.fullmatch(text)
    # Our own schemes come first: a file's `local:` value may hold "://", and must be read back as itself.
    if prefixed and prefixed[1].lower() in SCHEMES:
        return _parse_in_scheme(prefixed[1].lower(), prefixed[2])
    text = _ONE_SLASH.sub(r"\1://", text)
    if "://" in text or text.lower().startswith("www."):
        return _parse_url(text)
    if text.partition("/")[0].lower() in _HOSTS:
        return _parse_url("https://" + text)
    if prefixed:
        return None
    for scheme in ("arxiv", "doi", "acl", "openalex"):
        if found := _parse_in_scheme(scheme, text):
            return found
    return None


def parse_record_id(text: str) -> Identifier | None:
    """Read the `id` of a file's record: as `parse` does, and any other text becomes a local identifier.

    None for what claims to be an identifier of a scheme that has rules, and breaks them (`arxiv:9999.99999`).
    """
    if found := parse(text):
        return found.identifier
    prefixed = _SCHEME_PREFIX.fullmatch(text.strip())
    # Lists in use write Anthology numbers that the Anthology never gave (`W17-701`): those stay local.
    if prefixed and prefixed[1].lower() in SCHEMES and prefixed[1].lower() != "acl":
        return None
    if _LIKE_ARXIV.fullmatch(text.strip().lower()):
        return None
    local = _parse_in_scheme("local", text)
    return local.identifier if local else None


def _parse_in_scheme(scheme: str, text: str) -> Reference | None:
    found = _READERS[scheme](text.strip())
    return found if found and len(found.identifier.value) <= MAX_LENGTH else None


def _read_arxiv(text: str) -> Reference | None:
    lowered = text.lower().removeprefix("arxiv:").removeprefix("oai:arxiv.org:")
    if new := _ARXIV_NEW.fullmatch(lowered):
        return Reference(Identifier("arxiv", new[1]), int(new[2]) if new[2] else None)
    if old := _ARXIV_OLD.fullmatch(lowered):
        return Reference(Identifier("arxiv", f"{old[1]}/{old[2]}"), int(old[3]) if old[3] else None)
    return None


def _read_doi(text: str) -> Reference | None:
    # Case does not distinguish DOIs (DOI Handbook, 2.4), so the lower-case form is the one we keep.
    value = _unquoted(text).lower().rstrip(".,;")
    if not _DOI.fullmatch(value) or _UNPRINTABLE.search(value) or has_dots(value):
        return None
    if value.startswith("10.48550/arxiv."):
        return _read_arxiv(value.removeprefix("10.48550/arxiv."))
    return _read_biorxiv(value) or Reference(Identifier("doi", value), None)


def has_dots(value: str) -> bool:
    """Whether a part between slashes is `.` or `..`: browsers take such parts out of an address."""
    return "." in value and any(part in (".", "..") for part in value.split("/"))


def _unquoted(text: str) -> str:
    """Undo percent-encoding until none is left: addresses are pasted encoded once, twice or not at all."""
    while (once := unquote(text)) != text:
        text = once
    return text


def _read_acl(text: str) -> Reference | None:
    value = text.removesuffix(".pdf")
    matched = _ACL_NEW.fullmatch(value.lower()) or _ACL_OLD.fullmatch(value.upper())
    return Reference(Identifier("acl", matched[0]), None) if matched else None


def _read_openreview(text: str) -> Reference | None:
    return Reference(Identifier("openreview", text), None) if _OPENREVIEW.fullmatch(text) else None


def _read_openalex(text: str) -> Reference | None:
    value = text.upper()
    return Reference(Identifier("openalex", value), None) if _OPENALEX.fullmatch(value) else None


def _read_biorxiv(text: str) -> Reference | None:
    matched = _BIORXIV.fullmatch(text.lower())
    if not matched:
        return None
    value = matched[2] if matched[1] in (None, "10.1101/") else matched[1] + matched[2]
    return Reference(Identifier("biorxiv", value), int(matched[3]) if matched[3] else None)


def _read_local(text: str) -> Reference | None:
    if not text or _UNPRINTABLE.search(text) or any(mark in text for mark in "?#%\\<>\"'") or has_dots(text):
        return None
    return Reference(Identifier("local", text), None)


_READERS = {
    "arxiv": _read_arxiv,
    "doi": _read_doi,
    "acl": _read_acl,
    "openreview": _read_openreview,
    "openalex": _read_openalex,
    "biorxiv": _read_biorxiv,
    "local": _read_local,
}


def _parse_url(text: str) -> Reference | None:
    try:
        parts = urlsplit(text if "://" in text else "https://" + text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    path = unquote(parts.path).strip("/")
    head, _, rest = path.partition("/")
    if host in _ARXIV_HOSTS:
        return _parse_in_scheme("arxiv", rest.removesuffix(".pdf")) if rest else None
    if host in ("huggingface.co", "hf.co") and head == "papers":
        return _parse_in_scheme("arxiv", rest)
    if host in ("doi.org", "dx.doi.org"):
        return _parse_in_scheme("doi", path)
    if host == "aclanthology.org":
        return _parse_in_scheme("acl", head)
    if host == "openreview.net" and head in ("forum", "pdf"):
        return _parse_in_scheme("openreview", parse_qs(parts.query).get("id", [""])[0])
    if host in ("openalex.org", "api.openalex.org"):
        return _parse_in_scheme("openalex", path.rpartition("/")[2])
    if host in ("biorxiv.org", "medrxiv.org") and head == "content":
        found = re.match(r"10\.\d{4,9}/(?:\d{4}\.\d\d\.\d\d\.)?\d+(?:v\d+)?", rest)
        return _parse_in_scheme("doi", found[0]) if found else None
    return None


def expand(identifiers: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """Add what an identifier implies: an Anthology DOI names an Anthology paper, and the reverse is not sure.

    Order is kept, doubles are dropped.
    """
    found: dict[Identifier, None] = {}
    for identifier in identifiers:
        found.setdefault(identifier)
        _, anthology, value = identifier.value.partition("10.18653/v1/")
        if identifier.scheme == "doi" and anthology and (implied := _read_acl(value)):
            found.setdefault(implied.identifier)
    return tuple(found)


def url_of(identifier: Identifier) -> str:
    """Where the paper lives at its source; empty for a local identifier."""
    match identifier.scheme:
        case "arxiv":
            return f"https://arxiv.org/abs/{identifier.value}"
        case "doi":
            return f"https://doi.org/{identifier.value}"
        case "acl":
            return f"https://aclanthology.org/{identifier.value}/"
        case "openreview":
            return f"https://openreview.net/forum?id={identifier.value}"
        case "openalex":
            return f"https://openalex.org/{identifier.value}"
        case "biorxiv":
            number = identifier.value
            return f"https://doi.org/{number if number.startswith('10.') else '10.1101/' + number}"
    return ""
