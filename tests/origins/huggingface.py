"""A local server that speaks as the Hugging Face daily papers API does."""

import json
from collections.abc import Mapping
from typing import Any

from tests.origins.origin import NOT_FOUND, Answer, Origin


class HuggingFaceOrigin(Origin):
    """Serves the bodies of `days` (keys as 2026-04-08), each as it is or in pages of `limit`.

    A day that is not there has an empty list, as the real server answers; one in `refused` is a 400.
    """

    def __init__(self, days: Mapping[str, bytes], refused: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.days = dict(days)
        self.refused = refused

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """`GET /api/daily_papers?date=&limit=&p=`."""
        if path != "/api/daily_papers":
            return NOT_FOUND
        day = query.get("date", "")
        if day in self.refused:
            return Answer.json({"error": f'Invalid date "{day}"'}, status=400)
        body = self.days.get(day, b"[]")
        entries = json.loads(body)
        limit, page = int(query.get("limit", "50")), int(query.get("p", "0"))
        if not isinstance(entries, list) or (page == 0 and len(entries) <= limit):
            return Answer(body, "application/json")
        return Answer.json(entries[page * limit : (page + 1) * limit])


def entry(number: str, votes: int = 1, **fields: Any) -> dict[str, Any]:
    """An entry as the list has it, for the arXiv number given; `fields` change the paper in it."""
    return {
        "paper": {
            "id": number,
            "authors": [{"_id": "66540321d200a2ecdf784ffe", "name": "Ada Example", "hidden": False}],
            "publishedAt": "2026-04-07T17:59:59.000Z",
            "title": f"What the number {number} stands for",
            "summary": "A short account of one number.",
            "upvotes": votes,
            "discussionId": "69d5c1",
            **fields,
        },
        "publishedAt": "2026-04-08T02:00:00.000Z",
        "title": f"What the number {number} stands for",
        "numComments": 2,
        "submittedBy": {"_id": "60", "fullname": "Charlie Example", "name": "charlie", "type": "user"},
        "isAuthorParticipating": False,
    }
