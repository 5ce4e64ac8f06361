"""`--correction`: Holm's procedure or step-down max-t, from the plan to p-values, letters, rank intervals and words."""

from __future__ import annotations

import dataclasses
import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from cli_bench import arena
from statsmodels.stats.multitest import multipletests
from tournament_toys import Constant, Dicer, FastBid, player_of, table

from arena.contest import Chunk, Pick, Plan, Results, Stop
from arena.errors import BadPlan
from tournaments import statistics
from tournaments.plan import check_correction, command_line, make_plan, plan_digest
from tournaments.plan_files import parse_plan, plan_toml
from tournaments.rank import rank
from tournaments.ranking import RoundRanking, ranking_json

FIELD = [Constant(0), Constant(2), Dicer(), Dicer("b"), Constant(1)]
LEAGUE = ["pebbles", "--agents", "first-one,random,first-one:curiosity=0.9", "--blocks", "24", "--seed", "7"]


def played(blocks: int, players: int = 3) -> tuple[Plan, Pick, Results]:
    plan, picks = table(FastBid(players), list(FIELD), blocks=blocks)
    return plan, picks, player_of(plan, picks)(Chunk(0, 0, blocks))


def both(blocks: int, players: int = 3) -> tuple[RoundRanking, RoundRanking]:
    """The same blocks, ranked after Holm and after max-t."""
    plan, picks, results = played(blocks, players)
    maxt = dataclasses.replace(plan, correction="max-t")
    return rank(plan, [results], picks).final, rank(maxt, [results], picks).final


def test_the_p_values_are_those_of_the_statistics() -> None:
    """Block means the slow way give the same max-t; Holm is statsmodels'; nothing else of the pairs changes."""
    _, _, results = played(400)
    holm, maxt = both(400)
    means = np.full((400, len(FIELD)), np.nan)
    for block in range(400):
        for agent in range(len(FIELD)):
            sat = results.seatings[block] == agent
            if sat.any():
                means[block, agent] = results.metrics["coins"][block][sat].mean()

    assert [pair.p_adjusted for pair in maxt.pairs] == pytest.approx(statistics.max_t(means).adjusted)
    assert [pair.p_adjusted for pair in holm.pairs] == pytest.approx(
        multipletests([pair.p for pair in holm.pairs], method="holm")[1]
    )
    for one, other in zip(holm.pairs, maxt.pairs, strict=True):
        assert dataclasses.replace(one, p_adjusted=0.0, better=None) == dataclasses.replace(
            other, p_adjusted=0.0, better=None
        )
    assert (holm.correction, maxt.correction) == ("Holm", "max-t")


@pytest.mark.parametrize("players", [2, 3, 5])
def test_max_t_is_never_much_more_careful_than_holm(players: int) -> None:
    """On the same blocks: hardly above Holm's p anywhere (a bootstrap of 30 blocks has heavy tails), lower on the whole."""
    holm, maxt = both(300, players)
    old, new = (np.array([pair.p_adjusted for pair in found.pairs]) for found in (holm, maxt))

    assert (new <= 1.1 * old + 0.01).all()
    assert new.mean() <= old.mean() + 0.005
    assert (new <= 0.05).sum() >= (old <= 0.05).sum()


def test_ranks_tiers_and_letters_follow() -> None:
    """A pair is decided where max-t's p is at most 5 %, and rank intervals count exactly the decided pairs."""
    _, maxt = both(120)

    for row in maxt.agents:
        own = [pair for pair in maxt.pairs if row.agent in (pair.first, pair.second)]
        lost = sum(pair.better not in (None, row.agent) for pair in own)
        won = sum(pair.better == row.agent for pair in own)
        assert (row.rank_low, row.rank_high) == (1 + lost, len(maxt.agents) - won)
    for pair in maxt.pairs:
        assert (pair.better is not None) == (pair.p_adjusted <= 0.05)
        if pair.better is not None:
            assert not set(maxt.row(pair.first).letters) & set(maxt.row(pair.second).letters)
    undecided = {(pair.first, pair.second) for pair in maxt.pairs if pair.better is None}
    assert {(need.first, need.second) for need in maxt.undecided} == undecided


