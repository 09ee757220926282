"""The query language. Any text is a query: what cannot be read is told as a `Problem`, never raised.

    query     = part *(space part)
    part      = ["-"] (filter / phrase / word)
    filter    = key ":" (phrase / word)
    phrase    = '"' text '"'
    key       = author / field / venue / after / before / has / is / votes / like

`docs/query-language.md` shows it to readers.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from dailypapers.search.query import advice as advising
from dailypapers.search.query.model import Condition, ConditionKind, Problem, Query, Votes

LONGEST: Final = 2_000
"""Characters that are read of a query; a pasted abstract has fewer."""

MOST_WORDS: Final = 100
"""Words that are looked for; those after them are left out, and the reader is told."""

HAS: Final = ("code", "project", "model", "dataset", "pdf", "abstract")
IS: Final = ("withdrawn", "submitted")
KEYS: Final = ("author", "field", "venue", "after", "before", "has", "is", "votes", "like")

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | {"：": ":", "−": "-", "–": "-"})
_PART = re.compile(
    r'(?P<minus>-+)?(?:(?P<key>[A-Za-z]{2,10}):)?(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"]*))'
)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_VOTES = re.compile(r"(>=|<=|>|<|=)?(\d{1,9})", re.ASCII)
_LETTERS = re.compile(r"\w")


def parse_query(text: str) -> Query:
    """Read a query. Every text gives one; `problems` says what was not taken as it was written."""
    reading = _Reading()
    readable, whole = _read_of(text)
    if not whole:
        reading.problem("…", f"Only the first {LONGEST:,} characters were read.")
    written = parts(text)
    for matched in _parts(readable):
        reading.take(matched, written)
    reading.advise(written)
    return reading.query(" ".join(readable.split()))


def parts(text: str) -> tuple[str, ...]:
    """The words, phrases and filters that are read of a query, as they are written.

    Joined by spaces they are the same query.
    """
    return tuple(matched[0] for matched in _parts(_read_of(text)[0]))


def _read_of(text: str) -> tuple[str, bool]:
    """What is read of a text, and whether that is all of it."""
    readable = _readable(text)
    if len(readable) <= LONGEST:
        return readable, True
    return readable[:LONGEST].rpartition(" ")[0] or readable[:LONGEST], False


def _parts(readable: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(readable):
        if readable[at].isspace():
            at += 1
            continue
        matched = _PART.match(readable, at)
        if matched is None or matched.end() == at:
            at += 1
            continue
        yield matched
        at = matched.end()


def _readable(text: str) -> str:
    """The text without control characters, with plain quotes, colons and minus signs."""
    # Cut before normalising: one character can become eighteen. What stands between a letter and its accent
    # is taken out before too: what was read, read again, is the same.
    kept = "".join(
        letter if letter.isprintable() else " "
        for letter in text[: 4 * LONGEST]
        if letter.isspace() or unicodedata.category(letter) not in ("Cf", "Cs", "Co", "Cn")
    )
    return unicodedata.normalize("NFC", kept).translate(_QUOTES)


class _Reading:
    """What was read so far."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._phrases: list[str] = []
        self._without: list[str] = []
        self._like: list[str] = []
        self._conditions: list[Condition] = []
        self._problems: list[Problem] = []

    def problem(self, part: str, hint: str, mended: str = "") -> None:
        self._problems.append(Problem(part[:80], hint, mended))

    def advise(self, written: Sequence[str]) -> None:
        """Say what may be meant by parts that can be read."""
        days: dict[str, list[date]] = {"after": [], "before": []}
        for one in self._conditions:
            if one.kind in days and isinstance(one.value, date) and not one.negated:
                days[one.kind].append(one.value)
        advice = (
            advising.operators(written),
            advising.unquoted_author(written),
            advising.days_turned(
                written, max(days["after"], default=None), min(days["before"], default=None)
            ),
        )
        for told in advice:
            if told is not None:
                self.problem(told.part, told.hint, told.mended)

    def query(self, text: str) -> Query:
        """Everything read, with no more words than are looked for."""
        if len(self._words) > MOST_WORDS:
            self.problem("…", f"Only the first {MOST_WORDS} words were looked for.")
        if text and not (self._words or self._phrases or self._like or self._conditions or self._problems):
            left_out = "What is to be left out needs a word or a filter beside it that is looked for."
            self.problem(text, left_out if self._without else "There is no word in this to look for.")
        return Query(
            text=text,
            words=tuple(self._words[:MOST_WORDS]),
            phrases=tuple(self._phrases[:MOST_WORDS]),
            without=tuple(dict.fromkeys(self._without))[:MOST_WORDS],
            like=tuple(dict.fromkeys(self._like))[:MOST_WORDS],
            conditions=tuple(dict.fromkeys(self._conditions))[:MOST_WORDS],
            problems=tuple(dict.fromkeys(self._problems))[:10],
        )

    def take(self, matched: re.Match[str], written: Sequence[str]) -> None:
        """Read one part of those that are written."""
        is_phrase = matched["phrase"] is not None
        value = " ".join((matched["phrase"] if is_phrase else matched["word"]).split())
        negated = matched["minus"] is not None
        if is_phrase and not matched["end"]:
            self.problem(f'"{value}', 'A quote was opened and not closed; write "exact words" between two.')
        key = matched["key"]
        if key is not None and key.lower() in KEYS:
            self._take_filter(key.lower(), value, negated)
        elif key is not None and not is_phrase and value.startswith("//"):
            self._words.append(f"{key}:{value}")
        else:
            if key is not None:
                self._take_words(key, False, negated)
                if value:  # Titles have colons too ("BERT: a model"), with a space after them.
                    self.problem(
                        f"{key}:",
                        f"“{key}:” is no filter and was read as a word. {_known_filters()}",
                        advising.unknown_filter(written, key),
                    )
            self._take_words(value, is_phrase, negated)

    def _take_words(self, value: str, is_phrase: bool, negated: bool) -> None:
        if not _LETTERS.search(value):
            return
        if negated:
            self._without.append(value)
        elif is_phrase:
            self._phrases.append(value)
        else:
            self._words.append(value)

    def _take_filter(self, key: str, value: str, negated: bool) -> None:
        if not value:
            self.problem(f"{key}:", f"Nothing follows “{key}:”. {_EXAMPLES[key]}")
        elif key == "like":
            if negated:
                self.problem(
                    f"-like:{value}", "Papers unlike one cannot be asked for; “-like:” was left out."
                )
            else:
                self._like.append(value)
        else:
            read = _READERS[key](value)
            if read is None:
                self.problem(f"{key}:{value}", f"“{value[:40]}” cannot be used there. {_EXAMPLES[key]}")
            else:
                kind: ConditionKind = key  # type: ignore[assignment]
                self._conditions.append(Condition(kind, read, negated))


