"""How games, agents and formats are written: ``ismcts(simulations=2000)`` or, for shells, ``ismcts:simulations=2000``.

The same spelling serves the command line, plan files, the API and records.

    >>> parse("dhumbal(players=4, rules=np5)")
    Spelling(name='dhumbal', parameters={'players': 4, 'rules': 'np5'})
    >>> parse("dhumbal:players=4,rules=np5") == parse("dhumbal(players=4, rules=np5)")
    True
    >>> split("@search, tuned, ismcts:simulations=9,depth=2")
    ['@search', 'tuned', 'ismcts:simulations=9,depth=2']
"""

from __future__ import annotations

import ast
import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from arena.errors import BadSpelling

__all__ = ["Spelling", "parse", "spell", "spell_as", "spell_value", "split"]

_NAME = re.compile(r"@?[A-Za-z_][\w.-]*")
_BARE = re.compile(r"[A-Za-z_@/.~][\w./~+@-]*")
_WORDS: Final[dict[str, Any]] = {
    "none": None,
    "true": True,
    "false": False,
    "inf": math.inf,
    "-inf": -math.inf,
    "nan": math.nan,
}


@dataclass(frozen=True)
class Spelling:
    """A name with parameters."""

    name: str
    """The registered name."""
    parameters: Mapping[str, Any]
    """Numbers, truth values, None, text, and tuples of these."""

    def __str__(self) -> str:
        return _joined(self.name, self.parameters)


def parse(text: str) -> Spelling:
    """The name and parameters that `text` spells.

    Raises:
        BadSpelling: if it does not parse; the message shows the place.
    """
    text = text.strip()
    head = _NAME.match(text)
    if head is None:
        raise BadSpelling(f"expected a name, as in 'ismcts(simulations=2000)', got {text!r}")
    name, rest = head.group(), text[head.end() :].strip()
    if not rest:
        return Spelling(name, {})
    bracketed = rest[0] == "(" and rest[-1] == ")"
    if bracketed or rest[0] == ":":
        try:
            return Spelling(name, _parameters(rest[1:-1] if bracketed else rest[1:], text))
        except RecursionError:
            raise BadSpelling(f"brackets are nested too deep in {text[:60]!r}") from None
    raise BadSpelling(f"expected '{name}(key=value, ...)' or '{name}:key=value,...', got {text!r}")


def split(text: str) -> list[str]:
    """The spellings in a comma-separated list; commas inside brackets and between parameters do not part them."""
    pieces: list[str] = []
    for piece in _split_commas(text):
        continues = "=" in piece and ("(" not in piece or piece.index("=") < piece.index("("))
        if pieces and continues and ":" in pieces[-1] and ":" not in piece:
            pieces[-1] += "," + piece
        elif piece:
            pieces.append(piece)
    return pieces


def spell(thing: Any) -> str:
    """The spelling of a game or an agent: its registered name and the parameters that differ from the defaults."""
    return spell_as(thing.spec.name, thing)


def spell_as(name: str, thing: Any) -> str:
    """The spelling of a dataclass that is registered as `name`, such as a learner."""
    changed = {
        field.name: getattr(thing, field.name)
        for field in dataclasses.fields(thing)
        if field.init and getattr(thing, field.name) != _default(field)
    }
    return _joined(name, changed)


def spell_value(value: Any) -> str:
    """A parameter's value as `parse` reads it."""
    if isinstance(value, Enum):
        value = value.value
    if hasattr(value, "item") and hasattr(value, "dtype"):
        value = value.item()
    if isinstance(value, str):
        bare = _BARE.fullmatch(value) and value.lower() not in _WORDS
        return value if bare else repr(value)
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, tuple | list):
        inner = ", ".join(spell_value(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def _joined(name: str, parameters: Mapping[str, Any]) -> str:
    if not parameters:
        return name
    return f"{name}({', '.join(f'{key}={spell_value(value)}' for key, value in parameters.items())})"


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return dataclasses.MISSING


def _parameters(text: str, whole: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for piece in _split_commas(text):
        if not piece:
            continue
        key, equals, value = piece.partition("=")
        key = key.strip()
        if not equals or not key.isidentifier() or not value.strip():
            raise BadSpelling(f"expected 'key=value', got {piece!r} in {whole!r}")
        if key in parameters:
            raise BadSpelling(f"parameter {key!r} stands twice in {whole!r}")
        parameters[key] = _value(value.strip(), whole)
    return parameters


def _value(text: str, whole: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if text[0] == "(" and text[-1] == ")" and not _BARE.match(text):
        return tuple(_value(item, whole) for item in _split_commas(text[1:-1]) if item)
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    if _BARE.fullmatch(text) or (_NAME.match(text) and text.endswith(")")):
        return text
    raise BadSpelling(f"expected a number, a word or a quoted text, got {text!r} in {whole!r}")


def _split_commas(text: str) -> list[str]:
    pieces, depth, quote, start, escaped = [], 0, "", 0, False
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote and not escaped else quote
            escaped = char == "\\" and not escaped
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            pieces.append(text[start:place].strip())
            start = place + 1
        if depth < 0:
            break
    if depth != 0 or quote:
        raise BadSpelling(f"brackets or quotes do not match in {text!r}")
    pieces.append(text[start:].strip())
    return pieces
