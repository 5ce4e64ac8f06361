"""A third party's distribution, installed beside the arena, is found in another process, with its faults."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[1] / "plugin_package"

LOOK = """
import json
from arena import make_agent, make_game, play
from arena.errors import ArenaError
from arena.registry import entries, fitting_agents, make_agents
from arena.spelling import spell
from arena.testing import cases, check_agent, check_game

problems = {entry.name: entry.problem() for kind in ("game", "agent") for entry in entries(kind).values()}
game, agent = make_game("coin-duel(rounds=5)"), make_agent("heads:side=tails")
record = play(game, [agent, make_agent("heads")], 1)

def refused(spelled, make=make_game):
    try:
        return repr(make(spelled))
    except ArenaError as error:
        return f"{type(error).__name__}: {error}"

broken = {}
for case in cases("coin-arena"):
    try:
        case.check()
    except ArenaError as error:
        broken[f"{case.law}-{case.subject}"] = str(error)

print(json.dumps({
    "problems": problems,
    "distributions": sorted({entry.distribution for entry in entries("game").values()}),
    "record": [record.game, list(record.scores), [seat.agent for seat in record.seats]],
    "refused": [
        refused("coin-broken"), refused("coin-dual"), refused("coin-duel(round=2)"), refused("random", make_agent),
    ],
    "fitting": list(fitting_agents(game)),
    "all": [spell(agent) for agent in make_agents("all", game)],
    "laws": [len(check_game(game)), len(check_agent(agent, game))],
    "broken": broken,
    "cases": len(cases("coin-arena")),
}))
"""


def install(target: Path) -> None:
    """Put the distribution where a wheel's files would lie: the package, and the metadata that pip writes.

    Installing by pip needs the build backend, which a machine without a network may lack.
    """
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shutil.copytree(
        SOURCE / "coin_arena", target / "coin_arena", ignore=shutil.ignore_patterns("__pycache__")
    )
    folder = target / f"coin_arena-{project['version']}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items()), ""]
    (folder / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    (folder / "INSTALLER").write_text("test\n", encoding="utf-8")
    rows = []
    for path in sorted(path for path in target.rglob("*") if path.is_file()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        rows.append(f"{path.relative_to(target)},sha256={digest},{path.stat().st_size}")
    (folder / "RECORD").write_text("\n".join([*rows, f"{folder.name}/RECORD,,"]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a process sees in which the distribution is installed."""
    target = tmp_path_factory.mktemp("site")
    install(target)
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOOK],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(target), str(SOURCE.parents[1])])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_its_game_and_agent_play(seen: Any) -> None:
    """They are made by name, play, and are recorded by their spelling."""
    assert "coin-arena" in seen["distributions"]
    assert seen["problems"]["coin-duel"] is None
    assert seen["record"] == ["coin-duel(rounds=5)", [5.0, -5.0], ["heads(side=tails)", "heads"]]


def test_its_agent_fits_its_game(seen: Any) -> None:
    """`all` holds the third party's agents; one whose name is taken twice is not among them."""
    assert "heads" in seen["fitting"]
    assert seen["all"] == ["heads"]
    assert "random" not in seen["fitting"]


def test_broken_entry_points_are_listed_with_their_errors(seen: Any) -> None:
    """Each says whose it is and what is wrong with it; none stops the others."""
    problems = seen["problems"]
    assert problems["coin-broken"] == (
        "game 'coin-broken' of coin-arena (coin_arena.broken:Game) fails to load: "
        "RuntimeError: the coin has rolled away"
    )
    assert "fails to load: AttributeError: " in problems["coin-lost"]
    assert "fails to load: SystemExit: bye" in problems["coin-exits"]
    assert problems["coin-number"] == "game 'coin-number' of coin-arena (coin_arena.game:NUMBER) is no class"
    assert problems["coin-extra"] == (
        "game 'coin-extra' of coin-arena: coinlib is not installed: pip install 'agent-arena[coins]'"
    )


def test_a_name_that_is_taken_is_refused(seen: Any) -> None:
    """Neither distribution gets it: which one would be a matter of chance."""
    problem = seen["problems"]["random"]
    assert problem == "agent 'random' is registered by agent-arena and by coin-arena"
    assert seen["refused"][3] == f"DuplicateName: {problem}"


def test_wrong_words_are_answered(seen: Any) -> None:
    """Broken plug-ins, unknown names and unknown parameters say what is wrong."""
    broken, name, parameter, _ = seen["refused"]
    assert broken.startswith("BrokenPlugin: game 'coin-broken' of coin-arena")
    assert name.startswith("UnknownName: unknown game 'coin-dual': did you mean 'coin-duel'?")
    assert parameter == (
        "UnknownName: unknown parameter of game coin-duel 'round': did you mean 'rounds'? (known: rounds)"
    )


def test_it_obeys_every_law(seen: Any) -> None:
    """The laws are for third parties, too: what is sound holds, and what does not load is a broken law."""
    games, agents = seen["laws"]
    assert games >= 18
    assert agents >= 11
    broken = ("coin-broken", "coin-lost", "coin-exits", "coin-number", "coin-extra", "random")
    assert set(seen["broken"]) == {f"loads-{name}" for name in broken}
    # Each of the eight entry points is loaded; the rest is what the game and the agent are asked.
    assert seen["cases"] == games + agents + 8
