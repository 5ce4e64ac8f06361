"""`arena sprt`: what it prints, what it refuses, and that it goes on."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cli_bench import Answer, arena
from rich.console import Console

from arena.cli import _live, _sprt_report
from arena.contest import Chunk, Executor, Results

pytestmark = pytest.mark.usefixtures("toys")

WORDS = ["sprt", "first-one", "random", "--game", "pebbles", "--seed", "3", "-w", "1"]


def told(answer: Answer) -> dict[str, Any]:
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return found


def test_report_and_document_say_the_same(home: Path) -> None:
    """For people and for programs: verdict, counts, estimates and the command that tells it again, word by word."""
    answer = arena(*WORDS, "--elo1", "60")
    found = told(arena(*WORDS, "--elo1", "60", "--json", "-q"))

    assert answer.code == 0, answer.err
    assert found["verdict"] in ("high", "low")
    assert found["agents"] == ["first-one", "random"]
    assert sum(found["counts"]) == found["blocks"]
    assert found["matches"] == 2 * found["blocks"]
    assert found["elo"]["low"] < found["elo"]["value"] < found["elo"]["high"]
    text = " ".join(answer.out.split())
    assert f"{found['blocks']:,} blocks, {found['matches']:,} matches" in text
    assert " · ".join(f"{count:,}" for count in found["counts"]) in text
    assert "accepted over" in text
    assert found["command"] in answer.out
    assert "LLR" in answer.err
    assert (home / "arena.sqlite").exists() or any(home.iterdir())
    assert arena(*shlex.split(found["command"])[1:], "-q").out == answer.out


def test_workers_and_stores_do_not_matter(tmp_path: Path) -> None:
    """Another number of workers and another store give the same document but for the command."""
    found = [
        told(arena(*WORDS[:-1], workers, "--json", "-q", "--store", str(tmp_path / f"{workers}.sqlite")))
        for workers in ("1", "2")
    ]
    for document in found:
        del document["command"]

    assert found[0] == found[1]


def test_an_open_test_goes_on(home: Path) -> None:
    """A test that is given up says so and how to go on; a longer one hears what is stored."""
    answer = arena(*WORDS, "--max-blocks", "4", "-q")
    longer = told(arena(*WORDS, "--json", "-q"))

    assert "open: 4 blocks decide neither for 0 nor for 5" in " ".join(answer.out.split())
    assert "go on" in answer.out
    assert longer["verdict"] != "open"
    assert any(home.iterdir())


@dataclass(frozen=True)
class Interrupted(Executor):
    """Ctrl-C after the third chunk."""

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        for chunk in itertools.islice(chunks, 3):
            yield player(chunk)
        raise KeyboardInterrupt


def test_an_interrupt_tells_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C prints the test so far and the command that goes on, which gives what an undisturbed run gives."""
    undisturbed = arena(*WORDS, "--elo1", "3", "-q", "--max-blocks", "300", "--by", "points")
    with monkeypatch.context() as patched:
        patched.setattr("arena.cli._options.executor", lambda workers: Interrupted())
        patched.setenv("ARENA_HOME", str(Path(os.environ["ARENA_HOME"]) / "other"))
        broken = arena(*WORDS, "--elo1", "3", "-q", "--max-blocks", "300", "--by", "points")
        patched.undo()

    assert broken.code == 130
    assert "open: " in broken.out
    assert "interrupted; go on with: arena sprt first-one random" in broken.err
    again = broken.err.partition("go on with: ")[2]
    assert arena(*shlex.split(again)[1:], "-q").out == undisturbed.out


@pytest.mark.parametrize(
    ("options", "model", "kind"),
    [
        (["--nelo0", "-10", "--nelo1", "30"], "nelo", "share"),
        (["--diff1", "0.5"], "difference", "difference"),
        (["--players", "3", "--elo1", "80"], "elo", "share"),
        (["--by", "wins", "--elo1", "80"], "elo", "share"),
    ],
)
def test_hypotheses_of_every_kind(options: list[str], model: str, kind: str) -> None:
    """Normalized Elo, score differences, tables of three and other metrics are tested and told."""
    found = told(arena(*WORDS, *options, "--json", "-q", "--max-blocks", "400"))
    shown = arena(*WORDS, *options, "-q", "--max-blocks", "400")

    assert told(arena(*shlex.split(found["command"])[1:], "--json", "-q")) == found
    assert found["design"]["model"] == model
    assert found["measure"]["kind"] == kind
    assert (found["elo"] is None) == (kind == "difference")
    assert shown.code == 0
    assert shown.err == ""
    assert max(map(len, shown.out.splitlines()[:-1])) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sprt", "random"], "missing argument 'B'"),
        (["sprt", "random", "random", "-g", "pebbles"], "expected two different agents, got 'random' twice"),
        (["sprt", "random", "first-won", "-g", "pebbles"], "did you mean 'first-one'?"),
        (["sprt", "random", "first-one", "tuned", "-g", "pebbles"], "unexpected extra argument"),
        ([*WORDS, "--elo0", "5", "--elo1", "5"], "expected elo0 below elo1, got 5.0 twice"),
        ([*WORDS, "--elo0", "9"], "expected elo0 below elo1"),
        ([*WORDS, "--elo1", "nan"], "finite"),
        ([*WORDS, "--elo1", "10", "--nelo1", "5"], "hypotheses in one unit, got elo and nelo"),
        ([*WORDS, "--diff0", "1"], "expected --diff1"),
        ([*WORDS, "--alpha", "0.5"], "expected alpha between 0 and 0.5"),
        ([*WORDS, "--beta", "0"], "expected beta between 0 and 0.5"),
        ([*WORDS, "--max-blocks", "0"], "blocks >= 1"),
        ([*WORDS, "--players", "9"], "played by 2, 3, 4"),
        ([*WORDS, "--by", "pionts"], "did you mean 'points'?"),
    ],
)
def test_bad_input(words: list[str], said: str, home: Path) -> None:
    """One line that says what was expected, exit code 2, and no store left behind."""
    answer = arena(*words)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert said in answer.err
    assert not home.exists()


def test_the_live_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal: what is tested, how far it is, the ratio between its bounds, and the estimate, in few lines."""
    looks: list[list[str]] = []
    console = Console(file=io.StringIO(), force_terminal=True, width=80, color_system=None)
    monkeypatch.setattr(_sprt_report, "aside", lambda: console)
    monkeypatch.setattr(_live, "REFRESH_S", 0.0)

    def kept(draw: Callable[..., Any]) -> Callable[..., Any]:
        def drawn(self: Any, *told: Any) -> Any:
            shown = draw(self, *told)
            page = Console(file=io.StringIO(), width=80, color_system=None)
            with page.capture() as captured:
                page.print(shown)
            looks.append(captured.get().splitlines())
            return shown

        return drawn

    for name in ("waiting", "look"):
        monkeypatch.setattr(_sprt_report._Screen, name, kept(getattr(_sprt_report._Screen, name)))
    assert arena(*WORDS).code == 0

    assert looks[0][1].startswith("The first blocks are on their way")
    assert [line for lines in looks for line in lines if len(line) > 80] == []
    title, counts, _, bar, standing = looks[-1]
    assert title.startswith("first-one against random · ")
    assert re.fullmatch(r"[\d,]+ blocks? of 100,000 at most · [\d.,]+ blocks/s · \d+:\d\d", counts.rstrip())
    assert re.fullmatch(r"Elo 0 ├[─┼●]{31}┤ 5", bar.rstrip())
    assert re.match(r"LLR [+-]\d\.\d\d \[-\d\.\d\d, \+\d\.\d\d\]  Elo ", standing)
