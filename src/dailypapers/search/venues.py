"""Venues that go by several names: asked for by one, papers of the others are found too."""

from typing import Final

from dailypapers.search.analysis import plain

SAME: Final = (
    ("neurips", "nips"),
    ("thewebconf", "the web conference", "www"),
    ("acmmm", "acm mm", "acm multimedia"),
    ("siggraphasia", "siggraph asia"),
)
"""Names of one venue. The first two were renamed (NIPS in 2018, WWW in 2018); of the others, sources write
the name with and without a space."""

_APART: Final = str.maketrans(dict.fromkeys('/,"“”„«»', " "))


def venue_key(venue: str) -> str:
    """A venue in small letters, without accents, slashes, commas and quotes: as the index holds it."""
    return " ".join(plain(venue).translate(_APART).split())


def same_venue(venue: str) -> tuple[str, ...]:
    """The keys of a venue under all its names, its own first: `nips 2017` is `neurips 2017` too."""
    key = venue_key(venue)
    padded = f" {key} "
    for names in SAME:
        for name in names:
            if f" {name} " in padded:
                others = (padded.replace(f" {name} ", f" {other} ").strip() for other in names)
                return tuple(dict.fromkeys((key, *others)))
    return (key,)
