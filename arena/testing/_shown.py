"""Laws of games: descriptions, scenes, arrays and golden transcripts."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from arena.scene import Scene
from arena.testing._law import game_law
from arena.testing._trial import GameTrial
from arena.testing.golden import golden_path, transcript

__all__: list[str] = []


@game_law()
def views_are_described(trial: GameTrial) -> None:
    """Every view has a description, and every action a text, that a person can read."""
    for moment in trial.moments():
        for player in trial.players:
            told = trial.game.describe(trial.game.view(moment.state, player))
            readable = bool(told.strip()) and all(sign.isprintable() or sign in "\n\t" for sign in told)
            moment.place.expect(f"the description for player {player}", readable, "printable text", told)
        for player, action in moment.actions.items():
            said = trial.game.say(action)
            moment.place.expect(f"the action of player {player}", bool(said.strip()), "a text", said)


@game_law(lambda trial: trial.has("drawable"))
def scenes_are_plain(trial: GameTrial) -> None:
    """A scene from every viewpoint is JSON, and says the same in words."""
    game: Any = trial.game
    for moment in trial.moments():
        for viewpoint in (*trial.players, "public", "open"):
            scene = game.scene(moment.state, viewpoint)
            moment.place.expect(f"scene from {viewpoint!r}", isinstance(scene, Scene), "a Scene", scene)
            moment.place.expect(
                f"text of the scene from {viewpoint!r}", bool(scene.text), "words", scene.text
            )
            try:
                again = json.loads(json.dumps(dict(scene.data), allow_nan=False))
            except (TypeError, ValueError) as error:
                moment.place.broken(f"scene from {viewpoint!r}", "what JSON can hold", error)
            moment.place.expect_equal(f"scene from {viewpoint!r} after JSON", dict(scene.data), again)


@game_law(lambda trial: trial.has("encodable"))
def arrays_stay_in_their_space(trial: GameTrial) -> None:
    """`encode` gives arrays inside the declared space, of the declared types, and leaves the view alone."""
    game: Any = trial.game
    for moment in trial.moments():
        for player, role in enumerate(game.spec.roles):
            space = game.spec.spaces[role].observations
            view = game.view(moment.state, player)
            before = game.key(view)
            arrays = game.encode(view)
            moment.place.expect_equal(f"the view of player {player} after encode", before, game.key(view))
            moment.place.expect_equal(f"arrays of player {player}", sorted(space.spaces), sorted(arrays))
            for name, array in arrays.items():
                inside = isinstance(array, np.ndarray) and space.spaces[name].contains(array)
                moment.place.expect(
                    f"array {name!r} of player {player}", inside, str(space.spaces[name]), array
                )


@game_law(lambda trial: trial.golden is not None)
def plays_its_golden_transcript(trial: GameTrial) -> None:
    """The game plays as in its golden transcript, a text that a person has read."""
    assert trial.golden is not None
    path = golden_path(trial.golden, trial.game)
    command = f"python -m arena.testing {trial.golden} {trial.game.spec.name}"
    if not path.exists():
        trial.place.broken("golden transcript", f"a file {path.name}, made by '{command}'", "none")
    expected, got = path.read_text(encoding="utf-8").splitlines(), transcript(trial.game).splitlines()
    for number, (wanted, line) in enumerate(zip(expected, got, strict=False), start=1):
        trial.place.expect(
            f"line {number} of {path.name}", wanted == line, f"{wanted!r} (or '{command}')", line
        )
    trial.place.expect_equal(f"lines of {path.name}", len(expected), len(got))
