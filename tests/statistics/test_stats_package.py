from __future__ import annotations

import dataclasses
import math
import pkgutil
import subprocess
import sys

import numpy as np
import pytest

import tournaments.statistics as package
from tournaments.statistics import (
    Estimate,
    cluster_wilson,
    clustered,
    holm,
    max_t,
    mean_scores,
    paired,
    plan_undecided,
    rank_agents,
    superiority,
)

MODULES = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
PACKAGES = {module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg}


def test_importing_any_module_loads_neither_scipy_nor_pandas() -> None:
    """`arena --help` must stay quick: heavy libraries wait for the first quantile."""
    names = ", ".join(f"tournaments.statistics.{name}" for name in MODULES)
    heavy = "{'scipy', 'pandas', 'statsmodels', 'matplotlib'}"
    code = f"import sys, {names}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_are_exported_and_documented() -> None:
    """`__all__` of the package is that of its modules, sorted, and every name has a docstring."""
    public: set[str] = set()
    for name in sorted({*MODULES} - PACKAGES):
        module = __import__(f"tournaments.statistics.{name}", fromlist=["_"])
        public |= set(getattr(module, "__all__", []))
    assert sorted(public) == package.__all__
    assert all(getattr(package, name).__doc__ for name in package.__all__)


def test_an_estimate_refuses_nan() -> None:
    """No function can hand out NaN by way of an estimate."""
    for field in ("value", "low", "high", "se", "df"):
        value, low, high, se, df = (
            math.nan if f == field else None for f in ("value", "low", "high", "se", "df")
        )
        with pytest.raises(ValueError, match=f"an unknown {field} is None with a note"):
            Estimate(value, low, high, se, df, 1, "none")


nan = np.nan
DEGENERATE = {
    "one agent": np.linspace(0, 1, 12)[:, np.newaxis],
    "one block": np.array([[1.0, 0.5, 0.0]]),
    "no block": np.zeros((0, 3)),
    "two blocks": np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    "identical deterministic agents": np.repeat(np.linspace(0, 1, 20)[:, np.newaxis], 3, axis=1),
    "constant scores": np.full((20, 3), 0.1),
    "all wins": np.tile([1.0, 0.0, 0.0], (20, 1)),
    "disconnected": np.array([[1.0, 0.5, nan, nan], [0.0, 1.0, nan, nan], [nan, nan, 0.2, 0.4]] * 5),
    "absent agent": np.column_stack([np.linspace(0, 1, 15), np.linspace(1, 0, 15), np.full(15, nan)]),
    "all absent": np.full((5, 2), nan),
}


def unfilled(thing: object) -> bool:
    """Whether a NaN hides anywhere in nested dataclasses and tuples."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return any(unfilled(getattr(thing, field.name)) for field in dataclasses.fields(thing))
    if isinstance(thing, tuple):
        return any(unfilled(part) for part in thing)
    return isinstance(thing, float) and not math.isfinite(thing)


@pytest.mark.parametrize("case", DEGENERATE)
def test_t4_degenerate_tournaments_have_answers(case: str) -> None:
    """Every procedure answers every degenerate table with finite numbers or None, and a sentence."""
    table = DEGENERATE[case]
    agents = table.shape[1]
    scores, contrasts = mean_scores(table), paired(table)
    adjusted = holm([contrast.p for contrast in contrasts])
    simultaneous = max_t(table)
    rates = tuple(cluster_wilson(column, games=4 * len(table)) for column in table.T)
    ranks = rank_agents([estimate.value for estimate in scores], contrasts, adjusted)
    plans = plan_undecided(contrasts, adjusted)
    block, agent = np.nonzero(~np.isnan(table))
    fits = clustered(table[block, agent], agent, block % 2, block, agent_count=agents)
    tables = superiority(table, np.tile(np.arange(agents), (len(table), 1)), np.arange(len(table)))
    for answer in (scores, contrasts, simultaneous, rates, ranks, plans, fits, tables):
        assert not unfilled(answer)
    for estimate in (*scores, *rates, *(c.difference for c in (*contrasts, *fits))):
        assert estimate.note or estimate.low is not None
        assert estimate.value is None or estimate.low is None or estimate.low <= estimate.value
    assert all(0 < p <= 1 for p in (*adjusted, *simultaneous.adjusted))
    assert all(1 <= rank.low <= rank.high <= agents for rank in ranks)


def test_t9_the_order_of_games_does_not_matter() -> None:
    """Blocks in another order change no number of a whole ranking by more than 1e-9."""
    rng = np.random.default_rng(99)
    table = rng.normal(size=(60, 5)) + np.arange(5) / 3
    table[rng.random(table.shape) < 0.2] = nan

    def everything(data: np.ndarray) -> list[float]:
        contrasts = paired(data)
        adjusted = (*holm([c.p for c in contrasts]), *max_t(data).adjusted)
        scores = mean_scores(data)
        ranks = rank_agents([e.value for e in scores], contrasts, adjusted[:10])
        numbers = [x for e in (*scores, *(c.difference for c in contrasts)) for x in (e.value, e.low, e.high)]
        return [x or 0.0 for x in numbers] + [*adjusted, *(float(r.low * 10 + r.high) for r in ranks)]

    assert everything(table[rng.permutation(60)]) == pytest.approx(everything(table), abs=1e-9)
