"""How a tool is called: for whom, what it may do, and how what it cannot do is told."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import Http404
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent

from dailypapers.api.v1.problems import Problem
from dailypapers.community.access import Refused
from dailypapers.community.models.people import User
from dailypapers.community.tokens import Bearer, bearer
from dailypapers.search.store import NoIndex

log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])

LOCAL = "http://127.0.0.1:8000"
"""Where pages are taken to be where nobody says: a server on stdio has no address of its own."""


class Session:
    """For whom tools act, and where the site is."""

    def __init__(self, secret: str, site: str, address: str = "") -> None:
        self.secret = secret
        self.site = site
        self.address = address
        """The visitor's, as far as it is known."""

    @property
    def bearer(self) -> Bearer | None:
        """Whose token it is, looked up with each call: a revoked one is good no more at once."""
        return bearer(self.secret) if self.secret else None


session: ContextVar[Session] = ContextVar("session")
"""That of the call that is answered."""


def site() -> str:
    """The beginning of every address."""
    return settings.BASE_URL or session.get().site


def person_for(scope: str) -> User:
    """For whom a tool acts. Raises `Problem` without a token that is good for it."""
    holder = session.get().bearer
    if holder is None:
        raise Problem(401, "This takes a token: make one at /settings/tokens and give it to this server.")
    if not holder.may(scope):
        raise Problem(403, f"The token is not good for this: it takes the scope “{scope}”.")
    return holder.person


def reader() -> User | AnonymousUser:
    """For whose eyes an answer is."""
    holder = session.get().bearer
    return holder.person if holder is not None and holder.may("read") else AnonymousUser()


def told_of_failure(tool: F) -> F:
    """Have a tool say what it cannot do in words; what goes wrong otherwise is logged and not told."""

    @wraps(tool)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return tool(*args, **kwargs)
        except (Problem, Refused) as problem:
            raise ToolError(str(problem)) from None
        except Http404 as problem:
            raise ToolError(str(problem.args[0]) if problem.args else "There is no such thing.") from None
        except NoIndex:
            raise ToolError("The search index is being built. Try again in a few minutes.") from None
        except Exception:
            log.exception("the tool %s failed", tool.__name__)
            raise ToolError("This went wrong here, and was noted. Trying again may help.") from None
        finally:
            # The thread is one of a pool and may be gone before it is used again.
            connections.close_all()

    return cast(F, called)


def given(text: str, structured: Any) -> CallToolResult:
    """What a tool gives: Markdown to be read, and the same to be worked with."""
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=dict(structured))
