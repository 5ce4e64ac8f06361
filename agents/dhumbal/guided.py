"""Information-set search whose choices a learned policy picks out, compiled: a prior in front of sequential halving.

`agents.dhumbal.ismcts` searches the first choices of a turn in the order of the rollout's judgement. Here a policy network
of `agents.deep` orders them: the call first, then the discards by their logits, those of one discard in the order of the
rollout; in the taking phase by the logits of the takings. Only the first K are searched, each in more worlds. Where there
are no more than K the network is not asked, and the play is that of `ismcts`.

Sources: D. Silver et al., "Mastering the game of Go with deep neural networks and tree search", Nature 529, 2016 (a
learned policy narrows a search); I. Danihelka, A. Guez, J. Schrittwieser, D. Silver, "Policy improvement by planning with
Gumbel", ICLR 2022, section 3 (sequential halving over the choices of the largest logits; here without the noise).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.deep.compiled import fitting_encoding, last_layer, packed, product
from agents.deep.perceptron import Perceptron
from agents.dhumbal.ismcts import BELIEF, HEAD, ROLLOUT, ROWS, WIDTH, race
from agents.dhumbal.leaf import UNITS
from agents.dhumbal.macro import MOST_ARMS, list_arms
from agents.dhumbal.substreams import substream
from arena.capabilities import CompiledPolicy
from arena.errors import BadParameter
from arena.jit import jit
from games.dhumbal.bits import int64
from games.dhumbal.cards import CALL
from games.dhumbal.encode import ENCODED, encode_flat
from games.dhumbal.game import CardTable
from games.dhumbal.state import TAKING

__all__ = ["decide", "guided_policy", "order_by_logits", "search"]


@jit
def order_by_logits(
    view: Any,
    network: NDArray[np.float64],
    arms: NDArray[np.int64],
    found: int,
    logits: NDArray[np.float64],
) -> None:
    """Order choices by the network's logits, the largest first; equals stay as they lie.

    Args:
        view: record VIEW of the player to act.
        network: parameters of `agents.deep.compiled.packed`.
        arms: int64[MOST_ARMS, 2], the choices of `agents.dhumbal.macro.list_arms`; put in order.
        found: how many they are.
        logits: float64[>= found], receives the logit of each, in their new order; infinite for the call.
    """
    observation = np.empty(ENCODED, np.float32)
    encode_flat(view, observation)
    weights, values, _ = last_layer(network, observation)
    half = 1 if view.phase == TAKING else 0
    asked, logit = int64(-1), 0.0
    for last in range(found):
        throw, take = arms[last, 0], arms[last, 1]
        action = arms[last, half]
        if action != asked:
            row = action * (len(values) + 1)
            logit = np.float64(product(weights[row : row + len(values) + 1], values))
            asked = action
        key = math.inf if action == CALL else logit
        place = last
        while place > 0 and logits[place - 1] < key:
            arms[place, 0], arms[place, 1] = arms[place - 1, 0], arms[place - 1, 1]
            logits[place] = logits[place - 1]
            place -= 1
        arms[place, 0], arms[place, 1], logits[place] = throw, take, key


@jit
def search(  # noqa: PLR0917  # compiled code takes its arguments by place
    view: Any,
    parameters: NDArray[np.float64],
    rng: NDArray[np.uint64],
    arms: NDArray[np.int64],
    visits: NDArray[np.int64],
    totals: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> int:
    """Decide a turn.

    Args:
        view: record VIEW of the player to act.
        parameters: as those of `agents.dhumbal.ismcts`, whose width is K; the network packed behind.
        rng: uint64[1], the player's dice, advanced by one number (`agents.dhumbal.substreams`).
        arms: int64[MOST_ARMS, 2], receives the choices.
        visits: int64[MOST_ARMS], receives the simulations of each.
        totals: float64[MOST_ARMS], receives the sum of what each brought.
        counts: int64[3], receives how many choices there are, simulations, worlds.

    Returns:
        The place of the best choice in `arms`.
    """
    own = substream(rng)
    found = list_arms(view, parameters[ROLLOUT:BELIEF], arms, totals)
    if found > parameters[WIDTH]:
        rows = int64(parameters[ROWS])
        start = HEAD + (rows * UNITS + 2 * UNITS + 1 if rows > 0 else 0)
        order_by_logits(view, parameters[start:], arms, found, totals)
    return race(view, parameters, own, found, arms, visits, totals, counts)


@jit
def decide(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
    """The action of the search, as a compiled policy; arguments as `search`."""
    arms = np.empty((MOST_ARMS, 2), np.int64)
    visits = np.empty(MOST_ARMS, np.int64)
    totals = np.empty(MOST_ARMS)
    counts = np.empty(3, np.int64)
    best = search(view, parameters, rng, arms, visits, totals, counts)
    action: int = arms[best, 1] if view.phase == TAKING else arms[best, 0]
    return action


def guided_policy(
    plain: CompiledPolicy, game: CardTable, perceptron: Perceptron, width: int
) -> CompiledPolicy:
    """The search of `plain` over the `width` choices that `perceptron` finds best.

    Args:
        plain: of `agents.dhumbal.accelerate.ismcts_policy`, for the same rules.
        game: the rules.
        perceptron: a policy for them; its outputs are logits or action values.
        width: K, at least 1.

    Raises:
        BadParameter: if `width` is less than 1.
        NotCapable: if the network does not fit the game.
    """
    if width < 1:
        raise BadParameter(f"expected width >= 1, got {width!r}")
    encoding = fitting_encoding(game, perceptron)
    head = plain.parameters.copy()
    head[WIDTH] = width
    return CompiledPolicy(
        decide, np.concatenate([head, packed(perceptron, encoding.most_legal, greedy=True)])
    )
