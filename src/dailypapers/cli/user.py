"""`dailypapers user`: accounts made and people invited by whoever runs the site."""

import sys

import click

from dailypapers.cli.main import start_django


@click.group()
def user() -> None:
    """Make accounts and invite people."""


@user.command()
@click.option("--email", required=True, help="The address to sign in with; it counts as confirmed.")
@click.option("--name", default="", help="The name shown with votes and comments.")
@click.option("--admin", is_flag=True, help="May do everything, the pages under /admin/ included.")
def create(email: str, name: str, admin: bool) -> None:
    """Make an account. Its password is asked for, twice; from a pipe, one line is read."""
    start_django()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from dailypapers.community.access import Refused
    from dailypapers.community.actions.create_person import create_person
    from dailypapers.community.models.people import User

    interactive = sys.stdin.isatty()
    password = (
        click.prompt("Password", hide_input=True, confirmation_prompt=True)
        if interactive
        else sys.stdin.readline().rstrip("\n")
    )
    try:
        if password:
            validate_password(password, User(email=email, name=name))
        person = create_person(email=email, name=name, password=password or None, is_admin=admin)
    except ValidationError as problem:
        raise click.ClickException(" ".join(problem.messages)) from None
    except Refused as problem:
        raise click.ClickException(str(problem)) from None
    without = "" if password else ", with no password: sign in with a code sent by mail"
    click.echo(f"Made {person.handle} ({person.email}){', an administrator' if admin else ''}{without}.")


@user.command()
@click.option("--email", default="", help="For whom it is, to tell invitations apart; nothing is sent.")
@click.option("--admin", is_flag=True, help="Whoever takes it up may do everything.")
def invite(email: str, admin: bool) -> None:
    """Print the link of a new invitation, good for one person and two weeks."""
    start_django()
    from django.conf import settings

    from dailypapers.community.actions.invite import invite as make

    if settings.ACCOUNTS != "invite":
        raise click.ClickException(
            "People join by invitation where DAILYPAPERS_ACCOUNTS is invite; "
            f"here it is {settings.ACCOUNTS}. See docs/settings.md."
        )
    _, token = make(inviter=None, email=email, is_admin=admin)
    click.echo(f"{settings.BASE_URL or 'http://127.0.0.1:8000'}/invitations/{token}")


@user.command()
@click.argument("handle")
@click.option("--remove", is_flag=True, help="Make them a moderator no more.")
@click.option("--reason", default="Decided by the operator", help="Why; it stands in the public log.")
def moderator(handle: str, remove: bool, reason: str) -> None:
    """Make the person with HANDLE a moderator."""
    start_django()
    from dailypapers.community.access import Refused
    from dailypapers.community.actions.moderate_person import appoint

    try:
        person = appoint(handle=handle, by=None, moderates=not remove, reason=reason)
    except Refused as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{person.handle} is {'no moderator any more' if remove else 'a moderator'}.")
