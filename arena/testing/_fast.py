"""Laws of games: what is played in arrays, or whole in compiled code, is what the rules say."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from arena import streams
from arena.capabilities import Compiled, CompiledPolicy
from arena.play import play
from arena.record import Record
from arena.testing._law import Place, game_law
from arena.testing._trial import GameTrial, portrait

__all__: list[str] = []

_LANES: Final = 4
_BLOCKS: Final = 4


@game_law(lambda trial: trial.has("batchable"))
def lanes_equal_matches(trial: GameTrial) -> None:
    """Each lane of a batch is the scalar match of its seed, also after others have ended and been reset."""
    game: Any = trial.game
    batch = game.batch(_LANES)
    trial.place.expect_equal("lanes", _LANES, batch.lanes)
    seeds = list(range(1, _LANES + 1))
    batch.reset(np.arange(_LANES), np.array(seeds, np.uint64))
    states = [game.init(seed) for seed in seeds]
    dice = [streams.generator(seed) for seed in seeds]
    try:
        for step in range(min(trial.most_steps, game.spec.horizon)):
            indices = []
            for lane, state in enumerate(states):
                place = Place(trial.law, trial.place.subject, seeds[lane], step)
                expected = portrait(game, state, drawn=False)
                got = portrait(game, batch.state(lane), drawn=False)
                place.expect_equal(f"lane {lane}", expected, got)
                indices.append(_chosen(game, state, dice[lane]))
            batch.step(np.array([index for index, _ in indices]))
            states = [
                game.step(state, acts) if acts else state
                for state, (_, acts) in zip(states, indices, strict=True)
            ]
            if step == 1:
                # A reset in the midst touches one lane only.
                game.close(states[0])
                seeds[0], states[0], dice[0] = 99, game.init(99), streams.generator(99)
                batch.reset(np.array([0]), np.array([99], np.uint64))
    finally:
        for state in states:
            game.close(state)


def _chosen(game: Any, state: Any, dice: np.random.Generator) -> tuple[Any, dict[int, Any]]:
    """The entry of a lane in the array of a step, and the same as actions by player."""
    actions = {player: game.legal(state, player).sample(dice) for player in game.actors(state)}
    numbers = {player: game.index(action) for player, action in actions.items()}
    if game.spec.dynamics.value == "turns":
        return next(iter(numbers.values()), 0), actions
    return [numbers.get(player, 0) for player in range(game.spec.players)], actions


def _policies(trial: GameTrial) -> list[tuple[Any, CompiledPolicy]]:
    found = []
    for agent in trial.agents:
        if isinstance(agent, Compiled):
            policy = agent.compiled_policy(trial.game)
            if policy is not None:
                found.append((agent, policy))
    return found


@game_law(lambda trial: trial.has("blockplayable") and bool(_policies(trial)))
def blocks_equal_matches(trial: GameTrial) -> None:
    """Blocks played whole give what `play` gives, match by match, for the same compiled agents, deals and dice."""
    game: Any = trial.game
    agents, policies = zip(*_policies(trial), strict=True)
    players = game.spec.players
    deals = streams.numbers(streams.root_key(11), 0, _BLOCKS)
    first = np.arange(_BLOCKS)[:, np.newaxis, np.newaxis] + np.arange(players)[np.newaxis, :, np.newaxis]
    seatings = ((first + np.arange(players)) % len(agents)).astype(np.int16)
    dice = streams.numbers(streams.root_key(12), 0, seatings.size).reshape(seatings.shape)
    got = game.play_blocks(policies, deals, seatings, dice)
    for block, turn in np.ndindex(seatings.shape[:2]):
        table = [agents[number] for number in seatings[block, turn]]
        deal, seeds = int(deals[block]), [int(seed) for seed in dice[block, turn]]
        record = play(game, table, deal, seeds=seeds)
        place = Place(trial.law, f"{trial.place.subject} with {[seat.agent for seat in record.seats]}", deal)
        place.expect_equal("faults", -1, int(got.faults[block, turn]))
        place.expect_equal("faults of play", (), record.faults)
        _expect_same(place, record, got, (block, turn))


def _expect_same(place: Place, record: Record, got: Any, at: tuple[int, int]) -> None:
    place.expect_equal("steps", record.steps, int(got.steps[at]))
    place.expect_equal("decisions", list(record.decisions), got.decisions[at].tolist())
    place.expect_equal("truncated", record.outcome.truncated, bool(got.truncated[at]))
    _expect_close(place, "returns", record.outcome.returns, got.returns[at].tolist())
    place.expect_equal("metrics", sorted(record.outcome.metrics), sorted(got.metrics))
    for name, values in record.outcome.metrics.items():
        _expect_close(place, name, values, got.metrics[name][at].tolist())


def _expect_close(place: Place, what: str, expected: tuple[float, ...], got: list[float]) -> None:
    same = all(
        (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
        for one, other in zip(expected, got, strict=True)
    )
    place.expect(what, same, str(expected), got)
