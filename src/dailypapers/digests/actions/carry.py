"""Lists of subscribers, brought along from elsewhere and taken away."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from dailypapers.community.access import Invalid
from dailypapers.digests import links
from dailypapers.digests.actions.subscribe import activate, keep
from dailypapers.digests.addresses import read_address
from dailypapers.digests.choices import Choices, checked
from dailypapers.digests.models.subscriptions import Subscription

log = logging.getLogger(__name__)

State = Subscription.State
COLUMNS = (
    *("email", "state", "frequency", "weekday", "hour", "zone", "trending", "follows", "fields", "searches"),
    *("papers", "least_papers", "least_votes", "consented_at", "consented_where"),
)
_NUMBERS = ("weekday", "hour", "papers", "least_papers", "least_votes")
BETWEEN = "|"
"""Between fields and between searches of one cell."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class Brought:
    """What became of a list."""

    new: int = 0
    known: int = 0
    ended: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)
    """The line of the file, and what is wrong with it."""


def bring(
    *, rows: Iterable[Mapping[str, str | None]], consented_where: str, now: datetime | None = None
) -> Brought:
    """Subscribe addresses whose readers agreed elsewhere; nothing is sent to ask them.

    What is known stays as it is, and who ended it here is not subscribed again. A row may say `ended` itself:
    it is kept so that nobody else subscribes it by a list.
    """
    now = now or timezone.now()
    brought = Brought()
    for line, row in enumerate(rows, 2):
        try:
            address = read_address(row.get("email") or "")
            kept = checked(_choices(row), has_account=False)
        except (Invalid, ValueError) as problem:
            brought.wrong.append((line, str(problem)))
            continue
        known = Subscription.objects.filter(key=address.key).first()
        if known is not None and known.state != State.UNCONFIRMED:
            brought.ended += known.state == State.ENDED
            brought.known += known.state != State.ENDED
            continue
        one = known or Subscription(key=address.key, nonce=links.fresh_nonce(), created_at=now)
        one.address, one.consented_at = address.text, _consented(row, now)
        one.consented_where = consented_where[:200]
        keep(one, kept)
        if (row.get("state") or State.ACTIVE) == State.ACTIVE:
            activate(one, now)
        else:
            one.state = State.ENDED if row["state"] == State.ENDED else State.PAUSED
            one.save()
        brought.new += 1
    log.info("%d subscribers were brought along, who consented: %s", brought.new, consented_where[:200])
    return brought


def take_along() -> Iterator[dict[str, str]]:
    """All subscribers as rows of a file, but those who never confirmed."""
    for one in Subscription.objects.exclude(state=State.UNCONFIRMED).order_by("pk").iterator():
        told = {name: getattr(one, name) for name in COLUMNS if name != "email"}
        told |= {"fields": BETWEEN.join(one.fields), "searches": BETWEEN.join(one.searches)}
        told["consented_at"] = one.consented_at.isoformat() if one.consented_at else ""
        told["consented_where"] = one.consented_where or "here"
        # Spreadsheets compute what begins like a formula.
        cells = {name: str(value) for name, value in told.items()}
        yield {"email": one.address} | {
            name: f"'{text}" if text.startswith(_FORMULA) else text for name, text in cells.items()
        }


def _choices(row: Mapping[str, str | None]) -> Choices:
    told = {name: (row.get(name) or "").strip().removeprefix("'") for name in COLUMNS}
    usual = Choices()
    numbers = {name: int(told[name]) if told[name] else getattr(usual, name) for name in _NUMBERS}
    return Choices(
        frequency=told["frequency"] or usual.frequency,
        zone=told["zone"] or usual.zone,
        trending=told["trending"].lower() not in ("false", "no", "0"),
        follows=False,
        fields=tuple(filter(None, map(str.strip, told["fields"].split(BETWEEN)))),
        searches=tuple(filter(None, map(str.strip, told["searches"].split(BETWEEN)))),
        **numbers,
    )


def _consented(row: Mapping[str, str | None], now: datetime) -> datetime:
    """When a list says that its reader agreed; now where it does not say so."""
    try:
        found = datetime.fromisoformat((row.get("consented_at") or "").strip())
    except ValueError:
        return now
    return found if found.tzinfo is not None and found <= now else now
