"""Ratings of real tournaments: registered, told below a ranking at 80 columns, and in its JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cli_bench import arena
from ratings_worlds import picks_for, rotated

from arena import registry
from arena.contest import Rating
from arena.errors import BadParameter, UnknownName
from tournaments.ratings import PlackettLuce
from tournaments.ratings.rated import make_ratings, rate_all

NAMES = (
    "alpha-rank",
    "maximal-lottery",
    "nash",
    "openskill",
    "plackett-luce",
    "rank-probabilities",
    "transitivity",
    "voting",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one tournament of Dhumbal."""
    folder = tmp_path_factory.mktemp("home")
    played = arena(
        "tournament",
        "dhumbal:players=3,rules=np10",
        "-a",
        "aggressive,balanced,greedy,tuned",
        "--seed",
        "3",
        "--blocks",
        "240",
        "-q",
        env={"ARENA_HOME": str(folder)},
    )
    assert played.code == 0, played.err
    return folder


def ranked(home: Path, *words: str) -> str:
    answer = arena("rank", "last", *words, env={"ARENA_HOME": str(home)})
    assert answer.code == 0, answer.err
    return answer.out


def test_all_ratings_are_registered() -> None:
    """Every name makes a rating with its default parameters."""
    assert set(registry.entries("rating")) >= set(NAMES)
    for name in NAMES:
        assert isinstance(registry.make("rating", name), Rating)


def test_importing_ratings_loads_nothing_heavy() -> None:
    """SciPy and the optional packages wait until a rating needs them."""
    code = (
        "import sys, tournaments.ratings\n"
        "print(sorted({'scipy', 'openskill', 'open_spiel', 'pyspiel', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tables_fit_80_columns(home: Path) -> None:
    """The ranking first, then one table a rating, in the order asked for; no line is wider than 80."""
    plain = ranked(home)
    said = ranked(home, "--rating", ",".join(NAMES))
    assert said.startswith(plain)
    below = said[len(plain) :]
    assert max(len(line.rstrip()) for line in below.splitlines()) <= 80
    places = [below.index(f"\n{name}\n") for name in NAMES]
    assert places == sorted(places)
    assert "strength (Elo)" in below
    assert "anchor: the mean of the field is 1500 Elo" in " ".join(below.split())


def test_json_holds_the_ranking_and_the_ratings(home: Path) -> None:
    """One document; agents in the order of their values; the ranking as without ratings."""
    whole = json.loads(ranked(home, "--rating", "plackett-luce,alpha-rank(seed=2)", "--json"))
    ratings = whole.pop("ratings")
    assert whole == json.loads(ranked(home, "--json"))
    assert list(ratings) == ["plackett-luce", "alpha-rank(seed=2)"]
    rows = ratings["plackett-luce"]["agents"]
    assert {row["name"] for row in rows} == {"aggressive", "balanced", "greedy", "tuned"}
    assert [row["value"] for row in rows] == sorted((row["value"] for row in rows), reverse=True)
    assert all(row["low"] < row["value"] < row["high"] for row in rows)
    assert ratings["plackett-luce"]["blocks"] == 240
    assert ratings["plackett-luce"]["matches"] == 720


def test_the_metric_goes_to_the_ratings(home: Path) -> None:
    """--by wins rates by wins, unless a rating says otherwise."""
    whole = json.loads(
        ranked(home, "--by", "wins", "--rating", "plackett-luce,rank-probabilities(by=coins)", "--json")
    )
    assert {name: report["metric"] for name, report in whole["ratings"].items()} == {
        "plackett-luce": "wins",
        "rank-probabilities(by=coins)": "coins",
    }


def test_misspelled_ratings_and_csv(home: Path) -> None:
    """The nearest name is suggested, before anything is computed; CSV has no place for ratings."""
    env = {"ARENA_HOME": str(home)}
    wrong = arena("rank", "last", "--rating", "placket-luce", env=env)
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean 'plackett-luce'" in wrong.err
    both = arena("rank", "last", "--rating", "nash", "--csv", env=env)
    assert both.code == 2
    assert "expected --csv or --rating, got both" in both.err
    few = arena("rank", "last", "--rating", "nash(resamples=10)", env=env)
    assert few.code == 2
    assert "at least 2000 resamples, got 10" in few.err


def test_ratings_by_name() -> None:
    """`rate_all` is `rate` of each; unknown names and parameters are refused."""
    results = [rotated(np.random.default_rng(1), 20, np.zeros(4))]
    picks = picks_for(4, 4)
    found = rate_all("plackett-luce(anchor=0.0),nash", picks, results, by="wins")
    assert list(found) == ["plackett-luce(anchor=0.0)", "nash"]
    assert found["plackett-luce(anchor=0.0)"] == PlackettLuce(by="wins", anchor=0.0).rate(picks, results)
    with pytest.raises(UnknownName, match="unknown parameter of rating nash 'seeds'"):
        make_ratings("nash(seeds=1)")
    with pytest.raises(BadParameter, match="alpha lies strictly"):
        rate_all("openskill(alpha=2)", picks, results)
