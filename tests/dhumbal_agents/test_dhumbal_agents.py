"""The rule-based agents as agents: the referee's table, the batch referee, parameters, the book that ships."""

from __future__ import annotations

import dataclasses
import json
import pickle
from typing import Any

import numpy as np
import pytest
from toy_coin import Coin

from agents.dhumbal import tuned
from agents.dhumbal.parameters import DATA, tuned_entries, tuned_entry, tuned_parameters
from agents.dhumbal.rule_based import (
    Aggressive,
    Balanced,
    CompiledAgent,
    Conservative,
    Greedy,
    Opportunistic,
    Tuned,
)
from agents.evolution.knobs import Tunable
from arena.agent import Seat
from arena.conditions import Conditions
from arena.errors import BadParameter, NotCapable
from arena.play import play
from arena.registry import make_agent
from arena.spelling import parse, spell
from arena.testing import check_agent
from games.dhumbal.batch import play_blocks, play_recorded
from games.dhumbal.cards import TAKE
from games.dhumbal.game import Dhumbal
from games.dhumbal.rules import preset

ALL: list[CompiledAgent] = [Aggressive(), Conservative(), Balanced(), Opportunistic(), Greedy(), Tuned()]
TABLES = [
    ("np5", 4, (0, 3, 4, 5), {}),
    ("np10", 2, (5, 2), {}),
    ("np10", 5, (1, 2, 3, 4, 5), {"run_wrap": True, "pickup_gate": "multi"}),
    ("paper", 4, (3, 1, 5, 2), {"match": "rounds", "rounds": 12}),
    ("paper-fixed", 3, (4, 5, 3), {}),
    ("jhyap", 3, (3, 5, 2), {}),
    ("yaniv", 2, (5, 4), {}),
]


@pytest.mark.parametrize(
    ("rules", "players", "seats", "changes"), TABLES, ids=[t[0] + str(t[1]) for t in TABLES]
)
def test_the_referee_and_the_batch_play_the_same_match(
    rules: str, players: int, seats: tuple[int, ...], changes: dict[str, Any]
) -> None:
    """From the same deal and dice every action and every return is the same, chance of the styles included."""
    game = Dhumbal(players=players, rules=rules, **changes)
    table = [ALL[seat] for seat in seats]
    policies = [agent.policy(game) for agent in table]
    for deal in range(4):
        dice = [1000 * deal + place for place in range(players)]
        record = play(game, table, deal, seeds=dice)
        actions, outcome = play_recorded(game.resolved, policies, deal, range(players), dice)
        assert not record.faults
        assert list(record.actions) == actions
        assert record.outcome.returns == tuple(outcome.returns[0, 0])


@pytest.mark.parametrize("agent", [Opportunistic(), Tuned()], ids=spell)
def test_agents_obey_the_laws(agent: CompiledAgent) -> None:
    """Legal play only, reproducible, nothing leaks from match to match, in this process and in another."""
    assert len(check_agent(agent, Dhumbal(players=3, rules="np10"), seeds=(0,))) >= 10


@pytest.mark.parametrize("agent", ALL, ids=spell)
def test_agents_are_values(agent: CompiledAgent) -> None:
    """Spelling, pickle and equality go by parameters; the registry makes the same agent."""
    assert make_agent(spell(agent)) == agent
    assert pickle.loads(pickle.dumps(agent)) == agent
    assert parse(spell(agent)).name == agent.spec.name


def test_four_of_a_kind_win_alike() -> None:
    """Four identical tuned agents gain nothing from each other over all seats."""
    game = Dhumbal(rules="np10")
    seatings = np.array([[[0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1], [3, 0, 1, 2]]] * 50, np.int16)
    dice = np.zeros(seatings.shape, np.uint64)
    policies = [Tuned().policy(game)] * 4
    outcome = play_blocks(game.resolved, policies, np.arange(50, dtype=np.uint64), seatings, dice)
    by_agent = np.take_along_axis(outcome.returns, np.argsort(seatings, axis=2), axis=2).sum(axis=1)
    assert np.array_equal(by_agent, np.zeros((50, 4)))


