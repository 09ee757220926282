"""What is done to an index, over and over, by a process that a test kills.

`python -m tests.search.index_work KIND` first says on a line of its own what it found, then works and says so
when it is done.
"""

import sys

from dailypapers.cli.main import start_django

PAPERS = 300


def papers_are_written() -> None:
    """Build; then papers come in pages, each taken up and settled."""
    from dailypapers.catalogue import indexing
    from dailypapers.catalogue.landing import land
    from dailypapers.catalogue.models import Paper
    from tests.papers import NOW, record

    held = Paper.objects.count()
    if not held:
        land([record(number) for number in range(PAPERS)], NOW)
    indexing.build()
    engine = indexing.open_to_write()
    for page in range(5):
        new = [record(held + 1_000 + 20 * page + number) for number in range(20)]
        land([record(7, title=f"Copper of page {page} with {held} papers"), *new], NOW)
        indexing.update(engine)
        engine.table.settle()


def encoder_is_tuned() -> None:
    """Tune for a second, and encode anew."""
    from dailypapers.catalogue import indexing, learning
    from dailypapers.catalogue.landing import land
    from dailypapers.catalogue.models import Paper
    from tests.papers import NOW, record
    from tests.search.test_tuning import made_up_papers

    if not Paper.objects.exists():
        made_up = enumerate(made_up_papers())
        land([record(at, title=f"{title} {at}", abstract=abstract) for at, (title, abstract) in made_up], NOW)
    learning.tune(0.5)
    indexing.build()


def what_is_there() -> str:
    """Whether the index can be opened, and agrees with the catalogue once it is brought up to date."""
    from dailypapers.catalogue import encoders, indexing

    if not indexing.store().state():
        return "no index"
    encoders.load(encoders.wanted())
    engine = indexing.open_to_write()
    indexing.update(engine)
    difference = indexing.verify(engine)
    return f"{difference}" if difference else "agrees"


if __name__ == "__main__":
    start_django()
    print(what_is_there(), flush=True)
    {"papers": papers_are_written, "tuning": encoder_is_tuned}[sys.argv[1]]()
    print("done", flush=True)
