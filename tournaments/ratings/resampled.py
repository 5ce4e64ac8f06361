"""What ratings with a block bootstrap have in common."""

from __future__ import annotations

from dataclasses import dataclass

from arena.contest import Rating
from tournaments.ratings.reports import check_alpha, check_resamples

__all__ = ["Resampled"]


@dataclass(frozen=True)
class Resampled(Rating):
    """A rating whose spread comes from resampled blocks."""

    by: str | None = None
    """The metric that ranks; the game's primary one where None."""
    resamples: int = 2000
    """Bootstrap samples, >= 2000."""
    seed: int = 0
    """The root of the bootstrap."""
    alpha: float = 0.05
    """1 - confidence of the intervals."""

    def check(self) -> None:
        """Refuse parameters that make no sense.

        Raises:
            BadParameter: if one is out of its range.
        """
        check_resamples(self.resamples)
        check_alpha(self.alpha)
