"""The `dailypapers` command. Each command group is one file, loaded only when it is called."""

import importlib
import os
import sys

import click

COMMANDS = {
    "digest": "dailypapers.cli.digest:digest",
    "doctor": "dailypapers.cli.doctor:doctor",
    "evaluate": "dailypapers.cli.evaluate:evaluate",
    "index": "dailypapers.cli.index:index",
    "ingest": "dailypapers.cli.ingest:ingest",
    "mcp": "dailypapers.cli.mcp:mcp",
    "paper": "dailypapers.cli.paper:paper",
    "search": "dailypapers.cli.search:search",
    "subscriber": "dailypapers.cli.subscriber:subscriber",
    "up": "dailypapers.cli.up:up",
    "user": "dailypapers.cli.user:user",
}
"""Every command and where it is. Loading all of them would make `--help` wait for Django."""

INTERRUPTED = 130
"""The exit code of a command that was interrupted, as shells expect it."""


class _Commands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dailypapers")
def dailypapers() -> None:
    """A self-hosted daily front page of new research."""


def start_django(*, migrated: bool = True) -> None:
    """Load the site, and bring its tables up to date unless told not to.

    Ends the program with a message when a setting is wrong.
    """
    import django
    from django.core.exceptions import ImproperlyConfigured

    from dailypapers.site.environment import WrongSetting

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
    try:
        django.setup()
    except (WrongSetting, ImproperlyConfigured) as problem:
        raise click.ClickException(f"{problem}. See docs/settings.md.") from None
    if migrated:
        from django.db import DatabaseError

        try:
            _bring_tables_up_to_date()
        except (DatabaseError, ImproperlyConfigured) as problem:
            raise database_problem(problem) from None


def database_problem(problem: Exception) -> click.ClickException:
    """What is wrong with the database, which database that is, and what to do; without its password."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    reason = " ".join(str(problem).split()) or type(problem).__name__
    if "sqlite" in database["ENGINE"]:
        where = str(database["NAME"])
        to_do = "Put back a copy of it, or move it away to begin anew"
        if "malformed" not in reason and "not a database" not in reason:
            to_do = "See that it can be written to and that its disk is not full"
    else:
        host, port = database.get("HOST") or "this machine", database.get("PORT") or 5432
        where = f"{database['NAME']} on {host} port {port}"
        to_do = "See that it runs and that DAILYPAPERS_DATABASE_URL is right"
    return click.ClickException(f"The database {where} cannot be used: {reason}. {to_do}.")


def _bring_tables_up_to_date() -> None:
    """Run the migrations that are still to run, on SQLite all of them or none.

    Django writes down that a migration ran after it was committed: a kill between the two would leave
    tables that every later run tries to make again. In one transaction there is no between, and a
    second process waits for the first.
    """
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if connection.vendor != "sqlite":
        call_command("migrate", verbosity=0, interactive=False)
        return
    # Tables cannot be remade while SQLite checks foreign keys, and it cannot stop within a transaction.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.enable_constraint_checking()


def main() -> None:
    """Run the command line; an interruption ends it quietly, with what to do next."""
    try:
        # Without standalone mode the exit code that a command asked for is what comes back.
        sys.exit(dailypapers.main(standalone_mode=False))
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted. What was written stays; the same command goes on from here.", err=True)
        sys.exit(INTERRUPTED)
    except Exception as problem:
        # Loaded only where a command came so far that it can have happened.
        errors = sys.modules.get("django.db.utils")
        if errors is None or not isinstance(problem, errors.DatabaseError):
            raise
        told = database_problem(problem)
        told.show()
        sys.exit(told.exit_code)
