"""Where pictures and videos lie, and how they are made anew: by programs of their own, within bounds.

`media/` of the home folder has `<name>.webp` (a picture, or what a video begins with), `<name>-cover.webp`
(the same, small) and `<name>.mp4`; `media/incoming/` has videos that wait. What came in is deleted once it
is made anew, or cannot be.
"""

import json
import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

from django.conf import settings

from dailypapers.catalogue import bounded_program
from dailypapers.catalogue.bounded_program import Bounds
from dailypapers.community.access import Invalid, Refused
from dailypapers.community.models.media import Medium

log = logging.getLogger(__name__)

MOST: Final = 4
"""Pictures and videos of one submission."""
LARGEST_PICTURE: Final = 12 * 2**20
LARGEST_VIDEO: Final = 50 * 2**20
LONGEST_VIDEO: Final = 60.0
"""Seconds; `remake_video.py`, which is run by itself, has the same."""
PICTURE_TIME: Final = 15.0
LOOK_TIME: Final = 15.0
VIDEO_TIME: Final = 300.0
"""Seconds to make a video anew: one of a minute in 1080p takes 50 on a slow core."""
ROOM_LEFT: Final = 2**30
"""Bytes of the disk that are left to everything else."""
MOST_WAITING: Final = 30
"""Videos that wait at once."""
STALE: Final = 60 * 60
"""Seconds after which a file that no row names is thrown away."""

AT_ONCE: Final = 2
"""Programs that one process runs at once: each may take a gigabyte."""

_room = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class _Program:
    """What makes files of one kind anew, and what it may take."""

    path: Path
    bounds: Bounds


_PICTURE_PROGRAM = _Program(
    Path(__file__).with_name("remake_picture.py"),
    Bounds(memory=1 << 30, processor_seconds=20, largest_file=8 << 20),
)
_VIDEO_PROGRAM = _Program(
    Path(__file__).with_name("remake_video.py"),
    Bounds(memory=2 << 30, processor_seconds=500, largest_file=48 << 20),
)
_ENDINGS = (".webp", "-cover.webp", ".mp4")


class Upload(Protocol):
    """A file as it came with a form."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Its bytes, in pieces."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was taken: a picture made anew, or a video that waits."""

    name: str
    kind: Medium.Kind
    width: int = 0
    height: int = 0
    seconds: float = 0.0


class CannotMake(Exception):
    """A file that cannot be made anew; the text says why, to be put after "its name: "."""


def folder() -> Path:
    """Where files that are shown lie; made if there is none."""
    path = Path(settings.HOME) / "media"
    path.mkdir(parents=True, exist_ok=True)
    return path


def incoming() -> Path:
    """Where videos wait."""
    path = folder() / "incoming"
    path.mkdir(exist_ok=True)
    return path


def takes_videos() -> bool:
    """Whether what videos need is installed (the `video` extra)."""
    return find_spec("av") is not None


def prepare(uploads: Sequence[Upload], *, videos: bool = True) -> list[Prepared]:
    """Take files that came with a form: pictures are made anew at once, videos looked at and kept to be.

    Without `videos` only pictures are taken. Raises `Refused` with the first that cannot be taken, and keeps
    none then.
    """
    if len(uploads) > MOST:
        raise Invalid(f"A submission has up to {MOST} pictures and videos; these are {len(uploads)}.")
    if uploads and shutil.disk_usage(folder()).free < ROOM_LEFT:
        log.warning("less than %d MB are free for pictures and videos", ROOM_LEFT >> 20)
        raise Refused("This site has no room for pictures and videos at the moment. Submit without them.")
    done: list[Prepared] = []
    try:
        done.extend(_prepared(upload, videos=videos) for upload in uploads)
    except CannotMake as problem:
        discard([one.name for one in done])
        raise Invalid(str(problem)) from None
    except BaseException:
        discard([one.name for one in done])
        raise
    return done


