"""A local server that gives the Anthology's collections, one XML file each."""

from collections.abc import Mapping

from tests.origins.origin import NOT_FOUND, Answer, Origin


class AclOrigin(Origin):
    """Serves `/{collection}.xml` for the collections given."""

    def __init__(self, collections: Mapping[str, bytes]) -> None:
        super().__init__()
        self.collections = dict(collections)

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """The file of the collection."""
        body = self.collections.get(path.removeprefix("/").removesuffix(".xml"))
        return Answer(body, "text/plain; charset=utf-8") if body is not None else NOT_FOUND
