"""Statistics of tournaments: pure functions over arrays, and the sentences that go with their answers.

The unit of analysis is the deal block: one deal under all its seatings. Blocks are independent, games
inside a block are not. Tables of block means are float64[B, K], B blocks and K agents, NaN where an agent
is not in a block.

No function returns NaN: what the data cannot say is None (or p = 1), with a sentence that says why. SciPy
is loaded when a quantile is first needed, not on import.
"""

from __future__ import annotations

from tournaments.statistics.adjusted import Adjusted, adjusted
from tournaments.statistics.clustered import clustered, components
from tournaments.statistics.effects import cohen_h, d_av, d_z, odds_ratio, risk_difference
from tournaments.statistics.estimate import Estimate, PairContrast
from tournaments.statistics.legacy import LegacyPair, LegacyRate, Moments, legacy_pairs, legacy_rate, moments
from tournaments.statistics.maxt import MaxT, max_t
from tournaments.statistics.means import block_means, mean_interval, mean_scores
from tournaments.statistics.multiplicity import bonferroni, holm
from tournaments.statistics.paired import paired, paired_one
from tournaments.statistics.planning import BlocksNeeded, blocks_needed, plan_undecided
from tournaments.statistics.proportions import clopper_pearson, cluster_wilson, wald, wilson
from tournaments.statistics.ranks import Rank, rank_agents
from tournaments.statistics.sequential import (
    AsymptoticRun,
    BettingRun,
    Run,
    always_valid_p,
    asymptotic_bounds,
    asymptotic_interval,
    asymptotic_log_e,
    asymptotic_log_es,
    betting_interval,
    betting_log_e,
    e_holm,
    e_value,
    equivalence_log_e,
)
from tournaments.statistics.signflip import SignFlip, sign_flip
from tournaments.statistics.superiority import Superiority, superiority

__all__ = [
    "Adjusted",
    "AsymptoticRun",
    "BettingRun",
    "BlocksNeeded",
    "Estimate",
    "LegacyPair",
    "LegacyRate",
    "MaxT",
    "Moments",
    "PairContrast",
    "Rank",
    "Run",
    "SignFlip",
    "Superiority",
    "adjusted",
    "always_valid_p",
    "asymptotic_bounds",
    "asymptotic_interval",
    "asymptotic_log_e",
    "asymptotic_log_es",
    "betting_interval",
    "betting_log_e",
    "block_means",
    "blocks_needed",
    "bonferroni",
    "clopper_pearson",
    "cluster_wilson",
    "clustered",
    "cohen_h",
    "components",
    "d_av",
    "d_z",
    "e_holm",
    "e_value",
    "equivalence_log_e",
    "holm",
    "legacy_pairs",
    "legacy_rate",
    "max_t",
    "mean_interval",
    "mean_scores",
    "moments",
    "odds_ratio",
    "paired",
    "paired_one",
    "plan_undecided",
    "rank_agents",
    "risk_difference",
    "sign_flip",
    "superiority",
    "wald",
    "wilson",
]
