"""`arena tournament` and `arena rank`: the plan that the options mean, the report, and what may go wrong."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cli_bench import Answer, arena

from arena.contest import Plan, Stop
from tournaments.executors.serial import Serial
from tournaments.plan import make_plan
from tournaments.plan_files import plan_toml
from tournaments.ranking import canonical_json
from tournaments.tournament import Tournament

pytestmark = pytest.mark.usefixtures("toys")

AGENTS = ["first-one", "random", "first-one(curiosity=0.9)"]
WORDS = ["pebbles", "--agents", "first-one,random,first-one:curiosity=0.9", "--blocks", "18", "--seed", "7"]


class League(NamedTuple):
    store: Path
    told: Answer
    plan: Plan


@pytest.fixture(scope="module")
def league(toys: Path, tmp_path_factory: pytest.TempPathFactory) -> League:
    """A small tournament, played once by the command."""
    store = tmp_path_factory.mktemp("league") / "league.sqlite"
    told = arena("tournament", *WORDS, "--workers", "1", "--store", str(store))
    assert told.code == 0, told.err
    return League(store, told, make_plan("pebbles", AGENTS, seed=7, stop=Stop(blocks=18)))


def canonical(text: str) -> Any:
    """A ranking as printed by --json, without what is measured."""
    found = json.loads(text)
    for stage in found["rounds"]:
        for row in stage["agents"]:
            del row["ms_per_decision"]
        for fault in stage["faults"]:
            del fault["message"]
    return found


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.10g}") + 0.0 if isinstance(value, float) else value


def test_json_is_the_ranking_of_the_plan(league: League) -> None:
    """The ranking is that of the plan the options mean, played by another executor; standard output holds JSON only."""
    expected = Tournament(league.plan).run(Serial())

    answer = arena("rank", "--store", str(league.store), "--json")

    assert rounded(canonical(answer.out)) == json.loads(canonical_json(expected))
    assert answer.err == ""


def test_report_at_80_columns(league: League) -> None:
    """Every agent with rank, score, wins and time; pairs; what is estimated; nothing wider than 80 but commands."""
    out = league.told.out
    commands = ("play again", "stored in", "rank by", "look at")

    assert max(len(line.rstrip()) for line in out.splitlines() if not line.startswith(commands)) <= 80
    assert "\x1b" not in out + league.told.err
    for word in (
        "rank",
        "points",
        "wins %",
        "ms/decision",
        "p (Holm)",
        "played",
        "18 blocks",
        "estimates",
        *AGENTS[:2],
    ):
        assert word in out
    assert "seats balanced by rotation" in " ".join(out.split())
    assert f"{league.store}, as tournament 1" in out


def test_scores_in_the_report_are_those_of_the_ranking(league: League) -> None:
    """The printed mean is the computed one, rounded as printed; the order is that of the ranks."""
    ranking = Tournament(league.plan).run(Serial())
    lines = [line.split() for line in league.told.out.splitlines()]

    places = []
    for row in ranking.final.agents:
        name = row.name
        place, cells = next((place, cells) for place, cells in enumerate(lines) if cells[1:2] == [name])
        decimals = len(cells[2].partition(".")[2])
        printed = f"{row.score.value:+.{decimals}f}"
        assert cells[2] == (printed if float(printed) else printed[1:])  # zero has no sign
        assert row.wins is not None
        assert row.wins.value is not None
        assert cells[5] == f"{100 * row.wins.value:.1f}"
        places.append(place)
    assert places == sorted(places)


def test_progress_goes_to_standard_error(league: League) -> None:
    """Without a terminal there are plain lines: what is played, and at least the last state."""
    lines = league.told.err.splitlines()

    assert lines[0] == "pebbles · round-robin · 3 agents · seed 7"
    assert "18 of 18 blocks" in lines[-1]
    assert arena("rank", "--store", str(league.store)).err == ""


def test_the_printed_command_plays_the_same_again(league: League, tmp_path: Path) -> None:
    """What the report calls "play again" gives the same ranking, number by number."""
    command = next(line for line in league.told.out.splitlines() if line.startswith("play again"))
    words = shlex.split(command.removeprefix("play again"))

    again = arena(
        *words[1:], "--store", str(tmp_path / "again.sqlite"), "--quiet", "--json", "--workers", "1"
    )

    assert words[0] == "arena"
    assert again.err == ""
    assert canonical(again.out) == canonical(arena("rank", "--store", str(league.store), "--json").out)


def test_a_tournament_that_time_ended_is_played_again_by_its_blocks(tmp_path: Path) -> None:
    """Time is never twice the same: "play again" names the blocks that were ranked, and gives the same numbers."""
    at = ["--workers", "1", "--quiet", "--store"]
    words = ["pebbles", "--agents", "first-one,random", "--time", "0.5", "--seed", "3"]
    told = arena("tournament", *words, *at, str(tmp_path / "a.sqlite")).out
    command = next(line for line in told.splitlines() if line.startswith("play again"))

    arena(*shlex.split(command.removeprefix("play again"))[1:], *at, str(tmp_path / "b.sqlite"))
    one, two = (
        canonical(arena("rank", "--json", "--store", str(tmp_path / name)).out)
        for name in ("a.sqlite", "b.sqlite")
    )

    assert "--time" not in command
    assert one["rounds"] == two["rounds"]


def test_plan_file(league: League, tmp_path: Path) -> None:
    """--plan plays the file's plan; an option beside it wins."""
    file = tmp_path / "plan.toml"
    file.write_text(plan_toml(league.plan))
    words = ["tournament", "--plan", str(file), "--quiet", "--json", "--workers", "1", "--store"]

    same = arena(*words, str(tmp_path / "a.sqlite"))
    other = arena(
        *words, str(tmp_path / "b.sqlite"), "--blocks", "6", "--seed", "8", "--agents", "random,first-one"
    )

    assert canonical(same.out) == canonical(arena("rank", "--store", str(league.store), "--json").out)
    stop = {"blocks": 6, "seconds": None, "until": None, "epsilon": None}
    assert json.loads(other.out)["plan"]["stop"] == stop
    assert json.loads(other.out)["plan"]["seed"] == 8
    assert json.loads(other.out)["plan"]["agents"] == ["random", "first-one"]