@pytest.mark.parametrize(
    ("agent", "message"),
    [
        (Aggressive(take=14.0), "expected take from 0 to 13, got 14.0"),
        (Balanced(call=-1.0), "expected call from 0 to 10, got -1.0"),
        (Greedy(call=1.5), "expected call from 0 to 1, got 1.5"),
        (Greedy(now=True), "expected now from 0 to 100, got True"),
        (Tuned((1.0, 2.0)), "expected 11 weights"),
        (Tuned((float("nan"),) * 11), "expected second from -1000 to 1000, got nan"),
    ],
    ids=str,
)
def test_bad_parameters_are_refused(agent: CompiledAgent, message: str) -> None:
    """One line names the parameter, what it may be and what came."""
    with pytest.raises(BadParameter, match=message):
        agent.spec  # noqa: B018


def test_a_style_can_be_changed() -> None:
    """An Aggressive that calls with 7 never calls with more; one that takes 0 takes at most a 2, with a high hand."""
    game = Dhumbal(players=2, rules="np10", match="rounds", rounds=200)
    shy = [Aggressive(call=7.0, take=0.0).policy(game)] * 2
    actions, outcome = play_recorded(game.resolved, shy, 3, (0, 1), (4, 5))
    assert float(np.nanmax(outcome.metrics["call_value"])) <= 7.0
    assert max(actions) == TAKE + 7
    bold, _ = play_recorded(game.resolved, [Aggressive().policy(game)] * 2, 3, (0, 1), (4, 5))
    assert max(bold) == TAKE + 23


def test_other_games_are_refused() -> None:
    """An agent of Dhumbal does not sit down to anything else."""
    game = Coin()
    seat = Seat(game, 0, game.spec.roles[0], Conditions(), 1)
    for agent in (Aggressive(), Tuned()):
        assert agent.compiled_policy(game) is None
        with pytest.raises(NotCapable, match="plays dhumbal"):
            agent.sit(seat)


def test_thoughts_tell_the_hand() -> None:
    """The record keeps the value of the hand at each decision, and how sure tuned was."""
    record = play(Dhumbal(players=2), [Tuned(), Greedy()], 5)
    for ply, thought in record.thoughts.items():
        assert 0 <= thought["hand value"] <= 64
        if "chance to be lowest" in thought:
            assert 0.0 <= thought["chance to be lowest"] <= 1.0
        assert ply < len(record.actions)


def test_tuned_ships_for_every_preset_and_table() -> None:
    """np5, np10, jhyap, yaniv, paper and paper-fixed have an entry of their own for 2 to 5 players."""
    for name in ("np5", "np10", "jhyap", "yaniv", "paper", "paper-fixed"):
        for players in (2, 3, 4, 5):
            entry = tuned_entry(preset(name, players))
            assert entry is not None
            assert entry.rules == preset(name, players)
            assert np.array_equal(tuned_parameters(preset(name, players)), entry.values)


def test_other_rules_take_the_nearest() -> None:
    """A rule that no preset has is served by the preset next to it."""
    asked = {
        preset("np10", 4, call_at=9): preset("np10", 4),
        preset("np5", 3, run_wrap=True): preset("np5", 3),
        preset("paper", 4, turn_cap=50): preset("paper", 4),
        preset("yaniv", 5, out_at=100): preset("yaniv", 5),
        preset("np5", 2, pickup="none"): preset("np5", 2),
    }
    for rules, expected in asked.items():
        entry = tuned_entry(rules)
        assert entry is not None
        assert entry.rules == expected


def test_the_book_says_how_it_was_made() -> None:
    """Every entry has the command, the seed and the strength; weights are within the knobs' bounds."""
    book = json.loads(DATA.read_text(encoding="utf-8"))
    assert len(book["entries"]) == len(tuned_entries())
    knobs = {knob.name: knob for knob in Tuned().knobs(Dhumbal())}
    for raw in book["entries"]:
        assert raw["command"].startswith("arena tune tuned --game ")
        assert f"--seed {raw['seed']} " in raw["command"]
        assert {"greedy", "aggressive"} <= set(raw["strength"])
        assert list(raw["parameters"]) == list(tuned.PARAMETERS)
        for name, value in raw["parameters"].items():
            assert knobs[name].low <= value <= knobs[name].high


def test_tuned_is_tunable() -> None:
    """It says what may be tuned, and makes an agent of any values."""
    agent = Tuned()
    assert isinstance(agent, Tunable)
    knobs = agent.knobs(Dhumbal())
    assert tuple(knob.name for knob in knobs) == tuned.PARAMETERS
    assert agent.with_knobs([knob.start for knob in knobs]) == Tuned(tuple(tuned.START.tolist()))
    assert Tuned().digest() != Tuned(tuple(tuned.START.tolist())).digest()
    assert dataclasses.replace(agent, weights=None).digest() == agent.digest()
