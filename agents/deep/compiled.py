"""A perceptron as a compiled policy, for any game with a compiled encoding; about 5 microseconds a decision.

An observation is mostly zeros and so, after a rectifier, is half of a hidden layer: a layer is the sum of those rows of
its weights whose inputs are not zero. Only the legal actions are asked for in the last layer, whose weights are kept
one row an action. A forced move asks no network.

The parameters are one float64[P], as those of every policy: a header of whole numbers, and from there on the weights,
float32 in the memory of the others, which compiled code reads in place.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.deep.perceptron import Perceptron
from arena import dice
from arena.capabilities import CompiledEncoding, CompiledPolicy, Learnable
from arena.errors import NotCapable
from arena.jit import jit

if TYPE_CHECKING:
    from arena.game import Game

__all__ = [
    "Judge",
    "drawn",
    "fitting_encoding",
    "last_layer",
    "network_judge",
    "network_policy",
    "packed",
    "pick",
    "product",
]

_GREEDY: Final = 0
_LAYERS: Final = 1
_MOST_LEGAL: Final = 2
_VALUE: Final = 3
_WIDTHS: Final = 4
"""Places in the header: whether the best action is taken, K, the most legal actions, the output that is the value of the
state or -1, and from there K + 1 widths."""

_ZERO = np.float32(0.0)

Judge = Callable[[Any, NDArray[np.float64], NDArray[np.uint64], NDArray[np.int64], NDArray[np.float32]], int]
"""Compiled ``judge(view, parameters, rng, actions, outputs) -> count``: as a policy, but writes the numbers of the legal
actions to `actions`, int64[>= most_legal], the chosen one first, and their outputs in the same order to `outputs`,
float32[>= most_legal]; with room for one more, the value of the state comes after the last, where the network has one.
Where only one action is legal it asks no network and writes no output."""


@jit
def _nonzero(values: NDArray[np.float32], places: NDArray[np.int64]) -> int:
    """Write the places of the entries of `values` that are not 0 to `places`, of the same length; how many they are."""
    found = 0
    for place in range(len(values)):
        places[found] = place
        found += 1 if values[place] != _ZERO else 0
    return found


@jit
def _add_rows(
    weights: NDArray[np.float32],
    values: NDArray[np.float32],
    places: NDArray[np.int64],
    count: int,
    out: NDArray[np.float32],
) -> None:
    """Add to `out`, float32[width], the rows of the first `count` of `places`, times their `values`.

    Args:
        weights: float32[>= in * width], row by row.
        values: float32[in].
        places: int64[>= count], places of `values`.
        count: how many.
        out: float32[width].
    """
    # The length is not written as a constant: loops of known length are unrolled before they can be vectorized.
    width = len(out)
    done = 0
    # Four rows at once: a pass over `out` costs as much as one row.
    while done + 4 <= count:
        a, b, c, d = places[done], places[done + 1], places[done + 2], places[done + 3]
        row_a = weights[a * width : (a + 1) * width]
        row_b = weights[b * width : (b + 1) * width]
        row_c = weights[c * width : (c + 1) * width]
        row_d = weights[d * width : (d + 1) * width]
        w, x, y, z = values[a], values[b], values[c], values[d]
        for unit in range(width):
            out[unit] += (w * row_a[unit] + x * row_b[unit]) + (y * row_c[unit] + z * row_d[unit])
        done += 4
    while done < count:
        a = places[done]
        row_a = weights[a * width : (a + 1) * width]
        w = values[a]
        for unit in range(width):
            out[unit] += w * row_a[unit]
        done += 1


@jit
def _rectify(values: NDArray[np.float32]) -> None:
    for place in range(len(values)):
        values[place] = max(values[place], _ZERO)


@jit
def product(row: NDArray[np.float32], values: NDArray[np.float32]) -> np.float32:
    """The product of `values`, float32[width], with as many numbers of `row`, and the bias after them."""
    width = len(values)
    # Sums side by side, since one has to wait for every addition.
    a = b = c = d = e = f = g = h = _ZERO
    done = 0
    while done + 8 <= width:
        a += row[done] * values[done]
        b += row[done + 1] * values[done + 1]
        c += row[done + 2] * values[done + 2]
        d += row[done + 3] * values[done + 3]
        e += row[done + 4] * values[done + 4]
        f += row[done + 5] * values[done + 5]
        g += row[done + 6] * values[done + 6]
        h += row[done + 7] * values[done + 7]
        done += 8
    while done < width:
        a += row[done] * values[done]
        done += 1
    total: np.float32 = row[width] + (((a + b) + (c + d)) + ((e + f) + (g + h)))
    return total


@jit
def _hidden(
    parameters: NDArray[np.float64], weights: NDArray[np.float32], hidden: NDArray[np.float32]
) -> tuple[int, int, int]:
    """Pass the observation at the start of `hidden`, float32[sum of all widths but the last], through all layers but one.

    Returns:
        Where the last hidden layer begins in `hidden`, its width, and where the weights of the last layer begin.
    """
    places = np.empty(len(hidden), np.int64)
    start, weight = 0, 0
    width = int(parameters[_WIDTHS])
    for layer in range(int(parameters[_LAYERS]) - 1):
        after = int(parameters[_WIDTHS + layer + 1])
        values = hidden[start : start + width]
        out = hidden[start + width : start + width + after]
        size = width * after
        out[:] = weights[weight + size : weight + size + after]
        _add_rows(weights[weight : weight + size], values, places, _nonzero(values, places), out)
        _rectify(out)
        start += width
        weight += size + after
        width = after
    return start, width, weight


@jit
def last_layer(
    parameters: NDArray[np.float64], observation: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], int]:
    """What the last layer of a compiled network works with.

    Args:
        parameters: of `packed`.
        observation: float32[F].

    Returns:
        The weights of the last layer, float32[>= outputs * (width + 1)], a row and its bias an output; its inputs,
        float32[width]; and the number of the output that is the value, -1 for none.
    """
    layers = int(parameters[_LAYERS])
    units = 0
    for layer in range(layers):
        units += int(parameters[_WIDTHS + layer])
    hidden = np.empty(units, np.float32)
    hidden[: int(parameters[_WIDTHS])] = observation
    weights = parameters[_WIDTHS + layers + 1 :].view(np.float32)
    start, width, first = _hidden(parameters, weights, hidden)
    return weights[first:], hidden[start : start + width], int(parameters[_VALUE])


@jit
def drawn(outputs: NDArray[Any], count: int, best: int, mark: float) -> tuple[int, float]:
    """A place among the first `count` of `outputs`, drawn by their softmax.

    Args:
        outputs: float[>= count], logits.
        count: at least 1.
        best: the place of the largest.
        mark: a number in [0, 1), each as likely as the others.

    Returns:
        The place, and the sum of the exponentials of ``outputs - outputs[best]``.
    """
    total = 0.0
    for place in range(count):
        total += math.exp(outputs[place] - outputs[best])
    left = mark * total
    for place in range(count):
        left -= math.exp(outputs[place] - outputs[best])
        if left < 0.0:
            return place, total
    return best, total  # rounding left a crumb


@jit
def pick(outputs: NDArray[Any], count: int, greedy: bool, rng: NDArray[np.uint64]) -> int:
    """The place of the largest of the first `count` of `outputs`, or one drawn by their softmax.

    Args:
        outputs: float[>= count].
        count: at least 1.
        greedy: whether the largest is taken.
        rng: uint64[1], dice; advanced by one number where a place is drawn.
    """
    best = 0
    for place in range(1, count):
        if outputs[place] > outputs[best]:
            best = place
    if greedy:
        return best
    chosen: int = drawn(outputs, count, best, dice.uniform(rng))[0]
    return chosen


@cache
def _compile(flat: Callable[..., None], legal: Callable[..., int]) -> tuple[Callable[..., int], Judge]:
    """The policy and the judge of games whose views are read by `flat` and `legal`."""

    @jit
    def judge(
        view: Any,
        parameters: NDArray[np.float64],
        rng: NDArray[np.uint64],
        actions: NDArray[np.int64],
        outputs: NDArray[np.float32],
    ) -> int:
        count = legal(view, actions)
        if count == 1:
            return count
        layers = int(parameters[_LAYERS])
        units = 0
        for layer in range(layers):
            units += int(parameters[_WIDTHS + layer])
        hidden = np.empty(units, np.float32)
        flat(view, hidden[: int(parameters[_WIDTHS])])
        weights = parameters[_WIDTHS + layers + 1 :].view(np.float32)
        start, width, first = _hidden(parameters, weights, hidden)
        values = hidden[start : start + width]
        for place in range(count):
            row = first + actions[place] * (width + 1)
            outputs[place] = product(weights[row : row + width + 1], values)
        if len(outputs) > int(parameters[_MOST_LEGAL]) and parameters[_VALUE] >= 0.0:
            row = first + int(parameters[_VALUE]) * (width + 1)
            outputs[count] = product(weights[row : row + width + 1], values)
        chosen = pick(outputs, count, parameters[_GREEDY] != 0.0, rng)
        actions[0], actions[chosen] = actions[chosen], actions[0]
        outputs[0], outputs[chosen] = outputs[chosen], outputs[0]
        return count

    @jit
    def decide(view: Any, parameters: NDArray[np.float64], rng: NDArray[np.uint64]) -> int:
        most = int(parameters[_MOST_LEGAL])
        actions = np.empty(most, np.int64)
        judge(view, parameters, rng, actions, np.empty(most, np.float32))
        action: int = actions[0]
        return action

    return decide, judge


def fitting_encoding(game: Game[Any, Any, Any], perceptron: Perceptron) -> CompiledEncoding:
    """The encoding of `game`, which `perceptron` can read and whose actions it knows.

    Raises:
        NotCapable: if the game has no compiled encoding, or one of other numbers.
    """
    if not isinstance(game, Learnable):
        raise NotCapable(f"{game.spec.name} has no compiled encoding, which a compiled network needs")
    encoding = game.encoding()
    if perceptron.features != encoding.features:
        raise NotCapable(
            f"the network reads {perceptron.features} features, {game.spec.name} has {encoding.features}"
        )
    if perceptron.actions < encoding.actions:
        raise NotCapable(
            f"the network knows {perceptron.actions} actions, {game.spec.name} by these rules has {encoding.actions}"
        )
    return encoding


def network_policy(game: Game[Any, Any, Any], perceptron: Perceptron, *, greedy: bool) -> CompiledPolicy:
    """The network as a compiled policy for `game`.

    Args:
        game: the rules.
        perceptron: reads the game's encoding, and has an output for each of its actions.
        greedy: whether the legal action of the largest output is played; otherwise one is drawn from the softmax of the
            outputs of legal actions, by one number of the player's dice.

    Raises:
        NotCapable: if the game has no compiled encoding, or the network does not fit it.
    """
    encoding = fitting_encoding(game, perceptron)
    decide, _ = _compile(encoding.flat, encoding.legal)
    return CompiledPolicy(decide, packed(perceptron, encoding.most_legal, greedy=greedy))


def network_judge(encoding: CompiledEncoding) -> Judge:
    """What chooses as the policies of `network_policy` do, and tells what it found; takes their parameters."""
    return _compile(encoding.flat, encoding.legal)[1]


def packed(perceptron: Perceptron, most_legal: int, *, greedy: bool) -> NDArray[np.float64]:
    """Header and weights of a compiled network, float64[P]; the last layer one row an output, its bias last.

    Args:
        perceptron: the network.
        most_legal: how many actions may be legal at once.
        greedy: as `network_policy`.
    """
    value = perceptron.actions if perceptron.has_value else -1
    header = [float(greedy), len(perceptron.weights), most_legal, value, *perceptron.sizes]
    *body, (weight, bias) = zip(perceptron.weights, perceptron.biases, strict=True)
    parts = [np.ravel(part) for pair in body for part in pair]
    parts.append(np.column_stack([weight.T, bias]).ravel())
    numbers = np.concatenate(parts).astype(np.float32)
    numbers = np.append(numbers, np.zeros(len(numbers) % 2, np.float32))
    return np.concatenate([np.array(header, np.float64), numbers.view(np.float64)])
