"""What authors put right is laid over what sources say, stays there, and can be lifted off again."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dailypapers.catalogue.corrections import applied, correction_key, find_place, lifted
from dailypapers.catalogue.merging import absorb
from dailypapers.catalogue.records import Author, Authority, Correction, Link, PaperRecord, Summary, checked
from dailypapers.catalogue.serialising import from_json, to_json
from tests.catalogue.factories import PEOPLE, records
from tests.papers import record

URLS = ("https://a.example/x", "https://b.example/y", "https://c.example/z")
links = st.builds("{} {}".format, st.sampled_from(["code", "pdf"]), st.sampled_from(URLS))
affiliation = st.builds(
    Correction,
    st.just("affiliation"),
    st.sampled_from([one.name for one in PEOPLE]),
    st.integers(0, 2),
    st.sampled_from(["", "Cambridge"]),
)
some = st.lists(
    st.builds(Correction, st.sampled_from(["link", "no-link"]), links)
    | affiliation
    | st.builds(Correction, st.just("summary"), text=st.just("In one sentence.")),
    max_size=4,
    unique_by=correction_key,
)

CODE = "https://code.example/x"
ADDED = Correction("link", f"code {CODE}")
TAKEN_OFF = Correction("no-link", "pdf https://pdf.example/x")
AFFILIATED = Correction("affiliation", "Charles Babbage", 1, "Trinity College, Cambridge")
SAID = Correction("summary", text="Engines can compute.")


def held(**fields: object) -> PaperRecord:
    given = {"links": (Link("pdf", "https://pdf.example/x"), Link("code", "https://old.example")), **fields}
    return checked(record(1, **given))


@settings(deadline=None)
@given(records(), some)
def test_what_is_laid_over_can_be_lifted_off(one: PaperRecord, corrections: list[Correction]) -> None:
    assert lifted(applied(one, corrections)) == one


@settings(deadline=None)
@given(records(), some, records(), some)
def test_sources_are_heard_below_what_is_laid_over(
    one: PaperRecord, corrections: list[Correction], other: PaperRecord, more: list[Correction]
) -> None:
    both = absorb(applied(one, corrections), applied(other, more))
    assert lifted(both) == absorb(one, other)
    assert {correction_key(c)[:2] for c in both.corrections} == {
        correction_key(c)[:2] for c in (*corrections, *more)
    }


@settings(deadline=None)
@given(records(), some, records())
def test_a_source_that_repeats_itself_changes_nothing(
    one: PaperRecord, corrections: list[Correction], other: PaperRecord
) -> None:
    # What it moves the first time may be in another order the second time.
    twice = absorb(absorb(applied(one, corrections), other), other)
    assert absorb(twice, other) is twice
    assert from_json(json.loads(json.dumps(to_json(twice)))) == twice


def test_a_later_harvest_does_not_overwrite_an_author() -> None:
    corrected = applied(held(), (ADDED, TAKEN_OFF, AFFILIATED, SAID))
    harvested = replace(
        held(version=2),
        authors=(Author("Ada Lovelace"), Author("Babbage, Charles", "Nowhere")),
        summaries=(Summary("Words.", "huggingface"),),
        authority=Authority.ARCHIVE,
    )
    after = absorb(corrected, harvested)
    assert [link.url for link in after.links] == ["https://old.example", CODE]
    assert after.authors[1] == Author("Babbage, Charles", "Trinity College, Cambridge")
    assert [(one.origin, one.text) for one in after.summaries] == [
        ("author", "Engines can compute."),
        ("huggingface", "Words."),
    ]
    assert lifted(after).authors[1].affiliation == "Nowhere"
    assert lifted(after).links == held().links


def test_a_link_that_a_source_tells_later_stays_when_the_correction_goes() -> None:
    corrected = applied(held(), (ADDED,))
    assert CODE not in {link.url for link in lifted(corrected).links}
    harvested = held(links=(Link("code", CODE, 182),))
    after = absorb(corrected, harvested)
    assert [link.stars for link in after.links if link.url == CODE] == [182]
    assert CODE in {link.url for link in lifted(after).links}


def test_a_correction_follows_its_author_and_waits_for_one_who_is_gone() -> None:
    corrected = applied(held(), (AFFILIATED,))
    moved = (Author("Grace Hopper"), *held().authors)
    after = absorb(corrected, held(version=2, authors=moved))
    assert after.authors[2] == Author("Charles Babbage", "Trinity College, Cambridge")
    gone = absorb(after, held(version=3, authors=moved[:2]))
    assert [one.affiliation for one in gone.authors] == ["", ""]
    back = absorb(gone, held(version=4, authors=moved))
    assert back.authors[2].affiliation == "Trinity College, Cambridge"


def test_a_place_is_found_again_by_its_name() -> None:
    names = ["Wei Zhang", "Ada Lovelace", "Wei Zhang", "W. Zhang"]
    assert find_place(names, "Wei Zhang", 0) == 0
    assert find_place(names, "Wei Zhang", 3) == 2
    assert find_place(names, "Lovelace, Ada", 3) == 1
    assert find_place(names, "Nobody Else", 0) is None
