"""One polite connection to a source: paced, bounded, retried. No Django.

arXiv's terms ask for one request every three seconds on one connection; the other sources are gentler
but get the same care.
"""

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import httpx
import stamina

LARGEST_BODY = 128 * 2**20
"""A page above this many bytes (after decompression) is refused: the largest real one seen has 7 MB."""

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


class HttpFailure(Exception):
    """A request that failed for good: the address, what came back, and how often it was tried."""

    def __init__(self, url: str, reason: str, status: int = 0) -> None:
        super().__init__(f"{url}: {reason}")
        self.status = status


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

    `pause` is the least number of seconds between the starts of two requests; `attempts` how often a
    request is tried; `wait` the first wait after a failure, doubled each time up to `longest_wait`
    (a Retry-After from the server counts instead, up to `longest_wait`).
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
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        who = f"dailypapers/0.1 ({contact})" if contact else "dailypapers/0.1"
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=15.0),
            limits=httpx.Limits(max_connections=1),
            headers={"User-Agent": who},
            follow_redirects=True,
            max_redirects=5,
            transport=transport,
        )
        self._pause = pause
        self._attempts = attempts
        self._wait = wait
        self._longest_wait = longest_wait
        self._clock = clock
        self._sleep = sleep
        self._last_start: float | None = None

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
            for attempt in stamina.retry_context(
                on=self._wait_before_retry,
                attempts=self._attempts,
                timeout=None,
                wait_initial=self._wait,
                wait_max=self._longest_wait,
                wait_jitter=min(1.0, self._wait),
            ):
                with attempt:
                    return self._get_once(url, params, accept, largest)
        except _Refused as refused:
            reason = f"{refused} (tried {self._attempts} times)"
            raise HttpFailure(url, reason, refused.status) from None
        except httpx.TransportError as error:
            reason = f"{type(error).__name__}: {error} (tried {self._attempts} times)"
            raise HttpFailure(url, reason) from error
        except httpx.HTTPError as error:
            raise HttpFailure(url, f"{type(error).__name__}: {error}") from error
        raise AssertionError("unreachable")

    def _wait_before_retry(self, error: Exception) -> bool | float:
        """Whether to try again, and when the server named a time, that time in seconds."""
        if isinstance(error, _Refused):
            return True if error.wait is None else min(max(error.wait, 0.01), self._longest_wait)
        return isinstance(error, httpx.TransportError)

    def _get_once(self, url: str, params: Mapping[str, str | int] | None, accept: str, largest: int) -> bytes:
        self._keep_pace()
        with self._client.stream("GET", url, params=params, headers={"Accept": accept}) as response:
            if response.status_code in RETRIED:
                wait = _seconds(response.headers.get("Retry-After", ""))
                raise _Refused(f"HTTP {response.status_code}", response.status_code, wait)
            if response.status_code != httpx.codes.OK:
                raise HttpFailure(url, f"HTTP {response.status_code}", response.status_code)
            body = bytearray()
            for chunk in response.iter_bytes(65_536):
                body += chunk
                if len(body) > largest:
                    raise TooLarge(url, f"more than {largest / 2**20:g} MB")
            return bytes(body)

    def _keep_pace(self) -> None:
        now = self._clock()
        if self._last_start is not None and (left := self._last_start + self._pause - now) > 0:
            self._sleep(left)
            now = self._clock()
        self._last_start = now


def _seconds(retry_after: str) -> float | None:
    """Retry-After in seconds, from either of its two forms (RFC 9110, 10.2.3); None if there is none."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        from email.utils import parsedate_to_datetime

        return parsedate_to_datetime(retry_after).timestamp() - time.time()
    except (ValueError, TypeError):
        return None
