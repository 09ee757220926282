"""What the documents say is held to what the program does."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from dailypapers.cli.main import COMMANDS, dailypapers
from dailypapers.ingest.registry import all_sources
from dailypapers.ranking.signal import Signal
from dailypapers.ranking.signal_registry import all_signals
from dailypapers.search.query.parse import HAS, IS, KEYS, LONGEST, MOST_WORDS, parse_query
from dailypapers.site import environment
from dailypapers.site.urls import urlpatterns

ROOT = Path(__file__).resolve().parent.parent
DOCS = {path.name: path.read_text() for path in (ROOT / "docs").glob("*.md")}
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("setting", environment.ALL, ids=lambda setting: setting.name)
def test_every_setting_is_documented(setting: environment.Setting[object]) -> None:
    assert f"## `{setting.name}`\n\n{setting.help}" in DOCS["settings.md"]


def test_no_setting_is_documented_that_is_gone() -> None:
    told = set(re.findall(r"^## `(DAILYPAPERS_\w+)`", DOCS["settings.md"], re.MULTILINE))
    assert told == {setting.name for setting in environment.ALL}


@pytest.mark.parametrize("name", sorted(all_sources()))
def test_every_source_is_documented(name: str) -> None:
    assert re.search(rf"^## `?{name}`?\b", DOCS["sources.md"], re.MULTILINE)


@pytest.mark.parametrize("signal", all_signals(), ids=lambda signal: signal.name)
def test_every_signal_is_documented_with_its_weight(signal: Signal) -> None:
    assert f"\n### {signal.name}\n" in DOCS["ranking.md"]
    formula = DOCS["ranking.md"].split("    heat     = ")[1].splitlines()[0]
    assert f"{signal.weight} {signal.formula}" in formula


def test_every_address_is_documented() -> None:
    for pattern in urlpatterns:
        start = "/" + str(pattern.pattern).lstrip("^").split("<")[0].split("(")[0]
        assert start.rstrip("/") in DOCS["web.md"] or start == "/robots.txt", start


def _written(text: str) -> list[str]:
    """What stands there as something to type."""
    return [one for one in re.findall(r"`([^`]+)`", text) if not one.startswith("dailypapers ")]


EXAMPLES = _written(DOCS["query-language.md"])


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_query_language_is_read_without_a_problem(example: str) -> None:
    # What leaves words out stands there by itself, and is to be written beside others.
    query = parse_query(f"heat {example}" if example.startswith("-") else example)
    assert query.problems == ()
    assert not query.is_empty


def test_every_operator_of_the_query_language_has_an_example() -> None:
    read = [parse_query(example) for example in EXAMPLES]
    shown = {condition.kind for query in read for condition in query.conditions}
    assert {*shown, *("like" for query in read if query.like)} == set(KEYS)
    values = {(one.kind, one.value) for query in read for one in query.conditions}
    (things,) = [line for line in DOCS["query-language.md"].splitlines() if line.startswith("| `has:")]
    assert set(HAS) <= set(_written(things))
    assert all(("is", thing) in values for thing in IS)
    assert any(query.phrases for query in read)
    assert {" " in words for query in read for words in query.without} == {True, False}
    assert any(condition.negated for query in read for condition in query.conditions)
    assert f"first {LONGEST:,} characters and {MOST_WORDS} words" in DOCS["query-language.md"]


def _commands(text: str) -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(".venv/bin/dailypapers")]


@pytest.mark.parametrize("words", _commands(README), ids=" ".join)
def test_every_command_of_the_readme_exists_with_its_options(words: list[str]) -> None:
    command: click.Command = dailypapers
    context = click.Context(command)
    arguments = words[1:]
    while isinstance(command, click.Group):
        found = command.get_command(context, arguments.pop(0))
        assert found is not None, words
        command = found
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in arguments if word.startswith("--")} <= known


def test_every_command_has_help_and_stands_in_a_document() -> None:
    everything = README + "".join(DOCS.values())
    for name in COMMANDS:
        command = dailypapers.get_command(click.Context(dailypapers), name)
        assert command is not None
        assert command.help
        assert f"dailypapers {name}" in everything


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE), target


def test_the_sample_has_as_many_papers_as_the_readme_says() -> None:
    from dailypapers.ingest.bundled_sample import PATH

    dates = [json.loads(line)["date"] for line in PATH.read_text().splitlines()]
    # The lists of the sample's last month are there so that there are days to turn over.
    recent = sum(date >= "2026-04" for date in dates)
    assert len(dates) - recent >= 150
    assert f"{len(dates) - recent} well-known papers and {recent} of a recent month" in README


def test_the_python_version_is_the_same_everywhere() -> None:
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text()
    assert "Python 3.11" in README
    assert "(3, 11)" in (ROOT / "Makefile").read_text()