def test_resume(league: League, tmp_path: Path) -> None:
    """Stopped after 7 blocks and resumed to 18, the ranking is that of an undisturbed run."""
    store = ["--store", str(tmp_path / "r.sqlite"), "--quiet", "--workers", "1"]
    words = [word if word != "18" else "7" for word in WORDS]
    assert arena("tournament", *words, *store).code == 0

    resumed = arena("tournament", "--resume", "last", "--blocks", "18", "--json", *store)

    assert canonical(resumed.out) == canonical(arena("rank", "--store", str(league.store), "--json").out)
    assert arena("store", "list", *store[:2]).out.count("pebbles") == 1


def test_resume_takes_nothing_but_a_new_end(league: League) -> None:
    """Another seed or agent would be another tournament: refused, and so is a tournament that is not there."""
    at = ["--store", str(league.store)]

    for more in (
        ["--seed", "8"],
        ["--agents", "random"],
        ["--access", "view"],
        ["--fixed-seats"],
        ["pebbles"],
    ):
        answer = arena("tournament", "--resume", "1", *more, *at)
        assert answer.code == 2
        assert "--resume goes on with the stored plan" in answer.err
    assert arena("tournament", "--resume", "9", *at).code == 2


def test_rank_by_another_metric(league: League) -> None:
    """--by ranks by it; an unknown one gets the nearest name."""
    ranked = json.loads(arena("rank", "1", "--by", "wins", "--json", "--store", str(league.store)).out)
    wrong = arena("rank", "1", "--by", "win", "--store", str(league.store))

    assert ranked["rounds"][0]["metric"] == "wins"
    scores = [row["score"]["value"] for row in ranked["rounds"][0]["agents"]]
    assert scores == sorted(scores, reverse=True)
    assert wrong.code == 2
    assert "did you mean 'wins'?" in wrong.err


def test_rank_prints_what_the_tournament_printed(league: League) -> None:
    """The stored tournament, ranked again, gives the report of its end, word by word."""
    assert arena("rank", "--store", str(league.store)).out == league.told.out


def test_csv(league: League) -> None:
    """--csv is a table that a spreadsheet reads: one row an agent, with the numbers of the JSON."""
    rows = list(csv.DictReader(io.StringIO(arena("rank", "--store", str(league.store), "--csv").out)))
    ranked = json.loads(arena("rank", "--store", str(league.store), "--json").out)["rounds"][0]["agents"]

    assert [row["agent"] for row in rows] == [row["name"] for row in ranked]
    assert [float(row["score_low"]) for row in rows] == [row["score"]["low"] for row in ranked]
    assert [int(row["rank_high"]) for row in rows] == [row["rank_high"] for row in ranked]


