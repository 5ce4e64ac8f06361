"""The learner ``ga``: it learns, it can be resumed, and it says what it cannot do."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pytest
from shadow_machine import ShadowMachine

from agents.deep.agent import Policy
from agents.dhumbal.rule_based import Aggressive, Conservative
from agents.evolution.contest import Contest
from agents.evolution.genetic import GA
from agents.evolution.genome import Genome
from agents.evolution.match_up import Estimate, compiled_returns, deals_of, estimate
from agents.human.agent import Human
from agents.random.agent import Random
from arena import streams
from arena.errors import BadParameter, NotCapable
from arena.learner import Checkpoint, Task
from arena.play import play
from games.dhumbal.game import Dhumbal
from games.dhumbal.mini import DhumbalMini

pytest.importorskip("onnx")

MINI = Task((DhumbalMini(),), opponents=(Aggressive(),))
TINY = GA(hidden=(), population=6, parents=2, elites=2, deals=8, proofs=40)


@dataclass(frozen=True)
class Fixed(Random):
    """Has a compiled policy for anything."""

    def compiled_policy(self, game: Any) -> Any:
        return Aggressive().compiled_policy(DhumbalMini())


def _train(
    learner: GA, task: Task, count: int, seed: int = 3, resume: Checkpoint | None = None
) -> list[Checkpoint]:
    return list(islice(learner.train(task, seed, resume), count))


def _gain(game: Any, agent: Any) -> Estimate:
    own, other = agent.compiled_policy(game), Aggressive().compiled_policy(game)
    assert own is not None
    assert other is not None
    return estimate(compiled_returns(game, own, other, deals_of(77, game.spec.players, 2000)))


def test_it_learns() -> None:
    """A second of training gains on unbred networks, clear of chance, on deals that nobody has seen."""
    learner = GA(hidden=(4,), population=30, parents=5, elites=5, deals=60, proofs=400, sigma=0.5)
    checkpoints = _train(learner, MINI, 12)
    contest = Contest(MINI, 3, (), 1, 2)
    unbred = []
    game = DhumbalMini()
    for seed in range(5):
        network = contest.network(learner.decoder(contest).express(Genome((seed,))))
        agent = contest.course.agent(network, "logits", learner, seed=3, steps=0, scale=1.0)
        unbred.append(_gain(game, agent))
    last = _gain(game, checkpoints[-1].agent)
    for start in unbred:
        assert last.mean - last.half_width > start.mean + start.half_width
    assert checkpoints[-1].metrics["elite"] == pytest.approx(last.mean, abs=3 * last.half_width + 0.5)


def test_a_checkpoint_is_an_agent() -> None:
    """It plays at the referee's table, and its metrics and steps are those of its generation."""
    one, two = _train(TINY, MINI, 2)
    assert isinstance(two.agent, Policy)
    assert play(DhumbalMini(), [two.agent, Aggressive()], 5).faults == ()
    assert set(two.metrics) == {
        "best", "mean", "elite", "elite_half_width", "decisions", "sigma", "return/dhumbal-mini/aggressive"
    }  # fmt: skip
    assert two.steps == one.steps + two.metrics["decisions"]
    assert two.metrics["return/dhumbal-mini/aggressive"] == pytest.approx(two.metrics["elite"])
    assert one.metrics["sigma"] == TINY.start
    assert two.metrics["sigma"] == TINY.sigma
    assert all(math.isfinite(value) for value in two.metrics.values())


def test_the_genome_in_the_state_is_the_agent() -> None:
    """The elite's seeds alone give the network that the checkpoint plays, to the last bit."""
    checkpoint = _train(TINY, MINI, 4)[-1]
    seeds, powers = json.loads(checkpoint.state)["parents"][0]
    contest = Contest(MINI, 3, (), 8, 40)
    network = contest.network(TINY.decoder(contest).express(Genome(tuple(seeds), tuple(powers))))
    assert isinstance(checkpoint.agent, Policy)
    shipped = checkpoint.agent.network(DhumbalMini()).perceptron
    assert shipped.flat().tobytes() == network.flat().tobytes()


