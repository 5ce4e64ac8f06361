"""What a tournament shows while it runs."""

from __future__ import annotations

import dataclasses
import io

import pytest
from rich.console import Console

from arena.cli import _live, _screen
from tournaments.progress import LiveStanding, Progress


def progress(**changed: object) -> Progress:
    standings = (
        LiveStanding(0, "tuned", 1, 12.5, 0.5, 0.41, 900),
        LiveStanding(1, "ismcts(simulations=200)", 2, 11.9, 0.5, 0.38, 900),
        LiveStanding(2, "random", 3, -24.4, 0.7, 0.01, 899),
        LiveStanding(3, "late", 4, -30.0, None, None, 1),
    )
    given = {
        "round": 0,
        "title": "round robin",
        "blocks": 1200,
        "planned": 4000,
        "resumed": 200,
        "matches": 4000,
        "rate": 100.0,
        "seconds": 10.0,
        "left": 28.0,
        "faults": 0,
        "void": 0,
        "standings": standings,
        "done": False,
    }
    return Progress(**{**given, **changed})  # type: ignore[arg-type]


def drawn(shown: Progress, *, width: int = 80, height: int = 24, seconds: float | None = None) -> list[str]:
    console = Console(file=io.StringIO(), force_terminal=True, width=width, height=height, color_system=None)
    screen = _screen.Screen(console, "dhumbal · round-robin · 4 agents · seed 7", seconds)
    with console.capture() as captured:
        console.print(screen.look(shown))
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_screen(width: int) -> None:
    """How far it is, how fast, how long still, and every agent with rank, score ± half-width, wins and blocks."""
    lines = drawn(progress(), width=width)

    assert max(map(len, lines)) <= width
    assert lines[0] == "dhumbal · round-robin · 4 agents · seed 7"
    assert "1,200 of 4,000 blocks · 4,000 matches · 400 matches/s · 0:28 left" in lines
    rows = [line.split() for line in lines]
    assert ["1", "tuned", "+12.50", "±", "0.50", "41.0", "900"] in rows
    assert ["4", "late", "-30", "-", "1"] in rows


def test_a_gap_parts_those_whose_intervals_do_not_overlap() -> None:
    """The first two stand together, the third apart."""
    lines = drawn(progress())
    places = [
        next(n for n, line in enumerate(lines) if name in line) for name in ("tuned", "ismcts", "random")
    ]

    assert places[1] == places[0] + 1
    assert places[2] > places[1] + 1


def test_long_rankings_are_cut_to_the_screen() -> None:
    """With fewer lines than agents the head of the ranking stays, and the rest is counted."""
    many = tuple(LiveStanding(n, f"agent-{n}", n + 1, -float(n), 0.1, None, 9) for n in range(30))
    lines = drawn(progress(standings=many), height=16)

    assert len(lines) <= 16
    assert any("agent-0 " in line for line in lines)
    assert any("more" in line for line in lines)


def test_round_faults_and_void_are_told() -> None:
    """Rounds of a championship by title; faults and void blocks where there are any."""
    lines = drawn(progress(round=1, title="within family search", faults=3, void=1, planned=None, left=None))

    assert "round 2: within family search" in lines
    assert any("3 faults · 1 void" in line and "left" not in line for line in lines)


def test_provisional_ratings_are_labelled() -> None:
    """Online ratings have a column of their own, headed so; without any there is none; the screen is no higher for it."""
    known = [
        dataclasses.replace(one, skill=skill)
        for one, skill in zip(progress().standings, (31.25, 29.0, 18.0), strict=False)
    ]
    lines = drawn(progress(standings=(*known, progress().standings[3])))
    rows = [line.split() for line in lines]

    assert any(line.rstrip().endswith("provisional") for line in lines)
    assert ["rank", "agent", "score", "wins", "%", "blocks", "skill"] in rows
    assert ["1", "tuned", "+12.50", "±", "0.50", "41.0", "900", "31.2"] in rows
    assert ["4", "late", "-30", "-", "1", "-"] in rows
    assert max(map(len, lines)) <= 80
    assert not any("provisional" in line for line in drawn(progress()))
    many = tuple(LiveStanding(n, f"agent-{n}", n + 1, -float(n), 0.1, None, 9, 25.0) for n in range(30))
    assert len(drawn(progress(standings=many), height=16)) <= 16


def test_share_done() -> None:
    """By blocks where they end it, by time where that does, by whichever is nearer; unknown where neither."""
    assert _screen.share(progress(), None) == 0.3
    assert _screen.share(progress(planned=None), 40.0) == 0.25
    assert _screen.share(progress(), 12.5) == 0.8
    assert _screen.share(progress(planned=None), None) is None
    assert _screen.share(progress(planned=1000), None) == 1.0


def test_lines_come_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal: one line every five seconds, one when a round begins, one at its end; no escape codes."""
    now = [100.0]
    monkeypatch.setattr(_live, "perf_counter", lambda: now[0])
    file = io.StringIO()
    lines = _screen.Lines(Console(file=file, width=80), "title")
    with lines:
        for second in range(12):
            now[0] = 100.0 + second
            lines(progress(seconds=float(second)))
        lines(progress(seconds=12.0, round=1))
        lines(progress(seconds=12.1, round=1, done=True))
    told = file.getvalue().splitlines()

    assert told[0] == "title"
    assert [line.split()[0] for line in told[1:]] == ["0:00", "0:05", "0:10", "0:12", "0:12"]
    assert "1 tuned +12.50 ± 0.50, 2 ismcts(simulations=200) +11.90 ± 0.50, 3 random" in told[1]
    assert "\x1b" not in file.getvalue()


def test_what_fits_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """--quiet shows nothing; a terminal gets the screen, colourless under NO_COLOR; anything else gets lines."""
    assert isinstance(_screen.screen_for("t", seconds=None, quiet=True), _live.Silence)
    assert isinstance(_screen.screen_for("t", seconds=None, quiet=False), _screen.Lines)
    monkeypatch.setattr(_screen, "aside", lambda: Console(file=io.StringIO(), force_terminal=True))
    assert isinstance(_screen.screen_for("t", seconds=None, quiet=False), _screen.Screen)


def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR takes the colours and leaves the words."""
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=80, height=24)
    console.print(_screen.Screen(console, "title", None).look(progress()))

    assert "tuned" in file.getvalue()
    assert not any(f"\x1b[{code}" in file.getvalue() for code in ("3", "4", "9", "38", "48"))
