"""The stop that waits for answers, in plans, plan files and on the command line."""

from __future__ import annotations

import dataclasses
import math

import pytest

from arena.contest import Stop
from arena.errors import BadInput, BadPlan
from tournaments.plan import check_stop, command_line, make_plan, plan_digest
from tournaments.plan_files import parse_plan, plan_toml

DECIDED = Stop(until="decided")


def test_words_for_it() -> None:
    """Plan files and the command line carry the stop; it is no part of a plan's identity."""
    stop = Stop(5000, 60.0, "decided", 0.5)
    plan = make_plan("dhumbal", "aggressive,greedy,random", seed=7, stop=stop)
    assert parse_plan(plan_toml(plan)) == plan
    assert 'until = "decided"\nepsilon = 0.5' in plan_toml(plan)
    assert "--blocks 5000 --time 60.0 --until decided --within 0.5" in command_line(plan)
    assert plan_digest(plan) == plan_digest(dataclasses.replace(plan, stop=Stop(blocks=1)))
    short = dataclasses.replace(plan, stop=DECIDED)
    assert parse_plan(plan_toml(short)).stop == DECIDED


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (Stop(until="decides"), "until: expected 'decided', got 'decides'; did you mean 'decided'?"),
        (
            Stop(blocks=5, epsilon=0.1),
            "epsilon (--within) needs until = 'decided' (--until decided), got 0.1",
        ),
        (Stop(until="decided", epsilon=0.0), "expected epsilon (--within) > 0, got 0.0"),
        (Stop(until="decided", epsilon=math.nan), "expected epsilon (--within) > 0, got nan"),
        (Stop(until="decided", epsilon=math.inf), "expected epsilon (--within) > 0, got inf"),
    ],
)
def test_bad_stops_give_one_line(stop: Stop, said: str) -> None:
    """Unknown words, a region without the stop it belongs to, regions that are none."""
    with pytest.raises(BadPlan) as caught:
        check_stop(stop)
    assert said in str(caught.value)


def test_a_region_of_all_shares_is_refused() -> None:
    """Shares differ by less than 1; the plan file names field and choices."""
    with pytest.raises(BadPlan, match=r"expected epsilon \(--within\) < 1 for wins, shares, got 1"):
        make_plan("dhumbal", "aggressive,greedy", stop=Stop(until="decided", epsilon=1.0), by="wins")
    text = 'game = "dhumbal"\nagents = ["aggressive", "greedy"]\n[stop]\nuntil = "decidd"\n'
    with pytest.raises(
        BadInput, match=r"stop.until: expected 'decided', got 'decidd'; did you mean 'decided'\?"
    ):
        parse_plan(text)
    text = 'game = "dhumbal"\nagents = ["aggressive", "greedy"]\n[stop]\nepsilon = "much"\n'
    with pytest.raises(BadInput, match=r"stop.epsilon: expected a number, got 'much'"):
        parse_plan(text)
