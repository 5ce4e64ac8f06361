"""Determinized UCT for Dhumbal, compiled: one tree of perfect information for each of several guessed worlds.

The same algorithm as `agents.search.mcts`; playouts go to the end, by the rollout of `agents.dhumbal.rollout` or at random.
The category of the searches that Malla (2025) calls MCTS. A node is an action taken in its parent; its children form a
linked list, since most actions of most nodes are never tried.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.dhumbal.montecarlo import HEAD as PLAYOUT
from agents.dhumbal.montecarlo import play_to_end
from arena import dice
from arena.jit import jit
from games.dhumbal.determinize import determinize
from games.dhumbal.engine import step
from games.dhumbal.legal import MOST_DISCARDS, legal_actions
from games.dhumbal.state import SEATS, STATE
from games.dhumbal.view import view_actions

__all__ = ["HEAD", "NODE", "decide", "search"]
