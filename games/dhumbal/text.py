"""Cards, actions and views as text, both ways."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.errors import IllegalAction, nearest
from arena.legal import Finite, Legal
from games.dhumbal.cards import ACTIONS_ALL, CALL, CARDS, DISCARDS, RANKS, STOCK, SUITS, TAKE, TAKE_JOKER
from games.dhumbal.rules import CHOICES
from games.dhumbal.state import DISCARDING, END_REASONS

__all__ = ["card_name", "cards_in", "describe", "in_order", "names", "read_action", "say_action"]

_JOKERS: Final = ("R★", "B★")
_LETTERS: Final = {"c": "♣", "d": "♦", "h": "♥", "s": "♠", "*": "★"}
_CALL_WORDS: Final = ("call", "jhyap", "yaniv", "dhumbal", "show")
_STOCK_WORDS: Final = ("stock", "deck", "draw")
_THROW_WORDS: Final = ("discard", "throw", "drop")
_TAKE_WORDS: Final = ("take", "pick", "draw")
_CARD: Final = re.compile(r"(?:10|[0-9atjqkrb])[♣♦♥♠★cdhs*]")


def card_name(card: int) -> str:
    """The name of a card from 0 to 53, such as ``7♣``; the jokers are ``R★`` and ``B★``."""
    return RANKS[card // 4] + SUITS[card % 4] if card < 52 else _JOKERS[card - 52]


def cards_in(word: int) -> list[int]:
    """The cards of a set, ascending."""
    return [card for card in range(CARDS) if int(word) >> card & 1]


@cache
def _lying() -> dict[int, tuple[int, ...]]:
    return {sum(1 << card for card in cards): cards for _, cards in DISCARDS}


def in_order(word: int) -> list[int]:
    """The cards of a throw in the order in which they lie; ascending where they are no discard."""
    return list(_lying().get(int(word), cards_in(word)))


def names(word: int, nothing: str = "nothing") -> str:
    """The cards of a set by name, as they lie."""
    return " ".join(card_name(card) for card in in_order(word)) or nothing


@cache
def _thrown_cards() -> dict[int, tuple[int, ...]]:
    return dict(DISCARDS)


def say_action(action: int) -> str:
    """An action id as a person would type it: ``discard 7♣ 8♣ 9♣``, ``take 5♦``, ``take stock``, ``call``.

    Raises:
        IllegalAction: if no action has this id.
    """
    number: object = action
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or not 0 <= number < ACTIONS_ALL:
        raise IllegalAction(f"expected an action id from 0 to {ACTIONS_ALL - 1}, got {action!r}")
    if action == CALL:
        return "call"
    if action == STOCK:
        return "take stock"
    if action in _thrown_cards():
        return "discard " + " ".join(card_name(card) for card in _thrown_cards()[action])
    return "take " + card_name(action - TAKE if action < TAKE + 52 else action - TAKE_JOKER + 52)


@cache
def _ids() -> dict[tuple[str, int], int]:
    found = {("discard", sum(1 << card for card in cards)): action for action, cards in DISCARDS}
    found.update({("take", 1 << card): TAKE + card for card in range(52)})
    found.update({("take", 1 << (52 + joker)): TAKE_JOKER + joker for joker in range(2)})
    return found


def read_action(text: str, legal: Legal[int]) -> int:
    """The legal action that `text` means: what `say_action` writes, or ``discard 7c 8c 9c``, ``throw 10h``, ``7c``, ``draw``.

    Raises:
        IllegalAction: if it means none; the message says why and suggests the nearest legal action.
    """
    action = _meaning(text.strip().casefold(), legal)
    if action in legal:
        return action
    raise IllegalAction(f"{say_action(action)!r} is not legal now: {_choices(text, legal)}")


def _meaning(text: str, legal: Legal[int]) -> int:
    words = text.replace(",", " ").split()
    if len(words) == 1 and words[0] in _CALL_WORDS:
        return CALL
    verb = words[0] if words else ""
    rest = words[1:] if verb in (*_THROW_WORDS, *_TAKE_WORDS) else words
    if (rest and rest[-1] in _STOCK_WORDS) or (verb == "draw" and not rest):
        return STOCK
    cards = 0
    for token in rest:
        cards |= _cards_of(token, text, legal)
    taking = verb in _TAKE_WORDS or (verb not in _THROW_WORDS and STOCK in legal)
    action = _ids().get(("take" if taking else "discard", cards))
    if action is None:
        what = "one card" if taking else "one card, a set of a rank or a run of a suit"
        raise IllegalAction(f"expected {what}, got {text!r}: {_choices(text, legal)}")
    return action


def _cards_of(token: str, text: str, legal: Legal[int]) -> int:
    found = _CARD.findall(token)
    if "".join(found) != token:
        raise IllegalAction(
            f"no card reads {token!r} in {text!r}: expected a rank (A 2 … 10 J Q K) and a suit (♣ ♦ ♥ ♠ or c d h s), or "
            f"a joker (R* B*); {_choices(text, legal)}"
        )
    word = 0
    for name in found:
        rank, suit = name[:-1].upper().replace("T", "10"), _LETTERS.get(name[-1], name[-1])
        known = [card for card in range(CARDS) if card_name(card) == rank + suit]
        if not known:
            raise IllegalAction(f"no card reads {name!r} in {text!r}; {_choices(text, legal)}")
        word |= 1 << known[0]
    return word


def _choices(text: str, legal: Legal[int]) -> str:
    if not isinstance(legal, Finite):
        return f"expected {legal.expected()}"
    said = [say_action(action) for action in legal]
    guess = nearest(text, [choice.casefold() for choice in said])
    hint = next((f"did you mean {choice!r}? " for choice in said if choice.casefold() == guess), "")
    shown = ", ".join(said[:12]) + (", …" if len(said) > 12 else "")
    return f"{hint}(legal: {shown})"


def describe(view: NDArray[np.void]) -> str:
    """A view as text for terminals, language models and screen readers.

    Args:
        view: VIEW, shape ().
    """
    v: Any = view[()]
    players, seat = int(v["rules"]["players"]), int(v["seat"])
    lines = [
        _moment(v),
        f"Your hand: {names(v['hand'])} ({int(v['value'])} points).",
        f"On the table: {names(v['live'])}. Stock: {int(v['stock_size'])} cards.",
    ]
    if v["thrown"]:
        who = "you" if v["actor"] == 0 else f"player {(seat + int(v['actor'])) % players}"
        lines.append(f"Just thrown by {who}: {names(v['thrown'])}.")
    if v["open"] and not v["over"]:
        lines.append(f"Open to take: {names(v['open'])}.")
    if v["dead"]:
        lines.append(f"Out of play until a reshuffle: {names(v['dead'])}.")
    lines += [_rival(v, place, (seat + place) % players) for place in range(1, players)]
    lines.append(
        f"You are player {seat}, with {_wealth(v, 0)}.{_known(v, 0, ' The others know you hold ', '.')}"
    )
    if v["ended"]:
        lines += _last_round(v, seat, players)
    lines.append(_to_move(v, seat, players))
    return "\n".join(lines)


def _moment(v: Any) -> str:
    if v["over"]:
        return f"After {int(v['round'])} round{'' if v['round'] == 1 else 's'}, {int(v['turn'])} turns in the last."
    return f"Round {int(v['round']) + 1}, turn {int(v['turn']) + 1}. Calls at {int(v['rules']['call_at'])} or less."


def _wealth(v: Any, place: int) -> str:
    if CHOICES["economy"][int(v["rules"]["economy"])] == "coins":
        return f"{int(v['coins'][place])} coins"
    return f"{int(v['scores'][place])} points on the score"


def _known(v: Any, place: int, lead: str, end: str = "") -> str:
    return f"{lead}{names(v['known'][place])}{end}" if v["known"][place] else ""


def _rival(v: Any, place: int, seat: int) -> str:
    if v["out_round"][place]:
        return f"Player {seat}: out since round {int(v['out_round'][place])}, with {_wealth(v, place)}."
    threw = f", threw {names(v['last_thrown'][place])}" if v["last_thrown"][place] else ""
    cards = int(v["size"][place])
    held = f"{cards} card{'' if cards == 1 else 's'}"
    return f"Player {seat}: {held}{_known(v, place, ' among them ')}{threw}, {_wealth(v, place)}."


def _last_round(v: Any, seat: int, players: int) -> list[str]:
    hands = ", ".join(
        f"player {(seat + place) % players} {names(v['shown'][place])}"
        for place in range(players)
        if v["out_round"][place] in (0, v["round"])
    )
    winner = f" Player {(seat + int(v['winner'])) % players} won it." if v["winner"] >= 0 else ""
    caller = f" by player {(seat + int(v['caller'])) % players}" if v["caller"] >= 0 else ""
    return [f"The last round ended by {END_REASONS[int(v['ended'])]}{caller}: {hands}.{winner}"]


def _to_move(v: Any, seat: int, players: int) -> str:
    if v["over"]:
        return "The match is over."
    if v["actor"] != 0:
        return f"Player {(seat + int(v['actor'])) % players} is to move."
    if v["phase"] == DISCARDING:
        call = "call, or " if v["value"] <= v["rules"]["call_at"] else ""
        return f"You are to move: {call}discard."
    return "You are to move: take the top of the stock" + (", or an open card." if v["open"] else ".")
