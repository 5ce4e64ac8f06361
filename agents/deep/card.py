"""Model cards: what a network is, how it was made, and how strong it was found.

The form follows Mitchell et al. 2019, Model Cards for Model Reporting, FAT* (Conference on Fairness, Accountability, and
Transparency).

A card lies in the metadata of the ONNX file as JSON. It is no part of the file's digest, so that measurements can be added
without another network coming of it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from agents.deep.onnx_wire import onnx_parts, with_metadata
from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import Header, policy_digest, read
from arena.errors import BadInput, BadParameter

__all__ = ["Card", "Strength", "card_of", "markdown", "with_card", "with_strengths"]

_KEY: Final = "card"


@dataclass(frozen=True)
class Strength:
    """One line of the table of strengths."""

    opponent: str
    """The spelling of who sat on all other seats."""
    game: str
    """The spelling of the game."""
    mean: float
    """The network's mean return a deal, in the unit of the game."""
    half_width: float
    """Half the width of its 95 % interval, over deals."""
    blocks: int
    """How many deals, each played from every seat."""
    command: str
    """What measures it again."""


@dataclass(frozen=True)
class Card:
    """What the header does not tell."""

    rules: tuple[str, ...] = ()
    """The spellings of the games it was trained for: presets and numbers of players."""
    command: str = ""
    """What trains it again."""
    hours: float = 0.0
    """How long that took, in hours."""
    machine: str = ""
    """On what."""
    commit: str = ""
    """By which commit of the sources, with ``+`` where they were changed since; empty where it is not known."""
    notes: str = ""
    """Anything else that whoever uses it ought to know."""
    strengths: tuple[Strength, ...] = ()
    """How strong it was found, on deals that it was not trained or chosen on."""


def card_of(model: bytes) -> Card:
    """The card in a file of `agents.deep.policy_file.write`; an empty one where it has none.

    Raises:
        BadInput: if there is one that cannot be read.
    """
    text = onnx_parts(model).metadata.get(_KEY)
    if text is None:
        return Card()
    try:
        raw: dict[str, Any] = json.loads(text)
        strengths = tuple(Strength(**row) for row in raw.pop("strengths", ()))
        return Card(**{**raw, "rules": tuple(raw.get("rules", ())), "strengths": strengths})
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"the card of the policy cannot be read: {error}") from error


def with_card(model: bytes, card: Card) -> bytes:
    """The file with `card` in place of the one it had; network, header and digest stay as they are."""
    text = json.dumps(dataclasses.asdict(card), sort_keys=True, allow_nan=False)
    return with_metadata(model, _KEY, text)


def with_strengths(model: bytes, strengths: Sequence[Strength]) -> bytes:
    """The file with `strengths` in its card; those of the same opponent and game take the place of older ones.

    Raises:
        BadInput: if the card cannot be read.
        BadParameter: if one has fewer than two deals or no finite interval.
    """
    card = card_of(model)
    for strength in strengths:
        if strength.blocks < 2 or not 0.0 <= strength.half_width < float("inf"):
            raise BadParameter(f"expected an interval over two deals or more, got {strength!r}")
    kept = {(one.opponent, one.game): one for one in (*card.strengths, *strengths)}
    return with_card(model, dataclasses.replace(card, strengths=tuple(kept.values())))


def markdown(model: bytes, title: str) -> str:
    """The card of a file as a page of Markdown.

    Args:
        model: what the file holds.
        title: of the page.

    Raises:
        BadInput: if the file or its card cannot be read.
    """
    perceptron, header = read(model)
    card = card_of(model)
    facts = _facts(perceptron, header, card, policy_digest(model), len(model))
    lines = [f"# {title}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {_cell(text)} |" for name, text in facts if text]
    if card.notes:
        lines += ["", card.notes]
    if card.strengths:
        lines += ["", "| against | game | mean | 95 % | deals | command |", "|---|---|---:|---:|---:|---|"]
        lines += [_row(strength) for strength in card.strengths]
    return "\n".join(lines) + "\n"


def _facts(
    perceptron: Perceptron, header: Header, card: Card, digest: str, size: int
) -> list[tuple[str, str]]:
    return [
        ("game", header.game),
        ("trained for", ", ".join(f"`{rules}`" for rules in card.rules)),
        ("task", header.task),
        ("learner", _code(header.learner)),
        ("command", _code(card.command)),
        ("seed", str(header.seed)),
        ("decisions", f"{header.steps:,}" if header.steps else ""),
        ("hours", f"{card.hours:.1f}" if card.hours else ""),
        ("machine", card.machine),
        ("network", f"{'-'.join(map(str, perceptron.sizes))}, {header.kind}"),
        ("encoding", header.encoding),
        ("agent-arena", f"{header.version} {card.commit}".strip()),
        ("digest", _code(digest)),
        ("size", f"{size:,} bytes"),
    ]


def _row(strength: Strength) -> str:
    cells = (_code(strength.opponent), _code(strength.game), f"{strength.mean:+.3f}")
    more = (f"± {strength.half_width:.3f}", f"{strength.blocks:,}", _code(strength.command))
    return f"| {' | '.join(_cell(cell) for cell in (*cells, *more))} |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
