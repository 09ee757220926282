"""Which of many records from elsewhere are papers that are held. Nothing is written."""

from collections import defaultdict
from collections.abc import Sequence

from dailypapers.catalogue.holding import in_chunks
from dailypapers.catalogue.identifiers import Identifier as Name
from dailypapers.catalogue.identifiers import expand
from dailypapers.catalogue.likeness import name_different_works, share_an_author, title_key
from dailypapers.catalogue.models import Author, Identifier, Paper
from dailypapers.catalogue.records import Author as Written
from dailypapers.catalogue.records import PaperRecord

COMPARED = 50
"""Authors of a paper that are compared: collaborations have thousands, and one in common is enough."""


def recognised(records: Sequence[PaperRecord]) -> list[int | None]:
    """The keys of the papers that the records are of, in order; None for what is not held.

    By identifier first, then by title with an author in common, as papers are joined when they land; a
    record that names no author goes by its title alone, where one paper only has it. A few queries for each
    900 records.
    """
    named = [expand(one.identifiers) for one in records]
    by_name = _by_name({name for names in named for name in names})
    found = [next((by_name[name] for name in names if name in by_name), None) for names in named]
    missing = [at for at, paper in enumerate(found) if paper is None]
    keys = {at: key for at in missing if (key := title_key(records[at].title)) is not None}
    titled = _by_title(set(keys.values()))
    candidates = {paper for papers in titled.values() for paper in papers}
    authors, identifiers = _authors(candidates), _identifiers(candidates)
    for at, key in keys.items():
        same = [
            paper
            for paper in titled.get(key, ())
            if not name_different_works(identifiers[paper], named[at])
            and (not records[at].authors or share_an_author(authors[paper], records[at].authors))
        ]
        if len(same) == 1 or (same and records[at].authors):
            found[at] = same[0]
    return found


def _by_name(names: set[Name]) -> dict[Name, int]:
    by_scheme: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_scheme[name.scheme].append(name.value)
    found: dict[Name, int] = {}
    for scheme, values in by_scheme.items():
        for chunk in in_chunks(sorted(values)):
            rows = Identifier.objects.filter(scheme=scheme, value__in=chunk)
            found |= {Name(scheme, value): paper for value, paper in rows.values_list("value", "paper_id")}
    return found


def _by_title(keys: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for chunk in in_chunks(sorted(keys)):
        for key, paper in (
            Paper.objects.filter(title_key__in=chunk).order_by("pk").values_list("title_key", "pk")
        ):
            assert key is not None  # noqa: S101
            found[key].append(paper)
    return found


def _authors(papers: set[int]) -> dict[int, list[Written]]:
    found: dict[int, list[Written]] = defaultdict(list)
    for chunk in in_chunks(sorted(papers)):
        rows = Author.objects.filter(paper__in=chunk, position__lt=COMPARED)
        for paper, name in rows.values_list("paper_id", "name"):
            found[paper].append(Written(name))
    return found


def _identifiers(papers: set[int]) -> dict[int, list[Name]]:
    found: dict[int, list[Name]] = defaultdict(list)
    for chunk in in_chunks(sorted(papers)):
        rows = Identifier.objects.filter(paper__in=chunk)
        for paper, scheme, value in rows.values_list("paper_id", "scheme", "value"):
            found[paper].append(Name(scheme, value))
    return found
