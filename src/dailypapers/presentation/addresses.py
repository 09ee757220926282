"""Where things are on the site."""

from urllib.parse import quote


def address_of(handle: str) -> str:
    """The path of a paper's page."""
    return "/papers/" + quote(handle, safe=":/.()-_~")
