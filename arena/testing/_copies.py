"""Laws of games: states and views that are apart from each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from arena import codec, streams
from arena.errors import BadInput
from arena.testing._law import game_law
from arena.testing._trial import GameTrial, Moment, portrait

__all__ = ["spoil"]


@game_law()
def stepping_a_copy_leaves_the_original_alone(trial: GameTrial) -> None:
    """A copy is equal to its original, and neither feels what happens to the other."""
    game = trial.game
    for moment in trial.moments():
        if not moment.actors:
            continue
        before = portrait(game, moment.state, drawn=False)
        copied = game.copy(moment.state)
        try:
            moment.place.expect_equal("the copy", before, portrait(game, copied, drawn=False))
            for _ in range(3):
                copied = _stepped(trial, copied)
            after = portrait(game, moment.state, drawn=False)
            moment.place.expect_equal("the original after steps of its copy", before, after)
        finally:
            game.close(copied)
        after = portrait(game, moment.state, drawn=False)
        moment.place.expect_equal("the original after its copy was closed", before, after)


def _stepped(trial: GameTrial, state: Any) -> Any:
    dice = trial.rng("step")
    actors = trial.game.actors(state)
    actions = {player: trial.game.legal(state, player).sample(dice) for player in actors}
    return trial.game.step(state, actions) if actors else state


@game_law()
def stepping_the_original_leaves_a_copy_alone(trial: GameTrial) -> None:
    """A copy stays as it was while the match goes on, and plays on like the original."""
    game = trial.game
    for seed in trial.seeds:
        kept: Any = None
        shown: dict[str, Any] = {}
        moment: Moment | None = None
        try:
            for moment in trial.walk(seed):
                if kept is not None:
                    moment.place.expect_equal("a copy kept for a step", shown, portrait(game, kept))
                    game.close(kept)
                kept = game.copy(moment.state)
                shown = portrait(game, kept)
                _expect_same_step(trial, moment)
        finally:
            if kept is not None:
                game.close(kept)


def _expect_same_step(trial: GameTrial, moment: Moment) -> None:
    if not moment.actors:
        return
    after = []
    for _ in range(2):
        state = trial.game.step(trial.game.copy(moment.state), moment.actions)
        after.append(portrait(trial.game, state, drawn=False))
        trial.game.close(state)
    moment.place.expect_equal("two copies after the same step", after[0], after[1])


@game_law()
def a_copy_with_new_chance_looks_the_same(trial: GameTrial) -> None:
    """A copy whose chance is drawn anew shows every player what he saw; the same seed draws the same chance."""
    game = trial.game
    for moment in trial.moments():
        if not moment.actors:
            continue
        before = portrait(game, moment.state, drawn=False)
        futures = []
        for seed in (1, 1):
            copied = game.copy(moment.state, seed)
            moment.place.expect_equal("a copy with new chance", before, portrait(game, copied, drawn=False))
            copied = game.step(copied, moment.actions)
            futures.append(portrait(game, copied, drawn=False))
            game.close(copied)
        moment.place.expect_equal("two copies with the same new chance", futures[0], futures[1])


@game_law(lambda trial: trial.game.spec.chance)
def a_copy_with_a_seed_has_new_chance(trial: GameTrial) -> None:
    """The chance still to come differs between copies with different seeds (not so where all chance is in the deal)."""
    game = trial.game
    for moment in trial.moments():
        if not moment.actors:
            continue
        ends = set()
        for seed in range(6):
            dice = streams.generator(moment.step)
            state = game.copy(moment.state, seed)
            for _ in range(min(12, trial.most_steps)):
                actors = game.actors(state)
                if not actors:
                    break
                actions = {player: game.legal(state, player).sample(dice) for player in actors}
                state = game.step(state, actions)
            ends.add(codec.canonical(sorted(portrait(game, state, drawn=False).items())))
            game.close(state)
        if len(ends) > 1:
            return
    trial.place.broken(
        "copies with 6 seeds", "different futures at some moment", "the same future at every moment"
    )


@game_law()
def views_stay_as_they_are(trial: GameTrial) -> None:
    """Later steps do not change a view, and writing into a view does not change the state."""
    game = trial.game
    for seed in trial.seeds:
        kept: dict[int, Any] = {}
        keys: dict[int, bytes] = {}
        for moment in trial.walk(seed):
            for player, view in kept.items():
                moment.place.expect_equal(f"an old view of player {player}", keys[player], game.key(view))
            before = portrait(game, moment.state, drawn=False)
            for player in trial.players:
                spoil(game.view(moment.state, player))
            moment.place.expect_equal(
                "the state after writing into a view", before, portrait(game, moment.state, drawn=False)
            )
            kept = {player: game.view(moment.state, player) for player in trial.players}
            keys = {player: game.key(view) for player, view in kept.items()}


def spoil(value: Any) -> None:
    """Write into every array, list and dictionary inside plain data."""
    if isinstance(value, np.ndarray | np.void):
        if value.flags.writeable:
            array = np.asarray(value)
            # The same marks each time, so that a second writing does not undo the first.
            marks = np.frombuffer(b"\x55" * array.dtype.itemsize, array.dtype)[0]
            array[...] = ~array if array.dtype == np.bool_ else marks
        return
    if dataclasses.is_dataclass(value):
        inside = [getattr(value, field.name) for field in dataclasses.fields(value)]
    else:
        inside = list(value.values()) if isinstance(value, Mapping) else value
    if isinstance(inside, list | tuple):
        for item in inside:
            spoil(item)
    if isinstance(value, dict | list):
        value.clear()


@game_law()
def views_and_actions_are_plain_data(trial: GameTrial) -> None:
    """Views and actions survive the codec, with the classes that the game names; actions are hashable."""
    game = trial.game
    classes = {cls.__name__: cls for cls in game.classes}
    for moment in trial.moments():
        try:
            for player in trial.players:
                view = game.view(moment.state, player)
                again = codec.loads(codec.dumps(view), classes)
                moment.place.expect_equal(
                    f"the view of player {player} decoded", game.key(view), game.key(again)
                )
                told = (game.describe(view), game.describe(again))
                moment.place.expect_equal(f"its description for player {player}", *told)
            for player, action in moment.actions.items():
                again = codec.loads(codec.dumps(action), classes)
                in_set = again in game.legal(moment.state, player)
                moment.place.expect(f"the action of player {player} decoded", in_set, action, again)
                hash(action)
        except (BadInput, TypeError) as error:
            moment.place.broken("views and actions", "plain data", error)
