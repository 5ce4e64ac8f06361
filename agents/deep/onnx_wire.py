"""Weights and metadata of an ONNX file, read byte by byte, so that playing needs neither the package onnx nor a session.

An ONNX file is one protocol-buffers message: tagged fields, each a number or so many bytes (Protocol Buffers, Encoding,
https://protobuf.dev/programming-guides/encoding). The numbers of the fields are those of ``onnx.proto3`` (ONNX 1.16).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from arena.errors import BadInput

__all__ = ["OnnxParts", "onnx_parts", "with_metadata"]

_MODEL_GRAPH: Final = 7
_MODEL_METADATA: Final = 14
_GRAPH_INITIALIZER: Final = 5
_ENTRY_KEY: Final = 1
_ENTRY_VALUE: Final = 2
_TENSOR_DIMENSIONS: Final = 1
_TENSOR_TYPE: Final = 2
_TENSOR_NAME: Final = 8
_TENSOR_RAW: Final = 9
_FLOAT32: Final = 1

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


@dataclass(frozen=True)
class OnnxParts:
    """What a file of the arena holds."""

    graph: bytes
    """The graph as it stands in the file, weights included."""
    metadata: Mapping[str, str]
    """Texts by name."""
    tensors: Mapping[str, NDArray[np.float32]]
    """The weights by name."""


def onnx_parts(model: bytes) -> OnnxParts:
    """The parts of an ONNX file.

    Raises:
        BadInput: if the bytes are no message, or end too early.
    """
    graph = b""
    metadata: dict[str, str] = {}
    for field, value in _fields(model):
        if field == _MODEL_GRAPH and isinstance(value, bytes):
            graph = value
        elif field == _MODEL_METADATA and isinstance(value, bytes):
            key, text = _entry(value)
            metadata[key] = text
    tensors = dict(
        _tensor(value)
        for field, value in _fields(graph)
        if field == _GRAPH_INITIALIZER and isinstance(value, bytes)
    )
    return OnnxParts(graph, metadata, tensors)


def with_metadata(model: bytes, key: str, text: str) -> bytes:
    """The file with `text` as its metadata `key`, in place of what stood there; nothing else is touched.

    Raises:
        BadInput: if the bytes are no message, or end too early.
    """
    kept = []
    start = 0
    for field, value, end in _spans(model):
        own = field == _MODEL_METADATA and isinstance(value, bytes) and _entry(value)[0] == key
        if not own:
            kept.append(model[start:end])
        start = end
    entry = _text(_ENTRY_KEY, key.encode()) + _text(_ENTRY_VALUE, text.encode())
    return b"".join([*kept, _text(_MODEL_METADATA, entry)])


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    return ((field, value) for field, value, _ in _spans(message))


def _spans(message: bytes) -> Iterator[tuple[int, int | bytes, int]]:
    """Every field of a message: its number, its value, and where it ends."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        value: int | bytes
        if tag & 7 == _VARINT:
            value, place = _varint(message, place)
        else:
            size, place = _size(message, place, tag & 7)
            if place + size > len(message):
                raise BadInput(f"it ends {place + size - len(message)} bytes too early")
            value, place = message[place : place + size], place + size
        yield tag >> 3, value, place


def _size(message: bytes, place: int, kind: int) -> tuple[int, int]:
    if kind == _BYTES:
        return _varint(message, place)
    if kind in {_FIXED_64, _FIXED_32}:
        return (8 if kind == _FIXED_64 else 4), place
    raise BadInput(f"no field begins at byte {place}")


def _varint(message: bytes, place: int) -> tuple[int, int]:
    """A number in groups of seven bits, the lowest first, and the place after it."""
    number = 0
    for shift in range(0, 64, 7):
        if place >= len(message):
            raise BadInput("it ends inside a number")
        byte = message[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
    raise BadInput(f"no number ends at byte {place}")


def _text(field: int, value: bytes) -> bytes:
    return _number(field << 3 | _BYTES) + _number(len(value)) + value


def _number(number: int) -> bytes:
    groups = bytearray()
    while number >= 0x80:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def _entry(message: bytes) -> tuple[str, str]:
    found = {field: value for field, value in _fields(message) if isinstance(value, bytes)}
    try:
        return found.get(_ENTRY_KEY, b"").decode(), found.get(_ENTRY_VALUE, b"").decode()
    except UnicodeDecodeError as error:
        raise BadInput(f"its metadata is no text: {error}") from error


def _tensor(message: bytes) -> tuple[str, NDArray[np.float32]]:
    shape: list[int] = []
    kind, name, raw = 0, b"", b""
    for field, value in _fields(message):
        if field == _TENSOR_DIMENSIONS:
            shape += [value] if isinstance(value, int) else _packed(value)
        elif field == _TENSOR_TYPE and isinstance(value, int):
            kind = value
        elif field == _TENSOR_NAME and isinstance(value, bytes):
            name = value
        elif field == _TENSOR_RAW and isinstance(value, bytes):
            raw = value
    size = 1
    for length in shape:
        size *= length
    if kind != _FLOAT32 or len(raw) != 4 * size:
        raise BadInput(
            f"expected float32{shape} in the weights {name!r}, got {len(raw)} bytes of type {kind}"
        )
    return name.decode(errors="replace"), np.frombuffer(raw, "<f4").astype(np.float32).reshape(shape)


def _packed(message: bytes) -> list[int]:
    numbers, place = [], 0
    while place < len(message):
        number, place = _varint(message, place)
        numbers.append(number)
    return numbers
