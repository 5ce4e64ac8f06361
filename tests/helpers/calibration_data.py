"""Dhumbal tournaments by the thousand, for the calibration of the statistics.

A repetition is one small tournament: B blocks of fresh deals between K agents. The repetitions of a cell share no deal,
and cells have streams of chance of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.styles import PARAMETERS, STYLES, decide_style
from arena import streams
from arena.capabilities import BatchOutcome, CompiledPolicy
from games.dhumbal.batch import play_blocks
from games.dhumbal.rules import Rules, preset
from tournaments.schedules.seatings import Seatings
from tournaments.statistics import Moments, block_means

__all__ = [
    "METRICS",
    "Chooser",
    "Field",
    "Sample",
    "alike",
    "fixed",
    "one_seating",
    "play",
    "rotations",
    "samples",
    "style",
    "styles",
    "threshold",
    "thresholds",
    "truth",
]

METRICS: Final = ("coins", "wins")
"""What is compared: coins a round, and the share of rounds won."""

_CHUNK: Final = 1 << 15
"""Blocks played at once, about."""


@dataclass(frozen=True)
class Field:
    """Agents who meet by some rules."""

    name: str
    """For the report."""
    rules: Rules
    """How they play, and how many sit at a table."""
    policies: tuple[CompiledPolicy, ...]
    """The K agents."""


Chooser = Callable[[Field, streams.Key, int], NDArray[np.int16]]
"""How a tournament of B blocks is seated: from the field, its stream and B to int16[B, S, n], who sits where."""


def threshold(calls_at: float) -> CompiledPolicy:
    """The aggressive style, but calling only at `calls_at` points or fewer; plays without dice."""
    vector = STYLES["aggressive"].copy()
    for name, value in (("sure", calls_at), ("middle", calls_at), ("p_middle", 0.0), ("p_high", 0.0)):
        vector[PARAMETERS.index(name)] = value
    return CompiledPolicy(decide_style, vector)


def style(name: str) -> CompiledPolicy:
    """One of the four styles; ``"balanced"`` and ``"opportunistic"`` throw dice."""
    return CompiledPolicy(decide_style, STYLES[name])


def thresholds(*calls_at: float) -> Field:
    """A table of agents who differ only in when they call."""
    name = "thresholds " + "/".join(f"{points:g}" for points in calls_at)
    return Field(name, preset("np10", len(calls_at)), tuple(threshold(points) for points in calls_at))


def styles(*names: str) -> Field:
    """A table of styles; of all four without names."""
    chosen = names or tuple(STYLES)
    title = " against ".join(names) if names else "the four styles"
    return Field(title, preset("np10", len(chosen)), tuple(style(name) for name in chosen))


def alike(policy: CompiledPolicy, players: int, *, agents: int = 0, starter: str = "rotate") -> Field:
    """As many agents as seats, or `agents` if that is more, of one recipe under different names."""
    count = max(agents, players)
    rules = preset("np10", players, starter=starter)
    return Field(f"{count} agents alike at {players} seats, starter {starter}", rules, (policy,) * count)


def rotations(field: Field, key: streams.Key, blocks: int) -> NDArray[np.int16]:
    """As a round robin seats them: all rotations of a lineup on one deal, circular orders in turn."""
    del key
    return Seatings(tuple(range(len(field.policies))), field.rules.players)(0, blocks)


def one_seating(field: Field, key: streams.Key, blocks: int) -> NDArray[np.int16]:
    """One seating a deal, drawn at random: no deal is played twice."""
    seats = np.tile(np.arange(field.rules.players, dtype=np.int16), (blocks, 1))
    return streams.stream(key, "seatings").permuted(seats, axis=1)[:, np.newaxis, :]


def fixed(field: Field, key: streams.Key, blocks: int) -> NDArray[np.int16]:
    """One seating a deal, always the same."""
    del key
    return np.tile(np.arange(field.rules.players, dtype=np.int16), (blocks, 1, 1))


def play(field: Field, key: streams.Key, start: int, seatings: NDArray[np.int16]) -> BatchOutcome:
    """Play the blocks `start` to `start + B` of the deals and dice of `key`, with `seatings` int16[B, S, n].

    Raises:
        AssertionError: if a policy makes an illegal move.
    """
    blocks, each = len(seatings), int(np.prod(seatings.shape[1:]))
    deals = streams.numbers(streams.derive(key, "deal"), start, blocks)
    dice = streams.numbers(streams.derive(key, "players"), start * each, blocks * each)
    outcome = play_blocks(field.rules, field.policies, deals, seatings, dice.reshape(seatings.shape))
    assert outcome.faults.max(initial=-1) < 0, "a policy made an illegal move"
    return outcome


@dataclass(frozen=True, eq=False)
class Sample:
    """R tournaments of B blocks between K agents."""

    means: dict[str, NDArray[np.float64]]
    """Of each metric the block means, float64[R, B, K]; NaN where an agent is not in the block."""
    sums: dict[str, NDArray[np.float64]]
    """Of each metric, sum and sum of squares over single rounds, float64[R, K, 2]."""
    games: NDArray[np.int64]
    """int64[R, K], the rounds behind them."""
    seats: NDArray[np.float64]
    """float64[R, n], mean coins by seat, whoever sat there."""

    def __len__(self) -> int:
        return len(self.games)

    def moments(self, metric: str, repetition: int) -> list[Moments]:
        """What an analysis of single rounds sees of one tournament."""
        rows = zip(self.games[repetition].tolist(), self.sums[metric][repetition].tolist(), strict=True)
        return [Moments(count, total, squares) for count, (total, squares) in rows]


def samples(
    field: Field, choose: Chooser, *, repetitions: int, blocks: int, seed: int, what: str
) -> Iterator[Sample]:
    """Play `repetitions` tournaments of `blocks` blocks each, some at a time.

    Args:
        field: who plays.
        choose: how they are seated.
        repetitions: R in all.
        blocks: B of each tournament.
        seed: root of all chance.
        what: name of the stream of the cell.
    """
    name = getattr(choose, "__name__", "seatings")
    key = streams.derive(streams.root_key(seed), what, field.name, name, blocks)
    step = max(1, _CHUNK // blocks)
    for start in range(0, repetitions, step):
        numbers = range(start, min(start + step, repetitions))
        seatings = np.concatenate([choose(field, streams.derive(key, each), blocks) for each in numbers])
        outcome = play(field, key, start * blocks, seatings)
        yield _summed(outcome, seatings, len(numbers), len(field.policies))


def _summed(outcome: BatchOutcome, seatings: NDArray[np.int16], count: int, agents: int) -> Sample:
    """The sample of `count` tournaments played one after the other."""
    blocks, each = len(seatings) // count, int(np.prod(seatings.shape[1:]))
    agent = seatings.ravel().astype(np.int64)
    block = np.repeat(np.arange(count * blocks), each)
    cell = np.repeat(np.arange(count), blocks * each) * agents + agent
    means: dict[str, NDArray[np.float64]] = {}
    sums: dict[str, NDArray[np.float64]] = {}
    for metric in METRICS:
        scores = outcome.metrics[metric].ravel()
        table = block_means(scores, agent, block, agent_count=agents, block_count=count * blocks)
        means[metric] = table.reshape(count, blocks, agents)
        parts = [np.bincount(cell, weights=scores**power, minlength=count * agents) for power in (1, 2)]
        sums[metric] = np.stack(parts, axis=-1).reshape(count, agents, 2).astype(np.float64)
    games = np.bincount(cell, minlength=count * agents).reshape(count, agents)
    by_seat = outcome.metrics["coins"].mean(axis=1).reshape(count, blocks, -1)
    return Sample(means, sums, games, by_seat.mean(axis=1))


def truth(field: Field, choose: Chooser, *, blocks: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """The mean of each metric over an independent run of about `blocks` blocks, float64[K].

    Every lineup and circular order comes equally often, as in a whole tournament.
    """
    cycle = Seatings(tuple(range(len(field.policies))), field.rules.players).cycle
    size = cycle * max(1, _CHUNK // cycle)
    runs = -(-blocks // size)
    total = {metric: np.zeros(len(field.policies)) for metric in METRICS}
    for sample in samples(field, choose, repetitions=runs, blocks=size, seed=seed, what="truth"):
        for metric in METRICS:
            total[metric] += np.nanmean(sample.means[metric], axis=1).sum(axis=0)
    return {metric: values / runs for metric, values in total.items()}
