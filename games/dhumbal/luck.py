"""A table of cards that can say how lucky everybody was; what it takes is loaded when somebody asks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from arena.capabilities import CompiledPolicy
from games.dhumbal.rules import Rules

__all__ = ["LuckMeasured"]


class LuckMeasured(ABC):
    """What a game of cards by some rules has of `LuckMeasurable` and `DealMeasurable`."""

    @property
    @abstractmethod
    def resolved(self) -> Rules:
        """The rules in full."""

    @property
    def luck_terms(self) -> tuple[str, ...]:
        """``"deal"`` and ``"draws"``."""
        from games.dhumbal import aivat

        return aivat.TERMS

    def luck_scale(self, metric: str) -> float | None:
        """Coins and points a round are those of the match over its rounds; nothing else is measured in either."""
        rules = self.resolved
        if rules.match == "out" or metric != rules.economy:
            return None
        return (1.0 if metric == "coins" else -1.0) / rules.most_rounds

    def luck(self, deal: int, actions: Sequence[int]) -> NDArray[np.float64]:
        """See `games.dhumbal.aivat.luck_of_match`."""
        from games.dhumbal import aivat

        return aivat.luck_of_match(self.resolved, deal, actions)

    def luck_of_blocks(
        self,
        policies: Sequence[CompiledPolicy],
        deals: NDArray[np.uint64],
        seatings: NDArray[np.int16],
        player_seeds: NDArray[np.uint64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """See `games.dhumbal.aivat.luck_of_blocks`."""
        from games.dhumbal import aivat

        return aivat.luck_of_blocks(self.resolved, policies, deals, seatings, player_seeds)

    @property
    def deal_terms(self) -> tuple[str, ...]:
        """See `games.dhumbal.deal_controls`."""
        from games.dhumbal import deal_controls

        return deal_controls.DEAL_TERMS

    def deal_controls(self, deals: NDArray[np.uint64]) -> NDArray[np.float64]:
        """See `games.dhumbal.deal_controls.deal_controls`."""
        from games.dhumbal import deal_controls

        return deal_controls.deal_controls(self.resolved, deals)