def test_stored_match_is_replayed_and_verified(league: League) -> None:
    """A match of the store is named by four numbers, told, and verified."""
    at = ["--store", str(league.store)]

    told = arena("replay", "1/0/4/1", *at)
    verified = arena("replay", "1/0/4/1", "--verify", *at)

    assert "takes the last pebble" in told.out
    assert verified.out.startswith("verified: 1 match")
    for wrong in ("1/0/999/0", "1/0/0/9", "1/7/0/0", "8/0/0/0"):
        answer = arena("replay", wrong, *at)
        assert (answer.code, answer.out) == (2, "")


def test_a_failing_agent_is_in_the_report(tmp_path: Path) -> None:
    """Faults are counted, with the first message; the tournament goes on."""
    answer = arena(
        *["tournament", "pebbles", "-a", "random,faulty", "-b", "4", "-w", "1", "-q"],
        *["--store", str(tmp_path / "f.sqlite")],
    )

    assert answer.code == 0
    assert "faulty, 8 crash" in " ".join(answer.out.split())
    assert "no idea what to do" in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "expected a GAME"),
        (["pebles"], "did you mean 'pebbles'?"),
        (["pebbles", "--agents", "randon"], "did you mean 'random'?"),
        (["pebbles", "--agents", "@searching"], "did you mean 'search'?"),
        (["pebbles", "--agents", "random", "--players", "7"], "played by 2, 3, 4"),
        (["pebbles", "--agents", "random,first-one", "--blocks", "-3"], "blocks >= 1"),
        (["pebbles", "--agents", "random,first-one", "--blocks", "0"], "blocks >= 1"),
        (["pebbles", "--agents", "random,first-one", "--time", "soon"], "90s"),
        (
            ["pebbles", "--agents", "random,first-one", "--format", "round-robbin"],
            "did you mean 'round-robin'?",
        ),
        (["pebbles", "--agents", "random,first-one", "--by", "pionts"], "did you mean 'points'?"),
        (["pebbles", "--agents", "random,first-one", "--seatings", "fxed"], "did you mean 'fixed'?"),
        (["pebbles", "--agents", "random,first-one", "--workers", "0", "--blocks", "2"], "workers >= 1"),
        (["pebbles", "--agents", "random,first-one", "--seed", "-1"], "whole number >= 0"),
        (["pebbles", "--agents", "random,first-one", "--simulations", "0"], "simulations >= 1"),
        (["pebbles", "--agents", "random,first-one", "--json", "--csv"], "--json or --csv"),
        (["--plan", "no-such-plan.toml"], "no-such-plan.toml"),
    ],
)
def test_bad_input(words: list[str], said: str, home: Path) -> None:
    """One line that names what is wrong, exit code 2, nothing on standard output."""
    answer = arena("tournament", *words, "-q")

    assert (answer.code, answer.out) == (2, "")
    if "--workers" not in words:
        assert not home.exists(), "a mistyped word leaves no store behind"
    assert answer.err.count("\n") == 1
    assert said in answer.err


def test_bad_stores(tmp_path: Path) -> None:
    """A file that is no store is bad input and left alone; a place that cannot be written is a failure; one line each."""
    text = tmp_path / "thesis.txt"
    text.write_text("do not lose me " * 100)
    words = ["tournament", *WORDS, "-q", "-w", "1", "--store"]

    not_a_store = arena(*words, str(text))
    unwritable = arena(*words, str(text / "below" / "a.sqlite"))
    absent = arena("rank", "--store", str(tmp_path / "absent.sqlite"))

    assert [not_a_store.code, unwritable.code, absent.code] == [2, 1, 2]
    assert [answer.err.count("\n") for answer in (not_a_store, unwritable, absent)] == [1, 1, 1]
    assert text.read_text() == "do not lose me " * 100


def test_defaults() -> None:
    """Without a word on how long, a tournament gets its 75 seconds; with one, no other limit."""
    from arena.cli.tournament import _planned
    from tournaments.plan import DEFAULT_SECONDS

    words: dict[str, Any] = dict.fromkeys(
        ["agents", "players", "rules", "seed", "format", "seatings", "plan", "by", "correction"]
    )
    bare = _planned({**words, "game": "pebbles"}, {}, {"blocks": None, "seconds": None})
    blocks = _planned({**words, "game": "pebbles"}, {}, {"blocks": 5, "seconds": None})

    assert bare.stop == Stop(seconds=DEFAULT_SECONDS)
    assert blocks.stop == Stop(blocks=5)
    assert {"first-one", "random"} <= set(bare.agents)
    assert not {"slow", "human", "faulty"} & set(bare.agents)
