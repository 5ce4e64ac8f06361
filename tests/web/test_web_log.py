"""The log tells of every request, and costs none of them a system call of its own."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from web_serving import Serving

from web.logs import RequestLog


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What the log has told by now."""
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def add(log: RequestLog, number: int) -> None:
    log.add(f"id{number}", "GET", "/games", status=200, seconds=0.0123456)


def test_every_request_is_a_line(serving: Serving, capfd: pytest.CaptureFixture[str]) -> None:
    client = serving(log_requests=True)
    client.get("/api/v1/games", headers={"X-Request-Id": "one"})
    client.get("/api/v1/games/none", headers={"X-Request-Id": "two"})
    client.__exit__(None, None, None)
    client.__enter__()

    first, second = lines(capfd)

    assert {name: first[name] for name in ("request_id", "method", "path", "status", "event", "level")} == {
        "request_id": "one",
        "method": "GET",
        "path": "/api/v1/games",
        "status": 200,
        "event": "request",
        "level": "info",
    }
    assert (second["request_id"], second["status"]) == ("two", 404)
    assert first["timestamp"].endswith("Z")
    assert first["timestamp"] <= second["timestamp"]
    assert first["ms"] >= 0


def test_lines_wait_for_each_other_and_not_for_long(capfd: pytest.CaptureFixture[str]) -> None:
    async def scene() -> tuple[int, int]:
        log = RequestLog()
        add(log, 1)
        add(log, 2)
        at_once = len(lines(capfd))
        await asyncio.sleep(0.2)
        return at_once, len(lines(capfd))

    assert asyncio.run(scene()) == (0, 2)


def test_many_lines_do_not_wait(capfd: pytest.CaptureFixture[str]) -> None:
    async def scene() -> list[int]:
        log = RequestLog()
        for number in range(2500):
            add(log, number)
        written = len(lines(capfd))
        log.close()
        rest = len(lines(capfd))
        add(log, 0)
        return [written, rest, len(lines(capfd))]

    assert asyncio.run(scene()) == [2000, 500, 1]


def test_no_line_where_nobody_wants_one(serving: Serving, capfd: pytest.CaptureFixture[str]) -> None:
    client = serving(log_requests=False)
    client.get("/api/v1/games")
    client.__exit__(None, None, None)
    client.__enter__()

    assert lines(capfd) == []
