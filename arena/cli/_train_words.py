"""How the words of `arena train` and `arena evaluate` are read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from arena.cli import _options
from arena.errors import ArenaError, BadInput, BadParameter

if TYPE_CHECKING:
    from agents.training.configuration import Configuration
    from arena.game import Game

__all__ = ["configured", "default_folder", "fitting", "games_of", "steps_of"]

_STEPS: Final = re.compile(r"(\d+(?:\.\d+)?)([kmg]?)", re.IGNORECASE)
_UNITS: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_DEFAULT_STEPS: Final = 1_000_000
_JUDGES: Final = ("random", "aggressive", "greedy")


def steps_of(text: str) -> int:
    """The number that words such as ``200k``, ``20M``, ``1.5M`` or ``100_000`` mean.

    Raises:
        BadParameter: if they mean none, or nothing above zero.
    """
    found = _STEPS.fullmatch(text.strip().replace("_", ""))
    number = float(found[1]) * _UNITS[found[2].lower()] if found else 0.0
    if number < 1 or number != int(number):
        raise BadParameter(f"expected a number of decisions such as 200k or 20M, got {text!r}")
    return int(number)


def games_of(
    spelled: Sequence[str], rules: str | None, players: str | None, sizes: Sequence[int] = ()
) -> list[Game[Any, Any, Any]]:
    """Every game, by every preset, with every number of players; each once, in this order.

    Args:
        spelled: spellings of games.
        rules: presets by commas; those of the spellings where None.
        players: numbers by commas; those of the spellings, or `sizes`, where None.
        sizes: see `players`.

    Raises:
        BadInput: if one cannot be made.
    """
    presets: list[str | None] = [None] if rules is None else list(_listed("rules", rules))
    tables: list[int | None] = list(sizes) or [None]
    if players is not None:
        tables = [_whole("players", piece) for piece in _listed("players", players)]
    made = [
        _options.chosen_game(game, table, preset)
        for game in spelled
        for preset in presets
        for table in tables
    ]
    return list(dict.fromkeys(made))


def _listed(name: str, text: str) -> list[str]:
    pieces = [piece.strip() for piece in text.split(",")]
    if not all(pieces):
        raise BadParameter(f"expected {name} by commas, got {text!r}")
    return pieces


def _whole(name: str, text: str) -> int:
    if not text.isdecimal():
        raise BadParameter(f"expected {name} by commas, such as 2,3,4, got {text!r}")
    return int(text)


def fitting(names: Sequence[str], games: Sequence[Game[Any, Any, Any]]) -> list[str]:
    """Those of `names` that are registered and play all of `games`."""
    from arena import registry
    from arena.play import misfit

    found = []
    for name in names:
        try:
            agent = registry.make_agent(name)
        except ArenaError:
            continue
        if all(misfit(agent, game) is None for game in games):
            found.append(name)
    return found


def configured(words: Mapping[str, Any], stored: Configuration | None) -> Configuration:
    """The configuration that the options mean; what is None is as in `stored`, or else the default.

    Args:
        words: by name of the field, and ``game``, ``rules`` and ``players``.
        stored: of a training that is resumed; None for a new one.

    Raises:
        BadInput: if a word does not do.
    """
    from pydantic import ValidationError

    from agents.training.configuration import Configuration

    given = {name: value for name, value in words.items() if value is not None}
    base: dict[str, Any] = stored.model_dump() if stored else {}
    games = _games(words, stored)
    read = base | {"games": games}
    for name in ("steps", "checkpoint_every", "evaluate_every"):
        if name in given:
            read[name] = steps_of(given[name])
    for name in ("evaluate_blocks", "patience", "keep", "threads", "seed"):
        if name in given:
            read[name] = given[name]
    read.setdefault("steps", _DEFAULT_STEPS)
    if "learner" in given:
        read["learner"] = _learner(given["learner"], stored, read["steps"])
    for name in ("against", "evaluate_against"):
        if name in given:
            read[name] = _spelled(given[name], games)
    _fill(read)
    try:
        return Configuration.model_validate(read)
    except ValidationError as error:
        found = error.errors()[0]
        place = str(found["loc"][0]).replace("_", "-")
        raise BadParameter(f"{place}: {found['msg'].lower()}, got {found['input']!r}") from error


def _games(words: Mapping[str, Any], stored: Configuration | None) -> tuple[str, ...]:
    from arena.facts import spelling

    named = words.get("games")
    if not named and stored is not None:
        if words.get("rules") is None and words.get("players") is None:
            return stored.games
        raise BadInput("--rules and --players need the GAME beside them")
    if not named:
        raise BadInput("expected GAME LEARNER, such as 'arena train dhumbal ppo', or --resume --out DIR")
    return tuple(spelling(game) for game in games_of(named, words.get("rules"), words.get("players")))


def _learner(spelled: str, stored: Configuration | None, steps: int) -> str:
    """The learner's spelling; its schedules fall over the steps that the training began with."""
    from agents.training.preparing import make_learner, spell_learner

    began = None if stored is None else getattr(make_learner(stored.learner), "horizon", None)
    return spell_learner(spelled, began or steps)


def _spelled(text: str, games: Sequence[str]) -> tuple[str, ...]:
    from arena import registry
    from arena.facts import spelling

    return tuple(spelling(agent) for agent in registry.make_agents(text, registry.make_game(games[0])))


def _fill(read: dict[str, Any]) -> None:
    """The defaults of what neither the options nor the stored training say."""
    from arena import registry, streams

    if "learner" not in read:
        raise BadInput(f"expected a LEARNER beside the game; known: {', '.join(registry.entries('learner'))}")
    read.setdefault("checkpoint_every", max(1, read["steps"] // 50))
    read.setdefault("evaluate_every", max(1, read["steps"] // 20))
    read.setdefault("evaluate_blocks", 1000)
    if "evaluate_against" not in read:
        games = [registry.make_game(game) for game in read["games"]]
        read["evaluate_against"] = tuple(fitting(_JUDGES, games))
    if "seed" not in read:
        read["seed"] = streams.fresh_seed()


def default_folder(configuration: Configuration) -> Path:
    """Where a training of this configuration is kept: among the user's data, or in the folder that ``ARENA_HOME`` names."""
    import platformdirs

    from arena import codec
    from arena.spelling import parse

    home = os.environ.get("ARENA_HOME")
    folder = Path(home) if home else Path(platformdirs.user_data_dir("agent-arena", appauthor=False))
    game, learner = parse(configuration.games[0]).name, parse(configuration.learner).name
    what = configuration.model_dump(exclude={"steps", "patience"})
    return folder / "runs" / f"{game}-{learner}-{codec.digest(codec.canonical(what), size=4)}"
