"""Sequential probability ratio tests of one agent against another, on deal blocks.

A test looks after every block and ends as soon as the data decide between two hypotheses, with the error rates asked for.
The likelihood is empirical, so that blocks may be anything: pentanomial pairs of games, shares at tables of several, or
mean scores.
"""

from __future__ import annotations

from tournaments.sprt.blocks import block_values, measure_of
from tournaments.sprt.brownian import Corridor
from tournaments.sprt.design import MODELS, Design, Measure
from tournaments.sprt.elo import elo_of, nelo_of, score_of, t_of
from tournaments.sprt.expected import ExpectedBlocks, expected_blocks
from tournaments.sprt.likelihood import llr_bayes, llr_mean, llr_normal, llr_t, regularized
from tournaments.sprt.match import SequentialMatch
from tournaments.sprt.report import SprtReport, report, report_json, report_on
from tournaments.sprt.running import LEAST_BLOCKS, Running, next_look

__all__ = [
    "LEAST_BLOCKS",
    "MODELS",
    "Corridor",
    "Design",
    "ExpectedBlocks",
    "Measure",
    "Running",
    "SequentialMatch",
    "SprtReport",
    "block_values",
    "elo_of",
    "expected_blocks",
    "llr_bayes",
    "llr_mean",
    "llr_normal",
    "llr_t",
    "measure_of",
    "nelo_of",
    "next_look",
    "regularized",
    "report",
    "report_json",
    "report_on",
    "score_of",
    "t_of",
]
