"""The networks that ship: whole, small, with a card that says how they came about, and as strong as it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from agents.deep.card import card_of, markdown
from agents.deep.policy_file import read
from agents.evolution.match_up import deals_of, estimate, match_up
from arena.play import misfit
from arena.registry import entries, entry, fitting_agents, make_agent, make_game
from games.dhumbal.encode import ENCODING

SHIPPED = sorted(entries("policy"))
GAMES = ("dhumbal:players=2,rules=np5", "dhumbal:players=4,rules=np10")


def file_of(name: str) -> Path:
    path: Path = entry("policy", name).load()()
    return path


def test_there_are_networks_and_they_are_small() -> None:
    """All weights together stay within ten megabytes."""
    assert "dhumbal/ppo" in SHIPPED
    assert sum(file_of(name).stat().st_size for name in SHIPPED) <= 10_000_000


@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_says_how_a_network_came_about(name: str) -> None:
    """Game, encoding, rules, command, seed, digest and a table of strengths on held-out deals."""
    model = file_of(name).read_bytes()
    _, header = read(model)
    card = card_of(model)
    game = name.partition("/")[0]
    assert (header.game, header.encoding) == (game, ENCODING)
    assert header.steps > 0
    assert card.command.startswith("arena train ")
    assert f"--seed {header.seed}" in card.command
    assert re.fullmatch("[0-9a-f]{40}", card.commit)
    assert {make_game(rules).spec.name for rules in card.rules} == {game}
    assert {one.opponent for one in card.strengths} >= {"random", "aggressive"}
    assert all(one.blocks >= 1000 for one in card.strengths)
    assert card.command in markdown(model, "a network")


@pytest.mark.parametrize("name", SHIPPED)
def test_a_network_is_as_strong_as_its_card_says(name: str) -> None:
    """Fresh deals give what the table says, within five standard errors of both."""
    card = card_of(file_of(name).read_bytes())
    agent = make_agent(name.partition("/")[2])
    for one in card.strengths:
        game = make_game(one.game)
        found = estimate(
            match_up(game, agent, make_agent(one.opponent), deals_of(5, game.spec.players, 150)).returns
        )
        assert abs(found.mean - one.mean) < 5 / 1.96 * (found.half_width**2 + one.half_width**2) ** 0.5


@pytest.mark.parametrize("game", GAMES)
def test_ppo_beats_the_styles_and_greedy(game: str) -> None:
    """More than nothing from fields of Aggressive and of Greedy, on deals of this test."""
    rules = make_game(game)
    for rival, blocks in (("aggressive", 300), ("greedy", 1500)):
        deals = deals_of(6, rules.spec.players, blocks)
        gain = estimate(match_up(rules, make_agent("ppo"), make_agent(rival), deals).returns)
        assert gain.mean > gain.half_width


_WITHOUT = """
import sys
for absent in ("torch", "onnx", "stable_baselines3", "tensorboard"):
    sys.modules[absent] = None
from arena.cli.main import run
run()
"""


def test_learned_agents_play_where_torch_is_not(tmp_path: Path) -> None:
    """They are among all agents of Dhumbal, and play in a process that cannot import what only learners need."""
    names = {name.partition("/")[2] for name in SHIPPED}
    assert names <= set(fitting_agents(make_game("dhumbal")))
    words = [
        "tournament",
        "dhumbal",
        "--agents",
        ",".join([*sorted(names), "greedy", "aggressive", "random"]),
    ]
    words += ["--blocks", "5", "--seed", "1", "--workers", "1", "--store", str(tmp_path / "one.sqlite")]
    ran = subprocess.run(
        [sys.executable, "-c", _WITHOUT, *words], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert all(name in ran.stdout for name in names)


def test_rules_with_more_actions_are_left_to_others() -> None:
    """Networks that know no jokers are no part of all agents where there are some, and say why they do not play."""
    game = make_game("dhumbal:rules=yaniv")
    assert not {"ppo", "dqn", "ga"} & set(fitting_agents(game))
    assert "tuned" in fitting_agents(game)
    reason = misfit(make_agent("ppo"), game)
    assert reason is not None
    assert "knows 369 actions, dhumbal by these rules has 1554" in reason
