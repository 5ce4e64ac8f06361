"""Plain data survives the codec, equal data has equal bytes, and hostile input is refused in words."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import math
from collections import OrderedDict, namedtuple
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from arena import codec
from arena.errors import BadInput


@dataclasses.dataclass(frozen=True)
class Hand:
    """A dataclass to send."""

    cards: tuple[int, ...]
    name: Any = None


CLASSES = {"Hand": Hand}
ATOMS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
KEYS = (
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.tuples(st.integers(), st.text())
)
PLAIN = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(Hand, st.lists(st.integers(), max_size=3).map(tuple), inner)
    ),
    max_leaves=12,
)
ARRAYS = hnp.arrays(
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | hnp.floating_dtypes(),
    hnp.array_shapes(min_dims=0, min_side=0),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$t", "$b", "$d", "$f", "$a", "$c", "$x", "a"]), inner, max_size=2)
    ),
    max_leaves=10,
)


@given(PLAIN)
def test_plain_data_survives(value: Any) -> None:
    """Values, and the types of tuples, lists, texts and bytes, come back through JSON text."""
    again = codec.loads(codec.dumps(value), CLASSES)
    assert again == value
    assert repr(again) == repr(value)
    assert codec.canonical(again) == codec.canonical(value)


@given(ARRAYS)
def test_arrays_survive(array: np.ndarray[Any, Any]) -> None:
    """Arrays of numbers come back bit for bit, with their shape and type, and can be written into."""
    again = codec.loads(codec.dumps({"a": array}))["a"]
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    assert again.tobytes() == array.tobytes()
    assert again.flags.writeable


def test_structured_arrays_survive() -> None:
    """Records with fields, nested and with shapes, as compiled games use them."""
    inner = np.dtype([("rank", "<i2"), ("suits", "u1", (4,))])
    array = np.zeros(3, np.dtype([("card", inner), ("value", "<f8")]))
    array["card"]["suits"][1] = (1, 2, 3, 4)
    again = codec.loads(codec.dumps(array))
    assert again.dtype == array.dtype
    assert again.tobytes() == array.tobytes()


def test_other_types_become_plain_ones() -> None:
    """NumPy scalars, enumerations, named tuples and other mappings become what they stand for."""

    class Colour(StrEnum):
        RED = "red"

    class Rank(IntEnum):
        ACE = 1

    pair = namedtuple("pair", "a b")  # noqa: PYI024  # any tuple will do
    value = [np.int64(3), np.float32(0.5), np.bool_(True), Colour.RED, Rank.ACE, pair(1, 2), OrderedDict(a=1)]
    again = codec.loads(codec.dumps(value))
    assert again == [3, 0.5, True, "red", 1, (1, 2), {"a": 1}]
    assert [type(item) for item in again] == [int, float, bool, str, int, tuple, dict]


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_numbers_that_json_lacks_survive(value: float) -> None:
    """Infinities and not-a-number are spelled, and the text stays strict JSON."""
    text = codec.dumps([value])
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert repr(codec.loads(text)) == repr([value])


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, lambda: 0, np.array([object()]), 1j, Hand, np.longdouble(1), [{"a": (object(),)}]],
)
def test_what_is_not_plain_data_is_refused(value: Any) -> None:
    """The message shows what came."""
    for use in (codec.encode, codec.canonical, codec.dumps, codec.snapshot):
        with pytest.raises(BadInput, match=r"expected (plain data|an array of numbers).*got"):
            use(value)


def test_data_that_holds_itself_is_refused() -> None:
    """Endless data is an error, not a crash."""
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(BadInput, match="nested too deep or holding itself"):
        codec.dumps(endless)


@given(PLAIN, PLAIN)
def test_equal_bytes_mean_equal_data(one: Any, other: Any) -> None:
    """Canonical bytes are equal for equal data of the same types, and differ otherwise (floats to nine places)."""
    same = codec.canonical(one) == codec.canonical(other)
    if codec.dumps(one) == codec.dumps(other):
        assert same
    if same:
        assert codec.canonical(codec.loads(codec.dumps(one), CLASSES)) == codec.canonical(other)


def test_what_canonical_bytes_do_not_see() -> None:
    """The order of keys, the sign of zero, and what lies beyond nine places, also inside arrays."""
    same = [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1: "x", (2,): "y"}, {(2,): "y", 1: "x"}),
        (0.0, -0.0),
        (0.1 + 0.2, 0.3),
        (np.array([0.1 + 0.2, -0.0]), np.array([0.3, 0.0])),
        (math.nan, -math.nan),
    ]
    for one, other in same:
        assert codec.canonical(one) == codec.canonical(other)
    different = [(1, 1.0), (1, True), ((1,), [1]), ("1", 1), (b"1", "1"), (1e-8, 0.0), (None, ()), ({}, [])]
    for one, other in different:
        assert codec.canonical(one) != codec.canonical(other)
    assert codec.canonical(0.3, digits=0) == codec.canonical(0.4, digits=0)


def test_snapshots_are_deep_and_need_no_classes() -> None:
    """What is written into the original later is not in the copy; dataclasses become dictionaries."""
    inner = [1, 2]
    taken = codec.snapshot({"hand": Hand((1,), inner), "array": np.arange(2)})
    inner.append(3)
    assert taken["hand"] == {"cards": (1,), "name": [1, 2]}
    assert taken["array"].tolist() == [0, 1]


@given(JSON)
def test_hostile_json_is_decoded_or_refused(value: Any) -> None:
    """Whatever JSON holds is plain data or bad input, never another error."""
    with contextlib.suppress(BadInput):
        assert codec.canonical(codec.decode(value, CLASSES))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected JSON"),
        ("[1", "expected JSON"),
        ("[NaN]", "NaN is no JSON"),
        ("[" * 100_000, "expected JSON|nested too deep"),
        ("9" * 5000, "expected JSON"),
        ('{"$x": 1}', r"expected one of \$t \$b \$d \$f \$a \$c, got '\$x'"),
        ('{"$t": 1}', r"got \$t"),
        ('{"$b": "no base64!"}', r"got \$b"),
        ('{"$d": [[[1], 2]]}', r"got \$d"),
        ('{"$d": [1]}', r"got \$d"),
        ('{"$f": "1.5"}', r"got \$f"),
        ('{"$f": []}', r"got \$f"),
        ('{"$c": ["os.system", {}]}', r"expected one of the classes \['Hand'\], got 'os.system'"),
        ('{"$c": ["Hand", {"nothing": 1}]}', r"got \$c"),
        ('{"$c": ["Hand", []]}', r"got \$c"),
        ('{"$c": [["Hand"], {}]}', r"got \$c"),
        ('{"$a": ["|O", [1], "AAAAAAAAAAA="]}', "an array of numbers, got dtype object"),
        ('{"$a": ["<f8", [2], "AAAA"]}', r"got \$a"),
        ('{"$a": ["<f8", [1000000000000], ""]}', r"got \$a"),
        ('{"$a": ["(((", [1], ""]}', r"got \$a"),
        ('{"$a": [[["x"]], [1], ""]}', r"got \$a"),
        ('{"$a": 5}', r"got \$a"),
    ],
)
def test_damaged_text_is_refused(text: str, message: str) -> None:
    """Each tag checks what it wraps, no class is called that was not named, no object array is made."""
    with pytest.raises(BadInput, match=message):
        codec.loads(text, CLASSES)


def test_deep_data_is_refused() -> None:
    """Data that parses and is nested too deep to decode is bad input."""
    deep: Any = 1
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(BadInput, match="nested too deep"):
        codec.decode(deep)


def test_digests_set_pieces_off() -> None:
    """A digest depends on where one piece ends and the next begins; the value never changes."""
    assert codec.digest(b"a", b"b") == "6a93c5780b9861cdd8d2761a748d9591"
    assert codec.digest(b"ab") != codec.digest(b"a", b"b") != codec.digest(b"", b"ab")
    assert len(codec.digest(size=8)) == 16


def test_canonical_bytes_never_change() -> None:
    """Golden bytes: the digests of all records are made of them."""
    value = {"b": (1, 2.5, None), "a": [True, b"\x00", Hand((3,), "x")], "c": {1: np.array([0.5])}}
    assert codec.canonical(value) == (
        b'{"a":[true,{"$b":"AA=="},{"$c":["Hand",{"cards":{"$t":[3]},"name":"x"}]}],'
        b'"b":{"$t":[1,2.5,null]},"c":{"$d":[[1,{"$a":["<f8",[1],"AAAAAAAA4D8="]}]]}}'
    )
    assert base64.b64decode("AAAAAAAA4D8=") == np.array([0.5]).tobytes()
