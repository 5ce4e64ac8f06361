"""The networks of Malla 2025 as compiled policies: 117 numbers in, two hidden layers of 128 and 64, one number an action out.

Known from the program: the 117 inputs (`observe_paper`), the two hidden layers of ReLU, an output for each of 128 places in the
list of legal actions, so that the same output is "call", "throw the first card" or "take from the stock" as the case may be;
PPO draws from the softmax of the places that exist, DQN takes the greatest.

With ``fixed`` outputs there is one for each of the game's 369 action ids instead, of which the legal ones compete: the
correction that the study tries.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.deep.compiled import pick
from arena.jit import jit
from games.dhumbal.bits import count_bits, int64, lowest
from games.dhumbal.cards import ACTIONS_CLASSIC, CALL
from games.dhumbal.legal import MOST_DISCARDS
from games.dhumbal.state import TAKING
from games.dhumbal.view import view_actions

__all__ = [
    "FIXED",
    "GREEDY",
    "HEAD",
    "INPUTS",
    "LAYERS",
    "PLACES",
    "decide",
    "logits",
    "observe_paper",
    "options",
    "output_count",
]

INPUTS: Final = 117
"""Numbers that the network sees."""
LAYERS: Final = (128, 64)
"""Units of the hidden layers."""
PLACES: Final = 128
"""Outputs where actions are places in a list."""
GREEDY, FIXED, OUTPUTS = range(3)
"""Places in the parameters: 1 where the greatest output is taken, 1 where outputs are action ids, how many there are."""
HEAD: Final = 3
"""Where the weights begin: float64 W1[117, 128], b1, W2[128, 64], b2, W3[64, outputs], b3."""

CALLING, THROWING, PICKING = range(3)
"""The three questions of a turn."""
NO_CALL: Final = -1
"""The answer to the first question that is no action of ours."""

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_FIRST, _SECOND = LAYERS


@jit
def observe_paper(view: Any, question: int, out: NDArray[np.float64]) -> None:
    """Write what the network sees.

    The coins of the fourth player lie where the flag of the calling question does, as in the program.

    Args:
        view: record VIEW.
        question: 0 whether to call, 1 what to throw, 2 what to take.
        out: float64[117], every entry is written: 52 own cards; 52 the top of the discards; shares of stock and turns; own
            coins, everybody's coins, over 10,000; the question (3); hand value / 65; cards / 5; discards / 52; rounds / 1024.
    """
    out[:] = 0.0
    rest = np.uint64(view.hand)
    while rest != _ZERO:
        out[lowest(rest)] = 1.0
        rest &= rest - _ONE
    pile = view.thrown if view.phase == TAKING else view.live
    top = view.open if view.phase == TAKING and view.open != _ZERO else pile
    if top != _ZERO:
        out[52 + min(int64(51), lowest(top))] = 1.0
    out[104] = view.stock_size / 52.0
    out[105] = view.turn / 100.0
    out[106] = view.coins[0] / 10_000.0
    for place in range(view.rules.players):
        out[107 + place] = view.coins[place] / 10_000.0
    out[110 + question] = 1.0
    out[113] = view.value / 65.0
    out[114] = view.size[0] / 5.0
    out[115] = count_bits(view.dead | view.live | view.thrown) / 52.0
    out[116] = view.round / 1024.0


@jit
def logits(  # compiled code takes its arguments by place
    inputs: NDArray[np.float64],
    parameters: NDArray[np.float64],
    wanted: NDArray[np.int64],
    count: int,
    out: NDArray[np.float64],
) -> None:
    """The outputs of the network.

    Args:
        inputs: float64[117].
        parameters: as `HEAD` says.
        wanted: int64, which outputs are wanted.
        count: how many of `wanted`.
        out: float64[>= count], receives them in the order of `wanted`.
    """
    first, second = np.zeros(_FIRST), np.zeros(_SECOND)
    outputs = int64(parameters[OUTPUTS])
    start = _layer(inputs, parameters, int64(HEAD), first)
    start = _layer(first, parameters, start, second)
    bias = start + _SECOND * outputs
    for k in range(count):
        total = parameters[bias + wanted[k]]
        for unit in range(_SECOND):
            total += second[unit] * parameters[start + unit * outputs + wanted[k]]
        out[k] = total


@jit
def _layer(
    below: NDArray[np.float64], parameters: NDArray[np.float64], start: int, above: NDArray[np.float64]
) -> int:
    """Fill `above`, zeros, with a layer of ReLU whose weights begin at `start`; where the next layer's begin."""
    units = len(above)
    bias = start + len(below) * units
    for place in range(len(below)):
        # Most inputs are zero.
        if below[place] != 0.0:
            row = start + place * units
            for unit in range(units):
                above[unit] += below[place] * parameters[row + unit]
    for unit in range(units):
        above[unit] = max(0.0, above[unit] + parameters[bias + unit])
    return bias + units


@jit
def options(
    view: Any, fixed: bool, asked: bool, actions: NDArray[np.int64], outputs: NDArray[np.int64]
) -> tuple[int, int]:
    """The next question to the network.

    Args:
        view: record VIEW of the player to act.
        fixed: whether outputs are action ids.
        asked: whether it has declined to call already in this turn.
        actions: int64[>= MOST_DISCARDS + 1], receives the answers: actions, or NO_CALL.
        outputs: int64 of the same length, receives the output that stands for each.

    Returns:
        The question, and how many answers it has.
    """
    found = view_actions(view, actions)
    question = PICKING if view.phase == TAKING else THROWING
    if not fixed and question == THROWING and actions[found - 1] == CALL:
        found -= 1
        if not asked:
            actions[0], actions[1] = CALL, NO_CALL
            question, found = CALLING, 2
    for k in range(found):
        outputs[k] = actions[k] if fixed else k
    return question, found


@jit
def decide(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """The action of the network, as a compiled policy; `parameters` as `HEAD` says."""
    fixed, greedy = parameters[FIXED] != 0.0, parameters[GREEDY] != 0.0
    actions, outputs = np.empty(MOST_DISCARDS + 1, np.int64), np.empty(MOST_DISCARDS + 1, np.int64)
    inputs, scores = np.empty(INPUTS), np.empty(MOST_DISCARDS + 1)
    answer = NO_CALL
    for asked in range(2):
        if answer == NO_CALL:
            question, found = options(view, fixed, asked == 1, actions, outputs)
            observe_paper(view, question, inputs)
            logits(inputs, parameters, outputs, found, scores)
            answer = int64(actions[pick(scores, found, greedy, rng)])
    return answer


def output_count(fixed: bool) -> int:
    """How many outputs a network has."""
    return ACTIONS_CLASSIC if fixed else PLACES
