"""The MCP server on stdio, for a program on this machine that starts it."""

import anyio
from django.conf import settings

from dailypapers.api.mcp.calling import LOCAL, Session, session
from dailypapers.api.mcp.server import server


def serve(token: str) -> None:
    """Answer on standard input and output until the input ends. Without a token everything public is read."""
    session.set(Session(token, settings.BASE_URL or LOCAL))
    anyio.run(server().run_stdio_async)
