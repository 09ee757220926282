"""A local server that stands for a source, tells what was asked of it, and fails when told to."""

import json
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


class Fault(StrEnum):
    """A way to fail. Each one told to an origin spoils one request."""

    TOO_MANY = "429 with Retry-After"
    UNAVAILABLE = "503 with Retry-After"
    BROKEN = "500"
    CUT = "the connection is cut before an answer"
    HALF = "half of the body, then the connection is cut"
    HALF_SAID_WHOLE = "half of the body, said to be all of it"
    NONSENSE = "200 with a page that is not what was asked"
    EMPTY = "200 with nothing"
    NONE = "no fault: this request is answered well"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    body: bytes
    content_type: str = "application/xml"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200) -> "Answer":
        """A JSON answer."""
        return cls(json.dumps(value).encode(), "application/json", status)


NOT_FOUND = Answer(b"not found", "text/plain", 404)


class Origin:
    """Serves `answer(path, query)` on loopback while used as a context manager.

    `url` is its base address, `asked` the requests so far (path with query), `faults` what to spoil next,
    `spoilt` what was, `connections` the sockets they came by, `retry_after` what it says when it is asked
    too often.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.faults: deque[Fault] = deque()
        self.spoilt: list[Fault] = []
        self.connections: set[tuple[str, int]] = set()
        self.retry_after = "0"
        self._lock = threading.Lock()

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """The good answer to a GET. `query` has the first value of each parameter."""
        raise NotImplementedError

    def fail(self, *faults: Fault) -> None:
        """Spoil the next requests, one fault each."""
        self.faults.extend(faults)

    def __enter__(self) -> Self:
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave in two writes; held back until the first is confirmed, each answer
            # would take 40 ms.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                with origin._lock:
                    origin.asked.append(self.path)
                    origin.connections.add(self.client_address)
                    fault = origin.faults.popleft() if origin.faults else Fault.NONE
                    if fault is not Fault.NONE:
                        origin.spoilt.append(fault)
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                _send(self, origin.answer(parts.path, query), fault, origin.retry_after)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up on a bad answer does as it should; other errors are told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _send(handler: BaseHTTPRequestHandler, answer: Answer, fault: Fault, retry_after: str) -> None:
    if fault in (Fault.TOO_MANY, Fault.UNAVAILABLE):
        status = 429 if fault is Fault.TOO_MANY else 503
        answer = Answer(b"slow down", "text/plain", status, {"Retry-After": retry_after})
    elif fault is Fault.BROKEN:
        answer = Answer(b"oops", "text/plain", 500)
    elif fault is Fault.NONSENSE:
        answer = Answer(b"<html><body>Sign in to continue<br></body></html>", "text/html")
    elif fault is Fault.EMPTY:
        answer = Answer(b"", answer.content_type)
    elif fault is Fault.HALF_SAID_WHOLE:
        answer = Answer(answer.body[: len(answer.body) // 2], answer.content_type, answer.status)
    elif fault is Fault.CUT:
        handler.close_connection = True
        return
    handler.send_response(answer.status)
    handler.send_header("Content-Type", answer.content_type)
    handler.send_header("Content-Length", str(len(answer.body)))
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    if fault is Fault.HALF:
        handler.wfile.write(answer.body[: len(answer.body) // 2])
        handler.close_connection = True
        return
    handler.wfile.write(answer.body)
