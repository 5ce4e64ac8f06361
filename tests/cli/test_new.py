"""`arena new`: what it writes works, and passes the laws."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cli_bench import arena


@pytest.mark.parametrize(("kind", "name"), [("game", "gravel-heap"), ("agent", "first-guess")])
def test_the_scaffold_passes_its_own_tests(kind: str, name: str, tmp_path: Path) -> None:
    """The package's own tests, the laws among them, pass in a process of their own, warnings being errors."""
    assert arena("new", kind, name, "--out", str(tmp_path)).code == 0
    folder = tmp_path / name

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("kind", "name"), [("game", "my-game"), ("agent", "deep-thought-2")])
def test_the_scaffold_is_a_package(kind: str, name: str, tmp_path: Path) -> None:
    """Its pyproject.toml is valid and registers the class that is there; no placeholder is left."""
    assert arena("new", kind, name, "--out", str(tmp_path)).code == 0
    folder, package = tmp_path / name, name.replace("-", "_")

    project = tomllib.loads((folder / "pyproject.toml").read_text())
    target = project["project"]["entry-points"][f"arena.{kind}s"][name]
    module, _, attribute = target.partition(":")
    source = (folder / f"{module.replace('.', '/')}.py").read_text()
    assert f"class {attribute}(" in source
    assert module.startswith(f"{package}.")
    assert not any("$" in file.read_text() for file in folder.rglob("*") if file.is_file())


def test_the_scaffold_is_clean(tmp_path: Path) -> None:
    """What it writes satisfies the formatter and the common checks."""
    for kind in ("game", "agent"):
        arena("new", kind, f"a-{kind}", "--out", str(tmp_path))
    for words in (
        ["format", "--check"],
        ["check", "--select", "E,F,I,UP,B,D", "--ignore", "D203,D213,D105,D107"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--no-cache", "--line-length", "110", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    """A folder that is not empty is refused and left alone."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not lose me")

    answer = arena("new", "game", "mine", "--out", str(tmp_path))

    assert answer.code == 2
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "name", ["Game", "my_game", "2fast", "a--b", "-x", "x-", "class", "../up", "", "json", "arena"]
)
def test_bad_names_are_refused(name: str, tmp_path: Path) -> None:
    """Names that are no names, keywords, or packages that are there already."""
    answer = arena("new", "game", "--out", str(tmp_path), "--", name)

    assert answer.code == 2
    assert not list(tmp_path.glob("**/game.py"))


def test_files_are_listed(tmp_path: Path) -> None:
    """Standard output names every file; standard error says what comes next."""
    answer = arena("new", "game", "mine", "--out", str(tmp_path))

    listed = {Path(line) for line in answer.out.splitlines()}
    assert listed == {file for file in (tmp_path / "mine").rglob("*") if file.is_file()}
    assert "pip install -e ." in answer.err
