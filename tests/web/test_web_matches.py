"""Matches over HTTP: lists, details, frames, records and advice are those of the store's own matches."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from arena.record import Record, read_records
from arena.replay import Replay, verify
from tournaments import replays
from tournaments.store import Store
from web.matches import Found

BLOCKS, SEATINGS = 36, 4


@pytest.fixture(scope="module")
def reference(played: Path) -> dict[str, object]:
    """One match as the store gives it."""
    with Store.open(played, create=False) as store:
        record = replays.record(store, 1, 0, 3, 2)
    with Replay(record) as replay:
        scenes = [moment.scene("open").data for moment in replay]
    return {"record": record, "scenes": scenes}


def test_the_list_holds_every_match_once(client: TestClient) -> None:
    """Page by page, in order, by cursors and by the Link header alike."""
    address: str | None = "/api/v1/tournaments/1/matches?limit=50"
    seen = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        seen += [card["id"] for card in answer.json()["items"]]
        link = answer.headers.get("link")
        assert (link is None) == (answer.json()["next"] is None)
        address = link.split(">")[0].lstrip("<") if link else None
    assert seen == [f"1-0-{block}-{seating}" for block in range(BLOCKS) for seating in range(SEATINGS)]


def test_the_list_by_block_and_agent(client: TestClient) -> None:
    """Filters keep the order; with as many agents as seats everybody sits in every match."""
    block = client.get("/api/v1/tournaments/1/matches?block=7").json()["items"]
    assert [card["id"] for card in block] == [f"1-0-7-{seating}" for seating in range(SEATINGS)]
    assert all(sorted(card["seats"]) == sorted(block[0]["seats"]) for card in block)
    agent = client.get("/api/v1/tournaments/1/matches?agent=2&limit=3").json()["items"]
    assert [card["id"] for card in agent] == ["1-0-0-0", "1-0-0-1", "1-0-0-2"]
    assert client.get("/api/v1/tournaments/1/matches?agent=4").status_code == 422
    assert client.get("/api/v1/tournaments/1/matches?round=5").json()["items"] == []


def test_a_match_is_the_stored_one(client: TestClient, reference: dict[str, object]) -> None:
    """Scores, seats, seed and number of frames are the record's."""
    record = reference["record"]
    found = client.get("/api/v1/matches/1-0-3-2").json()
    assert found["scores"] == list(record.scores)  # type: ignore[attr-defined]
    assert [seat["agent"] for seat in found["seats"]] == [seat.agent for seat in record.seats]  # type: ignore[attr-defined]
    assert found["seed"] == str(record.seed)  # type: ignore[attr-defined]
    assert found["frames"] == len(reference["scenes"])  # type: ignore[arg-type]
    assert found["viewpoints"] == ["public", "open", "0", "1", "2", "3"]
    assert (found["replayable"], found["live"], found["human"]) == (True, False, False)
    worth = [series for series in found["series"] if series["name"] == "hand worth"]
    assert [series["seat"] for series in worth] == [0, 1, 2, 3]
    assert all(len(series["points"]) == found["frames"] for series in worth)


