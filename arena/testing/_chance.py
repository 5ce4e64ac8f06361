"""Laws of games: enumerated chance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any, Final

from arena import codec
from arena.testing._law import Place, game_law
from arena.testing._trial import GameTrial, portrait

__all__: list[str] = []

_MOST: Final = 2000
"""First states, or successors, that are enumerated; of more only the beginning is looked at."""


@game_law(lambda trial: trial.has("enumerable"))
def chances_sum_to_one(trial: GameTrial) -> None:
    """First states, and successors, come with probabilities that sum to 1, and the true ones are among them."""
    game: Any = trial.game
    for seed in trial.seeds:
        first = game.init(seed)
        place = Place(trial.law, trial.place.subject, seed)
        _expect_whole(trial, place, "first states", game.initial(), first)
        game.close(first)
        for moment in trial.walk(seed, min(trial.most_steps, 30)):
            if not moment.actors:
                break
            before = portrait(game, moment.state)
            after = game.step(game.copy(moment.state), moment.actions)
            follow = game.successors(moment.state, moment.actions)
            _expect_whole(trial, moment.place, "successors", follow, after)
            moment.place.expect_equal("the state after its successors", before, portrait(game, moment.state))
            game.close(after)


def _expect_whole(
    trial: GameTrial, place: Place, what: str, enumerated: Iterator[tuple[float, Any]], true: Any
) -> None:
    wanted = _views(trial, true)
    total, found, count = 0.0, False, 0
    for probability, state in itertools.islice(enumerated, _MOST):
        place.expect(f"probability of {what}", 0 < probability <= 1, "a number in (0, 1]", probability)
        total, count = total + probability, count + 1
        found = found or _views(trial, state) == wanted
        trial.game.close(state)
    if count < _MOST:
        place.expect(f"probabilities of {what}", math.isclose(total, 1.0, rel_tol=1e-9), "a sum of 1", total)
        place.expect(what, found, "the one that came among them", f"{count} others")


def _views(trial: GameTrial, state: Any) -> bytes:
    return codec.canonical([trial.game.key(trial.game.view(state, player)) for player in trial.players])
