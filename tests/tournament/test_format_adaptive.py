"""Adaptive lineups: what is drawn, why, how surely it can be made again, and what may be said of the results."""

from __future__ import annotations

import itertools
import math
import pickle
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from ratings_worlds import field, results_of
from tournament_toys import Anyone, Bid, Constant, Dicer, FastBid, Solo, table

from arena import streams
from arena.agent import Agent
from arena.contest import Pick, Plan, Results, Round, Standing, Stop
from arena.errors import BadParameter, BadPlan
from tournaments.overall import OVERALL
from tournaments.ratings.plackett_luce import fit_field
from tournaments.schedules.adaptive import Adaptive, Draws
from tournaments.schedules.choosing import Knowledge
from tournaments.schedules.lineups import lineups
from tournaments.schedules.tables import Tables
from tournaments.statistics import adjusted
from tournaments.store import Store
from tournaments.tournament import Tournament

AGENTS = 8
STRENGTH: NDArray[np.float64] = 0.35 * np.arange(float(AGENTS))[::-1]
"""A ladder of known effects, as in a simulation of Bradley-Terry agents."""
REPEATS = 150
BAND = 2.58 * math.sqrt(0.05 * 0.95 / REPEATS)


def contest(agents: int, players: int, blocks: int | None = 600, seed: int = 5) -> tuple[Plan, Pick]:
    found = [Constant(0, str(number)) for number in range(agents)]
    return table(Bid(players), found, stop=Stop(blocks=blocks, seconds=None if blocks else 1.0), seed=seed)


