"""Ratings, and tests that are looked at after every block, over many small tournaments of Dhumbal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from calibration_data import Chooser, Field, play
from numpy.typing import NDArray
from scipy import stats

from arena import streams
from arena.game import Direction, Metric
from tournaments.ratings import field as rated
from tournaments.ratings.plackett_luce import LuceFit, fit_field
from tournaments.statistics.sequential import asymptotic_log_e, betting_log_e

__all__ = ["LEVEL", "rating_coverage", "true_strengths", "wrong_looks"]

LEVEL: Final = 0.05
"""1 - confidence of an interval, and how often a test may be wrong."""
_COINS: Final = Metric("coins", "coins", Direction.HIGHER, primary=True)
_CHUNK: Final = 1 << 15
"""Blocks played at once, about."""


def _fit(seatings: NDArray[np.int16], coins: NDArray[np.float64], players: int) -> LuceFit:
    """The model of matches int16[B, S, n] and their coins float64[B, S, n]."""
    blocks, seatings_each, seats = seatings.shape
    table = rated.Matches(
        agents=seatings.reshape(-1, seats).astype(np.int64),
        scores=coins.reshape(-1, seats),
        blocks=np.repeat(np.arange(blocks), seatings_each),
        seated=True,
    )
    names = tuple(f"agent {agent}" for agent in range(players))
    return fit_field(rated.Field(names, "dhumbal", _COINS, None, (table,), blocks, table, 1, ()))


def true_strengths(field: Field, choose: Chooser, *, blocks: int, seed: int) -> NDArray[np.float64]:
    """The strengths, in logits, that an endless tournament would give, from about `blocks` blocks; float64[K]."""
    key = streams.derive(streams.root_key(seed), "true strengths", field.name)
    seatings = choose(field, key, blocks)
    parts = [
        play(field, key, start, seatings[start : start + _CHUNK]).metrics["coins"]
        for start in range(0, blocks, _CHUNK)
    ]
    return _fit(seatings, np.concatenate(parts), len(field.policies)).strengths


def rating_coverage(
    field: Field, choose: Chooser, true: NDArray[np.float64], *, repetitions: int, blocks: int, seed: int
) -> dict[str, NDArray[np.bool_]]:
    """Whether intervals of Plackett-Luce strengths hold the truth.

    Returns:
        bool[R, K]: ``"clustered"`` with the sandwich over blocks and Student's t, ``"textbook"`` with the inverse
        Hessian and the normal quantile; False where there is no interval.
    """
    key = streams.derive(streams.root_key(seed), "ratings", field.name, blocks)
    agents = len(field.policies)
    reach = {
        "clustered": float(stats.t.ppf(1 - LEVEL / 2, blocks - 1)),
        "textbook": float(stats.norm.ppf(1 - LEVEL / 2)),
    }
    held: dict[str, list[NDArray[np.bool_]]] = {name: [] for name in reach}
    for number in range(repetitions):
        seatings = choose(field, streams.derive(key, number), blocks)
        fit = _fit(seatings, play(field, key, number * blocks, seatings).metrics["coins"], agents)
        bounded = np.array([fit.has_interval(agent) for agent in range(agents)])
        error = np.abs(fit.strengths - true)
        for name, covariance in (("clustered", fit.luce.covariance), ("textbook", fit.luce.inverse)):
            held[name].append(bounded & (error <= reach[name] * fit.errors(covariance)))
    return {name: np.array(rows) for name, rows in held.items()}


def wrong_looks(
    field: Field, choose: Chooser, *, repetitions: int, blocks: int, seed: int
) -> Iterator[dict[str, bool]]:
    """Whether two agents alike are ever claimed to differ in `blocks` blocks, looked at after every one.

    Yields:
        For each repetition, of the first two agents: ``"coins"`` by the asymptotic e-value, ``"wins"`` by bets, and
        ``"naive, coins"`` by a t test that is repeated after every block from the 8th on.
    """
    key = streams.derive(streams.root_key(seed), "looks", field.name, blocks)
    count = np.arange(8, blocks + 1)
    critical = stats.t.ppf(1 - LEVEL / 2, count - 1)
    for number in range(repetitions):
        seatings = choose(field, streams.derive(key, number), blocks)
        metrics = play(field, key, number * blocks, seatings).metrics
        difference = {
            name: _of(metrics[name], seatings, 0) - _of(metrics[name], seatings, 1)
            for name in ("coins", "wins")
        }
        coins = difference["coins"]
        mean = np.cumsum(coins)[7:] / count
        variance = np.maximum((np.cumsum(coins**2)[7:] - count * mean**2) / (count - 1), 1e-300)
        yield {
            "coins": bool(asymptotic_log_e(coins).max() >= -np.log(LEVEL)),
            "wins": bool(betting_log_e(difference["wins"]).max() >= -np.log(LEVEL)),
            "naive, coins": bool((np.abs(mean) > critical * np.sqrt(variance / count)).any()),
        }


def _of(values: NDArray[np.float64], seatings: NDArray[np.int16], agent: int) -> NDArray[np.float64]:
    """float64[B], the block means of an agent who sits once in every match."""
    mean: NDArray[np.float64] = values[seatings == agent].reshape(len(values), -1).mean(axis=1)
    return mean
