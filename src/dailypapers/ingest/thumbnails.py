"""The first page of a paper as a picture, where it may be fetched: `<paper id>.webp` in a folder.

A paper that will not have one gets `<paper id>.none` beside it, with the reason, and is left alone for
a month.
"""

import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dailypapers.catalogue import bounded_program
from dailypapers.catalogue.bounded_program import Bounds
from dailypapers.ingest.addresses import NotPublic, TookTooLong
from dailypapers.ingest.http import Http, HttpFailure, TooLarge

LARGEST_PDF: Final = 40 * 2**20
"""Bytes of one PDF: ten times the size of a usual paper with many figures."""
WIDEST: Final = 2_000
TIME_LIMIT: Final = 25.0
REST: Final = 30 * 86_400
"""Seconds for which a paper whose first page could not be had is left alone."""

BOUNDS: Final = Bounds(memory=1 << 30, processor_seconds=15, largest_file=1 << 20)
"""What the renderer may take."""

_PROGRAM = Path(__file__).with_name("first_page.py")
_OPEN_ADDRESS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses/(?:by|by-sa)|publicdomain/(?:zero|mark))(?:/.*)?",
    re.IGNORECASE,
)
_OPEN_NAME = re.compile(
    r"(?:cc|creative commons)(?: license)? (?:by|attribution)(?: sa| share ?alike)?(?: \d(?: \d)?)?"
    r"(?: (?:international|unported|generic|license|licence|intl?))*"
    r"|(?:cc ?0|cc zero|creative commons zero)(?: \d \d)?(?: (?:universal|public domain dedication|ng))*"
    r"|(?:public domain|pd|publicdomain)(?: mark)?(?: \d \d)?"
)


class ThumbnailFailure(Exception):
    """A PDF whose first page cannot be rendered; says why."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may get a picture: its number in the catalogue, where its PDF is, under which licence."""

    paper: int
    pdf: str
    licence: str = ""


@dataclass(slots=True)
class Counts:
    """What became of the candidates. `made` and both kinds of failure were tried, the others were not."""

    made: int = 0
    held: int = 0
    not_licensed: int = 0
    resting: int = 0
    failed_for_now: int = 0
    failed_for_good: int = 0

    @property
    def tried(self) -> int:
        """How many were fetched, or tried to be."""
        return self.made + self.failed_for_now + self.failed_for_good

    def __str__(self) -> str:
        return (
            f"{self.made} first pages rendered, {self.failed_for_now} failed for now, "
            f"{self.failed_for_good} for good; {self.held} already held, "
            f"{self.not_licensed} not licensed, "
            f"{self.resting} left alone after an earlier failure"
        )


def may_fetch(licence: str, policy: str) -> bool:
    """Whether a paper's pages may be shown: always with `all`, never with `none`, if free with `open`.

    Free are CC BY, CC BY-SA, CC0 and the public domain, as an address or by name; licences that forbid
    commercial use or changes are not, nor is one we cannot read. Raises `ValueError` for another policy.
    """
    match policy:
        case "all":
            return True
        case "none":
            return False
        case "open":
            words = " ".join(re.sub(r"[^a-z0-9]+", " ", licence.casefold()).split())
            return bool(_OPEN_ADDRESS.fullmatch(licence.strip()) or _OPEN_NAME.fullmatch(words))
    raise ValueError(f"thumbnail policy {policy!r}: expected open, all or none")


def render_first_page(pdf: bytes, width: int = 320, time_limit: float = TIME_LIMIT) -> bytes:
    """The first page as a WebP picture `width` pixels wide.

    It is rendered in another process with limits on time, memory and output, because a PDF from outside
    can crash its reader. Raises `ThumbnailFailure`.
    """
    if not 16 <= width <= WIDEST:
        raise ValueError(f"width {width}: expected 16 to {WIDEST} pixels")
    if len(pdf) > LARGEST_PDF:
        raise ThumbnailFailure(f"PDF of {len(pdf)} bytes (at most {LARGEST_PDF})")
    if b"%PDF-" not in pdf[:1024]:
        raise ThumbnailFailure("not a PDF")
    ended = bounded_program.run(_PROGRAM, [str(width)], BOUNDS, time_limit=time_limit, given=pdf)
    if ended.status is None:
        raise ThumbnailFailure(f"rendering took more than {time_limit:g} s")
    if ended.status < 0:
        raise ThumbnailFailure(f"the renderer was killed by signal {-ended.status}")
    if ended.status:
        raise ThumbnailFailure(ended.reason[:300] or f"the renderer ended with {ended.status}")
    picture = ended.said
    if picture[:4] != b"RIFF" or picture[8:12] != b"WEBP":
        raise ThumbnailFailure("the renderer gave no picture")
    return picture


def make_thumbnails(
    papers: Iterable[Candidate], http: Http, folder: Path, limit: int, policy: str = "open"
) -> Counts:
    """Fetch and render first pages until `limit` papers were tried; what is held is passed over.

    `http` must be made with `addresses.CheckedTransport`, for the links come from outside. May be
    killed and started again at any moment: a picture is there whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = Counts()
    for candidate in papers:
        if counts.tried >= limit:
            break
        picture, marker = folder / f"{candidate.paper}.webp", folder / f"{candidate.paper}.none"
        if picture.exists():
            counts.held += 1
        elif not may_fetch(candidate.licence, policy):
            counts.not_licensed += 1
        elif _is_resting(marker):
            counts.resting += 1
        else:
            _make(candidate, http, picture, marker, counts)
    return counts


def _make(candidate: Candidate, http: Http, picture: Path, marker: Path, counts: Counts) -> None:
    try:
        pdf = http.get(candidate.pdf, accept="application/pdf", largest=LARGEST_PDF)
        made = render_first_page(pdf)
    except ThumbnailFailure as failure:
        reason = str(failure)
    except HttpFailure as failure:
        if not _is_for_good(failure):
            counts.failed_for_now += 1
            return
        reason = str(failure)
    else:
        _write(picture, made)
        marker.unlink(missing_ok=True)
        counts.made += 1
        return
    _write(marker, f"{candidate.pdf}\n{reason}\n".encode(errors="replace"))
    counts.failed_for_good += 1


def _is_for_good(failure: HttpFailure) -> bool:
    """Whether the same request would fail tomorrow: it is not there, not allowed, or too large."""
    gone = 400 <= failure.status < 500 and failure.status not in (408, 425, 429)
    return gone or isinstance(failure, TooLarge) or isinstance(failure.__cause__, NotPublic | TookTooLong)


def _is_resting(marker: Path) -> bool:
    try:
        return time.time() - marker.stat().st_mtime < REST
    except FileNotFoundError:
        return False


def _write(path: Path, content: bytes) -> None:
    """Put the file in its place in one step."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
