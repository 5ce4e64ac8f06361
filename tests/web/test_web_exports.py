"""A match as one page: all of it is there, nothing is loaded, and nothing that an agent said can run."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_bench import arena
from fastapi.testclient import TestClient
from web_browser import BREAKOUT, chromium_page, wild_record

from arena.errors import BadParameter, HostFault
from arena.record import Record
from tournaments import replays
from tournaments.store import Store
from web.exports import match_page
from web.frames import film_of

REPLAY = re.compile(r'<script type="application/json" id="replay">(.*?)</script>', re.DOTALL)
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)"')


@pytest.fixture(scope="module")
def record(played: Path) -> Record:
    with Store.open(played, create=False) as store:
        return replays.record(store, 1, 0, 3, 1)


def inside(text: str) -> dict[str, Any]:
    (data,) = REPLAY.findall(text)
    found: dict[str, Any] = json.loads(data)
    return found


def timeless(text: str) -> str:
    """Without the times of decisions, which are measured anew where a match is made again."""
    return re.sub(r'"micros":\d+', "", text)


def test_the_page_holds_every_view(record: Record) -> None:
    """Frames of every viewpoint, put together again, are those that the API sends; the file stays below a megabyte."""
    page = match_page("1-0-3-1", record)
    document = inside(page.text)

    assert document["match"]["id"] == "1-0-3-1"
    assert list(document["frames"]) == ["public", "open", "0", "1", "2", "3"]
    for view, parts in document["frames"].items():
        film = film_of(record, int(view) if view.isdecimal() else view)
        wanted = [json.loads(frame.model_dump_json()) for frame in film.frames]
        assert [
            {**whole, **part} for whole, part in zip(document["frames"]["open"], parts, strict=True)
        ] == wanted
    assert page.frames == len(document["frames"]["open"]) == document["match"]["frames"]
    (mover,) = document["frames"]["open"][0]["actors"]
    assert set(document["frames"][str(mover)][0]) == {"scene"}
    assert set(document["frames"]["public"][0]) == {"scene", "actions"}, "thoughts are hidden from everybody"
    assert len(page.text.encode()) < 1e6


def test_words_cannot_leave_their_place() -> None:
    """However agents talk, the page has the viewer's script and one block of data, whose text is what they said."""
    text = match_page("wild", wild_record()).text
    before, _, after = text.partition('id="replay">')

    assert BREAKOUT not in text
    assert text.count("</script>") == 2
    assert after.index("</script>") < after.index("</body>")
    assert "window.broken" not in before
    told = inside(text)["frames"]["open"][0]["actions"][0]["thoughts"]
    assert told == {"text": BREAKOUT, BREAKOUT: 1.0}


def test_the_policy_names_the_viewer_alone(record: Record) -> None:
    """Scripts and styles go by their digest, and there is no other source."""
    (policy,) = POLICY.findall(match_page("1-0-3-1", record).text)

    assert re.fullmatch(
        r"default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; img-src data: blob:; "
        r"base-uri 'none'; form-action 'none'",
        policy,
    )


def test_a_title_is_escaped(record: Record, tmp_path: Path) -> None:
    """Names of agents in the head are text."""
    template = tmp_path / "export.html"
    template.write_text('<head><meta charset="utf-8" /><title>x</title></head><body></body>')
    page = match_page("1-0-3-1", record, template=template)

    assert "<title>Dhumbal: " in page.text
    assert "script-src 'none'; style-src 'none'" in page.text


def test_what_cannot_be_is_refused(record: Record, tmp_path: Path) -> None:
    """A seat or a ply that is not there, and a viewer that is not built."""
    with pytest.raises(BadParameter, match=r"expected view .* got '4'"):
        match_page("x", record, view="4")
    with pytest.raises(BadParameter, match=rf"expected --ply from 0 to {len(record.actions)}, got 9999"):
        match_page("x", record, ply=9999)
    with pytest.raises(HostFault, match="npm run build"):
        match_page("x", record, template=tmp_path / "none.html")
    (tmp_path / "other.html").write_text("hello")
    with pytest.raises(HostFault, match="is no page of the viewer"):
        match_page("x", record, template=tmp_path / "other.html")


def test_a_record_that_parts_from_its_replay_is_shown_as_stored(record: Record) -> None:
    """What does not play again is exported with the reason, as far as it goes, from everybody's view."""
    broken = dataclasses.replace(record, game_version=999)
    document = inside(match_page("x", broken).text)

    assert document["match"]["replayable"] is False
    assert document["match"]["problem"]
    assert list(document["frames"]) == ["public"]
    assert document["match"]["frames"] == len(document["frames"]["public"]) > 0


