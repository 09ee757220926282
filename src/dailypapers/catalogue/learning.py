"""The encoder of this site learns from the papers that the site holds.

The training and its measure are `search/tuning.py`. Here is which papers it is given, what becomes of the new
table, and when there is reason to do it again. What is done here leaves the index alone: whoever sees that
another encoder is wanted than the index has builds it anew.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max

from dailypapers.catalogue import encoders
from dailypapers.catalogue.holding import in_chunks
from dailypapers.catalogue.locks import only_one
from dailypapers.catalogue.models import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dailypapers.search.tuning import KnownItems

SECONDS = 150.0
"""How long it is trained unless told otherwise."""

LEAST = 2_000
"""Papers with an abstract from which on it is worth doing unasked."""

GROWN = 1.5
"""How many times the papers of the last tuning make another one worth while."""

CHANGED = 0.5
"""The share of the papers, new or changed since the last tuning, that makes another one worth while."""

LOOKED_AT = 500
"""Papers, evenly of all, by which that share is reckoned: to look at all of them would read them all."""

MOST_PAPERS = 60_000
"""Papers that are given to one tuning, drawn at random: 2½ minutes do not go through more than twice, and
all of 270,717 would take 4 GB."""

SEED = 0
_TUNING = "tune"


class CannotTune(Exception):
    """The encoder of this site cannot be tuned, or there is nothing to go back to; says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tuning came to."""

    before: "KnownItems"
    after: "KnownItems"
    papers: int
    """Papers it was given, those held out included."""
    held: int
    """Papers that the site holds."""
    name: str = ""
    """The folder of the new table; empty where it was not better by more than chance and is not used."""


def tune(seconds: float = SECONDS, progress: Callable[[float, str], None] | None = None) -> Outcome:
    """Continue the training of the encoder in use, and have the new table used if it is better.

    Better by more than chance (`KnownItems.is_better_than`). It is measured on papers held out, the same ones
    each time: an encoder tuned before has not seen them either. Raises `CannotTune`, `Busy`,
    `UnusableEncoder`.
    """
    import numpy as np

    from dailypapers.search import tuning
    from dailypapers.search.encoder import StaticEncoder

    with only_one(_TUNING, "the encoder is being tuned by another process; wait until it has ended"):
        told = encoders.tuned()
        # What is written from here on may not be among what is learnt from.
        begun = datetime.now(UTC).isoformat()
        _remove_unused()
        base, in_use = encoders.load(told.setting), encoders.load(told.loaded_from)
        if not isinstance(base, StaticEncoder) or not isinstance(in_use, StaticEncoder):
            raise CannotTune(
                f"{base.name} cannot be tuned: only a static encoder can (that of the package, or a folder "
                "in model2vec's format)"
            )
        if progress:
            progress(0.0, "reading the papers")
        documents, held_out = _documents(told.rounds)
        if not held_out or len(documents) - held_out < tuning.LEAST_PAPERS:
            raise CannotTune(f"{len(documents)} papers with an abstract are too few to learn from")
        apart = np.arange(held_out)
        held = Paper.objects.count()
        if progress:
            progress(0.0, f"{len(documents):,} papers, {held_out:,} of them held out")
        before = tuning.known_items(in_use, documents, seed=SEED, apart=apart)
        # What an older version's encoder became is gone on with no further: the new one may know more.
        start = in_use if told.base in ("", base.name) else base
        trained = tuning.tune(start, documents, seed=SEED, seconds=seconds, progress=progress, apart=apart)
        name = encoders.next_name()
        fresh = encoders.folder() / f".{name}.{secrets.token_hex(4)}"
        tuning.save(trained, fresh)
        # As it was written, rounded: that is what will be used.
        after = tuning.known_items(StaticEncoder(fresh), documents, seed=SEED, apart=apart)
        told = replace(
            told,
            base=base.name,
            papers=held,
            rounds=told.rounds + 1,
            at=begun,
            before=round(before.mean, 4),
            after=round(after.mean, 4),
        )
        if not after.is_better_than(before):
            encoders.keep(told)
            _remove_unused()
            return Outcome(before, after, len(documents), held)
        fresh.rename(encoders.folder() / name)
        encoders.keep(replace(told, kept=(*told.kept, name)[-encoders.MOST_KEPT :]))
        return Outcome(before, after, len(documents), held, name)


def back() -> str:
    """Have the encoder before the tuned one in use used again. Returns how that is loaded.

    Raises `CannotTune` where none is tuned, `Busy`.
    """
    with only_one(_TUNING, "the encoder is being tuned by another process; wait until it has ended"):
        told = encoders.tuned()
        if not told.kept:
            raise CannotTune(f"no tuned table is in use, but {encoders.described(told.setting)}")
        told = replace(told, kept=told.kept[:-1])
        encoders.keep(told)
        return told.loaded_from


def said(outcome: Outcome) -> str:
    """What a tuning came to, in words."""
    before, after = outcome.before, outcome.after
    given = (
        f"{outcome.papers:,} papers"
        if outcome.papers == outcome.held
        else (f"{outcome.papers:,} of {outcome.held:,} papers")
    )
    came_of_it = (
        f"{outcome.name} is used from now on." if outcome.name else "that may be chance: all stays as it was."
    )
    return (
        f"Tuned on {given}. Held-out papers found by title and sentence (mean reciprocal rank): "
        f"{before.mean:.4f} before, {after.mean:.4f} after; {came_of_it}"
    )


def state() -> str:
    """Where the learning stands, in a line for those who look after the site."""
    if not encoders.can_be_tuned(settings.ENCODER):
        return "this encoder cannot be tuned"
    told = encoders.tuned()
    when = "not yet"
    if told.rounds and not told.at:
        when = "by a version that did not note when"
    elif told.at:
        when = (
            f"last on {told.at[:10]} with {told.papers:,} papers held, held-out papers found "
            f"{told.before:.4f} before and {told.after:.4f} after; "
            + (f"{told.kept[-1]} is used" if told.kept else "no tuned table is used")
        )
    if not settings.TUNE:
        return f"{when}; by itself never (DAILYPAPERS_TUNE=no)"
    if is_due():
        return f"{when}; due, the worker of `dailypapers up` does it when nothing is harvested"
    if not _are_enough():
        return f"{when}; with {LEAST:,} papers that have an abstract it is done by itself"
    return f"{when}; again when many papers are new or changed"


def is_due() -> bool:
    """Whether there are enough papers for a first tuning, or many that the last one did not see.

    So too where the package brings another encoder than that which was tuned. Raises `UnusableEncoder`.
    """
    if not encoders.can_be_tuned(settings.ENCODER):
        return False
    told = encoders.tuned()
    held = Paper.objects.count()
    if held < LEAST:
        return False
    is_other = bool(told.base) and told.base != encoders.name_of(told.setting, settings.HOME)
    if not is_other and held < GROWN * told.papers and _share_changed_since(told.at) < CHANGED:
        return False
    return _are_enough()


def _are_enough() -> bool:
    # Counted no further than needed: it reads whole papers.
    return Paper.objects.exclude(abstract="")[:LEAST].count() >= LEAST


def _share_changed_since(moment: str) -> float:
    """The share of the papers that were written since, from 0 to 1."""
    if not moment:
        return 0.0
    last = Paper.objects.aggregate(last=Max("pk"))["last"] or 0
    some = Paper.objects.filter(pk__in=range(last, 0, -max(1, last // LOOKED_AT)))
    times = list(some.values_list("updated_at", flat=True))
    since = datetime.fromisoformat(moment)
    return sum(at > since for at in times) / max(1, len(times))


def _remove_unused() -> None:
    from dailypapers.catalogue.indexing import store

    encoders.remove_unused([settings.ENCODER, str(store().state().get("loaded_from", ""))])


def _documents(rounds: int) -> tuple[list[tuple[str, str]], int]:
    """Titles and abstracts, those to be held out first, and how many those are.

    A paper is held out for good by its key, whatever comes after it, so that no tuning has trained on what a
    later one is measured by. Beyond those, each round draws others where there are too many.
    """
    import numpy as np

    from dailypapers.search import tuning

    keys = np.fromiter(Paper.objects.values_list("pk", flat=True).iterator(10_000), np.uint64)
    share = _drawn(keys, 0)
    order = np.argsort(share)
    apart = keys[order[: np.count_nonzero(share < tuning.HELD_OUT_SHARE)]]
    others = keys[order[len(apart) :]]
    others = others[np.argsort(_drawn(others, rounds + 1))]
    held_out = list(islice(_with_abstract(apart.tolist()), tuning.MOST_HELD_OUT))
    trained = list(islice(_with_abstract(others.tolist()), MOST_PAPERS - len(held_out)))
    return held_out + trained, len(held_out)


def _with_abstract(keys: list[int]) -> Iterator[tuple[str, str]]:
    for chunk in in_chunks(keys):
        rows = Paper.objects.filter(pk__in=chunk).exclude(abstract="")
        texts = {pk: text for pk, *text in rows.values_list("pk", "title", "abstract")}
        yield from ((texts[pk][0], texts[pk][1]) for pk in chunk if pk in texts)


def _drawn(keys: "NDArray[np.uint64]", rounds: int) -> "NDArray[np.float64]":
    """A number from 0 to 1 for each key, always the same in the same round (the mixing of SplitMix64)."""
    import numpy as np

    mixed = (keys + np.uint64((rounds << 40) + 1)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    drawn: NDArray[np.float64] = (mixed ^ (mixed >> np.uint64(31))) / np.float64(2**64)
    return drawn
