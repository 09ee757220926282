"""Search goes on by words where its encoder fails."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dailypapers.search import words_only
from dailypapers.search.encoder import UnusableEncoder
from dailypapers.search.store import Store
from dailypapers.search.words_only import OrWordsOnly
from tests.search.papers import ENCODER, PAPERS, found


class Service:
    """An encoder that can be made to fail."""

    name, dimensions = ENCODER.name, ENCODER.dimensions

    def __init__(self) -> None:
        self.fails = False
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += 1
        if self.fails:
            raise UnusableEncoder("the service does not answer")
        return ENCODER.encode(texts)


def test_a_service_that_fails_costs_the_vectors_only_and_is_asked_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, service = Store(tmp_path / "index"), Service()
    store.build(PAPERS, ENCODER)
    engine = store.open(OrWordsOnly(service.name, service.dimensions, lambda: service))
    assert 1 in found(engine, "attention", mode="dense")
    service.fails = True
    assert found(engine, "attention") == [1]
    assert found(engine, "attention", mode="dense") == []
    asked = service.asked
    found(engine, "attention")
    assert service.asked == asked, "it is left alone for a while"
    service.fails = False
    monkeypatch.setattr(words_only, "AGAIN_AFTER", 0.0)
    assert 1 in found(engine, "attention", mode="dense")


def test_an_encoder_of_another_name_is_none(caplog: pytest.LogCaptureFixture) -> None:
    encoder = OrWordsOnly("another", 8, lambda: ENCODER)
    assert not encoder.encode(["copper"]).any()
    assert "must be encoded anew" in caplog.text