def test_resuming_gives_the_undisturbed_training() -> None:
    """From any checkpoint: the same agents, steps, metrics and states as without the interruption."""
    whole = _train(TINY, MINI, 5)
    for stop in (1, 3):
        rest = _train(TINY, MINI, 5 - stop, resume=whole[stop - 1])
        assert [_facts(one) for one in rest] == [_facts(one) for one in whole[stop:]]


def _facts(checkpoint: Checkpoint) -> tuple[Any, ...]:
    return checkpoint.agent.digest(), checkpoint.steps, dict(checkpoint.metrics), checkpoint.state


def test_seed_and_threads() -> None:
    """The same seed gives the same training with any number of threads, another seed another one."""
    one, two, three = (
        _facts(_train(learner, MINI, 2, seed)[-1])
        for learner, seed in ((TINY, 3), (GA(**{**vars(TINY), "workers": 3}), 3), (TINY, 4))
    )
    assert one[1:] == two[1:]
    assert one[3] != three[3]


def test_every_seat_and_opponent_takes_its_turn() -> None:
    """Over players x opponents deals the candidate sits everywhere once against each opponent, alone against one field."""
    game = Dhumbal(players=3)
    contest = Contest(Task((game,), opponents=(Random(), Aggressive())), 1, (), 12, 12)
    seatings = contest.tables[0].seatings(12)[:, 0]
    assert ((seatings == 0).sum(axis=1) == 1).all()
    met = {(int(np.argmin(row)), int(row.max())) for row in seatings[:6]}
    assert met == {(seat, opponent) for seat in range(3) for opponent in (1, 2)}
    assert np.array_equal(seatings[:6], seatings[6:])
    for row in seatings:
        assert len(set(row.tolist()) - {0}) == 1


def test_deals_are_common_and_new() -> None:
    """Twins get the same value in every match; the next generation and another purpose are other deals."""
    contest = Contest(Task((Dhumbal(),), opponents=(Aggressive(),)), 1, (), 20, 20)
    vector = GA().decoder(contest).first(1)
    first = contest([lambda: vector, lambda: vector], 1, "population")
    assert first.values.shape == (2, 20)
    assert np.array_equal(first.values[0], first.values[1])
    for generation, purpose in ((2, "population"), (1, "candidates"), (1, "elite")):
        assert not np.array_equal(contest([lambda: vector], generation, purpose).values[0], first.values[0])


def test_matches_double() -> None:
    """After so many generations every scoring has twice as many matches; without it they stay as many."""
    task = Task((Dhumbal(),), opponents=(Aggressive(),))
    growing, steady = (Contest(task, 1, (), 20, 40, doubling=doubling) for doubling in (5.0, math.inf))
    for generation, deals, proofs in ((0, 20, 40), (5, 40, 80), (10, 80, 160)):
        assert growing.matches("population", generation) == deals
        assert growing.matches("elite", generation) == growing.matches("candidates", generation) == proofs
        assert (steady.matches("population", generation), steady.matches("elite", generation)) == (20, 40)
    assert growing.matches("elite", 10_000) == 10**7
    vector = GA().decoder(growing).first(1)
    assert growing([lambda: vector], 5, "population").values.shape == (1, 40)