def test_the_command_writes_a_page(played: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--html` names the file after the match; `-` is standard output; both ways of writing a match do."""
    monkeypatch.chdir(tmp_path)
    store = ["--store", str(played)]
    answer = arena("replay", "export", "1/0/3/1", "--html", "--view", "2", "--ply", "7", *store)

    assert (answer.code, answer.out) == (0, "")
    assert re.fullmatch(r"match-1-0-3-1\.html written: \d+ frames, \d{3} KB\n", answer.err)
    text = (tmp_path / "match-1-0-3-1.html").read_text(encoding="utf-8")
    assert inside(text)["start"] == {"view": "2", "ply": "7"}
    again = arena(
        "replay", "export", "1-0-3-1", "--to", "html", "--out", "-", "--view", "2", "--ply", "7", *store
    )
    assert timeless(again.out) == timeless(text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1/0/3", "--html"], "--to html takes one match"),
        (["1/0/3/1", "--html", "--to", "pgn"], "expected --html or --to, got both"),
        (["1/0/3/1", "--html", "--speed", "2"], "--speed is for --to gif or mp4"),
        (["1/0/3/1", "--ply", "2"], "--ply is for --to html"),
        (["1/0/3/1", "--to", "gif", "--out", "-"], "--to gif needs a file"),
        (["1/0/3/1", "--to", "gif", "--size", "wide"], "expected --size as WIDTHxHEIGHT"),
        (["1/0/3/1", "--to", "gif", "--size", "20x20"], "expected a size from 160x160"),
        (["1/0/3/1", "--to", "gif", "--speed", "1000"], "expected a speed from"),
        (["1/0/3/1", "--to", "gif", "--theme", "pink"], "expected --theme 'light' or 'dark', got 'pink'"),
        (["1/0/3/1", "--html", "--server", "http://127.0.0.1:1"], "expected --server or --store, got both"),
    ],
)
def test_bad_wishes(
    played: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    """One line that names the option, exit code 2, no file."""
    monkeypatch.chdir(tmp_path)
    answer = arena("replay", "export", *words, "--store", str(played))

    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_pictures_without_a_browser(played: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no Chromium is, one line says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ARENA_CHROMIUM", raising=False)
    monkeypatch.chdir(tmp_path)
    answer = arena("replay", "export", "1/0/3/1", "--to", "mp4", "--store", str(played))

    assert answer.code == 1
    assert "apt-get install chromium" in answer.err
    assert answer.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_pictures_without_the_extra(played: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a package is absent, one line says what to install."""
    monkeypatch.setenv("ARENA_CHROMIUM", sys.executable)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    monkeypatch.chdir(tmp_path)
    answer = arena("replay", "export", "1/0/3/1", "--to", "gif", "--store", str(played))

    assert answer.code == 1
    assert "playwright is not installed: pip install 'agent-arena[video]'" in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("size", [(1280, 900), (360, 740)])
def test_the_page_in_a_browser(size: tuple[int, int], tmp_path: Path) -> None:
    """From disk: keys step, seats can be looked through, nothing is asked of a network, nothing runs or is complained of."""
    record = wild_record()
    file = tmp_path / "match.html"
    page_of = match_page("wild-1", record, view="1", ply=2)
    file.write_text(page_of.text, encoding="utf-8")
    asked: list[str] = []
    said: list[str] = []
    with chromium_page(
        viewport={"width": size[0], "height": size[1]}, offline=True, reduced_motion="reduce"
    ) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(file.as_uri())
        page.evaluate("() => window.arenaReplay.ready")
        scene = page.locator("[data-scene]")

        def shows(view: int | str, index: int) -> None:
            frame = film_of(record, view).frames[index]  # type: ignore[arg-type]
            page.wait_for_function(
                "text => document.querySelector('[data-scene]').textContent === text", arg=frame.scene.text
            )

        shows(1, 2)
        page.keyboard.press("ArrowRight")
        shows(1, 3)
        page.keyboard.press("End")
        shows(1, page_of.frames - 1)
        page.keyboard.press("Home")
        shows(1, 0)
        for key, view in (("1", 0), ("0", "public"), ("o", "open")):
            page.keyboard.press(key)
            shows(view, 0)
        page.evaluate("() => window.arenaReplay.seek(4)")
        shows("open", 4)
        assert scene.count() == 1
        assert page.evaluate("() => window.arenaReplay.count") == page_of.frames
        assert page.evaluate("() => document.documentElement.scrollWidth") <= size[0]
        assert page.evaluate("() => window.broken") is None
        assert "Dhumbal" in page.title()
    assert asked == [file.as_uri()]
    assert said == []


def test_only_the_page_for_other_sites_may_be_framed(client: TestClient) -> None:
    """`/embed/` is shown in frames of anybody, every other page in the server's own."""
    assert "frame-ancestors *" in client.get("/embed/1-0-0-0").headers["content-security-policy"]
    for path in ("/", "/matches/1-0-0-0", "/embedded", "/api/v1/games"):
        assert "frame-ancestors 'self'" in client.get(path).headers["content-security-policy"]
