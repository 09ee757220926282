"""What tests of the API start from."""

import pytest


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No answer of the test before."""
    # Imported here: this file is read before Django is set up.
    from tests.api.v1.program import forget

    forget()
