"""Following: people, authors' names, fields, organizations, collections, searches, papers.

Nobody else sees it.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dailypapers.catalogue.models import Category, Paper
from dailypapers.community import texts
from dailypapers.community.access import Invalid, Refused, require_active
from dailypapers.community.actions.look_up import look_up
from dailypapers.community.collecting import SHOWN, readable, seen_by
from dailypapers.community.comment_text import says_nothing
from dailypapers.community.giving import Giving
from dailypapers.community.joined import joined
from dailypapers.community.limits import allow
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.follows import LONGEST_TEXT, Follow, Topic, TopicPaper
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User

log = logging.getLogger(__name__)

_TOLD = (
    *("follower_id", "kind", "field", "created_at"),
    *("person__handle", "person__name", "person__is_active"),
    *("person__shows_votes", "person__shows_comments"),
    *("topic__kind", "topic__text", "topic__looked_at"),
    "collection__name",
    *("paper__handle", "paper__title"),
    *("group__kind", "group__slug", "group__name"),
)
"""What pages tell of what is followed."""
MOST_FOLLOWS = 300
"""Of each person: a page looks for the newest papers of each."""


def follow(*, person: User, kind: str, what: str, now: datetime | None = None) -> Follow:
    """Follow something; twice changes nothing.

    `what` is a handle, a name, a field, the last part of an organization's address, the number of a
    collection, a query or the key of a paper. Raises `Refused` for what cannot be followed and beyond
    `MOST_FOLLOWS`, `TooMany`.
    """
    now = now or timezone.now()
    require_active(person, now)
    told = "That is a lot to follow in a minute. Wait a minute, then go on."
    allow("follow", person, times=60, seconds=60, told=told)
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=person.pk)
        target = _target(person, kind, what)
        known = Follow.objects.filter(follower=person, kind=kind, **target).first()
        if known is not None:
            return known
        if Follow.objects.filter(follower=person).count() >= MOST_FOLLOWS:
            raise Refused(
                f"You follow {MOST_FOLLOWS} things, which is as many as one can. Let some go first."
            )
        made = Follow.objects.create(follower=person, kind=kind, created_at=now, **target)
    if made.topic is not None and made.topic.looked_at is None:
        look_up(topic=made.topic, now=now)
    log.info("%s follows %s", person.handle, kind)
    return made


def unfollow(*, person: User, follow_id: int) -> None:
    """Follow something no more; where one does not, nothing changes. Raises `Refused`."""
    require_active(person)
    _end(Follow.objects.filter(follower=person, pk=follow_id))
    log.info("%s follows %d no more", person.handle, follow_id)


def all_of(person: User) -> list[Follow]:
    """All that a person follows and may still see, the newest first, with what each is."""
    shown = Q(paper=None) | Q(paper__hidden=None)
    rows = Follow.objects.filter(shown, _seen(person), follower=person).order_by("-created_at", "-pk")
    # All columns of a paper and a person for each of 300 would take longer than the rest of the page.
    told = rows.only(*_TOLD)
    return list(told.select_related("person", "topic", "collection", "paper", "group"))


def _seen(person: User) -> Q:
    """What a person may still see of collections, and all that is none."""
    seen = Collection.objects.filter(seen_by(person), pk=OuterRef("collection"))
    return Q(collection=None) | Q(Exists(seen))


def what_of(one: Follow) -> str:
    """What `follow` would be told to follow the same again."""
    if one.person is not None:
        return one.person.handle
    if one.topic is not None:
        return one.topic.text
    if one.group is not None:
        return one.group.slug
    return str(one.collection_id or one.paper_id or one.field)


def following(person: User, kind: str, what: str) -> Follow | None:
    """That a person follows something, if they do."""
    rows = Follow.objects.filter(follower=person, kind=kind)
    match kind:
        case Follow.Kind.PERSON:
            return rows.filter(person__handle=what).first()
        case Follow.Kind.AUTHOR:
            return rows.filter(topic__kind=kind, topic__text=_name(what)).first()
        case Follow.Kind.SEARCH:
            return rows.filter(topic__kind=kind, topic__text=texts.line(what)).first()
        case Follow.Kind.FIELD:
            return rows.filter(field=what).first()
        case Follow.Kind.ORGANIZATION:
            return rows.filter(group__slug=what).first()
        case Follow.Kind.COLLECTION:
            return rows.filter(collection=int(what)).first()
        case _:
            return rows.filter(paper=int(what)).first()


def following_names(person: User, names: Sequence[str]) -> dict[str, Follow]:
    """Those of some authors' names that a person follows, in one query."""
    by_text = {_name(name): name for name in names}
    rows = Follow.objects.filter(follower=person, kind=Follow.Kind.AUTHOR, topic__text__in=by_text)
    return {by_text[one.topic.text]: one for one in rows.select_related("topic") if one.topic is not None}


