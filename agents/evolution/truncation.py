"""Deep GA: truncation selection, mutation alone, one elite.

Such et al., "Deep Neuroevolution: Genetic Algorithms Are a Competitive Alternative for Training Deep Neural Networks for
Reinforcement Learning", arXiv 1712.06567 (2018), algorithm 1. In each generation

1. every child is a mutation of one of the T parents, each equally likely; there is no crossover;
2. all children, and the elite so far, are scored on the same new deals;
3. the best few and the elite so far are scored again on more deals, and the best of them is the new elite;
4. the new elite and the best T - 1 others are the parents of the next generation.

Four things are not in the paper. A score is what a candidate gains on the elite so far in the same matches, less some
standard errors of that gain (`Truncation.caution`), for the best of many noisy means is more often lucky than good. Those
scored twice go before the others in step 4, in the order of their second scores, which matters where there are more of
them than parents. The power of mutations may fall. And each new elite is scored a third time on deals that did not choose
it, so that what is reported is not the winner's luck.

What a candidate is worth is the caller's business (`Score`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.evolution.genome import Decoder, Genome, Vector
from agents.evolution.match_up import Estimate, estimate
from arena import streams
from arena.errors import BadParameter, LearningDiverged

__all__ = ["Ancestry", "Candidate", "Generation", "Score", "Scored", "Truncation"]

Candidate = Callable[[], Vector]
"""Makes a candidate's parameters when they are wanted, so that a population is never in memory as a whole."""


class Scored(NamedTuple):
    """What candidates got; C candidates, B matches."""

    values: NDArray[np.float64]
    """float64[C, B]: of each candidate in each match, the same deals for all; higher is better."""
    decisions: int
    """How many decisions the candidates took in all."""


class Score(Protocol):
    """Plays candidates."""

    def __call__(self, candidates: Sequence[Candidate], generation: int, purpose: str) -> Scored:
        """The values of `candidates`; the same two arguments mean the same deals, others mean new ones.

        Args:
            candidates: C of them.
            generation: from 1.
            purpose: ``population``, ``candidates`` or ``elite``, the elite so far being first of the first two.
        """


@dataclass(frozen=True)
class Ancestry:
    """All that the next generation comes of."""

    generation: int = 0
    """How many there were."""
    steps: int = 0
    """Decisions that candidates took so far."""
    parents: tuple[Genome, ...] = ()
    """The elite, and after it the others; empty before the first generation."""


@dataclass(frozen=True)
class Generation:
    """What is known after one generation."""

    ancestry: Ancestry
    """What the next one comes of."""
    elite: Vector
    """float32[P], the elite's parameters."""
    score: Estimate
    """Of the elite, on deals that did not choose it."""
    values: NDArray[np.float64]
    """float64[B]: what the elite got on these deals."""
    best: float
    """The mean of the best child; the luckiest of many, so better than it will prove."""
    mean: float
    """The mean of all children."""
    decisions: int
    """Decisions that candidates took in this generation."""
    power: float
    """The power of this generation's mutations; that of the first networks in generation 1."""


