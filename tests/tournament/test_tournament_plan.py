"""Plans: words to values and back, and errors that name the field, the value and the nearest valid word."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tournament_toys import Bid, Constant, Dicer, Solo, table

from arena.conditions import Access, Budget, Conditions, FaultPolicy
from arena.contest import Pick, Plan, Stop
from arena.errors import BadInput, BadParameter, BadPlan, NotCapable, UnknownName
from tournaments.plan import check_pick, command_line, make_plan, pick, plan_digest, ranking_metric
from tournaments.plan_files import parse_plan, plan_toml, read_plan

RULES = "aggressive,greedy"


def plan_of(**words: object) -> Plan:
    words.setdefault("seed", 3)
    return make_plan("dhumbal", RULES, **words)  # type: ignore[arg-type]


def test_make_plan_spells_everything_in_the_canonical_way() -> None:
    """Two ways to write the same things are the same plan, hence the same tournament."""
    one = make_plan("dhumbal:players=4,rules=np10", "aggressive, greedy", seed=3)
    other = make_plan("dhumbal(rules='np10')", ["aggressive", "greedy"], seed=3)

    assert one == other
    assert plan_digest(one) == plan_digest(other)


def test_make_plan_expands_families_and_draws_a_seed() -> None:
    """``@family`` and ``-name`` are words of a plan; without a seed two plans differ."""
    plan = make_plan("dhumbal", "@heuristic,-greedy")

    assert "aggressive" in plan.agents
    assert "greedy" not in plan.agents
    assert plan.seed != make_plan("dhumbal", "@heuristic,-greedy").seed


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"stop": Stop(blocks=9)}, True),
        ({"stop": Stop(seconds=9.0)}, True),
        ({"seed": 4}, False),
        ({"by": "wins"}, False),
        ({"seatings": "fixed"}, False),
        ({"format": "championship"}, False),
        ({"agents": ("greedy", "aggressive")}, False),
        ({"game": "dhumbal(players=2)"}, False),
        ({"conditions": Conditions(retries=1)}, False),
    ],
)
def test_identity_of_a_tournament_is_everything_but_the_stop(changed: dict[str, object], same: bool) -> None:
    """A longer run goes on where a shorter one ended; any other change is another tournament."""
    plan = plan_of()

    assert (plan_digest(dataclasses.replace(plan, **changed)) == plan_digest(plan)) is same  # type: ignore[arg-type]


def test_digest_is_what_it_was() -> None:
    """The digest is written into stores: a change of it would orphan every stored tournament."""
    plan = Plan("bid", ("constant(bid=0)", "dicer"), 5)

    assert plan_digest(plan) == "57db56ba7305e14a23f167a11e34e39a"


conditions = st.builds(
    Conditions,
    access=st.sampled_from([Access.RULES, Access.STATE]),
    budget=st.builds(
        Budget,
        simulations=st.none() | st.integers(1, 10**9),
        seconds=st.none() | st.floats(1e-6, 1e6),
    ),
    faults=st.sampled_from(FaultPolicy),
    retries=st.integers(0, 9),
    step_limit=st.none() | st.integers(1, 10**6),
    patience_s=st.none() | st.floats(1e-6, 1e6),
    memory_mb=st.none() | st.integers(1, 10**6),
)
stops = st.builds(Stop, blocks=st.none() | st.integers(1, 10**9), seconds=st.none() | st.floats(1e-3, 1e9))


@given(
    conditions,
    stops,
    st.integers(0, 2**63 - 1),
    st.sampled_from([None, "wins", "coins"]),
    st.sampled_from(["rotations", "fixed"]),
)
def test_plan_file_gives_the_plan_back(
    under: Conditions, stop: Stop, seed: int, by: str | None, seatings: str
) -> None:
    """Whatever a plan says, its TOML says the same."""
    plan = plan_of(conditions=under, stop=stop, seed=seed, by=by, seatings=seatings)

    assert parse_plan(plan_toml(plan)) == plan


def test_plan_file_is_read_from_disk(tmp_path: Path) -> None:
    """A file as a person would write it."""
    file = tmp_path / "league.toml"
    file.write_text(
        """
        # a league
        game = "dhumbal(rules=np10)"
        agents = ["aggressive", "greedy"]
        seed = 7

        [stop]
        blocks = 100
        seconds = 2

        [conditions]
        faults = "void"
        patience_s = "none"
        simulations = 50
        """
    )
    plan = read_plan(file)

    assert plan.game == "dhumbal(rules=np10)"
    assert plan.stop == Stop(100, 2.0)
    assert plan.conditions == Conditions(
        budget=Budget(simulations=50), faults=FaultPolicy.VOID, patience_s=None
    )


HEAD = 'game = "dhumbal"\nagents = ["aggressive", "greedy"]\nseed = 1\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("game = dhumbal", "league: expected TOML"),
        ('agent = "all"\n' + HEAD, "unknown key 'agent': did you mean 'agents'?"),
        (HEAD + "[stop]\nblock = 3", r"unknown key 'block' in \[stop\]: did you mean 'blocks'\?"),
        (HEAD + "[stop]\nblocks = 3.5", "stop.blocks: expected a whole number, got 3.5"),
        (HEAD + "[stop]\nblocks = 0", "expected blocks >= 1, got 0"),
        (HEAD + "[stop]\nseconds = -1", "expected seconds > 0, got -1.0"),
        (
            HEAD + '[conditions]\nfaults = "viod"',
            "faults: expected 'stand-in' or 'void', got 'viod'; did you mean 'void'",
        ),
        (HEAD + '[conditions]\naccess = "rule"', "did you mean 'rules'"),
        (HEAD + '[conditions]\npatience_s = "long"', "patience_s: expected a number, or 'none', got 'long'"),
        (HEAD + "[conditions]\nretries = -1", "expected retries >= 0, got -1"),
        (
            'seatings = "rotation"\n' + HEAD,
            "seatings: expected 'rotations' or 'fixed', got 'rotation'; did you mean",
        ),
        (HEAD.replace("dhumbal", "dumbal"), "unknown game 'dumbal': did you mean 'dhumbal'"),
        (HEAD.replace("greedy", "gredy"), "unknown agent 'gredy': did you mean 'greedy'"),
        ('format = "roundrobin"\n' + HEAD, "unknown schedule 'roundrobin': did you mean 'round-robin'"),
        ('by = "win"\n' + HEAD, "unknown metric of dhumbal 'win': did you mean 'wins'"),
        ('by = "cards"\n' + HEAD, "by: 'cards' describes and does not rank; expected one of coins, wins"),
        ('by = "call_success"\n' + HEAD, "by: 'call_success' may be undefined"),
        ("seed = 1\nagents = []", "expected a key 'game', got none"),
        (HEAD.replace("seed = 1", "seed = -1"), "a seed is a whole number >= 0, got -1"),
        (
            HEAD.replace('["aggressive", "greedy"]', "3"),
            "agents: expected a list of texts, or one text such as 'all', got 3",
        ),
        (HEAD.replace("dhumbal", "dhumbal(players=9)"), "9"),
    ],
)
def test_a_bad_plan_file_is_refused_in_one_line(text: str, said: str) -> None:
    """The message names the file, the field, the value and the nearest valid word."""
    with pytest.raises(BadPlan, match=said) as caught:
        parse_plan(text, "league")

    assert str(caught.value).startswith("league: ")
    assert "\n" not in str(caught.value)


def test_a_plan_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """No file, a folder, no text, too much text."""
    (tmp_path / "bytes.toml").write_bytes(b"game = \xff")
    (tmp_path / "long.toml").write_text("# " + "x" * (1 << 20))
    for name in ("none.toml", "", "bytes.toml", "long.toml"):
        with pytest.raises(BadPlan):
            read_plan(tmp_path / name)


def test_an_agent_twice_is_refused() -> None:
    """Copies are no agents of their own."""
    plan = dataclasses.replace(plan_of(), agents=("greedy", "greedy"))

    with pytest.raises(BadPlan, match="agents are distinct, got 'greedy' twice"):
        pick(plan)


def test_an_agent_of_another_game_is_refused() -> None:
    """An agent must fit the game before anything is played."""
    plan, picks = table(Solo(), [Constant(0), Constant(1)])

    with pytest.raises(NotCapable, match="it plays bid"):
        check_pick(plan, picks)


def test_too_little_access_is_refused() -> None:
    """ISMCTS needs the rules; a plan that grants views only says so at once."""
    with pytest.raises(BadPlan, match="'ismcts' needs access 'rules', the plan grants 'view'"):
        make_plan("dhumbal", "ismcts,greedy", conditions=Conditions(access=Access.VIEW))


def test_one_agent_alone_is_refused() -> None:
    """One agent cannot fill a table of several."""
    plan, picks = table(Bid(3), [Dicer()])

    with pytest.raises(BadPlan, match="expected at least 2 agents for a table of 3, got 1"):
        check_pick(plan, picks)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"seed": -1}, BadParameter),
        ({"seed": 1.5}, BadParameter),
        ({"seatings": "round"}, BadPlan),
        ({"stop": Stop(blocks=0)}, BadPlan),
        ({"conditions": Conditions(step_limit=0)}, BadParameter),
        ({"by": "coin"}, UnknownName),
        ({"agents": ("dicer",)}, BadPlan),
    ],
)
def test_values_are_checked_also_without_a_file(changed: dict[str, object], error: type[BadInput]) -> None:
    """A plan made in Python is checked as one in TOML."""
    plan, picks = table(Bid(3), [Dicer(), Constant(1), Constant(2)])

    with pytest.raises(error):
        check_pick(dataclasses.replace(plan, **changed), picks)  # type: ignore[arg-type]


def test_the_metric_that_ranks() -> None:
    """The primary one, or the one asked for."""
    plan, picks = table(Bid(3), [Dicer(), Constant(1), Constant(2)])

    assert ranking_metric(plan, picks.game).name == "coins"
    assert ranking_metric(dataclasses.replace(plan, by="wins"), picks.game).name == "wins"


def test_command_line_says_the_same() -> None:
    """Every word that differs from the default is in the command, and nothing else."""
    assert command_line(plan_of(stop=Stop(blocks=50))) == (
        "arena tournament dhumbal --agents aggressive,greedy --seed 3 --blocks 50"
    )
    plan = dataclasses.replace(
        plan_of(by="wins", seatings="fixed", stop=Stop(seconds=90.0)),
        game="dhumbal(players=2, rules=np10)",
        conditions=Conditions(
            Access.STATE, Budget(7, 0.5), FaultPolicy.VOID, 2, step_limit=900, patience_s=None, memory_mb=500
        ),
    )
    words = shlex.split(command_line(plan))

    assert words[:5] == [
        "arena",
        "tournament",
        "dhumbal(players=2, rules=np10)",
        "--agents",
        "aggressive,greedy",
    ]
    assert dict(zip(words[5::2], words[6::2], strict=True)) == {
        "--seed": "3",
        "--time": "90.0",
        "--by": "wins",
        "--seatings": "fixed",
        "--access": "state",
        "--simulations": "7",
        "--seconds": "0.5",
        "--faults": "void",
        "--retries": "2",
        "--step-limit": "900",
        "--patience": "none",
        "--memory-mb": "500",
    }


def test_a_pick_of_another_length_is_refused() -> None:
    """The plan's names and the agents made belong together."""
    plan, picks = table(Bid(3), [Dicer(), Constant(1), Constant(2)])

    with pytest.raises(BadPlan, match="names 3 agents, 2 were made"):
        check_pick(plan, Pick(picks.game, picks.agents[:2]))
