"""Elo differences: logistic, normalized and Bayesian, and the scores they stand for.

Logistic Elo is a share of points, s = 1 / (1 + 10^(-elo/400)) (Elo, The Rating of Chessplayers, 1978). Normalized Elo is a
signal-to-noise ratio: the mean over its reference in standard deviations of one match, on a scale on which it is the
same as logistic Elo where nothing is drawn and nobody is ahead (Van den Bergh, Normalized Elo, 2020).
"""

from __future__ import annotations

import math
from typing import Final

from arena.errors import BadParameter

__all__ = [
    "LARGEST_ELO",
    "NELO_PER_T",
    "bayes_elo_chances",
    "draw_elo",
    "elo_of",
    "nelo_of",
    "score_of",
    "t_of",
]

NELO_PER_T: Final = 800 / math.log(10)
"""Normalized Elo of a mean that is one standard deviation of a match above its reference: 347.4."""
LARGEST_ELO: Final = 400 * math.log10(999)
"""The Elo of a share of 0.999, about 1200; what lies beyond is shown as this."""


def score_of(elo: float) -> float:
    """The expected share of points, in (0, 1), of a player who is `elo` stronger."""
    return 1 / (1 + 10 ** (-elo / 400))


def elo_of(score: float) -> float:
    """The logistic Elo of a share of points; shares below 0.001 and above 0.999 count as these."""
    share = min(max(score, 0.001), 0.999)
    return -400 * math.log10(1 / share - 1)


def t_of(nelo: float, games: float) -> float:
    """What a normalized Elo is in standard deviations of a block of `games` matches, taken as independent."""
    return nelo / NELO_PER_T * math.sqrt(games)


def nelo_of(excess: float, sd: float, games: float) -> float:
    """Normalized Elo of a block mean.

    Args:
        excess: the mean over its reference (1/2 of a share of points, 0 of a difference).
        sd: standard deviation of a block's value, > 0.
        games: matches of a block; ``sd * sqrt(games)`` stands for the standard deviation of one match.
    """
    return excess / (sd * math.sqrt(games)) * NELO_PER_T


def bayes_elo_chances(elo: float, drawn: float) -> tuple[float, float, float]:
    """The chances of a loss, a draw and a win in the model of BayesElo (Coulom, 2005).

    P(win) = 1 / (1 + 10^((drawn - elo)/400)), P(loss) = 1 / (1 + 10^((drawn + elo)/400)).

    Args:
        elo: difference in BayesElo.
        drawn: the draw parameter, in Elo; 0 means no draws.
    """
    win, loss = (1 / (1 + 10 ** ((drawn + sign * elo) / 400)) for sign in (-1, 1))
    return loss, 1 - win - loss, win


def draw_elo(losses: float, draws: float, wins: float) -> float:
    """The draw parameter of BayesElo that fits a score best: 200 log10((1 - l)(1 - w) / (l w)).

    Raises:
        BadParameter: if there is no loss or no win.
    """
    count = losses + draws + wins
    if not (losses > 0 and wins > 0 and draws >= 0):
        raise BadParameter(
            f"BayesElo needs at least one loss and one win, got {(losses, draws, wins)!r}; the pentanomial does not"
        )
    low, high = losses / count, wins / count
    return 200 * math.log10((1 - low) * (1 - high) / (low * high))
