"""`arena doctor`: what it looks at, and that it tells good from bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_bench import arena, on_path

from arena.cli import _surroundings
from arena.cli.doctor import BAD, GOOD, NOTED, examine


def test_every_line_has_a_mark() -> None:
    """Each finding is ok, note or BAD; the exit code says whether something is BAD."""
    answer = arena("doctor")

    lines = [line for line in answer.out.splitlines() if line.startswith(("  ok  ", "note  ", " BAD  "))]
    assert len(lines) >= 10
    assert answer.code == (1 if any(line.startswith(" BAD") for line in lines) else 0)
    for what in (
        "python",
        "cores",
        "versions",
        "install",
        "packages",
        "games",
        "agents",
        "compiled code",
        "store",
    ):
        assert any(line[6:].startswith(f"{what}: ") for line in lines)


def test_broken_plugins_are_bad(toy_folder: Path) -> None:
    """A plug-in that does not load, and one whose class is absent, are each named with the error."""
    with on_path(toy_folder):
        found = list(examine())

    bad = [finding.detail for finding in found if finding.mark == BAD]
    assert any("broken-game" in detail and "no_such_module_anywhere" in detail for detail in bad)
    assert any("broken-agent" in detail and "NoSuchClass" in detail for detail in bad)


def test_stale_entry_points_of_an_editable_install(tmp_path: Path) -> None:
    """A registration that pyproject.toml has and the install lacks, or the other way round, is named."""
    source, site = tmp_path / "source", tmp_path / "site"
    info = site / "stale_toys-0.dist-info"
    info.mkdir(parents=True)
    source.mkdir()
    (source / "pyproject.toml").write_text(
        '[project]\nname = "stale-toys"\n[project.entry-points."arena.games"]\nkept = "a:B"\nadded = "a:C"\n'
    )
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stale-toys\nVersion: 0\n")
    (info / "entry_points.txt").write_text("[arena.games]\nkept = a:B\nremoved = a:D\n")
    (info / "direct_url.json").write_text(
        json.dumps({"url": f"file://{source}", "dir_info": {"editable": True}})
    )

    with on_path(site):
        assert _surroundings.stale_entry_points("stale-toys") == [
            "arena.games: added",
            "arena.games: removed",
        ]
        found = [finding for finding in examine() if finding.what == "entry points of stale-toys"]

    assert [finding.mark for finding in found] == [BAD]
    assert f"pip install -e {source}" in found[0].detail


def test_a_store_that_cannot_be_written_is_bad(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """ARENA_HOME below a file: nothing can be stored there."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "file" / "below"))

    found = next(finding for finding in examine() if finding.what == "store")

    assert found.mark == BAD
    assert "ARENA_HOME" in found.detail


def test_a_store_that_can_be_written_leaves_no_trace(home: Path) -> None:
    """To look is not to make."""
    found = next(finding for finding in examine() if finding.what == "store")

    assert found.mark == GOOD
    assert not home.exists()


def test_absent_extras_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """An absent extra is a note with the command, no error."""
    wanted = [
        "numpy",
        'no-such-package>=1; extra == "some"',
        'numpy; extra == "other"',
        'agent-arena[x]; extra == "all"',
    ]
    monkeypatch.setattr("importlib.metadata.requires", lambda _: wanted)

    marks = {finding.what: finding for finding in examine() if finding.what.startswith("extra ")}

    assert {what: finding.mark for what, finding in marks.items()} == {
        "extra other": GOOD,
        "extra some": NOTED,
    }
    assert "pip install 'agent-arena[some]'" in marks["extra some"].detail
