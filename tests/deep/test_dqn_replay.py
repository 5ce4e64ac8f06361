"""The replay keeps whole rollouts, loses nothing, and its n-step gains are those of the definition."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.deep.replay import NStep, Packed, Replay, n_step
from agents.deep.rollout import Decisions
from arena.errors import BadParameter

F, A = 37, 21


def _decisions(count: int, seed: int) -> Decisions:
    """Observations of bits, save two columns; the second has only bits in rollouts of even seeds."""
    rng = np.random.default_rng(seed)
    seen = (rng.random((count, F)) < 0.2).astype(np.float32)
    seen[:, 5] = rng.normal(size=count)
    if seed % 2:
        seen[:, 36] = rng.integers(0, 5, count)
    masks = rng.random((count, A)) < 0.4
    masks[:, 0] = True
    zeros = np.zeros(count, np.float32)
    return Decisions(
        observations=seen,
        masks=masks,
        actions=rng.integers(0, A, count),
        log_probs=zeros,
        values=zeros,
        rewards=rng.normal(size=count),
        last=rng.random(count) < 0.3,
        matches=np.zeros(count, np.int64),
        seats=np.zeros(count, np.int64),
        advice=np.full(count, -1),
        returns=np.zeros((1, 2)),
    )


def _packed(count: int, seed: int, n: int = 2) -> tuple[Decisions, NStep, Packed]:
    decisions = _decisions(count, seed)
    decisions.last[-1] = True
    targets = n_step(decisions.rewards, decisions.last, n, 0.9)
    return decisions, targets, Packed.of(decisions, targets)


def _by_definition(
    rewards: NDArray[np.float64], last: NDArray[np.bool_], n: int, discount: float
) -> tuple[list[float], list[int]]:
    """Every sum written out, decision by decision."""
    gains, ahead = [], []
    for start in range(len(rewards)):
        gain, ended = 0.0, False
        for k in range(n):
            gain += discount**k * rewards[start + k]
            if last[start + k]:
                ended = True
                break
        gains.append(gain)
        ahead.append(0 if ended else n)
    return gains, ahead


@pytest.mark.parametrize("n", [1, 2, 3, 7, 10**6])
@pytest.mark.parametrize("discount", [0.0, 0.5, 0.97, 1.0])
def test_gains_are_the_sums_of_the_definition(n: int, discount: float) -> None:
    """On rows of many lengths, and with n up to far beyond the longest."""
    decisions = _decisions(300, 4)
    decisions.last[-1] = True
    found = n_step(decisions.rewards, decisions.last, n, discount)
    gains, ahead = _by_definition(decisions.rewards, decisions.last, n, discount)
    np.testing.assert_allclose(found.gains, gains, rtol=1e-5, atol=1e-5)
    assert found.ahead.tolist() == ahead
    assert (n < 10**6) == bool(found.ahead.any())


def test_nothing_has_no_gains() -> None:
    """No decisions, no gains."""
    assert len(n_step(np.zeros(0), np.zeros(0, np.bool_), 3, 1.0).gains) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_packing_loses_nothing(seed: int) -> None:
    """Observations, masks, actions and gains come back as they were, from memory and from a checkpoint."""
    decisions, targets, packed = _packed(100, seed)
    rows = np.array([99, 0, 3, 3, 50])
    for copy in (packed, Packed.read(packed.content)):
        assert len(copy) == 100
        np.testing.assert_array_equal(copy.observations(rows), decisions.observations[rows])
        np.testing.assert_array_equal(copy.allowed(rows), decisions.masks[rows])
        np.testing.assert_array_equal(copy.chosen, decisions.actions)
        np.testing.assert_array_equal(copy.gains, targets.gains)
        np.testing.assert_array_equal(copy.ahead, targets.ahead)
    assert packed.wide.tolist() == ([5, 36] if seed % 2 else [5])


def test_bits_take_an_eighth_of_a_byte() -> None:
    """A decision of 37 features, one of them no bit, and 21 actions takes 5 + 4 + 3 bytes and three numbers of 4."""
    packed = _packed(1000, 2)[2]
    assert packed.nbytes == 1000 * (5 + 4 + 3 + 12) + 8


def test_the_oldest_rollouts_leave_first() -> None:
    """At most the capacity is kept, in whole rollouts, and the newest one stays however long it is."""
    replay = Replay(100)
    rollouts = [_packed(count, seed)[2] for seed, count in enumerate((40, 30, 29, 60, 200, 5))]
    for rollout, size in zip(rollouts, (40, 70, 99, 89, 200, 5), strict=True):
        replay.add(rollout)
        assert len(replay) == size
    assert replay.nbytes == rollouts[-1].nbytes


def test_samples_are_rows_of_what_was_seen() -> None:
    """Each row is a decision that is still kept, with its own gains, and the rest is where the definition says."""
    parts = [_packed(50, seed) for seed in range(4)]
    replay = Replay(150)
    for _, _, packed in parts:
        replay.add(packed)
    known = {
        decisions.observations[row].tobytes(): (decisions, targets, row)
        for decisions, targets, _ in parts[1:]
        for row in range(50)
    }
    sample = replay.sample(400, np.random.default_rng(1))
    later = iter(zip(sample.later, sample.masks, strict=True))
    waiting = []
    for place in range(400):
        decisions, targets, row = known[sample.observations[place].tobytes()]
        assert sample.actions[place] == decisions.actions[row]
        assert sample.gains[place] == targets.gains[row]
        if targets.ahead[row]:
            waiting.append(place)
            seen, mask = next(later)
            np.testing.assert_array_equal(seen, decisions.observations[row + 2])
            np.testing.assert_array_equal(mask, decisions.masks[row + 2])
    assert sample.waiting.tolist() == waiting
    assert next(later, None) is None


def test_every_decision_is_drawn_alike() -> None:
    """Of 150 decisions in rollouts of different lengths each is drawn 200 times, within five deviations."""
    replay = Replay(1000)
    for seed, count in enumerate((10, 40, 100)):
        replay.add(_packed(count, seed)[2])
    sample = replay.sample(30_000, np.random.default_rng(2))
    counts = np.unique(sample.observations[:, 5], return_counts=True)[1]
    assert len(counts) == 150
    assert np.abs(counts - 200).max() < 5 * 200**0.5


def test_a_restored_replay_draws_the_same() -> None:
    """State and back: the same sample from the same dice."""
    replay, other = Replay(90), Replay(90)
    for seed in range(3):
        replay.add(_packed(40, seed)[2])
    other.restore(replay.state())
    left, right = (some.sample(64, np.random.default_rng(3)) for some in (replay, other))
    for name, values in vars(left).items():
        np.testing.assert_array_equal(values, vars(right)[name])


def test_an_empty_replay_and_foreign_bytes_are_refused() -> None:
    """One clear error each."""
    with pytest.raises(BadParameter, match="empty"):
        Replay(10).sample(1, np.random.default_rng(0))
    with pytest.raises(BadParameter, match="packed rollout"):
        Replay(10).restore([b"no rollout"])
