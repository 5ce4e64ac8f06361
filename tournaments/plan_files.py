"""Plan files: a tournament in TOML, the same words as the command line's.

game = "dhumbal(players=4)"
agents = ["tuned", "ismcts(simulations=200)", "random"]     # or "all", "@search"
seed = 7

[stop]
blocks = 1000
until = "decided"                                           # or earlier, when every pair is decided or equivalent
epsilon = 0.02                                              # what counts as no difference

[conditions]
faults = "void"
patience_s = 10.0                                           # "none" waits for ever
"""

from __future__ import annotations

import json
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, StrictInt, ValidationError

from arena.conditions import Access, Budget, Conditions, FaultPolicy
from arena.contest import Plan, Stop
from arena.errors import BadInput, BadPlan, NotCapable, nearest
from tournaments.plan import CORRECTIONS, SEATINGS, UNTIL, make_plan

__all__ = ["parse_plan", "plan_toml", "read_plan"]

_LARGEST: Final = 1 << 20
"""Bytes of a plan file; more is no plan."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _StopWords(_Words):
    blocks: StrictInt | None = None
    seconds: float | None = None
    until: Literal["decided"] | None = None
    epsilon: float | None = None


class _ConditionsWords(_Words):
    access: Access = Access.RULES
    simulations: StrictInt | None = None
    seconds: float | None = None
    faults: FaultPolicy = FaultPolicy.STAND_IN
    retries: StrictInt = 0
    step_limit: StrictInt | None = None
    patience_s: float | Literal["none"] = 60.0
    memory_mb: StrictInt | None = None


class _PlanWords(_Words):
    game: str
    agents: str | list[str]
    seed: StrictInt | None = None
    format: str = "round-robin"
    by: str | None = None
    seatings: Literal["rotations", "fixed"] = "rotations"
    correction: Literal["holm", "max-t"] = "holm"
    stop: _StopWords = _StopWords()
    conditions: _ConditionsWords = _ConditionsWords()


def read_plan(path: str | Path) -> Plan:
    """The plan in a file.

    Raises:
        BadPlan: if it cannot be read, is no plan or cannot be played; the message names file, field and value.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise BadPlan(f"{path}: a plan has at most {_LARGEST:,} bytes")
        text = data.decode()
    except OSError as error:
        raise BadPlan(f"cannot read the plan {str(path)!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadPlan(f"{path}: expected a text in UTF-8, got byte {error.start} that is none") from error
    return parse_plan(text, str(path))


def parse_plan(text: str, source: str = "plan") -> Plan:
    """The plan that a TOML text spells; a seed is drawn where it names none.

    Args:
        text: the text.
        source: what to call it in errors.

    Raises:
        BadPlan: if it is no plan or cannot be played; the message names field and value.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan(f"{source}: expected TOML: {error}") from error
    try:
        words = _PlanWords.model_validate(found)
    except ValidationError as error:
        raise BadPlan(f"{source}: {'; '.join(_said(problem) for problem in error.errors())}") from error
    try:
        return _plan(words)
    except (BadInput, NotCapable) as error:
        raise BadPlan(f"{source}: {error}") from error


def _plan(words: _PlanWords) -> Plan:
    said = words.conditions
    conditions = Conditions(
        access=said.access,
        budget=Budget(said.simulations, said.seconds),
        faults=said.faults,
        retries=said.retries,
        step_limit=said.step_limit,
        patience_s=None if said.patience_s == "none" else said.patience_s,
        memory_mb=said.memory_mb,
    )
    return make_plan(
        words.game,
        words.agents,
        seed=words.seed,
        format=words.format,
        conditions=conditions,
        stop=Stop(words.stop.blocks, words.stop.seconds, words.stop.until, words.stop.epsilon),
        by=words.by,
        seatings=words.seatings,
        correction=words.correction,
    )


def plan_toml(plan: Plan) -> str:
    """The text of the plan file that stands for `plan`; what is as by default is left out."""
    lines = _lines(
        {
            "game": plan.game,
            "agents": list(plan.agents),
            "seed": plan.seed,
            "format": _unless(plan.format, "round-robin"),
            "by": plan.by,
            "seatings": _unless(plan.seatings, "rotations"),
            "correction": _unless(plan.correction, "holm"),
        }
    )
    ends = plan.stop
    stop = _lines(
        {"blocks": ends.blocks, "seconds": ends.seconds, "until": ends.until, "epsilon": ends.epsilon}
    )
    if stop:
        lines += ["", "[stop]", *stop]
    had, usual = plan.conditions, Conditions()
    conditions = _lines(
        {
            "access": _unless(had.access.value, usual.access.value),
            "simulations": had.budget.simulations,
            "seconds": had.budget.seconds,
            "faults": _unless(had.faults.value, usual.faults.value),
            "retries": _unless(had.retries, usual.retries),
            "step_limit": had.step_limit,
            "patience_s": "none" if had.patience_s is None else _unless(had.patience_s, usual.patience_s),
            "memory_mb": had.memory_mb,
        }
    )
    if conditions:
        lines += ["", "[conditions]", *conditions]
    return "\n".join(lines) + "\n"


def _unless(value: Any, usual: Any) -> Any:
    return None if value == usual else value


def _lines(values: dict[str, Any]) -> list[str]:
    return [f"{name} = {_toml(value)}" for name, value in values.items() if value is not None]


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, str):
        # A JSON string is a TOML one, but for the delete character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _said(problem: Any) -> str:
    """One problem that pydantic found, in the house's words."""
    place = [str(part) for part in problem["loc"]]
    name = place[-1] if place else "the plan"
    if problem["type"] == "extra_forbidden":
        known = _known(place[:-1])
        guess = nearest(name, known)
        hint = f"did you mean {guess!r}? " if guess else ""
        where = f" in [{'.'.join(place[:-1])}]" if place[:-1] else ""
        return f"unknown key {name!r}{where}: {hint}(known: {', '.join(sorted(known))})"
    if problem["type"] == "missing":
        return f"expected a key {name!r}, got none"
    field = ".".join(part for part in place if part in _FIELDS or part.isdecimal())
    got = problem["input"]
    expected = _expected(place)
    guess = nearest(str(got), _choices(place))
    return f"{field}: expected {expected}, got {got!r}" + (f"; did you mean {guess!r}?" if guess else "")


_TABLES: Final[dict[str, type[_Words]]] = {"stop": _StopWords, "conditions": _ConditionsWords}
_FIELDS: Final = {*_PlanWords.model_fields, *_StopWords.model_fields, *_ConditionsWords.model_fields}
_ENUMS: Final[dict[str, type[StrEnum]]] = {"access": Access, "faults": FaultPolicy}
_PLAIN: Final = {"seatings": SEATINGS, "until": UNTIL, "correction": CORRECTIONS}
_WORDS: Final = {
    "game": "a text",
    "agents": "a list of texts, or one text such as 'all'",
    "seed": "a whole number",
    "format": "a text",
    "by": "a text",
    "stop": "a table",
    "conditions": "a table",
    "seconds": "a number",
    "epsilon": "a number",
    "patience_s": "a number, or 'none'",
}


def _known(place: list[str]) -> list[str]:
    words = _TABLES[place[0]] if place else _PlanWords
    return list(words.model_fields)


def _choices(place: list[str]) -> list[str]:
    for name in place:
        if name in _ENUMS:
            return [choice.value for choice in _ENUMS[name]]
        if name in _PLAIN:
            return list(_PLAIN[name])
    return []


def _expected(place: list[str]) -> str:
    choices = _choices(place)
    if choices:
        return " or ".join(repr(choice) for choice in choices)
    named = [part for part in place if part in _FIELDS]
    return _WORDS.get(named[-1] if named else "", "a whole number")
