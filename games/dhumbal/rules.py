"""The rules as a value: one frozen dataclass, and the presets people and papers play by.

Sources: pagat.com, "Yaniv / Jhyap / Dhumbal"; Wikipedia, "Jhyap" and "Yaniv (card game)"; S. R. Malla, "AI Agents for the
Dhumbal Card Game: A Comparative Study", arXiv 2510.11736 (2025), and the program published with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, cast

import numpy as np

from arena.errors import BadParameter, UnknownName, nearest
from games.dhumbal.cards import ACTIONS_ALL, ACTIONS_CLASSIC, ACTIONS_WRAP

__all__ = ["CHOICES", "PRESETS", "ROUND_LIMIT", "RULES", "SUMMARIES", "Rules", "preset"]

CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "pickup": ("previous", "top", "none", "own-last"),
        "pickup_gate": ("always", "multi"),
        "empty_hand": ("draw", "ends"),
        "penalty": ("sum", "25", "30", "hand+25", "hand+30"),
        "economy": ("coins", "points"),
        "stock_out": ("reshuffle", "end"),
        "at_cap": ("void", "lowest"),
        "starter": ("rotate", "winner", "random", "first"),
        "match": ("round", "rounds", "out"),
    }
)
"""The values of every switch; compiled code sees the place in the tuple."""

ROUND_LIMIT: Final = 500
"""A match that is played until one is left is cut after so many rounds."""

_COLUMNS: Final = (
    *("players", "call_at", "faces", "pickup", "pickup_gate", "run_wrap", "empty_hand", "jokers", "penalty"),
    *(
        "economy",
        "stock_out",
        "turn_cap",
        "at_cap",
        "starter",
        "match",
        "rounds",
        "out_at",
        "halving",
        "coins",
    ),
    *("hand", "ranks", "suits", "deck", "row"),
)

RULES = np.dtype([(name, "<i2") for name in _COLUMNS])
"""The rules as compiled code reads them: every field of `Rules`, choices by number, and `deck` (cards in it), `row` (of
the tables of values)."""


@dataclass(frozen=True)
class Rules:
    """How the game is played. The constructor stores and does nothing; `check` refuses what makes no sense."""

    players: int = 4
    """Players at the table, 2 to 5."""
    call_at: int = 5
    """A hand worth at most this may call: 5 (Nepal), 7 (Israel), 10 (Malla 2025); 1 to 60."""
    faces: int = 13
    """What the king is worth: 13 (jack 11, queen 12) or 10 (all three)."""
    pickup: str = "previous"
    """What may be taken instead of the stock: of the previous player's throw any card of a set and the ends of a run
    (``previous``), only the card on top (``top``), nothing (``none``), or the last card of one's own throw
    (``own-last``, the program of Malla 2025)."""
    pickup_gate: str = "always"
    """When: ``always``, or only after throwing two or more cards (``multi``, common in Nepal)."""
    run_wrap: bool = False
    """Whether runs go around the corner: Q K A, K A 2."""
    empty_hand: str = "draw"
    """Who throws his last card must ``draw`` all the same, or the round ``ends`` as if he had called with nothing."""
    jokers: int = 0
    """Jokers in the deck: 0, or 2, worth nothing, each standing for any missing card of a run."""
    penalty: str = "sum"
    """What a wrong call costs the caller: the ``sum`` of all hands in coins, or in points 25 or 30 flat (``25``, ``30``) or
    on top of his hand (``hand+25``, ``hand+30``)."""
    economy: str = "coins"
    """``coins``, zero-sum: a right call collects every rival's hand, a wrong one pays the sum of all hands to the lowest
    (the lowest seat among equals). ``points``, to be avoided: the lowest hands score nothing, the others their value."""
    stock_out: str = "reshuffle"
    """When the stock is out, all discards but the live one are shuffled (``reshuffle``), or the round ends without a call
    with the turn that takes the last card (``end``)."""
    turn_cap: int = 400
    """Turns after which a round is cut; 1 to 10,000."""
    at_cap: str = "void"
    """A round that is cut has no caller and is marked as truncated (``void``), or its ``lowest`` hand, the lowest seat
    among equals, counts as caller (Malla 2025)."""
    starter: str = "rotate"
    """Who begins: the seat after the last starter, the first one drawn from the deal (``rotate``); the ``winner`` of the
    last round; a ``random`` seat every round; seat 0, always (``first``, Malla 2025)."""
    match: str = "round"
    """One ``round``, a fixed number of ``rounds``, or until all but one are ``out``."""
    rounds: int = 1
    """Rounds of a match of ``rounds``, 1 to 10,000."""
    out_at: int = 100
    """Points at which a player is out: 100 or 200 in common play."""
    halving: bool = False
    """Whether a score that lands on a multiple of 50 is halved."""
    coins: int = 0
    """Coins everybody starts with, 0 to 30,000; balances may go negative."""
    hand: int = 5
    """Cards dealt to each, 2 to 5."""
    ranks: int = 13
    """Ranks in the deck, from the ace up; fewer for miniature games."""
    suits: int = 4
    """Suits in the deck, from clubs up; fewer for miniature games."""

    @property
    def deck(self) -> int:
        """Cards in the deck."""
        return self.ranks * self.suits + self.jokers

    @property
    def actions(self) -> int:
        """How many action ids these rules use."""
        return ACTIONS_ALL if self.jokers else ACTIONS_WRAP if self.run_wrap else ACTIONS_CLASSIC

    @property
    def most_rounds(self) -> int:
        """No match has more rounds than this."""
        return {"round": 1, "rounds": self.rounds, "out": ROUND_LIMIT}[self.match]

    @property
    def dearest_hand(self) -> int:
        """No hand is worth more than this."""
        return self._dearest(self.hand)

    @property
    def dearest_table(self) -> int:
        """All hands together are not worth more than this."""
        return self._dearest(self.hand * self.players)

    def _dearest(self, cards: int) -> int:
        values = sorted((min(rank + 1, self.faces) for rank in range(self.ranks)), reverse=True)
        # Jokers, worth nothing, may fill what the ranks do not.
        return sum(values[place // self.suits] for place in range(min(cards, self.ranks * self.suits)))

    def check(self) -> Rules:
        """These rules, if they make sense.

        Raises:
            BadParameter: naming the parameter, what it may be, and the nearest choice.
        """
        for name, choices in CHOICES.items():
            _check_choice(name, getattr(self, name), choices)
        for name, low, high in _RANGES:
            _check_range(name, getattr(self, name), low, high)
        for name, among in (("faces", (10, 13)), ("jokers", (0, 2))):
            if getattr(self, name) not in among:
                raise BadParameter(f"expected {name} {among[0]} or {among[1]}, got {getattr(self, name)!r}")
        for problem in self._conflicts():
            raise BadParameter(problem)
        return self

    def _conflicts(self) -> list[str]:
        found = []
        if self.deck < self.players * self.hand + 2:
            found.append(f"a deck of {self.deck} cards is too small for {self.players} hands of {self.hand}")
        if self.run_wrap and self.ranks != 13:
            found.append(f"run_wrap needs all 13 ranks, got ranks={self.ranks!r}")
        if (self.economy == "coins") != (self.penalty == "sum"):
            fit = "'sum'" if self.economy == "coins" else "'25', '30', 'hand+25' or 'hand+30'"
            found.append(f"economy {self.economy!r} goes with penalty {fit}, got penalty={self.penalty!r}")
        if self.match == "out" and self.economy == "coins":
            found.append("match 'out' counts points: expected economy 'points', got 'coins'")
        if self.halving and self.economy == "coins":
            found.append("halving is for scores: expected economy 'points', got 'coins'")
        return found

    def record(self) -> np.void:
        """The rules as compiled code reads them, a record of dtype `RULES`."""
        row = np.zeros((), RULES)
        for field in fields(self):
            value = getattr(self, field.name)
            row[field.name] = CHOICES[field.name].index(value) if field.name in CHOICES else int(value)
        row["deck"] = self.deck
        row["row"] = int(self.faces == 13)
        return cast("np.void", row[()])


_RANGES: Final = (
    ("players", 2, 5),
    ("call_at", 1, 60),
    ("turn_cap", 1, 10_000),
    ("rounds", 1, 10_000),
    ("out_at", 1, 10_000),
    ("coins", 0, 30_000),
    ("hand", 2, 5),
    ("ranks", 2, 13),
    ("suits", 1, 4),
)


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value in choices:
        return
    guess = nearest(str(value), choices)
    hint = f"; did you mean {guess!r}?" if guess else ""
    raise BadParameter(f"expected {name} to be one of {', '.join(map(repr, choices))}, got {value!r}{hint}")


def _check_range(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadParameter(f"expected {name} from {low} to {high}, got {value!r}")


PRESETS: Final[Mapping[str, Rules]] = MappingProxyType(
    {
        # The main track: long, rich rounds.
        "np5": Rules(),
        "np10": Rules(call_at=10),
        # Wikipedia, "Jhyap": 25 on top of the caller's count; out at 100; no cards left, everyone scores his count.
        "jhyap": Rules(economy="points", penalty="hand+25", stock_out="end", match="out", out_at=100),
        # pagat.com, "Yaniv": 54 cards, faces 10, call at 7, 30 on top, out above 200, halving, the winner begins.
        "yaniv": Rules(
            call_at=7,
            faces=10,
            jokers=2,
            economy="points",
            penalty="hand+30",
            match="out",
            out_at=200,
            halving=True,
            starter="winner",
        ),
        # The program of Malla 2025. Its cap of 100 coins a payment never binds: five cards are worth 64 at most.
        "paper": Rules(
            call_at=10,
            pickup="own-last",
            empty_hand="ends",
            turn_cap=100,
            at_cap="lowest",
            starter="first",
            coins=10_000,
        ),
        "paper-fixed": Rules(call_at=10, empty_hand="ends", turn_cap=100, at_cap="lowest", coins=10_000),
    }
)
"""The named rules."""

SUMMARIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "np5": "the main track: call at 5, faces 11 to 13, coins; long, rich rounds",
        "np10": "call at 10, otherwise the same",
        "jhyap": "points: a wrong call scores the hand and 25; out at 100, the last one left wins",
        "yaniv": "two jokers, call at 7, faces 10; points: a wrong call scores the hand and 30; out at 200",
        "paper": "the program of Malla (2025): call at 10, back comes the last card of one's own throw",
        "paper-fixed": "`paper` with the real pick-up and a starter who changes",
    }
)
"""A line on each preset."""


@lru_cache(maxsize=256)
def _preset(name: str, players: int, changes: tuple[tuple[str, Any], ...]) -> Rules:
    if name not in PRESETS:
        raise UnknownName("rules", name, PRESETS)
    return dataclasses.replace(PRESETS[name], players=players, **dict(changes)).check()


def preset(name: str = "np5", players: int = 4, **changes: Any) -> Rules:
    """The rules called `name` for `players`, with some switches changed.

    Args:
        name: one of `PRESETS`.
        players: 2 to 5.
        **changes: fields of `Rules`.

    Raises:
        UnknownName: if there is no such preset or no such switch.
        BadParameter: if a value is outside what it may be.
    """
    known = [field.name for field in fields(Rules)]
    for change in changes:
        if change not in known:
            raise UnknownName("switch of the rules", change, known)
    return _preset(name, players, tuple(sorted(changes.items())))