@dataclass(frozen=True)
class Truncation:
    """The method and its settings."""

    population: int = 100
    """Children a generation, at least 2."""
    parents: int = 20
    """T, the number of parents, from 1 to `population`."""
    candidates: int = 10
    """How many children are scored twice, from 1 to `population`."""
    caution: float = 1.0
    """Standard errors that are taken off a gain before candidates are compared, at least 0; 0 is the paper's way."""
    sigma: float = 0.1
    """The power of the first mutations, above 0."""
    half_life: float = math.inf
    """Generations in which the power falls by half, above 0; ``inf`` keeps it."""
    floor: float = 0.0
    """The power never falls below this share of `sigma`, 0 to 1."""

    def check(self) -> None:
        """Refuse settings that make no sense.

        Raises:
            BadParameter: naming the setting and what it may be.
        """
        _check_whole("population", self.population, 2)
        _check_whole("parents", self.parents, 1, self.population)
        _check_whole("candidates", self.candidates, 1, self.population)
        if not (0 <= self.caution < math.inf):
            raise BadParameter(f"expected caution >= 0, got {self.caution!r}")
        if not (0 < self.sigma < math.inf):
            raise BadParameter(f"expected sigma above 0, got {self.sigma!r}")
        if not self.half_life > 0:
            raise BadParameter(f"expected half_life above 0, got {self.half_life!r}")
        if not 0 <= self.floor <= 1:
            raise BadParameter(f"expected floor from 0 to 1, got {self.floor!r}")

    def power(self, generation: int) -> float:
        """The power of the mutations of `generation`, from 2 on: ``sigma * max(floor, 2 ** -((generation - 2) / half_life))``."""
        return self.sigma * max(self.floor, math.exp2((2 - generation) / self.half_life))

    def search(
        self, decoder: Decoder, score: Score, seed: int, ancestry: Ancestry | None = None
    ) -> Iterator[Generation]:
        """Evolve, one generation at a time, without end; the caller may stop at any.

        Args:
            decoder: makes networks of genomes.
            score: plays candidates.
            seed: the root of all chance of births; the same seed and scores give the same generations.
            ancestry: where an earlier search left off.

        Raises:
            BadParameter: if a setting makes no sense.
            LearningDiverged: if a value is no finite number.
        """
        self.check()
        now = ancestry or Ancestry()
        alive = decoder.express_all(now.parents)
        key = streams.derive(streams.root_key(seed), "deep ga")
        while True:
            found, alive = self._generation(decoder, score, key, now, alive)
            now = found.ancestry
            yield found

    def _generation(
        self,
        decoder: Decoder,
        score: Score,
        key: streams.Key,
        before: Ancestry,
        alive: dict[Genome, Vector],
    ) -> tuple[Generation, dict[Genome, Vector]]:
        number = before.generation + 1
        old = before.parents[:1]
        children = self._births(key, before.parents, number)
        grow = partial(_grow, decoder, alive)
        played = _scored(score, [partial(grow, one) for one in (*old, *children)], number, "population")
        means = played.values[len(old) :].mean(axis=1)
        order = [one for one in self._ranked([*old, *children], played.values, len(old)) if one not in old]

        finalists = [*old, *order[: self.candidates]]
        again = _scored(score, [partial(grow, one) for one in finalists], number, "candidates")
        first, *ranking = self._ranked(finalists, again.values, len(old))
        # The old elite lives on as the new elite or not at all.
        others = [one for one in ranking if one not in old]
        chosen = (first, *others, *order[self.candidates :])[: self.parents]
        networks = {genome: grow(genome) for genome in chosen}
        elite = networks[chosen[0]]
        proof = _scored(score, [lambda: elite], number, "elite")

        decisions = played.decisions + again.decisions + proof.decisions
        generation = Generation(
            Ancestry(number, before.steps + decisions, chosen),
            elite,
            estimate(proof.values[0]),
            proof.values[0],
            float(means.max()),
            float(means.mean()),
            decisions,
            self.power(number) if before.parents else decoder.start,
        )
        return generation, networks

    def _ranked(self, genomes: Sequence[Genome], values: NDArray[np.float64], elites: int) -> list[Genome]:
        """The C genomes from the best on; of equal ones the first.

        Args:
            genomes: C of them.
            values: float64[C, B].
            elites: 1 where the first one is the elite so far, against whom gains are measured, else 0.
        """
        gains = values - values[0] if elites else values
        worth = gains.mean(axis=1)
        if elites:
            worth -= self.caution * gains.std(axis=1) / math.sqrt(gains.shape[1])
        return [genomes[place] for place in np.argsort(-worth, kind="stable")]

    def _births(self, key: streams.Key, parents: Sequence[Genome], generation: int) -> list[Genome]:
        """The genomes of a generation's children."""
        seeds = streams.numbers(streams.derive(key, "seeds", generation), 0, self.population).tolist()
        if not parents:
            return [Genome((seed,)) for seed in seeds]
        rng = streams.stream(key, "parents", generation)
        chosen = rng.integers(len(parents), size=self.population)
        power = self.power(generation)
        return [parents[place].child(seed, power) for place, seed in zip(chosen, seeds, strict=True)]


def _grow(decoder: Decoder, alive: dict[Genome, Vector], genome: Genome) -> Vector:
    """The network of one of the living, or of a child of theirs."""
    if genome in alive:
        return alive[genome]
    if not genome.powers:
        return decoder.first(genome.seeds[0])
    parent = Genome(genome.seeds[:-1], genome.powers[:-1])
    return decoder.mutate(alive[parent], genome.seeds[-1], genome.powers[-1])


def _scored(score: Score, candidates: Sequence[Candidate], generation: int, purpose: str) -> Scored:
    found = score(candidates, generation, purpose)
    bad = np.argwhere(~np.isfinite(found.values))
    if len(bad):
        candidate, match = bad[0]
        raise LearningDiverged(
            f"generation {generation}: expected finite returns, got {float(found.values[candidate, match])!r} from "
            f"candidate {int(candidate)} of the {purpose} in match {int(match)}"
        )
    return found


def _check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    """Refuse `value` unless it is a whole number from `least` to `most`, or without bound where that is None.

    Raises:
        BadParameter: naming it and what it may be.
    """
    fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
    if not fits or (most is not None and isinstance(value, int) and value > most):
        wanted = f">= {least}" if most is None else f"from {least} to {most}"
        raise BadParameter(f"expected {name} {wanted}, a whole number, got {value!r}")
