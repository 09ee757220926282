"""Papers joined by hand are one, with all that belongs to either, and can be parted as if they never were."""

import pytest

from dailypapers.catalogue.identifiers import Identifier
from dailypapers.catalogue.joining import CannotJoin, are_told_apart, join, joined
from dailypapers.catalogue.landing import land
from dailypapers.catalogue.models import Merge, Paper, Separation, Unindexed
from dailypapers.catalogue.records import Author, Authority
from dailypapers.catalogue.splitting import split
from tests.catalogue.factories import catalogue
from tests.papers import NOW, hold, mention, record

pytestmark = pytest.mark.django_db

DOI = Identifier("doi", "10.1000/182")
OTHER = record(
    2,
    identifiers=(DOI,),
    source="crossref",
    authority=Authority.PUBLISHER,
    title="On growth",
    authors=(Author("A. Lovelace"),),
    venue="Journal of Growth",
)


def test_two_papers_become_one_under_the_older_ones_key() -> None:
    first, second = hold(record(1, **mention(3)), OTHER)
    Unindexed.objects.all().delete()
    expected = joined(first.pk, second.pk)
    assert joined(second.pk, first.pk) == expected
    kept = join(second.pk, first.pk, "One work", NOW)
    assert kept.pk == first.pk
    assert catalogue() == [expected]
    assert DOI in expected.identifiers
    assert expected.venue == "Journal of Growth"
    assert set(Unindexed.objects.values_list("paper", flat=True)) == {first.pk, second.pk}
    assert Merge.objects.get().reason == "One work"
    land([OTHER, record(1)], NOW)
    assert Paper.objects.count() == 1, "and the sources do not part them"


def test_what_was_joined_is_parted_as_if_it_never_was() -> None:
    first, second = hold(record(1), OTHER)
    before = catalogue()
    join(first.pk, second.pk, "One work", NOW)
    kept, parted = split(Merge.objects.get(), NOW)
    assert kept.pk == first.pk
    assert parted.handle == "doi:10.1000/182"
    assert {one.title for one in catalogue()} == {one.title for one in before}
    assert {one.identifiers for one in catalogue()} == {one.identifiers for one in before}


def test_what_was_parted_by_hand_is_joined_again_by_hand() -> None:
    first, second = hold(record(1), OTHER)
    join(first.pk, second.pk, "One work", NOW)
    kept, parted = split(Merge.objects.get(), NOW)
    assert Separation.objects.exists()
    join(kept.pk, parted.pk, "One work after all", NOW)
    assert not Separation.objects.exists()
    land([record(1, identifiers=(*record(1).identifiers, DOI))], NOW)
    assert Paper.objects.count() == 1


def test_two_numbers_of_one_collection_are_told() -> None:
    first, second, third = hold(record(1), record(2), OTHER)
    assert are_told_apart(first.pk, second.pk)
    assert not are_told_apart(first.pk, third.pk)
    join(first.pk, second.pk, "Submitted twice", NOW)
    land([record(2), record(1)], NOW)
    assert Paper.objects.count() == 2


def test_nothing_is_joined_with_itself_or_with_nothing() -> None:
    (first,) = hold(record(1))
    for second in (first.pk, 987_654):
        with pytest.raises(CannotJoin):
            join(first.pk, second, "One work", NOW)
        with pytest.raises(CannotJoin):
            joined(second, first.pk)
    assert not Merge.objects.exists()
