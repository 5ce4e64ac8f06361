"""Truncation selection and the elite, on fitness that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice, pairwise

import numpy as np
import pytest

from agents.evolution.genome import Decoder, Genome
from agents.evolution.truncation import Ancestry, Candidate, Generation, Scored, Truncation
from arena.errors import BadParameter, LearningDiverged

DECODER = Decoder((4, 1))


class Hill:
    """Fitness is nearness to a point; keeps what it was asked. `luck` is noise of a generation and purpose."""

    def __init__(self, luck: float = 0.0) -> None:
        self.luck = luck
        self.asked: list[tuple[int, str, list[bytes]]] = []

    def __call__(self, candidates: Sequence[Candidate], generation: int, purpose: str) -> Scored:
        vectors = np.array([candidate() for candidate in candidates])
        self.asked.append((generation, purpose, [vector.tobytes() for vector in vectors]))
        height = -((vectors - 2.0) ** 2).sum(axis=1)
        rng = np.random.default_rng([generation, len(purpose)])
        values = height[:, None] + self.luck * rng.normal(size=(len(vectors), 4))
        return Scored(values, 10 * len(vectors))


def _run(method: Truncation, score: Hill, count: int, seed: int = 1) -> list[Generation]:
    return list(islice(method.search(DECODER, score, seed), count))


def test_it_climbs() -> None:
    """From a start 4.5 away the elite comes close to the top, and without noise it never gets worse."""
    found = _run(Truncation(population=40, parents=5, candidates=5, sigma=0.3), Hill(), 40)
    heights = [generation.score.mean for generation in found]
    assert heights == sorted(heights)
    assert heights[0] < -2.0
    assert heights[-1] > -0.2
    assert [generation.ancestry.generation for generation in found] == list(range(1, 41))


def test_children_come_of_the_best_alone() -> None:
    """Each child adds one seed to one of the T parents, all T have children, and the T are the best T of all."""
    hill = Hill()
    method = Truncation(population=60, parents=6, candidates=3, sigma=0.3)
    first, second = _run(method, hill, 2)
    generation, purpose, vectors = hill.asked[0]
    assert (generation, purpose, len(set(vectors))) == (1, "population", 60)
    best = sorted(
        (np.frombuffer(vector, np.float32) for vector in vectors),
        key=lambda vector: float(((vector - 2.0) ** 2).sum()),
    )
    parents = first.ancestry.parents
    assert [DECODER.express(parent).tobytes() for parent in parents] == [one.tobytes() for one in best[:6]]
    assert all(len(parent.seeds) == 1 and not parent.powers for parent in parents)

    heirs = {DECODER.express(child).tobytes(): child for child in _children(method, second, parents)}
    assert set(hill.asked[3][2]) >= set(heirs)
    assert {child.seeds[0] for child in second.ancestry.parents} <= {parent.seeds[0] for parent in parents}


def _children(method: Truncation, found: Generation, parents: tuple[Genome, ...]) -> Iterator[Genome]:
    for genome in found.ancestry.parents:
        if genome not in parents:
            assert genome.powers == (method.sigma,)
            assert Genome(genome.seeds[:-1]) in parents
            yield genome


def test_all_parents_have_children() -> None:
    """Each parent is drawn equally often: 6,000 children of 6 parents, within five standard deviations."""
    method = Truncation(population=6000, parents=6)
    parents = tuple(Genome((seed,)) for seed in range(6))
    drawn = [child.seeds[0] for child in method._births(b"k" * 16, parents, 2)]
    assert np.abs(np.bincount(drawn) - 1000).max() < 5 * np.sqrt(1000 * 5 / 6)


def test_the_elite_stands_against_the_best_children() -> None:
    """The second scoring is of the elite and the best children, the third of the winner alone, who is the first parent."""
    hill = Hill()
    method = Truncation(population=20, parents=4, candidates=3, sigma=5.0)
    first, second = _run(method, hill, 2)
    purposes = [(generation, purpose, len(vectors)) for generation, purpose, vectors in hill.asked]
    assert purposes == [
        (1, "population", 20), (1, "candidates", 3), (1, "elite", 1),
        (2, "population", 21), (2, "candidates", 4), (2, "elite", 1),
    ]  # fmt: skip
    assert hill.asked[3][2][0] == hill.asked[4][2][0] == first.elite.tobytes()
    assert hill.asked[5][2] == [second.elite.tobytes()]
    assert DECODER.express(second.ancestry.parents[0]).tobytes() == second.elite.tobytes()
    assert len(set(second.ancestry.parents)) == 4


def test_an_elite_that_is_beaten_is_gone() -> None:
    """It stays as the elite or not at all; with mutations too strong to help it stays, all generations through."""
    kept = _run(Truncation(population=20, parents=4, candidates=3, sigma=50.0), Hill(), 5)
    assert len({generation.elite.tobytes() for generation in kept}) == 1
    assert {generation.ancestry.parents[0] for generation in kept} == {kept[0].ancestry.parents[0]}
    moved = _run(Truncation(population=20, parents=20, candidates=20, sigma=0.3), Hill(), 5)
    for before, after in pairwise(moved):
        if before.ancestry.parents[0] != after.ancestry.parents[0]:
            assert before.ancestry.parents[0] not in after.ancestry.parents


def test_the_second_scores_order_those_who_have_them() -> None:
    """With luck in the scores, parents are the candidates by their second scores, and then the rest by their first."""
    hill = Hill(luck=3.0)
    (found,) = _run(Truncation(population=20, parents=7, candidates=5), hill, 1)

    def order(asked: tuple[int, str, list[bytes]]) -> list[bytes]:
        vectors = [np.frombuffer(vector, np.float32) for vector in asked[2]]
        values = Hill(3.0)([partial(np.copy, vector) for vector in vectors], asked[0], asked[1]).values
        return [asked[2][place] for place in np.argsort(-values.mean(axis=1), kind="stable")]

    rest = [vector for vector in order(hill.asked[0]) if vector not in hill.asked[1][2]]
    wanted = [*order(hill.asked[1]), *rest][:7]
    assert [DECODER.express(parent).tobytes() for parent in found.ancestry.parents] == wanted


def test_caution_takes_standard_errors_off_gains() -> None:
    """By mean alone the lucky one wins; less two standard errors of the gain on the elite, the steady one; equals stay."""
    elite, lucky, steady, twin = (Genome((seed,)) for seed in range(4))
    base = np.array([5.0, -5.0, 3.0, -3.0])
    values = np.array([base, base + np.array([9.0, -1.0, -1.0, 1.0]), base + 0.5, base])
    genomes = [elite, lucky, steady, twin]
    assert Truncation(caution=0.0)._ranked(genomes, values, 1) == [lucky, steady, elite, twin]
    # The gains of the lucky one are 2 in the mean, with a standard error of 4.12 / 2.
    assert Truncation(caution=1.0)._ranked(genomes, values, 1) == [steady, elite, twin, lucky]
    assert Truncation(caution=0.5)._ranked(genomes, values, 1) == [lucky, steady, elite, twin]
    assert Truncation(caution=1.0)._ranked(genomes, values, 0) == [lucky, steady, elite, twin]


def test_going_on_is_as_if_never_stopped() -> None:
    """From the ancestry alone, the rest of the search is the same to the last bit."""
    method = Truncation(population=12, parents=3, candidates=4, half_life=2.0, floor=0.1)
    whole = _run(method, Hill(1.0), 6)
    rest = list(islice(method.search(DECODER, Hill(1.0), 1, whole[2].ancestry), 3))
    for one, other in zip(whole[3:], rest, strict=True):
        assert one.ancestry == other.ancestry
        assert one.elite.tobytes() == other.elite.tobytes()
        assert (one.best, one.mean, one.power) == (other.best, other.mean, other.power)


def test_the_seed_decides() -> None:
    """The same seed gives the same genomes, another one others."""
    method = Truncation(population=12, parents=3, candidates=4)
    one, two, three = (_run(method, Hill(), 3, seed)[-1].ancestry for seed in (5, 5, 6))
    assert one == two
    assert one.parents != three.parents


def test_the_power_falls_by_half() -> None:
    """At the half-life the power is half, and never below the floor."""
    method = Truncation(sigma=0.8, half_life=10.0, floor=0.125)
    assert [method.power(generation) for generation in (2, 12, 22, 99)] == pytest.approx([0.8, 0.4, 0.2, 0.1])
    assert Truncation(sigma=0.8).power(10**6) == 0.8


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"population": 1}, "expected population >= 2, a whole number, got 1"),
        ({"parents": 0}, "expected parents from 1 to 100"),
        ({"parents": 101}, "expected parents from 1 to 100"),
        ({"candidates": 2.5}, "expected candidates from 1 to 100, a whole number, got 2.5"),
        ({"caution": -1.0}, "expected caution >= 0"),
        ({"sigma": 0.0}, "expected sigma above 0, got 0.0"),
        ({"sigma": float("nan")}, "expected sigma above 0, got nan"),
        ({"half_life": 0.0}, "expected half_life above 0"),
        ({"floor": 1.1}, "expected floor from 0 to 1, got 1.1"),
    ],
)
def test_settings_that_make_no_sense(changes: dict[str, float], message: str) -> None:
    """Each is refused by name."""
    with pytest.raises(BadParameter, match=message):
        next(Truncation(**changes).search(DECODER, Hill(), 1))  # type: ignore[arg-type]


def test_a_score_that_is_no_number_stops_it() -> None:
    """NaN is never bred on."""

    def broken(candidates: Sequence[Candidate], generation: int, purpose: str) -> Scored:
        values = np.zeros((len(candidates), 2))
        values[-1, 1] = np.nan if generation == 2 else 0.0
        return Scored(values, 0)

    search = Truncation(population=5, parents=2, candidates=2).search(DECODER, broken, 1)
    next(search)
    with pytest.raises(
        LearningDiverged, match="generation 2: expected finite returns, got nan from candidate 5"
    ):
        next(search)


def test_nothing_is_kept_of_the_first_generation_but_its_parents() -> None:
    """An ancestry holds T genomes and two numbers."""
    (found,) = _run(Truncation(population=30, parents=4, candidates=2), Hill(), 1)
    assert found.ancestry == Ancestry(1, 330, found.ancestry.parents)
    assert len(found.ancestry.parents) == 4
