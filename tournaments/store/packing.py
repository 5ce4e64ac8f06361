"""A run of blocks as a few bytes: one Zstandard frame around its arrays, each in the narrowest type that is exact.

    JSON header, its length first as 4 bytes | the bytes of each array, one after the other

Floats that are whole numbers, or sixteenths, become integers; undefined ones become a bit mask; the bytes of wider
numbers are sorted by significance, which compresses better.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from arena.contest import FaultedSeat, Lottery, Results
from arena.errors import NotAStore
from tournaments.results import MICRO_UNIT

__all__ = ["pack", "pack_lottery", "unpack", "unpack_lottery"]

_LEVEL: Final = 3
_LARGEST: Final = 1 << 31
"""Bytes that a run may unpack to; more is refused as damaged."""
_ARRAYS: Final = {
    "seatings": np.int16,
    "scores": np.float64,
    "steps": np.int32,
    "decisions": np.int32,
    "micros": np.float64,
    "digests": np.uint64,
    "truncated": np.bool_,
}
_SCALES: Final = (1, MICRO_UNIT)


def pack(results: Results) -> bytes:
    """A run of blocks without its record files, as bytes."""
    arrays = {name: getattr(results, name) for name in _ARRAYS}
    arrays |= {f"metric {name}": values for name, values in results.metrics.items()}
    if results.attempts is not None:
        arrays["attempts"] = results.attempts
    header = {
        "round": results.round,
        "start": results.start,
        "seconds": results.seconds,
        "worker": results.worker,
        "faults": [list(dataclasses.astuple(fault)) for fault in results.faults],
    }
    return _framed(header, arrays)


def unpack(data: bytes) -> Results:
    """The run of blocks in bytes.

    Raises:
        NotAStore: if the bytes are damaged.
    """
    with _told("blocks"):
        return _results(*_opened(data))


def pack_lottery(lottery: Lottery) -> bytes:
    """The lineups and chances of a round that is drawn, as bytes."""
    return _framed({}, {"lineups": lottery.lineups, "chances": lottery.chances})


def unpack_lottery(data: bytes) -> Lottery:
    """The lineups and chances in bytes.

    Raises:
        NotAStore: if the bytes are damaged.
    """
    with _told("chances of lineups"):
        _, arrays = _opened(data)
        return Lottery(arrays["lineups"].astype(np.int16), arrays["chances"].astype(np.float64, copy=False))


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Within, whatever is wrong with bytes is an error of the store, in one line."""
    try:
        yield
    except (zstandard.ZstdError, ValueError, KeyError, TypeError, IndexError) as error:
        raise NotAStore(f"damaged {what}: {type(error).__name__}: {error}") from error


def _framed(header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> bytes:
    """A header and arrays as one frame."""
    heads, bodies = [], []
    for name, values in arrays.items():
        head, body = _packed(values)
        heads.append([name, list(values.shape), *head])
        bodies.append(body)
    header = header | {"arrays": heads}
    text = json.dumps(header, separators=(",", ":")).encode()
    whole = b"".join([len(text).to_bytes(4, "little"), text, *bodies])
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(whole)


def _opened(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and the arrays of a frame."""
    whole = zstandard.ZstdDecompressor().decompress(data, max_output_size=_LARGEST)
    length = int.from_bytes(whole[:4], "little")
    header = json.loads(whole[4 : 4 + length])
    arrays, place = {}, 4 + length
    for name, shape, size, *how in header["arrays"]:
        arrays[name] = _unpacked(whole[place : place + size], shape, *how)
        place += size
    return header, arrays


def _results(header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Results:
    prefix = "metric "
    attempts = arrays.get("attempts")
    fields: dict[str, Any] = {name: arrays[name].astype(kind, copy=False) for name, kind in _ARRAYS.items()}
    return Results(
        round=header["round"],
        start=header["start"],
        metrics={
            name.removeprefix(prefix): values.astype(np.float64, copy=False)
            for name, values in arrays.items()
            if name.startswith(prefix)
        },
        faults=tuple(FaultedSeat(*fault) for fault in header["faults"]),
        attempts=None if attempts is None else attempts.astype(np.int32),
        seconds=header["seconds"],
        worker=header["worker"],
        **fields,
    )


def _packed(values: NDArray[Any]) -> tuple[list[Any], bytes]:
    """Bytes of an array and how to read them: (size, dtype, scale, size of the mask)."""
    flat = np.ascontiguousarray(values).ravel()
    mask = b""
    if flat.dtype.kind == "f":
        absent = np.isnan(flat)
        if absent.any():
            mask = np.packbits(absent).tobytes()
            flat = flat[~absent]
    narrow, scale = _narrow(flat)
    body = mask + _sorted_bytes(narrow)
    return [len(body), narrow.dtype.str, scale, len(mask)], body


def _unpacked(body: bytes, shape: list[int], kind: str, scale: int, masked: int) -> NDArray[Any]:
    dtype = np.dtype(kind)
    raw = np.frombuffer(body, dtype=np.uint8, offset=masked)
    values = np.ascontiguousarray(raw.reshape(dtype.itemsize, -1).T).view(dtype).ravel()
    if scale:
        values = values / scale
    if masked:
        count = int(np.prod(shape))
        absent = np.unpackbits(np.frombuffer(body[:masked], dtype=np.uint8), count=count).astype(np.bool_)
        full = np.full(count, np.nan)
        full[~absent] = values
        values = full
    return values.reshape(shape)


def _narrow(flat: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """The narrowest exact form of an array and the scale to divide it by; 0 where it was no float."""
    if flat.dtype.kind != "f":
        return _integers(flat), 0
    for scale in _SCALES:
        with np.errstate(over="ignore"):
            scaled = flat * scale
        if (np.abs(scaled) < 2.0**31).all() and np.array_equal(scaled, np.rint(scaled)):
            return _integers(scaled.astype(np.int64)), scale
    return flat, 1


def _integers(flat: NDArray[Any]) -> NDArray[Any]:
    if flat.dtype.kind == "b":
        return flat.astype(np.uint8)
    if flat.dtype == np.uint64:
        return flat  # digests are as wide as they look
    low, high = (int(flat.min()), int(flat.max())) if flat.size else (0, 0)
    return flat.astype(np.result_type(np.min_scalar_type(low), np.min_scalar_type(high)))


def _sorted_bytes(values: NDArray[Any]) -> bytes:
    """The bytes of an array, all first ones of its numbers first."""
    return np.ascontiguousarray(values.view(np.uint8).reshape(-1, values.dtype.itemsize).T).tobytes()
