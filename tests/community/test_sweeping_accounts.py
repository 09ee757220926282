"""Accounts that nobody ever confirmed go after a month; none that anyone used, made or vouched for."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from dailypapers.community.actions.bookmark import bookmark
from dailypapers.community.actions.create_person import create_person
from dailypapers.community.actions.invite import invite
from dailypapers.community.actions.sweep_unconfirmed import sweep
from dailypapers.community.actions.vote import vote
from dailypapers.community.models.former_handles import GoneHandle
from dailypapers.community.models.people import User
from tests.community.people import person
from tests.papers import hold, record

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=31)


def unconfirmed(handle: str, **fields: Any) -> User:
    made = person(handle, **({"joined": LONG_AGO} | fields))
    EmailAddress.objects.filter(user=made).update(verified=False)
    return made


def test_accounts_that_were_never_confirmed_go_after_thirty_days(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for n in range(3):
        unconfirmed(f"never{n}")
    unconfirmed("yesterday", joined=NOW - timedelta(days=29))
    person("confirmed", joined=LONG_AGO)
    assert sweep(NOW) == 3
    assert set(User.objects.values_list("handle", flat=True)) == {"yesterday", "confirmed"}
    assert caplog.messages == ["deleted 3 accounts whose address was never confirmed"]
    assert not GoneHandle.objects.exists(), "nobody saw their handles, so others may have them"
    assert sweep(NOW) == 0


def test_none_goes_that_was_used_or_made_by_others() -> None:
    (paper,) = hold(record(1))
    vote(person=unconfirmed("voted"), paper_id=paper.pk)
    User.objects.update(days_active=0)
    bookmark(person=unconfirmed("saved"), paper_id=paper.pk)
    invite(inviter=unconfirmed("invites"))
    SocialAccount.objects.create(user=unconfirmed("elsewhere"), provider="orcid", uid="1")
    unconfirmed("was-in", last_login=LONG_AGO)
    unconfirmed("was-active", days_active=1)
    unconfirmed("staff", is_staff=True)
    unconfirmed("moderator", is_moderator=True)
    unconfirmed("vouched-for", trust=1)
    made = create_person(email="made@example.org")
    User.objects.filter(pk=made.pk).update(joined_at=LONG_AGO, trust=0)
    two = unconfirmed("two-addresses")
    EmailAddress.objects.create(user=two, email="second@example.org", verified=True)
    single = User.objects.create(handle="the-owner", joined_at=LONG_AGO)
    before = User.objects.count()
    assert sweep(NOW) == 0
    assert User.objects.count() == before
    assert User.objects.filter(pk=single.pk).exists()


def test_it_costs_the_same_queries_for_many_as_for_one(django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(count: int) -> int:
        for n in range(count):
            unconfirmed(f"never-{count}-{n}")
        with CaptureQueriesContext(connection) as queries:
            assert sweep(NOW) == count
        return len(queries)

    assert asked(20) == asked(1)
