"""The loop of a training: what is kept, when it ends, and that a break leaves no trace."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.training import folder as folders
from agents.training import loop
from agents.training.configuration import Configuration, Session
from agents.training.curve import without_timing
from agents.training.files import write_whole
from agents.training.folder import RunFolder
from agents.training.preparing import prepare
from agents.training.progress import Progress
from arena.errors import BadInput, HostFault, LearningDiverged

PLAN = Configuration(
    games=("dhumbal(players=2)",),
    learner="climber",
    seed=5,
    steps=1000,
    checkpoint_every=200,
    evaluate_every=300,
    evaluate_against=("aggressive",),
    evaluate_blocks=4,
    keep=2,
)
SESSION = Session(from_steps=0, versions={}, commit=None, machine={}, command="")


class Broken(BaseException):
    """The process is gone."""


def train(
    path: Path, plan: Configuration = PLAN, watch: Callable[[Progress], None] = lambda _: None
) -> tuple[str, RunFolder]:
    """Train as the command does; why it ended, and the folder."""
    folder = RunFolder(path)
    saved, _ = folder.newest()
    folder.open(plan, SESSION)
    return prepare(plan, folder).run(saved, watch), folder


def traces(folder: RunFolder) -> dict[str, Any]:
    """All that must not depend on breaks."""
    agents = {name: path.read_bytes() for name in ("best", "last") if (path := folder.agent_file(name))}
    checkpoints = {path.name: path.read_bytes() for path in folder.checkpoints.iterdir()}
    for path in folder.checkpoints.glob("*.state"):
        head, state = folders._unpack(path)
        head["metrics"].pop("learn_s")
        checkpoints[path.name] = repr((head, state)).encode()
    return {"curve": without_timing(folder.curve.lines()), "agents": agents, "checkpoints": checkpoints}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, learner_folder: Path) -> dict[str, Any]:
    """The traces of a training that nobody broke off."""
    from cli_bench import on_path

    with on_path(learner_folder):
        reason, folder = train(tmp_path_factory.mktemp("runs") / "whole")
    assert reason == "1,000 decisions"
    return traces(folder)


def test_what_is_kept(undisturbed: dict[str, Any]) -> None:
    """Ten lines of the curve; evaluations at multiples of 300 and the end; the last two checkpoints and the best."""
    curve = undisturbed["curve"]
    judged = [line["steps"] for line in curve if "evaluation" in line]
    # The climber hands out random, conservative, aggressive and random again: aggressive, after 300, is the best.
    assert [line["steps"] for line in curve] == list(range(100, 1001, 100))
    assert judged == [300, 600, 900, 1000]
    assert set(undisturbed["checkpoints"]) == {
        f"{steps:08d}.{ending}" for steps in (300, 900, 1000) for ending in ("agent", "state")
    }
    assert undisturbed["agents"] == {"best": b"aggressive\n", "last": b"random\n"}
    # Aggressive against itself over all seats of the same deals and dice gains nothing.
    assert curve[2]["evaluation"]["aggressive"]["score"] == pytest.approx(0, abs=1e-9)
    assert all("learn_s" not in line["metrics"] for line in curve)


def test_the_same_seed_gives_the_same_curve(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    """Two trainings of a seed are the same but for what the clock says; another seed learns something else."""
    _, again = train(tmp_path / "again")
    _, other = train(tmp_path / "other", PLAN.model_copy(update={"seed": 6}))

    assert traces(again) == undisturbed
    assert traces(other)["curve"] != undisturbed["curve"]
    assert all("seconds" in line["timing"] and "learn_s" in line["timing"] for line in again.curve.lines())


def test_an_interruption_at_any_moment_leaves_no_trace(
    tmp_path: Path, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C whenever something is shown: what was learned is kept, and the resumed training ends as the whole one."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    calls = 0

    def count(_: Progress) -> None:
        nonlocal calls
        calls += 1

    train(tmp_path / "count", watch=count)
    assert calls > 15
    for moment in range(calls):
        left = moment

        def interrupt(_: Progress) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt

        path = tmp_path / f"run-{moment}"
        with pytest.raises(KeyboardInterrupt):
            train(path, watch=interrupt)
        done = [line["number"] for line in RunFolder(path).curve.lines()]
        assert len(RunFolder(path).steps()) >= bool(done), "what stands in the curve is kept"
        _, folder = train(path)
        found = traces(folder)
        assert found["curve"] == undisturbed["curve"]
        assert found["agents"] == undisturbed["agents"]


def test_a_kill_at_any_write_leaves_no_trace(
    tmp_path: Path, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is gone in the middle of any write; all traces are those of the whole training."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr(loop._Run, "_keep_unsaved", lambda _: None)  # who is killed keeps nothing
    for moment in range(1, 200):
        left = moment

        def write(path: Path, data: bytes) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                path.with_name(f"{path.name}.tmp").write_bytes(data[: len(data) // 2])
                raise Broken
            write_whole(path, data)

        path = tmp_path / f"run-{moment}"
        with monkeypatch.context() as patch:
            patch.setattr(folders, "write_whole", write)
            try:
                train(path)
            except Broken:
                pass
            else:
                assert moment > 20
                return
        if RunFolder(path).curve.path.exists():
            with RunFolder(path).curve.path.open("a") as file:
                file.write('{"number": 9, "st')
        _, folder = train(path)
        assert traces(folder) == undisturbed
        assert not list(path.rglob("*.tmp"))
    pytest.fail("there is no end of writing")


def test_more_steps_go_on(tmp_path: Path) -> None:
    """A training that has ended can be given more steps; nothing else may change."""
    train(tmp_path)
    reason, folder = train(tmp_path, PLAN.model_copy(update={"steps": 1200}))

    assert reason == "1,200 decisions"
    assert [line["steps"] for line in folder.curve.lines()] == list(range(100, 1201, 100))
    assert train(tmp_path, PLAN.model_copy(update={"steps": 1200}))[0] == "1,200 decisions"
    with pytest.raises(BadInput, match=r"holds another training, with seed 5, not 6; take another folder"):
        train(tmp_path, PLAN.model_copy(update={"seed": 6}))


def test_patience(tmp_path: Path) -> None:
    """Two evaluations without improvement end it, and it stays ended; more patience goes on."""
    plan = PLAN.model_copy(update={"evaluate_every": 100, "patience": 2})
    reason, folder = train(tmp_path, plan)

    assert reason == "no improvement in 2 evaluations"
    assert [line["steps"] for line in folder.curve.lines()] == [100, 200, 300, 400, 500]
    assert train(tmp_path, plan)[0] == "no improvement in 2 evaluations"
    assert train(tmp_path, plan.model_copy(update={"patience": 4}))[0] == "no improvement in 4 evaluations"
    assert [line["steps"] for line in folder.curve.lines()][-1] == 700


def test_a_learner_that_ends(tmp_path: Path) -> None:
    """Its last checkpoint is kept."""
    reason, folder = train(tmp_path, PLAN.model_copy(update={"learner": "climber(ends_at=3)"}))

    assert reason == "the learner has ended"
    assert folder.steps()[-1] == 300


@pytest.mark.parametrize(
    ("learner", "error", "message"),
    [
        (
            "climber(nan_at=6)",
            LearningDiverged,
            "loss is nan after 500 decisions; the checkpoint after 500 is kept",
        ),
        (
            "climber(fails_at=6)",
            HostFault,
            "out of memory after 500 decisions; the checkpoint after 500 is kept",
        ),
        (
            "climber(nan_at=1)",
            LearningDiverged,
            "loss is nan after 0 decisions; no checkpoint was written yet",
        ),
    ],
)
def test_what_goes_wrong_keeps_the_last_good_checkpoint(
    tmp_path: Path, learner: str, error: type[Exception], message: str
) -> None:
    """A loss that is no number, or no memory: the checkpoint before it is kept, whole, and the curve has no more."""
    with pytest.raises(error, match=message):
        train(tmp_path, PLAN.model_copy(update={"learner": learner}))

    folder = RunFolder(tmp_path)
    saved, problems = folder.newest()
    assert problems == []
    last = [line["steps"] for line in folder.curve.lines()][-1:]
    assert last == ([saved.checkpoint.steps] if saved else [])


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written before stays whole, and goes on when there is room again."""
    written = 0

    def write(path: Path, data: bytes) -> None:
        nonlocal written
        written += 1
        if written > 12:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_whole(path, data)

    monkeypatch.setattr(folders, "write_whole", write)
    with pytest.raises(
        HostFault, match=r"no space left on the disk after .* decisions; the checkpoint after"
    ):
        train(tmp_path)
    monkeypatch.undo()
    saved, problems = RunFolder(tmp_path).newest()

    assert saved is not None
    assert problems == []


def test_damaged_checkpoints(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    """A damaged checkpoint is left out for the one before it; the result is the same. With all damaged there is a word."""
    train(tmp_path, PLAN.model_copy(update={"steps": 800}))
    folder = RunFolder(tmp_path)
    newest = folder.checkpoints / f"{folder.steps()[-1]:08d}.state"
    newest.write_bytes(newest.read_bytes()[:-3])
    saved, problems = folder.newest()

    assert saved is not None
    assert saved.checkpoint.steps == 600
    assert problems == [f"{str(newest)!r} is damaged or cut short"]
    assert not newest.exists()
    _, folder = train(tmp_path)
    assert traces(folder)["agents"] == undisturbed["agents"]
    for path in folder.checkpoints.glob("*.agent"):
        path.write_text("greedy\n")
    with pytest.raises(BadInput, match=r"no checkpoint can be resumed from: .* it is not what was written"):
        folder.newest()
    for path in folder.checkpoints.glob("*.state"):
        path.write_text("nothing")
    with pytest.raises(BadInput, match="is no checkpoint of a training"):
        folder.newest()
