"""Stores for the tests of the tournament engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tournaments.store import Store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "store.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    with Store.open(file) as opened:
        yield opened
