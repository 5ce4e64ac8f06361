"""The one way to compile: Numba, with a cache that cannot go stale.

Numba keys its cache on the file of the function alone, so that a change to a function it calls in another file
leaves the old machine code in use, silently wrong. Here the cache is keyed on a digest of all sources of the
packages that hold compiled code, and lives in the user's cache folder (`ARENA_CACHE` names another). Where no folder
can be written, functions are compiled in every process anew. Nothing is compiled at import.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

__all__ = ["cache_folder", "jit", "sources_digest"]

F = TypeVar("F", bound=Callable[..., Any])

_OWN_CODE = ("arena.dice", "arena.jit", "games", "agents")
"""Where the distribution keeps compiled code, and the constants that are frozen into it."""


def jit(function: F) -> F:
    """Compile `function` in no-Python mode at its first call; without fastmath, releasing the interpreter's lock.

    The compiled function can be called from Python and from other compiled functions.
    """
    dispatcher: Any = numba.njit(nogil=True)(function)
    # Without a writable folder, or a package whose sources can be found: compiled in every process anew.
    with contextlib.suppress(RuntimeError, OSError):
        dispatcher._cache = _Cache(function)  # type: ignore[no-untyped-call]
    return cast("F", dispatcher)


@cache
def cache_folder() -> Path | None:
    """The folder that holds compiled code, or None where no folder can be written."""
    import platformdirs

    chosen = os.environ.get("ARENA_CACHE")
    home = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("agent-arena", appauthor=False))
    folder = home / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


@cache
def sources_digest(package: str) -> str:
    """A digest of every source file of `package` and of the arena's own compiled code."""
    hasher = hashlib.blake2b(digest_size=12)
    for name in sorted({package, *_OWN_CODE} - {"arena"}):
        for path in _source_files(name):
            hasher.update(path.name.encode())
            hasher.update(path.read_bytes())
    return hasher.hexdigest()


def _source_files(package: str) -> list[Path]:
    try:
        spec = importlib.util.find_spec(package)
    except (ValueError, ImportError):  # a module that was put together by hand
        spec = None
    if spec is None:
        return []
    if spec.submodule_search_locations is None:
        return [Path(spec.origin)] if spec.origin and Path(spec.origin).exists() else []
    return sorted(path for folder in spec.submodule_search_locations for path in Path(folder).rglob("*.py"))


class _Locator(_CacheLocator):  # type: ignore[misc]
    """Tells Numba where a function's compiled code lies and what it was compiled from."""

    def __init__(self, function: Callable[..., Any], package: str, folder: Path) -> None:
        self._digest = sources_digest(package)
        # Numba names its files after the file and the function, which two modules may share: a folder for each module.
        self._folder = folder / self._digest / function.__module__
        self._line = function.__code__.co_firstlineno

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return self._digest

    def get_disambiguator(self) -> str:
        return str(self._line)

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Locator | None:
        del py_file  # the digest covers every file of the package
        folder = cache_folder()
        package = py_func.__module__.partition(".")[0]
        if folder is None or not _source_files(package):
            return None
        return cls(py_func, package, folder)


class _Impl(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes: list[type[object]] = [_Locator]  # noqa: RUF012  # as Numba declares it


class _Cache(FunctionCache):  # type: ignore[misc]
    _impl_class = _Impl

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled; a full disk costs time only."""
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
