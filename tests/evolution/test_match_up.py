"""Match-ups: compiled play equals the referee's, and the statistics are those of the textbook."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents.dhumbal.rule_based import Aggressive, Balanced, Tuned
from agents.evolution import match_up as module
from agents.evolution.match_up import Deals, deals_of, estimate, match_up
from arena.errors import BadInput, BadParameter
from arena.play import play
from games.dhumbal.game import Dhumbal


def test_compiled_play_equals_the_referees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Returns, metrics and decisions of a match-up are the same when no policy is compiled."""
    game = Dhumbal(players=3, rules="np10")
    deals = deals_of(5, 3, 6)
    fast = match_up(game, Balanced(), Tuned(), deals)
    monkeypatch.setattr(module, "policy_of", lambda agent, game: None)
    seen: list[int] = []
    slow = match_up(game, Balanced(), Tuned(), deals, watch=seen.append)
    assert np.array_equal(fast.returns, slow.returns)
    assert fast.decisions == slow.decisions
    assert set(fast.metrics) == set(slow.metrics)
    for name, values in fast.metrics.items():
        assert np.allclose(values, slow.metrics[name], equal_nan=True), name
    assert seen == [1, 2, 3, 4, 5, 6]


def test_the_hero_has_every_seat() -> None:
    """A deal's return is the mean of the hero's returns on each seat, all others being the baseline."""
    game = Dhumbal(players=3, rules="np10")
    deals = deals_of(8, 3, 2)
    found = match_up(game, Aggressive(), Balanced(), deals)
    for block in range(2):
        returns = []
        for seat in range(3):
            table = [Aggressive() if place == seat else Balanced() for place in range(3)]
            dice = [int(number) for number in deals.dice[block, seat]]
            returns.append(play(game, table, int(deals.seeds[block]), seeds=dice).outcome.returns[seat])
        assert found.returns[block] == pytest.approx(np.mean(returns))


def test_deals_are_counted_streams() -> None:
    """Parts of a stream are its middle; other purposes and seeds share nothing; nothing is dealt twice."""
    whole, part = deals_of(3, 4, 40), deals_of(3, 4, 10, first=20)
    assert np.array_equal(whole.seeds[20:30], part.seeds)
    assert np.array_equal(whole.dice[20:30], part.dice)
    others = [deals_of(3, 4, 40, purpose="strength"), deals_of(4, 4, 40)]
    for other in others:
        assert not set(whole.seeds.tolist()) & set(other.seeds.tolist())
    numbers = [*whole.seeds.tolist(), *whole.dice.ravel().tolist()]
    assert len(set(numbers)) == len(numbers)
    assert len(Deals(whole.seeds, whole.dice)) == 40


def test_estimate_is_the_normal_interval() -> None:
    """Mean and 1.96 standard errors; NaN entries are left out."""
    values = np.array([1.0, 2.0, 3.0, 4.0, math.nan])
    found = estimate(values)
    assert found.mean == 2.5
    assert found.half_width == pytest.approx(1.959964 * math.sqrt(5 / 3) / 2, rel=1e-6)
    assert math.isnan(estimate(np.array([math.nan])).mean)
    assert math.isnan(estimate(np.array([7.0])).half_width)


def test_bad_words_are_refused() -> None:
    """No deals, no negative seed, no agent of another game."""
    with pytest.raises(BadParameter, match="expected blocks >= 1, got 0"):
        deals_of(1, 4, 0)
    with pytest.raises(BadParameter, match="whole number >= 0"):
        deals_of(-1, 4, 1)
    with pytest.raises(BadInput, match="call_at"):
        match_up(Dhumbal(call_at=99), Aggressive(), Tuned(), deals_of(1, 4, 1))
