"""Those who watch a table hear every step, in order, and see what everybody sees."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_playing import line, play_to_the_end, sit_down
from web_serving import Serving

from web.tables.hub import Hub


@pytest.fixture
def client(serving: Serving) -> TestClient:
    return serving(table_step_ms=0.0)


def heard(client: TestClient, table: str, last: str | None = None) -> list[tuple[int, dict[str, Any]]]:
    """The events of a table that is over, with their ids."""
    headers = {} if last is None else {"Last-Event-ID": last}
    answer = client.get(f"/api/v1/tables/{table}/events", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events: list[tuple[int, dict[str, Any]]] = []
    for block in answer.text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            assert fields["event"] == "state"
            events.append((int(fields["id"]), json.loads(fields["data"])))
    return events


@pytest.fixture
def over(client: TestClient) -> tuple[str, list[dict[str, Any]]]:
    """The id of a table whose match is over, and what the person was told."""
    table = sit_down(client)
    with line(client, table) as session:
        return table["id"], play_to_the_end(session)


def test_who_begins_to_watch_is_told_how_things_stand(
    client: TestClient, over: tuple[str, list[dict[str, Any]]]
) -> None:
    table, states = over
    [(number, event)] = heard(client, table)
    assert number == states[-1]["frame"]["index"]
    assert event["history"] == states[-1]["history"]
    assert event["outcome"] == states[-1]["outcome"]


@pytest.mark.parametrize("last", ["other", "99999", "-1"])
def test_an_unknown_id_begins_anew(
    client: TestClient, over: tuple[str, list[dict[str, Any]]], last: str
) -> None:
    [(_, event)] = heard(client, over[0], last)
    assert event["frame"]["over"]


def test_who_reconnects_hears_every_step_since(
    client: TestClient, over: tuple[str, list[dict[str, Any]]]
) -> None:
    table, states = over
    events = heard(client, table, "0")
    assert [number for number, _ in events] == list(range(1, states[-1]["frame"]["index"] + 1))
    assert [ply for _, event in events for ply in event["history"]] == states[-1]["history"]
    assert heard(client, table, "7") == events[7:]
    assert heard(client, table, str(events[-1][0])) == []


def test_no_hidden_card_no_thought_and_no_seed_is_told(
    client: TestClient, over: tuple[str, list[dict[str, Any]]]
) -> None:
    for _, event in heard(client, over[0], "0")[:-1]:
        text = json.dumps(event)
        assert "seed" not in text
        assert "thoughts" not in text
        for seat in event["frame"]["scene"]["data"]["seats"]:
            shown = [card for card in seat["cards"] if card is not None]
            assert sorted(shown) == sorted(seat["known"])


def test_a_table_that_is_not_there(client: TestClient) -> None:
    assert client.get("/api/v1/tables/t-none").status_code == 404
    assert client.get("/api/v1/tables/t-none/events").status_code == 404


def test_a_hub_tells_everybody_everything_in_order() -> None:
    async def scene() -> list[list[int]]:
        hub: Hub[int] = Hub()
        hub.say(1)

        async def listener(after: int) -> list[int]:
            return [word async for word in hub.listen(after)]

        tasks = [asyncio.create_task(listener(after)) for after in (0, 1, 9)]
        for word in range(2, 60):
            hub.say(word)
            if word % 7 == 0:
                await asyncio.sleep(0)
        hub.close()
        return [await task for task in tasks]

    first, second, third = asyncio.run(scene())
    assert first == list(range(1, 60))
    assert second == list(range(2, 60))
    assert third == second[len(second) - len(third) :]


def test_a_listener_too_far_behind_goes_on_with_what_is_kept() -> None:
    async def scene() -> tuple[list[int], int]:
        hub: Hub[int] = Hub(kept=3)
        for word in range(1, 11):
            hub.say(word)
        hub.close()
        return [word async for word in hub.listen(2)], hub.listeners

    assert asyncio.run(scene()) == ([8, 9, 10], 0)
