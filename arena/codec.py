"""Plain data: the one codec of records, sandboxes, remote agents and the browser.

Views and actions are built from None, bool, int, float, str, bytes, tuples, lists, dicts, frozen dataclasses and
NumPy arrays and scalars. `encode` turns them into what JSON can hold, `decode` back; `canonical` gives the bytes by
which two views are equal. JSON has fewer types than that, so the others are wrapped in one-key objects:

    tuple      {"$t": [...]}              bytes      {"$b": base64}
    dict       {...} with text keys, else {"$d": [[key, value], ...]}
    ndarray    {"$a": [dtype, shape, base64]}
    dataclass  {"$c": [class name, {...}]}
    inf, nan   {"$f": "inf"}

Enumerations become their values, NumPy scalars Python numbers, named tuples tuples.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

import numpy as np

from arena.errors import BadInput

__all__ = ["canonical", "decode", "digest", "dumps", "encode", "loads", "snapshot"]

_ATOMS: Final = frozenset({type(None), bool, int, str})
_TEXT: Final = frozenset({str})
_wraps: Final = operator.methodcaller("startswith", "$")
_Encoder = Callable[[Any, "int | None"], Any]


def encode(value: Any) -> Any:
    """`value` as nested lists, objects with text keys, text, numbers, booleans and null.

    Raises:
        BadInput: if `value` holds something that is not plain data.
    """
    return value if type(value) in _ATOMS else _ENCODER[type(value)](value, None)


def canonical(value: Any, digits: int = 9) -> bytes:
    """The bytes by which two pieces of plain data are equal: keys sorted, floats rounded to `digits` places.

    Raises:
        BadInput: if `value` holds something that is not plain data.
    """
    plain = value if type(value) in _ATOMS else _ENCODER[type(value)](value, digits)
    return _CANONICAL.encode(plain).encode()


_CANONICAL: Final = json.JSONEncoder(
    separators=(",", ":"), sort_keys=True, allow_nan=False, check_circular=False
)


def _items(values: Any, digits: int | None) -> list[Any]:
    # Most are plain: numbers of seats, actions, microseconds. One look at all costs less than one at each.
    if _ATOMS.issuperset(map(type, values)):
        return list(values)
    return [value if type(value) in _ATOMS else _ENCODER[type(value)](value, digits) for value in values]


def _tuple(value: Any, digits: int | None) -> Any:
    return {"$t": _items(value, digits)}


def _float(value: Any, digits: int | None) -> Any:
    if not math.isfinite(value):
        return {"$f": repr(float(value))}
    return float(value) if digits is None else round(float(value), digits) + 0.0  # -0.0 and 0.0 are equal


def _scalar(value: Any, digits: int | None) -> Any:
    plain = value.item()
    if isinstance(plain, np.generic):  # a long double is its own item
        raise BadInput(f"expected plain data (numbers, text, tuples, dataclasses, arrays), got {value!r}")
    return plain if type(plain) in _ATOMS else _ENCODER[type(plain)](plain, digits)


def _mapping(value: Any, digits: int | None) -> Any:
    if _TEXT.issuperset(map(type, value)) and not any(map(_wraps, value)):
        return dict(zip(value, _items(value.values(), digits), strict=True))
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return dict(zip(map(str, value), _items(value.values(), digits), strict=True))
    pairs = [list(pair) for pair in zip(_items(value, digits), _items(value.values(), digits), strict=True)]
    if digits is not None:
        pairs.sort(key=lambda pair: _CANONICAL.encode(pair[0]))
    return {"$d": pairs}


def _array(value: Any, digits: int | None) -> Any:
    if value.dtype.hasobject:
        raise BadInput(f"expected an array of numbers, got dtype {value.dtype}")
    if digits is not None and value.dtype.kind == "f":
        value = np.round(value, digits) + 0.0
    # A structured dtype is spelled by its fields; a plain one by its short name such as "<f8".
    spelled = _listed(value.dtype.descr) if value.dtype.names else value.dtype.str
    raw = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
    return {"$a": [spelled, list(value.shape), raw]}


def _listed(spelled: Any) -> Any:
    return [_listed(item) for item in spelled] if isinstance(spelled, list | tuple) else spelled


def _dataclass(value: Any, digits: int | None) -> Any:
    names = _field_names(value.__class__)
    fields = dict(zip(names, _items([getattr(value, name) for name in names], digits), strict=True))
    return {"$c": [type(value).__name__, fields]}


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _refuse(value: Any, _: int | None) -> Any:
    raise BadInput(f"expected plain data (numbers, text, tuples, dataclasses, arrays), got {value!r}")


_ENCODERS: Final[tuple[tuple[type, _Encoder], ...]] = (
    # Subclasses of text and numbers first: an enumeration's member or a NumPy float is one of them.
    (str, lambda value, _: str.__str__(value)),
    (int, lambda value, _: int(value)),
    (float, _float),
    (np.generic, _scalar),
    (tuple, _tuple),
    (list, _items),
    (bytes, lambda value, _: {"$b": base64.b64encode(value).decode()}),
    (Mapping, _mapping),
    (np.ndarray, _array),
)


class _ByType(dict[type, _Encoder]):
    """The encoder of each type met so far; those of new types are found by what they derive from."""

    def __missing__(self, kind: type) -> _Encoder:
        other: _Encoder = _dataclass if dataclasses.is_dataclass(kind) else _refuse
        self[kind] = next((encoder for base, encoder in _ENCODERS if issubclass(kind, base)), other)
        return self[kind]


_ENCODER: Final = _ByType()


def decode(value: Any, classes: Mapping[str, type] | None = None) -> Any:
    """The plain data that `encode` made `value` from.

    Args:
        value: what `encode` returned, also after a round trip through JSON.
        classes: the dataclasses that may be rebuilt, by name; no other class is ever called.

    Raises:
        BadInput: if `value` is malformed or names a class that is not in `classes`.
    """
    try:
        return _decode(value, classes or {})
    except RecursionError:
        raise BadInput("expected encoded plain data, got data nested too deep") from None


def _decode(value: Any, classes: Mapping[str, type]) -> Any:
    if isinstance(value, list):
        return [_decode(item, classes) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((tag, body),) = value.items()
        if tag.startswith("$"):
            return _decode_tagged(tag, body, classes)
    return {key: _decode(item, classes) for key, item in value.items()}


def _decode_tagged(tag: str, body: Any, classes: Mapping[str, type]) -> Any:
    decoder = _DECODERS.get(tag)
    if decoder is None:
        raise BadInput(f"expected one of {' '.join(_DECODERS)}, got {tag!r}")
    try:
        return decoder(body, classes)
    except BadInput:  # of something inside, which says best what is wrong
        raise
    except (TypeError, ValueError, LookupError, AttributeError, SyntaxError, ArithmeticError) as error:
        raise BadInput(f"expected encoded plain data, got {tag} {str(body)[:60]!r}: {error}") from error


def _decode_dict(body: Any, classes: Mapping[str, type]) -> Any:
    return {_decode(key, classes): _decode(item, classes) for key, item in body}


def _decode_float(body: Any, _: Mapping[str, type]) -> float:
    return {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}[body]


def _decode_array(body: Any, _: Mapping[str, type]) -> np.ndarray[Any, Any]:
    spelled, shape, raw = body
    dtype = np.dtype(spelled if isinstance(spelled, str) else [_field(field) for field in spelled])
    if dtype.hasobject:
        raise BadInput(f"expected an array of numbers, got dtype {dtype}")
    return np.frombuffer(base64.b64decode(raw, validate=True), dtype=dtype).reshape(shape).copy()


def _field(field: list[Any]) -> tuple[Any, ...]:
    name, kind, *shape = field
    kind = kind if isinstance(kind, str) else [_field(inner) for inner in kind]
    return (name, kind, *(tuple(item) for item in shape))


def _decode_dataclass(body: Any, classes: Mapping[str, type]) -> Any:
    name, fields = body
    if name not in classes:
        raise BadInput(f"expected one of the classes {sorted(classes)}, got {name!r}")
    return classes[name](**{key: _decode(item, classes) for key, item in fields.items()})


_DECODERS: Final[dict[str, Callable[[Any, Mapping[str, type]], Any]]] = {
    "$t": lambda body, classes: tuple(_decode(item, classes) for item in body),
    "$b": lambda body, _: base64.b64decode(body, validate=True),
    "$d": _decode_dict,
    "$f": _decode_float,
    "$a": _decode_array,
    "$c": _decode_dataclass,
}


class _AsDicts(Mapping[str, type]):
    """Every class stands for `dict`, so that a dataclass decodes to its fields by name."""

    def __getitem__(self, name: str) -> type:
        return dict

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1


def snapshot(value: Any) -> Any:
    """A deep copy of plain data, as a record without its classes gives it back: dataclasses become dictionaries.

    Raises:
        BadInput: if `value` holds something that is not plain data.
    """
    return _decode(encode(value), _AsDicts())


_COMPACT: Final = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)
# `encode` makes trees: nothing in them can be circular.


def dumps(value: Any) -> str:
    """`value` as compact JSON text.

    Raises:
        BadInput: if `value` holds something that is not plain data.
    """
    try:
        return _COMPACT.encode(encode(value))
    except RecursionError:
        raise BadInput("expected plain data, got data nested too deep or holding itself") from None


def loads(text: str | bytes, classes: Mapping[str, type] | None = None) -> Any:
    """The plain data in the JSON `text`.

    Raises:
        BadInput: if `text` is no JSON, or no encoded plain data.
    """
    try:
        parsed = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"expected JSON, got {text[:60]!r}: {error}") from error
    return decode(parsed, classes)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def digest(*pieces: bytes, size: int = 16) -> str:
    """A hexadecimal BLAKE2b digest of `pieces`, `size` bytes long, each piece set off by its length."""
    hasher = hashlib.blake2b(digest_size=size)
    for piece in pieces:
        hasher.update(len(piece).to_bytes(8, "little"))
        hasher.update(piece)
    return hasher.hexdigest()
