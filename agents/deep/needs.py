"""What learners need and the base install does not bring."""

from __future__ import annotations

import importlib.util

from arena.errors import MissingExtra

__all__ = ["need_torch"]


def need_torch() -> None:
    """Refuse to go on without what training takes.

    Raises:
        MissingExtra: naming the package that is absent.
    """
    for package in ("torch", "onnx"):
        if importlib.util.find_spec(package) is None:
            raise MissingExtra(package, "train")
