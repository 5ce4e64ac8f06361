"""The tuned parameters that ship, and which of them serve under other rules.

`data/tuned.json` is written by ``arena tune tuned --out``: one entry per configuration of the game, with the command and the
seed that found it and its strength on deals that were not used to find it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.tuned import PARAMETERS, START
from arena.spelling import parse
from games.dhumbal.rules import Rules, preset

__all__ = ["DATA", "TunedEntry", "tuned_entries", "tuned_entry", "tuned_parameters"]

DATA: Final = Path(__file__).parent / "data" / "tuned.json"
"""The file that ships."""


@dataclass(frozen=True)
class TunedEntry:
    """The parameters found for one configuration."""

    game: str
    """The spelling of the game."""
    rules: Rules
    """Its rules in full."""
    values: tuple[float, ...]
    """In the order of `agents.dhumbal.tuned.PARAMETERS`."""


@cache
def tuned_entries() -> tuple[TunedEntry, ...]:
    """Every entry of the file that ships, in its order."""
    if not DATA.exists():
        return ()
    book: Mapping[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return tuple(_entry(raw) for raw in book["entries"])


def _entry(raw: Mapping[str, Any]) -> TunedEntry:
    changes = dict(parse(raw["game"]).parameters)
    rules = preset(changes.pop("rules", "np5"), changes.pop("players", 4), **changes)
    found = raw["parameters"]
    return TunedEntry(raw["game"], rules, tuple(float(found[name]) for name in PARAMETERS))


def tuned_entry(rules: Rules) -> TunedEntry | None:
    """The entry that serves under `rules`: its own, or else the nearest; None where there is none at all.

    Nearest is the one that shares, in this order of importance, the economy, the pick-up, the threshold (or comes closest
    to it), the number of players (or comes closest to it), and most of the other switches; the earlier one among equals.
    """
    entries = tuned_entries()
    return min(entries, key=lambda entry: _distance(entry.rules, rules)) if entries else None


def _distance(one: Rules, other: Rules) -> tuple[float, ...]:
    differing = sum(
        getattr(one, field.name) != getattr(other, field.name) for field in dataclasses.fields(Rules)
    )
    return (
        one.economy != other.economy,
        one.pickup != other.pickup,
        abs(one.call_at - other.call_at),
        abs(one.players - other.players),
        differing,
    )


def tuned_parameters(rules: Rules) -> NDArray[np.float64]:
    """The parameters with which tuned plays by `rules`.

    Returns:
        float64[11], in the order of `agents.dhumbal.tuned.PARAMETERS`.
    """
    entry = tuned_entry(rules)
    return np.array(START if entry is None else entry.values)
