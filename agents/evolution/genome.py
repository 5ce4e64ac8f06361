"""Genomes of Deep GA: a network told as the seeds it grew from.

The first seed draws the network a line begins with, each further one a mutation on top (Such et al., "Deep Neuroevolution",
arXiv 1712.06567, 2018, equation 1 and section 3.1)::

    theta_0 = start * spread * noise(seed_0)
    theta_k = theta_(k-1) + power_k * spread * noise(seed_k)

`noise` is a row of independent standard normal numbers, `spread` one scale a parameter. The paper begins with Glorot's
normal initialisation, and the program published with it scales noise as each layer is initialised; here a weight's spread
is ``1 / sqrt(fan-in)``, so that layers of all widths are shaken alike, and a bias has a scale of its own.

Noise on everything at once shakes an action's preference in hundreds of directions, most of them bad, and with the noise of
games of chance the good ones are hard to see. So some mutations may be *patches*, which the paper does not have: a run of
neighbouring units of one layer, each unit equally likely to be in it whatever its layer, gets one common number added, in half
the cases to its biases, in the others to the weights that join it to a run of neighbouring inputs. All a patch supposes is
that neighbours in the numbering of actions and observations are often alike, as cards, places and amounts are when numbered in
their order. Runs of one unit and one input come up, too, so that nothing is out of reach.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from arena import streams

__all__ = ["Decoder", "Genome", "Vector"]

Vector = NDArray[np.float32]
"""float32[P]: all parameters of a network in a row, as `agents.deep.perceptron.Perceptron.flat` has them."""


@dataclass(frozen=True)
class Genome:
    """How a network came about; M mutations."""

    seeds: tuple[int, ...]
    """M + 1 numbers in [0, 2**64): of the first network, then of each mutation."""
    powers: tuple[float, ...] = ()
    """M numbers: how strong each mutation was."""

    def child(self, seed: int, power: float) -> Genome:
        """This genome with one mutation more."""
        return Genome((*self.seeds, seed), (*self.powers, power))


@dataclass(frozen=True)
class Decoder:
    """Turns genomes into networks. The same genome gives the same bits under one version of NumPy."""

    sizes: tuple[int, ...]
    """Widths from the observation to the outputs, such as ``(925, 32, 369)``."""
    weight: float = 1.0
    """The spread of a weight is this over the square root of its fan-in; at least 0."""
    bias: float = 1.0
    """The spread of a bias, at least 0."""
    patches: float = 0.0
    """The chance that a mutation is a patch and not noise on all parameters, 0 to 1; 0 is the paper's way."""
    start: float = 1.0
    """How strong the noise is that a first network consists of, at least 0."""

    @cached_property
    def _spread(self) -> Vector:
        """float32[P], the scale of the noise of each parameter."""
        parts = []
        for fan_in, width in itertools.pairwise(self.sizes):
            parts += [np.full(fan_in * width, self.weight / math.sqrt(fan_in)), np.full(width, self.bias)]
        return np.concatenate(parts).astype(np.float32)

    def first(self, seed: int) -> Vector:
        """The network that a line begins with, float32[P]."""
        return self._noise(streams.generator(seed), self.start)

    def mutate(self, parent: Vector, seed: int, power: float) -> Vector:
        """A child of `parent`, float32[P], which stays as it is."""
        rng = streams.generator(seed)
        if rng.random() >= self.patches:
            child = self._noise(rng, power)
            child += parent
            return child
        child = parent.copy()
        self._patch(rng, power, child)
        return child

    def _noise(self, rng: np.random.Generator, power: float) -> Vector:
        """``power * spread * noise``, float32[P]."""
        drawn = rng.standard_normal(len(self._spread), dtype=np.float32)
        drawn *= self._spread
        drawn *= np.float32(power)
        return drawn

    def _patch(self, rng: np.random.Generator, power: float, vector: Vector) -> None:
        """Shift the biases of a run of units, or what joins them to a run of their inputs, in place."""
        widths = np.array(self.sizes[1:])
        layer = int(np.searchsorted(np.cumsum(widths), rng.integers(widths.sum()), side="right"))
        fan_in, width = self.sizes[layer : layer + 2]
        start = sum((before + 1) * after for before, after in itertools.pairwise(self.sizes[: layer + 1]))
        # Row by row, the biases are one row more.
        block = vector[start : start + (fan_in + 1) * width].reshape(fan_in + 1, width)
        units, shift = _run(rng, width), power * rng.standard_normal()
        if rng.random() < 0.5:
            block[fan_in, units] += np.float32(shift * self.bias)
        else:
            inputs = _run(rng, fan_in)
            block[inputs, units] += np.float32(shift * self.weight / math.sqrt(inputs.stop - inputs.start))

    def express(self, genome: Genome) -> Vector:
        """The network of `genome`, float32[P]."""
        vector = self.first(genome.seeds[0])
        for seed, power in zip(genome.seeds[1:], genome.powers, strict=True):
            vector = self.mutate(vector, seed, power)
        return vector

    def express_all(self, genomes: Iterable[Genome]) -> dict[Genome, Vector]:
        """The network of each of `genomes`; what kin share is built once, so that twenty cost little more than one."""
        found: dict[Genome, Vector] = {}
        # A branch is a network, how many steps it has grown, and those that descend from it.
        branches: list[tuple[Vector | None, int, list[Genome]]] = [(None, 0, list(genomes))]
        while branches:
            vector, grown, kin = branches.pop()
            forks: dict[tuple[int, float], list[Genome]] = {}
            for genome in kin:
                if len(genome.seeds) == grown and vector is not None:
                    found[genome] = vector
                else:
                    power = genome.powers[grown - 1] if grown else self.start
                    forks.setdefault((genome.seeds[grown], power), []).append(genome)
            for (seed, power), heirs in forks.items():
                next_one = self.first(seed) if vector is None else self.mutate(vector, seed, power)
                branches.append((next_one, grown + 1, heirs))
        return found


def _run(rng: np.random.Generator, width: int) -> slice:
    """A run of neighbours among `width`; each order of magnitude of its length is equally likely, and so is each place."""
    length = min(width, int((width + 1) ** rng.random()))
    start = int(rng.integers(width - length + 1))
    return slice(start, start + length)