def join(gone: int, kept: int) -> None:
    """Have who follows a paper follow the one that it is joined to."""
    twice = Follow.objects.filter(paper_id=kept).values("follower_id")
    Follow.objects.filter(paper_id=gone).exclude(follower_id__in=twice).update(paper_id=kept)
    found = TopicPaper.objects.filter(paper_id=kept).values("topic_id")
    TopicPaper.objects.filter(paper_id=gone).exclude(topic_id__in=found).update(paper_id=kept)


def _target(person: User, kind: str, what: str) -> dict[str, Any]:
    match kind:
        case Follow.Kind.PERSON:
            return {"person": _other(person, what)}
        case Follow.Kind.AUTHOR | Follow.Kind.SEARCH:
            return {"topic": _topic(kind, what)}
        case Follow.Kind.FIELD:
            known = Category.objects.filter(name=what[:200])
            if not known.exists() and not Category.objects.filter(name__startswith=f"{what[:200]}.").exists():
                raise Invalid("No paper here is in this field.")
            return {"field": what[:200]}
        case Follow.Kind.ORGANIZATION:
            group = Group.objects.filter(kind=Group.Kind.ORGANIZATION, slug=what[:100]).first()
            if group is None:
                raise Refused("There is no such organization.")
            return {"group": group}
        case Follow.Kind.COLLECTION:
            collection = readable(_number(what), person)
            if collection is None:
                raise Refused("There is no such collection.")
            return {"collection": collection}
        case Follow.Kind.PAPER:
            paper = Paper.objects.filter(pk=_number(what), hidden=None).first()
            if paper is None:
                raise Refused("This paper is not held here.")
            return {"paper": paper}
    raise Invalid("This cannot be followed.")


def _other(person: User, handle: str) -> User:
    found = joined().filter(handle=handle[:100]).first()
    if found is None:
        raise Refused("Nobody has this handle any more.")
    if found.pk == person.pk:
        raise Refused("This is you.")
    return found


def _topic(kind: str, what: str) -> Topic:
    if len(what) > 4 * LONGEST_TEXT or len(text := texts.line(what)) > LONGEST_TEXT:
        raise Invalid(f"What is followed can have {LONGEST_TEXT} characters; this has more.")
    if kind == Follow.Kind.AUTHOR:
        text = _name(text)
    if says_nothing(text):
        raise Invalid("There is nothing to follow.")
    # Locked, so that it does not go with its last follower at this very moment.
    return Topic.objects.select_for_update().get_or_create(kind=kind, text=text)[0]


def _name(text: str) -> str:
    """An author's name as it is followed: without the marks that would end it in a query."""
    return " ".join(texts.line(text).replace('"', " ").split())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _end(follows: QuerySet[Follow]) -> None:
    """Delete follows, and topics that nobody follows then."""
    with transaction.atomic():
        topics = list(follows.exclude(topic=None).values_list("topic_id", flat=True))
        list(Topic.objects.select_for_update().filter(pk__in=topics))
        follows.delete()
        let_go_of_topics(topics)


TopicsKept = Callable[[Sequence[int]], set[int]]
"""Takes topics that nobody follows any more, and gives those that are wanted all the same."""

_topics_kept: list[TopicsKept] = []


def topics_kept_by(function: TopicsKept) -> None:
    """Have a room above asked before topics go. Naming it twice changes nothing."""
    if function not in _topics_kept:
        _topics_kept.append(function)


def let_go_of_topics(topics: Sequence[int]) -> None:
    """Delete those topics that nobody follows and no other room wants."""
    unwanted = set(Topic.objects.filter(pk__in=topics, follows=None).values_list("pk", flat=True))
    for kept in _topics_kept:
        unwanted -= kept(sorted(unwanted))
    Topic.objects.filter(pk__in=unwanted).delete()


def let_go_of_lists(*, person_id: int, group: Group) -> None:
    """Follow no more what a person sees no more who leaves a group; what was told of it goes along."""
    lists = group.lists.all() if group.is_private else group.lists.exclude(SHOWN)
    Follow.objects.filter(follower=person_id, collection__in=lists).delete()


def _forget(*, person: User) -> set[int]:
    Follow.objects.filter(person=person).delete()
    _end(Follow.objects.filter(follower=person))
    return set()


def _hand_out(person: User) -> list[dict[str, Any]]:
    rows = Follow.objects.filter(_seen(person), follower=person).order_by("pk")
    related = rows.select_related("person", "topic", "collection", "paper", "group")
    return [{"kind": one.kind, "what": _said(one), "since": one.created_at} for one in related]


def _said(one: Follow) -> str:
    if one.person is not None:
        return one.person.handle
    if one.topic is not None:
        return one.topic.text
    if one.collection is not None:
        return f"{one.collection.address} {one.collection.name}"
    if one.group is not None:
        return f"{one.group.address} {one.group.name}"
    return one.paper.handle if one.paper is not None else one.field


GIVING = Giving("follows", (Follow,), _hand_out, _forget)
