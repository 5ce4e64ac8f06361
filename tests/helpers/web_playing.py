"""A person at a table of the server, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession

__all__ = ["SEATS", "act", "line", "play_to_the_end", "sit_down", "until_asked"]

SEATS: Final = ("greedy", "human", "random")
"""Who sits at a table where nobody says."""


def sit_down(client: TestClient, seats: list[str] | None = None, **more: object) -> dict[str, Any]:
    """Open a table; what the server answers."""
    answer = client.post("/api/v1/tables", json={"game": "dhumbal", "seats": seats or list(SEATS)} | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def line(client: TestClient, table: dict[str, Any], **headers: str) -> WebSocketTestSession:
    """The first person's line to a table that was opened."""
    address = f"/api/v1/tables/{table['id']}/play?key={table['key']}"
    return client.websocket_connect(address, headers=headers)


def act(session: WebSocketTestSession, state: dict[str, Any], says: str | None = None) -> None:
    """Send a move for a state, the first legal one where none is named."""
    chosen = state["legal"][0]["says"] if says is None else says
    session.send_json({"type": "act", "ply": state["frame"]["ply"], "says": chosen})


def until_asked(session: WebSocketTestSession) -> Iterator[dict[str, Any]]:
    """Every state up to the one in which the person is asked, or the match is over."""
    while True:
        state = session.receive_json()
        assert state["type"] == "state", state
        yield state
        if state["legal"] or state["frame"]["over"]:
            return


def play_to_the_end(session: WebSocketTestSession) -> list[dict[str, Any]]:
    """Every state of a match that is played by the first legal move each time."""
    states: list[dict[str, Any]] = []
    while not states or not states[-1]["frame"]["over"]:
        if states:
            act(session, states[-1])
        states += until_asked(session)
    return states
