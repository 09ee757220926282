"""The MCP server at `/mcp`: streamable HTTP without sessions, each call one request and one answer in JSON.

The SDK serves ASGI. Its session manager runs in an event loop of its own, in a thread of the process that
serves, and each request of ours is handed to it; the tools run in threads, as the database wants it.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from dailypapers.api.callers import caller_of, counted_as, token_of
from dailypapers.api.limiting import windows
from dailypapers.presentation.visitors import address_of_visitor

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 200_000
PATIENCE: Final = 60.0
"""Seconds for a call; a search takes some hundredths of one."""
_LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1"))

Message = MutableMapping[str, Any]


@csrf_exempt  # Nothing here looks at cookies.
def endpoint(request: HttpRequest) -> HttpResponse:
    """Answer one message of a client."""
    refusal = _refused(request)
    if refusal is not None:
        return refusal
    left, caller = None, caller_of(request)
    if "Authorization" in request.headers and caller is None:
        response = _error(401, "This token is not known here, was revoked or ran out: see /settings/tokens.")
        response["WWW-Authenticate"] = 'Bearer realm="dailypapers"'
        return response
    if settings.API_LIMIT:
        left = windows.count(counted_as(request, caller), settings.API_LIMIT)
        if left.calls < 0:
            response = _error(429, f"That is more calls than one can make. Go on in {left.seconds} seconds.")
            response["Retry-After"] = str(left.seconds)
            return response
    response = _bridge.answer(request)
    response["Cache-Control"] = "no-store"
    for name, value in left.headers.items() if left is not None else ():
        response[name] = value
    return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    """Why a request is not looked at.

    A page elsewhere can make a browser ask 127.0.0.1 under a name of its own (DNS rebinding); it cannot make
    up the names that the browser sends along.
    """
    try:
        request.get_host()
    except DisallowedHost:
        return _error(421, "This site does not go by that name.")
    if (origin := request.headers.get("Origin")) is not None and not _is_ours(origin):
        return _error(403, "Pages of other sites may not call this.")
    if request.method != "POST":
        response = _error(405, "This is an MCP server: it takes POST of JSON-RPC messages. See /llms.txt.")
        response["Allow"] = "POST"
        return response
    try:
        too_large = len(request.body) > LARGEST_BODY
    except RequestDataTooBig:
        too_large = True
    return _error(413, f"A message can have {LARGEST_BODY:,} bytes.") if too_large else None


def _is_ours(origin: str) -> bool:
    """Whether an `Origin` is a page of this site, or of a program on this machine where the site is there."""
    try:
        parts = urlsplit(origin)
        host = parts.hostname or ""
    except ValueError:
        return False
    if settings.BASE_URL:
        return f"{parts.scheme}://{parts.netloc}" == settings.BASE_URL
    return parts.scheme in ("http", "https") and host in _LOOPBACK


def _error(status: int, told: str) -> HttpResponse:
    """An error as JSON-RPC has it."""
    body = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": told}}
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/json")


class _Bridge:
    """The event loop in which the SDK answers, begun with the first call of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: tuple[asyncio.AbstractEventLoop, StreamableHTTPSessionManager] | None = None

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The SDK's answer to a request."""
        from dailypapers.api.mcp.calling import Session

        loop, manager = self._running()
        who = Session(
            token_of(request), f"{request.scheme}://{request.get_host()}", address_of_visitor(request)
        )
        future: Future[HttpResponse] = asyncio.run_coroutine_threadsafe(
            _handed_over(manager, _scope(request), request.body, who), loop
        )
        try:
            return future.result(PATIENCE)
        except TimeoutError:
            future.cancel()
            return _error(504, "This took too long. Ask for less.")
        except Exception:
            log.exception("a message to the MCP server failed")
            return _error(500, "This went wrong here, and was noted. Trying again may help.")

    def _running(self) -> "tuple[asyncio.AbstractEventLoop, StreamableHTTPSessionManager]":
        with self._lock:
            if self._begun is None:
                self._begun = self._begin()
            return self._begun

    def _begin(self) -> "tuple[asyncio.AbstractEventLoop, StreamableHTTPSessionManager]":
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from dailypapers.api.mcp.server import server

        manager = StreamableHTTPSessionManager(
            server()._lowlevel_server,
            json_response=True,
            stateless=True,
            max_request_body_size=LARGEST_BODY,
        )
        ready: Future[asyncio.AbstractEventLoop] = Future()

        async def run() -> None:
            try:
                async with manager.run():
                    ready.set_result(asyncio.get_running_loop())
                    await asyncio.Event().wait()
            except Exception as problem:
                if ready.done():
                    raise
                ready.set_exception(problem)

        threading.Thread(target=lambda: asyncio.run(run()), name="mcp", daemon=True).start()
        return ready.result(PATIENCE), manager


_bridge = _Bridge()


def _scope(request: HttpRequest) -> Message:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in
               request.headers.items()]  # fmt: skip
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": None,
        "server": None,
    }


async def _handed_over(
    manager: "StreamableHTTPSessionManager", scope: Message, body: bytes, who: Any
) -> HttpResponse:
    """The answer of an ASGI application, put together."""
    from dailypapers.api.mcp.calling import session

    session.set(who)
    asked = iter([{"type": "http.request", "body": body, "more_body": False}])
    response, parts = HttpResponse(), list[bytes]()

    async def receive() -> Message:
        message: Message | None = next(asked, None)
        if message is None:
            # The client waits for its answer: it never goes away before.
            await asyncio.Event().wait()
        return message or {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status_code = message["status"]
            for name, value in message.get("headers", ()):
                response[name.decode("latin-1")] = value.decode("latin-1")
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    answer: Callable[[Any, Any, Any], Awaitable[None]] = manager.handle_request
    await answer(scope, receive, send)
    response.content = b"".join(parts)
    return response
