"""Papers in the shapes of the Hub: one of a list, with the paper inside, and one alone, flat.

What the Hub's client drops in lists, as it looks for it on the outside (summary, code, project, votes),
stands there too.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from dailypapers.api.hub.facts import Facts, Person, PutForward
from dailypapers.catalogue.identifiers import parse

PAPER, AUTHOR, USER, COMMENT, ORGANIZATION, TOKEN = range(1, 7)
"""What an object identifier is of: its first two digits."""


def object_id(kind: int, number: int, place: int = 0) -> str:
    """Our key in the form of the Hub's identifiers: 24 hexadecimal digits."""
    return f"{kind:02x}{number:014x}{place:08x}"


def _id_of_name(kind: int, name: str) -> str:
    """The identifier of someone whom only another community knows, begun as that of no key is."""
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=10)
    return f"{kind:02x}ff{digest.hexdigest()}"


def key_of(text: str, kind: int) -> tuple[int, int] | None:
    """The key and place of an object identifier of this kind; None for any other text."""
    if len(text) != 24 or not set(text) <= _DIGITS or int(text[:2], 16) != kind:
        return None
    return int(text[2:16], 16), int(text[16:], 16)


_DIGITS: Final = frozenset("0123456789abcdef")


def moment(at: datetime) -> str:
    """A moment in the one form that the Hub's client reads."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def midnight(day: date) -> str:
    """The beginning of a day, in the same form: what has a day has no moment."""
    return f"{day.isoformat()}T00:00:00.000Z"


def name_of(facts: Facts) -> str:
    """What the paper is called: the bare arXiv number, as the Hub does, else our handle."""
    reference = parse(facts.handle)
    if reference is not None and reference.identifier.scheme == "arxiv":
        return str(reference.identifier.value)
    return facts.handle


def user(person: Person, site: str) -> dict[str, Any]:
    """Someone with an account here: under both names that clients look for."""
    return {
        "_id": object_id(USER, person.pk),
        "avatarUrl": f"{site}/people/{person.handle}.svg",
        "fullname": person.name,
        "name": person.handle,
        "user": person.handle,
        "type": "user",
        "isPro": False,
        "isHf": False,
        "isHfAdmin": False,
        "isMod": False,
    }


def submitter(put: PutForward, site: str) -> dict[str, Any] | None:
    """Who put a paper forward."""
    if put.person is not None:
        return user(put.person, site)
    if not put.elsewhere:
        return None
    known = {"_id": _id_of_name(USER, put.elsewhere), "avatarUrl": f"{site}/favicon.ico"}
    return user(Person(0, put.elsewhere, put.elsewhere), site) | known


def organization(name: str, site: str) -> dict[str, Any]:
    """An organization that another community names."""
    picture = f"{site}/favicon.ico"
    words = "-".join(name.lower().split())
    return {
        "_id": _id_of_name(ORGANIZATION, name),
        "name": words,
        "fullname": name,
        "avatar": picture,
        "avatarUrl": picture,
    }


def flat(facts: Facts, site: str) -> dict[str, Any]:
    """A paper alone, without what is linked to it."""
    day = facts.day or facts.updated_at.date()
    told: dict[str, Any] = {
        "_id": object_id(PAPER, facts.pk),
        "id": name_of(facts),
        "title": facts.title,
        "summary": facts.abstract,
        "authors": [_author(facts, place, name, site) for place, name in enumerate(facts.authors)],
        "publishedAt": midnight(day),
        "upvotes": facts.votes,
        "numComments": facts.comments,
        "discussionId": object_id(PAPER, facts.pk),
        "url": f"{site}/papers/{quote(facts.handle, safe=':/.()-_~')}",
    }
    told.update(_outside(facts, site))
    if facts.withdrawn:
        told["withdrawnAt"] = midnight(facts.withdrawn_on or day)
    if (put := facts.put_forward) is not None:
        told["submittedOnDailyAt"] = _put_at(put)
        if who := submitter(put, site):
            told["submittedOnDailyBy"] = who
    return told


def wrapped(facts: Facts, site: str, listed: date | None = None) -> dict[str, Any]:
    """A paper of a list. `listed` is the day of the list; the outer date is the one it stands there by."""
    paper = flat(facts, site)
    put = facts.put_forward
    day = listed or (put.day if put else None) or facts.day or facts.updated_at.date()
    told: dict[str, Any] = {
        "paper": paper,
        "publishedAt": _put_at(put) if put is not None and put.day == day else midnight(day),
        "title": facts.title,
        "summary": facts.abstract,
        "thumbnail": f"{site}/share-cards/{quote(facts.handle, safe=':/.')}.png",
        "numComments": facts.comments,
        "isAuthorParticipating": facts.by_authors > 0,
        "upvotes": facts.votes,
    }
    told.update(_outside(facts, site))
    if put is not None and (who := submitter(put, site)):
        told["submittedBy"] = who
    return told


def repositories(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """What is linked to a paper, as far as it has a name on the Hub."""
    found: dict[str, list[dict[str, Any]]] = {"models": [], "datasets": [], "spaces": []}
    for kind in ("model", "dataset"):
        for url, _ in facts.links.get(kind, ()):
            what, name = _on_hub(url)
            if name:
                found[what].append(
                    {"id": name, "repoType": what.rstrip("s"), "private": False, "gated": False}
                )
    return found


def linked(facts: Facts) -> dict[str, Any]:
    """What a paper alone says of models, data sets and spaces."""
    told: dict[str, Any] = {}
    for what, some in repositories(facts).items():
        name = what.capitalize()
        told[f"linked{name}"] = some
        told[f"numTotal{name}"] = len(some)
    return told


def _on_hub(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    if parts.hostname not in ("huggingface.co", "www.huggingface.co", "hf.co"):
        return "models", ""
    path = [part for part in parts.path.split("/") if part]
    what = path.pop(0) if path and path[0] in ("datasets", "spaces", "models") else "models"
    return what, "/".join(path[:2]) if len(path) >= 2 else ""


def _author(facts: Facts, place: int, name: str, site: str) -> dict[str, Any]:
    told: dict[str, Any] = {"_id": object_id(AUTHOR, facts.pk, place), "name": name, "hidden": False}
    if (known := facts.users.get(place)) is not None:
        person, since = known
        told |= {"user": user(person, site), "status": "claimed_verified"}
        if since is not None:
            told["statusLastChangedAt"] = moment(since)
    return told


def _outside(facts: Facts, site: str) -> dict[str, Any]:
    return dict(_told_outside(facts, site))


def _told_outside(facts: Facts, site: str) -> Iterator[tuple[str, Any]]:
    if facts.summary:
        yield "ai_summary", facts.summary
        yield "ai_summary_model", facts.summary_by
    if facts.keywords:
        yield "ai_keywords", list(facts.keywords)
    if code := next(iter(facts.links.get("code", ())), None):
        yield "githubRepo", code[0]
        yield "githubRepoAddedBy", "auto"
        if code[1] is not None:
            yield "githubStars", code[1]
    if project := next(iter(facts.links.get("project", ())), None):
        yield "projectPage", project[0]
    if facts.media:
        yield "mediaUrls", [site + path for path in facts.media]
    if facts.put_forward is not None and facts.put_forward.organization:
        yield "organization", organization(facts.put_forward.organization, site)


def _put_at(put: PutForward) -> str:
    """When it was put forward; the beginning of the day where its moment falls on another in UTC."""
    if put.at is not None and put.at.astimezone(UTC).date() == put.day:
        return moment(put.at)
    return midnight(put.day)
