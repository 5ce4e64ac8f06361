"""Adaptive: what is still undecided is played more often.

After a first round in which every pair meets twice, each next round draws its lineups with the probabilities that promise to
narrow the open questions most: the differences of neighbours in the order so far that are not yet shown to be different.
The idea is the "active sampling" of W.-L. Chiang et al., "Chatbot Arena", ICML 2024, section 5, here for tables of any size,
and with a design of all blocks to come in place of chances in proportion to the gain of one more.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena import streams
from arena.contest import Lottery, Pick, Plan, Round, Schedule, Standing
from arena.errors import BadPlan
from tournaments.plan import ranking_metric
from tournaments.schedules.choosing import Knowledge, played
from tournaments.schedules.lineups import lineups
from tournaments.schedules.seatings import arrangements
from tournaments.schedules.tables import Tables, check_share, check_whole
from tournaments.tally import win_metric

__all__ = ["Adaptive", "Draws"]

_Past = tuple[bytes, tuple[Standing, ...]]
"""A round played: int64[L] as bytes, how many blocks had each lineup, and its standings."""
_PAIR_BLOCKS: Final = 2
"""Blocks in which every pair meets before anything is chosen."""
_UNIFORM: Final = "over the first lineups of a balanced order"
_CHOSEN: Final = "lineups drawn by results: a plain mean over opponents compares nobody"


@dataclass(frozen=True)
class Draws:
    """The seatings of lineups that are drawn, and the probabilities with which they were."""

    tables: Tables
    """The candidates: L lineups of which each block has one."""
    chances: tuple[float, ...]
    """The probability of each of them."""
    key: bytes
    """The stream of the draws."""

    def drawn(self, start: int, count: int) -> NDArray[np.int64]:
        """int64[count], the lineup of each of the blocks `start` to `start + count`."""
        uniform = (streams.numbers(self.key, start, count) >> np.uint64(11)) * 2.0**-53
        cumulated = np.cumsum(self.chances)
        found: NDArray[np.int64] = np.searchsorted(cumulated, uniform * cumulated[-1], side="right")
        return np.minimum(found, len(self.chances) - 1)

    def __call__(self, start: int, count: int) -> NDArray[np.int16]:
        """int16[count, S, n], the seatings of the blocks `start` to `start + count`."""
        members = np.array(self.tables.tables, dtype=np.int16)[self.drawn(start, count)]
        if self.tables.seats == 1:
            return members[:, :, np.newaxis]
        orders = arrangements(self.tables.seats, self.tables.rotate)
        order = orders[np.arange(start, start + count) % len(orders)]
        seated: NDArray[np.int16] = members[np.arange(count)[:, np.newaxis, np.newaxis], order]
        return seated

    def propensities(self, start: int, count: int) -> NDArray[np.float64]:
        """float64[count], the probability with which the lineup of each block was drawn."""
        found: NDArray[np.float64] = np.array(self.chances)[self.drawn(start, count)]
        return found


@dataclass(frozen=True)
class Adaptive(Schedule):
    """A first round in which every pair meets twice, then rounds that play what is undecided.

    The lineups of a round are drawn before it begins, from the plan's seed and the standings so far. No lineup is ever out
    of the question: a part of the draws is uniform. A stop by blocks is shared over the rounds. Means over opponents
    that were chosen by results compare nobody: the ranking over all rounds is adjusted for who met whom. In a game for one
    player a lineup is two agents, each alone on the same deals.
    """

    rounds: int = 8
    """Rounds after the first."""
    floor: float = 0.1
    """The part of the draws that is uniform over all lineups, above 0 and at most 1; 1 chooses nothing."""
    blocks: int | None = None
    """Blocks of each round after the first; the plan's stop by blocks, less the first round, shared among them where None."""

    def round(self, plan: Plan, picks: Pick, number: int, standings: Sequence[Standing]) -> Round | None:
        """The round `number`; None after the last.

        Raises:
            BadParameter: if a parameter is outside what it may be.
            BadPlan: if there is nothing to choose, or there are too few blocks.
        """
        self._check()
        seats, rotate = picks.game.spec.players, plan.seatings == "rotations"
        candidates = _candidates(len(plan.agents), seats)
        tables = Tables(tuple(map(tuple, candidates.tolist())), seats, rotate)
        first = _until_all_met(candidates, len(plan.agents), _PAIR_BLOCKS)
        each = self._each(plan, first)
        everybody = tuple(range(len(plan.agents)))
        if number > self.rounds:
            return None
        if number == 0:
            return Round(
                0, "uniform", picks.game, everybody, tables, len(candidates), first, against=_UNIFORM
            )
        wins = win_metric(picks.game.spec) == ranking_metric(plan, picks.game)
        history: tuple[_Past, ...] = ()
        for earlier in range(number):
            seen = tuple(place for place in standings if place.round == earlier)
            blocks = played(seen, candidates)
            if earlier == 0:
                drawn = np.arange(blocks) % len(candidates)
            else:
                drawn = self._draws(plan, tables, wins, history).drawn(0, blocks)
            history += ((np.bincount(drawn, minlength=len(candidates)).tobytes(), seen),)
        draws = self._draws(plan, tables, wins, history)
        return Round(
            number,
            "adaptive",
            picks.game,
            everybody,
            draws,
            each or len(candidates),
            each,
            draws.propensities,
            Lottery(candidates, np.array(draws.chances)),
            against="over the lineups of this round, which were drawn by results: not uniformly",
            notes=(_CHOSEN,),
        )

    def most_rounds(self, plan: Plan, picks: Pick) -> int:
        """The uniform round and those after it."""
        del plan, picks
        return 1 + self.rounds

    @property
    def overall(self) -> bool:
        """A ranking over all rounds follows."""
        return True

    def _check(self) -> None:
        check_whole("adaptive", "rounds", self.rounds)
        if self.blocks is not None:
            check_whole("adaptive", "blocks", self.blocks)
        check_share("adaptive", "floor", self.floor)

    def _each(self, plan: Plan, first: int) -> int | None:
        """Blocks of each round after the first; None where time ends them."""
        if self.blocks is not None or plan.stop.blocks is None:
            return self.blocks
        if plan.stop.blocks < first + self.rounds:
            raise BadPlan(
                f"adaptive: a first round of {first} blocks and {self.rounds} rounds take at least "
                f"{first + self.rounds} blocks, got blocks = {plan.stop.blocks!r}"
            )
        return (plan.stop.blocks - first) // self.rounds

    def _draws(self, plan: Plan, tables: Tables, wins: bool, history: tuple[_Past, ...]) -> Draws:
        """The draws of the round after those of `history`."""
        key = streams.derive(streams.root_key(plan.seed), "round", len(history), "lineups")
        return Draws(tables, _chances(len(plan.agents), tables.seats, wins, self.floor, history), key)


