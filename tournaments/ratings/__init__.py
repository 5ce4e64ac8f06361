"""Ratings and rankings from blocks of results, behind `arena.contest.Rating`.

Each is registered under ``arena.ratings`` and reports plain values: for every agent a value, an interval and a note, and what
they are estimates of. Blocks are resampled or clustered as wholes; nothing is ever NaN. Optional packages and SciPy are loaded
when they are first needed.
"""

from __future__ import annotations

from tournaments.ratings.alpha_rank import AlphaRank
from tournaments.ratings.nash import MaximalLottery, Nash
from tournaments.ratings.plackett_luce import PlackettLuce
from tournaments.ratings.rank_probabilities import RankProbabilities
from tournaments.ratings.rated import rate_all
from tournaments.ratings.ticker import OpenSkill, Ticker
from tournaments.ratings.transitivity import Transitivity
from tournaments.ratings.voting import Voting

__all__ = [
    "AlphaRank",
    "MaximalLottery",
    "Nash",
    "OpenSkill",
    "PlackettLuce",
    "RankProbabilities",
    "Ticker",
    "Transitivity",
    "Voting",
    "rate_all",
]