def block_means(stage: Round, blocks: int, strength: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """float64[B, K]: zero-sum scores around the effects, with noise; NaN for who is absent."""
    generator = streams.generator(seed * 100 + stage.number)
    seated = stage.seatings(0, blocks)[:, 0]
    scores = strength[seated] + generator.normal(size=seated.shape)
    found = np.full((blocks, len(strength)), np.nan)
    found[np.arange(blocks)[:, np.newaxis], seated] = scores - scores.mean(axis=1, keepdims=True)
    return found


def standings(stage: Round, means: NDArray[np.float64]) -> list[Standing]:
    found = []
    for agent in range(means.shape[1]):
        own = means[~np.isnan(means[:, agent]), agent]
        se = float(own.std(ddof=1) / math.sqrt(own.size)) if own.size > 1 else None
        found.append(Standing(agent, float(own.mean()) if own.size else 0.0, 1, own.size, stage.number, se))
    return found


def course(
    schedule: Adaptive, seed: int, strength: NDArray[np.float64] = STRENGTH
) -> tuple[list[Round], list[NDArray[np.float64]]]:
    """A simulated tournament: its rounds and the block means of each."""
    plan, picks = contest(AGENTS, 2, seed=seed)
    places: list[Standing] = []
    stages: list[Round] = []
    means: list[NDArray[np.float64]] = []
    while (stage := schedule.round(plan, picks, len(stages), places)) is not None:
        assert stage.blocks is not None
        stages.append(stage)
        means.append(block_means(stage, stage.blocks, strength, seed))
        places += standings(stage, means[-1])
    return stages, means


@pytest.mark.parametrize(("agents", "players"), [(5, 2), (7, 3), (9, 4), (12, 5), (30, 2)])
def test_first_everybody_meets_everybody_twice(agents: int, players: int) -> None:
    """The first round ends with the block in which the last pair has met for the second time."""
    stage = Adaptive().round(*contest(agents, players, 4000), 0, ())
    assert stage is not None
    assert stage.blocks is not None
    assert stage.propensities is None
    met: Counter[tuple[int, int]] = Counter()
    least = []
    for block in stage.seatings(0, stage.blocks):
        met.update(itertools.combinations(sorted(block[0].tolist()), 2))
        least.append(min(met.values()) if len(met) == agents * (agents - 1) // 2 else 0)
    assert least[-1] == 2
    assert least[-2] < 2


def test_lineups_are_drawn_as_their_propensities_say() -> None:
    """The share of each lineup among many draws is its probability; the same blocks come however they are asked for."""
    tables = lineups(5, 3)
    plan, picks = contest(5, 3)
    places = [Standing(agent, 0.3 * agent, 1, 12, 0, 0.2) for agent in range(5)]
    stage = Adaptive().round(plan, picks, 1, places)
    assert stage is not None
    assert isinstance(stage.seatings, Draws)
    assert stage.propensities is not None
    chances = np.array(stage.seatings.chances)
    assert chances.sum() == pytest.approx(1.0)
    assert chances.min() >= 0.1 / len(tables) - 1e-9

    count = 20_000
    drawn = stage.seatings.drawn(0, count)
    shares = np.bincount(drawn, minlength=len(tables)) / count
    assert np.abs(shares - chances).max() < 4 * math.sqrt(0.25 / count)
    again = pickle.loads(pickle.dumps(stage.seatings))
    pieces = np.concatenate([again(start, 7) for start in range(0, 70, 7)])
    assert np.array_equal(pieces, stage.seatings(0, 70))
    assert stage.propensities(11, 5).tolist() == chances[drawn[11:16]].tolist()
    for block, lineup in zip(stage.seatings(0, 40), drawn.tolist(), strict=False):
        assert sorted(block[0].tolist()) == tables[lineup].tolist()


def test_a_floor_of_one_is_uniform() -> None:
    """Nothing is chosen then; without any spread neither."""
    places = [Standing(agent, 0.3 * agent, 1, 12, 0, 0.2) for agent in range(5)]
    flat = [Standing(agent, 0.0, 1, 12, 0, 0.0) for agent in range(5)]
    for schedule, seen in ((Adaptive(floor=1.0), places), (Adaptive(), flat)):
        stage = schedule.round(*contest(5, 2), 1, seen)
        assert stage is not None
        assert isinstance(stage.seatings, Draws)
        assert stage.seatings.chances == pytest.approx((0.1,) * 10)


@pytest.mark.parametrize("wins", [False, True])
def test_gains_are_the_reduction_of_variance(wins: bool) -> None:
    """By brute force: the summed variance of the contrasts before, less that with one more block of the lineup."""
    rows = lineups(5, 3)
    known = Knowledge(5, rows, wins=wins)
    known.enter(
        np.ones(10, dtype=np.int64), [Standing(agent, 0.1 * (agent + 1), 1, 6, 0, 0.2) for agent in range(5)]
    )
    model = known._by_wins() if wins else known._linear()
    information = model.information
    contrasts = np.diff(np.eye(5), axis=0)
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    found = known._gains(covariance, contrasts, 2.5 * model.adds)
    for row, gain in zip(rows.tolist(), found.tolist(), strict=True):
        indicator = np.zeros(5)
        indicator[row] = np.exp(model.effects[row]) if wins else 1.0
        indicator /= indicator.sum()
        scale = 2.5 if wins else 7.5
        more = information + scale * (np.diag(indicator) - np.outer(indicator, indicator))
        after = np.einsum("qk,kj,qj->", contrasts, np.linalg.inv(more), contrasts)
        before = np.einsum("qk,kj,qj->", contrasts, covariance, contrasts)
        assert gain == pytest.approx(before - after, rel=1e-6)


def test_what_is_decided_is_left_alone() -> None:
    """Of six agents, four far apart and two close: the close pair gets four times its share of the draws."""
    scores = [5.0, 3.0, 0.05, -0.05, -3.0, -5.0]
    places = [Standing(agent, score, 1, 40, 0, 0.1) for agent, score in enumerate(scores)]
    stage = Adaptive().round(*contest(6, 2), 1, places)
    assert stage is not None
    assert isinstance(stage.seatings, Draws)
    chances = dict(zip(map(tuple, lineups(6, 2).tolist()), stage.seatings.chances, strict=True))

    assert max(chances, key=lambda pair: chances[pair]) == (2, 3)
    assert chances[2, 3] > 4 / 15


def test_adaptive_lineups_keep_the_coverage() -> None:
    """T12: known effects, lineups by results: intervals of the adjusted differences hold the truth as they should.

    So do estimates weighted by the inverse of the logged propensities; plain means over opponents do not.
    """
    covered, weighted, plain = [], [], []
    for seed in range(REPEATS):
        stages, means = course(Adaptive(rounds=4), seed)
        rounds = np.concatenate(means)
        found = adjusted(rounds)
        for pair in (0, 7, 27):  # the first neighbours, a far pair, the last neighbours
            contrast = found.contrasts[pair]
            truth = STRENGTH[contrast.first] - STRENGTH[contrast.second]
            assert contrast.difference.low is not None
            assert contrast.difference.high is not None
            covered.append(contrast.difference.low <= truth <= contrast.difference.high)
        weighted.append(_weighted_top(stages, means))
        plain.append(np.nanmean(rounds[:, 0]))
    truth = (STRENGTH[0] - STRENGTH[1:].mean()) / 2
    off = np.mean(weighted) - truth

    assert abs(np.mean(covered) - 0.95) < BAND
    assert abs(off) < 3 * np.std(weighted) / math.sqrt(REPEATS)
    assert np.mean(plain) < truth - 5 * np.std(plain) / math.sqrt(REPEATS)


def _weighted_top(stages: list[Round], means: list[NDArray[np.float64]]) -> float:
    """The first agent's mean against a uniformly drawn opponent, by inverse propensities (Horvitz-Thompson)."""
    found = []
    for stage, table_ in zip(stages[1:], means[1:], strict=True):
        assert stage.propensities is not None
        chances = stage.propensities(0, len(table_))
        # Of 28 pairs 7 hold the agent; each of those is to count 1/7.
        found.append(np.mean(np.nan_to_num(table_[:, 0]) / chances / (AGENTS - 1)))
    return float(np.mean(found))


def duel(
    drawn: NDArray[np.int64], strength: NDArray[np.float64], seed: int
) -> tuple[Results, list[Standing]]:
    """Games of two won by the model of Bradley and Terry, and their standings."""
    generator = streams.generator(seed)
    pairs = lineups(len(strength), 2)[drawn].astype(np.int64)
    won = generator.random(len(pairs)) < 1 / (1 + np.exp(strength[pairs[:, 1]] - strength[pairs[:, 0]]))
    shares = np.stack([won, ~won], axis=1).astype(np.float64)
    means = np.full((len(pairs), len(strength)), np.nan)
    means[np.arange(len(pairs))[:, np.newaxis], pairs] = shares
    number = 0 if seed % 2 else 1
    places = standings(Round(number, "", Bid(2), (), Tables((), 2), 1), means)
    return results_of(pairs[:, np.newaxis], shares[:, np.newaxis], number=number), places


def test_strengths_by_wins_need_only_the_totals() -> None:
    """From how often each agent won: the strengths that the Plackett-Luce fit finds in the single games."""
    drawn = np.arange(900) % len(lineups(6, 2))
    results, places = duel(drawn, 0.3 * np.arange(6.0), 1)
    known = Knowledge(6, lineups(6, 2), wins=True)
    known.enter(np.bincount(drawn), places)
    model = known._by_wins()
    fit = fit_field(field(results, 6), seats=False)
    contrast = np.eye(6) - 1 / 6

    assert model.effects - model.effects.mean() == pytest.approx(fit.strengths, abs=2e-3)  # a weak prior
    assert model.variance == pytest.approx(1.0, abs=0.05)
    found = contrast @ np.linalg.inv(model.information) @ contrast
    assert found == pytest.approx(fit.luce.inverse, rel=2e-3, abs=2e-5)


def test_the_metric_that_ranks_says_what_a_lineup_tells() -> None:
    """By wins an uneven game tells less, by coins as much as any; a plan ranked by wins draws by the one, others by the other."""
    drawn = np.arange(300) % len(lineups(6, 2))
    _, places = duel(drawn, 0.8 * np.arange(6.0), 1)
    found = {}
    for by, wins in (("wins", True), (None, False)):
        plan, picks = contest(6, 2)
        stage = Adaptive().round(replace(plan, by=by), picks, 1, places)
        known = Knowledge(6, lineups(6, 2), wins=wins)
        known.enter(np.bincount(drawn), places)
        assert stage is not None
        assert isinstance(stage.seatings, Draws)
        assert stage.seatings.chances == known.chances(0.1)
        found[wins] = np.array(stage.seatings.chances)
        adds = (known._by_wins() if wins else known._linear()).adds
        near, far = lineups(6, 2).tolist().index([2, 3]), lineups(6, 2).tolist().index([0, 5])
        assert bool(adds[far, 0, 0] < 0.4 * adds[near, 0, 0]) is wins

    assert np.abs(found[True] - found[False]).max() > 0.03


def test_wins_chosen_by_results_keep_the_coverage() -> None:
    """T12 for wins: lineups by results in 200 tournaments, Plackett-Luce intervals of neighbours hold the truth."""
    strength = 0.35 * np.arange(6.0)
    covered, candidates = [], lineups(6, 2)
    for seed in range(200):
        first = np.arange(90) % len(candidates)
        results, places = duel(first, strength, 2 * seed + 1)
        known = Knowledge(6, candidates, wins=True)
        known.enter(np.bincount(first), places)
        chances = np.array(known.chances(0.1))
        drawn = streams.generator(seed).choice(len(candidates), size=160, p=chances / chances.sum())
        more, _ = duel(drawn, strength, 2 * seed + 2)
        fit = fit_field(field([results, more], 6), seats=False)
        for low, high in itertools.pairwise(range(6)):
            contrast = np.eye(6)[high] - np.eye(6)[low]
            se = math.sqrt(contrast @ fit.luce.covariance[:6, :6] @ contrast)
            covered.append(abs(contrast @ fit.strengths - 0.35) <= 1.97 * se)

    assert abs(np.mean(covered) - 0.95) < 2.58 * math.sqrt(0.05 * 0.95 / 200)


def test_the_choice_pays() -> None:
    """Of pairs of neighbours far from each other, those within a pair are told apart with fewer blocks than uniformly."""
    strength = np.array([6.3, 6.0, 4.3, 4.0, 2.3, 2.0, 0.3, 0.0])
    spread = {}
    for floor in (0.1, 1.0):
        errors = []
        for seed in range(25):
            _, means = course(Adaptive(rounds=4, floor=floor), seed, strength)
            found = adjusted(np.concatenate(means))
            errors += [
                contrast.difference.se
                for contrast in found.contrasts
                if (contrast.first, contrast.second) in ((0, 1), (2, 3), (4, 5), (6, 7))
                and contrast.difference.se is not None
            ]
        spread[floor] = np.mean(np.square(errors))

    assert spread[0.1] < 0.85 * spread[1.0]


def test_a_played_tournament_is_the_same_again(store: Store) -> None:
    """From the store, and when interrupted rounds are played on; the last line is over all rounds and says so."""
    agents: list[Agent] = [Constant(2), Constant(1), Dicer(), Constant(0), Dicer("b")]
    plan, picks = table(FastBid(2), agents, blocks=200, format="adaptive(rounds=3)")
    tournament = Tournament(plan, store, picks=picks)
    found = tournament.run()

    assert [stage.title for stage in found.rounds] == ["uniform", *["adaptive"] * 3, OVERALL]
    assert [stage.blocks for stage in found.rounds] == [20, 60, 60, 60, 200]
    assert any("compares nobody" in note for note in found.rounds[1].notes)
    assert any("compare nobody" in note for note in found.final.notes)
    assert tournament.rank() == found
    longer = table(FastBid(2), agents, blocks=320, format="adaptive(rounds=3)")
    more = Tournament(longer[0], store, picks=longer[1]).run()
    assert [stage.blocks for stage in more.rounds] == [20, 100, 100, 100, 320]
    anew = Tournament(longer[0], picks=longer[1]).run()
    assert anew.final.pairs == more.final.pairs


def test_a_game_for_one_draws_pairs() -> None:
    """Two agents a block, each alone on the same deal."""
    agents: list[Agent] = [Anyone(0), Anyone(1), Anyone(2), Anyone()]
    plan, picks = table(Solo(), agents, blocks=60, format="adaptive(rounds=2)")
    found = Tournament(plan, picks=picks).run()
    stage = Adaptive(rounds=2).round(plan, picks, 0, ())

    assert stage is not None
    assert stage.seatings(0, 1).shape == (1, 2, 1)
    assert found.final.row(2).rank == 1
    assert found.final.row(0).rank == 4
    assert found.final.blocks == 60


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Adaptive(rounds=0), "adaptive: expected rounds to be a whole number >= 1, got 0"),
        (Adaptive(blocks=0), "adaptive: expected blocks to be a whole number >= 1, got 0"),
        (Adaptive(floor=0.0), "adaptive: expected floor above 0 and at most 1, got 0.0"),
        (Adaptive(floor=1.5), "adaptive: expected floor above 0 and at most 1, got 1.5"),
        (Adaptive(floor=math.nan), "adaptive: expected floor above 0 and at most 1, got nan"),
    ],
)
def test_parameters_are_checked(schedule: Adaptive, words: str) -> None:
    """By name, with what was expected."""
    with pytest.raises(BadParameter, match=words):
        schedule.round(*contest(5, 2), 0, ())


def test_nothing_to_choose_and_too_few_blocks_are_refused() -> None:
    """As many agents as seats have one lineup; fewer blocks than the first round and one each do not do."""
    with pytest.raises(BadPlan, match="adaptive has nothing to choose: 4 agents are no more than the 4"):
        Adaptive().round(*contest(4, 4), 0, ())
    with pytest.raises(BadPlan, match="a first round of 20 blocks and 8 rounds take at least 28 blocks, got"):
        Adaptive().round(*contest(5, 2, 27), 0, ())
    assert Adaptive().round(*contest(5, 2, 28), 0, ()) is not None


def test_rounds_that_time_ends_are_as_long_as_it_allows() -> None:
    """Without a stop by blocks the first round has its own number, the others none."""
    plan, picks = contest(5, 2, None)
    first = Adaptive().round(plan, picks, 0, ())
    second = Adaptive().round(plan, picks, 1, [])

    assert first is not None
    assert second is not None
    assert (first.blocks, second.blocks) == (20, None)
    assert Adaptive(blocks=7).round(plan, picks, 9, ()) is None
