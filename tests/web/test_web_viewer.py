"""The built viewer: made from the sources that stand beside it, with the server's types, and small."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from web import typescript

ROOT: Final = Path(__file__).parents[2]
VIEWER: Final = ROOT / "web" / "viewer"
STATIC: Final = ROOT / "web" / "static"
LARGEST: Final = 60_000
"""Bytes of all JavaScript of the pages, compressed file by file."""


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of Node's in a folder, which asks nobody anything."""
    quiet = os.environ | {"CI": "1", "npm_config_fund": "false", "npm_config_audit": "false"}
    return subprocess.run(
        command, cwd=folder, env=quiet, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources at another place, with the packages of the lock file; skipped where there are none to be had."""
    if shutil.which("npm") is None:
        pytest.skip("Node is not installed, which builds the viewer")
    root = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT / "docs" / "games", root / "docs" / "games")
    viewer = root / "web" / "viewer"
    shutil.copytree(VIEWER, viewer, ignore=shutil.ignore_patterns("node_modules"))
    found = run(viewer, "npm", "ci", "--prefer-offline")
    if found.returncode:
        pytest.skip(f"npm ci does not find the packages: {found.stderr.strip().splitlines()[-1]}")
    return viewer


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, by path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_the_pages_are_built_from_these_sources(copy: Path) -> None:
    """`npm run build`, which checks the types first, gives what is committed, byte for byte, at whatever place."""
    built = run(copy, "npm", "run", "build")
    assert built.returncode == 0, built.stdout + built.stderr
    new, old = files(copy.parent / "static"), files(STATIC)
    differing = sorted(path for path in {*new, *old} if new.get(path) != old.get(path))
    assert differing == [], "cd web/viewer && npm ci && npm run build"


@pytest.mark.slow
def test_the_viewers_own_tests_pass(copy: Path) -> None:
    """`npm test`."""
    told = run(copy, "npm", "test")
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_viewer_knows_the_servers_types() -> None:
    """After an intended change: python -m web.typescript, and `npm run check` says what the viewer makes of it."""
    kept = ROOT / "web" / "viewer" / "src" / "api" / "schema.d.ts"
    assert kept.read_text(encoding="utf-8") == typescript.text()


def test_all_javascript_stays_small() -> None:
    """Every script of every page together, as a browser fetches them."""
    sizes = {
        path.name: len(gzip.compress(path.read_bytes(), 9, mtime=0))
        for path in (*STATIC.glob("assets/*.js"), STATIC / "theme.js")
    }
    assert sum(sizes.values()) <= LARGEST, sizes