def _known_filters() -> str:
    return f"Filters are {', '.join(f'{key}:' for key in KEYS)}."


def _read_text(value: str) -> str | None:
    return value[:200] if _LETTERS.search(value) else None


def _read_day(value: str) -> date | None:
    matched = _DATE.fullmatch(value)
    if matched is None:
        return None
    year, month, day = (int(part) if part else 1 for part in matched.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_votes(value: str) -> Votes | None:
    matched = _VOTES.fullmatch(value)
    if matched is None:
        return None
    sign, number = matched[1] or ">=", int(matched[2])
    match sign:
        case ">":
            return Votes(least=number + 1)
        case ">=":
            return Votes(least=number)
        case "<":
            return Votes(most=number - 1)
        case "<=":
            return Votes(most=number)
    return Votes(number, number)


def _one_of(known: tuple[str, ...]) -> Callable[[str], str | None]:
    def read(value: str) -> str | None:
        return value.lower() if value.lower() in known else None

    return read


_READERS: Final[dict[str, Callable[[str], str | date | Votes | None]]] = {
    "author": _read_text,
    "field": _read_text,
    "venue": _read_text,
    "after": _read_day,
    "before": _read_day,
    "has": _one_of(HAS),
    "is": _one_of(IS),
    "votes": _read_votes,
}

_EXAMPLES: Final = {
    "author": 'Write author:curie or author:"Marie Curie".',
    "field": "Write field:cs.CL or field:cs.",
    "venue": "Write venue:ACL.",
    "after": "Write after:2025, after:2025-01 or after:2025-01-31.",
    "before": "Write before:2025, before:2025-01 or before:2025-01-31.",
    "has": f"Write {', '.join(f'has:{thing}' for thing in HAS)}.",
    "is": f"Write {', '.join(f'is:{thing}' for thing in IS)}.",
    "votes": "Write votes:>10, votes:<=3 or votes:5 (five or more).",
    "like": "Write like:2403.05530.",
}
