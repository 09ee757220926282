"""What subscribers were sent already, for many of them at once."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dailypapers.digests.models.issues import Delivery, Issue, JoinedPaper

KEPT = 20_000
"""Issues whose papers are remembered; those of one reader come by once."""

NOTHING_SENT: frozenset[int] = frozenset()


@dataclass(slots=True)
class History:
    """The papers of past mails. Those of a mail that the server refused count as not sent."""

    _issues: OrderedDict[int, tuple[int, ...]] = field(default_factory=OrderedDict)
    _joined: dict[int, int] = field(
        default_factory=lambda: dict(JoinedPaper.objects.values_list("gone", "kept"))
    )

    def of(self, subscriptions: Sequence[int]) -> dict[int, tuple[frozenset[int], datetime]]:
        """The papers sent and the moment the last mail was due, of those that had one; two queries.

        Subscribers with the same past get the same set.
        """
        past: dict[int, list[int]] = {}
        last: dict[int, datetime] = {}
        rows = Delivery.objects.filter(subscription__in=subscriptions, issue__isnull=False)
        rows = rows.exclude(state=Delivery.State.FAILED)
        for subscription, issue, due_at in rows.values_list("subscription_id", "issue_id", "due_at"):
            past.setdefault(subscription, []).append(issue)
            last[subscription] = max(due_at, last.get(subscription, due_at))
        self._learn({issue for issues in past.values() for issue in issues})
        sets: dict[frozenset[int], frozenset[int]] = {}
        found: dict[int, tuple[frozenset[int], datetime]] = {}
        for subscription, issues in past.items():
            key = frozenset(issues)
            if (papers := sets.get(key)) is None:
                papers = sets[key] = self._papers(key)
            found[subscription] = papers, last[subscription]
        while len(self._issues) > KEPT:
            self._issues.popitem(last=False)
        return found

    def _learn(self, issues: set[int]) -> None:
        missing = [issue for issue in issues if issue not in self._issues]
        for start in range(0, len(missing), 5_000):
            some = Issue.objects.filter(pk__in=missing[start : start + 5_000])
            self._issues.update((pk, tuple(papers)) for pk, papers in some.values_list("pk", "papers"))

    def _papers(self, issues: frozenset[int]) -> frozenset[int]:
        papers = {paper for issue in issues for paper in self._issues.get(issue, ())}
        if self._joined:
            papers |= {self._joined[paper] for paper in papers if paper in self._joined}
        return frozenset(papers)


def join(gone: int, kept: int) -> None:
    """Remember that a paper that may have been sent is another one now."""
    JoinedPaper.objects.filter(kept=gone).update(kept=kept)
    JoinedPaper.objects.update_or_create(gone=gone, defaults={"kept": kept})
