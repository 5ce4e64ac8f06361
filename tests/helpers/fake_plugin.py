"""A distribution made for one test: entry points in a folder on the path."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from arena import registry


def install(
    folder: Path, patch: pytest.MonkeyPatch, name: str, code: str, points: Mapping[str, Mapping[str, str]]
) -> None:
    """Register `points`, target by name by group, from a distribution and a module called `name` that holds `code`."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [
        line
        for group, targets in points.items()
        for line in (f"[{group}]", *(f"{point} = {target}" for point, target in targets.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    (folder / f"{name}.py").write_text(code)
    patch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    # A cache of its own, gone with the test.
    patch.setattr(registry, "entries", cache(registry.entries.__wrapped__))
