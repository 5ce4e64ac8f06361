"""Compiled functions that close over others are kept once for each of those."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from arena.jit import jit


@jit
def double(value: float) -> float:
    """Twice."""
    return 2.0 * value


@jit
def halve(value: float) -> float:
    """Half."""
    return 0.5 * value


def around(inner: Callable[[float], float]) -> Callable[[float], float]:
    """A compiled function around a compiled function around `inner`."""

    @jit
    def middle(value: float) -> float:
        return inner(value) + 1.0

    @jit
    def outer(value: float) -> float:
        return middle(value) * 10.0

    return outer


def test_each_inner_function_has_its_own_code() -> None:
    """Two outer functions of the same source, line and names do what their own inner functions do."""
    assert around(double)(3.0) == 70.0
    assert around(halve)(3.0) == 25.0
    # Made anew, from what was kept.
    assert around(double)(3.0) == 70.0
    assert around(halve)(3.0) == 25.0


_ANEW = """
from games.dhumbal.game import Dhumbal
from small_networks import small
from agents.deep.compiled import network_policy
from games.dhumbal.state import POLICY
decide = network_policy(Dhumbal(), small(Dhumbal(), hidden=(4,)), greedy=True).decide
decide.compile(POLICY)
print(sum(decide.stats.cache_hits.values()), sum(decide.stats.cache_misses.values()))
"""


def test_another_process_finds_the_compiled_policy() -> None:
    """Compiled in one process, loaded in the next."""
    helpers = Path(__file__).parents[1] / "helpers"
    path: Any = {"PYTHONPATH": f"{helpers.parents[1]}:{helpers}"}
    found = [
        subprocess.run(
            [sys.executable, "-c", _ANEW], capture_output=True, text=True, check=True, env=os.environ | path
        ).stdout.split()
        for _ in range(2)
    ]
    assert found[1] == ["1", "0"]
    assert np.sum(np.array(found, int)[0]) == 1
