"""Spellings: what is spelled parses to the same, and what does not parse is refused at the place."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.errors import BadSpelling
from arena.spelling import Spelling, parse, spell, spell_value, split

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True)
KEYS = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=6)


@given(NAMES, st.dictionaries(KEYS, VALUES, max_size=4))
def test_what_is_spelled_parses_to_the_same(name: str, parameters: dict[str, Any]) -> None:
    """Names and parameters come back, whatever the texts hold: brackets, quotes, commas, words such as none."""
    spelling = Spelling(name, parameters)
    assert parse(str(spelling)) == spelling
    assert parse(f"  {spelling} ") == spelling


@given(st.lists(st.builds(Spelling, NAMES, st.dictionaries(KEYS, VALUES, max_size=3)), max_size=4))
def test_lists_split_where_they_were_joined(spellings: list[Spelling]) -> None:
    """A comma inside brackets or quotes parts nothing."""
    assert [parse(piece) for piece in split(", ".join(map(str, spellings)))] == spellings


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("dhumbal", {}),
        ("dhumbal()", {}),
        ("dhumbal(players=4, rules=np5)", {"players": 4, "rules": "np5"}),
        ("dhumbal:players=4,rules=np5", {"players": 4, "rules": "np5"}),
        (
            "x(a=1e-3, b=-2, c=+3, d=inf, e=-inf)",
            {"a": 0.001, "b": -2, "c": 3, "d": math.inf, "e": -math.inf},
        ),
        ("x(a=none, b=True, c=FALSE, d='none')", {"a": None, "b": True, "c": False, "d": "none"}),
        ("x(a=(1, 2), b=(3,), c=(), d=[1, 2])", {"a": (1, 2), "b": (3,), "c": (), "d": [1, 2]}),
        ("x(path=./weights/best.onnx, at=~/a+b@c)", {"path": "./weights/best.onnx", "at": "~/a+b@c"}),
        ("x(base=ismcts(simulations=5, depth=2), n=1)", {"base": "ismcts(simulations=5, depth=2)", "n": 1}),
        (r"x(a='it\'s, (ok', b=\"q\")".replace(r"\"", '"'), {"a": "it's, (ok", "b": "q"}),
        ("x(a={'k': 1, 'l': 2})", {"a": {"k": 1, "l": 2}}),
        ("@search", {}),
    ],
)
def test_texts_that_people_type(text: str, parameters: dict[str, Any]) -> None:
    """Both forms, numbers, words, tuples, paths, nested spellings and quoted texts."""
    assert parse(text).parameters == parameters


def test_not_a_number_is_a_word() -> None:
    """Nan is spelled and read like the infinities."""
    assert math.isnan(parse("x(a=nan)").parameters["a"])
    assert spell_value(math.nan) == "nan"
    assert spell_value("nan") == "'nan'"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "@search, tuned, ismcts:simulations=9,depth=2",
            ["@search", "tuned", "ismcts:simulations=9,depth=2"],
        ),
        ("a:x=1,b:y=2,z=3,c", ["a:x=1", "b:y=2,z=3", "c"]),
        ("a(x=1, y=2),b", ["a(x=1, y=2)", "b"]),
        ("all,-random", ["all", "-random"]),
        ("a:x=1,b(y=2)", ["a:x=1", "b(y=2)"]),
        ("", []),
        (" a ,, b ", ["a", "b"]),
    ],
)
def test_lists_that_people_type(text: str, pieces: list[str]) -> None:
    """Parameters after a colon stay with their name; empty pieces are nothing."""
    assert split(text) == pieces


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a name"),
        ("(a=1)", "expected a name"),
        ("9x", "expected a name"),
        ("x y", r"expected 'x\(key=value, \.\.\.\)' or"),
        ("x(a=1", "expected 'x"),
        ("x(a=(1)", "do not match"),
        ("x(a=1))", "do not match"),
        ("x(a='1)", "do not match"),
        ("x(a=1)(b=2)", "do not match"),
        ("x(a)", "expected 'key=value', got 'a'"),
        ("x(=1)", "expected 'key=value', got '=1'"),
        ("x(a=)", "expected 'key=value', got 'a='"),
        ("x(a b=1)", "expected 'key=value'"),
        ("x(1a=1)", "expected 'key=value'"),
        ("x(a=1, a=2)", "parameter 'a' stands twice"),
        ("x(a=1 2)", "expected a number, a word or a quoted text, got '1 2'"),
        ("x(a=$)", "expected a number, a word or a quoted text"),
        ("x(a=" + "(" * 1100 + ")" * 1100 + ")", "nested too deep"),
    ],
)
def test_what_does_not_parse_is_refused(text: str, message: str) -> None:
    """The message shows the piece and what was expected."""
    with pytest.raises(BadSpelling, match=message):
        parse(text)


@given(st.text(max_size=40))
def test_any_text_parses_or_is_refused(text: str) -> None:
    """Nothing but BadSpelling comes of hostile text."""
    for use in (parse, split):
        with contextlib.suppress(BadSpelling):
            assert use(text) is not None


class Rules(Enum):
    """A parameter that is an enumeration."""

    NP5 = "np5"
    NP10 = "np10"


@dataclass(frozen=True)
class Thing:
    """Something to spell."""

    players: int = 4
    rules: Rules = Rules.NP5
    weights: tuple[float, ...] = ()
    made: list[int] = field(default_factory=list)
    inner: int = field(default=0, init=False)

    @property
    def spec(self) -> Any:
        return SimpleNamespace(name="thing")


def test_only_what_differs_is_spelled() -> None:
    """Defaults, also those of factories, and what is no parameter are left out."""
    assert spell(Thing()) == "thing"
    assert (
        spell(Thing(5, Rules.NP10, (0.5,), [1])) == "thing(players=5, rules=np10, weights=(0.5,), made=(1,))"
    )
    odd = Thing()
    object.__setattr__(odd, "inner", 5)
    assert spell(odd) == "thing"
    assert spell_value(np.float64(0.5)) == "0.5"
    assert spell_value(np.int64(3)) == "3"


def test_a_parameter_without_default_is_spelled() -> None:
    """There is nothing that it could be equal to."""

    @dataclass(frozen=True)
    class Needy:
        path: str

        @property
        def spec(self) -> Any:
            return SimpleNamespace(name="needy")

    assert spell(Needy("best.onnx")) == "needy(path=best.onnx)"
