"""The cross-entropy method for noisy scores.

A normal distribution over the parameters is moved towards the best of its own samples, again and again (Rubinstein,
"The cross-entropy method for combinatorial and continuous optimization", 1999). Three things are added for scores that
are means of games of chance:

* all candidates of a generation play the same deals (common random numbers), and each generation plays new ones;
* the spread gets extra noise that falls linearly to nothing, so that it does not shrink before it has looked around
  (Szita and Lőrincz, "Learning Tetris using the noisy cross-entropy method", Neural Computation 18, 2006);
* the answer is the mean of the distribution's centres over the last third of the generations, not the luckiest sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.evolution.knobs import Knob
from agents.evolution.match_up import Estimate, estimate
from arena import streams
from arena.errors import BadParameter

__all__ = ["CrossEntropy", "Generation", "Score"]

Vector = NDArray[np.float64]

Score = Callable[[NDArray[np.float64], int], NDArray[np.float64]]
"""``score(candidates float64[C, P], generation) -> float64[C, B]``: what each candidate got on each of B deals, the same
deals for all; higher is better."""


@dataclass(frozen=True)
class Generation:
    """What is known after one generation; P parameters."""

    number: int
    """From 1."""
    score: Estimate
    """Of the centre this generation began with, on this generation's deals."""
    best: float
    """Of the best candidate; the luckiest of many, so better than it will prove."""
    elite: float
    """The mean of the elite."""
    centre: Vector
    """float64[P], the centre of the distribution after it."""
    spread: Vector
    """float64[P], the standard deviations after it."""
    answer: Vector
    """float64[P], the mean of the centres of the last third of the generations so far: the parameters to use."""


@dataclass(frozen=True)
class CrossEntropy:
    """The method and its settings."""

    generations: int = 16
    """At least 1."""
    population: int = 40
    """Candidates a generation, at least 4; the first one is the centre itself."""
    elite: float = 0.25
    """The share of them that the distribution moves to, above 0 and at most 1."""
    step: float = 0.7
    """How far it moves, above 0 and at most 1 (all the way)."""
    noise: float = 0.25
    """Extra spread at the start, as a share of each knob's first spread; at least 0."""

    def check(self) -> None:
        """Refuse settings that make no sense.

        Raises:
            BadParameter: naming the setting and what it may be.
        """
        for name, value, least in (("generations", self.generations, 1), ("population", self.population, 4)):
            if value < least:
                raise BadParameter(f"expected {name} >= {least}, got {value!r}")
        for name, share in (("elite", self.elite), ("step", self.step)):
            if not 0 < share <= 1:
                raise BadParameter(f"expected {name} above 0 and at most 1, got {share!r}")
        if not self.noise >= 0:
            raise BadParameter(f"expected noise >= 0, got {self.noise!r}")

    def search(self, knobs: Sequence[Knob], score: Score, seed: int) -> Iterator[Generation]:
        """Search, one generation at a time; the caller may stop at any.

        Args:
            knobs: what may be tuned.
            score: plays the candidates.
            seed: the root of the candidates' chance; the same seed and scores give the same answer.

        Raises:
            BadParameter: if a setting makes no sense.
        """
        self.check()
        key = streams.derive(streams.root_key(seed), "cross-entropy")
        centre = np.array([knob.start for knob in knobs])
        first = np.array([knob.spread for knob in knobs])
        spread = first.copy()
        centres: list[Vector] = []
        for number in range(1, self.generations + 1):
            rng = streams.stream(key, number)
            candidates = self._candidates(knobs, centre, spread, rng)
            played = score(candidates, number)
            means = played.mean(axis=1)
            chosen = np.argsort(-means, kind="stable")[: max(2, round(self.elite * self.population))]
            elite = candidates[chosen]
            noise = self.noise * first * (1.0 - number / self.generations)
            centre = centre + self.step * (elite.mean(axis=0) - centre)
            spread = spread + self.step * (np.hypot(elite.std(axis=0), noise) - spread)
            centres.append(centre)
            answer = np.mean(centres[-max(1, number // 3) :], axis=0)
            yield Generation(
                number,
                estimate(played[0]),
                float(means.max()),
                float(means[chosen].mean()),
                centre,
                spread,
                answer,
            )

    def _candidates(
        self, knobs: Sequence[Knob], centre: Vector, spread: Vector, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """The centre, and samples around it within the bounds, float64[population, P]."""
        drawn = centre + spread * rng.standard_normal((self.population, len(centre)))
        drawn[0] = centre
        low, high = (np.array(bounds) for bounds in zip(*((k.low, k.high) for k in knobs), strict=True))
        return np.clip(drawn, low, high)
