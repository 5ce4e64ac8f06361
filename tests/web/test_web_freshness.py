"""Answers are kept while they are right, and no longer."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import sleep

from fastapi.testclient import TestClient
from web_serving import Serving

from arena.contest import Stop
from tournaments.executors.serial import Serial
from tournaments.plan import make_plan
from tournaments.store import Store
from tournaments.tournament import Tournament


def play(path: Path, blocks: int, seed: int = 7) -> None:
    with Store.open(path) as store:
        plan = make_plan("dhumbal", "greedy,tuned,aggressive,random", seed=seed, stop=Stop(blocks=blocks))
        Tournament(plan, store).run(Serial())


def blocks_ranked(client: TestClient, wanted: int) -> int:
    """The blocks of the ranking, asked for until they are `wanted`; a computation may be under way."""
    found = 0
    for _ in range(200):
        found = client.get("/api/v1/tournaments/1/ranking").json()["blocks"]
        if found == wanted:
            break
        sleep(0.02)
    return found


def test_the_same_answer_is_not_sent_twice(client: TestClient) -> None:
    for address in (
        "/api/v1/games",
        "/api/v1/tournaments",
        "/api/v1/tournaments/1/ranking",
        "/api/v1/agents",
    ):
        client.get(address)
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]


def test_a_kept_answer_is_the_answer(client: TestClient) -> None:
    first, second = (client.get("/api/v1/tournaments/1/ranking?limit=2") for _ in range(2))

    assert first.content == second.content
    assert {name: first.headers[name] for name in ("etag", "link", "content-type")} == {
        name: second.headers[name] for name in ("etag", "link", "content-type")
    }


def test_answers_are_compressed_for_those_who_can(client: TestClient) -> None:
    plain = client.get("/api/v1/games", headers={"Accept-Encoding": "identity"})
    zipped = client.get("/api/v1/games", headers={"Accept-Encoding": "gzip"})

    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.content == zipped.content


def test_blocks_that_arrive_are_ranked(client: TestClient, store_path: Path) -> None:
    assert client.get("/api/v1/tournaments/1/ranking").json()["blocks"] == 36
    play(store_path, 42)

    assert blocks_ranked(client, 42) == 42
    assert client.get("/api/v1/tournaments/1").json()["blocks"] == 42
    assert client.get("/api/v1/tournaments/1/convergence").json()["blocks"][-1] == 42


def test_nobody_waits_for_a_ranking_that_is_made_anew(serving: Serving, store_path: Path) -> None:
    """Until it is time to compute again, everybody gets what there is."""
    client = serving(refresh_s=3600.0)
    before = client.get("/api/v1/tournaments/1/ranking")
    play(store_path, 42)

    after = client.get("/api/v1/tournaments/1/ranking")

    assert after.headers["etag"] == before.headers["etag"]
    assert client.get("/api/v1/tournaments/1").json()["blocks"] == 42


def test_a_store_that_appears_is_served(serving: Serving, store_path: Path) -> None:
    aside = store_path.rename(store_path.with_name("aside.sqlite"))
    client = serving()
    assert client.get("/api/v1/tournaments").json() == {"items": [], "next": None}
    assert client.get("/api/v1/tournaments/1").status_code == 404
    assert client.get("/healthz").json()["store"] == "absent"

    aside.rename(store_path)

    assert [card["id"] for card in client.get("/api/v1/tournaments").json()["items"]] == [1]
    assert client.get("/healthz").json()["store"] == "ok"


def test_a_store_that_is_replaced_is_served(client: TestClient, store_path: Path, tmp_path: Path) -> None:
    """The ranking of the former file's tournament 1 is not that of the new one's."""
    assert blocks_ranked(client, 36) == 36
    other = tmp_path / "other.sqlite"
    play(other, 6, seed=8)
    for left in ("-wal", "-shm"):
        store_path.with_name(store_path.name + left).unlink(missing_ok=True)
    shutil.move(other, store_path)

    assert blocks_ranked(client, 6) == 6
    assert client.get("/api/v1/tournaments/1").json()["plan"]["seed"] == 8


def test_a_writer_is_never_kept_waiting(client: TestClient, store_path: Path) -> None:
    """The server holds no lock: a run can begin, write and end while it answers."""
    client.get("/api/v1/tournaments/1/ranking")
    with Store.open(store_path) as store, store.writing():
        assert client.get("/api/v1/tournaments/1").status_code == 200
        assert client.get("/api/v1/tournaments/1/pairs").status_code == 200


def test_a_cache_without_room_keeps_nothing(serving: Serving) -> None:
    client = serving(cache_mb=0)

    assert client.get("/api/v1/games").content == client.get("/api/v1/games").content
