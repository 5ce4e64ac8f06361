"""Plain data: the one codec of records, sandboxes, remote agents and the browser.

Views and actions are built from None, bool, int, float, str, bytes, tuples, lists, dicts, frozen dataclasses and
NumPy arrays and scalars. `encode` turns them into what JSON can hold, `decode` back; `canonical` gives the bytes by
which two views are equal. JSON has fewer types than that, so the others are wrapped in one-key objects:

    tuple      {"$t": [...]}              bytes      {"$b": base64}
    dict       {...} with text keys, else {"$d": [[key, value], ...]}
    ndarray    {"$a": [dtype, shape, base64]}
    dataclass  {"$c": [class name, {...}]}
    inf, nan   {"$f": "inf"}
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from arena.errors import BadInput

__all__ = ["canonical", "decode", "digest", "dumps", "encode", "loads"]


_ATOMS = frozenset({type(None), bool, int, str})


def encode(value: Any) -> Any:
    """`value` as nested lists, objects with text keys, text, numbers, booleans and null.

    Raises:
        BadInput: if `value` holds something that is not plain data.
    """
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is tuple:
        return {"$t": [item if type(item) in _ATOMS else encode(item) for item in value]}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$f": repr(float(value))}
    if isinstance(value, np.generic):
        return encode(value.item())
    if isinstance(value, tuple):
        return {"$t": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, bytes):
        return {"$b": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return _encode_mapping(value)
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"$c": [type(value).__name__, fields]}
    raise BadInput(f"expected plain data (numbers, text, tuples, dataclasses, arrays), got {value!r}")


def _encode_mapping(value: Mapping[Any, Any]) -> Any:
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {str(key): encode(item) for key, item in value.items()}
    return {"$d": [[encode(key), encode(item)] for key, item in value.items()]}


def _encode_array(value: np.ndarray[Any, Any]) -> Any:
    if value.dtype.hasobject:
        raise BadInput(f"expected an array of numbers, got dtype {value.dtype}")
    # A structured dtype is spelled by its fields; a plain one by its short name such as "<f8".
    spelled = value.dtype.descr if value.dtype.names else value.dtype.str
    raw = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
    return {"$a": [json.loads(json.dumps(spelled)), list(value.shape), raw]}


def decode(value: Any, classes: Mapping[str, type] | None = None) -> Any:
    """The plain data that `encode` made `value` from.

    Args:
        value: what `encode` returned, also after a round trip through JSON.
        classes: the dataclasses that may be rebuilt, by name; no other class is ever called.

    Raises:
        BadInput: if `value` is malformed or names a class that is not in `classes`.
    """
    if isinstance(value, list):
        return [decode(item, classes) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((tag, body),) = value.items()
        if tag.startswith("$"):
            return _decode_tagged(tag, body, classes or {})
    return {key: decode(item, classes) for key, item in value.items()}


def _decode_tagged(tag: str, body: Any, classes: Mapping[str, type]) -> Any:
    try:
        match tag:
            case "$t":
                return tuple(decode(item, classes) for item in body)
            case "$b":
                return base64.b64decode(body, validate=True)
            case "$d":
                return {decode(key, classes): decode(item, classes) for key, item in body}
            case "$f":
                return float(body)
            case "$a":
                return _decode_array(*body)
            case "$c":
                name, fields = body
                return classes[name](**{key: decode(item, classes) for key, item in fields.items()})
    except (TypeError, ValueError, KeyError) as error:
        raise BadInput(f"expected encoded plain data, got {tag} {str(body)[:60]!r}: {error}") from error
    raise BadInput(f"expected one of $t $b $d $f $a $c, got {tag!r}")


def _decode_array(spelled: Any, shape: list[int], raw: str) -> np.ndarray[Any, Any]:
    dtype = np.dtype(spelled if isinstance(spelled, str) else [_field(field) for field in spelled])
    if dtype.hasobject:
        raise BadInput(f"expected an array of numbers, got dtype {dtype}")
    return np.frombuffer(base64.b64decode(raw, validate=True), dtype=dtype).reshape(shape).copy()


def _field(field: list[Any]) -> tuple[Any, ...]:
    name, kind, *shape = field
    kind = kind if isinstance(kind, str) else [_field(inner) for inner in kind]
    return (name, kind, *(tuple(item) for item in shape))


def dumps(value: Any) -> str:
    """`value` as compact JSON text."""
    return json.dumps(encode(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def loads(text: str | bytes, classes: Mapping[str, type] | None = None) -> Any:
    """The plain data in the JSON `text`.

    Raises:
        BadInput: if `text` is no JSON, or no encoded plain data.
    """
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"expected JSON, got {text[:60]!r}: {error}") from error
    return decode(parsed, classes)


def canonical(value: Any, digits: int = 9) -> bytes:
    """The bytes by which two pieces of plain data are equal: keys sorted, floats rounded to `digits` places."""
    return _CANONICAL.encode(_rounded(encode(value), digits)).encode()


_CANONICAL = json.JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False)


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, float):
        return round(value, digits) + 0.0  # -0.0 and 0.0 are equal
    if isinstance(value, list):
        return [_rounded(item, digits) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item, digits) for key, item in value.items()}
    return value


def digest(*pieces: bytes, size: int = 16) -> str:
    """A hexadecimal BLAKE2b digest of `pieces`, `size` bytes long, each piece set off by its length."""
    hasher = hashlib.blake2b(digest_size=size)
    for piece in pieces:
        hasher.update(len(piece).to_bytes(8, "little"))
        hasher.update(piece)
    return hasher.hexdigest()
