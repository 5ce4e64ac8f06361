"""What `arena evaluate --write-card` keeps in the card of a network's file."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.deep.card import Card
    from agents.training.evaluation import Result

__all__ = ["keep_card"]


def keep_card(file: Path, results: Sequence[Result], seed: int) -> None:
    """Write a table of strengths into the card of a file, and how it was trained where its training's folder is at hand.

    Args:
        file: an ONNX file of a policy.
        results: the table.
        seed: the root of the deals.

    Raises:
        BadInput: if the file is no policy, or its card cannot be read.
    """
    from agents.deep.card import Strength, card_of, with_card, with_strengths
    from agents.training.files import write_whole

    model = file.read_bytes()
    strengths = [
        Strength(
            result.opponent,
            result.game,
            round(result.score.mean, 4),
            round(result.score.half_width, 4),
            result.deals,
            _command(file, result, seed),
        )
        for result in results
    ]
    card = _with_training(card_of(model), file)
    write_whole(file, with_strengths(with_card(model, card), strengths))


def _command(file: Path, result: Result, seed: int) -> str:
    """What measures one line of the table again, wherever the file then lies."""
    words = ["arena", "evaluate", file.name, "--game", result.game, "--against", result.opponent]
    return shlex.join([*words, "--blocks", str(result.deals), "--seed", str(seed)])


def _with_training(card: Card, file: Path) -> Card:
    """The card with how the network was trained, where `file` lies in the folder of a training."""
    from agents.training.configuration import parse_run
    from agents.training.folder import RunFolder

    folder = file.absolute().parent
    if not (folder / "run.json").exists():
        return card
    run = parse_run(folder / "run.json")
    last = run.sessions[-1] if run.sessions else None
    lines = list(RunFolder(folder).curve.lines())
    return dataclasses.replace(
        card,
        rules=run.configuration.games,
        command=last.command if last else "",
        hours=round(lines[-1]["timing"]["seconds"] / 3600, 3) if lines else 0.0,
        commit=(last.commit or "") if last else "",
        machine=", ".join(f"{name} {value}" for name, value in last.machine.items()) if last else "",
    )
