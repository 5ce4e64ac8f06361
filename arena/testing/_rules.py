"""Laws of games: the rules themselves."""

from __future__ import annotations

import dataclasses
import math
import pickle
from typing import Any, Final

from arena import codec
from arena.capabilities import capabilities
from arena.errors import ArenaError, BadInput
from arena.game import Game, Outcome, Utility
from arena.registry import entries, make_game
from arena.spelling import parse, spell
from arena.testing._elsewhere import elsewhere, walked
from arena.testing._law import Place, game_law
from arena.testing._trial import GameTrial, portrait

__all__: list[str] = []

_TOLERANCE: Final = 1e-6
"""Sums of rewards may differ from returns by so much, relative to the greater of 1 and the return."""


@game_law()
def facts_are_sound(trial: GameTrial) -> None:
    """The spec agrees with itself, and the game is a value: frozen, equal by parameters, hashable, picklable."""
    game, spec, place = trial.game, trial.game.spec, trial.place
    primary = [metric.name for metric in spec.metrics if metric.primary]
    place.expect("primary metrics", len(primary) == 1, "exactly one", primary)
    place.expect_equal("number of roles", spec.players, len(spec.roles))
    sizes = spec.table_sizes
    place.expect("table sizes", list(sizes) == sorted(set(sizes)), "ascending, none twice", sizes)
    place.expect("players", spec.players in sizes, f"one of {sizes}", spec.players)
    place.expect("returns", spec.returns[0] <= spec.returns[1], "least and greatest", spec.returns)
    place.expect("horizon", spec.horizon >= 1, "at least one step", spec.horizon)
    place.expect("spaces", set(spec.spaces) <= set(spec.roles), f"roles of {spec.roles}", list(spec.spaces))
    place.expect("name", parse(spec.name).name == spec.name, "a name that can be spelled", spec.name)
    again = pickle.loads(pickle.dumps(game))
    place.expect_equal("the game out of a pickle", game, again)
    place.expect_equal("its hash", hash(game), hash(again))
    for size in sizes:
        other = game.with_players(size).spec
        place.expect_equal("players of with_players", size, other.players)
    _spells_itself(game, place)


def _spells_itself(game: Game[Any, Any, Any], place: Place) -> None:
    spelled = spell(game)
    parameters = parse(spelled).parameters
    place.expect("spelling", parse(spelled).name == game.spec.name, game.spec.name, spelled)
    again = dataclasses.replace(game, **parameters)
    place.expect_equal("the game of its spelling", game, again)
    if game.spec.name in entries("game"):
        place.expect_equal("the game the registry makes", game, make_game(spelled))


@game_law()
def same_seed_same_match(trial: GameTrial) -> None:
    """The same seed and actions give the same views, legal sets, rewards, scenes and outcome."""
    for seed in trial.seeds:
        for first, second in zip(trial.walk(seed), trial.walk(seed), strict=True):
            _expect_same(first.place, portrait(trial.game, first.state), portrait(trial.game, second.state))
            first.place.expect_equal("sampled actions", first.actions, second.actions)


def _expect_same(place: Place, expected: dict[str, Any], got: dict[str, Any]) -> None:
    place.expect_equal("what can be seen", sorted(expected), sorted(got))
    for what, value in expected.items():
        place.expect_equal(what, value, got[what])


@game_law()
def same_match_in_another_process(trial: GameTrial) -> None:
    """Another process, with other hashes of text, sees the same match."""
    most = min(trial.most_steps, 60)
    (there,) = elsewhere(walked, [(trial.game, trial.seeds[0], most)])
    here = walked(trial.game, trial.seeds[0], most)
    place = dataclasses.replace(trial.place, seed=trial.seeds[0])
    place.expect_equal("moments", len(here), len(there))
    for step, (expected, got) in enumerate(zip(here, there, strict=True)):
        _expect_same(dataclasses.replace(place, step=step), expected, got)


@game_law()
def over_when_there_is_an_outcome(trial: GameTrial) -> None:
    """`actors` is empty exactly when `outcome` is set; actors are players, ascending."""
    for moment in trial.moments():
        outcome = trial.game.outcome(moment.state)
        over = outcome is not None
        moment.place.expect(
            "actors", (moment.actors == ()) == over, "none" if over else "some", moment.actors
        )
        ordered = list(moment.actors) == sorted(set(moment.actors)) and set(moment.actors) <= set(
            trial.players
        )
        moment.place.expect("actors", ordered, "players, ascending, none twice", moment.actors)


@game_law()
def ends_within_its_horizon(trial: GameTrial) -> None:
    """No match takes more steps than the horizon."""
    horizon = trial.game.spec.horizon
    for seed in trial.seeds:
        *_, last = trial.walk(seed, horizon)
        last.place.expect("actors", last.actors == (), f"none after {horizon} steps", last.actors)


