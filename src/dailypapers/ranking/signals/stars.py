"""Stars of the code; they grow for years, so that they weigh little."""

from math import log2

from dailypapers.ranking.signal import Signal, counted

SIGNAL = Signal(
    name="stars",
    weight=0.05,
    formula="log₂(1 + stars)",
    why="Stars of the code, as the source told them last; they grow for years and weigh little.",
    measure=lambda evidence: log2(1 + evidence.stars),
    amount=lambda evidence: counted(evidence.stars, "star"),
)
