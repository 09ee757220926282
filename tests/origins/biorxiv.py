"""A local server that speaks as the details API of bioRxiv and medRxiv does."""

import re
from collections.abc import Sequence
from typing import Any

from tests.origins.origin import NOT_FOUND, Answer, Origin

NOTHING = Answer.json({"messages": [{"status": "no posts found"}], "collection": []})


class BioRxivOrigin(Origin):
    """Serves `postings` (entries as in `posting`), `per_page` at a time."""

    def __init__(self, postings: Sequence[dict[str, Any]], per_page: int = 100) -> None:
        super().__init__()
        self.postings = list(postings)
        self.per_page = per_page

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """`/details/{server}/{from}/{to}/{cursor}/json` and `/details/{server}/{doi}/na/json`."""
        if one := re.fullmatch(r"/details/(\w+)/(10\.\d+/[\w.]+)/na/json", path):
            found = [entry for entry in self._of(one[1]) if entry["doi"] == one[2]]
            return self._page(found, 0, len(found)) if found else NOTHING
        asked = re.fullmatch(r"/details/(\w+)/([\d-]{10})/([\d-]{10})/(\d+)/json", path)
        if not asked:
            return NOT_FOUND
        posted = [entry for entry in self._of(asked[1]) if asked[2] <= entry["date"] <= asked[3]]
        start = int(asked[4])
        page = posted[start : start + self.per_page]
        return self._page(page, start, len(posted)) if page else NOTHING

    def _of(self, server: str) -> list[dict[str, Any]]:
        return [entry for entry in self.postings if entry["server"].lower() == server]

    def _page(self, entries: list[dict[str, Any]], cursor: int, total: int) -> Answer:
        message = {"status": "ok", "cursor": cursor, "count": len(entries), "total": str(total)}
        return Answer.json({"messages": [message], "collection": entries})


def posting(doi: str, day: str, version: int = 1, server: str = "bioRxiv", **fields: Any) -> dict[str, Any]:
    """An entry as the API has it."""
    return {
        "title": f"What was found under {doi}",
        "authors": "Example, A.; Sample, B. C.",
        "author_corresponding": "Ada Example",
        "author_corresponding_institution": "Institute of Examples",
        "doi": doi,
        "date": day,
        "version": str(version),
        "type": "new results",
        "license": "cc_by",
        "category": "neuroscience",
        "jatsxml": f"https://www.biorxiv.org/content/early/{doi}.source.xml",
        "abstract": "A short account of it.",
        "funder": "NA",
        "published": "NA",
        "server": server,
        **fields,
    }
