"""What the tests of the server share."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

__all__ = ["Serving"]

Serving = Callable[..., TestClient]
"""Makes servers on the test's store, by settings."""
