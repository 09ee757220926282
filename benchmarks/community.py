"""What people wait for on a site with 270,717 papers, 10,000 people and 1,000,000 votes.

    python -m benchmarks.community [--seconds N]

Works on a copy, in a folder of its own, of the database in DAILYPAPERS_HOME (`benchmarks.file_load --keep
FOLDER` makes one), with the people of `benchmarks.crowd` and a discussion of 60 comments. First every page is
asked for 60 times through Django's whole stack, by a visitor and by a person who is signed in, has voted for
300 papers and written comments. Then 300 votes are cast with the button, and taken back: the time is until
the answer that shows the new count. Last, 50 people vote, take back and comment at once over loopback, for a
minute, with `dailypapers up` serving; what they were told is compared with what is kept.
"""

import argparse
import http.client
import logging
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from benchmarks.crowd import cast, copied_home
from benchmarks.serving import running

ROUNDS = 60
CAST = 300
AT_ONCE = 50
PAUSE = 1.0
"""Seconds between what one of the people does and the next: more than one vote a second is refused."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    with copied_home() as folder:
        from dailypapers.ranking.refresh import refresh

        now = datetime.now(UTC)
        cast(now)
        refresh(now)
        discussed, address = discuss(now)
        pages(address)
        votes()
        at_once(arguments.seconds, discussed, str(folder))


def discuss(now: datetime) -> tuple[int, str]:
    """Sixty comments on a paper; gives its key and its page."""
    from dailypapers.catalogue.models import Paper
    from dailypapers.community.actions import comment
    from dailypapers.community.models.people import User
    from dailypapers.presentation.addresses import address_of

    User.objects.update(joined_at=now - timedelta(days=400))
    paper = Paper.objects.filter(day__isnull=False).order_by("-day", "pk")[0]
    parents: list[int | None] = [None]
    for number, person in enumerate(User.objects.filter(handle__startswith="person-").order_by("pk")[:60]):
        body = f"Remark {number}: the bound of $O(n^{{{number}}})$ holds *only* for `x`, as said before."
        parent = parents[number // 3] if number % 2 else None
        written = comment.write(person=person, paper_id=paper.pk, body=body, answers=parent)
        parents.append(written.pk)
    return paper.pk, address_of(paper.handle)


def pages(discussion: str) -> None:
    """Print how long each page takes, for a visitor and for someone who is signed in."""
    from django.conf import settings
    from django.test import Client

    from dailypapers.community.models.people import User

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    visitor, reader = Client(), Client()
    person = User.objects.get(handle="person-1")
    reader.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    addresses = (
        "/",
        "/papers/date/2026-04-15",
        "/papers/week/2026-W16?field=cs",
        "/papers/month/2026-04",
        "/papers/month/2026-04?order=votes",
        "/papers/trending",
        "/papers/2604.04913",
        discussion,
        "/people/person-1",
        "/notifications",
    )
    print(f"{'page':<46}{'visitor':>24}{'signed in':>24}")
    print(f"{'ms':<46}{'median':>8}{'p95':>8}{'CPU p95':>8}{'median':>8}{'p95':>8}{'CPU p95':>8}")
    for address in addresses:
        row = f"{address:<46}"
        for client in (visitor, reader):
            answer = client.get(address)
            if answer.status_code != 200:
                row += f"{f'answered {answer.status_code}':>24}"
                continue
            asked = measured(lambda client=client, address=address: client.get(address))  # type: ignore[misc]
            row += "".join(f"{one:>8.1f}" for one in asked)
        print(row, flush=True)


def measured(ask: Callable[[], object]) -> tuple[float, float, float]:
    """The median, the 95th percentile and that of the processor time, in milliseconds."""
    wall, worked = [], []
    for _ in range(ROUNDS):
        started, began = time.perf_counter(), time.process_time()
        ask()
        wall.append(1000 * (time.perf_counter() - started))
        worked.append(1000 * (time.process_time() - began))
    return (
        statistics.median(wall),
        statistics.quantiles(wall, n=20)[-1],
        statistics.quantiles(worked, n=20)[-1],
    )


def votes() -> None:
    """Print how long a vote takes until the new count is shown."""
    from django.conf import settings
    from django.core.cache import cache
    from django.test import Client

    from dailypapers.community.models.people import User
    from dailypapers.ranking.models import Score

    client, shown = Client(), {"HX-Request": "true"}
    person = User.objects.get(handle="person-2")
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    mine = set(person.votes.values_list("paper_id", flat=True))
    some = Score.objects.exclude(pk__in=mine).order_by("-trending").values_list("pk", flat=True)
    spent: dict[str, list[float]] = {"cast": [], "taken back": []}
    for paper in some[:CAST]:
        for name, data in (("cast", {}), ("taken back", {"back": "1"})):
            cache.clear()  # The limit of sixty a minute is not what is measured.
            started = time.perf_counter()
            answer = client.post(f"/votes/{paper}", data, headers=shown)
            spent[name].append(1000 * (time.perf_counter() - started))
            if answer.status_code != 200 or not answer.content:
                raise RuntimeError(f"a vote was answered {answer.status_code}")
    for name, taken in spent.items():
        figures = (statistics.median(taken), statistics.quantiles(taken, n=20)[-1], max(taken))
        print(f"a vote {name} and shown: median, p95, most {', '.join(f'{one:.1f}' for one in figures)} ms")


class Busy:
    """One of the people: votes, takes back and comments, and remembers what was answered."""

    def __init__(self, number: int, session: str, person: int) -> None:
        self.number, self.session, self.person = number, session, person
        self.votes: dict[int, bool] = {}
        self.said: list[str] = []
        self.answers: Counter[int] = Counter()
        self.milliseconds: list[float] = []

    def run(self, port: int, papers: list[int], discussed: int, until: float) -> None:
        """Go on until then."""
        draw = random.Random(self.number)  # noqa: S311
        token = f"{self.number:032d}"
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={token}",
            "X-CSRFToken": token,
            "X-Forwarded-For": f"198.51.{self.number}.7",
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < until:
            paper, comments = draw.choice(papers), draw.random() < 0.3
            if comments:
                words = f"Remark {len(self.said)} of {self.number}, at once."
                address, form = f"/comments/on/{discussed}", {"body": words}
            else:
                back = self.votes.get(paper, False)
                address, form = f"/votes/{paper}", {"back": "1"} if back else {}
            started = time.perf_counter()
            connection.request("POST", address, urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            self.milliseconds.append(1000 * (time.perf_counter() - started))
            self.answers[answer.status] += 1
            if answer.status < 400:
                if comments:
                    self.said.append(words)
                else:
                    self.votes[paper] = not back
            time.sleep(PAUSE * (0.5 + draw.random()))
        connection.close()


def at_once(seconds: float, discussed: int, folder: str) -> None:
    """Print what fifty people at once were answered, and whether all of it is kept, once."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from dailypapers.community.models.comments import Comment
    from dailypapers.community.models.people import User
    from dailypapers.community.models.votes import Vote, VoteCount
    from dailypapers.ranking.models import Score

    everyone: list[Busy] = []
    people = list(User.objects.filter(handle__startswith="person-").order_by("-pk")[:AT_ONCE])
    for number, person in enumerate(people):
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        everyone.append(Busy(number, str(session.session_key), person.pk))
    papers = list(Score.objects.order_by("-trending").values_list("pk", flat=True)[:20])
    Vote.objects.filter(person__in=people, paper__in=papers).delete()
    for paper in papers:
        count = Vote.objects.filter(paper=paper, held="").count()
        VoteCount.objects.filter(paper=paper).update(votes=count)
    connections.close_all()
    with running("--no-worker", DAILYPAPERS_PROXIES="1", DAILYPAPERS_HOME=folder) as site:
        site.wait()
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for one in everyone:
                pool.submit(one.run, site.port, papers, discussed, until)
    answers = sum((one.answers for one in everyone), Counter[int]())
    spent = sorted(ms for one in everyone for ms in one.milliseconds)
    print(f"{AT_ONCE} people for {seconds:g} s: answers {dict(answers)}")
    figures = (statistics.median(spent), spent[int(0.95 * len(spent))], spent[-1])
    print(f"median, p95, most {', '.join(f'{one:.0f}' for one in figures)} ms")
    kept = set(Vote.objects.filter(person__in=people, paper__in=papers).values_list("person_id", "paper_id"))
    told = {(one.person, paper) for one in everyone for paper, is_cast in one.votes.items() if is_cast}
    counted = sum(
        VoteCount.objects.filter(paper=paper, votes=Vote.objects.filter(paper=paper, held="").count()).count()
        for paper in papers
    )
    print(f"votes told {len(told)}, kept {len(kept)}, the same {kept == told}")
    print(f"counts right {counted} of {len(papers)}")
    written = Counter(
        Comment.objects.filter(author__in=people, body__endswith="at once.").values_list("body", flat=True)
    )
    said = Counter(words for one in everyone for words in one.said)
    print(f"comments told {said.total()}, kept {written.total()}, the same {written == said}")


if __name__ == "__main__":
    main()
