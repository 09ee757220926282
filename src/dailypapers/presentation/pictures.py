"""The picture of a paper: what people added, else the first page where there is one, else its drawn cover."""

import os
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from dailypapers.catalogue.models import Paper


def thumbnail_folder() -> Path:
    """Where rendered first pages are kept, one `<paper id>.webp` each."""
    return Path(settings.HOME) / "thumbnails"


def share_card_address(paper: Paper) -> str:
    """The address of the picture that other sites show of the paper."""
    return f"/share-cards/{quote(paper.handle, safe=':/.')}.png"


def picture_address(paper: Paper, cover: str = "") -> str:
    """The address of the paper's picture: the one that was added to it (`cover`), its first page, its cover.

    Looks at the disk, asks no database.
    """
    if cover:
        return cover
    # Not with Path, which takes longer to be made than the disk to answer; a list asks for 25.
    if os.path.exists(f"{settings.HOME}/thumbnails/{paper.pk}.webp"):
        return f"/thumbnails/{paper.pk}.webp"
    return f"/covers/{quote(paper.handle, safe=':/.')}.svg"
