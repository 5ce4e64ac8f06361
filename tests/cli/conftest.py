"""Toy plug-ins for the tests of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_bench import build_toys, on_path


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like site-packages with toy plug-ins."""
    return build_toys(tmp_path_factory.mktemp("toys"))


@pytest.fixture(scope="module")
def toys(toy_folder: Path) -> Iterator[Path]:
    """The toy plug-ins are registered while the module's tests run."""
    with on_path(toy_folder):
        yield toy_folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a data folder of its own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ARENA_HOME", str(folder))
    monkeypatch.delenv("ARENA_DEBUG", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return folder
