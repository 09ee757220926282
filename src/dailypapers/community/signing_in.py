"""How allauth makes people here: who may join, under which handle, and by whose invitation."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dailypapers.community import handles, names, texts
from dailypapers.community.access import Refused
from dailypapers.community.actions.invite import accept, claim, open_invitation, take_up
from dailypapers.community.models.invitations import Invitation
from dailypapers.community.models.people import User

ORCID = "orcid"

INVITED_BY = "invitation"
"""Where the session keeps the token of the invitation that a visitor followed."""

log = logging.getLogger(__name__)


def _named(credentials: dict[str, Any]) -> str:
    """As whom someone tries to sign in, fit for a line of the log."""
    return "".join(filter(str.isprintable, str(credentials.get("email") or "")[:254]))


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's questions about accounts, answered as this site does."""

    waits_for_code = False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this visitor may join: everyone, the invited, or nobody."""
        if settings.ACCOUNTS == "open":
            return True
        return settings.ACCOUNTS == "invite" and _invitation(request) is not None

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """A handle from the name alone: one made from the address would tell half of it to everyone."""
        if not user.handle:
            # Before the code, a handle made from the name would tell that the account is new.
            user.handle = User.objects.with_free_handle("" if self.waits_for_code else user.name)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the name that was given at sign-up, and who invited."""
        user.name = texts.line(str(form.cleaned_data.get("name") or user.name))[:100]
        self.waits_for_code = True
        with _joining(request, user, commit=commit, waits=settings.SENDS_MAIL):
            super().save_user(request, user, form, commit=commit)
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails are from this site by its name, whatever host name the visitor asked for."""
        named = {"name": settings.SITE_NAME, "domain": settings.BASE_URL}
        super().send_mail(template_prefix, email, {**context, "current_site": named})

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The first address that is confirmed brings the handle, and takes the invitation up."""
        user = User.objects.get(pk=email_address.user_id)
        is_first = not EmailAddress.objects.filter(user=user, verified=True).exists()
        with transaction.atomic():
            if is_first and not take_up(person=user):
                raise _too_late(request)
            confirmed = bool(super().confirm_email(request, email_address))
            if not confirmed:
                transaction.set_rollback(True)
        if confirmed and is_first and user.name and handles.is_numbered_reader(user.handle):
            handle = User.objects.with_free_handle(user.name)
            User.objects.filter(pk=user.pk).update(handle=handle)
            email_address.user.handle = handle
        return confirmed

    def pre_login(self, request: HttpRequest, user: User, **told: Any) -> HttpResponse | None:
        """A code to sign in with, or for a new password, confirms an address too, and asks nobody before."""
        if user.joins_by_id is not None:
            is_confirmed = EmailAddress.objects.filter(user=user, verified=True).exists()
            if is_confirmed and not take_up(person=user):
                EmailAddress.objects.filter(user=user).update(verified=False)
                raise _too_late(request)
        response: HttpResponse | None = super().pre_login(request, user, **told)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A line for the operator also for the tries that are refused unseen, after the first few."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            log.warning(
                "a sign-in as %s was refused after many, from %s",
                _named(credentials),
                self.get_client_ip(request),
            )
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A line for the operator: many of these are someone guessing."""
        log.warning("a sign-in as %s failed, from %s", _named(credentials), self.get_client_ip(request))
        super().authentication_failed(request, **credentials)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Handles are written in small letters."""
        cleaned: str = super().clean_username(username.strip().lower(), shallow=shallow)
        return cleaned


class OtherSites(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth's questions about people who come from ORCID, GitHub, Google or a university."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """The name as the other site has it; its user name is not ours to give away."""
        user: User = super().populate_user(request, sociallogin, {**data, "username": ""})
        whole = data.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        name = texts.line(str(whole))[:100]
        user.name = "" if names.is_of_staff(name) or texts.holds_web_address(name) else name
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Keep who invited."""
        if sociallogin.account.provider == ORCID:
            sociallogin.user.orcid = sociallogin.account.uid
        with _joining(request, sociallogin.user):
            user: User = super().save_user(request, sociallogin, form)
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whoever signs in with ORCID has that ORCID."""
        if sociallogin.is_existing:
            _confirm_orcid(sociallogin.account)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        """The moment at which an account elsewhere has been connected."""
        _confirm_orcid(socialaccount)
        address: str = super().get_connect_redirect_url(request, socialaccount)
        return address

    def validate_disconnect(self, account: SocialAccount, accounts: Any) -> None:
        """An ORCID that is no longer connected is no longer confirmed."""
        super().validate_disconnect(account, accounts)
        if account.provider == ORCID:
            User.objects.filter(pk=account.user_id).update(orcid="")


def _too_late(request: HttpRequest) -> ImmediateHttpResponse:
    """What whoever joins by an invitation is answered that is gone when their address is confirmed."""
    clear_login(request)  # Else every page of signing in leads back to the code.
    messages.error(request, "The invitation was taken up or withdrawn meanwhile. Ask for another.")
    return ImmediateHttpResponse(redirect("account_signup"))


def _confirm_orcid(account: SocialAccount) -> None:
    if account.provider == ORCID:
        User.objects.filter(pk=account.user_id).exclude(orcid=account.uid).update(orcid=account.uid)


def _invitation(request: HttpRequest) -> Invitation | None:
    """The open invitation that the visitor followed in this session."""
    token = request.session.get(INVITED_BY)
    return open_invitation(token) if isinstance(token, str) else None


@contextmanager
def _joining(request: HttpRequest, user: User, *, commit: bool = True, waits: bool = False) -> Iterator[None]:
    """Save a new person together with the invitation it came by, or neither.

    Two may follow one link at the same moment; the second is told that joining is closed. With `waits` the
    invitation is taken up when the address is confirmed, by whoever does that first.
    """
    try:
        with transaction.atomic():
            is_new = user.pk is None
            yield
            if is_new and commit and user.pk is not None:
                token = request.session.get(INVITED_BY)
                take = claim if waits else accept
                came = isinstance(token, str) and take(token=token, person=user)
                if not came and settings.ACCOUNTS == "invite":
                    raise Refused("The invitation was taken up meanwhile.")
    except Refused:
        request.session.pop(INVITED_BY, None)
        raise ImmediateHttpResponse(redirect("account_signup")) from None
    if is_new and commit:
        request.session.pop(INVITED_BY, None)
