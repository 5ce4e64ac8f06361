"""Whether a tournament that is killed again and again ends as if nothing had happened.

    python benchmarks/kill.py [--kills 50] [--json]

A tournament of Dhumbal, compiled agents and one that the referee plays, runs with two workers and is ended by SIGKILL at
moments drawn at random, workers, store and all; then it is resumed to its end. No committed block may be lost on the
way, the store must be whole, and the canonical ranking must be that of an uninterrupted run, byte by byte.
Peers: fastchess 1.x loses up to a quarter of the games of two engines, and all of a tournament of more.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

sys.path[:0] = [str(Path(__file__).parents[1])]

from arena.contest import Plan, Stop  # noqa: E402
from arena.streams import root_key, stream  # noqa: E402
from tournaments.executors.processes import Processes  # noqa: E402
from tournaments.plan import make_plan  # noqa: E402
from tournaments.ranking import canonical_json  # noqa: E402
from tournaments.store import Store  # noqa: E402
from tournaments.tournament import Tournament  # noqa: E402

AGENTS: Final = "aggressive,greedy,balanced,conservative,montecarlo(simulations=2)"
LONGEST_S: Final = 1.5
"""A run is killed at the latest so long after its first word, or after it has stored something new."""


def plan(blocks: int) -> Plan:
    """The tournament."""
    return make_plan("dhumbal(rules=np10)", AGENTS, seed=11, stop=Stop(blocks=blocks))


def play(path: Path, blocks: int) -> bytes:
    """Play what is missing; the canonical ranking."""
    with Store.open(path) as store:
        return canonical_json(Tournament(plan(blocks), store).run(Processes(2)))


def killed(path: Path, blocks: int, moment: float, *, early: bool) -> bool:
    """Start a run, and kill it `moment` seconds later; False if it was done by then.

    Args:
        path: its store.
        blocks: of the tournament.
        moment: seconds after the run's first word, or after it has stored something new.
        early: whether the first word counts.
    """
    before = 0 if early else committed(path)
    words = [sys.executable, __file__, "--child", str(path), "--blocks", str(blocks)]
    run = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert run.stdout is not None
    run.stdout.readline()
    while not early and committed(path) == before and run.poll() is None:
        time.sleep(0.01)
    time.sleep(moment)
    ended = run.poll() is not None
    run.send_signal(signal.SIGKILL)
    run.communicate()
    return not ended


def committed(path: Path) -> int:
    """Blocks that the store holds."""
    if not path.exists():
        return 0
    with Store.open(path, create=False) as store:
        rows = store.tournaments()
        return rows[0].blocks if rows else 0


def main() -> int:
    """Kill, resume, compare; exit code 1 where something was lost."""
    parser = argparse.ArgumentParser(description="Kill a tournament again and again.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--blocks", type=int, default=3000, help="blocks of the tournament")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print("begun", flush=True)
        play(options.child, options.blocks)
        return 0
    rng = stream(root_key(options.kills), "kill")
    with tempfile.TemporaryDirectory() as folder:
        path, whole = Path(folder) / "killed.sqlite", Path(folder) / "whole.sqlite"
        blocks = lost = kills = 0
        while kills < options.kills:
            moment = float(rng.uniform(0.0, LONGEST_S))
            if not killed(path, options.blocks, moment, early=kills % 5 == 0):
                break
            kills += 1
            now = committed(path)
            lost += max(0, blocks - now)
            blocks = now
        same = play(path, options.blocks) == play(whole, options.blocks)
        with Store.open(path) as store:
            sound = store.check(samples=20)
    row = {
        "what": "killed at random moments and resumed",
        "kills": kills,
        "blocks_when_last_killed": blocks,
        "blocks": options.blocks,
        "committed_blocks_lost": lost,
        "ranking_byte_identical": same,
        "store_whole": sound.ok,
        "matches_played_again": sound.resimulated,
    }
    print(json.dumps(row) if options.json else "\n".join(f"{name}: {value}" for name, value in row.items()))
    return 0 if same and not lost and sound.ok and kills == options.kills else 1


if __name__ == "__main__":
    sys.exit(main())
