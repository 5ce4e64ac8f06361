"""The cache of compiled code: kept from process to process, never stale, and no must."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arena import jit

CALLEE = "from arena.jit import jit\n\n\n@jit\ndef weight(x):\n    return x * {factor}\n"
CALLER = """
from arena.jit import jit
from coined.inner.rules import weight


@jit
def total(x):
    return weight(x) + {constant}
"""
RUN = """
import sys
from coined import one, other
before = one.total(2), other.total(2)
hits = sum(sum(f.total.stats.cache_hits.values()) for f in (one, other))
print(*before, hits)
"""

MISSES = """sum(
    sum(f.stats.cache_misses.values()) for f in {id(f): f for f in (one.total, other.total, other.weight)}.values()
)"""


def package(folder: Path, factor: int, constant: int) -> None:
    """A package of two callers in files of their own, and one callee in a third, in a folder of its own."""
    inner = folder / "coined" / "inner"
    inner.mkdir(parents=True, exist_ok=True)
    for path in (folder / "coined", inner):
        (path / "__init__.py").write_text("")
    (inner / "rules.py").write_text(CALLEE.format(factor=factor))
    (folder / "coined" / "one.py").write_text(CALLER.format(constant=0))
    (folder / "coined" / "other.py").write_text(CALLER.format(constant=constant))


def run(folder: Path, cache: str) -> list[int]:
    """The totals of both callers, and how often compiled code came from the cache, in a new process."""
    path = os.pathsep.join([str(folder), str(Path(jit.__file__).parents[1])])
    answer = subprocess.run(
        [sys.executable, "-c", RUN],
        env=os.environ | {"PYTHONPATH": path, "ARENA_CACHE": cache, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return [int(word) for word in answer.stdout.split()]


def test_the_cache_is_kept_and_never_stale(tmp_path: Path) -> None:
    """A change in a callee's file is seen by its callers in others; what was compiled before is not compiled again."""
    cache = str(tmp_path / "cache")
    package(tmp_path, factor=10, constant=5)
    assert run(tmp_path, cache) == [20, 25, 0]
    package(tmp_path, factor=100, constant=5)
    assert run(tmp_path, cache) == [200, 205, 0]
    # The first sources again: their code is still there.
    package(tmp_path, factor=10, constant=5)
    assert run(tmp_path, cache) == [20, 25, 2]


