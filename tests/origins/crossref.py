"""A local server that speaks as the Crossref REST API does."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from tests.origins.origin import NOT_FOUND, Answer, Origin


class CrossrefOrigin(Origin):
    """Serves `works`, `most` at a time.

    As at Crossref, the next cursor is the same text again and the server remembers how far it is;
    `forget` makes it forget, as it does after five minutes.
    """

    def __init__(self, works: Sequence[dict[str, Any]], most: int = 100) -> None:
        super().__init__()
        self.works = list(works)
        self.most = most
        self._reached: dict[str, int] = {}
        self._scrolls = 0

    def forget(self) -> None:
        """Let all cursors lapse."""
        self._reached.clear()

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """`/works/{doi}` and `/works?filter=&rows=&cursor=`."""
        if path.startswith("/works/"):
            doi = unquote(path.removeprefix("/works/"))
            for work in self.works:
                if work["DOI"].lower() == doi.lower():
                    return Answer.json({"status": "ok", "message-type": "work", "message": work})
            return Answer(b"Resource not found.", "text/plain", 404)
        if path != "/works":
            return NOT_FOUND
        token = query["cursor"]
        if token == "*":
            self._scrolls += 1
            token = f"scroll{self._scrolls}=="
            self._reached[token] = 0
        if token not in self._reached:
            return Answer.json({"status": "failed", "message-type": "validation-failure"}, status=404)
        start = self._reached[token]
        end = start + min(self.most, int(query.get("rows", "20")))
        self._reached[token] = end
        message = {"next-cursor": token, "total-results": len(self.works), "items": self.works[start:end]}
        return Answer.json({"status": "ok", "message-type": "work-list", "message": message})


def work(doi: str, **fields: Any) -> dict[str, Any]:
    """A work as the API has it."""
    return {
        "DOI": doi,
        "type": "journal-article",
        "title": [f"What is registered as {doi}"],
        "author": [{"given": "Ada", "family": "Example", "sequence": "first", "affiliation": []}],
        "container-title": ["Journal of Examples"],
        "issued": {"date-parts": [[2026, 4, 7]]},
        **fields,
    }
