"""What other rooms keep for a paper, when two papers turn out to be one.

A room that has tables of its own about papers names a function here when it starts
(`moved_by(function)` in its app's `ready`), because the catalogue imports no room above it. The
function is called within the transaction that joins the papers, before the one that goes is deleted.
"""

from collections.abc import Callable

Move = Callable[[int, int], None]
"""Takes the paper that goes and the paper that is kept."""

_movers: list[Move] = []


def moved_by(function: Move) -> None:
    """Have a function called for each paper that is joined to another. Naming it twice changes nothing."""
    if function not in _movers:
        _movers.append(function)


def move(gone: int, kept: int) -> None:
    """Give all that belongs to a paper to the one it is joined to."""
    for function in _movers:
        function(gone, kept)
