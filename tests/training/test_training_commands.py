"""`arena train` and `arena evaluate` as people use them: killed, interrupted, resumed, misused."""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_bench import arena

from agents.training.configuration import parse_run
from agents.training.curve import Curve, without_timing
from agents.training.evaluation import HELD_OUT, evaluate
from agents.training.folder import RunFolder
from arena.registry import make_agent, make_game

SMALL = ["--players", "2", "--seed", "4", "--steps", "1k", "--evaluate-blocks", "4", "--no-tensorboard"]
MEASURED = ["--evaluate-every", "300", "--checkpoint-every", "100", "--evaluate-against", "random,greedy"]
COMMAND = "import sys; from arena.cli.main import run; sys.exit(run())"


def curve(folder: Path) -> list[dict[str, object]]:
    return without_timing(Curve(folder / "curve.jsonl").lines())


def started(learner: str, folder: Path, learner_folder: Path) -> subprocess.Popen[str]:
    """A training in a process of its own."""
    path = os.pathsep.join([str(learner_folder), str(Path(__file__).parents[1] / "helpers")])
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "train", "dhumbal", learner, *SMALL, *MEASURED, "--out", str(folder)],
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def learned(process: subprocess.Popen[str], lines: int) -> None:
    """Wait until so many evaluations have been told."""
    assert process.stderr is not None
    told = 0
    for line in process.stderr:
        told += "greedy" in line
        if told >= lines:
            return
    pytest.fail("it ended before")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_training_that_is_ended_goes_on_as_if_nothing_had_happened(
    end: signal.Signals, tmp_path: Path, learner_folder: Path
) -> None:
    """Killed or interrupted in the middle; resumed, it has the curve and the agents of one that was not."""
    process = started("climber:nap=0.05", tmp_path / "broken", learner_folder)
    learned(process, 2)
    process.send_signal(end)
    _, err = process.communicate(timeout=30)

    assert process.returncode == (130 if end == signal.SIGINT else -signal.SIGKILL)
    assert 6 <= len(curve(tmp_path / "broken")) < 10
    assert "Traceback" not in err
    if end == signal.SIGINT:
        assert re.search(
            r"kept: the checkpoint after \d+ decisions; it goes on with arena train --resume", err
        )
    resumed = arena("train", "--resume", "--out", str(tmp_path / "broken"), "--no-tensorboard")
    whole = arena("train", "dhumbal", "climber:nap=0.05", *SMALL, *MEASURED, "--out", str(tmp_path / "whole"))

    assert (resumed.code, whole.code) == (0, 0), resumed.err + whole.err
    assert re.search(r"resumed after \d+ decisions", resumed.err)
    assert curve(tmp_path / "broken") == curve(tmp_path / "whole")
    assert len(curve(tmp_path / "whole")) == 10
    for name in ("best.agent", "last.agent"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_the_end_says_what_to_do_next(tmp_path: Path) -> None:
    """The result is where the agents are; the hints are commands that exist; the file tells how it was made."""
    folder = tmp_path / "x"
    answer = arena(
        "train", "dhumbal", "climber", *SMALL, *MEASURED, "--rules", "np5,np10", "--out", str(folder)
    )

    assert answer.code == 0
    assert answer.out.splitlines() == [
        "ended: 1,000 decisions",
        f"best: {folder}/best.agent",
        f"last: {folder}/last.agent",
    ]
    assert f"arena evaluate {folder}\n" in answer.err
    assert "arena tournament 'dhumbal(players=2)' --agents aggressive,all" in answer.err
    assert re.search(
        r"\d+:\d\d  900 of 1,000 decisions · .* left  random [+-].* ± .* \(.* % wins\)", answer.err
    )
    run = parse_run(folder / "run.json")
    assert run.configuration.games == ("dhumbal(players=2)", "dhumbal(players=2, rules=np10)")
    assert run.configuration.learner == "climber"
    assert run.sessions[0].command.startswith(
        "arena train 'dhumbal(players=2)' climber --game 'dhumbal(players=2, "
    )
    again = arena(
        "train", "dhumbal", "climber", *SMALL, *MEASURED, "--rules", "np5,np10", "--out", str(folder)
    )
    assert "ended: 1,000 decisions" in again.out
    assert len(curve(folder)) == 10


def test_where_nothing_says_where(home: Path) -> None:
    """Without --out the folder lies in the data folder, and the same words find it again."""
    words = ["train", "dhumbal", "climber", *SMALL, *MEASURED]
    first = arena(*words)
    (folder,) = (home / "runs").iterdir()
    second = arena(*words)

    assert first.code == second.code == 0
    assert folder.name.startswith("dhumbal-climber-")
    assert f"{folder}: seed 4\n" in first.err
    assert f"{folder}: seed 4, resumed after 1,000 decisions\n" in second.err
    assert list((home / "runs").iterdir()) == [folder]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dhumbal", "clmber"], "unknown learner 'clmber': did you mean 'climber'?"),
        (["dhumbal", "climber:pac=3"], "unknown parameter of learner climber 'pac': did you mean 'pace'?"),
        (["dhumbal", "climber:pace=0"], "climber: expected pace >= 1, got 0"),
        (["dumbal", "climber"], "unknown game 'dumbal': did you mean 'dhumbal'?"),
        (
            ["dhumbal", "climber", "--steps", "many"],
            "expected a number of decisions such as 200k or 20M, got 'many'",
        ),
        (
            ["dhumbal", "climber", "--evaluate-against", "gredy"],
            "unknown agent 'gredy': did you mean 'greedy'?",
        ),
        (["dhumbal", "climber", "--against", "gredy"], "unknown agent 'gredy': did you mean 'greedy'?"),
        (
            ["dhumbal", "climber", "--evaluate-blocks", "1"],
            "evaluate-blocks: input should be greater than or equal to 2",
        ),
        (
            ["dhumbal", "climber", "--threads", "0"],
            "threads: input should be greater than or equal to 1, got 0",
        ),
        (
            ["dhumbal", "climber", "--patience", "0"],
            "patience: input should be greater than or equal to 1, got 0",
        ),
        (["dhumbal", "climber", "--seed", "-1"], "seed: input should be greater than or equal to 0, got -1"),
        (["dhumbal", "climber", "--players", "two"], "expected players by commas, such as 2,3,4, got 'two'"),
        (["dhumbal"], "expected a LEARNER beside the game; known: climber"),
        ([], "expected GAME LEARNER, such as 'arena train dhumbal ppo'"),
        (["--resume"], "--resume needs --out DIR"),
        (["dhumbal", "climber:incapable=true"], "expected a game that can be climbed"),
    ],
)
def test_misuse_is_one_line_and_leaves_nothing_behind(words: list[str], message: str, tmp_path: Path) -> None:
    """What cannot be trained is said in a line, exit code 2, and no folder is made."""
    out = [] if words == ["--resume"] else ["--out", str(tmp_path / "x")]
    answer = arena("train", *words, *out, "--no-tensorboard")

    assert (answer.code, answer.out) == (2, "")
    assert f"arena: error: {message}" in answer.err
    assert not (tmp_path / "x").exists()


