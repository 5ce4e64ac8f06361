"""A store with a tournament that was played, and the server on a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from web_serving import Serving

from arena.contest import Stop
from tournaments.executors.serial import Serial
from tournaments.plan import make_plan
from tournaments.store import Store
from tournaments.tournament import Tournament
from web.app import create_app
from web.settings import Settings

AGENTS = "greedy,tuned,aggressive,random"
BLOCKS = 36


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one finished tournament of four agents."""
    path = tmp_path_factory.mktemp("played") / "arena.sqlite"
    plan = make_plan("dhumbal", AGENTS, seed=7, stop=Stop(blocks=BLOCKS))
    with Store.open(path) as store:
        Tournament(plan, store).run(Serial())
    return path


@pytest.fixture
def store_path(played: Path, tmp_path: Path) -> Path:
    """A copy of that store, to be changed."""
    path = tmp_path / "arena.sqlite"
    shutil.copy(played, path)
    return path


@pytest.fixture
def serving(store_path: Path) -> Iterator[Serving]:
    """Makes servers on the store, by settings; they stop with the test."""
    running: list[TestClient] = []

    def start(**settings: object) -> TestClient:
        wanted: dict[str, object] = {
            "store": store_path,
            "log_requests": False,
            "check_ms": 0.0,
            "refresh_s": 0.0,
            "static": store_path.parent / "static",
        }
        made = Settings(**(wanted | settings))  # type: ignore[arg-type]
        client = TestClient(create_app(made), raise_server_exceptions=False)
        running.append(client)
        client.__enter__()
        return client

    yield start
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture
def client(serving: Serving) -> TestClient:
    """A server on the store."""
    return serving()
