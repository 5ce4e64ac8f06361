"""Tournaments started over HTTP: they are played by a process, seen while they run, stopped and resumed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tournaments.store import Store

SMALL = {"game": "dhumbal(players=2)", "agents": ["greedy", "tuned"], "blocks": 30, "seed": 11}
LONG = {"game": "dhumbal(players=2)", "agents": ["greedy", "tuned", "balanced"], "seconds": 300, "seed": 12}


@pytest.fixture
def token(client: TestClient) -> dict[str, str]:
    """Headers of somebody who may start tournaments."""
    words = client.app.state.services.tokens.issue("test", ("run",))  # type: ignore[attr-defined]
    return {"Authorization": f"Bearer {words}"}


def events(
    client: TestClient, number: int, last: str | None = None
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """The events of a tournament as (id, kind, data), to the end of the answer."""
    headers = {} if last is None else {"Last-Event-ID": last}
    with client.stream("GET", f"/api/v1/tournaments/{number}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        found: dict[str, str] = {}
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                found[name] = value
            elif "data" in found:
                yield found["id"], found["event"], json.loads(found["data"])
                found = {}


def wait(client: TestClient, number: int, state: str) -> dict[str, object]:
    """The tournament, once it is in a state."""
    for _ in range(300):
        found: dict[str, object] = client.get(f"/api/v1/tournaments/{number}").json()
        if found["state"] == state:
            return found
        time.sleep(0.1)
    raise AssertionError(f"expected tournament {number} to be {state}, got {found['state']}")


def test_started_seen_and_finished(client: TestClient, token: dict[str, str], store_path: Path) -> None:
    """The new tournament is in the store, its events come to an end with it, and its plan is the one asked for."""
    answer = client.post("/api/v1/tournaments", json=SMALL, headers=token)
    assert answer.status_code == 201, answer.text
    number = answer.json()["id"]
    assert answer.headers["location"] == f"/api/v1/tournaments/{number}"
    seen = list(events(client, number))
    assert seen[-1][2]["state"] == "finished"
    assert seen[-1][2]["blocks"] == 30
    assert any(kind == "ranking" for _, kind, _ in seen) or seen[-1][1] == "progress"
    with Store.open(store_path, create=False) as store:
        plan = store.tournament(number).plan
    assert (plan.game, plan.agents, plan.seed) == ("dhumbal(players=2)", ("greedy", "tuned"), 11)
    again = list(events(client, number, last=seen[-1][0]))
    assert all(identifier != seen[-1][0] for identifier, _, _ in again)


def test_cancelled_and_resumed(client: TestClient, token: dict[str, str]) -> None:
    """What was played stays; while one runs another is refused; resumed it goes on from there."""
    number = client.post("/api/v1/tournaments", json=LONG, headers=token).json()["id"]
    wait(client, number, "running")
    for _ in range(300):
        if client.get(f"/api/v1/tournaments/{number}").json()["blocks"] > 0:
            break
        time.sleep(0.1)
    refused = client.post("/api/v1/tournaments", json=SMALL, headers=token)
    assert refused.status_code == 409
    assert "being played" in refused.json()["detail"]
    assert client.post(f"/api/v1/tournaments/{number}/cancel", headers=token).status_code == 202
    stopped = wait(client, number, "stopped")
    assert int(str(stopped["blocks"])) > 0
    assert client.post(f"/api/v1/tournaments/{number}/cancel", headers=token).status_code == 409
    assert client.post(f"/api/v1/tournaments/{number}/resume", headers=token).status_code == 202
    resumed = wait(client, number, "running")
    assert int(str(resumed["blocks"])) >= int(str(stopped["blocks"]))
    assert client.post(f"/api/v1/tournaments/{number}/cancel", headers=token).status_code == 202


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"game": "dhumbl", "agents": ["all"]}, 404, "dhumbal"),
        ({"game": "dhumbal", "agents": ["gredy"]}, 404, "greedy"),
        ({"game": "dhumbal", "agents": ["greedy"], "blocks": 0}, 422, "blocks"),
        ({"game": "dhumbal", "agents": ["all"], "format": "swis"}, 404, "swiss"),
        ({"game": "dhumbal"}, 422, "agents"),
        ({"game": "dhumbal", "agents": ["all"], "colour": "red"}, 422, "colour"),
    ],
)
def test_wrong_orders(
    client: TestClient, token: dict[str, str], body: dict[str, object], status: int, words: str
) -> None:
    """Each answers with a problem that names the field or the nearest valid choice, and starts nothing."""
    answer = client.post("/api/v1/tournaments", json=body, headers=token)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in json.dumps(answer.json())
    assert len(client.get("/api/v1/tournaments").json()["items"]) == 1


def test_tokens_are_asked_for(client: TestClient) -> None:
    """Without one 401, with one that may only read 403."""
    reader = client.app.state.services.tokens.issue("reader", ("read",))  # type: ignore[attr-defined]
    for path in ("", "/1/cancel", "/1/resume"):
        address = f"/api/v1/tournaments{path}"
        assert client.post(address, json=SMALL).status_code == 401
        headers = {"Authorization": f"Bearer {reader}"}
        assert client.post(address, json=SMALL, headers=headers).status_code == 403
