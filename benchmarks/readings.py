"""Which queries have several readings, which, and what it costs: `python -m benchmarks.readings [QUERY ...]`.

Needs a home folder with an index (DAILYPAPERS_HOME; `dailypapers index build`). The bounds in
`search/readings.py` were chosen by the first two lists here, the last two were not looked at before.
"""

import os
import statistics
import sys
import time
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # As the site does.

SEVERAL: Final = (
    "alignment", "arm", "branch", "bridge", "cell", "chain", "charge", "cloud", "delta", "diffusion", "field",
    "flow", "fusion", "gate", "grounding", "memory", "particle", "pitch", "plate", "polar", "ring", "root",
    "spin", "state space", "stream", "trace", "transformer", "tree", "wave",
)  # fmt: skip
"""Queries that plainly mean several things to the papers that have them in their titles."""

ONE: Final = (
    "backdoor attacks", "bandits", "black holes", "captioning", "coreference", "dark matter", "deblurring",
    "deepfake", "dehazing", "exoskeleton", "federated learning", "galaxies", "gaussian splatting",
    "grasping", "gripper", "hallucination", "jailbreak", "knowledge distillation", "machine translation",
    "neutrinos", "odometry", "quadrotor", "quadruped locomotion", "quantization", "question answering",
    "sarcasm", "supernovae", "unlearning", "visual odometry", "watermarking",
)  # fmt: skip
"""Queries that plainly mean one."""

BETWEEN: Final = (
    "attention", "bert", "control", "dialogue", "fairness", "graph", "kernel", "language model",
    "parsing", "privacy", "python", "reinforcement learning", "retrieval", "slam",
)  # fmt: skip
"""Queries of which one can think either way: many matters under one name, or one matter in many forms."""

UNSEEN_SEVERAL: Final = (
    "anchor", "beam", "bias", "cluster", "cover", "crane", "crystal", "current", "domain", "lens", "mask",
    "mesh", "mining", "mirror", "mouse", "plant", "port", "rotation", "sampling", "seal", "star", "strain",
    "stress", "tension", "trap", "virus",
)  # fmt: skip
UNSEEN_ONE: Final = (
    "code generation", "cosmology", "crowd counting", "dark energy", "drones", "emotion recognition",
    "gravitational waves", "hate speech", "humanoid", "image classification", "lip reading", "math reasoning",
    "mri", "multi-agent", "object tracking", "pedestrian detection", "peptides", "poetry", "recommendation",
    "semantic parsing", "sign language", "super-resolution", "traffic forecasting", "word embeddings",
)  # fmt: skip
"""As the first two, written down after the bounds were chosen and before they were tried."""

ROUNDS = 9


def main() -> None:
    """Print a table for each kind of query."""
    django.setup()
    from dailypapers.catalogue import finding
    from dailypapers.search.readings import readings

    kinds = {"several": SEVERAL, "one": ONE, "between": BETWEEN}
    kinds |= {"unseen, several": UNSEEN_SEVERAL, "unseen, one": UNSEEN_ONE}
    if sys.argv[1:]:
        kinds = {"asked": tuple(sys.argv[1:])}
    spent = []
    for kind, queries in kinds.items():
        have = 0
        print(f"\n{kind:<24}readings, each with its papers of those looked at")
        for query in queries:
            engine, found = finding.search(query, as_written=True)
            times = []
            for _ in range(ROUNDS):
                started = time.process_time()
                told = readings(found, engine)
                times.append(1000 * (time.process_time() - started))
            spent.append(statistics.median(times))
            have += bool(told)
            line = " / ".join(f"{', '.join(one.words)} ({one.papers})" for one in told)
            print(f"{query:<24}{line or '—'}")
        print(f"{have} of {len(queries)} have several")
    spent.sort()
    print(f"\nmedian {statistics.median(spent):.1f} ms, most {spent[-1]:.1f} ms of processor time a query")


if __name__ == "__main__":
    main()
