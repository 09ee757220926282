"""A program that asks the API, and the form that its answers must have."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jsonschema
from django.core.cache import caches
from django.test import Client

from dailypapers.api.remembered import answers
from dailypapers.api.v1.answers import replies
from dailypapers.community.actions.token import create
from dailypapers.community.models.people import User

BASE = "/api/v1"


def forget() -> None:
    """Forget all answers that are kept for some seconds."""
    replies.clear()
    answers.clear()
    caches["memory"].clear()


def token_of(person: User, *scopes: str) -> dict[str, str]:
    """The headers of a program that acts for a person."""
    _, secret = create(person=person, name="a program", scopes=scopes or ("read",))
    return {"Authorization": f"Bearer {secret}"}


def ask(path: str, method: str = "get", status: int = 200, **options: Any) -> Any:
    """What the API answers; its status, form and headers are checked."""
    forget()
    headers = options.pop("headers", {})
    kwargs: dict[str, Any] = {"headers": headers}
    if "sends" in options:
        kwargs |= {"data": options.pop("sends"), "content_type": "application/json"}
    address = path if path.startswith(("/", "http")) else f"{BASE}/{path}"
    response = getattr(Client(enforce_csrf_checks=True), method)(address, **kwargs, **options)
    assert response.status_code == status, response.content
    if response.content:
        assert response["Content-Type"] == "application/json"
    told: Any = response.json() if response.content else None
    if status >= 400:
        assert set(told) == {"error"}
        assert set(told["error"]) == {"code", "message", "field"}
    elif told is not None:
        conforms(method, urlsplit(address).path, status, told)
    return told


def conforms(method: str, path: str, status: int, told: Any) -> None:
    """Fails where an answer is not as the OpenAPI document says."""
    from dailypapers.api.v1.api import addresses, api, document

    match = addresses().resolve(path)
    names = {name for bound in api()._get_bound_routers() for name in bound.path_operations}
    route = next(one for one in names if _converted(one) == str(match.route).removeprefix("^/api/v1/"))
    described = document()["paths"][f"{BASE}/{_plain(route)}"][method]
    schema = described["responses"][str(status)]["content"]["application/json"]["schema"]
    _validator(repr(schema)).validate(told)


def _plain(route: str) -> str:
    return route.lstrip("/").replace("path:", "").replace("int:", "")


def _converted(route: str) -> str:
    return route.lstrip("/").replace("{", "<").replace("}", ">")


@cache
def _validator(schema: str) -> Any:
    import ast

    from dailypapers.api.v1.api import document

    whole = ast.literal_eval(schema) | {"components": document()["components"]}
    return jsonschema.Draft202012Validator(whole)
