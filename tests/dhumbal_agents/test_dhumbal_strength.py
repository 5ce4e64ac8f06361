"""How strong the rule-based agents are, on deals that no tuning has seen; a light form of benchmarks/dhumbal_strength.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agents.dhumbal.parameters import DATA
from agents.dhumbal.rule_based import Aggressive, CompiledAgent, Greedy, Tuned
from agents.evolution.match_up import deals_of, estimate, match_up
from arena.spelling import parse
from games.dhumbal.game import Dhumbal

_SCRIPT = Path(__file__).parents[2] / "benchmarks" / "dhumbal_strength.py"


def _gain(
    hero: CompiledAgent, field: CompiledAgent, rules: str, players: int, blocks: int
) -> tuple[float, float]:
    game = Dhumbal(players=players, rules=rules)
    found = match_up(game, hero, field, deals_of(77, players, blocks, purpose="test"))
    gain = estimate(found.metrics["coins"])
    return gain.mean, gain.half_width


def test_greedy_is_the_yardstick() -> None:
    """Against three Aggressive who may call at 10 greedy wins 33.9 % of rounds and 6.1 coins a round."""
    found = match_up(Dhumbal(rules="np10"), Greedy(), Aggressive(), deals_of(78, 4, 10_000, purpose="test"))
    coins, wins = estimate(found.metrics["coins"]), estimate(found.metrics["wins"])
    assert coins.mean == pytest.approx(6.15, abs=2 * coins.half_width)
    assert wins.mean == pytest.approx(0.339, abs=2 * wins.half_width)


@pytest.mark.parametrize("rules", ["np5", "np10"])
@pytest.mark.parametrize(
    ("players", "field", "least"),
    [(2, Greedy(), 1.2), (4, Greedy(), 3.5), (2, Aggressive(), 5.5), (4, Aggressive(), 9.5)],
    ids=["2-greedy", "4-greedy", "2-aggressive", "4-aggressive"],
)
def test_tuned_gains(rules: str, players: int, field: CompiledAgent, least: float) -> None:
    """Tuned gains what is asked of it, up to the noise of a short run."""
    mean, half_width = _gain(Tuned(), field, rules, players, 5000)
    assert mean > least - half_width


@pytest.mark.parametrize("rules", ["jhyap", "yaniv"])
def test_tuned_outlasts_greedy(rules: str) -> None:
    """In matches until one is left tuned places better than greedy."""
    game = Dhumbal(players=3, rules=rules)
    found = match_up(game, Tuned(), Greedy(), deals_of(79, 3, 300, purpose="test"))
    gain = estimate(found.returns)
    assert gain.mean > gain.half_width


def test_the_book_holds_what_was_asked() -> None:
    """The strengths written beside the weights of np5 and np10 reach the targets: 10,000 fresh deals each."""
    book = {raw["game"]: raw["strength"] for raw in json.loads(DATA.read_text(encoding="utf-8"))["entries"]}
    for game in ("dhumbal(players=2)", "dhumbal(players=2, rules=np10)"):
        assert book[game]["greedy"]["mean"] >= 1.2
        assert book[game]["aggressive"]["mean"] >= 5.5
    for game in ("dhumbal", "dhumbal(rules=np10)"):
        assert book[game]["greedy"]["mean"] >= 3.5
        assert book[game]["aggressive"]["mean"] >= 9.5


def test_the_script_measures_any_agent() -> None:
    """benchmarks/dhumbal_strength.py prints JSON for compiled agents and for those the referee must play."""
    command = [sys.executable, str(_SCRIPT), "greedy", "--field", "random,aggressive", "--json"]
    answer = subprocess.run([*command, "--blocks", "3"], capture_output=True, text=True, check=True)
    rows = json.loads(answer.stdout)
    assert [row["field"] for row in rows] == ["random", "aggressive"]
    assert all(row["deals"] == 3 and row["decisions"] > 0 for row in rows)
    bad = subprocess.run([sys.executable, str(_SCRIPT), "gredy"], capture_output=True, text=True, check=False)
    assert bad.returncode == 2
    assert "did you mean 'greedy'?" in bad.stderr


def test_the_page_says_what_the_book_says() -> None:
    """The table of docs/games/dhumbal_agents.md is that of the strengths beside the weights."""
    page = (Path(__file__).parents[2] / "docs" / "games" / "dhumbal_agents.md").read_text(encoding="utf-8")
    for raw in json.loads(DATA.read_text(encoding="utf-8"))["entries"]:
        parameters = parse(raw["game"]).parameters
        cells = [f"`{parameters.get('rules', 'np5')}`", str(parameters.get("players", 4))]
        for field in ("greedy", "greedy(now=0.1)", "aggressive"):
            found = raw["strength"][field]
            cells.append(f"{found['mean']:+.2f} ± {found['half_width']:.2f}")
        assert f"| {' | '.join(cells)} |" in page
