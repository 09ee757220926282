"""Which addresses on the web may be fetched: public ones, so that nobody reaches into our own network.

A link on a paper comes from outside. `CheckedTransport` looks up its host, refuses addresses that are
private, and connects to the very address it looked at: a name that answers differently the second time
(DNS rebinding) gains nothing. Each redirect goes through the same check. No Django.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Collection, Iterator
from urllib.parse import urlsplit

import httpx

PORTS = frozenset({80, 443})
"""Where web servers listen; other ports are only for hosts that are allowed by name."""

LONGEST = 90.0
"""Seconds an answer may take in all: a server that sends a byte now and then holds nobody up."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(httpx.RequestError):
    """An address that must not be fetched; says which and why."""


class TookTooLong(httpx.RequestError):
    """An answer that did not end in time."""


def is_public(url: str, allowed: Collection[str] = ()) -> bool:
    """Whether the URL may be fetched now: http or https, a public address, or a host in `allowed`.

    Asks the resolver. To fetch it, use `CheckedTransport`, which checks what it connects to.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme.lower() == "https" else 80)
        checked_address(parts.scheme, parts.username or "", parts.hostname or "", port, allowed)
    except (ValueError, httpx.RequestError):
        return False
    return True


def checked_address(scheme: str, user: str, host: str, port: int, allowed: Collection[str] = ()) -> str:
    """The network address to connect to for a host.

    `allowed` are hosts, as `localhost` or `localhost:8080`, that may be fetched wherever they are.
    Raises `NotPublic`, or `httpx.ConnectError` for a name that nobody knows.
    """
    if scheme.lower() not in ("http", "https") or not host:
        raise NotPublic(f"{scheme}://{host}: only http and https addresses are fetched")
    if user:
        raise NotPublic(f"{host}: an address with a user name is not fetched")
    addresses = _resolved(host, port)
    if host.lower() in allowed or f"{host.lower()}:{port}" in allowed:
        return addresses[0]
    if port not in PORTS:
        raise NotPublic(f"{host}:{port}: only ports 80 and 443 are fetched")
    for address in addresses:
        if not _is_public_address(address):
            raise NotPublic(f"{host} is at {address}, which is not a public address")
    return addresses[0]


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{host}: {error}") from None
    return [str(entry[4][0]) for entry in found]


def _is_public_address(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.sixtofour or address.teredo:
            return False  # They lead on to an IPv4 address of the writer's choice.
        if address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.ipv4_mapped:
            address = address.ipv4_mapped
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class CheckedTransport(httpx.BaseTransport):
    """Sends requests to public addresses only. Give it to `Http(transport=…)`.

    `allowed` are hosts that may be fetched wherever they are; `longest` the seconds one answer may take.
    """

    def __init__(
        self,
        allowed: Collection[str] = (),
        longest: float = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # A kept connection is found again by its address: two hosts behind one address would share it.
        self._inner = httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)
        self._allowed = frozenset(host.lower() for host in allowed)
        self._longest = longest
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the address its host was checked at. Raises `NotPublic`."""
        deadline = self._clock() + self._longest
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            address = checked_address(url.scheme, url.username, url.host, port, self._allowed)
        except httpx.RequestError as error:
            error.request = request
            raise
        direct = httpx.Request(
            request.method,
            url.copy_with(host=address.partition("%")[0]),
            headers=request.headers,  # Host still names the host that was asked for.
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        response = self._inner.handle_request(direct)
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_Timed(response.stream, deadline, self._clock, request),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close what is open."""
        self._inner.close()


class _Timed(httpx.SyncByteStream):
    """A body that ends in time or not at all."""

    def __init__(
        self,
        stream: httpx.SyncByteStream,
        deadline: float,
        clock: Callable[[], float],
        request: httpx.Request,
    ) -> None:
        self._stream = stream
        self._deadline = deadline
        self._clock = clock
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            if self._clock() > self._deadline:
                raise TookTooLong("the answer took too long", request=self._request)
            yield chunk

    def close(self) -> None:
        self._stream.close()
