"""How large the pages are, as they are sent."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.web_parts.figures import Figure

__all__ = ["viewer"]

STATIC: Final = Path(__file__).parents[2] / "web" / "static"
ANCHOR_KB: Final = 29.0
"""A shell, a canvas and a chart in Preact and uPlot alone, without any page."""


def viewer() -> Iterator[Figure]:
    """All scripts, those of the page of a match, the styles, and the file that holds a whole viewer."""
    manifest = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    scripts = sorted(STATIC.rglob("*.js"))
    yield Figure("all JavaScript, gzip", _zipped(scripts), "KB", "shell and chart alone", ANCHOR_KB, "<= 60")
    yield Figure("all JavaScript, plain", sum(file.stat().st_size for file in scripts) / 1000, "KB")
    player = [name for name in manifest if name.startswith("_player-") and name.endswith(".js")]
    assert player, "expected a file of the player in the manifest"
    needed = _needed(manifest, player)
    of_match = [STATIC / name for name in sorted(needed) if name.endswith(".js")]
    yield Figure("JavaScript of the page of a match, gzip", _zipped(of_match), "KB")
    yield Figure("all styles, gzip", _zipped(sorted(STATIC.rglob("*.css"))), "KB")
    yield Figure("the viewer in one file, gzip", _zipped([STATIC / "export.html"]), "KB")


def _zipped(files: Iterable[Path]) -> float:
    """Kilobytes as the server sends them, each compressed by itself."""
    return sum(len(gzip.compress(file.read_bytes(), compresslevel=5, mtime=0)) for file in files) / 1000


def _needed(manifest: dict[str, Any], names: list[str]) -> set[str]:
    """The files that some entries of the manifest need, and the styles that come with them."""
    found: set[str] = set()
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name not in seen:
            seen.add(name)
            entry = manifest[name]
            found |= {entry["file"], *entry.get("css", ())}
            names += entry.get("imports", ())
    return found
