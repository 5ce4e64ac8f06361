"""Lay out Dhumbal positions by card names, and write matches down for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.dhumbal.cards import VALUE
from games.dhumbal.game import CardTable, Dhumbal
from games.dhumbal.mini import DhumbalMini
from games.dhumbal.text import card_name, names

GOLDEN = Path(__file__).parents[1] / "dhumbal" / "golden"
_NAMES = {card_name(card): card for card in range(54)}
_ASCII = str.maketrans({"c": "♣", "d": "♦", "h": "♥", "s": "♠", "*": "★"})

TRANSCRIPTS: dict[str, tuple[CardTable, int]] = {
    "np5": (Dhumbal(), 7),
    "np10": (Dhumbal(rules="np10", players=5), 2),
    "jhyap": (Dhumbal(rules="jhyap", players=3, out_at=20), 3),
    "yaniv": (Dhumbal(rules="yaniv", players=3, out_at=60), 4),
    "paper": (Dhumbal(rules="paper"), 5),
    "paper-fixed": (Dhumbal(rules="paper-fixed"), 6),
    "mini": (DhumbalMini(), 3),
}


def word(cards: str) -> int:
    """Cards such as ``7c 8c R*`` as a set of bits."""
    return sum(1 << _NAMES[name.translate(_ASCII)] for name in cards.split())


def lay(game: CardTable, hands: Sequence[str], *, live: str, stock: str, actor: int = 0) -> NDArray[np.void]:
    """A state at the start of a round, laid out by hand; all other cards lie in the dead pile.

    Args:
        game: the rules.
        hands: one for each player.
        live: the live discard, every card of it open unless the rules say none is.
        stock: the stock, the next card first.
        actor: whose turn it is.
    """
    state = game.init(0)
    row = int(state["rules"]["row"][0])
    used = word(live) | word(stock)
    for seat, hand in enumerate(hands):
        held = word(hand)
        used |= held
        state["hands"][0, seat] = held
        state["size"][0, seat] = held.bit_count()
        state["value"][0, seat] = sum(int(VALUE[row, card]) for card in range(54) if held >> card & 1)
    deck = sum(
        1 << card
        for card in range(54)
        if (card < 52 and card // 4 < game.resolved.ranks and card % 4 < game.resolved.suits)
        or (card >= 52 and game.resolved.jokers)
    )
    state["live"] = word(live)
    state["open"] = word(live) if game.resolved.pickup in ("previous", "top") else 0
    state["dead"] = deck & ~used
    order = [_NAMES[name.translate(_ASCII)] for name in reversed(stock.split())]
    state["stock"] = 0
    state["stock"][0, : len(order)] = order
    state["stock_size"] = len(order)
    state["actor"] = state["starter"] = actor
    return state


def play(game: CardTable, state: NDArray[np.void], *said: str) -> NDArray[np.void]:
    """Play actions by name, such as ``discard 7c`` or ``take stock``, each of them legal."""
    for text in said:
        (actor,) = game.actors(state)
        state = game.step(state, {actor: game.read(text, game.legal(state, actor))})
    return state


def may(game: CardTable, state: NDArray[np.void]) -> set[str]:
    """What the actor may do, by name."""
    (actor,) = game.actors(state)
    legal: Any = game.legal(state, actor)
    return {game.say(action) for action in legal}


def _thrifty(game: CardTable, state: NDArray[np.void]) -> int:
    """Call if allowed, throw the most, take an open card worth at most 4."""
    (actor,) = game.actors(state)
    legal: Any = list(game.legal(state, actor))  # type: ignore[call-overload]
    row = int(state["rules"]["row"][0])

    def worth(action: int) -> float:
        said = game.say(action)
        value = sum(int(VALUE[row, card]) for name, card in _NAMES.items() if name in said.split())
        if said == "call":
            return 1000.0
        if said.startswith("discard"):
            return float(value)
        return 4.5 - value if said != "take stock" else 0.0

    return int(max(legal, key=worth))


def transcript(game: CardTable, seed: int) -> str:
    """A match between thrifty players, written down turn by turn."""
    state = game.init(seed)
    spelled = ", ".join(f"{k}={v}" for k, v in game.parameters().items() if v is not None)
    lines = [f"{game.spec.name}({spelled}), seed {seed}"]
    new_round = True
    while actors := game.actors(state):
        if new_round:
            lines += ["", f"Round {int(state['round'][0]) + 1}; player {actors[0]} begins."]
            new_round = False
        lines.append(_turn(game, state, actors[0]))
        played = int(state["round"][0])
        first = _thrifty(game, state)
        state = game.step(state, {actors[0]: first})
        done = [game.say(first)]
        if game.actors(state) and int(state["round"][0]) == played:
            second = _thrifty(game, state)
            state = game.step(state, {actors[0]: second})
            done.append(game.say(second))
        lines[-1] += ", ".join(done)
        new_round = int(state["round"][0]) != played
        if new_round:
            lines += _result(state)
    outcome = game.outcome(state)
    assert outcome is not None
    returns = " ".join(f"{value:g}" for value in outcome.returns)
    return "\n".join([*lines, "", f"Over: {outcome.reason}. Returns: {returns}.", ""])


def _turn(game: CardTable, state: NDArray[np.void], actor: int) -> str:
    s = state[0]
    return (
        f"{int(s['turn']) + 1:4}  player {actor}  table {names(s['live'], '-'):14}  stock {int(s['stock_size']):2}  "
        f"hand {names(s['hands'][actor]):18} = {int(s['value'][actor]):2}   "
    )


def _result(state: NDArray[np.void]) -> list[str]:
    from games.dhumbal.state import END_REASONS

    s = state[0]
    players = int(s["rules"]["players"])
    counted = "scores" if s["rules"]["economy"] else "coins"
    hands = "; ".join(f"player {seat} {names(s['shown'][seat])}" for seat in range(players))
    wealth = " ".join(str(int(s[counted][seat])) for seat in range(players))
    return [
        f"      {END_REASONS[int(s['ended'])]}, winner {int(s['winner']) if s['winner'] >= 0 else 'none'}: {hands}",
        f"      {counted} {wealth}",
    ]


if __name__ == "__main__":
    for name, (game, seed) in TRANSCRIPTS.items():
        (GOLDEN / f"{name}.txt").write_text(transcript(game, seed))
