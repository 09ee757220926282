"""All votes of a paper, those given here and those that outside pages told."""

from math import log2

from dailypapers.ranking.signal import Signal, counted

SIGNAL = Signal(
    name="votes",
    weight=0.6,
    formula="log₂(1 + k · votes)",
    why="All votes, given here or on the outside pages that are named.",
    measure=lambda evidence: log2(1 + evidence.factor * evidence.votes),
    amount=lambda evidence: counted(evidence.votes, "vote"),
)
