"""`--resume` of a tournament until decided, and what `arena rank` notes of one that is not finished."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_bench import arena

from tournaments.store import Store

pytestmark = pytest.mark.usefixtures("toys")

WORDS = ["pebbles", "--agents", "first-one,random", "--seed", "7", "--workers", "1"]


def test_blocks_alone_move_the_upper_limit(tmp_path: Path) -> None:
    """The tournament goes on until decided, with its epsilon; without --resume the same plan is refused in one line."""
    at = ["--store", str(tmp_path / "league.sqlite")]
    first = arena("tournament", *WORDS, "--until", "decided", "--within", "0.001", "--blocks", "4", *at)
    assert first.code == 0, first.err
    resumed = arena("tournament", "--resume", "last", "--blocks", "8", "--json", "--workers", "1", *at)
    assert resumed.code == 0, resumed.err
    (stage,) = json.loads(resumed.out)["rounds"]
    assert stage["sequential"]["epsilon"] == 0.001
    assert stage["blocks"] <= 8
    with Store.open(tmp_path / "league.sqlite") as store:
        stop = store.tournaments()[0].plan.stop
        assert (stop.blocks, stop.until, stop.epsilon) == (8, "decided", 0.001)
        assert store.looks(1)
    refused = arena("tournament", *WORDS, "--blocks", "12", *at)
    assert refused.code == 2
    assert "was played until decided" in refused.err
    assert "Traceback" not in refused.err


def test_ranking_what_is_not_finished_is_a_peek(tmp_path: Path) -> None:
    """An event with the blocks seen; a finished tournament is simply ranked."""
    path = tmp_path / "league.sqlite"
    at = ["--store", str(path)]
    assert arena("tournament", *WORDS, "--blocks", "6", *at).code == 0
    assert arena("rank", *at).code == 0
    with Store.open(path) as store:
        assert [event.kind for event in store.events(1)] == ["run", "finished"]
        store.log(1, "run", "until more")
    assert arena("rank", *at).code == 0
    assert arena("report", "--to", "md", "--out", "-", *at).code == 0
    with Store.open(path) as store:
        events = store.events(1)
    assert [event.kind for event in events[3:]] == ["peek", "peek"]
    assert events[3].message.startswith("6 blocks: the ranking by ")
