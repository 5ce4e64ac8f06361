"""Sequential tests of simulated pairs of games, whose openings favour one side."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from arena import streams
from tournaments.sprt import Design, Measure, Running, score_of
from tournaments.sprt.elo import bayes_elo_chances

__all__ = ["PENTA", "chances_at", "error_rates", "run_test"]

Floats = NDArray[np.float64]

PENTA: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""What a pair of games may give."""
_PAIRS: Final = Measure("share", 2, PENTA)
_DRAWN: Final = 200.0
"""The draw parameter of the simulated games; about half of them are drawn."""
_PIECE: Final = 150
"""Blocks a test hears at once."""


def chances_at(elo: float, bias: float) -> Floats:
    """float64[5], a pentanomial pair whose expected share is that of `elo`.

    The first mover of either game is `bias` better off, for opposite sides.
    """
    found = optimize.brentq(
        lambda inner: float(_pair(inner, bias) @ PENTA) - score_of(elo), -500, 500, xtol=1e-12
    )
    return _pair(float(found), bias)


def _pair(elo: float, bias: float) -> Floats:
    one, other = bayes_elo_chances(elo + bias, _DRAWN), bayes_elo_chances(elo - bias, _DRAWN)
    return np.convolve(one, other)


def run_test(design: Design, chances: Floats, rng: np.random.Generator) -> Running:
    """One test of pairs with these chances, to its end."""
    running = Running(design, _PAIRS)
    while running.decision is None:
        running.add(rng.choice(PENTA, size=_PIECE, p=chances))
    return running


def error_rates(low: float, high: float, bias: float, *, runs: int, seed: int) -> tuple[float, float, float]:
    """Alpha and beta of tests of Elo `low` against `high`, and the mean blocks under the first, by `runs` of either kind."""
    design = Design("elo", low, high)
    key = streams.derive(streams.root_key(seed), "sprt", int(bias))
    rng = streams.generator(int(streams.numbers(key, 0, 1)[0]))
    null, other = (chances_at(elo, bias) for elo in (low, high))
    under_null = [run_test(design, null, rng) for _ in range(runs)]
    under_other = [run_test(design, other, rng) for _ in range(runs)]
    return (
        float(np.mean([running.decision == "high" for running in under_null])),
        float(np.mean([running.decision == "low" for running in under_other])),
        float(np.mean([running.blocks for running in under_null])),
    )
