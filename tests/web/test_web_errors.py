"""Every failure is a problem document that says what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from web_serving import Serving

from arena import errors as arena_errors
from web.errors import status_of


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/api/v1/games/dhumbl", 404, "did you mean 'dhumbal'?"),
        ("/api/v1/tournaments/99", 404, "unknown tournament '99'"),
        ("/api/v1/tournaments/1/ranking?round=5", 404, "unknown round '5'"),
        ("/api/v1/tournaments/1/ranking?by=call_value", 422, "may be undefined"),
        ("/api/v1/tournaments?cursor=%21%21", 422, "expected a cursor"),
        ("/api/v1/tournaments?limit=many", 422, "query.limit"),
        ("/api/v1/nothing", 404, "nothing is at '/api/v1/nothing'"),
        ("/api/v1/agents/ismcts(simulations=0)", 422, "simulations"),
    ],
)
def test_problems(client: TestClient, address: str, status: int, said: str) -> None:
    answer = client.get(address)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["status"] == status
    assert said in answer.json()["detail"]
    assert answer.json()["instance"] == address.split("?", 1)[0]


def test_a_wrong_value_names_its_field(client: TestClient) -> None:
    (error,) = client.get("/api/v1/tournaments?limit=0").json()["errors"]

    assert error["field"] == "query.limit"


def test_a_method_that_is_not_taken(client: TestClient) -> None:
    answer = client.post("/api/v1/games")

    assert (answer.status_code, answer.json()["detail"]) == (405, "'/api/v1/games' does not take POST")


def test_a_body_beyond_the_limit(serving: Serving) -> None:
    client = serving(max_body_kb=1)
    app = client.app
    assert isinstance(app, FastAPI)

    @app.put("/eat")
    def eat(body: dict[str, str]) -> int:
        return len(body)

    app.router.routes.insert(0, app.router.routes.pop())
    answer = client.put("/eat", json={"much": "x" * 3000})

    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert client.put("/eat", json={"little": "x"}).status_code == 200


def test_a_failure_of_the_server_tells_nothing(serving: Serving) -> None:
    client = serving()
    app = client.app
    assert isinstance(app, FastAPI)

    @app.get("/fail")
    def fail() -> None:
        raise ZeroDivisionError("a secret")

    app.router.routes.insert(0, app.router.routes.pop())
    answer = client.get("/fail")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-request-id"]


def test_a_damaged_store_is_named(serving: Serving, store_path: Path) -> None:
    store_path.write_bytes(b"this is no database" * 100)
    client = serving()

    answer = client.get("/api/v1/tournaments")

    assert answer.status_code == 503
    assert "arena.sqlite" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "5"
    assert client.get("/api/v1/games").status_code == 200
    assert client.get("/healthz").json()["status"] == "degraded"


def test_every_error_of_the_arena_has_a_status() -> None:
    """None but the arena's own faults is a 500."""
    found = {
        name: status_of(getattr(arena_errors, name).__new__(getattr(arena_errors, name)))
        for name in arena_errors.__all__
        if name != "nearest"
    }

    assert {name for name, status in found.items() if status == 500} == {
        "ArenaError",
        "LawBroken",
        "LearningDiverged",  # no training runs in a server
        "StoreError",
    }
    assert found["UnknownName"] == 404
    assert found["StoreConflict"] == 409
