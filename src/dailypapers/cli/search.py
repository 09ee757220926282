"""`dailypapers search`: what the search page finds, in a terminal."""

import json

import click

from dailypapers.cli.main import start_django


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
@click.option("--json", "as_json", is_flag=True, help="A list of {id, title, date, score, why}.")
def search(query: tuple[str, ...], mode: str, sort: str, limit: int, as_json: bool) -> None:
    """Search all papers as the page does. docs/query-language.md says what a QUERY can hold."""
    start_django()
    from dailypapers.catalogue import finding
    from dailypapers.catalogue.records import one_line
    from dailypapers.search.store import NoIndex

    try:
        engine, found = finding.search(" ".join(query), mode, sort)  # type: ignore[arg-type]
    except NoIndex as problem:
        raise click.ClickException(str(problem)) from None
    hits = engine.explained(found, found.hits[:limit])
    if as_json:
        rows = [
            {
                "id": hit.card.handle,
                "title": hit.card.title,
                "date": _date(hit.card.day),
                "score": round(hit.score, 6),
                "why": [
                    {"word": part.word, "kind": part.kind, "score": round(part.score, 6)} for part in hit.why
                ],
            }
            for hit in hits
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for wrong, right in found.corrections:
        click.echo(f"No paper has {wrong!r}; looked for {right!r}.", err=True)
    for mistake in found.query.problems:
        click.echo(f"{mistake.part} {mistake.hint}", err=True)
    for hit in hits:
        place = f"{hit.score:6.3f}  {hit.card.handle:<14}  {_date(hit.card.day) or '':<10}"
        click.echo(f"{place}  {one_line(hit.card.title)}")
    if not hits:
        click.echo(f"{found.state.value.capitalize()}.")


def _date(day: int | None) -> str | None:
    return None if day is None else f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}"
