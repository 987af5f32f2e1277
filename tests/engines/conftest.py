"""What engines see is tested here: no test takes it from another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.sharing import looking_anew


@pytest.fixture(autouse=True)
def _looking_anew() -> Iterator[None]:
    """Each test looks for itself."""
    with looking_anew():
        yield
