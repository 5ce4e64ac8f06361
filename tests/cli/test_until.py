"""`arena tournament --until decided`: what is asked, what is shown, what is told, and what cannot be."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path

import pytest
from cli_bench import arena
from rich.console import Console

from arena.cli import _screen
from arena.cli._figures import ends
from tournaments.progress import LiveStanding, Progress
from tournaments.statistics import Estimate

pytestmark = pytest.mark.usefixtures("toys")

WORDS = ["pebbles", "--agents", "first-one,random", "--seed", "7", "--workers", "1", "--quiet"]


def test_report_ends_with_the_verdicts(tmp_path: Path) -> None:
    """Verdicts, looks and the fixed design in the report; 'play again' gives the same numbers; the store ranks the same."""
    store = ["--store", str(tmp_path / "league.sqlite")]
    asked = arena("tournament", *WORDS, "--until", "decided", "--blocks", "4000", *store)
    assert asked.code == 0, asked.err
    told = " ".join(asked.out.split())
    assert "p (e-Holm)" in told
    assert "verdict" in told
    assert "0 open after" in told
    assert "a fixed design with power 95% would have asked for about" in told
    assert "intervals of a fixed number of blocks do not hold" in told
    again = next(line for line in asked.out.splitlines() if line.startswith("play again")).partition("  ")[2]
    assert "--until decided" in again
    other = arena(
        *shlex.split(again)[1:], "--quiet", "--workers", "2", "--json", "--store", str(tmp_path / "b.sqlite")
    )
    ranked = arena("rank", "--json", *store)
    one, two = (json.loads(answer.out)["rounds"][0] for answer in (other, ranked))
    assert one["sequential"] == two["sequential"]
    assert one["sequential"]["stopped_at"] == one["blocks"]


def test_a_stored_tournament_goes_on_until_decided(tmp_path: Path) -> None:
    """--resume takes the stop and its region."""
    store = ["--store", str(tmp_path / "league.sqlite"), "--workers", "1", "--quiet"]
    assert arena("tournament", *WORDS[:-3], "--blocks", "4", *store).code == 0
    told = arena("tournament", "--resume", "last", "--until", "decided", "--within", "0.5", "--json", *store)
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert found["plan"]["stop"] == {"blocks": None, "seconds": None, "until": "decided", "epsilon": 0.5}
    assert found["rounds"][0]["sequential"]["epsilon"] == 0.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--within", "0.5"], "epsilon (--within) needs until = 'decided' (--until decided), got 0.5 alone"),
        (["--until", "decidet"], "until: expected 'decided', got 'decidet'; did you mean 'decided'?"),
        (["--until", "decided", "--within", "0"], "expected epsilon (--within) > 0, got 0.0"),
        (["--until", "decided", "--within", "inf"], "expected epsilon (--within) > 0, got inf"),
        (["--until", "decided", "--by", "wins", "--within", "1"], "expected epsilon (--within) < 1 for wins"),
    ],
)
def test_bad_combinations_give_one_line(words: list[str], said: str, tmp_path: Path) -> None:
    """One line on standard error, exit code 2, and no store is left behind."""
    store = tmp_path / "none.sqlite"
    answer = arena("tournament", *WORDS, *words, "--store", str(store))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"arena: error: {said}")
    assert answer.err.count("\n") == 1
    assert not store.exists()


def test_the_screen_shows_open_pairs() -> None:
    """How many pairs are open beside the counts, and which, in one line cut at the edge; nothing where none is watched."""
    shown = Progress(
        round=0,
        title="round robin",
        blocks=1200,
        planned=None,
        resumed=0,
        matches=4000,
        rate=100.0,
        seconds=10.0,
        left=None,
        faults=0,
        void=0,
        standings=(LiveStanding(0, "tuned", 1, 12.5, 0.5, 0.41, 900),),
        done=False,
        pairs=6,
        open=(
            ("tuned", "greedy"),
            ("tuned", "aggressive"),
            ("greedy", "ismcts(simulations=200,exploration=0.7)"),
        ),
    )
    console = Console(file=io.StringIO(), force_terminal=True, width=80, height=24, color_system=None)
    with console.capture() as captured:
        console.print(_screen.Screen(console, "dhumbal", None).look(shown))
    lines = captured.get().splitlines()
    assert any(line.rstrip().endswith("3 of 6 pairs open") for line in lines)
    named = next(line for line in lines if line.startswith("open: "))
    assert named.startswith("open: tuned, greedy; tuned, aggressive; greedy, ismcts(")
    assert len(named) <= 80


def test_intervals_that_are_not_centred() -> None:
    """Value and both ends, with common decimals; the value alone where there is no interval."""
    estimates = [
        Estimate(0.123, 0.011, 0.27, None, None, 9, ""),
        Estimate(-0.2, None, None, None, None, 9, ""),
    ]
    assert ends(estimates) == ["+0.12 [+0.01, +0.27]", "-0.20"]
