"""Scenes: what a viewer draws, as versioned plain data.

A game says *what is to be seen*, never how it looks. `kind` names the renderer (``"cards"``, ``"map"``, ``"image"``,
``"text"`` ...); a viewer that does not know the kind falls back to `text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["SCENE_VERSION", "Scene", "Viewpoint"]

SCENE_VERSION = 1
"""Raised when the meaning of a scene's data changes."""

Viewpoint = int | Literal["public", "open"]
"""A player's number (what he may see), ``"public"`` (what everybody sees) or ``"open"`` (everything)."""


@dataclass(frozen=True)
class Scene:
    """One moment of a match, for a viewer."""

    kind: str
    """The renderer that draws it."""
    data: Mapping[str, Any]
    """What the renderer draws; numbers, text, lists and objects with text keys only."""
    text: str
    """The same in words: screen readers, terminals, viewers without the renderer."""
    version: int = SCENE_VERSION
    """The version of the format."""
    highlights: tuple[str, ...] = field(default=())
    """What is noteworthy about this moment, such as ``"call"``; the scrubber marks it."""
