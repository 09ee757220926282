"""A local server that speaks as both of OpenReview's APIs do."""

from collections.abc import Sequence
from typing import Any

from tests.origins.origin import NOT_FOUND, Answer, Origin

FORBIDDEN = {
    "name": "ForbiddenError",
    "message": "You do not have permission to read this note",
    "status": 403,
}


class OpenReviewOrigin(Origin):
    """Serves `notes`; those of `closed` are refused, as what is not open to read."""

    def __init__(self, notes: Sequence[dict[str, Any]], closed: Sequence[str] = ()) -> None:
        super().__init__()
        self.notes = list(notes)
        self.closed = set(closed)

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """`/notes?id=` and `/notes?content.venueid=&limit=&offset=`."""
        if path != "/notes":
            return NOT_FOUND
        if (name := query.get("id", "")) in self.closed:
            return Answer.json(FORBIDDEN, status=403)
        if name:
            found = [note for note in self.notes if note["id"] == name]
            return Answer.json({"notes": found, "count": len(found)})
        venue = query.get("content.venueid", "")
        found = [note for note in self.notes if note["content"]["venueid"]["value"] == venue]
        start = int(query["offset"])
        return Answer.json({"notes": found[start : start + int(query["limit"])], "count": len(found)})


def note(name: str, venue: str = "ICLR.cc/2024/Conference", **fields: Any) -> dict[str, Any]:
    """A submission as the newer API has it."""
    content = {
        "title": {"value": f"What was submitted as {name}"},
        "authors": {"value": ["Ada Example"]},
        "abstract": {"value": "An example."},
        "venue": {"value": "ICLR 2024 poster"},
        "venueid": {"value": venue},
    }
    return {"id": name, "forum": name, "pdate": 1_705_409_954_000, "content": content, **fields}
