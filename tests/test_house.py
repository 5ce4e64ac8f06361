"""The house rules that a program can check: sizes, names, documents, and what an import may cost."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = ("arena", "games", "agents", "tournaments", "web")
LONGEST: Final = 500
"""Lines of a file."""

SOURCES: Final = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_public(path: Path) -> bool:
    """Whether a module is imported by others: not a private one, nor one that is run, as commands and migrations are."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    if "cli" in parts or "migrations" in parts:
        return False
    return not any(part.startswith("_") and part != "__init__" for part in parts)


def is_empty(tree: ast.Module) -> bool:
    """Whether a module holds nothing but its docstring."""
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in tree.body)


def exported(tree: ast.Module) -> list[str] | None:
    """The names in ``__all__``; None where there is none."""
    for node in tree.body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            value = getattr(node, "value", None)
            return list(ast.literal_eval(value)) if value is not None else None
    return None


def undocumented(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """The exported names that are defined here without a docstring; one may stand below a run of constants."""
    run: list[str] = []
    for node in tree.body:
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            run = []
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            run += [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            yield from (name for name in run if name in names)
            run = []
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not ast.get_docstring(node):
                yield from names & {node.name}
    yield from (name for name in run if name in names)


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_files_are_short(path: Path) -> None:
    """No file is longer than 500 lines: one idea each."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", [path for path in SOURCES if is_public(path)], ids=named)
def test_public_modules_say_what_is_public(path: Path) -> None:
    """Every public module has a docstring and ``__all__``; every name in it exists once and is documented."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    if is_empty(tree):
        return
    names = exported(tree)
    assert names is not None, "the module has no __all__"
    assert len(names) == len(set(names))
    assert list(undocumented(tree, set(names) - {"__version__"})) == []


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_public_names_are_all_exported(path: Path) -> None:
    """A class or function of a public module that others may use is in ``__all__``, or its name says that it is private."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = exported(tree)
    if not is_public(path) or names is None:
        return
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name for name in defined if not name.startswith("_")} <= set(names)


def test_no_package_claims_a_name_that_others_use() -> None:
    """`games`, `agents`, `tournaments` and `web` live beside packages of the same name: no __init__.py at their top."""
    for package in PACKAGES[1:]:
        assert not (ROOT / package / "__init__.py").exists()


def loaded(code: str) -> set[str]:
    """The top names of all modules that a new process has loaded after `code`."""
    ask = f"{code}\nimport sys, json\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    answer = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout.splitlines()[-1]))


def test_the_contracts_need_numpy_and_gymnasium_only() -> None:
    """Whoever writes a game or an agent, or plays a match, loads nothing heavy and nothing optional."""
    code = (
        "import arena.game, arena.agent, arena.play, arena.lockstep, arena.replay, arena.registry, arena.record\n"
        "import arena.capabilities, arena.learner, arena.contest, arena.testing"
    )
    ours = {"arena", "numpy", "gymnasium"}
    theirs = {"cloudpickle", "farama_notifications", "typing_extensions", "cython_runtime"}
    bare = loaded("")
    found = loaded(code) - bare - set(sys.stdlib_module_names) - ours - theirs
    assert {name for name in found if not name.startswith("_")} == set()


def test_importing_the_arena_costs_nothing() -> None:
    """The face of the package is lazy: not even NumPy is loaded before a name is used."""
    found = loaded("import arena\nassert arena.__version__\nassert 'play' in dir(arena)")
    assert not found & {"numpy", "gymnasium", "numba", "scipy", "pandas", "torch", "matplotlib", "sqlalchemy"}


def test_the_face_offers_what_it_says() -> None:
    """Every name in ``__all__`` is there, the same object as in its module; unknown names are attribute errors."""
    import arena

    for name in arena.__all__:
        assert getattr(arena, name) is not None
    with pytest.raises(AttributeError, match="module 'arena' has no attribute 'nothing'"):
        _ = arena.nothing
    from arena.game import Game

    assert arena.Game is Game
    typed = ast.parse((ROOT / "arena" / "__init__.py").read_text(encoding="utf-8"))
    for_checkers = {
        alias.name for node in ast.walk(typed) if isinstance(node, ast.ImportFrom) for alias in node.names
    } - {"annotations", "import_module", "TYPE_CHECKING", "Any", "Final"}
    assert for_checkers == set(arena.__all__)


@pytest.mark.parametrize("first", ["", "import arena.play", "from arena.play import play as other"])
def test_play_is_the_function_however_it_was_imported(first: str) -> None:
    """`arena.play` is a module and a function; the name can be called whichever was loaded first."""
    code = f"{first}\nfrom arena import play, Game\nimport arena\nassert callable(play) and callable(arena.play)\n"
    code += "try:\n    play(None, [], 1)\nexcept AttributeError as error:\n    assert 'spec' in str(error), error\n"
    code += "import arena.play\nfrom arena.play import play as function\nassert arena.play.play is function"
    assert "arena" in loaded(code)