def test_frames_are_the_replay(client: TestClient, reference: dict[str, object]) -> None:
    """Whole, in parts, and by Range."""
    whole = client.get("/api/v1/matches/1-0-3-2/frames?view=open").json()
    assert [frame["scene"]["data"] for frame in whole["items"]] == reference["scenes"]
    assert [frame["index"] for frame in whole["items"]] == list(range(whole["total"]))
    assert whole["items"][-1]["over"]
    assert not whole["items"][-1]["actions"]
    part = client.get("/api/v1/matches/1-0-3-2/frames?view=open&start=5&count=3").json()
    assert part["items"] == whole["items"][5:8]
    ranged = client.get("/api/v1/matches/1-0-3-2/frames?view=open", headers={"Range": "frames=5-7"})
    assert ranged.status_code == 206
    assert ranged.headers["content-range"] == f"frames 5-7/{whole['total']}"
    assert ranged.json()["items"] == whole["items"][5:8]
    beyond = client.get("/api/v1/matches/1-0-3-2/frames", headers={"Range": "frames=9999-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"frames */{whole['total']}")


def test_a_seat_sees_its_own_cards_only(client: TestClient) -> None:
    """No card of another hand is in a seat's frames before the showdown, but for those it saw taken."""
    for frame in client.get("/api/v1/matches/1-0-3-2/frames?view=1").json()["items"][:-1]:
        for seat in frame["scene"]["data"]["seats"]:
            shown = [card for card in seat["cards"] if card is not None]
            assert seat["seat"] == 1 or sorted(shown) == sorted(seat["known"])
    public = client.get("/api/v1/matches/1-0-3-2/frames?view=public").json()["items"][0]
    assert all(card is None for seat in public["scene"]["data"]["seats"] for card in seat["cards"])


@pytest.mark.parametrize("view", ["open", "public", "0", "2"])
def test_thoughts_are_those_that_the_viewpoint_may_know(client: TestClient, view: str) -> None:
    """Looked at openly everybody's, from a seat one's own, from outside nobody's: they give hands away."""
    frames = client.get(f"/api/v1/matches/1-0-3-2/frames?view={view}").json()["items"]
    told = {
        action["player"] for frame in frames for action in frame["actions"] if action["thoughts"] is not None
    }
    openly = client.get("/api/v1/matches/1-0-3-2/frames?view=open").json()["items"]
    everybody = {act["player"] for frame in openly for act in frame["actions"] if act["thoughts"] is not None}
    assert len(everybody) > 1
    assert told == {"open": everybody, "public": set()}.get(
        view, everybody & {int(view) if view.isdigit() else -1}
    )


def test_the_record_is_a_file_that_replays(client: TestClient, tmp_path: Path) -> None:
    """The bytes are a record file; ranges of it are its parts."""
    whole = client.get("/api/v1/matches/1-0-3-2/record")
    (record,) = read_records(whole.content)
    verify(record)
    part = client.get("/api/v1/matches/1-0-3-2/record", headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, whole.content[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(whole.content)}"
    last = client.get("/api/v1/matches/1-0-3-2/record", headers={"Range": "bytes=-5"})
    assert last.content == whole.content[-5:]
    assert client.get("/api/v1/matches/1-0-3-2/record", headers={"Range": "bytes=999999-"}).status_code == 416


def test_advice_of_the_agent_that_played_agrees(client: TestClient, reference: dict[str, object]) -> None:
    """Greedy throws no dice: asked on its own decisions it says what it did."""
    seats = [seat.agent for seat in reference["record"].seats]  # type: ignore[attr-defined]
    seat = seats.index("greedy")
    found = client.get(f"/api/v1/matches/1-0-3-2/advice?seat={seat}&agent=greedy").json()
    assert found["items"]
    assert all(row["agrees"] and row["says"] == row["advice"] for row in found["items"])
    other = client.get(f"/api/v1/matches/1-0-3-2/advice?seat={seats.index('random')}&agent=greedy").json()
    assert not all(row["agrees"] for row in other["items"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("matches/1-0-99-0", 404),
        ("matches/1-0-3-9", 404),
        ("matches/7-0-0-0", 404),
        ("matches/nonsense", 404),
        ("matches/h-none", 404),
        ("matches/1-0-3-2/frames?view=9", 422),
        ("matches/1-0-3-2/frames?view=mine", 422),
        ("matches/1-0-3-2/frames?start=-1", 422),
        ("matches/1-0-3-2/advice?seat=4", 422),
        ("matches/1-0-3-2/advice?agent=nobody", 404),
        ("tournaments/1/matches?limit=0", 422),
        ("tournaments/1/matches?cursor=zzz", 422),
        ("tournaments/8/matches", 404),
    ],
)
def test_wrong_questions(client: TestClient, path: str, status: int) -> None:
    """Each is a problem document that says what was expected."""
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert len(answer.json()["detail"]) > 10


def test_a_record_that_no_longer_replays_shows_what_is_stored(
    client: TestClient, reference: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says why, and shows the result instead of the course."""
    record = reference["record"]
    assert isinstance(record, Record)
    other = dataclasses.replace(record, game_version=99)
    services = client.app.state.services  # type: ignore[attr-defined]
    monkeypatch.setattr(services.matches, "find", lambda name: Found(name, other, 1, human=False))
    found = client.get("/api/v1/matches/1-0-0-0").json()
    assert not found["replayable"]
    assert "version" in found["problem"]
    frames = client.get("/api/v1/matches/1-0-0-0/frames").json()
    assert frames["total"] == 1
    assert frames["items"][0]["over"]
    assert all(f"{score:g}" in frames["items"][0]["scene"]["text"] for score in found["scores"])
    assert json.dumps(found)
