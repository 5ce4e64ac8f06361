"""Laws of games: what is hidden stays hidden.

Consistency and diversity only catch a leak together: a game that hands out the true state as a view is consistent, one
that draws worlds at will is diverse.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from arena import codec, streams
from arena.game import Information
from arena.testing._law import game_law
from arena.testing._trial import GameTrial, Moment, legal_portrait, portrait

__all__: list[str] = []

_WORLDS: Final = 16
"""Worlds drawn to see whether they differ."""
_FEW: Final = 3
"""Worlds drawn at each moment to see whether they fit."""


def _can_guess(trial: GameTrial) -> bool:
    return trial.has("determinizable")


def _worlds(trial: GameTrial, moment: Moment, player: int, count: int) -> list[Any]:
    game: Any = trial.game
    view = game.view(moment.state, player)
    key = streams.derive(streams.root_key(moment.step), "worlds", player)
    return [game.determinize(view, player, streams.stream(key, number)) for number in range(count)]


@game_law(_can_guess)
def worlds_fit_the_view(trial: GameTrial) -> None:
    """`key(view(determinize(view, player)))` is `key(view)`, and drawing a world changes neither view nor state."""
    game = trial.game
    for moment in trial.moments():
        if not moment.actors:
            continue
        before = portrait(game, moment.state, drawn=False)
        for player in trial.players:
            expected = game.key(game.view(moment.state, player))
            for world in _worlds(trial, moment, player, _FEW):
                got = game.key(game.view(world, player))
                moment.place.expect_equal(
                    f"the view of player {player} in a world that fits it", expected, got
                )
                game.close(world)
        moment.place.expect_equal(
            "the state after worlds were drawn", before, portrait(game, moment.state, drawn=False)
        )


@game_law(_can_guess)
def worlds_differ(trial: GameTrial) -> None:
    """Where information is imperfect, 16 worlds are not all equal; where it is perfect, each shows what there is."""
    if trial.game.spec.information is Information.PERFECT:
        _expect_nothing_hidden(trial)
        return
    alone = trial.game.spec.players == 1
    for player in trial.players:
        for moment in trial.moments():
            if not moment.actors:
                continue
            shown = set()
            for world in _worlds(trial, moment, player, _WORLDS):
                # A lone player's secrets show in what comes next; another's in his view, and a deck that is drawn at
                # random would hide a leak of it.
                shown.add(_future(trial, world) if alone else _views(trial, world))
                trial.game.close(world)
            if len(shown) > 1:
                break
        else:
            trial.place.broken(
                f"{_WORLDS} worlds of player {player}", "different ones at some moment", "equal ones"
            )


def _expect_nothing_hidden(trial: GameTrial) -> None:
    for moment in trial.moments():
        if moment.actors:
            for player in trial.players:
                (world,) = _worlds(trial, moment, player, 1)
                got = _views(trial, world)
                trial.game.close(world)
                moment.place.expect_equal(
                    f"views in a world of player {player}", _views(trial, moment.state), got
                )


def _views(trial: GameTrial, state: Any) -> bytes:
    return codec.canonical([trial.game.key(trial.game.view(state, player)) for player in trial.players])


def _future(trial: GameTrial, state: Any) -> bytes:
    """What a lone player will see: all that is hidden in his world is hidden from him, too."""
    game = trial.game
    dice = trial.rng("future")
    ahead = game.copy(state)
    seen = []
    for _ in range(10):
        actors = game.actors(ahead)
        if not actors:
            break
        ahead = game.step(ahead, {player: game.legal(ahead, player).sample(dice) for player in actors})
        seen.append(game.key(game.view(ahead, 0)))
    game.close(ahead)
    return codec.canonical(seen)


@game_law(_can_guess)
def worlds_can_be_played_on(trial: GameTrial) -> None:
    """A world that fits a view is a state like any other: it has the actors of the true one and comes to an end."""
    game = trial.game
    for moment in trial.moments():
        if not moment.actors or moment.step % 5:
            continue
        for player in trial.players:
            (world,) = _worlds(trial, moment, player, 1)
            moment.place.expect_equal(
                f"actors in a world of player {player}", moment.actors, game.actors(world)
            )
            dice: np.random.Generator = trial.rng("on", moment.step, player)
            for _ in range(game.spec.horizon + 1):
                actors = game.actors(world)
                if not actors:
                    break
                world = game.step(world, {seat: game.legal(world, seat).sample(dice) for seat in actors})
            over = game.outcome(world) is not None
            game.close(world)
            moment.place.expect(f"a world of player {player}", over, "an end within the horizon", "none")


@game_law(_can_guess)
def seats_learn_nothing_else(trial: GameTrial) -> None:
    """A seat's scene, legal set and description, and the public scene, are the same in every world that fits its view."""
    game: Any = trial.game
    for moment in trial.moments():
        if not moment.actors:
            continue
        for player in trial.players:
            expected = _seen(game, moment.state, player)
            for world in _worlds(trial, moment, player, _FEW):
                got = _seen(game, world, player)
                for what, value in expected.items():
                    moment.place.expect_equal(
                        f"{what} of player {player} in a world that fits", value, got[what]
                    )
                game.close(world)


def _seen(game: Any, state: Any, player: int) -> dict[str, Any]:
    seen: dict[str, Any] = {"description": game.describe(game.view(state, player))}
    if player in game.actors(state):
        seen["legal set"] = legal_portrait(game.legal(state, player))
    if hasattr(game, "scene"):
        seen["scene"] = codec.canonical(game.scene(state, player))
        seen["public scene, beside that"] = codec.canonical(game.scene(state, "public"))
    return seen
