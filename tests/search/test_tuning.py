"""An encoder learns from the papers it is given."""

import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.tuning import (
    Clock,
    Contrast,
    KnownItems,
    Papers,
    held_out,
    known_items,
    save,
    train,
    tune,
    unit,
    with_whole_words,
)

TOPICS = 40


def test_a_training_ends_when_it_went_through_its_papers_often(
    bundled: StaticEncoder, papers: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dailypapers.search.tuning.MOST_PASSES", 3)
    steps: list[float] = []
    step = Contrast.step

    def counted(contrast: Contrast, queries: Any, wholes: Any, rate: float) -> float:
        steps.append(rate)
        return step(contrast, queries, wholes, rate)

    monkeypatch.setattr(Contrast, "step", counted)
    tune(bundled, papers, seed=1, seconds=3600)
    assert len(steps) == 3, "380 papers to learn from are one batch"
    assert steps == sorted(steps, reverse=True), "each goes less far than the one before"


def test_papers_without_titles_are_learnt_from_by_fragments(bundled: StaticEncoder) -> None:
    store = "A digital store holds bits for calculators of many kinds that are built of valves and wires."
    texts = [store, "Aerials turn. They send waves."]
    papers = Papers.read(bundled, [("", text) for text in texts])
    for kinds in ((1, 0, 0), (0, 1, 0)):
        asked = papers.queries(np.array([0, 1] * 20), np.random.default_rng(0), kinds)
        whole = papers.whole[[0, 1] * 20]
        assert (asked.sum(axis=1) > 0).all(), "never nothing"
        assert ((whole - asked).sum(axis=1) > 0).all(), "never all of the paper"


def test_time_without_a_processor_counts_a_quarter() -> None:
    clock = Clock()
    begun = time.thread_time()
    time.sleep(0.4)
    assert 0.1 <= clock.seconds() < 0.3
    while time.thread_time() < begun + 0.5:
        pass
    assert clock.seconds() >= 0.49


def test_threads_that_work_while_this_one_sleeps_count_by_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = {"monotonic": 0.0, "thread_time": 0.0, "process_time": 0.0}
    clocks = SimpleNamespace(**{name: partial(now.__getitem__, name) for name in now})
    monkeypatch.setattr("dailypapers.search.tuning.time", clocks)
    monkeypatch.setattr("dailypapers.search.tuning.processors", lambda: 2)

    def passed(wall: float, thread: float, process: float) -> None:
        for name, seconds in zip(now, (wall, thread, process), strict=True):
            now[name] += seconds

    clock = Clock()
    passed(10, 1, 20)
    assert clock.seconds() == 10, "the tokeniser's threads on both processors"
    passed(4, 4, 8)
    assert clock.seconds() == 14, "matrix products, at which this thread works too"
    passed(3, 3, 3)
    assert clock.seconds() == 17, "this thread alone"
    passed(60, 3, 3)
    assert clock.seconds() == 20, "waiting for a processor"
    passed(100, 0, 0)
    assert clock.seconds() == 177 / 4, "it takes four times as long at most"


def made_up_papers() -> list[tuple[str, str]]:
    """Papers whose titles share no word with their abstracts: only learning which go together finds them."""
    random = np.random.default_rng(3)
    plain = [
        f"{first}{second}"
        for first in "bdfgklmnprst"
        for second in ("ar", "el", "in", "ot", "um", "ys", "ax")
    ]
    words = [one + two for one in plain for two in plain]
    random.shuffle(words)
    papers = []
    for number in range(400):
        topic = number % TOPICS
        title, body = words[topic * 8 : topic * 8 + 4], words[1000 + topic * 12 : 1000 + topic * 12 + 12]
        sentences = [" ".join(random.choice(body, 6)).capitalize() + "." for _ in range(4)]
        papers.append((" ".join(random.permutation(title)), " ".join(sentences)))
    return papers


@pytest.fixture(scope="module")
def papers() -> list[tuple[str, str]]:
    return made_up_papers()


@pytest.fixture(scope="module")
def bundled() -> StaticEncoder:
    return StaticEncoder()


@pytest.fixture(scope="module")
def tuned(bundled: StaticEncoder, papers: list[tuple[str, str]]) -> StaticEncoder:
    return tune(bundled, papers, seed=1, seconds=0, steps=15)


def topics_found(encoder: StaticEncoder, papers: list[tuple[str, str]], numbers: list[int]) -> float:
    """How often the abstract nearest to a title is of the title's topic."""
    likeness = (
        encoder.encode([papers[number][0] for number in numbers])
        @ encoder.encode([abstract for _, abstract in papers]).T
    )
    return float(
        np.mean(
            [
                best % TOPICS == number % TOPICS
                for best, number in zip(likeness.argmax(1), numbers, strict=True)
            ]
        )
    )


def test_held_out_papers_are_found_better_after_tuning(
    bundled: StaticEncoder, tuned: StaticEncoder, papers: list[tuple[str, str]]
) -> None:
    unseen = held_out(len(papers), 1).tolist()
    assert topics_found(tuned, papers, unseen) > topics_found(bundled, papers, unseen) + 0.3
    assert known_items(tuned, papers, seed=1).title > known_items(bundled, papers, seed=1).title


def test_tuning_again_with_the_same_seed_gives_the_same_rows(
    bundled: StaticEncoder, tuned: StaticEncoder, papers: list[tuple[str, str]]
) -> None:
    again = tune(bundled, papers, seed=1, seconds=0, steps=15)
    assert again.name == tuned.name
    assert np.array_equal(again.rows, tuned.rows)


def test_the_encoder_that_was_tuned_is_left_as_it_was(bundled: StaticEncoder, tuned: StaticEncoder) -> None:
    assert np.array_equal(bundled.rows, StaticEncoder().rows)
    assert tuned.name != bundled.name


def test_held_out_papers_are_never_trained_on(
    bundled: StaticEncoder, papers: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[set[int]] = []

    def watch(contrast: Contrast, papers: Papers, chosen: np.ndarray, **options: object) -> None:
        given.append(set(chosen.tolist()))

    monkeypatch.setattr("dailypapers.search.tuning.train", watch)
    tune(bundled, papers, seed=7, seconds=0, steps=1)
    assert given == [set(range(400)) - set(held_out(400, 7).tolist())]


def test_words_that_the_tokeniser_splits_get_rows_and_texts_keep_their_vectors(
    bundled: StaticEncoder, papers: list[tuple[str, str]]
) -> None:
    larger = with_whole_words(bundled, papers)
    assert len(larger.rows) > len(bundled.rows)
    texts = [f"{title}. {abstract}" for title, abstract in papers[:50]]
    assert np.allclose(larger.encode(texts), bundled.encode(texts), atol=1e-5)


def test_too_few_papers_to_learn_from_leave_the_encoder_alone(bundled: StaticEncoder) -> None:
    assert tune(bundled, [("A title", "An abstract.")] * 5, seed=1, seconds=1) is bundled


def test_empty_papers_do_no_harm(bundled: StaticEncoder, papers: list[tuple[str, str]]) -> None:
    odd = [*papers[:60], ("", ""), ("?", "..."), ("Title only", "")]
    assert np.isfinite(tune(bundled, odd, seed=1, seconds=0, steps=5).rows).all()


def test_a_tuned_encoder_survives_its_folder(
    tuned: StaticEncoder, papers: list[tuple[str, str]], tmp_path: Path
) -> None:
    save(tuned, tmp_path)
    texts = [abstract for _, abstract in papers[:20]]
    assert (StaticEncoder(tmp_path).encode(texts) * tuned.encode(texts)).sum(axis=1).min() > 0.999


def test_a_step_goes_down_the_slope_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    rows, linear = random.normal(size=(30, 5)).astype(np.float32), np.eye(5, dtype=np.float32)
    flat = random.integers(0, 30, 120)
    papers = Papers(flat, np.arange(0, 121, 5), np.arange(0, 25, 3), 30)
    chosen = np.arange(8)
    queries = papers.queries(chosen, np.random.default_rng(1), (1, 0, 0))

    def loss(table: np.ndarray) -> float:
        contrast = Contrast(rows, linear, temperature=0.5)
        contrast.rows = table
        return contrast.step(queries, papers.whole[chosen], 0)

    slopes: list[tuple[np.ndarray, np.ndarray]] = []
    contrast = Contrast(rows, linear, temperature=0.5)
    monkeypatch.setattr(contrast, "move", lambda used, slope, map_slope, rate: slopes.append((used, slope)))
    contrast.step(queries, papers.whole[chosen], 1)
    used, slope = slopes[0]
    for token, number in ((0, 0), (3, 2), (7, 4)):
        table = rows.copy()
        table[used[token], number] += 0.01
        down = rows.copy()
        down[used[token], number] -= 0.01
        assert (loss(table) - loss(down)) / 0.02 == pytest.approx(slope[token, number], abs=2e-3)


def test_progress_tells_how_much_of_the_work_is_done(
    bundled: StaticEncoder, papers: list[tuple[str, str]]
) -> None:
    told: list[float] = []
    read = Papers.read(bundled, papers)
    contrast = Contrast(bundled.rows, np.eye(bundled.dimensions, dtype=np.float32))
    train(
        contrast,
        read,
        np.arange(100),
        seed=1,
        seconds=0,
        steps=4,
        progress=lambda share, _: told.append(share),
    )
    assert told == [0.25, 0.5, 0.75]
    assert np.allclose(np.linalg.norm(unit(contrast.table[1:])[0], axis=1), 1, atol=1e-3)


def test_a_title_repeated_in_the_abstract_is_not_what_it_is_found_by(bundled: StaticEncoder) -> None:
    one = Papers.read(bundled, [("Wings in a slipstream", "Wings in a slipstream. Lift grows.")])
    other = Papers.read(bundled, [("Wings in a slipstream", ". Lift grows.")])
    assert np.array_equal(one.flat, other.flat)
    assert len(bundled.tokens(["Wings in a slipstream Lift grows"])[0]) == len(one.flat)


def test_a_gain_that_may_be_chance_is_no_gain() -> None:
    before = KnownItems(0.5, 0.5, (0.4, 0.6, 0.5, 0.5))
    assert not KnownItems(0.55, 0.55, (0.9, 0.1, 0.7, 0.5)).is_better_than(before), "two papers up, one down"
    assert KnownItems(0.55, 0.55, (0.45, 0.65, 0.56, 0.54)).is_better_than(before), "all of them, a little"
    assert not before.is_better_than(before)
    assert not KnownItems(0.45, 0.45, (0.35, 0.55, 0.45, 0.45)).is_better_than(before)


def test_what_is_found_of_each_paper_has_the_mean_of_all() -> None:
    papers = made_up_papers()
    found = known_items(StaticEncoder(), papers, seed=1)
    assert np.mean(found.each) == pytest.approx(found.mean)
