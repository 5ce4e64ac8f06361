"""Files that are there whole or not at all, whenever the process is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from arena.errors import BadInput

__all__ = ["BESIDE", "locked", "remove_leftovers", "write_whole"]

BESIDE: Final = ".tmp"
"""How the file ends that is written before it takes the place of another."""


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` beside `path`, onto the disk, and then put it in its place."""
    beside = path.with_name(path.name + BESIDE)
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def remove_leftovers(folder: Path) -> None:
    """Remove what a process that was killed had begun to write in `folder`."""
    for path in folder.glob(f"*{BESIDE}"):
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """No other process can lock `folder` as long as the context lasts.

    Raises:
        BadInput: if another process holds it.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInput(
                f"another training is writing to {str(folder)!r}; wait for it, or end it"
            ) from None
        yield
    finally:
        os.close(handle)
