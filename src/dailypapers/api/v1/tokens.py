"""Tokens as the calls ask for them, and as the document says it."""

from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from dailypapers.api.v1.access import Asked
from dailypapers.api.v1.problems import Problem


class Token(HttpBearer):
    """A token of `/settings/tokens`, sent as `Authorization: Bearer dp_…`."""

    def __init__(self, scope: str) -> None:
        """Ask for this scope; for any token that is good where it is empty."""
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        """Let a call through. Raises `Problem` without a token, and for one that is not good for it."""
        caller = cast(Asked, request).caller
        if caller is None:
            raise Problem(401, "This takes a token: make one at /settings/tokens and send it as Bearer.")
        if self.scope and not caller.may(self.scope):
            raise Problem(403, f"This token is not good for this: it takes the scope “{self.scope}”.")
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Never asked: the door has looked at the token."""
        return None
