"""The Hub's calls for one paper: what it is, what is said of it, what is linked to it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from dailypapers.api.errors import CallRefused
from dailypapers.api.hub.answering import json_answer, reads
from dailypapers.api.hub.comments import comments_of
from dailypapers.api.hub.facts import Facts, facts_of
from dailypapers.api.hub.items import PAPER, flat, key_of, linked, repositories
from dailypapers.api.hub.parameters import choice
from dailypapers.api.remembered import Answer
from dailypapers.catalogue.finding import find
from dailypapers.catalogue.identifiers import parse

LONGEST = 1_000
"""Characters of an identifier."""


@reads
def info(query: Mapping[str, str], site: str, handle: str) -> Answer:
    """`GET /api/papers/{id}`: one paper by any identifier we know; with `field=comments` what is said."""
    field = choice(query, "field", "", ("", "comments"))
    facts = facts_by_name(handle)
    told: dict[str, Any] = flat(facts, site) | linked(facts)
    if field == "comments":
        told["comments"] = comments_of(facts.pk, site)
    return json_answer(told)


@reads
def repos(query: Mapping[str, str], site: str, handle: str) -> Answer:
    """`GET /api/arxiv/{id}/repos`: models, data sets and spaces; empty lists for a paper not held."""
    try:
        facts = facts_by_name(handle)
    except CallRefused as problem:
        if problem.status != 404 or parse(handle) is None:
            raise
        return json_answer({"models": [], "datasets": [], "spaces": []})
    return json_answer(repositories(facts))


@reads
def agent_harnesses(query: Mapping[str, str], site: str) -> Answer:
    """`GET /api/agent-harnesses`: the command line asks by which agents it may be run; none are known."""
    return json_answer({"standardEnvVars": [], "harnesses": {}})


def paper_key(name: str) -> int:
    """The key of the paper of a name: an identifier in any form, or one of ours in the Hub's form.

    Raises `CallRefused` for one that is not held.
    """
    if len(name) > LONGEST or "\x00" in name:
        raise CallRefused(404, "Paper not found", "id")
    if (key := key_of(name, PAPER)) is not None:
        return key[0]
    found = find(name)
    if found is None:
        raise CallRefused(404, "Paper not found", "id")
    return found[0].pk


def facts_by_name(name: str) -> Facts:
    """What is told of the paper of a name. Raises `CallRefused` for one that is hidden or not held."""
    pk = paper_key(name)
    facts = facts_of([pk], most_authors=0).get(pk) if pk < 2**63 else None
    if facts is None:
        raise CallRefused(404, "Paper not found", "id")
    return facts


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Any other address below /api: told in JSON that there is none."""
    from dailypapers.api.hub.answering import refused

    return refused(CallRefused(404, "There is no such call. docs/api.md names those that there are."))
