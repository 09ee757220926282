"""Every address of the community, tried as nobody should use it.

The addresses are read off the site's own table, and the names of fields off what each page asks for, so that
a new page is tried without being named here. A parameter that is new to `World.values` fails the test.
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from pytest_django import Settings

from dailypapers.catalogue.records import Author, Link
from dailypapers.community import limits, unsubscribing
from dailypapers.community.actions import arrange, collect, group, group_papers, membership, token
from dailypapers.community.actions.bookmark import bookmark
from dailypapers.community.actions.claim import claim
from dailypapers.community.actions.comment import write
from dailypapers.community.actions.correct_paper import add_link
from dailypapers.community.actions.follow import follow
from dailypapers.community.actions.invite import invite
from dailypapers.community.actions.report import report
from dailypapers.community.actions.submit import submit
from dailypapers.community.models.claims import Amendment, Claim
from dailypapers.community.models.groups import Group
from dailypapers.community.models.media import Medium
from dailypapers.community.models.notifications import Kind, Notification
from dailypapers.community.models.people import User
from tests.community.people import person, signed_in
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

NOT_COMMUNITY = {"about", "errors", "lists", "pictures", "sample", "search", "status", "subscribe"}
"""Pages of other rooms, which nobody signs in for."""

FOR_VISITORS = {
    "notifications/off/<str:token>": "a mail program sends it by itself (RFC 8058); its address is signed",
    "invitations/<str:token>": "whoever joins by an invitation has no account yet; it writes a session only",
}

HOSTILE = {
    "script": "\"'><script>alert(1)</script><img src=x onerror=alert(1)>",
    "odd": "\x00\u202e\u200b\ufffe\U000e0041 Ａ²\r\nBcc: x",
    "template": "{{ settings.SECRET_KEY }}%(x)s%00{0}",
    "number": "99999999999999999999999999",
    "less": "-1",
    "megabyte": "x" * 1_000_000,
}

PLAIN = {"reason": "It is so.", "body": "Words.", "name": "A good name", "text": "Words.", "sure": "1"}

REFUSED = {400, 403, 404, 405, 410, 413, 422, 429}


@dataclass(frozen=True)
class World:
    """What Alice has, by the names that addresses use for it."""

    values: dict[str, Any]
    own: User
    other: User

    def address(self, route: str, pattern: URLPattern) -> str:
        """The address of something of Alice's."""
        module = pattern.callback.__module__.rpartition(".")[2]
        base = pattern.default_args.get("base", "")
        told = {}
        for name in pattern.pattern.regex.groupindex:
            keys = (f"{base} {name}", f"{module} {name}", name)
            key = next((key for key in keys if key in self.values), None)
            assert key is not None, f"{route}: say in World.values what {name} is"
            told[name] = str(self.values[key])
        if "(?P<" in route:
            return reverse(str(pattern.name), kwargs=told)
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: told[found[1]], route)


@cache
def patterns() -> list[tuple[str, URLPattern]]:
    """Every address of the community: as it is written, and what answers it."""

    def walk(those: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
        for one in those:
            whole = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, whole)
            elif one.callback.__module__.startswith("dailypapers.web.pages."):
                yield whole, one

    found = list(walk(get_resolver().url_patterns))
    return [
        (route, one)
        for route, one in found
        if one.callback.__module__.rpartition(".")[2] not in NOT_COMMUNITY
    ]


@pytest.fixture(autouse=True)
def open_site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ACCOUNTS = "invite"
    settings.GROUPS = settings.ORGANIZATIONS = "everyone"
    settings.SENDS_MAIL, settings.SUBMIT_DAYS = False, 0
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = False
    # What is refused for being tried too often would hide what is refused for what it is.
    monkeypatch.setattr(limits, "cache", SimpleNamespace(add=lambda *_: True))


