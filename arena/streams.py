"""Named streams of chance: every random draw of the arena comes from one root by name.

A *key* is 16 secret bytes. `derive` makes a child key by name, `number` a 64-bit integer, `numbers` a run of them
for counted things (deals, seats), and `stream` a NumPy generator. Children are keyed hashes (BLAKE2b, RFC 7693;
SHAKE-128, FIPS 202), so whoever holds a child learns nothing of its parent or its siblings: a player who digs the
key out of his generator still cannot find the deal.

    >>> root = root_key(7)
    >>> deal = number(root, "deal", 3)
    >>> deal == number(root, "deal", 3), deal == number(root, "deal", 4)
    (True, False)
"""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

from arena.errors import BadParameter

__all__ = ["Key", "derive", "fresh_seed", "generator", "number", "numbers", "root_key", "stream"]

Key = bytes
"""Sixteen secret bytes."""

_PAGE = 512
"""Numbers hashed at once by `numbers`; part of the definition of the streams, so never to be changed."""

_FEW = 32
"""Up to so many numbers at the start of a page are hashed alone: cheaper than the page."""


def fresh_seed() -> int:
    """A seed from the operating system, in [0, 2**63), for when the user gives none."""
    return secrets.randbits(63)


def root_key(seed: int) -> Key:
    """The root of all streams of a run.

    Raises:
        BadParameter: if `seed` is negative or no integer.
    """
    return hashlib.blake2b(str(_whole(seed)).encode(), digest_size=16, person=b"arena.root").digest()


def _whole(seed: object) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise BadParameter(f"a seed is a whole number >= 0, got {seed!r}")
    return int(seed)


def derive(key: Key, *path: str | int | bytes) -> Key:
    """The child of `key` at `path`; distinct paths give independent children."""
    hasher = hashlib.blake2b(digest_size=16, key=key, person=b"arena.derive")
    for part in path:
        # Kind and length precede each part, so that ("ab", "c") and ("a", "bc") or 1 and "1" never meet.
        if isinstance(part, str):
            data, kind = part.encode(), b"s"
        elif isinstance(part, bytes):
            data, kind = part, b"b"
        else:
            data, kind = str(int(part)).encode(), b"i"
        hasher.update(kind + len(data).to_bytes(4, "little") + data)
    return hasher.digest()


def number(key: Key, *path: str | int | bytes) -> int:
    """An integer in [0, 2**64) for the stream at `path`."""
    return int.from_bytes(derive(key, *path)[:8], "little")


def _hashed(key: Key, page: int, count: int) -> NDArray[np.uint64]:
    """The first `count` numbers of a page; the output of SHAKE is the same however much of it is asked for."""
    raw = hashlib.shake_128(b"arena.numbers" + key + page.to_bytes(8, "little")).digest(8 * count)
    values = np.frombuffer(raw, dtype="<u8").astype(np.uint64)
    values.flags.writeable = False
    return values


@lru_cache(maxsize=64)
def _page(key: Key, page: int) -> NDArray[np.uint64]:
    return _hashed(key, page, _PAGE)


def numbers(key: Key, start: int, count: int) -> NDArray[np.uint64]:
    """The numbers `start` to `start + count` of the counted stream of `key`.

    Args:
        key: the stream.
        start: the first number, >= 0.
        count: how many, >= 0.

    Returns:
        uint64[count]; entry `i` depends on `key` and `start + i` only. About 20 ns a number.
    """
    first, last = start // _PAGE, max(start, start + count - 1) // _PAGE
    offset = start - first * _PAGE
    if offset + count <= _FEW:
        return _hashed(key, first, offset + count)[offset:]
    pages = [_page(key, page) for page in range(first, last + 1)]
    joined = pages[0] if len(pages) == 1 else np.concatenate(pages)
    return joined[offset : offset + count]


class _Keyed(ISeedSequence):
    """Hands Philox its key, so that NumPy does not ask the operating system for entropy that nobody uses."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        """The two words of the key."""
        del n_words, dtype  # Philox asks for two words of 64 bits
        return np.array((self.number, 0), dtype=np.uint64)


def generator(seed: int) -> np.random.Generator:
    """A NumPy generator keyed by a number in [0, 2**64), as dealt to a player.

    Philox takes the number as its key, so that no `seed_seq.entropy` leads back to the root.
    """
    # NumPy takes any ISeedSequence; its stubs know its own only.
    return np.random.Generator(np.random.Philox(_Keyed(seed)))  # type: ignore[arg-type]


def stream(key: Key, *path: str | int | bytes) -> np.random.Generator:
    """A NumPy generator for the stream at `path`."""
    return generator(number(key, *path))
