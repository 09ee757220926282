"""Who has joined: people whom others can find."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db.models import Exists, OuterRef, QuerySet

from dailypapers.community.models.people import User


def joined() -> QuerySet[User]:
    """Active accounts, without those that still wait for the code sent to their address.

    Were these found, signing up with someone's address would tell whether it has an account. Accounts that
    the operator made, owners of single sites and people who came from another site need no code.
    """
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    waits = Exists(addresses.filter(verified=False)) & ~Exists(addresses.filter(verified=True))
    elsewhere = Exists(SocialAccount.objects.filter(user=OuterRef("pk")))
    return User.objects.filter(is_active=True).exclude(waits & ~elsewhere)
