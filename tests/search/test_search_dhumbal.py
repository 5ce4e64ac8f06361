"""The generic searches play Dhumbal and its miniature, whole rounds, and are better than chance."""

from __future__ import annotations

import dataclasses

import pytest
from scipy import stats

from agents.random.agent import Random
from agents.search.base import SearchAgent
from agents.search.ismcts import ISMCTS
from agents.search.mcts import MCTS
from agents.search.montecarlo import MonteCarlo
from arena.agent import Agent
from arena.play import play
from arena.registry import make_agent, make_game

AGENTS: tuple[SearchAgent, ...] = (
    MonteCarlo(compiled=False),
    MCTS(compiled=False, worlds=4),
    ISMCTS(compiled=False),
    ISMCTS(compiled=False, nodes="searcher"),
)


@pytest.mark.parametrize("agent", AGENTS, ids=str)
@pytest.mark.parametrize(("spelled", "depth"), [("dhumbal-mini", None), ("dhumbal(players=3)", 6)])
def test_whole_rounds_are_played_without_faults(agent: SearchAgent, spelled: str, depth: int | None) -> None:
    """With a rule-based rival; the same again from the same seed; every decision within its simulations."""
    game = make_game(spelled)
    small = dataclasses.replace(agent, simulations=12, depth=depth)
    agents: list[Agent] = [small, *[make_agent("aggressive")] * (game.spec.players - 1)]
    record = play(game, agents, 5)
    assert not record.faults
    assert record.actions == play(game, agents, 5).actions
    told = [record.thoughts[ply] for ply in record.thoughts if "visits" in str(record.thoughts[ply])]
    assert told
    assert all(thought["simulations"] <= 12 for thought in told if not thought["compiled"])


@pytest.mark.parametrize("agent", AGENTS, ids=str)
def test_they_win_coins_from_random_play_in_the_miniature(agent: SearchAgent) -> None:
    """Sixteen deals from both seats: the mean gain is above zero beyond doubt (p < 0.01)."""
    game = make_game("dhumbal-mini")
    searching = dataclasses.replace(agent, simulations=24)
    gains = [
        play(game, [searching, Random()], seed).scores[0] + play(game, [Random(), searching], seed).scores[1]
        for seed in range(16)
    ]
    assert stats.ttest_1samp(gains, 0.0, alternative="greater").pvalue < 0.01
