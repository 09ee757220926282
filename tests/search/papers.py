"""A few papers about plainly different things, and an index of them."""

from datetime import date
from pathlib import Path

from dailypapers.search.document import Document
from dailypapers.search.encoder import StaticEncoder
from dailypapers.search.engine import Engine
from dailypapers.search.query.parse import parse_query
from dailypapers.search.store import Store

ENCODER = StaticEncoder()

PAPERS = (
    Document(
        1,
        "Attention for translation",
        "We build a translation model from attention alone. It needs no recurrence and trains quickly.",
        "2601.00001",
        ("Ada Lovelace", "Fei-Fei Li"),
        ("arxiv:2601.00001",),
        date(2026, 1, 5),
        ("cs.CL", "cs.LG"),
        "ACL",
        ("code", "abstract"),
        40,
    ),
    Document(
        2,
        "Denoising diffusion for images",
        "Pictures are made by removing noise step by step, with the colour of each pixel learned.",
        "2602.00002",
        ("Blaise Pascal",),
        ("arxiv:2602.00002", "doi:10.1000/2"),
        date(2026, 2, 6),
        ("cs.CV",),
        "CVPR",
        ("abstract",),
        7,
    ),
    Document(
        3,
        "Diffusion of heat in thin metal plates",
        "We measure how heat spreads in plates of copper and compare it with the equation of Fourier.",
        "2603.00003",
        ("Sophie Germain",),
        ("arxiv:2603.00003",),
        date(2026, 3, 7),
        ("physics.app-ph",),
        "",
        ("abstract", "withdrawn"),
        0,
    ),
    Document(
        4,
        "Pre-training of protein language models",
        "Sequences of amino acids are read as a language; the model predicts the structure of proteins.",
        "2604.00004",
        ("Dorothy Hodgkin", "Ada Lovelace"),
        ("arxiv:2604.00004",),
        date(2026, 4, 8),
        ("q-bio.BM", "cs.LG"),
        "Nature Methods",
        ("code", "abstract"),
        12,
    ),
)


def engine(folder: Path, papers: tuple[Document, ...] = PAPERS) -> Engine:
    """A fresh index of the papers."""
    store = Store(folder / "index")
    store.build(papers, ENCODER)
    return store.open(ENCODER)


def found(one: Engine, text: str, **options: object) -> list[int]:
    """The keys that a query finds, in order."""
    return [hit.card.id for hit in one.search(parse_query(text), **options).hits]  # type: ignore[arg-type]
