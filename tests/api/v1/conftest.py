"""What tests of the API start from."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No answer of the test before."""
    # Imported here: this file is read before Django is set up.
    from tests.api.v1.program import forget

    forget()


@pytest.fixture
def place_for_an_index(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search index of the test's own, which is not there yet."""
    from dailypapers.catalogue import finding

    settings.INDEX_URL = str(tmp_path / "index")
    monkeypatch.setattr(finding, "_open", finding._Open())
