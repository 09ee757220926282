"""What tests of what programs read start from."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def place_for_an_index(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search index of the test's own, which is not there yet."""
    from dailypapers.catalogue import finding

    settings.INDEX_URL = str(tmp_path / "index")
    monkeypatch.setattr(finding, "_open", finding._Open())
