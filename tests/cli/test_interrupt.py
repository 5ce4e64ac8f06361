"""Ctrl-C: the ranking so far, the command that goes on, exit code 130, in less than two seconds."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_bench import arena, on_path

SOURCE = "import sys; from arena.cli.main import run; sys.exit(run())"
LIMIT_S = 2.0
"""What an interruption may take on a machine that does nothing else."""
WORDS = [
    "tournament",
    "pebbles",
    "--agents",
    "slow,first-one,random",
    "--time",
    "300",
    "--workers",
    "1",
    "--seed",
    "5",
]


def started(store: Path, toy_folder: Path, *, terminal: int | None = None) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": str(toy_folder), "COLUMNS": "80", "LINES": "24", "TERM": "xterm"}
    return subprocess.Popen(
        [sys.executable, "-c", SOURCE, *WORDS, "--store", str(store)],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if terminal is None else terminal,
        stderr=subprocess.PIPE if terminal is None else terminal,
        start_new_session=True,
    )


def interrupted(process: subprocess.Popen[bytes], *, whole_group: bool) -> float:
    """Interrupt it as a terminal (the whole group) or a supervisor would; the seconds until it was gone."""
    began = time.perf_counter()
    if whole_group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    process.wait(30)
    return time.perf_counter() - began


def crowding() -> float:
    """How many times too much this machine has to do."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.mark.parametrize("whole_group", [True, False])
def test_interrupt(whole_group: bool, tmp_path: Path, toy_folder: Path) -> None:
    """After the first line of progress: ranking on standard output, the way on on standard error, and it resumes."""
    store = tmp_path / "i.sqlite"
    process = started(store, toy_folder)
    assert process.stderr is not None
    assert process.stdout is not None
    for line in process.stderr:
        if b"blocks" in line:
            break

    took = interrupted(process, whole_group=whole_group)
    out, err = process.stdout.read().decode(), process.stderr.read().decode()
    process.stdout.close()
    process.stderr.close()

    assert process.returncode == 130
    assert took < LIMIT_S * crowding()
    assert re.search(r"^ *1(-\d)? +\S+", out, flags=re.MULTILINE)
    assert f"arena tournament --resume 1 --store {store}" in err
    assert "Traceback" not in err
    with on_path(toy_folder):
        assert arena("store", "check", "--store", str(store)).code == 0
        assert (
            arena("tournament", "--resume", "1", "--store", str(store), "--time", "0.1", "-q", "-w", "1").code
            == 0
        )


def test_live_screen_on_a_terminal(tmp_path: Path, toy_folder: Path) -> None:
    """On a terminal the ranking is drawn while it forms; interrupted, the screen gives way to the report, cursor and all."""
    ours, theirs = pty.openpty()
    process = started(tmp_path / "t.sqlite", toy_folder, terminal=theirs)
    os.close(theirs)

    seen = read_until(ours, lambda text: "wins %" in text and "matches/s" in text)
    took = interrupted(process, whole_group=True)
    seen += read_until(ours, lambda text: "--resume" in text)
    os.close(ours)

    assert process.returncode == 130
    assert took < LIMIT_S * crowding()
    assert "\x1b[?25l" in seen, "the cursor is hidden while the screen is drawn"
    assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l"), "and shown again"
    assert "left" in seen
    assert "ms/decision" in seen


def read_until(terminal: int, enough: object, limit_s: float = 30.0) -> str:
    """What appears on a terminal until it is enough, or nothing more comes."""
    assert callable(enough)
    text, began = "", time.perf_counter()
    while not enough(text) and time.perf_counter() - began < limit_s:
        ready, _, _ = select.select([terminal], [], [], 0.5)
        if ready:
            try:
                more = os.read(terminal, 65536)
            except OSError:  # the other side is gone
                break
            if not more:
                break
            text += more.decode(errors="replace")
    return text
