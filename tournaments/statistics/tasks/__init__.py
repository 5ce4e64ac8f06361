"""Statistics of tasks for one seat: scores, suites of tasks, and successes.

The block is the seed of the environment, the task of a shop or the seed of an economy, and all agents share it.
Scores of one agent are float64[B, T]: B seeds of each of T tasks. Everything is paired by seed; what is done over and
over inside a block is averaged first. No function returns NaN.
"""

from __future__ import annotations

from tournaments.statistics.tasks.aggregates import (
    IQM,
    MEAN,
    MEDIAN,
    Aggregate,
    gap_below,
    interquartile_mean,
    mean_score,
    median_score,
    normalised,
    optimality_gap,
)
from tournaments.statistics.tasks.improvement import probability_of_improvement
from tournaments.statistics.tasks.intervals import FEW_SEEDS, difference_interval, score_interval
from tournaments.statistics.tasks.profiles import Profile, performance_profile, tau_grid
from tournaments.statistics.tasks.resample import RESAMPLES, resamples
from tournaments.statistics.tasks.success import (
    McNemar,
    SuccessContrast,
    compare_success,
    mcnemar,
    success_rate,
    task_means,
)

__all__ = [
    "FEW_SEEDS",
    "IQM",
    "MEAN",
    "MEDIAN",
    "RESAMPLES",
    "Aggregate",
    "McNemar",
    "Profile",
    "SuccessContrast",
    "compare_success",
    "difference_interval",
    "gap_below",
    "interquartile_mean",
    "mcnemar",
    "mean_score",
    "median_score",
    "normalised",
    "optimality_gap",
    "performance_profile",
    "probability_of_improvement",
    "resamples",
    "score_interval",
    "success_rate",
    "task_means",
    "tau_grid",
]
