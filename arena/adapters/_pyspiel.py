"""The door to OpenSpiel, which is an extra."""

from __future__ import annotations

from typing import Any

from arena.errors import MissingExtra

__all__ = ["load_pyspiel"]


def load_pyspiel() -> Any:
    """The module ``pyspiel``.

    Raises:
        MissingExtra: if it is not installed.
    """
    try:
        import pyspiel
    except ImportError as error:
        raise MissingExtra("pyspiel", "openspiel") from error
    return pyspiel