def test_several_games_weigh_alike() -> None:
    """Returns are divided by the spread of the opponents' own, and told in coins by game; rules may differ in size."""
    games = (DhumbalMini(), DhumbalMini(ranks=5))
    task = Task(games, opponents=(Conservative(), Aggressive()))
    contest = Contest(task, 1, (4,), 30, 30)
    assert min(contest.scales) > 0.0
    key = streams.derive(contest._key, "scale", 1)
    table = contest.tables[1]
    played = [
        table.play(one, 1000, streams.derive(key, place))[0] for place, one in enumerate(table.opponents)
    ]
    assert contest.scales[1] == pytest.approx(np.concatenate(played).std())
    vector = GA().decoder(contest).first(1)
    values = contest([lambda: vector], 1, "population").values[0]
    told = dict(contest.returns(values))
    assert list(told) == [
        f"{game}/{agent}"
        for game in ("dhumbal-mini", "dhumbal-mini(ranks=5)")
        for agent in ("conservative", "aggressive")
    ]
    assert np.mean(told["dhumbal-mini(ranks=5)/aggressive"]) == pytest.approx(
        contest.scales[1] * values[30:][np.arange(30) // 2 % 2 == 1].mean()
    )
    assert len(_train(TINY, task, 1)) == 1


def test_tables_of_all_sizes_share_a_network() -> None:
    """Two to five players by two presets, trained at once; the agent plays each."""
    games = tuple(Dhumbal(players=players, rules=rules) for players in (2, 5) for rules in ("np5", "np10"))
    (checkpoint,) = _train(TINY, Task(games, opponents=(Aggressive(),)), 1)
    for game in games:
        assert play(game, [checkpoint.agent, *[Random()] * (game.players - 1)], 1).faults == ()


@pytest.mark.parametrize(
    ("task", "error", "message"),
    [
        (Task((DhumbalMini(),)), BadParameter, "ga: expected at least one opponent"),
        (Task((), opponents=(Random(),)), BadParameter, "expected a game to learn"),
        (Task((DhumbalMini(),), opponents=(Human(),)), NotCapable, "human"),
        (Task((DhumbalMini(), Dhumbal()), opponents=(Random(),)), NotCapable, "expected games of one kind"),
        (
            Task((DhumbalMini(),), ("king",), (Aggressive(),)),
            BadParameter,
            r"expected roles of dhumbal-mini.*'king'",
        ),
    ],
)
def test_tasks_that_cannot_be_learned(task: Task, error: type[Exception], message: str) -> None:
    """Each is refused before anything is played."""
    with pytest.raises(error, match=message):
        GA().train(task, 1)


def test_a_game_without_the_capabilities() -> None:
    """It is named, with what it lacks."""
    with pytest.raises(NotCapable, match="is not learnable"):
        GA().train(Task((ShadowMachine(),), opponents=(Random(),)), 1)
    encoded = DhumbalMini().encoding()

    class Unhurried(ShadowMachine):
        def encoding(self) -> Any:
            return encoded

        def tables(self, variants: Any, policies: Any, lanes: int) -> Any:
            raise AssertionError

    with pytest.raises(NotCapable, match="cannot be played whole in compiled code"):
        GA().train(Task((Unhurried(),), opponents=(Fixed(),)), 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden": (0,)}, "ga: expected hidden from 1 to 4096"),
        ({"population": 1}, "ga: expected population from 2"),
        ({"parents": 200}, "ga: expected parents from 1 to 100"),
        ({"elites": 0}, "ga: expected elites from 1 to 100"),
        ({"deals": 2.5}, "ga: expected deals from 1 to 1000000, whole, got 2.5"),
        ({"proofs": 1}, "ga: expected proofs from 2"),
        ({"sigma": math.nan}, "ga: expected sigma"),
        ({"sigma": 0.0}, "ga: expected sigma from 1e-09 to 100, got 0.0"),
        ({"doubling": 0.0}, "ga: expected doubling above 0, got 0.0"),
        ({"half_life": -1.0}, "expected half_life above 0"),
        ({"floor": 9.0}, "ga: expected floor from 0 to 1"),
        ({"patches": -0.1}, "ga: expected patches from 0 to 1"),
        ({"weight": -1.0}, "ga: expected weight from 0 to 100"),
        ({"workers": 0}, "ga: expected workers from 1 to 256"),
    ],
)
def test_parameters_that_make_no_sense(changes: dict[str, Any], message: str) -> None:
    """Each is refused by name."""
    with pytest.raises(BadParameter, match=message):
        GA(**changes).train(MINI, 1)


def test_states_of_something_else() -> None:
    """Bytes that are no state, and the state of another seed or other settings, are refused."""
    (checkpoint,) = _train(TINY, MINI, 1)
    for state in (b"", b"\x80", b"[]", b'{"of": 1}'):
        with pytest.raises(BadParameter, match="expected the state of a ga training"):
            TINY.train(MINI, 3, Checkpoint(Random(), 0, {}, state))
    with pytest.raises(BadParameter, match="expected the state of training"):
        TINY.train(MINI, 4, checkpoint)
    with pytest.raises(BadParameter, match="expected the state of training"):
        GA(**{**vars(TINY), "sigma": 0.2}).train(MINI, 3, checkpoint)
