"""Corrections are written with all that follows from them, and go the way of their copy of a paper."""

import pytest

from dailypapers.catalogue.correcting import correct, without
from dailypapers.catalogue.corrections import correction_key
from dailypapers.catalogue.holding import held_records
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Artifact, Correction, Merge, Paper, Summary, Unindexed
from dailypapers.catalogue.records import Author, Link
from dailypapers.catalogue.splitting import split
from tests.catalogue.test_corrections import ADDED, AFFILIATED, CODE, SAID, TAKEN_OFF
from tests.catalogue.test_splitting import DOI, copy
from tests.papers import NOW, hold, record

pytestmark = pytest.mark.django_db

PDF = (Link("pdf", "https://pdf.example/x"),)


def test_the_tables_have_corrections_applied_and_the_index_is_told() -> None:
    (paper,) = hold(record(1, links=PDF))
    Unindexed.objects.all().delete()
    correct(paper.pk, lambda _: (ADDED, TAKEN_OFF, AFFILIATED, SAID), NOW)
    assert list(Artifact.objects.values_list("url", flat=True)) == [CODE]
    assert Summary.objects.get().text == "Engines can compute."
    assert Unindexed.objects.get().paper == paper.pk
    land([record(1, links=PDF)], NOW)
    assert list(Artifact.objects.values_list("url", flat=True)) == [CODE]
    correct(paper.pk, lambda now: without(now, [correction_key(TAKEN_OFF), correction_key(SAID)]), NOW)
    assert set(Artifact.objects.values_list("url", flat=True)) == {CODE, PDF[0].url}
    assert not Summary.objects.exists()
    correct(paper.pk, lambda _: (), NOW)
    assert not Correction.objects.exists()
    assert held_records([paper.pk])[paper.pk].links == PDF


def test_nothing_is_written_where_nothing_changes() -> None:
    (paper,) = hold(record(1))
    Unindexed.objects.all().delete()
    before = Paper.objects.get()
    correct(paper.pk, lambda now: now.corrections, NOW)
    assert not Unindexed.objects.exists()
    assert Paper.objects.get().updated_at == before.updated_at


def test_each_copy_keeps_its_corrections_when_they_are_parted() -> None:
    own = copy(authors=(Author("Grace Hopper"), Author("Charles Babbage")))
    (journal,) = hold(own)
    correct(journal.pk, lambda _: (SAID,), NOW)
    (archive,) = hold(record(1, authors=(Author("Ada Lovelace"), Author("Mary Somerville"))))
    correct(archive.pk, lambda _: (ADDED,), NOW)
    assert Paper.objects.count() == 2
    # A record that names both joins them.
    land([record(1, identifiers=(record(1).identifiers[0], DOI))], NOW)
    kept = Paper.objects.get()
    both = held_records([kept.pk])[kept.pk].corrections
    assert {one.kind for one in both} == {"link", "summary"}
    correct(kept.pk, lambda now: (*now.corrections, AFFILIATED), NOW)
    one, other = split(Merge.objects.get(reason="one record names both"), NOW)
    kinds = {
        pk: {correction.kind for correction in found.corrections}
        for pk, found in held_records([one.pk, other.pk]).items()
    }
    assert kinds == {journal.pk: {"summary", "affiliation"}, other.pk: {"link"}}
