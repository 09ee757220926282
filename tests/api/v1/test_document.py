"""The OpenAPI document and the page of it."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from dailypapers.api.v1.api import document
from tests.api.v1.program import BASE

SNAPSHOT = Path(__file__).with_name("openapi.json")
RENEW = "python -m tests.api.v1.renew"


def test_the_document_is_as_it_was_agreed() -> None:
    assert document() == json.loads(SNAPSHOT.read_text()), f"meant? Then {RENEW}"


def test_every_form_is_json_schema_and_names_only_forms_that_there_are() -> None:
    forms = document()["components"]["schemas"]
    for form in forms.values():
        Draft202012Validator.check_schema(form)
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document())))
    assert named == set(forms)


def test_every_call_has_words_an_error_form_and_a_name_of_its_own() -> None:
    names = []
    for path, methods in document()["paths"].items():
        for told in methods.values():
            names.append(told["operationId"])
            assert told["summary"], path
            assert told["description"], path
            assert told["tags"], path
            for status, one in told["responses"].items():
                if int(status) >= 400:
                    schema = one["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Error"}
            for parameter in told["parameters"]:
                assert parameter.get("description"), (path, parameter["name"])
    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_the_document_is_fetched_as_it_is() -> None:
    response = Client().get(f"{BASE}/openapi.json")
    assert response["Content-Type"] == "application/json"
    assert response.json() == document()
    assert response.json()["openapi"].startswith("3.1")
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.django_db
def test_the_page_names_every_call_and_asks_nothing_of_elsewhere() -> None:
    page = Client().get(f"{BASE}/docs").content.decode()
    for path, methods in document()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page
    for name in document()["components"]["schemas"]:
        assert f'id="form-{name}"' in page
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page) == []
    assert "style=" not in page
