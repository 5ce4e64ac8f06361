"""What comes from people who mean no good: it is refused in a sentence, and nothing breaks or is held up by it."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from web_playing import line, sit_down
from web_serving import Serving

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.conditions import Conditions
from arena.contest import Stop
from arena.registry import make_game
from tournaments.executors.serial import Serial
from tournaments.plan import make_plan
from tournaments.store import Store
from tournaments.tournament import Tournament
from web.library import Library
from web.serving import _listener
from web.tables.bout import Bout
from web.tables.person import AtTable
from web.tables.room import Room


def cursor(*key: int) -> str:
    """A cursor that somebody made himself."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


@pytest.mark.parametrize("path", ["/" + "a" * 3000, "/" + "x" * 300 + ".js", "/" + "a/" * 3000 + "x.js"])
def test_names_longer_than_files_can_have(serving: Serving, tmp_path: Path, path: str) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "index.html").write_text("<!doctype html>")
    assert serving().get(path).status_code == (404 if path.endswith(".js") else 200)


@pytest.mark.parametrize("key", [(0, 2**63, 0), (-1, 0, 0), (0, 0, -(2**63))])
def test_forged_cursors(client: TestClient, key: tuple[int, ...]) -> None:
    answer = client.get("/api/v1/tournaments/1/matches", params={"cursor": cursor(*key)})
    assert answer.status_code == 422
    assert "expected a cursor" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["01-0-0-0", "1-0-0-00", "%D9%A1-0-0-0", "1-0-0-0%0A"])
def test_a_match_has_one_spelling(client: TestClient, name: str) -> None:
    assert client.get("/api/v1/matches/1-0-0-0").status_code == 200
    assert client.get(f"/api/v1/matches/{name}").status_code == 404


def test_nobody_asks_a_person_for_advice(client: TestClient) -> None:
    """The person would be asked at the standard input of the server."""
    answer = client.get("/api/v1/matches/1-0-0-0/advice", params={"agent": "human"})
    assert answer.status_code == 422
    assert "nobody is there" in answer.json()["detail"]


def test_no_tournament_of_people(client: TestClient) -> None:
    words = client.app.state.services.tokens.issue("test")  # type: ignore[attr-defined]
    answer = client.post(
        "/api/v1/tournaments",
        json={"game": "dhumbal(players=2)", "agents": ["greedy", "human"], "blocks": 1},
        headers={"Authorization": f"Bearer {words}"},
    )
    assert answer.status_code == 422
    assert "'human'" in answer.json()["detail"]


@pytest.mark.parametrize("origin", ["http://[::1", "http://evil.example", "null", "", "http://testserver@x"])
def test_lines_from_pages_of_other_sites(client: TestClient, origin: str) -> None:
    table = sit_down(client)
    address = f"/api/v1/tables/{table['id']}/play?key={table['key']}"
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(address, headers={"Origin": origin}) as session,
    ):
        session.receive_text()
    assert refused.value.code == 1008


def test_tables_that_were_left_give_way_where_there_are_too_many(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serving(tables=1)
    first = sit_down(client)
    seats = {"seats": ["human", "greedy"]}
    assert client.post("/api/v1/tables", json=seats).status_code == 429
    services = client.app.state.services  # type: ignore[attr-defined]
    room = services.tables.room(first["id"])
    monkeypatch.setattr(room, "_pace", type(room._pace)(0.0, 30.0, left_s=0.0))
    with line(client, first) as session:
        session.receive_text()
        assert client.post("/api/v1/tables", json=seats).status_code == 429
    assert isinstance(room, Room)
    assert client.post("/api/v1/tables", json=seats).status_code == 201
    assert client.get(f"/api/v1/tables/{first['id']}").status_code == 404


def test_another_store_of_the_same_name_has_other_matches(
    client: TestClient, store_path: Path, tmp_path: Path
) -> None:
    before = client.get("/api/v1/matches/1-0-0-0").json()
    other = tmp_path / "other.sqlite"
    with Store.open(other) as store:
        plan = make_plan("dhumbal(players=2)", "greedy,random", seed=3, stop=Stop(blocks=2))
        Tournament(plan, store).run(Serial())
    other.replace(store_path)
    after = client.get("/api/v1/matches/1-0-0-0").json()
    assert len(before["seats"]) == 4
    assert len(after["seats"]) == 2
    store_path.unlink()
    assert client.get("/api/v1/matches/1-0-0-0").status_code == 404


def test_a_locked_store_holds_up_nobody(store_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "locked.sqlite"
    shutil.copy(store_path, path)
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        writer.execute("BEGIN EXCLUSIVE")
        library = Library(path, 0.0)
        began = perf_counter()
        assert library.version()
        assert perf_counter() - began < 1.0
        writer.execute("ROLLBACK")
        library.close()


def test_streams_end_when_the_server_stops(client: TestClient) -> None:
    table = sit_down(client)
    with line(client, table) as session:
        services = client.app.state.services  # type: ignore[attr-defined]
        session.receive_text()
        assert client.portal is not None
        client.portal.call(services.stop)
        while (message := session.receive())["type"] != "websocket.close":
            assert message["type"] == "websocket.send"
        assert message["code"] == 1001
    watched = client.get(f"/api/v1/tables/{table['id']}/events")
    assert watched.text.startswith("event: state")


def test_what_the_server_starts_does_not_inherit_its_address() -> None:
    """A tournament that outlives its server must not keep the next one from listening."""
    with _listener("127.0.0.1", 0) as listener:
        assert not listener.get_inheritable()


@dataclass(frozen=True)
class Cheat(Agent):
    """Wants what is not legal."""

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("cheat", 1, Family.BASELINE, "wants what is not legal")

    def sit(self, seat: Seat) -> Player:
        del seat
        return _Cheating()


class _Cheating(Player):
    def act(self, turn: Turn) -> int:
        del turn
        return -1


def test_a_fault_at_a_table_tells_nobody_what_was_legal() -> None:
    """What was legal are the cards in a hand."""
    agents = (AtTable(), Cheat())
    bout = Bout(make_game("dhumbal").with_players(2), agents, 3, Conditions(patience_s=None))
    shots = []
    while not any(each.player == 1 for each in bout.history):
        legal = bout.choices[0].legal
        shots += bout.play_on() if bout.thinking else bout.act(0, bout.ply, legal[0].says if legal else "")
    told = {action.fault for shot in shots for action in shot.before["public"].actions if action.player == 1}
    bout.close()
    assert told - {None} == {"illegal"}  # nobody is asked where one thing is legal


@pytest.mark.parametrize("file", ["/etc/passwd", "/etc/passwt", "nothing.onnx"])
def test_strangers_cannot_name_files_of_the_server(client: TestClient, file: str) -> None:
    """One answer whatever the file is, so that nobody learns which there are; nothing is read."""
    spelled = f"policy(file='{file}')"
    answer = client.get("/api/v1/agents/" + spelled.replace("/", "%2F"))
    if "/" not in file:
        assert answer.status_code == 422
        assert "reads files of the server" in answer.json()["detail"]
    assert file not in answer.text.replace(spelled, "")
    seats = ["human", spelled, "greedy", "greedy"]
    table = client.post("/api/v1/tables", json={"game": "dhumbal", "seats": seats})
    assert table.status_code == 422
    assert table.json()["detail"].startswith("agent policy: expected an agent that strangers may name")
