"""What is measured for every player at the end of a match.

The first six are those of Malla 2025, section 3.6: win rate, coins, call success, cards discarded, and the value of the
hand at a call, whose correlation with success that paper calls risk.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.game import Direction, Metric
from games.dhumbal.rules import ROUND_LIMIT, Rules
from games.dhumbal.state import CALL_VALUE, CALLS, FORCED, FORCED_RIGHT, RIGHT, SEATS, THROWN, TURNS, WINS

__all__ = ["TOTALS", "metrics_for", "metrics_of"]

TOTALS = np.dtype(
    [
        ("returns", "<f8", SEATS),
        ("coins", "<i4", SEATS),
        ("scores", "<i4", SEATS),
        ("stats", "<i4", (SEATS, 8)),
        ("out_round", "<i2", SEATS),
        ("round", "<i2"),
        ("truncated", "i1"),
        ("spare", "i1", 3),
    ]
)
"""What metrics are made of, a copy of fields of `STATE`."""

_METRICS: Final = (
    Metric("coins", "coins/round", Direction.HIGHER, title="coins per round"),
    Metric("wins", "share", Direction.HIGHER, title="rounds won"),
    Metric("call_success", "share", Direction.HIGHER, title="call success", sparse=True),
    Metric("call_value", "points", Direction.NEITHER, title="hand value at the call", sparse=True),
    Metric("cards", "cards/round", Direction.NEITHER, title="cards discarded"),
    Metric("calls", "calls/round", Direction.NEITHER, title="calls"),
    Metric("points", "points/round", Direction.LOWER, title="points per round"),
    Metric("placing", "place", Direction.LOWER, title="place"),
    Metric("turns", "turns/round", Direction.NEITHER, title="turns"),
    Metric("forced", "share", Direction.NEITHER, title="rounds closed by the rules in his name"),
    Metric("forced_success", "share", Direction.HIGHER, title="of these, won", sparse=True),
)


def metrics_for(rules: Rules) -> tuple[Metric, ...]:
    """The metrics of a game by `rules`; primary are coins or points, in a match until one is left the place."""
    primary = "placing" if rules.match == "out" else rules.economy
    absent = "points" if rules.economy == "coins" else "coins"
    return tuple(
        Metric(m.name, m.unit, m.direction, m.name == primary, m.title, m.sparse)
        for m in _METRICS
        if m.name != absent
    )


def metrics_of(totals: NDArray[np.void], rules: Rules) -> dict[str, NDArray[np.float64]]:
    """The metrics of finished matches.

    Args:
        totals: TOTALS[...].
        rules: the rules they were played by.

    Returns:
        Each metric of `metrics_for`, float64[..., players]; NaN where a share has nothing to divide by.
    """
    players = rules.players
    rounds = np.maximum(totals["round"], 1)[..., np.newaxis].astype(np.float64)
    stats = totals["stats"][..., :players, :].astype(np.float64)
    calls, forced = stats[..., CALLS], stats[..., FORCED]
    found = {
        "coins": (totals["coins"][..., :players] - rules.coins) / rounds,
        "points": totals["scores"][..., :players] / rounds,
        "wins": stats[..., WINS] / rounds,
        "call_success": _share(stats[..., RIGHT], calls),
        "call_value": _share(stats[..., CALL_VALUE], calls),
        "cards": stats[..., THROWN] / rounds,
        "calls": calls / rounds,
        "placing": _placing(totals, rules),
        "turns": stats[..., TURNS] / rounds,
        "forced": forced / rounds,
        "forced_success": _share(stats[..., FORCED_RIGHT], forced),
    }
    return {metric.name: found[metric.name] for metric in metrics_for(rules)}


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=share, where=whole != 0)
    return share


def _placing(totals: NDArray[np.void], rules: Rules) -> NDArray[np.float64]:
    """Places from 1 (best); equals share the mean of their places."""
    worth = totals["returns"][..., : rules.players]
    if rules.match == "out":
        lasted = np.where(totals["out_round"] == 0, ROUND_LIMIT + 1, totals["out_round"])
        worth = (lasted * 1e6 - totals["scores"])[..., : rules.players]
    ahead = worth[..., np.newaxis, :] > worth[..., np.newaxis]
    level = worth[..., np.newaxis, :] == worth[..., np.newaxis]
    places: NDArray[np.float64] = 0.5 + ahead.sum(axis=-1) + 0.5 * level.sum(axis=-1)
    return places
