"""Collections as actions: who may, in which order papers stand, what becomes of them."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from dailypapers.catalogue import belongings
from dailypapers.catalogue.models import Paper
from dailypapers.community.access import Refused, TooMany
from dailypapers.community.actions import arrange, bookmark, collect
from dailypapers.community.actions.leave import leave
from dailypapers.community.collecting import keeping, may_read, places, readable
from dailypapers.community.export import archive
from dailypapers.community.models.collections import Bookmark, CollectedPaper, Collection, ReadMark
from dailypapers.community.models.people import User
from tests.community.people import person
from tests.community.test_giving import opened
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

DEEDS = st.sampled_from(["move", "step", "remove", "add", "join"])
NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)


@pytest.fixture
def papers() -> list[Paper]:
    return list(hold(*(record(number) for number in range(1, 7))))


def made(owner: User, *papers: Paper, **fields: object) -> Collection:
    collection = collect.create(person=owner, **({"name": "Heat"} | fields))  # type: ignore[arg-type]
    return arrange.add(person=owner, collection_id=collection.pk, paper_ids=[one.pk for one in papers])[0]


def order(collection: Collection) -> list[int]:
    rows = CollectedPaper.objects.filter(collection=collection).order_by("position")
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert Collection.objects.get(pk=collection.pk).papers == len(rows)
    return [row.paper_id for row in rows]


def test_papers_stand_in_the_order_in_which_they_came(alice: User, papers: list[Paper]) -> None:
    collection = made(alice, papers[2], papers[0])
    _, fresh = arrange.add(
        person=alice,
        collection_id=collection.pk,
        paper_ids=[papers[0].pk, papers[1].pk, 10**12, papers[1].pk],
    )
    assert fresh == 1
    assert order(collection) == [papers[2].pk, papers[0].pk, papers[1].pk]


@examples(max_examples=15)
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from(["move", "step", "remove", "add", "join"]), st.integers(0, 5), st.integers(-2, 9)
        ),
        max_size=8,
    )
)
def test_whatever_is_done_positions_have_no_gaps(deeds: list[tuple[str, int, int]]) -> None:
    who = person("arranger")
    papers = [one.pk for one in hold(*(record(number) for number in range(11, 17)))]
    collection = made(who, *Paper.objects.filter(pk__in=papers))
    wanted = list(papers)
    for deed, which, to in deeds:
        pk = papers[which]
        at = {"person": who, "collection_id": collection.pk, "paper_id": pk}
        if deed == "add" and pk not in wanted:
            arrange.add(person=who, collection_id=collection.pk, paper_ids=[pk])
            wanted.append(pk)
        elif deed == "remove":
            arrange.remove(**at)  # type: ignore[arg-type]
            wanted = [one for one in wanted if one != pk]
        elif pk in wanted and deed in ("move", "step"):
            place = wanted.index(pk)
            target = to - 1 if deed == "move" else place + (1 if to > 0 else -1)
            if deed == "move":
                arrange.move(**at, position=to)  # type: ignore[arg-type]
            else:
                arrange.step(**at, by=1 if to > 0 else -1)  # type: ignore[arg-type]
            wanted.remove(pk)
            wanted.insert(max(0, min(target, len(wanted))), pk)
        elif deed == "join":
            other = papers[to % 6]
            if other != pk:
                belongings.move(pk, other)
                if pk in wanted and other in wanted:
                    wanted.remove(pk)
                wanted = [other if one == pk else one for one in wanted]
        assert order(collection) == wanted
    who.delete()


def test_a_private_collection_is_as_good_as_none_to_others(alice: User, papers: list[Paper]) -> None:
    bob = person("bob")
    collection = made(alice, papers[0])
    assert readable(collection.pk, alice) == collection
    assert readable(collection.pk, bob) is None
    for deed in (
        lambda: collect.change(person=bob, collection_id=collection.pk, name="Mine now"),
        lambda: collect.delete(person=bob, collection_id=collection.pk),
        lambda: arrange.add(person=bob, collection_id=collection.pk, paper_ids=[papers[1].pk]),
        lambda: arrange.remove(person=bob, collection_id=collection.pk, paper_id=papers[0].pk),
        lambda: arrange.note(person=bob, collection_id=collection.pk, paper_id=papers[0].pk, text="x"),
    ):
        with pytest.raises(Refused, match="no such collection of yours"):
            deed()
    assert order(collection) == [papers[0].pk]
    assert Collection.objects.get().name == "Heat"


def test_a_public_one_is_read_by_all_until_its_owner_is_closed_out(alice: User) -> None:
    bob = person("bob")
    collection = made(alice, is_public=True)
    assert may_read(collection, bob)
    with pytest.raises(Refused):
        collect.change(person=bob, collection_id=collection.pk, name="Mine now")
    alice.is_active = False
    alice.save()
    assert readable(collection.pk, bob) is None


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u202e", "x" * 101, "x" * 1_000_000])
def test_a_collection_needs_a_name_of_some_length(alice: User, name: str) -> None:
    with pytest.raises(Refused):
        collect.create(person=alice, name=name)
    assert not Collection.objects.exists()


def test_the_address_has_the_number_and_some_words(alice: User) -> None:
    collection = made(alice, name="Heat & Measure: für alle")
    assert collection.address == f"/collections/{collection.pk}-heat-measure-fur-alle"
    assert made(alice, name="読む").address.rpartition("/")[2].isdecimal()


def test_notes_are_kept_as_written_and_as_safe_html(alice: User, papers: list[Paper]) -> None:
    collection = made(alice, papers[0])
    at = {"person": alice, "collection_id": collection.pk, "paper_id": papers[0].pk}
    place = arrange.note(**at, text=" **Read** <script>x</script> ")  # type: ignore[arg-type]
    assert place.note == "**Read** <script>x</script>"
    assert "<strong>Read</strong>" in place.html
    assert "<script" not in place.html
    with pytest.raises(Refused, match="2,000 characters"):
        arrange.note(**at, text="x" * 1_000_000)  # type: ignore[arg-type]
    assert arrange.note(**at, text=" \u200b").note == ""  # type: ignore[arg-type]


def test_others_see_no_links_of_someone_new(papers: list[Paper], settings: Settings) -> None:
    settings.NEW_LINKS_WAIT = True
    mallory = person("mallory", joined=timezone.now())
    link = "Buy at https://shop.example.com"
    with pytest.raises(Refused, match="no links of it"):
        made(mallory, about=link, is_public=True)
    collection = made(mallory, papers[0], about=link)
    at = {"person": mallory, "collection_id": collection.pk}
    arrange.note(**at, paper_id=papers[0].pk, text=link)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="no links of it"):
        collect.change(**at, name="Heat", is_public=True)  # type: ignore[arg-type]
    arrange.note(**at, paper_id=papers[0].pk, text="")  # type: ignore[arg-type]
    assert collect.change(**at, name="Heat", is_public=True).is_public  # type: ignore[arg-type]
    with pytest.raises(Refused, match="no links of it"):
        arrange.note(**at, paper_id=papers[0].pk, text=link)  # type: ignore[arg-type]


def test_the_form_of_a_paper_changes_only_the_collections_that_it_showed(
    alice: User, papers: list[Paper]
) -> None:
    one, two, three = made(alice), made(alice, papers[0]), made(alice, papers[0])
    changed = arrange.put_into(person=alice, paper_id=papers[0].pk, wanted=[one.pk], shown=[one.pk, two.pk])
    assert changed == 2
    assert [len(order(each)) for each in (one, two, three)] == [1, 0, 1]
    foreign = made(person("bob"), is_public=True)
    with pytest.raises(Refused):
        arrange.put_into(person=alice, paper_id=papers[0].pk, wanted=[foreign.pk], shown=[])
    assert order(foreign) == []


def test_a_collection_has_an_end(alice: User, papers: list[Paper], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrange, "MOST_PAPERS", 2)
    monkeypatch.setattr(collect, "MOST_COLLECTIONS", 1)
    collection = made(alice, *papers[:2])
    with pytest.raises(Refused, match="can have 2 papers"):
        arrange.add(person=alice, collection_id=collection.pk, paper_ids=[papers[3].pk])
    with pytest.raises(Refused, match="as many as one can have"):
        made(alice)


def test_a_thousand_changes_a_minute_are_too_many(alice: User, papers: list[Paper]) -> None:
    collection = made(alice, *papers)
    step = partial(arrange.step, person=alice, collection_id=collection.pk, paper_id=papers[0].pk, by=1)
    for _ in range(239):
        step()
    with pytest.raises(TooMany):
        step()


def test_a_page_of_a_collection_is_a_range_of_positions(alice: User, papers: list[Paper]) -> None:
    collection = made(alice, *papers)
    assert [row.paper_id for row in places(collection, 1)] == [one.pk for one in papers]
    assert places(collection, 2) == []


def test_bookmarks_and_read_marks_are_ones_own(alice: User, papers: list[Paper]) -> None:
    bob = person("bob")
    for _ in range(2):
        bookmark.bookmark(person=alice, paper_id=papers[0].pk)
        bookmark.mark_read(person=alice, paper_id=papers[0].pk)
    made(alice, papers[0])
    mine = keeping([papers[0].pk, papers[1].pk], alice)
    assert (mine[papers[0].pk].bookmarked, mine[papers[0].pk].read, mine[papers[0].pk].collections) == (
        True,
        True,
        1,
    )
    assert not mine[papers[1].pk].bookmarked
    assert not keeping([papers[0].pk], bob)[papers[0].pk].bookmarked
    bookmark.let_go(person=bob, paper_id=papers[0].pk)
    assert Bookmark.objects.count() == 1
    bookmark.let_go(person=alice, paper_id=papers[0].pk)
    bookmark.mark_unread(person=alice, paper_id=papers[0].pk)
    assert not Bookmark.objects.exists()
    assert not ReadMark.objects.exists()
    with pytest.raises(Refused, match="not held"):
        bookmark.bookmark(person=alice, paper_id=10**20)


def test_opened_papers_are_marked_only_for_whom_wants_it(alice: User, papers: list[Paper]) -> None:
    bookmark.opened(person=alice, paper_id=papers[0].pk)
    bookmark.opened(person=alice, paper_id=papers[0].pk)
    assert ReadMark.objects.count() == 1
    bookmark.choose_opened(person=alice, marks=False)
    bookmark.opened(person=alice, paper_id=papers[1].pk)
    assert bookmark.forget_read(person=alice) == 1


def test_when_papers_are_joined_marks_and_notes_stay(alice: User, papers: list[Paper]) -> None:
    gone, kept = papers[0].pk, papers[1].pk
    for pk in (gone, kept):
        bookmark.bookmark(person=alice, paper_id=pk)
    bookmark.mark_read(person=alice, paper_id=gone)
    collection = made(alice, papers[0], papers[1])
    arrange.note(person=alice, collection_id=collection.pk, paper_id=gone, text="Mine")
    belongings.move(gone, kept)
    Paper.objects.filter(pk=gone).delete()
    assert order(collection) == [kept]
    assert CollectedPaper.objects.get().note == "Mine"
    assert Bookmark.objects.get().paper_id == ReadMark.objects.get().paper_id == kept


def test_all_of_it_is_taken_along_and_goes_with_its_person(alice: User, papers: list[Paper]) -> None:
    collection = made(alice, papers[1], papers[0], about="For *Tuesdays*")
    arrange.note(person=alice, collection_id=collection.pk, paper_id=papers[0].pk, text="See p. 3")
    bookmark.bookmark(person=alice, paper_id=papers[2].pk)
    bookmark.mark_read(person=alice, paper_id=papers[3].pk)
    files = opened(archive(alice, NOW))
    (told,) = files["collections.json"]
    assert told["about"] == "For *Tuesdays*"
    assert [(one["paper"], one["note"]) for one in told["papers"]] == [
        ("2604.00002", ""),
        ("2604.00001", "See p. 3"),
    ]
    assert files["bookmarks.json"][0]["paper"] == "2604.00003"
    assert files["read.json"][0]["paper"] == "2604.00004"
    leave(person=alice)
    assert [table.objects.count() for table in (Collection, Bookmark, ReadMark)] == [0, 0, 0]
    assert Paper.objects.count() == 6
