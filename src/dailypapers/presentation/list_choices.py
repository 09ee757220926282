"""What the address of a list asks for, and what the list is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

from dailypapers.presentation.fields import is_field
from dailypapers.ranking import lists
from dailypapers.ranking.conditions import Selection
from dailypapers.ranking.lists import ORDERS, Order
from dailypapers.ranking.periods import Period


class WrongChoice(ValueError):
    """What a list was asked for cannot be; the text says what is allowed."""


@dataclass(frozen=True, slots=True)
class ListChoices:
    """What the address asks of a list, checked."""

    selection: Selection
    order: Order
    page: int
    shows_read: bool = False
    """Whether papers are shown that the reader has read, who leaves those out of lists."""

    @property
    def query(self) -> str:
        """What is asked beside the page and what one reader left out: `field=cs.CL&order=votes`."""
        return self.address("", page=1, read="").removeprefix("?")

    def address(self, path: str, **changes: str | int) -> str:
        """The address of the same list with something changed; what is usual is left out."""
        values: dict[str, str | int] = {
            "field": self.selection.field,
            "show": self.selection.show,
            "order": self.order,
            "page": 1,
            "read": "shown" if self.shows_read else "",
        }
        values |= changes
        usual = {"field": "", "show": "all", "order": "trending", "page": 1, "read": ""}
        query = urlencode({name: value for name, value in values.items() if value != usual[name]})
        return f"{path}?{query}" if query else path


def list_choices(query: Mapping[str, str]) -> ListChoices:
    """Read `?field=`, `?show=`, `?order=`, `?page=`, `?read=`. Raises `WrongChoice`."""
    field = query.get("field", "")
    if field and not is_field(field):
        raise WrongChoice("There is no such field. Fields are written as arXiv does: cs.CL, stat.ML, hep-th.")
    show = query.get("show", "all")
    if show not in ("all", "submitted"):
        raise WrongChoice("A list can show all papers or, with ?show=submitted, those that were put forward.")
    order = query.get("order", "trending")
    if order not in ORDERS:
        raise WrongChoice(f"A list can be ordered by {', '.join(ORDERS)}.")
    page = _number(query.get("page", "1"))
    if not 1 <= page <= lists.LAST_PAGE:
        raise WrongChoice(f"Pages of a list are numbered from 1 to {lists.LAST_PAGE}.")
    shows_read = _shows_read(query.get("read", ""))
    return ListChoices(Selection(field, show, settings.FIELDS), order, page, shows_read)  # type: ignore[arg-type]


def _shows_read(text: str) -> bool:
    if text not in ("", "shown"):
        raise WrongChoice("With ?read=shown a list has the papers, too, that you have read and leave out.")
    return bool(text)


def _number(text: str) -> int:
    """The number that a few digits write, or 0: a database cannot count to what a longer text says."""
    return int(text) if len(text) <= 9 and text.isascii() and text.isdecimal() else 0


def heading(period: Period) -> str:
    """The period as the page's headline."""
    if period.kind == "month":
        return f"{period.first:%B %Y}"
    first, last = period.first, period.last
    if period.kind == "date":
        return f"{first:%A, %B} {first.day}"
    if first.month == last.month:
        return f"{first:%B} {first.day}–{last.day}"
    return f"{first:%B} {first.day} – {last:%B} {last.day}"
