"""What a morning of digests takes: 100,000 subscribers in 20 time zones, 30 % with lists of their own.

    DAILYPAPERS_HOME=… python -m benchmarks.digests [--subscribers N] [--days N] [--sent N]

Works on a copy, in a folder of its own, of the database in DAILYPAPERS_HOME, with 10,000 people and 60,000
votes. 70 % of the subscribers take trending papers and one of 40 combinations of fields, 15 % up to three of
3,000 searches, 15 % what they follow (three people, a field and an author's name each). First all are due at
once and are composed and written down, on two days: on the second they have a past. Then some are sent to a
sink on this machine, by one process over one connection.
"""

import argparse
import logging
import os
import random
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.crowd import copied_home, vote
from benchmarks.mail_sink import mail_sink

NOW = datetime(2026, 5, 2, 20, tzinfo=UTC)
"""The day after the newest of the papers measured with."""
PEOPLE, VOTES, TOPICS = 10_000, 60_000, 3_000
ZONES = [
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
]
FIELDS = ("cs.CL", "cs.CV", "cs.LG", "cs.AI", "cs.RO", "math.CO", "hep-th", "quant-ph")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--sent", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=2)
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    os.environ["DAILYPAPERS_BASE_URL"] = "https://papers.example.org"
    with copied_home() as folder:
        _prepare(arguments.subscribers)
        _compose(arguments.days)
        _send(arguments.sent, folder, NOW + timedelta(days=arguments.days - 1))


def _prepare(count: int) -> None:
    from dailypapers.catalogue.models import Paper
    from dailypapers.community.models.follows import Follow, Topic, TopicPaper
    from dailypapers.community.models.people import User
    from dailypapers.digests.models.subscriptions import SubscribedTopic, Subscription
    from dailypapers.digests.schedule import next_due
    from dailypapers.ranking.refresh import refresh

    began = time.monotonic()
    chance = random.Random(7)  # noqa: S311 (a simulation)
    handles = [User(handle=f"p{n}", email=f"{n}@example.org", shows_votes=True) for n in range(PEOPLE)]
    User.objects.bulk_create(handles, batch_size=500)
    people = list(User.objects.order_by("pk").values_list("pk", flat=True))
    vote(VOTES, NOW, timedelta(days=40), 0)
    refresh(NOW)
    recent = Paper.objects.filter(day__gte=NOW.date() - timedelta(days=30))
    newest = [(pk, day) for pk, day in recent.values_list("pk", "day") if day is not None]
    Topic.objects.bulk_create(
        [Topic(kind="author" if n % 2 else "search", text=f"topic {n}", looked_at=NOW) for n in range(TOPICS)]
    )
    topics = list(Topic.objects.values_list("pk", "text", "kind"))
    TopicPaper.objects.bulk_create(
        (
            TopicPaper(topic_id=topic, paper_id=paper, day=day)
            for topic, _, _ in topics
            for paper, day in chance.sample(newest, 40)
        ),
        batch_size=5_000,
    )
    _follows(people, [pk for pk, _, kind in topics if kind == "author"], chance, Follow)
    begun = NOW - timedelta(days=1)
    rows = []
    for number in range(count):
        kind = number % 20
        own = kind in (17, 18, 19)
        one = Subscription(
            address=f"reader{number}@example.org",
            key=f"reader{number}@example.org",
            nonce=f"n{number}",
            state="active",
            created_at=begun,
            consented_at=begun,
            hour=chance.choice((6, 7, 8)),
            zone=ZONES[number % 20 if kind < 14 else chance.randrange(20)],
            person_id=people[number % PEOPLE] if own else None,
            follows=own,
            trending=True,
            fields=[FIELDS[number % 8], FIELDS[number % 5]] if kind % 2 and not own else [],
            searches=["x"] if kind in (14, 15, 16) else [],
        )
        one.next_due = next_due(one.schedule, begun).at
        rows.append(one)
    Subscription.objects.bulk_create(rows, batch_size=2_000)
    searching = Subscription.objects.exclude(searches=[]).values_list("pk", flat=True)
    found = [pk for pk, _, kind in topics if kind == "search"]
    SubscribedTopic.objects.bulk_create(
        (
            SubscribedTopic(subscription_id=pk, topic_id=topic)
            for pk in searching
            for topic in chance.sample(found, chance.randint(1, 3))
        ),
        batch_size=5_000,
    )
    print(f"prepared {count:,} subscribers in {time.monotonic() - began:.0f} s")


def _follows(people: list[int], authors: list[int], chance: random.Random, follow: type) -> None:
    rows = []
    for person in people:
        rows += [
            follow(follower_id=person, kind="person", person_id=other, created_at=NOW)
            for other in chance.sample(people, 3)
            if other != person
        ]
        rows.append(follow(follower_id=person, kind="field", field=chance.choice(FIELDS), created_at=NOW))
        rows.append(
            follow(follower_id=person, kind="author", topic_id=chance.choice(authors), created_at=NOW)
        )
    follow.objects.bulk_create(rows, batch_size=2_000, ignore_conflicts=True)  # type: ignore[attr-defined]


def _compose(days: int) -> None:
    from dailypapers.digests.actions.compose_due import compose_due
    from dailypapers.digests.models.issues import Delivery, Issue

    for day in range(days):
        began = time.monotonic()
        used = time.process_time()
        counts = compose_due(now=NOW + timedelta(days=day))
        took, used = time.monotonic() - began, time.process_time() - used
        print(
            f"day {day + 1}: {counts['due']:,} composed, {counts['empty']:,} too thin, of "
            f"{Issue.objects.count():,} issues so far, in {took:.0f} s ({used:.0f} s of one core), "
            f"at most {_memory():.0f} MB",
            flush=True,
        )
        # As sent, so that the next day's are not instead of them.
        if day < days - 1:
            Delivery.objects.filter(state="due").update(state="sent", next_try=None)


def _send(count: int, folder: Path, now: datetime) -> None:
    from django.conf import settings

    from dailypapers.digests.actions import send_due as sending
    from dailypapers.digests.models.issues import Delivery

    first = list(Delivery.objects.filter(state="due").order_by("pk").values_list("pk", flat=True)[:count])
    Delivery.objects.filter(state="due").exclude(pk__range=(first[0], first[-1])).update(state="empty")
    settings.DIGEST_RATE, settings.SENDS_DIGESTS = 0, True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_sink(folder) as (port, taken):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        began, used = time.monotonic(), time.process_time()
        counts = sending.send_due(now=now, longest=3_600)
        took, used = time.monotonic() - began, time.process_time() - used
        written = len(taken.read_text().splitlines())
    print(
        f"sent {counts['sent']:,} in {took:.0f} s: {counts['sent'] / took:.0f} a second "
        f"({used:.0f} s of one core), {written:,} taken by the sink, at most {_memory():.0f} MB"
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
