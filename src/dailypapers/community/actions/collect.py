"""Collections of people and of groups: made, renamed, described, shown to others or not, deleted."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dailypapers.community import markdown, texts
from dailypapers.community.access import Invalid, Refused, require_active
from dailypapers.community.collecting import keepers, may_change, may_delete
from dailypapers.community.comment_text import cleaned, says_nothing
from dailypapers.community.grouping import belongs
from dailypapers.community.limits import AN_HOUR, allow
from dailypapers.community.models.collections import Collection
from dailypapers.community.models.groups import Group
from dailypapers.community.models.people import User
from dailypapers.community.outside_links import outside_links
from dailypapers.community.trust import links_wait

log = logging.getLogger(__name__)

MOST_COLLECTIONS = 200
"""Of a person's own: the form that puts a paper into them lists them all."""
MOST_LISTS = 50
"""Of a group: its page names them all."""
LONGEST_NAME = 100
LONGEST_ABOUT = 5_000


def create(
    *,
    person: User,
    name: str,
    about: str = "",
    is_public: bool = False,
    group_id: int | None = None,
    now: datetime | None = None,
) -> Collection:
    """Make an empty collection, of a group that one belongs to where `group_id` names one.

    A list of a private group is never public. Raises `Refused` with what is wrong, `TooMany`.
    """
    now = now or timezone.now()
    require_active(person, now)
    name, about = _checked_name(name), checked_words(about, LONGEST_ABOUT, "A description")
    html = markdown.render(about)
    if is_public:
        refuse_links_of_new(person, html, now)
    told = "That is many new collections. Go on in an hour."
    allow("make collections", person, times=30, seconds=AN_HOUR, told=told)
    with transaction.atomic():
        group = _room_for(person, group_id)
        made = Collection.objects.create(
            owner=None if group else person,
            group=group,
            name=name,
            about=about,
            html=html,
            renderer=markdown.VERSION,
            is_public=is_public and not (group and group.is_private),
            created_at=now,
            changed_at=now,
            told_at=now,
        )
    log.info("%s made collection %d%s", person.handle, made.pk, f" of {group}" if group else "")
    return made


def _room_for(person: User, group_id: int | None) -> Group | None:
    """The group that is to have one more list, or nobody for a person's own. Raises `Refused`.

    One at a time for each of them, so that two at once do not both find room.
    """
    if group_id is None:
        User.objects.select_for_update().only("pk").get(pk=person.pk)
        if Collection.objects.filter(owner=person).count() >= MOST_COLLECTIONS:
            raise Refused(f"You have {MOST_COLLECTIONS} collections, which is as many as one can have.")
        return None
    group = Group.objects.select_for_update().filter(pk=group_id).first()
    if group is None or not belongs(person, group_id):
        raise Refused("There is no such group of yours.")
    if Collection.objects.filter(group=group).count() >= MOST_LISTS:
        raise Refused(f"{group.name} has {MOST_LISTS} lists, which is as many as a group can have.")
    return group


def change(
    *,
    person: User,
    collection_id: int,
    name: str,
    about: str = "",
    is_public: bool = False,
    now: datetime | None = None,
) -> Collection:
    """Rename and describe a collection, and say who sees it. Raises as `create` does."""
    now = now or timezone.now()
    name, about = _checked_name(name), checked_words(about, LONGEST_ABOUT, "A description")
    html = markdown.render(about)
    with transaction.atomic():
        collection = own(person, collection_id, now)
        is_public = is_public and not (collection.group and collection.group.is_private)
        if is_public:
            noted = () if collection.is_public else collection.places.exclude(note="")
            refuse_links_of_new(person, "".join([html, *(place.html for place in noted)]), now)
        collection.name, collection.about, collection.is_public = name, about, is_public
        collection.html, collection.renderer = html, markdown.VERSION
        collection.changed_at = now
        collection.save(update_fields=["name", "about", "html", "renderer", "is_public", "changed_at"])
        if not is_public:
            # Others who follow it would go on reading its name.
            collection.follows.exclude(follower__in=keepers(collection)).delete()
    log.info("%s changed collection %d%s", person.handle, collection.pk, ", public" if is_public else "")
    return collection


def delete(*, person: User, collection_id: int) -> None:
    """Delete a collection with its notes; the papers in it stay, of course. Raises `Refused`."""
    with transaction.atomic():
        collection = own(person, collection_id, timezone.now())
        if not may_delete(collection, person):
            raise Refused("Only administrators of the group delete its lists.")
        collection.delete()
    log.info("%s deleted collection %d", person.handle, collection_id)


def own(person: User, collection_id: int, now: datetime) -> Collection:
    """A collection that someone may change, locked until the transaction ends. Raises `Refused`."""
    require_active(person, now)
    told = "That was quick. Go on in a minute."
    allow("change collections", person, times=240, seconds=60, told=told)
    found = Collection.objects.select_for_update().filter(pk=collection_id).first()
    if found is None or not may_change(found, person):
        if found is not None:
            log.warning("%s tried to change collection %d of someone else", person.handle, collection_id)
        raise Refused("There is no such collection of yours.")
    return found


def refuse_links_of_new(person: User, html: str, now: datetime) -> None:
    """Raise `Refused` for links that others would see of someone whose links wait for a moderator."""
    if links_wait(person, now) and outside_links(html):
        raise Refused(
            "While an account is new, others see no links of it. Take them out, or keep the collection to "
            "yourself until then."
        )


def checked_words(text: str, most: int, what: str) -> str:
    """Words as they are kept, empty where they say nothing. Raises `Refused` for too many."""
    if len(text) > 2 * most or len(text := cleaned(text)) > most:
        raise Invalid(f"{what} can have {most:,} characters; this one is longer.")
    return "" if says_nothing(text) else text


def _checked_name(name: str) -> str:
    if len(name) > 4 * LONGEST_NAME or len(name := texts.line(name)) > LONGEST_NAME:
        raise Invalid(f"A name can have {LONGEST_NAME} characters; this one is longer.")
    if says_nothing(name):
        raise Invalid("Give the collection a name.")
    return name
