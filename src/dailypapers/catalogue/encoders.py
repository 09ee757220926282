"""Which encoder this site uses: the one its settings name, or what that one became by tuning.

A tuned table lies in the home folder under `encoders/`, in model2vec's format; `tuned.json` there says which
are kept, the last one first to be used. How an encoder is loaded is a short text: a value of the setting
DAILYPAPERS_ENCODER, or `tuned:` and the name of such a folder. The index remembers that text.
"""

import json
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from dailypapers.search.encoder import Encoder

TUNED = "tuned:"
"""How a text begins that names a tuned table of this site."""

MOST_KEPT = 3
"""Tuned tables that one can go back through."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What tuning came to so far."""

    setting: str
    """The encoder that all this is of, as DAILYPAPERS_ENCODER named it."""
    base: str = ""
    """The name of that encoder when it was last tuned: a new version of the package brings another."""
    kept: tuple[str, ...] = ()
    """The folders of the tuned tables, in the order in which they were made; the last is the one to use."""
    papers: int = 0
    """How many papers the site held at the last tuning, whatever came of it."""
    rounds: int = 0
    """How often it was tuned."""
    at: str = ""
    """When that was last, in ISO form; empty where it never was, or by a version that did not note it."""
    before: float = 0.0
    """How well held-out papers were found before the last tuning (mean reciprocal rank)."""
    after: float = 0.0

    @property
    def loaded_from(self) -> str:
        """How the encoder to use is loaded."""
        return TUNED + self.kept[-1] if self.kept else self.setting


def folder() -> Path:
    """Where the tuned tables are."""
    return Path(settings.HOME) / "encoders"


def tuned() -> Tuned:
    """What tuning came to, with the encoder that the settings name now."""
    try:
        told = json.loads((folder() / "tuned.json").read_text())
        known = Tuned(**{**told, "kept": tuple(told["kept"])})
    except (OSError, ValueError, KeyError, TypeError):
        return Tuned(settings.ENCODER)
    if known.setting != settings.ENCODER:
        return Tuned(settings.ENCODER)
    return replace(known, kept=tuple(name for name in known.kept if (folder() / name).is_dir()))


def keep(told: Tuned) -> None:
    """Write down what tuning came to, in one step: whoever reads it sees all of it or what was before."""
    folder().mkdir(parents=True, exist_ok=True)
    fresh = folder() / f".tuned.{secrets.token_hex(4)}"
    fresh.write_text(json.dumps(asdict(told), indent=2) + "\n")
    fresh.replace(folder() / "tuned.json")


def next_name() -> str:
    """A name for a tuned table that none has."""
    taken = [int(path.name[6:]) for path in folder().glob("tuned-*") if path.name[6:].isdecimal()]
    return f"tuned-{max(taken, default=0) + 1}"


def remove_unused(in_use: Iterable[str]) -> None:
    """Remove what a killed tuning left, and tables neither kept nor loaded as one of `in_use` says."""
    needed = {*tuned().kept, *(Path(one.removeprefix(TUNED)).name for one in in_use)}
    for path in folder().glob("*"):
        if path.name.startswith("."):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        elif path.name.startswith("tuned-") and path.name not in needed:
            shutil.rmtree(path)


def can_be_tuned(setting: str) -> bool:
    """Whether a setting names a static encoder: the one of the package, or a folder in model2vec's format."""
    return not setting or Path(setting).is_dir()


def wanted() -> str:
    """How the encoder that this site is to use is loaded."""
    return tuned().loaded_from


def load(loaded_from: str) -> "Encoder":
    """The encoder that is loaded so. Raises `UnusableEncoder`, which says why not."""
    from dailypapers.search.encoder import StaticEncoder, load_encoder

    if loaded_from.startswith(TUNED):
        return StaticEncoder(folder() / loaded_from.removeprefix(TUNED))
    return load_encoder(loaded_from)


@cache
def name_of(loaded_from: str, home: Path) -> str:
    """The name of the encoder that is loaded so; read once in a process. Raises `UnusableEncoder`."""
    return load(loaded_from).name


def described(loaded_from: str) -> str:
    """The encoder as its reader knows it."""
    if loaded_from.startswith(TUNED):
        return f"the tuned table {folder() / loaded_from.removeprefix(TUNED)}"
    return f"DAILYPAPERS_ENCODER={loaded_from}" if loaded_from else "the encoder of the package"
