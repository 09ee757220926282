"""The votes of the last hours once more: what rises now goes on rising."""

from math import log2

from dailypapers.ranking.evidence import FRESH
from dailypapers.ranking.signal import Signal, counted

HOURS = int(FRESH.total_seconds() // 3600)

SIGNAL = Signal(
    name="fresh",
    weight=0.4,
    formula="log₂(1 + k · fresh votes)",
    why=f"The votes of the last {HOURS} hours once more: what rises now goes on rising.",
    measure=lambda evidence: log2(1 + evidence.factor * evidence.fresh),
    amount=lambda evidence: counted(evidence.fresh, "fresh vote"),
)
