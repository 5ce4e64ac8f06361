"""`arena leaderboard`, `arena matches` and `arena replay` against a server that runs, and against what is none."""

from __future__ import annotations

import csv
import http.server
import io
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from cli_bench import Answer, arena

from arena.errors import BadInput, BadParameter, HostFault
from web.app import create_app
from web.client import Client
from web.settings import Settings

AGENTS = ("greedy", "tuned", "random")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a round robin and a Swiss of two rounds."""
    path = tmp_path_factory.mktemp("client") / "league.sqlite"
    for words in (["-p", "3", "--blocks", "24"], ["-p", "2", "--format", "swiss(rounds=2)", "--blocks", "8"]):
        told = arena(
            *("tournament", "dhumbal", "-a", ",".join(AGENTS), *words),
            *("--seed", "7", "--workers", "1", "-q", "--store", str(path)),
        )
        assert told.code == 0, told.err
    return path


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[str]:
    """A server on that store, on a free port."""
    app = create_app(Settings(store=store, log_requests=False))
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", ws="none"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    running.should_exit = True
    thread.join(timeout=20)
    listener.close()
    assert not thread.is_alive()


@pytest.fixture
def stranger() -> Iterator[str]:
    """A server that is none of the arena: it answers with a page, or says that there is none."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = "ranking" not in self.path
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(b"<h1>hello</h1>" if "matches" not in self.path else b"[1]")

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def done(answer: Answer) -> str:
    assert answer.code == 0, answer.err
    return answer.out


@pytest.mark.parametrize(
    "words", [["1"], ["last"], ["2", "--round", "1"], ["1", "--by", "wins"], ["1", "--limit", "2"]]
)
def test_the_leaderboard_is_the_same_near_and_far(store: Path, server: str, words: list[str]) -> None:
    """The document, the CSV and the table of the server are those of its store."""
    near, far = ["--store", str(store)], ["--server", server]
    local = json.loads(done(arena("leaderboard", *words, "--json", *near)))
    remote = json.loads(done(arena("leaderboard", *words, "--json", *far)))

    assert remote | {"next": None} == local
    assert remote["items"]
    assert done(arena("leaderboard", *words, "--csv", *near)) == done(
        arena("leaderboard", *words, "--csv", *far)
    )
    table = done(arena("leaderboard", *words, *near)).splitlines()
    assert done(arena("leaderboard", *words, *far)).splitlines()[1:] == table[1:]


def test_the_leaderboard_is_the_table_of_rank(store: Path) -> None:
    """Line by line, and in the CSV."""
    ours = done(arena("leaderboard", "1", "--store", str(store)))
    theirs = done(arena("rank", "1", "--store", str(store)))
    head = ours.splitlines().index(next(line for line in ours.splitlines() if line.startswith("rank ")))

    assert "\n".join(ours.splitlines()[head : head + 5]) in theirs
    rows = list(csv.DictReader(io.StringIO(done(arena("leaderboard", "1", "--csv", "--store", str(store))))))
    assert done(arena("rank", "1", "--csv", "--store", str(store))).count("\n") == len(rows) + 1
    assert {row["agent"] for row in rows} == set(AGENTS)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["1", "--limit", "500"], 72),
        (["1"], 20),
        (["1", "--block", "3"], 3),
        (["1", "--agent", "random", "--block", "3"], 3),
        (["2", "--agent", "2", "--round", "1", "--limit", "500"], None),
    ],
)
def test_matches_are_the_same_near_and_far(
    store: Path, server: str, words: list[str], count: int | None
) -> None:
    """By block, by round, by agent; no more than were asked for."""
    local = done(arena("matches", *words, "--json", "--store", str(store)))
    assert local == done(arena("matches", *words, "--json", "--server", server))
    items = json.loads(local)["items"]

    assert items
    assert count is None or len(items) == count
    if "--agent" in words:
        assert all("random" in item["seats"] for item in items)
    if "--round" in words:
        assert {item["round"] for item in items} == {1}
    table = arena("matches", *words, "--store", str(store))
    assert done(table).splitlines()[2].split()[0] == items[0]["id"].replace("-", "/")
    assert ("--limit says" in table.err) == (words == ["1"])


def test_no_matches(store: Path) -> None:
    """An empty list is no error."""
    answer = arena("matches", "1", "--block", "999", "--store", str(store))
    assert (answer.code, answer.out) == (0, "")
    assert "no matches" in answer.err


