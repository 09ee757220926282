"""Subscribers are brought along as a list and taken away as one."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core import mail

from dailypapers.cli.subscriber import subscriber as command
from dailypapers.digests.actions.subscribe import end
from dailypapers.digests.models.subscriptions import Subscription
from tests.digests.subscribers import subscriber

pytestmark = pytest.mark.django_db

LIST = """email,frequency,hour,zone,fields,searches,papers
Ada@Example.org,weekly,6,Europe/Berlin,cs.CL|stat.ML,heat pumps|author:Lovelace,12
bob@example.org,,,,,,
bad,,,,,,
cem@example.org,hourly,,,,,
dee@example.org,daily,seven,,,,
"""


def run(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(command, words)
    return ended.exit_code, ended.output


def test_a_list_of_people_who_agreed_elsewhere_is_subscribed_and_nothing_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    assert run("import", str(file))[0] == 2
    assert not Subscription.objects.exists()
    code, told = run("import", str(file), "--consented-elsewhere", "the old list of 2019")
    assert code == 3
    assert "2 new, 0 known already" in told
    assert "Line 4: " in told
    assert "Line 6: " in told
    ada = Subscription.objects.get(key="ada@example.org")
    assert (ada.state, ada.frequency, ada.hour, ada.zone, ada.papers) == (
        "active",
        "weekly",
        6,
        "Europe/Berlin",
        12,
    )
    assert ada.fields == ["cs.CL", "stat.ML"]
    assert ada.searches == ["heat pumps", "author:Lovelace"]
    assert (ada.consented_where, ada.consented_at is not None) == ("the old list of 2019", True)
    assert mail.outbox == []
    again = run("import", str(file), "--consented-elsewhere", "again")[1]
    assert "0 new, 2 known already" in again


def test_who_ended_it_here_is_not_subscribed_again_by_a_list(tmp_path: Path) -> None:
    end(subscription=subscriber("ada"))
    file = tmp_path / "list.csv"
    file.write_text("email\nada@example.org\n")
    told = run("import", str(file), "--consented-elsewhere", "x")[1]
    assert "1 left out because they had unsubscribed" in told
    assert Subscription.objects.get().state == "ended"


def test_what_is_taken_away_comes_back_the_same(tmp_path: Path) -> None:
    subscriber("ada", fields=["cs.CL"], searches=["=heat"], papers=3, trending=False, zone="Asia/Tokyo")
    end(subscription=subscriber("bob"))
    subscriber("cem")
    Subscription.objects.filter(key__startswith="cem").update(state="unconfirmed")
    file = tmp_path / "out.csv"
    assert run("export", str(file)) == (0, f"2 subscribers are in {file}.\n")
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["email"] for row in rows] == ["ada@example.org", "bob@example.org"]
    assert rows[0]["searches"] == "'=heat"
    told = ("key", "state", "fields", "searches", "papers", "trending", "zone")
    before = list(Subscription.objects.exclude(state="unconfirmed").order_by("pk").values(*told))
    Subscription.objects.all().delete()
    assert run("import", str(file), "--consented-elsewhere", "here, before")[0] == 0
    after = list(Subscription.objects.order_by("pk").values(*told))
    assert after == before


def test_a_file_that_is_no_list_is_told(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name\nAda\n")
    assert "no column called email" in run("import", str(file), "--consented-elsewhere", "x")[1]
