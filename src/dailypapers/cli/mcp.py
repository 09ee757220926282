"""`dailypapers mcp`: the site for an agent on this machine."""

import click

from dailypapers.cli.main import start_django


@click.command()
@click.option(
    "--token",
    envvar="DAILYPAPERS_TOKEN",
    default="",
    help="A token of /settings/tokens, for one's feed, votes, comments and collections. "
    "Better given as DAILYPAPERS_TOKEN: others on this machine see what a command was started with.",
)
def mcp(token: str) -> None:
    """Serve the Model Context Protocol on standard input and output, for an agent that starts this."""
    start_django()
    from dailypapers.site.agents import serve_on_stdio

    serve_on_stdio(token)
