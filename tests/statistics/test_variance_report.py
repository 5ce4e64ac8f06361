"""Variance reduction of whole tournaments: unbiased, intervals that hold, compiled and recorded blocks alike, plain JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from nim_pile import NimPile
from statistics_tools import band, covers, number
from tournament_toys import player_of, table

from agents.dhumbal.rule_based import Aggressive, Balanced, Conservative, Greedy, Tuned
from agents.random.agent import Random
from agents.search.montecarlo import MonteCarlo
from arena.contest import Chunk, Pick, Plan, Results, Stop
from arena.errors import BadInput, BadParameter, StoreConflict
from games.dhumbal.game import Dhumbal
from tournaments.plan import make_plan
from tournaments.results import cut
from tournaments.statistics import paired
from tournaments.store import Store
from tournaments.tournament import Tournament
from tournaments.variance import METHODS, RoundVariance, reduce, reduce_stored, variance_json

REPETITIONS = 400
BLOCKS = 32
Played = tuple[Plan, Pick, Results]


@pytest.fixture(scope="module")
def played() -> Played:
    """Many blocks of two rule-based agents, each deal in both seatings."""
    plan, picks = table(Dhumbal(players=2, rules="np10"), [Greedy(), Aggressive()])
    return plan, picks, player_of(plan, picks)(Chunk(0, 0, REPETITIONS * BLOCKS))


@pytest.fixture(scope="module")
def found(played: Played) -> RoundVariance:
    """All of them reduced at once."""
    plan, picks, results = played
    return reduce(plan, picks, [results]).rounds[0]


def test_every_method_estimates_the_same(found: RoundVariance) -> None:
    """What each method takes off has mean 0 within 3 standard errors, and the variates pass their own check."""
    plain = found.methods[0].means
    assert [method.name for method in found.methods] == list(METHODS)
    for method in found.methods[1:]:
        taken = (plain - method.means)[:, 0]
        assert abs(taken.mean()) < 3 * taken.std(ddof=1) / np.sqrt(len(taken)), method.name
    assert max(check.worst for check in found.checks) < 4


def test_factors_are_ratios_of_variances(found: RoundVariance) -> None:
    """Of the block differences; AIVAT more than halves the deals needed, control variates do nothing under rotation."""
    apart = {method.name: method.means[:, 0] - method.means[:, 1] for method in found.methods}
    for method in found.methods[1:]:
        ratio = apart["plain"].var() / apart[method.name].var()
        assert method.pairs[0].factor == pytest.approx(ratio, rel=1e-9)
    aivat, controls = found.method("aivat"), found.method("controls")
    assert aivat is not None
    assert controls is not None
    assert number(aivat.pairs[0].factor) > 2.0
    assert number(controls.pairs[0].factor) == pytest.approx(1.0, abs=0.05)
    assert number(found.duplicates[0].factor) > 1.3
    assert found.methods[0].pairs[0].factor is None
    assert found.methods[0].pairs[0].difference == paired(found.methods[0].means)[0].difference


def test_adjusted_coins_still_sum_to_zero(found: RoundVariance) -> None:
    """What one has the other has not, by every method in which all share what is taken off."""
    for name in ("plain", "aivat", "aivat-fitted"):
        method = found.method(name)
        assert method is not None
        assert np.abs(method.means.sum(axis=1)).max() < 1e-9


def test_intervals_hold_the_truth(found: RoundVariance) -> None:
    """Small tournaments against the mean of all deals: 95 % of intervals by each method, 8 and 32 blocks."""
    for blocks in (8, 32):
        for method in found.methods[1:]:
            whole = method.means.mean(axis=0)
            truth = float(whole[0] - whole[1])
            parts = method.means[: REPETITIONS * blocks].reshape(REPETITIONS, blocks, 2)
            held = np.mean([covers(paired(part)[0].difference, truth) for part in parts])
            assert held == pytest.approx(0.95, abs=band(REPETITIONS) + 0.01), (method.name, blocks)


def test_fitting_in_small_tournaments_keeps_coverage(played: Played, found: RoundVariance) -> None:
    """Coefficients fitted within each tournament of 32 blocks, on its own other folds."""
    from tournaments.variance._tables import Question, gather
    from tournaments.variance.controls import control

    plan, picks, results = played
    tables = gather(Question(plan, picks, None, None, frozenset(METHODS), 0.05, 10), 0, [results])
    best = found.method("aivat-fitted")
    assert best is not None
    truth = number(best.pairs[0].difference.value)
    held = []
    for first in range(0, REPETITIONS * BLOCKS, BLOCKS):
        part = slice(first, first + BLOCKS)
        means = control(tables.means[part], tables.luck[part], slopes="common").means
        held.append(covers(paired(means)[0].difference, truth))
    assert np.mean(held) == pytest.approx(0.95, abs=band(REPETITIONS) + 0.01)


def test_one_seating_gains_from_the_deal_as_well() -> None:
    """Without duplicates the hands dealt are luck too: control variates help, and AIVAT more."""
    plan, picks = table(Dhumbal(players=2, rules="np10"), [Greedy(), Aggressive()], seatings="fixed")
    results = player_of(plan, picks)(Chunk(0, 0, 4000))
    stage = reduce(plan, picks, [results]).rounds[0]
    factors = {method.name: method.pairs[0].factor for method in stage.methods[1:]}
    assert number(factors["controls"]) > 1.1
    assert number(factors["aivat"]) > 2.2
    assert stage.duplicates == ()


def test_metrics_that_luck_is_not_measured_in_are_fitted() -> None:
    """Wins and places: only fitted coefficients, and a note; points with their sign turned."""
    plan, picks = table(
        Dhumbal(players=3, rules="jhyap", match="round"), [Greedy(), Aggressive(), Balanced()]
    )
    results = player_of(plan, picks)(Chunk(0, 0, 600))
    points = reduce(plan, picks, [results]).rounds[0]
    aivat, fitted = points.method("aivat"), points.method("aivat-fitted")
    assert aivat is not None
    assert fitted is not None
    assert set(aivat.coefficients["draws"]) == {-1.0}
    assert fitted.coefficients["draws"][0] < -0.5
    wins = reduce(plan, picks, [results], by="wins").rounds[0]
    assert wins.method("aivat") is None
    assert wins.notes == ("luck is not measured in wins: fitted coefficients only",)
    assert wins.metric == "wins"


def test_recorded_blocks_are_as_good_as_compiled_ones() -> None:
    """The same matches by the referee, luck from their records: the same tables. Without records there is an error."""
    plan, picks = table(Dhumbal(players=3, rules="np5"), [Greedy(), Balanced(), Conservative()])
    player = player_of(plan, picks)
    compiled, recorded = player.play(Chunk(0, 0, 6)), player.play(Chunk(0, 0, 6), compiled=False)
    assert len(recorded.records) == 6
    one, other = (reduce(plan, picks, [part]).rounds[0] for part in (compiled, recorded))
    for mine, theirs in zip(one.methods, other.methods, strict=True):
        assert np.array_equal(mine.means, theirs.means)
    halves = [cut(recorded, 0, 3), cut(compiled, 3, 6)]
    mixed = reduce(plan, picks, halves[::-1]).rounds[0].method("aivat")
    assert mixed is not None
    assert np.array_equal(mixed.means, one.methods[2].means)


def test_a_stored_tournament_is_read_with_its_records(tmp_path: Path) -> None:
    """By number from the store, agents without compiled blocks included; JSON without NaN and without tables."""
    plan = make_plan(
        "dhumbal(players=2, rules=np10)", ["random", "greedy", "aggressive"], seed=3, stop=Stop(blocks=12)
    )
    with Store.open(tmp_path / "store.sqlite") as store:
        Tournament(plan, store).run()
        report = reduce_stored(store, 1)
    text = json.dumps(variance_json(report), allow_nan=False)
    stage = json.loads(text)["rounds"][0]
    assert [method["name"] for method in stage["methods"]] == list(METHODS)
    assert "means" not in stage["methods"][0]
    assert len(stage["methods"][0]["pairs"]) == len(stage["duplicates"]) == 3
    assert stage["names"] == list(plan.agents)
    assert stage["blocks"] == 12


def test_games_without_luck_are_left_plain() -> None:
    """Any other game: plain estimates and notes that say why."""
    plan, picks = table(NimPile(), [Random(), Random()])
    results = player_of(plan, picks)(Chunk(0, 0, 12))
    stage = reduce(plan, picks, [results]).rounds[0]
    assert [method.name for method in stage.methods] == ["plain"]
    assert stage.notes == ("the game knows no control variates", "the game does not tell luck")
    assert stage.checks == ()


def test_other_results_than_the_plan_makes_are_refused(played: Played) -> None:
    """A score that a replay does not give, a missing record, an unknown method."""
    import dataclasses

    plan, picks, results = played
    part = cut(results, 0, 4)
    changed = dataclasses.replace(part, scores=part.scores + 1)
    with pytest.raises(StoreConflict, match="round 0 block 0: played again, a match scores otherwise"):
        reduce(plan, picks, [changed])
    stranger = Pick(picks.game, (MonteCarlo(simulations=4), Tuned()))
    elsewhere = player_of(plan, stranger).play(Chunk(0, 0, 2), compiled=False)
    bare = dataclasses.replace(elsewhere, records=())
    with pytest.raises(
        BadInput, match="round 0 block 0: expected its record file, since MonteCarlo plays no compiled"
    ):
        reduce(plan, stranger, [bare])
    moved = dataclasses.replace(elsewhere, records=elsewhere.records[::-1])
    with pytest.raises(StoreConflict, match="its records are of 2 matches on other deals"):
        reduce(plan, stranger, [moved])
    with pytest.raises(BadParameter, match="got 'aivatt'; did you mean 'aivat'"):
        reduce(plan, picks, [part], methods=("aivatt",))
    only = reduce(plan, picks, [part], methods=("controls",)).rounds[0]
    assert [method.name for method in only.methods] == ["plain", "controls"]