@game_law()
def rewards_add_up(trial: GameTrial) -> None:
    """The rewards of all steps add up to the returns; they are zero before the first step."""
    horizon = trial.game.spec.horizon
    for seed in trial.seeds:
        sums = [0.0] * trial.game.spec.players
        for moment in trial.walk(seed, horizon):
            rewards = trial.game.rewards(moment.state)
            moment.place.expect_equal("number of rewards", len(sums), len(rewards))
            if moment.step == 0:
                moment.place.expect("rewards", not any(rewards), "zeros before the first step", rewards)
            sums = [total + reward for total, reward in zip(sums, rewards, strict=True)]
            outcome = trial.game.outcome(moment.state)
            if outcome is not None:
                moment.place.expect_equal("number of returns", len(sums), len(outcome.returns))
                close = all(map(_close, sums, outcome.returns))
                moment.place.expect("returns", close, f"the sums of rewards, {sums}", outcome.returns)


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)


def _outcomes(trial: GameTrial) -> list[tuple[Place, Outcome]]:
    found = []
    for seed in trial.seeds:
        for moment in trial.walk(seed, trial.game.spec.horizon):
            outcome = trial.game.outcome(moment.state)
            if outcome is not None:
                found.append((moment.place, outcome))
    return found


@game_law()
def returns_stay_in_bounds(trial: GameTrial) -> None:
    """Every return lies between the declared bounds."""
    least, greatest = trial.game.spec.returns
    for place, outcome in _outcomes(trial):
        inside = all(
            (least <= value or _close(least, value)) and (value <= greatest or _close(greatest, value))
            for value in outcome.returns
        )
        place.expect("returns", inside, f"within [{least}, {greatest}]", outcome.returns)


@game_law(lambda trial: trial.game.spec.utility is not Utility.GENERAL)
def returns_add_up_as_declared(trial: GameTrial) -> None:
    """Returns sum to zero in a zero-sum game and are the same for all in one of identical utility."""
    for place, outcome in _outcomes(trial):
        if trial.game.spec.utility is Utility.ZERO_SUM:
            place.expect("returns", _close(sum(outcome.returns), 0.0), "a sum of zero", outcome.returns)
        else:
            same = all(_close(outcome.returns[0], value) for value in outcome.returns)
            place.expect("returns", same, "the same for all", outcome.returns)


@game_law()
def metrics_are_as_declared(trial: GameTrial) -> None:
    """An outcome holds every declared metric, a number per player; only sparse ones may be undefined."""
    declared = {metric.name: metric for metric in trial.game.spec.metrics}
    for place, outcome in _outcomes(trial):
        place.expect_equal("metrics", sorted(declared), sorted(outcome.metrics))
        for name, values in outcome.metrics.items():
            place.expect_equal(f"values of {name!r}", trial.game.spec.players, len(values))
            defined = declared[name].sparse or not any(map(math.isnan, values))
            place.expect(f"metric {name!r}", defined, "numbers, since it is not sparse", values)
        place.expect("reason", bool(outcome.reason), "a few words", outcome.reason)


@game_law()
def chance_is_as_declared(trial: GameTrial) -> None:
    """Different seeds give different matches where there is chance, and the same match where there is none."""
    ends = []
    for seed in range(8):
        # Each seed is played with the same choices, so that only the game's own chance can tell them apart.
        dice = trial.rng("choices")
        state = trial.game.init(seed)
        try:
            shown = [codec.canonical(sorted(portrait(trial.game, state).items()))]
            for _ in range(min(trial.most_steps, trial.game.spec.horizon)):
                actors = trial.game.actors(state)
                if not actors:
                    break
                actions = {player: trial.game.legal(state, player).sample(dice) for player in actors}
                state = trial.game.step(state, actions)
                shown.append(codec.canonical(sorted(portrait(trial.game, state, drawn=False).items())))
        finally:
            trial.game.close(state)
        ends.append(tuple(shown))
    same = len(set(ends)) == 1
    declared = trial.game.spec.chance
    wanted = "that seeds matter, as spec.chance says" if declared else "the same for every seed"
    trial.place.expect("8 seeds", same != declared, wanted, f"{len(set(ends))} different matches")


@game_law()
def players_are_counted(trial: GameTrial) -> None:
    """A number of players that the game cannot be played by is refused with an error of the arena."""
    wrong = max(trial.game.spec.table_sizes) + 1
    try:
        trial.game.with_players(wrong)
    except BadInput:
        return
    except ArenaError as error:
        trial.place.broken(f"with_players({wrong})", "BadParameter", error)
    trial.place.broken(f"with_players({wrong})", "BadParameter", "a game")


@game_law()
def capabilities_are_whole(trial: GameTrial) -> None:
    """What the arena takes a game to be capable of is what it lists, and the spaces that go with it are declared."""
    found = capabilities(trial.game)
    spec = trial.game.spec
    roles = set(spec.roles)
    if "indexed" in found:
        trial.place.expect(
            "spaces", set(spec.spaces) == roles, f"an action space for each of {roles}", spec.spaces
        )
    if "encodable" in found:
        declared = {role for role, held in spec.spaces.items() if held.observations is not None}
        trial.place.expect("spaces", declared == roles, f"an observation space for each of {roles}", declared)
