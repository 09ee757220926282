"""One polite connection to a source: paced, bounded, retried. No Django.

arXiv's terms ask for one request every three seconds on one connection; the other sources are gentler
but get the same care.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial
from types import TracebackType
from typing import Self

import httpx
import stamina

from dailypapers.ingest.addresses import NotPublic, TookTooLong, is_public
from dailypapers.ingest.pace import Pace, Turn, Turns

log = logging.getLogger(__name__)

LARGEST_BODY = 128 * 2**20
"""A page above this many bytes (after decompression) is refused: the largest real one seen has 7 MB."""

LONGEST_ANSWER = 600.0
"""Seconds the body of one answer may take: a server that sends a byte now and then holds nobody up."""

MOST_REDIRECTS = 5

PACKED = ("gzip", "deflate")
"""The packings that are undone. One network read of these becomes 64 MB at most; of zstd, or of gzip
within gzip, it becomes as much as the sender likes before anyone can count it."""

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


class HttpFailure(Exception):
    """A request that failed for good: the address, what came back, and how often it was tried."""

    def __init__(self, url: str, reason: str, status: int = 0) -> None:
        super().__init__(f"{url}: {reason}")
        self.status = status

    @property
    def is_down(self) -> bool:
        """Whether the server cannot be reached or wants to be left alone: asking it for more is no use."""
        return self.status in (429, 503) or isinstance(self.__cause__, httpx.TransportError)


class TooLarge(HttpFailure):
    """An answer longer than the caller wants to take."""


class _Refused(Exception):
    """An answer that is worth another try, with the wait the server asked for."""

    def __init__(self, reason: str, status: int, wait: float | None) -> None:
        super().__init__(reason)
        self.status = status
        self.wait = wait


class Http:
    """A client for one source, to be used as a context manager.

    `pause` is the least number of seconds between the starts of two requests to one site; `turns` keeps
    them, for this connection alone or shared with others (see `pace`). `attempts` is how often a
    request is tried; `wait` the first wait after a failure, doubled each time up to `longest_wait`.
    A Retry-After from the server counts instead; one longer than `longest_wait` ends the request, so
    that nobody is asked again sooner than they said; what they said holds for later requests too.
    `transport` decides by itself where it connects. `clock` is the time of day: turns may outlive us.
    """

    def __init__(
        self,
        *,
        pause: float = 0.0,
        attempts: int = 6,
        wait: float = 3.0,
        longest_wait: float = 300.0,
        timeout: float = 60.0,
        contact: str = "",
        transport: httpx.BaseTransport | None = None,
        turns: Turns | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        who = f"dailypapers/0.1 ({contact})" if contact else "dailypapers/0.1"
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=15.0),
            limits=httpx.Limits(max_connections=1),
            headers={"User-Agent": who, "Accept-Encoding": ", ".join(PACKED)},
            transport=transport,
        )
        self._any_address = transport is not None
        self._pause = pause
        self._attempts = attempts
        self._wait = wait
        self._longest_wait = longest_wait
        self._clock = clock
        self._sleep = sleep
        self._turns = turns or Pace()
        self.reached = ""
        """The address from which the last answer came, after all redirects."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        accept: str = "*/*",
        largest: int = LARGEST_BODY,
    ) -> bytes:
        """The body of a GET, decompressed, of at most `largest` bytes.

        Raises `HttpFailure` when the server says no (4xx), or nothing usable came after all attempts,
        and `TooLarge`, which is one, for a longer body.
        """
        try:
            request = self._client.build_request("GET", url, params=params, headers={"Accept": accept})
            for attempt in stamina.retry_context(
                on=partial(self._try_again, url),
                attempts=self._attempts,
                timeout=None,
                wait_initial=self._wait,
                wait_max=self._longest_wait,
                wait_jitter=min(1.0, self._wait),
            ):
                with attempt:
                    return self._get_once(url, request, largest)
        except _Refused as refused:
            tried = f"tried {self._attempts} times"
            if self._asks_too_long(refused):
                tried = f"it asks to wait {refused.wait:,.0f} s; try again then"
            raise HttpFailure(url, f"{refused} ({tried})", refused.status) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            reason = f"{type(error).__name__}: {error}"
            tried = f" (tried {self._attempts} times)" if self._wait_before_retry(error) else ""
            raise HttpFailure(url, reason + tried) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise HttpFailure(url, f"{type(error).__name__}: {error}") from error
        raise AssertionError("unreachable")

    def _try_again(self, url: str, error: Exception) -> bool | float:
        again = self._wait_before_retry(error)
        if again is not False:
            wait = "" if again is True else f" in {again:,.0f} s, as it asks"
            log.info("%s: %s; trying again%s", url, str(error) or type(error).__name__, wait)
        return again

    def _wait_before_retry(self, error: Exception) -> bool | float:
        """Whether to try again, and when the server named a time, that time in seconds."""
        if isinstance(error, _Refused):
            if error.wait is None:
                return True
            return not self._asks_too_long(error) and max(error.wait, 0.01)
        if isinstance(error, httpx.UnsupportedProtocol):
            return False
        return isinstance(error, httpx.TransportError | httpx.DecodingError)

    def _asks_too_long(self, refused: _Refused) -> bool:
        return refused.wait is not None and refused.wait > self._longest_wait

    def _get_once(self, url: str, request: httpx.Request, largest: int) -> bytes:
        """One try, redirects included: each of them is a request like any other, and keeps the pace.

        Reports name `url`, without the parameters: a key may be among them.
        """
        asked = request.url
        for _ in range(1 + MOST_REDIRECTS):
            with self._turns.turn(request.url.host) as turn:
                self._keep_pace(turn, url)
                with closing(self._client.send(request, stream=True)) as response:
                    if response.next_request is None:
                        self.reached = str(request.url)
                        return self._body(response, url, largest, turn)
                    request = response.next_request
            self._check_redirect(asked, request.url)
        raise HttpFailure(url, f"more than {MOST_REDIRECTS} redirects")

    def _check_redirect(self, asked: httpx.URL, to: httpx.URL) -> None:
        """Raise `NotPublic` for a redirect into our own network, or out of an encrypted connection."""
        if asked.scheme == "https" and to.scheme != "https":
            raise NotPublic(f"redirected to {to.scheme}://{to.host}, which is not encrypted")
        if to.host != asked.host and not self._any_address and not is_public(str(to)):
            raise NotPublic(f"redirected to {to.host}, which is not a public address")

    def _body(self, response: httpx.Response, url: str, largest: int, turn: Turn) -> bytes:
        if response.status_code in RETRIED:
            wait = _seconds(response.headers.get("Retry-After", ""))
            if wait is not None and wait > 0:
                now = self._clock()
                turn.rest(now + wait, now)
            raise _Refused(f"HTTP {response.status_code}", response.status_code, wait)
        if response.status_code != httpx.codes.OK:
            raise HttpFailure(url, f"HTTP {response.status_code}", response.status_code)
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in (*PACKED, "identity", ""):
            raise HttpFailure(url, f"the answer is packed as {packing[:50]!r}, which was not asked for")
        deadline = self._clock() + LONGEST_ANSWER
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > largest:
                raise TooLarge(url, f"more than {largest / 2**20:g} MB")
            if self._clock() > deadline:
                raise TookTooLong(f"the answer did not end within {LONGEST_ANSWER:g} s")
        return bytes(body)

    def _keep_pace(self, turn: Turn, url: str) -> None:
        """Wait for the pause to be over, and for as long as the site asked us to leave it alone.

        Raises `HttpFailure` where that is longer than we wait.
        """
        now = self._clock()
        rest = turn.not_before - now
        if rest > self._longest_wait:
            raise HttpFailure(url, f"asked to be left alone for another {rest:,.0f} s; try again then", 429)
        # A start in the future means that the clock was set back: wait a pause, not for that moment.
        since = now - turn.last_start if turn.last_start is not None else self._pause
        left = max(rest, min(self._pause - since, self._pause))
        if left > 0:
            self._sleep(left)
            now = self._clock()
        turn.start(now)


def _seconds(retry_after: str) -> float | None:
    """Retry-After in seconds, from either of its two forms (RFC 9110, 10.2.3); None if there is none."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - time.time()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