@pytest.mark.parametrize("words", ["1/0/3/1", "1-0-3-1", "last/1/0/0", "2/1/0/1"])
def test_a_match_of_the_server_is_that_of_the_store(store: Path, server: str, words: str) -> None:
    """Told, verified, and as JSON; written with slashes or hyphens."""
    near, far = ["--store", str(store)], ["--server", server]

    assert done(arena("replay", words, *far)) == done(arena("replay", words, *near))
    assert done(arena("replay", words, "--verify", *far)).startswith("verified: 1 match")
    told = json.loads(done(arena("replay", words, "--json", *far)))
    assert [seat["agent"] for seat in told["seats"]]
    pgn = done(arena("replay", "export", words, "--to", "pgn", *far))
    assert pgn == done(arena("replay", "export", words, "--to", "pgn", *near))


def test_the_variable_names_the_server(server: str, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ARENA_SERVER is asked where neither option is given; --store wins over it; a file is a file."""
    monkeypatch.setenv("ARENA_SERVER", server)
    assert server in done(arena("leaderboard"))
    assert server not in done(arena("leaderboard", "--store", str(store)))
    assert "1/0/0/0" in done(arena("matches", "1", "--limit", "1"))
    monkeypatch.setenv("ARENA_SERVER", "http://127.0.0.1:9")
    file = store.with_name("match.arec")
    done(arena("play", "dhumbal", "--agents", "greedy,tuned", "--seed", "3", "--record", str(file)))
    assert "greedy" in done(arena("replay", str(file)))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["leaderboard", "9"], "unknown tournament '9': (known: 1, 2)"),
        (["leaderboard", "1", "--by", "cions"], "unknown metric of dhumbal 'cions': did you mean 'coins'?"),
        (["leaderboard", "1", "--round", "7"], "unknown round '7'"),
        (["leaderboard", "1", "--json", "--csv"], "expected --json or --csv, got both"),
        (["matches", "1", "--agent", "gredy"], "unknown agent 'gredy': did you mean 'greedy'?"),
        (["replay", "1/0/999/0"], "unknown match '1-0-999-0'"),
        (["replay", "h-nobody"], "unknown match"),
        (["replay", "no-such.arec"], "as TOURNAMENT/ROUND/BLOCK/SEATING, got 'no-such.arec'"),
        (["leaderboard", "--store", "x"], "expected --server or --store, got both"),
    ],
)
def test_what_the_server_refuses(server: str, words: list[str], said: str) -> None:
    """Its own sentence, in one line, and exit code 2."""
    answer = arena(*words, "--server", server)

    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("words", [["leaderboard"], ["matches"], ["replay", "1/0/0/0"]])
def test_nobody_answers(words: list[str]) -> None:
    """One line that names the server, and exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = arena(*words, "--server", f"http://127.0.0.1:{port}")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"arena: error: http://127.0.0.1:{port} cannot be reached: connection refused\n"


def test_a_stranger_answers(stranger: str) -> None:
    """What is no arena is named as such."""
    answer = arena("leaderboard", "--server", stranger)
    assert (answer.code, answer.err) == (
        1,
        f"arena: error: {stranger} does not answer as an arena of this version does\n",
    )
    client = Client(stranger)
    with pytest.raises(HostFault, match=r"no arena answers at .* \(404 Not Found\)"):
        client.get("tournaments", "1", "ranking")
    with pytest.raises(HostFault, match="does not answer as an arena"):
        client.listing("matches")


@pytest.mark.parametrize(
    "address", ["arena.example", "ftp://arena.example", "file:///etc/passwd", "http://", "http://x?y"]
)
def test_addresses(address: str) -> None:
    """Only HTTP is spoken."""
    with pytest.raises(BadParameter, match=r"expected a server such as https://arena\.example, got "):
        Client(address)


def test_an_address_may_be_that_of_the_api(server: str) -> None:
    """A slash or /api/v1 at its end does no harm; names are quoted."""
    client = Client(f"{server}/api/v1/")
    assert client.server == server
    assert client.tournament("last") == 2
    with pytest.raises(BadInput, match="unknown tournament"):
        client.get("tournaments", "1?limit=2")


def test_a_server_that_says_nothing() -> None:
    """Patience ends."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Client(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.2)
        with pytest.raises(HostFault, match="does not answer in time"):
            client.get("games")


def test_an_empty_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """`last` of nothing is said to be so."""
    monkeypatch.setattr(Client, "get", lambda *_, **__: {"items": [], "next": None})
    with pytest.raises(BadParameter, match=r"got 'last', but http://arena\.example holds none"):
        Client("http://arena.example").tournament("last")
