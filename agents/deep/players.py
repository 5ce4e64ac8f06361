"""The players of networks: compiled where the game is, and else by a session of onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from agents.deep.compiled import network_judge
from agents.deep.network import LoadedNetwork
from agents.deep.policy_file import Header
from agents.deep.reading import observation, options
from arena.agent import Player, Seat, Turn
from arena.capabilities import CompiledPolicy, Indexed, Learnable

__all__ = ["SHOWN", "CompiledPlayer", "SessionPlayer", "answer_many"]

SHOWN: Final = 16
"""How many actions the thoughts list at most."""


class _NetworkPlayer(Player):
    def __init__(self, network: LoadedNetwork, seat: Seat) -> None:
        self._network = network
        self._seat = seat
        self._thoughts: tuple[NDArray[np.int64], NDArray[np.float32], float | None] | None = None

    def thoughts(self) -> Mapping[str, Any] | None:
        """The last decision: the best actions first, with their probabilities or values; None before the first.

        Values, that of the state and those of actions, are returns in the unit of the game. A forced move asks no
        network.
        """
        if self._thoughts is None:
            return None
        return _told(self._seat, self._network.header, *self._thoughts)


class CompiledPlayer(_NetworkPlayer):
    """One sitting of a network in a game with a compiled encoding; the same machine code plays whole blocks.

    Args:
        network: what judges.
        policy: of `network`, for the game of `seat`.
        seat: where it sits.
    """

    def __init__(self, network: LoadedNetwork, policy: CompiledPolicy, seat: Seat) -> None:
        super().__init__(network, seat)
        encoding = cast("Learnable", seat.game).encoding()
        self._judge = network_judge(encoding)
        self._parameters = policy.parameters
        self._dice = np.array([seat.seed], np.uint64)
        self._actions = np.empty(encoding.most_legal, np.int64)
        self._outputs = np.empty(encoding.most_legal + 1, np.float32)

    def act(self, turn: Turn) -> Any:
        """What the policy does."""
        view = np.asarray(turn.view)[()]
        count = self._judge(view, self._parameters, self._dice, self._actions, self._outputs)
        value = float(self._outputs[count]) if count > 1 and self._network.perceptron.has_value else None
        outputs = self._outputs[:count] if count > 1 else self._outputs[:0]
        self._thoughts = self._actions[:count].copy(), outputs.copy(), value
        return cast("Indexed", self._seat.game).action(int(self._actions[0]))


class SessionPlayer(_NetworkPlayer):
    """One sitting of a network in any game that is encodable and indexed.

    Args:
        network: what judges.
        seat: where it sits.
        greedy: whether it plays the best action, or draws one.
    """

    def __init__(self, network: LoadedNetwork, seat: Seat, greedy: bool) -> None:
        super().__init__(network, seat)
        self._greedy = greedy

    def act(self, turn: Turn) -> Any:
        """What the network finds best, or draws."""
        return answer_many([self], [turn])[0]

    def settle(
        self, turn: Turn, actions: NDArray[np.int64], outputs: NDArray[np.float32], value: float | None
    ) -> Any:
        """Choose by the `outputs`, float32[count], of the legal `actions`, int64[count]; none of them where forced."""
        chosen = 0
        if len(outputs):
            chosen = int(np.argmax(outputs)) if self._greedy else _draw(outputs, turn.rng)
        self._thoughts = actions, outputs, value
        return cast("Indexed", self._seat.game).action(int(actions[chosen]))


def answer_many(players: Sequence[SessionPlayer], turns: Sequence[Turn]) -> list[Any]:
    """One action for each turn, by one forward pass over those that leave a choice."""
    legal = [options(turn.seat.game, turn.legal) for turn in turns]
    asked = [place for place, actions in enumerate(legal) if len(actions) > 1]
    answers: list[Any] = [None] * len(turns)
    empty = np.zeros(0, np.float32)
    for place, actions in enumerate(legal):
        if len(actions) == 1:
            answers[place] = players[place].settle(turns[place], actions, empty, None)
    if not asked:
        return answers
    seen = np.stack([observation(turns[place].seat.game, turns[place].view) for place in asked])
    outputs, values = players[asked[0]]._network.run(seen)
    for row, place in enumerate(asked):
        value = None if values is None else float(values[row])
        answers[place] = players[place].settle(turns[place], legal[place], outputs[row, legal[place]], value)
    return answers


def _draw(logits: NDArray[np.float32], rng: np.random.Generator) -> int:
    """A place of `logits`, float32[count], drawn from their softmax."""
    weights = np.cumsum(_softmax(logits))
    return min(int(np.searchsorted(weights, rng.random() * weights[-1], side="right")), len(logits) - 1)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    weights = np.exp(logits.astype(np.float64) - logits.max())
    return np.asarray(weights / weights.sum(), np.float64)


def _told(
    seat: Seat,
    header: Header,
    actions: NDArray[np.int64],
    outputs: NDArray[np.float32],
    value: float | None,
) -> Mapping[str, Any]:
    game = seat.game

    def say(place: int) -> str:
        return game.say(cast("Indexed", game).action(int(actions[place])))

    if not len(outputs):
        return {"actions": [{"action": say(0)}]}
    shares = header.kind == "logits"
    numbers = _softmax(outputs) if shares else outputs.astype(np.float64) * header.scale
    measure = "probability" if shares else "value"
    order = np.argsort(-numbers, kind="stable")[:SHOWN].tolist()
    listed = [{"action": say(place), measure: float(numbers[place])} for place in order]
    return ({} if value is None else {"value": value * header.scale}) | {"actions": listed}
