"""Scenes of kind ``cards``: what a viewer draws of a Dhumbal table.

Data of version 1: ``game``; ``phase`` (discard, take or over); ``turn`` and ``round`` from 1; ``call_at``; ``stock``,
``dead`` (how many cards); ``live``, ``open``, ``thrown`` (lists of card names); ``economy`` (coins or points); ``seats``,
one each in order, with ``seat``, ``cards`` (a name, or null for a card's back), ``known`` (which of them everybody saw
taken), ``size``, ``value`` (null where a card is hidden), ``coins`` or ``points``, ``to_move``, ``starter``, ``out``,
``threw`` (his last discard); ``result`` of the last round: null, or ``reason``, ``caller``, ``winner``, ``hands``, ``values``
(what they are worth).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import BadParameter
from arena.scene import Scene, Viewpoint
from games.dhumbal.cards import VALUE
from games.dhumbal.state import DISCARDING, END_CAP, END_REASONS, END_RIGHT, END_WRONG, VIEW
from games.dhumbal.text import card_name, cards_in, describe, in_order
from games.dhumbal.view import observe

__all__ = ["scene_of", "view_of"]


def view_of(state: NDArray[np.void], player: int) -> NDArray[np.void]:
    """What `player` may know of `state`, STATE[1], as VIEW of shape ()."""
    view = np.zeros(1, VIEW)
    observe(state[0], player, view[0])
    return view.reshape(())


def scene_of(state: NDArray[np.void], viewpoint: Viewpoint) -> Scene:
    """What is to be seen of `state`, STATE[1], from `viewpoint`.

    Raises:
        BadParameter: if there is no such viewpoint.
    """
    players = int(state["rules"]["players"][0])
    if isinstance(viewpoint, int) and 0 <= viewpoint < players:
        view = view_of(state, viewpoint)
        shown = {viewpoint: int(view["hand"])}
    elif viewpoint in ("public", "open"):
        view = view_of(state, 0)
        shown = {seat: int(state["hands"][0, seat]) for seat in range(players)} if viewpoint == "open" else {}
    else:
        raise BadParameter(
            f"expected a viewpoint from 0 to {players - 1}, 'public' or 'open', got {viewpoint!r}"
        )
    v: Any = view[()]
    if v["over"]:
        shown = {(int(v["seat"]) + place) % players: int(v["shown"][place]) for place in range(players)}
    data = _table(v) | {"seats": [_seat(v, seat, shown) for seat in range(players)], "result": _result(v)}
    text = describe(view) if isinstance(viewpoint, int) else _in_words(data)
    return Scene("cards", data, text, highlights=_highlights(v))


def _table(v: Any) -> dict[str, Any]:
    return {
        "game": "dhumbal",
        "phase": "over" if v["over"] else "discard" if v["phase"] == DISCARDING else "take",
        "turn": int(v["turn"]) + 1,
        "round": int(v["round"]) + (0 if v["over"] else 1),
        "call_at": int(v["rules"]["call_at"]),
        "economy": "points" if v["rules"]["economy"] else "coins",
        "stock": int(v["stock_size"]),
        "dead": len(cards_in(v["dead"])),
        "live": _names(v["live"]),
        "open": _names(v["open"]),
        "thrown": _names(v["thrown"]),
    }


def _names(word: int) -> list[str]:
    return [card_name(card) for card in in_order(word)]


def _seat(v: Any, seat: int, shown: dict[int, int]) -> dict[str, Any]:
    place = (seat - int(v["seat"])) % int(v["rules"]["players"])
    known, size = int(v["known"][place]), int(v["size"][place])
    cards = cards_in(shown.get(seat, known))
    value = sum(int(VALUE[int(v["rules"]["row"]), card]) for card in cards)
    wealth = int(v["scores"][place] if v["rules"]["economy"] else v["coins"][place])
    return {
        "seat": seat,
        "cards": [card_name(card) for card in cards] + [None] * (size - len(cards)),
        "known": _names(known),
        "size": size,
        "value": value if len(cards) == size else None,
        "points" if v["rules"]["economy"] else "coins": wealth,
        "to_move": not v["over"] and int(v["actor"]) == place,
        "starter": int(v["starter"]) == place,
        "out": bool(v["out_round"][place]),
        "threw": _names(v["last_thrown"][place]),
    }


def _result(v: Any) -> dict[str, Any] | None:
    if not v["ended"]:
        return None
    players, seat = int(v["rules"]["players"]), int(v["seat"])
    worth = VALUE[int(v["rules"]["row"])]
    hands = [v["shown"][(other - seat) % players] for other in range(players)]
    return {
        "reason": END_REASONS[int(v["ended"])],
        "caller": None if v["caller"] < 0 else (seat + int(v["caller"])) % players,
        "winner": None if v["winner"] < 0 else (seat + int(v["winner"])) % players,
        "hands": [_names(hand) for hand in hands],
        "values": [sum(int(worth[card]) for card in cards_in(hand)) for hand in hands],
    }


def _in_words(data: dict[str, Any]) -> str:
    live = " ".join(data["live"]) or "nothing"
    lines = [f"Round {data['round']}, turn {data['turn']}: on the table {live}, stock {data['stock']} cards."]
    if data["thrown"]:
        lines.append(f"Just thrown: {' '.join(data['thrown'])}.")
    for seat in data["seats"]:
        cards = " ".join(card or "▮" for card in seat["cards"]) or "no cards"
        wealth = f"{seat['coins']} coins" if "coins" in seat else f"{seat['points']} points"
        lines.append(f"Player {seat['seat']}{' (to move)' if seat['to_move'] else ''}: {cards}; {wealth}.")
    if data["result"]:
        lines.append(f"The last round ended by {data['result']['reason']}.")
    return "\n".join(lines)


def _highlights(v: Any) -> tuple[str, ...]:
    fresh = bool(v["over"]) or (int(v["turn"]) == 0 and v["phase"] == DISCARDING)
    if not fresh or not v["ended"]:
        return ()
    names = {END_RIGHT: "call", END_WRONG: "wrong call", END_CAP: "cut"}
    return (names.get(int(v["ended"]), "round over"),)
