"""Laws of games: legal sets, and actions as text, numbers and plain data."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from gymnasium import spaces

from arena.conditions import Conditions, FaultKind
from arena.errors import IllegalAction
from arena.legal import Finite, InSpace, Legal, Text
from arena.referee import Referee
from arena.testing._law import Place, game_law
from arena.testing._trial import GameTrial, Moment

__all__: list[str] = []

_SAMPLES: Final = 8
"""Samples drawn from a legal set."""
_MOST: Final = 2000
"""Actions of a legal set that are looked at one by one."""


class _Nonsense:
    """Something that is no action of any game."""

    def __repr__(self) -> str:
        return "<nonsense>"


@game_law()
def legal_sets_accept_their_samples(trial: GameTrial) -> None:
    """A legal set holds what it samples and what it lists, each action once, and is never empty."""
    for moment in trial.moments():
        for player in moment.actors:
            legal = trial.game.legal(moment.state, player)
            rng = trial.rng(moment.step, player)
            for _ in range(_SAMPLES):
                action = legal.sample(rng)
                moment.place.expect(f"sample for player {player}", action in legal, legal.expected(), action)
            if isinstance(legal, Finite) and len(legal) <= _MOST:
                _expect_listed(moment.place, player, legal)


def _expect_listed(place: Place, player: int, legal: Finite[Any]) -> None:
    listed = list(legal)
    place.expect(f"legal set of player {player}", len(listed) >= 1, "at least one action", listed)
    place.expect_equal(f"len of the legal set of player {player}", len(listed), len(legal))
    place.expect_equal(f"different actions of player {player}", len(listed), len(set(listed)))
    place.expect_equal(f"the second listing for player {player}", listed, list(legal))
    for action in listed:
        place.expect(f"listed for player {player}", action in legal, "an action in the set", action)


@game_law()
def illegal_actions_are_refused(trial: GameTrial) -> None:
    """The referee takes every legal action and refuses every illegal one."""
    seen: list[Any] = []
    for seed in trial.seeds:
        for moment in trial.walk(seed, min(trial.most_steps, 40)):
            for player in moment.actors:
                legal = trial.game.legal(moment.state, player)
                for probe in _probes(trial, legal, seen):
                    illegal = _is_illegal(legal, probe)
                    if illegal:
                        moment.place.expect("legal set", probe not in legal, f"without {probe!r}", legal)
                seen = [*seen, *moment.actions.values()][-50:]
        _expect_refusals(trial, seed)


def _probes(trial: GameTrial, legal: Legal[Any], seen: list[Any]) -> list[Any]:
    """What agents hand in by mistake: other types, other numbers, actions of other moments and of other players."""
    probes: list[Any] = [
        None,
        _Nonsense(),
        "",
        "no such action",
        (),
        [],
        {},
        -1,
        2**70,
        0.5,
        math.nan,
        b"",
        np.zeros(2),
    ]
    if isinstance(legal, Text):
        probes.append("x" * (legal.longest + 1))
    if isinstance(legal, Finite):
        # Neighbours of a legal action: longer, shorter, wrapped, off by one.
        some = next(iter(legal))
        probes += [(some,), [some]]
        if isinstance(some, int):
            probes += [max(action for action in legal) + 1, -some - 1, str(some)]
        if isinstance(some, tuple):
            probes += [some[:-1], (*some, some[-1]), tuple(-1 for _ in some)]
    if trial.has("indexed"):
        probes += _by_number(trial.game)
    return probes + seen


def _by_number(game: Any) -> list[Any]:
    """Every action that has a number, where the static space of a role is a plain one."""
    found: list[Any] = []
    for held in game.spec.spaces.values():
        if isinstance(held.actions, spaces.Discrete) and held.actions.n <= _MOST:
            found += [game.action(number) for number in range(int(held.actions.n))]
    return found


def _is_illegal(legal: Legal[Any], probe: Any) -> bool:
    """Whether `probe` is illegal, found without asking the set itself."""
    if isinstance(legal, Finite):
        return len(legal) <= _MOST and not any(_same(action, probe) for action in legal)
    if isinstance(legal, Text):
        return not isinstance(probe, str) or len(probe) > legal.longest
    if isinstance(legal, InSpace):
        return isinstance(probe, _Nonsense)
    return isinstance(probe, _Nonsense)


def _same(action: Any, probe: Any) -> bool:
    try:
        return bool(action == probe)
    except ValueError:  # an array
        return False


def _expect_refusals(trial: GameTrial, seed: int) -> None:
    """Hand illegal probes to a referee at the first turn: each is handed back, and the last is a fault."""
    conditions = Conditions(retries=1)
    referee = Referee(trial.game, seed, [1] * trial.game.spec.players, conditions)
    place = Place(trial.law, trial.place.subject, seed, 0)
    try:
        for player in referee.waiting:
            legal = referee.legal(player)
            probes = [probe for probe in _probes(trial, legal, []) if _is_illegal(legal, probe)]
            for probe in probes[:2]:
                if player in referee.waiting:
                    referee.submit(player, probe)
            kinds = [fault.kind for fault in referee.faults if fault.player == player]
            place.expect_equal(f"faults of player {player} after {probes[:2]!r}", [FaultKind.ILLEGAL], kinds)
    finally:
        referee.close()


@game_law()
def actions_read_as_they_are_said(trial: GameTrial) -> None:
    """`read(say(action))` is the action; no two legal actions are said alike; nonsense is refused."""
    game = trial.game
    for moment in trial.moments():
        for player in moment.actors:
            legal = game.legal(moment.state, player)
            said: dict[str, Any] = {}
            for action in _some(trial, legal, moment, player):
                text = game.say(action)
                moment.place.expect(f"what {action!r} is said like", text not in said, "its own text", text)
                said[text] = action
                moment.place.expect_equal(f"what {text!r} reads as", action, game.read(text, legal))
            _expect_unreadable(trial, moment, legal)


def _some(trial: GameTrial, legal: Legal[Any], moment: Moment, player: int) -> list[Any]:
    """The actions of a small set; of a large or endless one the one that is played."""
    del trial
    return list(legal) if isinstance(legal, Finite) and len(legal) <= 100 else [moment.actions[player]]


def _expect_unreadable(trial: GameTrial, moment: Moment, legal: Legal[Any]) -> None:
    nonsense = "\N{REPLACEMENT CHARACTER}" * (legal.longest + 1 if isinstance(legal, Text) else 5)
    try:
        action = trial.game.read(nonsense, legal)
    except IllegalAction:
        return
    moment.place.broken("what nonsense reads as", "IllegalAction", action)


@game_law(lambda trial: trial.has("indexed"))
def actions_keep_their_numbers(trial: GameTrial) -> None:
    """`action(index(a))` is `a`; the mask is True exactly at the numbers of legal actions, inside the static space."""
    game: Any = trial.game
    for moment in trial.moments():
        for player in moment.actors:
            legal = game.legal(moment.state, player)
            actions = _some(trial, legal, moment, player)
            indices = [game.index(action) for action in actions]
            for action, index in zip(actions, indices, strict=True):
                moment.place.expect_equal(f"the action numbered {index}", action, game.action(index))
            space = game.spec.spaces[game.spec.roles[player]].actions
            for index in indices:
                inside = space.contains(np.asarray(index, dtype=space.dtype))
                moment.place.expect(f"a number of player {player}", inside, f"inside {space}", index)
            if isinstance(legal, Finite):
                _expect_mask(f"the mask for player {player}", moment.place, game.mask(legal), legal, indices)


def _expect_mask(what: str, place: Place, mask: Any, legal: Finite[Any], indices: list[Any]) -> None:
    parts = mask if isinstance(mask, tuple) else (mask,)
    types = [part.dtype for part in parts]
    place.expect(what, all(kind == np.bool_ for kind in types), "arrays of bool", types)
    size = math.prod(int(np.count_nonzero(part)) for part in parts)
    place.expect_equal(f"legal numbers in {what}", len(legal), size)
    for index in indices:
        places = index if isinstance(index, tuple) else (index,)
        marked = all(part[number] for part, number in zip(parts, places, strict=True))
        place.expect(f"{what} at {index}", marked, "True", mask)
    place.expect_equal(f"different numbers in {what}", len(indices), len(set(indices)))
