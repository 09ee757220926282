"""One polite connection: paced, bounded, retried with growing waits, and never led astray."""

import gzip
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dailypapers.ingest import http as module
from dailypapers.ingest.http import Http, HttpFailure, TooLarge
from tests.origins.origin import Answer, Fault, Origin

Answering = Callable[[httpx.Request], httpx.Response]


class Clock:
    """Time that passes only when someone waits."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "sleep", clock.sleep)  # The waits before another try are stamina's.
    return clock


def paced(clock: Clock, answering: Answering, pause: float = 0.0, attempts: int = 6) -> Http:
    return Http(
        pause=pause,
        attempts=attempts,
        transport=httpx.MockTransport(answering),
        clock=clock,
        sleep=clock.sleep,
    )


def answers(*given: httpx.Response | Exception) -> Answering:
    """Answer with these, one after the other, and with the last one ever after."""
    left = list(given)

    def answer(request: httpx.Request) -> httpx.Response:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return httpx.Response(found.status_code, headers=found.headers, stream=found.stream)

    return answer


def ok(body: bytes = b"well") -> httpx.Response:
    return httpx.Response(200, content=body)


class Redirecting(Origin):
    """Every path leads to the address in `to`, but for /end."""

    to = "/end"

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path == "/end":
            return Answer(b"arrived")
        return Answer(b"x" * 10, status=302, headers={"Location": self.to})


def test_two_requests_start_at_least_the_pause_apart(clock: Clock) -> None:
    starts: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        starts.append(clock.now)
        clock.now += 1.0
        return ok()

    with paced(clock, answer, pause=3.0) as http:
        for _ in range(4):
            http.get("https://arxiv.example/")
    assert starts == [1_000.0, 1_003.0, 1_006.0, 1_009.0]


def test_a_slow_answer_counts_as_waiting(clock: Clock) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        clock.now += 5.0
        return ok()

    with paced(clock, answer, pause=3.0) as http:
        http.get("https://arxiv.example/")
        http.get("https://arxiv.example/")
    assert clock.waits == []


def test_a_redirect_is_a_request_like_any_other(clock: Clock) -> None:
    starts: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        starts.append(clock.now)
        return ok() if request.url.path == "/b" else httpx.Response(301, headers={"Location": "/b"})

    with paced(clock, answer, pause=3.0) as http:
        assert http.get("https://arxiv.example/a") == b"well"
    assert starts == [1_000.0, 1_003.0]


def test_all_requests_use_one_connection() -> None:
    with Redirecting() as origin, Http() as http:
        for _ in range(5):
            http.get(f"{origin.url}/end")
        assert len(origin.connections) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_waits_grow_until_the_request_is_given_up(clock: Clock, status: int) -> None:
    with (
        paced(clock, answers(httpx.Response(status))) as http,
        pytest.raises(HttpFailure, match=rf"HTTP {status} \(tried 6 times\)") as failure,
    ):
        http.get("https://arxiv.example/")
    assert failure.value.status == status
    assert len(clock.waits) == 5
    for least, wait in zip((3, 6, 12, 24, 48), clock.waits, strict=True):
        assert least <= wait <= least + 1


def test_waits_never_grow_past_the_longest(clock: Clock) -> None:
    with paced(clock, answers(httpx.Response(503)), attempts=12) as http, pytest.raises(HttpFailure):
        http.get("https://arxiv.example/")
    assert max(clock.waits) == 300.0


def test_a_retry_after_in_seconds_is_kept(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "dailypapers")
    refused = httpx.Response(429, headers={"Retry-After": "17"})
    with paced(clock, answers(refused, refused, ok())) as http:
        assert http.get("https://arxiv.example/") == b"well"
    assert clock.waits == [17.0, 17.0]
    said = "https://arxiv.example/: HTTP 429; trying again in 17 s, as it asks"
    assert [one.getMessage() for one in caplog.records if one.name.startswith("dailypapers")] == [said, said]


@pytest.mark.parametrize("form", ["{:%a, %d %b %Y %H:%M:%S} GMT", "{:%a, %d %b %Y %H:%M:%S} -0000"])
def test_a_retry_after_as_a_date_is_kept(clock: Clock, form: str) -> None:
    at = form.format(datetime.now(UTC) + timedelta(seconds=40))
    with paced(clock, answers(httpx.Response(503, headers={"Retry-After": at}), ok())) as http:
        assert http.get("https://arxiv.example/") == b"well"
    assert 35 < clock.waits[0] <= 40


def test_a_retry_after_in_the_past_means_at_once(clock: Clock) -> None:
    past = format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True)
    with paced(clock, answers(httpx.Response(503, headers={"Retry-After": past}), ok())) as http:
        http.get("https://arxiv.example/")
    assert clock.waits == [0.01]


def test_a_short_retry_after_does_not_undo_the_pause(clock: Clock) -> None:
    refused = httpx.Response(503, headers={"Retry-After": "0"})
    with paced(clock, answers(refused, ok()), pause=3.0) as http:
        http.get("https://arxiv.example/")
    assert sum(clock.waits) == pytest.approx(3.0)


@pytest.mark.parametrize(
    "absurd", ["301", "99999999", "9" * 400, "Fri, 01 Jan 2100 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"]
)
def test_nobody_is_asked_again_sooner_than_they_said(clock: Clock, absurd: str) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503, headers={"Retry-After": absurd})

    with paced(clock, answer) as http, pytest.raises(HttpFailure, match=r"asks to wait .* try again then"):
        http.get("https://arxiv.example/")
    assert (len(asked), clock.waits) == (1, [])


@pytest.mark.parametrize("nonsense", ["", "soon", "-5", "1.5", "²", "Thu, 32 Jul 2026 99:00:00 GMT"])
def test_a_retry_after_that_says_nothing_leaves_the_growing_waits(clock: Clock, nonsense: str) -> None:
    refused = httpx.Response(503, headers=[(b"Retry-After", nonsense.encode())])
    with paced(clock, answers(refused, ok())) as http:
        http.get("https://arxiv.example/")
    assert 3 <= clock.waits[0] <= 4


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z]{3}, \d+ [A-Za-z]{3} \d+ [\d:]{1,10} [-+\w]{0,6}"))
def test_any_retry_after_is_seconds_or_nothing(text: str) -> None:
    assert isinstance(module._seconds(text), float | None)


def test_what_is_not_found_is_not_asked_for_again(clock: Clock) -> None:
    with paced(clock, answers(httpx.Response(404), ok())) as http, pytest.raises(HttpFailure) as failure:
        http.get("https://arxiv.example/")
    assert (failure.value.status, clock.waits) == (404, [])


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.HALF, Fault.BROKEN, Fault.TOO_MANY, Fault.UNAVAILABLE])
def test_a_fault_on_the_way_is_made_good_by_another_try(clock: Clock, fault: Fault) -> None:
    with Redirecting() as origin, Http() as http:
        origin.fail(fault, fault)
        assert http.get(f"{origin.url}/end") == b"arrived"
        assert len(origin.asked) == 3


@pytest.mark.parametrize("error", [httpx.ConnectTimeout("slow"), httpx.DecodingError("broken gzip")])
def test_a_broken_transfer_is_tried_again_and_then_told(clock: Clock, error: Exception) -> None:
    with (
        paced(clock, answers(error)) as http,
        pytest.raises(HttpFailure, match=rf"{type(error).__name__}: .* \(tried 6 times\)"),
    ):
        http.get("https://arxiv.example/")
    assert len(clock.waits) == 5


@pytest.mark.parametrize(
    "url", ["arxiv.example/oai", "ftp://arxiv.example/", "http://a:b/", "https:///oai", ""]
)
def test_an_address_that_is_none_fails_at_once(clock: Clock, url: str) -> None:
    with Http() as http, pytest.raises(HttpFailure):
        http.get(url)
    assert clock.waits == []


def test_a_body_up_to_the_bound_is_taken_and_one_above_it_refused(clock: Clock) -> None:
    with paced(clock, answers(ok(b"x" * 1_000))) as http:
        assert len(http.get("https://arxiv.example/", largest=1_000)) == 1_000
        with pytest.raises(TooLarge, match="more than"):
            http.get("https://arxiv.example/", largest=999)
    assert clock.waits == []


def test_the_bound_counts_what_was_unpacked(clock: Clock) -> None:
    bomb = httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(bytes(10**7)))
    with paced(clock, answers(bomb)) as http, pytest.raises(TooLarge):
        http.get("https://arxiv.example/", largest=10**6)


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("zstd", zstandard.compress(bytes(10**7))),
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(10**7)))),
        ("br", b"anything"),
    ],
)
def test_a_packing_that_was_not_asked_for_is_refused_before_it_is_undone(
    clock: Clock, packing: str, body: bytes
) -> None:
    packed = httpx.Response(200, headers={"Content-Encoding": packing}, stream=httpx.ByteStream(body))
    with paced(clock, answers(packed)) as http, pytest.raises(HttpFailure, match="was not asked for"):
        http.get("https://arxiv.example/")


def test_gzip_is_asked_for_and_undone(clock: Clock) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(b"well"))

    with paced(clock, answer) as http:
        assert http.get("https://arxiv.example/") == b"well"
    assert asked[0].headers["Accept-Encoding"] == "gzip, deflate"


def test_an_answer_that_never_ends_is_given_up(clock: Clock) -> None:
    class Dripping(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                clock.now += 30.0
                yield b"x"

    with (
        paced(clock, lambda _: httpx.Response(200, stream=Dripping())) as http,
        pytest.raises(HttpFailure, match="did not end within 600 s"),
    ):
        http.get("https://arxiv.example/")
    assert clock.waits == []


def test_a_redirect_within_the_host_is_followed() -> None:
    with Redirecting() as origin, Http() as http:
        assert http.get(f"{origin.url}/start") == b"arrived"


@pytest.mark.parametrize("host", ["localhost", "[::1]", "169.254.169.254", "10.0.0.1", "127.0.0.2"])
def test_a_redirect_into_our_own_network_is_refused(clock: Clock, host: str) -> None:
    with Redirecting() as origin, Http() as http:
        origin.to = f"http://{host}:{origin.url.rpartition(':')[2]}/end"
        with pytest.raises(HttpFailure, match="which is not a public address"):
            http.get(f"{origin.url}/start")
        assert len(origin.asked) == 1
    assert clock.waits == []


def test_a_redirect_out_of_an_encrypted_connection_is_refused(clock: Clock) -> None:
    plain = httpx.Response(302, headers={"Location": "http://arxiv.example/"})
    with paced(clock, answers(plain, ok())) as http, pytest.raises(HttpFailure, match="not encrypted"):
        http.get("https://arxiv.example/")


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)"])
def test_a_redirect_to_what_is_no_web_address_is_refused(clock: Clock, to: str) -> None:
    with Redirecting() as origin, Http() as http:
        origin.to = to
        with pytest.raises(HttpFailure):
            http.get(f"{origin.url}/start")


def test_redirects_in_a_circle_end() -> None:
    with Redirecting() as origin, Http() as http:
        origin.to = "/start"
        with pytest.raises(HttpFailure, match="more than 5 redirects"):
            http.get(f"{origin.url}/start")
        assert len(origin.asked) == 6


def test_the_body_of_a_redirect_is_not_read(clock: Clock) -> None:
    class Untouchable(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            raise AssertionError("nobody needs this")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/end":
            return ok()
        return httpx.Response(302, headers={"Location": "/end"}, stream=Untouchable())

    with paced(clock, answer) as http:
        assert http.get("https://arxiv.example/start") == b"well"


def test_parameters_are_sent_and_never_named_in_a_failure(clock: Clock) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(403)

    with paced(clock, answer) as http, pytest.raises(HttpFailure) as failure:
        http.get("https://openalex.example/works", {"api_key": "secret"})
    assert asked[0].url.params["api_key"] == "secret"
    assert "secret" not in str(failure.value)


def test_the_contact_is_told_to_the_source(clock: Clock) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return ok()

    transport = httpx.MockTransport(answer)
    with Http(transport=transport, contact="papers@example.org") as http:
        http.get("https://arxiv.example/")
    assert "papers@example.org" in asked[0].headers["User-Agent"]
