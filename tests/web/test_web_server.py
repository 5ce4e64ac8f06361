"""The server around the routes: headers, ids, counts, pages, the OpenAPI document, and `arena serve`."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from web_serving import Serving

from arena.errors import BadParameter, HostFault
from web import openapi
from web import serving as running
from web.settings import Settings


def test_every_answer_protects_the_browser(client: TestClient) -> None:
    for address in ("/api/v1/games", "/api/v1/nothing", "/healthz", "/", "/api/v1/tournaments?limit=0"):
        headers = client.get(address).headers

        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert len(headers["x-request-id"]) == 16
        assert "server" not in headers


def test_a_request_keeps_its_id(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-Id": "<b>"}).headers["x-request-id"] != "<b>"


def test_requests_are_counted(client: TestClient) -> None:
    client.get("/api/v1/games")
    client.get("/api/v1/nothing")
    said = client.get("/metrics").text

    assert 'arena_requests_total{method="GET",status="200"} 1.0' in said
    assert 'arena_requests_total{method="GET",status="404"} 1.0' in said


def test_metrics_and_docs_are_a_choice(serving: Serving) -> None:
    client = serving(metrics=False)
    assert client.get("/metrics").status_code == 404
    assert client.get("/docs").status_code == 404

    assert "swagger" in serving(docs=True).get("/docs").text


def test_pages(serving: Serving, store_path: Path) -> None:
    static = store_path.parent / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<!doctype html><title>arena</title>" + " " * 2000)
    (static / "assets" / "main-1a2b.js").write_text("export {}")
    (store_path.parent / "secret.txt").write_text("secret")
    client = serving()

    for address in ("/", "/tournaments/1", "/agents/ismcts(simulations=9)"):
        assert client.get(address).text.startswith("<!doctype html>")
        assert client.get(address).headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/assets/main-1a2b.js").headers["cache-control"]
    assert client.get("/assets/main-1a2b.js").headers["content-type"].startswith("text/javascript")
    for address in (
        "/assets/other.js",
        "/api/v2",
        "/api",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_pages_that_are_built_anew_are_served(serving: Serving, store_path: Path) -> None:
    static = store_path.parent / "static"
    static.mkdir()
    (static / "index.html").write_text("one")
    client = serving()
    client.get("/")
    (static / "index.html").write_text("another")

    assert client.get("/").text == "another"


def test_without_pages_the_api_answers(client: TestClient) -> None:
    assert "the pages are not built" in client.get("/").json()["detail"]
    assert client.get("/api/v1/games").status_code == 200


def test_the_openapi_document_is_as_in_the_repository() -> None:
    """After an intended change: python -m web.openapi."""
    kept = Path(__file__).parents[2] / "docs" / "openapi.json"
    assert kept.read_text(encoding="utf-8") == openapi.text()


def test_every_failure_is_described_as_a_problem() -> None:
    document = json.loads(openapi.text())
    kinds = {
        kind
        for path in document["paths"].values()
        for operation in path.values()
        for status, answer in operation["responses"].items()
        if status[0] in "45"
        for kind in answer["content"]
    }

    assert kinds == {"application/problem+json"}


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ARENA_STORE", str(tmp_path / "one.sqlite"))
    monkeypatch.setenv("ARENA_CACHE_MB", "7")

    assert running.settings_for(None).store_path == tmp_path / "one.sqlite"
    assert running.settings_for(tmp_path / "two.sqlite").database_path == tmp_path / "web.sqlite"
    assert Settings().cache_mb == 7
    monkeypatch.setenv("ARENA_CACHE_MB", "many")
    with pytest.raises(BadParameter, match=r"ARENA_CACHE_MB: .* got 'many'"):
        running.settings_for(None)


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(HostFault, match=f"cannot listen at 127.0.0.1:{port}: address already in use"):
            running.start(Settings(store=tmp_path / "arena.sqlite"), "127.0.0.1", port)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_arena_serve_starts_and_ends(tmp_path: Path, ending: signal.Signals) -> None:
    code = "import sys; from arena.cli.main import run; sys.exit(run(['serve', '--port', '0']))"
    environment = os.environ | {"ARENA_HOME": str(tmp_path), "ARENA_STATIC": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        lines = [server.stderr.readline() for _ in range(3)]
        server.send_signal(ending)
        code_of_end = server.wait(30)

    assert "The arena is at http://127.0.0.1:" in lines[0]
    assert "has no index.html" in lines[1]
    assert "arena_" in lines[2]
    assert code_of_end in (0, 130, -ending)
