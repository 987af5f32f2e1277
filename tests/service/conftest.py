"""A server for registers, as the tests of the register have it."""

from __future__ import annotations

from tests.register.conftest import server

__all__ = ["server"]