def test_folders_that_do_not_do(tmp_path: Path) -> None:
    """Another training, something else, nothing to resume: one line that names the first difference."""
    folder = tmp_path / "x"
    words = ["train", "dhumbal", "climber", *SMALL, *MEASURED]
    assert arena(*words, "--out", str(folder)).code == 0

    def refused(*more: str) -> str:
        answer = arena(*more)
        assert (answer.code, answer.out) == (2, "")
        return answer.err

    assert "holds another training, with seed 4, not 5; take another folder" in refused(
        *words, "--seed", "5", "--out", str(folder)
    )
    assert "with games 'dhumbal(players=2)', not 'dhumbal'" in refused(
        "train", "dhumbal", "climber", "--out", str(folder)
    )
    assert "with learner 'climber', not 'climber(pace=50)'" in refused(
        "train", "dhumbal:players=2", "climber:pace=50", "--out", str(folder)
    )
    assert "--rules and --players need the GAME beside them" in refused(
        "train", "--resume", "--rules", "np10", "--out", str(folder)
    )
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine")
    assert "holds something else than a training" in refused(*words, "--out", str(tmp_path / "notes"))
    assert "expected a folder" in refused(*words, "--out", str(tmp_path / "notes" / "a.txt"))
    assert "expected a training to resume in" in refused("train", "--resume", "--out", str(tmp_path / "none"))
    run = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(
        json.dumps({**run, "configuration": {**run["configuration"], "seed": "x"}})
    )
    assert "configuration.seed: input should be a valid integer, got 'x'" in refused(
        *words, "--out", str(folder)
    )
    (folder / "run.json").write_text(json.dumps({**run, "format": 2}))
    assert "expected a training's file of format 1, got 2" in refused(*words, "--out", str(folder))


def test_only_one_training_writes_to_a_folder(tmp_path: Path) -> None:
    """A second one is refused while the first runs."""
    from agents.training.files import locked

    (tmp_path / "x").mkdir()
    with locked(tmp_path / "x"):
        answer = arena("train", "dhumbal", "climber", *SMALL, "--out", str(tmp_path / "x"))

    assert answer.code == 2
    assert "another training is writing to" in answer.err


