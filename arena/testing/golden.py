"""Golden transcripts: a match of random play that a person can read, kept beside the tests.

A transcript is made anew by ``python -m arena.testing tests/golden NAME``; read what changed before you keep it. A change
that the same seed and actions bring about means a new `GameSpec.version`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from arena.capabilities import capabilities
from arena.game import Game
from arena.legal import Finite
from arena.spelling import spell
from arena.testing._law import Place
from arena.testing._trial import Moment, walk

__all__ = ["SEED", "golden_path", "transcript", "write_golden"]

SEED: Final = 7
"""The deal of golden transcripts."""
_STEPS: Final = 24
"""Steps at the beginning that are written out."""
_ACTIONS: Final = 16
"""Legal actions that are written out."""


def transcript(game: Game[Any, Any, Any], seed: int = SEED) -> str:
    """A match of uniform legal play as text: the facts, the first steps in full, and the end.

    Args:
        game: the rules.
        seed: the deal, and the root of the play.
    """
    lines = _facts(game, seed)
    rewards = None
    for moment in walk(game, seed, Place("", "")):
        if rewards is not None and moment.step <= _STEPS:
            lines.append(f"rewards: {_row(game.rewards(moment.state))}")
        rewards = game.rewards(moment.state)
        if not moment.actors:
            lines += _end(game, moment)
        elif moment.step < _STEPS:
            lines += _step(game, moment)
        elif moment.step == _STEPS:
            lines += ["", "... and so on ..."]
    return "\n".join(lines) + "\n"


def _facts(game: Game[Any, Any, Any], seed: int) -> list[str]:
    spec = game.spec
    return [
        f"{spec.title}: {spec.summary}",
        f"game: {spell(game)}, version {spec.version}, seed {seed}",
        f"players: {spec.players} ({', '.join(dict.fromkeys(spec.roles))}), {spec.dynamics.value}",
        f"information: {spec.information.value}, utility: {spec.utility.value}",
        f"returns: {spec.returns[0]:g} to {spec.returns[1]:g}, horizon: {spec.horizon}",
        f"metrics: {', '.join(f'{metric.name} ({metric.unit})' for metric in spec.metrics)}",
        f"capabilities: {', '.join(capabilities(game)) or 'none'}",
    ]


def _step(game: Game[Any, Any, Any], moment: Moment) -> list[str]:
    lines = ["", f"step {moment.step}"]
    for player in moment.actors:
        lines.append(f"player {player} sees:")
        lines += [
            f"    {line}".rstrip() for line in game.describe(game.view(moment.state, player)).splitlines()
        ]
        legal = game.legal(moment.state, player)
        if isinstance(legal, Finite):
            shown = [game.say(action) for action, _ in zip(legal, range(_ACTIONS), strict=False)]
            more = ", ..." if len(legal) > _ACTIONS else ""
            lines.append(f"may ({len(legal)}): {', '.join(shown)}{more}")
        else:
            lines.append(f"may: {legal.expected()}")
        lines.append(f"does: {game.say(moment.actions[player])}")
    return lines


def _end(game: Game[Any, Any, Any], moment: Moment) -> list[str]:
    outcome = game.outcome(moment.state)
    lines = ["", f"after {moment.step} steps"]
    for player in range(game.spec.players):
        lines.append(f"player {player} sees:")
        lines += [
            f"    {line}".rstrip() for line in game.describe(game.view(moment.state, player)).splitlines()
        ]
    if outcome is not None:
        cut = ", truncated" if outcome.truncated else ""
        lines += [f"over: {outcome.reason}{cut}", f"returns: {_row(outcome.returns)}"]
        lines += [f"{name}: {_row(values)}" for name, values in outcome.metrics.items()]
    return lines


def _row(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.6g}" for value in values)


def golden_path(folder: Path, game: Game[Any, Any, Any]) -> Path:
    """The file of the golden transcript of `game`."""
    return folder / f"{game.spec.name}.txt"


def write_golden(folder: Path, game: Game[Any, Any, Any]) -> Path:
    """Write the golden transcript of `game`, over an old one if there is one; returns its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = golden_path(folder, game)
    path.write_text(transcript(game), encoding="utf-8")
    return path
