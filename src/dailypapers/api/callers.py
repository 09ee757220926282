"""Who calls: the bearer of a token, or anyone. A browser's cookies count for nothing here."""

import ipaddress

from django.http import HttpRequest

from dailypapers.api.errors import CallRefused
from dailypapers.community.tokens import Bearer, bearer
from dailypapers.presentation.visitors import address_of_visitor


def token_of(request: HttpRequest) -> str:
    """The token that a request shows; empty for none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def caller_of(request: HttpRequest) -> Bearer | None:
    """Who calls; None for anyone, and for a token that is not ours or is good no more.

    Clients send the token that they have wherever they call: what everyone may read does not fail for it.
    """
    token = token_of(request)
    return bearer(token) if token else None


def require(caller: Bearer | None, scope: str) -> Bearer:
    """The caller, who may do this; with no scope any that is good. Raises `CallRefused`."""
    if caller is None:
        raise CallRefused(
            401,
            "This call needs a token that is good: make one on /settings/tokens.",
            "Authorization",
        )
    if scope and not caller.may(scope):
        raise CallRefused(403, f"This token is not good for this: it has no scope {scope}.", "Authorization")
    return caller


def counted_as(request: HttpRequest, caller: Bearer | None) -> str:
    """Whose calls count together: a person's with any token, else those from one network."""
    return f"person {caller.person.pk}" if caller else f"network {network_of(request)}"


def network_of(request: HttpRequest) -> str:
    """From which network someone calls; that of the last proxy where nobody vouches for what it says.

    A household has a /64 of IPv6 and can call from each of its addresses.
    """
    told = address_of_visitor(request) or str(request.META.get("REMOTE_ADDR", ""))
    try:
        ip = ipaddress.ip_address(told)
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network(f"{ip}/64", strict=False))