@pytest.mark.parametrize("learner", ["climber:nan_at=6", "climber:fails_at=6"])
def test_what_goes_wrong_is_one_line_and_the_way_on(learner: str, tmp_path: Path) -> None:
    """A loss that is no number, or no memory: exit code 1, one line, and how to go on."""
    answer = arena("train", "dhumbal", learner, *SMALL, *MEASURED, "--out", str(tmp_path / "x"), "-q")

    assert (answer.code, answer.out) == (1, "")
    assert "after 500 decisions; the checkpoint after 500 is kept" in answer.err.splitlines()[-1]
    assert f"it goes on with arena train --resume --out {tmp_path}/x" in answer.err
    assert RunFolder(tmp_path / "x").newest()[1] == []


def test_without_tensorboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not installed, one line says what to install, and the training goes on."""
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    words = [word for word in SMALL if word != "--no-tensorboard"]
    answer = arena("train", "dhumbal", "climber", *words, *MEASURED, "--out", str(tmp_path / "x"))

    assert answer.code == 0
    assert "no events for TensorBoard: torch is not installed: pip install 'agent-arena[train]'" in answer.err
    assert "tensorboard --logdir" not in answer.err


def test_with_tensorboard(tmp_path: Path) -> None:
    """Every metric and every evaluation is an event, by the decisions before it."""
    pytest.importorskip("torch.utils.tensorboard")
    accumulators = importlib.import_module("tensorboard.backend.event_processing.event_accumulator")
    words = [word for word in SMALL if word != "--no-tensorboard"]
    folder = tmp_path / "x"
    answer = arena("train", "dhumbal", "climber", *words, *MEASURED, "--out", str(folder))
    events = accumulators.EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    lines = curve(folder)

    assert f"tensorboard --logdir {folder}/tensorboard" in answer.err
    assert [event.step for event in events.Scalars("learner/reward")] == [line["steps"] for line in lines]
    assert [event.step for event in events.Scalars("against greedy/score")] == [300, 600, 900, 1000]


def test_evaluation_of_an_agent() -> None:
    """The table of held-out deals, as words and as data; the same seed measures the same."""
    words = ["evaluate", "greedy", "--players", "2,3", "--against", "random,aggressive", "--blocks", "30"]
    told = arena(*words, "--seed", "9")
    data = json.loads(arena(*words, "--seed", "9", "--json").out)
    games = [make_game("dhumbal:players=2"), make_game("dhumbal:players=3")]
    opponents = [make_agent("random"), make_agent("aggressive")]
    found = evaluate(make_agent("greedy"), games, opponents, 30, seed=9, purpose=HELD_OUT)

    assert told.code == 0
    assert told.out.startswith("greedy, seed 9\ngame ")
    assert [row["game"] for row in data["results"]] == [result.game for result in found]
    for row, result in zip(data["results"], found, strict=True):
        assert row["score"]["mean"] == pytest.approx(result.score.mean, abs=1e-6)
        assert row["score"]["half_width"] == pytest.approx(result.score.half_width, abs=1e-6)
        assert f"{result.score.mean:+.2f} ± {result.score.half_width:.2f}" in told.out
    assert all(value > 0 for value in data["decision_micros"].values())
    assert data["seed"] == 9


def test_evaluation_of_a_training(tmp_path: Path) -> None:
    """A folder means its best agent in its own games; a file in it means that agent."""
    folder = tmp_path / "x"
    assert arena("train", "dhumbal", "climber", *SMALL, *MEASURED, "--out", str(folder)).code == 0
    few = ["--against", "random", "--blocks", "5", "--seed", "1", "--json"]
    best = json.loads(arena("evaluate", str(folder), *few).out)
    last = json.loads(arena("evaluate", str(folder / "last.agent"), *few).out)

    assert best["digest"] == make_agent("aggressive").digest()
    assert last["digest"] == make_agent("random").digest()
    assert {row["game"] for row in best["results"] + last["results"]} == {"dhumbal(players=2)"}


def test_evaluations_that_cannot_be(tmp_path: Path) -> None:
    """No such agent or file, a folder of something else, a card of what has none, too few deals: one line each."""
    (tmp_path / "empty").mkdir()
    for words, message in (
        (["gredy"], "unknown agent 'gredy': did you mean 'greedy'?"),
        ([str(tmp_path / "empty")], "expected an agent, a file of one or the folder of a training, got"),
        ([str(tmp_path / "x.onnx")], "expected a file with an agent at"),
        (["greedy", "--write-card"], "--write-card needs a file with a network, got 'greedy'"),
        (["greedy", "--blocks", "1"], "expected blocks >= 2, got 1"),
        (["greedy", "--players", "9"], "players"),
    ):
        answer = arena("evaluate", *words)
        assert (answer.code, answer.out) == (2, "")
        assert message in answer.err
        assert answer.err.count("\n") == 1
