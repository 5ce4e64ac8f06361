"""Toy learners for the tests of trainings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import training_toys
from cli_bench import on_path


@pytest.fixture(scope="session")
def learner_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that registers the toy learners."""
    return training_toys.register(tmp_path_factory.mktemp("learners"))


@pytest.fixture(autouse=True)
def learners(learner_folder: Path) -> Iterator[None]:
    """The toy learners are registered while a test runs."""
    with on_path(learner_folder):
        yield


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a data folder of its own, and threads as they were."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ARENA_HOME", str(folder))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    return folder
