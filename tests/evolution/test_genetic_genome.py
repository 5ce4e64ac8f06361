"""A genome is enough to build its network again, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from agents.deep.perceptron import Perceptron
from agents.evolution.genome import Decoder, Genome
from arena import streams

SIZES = (9, 4, 3)


def test_a_rebuilt_network_is_the_one_that_grew() -> None:
    """Child upon child gives the same bits as the genome from scratch, for lines of any length."""
    decoder = Decoder(SIZES, weight=0.7, bias=1.3, patches=0.5, start=0.5)
    genome = Genome((11,))
    vector = decoder.first(11)
    for step in range(30):
        genome = genome.child(1000 + step, 0.3 / (1 + step))
        vector = decoder.mutate(vector, 1000 + step, 0.3 / (1 + step))
        assert decoder.express(genome).tobytes() == vector.tobytes()


def test_a_network_is_the_sum_of_its_noise() -> None:
    """The formula, in double precision, by noise drawn here: fan-in scales weights, biases have a scale of their own."""
    decoder = Decoder(SIZES, weight=0.7, bias=1.3, start=0.5)
    genome = Genome((3, 5, 8), (0.25, 0.125))
    scales = [0.7 / 3.0] * 36 + [1.3] * 4 + [0.7 / 2.0] * 12 + [1.3] * 3
    rngs = [streams.generator(seed) for seed in genome.seeds]
    for rng in rngs[1:]:
        rng.random()  # whether it is a patch
    noise = [rng.standard_normal(55, dtype=np.float32) for rng in rngs]
    wanted = np.array(scales) * (0.5 * noise[0].astype(float) + 0.25 * noise[1] + 0.125 * noise[2])
    found = decoder.express(genome)
    assert found.dtype == np.float32
    assert found == pytest.approx(wanted, abs=1e-6)
    network = Perceptron.of_flat(found, SIZES, 3)
    assert network.biases[0] == pytest.approx(wanted[36:40], abs=1e-6)


def test_a_family_is_built_as_its_members_are() -> None:
    """Kin that share ancestors, one an ancestor of another, a stranger and a twin: each as built alone."""
    decoder = Decoder(SIZES)
    root = Genome((1,)).child(2, 0.1).child(3, 0.2)
    family = [
        root,
        root.child(4, 0.1),
        root.child(4, 0.2),
        root.child(5, 0.1).child(6, 0.1),
        Genome((9,)),
        root,
    ]
    found = decoder.express_all(family)
    assert set(found) == set(family)
    for genome in family:
        assert found[genome].tobytes() == decoder.express(genome).tobytes()


def test_ancestors_are_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty children of one long line cost the line and twenty mutations."""
    drawn = []
    plain = streams.generator

    def counted(seed: int) -> np.random.Generator:
        drawn.append(seed)
        return plain(seed)

    monkeypatch.setattr(streams, "generator", counted)
    line = Genome((0,))
    for step in range(50):
        line = line.child(step + 1, 0.1)
    Decoder(SIZES).express_all([line.child(100 + place, 0.1) for place in range(20)])
    assert len(drawn) == 51 + 20


def test_mutation_leaves_the_parent_alone() -> None:
    """A child is an array of its own."""
    decoder = Decoder(SIZES)
    parent = decoder.first(1)
    before = parent.copy()
    child = decoder.mutate(parent, 2, 0.5)
    assert np.array_equal(parent, before)
    assert not np.array_equal(child, parent)


def _patched(seed: int) -> tuple[int, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """The layer that a patch of power 0.5 shifts, and by how much, its biases the last row."""
    child = Decoder(SIZES, weight=0.7, bias=1.3, patches=1.0).mutate(np.zeros(55, np.float32), seed, 0.5)
    blocks = [child[:40].reshape(10, 4), child[40:].reshape(5, 3)]
    (layer,) = [place for place, block in enumerate(blocks) if block.any()]
    return layer, blocks[layer]


def test_a_patch_shifts_a_run_of_units_alike() -> None:
    """One layer and one run of units; its biases alone, or its weights from one run of inputs alone; by one number."""
    seen = set()
    for seed in range(1500):
        layer, block = _patched(seed)
        rows, columns = np.flatnonzero(block.any(axis=1)), np.flatnonzero(block.any(axis=0))
        for places in (rows, columns):
            assert np.array_equal(places, np.arange(places[0], places[-1] + 1))
        assert len(set(block[rows][:, columns].ravel().tolist())) == 1
        biases = rows[-1] == len(block) - 1
        assert not biases or len(rows) == 1
        seen.add((layer, 0 if biases else len(rows), len(columns)))
    wanted = {(0, inputs, units) for inputs in range(10) for units in range(1, 5)}
    assert seen == wanted | {(1, inputs, units) for inputs in range(5) for units in range(1, 4)}


def test_patches_are_as_strong_as_they_say() -> None:
    """A bias shifts with deviation power x bias, a weight with power x weight over the root of its run; layers by units."""
    lifts, shifts, layers = [], [], []
    for seed in range(4000):
        layer, block = _patched(seed)
        layers.append(layer)
        number = block[np.nonzero(block)][0]
        if block[-1].any():
            lifts.append(number)
        else:
            shifts.append(number * np.sqrt(np.count_nonzero(block.any(axis=1))))
    assert np.std(lifts) == pytest.approx(0.65, rel=0.08)
    assert np.std(shifts) == pytest.approx(0.35, rel=0.08)
    assert len(lifts) == pytest.approx(2000, abs=5 * np.sqrt(1000))
    assert sum(layers) == pytest.approx(4000 * 3 / 7, abs=5 * np.sqrt(4000 * 12 / 49))


def test_the_chance_of_a_patch() -> None:
    """A quarter of the mutations are patches where a quarter should be, within five standard deviations."""
    decoder = Decoder(SIZES, patches=0.25)
    parent = np.zeros(55, np.float32)
    patches = sum(np.count_nonzero(decoder.mutate(parent, seed, 1.0)) < 55 for seed in range(2000))
    assert abs(patches - 500) < 5 * np.sqrt(2000 * 0.25 * 0.75)