@pytest.fixture
def world(home: Path) -> World:
    authors = (Author("Alice", orcid="0000-0002-1825-0097"), Author("Mary Somerville"))
    papers = hold(record(1, authors=authors, links=(Link("code", "https://code.example/x"),)), record(2))
    alice, bob = person("alice", orcid="0000-0002-1825-0097", is_moderator=False), person("bob")
    paper, now = papers[0], timezone.now()
    heat = collect.create(person=alice, name="Heat")
    arrange.add(person=alice, collection_id=heat.pk, paper_ids=[paper.pk])
    comment = write(person=alice, paper_id=papers[1].pk, body="I think so.")
    lab = group.create(person=alice, kind=Group.Kind.ORGANIZATION, name="Lab of engines")
    readers = group.create(person=alice, kind=Group.Kind.PRIVATE, name="Readers of engines")
    group_papers.add(person=alice, group_id=readers.pk, paper_id=paper.pk)
    membership.invite(by=alice, group_id=lab.pk, handle="bob")
    write(person=alice, paper_id=paper.pk, body="A secret.", group_id=readers.pk)
    claim(person=alice, paper_id=paper.pk, position=0)
    add_link(person=alice, paper_id=paper.pk, kind="model", url="https://model.example/x")
    submit(person=alice, paper_id=papers[1].pk)
    bookmark(person=alice, paper_id=paper.pk)
    follow(person=alice, kind="person", what="bob")
    report(person=bob, comment_id=comment.pk, reason="spam", text="It sells.")
    invitation, secret = invite(inviter=alice)
    made, _ = token.create(person=alice, name="A script", scopes=["read"])
    medium = Medium.objects.create(
        paper=paper, person=alice, name="0" * 20, kind="picture", state="ready", created_at=now
    )
    (home / "media").mkdir(exist_ok=True)
    (home / "media" / f"{medium.name}.webp").write_bytes(b"RIFF")
    told = Notification.objects.create(
        person=alice, kind=Kind.CLAIM, said="So it is.", leads_to="/settings", created_at=now
    )
    values = {
        "paper_id": paper.pk,
        "comment_id": comment.pk,
        "deed": "edit",
        "handle": "alice",
        "paper handle": paper.handle,
        "number": heat.pk,
        "account number": invitation.pk,
        "words": "heat",
        "kind": "person",
        "library kind": "bib",
        "organizations slug": lab.slug,
        "groups slug": readers.slug,
        "group_paper slug": readers.slug,
        "group_id": lab.pk,
        "medium_id": medium.pk,
        "media name": medium.name,
        "cover": "",
        "ending": "webp",
        "amendment_id": Amendment.objects.get().pk,
        "claim_id": Claim.objects.get().pk,
        "notification_id": told.pk,
        "notifications token": unsubscribing.token(alice.pk, Kind.CLAIM),
        "invitations token": secret,
        "token_id": made.pk,
    }
    return World(values, alice, bob)


