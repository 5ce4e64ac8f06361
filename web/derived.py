"""What is computed from the store and takes a while: kept, and made anew behind the back of those who ask.

The first who asks waits. From then on everybody gets what there is at once; when the store has changed, one thread makes
it anew, at most so often, and never more than half of the time.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final

from arena.errors import ArenaError
from tournaments.store import Store
from web.library import Library, Version

__all__ = ["Derived", "Make"]

Make = Callable[[Store, Any], Any]
"""Makes a value from the store, given the value made before, or None; the same value says that nothing has changed."""

_MOST: Final = 64
"""Values kept."""


@dataclass
class _Slot:
    make: Make
    value: Any = None
    error: ArenaError | None = None
    number: int = 0
    version: Version | None = None
    finished: float = 0.0
    took: float = 0.0
    task: asyncio.Task[None] | None = None
    made: asyncio.Event = field(default_factory=asyncio.Event)


class Derived:
    """Values computed from the store.

    Args:
        library: the store.
        rest_s: the least time between two computations of a value, in seconds.
    """

    def __init__(self, library: Library, rest_s: float) -> None:
        self._library = library
        self._rest_s = rest_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="derived")
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._count = 0

    async def get(self, key: Hashable, make: Make) -> tuple[Any, Callable[[], int]]:
        """A value, and what to ask whether there is a newer one.

        Args:
            key: which value; equal keys are one value.
            make: how it is made.

        Returns:
            The value, and a function that gives another number once it was made anew.

        Raises:
            ArenaError: if it cannot be made.
        """
        slot = self._slots.get(key)
        if slot is None:
            slot = self._slots[key] = _Slot(make)
            while len(self._slots) > _MOST:
                self._slots.popitem(last=False)
        self._slots.move_to_end(key)
        self._touch(slot)
        await slot.made.wait()
        if slot.error is not None:
            raise slot.error
        kept = slot
        return slot.value, lambda: self._touch(kept)

    def known(self, key: Hashable) -> Any:
        """A value as far as it is there; None where it was never made. Nothing is begun."""
        slot = self._slots.get(key)
        return None if slot is None else slot.value

    def stamp(self) -> tuple[object, ...]:
        """What everything that was computed so far, and the store, is now."""
        return (self._library.version(), self._count)

    def close(self) -> None:
        """Begin nothing more; called once."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _touch(self, slot: _Slot) -> int:
        """Make a value anew if it is time to; the number of the one that there is."""
        if slot.task is None and self._library.version() != slot.version:
            rested = perf_counter() - slot.finished >= max(self._rest_s, slot.took)
            if slot.version is None or rested:
                slot.task = asyncio.get_running_loop().create_task(self._make(slot))
        return slot.number

    async def _make(self, slot: _Slot) -> None:
        version, began = self._library.version(), perf_counter()
        before, failed = slot.value, slot.error
        try:
            value = await asyncio.get_running_loop().run_in_executor(
                self._thread, lambda: slot.make(self._library.store(), before)
            )
            slot.value, slot.error = value, None
        except ArenaError as error:
            slot.error = error
        except Exception as error:
            slot.error = ArenaError(f"{type(error).__name__}: {error}")
            slot.error.__cause__ = error
        finally:
            if slot.value is not before or slot.error is not failed or not slot.number:
                slot.number += 1
                self._count += 1
            slot.version, slot.finished = version, perf_counter()
            slot.took = slot.finished - began
            slot.task = None
            slot.made.set()
