"""What a learner has seen of late, to be learned from again: a ring of whole rollouts, packed into bits.

L.-J. Lin, "Self-Improving Reactive Agents Based on Reinforcement Learning, Planning and Teaching", Machine Learning 8 (1992),
section 2.3; V. Mnih et al., "Human-level control through deep reinforcement learning", Nature 518 (2015), Methods.

A rollout holds whole matches, so all that a target is computed from lies in the same rollout, and a rollout leaves as a
whole. It never changes once it is packed, so the bytes that a checkpoint keeps of it are made once.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from agents.deep.rollout import Decisions
from arena.errors import BadParameter
from arena.jit import jit

__all__ = ["NStep", "Packed", "Replay", "Sample", "n_step"]

_LEVEL: Final = 1
"""Of the compression, which runs between play and learning."""


@dataclass(frozen=True, eq=False)
class NStep:
    """What n decisions bring, and where the rest begins; N decisions."""

    gains: NDArray[np.float32]
    """float32[N], the discounted sum of the next n rewards, or of all up to the end."""
    ahead: NDArray[np.int32]
    """int32[N], how many decisions later the rest begins; 0 where nothing comes after the gains."""


@jit
def _n_step(  # noqa: PLR0917  # compiled code takes its arguments by place
    rewards: NDArray[np.float64],
    last: NDArray[np.bool_],
    n: int,
    discount: float,
    gains: NDArray[np.float32],
    ahead: NDArray[np.int32],
) -> None:
    """Write the gains and the ways ahead.

    The sum over the rest of the match runs backwards, so that a long n costs no more than a short one: what lies beyond n
    decisions is taken off again.
    """
    far = discount**n
    rest = np.empty(len(rewards) + 1)
    rest[len(rewards)] = 0.0
    end = len(rewards)
    for place in range(len(rewards) - 1, -1, -1):
        if last[place]:
            end = place + 1
            rest[place] = rewards[place]
        else:
            rest[place] = rewards[place] + discount * rest[place + 1]
        if place + n < end:
            gains[place] = rest[place] - far * rest[place + n]
            ahead[place] = n
        else:
            gains[place] = rest[place]
            ahead[place] = 0


def n_step(rewards: NDArray[np.float64], last: NDArray[np.bool_], n: int, discount: float) -> NStep:
    """The parts of n-step returns that need no network.

    M. Hessel et al., "Rainbow: Combining Improvements in Deep Reinforcement Learning", AAAI 2018, "Multi-step learning":
    ``R_t = sum_{k < n} discount^k r_{t+k+1}``, and ``discount^n max_a q(S_{t+n}, a)`` comes on top. Where n reaches the
    end of the match nothing does, and the return is that of Monte Carlo.

    Args:
        rewards: float64[N], as `agents.deep.rollout.Decisions` has them.
        last: bool[N], whether it was the last decision of its row.
        n: at least 1.
        discount: gamma, in [0, 1].
    """
    gains, ahead = np.empty(len(rewards), np.float32), np.empty(len(rewards), np.int32)
    _n_step(rewards, last, min(n, len(rewards) + 1), discount, gains, ahead)
    return NStep(gains, ahead)


@dataclass(frozen=True, eq=False)
class Sample:
    """Decisions drawn from a replay; B of them, b of which have a rest to be guessed."""

    observations: NDArray[np.float32]
    """float32[B, F]."""
    actions: NDArray[np.int64]
    """int64[B]."""
    gains: NDArray[np.float32]
    """float32[B], as in `NStep`."""
    waiting: NDArray[np.int64]
    """int64[b], the rows whose rest must be guessed."""
    later: NDArray[np.float32]
    """float32[b, F], the observations where the rest begins."""
    masks: NDArray[np.bool_]
    """bool[b, A], what is allowed there."""


@dataclass(frozen=True, eq=False)
class Packed:
    """A rollout in bits: N decisions, F features, A actions.

    A feature that is 0 or 1 throughout the rollout takes one bit, any other one 33; nothing is rounded.
    """

    features: int
    """F."""
    actions: int
    """A."""
    bits: NDArray[np.uint8]
    """uint8[N, (F + 7) / 8], whether each feature is not 0."""
    wide: NDArray[np.int64]
    """int64[R], the features that are neither 0 nor 1 somewhere."""
    rest: NDArray[np.float32]
    """float32[N, R], their values."""
    masks: NDArray[np.uint8]
    """uint8[N, (A + 7) / 8], what is allowed."""
    chosen: NDArray[np.int32]
    """int32[N], the actions taken."""
    gains: NDArray[np.float32]
    """float32[N], as in `NStep`."""
    ahead: NDArray[np.int32]
    """int32[N], as in `NStep`."""

    @classmethod
    def of(cls, decisions: Decisions, targets: NStep) -> Packed:
        """The decisions of a rollout, and what came of them."""
        seen = decisions.observations
        flags = seen != 0.0
        wide = np.flatnonzero((flags & (seen != 1.0)).any(axis=0))
        return cls(
            seen.shape[1],
            decisions.masks.shape[1],
            np.packbits(flags, axis=1),
            wide,
            np.ascontiguousarray(seen[:, wide]),
            np.packbits(decisions.masks, axis=1),
            decisions.actions.astype(np.int32),
            targets.gains,
            targets.ahead,
        )

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return sum(array.nbytes for array in self._arrays())

    def observations(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The observations of `rows`, int64[B]: float32[B, F]."""
        found = np.unpackbits(self.bits[rows], axis=1, count=self.features).astype(np.float32)
        found[:, self.wide] = self.rest[rows]
        return found

    def allowed(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """The masks of `rows`, int64[B]: bool[B, A]."""
        return np.unpackbits(self.masks[rows], axis=1, count=self.actions).astype(np.bool_)

    @cached_property
    def content(self) -> bytes:
        """All of it in zstandard, for checkpoints."""
        buffer = io.BytesIO()
        np.savez(buffer, np.array([self.features, self.actions]), *self._arrays())
        return zstandard.ZstdCompressor(_LEVEL).compress(buffer.getvalue())

    @classmethod
    def read(cls, content: bytes) -> Packed:
        """What `content` was made of.

        Raises:
            BadParameter: if it is none.
        """
        try:
            plain = io.BytesIO(zstandard.ZstdDecompressor().decompress(content))
            with np.load(plain, allow_pickle=False) as book:
                shape, *arrays = (book[name] for name in book.files)
            return cls(int(shape[0]), int(shape[1]), *arrays)
        except Exception as error:
            raise BadParameter("expected a packed rollout, got bytes that are none") from error

    def _arrays(self) -> tuple[NDArray[Any], ...]:
        """In the order of the fields."""
        return self.bits, self.wide, self.rest, self.masks, self.chosen, self.gains, self.ahead


class Replay:
    """The latest rollouts, at most `capacity` decisions of them but at least one rollout.

    Args:
        capacity: decisions.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        """Decisions at most."""
        self._rollouts: deque[Packed] = deque()

    def __len__(self) -> int:
        return sum(len(rollout) for rollout in self._rollouts)

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return sum(rollout.nbytes for rollout in self._rollouts)

    def add(self, rollout: Packed) -> None:
        """Keep a rollout, and let the oldest ones go for it."""
        self._rollouts.append(rollout)
        size = len(self)
        while size > self.capacity and len(self._rollouts) > 1:
            size -= len(self._rollouts.popleft())

    def sample(self, count: int, rng: np.random.Generator) -> Sample:
        """`count` decisions, each drawn from all with the same chance, in the order of their age.

        Raises:
            BadParameter: if there is none to be drawn.
        """
        if not len(self):
            raise BadParameter("expected a replay with decisions, got an empty one")
        drawn = np.sort(rng.integers(0, len(self), count))
        parts: list[Sample] = []
        first = done = 0
        for rollout in self._rollouts:
            rows = drawn[(drawn >= first) & (drawn < first + len(rollout))] - first
            if len(rows):
                parts.append(_pick(rollout, rows, done))
            first, done = first + len(rollout), done + len(rows)
        return _joined(parts)

    def state(self) -> list[bytes]:
        """The rollouts, the oldest first, for `restore`."""
        return [rollout.content for rollout in self._rollouts]

    def restore(self, state: Sequence[bytes]) -> None:
        """Hold what `state` was made of, and nothing else.

        Raises:
            BadParameter: if one of them is no rollout.
        """
        self._rollouts = deque(Packed.read(content) for content in state)


def _pick(rollout: Packed, rows: NDArray[np.int64], before: int) -> Sample:
    """`rows` of a rollout, which are to stand behind `before` others."""
    ahead = rollout.ahead[rows]
    waiting = np.flatnonzero(ahead)
    later = (rows + ahead)[waiting]
    return Sample(
        rollout.observations(rows),
        rollout.chosen[rows].astype(np.int64),
        rollout.gains[rows],
        waiting + before,
        rollout.observations(later),
        rollout.allowed(later),
    )


def _joined(parts: Sequence[Sample]) -> Sample:
    return Sample(
        np.concatenate([part.observations for part in parts]),
        np.concatenate([part.actions for part in parts]),
        np.concatenate([part.gains for part in parts]),
        np.concatenate([part.waiting for part in parts]),
        np.concatenate([part.later for part in parts]),
        np.concatenate([part.masks for part in parts]),
    )
