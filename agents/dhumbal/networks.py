"""The networks that ship for Dhumbal, trained by the commands that their cards name (`arena agents ppo`)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["dqn", "ga", "ppo"]

_FOLDER: Final = Path(__file__).parent / "data"


def ppo() -> Path:
    """The network of `ppo`."""
    return _FOLDER / "ppo.onnx"


def dqn() -> Path:
    """The network of `dqn`."""
    return _FOLDER / "dqn.onnx"


def ga() -> Path:
    """The network of `ga`."""
    return _FOLDER / "ga.onnx"