def test_pairs_that_hardly_met_stay_undecided_and_are_counted() -> None:
    """With two seats and ten pairs no pair shares eight of 20 blocks: p = 1, and a note says so."""
    _, maxt = both(20, players=2)

    assert {pair.p_adjusted for pair in maxt.pairs} == {1.0}
    assert "max-t: 10 of 10 pairs share fewer than 8 blocks and stay undecided" in maxt.notes


def test_the_plan_says_which() -> None:
    """It goes through plan files and command lines, and is no part of what is played."""
    plan = make_plan("dhumbal", "greedy,tuned,random", seed=3, stop=Stop(9), correction="max-t")

    assert parse_plan(plan_toml(plan)) == plan
    assert 'correction = "max-t"' in plan_toml(plan)
    assert "--correction max-t" in command_line(plan)
    usual = dataclasses.replace(plan, correction="holm")
    assert plan_digest(plan) == plan_digest(usual)
    assert "correction" not in plan_toml(usual) + command_line(usual)
    with pytest.raises(
        BadPlan, match="correction: expected 'holm' or 'max-t', got 'maxt'; did you mean 'max-t'"
    ):
        parse_plan('game = "dhumbal"\nagents = "all"\ncorrection = "maxt"')


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"correction": "bonferroni"}, "correction: expected 'holm' or 'max-t', got 'bonferroni'"),
        ({"format": "swiss"}, "resamples the blocks of a round robin, got format 'swiss'"),
        ({"format": "gauntlet(heroes=1)"}, "got format 'gauntlet'"),
        ({"stop": Stop(9, until="decided")}, "needs a fixed number of blocks, got until = 'decided'"),
    ],
)
def test_what_it_does_not_fit(changes: dict[str, object], said: str) -> None:
    """Other words, formats whose rounds differ, and looks at the data are refused in one line."""
    plan = make_plan("dhumbal", "greedy,tuned,random", seed=3, stop=Stop(9))
    with pytest.raises(BadPlan, match=said.replace("(", r"\(")):
        check_correction(dataclasses.replace(plan, **{"correction": "max-t", **changes}))  # type: ignore[arg-type]


@pytest.mark.usefixtures("toys")
def test_the_commands(tmp_path: Path) -> None:
    """`tournament` and `rank` take it; the store keeps the last one; the printed command says it again."""
    store = ["--store", str(tmp_path / "league.sqlite")]
    told = arena("tournament", *LEAGUE, *store, "-q", "--workers", "1", "--correction", "max-t")
    assert told.code == 0, told.err
    assert "p (max-t)" in told.out
    assert "Holm" not in told.out
    again = next(line for line in told.out.splitlines() if line.startswith("play again"))
    assert "--correction max-t" in again

    kept = json.loads(arena("rank", *store, "--json").out)
    assert kept["plan"]["correction"] == "max-t"
    assert kept["rounds"][0]["correction"] == "max-t"
    other = json.loads(arena("rank", *store, "--json", "--correction", "holm").out)
    assert other["rounds"][0]["correction"] == "Holm"
    assert other["digest"] == kept["digest"]
    usual = arena("tournament", *LEAGUE, *store, "-q", "--workers", "1", "--json")
    assert json.loads(usual.out)["rounds"] == other["rounds"]
    words = shlex.split(again.removeprefix("play again"))[1:]
    assert "p (max-t)" in arena(*words, *store, "-q").out
    assert "p (Holm)" in arena("tournament", "--resume", "last", *store, "-q", "--correction", "holm").out


def test_the_errors_are_one_line() -> None:
    """Exit code 2, and nothing is played."""
    for words, said in (
        (["--correction", "max_t"], "did you mean 'max-t'?"),
        (["--correction", "max-t", "--format", "swiss"], "'holm' fits every format"),
        (["--correction", "max-t", "--until", "decided"], "needs a fixed number of blocks"),
    ):
        answer = arena(
            "tournament", "dhumbal", "-a", "greedy,tuned,random", "-p", "2", "--blocks", "9", *words
        )
        assert (answer.code, answer.out) == (2, "")
        assert said in answer.err
        assert answer.err.count("\n") == 1


def test_json_has_the_name() -> None:
    """Every round of every ranking names its correction."""
    plan, picks, results = played(30)

    assert ranking_json(rank(plan, [results], picks))["rounds"][0]["correction"] == "Holm"
