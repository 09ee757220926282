"""What the pages of groups and their lists take on a site with 1,000 groups and 30,000 collections.

    DAILYPAPERS_HOME=… python -m benchmarks.group_pages

Works on a copy, in a folder of its own, of the database in DAILYPAPERS_HOME, with the people and votes of
`benchmarks.crowd`. Half of the groups are private; two have 1,000 members, as many as one can have, the
others 20; each has ten lists. Everyone has two collections. Each collection and list holds 20 papers, half
of them of the 500 that are voted for most. The reader belongs to 20 groups and follows 50 organizations and
150 collections.
"""

import logging
import random
from datetime import UTC, datetime

from benchmarks.community import measured
from benchmarks.crowd import cast, copied_home

GROUPS, LISTS, SMALL, LARGE = 1_000, 10, 20, 1_000
OWN, PAPERS, LOOKED_AT = 2, 20, 500
SEED = 11


def main() -> None:
    """Print the table."""
    logging.disable(logging.INFO)
    with copied_home():
        now = datetime.now(UTC)
        cast(now)
        reader, addresses = gather(now)
        pages(reader, addresses)


def gather(now: datetime) -> tuple[str, list[tuple[str, str]]]:
    """Make the groups, lists and follows; gives the reader's handle, and the pages with what they are."""
    from django.db import connection, transaction

    from dailypapers.catalogue.models import Paper
    from dailypapers.community.models.collections import CollectedPaper, Collection
    from dailypapers.community.models.follows import Follow
    from dailypapers.community.models.groups import Group, GroupPaper, Membership
    from dailypapers.community.models.people import User

    chance = random.Random(SEED)  # noqa: S311 (a simulation)
    people = list(
        User.objects.filter(handle__startswith="person-").order_by("pk").values_list("pk", flat=True)
    )
    newest = Paper.objects.filter(day__isnull=False).order_by("-day", "pk")
    papers = list(newest.values_list("pk", flat=True)[:20_000])
    looked_at, reader = papers[:LOOKED_AT], people[1]
    kinds = (Group.Kind.PRIVATE, Group.Kind.ORGANIZATION)
    with transaction.atomic():
        groups = Group.objects.bulk_create(
            Group(kind=kinds[n % 2], slug=f"group-{n}", name=f"Group {n}", members=SMALL, created_at=now)
            for n in range(GROUPS)
        )
        belong = {(one.pk, who) for one in groups for who in chance.sample(people, SMALL)}
        belong |= {(one.pk, who) for one in groups[:2] for who in chance.sample(people, LARGE - 1)}
        belong |= {(one.pk, reader) for one in groups[:SMALL]}
        Membership.objects.bulk_create(
            (
                Membership(group_id=group, person_id=who, state=Membership.State.MEMBER, since=now)
                for group, who in sorted(belong)
            ),
            batch_size=500,
        )
        told = {"created_at": now, "changed_at": now, "told_at": now, "papers": PAPERS}
        own = [
            Collection(owner_id=who, name=f"Of {who}", is_public=not at, **told)
            for who in people
            for at in range(OWN)
        ]
        shared = [
            Collection(group=one, name=f"List {at}", is_public=bool(at % 2) and not one.is_private, **told)
            for one in groups
            for at in range(LISTS)
        ]
        made = Collection.objects.bulk_create([*own, *shared], batch_size=500)
        for collection in made:
            some = {*chance.sample(looked_at, PAPERS // 2), *chance.sample(papers, PAPERS)}
            CollectedPaper.objects.bulk_create(
                CollectedPaper(collection=collection, paper_id=paper, position=at, added_at=now)
                for at, paper in enumerate(list(some)[:PAPERS], 1)
            )
        GroupPaper.objects.bulk_create(
            GroupPaper(group=one, paper_id=paper, added_at=now, day=now.date())
            for one in groups[:4]
            for paper in looked_at[:100]
        )
        follows = [
            *(Follow(kind="organization", group=one) for one in groups[1:100:2]),
            *(Follow(kind="collection", collection=one) for one in made[:300:2]),
        ]
        for follow in follows:
            follow.follower_id, follow.created_at = reader, now
        Follow.objects.bulk_create(follows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    of_group = Collection.objects.filter(group=groups[2]).first()
    assert of_group is not None
    return User.objects.get(pk=reader).handle, [
        ("a private group of 20", groups[2].address),
        ("a private group of 1,000", groups[0].address),
        ("an organization of 20", groups[3].address),
        ("an organization of 1,000", groups[1].address),
        ("the lists of a group", f"{groups[2].address}/lists"),
        ("a list of a group", of_group.address),
        ("into which lists to put a paper", f"/saved/{looked_at[0]}"),
        ("what one follows", "/following"),
        ("trending", "/papers/trending"),
    ]


def pages(handle: str, addresses: list[tuple[str, str]]) -> None:
    """Print how long each page takes for a visitor, where there is one, and for the reader."""
    from django.conf import settings
    from django.test import Client

    from dailypapers.community.models.people import User

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    visitor, reader = Client(), Client()
    person = User.objects.get(handle=handle)
    reader.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    print(f"{'page':<34}{'visitor':>24}{'signed in':>24}")
    print(f"{'ms':<34}{'median':>8}{'p95':>8}{'CPU p95':>8}{'median':>8}{'p95':>8}{'CPU p95':>8}")
    for what, address in addresses:
        row = f"{what:<34}"
        for client in (visitor, reader):
            answer = client.get(address)
            if answer.status_code != 200:
                row += f"{f'answered {answer.status_code}':>24}"
                continue
            asked = measured(lambda client=client, address=address: client.get(address))  # type: ignore[misc]
            row += "".join(f"{one:>8.1f}" for one in asked)
        print(row, flush=True)


if __name__ == "__main__":
    main()
