"""What a list shows of each of its papers, fetched in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from dailypapers.catalogue.models import Artifact, Author, Category, Mention, Paper, Summary

NAMED_AUTHORS = 2
"""Names a card shows before "and 5 more"."""


@dataclass(frozen=True, slots=True)
class Card:
    """One paper as a list shows it."""

    paper: Paper
    authors: tuple[str, ...]
    """The first `NAMED_AUTHORS` names; `paper.author_count` says how many there are."""
    categories: tuple[str, ...]
    links: dict[str, Artifact]
    """The first link of each kind."""
    mentions: tuple[Mention, ...]
    summaries: tuple[Summary, ...]

    @property
    def field(self) -> str:
        """Its primary category, or empty."""
        return self.categories[0] if self.categories else ""

    @property
    def more_authors(self) -> int:
        """How many authors are not named."""
        return self.paper.author_count - len(self.authors)

    @property
    def day(self) -> date | None:
        """The day on whose list it stood first."""
        return self.paper.day


def cards(paper_ids: Sequence[int]) -> list[Card]:
    """The cards of these papers, in the order given: six queries, however many there are.

    A hidden paper has none, by whatever list it came.
    """
    papers = Paper.objects.filter(hidden=None).in_bulk(paper_ids)
    authors: dict[int, list[str]] = {}
    first = Q(paper__in=paper_ids, position__lt=NAMED_AUTHORS)
    for paper_id, name in Author.objects.filter(first).order_by("position").values_list("paper_id", "name"):
        authors.setdefault(paper_id, []).append(name)
    categories: dict[int, list[str]] = {}
    rows = Category.objects.filter(paper__in=paper_ids).order_by("position")
    for paper_id, name in rows.values_list("paper_id", "name"):
        categories.setdefault(paper_id, []).append(name)
    links: dict[int, dict[str, Artifact]] = {}
    for artifact in Artifact.objects.filter(paper__in=paper_ids).order_by("pk"):
        links.setdefault(artifact.paper_id, {}).setdefault(artifact.kind, artifact)
    mentions: dict[int, list[Mention]] = {}
    for mention in Mention.objects.filter(paper__in=paper_ids).order_by("source"):
        mentions.setdefault(mention.paper_id, []).append(mention)
    summaries: dict[int, list[Summary]] = {}
    for summary in Summary.objects.filter(paper__in=paper_ids).order_by("origin"):
        summaries.setdefault(summary.paper_id, []).append(summary)
    return [
        Card(
            paper=papers[pk],
            authors=tuple(authors.get(pk, ())),
            categories=tuple(categories.get(pk, ())),
            links=links.get(pk, {}),
            mentions=tuple(mentions.get(pk, ())),
            summaries=tuple(summaries.get(pk, ())),
        )
        for pk in paper_ids
        if pk in papers
    ]
