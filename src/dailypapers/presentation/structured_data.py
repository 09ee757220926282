"""A paper as search engines read it: JSON-LD with the words of schema.org."""

from typing import Any, Final

import orjson
from django.utils.safestring import SafeString, mark_safe

from dailypapers.catalogue.identifiers import url_of
from dailypapers.catalogue.models import Paper
from dailypapers.catalogue.records import PaperRecord, Precision
from dailypapers.presentation import citations
from dailypapers.presentation.labels import SCHEME_NAMES
from dailypapers.presentation.mathematics import plain

AUTHORS: Final = citations.TAGGED_AUTHORS
LONGEST_HEADLINE: Final = 110
_ESCAPES: Final = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What could end the element that the data stands in."""


def scholarly_article(
    paper: Paper, record: PaperRecord, address: str, *, picture: str = "", votes: int = 0, comments: int = 0
) -> SafeString:
    """The paper at `address` as the content of a `<script type="application/ld+json">`.

    That is data, which no browser runs. `picture` is the whole address of its share card, `votes` and
    `comments` are those given here.
    """
    title = plain(record.title)
    pdf = next((link.url for link in record.links if link.kind == "pdf"), "")
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "name": title,
        "headline": title if len(title) <= LONGEST_HEADLINE else f"{title[: LONGEST_HEADLINE - 1].rstrip()}…",
        "author": [_author(one.name, one.affiliation, one.orcid) for one in record.authors[:AUTHORS]],
        "abstract": plain(record.abstract),
        "datePublished": _published(record),
        "dateModified": max((one.day for one in record.versions if one.day), default=None),
        "identifier": [
            {"@type": "PropertyValue", "propertyID": SCHEME_NAMES[one.scheme], "value": one.value}
            for one in record.identifiers
        ],
        "sameAs": list(dict.fromkeys(url for one in record.identifiers if (url := url_of(one)))),
        "isPartOf": {"@type": "PublicationIssue", "name": plain(record.venue)} if record.venue else None,
        "keywords": [plain(one) for one in record.keywords],
        "articleSection": list(record.categories),
        "license": record.licence if record.licence.startswith("http") else "",
        "creativeWorkStatus": "Withdrawn" if paper.withdrawn else "",
        "image": picture,
        "encoding": {"@type": "MediaObject", "contentUrl": pdf, "encodingFormat": "application/pdf"}
        if pdf
        else None,
        "discussionUrl": f"{address}#discussion",
        "commentCount": comments,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/LikeAction",
            "userInteractionCount": votes,
        },
    }
    # What a source wrote may hold half a character, which JSON has no place for.
    kept = _without_halves({name: value for name, value in told.items() if value not in ("", None, [])})
    text = orjson.dumps(kept).decode()
    for mark, escape in _ESCAPES.items():
        text = text.replace(mark, escape)
    return mark_safe(text)  # noqa: S308 (nothing in it ends the element, and nothing runs it)


def _author(name: str, affiliation: str, orcid: str) -> dict[str, Any]:
    told: dict[str, Any] = {"@type": "Person", "name": plain(name)}
    if affiliation:
        told["affiliation"] = {"@type": "Organization", "name": plain(affiliation)}
    if orcid:
        told["sameAs"] = f"https://orcid.org/{orcid}"
    return told


def _published(record: PaperRecord) -> str:
    """The date of the work, no more exactly than is known."""
    if record.day is None:
        return ""
    forms = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}
    form = forms.get(record.precision)
    return f"{record.day.year:04}{record.day.strftime(form)[len(str(record.day.year)) :]}" if form else ""


def _without_halves(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "ignore").decode()
        case list():
            return [_without_halves(one) for one in value]
        case dict():
            return {name: _without_halves(one) for name, one in value.items()}
    return value
