"""Zotero RDF."""

from collections.abc import Iterator

from dailypapers.ingest.file_formats.csl import Csl
from dailypapers.ingest.file_formats.entry import Entry, Piece
from dailypapers.ingest.file_formats.zotero import ZoteroRdf


class Rdf(ZoteroRdf):
    """Reads Zotero RDF, whose items `ZoteroRdf` makes CSL items of."""

    def read(self, piece: Piece) -> Iterator[Entry]:
        """The paper of an item. Raises `Unreadable`."""
        return Csl().read(piece)
