"""The one way to compile: Numba, with a cache that cannot go stale.

Numba keys its cache on the file of the function alone, so that a change to a function it calls in another file leaves the
old machine code in use, silently wrong. Here the cache is keyed on a digest of the sources of the function's module and of
everything it imports, and lives in the user's cache folder (`ARENA_CACHE` names another). Where no folder can be written,
functions are compiled in every process anew. Nothing is compiled at import.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

__all__ = ["cache_folder", "jit", "sources_digest"]

F = TypeVar("F", bound=Callable[..., Any])

_ARENA_CODE = frozenset({"arena.dice", "arena.jit"})
"""The modules of `arena` that hold compiled code."""
_KEPT: Final = 400
"""Digests of sources that the cache keeps, one for each module with compiled code: those of several versions."""
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<base>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n]*)|import[ \t]+(?P<plain>[^\n]*))",
    re.MULTILINE,
)


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
            pass
        _prune(folder)
        return folder
    except OSError:
        return None


def _prune(folder: Path) -> None:
    """Forget the sources that were not used for longest; what is needed again is compiled again."""
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


@cache
def sources_digest(module: str) -> str:
    """A digest of the sources that compiled code of `module` can depend on: its own, and all that it imports.

    Imports are followed from file to file within the module's top package, `games` and `agents`, and to the compiled
    helpers of `arena`; whatever else is imported holds no compiled code.
    """
    found: dict[str, bytes] = {}
    top = module.partition(".")[0]
    waiting = [module, *_ARENA_CODE]
    while waiting:
        name = waiting.pop()
        if name in found or not _may_hold_code(name, top):
            continue
        path = _source_file(name)
        found[name] = path.read_bytes() if path else b""
        waiting += _imported(found[name], name)
    hasher = hashlib.blake2b(digest_size=12)
    for name in sorted(found):
        hasher.update(name.encode() + b"\0" + len(found[name]).to_bytes(8, "little") + found[name])
    return hasher.hexdigest()


def _may_hold_code(name: str, top: str) -> bool:
    return name in _ARENA_CODE or name.partition(".")[0] in {top, "games", "agents"} - {"arena"}


def _imported(source: bytes, module: str) -> set[str]:
    """Every module that a source file may import, found by its import statements; some names may be no modules."""
    found: set[str] = set()
    for match in _IMPORT.finditer(source.decode(errors="replace")):
        if match["plain"]:
            found.update(part.split()[0] for part in match["plain"].split(",") if part.strip())
            continue
        base = match["base"]
        if base.startswith("."):
            base = importlib.util.resolve_name(base, module.rpartition(".")[0])
        names = re.findall(r"(\w+)(?:\s+as\s+\w+)?", re.sub(r"#.*", "", match["names"]))
        found.update({base, *(f"{base}.{name}" for name in names)})
    return found


@cache
def _source_file(module: str) -> Path | None:
    """The source of a module, found without importing it or the packages above it."""
    top, *below = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ValueError, ImportError):  # put together by hand
        return None
    if spec is None:
        return None
    if not below:
        candidates = [Path(spec.origin)] if spec.origin else []
    else:
        bases = [Path(folder, *below) for folder in spec.submodule_search_locations or ()]
        candidates = [path for base in bases for path in (base.with_suffix(".py"), base / "__init__.py")]
    return next((path for path in candidates if path.suffix == ".py" and path.is_file()), None)


class _Locator(_CacheLocator):  # type: ignore[misc]
    """Tells Numba where a function's compiled code lies and what it was compiled from."""

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        self._digest = sources_digest(function.__module__)
        # Numba names its files after the file and the function, which two modules may share: a folder for each module.
        self._folder = folder / self._digest / function.__module__
        self._line = function.__code__.co_firstlineno
        with contextlib.suppress(OSError):
            os.utime(folder / self._digest)

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return self._digest

    def get_disambiguator(self) -> str:
        return str(self._line)

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Locator | None:
        del py_file  # the digest covers every file that matters
        folder = cache_folder()
        if folder is None or _source_file(py_func.__module__) is None:
            return None
        return cls(py_func, folder)


class _Impl(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes: list[type[object]] = [_Locator]  # noqa: RUF012  # as Numba declares it


class _Cache(FunctionCache):  # type: ignore[misc]
    _impl_class = _Impl

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled; a full disk costs time only."""
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
