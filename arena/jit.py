"""The one way to compile: Numba, with a cache that cannot go stale.

Numba keys its cache on the file of the function alone, so that a change to a function it calls in another file leaves the
old machine code in use, silently wrong. Here the cache is keyed on a digest of the sources of the function's module and of
everything it imports, and lives in the user's cache folder (`ARENA_CACHE` names another). Where no folder can be written,
functions are compiled in every process anew. Nothing is compiled at import. Of several processes that need a function at
once, one compiles it and the others wait for it, so that workers that start together share the work.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

__all__ = ["cache_folder", "compile_together", "jit", "sources_digest"]

F = TypeVar("F", bound=Callable[..., Any])

_ARENA_CODE = frozenset({"arena.dice", "arena.jit"})
"""The modules of `arena` that hold compiled code."""
_KEPT: Final = 400
"""Digests of sources that the cache keeps, one for each module with compiled code: those of several versions."""
_PATIENCE_S: Final = 60.0
"""How long a process waits for another that compiles the same function; the longest takes some five seconds alone."""
_POLL_S: Final = 0.01
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<base>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n]*)|import[ \t]+(?P<plain>[^\n]*))",
    re.MULTILINE,
)


def jit(function: F) -> F:
    """Compile `function` in no-Python mode at its first call; without fastmath, releasing the interpreter's lock.

    The compiled function can be called from Python and from other compiled functions. A function made inside another may
    close over compiled functions; it is kept once for each of those that it is made with.
    """
    # The wrapper for callers in C, which nobody here is, would be a tenth of the time that compiling takes.
    options: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True}
    dispatcher: Any = numba.njit(**options)(function)
    # Without a writable folder, or a package whose sources can be found: compiled in every process anew.
    with contextlib.suppress(RuntimeError, OSError):
        dispatcher._cache = _Cache(function)  # type: ignore[no-untyped-call]
    return cast("F", dispatcher)


def compile_together(pieces: Iterable[tuple[Callable[..., Any], Any]]) -> None:
    """Compile functions for the types of their arguments, sharing the work with other processes that do the same.

    Args:
        pieces: functions wrapped by `jit` and signatures as Numba takes them; what another process is compiling just
            now comes last. What is compiled already costs some microseconds.
    """
    postponed = []
    for function, signature in pieces:
        kept = getattr(function, "_cache", None)
        if isinstance(kept, _Cache) and kept.busy():
            postponed.append((function, signature))
        else:
            cast("Any", function).compile(signature)
    for function, signature in postponed:
        cast("Any", function).compile(signature)


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


def _closed_over(function: Callable[..., Any]) -> list[str]:
    """The compiled functions that `function` closes over, and those that they do, each as ``module:name``."""
    found: list[str] = []
    for cell in function.__closure__ or ():
        inner = getattr(cell.cell_contents, "py_func", None)
        if inner is not None:
            found += [f"{inner.__module__}:{inner.__qualname__}", *_closed_over(inner)]
    return found


def _closes_over_code_only(function: Callable[..., Any]) -> bool:
    return all(hasattr(cell.cell_contents, "py_func") for cell in function.__closure__ or ())


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


class _Turn:
    """The right to compile one function, held by one process at a time.

    A function is compiled after those that it calls, and nothing calls in circles, so processes cannot wait for each
    other. Whoever waited in vain, or cannot lock files, compiles as well; that costs time only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        """Wait for the turn; False where it was this process's already, or cannot be had."""
        if self._file is not None:
            return False
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            began = time.monotonic()
            while time.monotonic() - began < _PATIENCE_S:
                try:
                    fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    time.sleep(_POLL_S)
                else:
                    return True
        return False

    def busy(self) -> bool:
        """Whether another process has it now."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(file)
        return False

    def give(self) -> None:
        """Let the next process have it; the end of a process does so too."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _Locator(_CacheLocator):  # type: ignore[misc]
    """Tells Numba where a function's compiled code lies and what it was compiled from."""

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        modules = [function.__module__, *(name.partition(":")[0] for name in _closed_over(function))]
        digests = [sources_digest(module) for module in dict.fromkeys(modules)]
        self._digest = hashlib.blake2b("".join(digests).encode(), digest_size=12).hexdigest()
        # Numba names its files after the file and the function, which two modules may share: a folder for each module.
        self._folder = folder / self._digest / function.__module__
        self._line = function.__code__.co_firstlineno
        # Named by Numba in warnings about functions that cannot be kept.
        self._py_file = function.__code__.co_filename
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

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        self._turn = _Turn(Path(self._cache_path, f"{function.__qualname__}.lock"))

    def busy(self) -> bool:
        """Whether another process compiles the function now."""
        return self._turn.busy()

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        """By name where compiled functions are closed over; as objects they differ from process to process."""
        if not _closes_over_code_only(self._py_func):
            return super()._index_key(sig, codegen)  # type: ignore[no-untyped-call]
        code = hashlib.sha256(self._py_func.__code__.co_code).hexdigest()
        return (sig, codegen.magic_tuple(), (code, *_closed_over(self._py_func)))

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What is kept; where nothing is, None once it is this process's turn to compile."""
        found = super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        if found is None and self._turn.take():
            # Others may have compiled it while this process waited.
            found = super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
            if found is not None:
                self._turn.give()
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled; a full disk costs time only."""
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]
        self._turn.give()
