"""Dhumbal tournaments by the thousand, for the calibration of the statistics.

A repetition is one small tournament: B blocks of fresh deals between K agents. The repetitions of a cell share no deal,
and cells have streams of chance of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    "Field",
    "Sample",
    "fixed",
    "play",
    "rotations",
    "same",
    "samples",
    "style",
    "styles",
    "threshold",
    "thresholds",
    "truth",
    "turns",
]

METRICS: Final = ("coins", "wins")
"""What is compared: coins a round, and the share of rounds won."""

_CHUNK: Final = 1 << 15
"""Blocks played at once, about."""

Chooser = Callable[[streams.Key, int], NDArray[np.int16]]
"""The seatings of one tournament: from its stream and number of blocks to int16[B, S, n], who sits where."""


@dataclass(frozen=True)
class Field:
    """Agents who meet by some rules."""

    name: str
    """For the report."""
    rules: Rules
    """How they play."""
    policies: tuple[CompiledPolicy, ...]
    """The K agents."""


def threshold(calls_at: float) -> CompiledPolicy:
    """The aggressive style, but calling only at `calls_at` points or fewer; plays without dice."""
    vector = STYLES["aggressive"].copy()
    for name in ("sure", "middle"):
        vector[PARAMETERS.index(name)] = calls_at
    for name in ("p_middle", "p_high"):
        vector[PARAMETERS.index(name)] = 0.0
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
    title = "four styles" if not names else " against ".join(names)
    return Field(title, preset("np10", len(chosen)), tuple(style(name) for name in chosen))


def same(policy: CompiledPolicy, players: int, *, agents: int | None = None, starter: str = "rotate") -> Field:
    """`agents` (as many as `players` if None) of the same recipe under different names."""
    count = agents or players
    return Field(f"{count} alike, {players} seats", preset("np10", players, starter=starter), (policy,) * count)


def rotations(field: Field) -> Chooser:
    """As a round robin seats them: all rotations of a lineup on one deal, circular orders in turn."""
    seatings = Seatings(tuple(range(len(field.policies))), field.rules.players)

    def choose(key: streams.Key, blocks: int) -> NDArray[np.int16]:
        del key
        return seatings(0, blocks)

    return choose


def turns(field: Field) -> Chooser:
    """One seating a deal, drawn at random: nothing is played twice."""
    players = field.rules.players

    def choose(key: streams.Key, blocks: int) -> NDArray[np.int16]:
        rng = streams.stream(key, "seatings")
        seated = rng.permuted(np.tile(np.arange(players, dtype=np.int16), (blocks, 1)), axis=1)
        return seated[:, np.newaxis, :]

    return choose


def fixed(field: Field) -> Chooser:
    """One seating a deal, always the same."""
    players = field.rules.players

    def choose(key: streams.Key, blocks: int) -> NDArray[np.int16]:
        del key
        return np.tile(np.arange(players, dtype=np.int16), (blocks, 1, 1))

    return choose


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
    games: int
    """Rounds that an agent played in a tournament, the mean over the agents."""
    sums: dict[str, NDArray[np.float64]]
    """Of each metric, sum and sum of squares over single rounds, float64[R, K, 2]."""
    counts: NDArray[np.int64]
    """int64[R, K], rounds behind them."""

    def __len__(self) -> int:
        return len(self.counts)

    def moments(self, metric: str, repetition: int) -> list[Moments]:
        """What an analysis of single rounds sees of one tournament."""
        rows = zip(self.counts[repetition].tolist(), self.sums[metric][repetition].tolist(), strict=True)
        return [Moments(count, total, squares) for count, (total, squares) in rows]


def samples(
    field: Field, seat: Callable[[Field], Chooser], *, repetitions: int, blocks: int, seed: int, what: str
) -> Iterator[Sample]:
    """Play `repetitions` tournaments of `blocks` blocks each, some at a time.

    Args:
        field: who plays.
        seat: how they are seated.
        repetitions: R in all.
        blocks: B of each tournament.
        seed: root of all chance.
        what: name of the stream of this cell; no two cells share one.
    """
    key = streams.derive(streams.root_key(seed), what, field.name, blocks)
    choose, step = seat(field), max(1, _CHUNK // blocks)
    for start in range(0, repetitions, step):
        count = min(step, repetitions - start)
        seatings = np.concatenate(
            [choose(streams.derive(key, start + each), blocks) for each in range(count)]
        )
        outcome = play(field, key, start * blocks, seatings)
        yield _summed(outcome, seatings, count, blocks, len(field.policies))


def _summed(
    outcome: BatchOutcome, seatings: NDArray[np.int16], count: int, blocks: int, agents: int
) -> Sample:
    rows = seatings.size // (count * blocks)
    agent = seatings.ravel().astype(np.int64)
    block = np.repeat(np.arange(count * blocks), rows)
    cell = np.repeat(np.arange(count), rows * blocks) * agents + agent
    size = count * agents
    means, sums = {}, {}
    for metric in METRICS:
        scores = outcome.metrics[metric].ravel()
        table = block_means(scores, agent, block, agent_count=agents, block_count=count * blocks)
        means[metric] = table.reshape(count, blocks, agents)
        both = [np.bincount(cell, weights=scores**power, minlength=size) for power in (1, 2)]
        sums[metric] = np.stack(both, axis=-1).reshape(count, agents, 2)
    counts = np.bincount(cell, minlength=size).reshape(count, agents)
    return Sample(means, round(float(counts.mean())), sums, counts)


def truth(
    field: Field, *, blocks: int, seed: int, seat: Callable[[Field], Chooser] = rotations
) -> dict[str, NDArray[np.float64]]:
    """The mean of each metric over an independent run of `blocks` blocks, float64[K]."""
    cycle = Seatings(tuple(range(len(field.policies))), field.rules.players).cycle
    size = cycle * max(1, _CHUNK // cycle)
    parts: Sequence[Sample] = []
    total = {metric: np.zeros(len(field.policies)) for metric in METRICS}
    runs = -(-blocks // size)
    for sample in samples(field, seat, repetitions=runs, blocks=size, seed=seed, what="truth"):
        for metric in METRICS:
            total[metric] += np.nansum(sample.means[metric].mean(axis=1), axis=0)
    del parts
    return {metric: values / runs for metric, values in total.items()}