def test_processes_that_start_together_share_the_work(tmp_path: Path) -> None:
    """Each function is compiled by one of them; the other waits for it."""
    package(tmp_path, factor=10, constant=5)
    counted = RUN.replace("sum(sum(f.total.stats.cache_hits.values()) for f in (one, other))", MISSES)
    path = os.pathsep.join([str(tmp_path), str(Path(jit.__file__).parents[1])])
    environment = os.environ | {"PYTHONPATH": path, "ARENA_CACHE": str(tmp_path / "cache")}
    started = [
        subprocess.Popen([sys.executable, "-c", counted], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate()[0].split() for process in started]
    assert [answer[:2] for answer in answers] == [["20", "25"]] * 2
    # Two callers and the function that both call.
    assert sum(int(answer[2]) for answer in answers) == 3


def test_who_waits_in_vain_compiles_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that keeps its turn, stopped perhaps, costs the others time only."""
    monkeypatch.setattr(jit, "_PATIENCE_S", 0.05)
    path = tmp_path / "f.lock"
    first, second = jit._Turn(path), jit._Turn(path)
    assert first.take()
    assert not first.take()
    assert second.busy()
    assert not second.take()
    second.give()
    first.give()
    assert not second.busy()
    assert second.take()


def test_where_no_file_can_be_locked_nobody_waits(tmp_path: Path) -> None:
    """A folder that cannot be made is no reason to stop."""
    (tmp_path / "file").write_text("")
    turn = jit._Turn(tmp_path / "file" / "f.lock")
    assert not turn.busy()
    assert not turn.take()
    turn.give()


def test_what_another_process_compiles_comes_last() -> None:
    """`compile_together` begins with what nobody is at."""
    order: list[tuple[str, str]] = []

    class Piece:
        def __init__(self, name: str, *, busy: bool) -> None:
            self.name = name
            self._cache = jit._Cache.__new__(jit._Cache)
            monkey = type("Turn", (), {"busy": lambda _: busy})
            self._cache._turn = monkey()

        def compile(self, signature: str) -> None:
            order.append((self.name, signature))

        def __call__(self) -> None:
            """Nobody calls it."""

    jit.compile_together([(Piece("a", busy=True), "x"), (Piece("b", busy=False), "y")])
    assert order == [("b", "y"), ("a", "x")]


def test_without_a_folder_everything_is_compiled_anew(tmp_path: Path) -> None:
    """A home that cannot be written, such as one below a file, costs time and nothing else."""
    package(tmp_path, factor=10, constant=5)
    (tmp_path / "file").write_text("")
    assert run(tmp_path, str(tmp_path / "file" / "cache")) == [20, 25, 0]


def test_the_folder_is_the_user_s_or_the_named_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ARENA_CACHE` names it; where it cannot be made there is none."""
    jit.cache_folder.cache_clear()
    monkeypatch.setenv("ARENA_CACHE", str(tmp_path))
    assert jit.cache_folder() == tmp_path / "compiled"
    jit.cache_folder.cache_clear()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ARENA_CACHE", str(tmp_path / "file" / "below"))
    assert jit.cache_folder() is None
    jit.cache_folder.cache_clear()
    monkeypatch.delenv("ARENA_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert jit.cache_folder() == tmp_path / "home" / "agent-arena" / "compiled"
    jit.cache_folder.cache_clear()


def test_old_code_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more folders than are kept, those that were not used for longest go."""
    folder = tmp_path / "compiled"
    for age in range(jit._KEPT + 5):
        (folder / f"{age}").mkdir(parents=True)
        (folder / f"{age}" / "code").write_text("")
        os.utime(folder / f"{age}", (1_000_000 - age, 1_000_000 - age))
    jit.cache_folder.cache_clear()
    monkeypatch.setenv("ARENA_CACHE", str(tmp_path))
    assert jit.cache_folder() == folder
    assert {path.name for path in folder.iterdir()} == {str(age) for age in range(jit._KEPT)}
    jit.cache_folder.cache_clear()


def test_functions_without_sources_are_compiled_all_the_same() -> None:
    """What was put together by hand has no file to watch, and so no cache."""
    names: dict[str, object] = {"__name__": "by_hand"}
    exec("def double(x):\n    return 2 * x\n", names)  # noqa: S102  # a function without a file
    double = jit.jit(names["double"])  # type: ignore[type-var]
    assert double(4) == 8  # type: ignore[operator]


def test_a_full_disk_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that cannot be written is used and forgotten."""
    from numba.core.caching import IndexDataCacheFile

    written: list[str] = []

    def full(self: object, *_: object) -> None:
        written.append("tried")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(IndexDataCacheFile, "save", full)
    package(tmp_path, factor=3, constant=1)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("ARENA_CACHE", str(tmp_path / "cache"))
    jit.cache_folder.cache_clear()
    import coined.one  # type: ignore[import-not-found]

    assert coined.one.total(2) == 6
    assert written
    jit.cache_folder.cache_clear()


def test_digests_follow_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain, dotted, relative, aliased and bracketed imports lead to the files that count."""
    folder = tmp_path / "followed"
    (folder / "deep").mkdir(parents=True)
    sources = {
        "__init__.py": "",
        "a.py": "from followed import b, c as see\nimport followed.d\nfrom .deep import (\n    e,  # a comment\n)\n",
        "b.py": "from followed.deep.f import x\n",
        "c.py": "",
        "d.py": "import os, json\nimport followed.deep.e as g\n",
        "deep/__init__.py": "",
        "deep/e.py": "from . import f\nfrom ..h import y\n",
        "deep/f.py": "x = 1\n",
        "h.py": "y = 1\n",
        "unread.py": "",
    }
    for name, text in sources.items():
        (folder / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))

    def digest() -> str:
        jit.sources_digest.cache_clear()
        return jit.sources_digest("followed.a")

    seen = {digest()}
    for name in ("a.py", "b.py", "c.py", "d.py", "deep/e.py", "deep/f.py", "h.py"):
        (folder / name).write_text(sources[name] + "# changed\n")
        seen.add(digest())
    assert len(seen) == 8
    (folder / "unread.py").write_text("# changed\n")
    assert digest() in seen
    assert "followed" not in sys.modules
    jit.sources_digest.cache_clear()


def test_compiled_code_is_as_python_computes() -> None:
    """No fastmath: sums are in order, and not-a-number stays so."""
    import coin_sum

    add: Any = coin_sum.add
    values = np.array([1e16, 1.0, -1e16, np.nan])
    assert add(values[:3]) == add.py_func(values[:3]) == 0.0
    assert np.isnan(add(values))
