"""Where a training runs: versions, commit, machine; and how many threads it may use."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from arena.errors import BadParameter
from arena.record import software_versions

__all__ = ["commit", "machine", "use_threads", "versions"]

_LIBRARIES: Final = ("torch", "onnx", "onnxruntime", "stable-baselines3", "sb3-contrib")
_VARIABLES: Final = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def versions() -> dict[str, str]:
    """The versions of what a training runs with, by distribution; what is absent is left out."""
    found = software_versions()
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def commit() -> str | None:
    """The commit of the checkout that this module lies in, with ``+`` where it was changed since; None outside of one."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None
    try:
        name = _git(root, "rev-parse", "HEAD")
        return name + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words], capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()


def machine() -> dict[str, str]:
    """Operating system, processor, cores, and the accelerator where torch is loaded and sees one."""
    found = {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": str(os.cpu_count() or 1),
    }
    torch: Any = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        found["accelerator"] = str(torch.cuda.get_device_name(0))
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def use_threads(count: int) -> None:
    """Let the arithmetic of torch, loaded or not, use `count` threads in this process.

    Raises:
        BadParameter: if `count` is less than 1.
    """
    if count < 1:
        raise BadParameter(f"expected threads >= 1, got {count!r}")
    for name in _VARIABLES:
        os.environ[name] = str(count)
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(count)
