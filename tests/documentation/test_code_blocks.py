"""Every example and every code block of the documentation runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<reason>[^>]+) -->\n)?```(?P<kind>python|console)\n(?P<body>.*?)```", re.DOTALL
)


def blocks(kind: str) -> list[tuple[str, str]]:
    """Every block of `kind` that runs, as (place, text); a block is left out only where the page says why."""
    return [
        (f"{page.relative_to(ROOT)}:{page.read_text()[: match.start()].count(chr(10)) + 1}", match["body"])
        for page in PAGES
        for match in BLOCK.finditer(page.read_text())
        if match["kind"] == kind and not match["reason"]
    ]


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder of its own, as a newcomer would."""
    environment = {**os.environ, "ARENA_HOME": str(folder / "home"), "NO_COLOR": "1", "COLUMNS": "80"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        arguments,
        cwd=folder,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("example", sorted(path.name for path in (ROOT / "examples").glob("*.py")))
def test_example_runs(example: str, tmp_path: Path) -> None:
    """Each example runs from an empty folder and prints something."""
    done = run([sys.executable, str(ROOT / "examples" / example)], tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize(
    ("place", "code"), blocks("python"), ids=lambda value: value if ":" in value[:60] else ""
)
def test_python_block_runs(place: str, code: str, tmp_path: Path) -> None:
    """Each Python block runs as it stands."""
    done = run([sys.executable, "-c", code], tmp_path)

    assert done.returncode == 0, f"{place}\n{done.stderr}"


@pytest.mark.parametrize(
    ("place", "text"), blocks("console"), ids=lambda value: value if ":" in value[:60] else ""
)
def test_console_block_runs(place: str, text: str, tmp_path: Path) -> None:
    """Each `$ arena ...` line runs, one after the other in the same folder."""
    commands = [line[2:] for line in text.splitlines() if line.startswith("$ ")]

    assert commands, f"{place}: a console block without a command"
    for command in commands:
        assert command.startswith("arena "), (
            f"{place}: mark a block that is not the arena's as not run: {command}"
        )
        done = run(shlex.split(command, comments=True), tmp_path)
        assert done.returncode == 0, f"{place}: {command}\n{done.stdout}\n{done.stderr}"


def test_pages_link_to_files_that_exist() -> None:
    """A relative link in the documentation leads somewhere."""
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in [*PAGES, *ROOT.glob("*.md")]
        for target in link.findall(page.read_text())
        if not (page.parent / target).exists()
    ]

    assert not broken
