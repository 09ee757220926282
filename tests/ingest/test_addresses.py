"""Only public addresses are fetched."""

import socket
from typing import Any

import httpx
import pytest

from dailypapers.ingest import addresses
from dailypapers.ingest.addresses import CheckedTransport, NotPublic, is_public
from dailypapers.ingest.http import Http, HttpFailure
from tests.origins.origin import Answer, Origin

PRIVATE = (
    "127.0.0.1", "127.8.9.1", "0.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2001:0:7f00:1::1", "2001:db8::1",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "151.101.3.42", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101")


class Names:
    """A resolver that answers from a table, one list after the other, and keeps what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: list[list[str]]) -> None:
        self.asked: list[str] = []
        self._answers = {name.replace("_", "."): list(lists) for name, lists in answers.items()}
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, port: int, *rest: Any, **named: Any) -> Any:
        if host not in self._answers:
            return self._real(host, port, *rest, **named)
        self.asked.append(host)
        answers = self._answers[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


class Library(Origin):
    """Serves a paper, and sends on whoever asks for /moved to `elsewhere`."""

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere = ""

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path == "/moved":
            return Answer(b"", "text/plain", 302, {"Location": self.elsewhere})
        return Answer(b"a paper", "application/pdf")


def port_of(origin: Origin) -> int:
    return int(origin.url.rpartition(":")[2])


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, inner_example=[[address]])
    assert not is_public("https://inner.example/x.pdf")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_fetched(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, outer_example=[[address]])
    assert is_public("https://outer.example/x.pdf")
    assert is_public("http://outer.example:80/x.pdf")
    assert not is_public("http://outer.example:6379/x.pdf")


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, mixed_example=[["1.1.1.1", "10.0.0.1"]])
    assert not is_public("https://mixed.example/")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://1.1.1.1/x", "file:///etc/passwd", "http://", "https://[::1", "http://a@1.1.1.1/", "http://2130706433/",
        "http://0x7f000001/", "http://127.1/", "http://[::ffff:7f00:1]/", "http://1.1.1.1:99999/", "",
        "javascript:alert(1)", "http://localhost/",
    ],
)  # fmt: skip
def test_other_ways_to_name_what_is_private_are_refused(url: str) -> None:
    assert not is_public(url)


def test_a_host_may_be_allowed_by_name() -> None:
    assert is_public("http://127.0.0.1:8080/x", allowed=("127.0.0.1:8080",))
    assert is_public("http://127.0.0.1:8080/x", allowed=("127.0.0.1",))
    assert not is_public("http://127.0.0.1:8081/x", allowed=("127.0.0.1:8080",))


def test_what_is_allowed_is_fetched_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with Library() as library:
        names = Names(monkeypatch, library_example=[["127.0.0.1"]])
        host = f"library.example:{port_of(library)}"
        with Http(transport=CheckedTransport([host]), attempts=1) as http:
            assert http.get(f"http://{host}/paper.pdf") == b"a paper"
    assert names.asked == ["library.example"]


def test_a_name_that_changes_its_answer_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was checked is the one connected to; a second look-up would find 127.0.0.1."""
    Names(monkeypatch, rebinding_example=[["1.1.1.1"], ["127.0.0.1"]])
    connected: list[httpx.Request] = []

    def record(request: httpx.Request) -> httpx.Response:
        connected.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"ok"))

    transport = CheckedTransport()
    transport._inner = httpx.MockTransport(record)  # type: ignore[assignment]
    with httpx.Client(transport=transport) as client:
        assert client.get("https://rebinding.example/a?b=c").text == "ok"
        with pytest.raises(NotPublic, match=r"127\.0\.0\.1"):
            client.get("https://rebinding.example/a")
    (request,) = connected
    assert str(request.url) == "https://1.1.1.1/a?b=c"
    assert request.headers["Host"] == "rebinding.example"
    assert request.extensions["sni_hostname"] == "rebinding.example"


@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.1:{other}/x", "http://[::1]/x", "//169.254.169.254/latest"]
)
def test_a_redirect_into_the_private_network_is_refused(elsewhere: str) -> None:
    with Library() as library, Library() as other:
        library.elsewhere = elsewhere.format(other=port_of(other))
        allowed = [f"127.0.0.1:{port_of(library)}"]
        with (
            Http(transport=CheckedTransport(allowed), attempts=3, wait=0.01) as http,
            pytest.raises(HttpFailure, match=r"not a public address|only ports") as failure,
        ):
            http.get(f"{library.url}/moved")
        assert isinstance(failure.value.__cause__, NotPublic)
        assert library.asked == ["/moved"]
        assert other.asked == []


def test_a_redirect_to_an_allowed_host_is_followed() -> None:
    with Library() as library:
        library.elsewhere = "/paper.pdf"
        with Http(transport=CheckedTransport([f"127.0.0.1:{port_of(library)}"])) as http:
            assert http.get(f"{library.url}/moved") == b"a paper"
    assert library.asked == ["/moved", "/paper.pdf"]


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    ticks = iter(range(0, 10_000, 50))
    with Library() as library:
        transport = CheckedTransport(["127.0.0.1"], longest=60, clock=lambda: float(next(ticks)))
        with httpx.Client(transport=transport) as client:
            assert client.get(f"{library.url}/paper.pdf").content == b"a paper"
        transport = CheckedTransport(["127.0.0.1"], longest=20, clock=lambda: float(next(ticks)))
        with httpx.Client(transport=transport) as client, pytest.raises(addresses.TookTooLong):
            client.get(f"{library.url}/paper.pdf")


def test_a_name_nobody_knows_is_a_failure_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*rest: Any, **named: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert not is_public("http://nothing.invalid/")
    with (
        httpx.Client(transport=CheckedTransport()) as client,
        pytest.raises(httpx.ConnectError, match=r"nothing\.invalid: .*not known"),
    ):
        client.get("http://nothing.invalid/")
