"""Makes the bundled encoder: python -m training.encoder CORPUS FOLDER (see README.md)."""

import argparse
import json
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.tuning import Contrast, Papers, save, train, unit
from training.encoder import corpus
from training.encoder.teacher import Teacher

Floats = NDArray[np.float32]

HELD_OUT = 5000
SEED = 5
DIMENSIONS = 256
BATCH, TEACHER_BATCH = 1024, 2048
PIECE = re.compile(r"(##)?[a-z0-9]+|[α-ω]")
WHOLE_WORD = re.compile(r"(?=.*[a-z])[a-z0-9]{3,30}")
WORD_IN_PAPERS = 12
MOST_WORDS = 45_000
COMMON = 1e-4
"""The weight of a token of probability p starts as COMMON / (COMMON + p): the smooth inverse frequency of
Arora, Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    parser.add_argument("corpus", type=Path, help="JSONL (.zst or plain) with title and abstract")
    parser.add_argument("folder", type=Path, help="where the encoder is written")
    parser.add_argument("--papers", type=int, help="use only the first so many of the corpus")
    parser.add_argument(
        "--teacher-papers", type=int, default=110_592, help="papers whose texts the teacher reads"
    )
    parser.add_argument(
        "--follow-seconds", type=float, default=80, help="time for following the teacher's texts"
    )
    parser.add_argument("--contrast-seconds", type=float, default=200, help="time for the contrast of papers")
    options = parser.parse_args()

    papers = corpus.read(options.corpus, seed=SEED, limit=options.papers)
    held = min(HELD_OUT, len(papers) // 5)
    teacher = Teacher()
    names, states = vocabulary(teacher, papers)
    encoder = StaticEncoder.from_rows(
        tokenizer(teacher, names), np.zeros((len(names) + 1, 1), np.float32), "new"
    )
    bags = Papers.read(encoder, papers)
    print(f"{len(papers)} papers, {held} of them held out; {len(names)} tokens")

    texts = corpus.titles_and_sentences(papers[held : held + options.teacher_papers], seed=SEED)
    targets = unit(teacher.texts(texts, print))[0]
    # Both in the teacher's principal directions, most important first, so that a cut keeps what matters.
    turn = np.ascontiguousarray(np.linalg.eigh(targets.T @ targets)[1][:, ::-1])
    targets = targets @ turn
    rows = np.vstack([np.zeros((1, Teacher.dimensions)), states - states.mean(axis=0)]) @ turn
    share = np.bincount(bags.flat, minlength=len(rows)) / len(bags.flat)
    rows = (rows * (COMMON / (COMMON + share))[:, None]).astype(np.float32)
    report("the teacher's tokens, weighted by frequency", bags, held, rows[:, :DIMENSIONS])

    contrast = Contrast(rows, np.eye(Teacher.dimensions, dtype=np.float32))
    follow(
        contrast, Papers.read(encoder, [(text, "") for text in texts]).whole, targets, options.follow_seconds
    )
    contrast = Contrast(contrast.rows, np.ascontiguousarray(contrast.linear[:, :DIMENSIONS]))
    report("following the teacher's titles and sentences", bags, held, contrast.table)

    chosen = np.arange(held, len(papers))
    train(contrast, bags, chosen, seed=0, seconds=options.contrast_seconds, batch=BATCH)
    report("the contrast of papers", bags, held, contrast.table)
    save(StaticEncoder.from_rows(encoder.tokenizer, contrast.table, "bundled"), options.folder)
    print(f"{sum(path.stat().st_size for path in options.folder.iterdir()):,} bytes in {options.folder}")


def vocabulary(teacher: Teacher, papers: list[corpus.Paper]) -> tuple[list[str], Floats]:
    """The tokens, the teacher's pieces before whole words of the corpus, and the teacher's state for each."""
    known: dict[str, int] = teacher.tokenizer_file["model"]["vocab"]
    pieces = [piece for piece in sorted(known, key=known.__getitem__) if PIECE.fullmatch(piece)]
    held: set[str] = set(pieces)
    words = [
        word
        for word, count in corpus.word_counts(papers).most_common()
        if count >= WORD_IN_PAPERS and word not in held and WHOLE_WORD.fullmatch(word)
    ][:MOST_WORDS]
    return pieces + words, np.vstack([teacher.pieces(pieces), teacher.texts(words)])


def tokenizer(teacher: Teacher, names: list[str]) -> Any:
    """The teacher's tokeniser with these tokens; whatever has none becomes [UNK], token 0."""
    from tokenizers import Tokenizer

    written = dict(teacher.tokenizer_file)
    numbers = {"[UNK]": 0, **{name: number for number, name in enumerate(names, start=1)}}
    written["model"] = {**written["model"], "vocab": numbers}
    written.update({"added_tokens": [], "post_processor": None, "truncation": None, "padding": None})
    return Tokenizer.from_str(json.dumps(written))


def follow(contrast: Contrast, texts: Any, targets: Floats, seconds: float) -> None:
    """Turn the vectors of texts toward the teacher's (as in tokenlearn, by the makers of model2vec)."""
    random = np.random.default_rng(0)
    begun = time.monotonic()
    while (share := (time.monotonic() - begun) / seconds) < 1:
        some = random.integers(0, texts.shape[0], min(TEACHER_BATCH, texts.shape[0]))
        contrast.approach(texts[some], targets[some], 1 - 0.95 * share)
    first = unit(texts[:4000] @ contrast.table)[0]
    print(f"mean cosine with the teacher on texts it followed: {(first * targets[:4000]).sum(1).mean():.3f}")


def report(label: str, bags: Papers, held: int, table: Floats) -> None:
    """Print how well held-out papers are found among each other (mean reciprocal rank)."""
    random = np.random.default_rng(1)
    places = np.arange(held)
    whole = bags.whole[places] @ table
    ranks = []
    for kinds in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        asked = bags.queries(places, random, kinds) @ table
        likeness = unit(asked)[0] @ unit(whole - asked)[0].T
        rank = (likeness >= np.diagonal(likeness)[:, None]).sum(axis=1)
        ranks.append(float((1 / rank).mean()))
    print(f"{label:50} title {ranks[0]:.4f}  sentence {ranks[1]:.4f}  fragment {ranks[2]:.4f}", flush=True)


if __name__ == "__main__":
    main()
