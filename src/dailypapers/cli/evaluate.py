"""`dailypapers evaluate`: how good search and the trending order are, on judged data."""

import json
from pathlib import Path
from typing import Any

import click


@click.group()
def evaluate() -> None:
    """Measure quality on judged data."""


@evaluate.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--papers", default=600, show_default=True, help="Papers to remember, where no FOLDER is given."
)
@click.option(
    "--tune", is_flag=True, help="First continue the encoder's training on the documents of FOLDER."
)
@click.option("--seconds", default=120.0, show_default=True, help="How long to tune.")
@click.option("--encoder", "setting", default="", help="Another encoder, as DAILYPAPERS_ENCODER names it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def search(folder: Path | None, papers: int, tune: bool, seconds: float, setting: str, as_json: bool) -> None:
    """Judge search on a folder in BEIR's layout: corpus.jsonl, queries.jsonl, qrels/*.tsv.

    Prints nDCG@10, recall@100, MRR@10 and the time of a query for plain BM25 and for each mode. Without a
    FOLDER, on the site's own papers as someone half remembers them: a fragment, a name, a paraphrase
    (docs/search.md says how these are made); there `bm25` is the order of the text index alone.
    """
    if folder is None:
        _own_papers(papers, as_json)
        return
    from dailypapers.search import evaluate as judging
    from dailypapers.search import tuning
    from dailypapers.search.encoder import StaticEncoder, UnusableEncoder, load_encoder

    try:
        judged = judging.Judged.read(folder)
        encoder = load_encoder(setting)
    except (judging.NotJudged, UnusableEncoder) as problem:
        raise click.ClickException(str(problem)) from None
    if tune:
        if not isinstance(encoder, StaticEncoder):
            raise click.ClickException(
                "only a static encoder (the bundled one, a model2vec folder) can be tuned"
            )
        documents = [(document.title, document.abstract) for document in judged.documents]
        before = tuning.known_items(encoder, documents, seed=0)
        tuned = tuning.tune(encoder, documents, seed=0, seconds=seconds)
        after = tuning.known_items(tuned, documents, seed=0)
        kept = after.is_better_than(before)
        encoder = tuned if kept else encoder
        click.echo(
            f"Known items held out: {before.mean:.3f} before, {after.mean:.3f} after tuning; "
            f"the {'tuned' if kept else 'old'} encoder is used.",
            err=True,
        )
    results = judging.evaluate(judged, encoder)
    if as_json:
        click.echo(json.dumps({name: quality.as_json() for name, quality in results.items()}, indent=2))
        return
    click.echo(f"{'':<8}{'nDCG@10':>9}{'95 %':>16}{'recall@100':>12}{'MRR@10':>8}{'ms':>8}")
    for name, one in results.items():
        low, high = one.interval
        click.echo(
            f"{name:<8}{one.ndcg:>9.4f}{f'{low:.3f}–{high:.3f}':>16}{one.recall:>12.4f}{one.mrr:>8.4f}"
            f"{one.milliseconds:>8.1f}"
        )


@evaluate.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--daily",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What a daily page showed, captured once a day; without it, hf_daily.jsonl.zst beside FILE.",
)
@click.option("--votes-alone", is_flag=True, help="Leave aside what the daily page showed.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def trending(file: Path, daily: Path | None, votes_alone: bool, as_json: bool) -> None:
    """Replay the votes of past evenings: how well does an order foretell the votes that papers gain?

    FILE has the votes of papers evening by evening (docs/ranking.md). Prints nDCG@10 and Spearman for the
    trending order and for those of other sites, each with a 95 % interval.
    """
    from dailypapers.ranking import replay

    beside = file.parent / "hf_daily.jsonl.zst"
    if votes_alone:
        daily = None
    elif daily is None and beside.exists():
        daily = beside
    try:
        results = replay.replay(replay.read_evenings(file, daily))
    except replay.NotReplayable as problem:
        raise click.ClickException(str(problem)) from None
    if as_json:
        click.echo(json.dumps({name: one.as_json() for name, one in results.items()}, indent=2))
        return
    evenings = results["ours"].evenings
    click.echo(f"{evenings} evenings; known beside the votes: {daily.name if daily else 'nothing'}")
    click.echo(
        f"{'':<17}{'nDCG@10':>8}{'95 %':>14}{'Spearman':>10}{'95 %':>14}"
        f"{'beyond votes':>14}{'95 %':>16}{'first evening':>16}"
    )
    for name, one in results.items():
        low, high = one.ndcg_interval
        less, more = one.spearman_interval
        gain, worst, best = one.beyond_votes
        click.echo(
            f"{name.replace('_', ' '):<17}{one.ndcg:>8.4f}{f'{low:.3f}–{high:.3f}':>14}"
            f"{one.spearman:>10.4f}{f'{less:.3f}–{more:.3f}':>14}"
            f"{gain:>+14.4f}{f'{worst:+.3f} {best:+.3f}':>16}{f'{one.first[0]:.4f}/{one.first[1]:.3f}':>16}"
        )


def _own_papers(most: int, as_json: bool) -> None:
    from dailypapers.cli.main import start_django

    start_django()
    from dailypapers.catalogue import finding, indexing
    from dailypapers.search.evaluate import WAYS, found_again
    from dailypapers.search.memories import KINDS
    from dailypapers.search.store import NoIndex

    results: dict[str, dict[str, dict[str, Any]]] = {}
    try:
        remembered = indexing.remembered(most)
        engine = finding.engine()
    except NoIndex as problem:
        raise click.ClickException(str(problem)) from None
    for kind in KINDS:
        some = [memory for memory in remembered if memory.kind == kind]
        if some:
            results[kind] = {mode: found_again(engine, some, mode).as_json() for mode in WAYS}
    if as_json:
        click.echo(json.dumps(results, indent=2))
        return
    click.echo(
        f"{'remembered':<12}{'mode':<9}{'queries':>8}{'first':>8}{'95 %':>14}{'in ten':>8}"
        f"{'MRR@10':>8}{'95 %':>14}{'ms':>8}"
    )
    for remembered_as, modes in results.items():
        for way, one in modes.items():
            first, mrr = (
                "–".join(f"{bound:.3f}" for bound in one[f"{measure}_interval"])
                for measure in ("first", "mrr@10")
            )
            click.echo(
                f"{remembered_as:<12}{way:<9}{one['queries']:>8.0f}{one['first']:>8.3f}{first:>14}"
                f"{one['in_ten']:>8.3f}{one['mrr@10']:>8.3f}{mrr:>14}{one['ms']:>8.1f}"
            )
