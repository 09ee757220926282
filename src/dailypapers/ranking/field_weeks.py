"""How votes in a field usually run: the best of each of its weeks, and what a vote counts by that."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from dailypapers.catalogue.holding import in_chunks
from dailypapers.ranking.evidence import WEEKS, factor
from dailypapers.ranking.models import FieldWeek, Score

WEEK = timedelta(days=7)


@cache
def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


class Factors:
    """What a vote counted in some fields on some days: by the weeks before, whatever came later."""

    def __init__(self, wanted: Iterable[tuple[str, date]]) -> None:
        weeks = {(field, monday(day)) for field, day in wanted}
        self._bests: dict[str, dict[date, int]] = defaultdict(dict)
        if not weeks:
            return
        first, last = min(week for _, week in weeks), max(week for _, week in weeks)
        for chunk in in_chunks(sorted({field for field, _ in weeks})):
            rows = FieldWeek.objects.filter(field__in=chunk, week__gte=first - WEEKS * WEEK, week__lt=last)
            for field, week, best in rows.values_list("field", "week", "best"):
                self._bests[field][week] = best
        self._known: dict[tuple[str, date], float] = {}

    def of(self, field: str, day: date | None) -> float:
        """What a vote counts for a paper of the field and day."""
        if day is None:
            return factor(())
        key = field, monday(day)
        if key not in self._known:
            bests = self._bests.get(field, {})
            self._known[key] = factor([bests.get(key[1] - back * WEEK, 0) for back in range(1, WEEKS + 1)])
        return self._known[key]


def settle(touched: set[tuple[str, date]]) -> list[int]:
    """Store the bests of these fields' weeks; gives the papers for which a vote counts otherwise now."""
    by_field: dict[str, list[date]] = defaultdict(list)
    for field, week in touched:
        by_field[field].append(week)
    changed: dict[str, list[date]] = {}
    for chunk in in_chunks(sorted(by_field)):
        changed |= _settle(chunk, by_field)
    followers: list[int] = []
    for field, weeks in changed.items():
        later = Score.objects.filter(
            field=field, day__range=(min(weeks) + WEEK, max(weeks) + (WEEKS + 1) * WEEK)
        )
        rows = list(later.values_list("pk", "day", "factor"))
        factors = Factors((field, day) for _, day, _ in rows if day)
        followers += [pk for pk, day, counted in rows if factors.of(field, day) != counted]
    return sorted(followers)


def _settle(fields: list[str], weeks: dict[str, list[date]]) -> dict[str, list[date]]:
    """Store the bests of these fields' weeks; gives those that are others than before."""
    every = [week for field in fields for week in weeks[field]]
    span = min(every), max(every) + WEEK - timedelta(days=1)
    best: dict[tuple[str, date], int] = defaultdict(int)
    scores = Score.objects.filter(field__in=fields, day__range=span, votes__gt=0)
    for field, day, votes in scores.values_list("field", "day", "votes").iterator():
        best[field, monday(day)] = max(best[field, monday(day)], votes)
    stored = FieldWeek.objects.filter(field__in=fields, week__range=span)
    before = {(field, week): best for field, week, best in stored.values_list("field", "week", "best")}
    rows = [
        FieldWeek(field=field, week=week, best=best[field, week])
        for field in fields
        for week in sorted(weeks[field])
        if best[field, week] != before.get((field, week), 0)
    ]
    FieldWeek.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["field", "week"], update_fields=["best"]
    )
    changed: dict[str, list[date]] = defaultdict(list)
    for row in rows:
        changed[row.field].append(row.week)
    return changed
