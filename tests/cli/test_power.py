"""`arena power`: plans from pilots and from stored tournaments."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from cli_bench import Answer, arena

from tournaments.sprt import expected_blocks
from tournaments.statistics import blocks_needed

pytestmark = pytest.mark.usefixtures("toys")

WORDS = ["power", "first-one", "random", "-g", "pebbles", "--seed", "3", "-w", "1", "-q"]


def told(answer: Answer) -> dict[str, Any]:
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return found


def test_plan_from_a_pilot(home: Path) -> None:
    """The numbers are those of the planning formulas at the measured spread; the pilot is not stored."""
    found = told(arena(*WORDS, "--difference", "0.5,-0.1", "--power", "0.9", "--json"))
    difference = found["difference"]

    assert difference["blocks"] == 200
    assert found["sd"] == pytest.approx(difference["se"] * math.sqrt(200))
    assert found["sd_interval"][0] < found["sd"] < found["sd_interval"][1]
    assert [row["difference"] for row in found["planned"]] == [0.5, -0.1]
    for row in found["planned"]:
        assert row["fixed"]["blocks"] == blocks_needed(row["difference"], found["sd"], power=0.9).blocks
        sequential = expected_blocks(0, abs(row["difference"]), 0, found["sd"], alpha=0.025, beta=1 - 0.9)
        assert row["if_none"] == sequential.blocks
    assert not home.exists()


def test_table(home: Path) -> None:
    """Without differences the table has round ones and the one seen, the largest first, within 80 columns."""
    answer = arena(*WORDS, "-b", "60")
    found = told(arena(*WORDS, "-b", "60", "--json"))

    assert answer.code == 0, answer.err
    assert answer.err == ""
    assert max(map(len, answer.out.splitlines())) <= 80
    sizes = [row["difference"] for row in found["planned"]]
    assert sizes == sorted(sizes, reverse=True)
    assert abs(found["difference"]["value"]) in sizes
    for row in found["planned"]:
        assert f"{row['fixed']['blocks']:,}" in answer.out
    assert "*" in answer.out


def test_plan_from_a_tournament(tmp_path: Path) -> None:
    """A stored tournament of two gives the plan of the pilot of the same blocks; of more, agents are named and turned."""
    at = ["--store", str(tmp_path / "a.sqlite")]
    common = ["tournament", "pebbles", "-p", "2", "--seed", "3", "-b", "200", "-w", "1", "-q", *at]
    assert arena(*common, "-a", "first-one,random").code == 0
    pilot = told(arena(*WORDS, "--json"))
    two = told(arena("power", "--from", "last", "--json", *at))
    turned = told(arena("power", "random", "first-one", "--from", "1", "--json", *at))

    assert two["planned"] == pilot["planned"]
    assert two["sd"] == turned["sd"] == pilot["sd"]
    assert turned["difference"]["value"] == -two["difference"]["value"]
    assert turned["difference"]["low"] == -two["difference"]["high"]
    assert turned["agents"] == two["agents"][::-1]

    absent = arena("power", "random", "faulty", "--from", "1", *at)
    half = arena("power", "random", "--from", "1", *at)
    same = arena("power", "random", "random", "--from", "1", *at)
    assert [answer.code for answer in (absent, half, same)] == [2, 2, 2]
    assert "unknown agent of the tournament 'faulty'" in absent.err
    assert "expected two of the tournament's agents: first-one, random" in half.err
    assert "two different agents" in same.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["power"], "expected two agents"),
        (["power", "random"], "expected two agents"),
        (["power", "random", "random", "-g", "pebbles"], "two different agents, got 'random' twice"),
        ([*WORDS, "--difference", "much"], "expected differences such as 0.1,0.2, got 'much'"),
        ([*WORDS, "--difference", "0.1,0"], "other than 0"),
        ([*WORDS, "--power", "1"], "power between 0.5 and 1"),
        ([*WORDS, "--alpha", "0.7"], "alpha between 0 and 0.5"),
        ([*WORDS, "--blocks", "1"], "blocks >= 2"),
        ([*WORDS, "--by", "win"], "did you mean 'wins'?"),
        (["power", "--from", "7", "--store", "absent.sqlite"], "absent.sqlite"),
    ],
)
def test_bad_input(words: list[str], said: str, home: Path) -> None:
    """One line that says what was expected, and exit code 2, before anything is played."""
    answer = arena(*words)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert said in answer.err
    assert not home.exists()