def held(own: User) -> set[str]:
    """Every row of the community that names a person, as text.

    Not those of others in which they stand as who reported or invited.
    """
    found: set[str] = set()
    for model in apps.get_models():
        if model._meta.app_label != "community":
            continue
        fields = [field.attname for field in model._meta.concrete_fields if field.attname != "last_login"]
        mine = [one.attname for one in model._meta.concrete_fields if one.related_model is User]
        mine = [name for name in mine if name not in ("reporter_id", "invited_by_id")]
        if not mine:
            continue
        rows = model._base_manager.values(*fields)
        found |= {f"{model.__name__}: {row}" for row in rows if own.pk in [row[name] for name in mine]}
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of what happens meanwhile stays: the next try finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables of the community and the catalogue that are written to meanwhile."""
    tables: set[str] = set()

    def noting(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = re.match(r'(?:INSERT[^"]*INTO|UPDATE|DELETE FROM) "((?:community|catalogue)_\w+)"', sql)
        if found:
            tables.add(found[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(noting):
        yield tables


@contextmanager
def asked_names() -> Iterator[set[str]]:
    """The names that pages ask forms and addresses for meanwhile."""
    names: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for method in ("__getitem__", "getlist", "get"):
            before = getattr(MultiValueDict, method)

            def noting(
                this: Any, key: Any, *rest: Any, before: Callable[..., Any] = before, **more: Any
            ) -> Any:
                if isinstance(this, QueryDict) and isinstance(key, str):
                    names.add(key)
                return before(this, key, *rest, **more)

            patch.setattr(MultiValueDict, method, noting)
        yield names


def deeds_of(pattern: URLPattern) -> list[str]:
    """Words that a page may know as deeds: all short ones that its file has."""
    source = Path(str(importlib.import_module(pattern.callback.__module__).__file__)).read_text()
    words = {
        one.value
        for one in ast.walk(ast.parse(source))
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    return sorted(word for word in words if re.fullmatch(r"[a-z]+(?:-[a-z]+)*", word) and len(word) < 15)


def sent(client: Client, address: str, data: dict[str, str]) -> HttpResponse:
    with undone():
        answer: HttpResponse = client.post(address, data)  # type: ignore[assignment]
    return answer


def test_there_are_many() -> None:
    assert len(patterns()) > 80
    assert {route for route, _ in patterns()} >= FOR_VISITORS.keys()


def test_visitors_and_forged_forms_change_nothing(world: World) -> None:
    wrong: list[object] = []
    visitor, forged = Client(), signed_in(world.own, enforce_csrf_checks=True)
    for route, pattern in patterns():
        if route in FOR_VISITORS:
            continue
        address = world.address(route, pattern)
        for data in ({}, PLAIN, PLAIN | {"csrfmiddlewaretoken": "x" * 64}):
            with written() as tables:
                answer, other = visitor.post(address, data), forged.post(address, data)
            to_sign_in = answer.status_code == 302 and "/accounts/login" in answer["Location"]
            if not (answer.status_code in REFUSED or to_sign_in or shows_the_same(visitor, address, answer)):
                wrong.append((address, "a visitor", answer.status_code))
            if other.status_code != 403:
                wrong.append((address, "a forged form", other.status_code))
            if tables:
                wrong.append((address, tables))
    assert wrong == []


def shows_the_same(visitor: Client, address: str, answer: Any) -> bool:
    """Whether a page answers a form as it answers a look: it does nothing by forms."""
    looked = visitor.get(address)
    return (looked.status_code, looked.get("Location")) == (answer.status_code, answer.get("Location"))


def test_looking_changes_nothing(world: World) -> None:
    wrong: list[object] = []
    for client in (Client(), signed_in(world.other), signed_in(world.own)):
        for route, pattern in patterns():
            address = world.address(route, pattern)
            with written() as tables:
                codes = [method(address, PLAIN).status_code for method in (client.get, client.head)]
                codes += [method(address).status_code for method in (client.put, client.delete, client.patch)]
            if max(codes) >= 500 or tables - {"community_readmark"}:  # What one opens is marked as read.
                wrong.append((address, codes, tables))
    assert wrong == []


def test_nobody_changes_what_is_anothers(world: World) -> None:
    before, wrong, tried = held(world.own), [], 0
    client = signed_in(world.other)
    for route, pattern in patterns():
        if route in FOR_VISITORS:
            continue
        address = world.address(route, pattern)
        with undone(), asked_names() as names:
            client.post(address, PLAIN)
        for deed in deeds_of(pattern) if "deed" in names else [""]:
            data = PLAIN | {"deed": deed, "handle": "alice", "paper": "2604.00001", "version": "1"}
            tried += 1
            with undone():
                with written() as tables:
                    answer = client.post(address, data)
                missing = before - held(world.own) if tables else set()
            if missing or answer.status_code >= 500:
                wrong.append((address, deed, answer.status_code, sorted(missing)[:1]))
    assert wrong == []
    assert tried > 200


def tries(client: Client, address: str, pattern: URLPattern) -> Iterator[dict[str, str]]:
    """Forms in which one field after the other is hostile, then all at once, for every deed of the page."""
    with undone(), asked_names() as looked:
        client.get(address)
    unknown = fields_of(client, address, PLAIN | {"deed": "x"})
    if unknown is None:
        return
    deeds = {"x": unknown}
    if "deed" in unknown[1]:
        # Those that the page does not know are answered alike.
        for deed in deeds_of(pattern):
            found = fields_of(client, address, PLAIN | {"deed": deed})
            if found is not None and found != unknown:
                deeds[deed] = found
    for deed, (_, asked) in deeds.items():
        names = asked - looked - {"csrfmiddlewaretoken"}
        told = PLAIN | {"deed": deed}
        for name in sorted(names):
            for kind in ("script", "odd", "megabyte"):
                yield told | {name: HOSTILE[kind]}
        for kind in ("template", "less", "number"):
            yield told | dict.fromkeys(names - {"deed"}, HOSTILE[kind])


def fields_of(client: Client, address: str, data: dict[str, str]) -> tuple[tuple[int, str], set[str]] | None:
    """How a form is answered, and which fields the page looks for in it; None where it takes none."""
    with undone(), asked_names() as names:
        answer = client.post(address, data)
    return None if answer.status_code == 405 else ((answer.status_code, answer.get("Location", "")), names)


@pytest.mark.parametrize("as_moderator", [False, True], ids=["person", "moderator"])
def test_no_text_in_any_field_does_harm(world: World, as_moderator: bool) -> None:
    who = person("mo", is_moderator=True, is_superuser=True) if as_moderator else world.own
    client, wrong, tried = signed_in(who), [], 0
    for route, pattern in patterns():
        if as_moderator and "moderat" not in route and "undo" not in route:
            continue
        address = world.address(route, pattern)
        for data in tries(client, address, pattern):
            tried += 1
            try:
                answer = sent(client, address, data)
            except Exception as problem:  # The client raises what a page raises: which page is told here.
                wrong.append((address, short(data), repr(problem)[:200]))
                continue
            if done := harm(answer):
                wrong.append((address, short(data), done))
    assert wrong == []
    assert tried > (100 if as_moderator else 500)


def test_no_text_in_any_address_does_harm(world: World) -> None:
    client, wrong = signed_in(world.own), []
    for route, pattern in patterns():
        address = world.address(route, pattern)
        with undone(), asked_names() as names:
            client.get(address)
        for name in sorted(names):
            for text in HOSTILE.values():
                asked = f"{address}?{urlencode({name: text[:3_000]})}"
                try:
                    with undone():
                        answer = client.get(asked)
                except Exception as problem:
                    wrong.append((asked[:100], repr(problem)[:200]))
                    continue
                if done := harm(answer):  # type: ignore[arg-type]
                    wrong.append((asked[:100], done))
    assert wrong == []


def harm(answer: HttpResponse) -> str:
    """What is wrong with an answer to something hostile; empty where nothing is."""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if answer.get("Location", "/").startswith("//") or "\n" in str(answer.headers):
        return "leads to another site"
    if answer.streaming:
        return ""
    page = answer.content.decode(errors="replace")
    if "<script>alert(1)" in page or "<img src=x" in page:
        return "repeats a script"
    if len(page) > 250_000:
        return f"repeats a megabyte: {len(page):,}"
    return ""


def short(data: dict[str, str]) -> str:
    """What was sent, where it differs from what is usual."""
    return str({name: text[:20] for name, text in data.items() if PLAIN.get(name) != text})
