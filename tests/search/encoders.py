"""Encoders other than the one of the package, small and quickly made."""

from pathlib import Path

import numpy as np

from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.tuning import save
from tests.search.papers import ENCODER


def other_encoder(folder: Path, dimensions: int = 32) -> str:
    """The encoder of the package with fewer dimensions, in a folder; gives the setting that names it."""
    rows = np.ascontiguousarray(ENCODER.rows[:, :dimensions])
    save(StaticEncoder.from_rows(ENCODER.tokenizer, rows, "other"), folder)
    return str(folder)