def _prepared(upload: Upload, *, videos: bool) -> Prepared:
    shown = (upload.name or "A file")[:60]
    name = secrets.token_hex(10)
    raw = incoming() / name
    try:
        start = _kept(upload, raw)
        if _is_video(start):
            if not takes_videos():
                raise CannotMake("this site takes pictures only, no videos")
            if not videos:
                raise CannotMake("new accounts add pictures only, no videos")
            if Medium.objects.filter(state=Medium.State.WAITING).count() >= MOST_WAITING:
                raise CannotMake("many videos wait to be made; try again in an hour")
            told = _run(_VIDEO_PROGRAM, ["look", str(raw)], LOOK_TIME)
            return Prepared(name, Medium.Kind.VIDEO, told["width"], told["height"], told["seconds"])
        if raw.stat().st_size > LARGEST_PICTURE:
            raise CannotMake(f"it is larger than {LARGEST_PICTURE >> 20} MB")
        made = _run(_PICTURE_PROGRAM, [str(raw), *_temporary(name, ".webp", "-cover.webp")], PICTURE_TIME)
        _put_in_place(name, ".webp", "-cover.webp")
        raw.unlink()
        return Prepared(name, Medium.Kind.PICTURE, made["width"], made["height"])
    except CannotMake as problem:
        discard([name])
        raise CannotMake(f"{shown} was not taken: {problem}.") from None
    except BaseException:
        discard([name])
        raise


def _kept(upload: Upload, path: Path) -> bytes:
    """Write what was uploaded, no more than is taken of anything; gives its first bytes."""
    start, size = b"", 0
    with path.open("xb") as file:
        for chunk in upload.chunks():
            start = start or chunk[:16]
            size += len(chunk)
            if size > LARGEST_VIDEO:
                raise CannotMake(f"it is larger than {LARGEST_VIDEO >> 20} MB")
            file.write(chunk)
    if not size:
        raise CannotMake("it is empty")
    return start


def _is_video(start: bytes) -> bool:
    """Whether a file begins as a video does; what it is called does not matter."""
    is_still = start[8:12] in (b"avif", b"heic", b"heix", b"mif1")
    return (start[4:8] == b"ftyp" and not is_still) or start[:4] == b"\x1aE\xdf\xa3"


def make_video(medium: Medium) -> dict[str, Any]:
    """Make a waiting video anew: its size and length. Raises `CannotMake`."""
    raw = incoming() / medium.name
    if not raw.exists():
        raise CannotMake("its file is gone")
    endings = (".mp4", ".webp", "-cover.webp")
    try:
        told = _run(_VIDEO_PROGRAM, ["make", str(raw), *_temporary(medium.name, *endings)], VIDEO_TIME)
        _put_in_place(medium.name, *endings)
    finally:
        for path in _temporary(medium.name, *endings):
            Path(path).unlink(missing_ok=True)
    return told


def _temporary(name: str, *endings: str) -> list[str]:
    """Where a program writes before its files are put in place, all in one step each."""
    return [str(folder() / f".{name}{ending}") for ending in endings]


def _put_in_place(name: str, *endings: str) -> None:
    for path, ending in zip(_temporary(name, *endings), endings, strict=True):
        os.replace(path, folder() / f"{name}{ending}")


def _run(program: _Program, arguments: Sequence[str], limit: float) -> dict[str, Any]:
    """What a program says on its standard output. Raises `CannotMake` with what it says of its failure."""
    if not _room.acquire(timeout=30.0):
        raise CannotMake("many others are being read at this moment; try again in a minute")
    try:
        return _ran(program, arguments, limit)
    finally:
        _room.release()


def _ran(program: _Program, arguments: Sequence[str], limit: float) -> dict[str, Any]:
    ended = bounded_program.run(program.path, arguments, program.bounds, time_limit=limit)
    if ended.status is None:
        raise CannotMake("it takes too long to be read")
    if ended.status:
        raise CannotMake(ended.reason[:200] if ended.status > 0 and ended.reason else "it cannot be read")
    told = json.loads(ended.said[:10_000])
    assert isinstance(told, dict)  # noqa: S101
    return told


def discard(names: Iterable[str]) -> None:
    """Delete all files of some media."""
    for name in names:
        for ending in _ENDINGS:
            (folder() / f"{name}{ending}").unlink(missing_ok=True)
        for path in _temporary(name, *_ENDINGS):
            Path(path).unlink(missing_ok=True)
        (incoming() / name).unlink(missing_ok=True)


def sweep(now: float | None = None) -> int:
    """Delete files that no row names any more, or never did: of killed requests, say."""
    before = (now or time.time()) - STALE
    gone: set[str] = set()
    for path in (*folder().iterdir(), *incoming().iterdir()):
        name = path.name.lstrip(".").split(".")[0].removesuffix("-cover")
        if path.is_file() and path.stat().st_mtime < before:
            gone.add(name)
    gone -= set(Medium.objects.filter(name__in=gone).values_list("name", flat=True))
    discard(gone)
    return len(gone)
