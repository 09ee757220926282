"""What a subscriber can choose, checked."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dailypapers.community import texts
from dailypapers.community.access import Invalid
from dailypapers.community.comment_text import says_nothing
from dailypapers.community.models.follows import LONGEST_TEXT
from dailypapers.digests.schedule import Frequency
from dailypapers.presentation.fields import is_field

MOST_PAPERS = 50
MOST_FIELDS = 20
MOST_SEARCHES = 10


@dataclass(frozen=True, slots=True)
class Choices:
    """How often, when and what."""

    frequency: str = "daily"
    weekday: int = 0
    hour: int = 7
    zone: str = "UTC"
    trending: bool = True
    follows: bool = False
    fields: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    papers: int = 10
    least_votes: int = 0
    least_papers: int = 1


def checked(told: Choices, *, has_account: bool) -> Choices:
    """The choices as they are kept. Raises `Invalid`, with words for whoever chose."""
    if told.frequency not in set(Frequency):
        raise Invalid("A digest comes daily, on weekdays, weekly or monthly.")
    if not (0 <= told.hour <= 23 and 0 <= told.weekday <= 6):
        raise Invalid("Hours are written from 0 to 23, and weekdays from 0 (Monday) to 6.")
    try:
        ZoneInfo(told.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("There is no such time zone. They are written as Europe/Berlin.") from None
    if not 1 <= told.papers <= MOST_PAPERS or not 1 <= told.least_papers <= told.papers:
        raise Invalid(f"A digest has up to {MOST_PAPERS} papers, and can wait for as many as it has.")
    if not 0 <= told.least_votes <= 1_000_000:
        raise Invalid("Votes are counted from 0.")
    fields = tuple(dict.fromkeys(told.fields))
    if len(fields) > MOST_FIELDS or not all(map(is_field, fields)):
        raise Invalid(f"Fields are written as arXiv does (cs.CL, stat.ML, hep-th), up to {MOST_FIELDS}.")
    searches = tuple(dict.fromkeys(map(_search, told.searches)))
    if len(searches) > MOST_SEARCHES:
        raise Invalid(f"A digest can have {MOST_SEARCHES} searches.")
    follows = told.follows and has_account
    if not (told.trending or follows or fields or searches):
        raise Invalid("Choose at least one list to be sent.")
    return Choices(
        told.frequency,
        told.weekday,
        told.hour,
        told.zone,
        told.trending,
        follows,
        fields,
        searches,
        told.papers,
        told.least_votes,
        told.least_papers,
    )


def _search(text: str) -> str:
    line = texts.line(text[: 4 * LONGEST_TEXT])
    if len(line) > LONGEST_TEXT or says_nothing(line):
        raise Invalid(f"A search can have {LONGEST_TEXT} characters, and must ask for something.")
    return line
