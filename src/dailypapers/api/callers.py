"""Who calls: the bearer of a token, or anyone. A browser's cookies count for nothing here."""

from django.http import HttpRequest

from dailypapers.api.errors import CallRefused
from dailypapers.community.tokens import Bearer, bearer


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
    """The caller, who may do this. Raises `CallRefused` for one who may not."""
    if caller is None:
        raise CallRefused(
            401,
            "This call needs a token that is good: make one on /settings/tokens.",
            "Authorization",
        )
    if not caller.may(scope):
        raise CallRefused(403, f"This token is not good for this: it has no scope {scope}.", "Authorization")
    return caller
