"""`dailypapers search`: what the search page finds, in a terminal."""

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from dailypapers.cli.main import start_django

if TYPE_CHECKING:
    from dailypapers.search.scoring import Part


class _WithMinus(click.Command):
    """`-word` and `-has:code` are of the query; a wrong `--option` is still told."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Put what begins with one minus where click takes words only."""
        end = args.index("--") if "--" in args else len(args)
        without = [one for one in args[:end] if one[:1] == "-" and one[1:2] != "-" and one != "-h"]
        others = [one for one in args[:end] if one not in without]
        return super().parse_args(context, [*others, "--", *args[end + 1 :], *without])


@click.command(cls=_WithMinus)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--mode", type=click.Choice(["hybrid", "lexical", "dense"]), default="hybrid", show_default=True
)
@click.option(
    "--sort", type=click.Choice(["relevance", "date", "votes"]), default="relevance", show_default=True
)
@click.option("--limit", type=click.IntRange(1, 1_000), default=10, show_default=True)
@click.option("--as-written", is_flag=True, help="Put no misspelt word right.")
@click.option("--json", "as_json", is_flag=True, help="A list of {id, title, date, score, why}.")
def search(query: tuple[str, ...], mode: str, sort: str, limit: int, as_written: bool, as_json: bool) -> None:
    """Search all papers as the page does. docs/query-language.md says what a QUERY can hold."""
    start_django()
    from dailypapers.catalogue import finding
    from dailypapers.catalogue.not_held import not_held
    from dailypapers.catalogue.records import one_line
    from dailypapers.search.scoring import Part
    from dailypapers.search.store import NoIndex

    text = " ".join(query)
    said: list[str] = []
    nothing = "Nothing found."
    paper = finding.meant(text)
    rows = [_row(paper.handle, paper.title, paper.day, [Part(text, "name", 1.0)])] if paper else []
    if (missing := not_held(text)) is not None:
        said.append(
            f"No paper is held under {missing.name!r}; `{missing.command or 'dailypapers ingest file'}` "
            "may bring it."
        )
    elif not finding.named(text):
        try:
            engine, found = finding.search(text, mode, sort, as_written=as_written)  # type: ignore[arg-type]
        except NoIndex as problem:
            raise click.ClickException(str(problem)) from None
        paper = paper or finding.titled(text, found)
        # A paper whose whole title was typed stands first, in whatever order the others are.
        titled = [hit for hit in found.hits if paper and hit.card.id == paper.pk]
        others = [hit for hit in found.hits if hit not in titled]
        hits = [*titled, *others][: limit - len(rows) + len(titled)]
        rows = [] if titled else rows
        rows += [
            _row(hit.card.handle, hit.card.title, _day(hit.card.day), hit.why, hit.score)
            for hit in engine.explained(found, hits)
        ]
        said += [
            f"Looked for {right!r} rather than {wrong!r}; --as-written looks for what was written."
            for wrong, right in found.corrections
        ]
        said += [f"No paper has {word!r}." for word in found.unknown]
        if found.only_near and rows:
            said.append("What follows is near it in meaning, if at all.")
        said += [
            f"{mistake.part} {mistake.hint}" + (f" Try: {mistake.mended}" if mistake.mended else "")
            for mistake in found.query.problems
        ]
        nothing = f"{found.state.value.capitalize()}."
    for line in said:
        click.echo(line, err=True)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        place = f"{row['score']:6.3f}  {row['id']:<14}  {row['date'] or '':<10}"
        click.echo(f"{place}  {one_line(row['title'])}")
    if not rows:
        click.echo(nothing)


def _row(
    handle: str, title: str, day: date | None, why: Sequence["Part"], score: float = 1.0
) -> dict[str, Any]:
    parts = [{"word": part.word, "kind": part.kind, "score": round(part.score, 6)} for part in why]
    return {
        "id": handle,
        "title": title,
        "date": day.isoformat() if day else None,
        "score": round(score, 6),
        "why": parts,
    }


def _day(number: int | None) -> date | None:
    return None if number is None else date(number // 10_000, number // 100 % 100, number % 100)
