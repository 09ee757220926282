"""Whatever is sent, an answer is one that the OpenAPI document names, in the form that it names.

Some examples an operation with every run of the tests, the same each time. To try many:
`SCHEMATHESIS_EXAMPLES=1000 python -m pytest tests/api/v1/test_fuzz.py`.
"""

import os
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dailypapers.api.v1.api import document
from dailypapers.catalogue import indexing
from dailypapers.community.actions import collect
from dailypapers.community.actions import comment as comments
from dailypapers.community.actions.group import create as make_group
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from tests.api.v1.program import BASE, token_of
from tests.community.people import person
from tests.papers import hold, mention, record

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = sorted((path, method) for path, methods in document()["paths"].items() for method in methods)
SEARCHING = [one for one in OPERATIONS if one[0].endswith(("/search", "/related"))]
HOSTILE = [
    "/",
    # "." and ".." by themselves are taken out of an address by the client: they ask something else.
    "...",
    ".well-known",
    "%",
    "%2F",
    "%00",
    "a/b",
    "..%2f..",
    "9" * 10_000,
    "\u202e",
    "é",
    "'",
    "2604.00001v9",
]


@pytest.fixture
def site(place_for_an_index: None, settings: Any, alice: User) -> dict[str, Any]:
    """A site with something of everything, and names of what there is by the parameters that take them."""
    settings.API_LIMIT = 0
    (first, *_) = hold(*(record(number, **mention(number)) for number in range(1, 4)))
    said = comments.write(person=person("carol"), paper_id=first.pk, body="It grows.")
    kept = collect.create(person=alice, name="Heat", is_public=True)
    group = make_group(
        person=person("boss", is_superuser=True),
        kind=Group.Kind.ORGANIZATION,
        name="Lab of Engines",
        about="",
    )
    return {
        "id": ["2604.00001", "arXiv:2604.00002v1", *HOSTILE],
        "number": [said.pk, kept.pk, "0", "-1", *HOSTILE],
        "handle": ["alice", "carol", *HOSTILE],
        "slug": [group.slug, *HOSTILE],
        "kind": ["date", "week", "month", "agree", *HOSTILE],
        "period": ["2026-04-15", "2026-W16", "2026-04", "latest", "2026-13-40", *HOSTILE],
        "tokens": [
            token_of(alice, "read", "vote", "comment", "collect")["Authorization"],
            token_of(alice, "submit")["Authorization"],
            "Bearer dp_no",
        ],
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "method"),
    [one for one in OPERATIONS if one not in SEARCHING],
    ids=lambda one: one.removeprefix(BASE),
)
def test_no_answer_is_outside_the_document(path: str, method: str, site: dict[str, Any]) -> None:
    _try(path, method, site)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "method"), SEARCHING, ids=lambda one: one.removeprefix(BASE))
def test_no_answer_of_the_index_is_outside_the_document(path: str, method: str, site: dict[str, Any]) -> None:
    indexing.build()
    _try(path, method, site)


def _try(path: str, method: str, site: dict[str, Any]) -> None:
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    operation = schema[path][method]
    sent = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @given(case=sent, data=st.data())
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any, data: Any) -> None:
        for name in case.path_parameters:
            if data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from(site[name]))
        # As it is written, not packed: the transport in memory does not unpack.
        headers = dict(case.headers or {}) | {"Accept-Encoding": "identity"}
        headers.pop("Authorization", None)
        if data.draw(st.integers(0, 3)):
            headers["Authorization"] = data.draw(st.sampled_from(site["tokens"]))
        case.headers = headers
        response = case.call()
        case.validate_response(response, checks=CHECKS)

    holds()
