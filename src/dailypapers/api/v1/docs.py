"""The documentation as a page of the site, made from the OpenAPI document, with nothing from elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_CODE = re.compile("`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter, or a part of a body or an answer."""

    name: str
    kind: str
    """What it is, in a few words: `integer, 1 to 100`."""
    about: SafeString
    where: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready for the template."""

    name: str
    method: str
    path: str
    summary: str
    about: SafeString
    scope: str
    parameters: tuple[Named, ...]
    body: str
    """The form of what is sent; empty for none."""
    answer: str
    """The form of what comes back; empty for none."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is sent or comes back: its parts."""

    name: str
    about: SafeString
    parts: tuple[Named, ...]


def page(request: HttpRequest, document: dict[str, Any]) -> HttpResponse:
    """The page."""
    groups: dict[str, list[Call]] = {}
    for tag, call in _calls(document):
        groups.setdefault(tag, []).append(call)
    context = {
        "title": document["info"]["title"],
        "paragraphs": [_words(one) for one in document["info"]["description"].split("\n\n")],
        "groups": groups,
        "forms": [_form(name, one) for name, one in sorted(document["components"]["schemas"].items())],
    }
    return render(request, "pages/api.html", context)


def _calls(document: dict[str, Any]) -> Iterator[tuple[str, Call]]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            sent = told.get("requestBody", {}).get("content", {}).get("application/json", {})
            good: dict[str, Any] = next(
                (one for status, one in told["responses"].items() if status.startswith("2")), {}
            )
            comes = good.get("content", {}).get("application/json", {})
            call = Call(
                name=told["operationId"],
                method=method.upper(),
                path=path,
                summary=told["summary"],
                about=_words(told.get("description", "")),
                scope=told.get("x-scope", ""),
                parameters=tuple(_parameter(one) for one in told["parameters"]),
                body=_kind(sent.get("schema", {})),
                answer=_kind(comes.get("schema", {})),
            )
            yield told["tags"][0], call


def _parameter(told: dict[str, Any]) -> Named:
    return Named(
        told["name"],
        _kind(told["schema"]),
        _words(told.get("description", "")),
        told["in"],
        told["required"],
    )


def _form(name: str, told: dict[str, Any]) -> Form:
    needed = set(told.get("required", ()))
    parts = tuple(
        Named(part, _kind(one), _words(one.get("description", "")), required=part in needed)
        for part, one in told.get("properties", {}).items()
    )
    return Form(name, _words(told.get("description", "")), parts)


def _words(text: str) -> SafeString:
    """A description as HTML, what stands in backticks as code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"“{one}”" for one in schema["enum"])
    if "const" in schema:
        return f"“{schema['const']}”"
    kind = str(schema.get("type", ""))
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    if kind == "object" and isinstance(more := schema.get("additionalProperties"), dict):
        return f"object of {_kind(more)}"
    if "minimum" in schema and "maximum" in schema and schema["maximum"] < 10**9:
        kind += f", {schema['minimum']} to {schema['maximum']:,}"
    if "maxLength" in schema:
        kind += f", up to {schema['maxLength']:,} characters"
    if (usual := schema.get("default")) not in (None, "", [], {}):
        kind += f"; {str(usual).lower() if isinstance(usual, bool) else usual} unless told"
    return kind
