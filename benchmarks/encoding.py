"""How many abstracts the bundled encoder turns into vectors in a second, on one core.

    OMP_NUM_THREADS=1 python -m benchmarks.encoding [ABSTRACTS]

Uses the shared corpus (DAILYPAPERS_SHARED or ../shared); says so and stops where it is absent.
"""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import zstandard

from dailypapers.search.encoder import TEXTS_AT_ONCE, StaticEncoder

CORPUS = Path(os.environ.get("DAILYPAPERS_SHARED", "../shared")) / "data" / "corpus.jsonl.zst"


def abstracts(corpus: Path) -> Iterator[str]:
    with corpus.open("rb") as file:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
            yield json.loads(line)["abstract"]


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    if not CORPUS.is_file():
        sys.exit(f"No corpus at {CORPUS}: set DAILYPAPERS_SHARED")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    texts = list(islice(abstracts(CORPUS), count))
    loaded = time.perf_counter()
    encoder = StaticEncoder()
    loaded = time.perf_counter() - loaded
    cold = seconds(lambda: encoder.encode(texts))
    warm = seconds(lambda: encoder.encode(texts))
    splitting = seconds(lambda: [encoder.words(text) for text in texts])
    pieces = seconds(
        lambda: [encoder.tokens(texts[at : at + TEXTS_AT_ONCE]) for at in range(0, len(texts), TEXTS_AT_ONCE)]
    )
    print(f"{encoder.name}, {len(texts)} abstracts, loaded in {loaded:.2f} s")
    print(f"{'':44}{'seconds':>8}{'a second':>10}")
    for label, spent in (
        ("encode, every word new", cold),
        ("encode, words known", warm),
        ("  of which splitting into words", splitting),
        ("  of which looking up and summing", warm - splitting),
        ("for comparison, tokenising each text whole", pieces),
    ):
        print(f"{label:44}{spent:8.2f}{len(texts) / spent:10.0f}")


if __name__ == "__main__":
    main()
