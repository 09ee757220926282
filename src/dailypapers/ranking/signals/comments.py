"""Comments after the first, which is mostly that of whoever put the paper forward."""

from math import log2

from dailypapers.ranking.signal import Signal, counted

SIGNAL = Signal(
    name="comments",
    weight=0.2,
    formula="log₂(comments)",
    why="Comments; the first counts nothing, as it is mostly that of whoever put the paper forward.",
    measure=lambda evidence: log2(max(1, evidence.comments)),
    amount=lambda evidence: counted(evidence.comments, "comment"),
)
