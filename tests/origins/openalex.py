"""A local server that speaks as the OpenAlex API does."""

from collections.abc import Sequence
from typing import Any

from tests.origins.origin import NOT_FOUND, Answer, Origin


class OpenAlexOrigin(Origin):
    """Serves `works`, `most` at a time, filtered by their day of publication only.

    With `stuck` its cursor never moves on.
    """

    def __init__(self, works: Sequence[dict[str, Any]], most: int = 100, *, stuck: bool = False) -> None:
        super().__init__()
        self.works = list(works)
        self.most = most
        self.stuck = stuck

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """`/works?filter=&per_page=&cursor=`, `/works/W…` and `/works/doi:…`."""
        if path.startswith("/works/"):
            name = path.removeprefix("/works/")
            for work in self.works:
                if name == work["id"].rpartition("/")[2] or f"https://doi.org/{name[4:]}" == work["doi"]:
                    return Answer.json(work)
            return NOT_FOUND
        if path != "/works":
            return NOT_FOUND
        conditions = dict(part.split(":", 1) for part in query["filter"].split(","))
        if unknown := set(conditions) - {"from_publication_date", "to_publication_date", "type"}:
            return Answer.json({"error": "Invalid filter", "message": f"Unknown {unknown}"}, status=400)
        since = conditions.get("from_publication_date", "")
        until = conditions.get("to_publication_date", "9999")
        found = [work for work in self.works if since <= work["publication_date"] <= until]
        start = 0 if query["cursor"] == "*" else int(query["cursor"].removeprefix("after"))
        end = start + min(self.most, int(query.get("per_page", "25")))
        follows = f"after{start if self.stuck else end}" if found[start:end] else None
        meta = {"count": len(found), "page": None, "per_page": end - start, "next_cursor": follows}
        return Answer.json({"meta": meta, "results": found[start:end], "group_by": []})


def work(number: int, day: str, **fields: Any) -> dict[str, Any]:
    """A work as the API has it."""
    return {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/10.1234/w{number}",
        "title": f"What work {number} is about",
        "publication_date": day,
        "type": "article",
        "authorships": [{"author": {"display_name": "Ada Example", "orcid": None}, "institutions": []}],
        "primary_location": None,
        "locations": [],
        "primary_topic": None,
        "topics": [],
        "keywords": [],
        "is_retracted": False,
        "is_paratext": False,
        "abstract_inverted_index": {"An": [0], "example.": [1]},
        **fields,
    }