@lru_cache(maxsize=64)
def _chances(
    agents: int, seats: int, wins: bool, floor: float, history: tuple[_Past, ...]
) -> tuple[float, ...]:
    """The probability of each lineup after these rounds; kept, since every round begins with all earlier ones."""
    known = Knowledge(agents, _candidates(agents, seats), alone=seats == 1, wins=wins)
    for count, seen in history:
        known.enter(np.frombuffer(count, dtype=np.int64), seen)
    return known.chances(floor)


def _candidates(agents: int, seats: int) -> NDArray[np.int16]:
    """int16[L, m], the lineups to choose from; two agents where there is one seat.

    Raises:
        BadPlan: if there is but one.
    """
    members = max(seats, 2)
    if agents <= members:
        raise BadPlan(
            f"adaptive has nothing to choose: {agents} agents are no more than the {members} of one lineup; "
            "format = 'round-robin' plays it"
        )
    return lineups(agents, members)


def _until_all_met(candidates: NDArray[np.int16], agents: int, times: int) -> int:
    """After how many lineups, in their order, every pair has met so often."""
    met = np.zeros((agents, agents), dtype=np.int64)
    pairs = np.triu_indices(agents, 1)
    for block in itertools.count():
        if met[pairs].min() >= times:
            return block
        row = candidates[block % len(candidates)]
        met[np.ix_(row, row)] += 1
    raise AssertionError  # pragma: no cover -- every pair is in some lineup
