"""The MCP server for programs that start it on this machine: what `dailypapers mcp` runs."""


def serve_on_stdio(token: str) -> None:
    """Answer on standard input and output until the input ends, for the bearer of a token or for anyone."""
    # Loaded here: no other command waits for it.
    from dailypapers.api.mcp.stdio import serve

    serve(token)
