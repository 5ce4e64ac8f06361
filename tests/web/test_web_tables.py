"""A person plays a whole match by the WebSocket; what comes of it is a record like any other."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from web_playing import SEATS, act, line, play_to_the_end, sit_down, until_asked
from web_serving import Serving

from arena.record import read_records
from arena.replay import verify


@pytest.fixture
def client(serving: Serving) -> TestClient:
    return serving(table_step_ms=0.0, tables=3)


def test_a_whole_match_is_played_kept_and_plays_again(client: TestClient) -> None:
    table = sit_down(client)
    assert table["seat"] == 1
    with line(client, table) as session:
        states = play_to_the_end(session)

    end = states[-1]
    assert end["outcome"]["scores"]
    assert sum(end["outcome"]["scores"]) == 0
    assert end["match"].startswith("h-")
    assert [each["ply"] for each in end["history"]] == list(range(end["frame"]["ply"]))
    record = read_records(client.get(f"/api/v1/matches/{end['match']}/record").content)[0]
    verify(record)
    assert [seat.agent for seat in record.seats] == list(SEATS)
    assert record.conditions.patience_s is None
    assert not record.faults
    assert record.thoughts
    detail = client.get(f"/api/v1/matches/{end['match']}").json()
    assert detail["human"]
    assert detail["replayable"]
    assert [seat["name"] for seat in detail["seats"]] == ["greedy", "you", "random"]
    shown = client.get(f"/api/v1/tables/{table['id']}").json()
    assert (shown["state"], shown["match"]) == ("over", end["match"])


def test_every_step_is_told_in_order_with_what_was_done(client: TestClient) -> None:
    with line(client, sit_down(client)) as session:
        states = play_to_the_end(session)

    indices = [state["frame"]["index"] for state in states]
    assert indices == list(range(indices[0], indices[0] + len(indices)))
    for before, after in itertools.pairwise(states):
        assert after["previous"]["index"] == before["frame"]["index"]
        assert [each["says"] for each in after["previous"]["actions"]] == [
            each["says"] for each in after["history"][len(before["history"]) :]
        ]


def test_a_person_sees_his_own_hand_only_and_no_secrets(client: TestClient) -> None:
    with line(client, sit_down(client)) as session:
        states = play_to_the_end(session)

    for state in states[:-1]:
        for seat in state["frame"]["scene"]["data"]["seats"]:
            hidden = [card for card in seat["cards"] if card is None]
            assert len(hidden) == (0 if seat["seat"] == 1 else seat["size"] - len(seat["known"]))
        assert "seed" not in json.dumps(state)
        assert all(each["thoughts"] is None for each in (state["previous"] or {"actions": []})["actions"])


def test_legal_moves_name_their_cards(client: TestClient) -> None:
    with line(client, sit_down(client, ["human", "random"])) as session:
        *_, state = until_asked(session)
        kinds = {move["kind"] for move in state["legal"]}
        hand = set(state["frame"]["scene"]["data"]["seats"][0]["cards"])
        assert kinds <= {"discard", "call"}
        assert all(set(move["cards"]) <= hand for move in state["legal"] if move["kind"] == "discard")
        act(session, state, next(move["says"] for move in state["legal"] if move["kind"] == "discard"))
        *_, state = until_asked(session)
        stock = next(move for move in state["legal"] if move["says"] == "take stock")
        assert stock == {"says": "take stock", "kind": "take", "cards": None}


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('{"type": "act", "ply": 77, "says": "call"}', "expected a move for ply"),
        ('{"type": "act", "ply": PLY, "says": "discard the moon"}', "the moon"),
        ('{"type": "act", "ply": -1, "says": "call"}', "ply"),
        ('{"type": "act", "ply": PLY}', "says"),
        ('{"type": "resign"}', "expected"),
        ("[1, 2", "expected"),
        ("x" * 30_000, "30000 letters"),
    ],
)
def test_what_is_no_move_of_the_moment_changes_nothing(client: TestClient, message: str, told: str) -> None:
    with line(client, sit_down(client)) as session:
        *_, state = until_asked(session)
        session.send_text(message.replace("PLY", str(state["frame"]["ply"])))
        answer = session.receive_json()
        assert answer["type"] == "error"
        assert told in answer["detail"]
        session.send_bytes(b"\x00")
        assert session.receive_json()["type"] == "error"
        act(session, state)
        assert session.receive_json()["frame"]["ply"] == state["frame"]["ply"] + 1


def test_a_move_out_of_turn_is_refused(serving: Serving) -> None:
    client = serving(table_step_ms=300.0)
    with line(client, sit_down(client, ["human", "greedy"])) as session:
        *_, state = until_asked(session)
        act(session, state)
        *_, state = until_asked(session)
        act(session, state, "take stock")
        waiting = session.receive_json()
        assert waiting["legal"] == []
        assert waiting["frame"]["actors"] == [1]
        session.send_json({"type": "act", "ply": waiting["frame"]["ply"], "says": "call"})
        answers = [session.receive_json() for _ in range(2)]
        assert next(each["detail"] for each in answers if each["type"] == "error").startswith(
            "expected a move"
        )


def test_who_comes_back_finds_the_game_as_it_stands(client: TestClient) -> None:
    table = sit_down(client)
    with line(client, table) as session:
        *_, state = until_asked(session)
        act(session, state)
        *_, state = until_asked(session)
    with line(client, table) as session:
        again = session.receive_json()
        assert again == state
        act(session, again)
        assert session.receive_json()["frame"]["ply"] == state["frame"]["ply"] + 1


def test_the_newer_of_two_connections_wins(client: TestClient) -> None:
    table = sit_down(client)
    with line(client, table) as older:
        *_, state = until_asked(older)
        with line(client, table) as newer:
            assert newer.receive_json() == state
            with pytest.raises(WebSocketDisconnect) as closed:
                older.receive_json()
            assert closed.value.code == 4001
            act(newer, state)
            assert newer.receive_json()["frame"]["ply"] == state["frame"]["ply"] + 1


def test_strangers_are_refused(client: TestClient) -> None:
    table = sit_down(client)
    for address, code in ((f"{table['id']}/play?key=other", 4003), ("t-none/play?key=x", 4004)):
        with client.websocket_connect(f"/api/v1/tables/{address}") as session:
            assert session.receive_json()["type"] == "error"
            with pytest.raises(WebSocketDisconnect) as closed:
                session.receive_json()
            assert closed.value.code == code
    with pytest.raises(WebSocketDisconnect), line(client, table, origin="https://elsewhere.example"):
        pass
    with line(client, table, origin="http://testserver") as session:
        assert session.receive_json()["type"] == "state"


def test_two_people_have_a_key_each(client: TestClient) -> None:
    table = sit_down(client, ["human", "human"])
    assert [chair["seat"] for chair in table["people"]] == [0, 1]
    keys = [chair["key"] for chair in table["people"]]
    assert len(set(keys)) == 2
    with line(client, table) as one, line(client, table | {"key": keys[1]}) as two:
        first, second = one.receive_json(), two.receive_json()
        assert bool(first["legal"]) != bool(second["legal"])
        assert first["frame"]["scene"]["data"]["seats"][1]["cards"] == [None] * 5
        mover, state = (one, first) if first["legal"] else (two, second)
        act(mover, state)
        assert one.receive_json()["history"] == two.receive_json()["history"] != []


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"game": "dhumball", "seats": list(SEATS)}, 404, "did you mean 'dhumbal'"),
        ({"game": "dhumbal", "seats": ["human", "gredy"]}, 404, "did you mean 'greedy'"),
        ({"game": "dhumbal", "seats": ["greedy", "greedy"]}, 422, "expected 'human'"),
        ({"game": "dhumbal", "seats": ["human"]}, 422, "seats 2, 3, 4, 5 players, got 1"),
        ({"game": "dhumbal(players=3)", "seats": ["human", "greedy"]}, 422, "seats 3 players, got 2"),
        ({"game": "dhumbal", "seats": []}, 422, ""),
        ({"game": "dhumbal", "seats": list(SEATS), "simulations": 0}, 422, ""),
        ({"game": "dhumbal", "seats": list(SEATS), "simulations": 10**9}, 422, ""),
    ],
)
def test_tables_that_cannot_be_are_refused(
    client: TestClient, body: dict[str, Any], status: int, told: str
) -> None:
    answer = client.post("/api/v1/tables", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]


def test_tables_are_bounded_and_those_that_are_over_make_place(client: TestClient) -> None:
    first = sit_down(client)
    for _ in range(2):
        sit_down(client)
    answer = client.post("/api/v1/tables", json={"game": "dhumbal", "seats": list(SEATS)})
    assert (answer.status_code, "fewer than 3" in answer.json()["detail"]) == (429, True)
    with line(client, first) as session:
        play_to_the_end(session)
    sit_down(client)
    assert client.get(f"/api/v1/tables/{first['id']}").status_code == 404


def test_a_table_at_which_nobody_says_a_word_is_closed(serving: Serving) -> None:
    client = serving(table_step_ms=0.0, table_idle_s=0.2)
    table = sit_down(client)
    with line(client, table) as session:
        for state in until_asked(session):
            assert state["type"] == "state"
        with pytest.raises(WebSocketDisconnect) as closed:
            session.receive_json()
        assert closed.value.code == 4008


def test_a_match_is_deleted_by_who_played_it_and_by_nobody_else(client: TestClient) -> None:
    table = sit_down(client, ["human", "random"])
    with line(client, table) as session:
        match = play_to_the_end(session)[-1]["match"]
    address = f"/api/v1/matches/{match}"
    assert client.get(address).status_code == 200
    assert client.get(f"{address}/frames").status_code == 200
    assert client.delete(address).status_code == 403
    assert client.delete(address, headers={"X-Table-Key": "other"}).status_code == 403
    assert client.delete(address, headers={"X-Table-Key": table["key"]}).status_code == 204
    for path in (address, f"{address}/frames", f"{address}/record", f"{address}/advice"):
        assert client.get(path).status_code == 410
    assert client.delete(address, headers={"X-Table-Key": table["key"]}).status_code == 410
    assert client.delete("/api/v1/matches/h-none", headers={"X-Table-Key": "x"}).status_code == 404
    assert client.delete("/api/v1/matches/1-0-0-0", headers={"X-Table-Key": "x"}).status_code == 404


def test_a_search_agent_sits_down_and_several_rounds_are_played(client: TestClient) -> None:
    table = sit_down(client, ["ismcts", "human"], game="dhumbal(match=rounds, rounds=3)", simulations=20)
    with line(client, table) as session:
        states = play_to_the_end(session)
    assert states[-1]["frame"]["scene"]["data"]["round"] == 3
    record = read_records(client.get(f"/api/v1/matches/{states[-1]['match']}/record").content)[0]
    verify(record)
    assert record.conditions.budget.simulations == 20
    assert record.thoughts
