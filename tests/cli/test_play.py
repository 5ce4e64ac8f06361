"""`arena play`: one match, told move by move."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_bench import arena

from arena.play import play
from arena.record import read_records
from arena.registry import make_agent, make_game

pytestmark = pytest.mark.usefixtures("toys")


def moves(text: str) -> list[tuple[int, str, str]]:
    """(ply, who, what) of every move told."""
    found = re.findall(r"(?:^|> ) *(\d+)  (\d \S+) +(\S.*?) *$", text, flags=re.MULTILINE)
    return [(int(ply), who, what) for ply, who, what in found]


def test_the_match_told_is_the_match_played() -> None:
    """The moves are those of `arena.play.play` with the same seed, in order, with who made them."""
    game, agents = make_game("pebbles"), [make_agent("first-one"), make_agent("random")]
    record = play(game, agents, 3)

    answer = arena("play", "pebbles", "--agents", "first-one,random", "--seed", "3")

    assert answer.code == 0
    names = ["0 first-one", "1 random"]
    expected = [(ply + 1, names[ply % 2], game.say(action)) for ply, action in enumerate(record.actions)]
    assert moves(answer.out) == expected
    assert record.outcome.reason in answer.out
    for metric, values in record.outcome.metrics.items():
        (row,) = [line.split() for line in answer.out.splitlines() if line.startswith(f"{metric} ")]
        assert row[1:] == [f"{value:g}" for value in values]


def test_the_table_is_as_large_as_the_list() -> None:
    """Three agents make a table of three; one takes every seat."""
    assert "pebbles(players=3)" in arena("play", "pebbles", "-a", "random,random,random").out
    alone = arena("play", "pebbles", "-a", "random", "-p", "4").out
    assert [f"player {player} random" in alone for player in range(5)] == [True] * 4 + [False]


def test_drawn_seed_is_printed_and_plays_the_same_again() -> None:
    """Without --seed one is drawn; with the printed one the story is the same word by word."""
    first = arena("play", "pebbles", "-a", "random").out
    found = re.search(r"seed (\d+)", first)

    assert found
    assert arena("play", "pebbles", "-a", "random", "--seed", found.group(1)).out == first


def test_record_is_written(tmp_path: Path) -> None:
    """--record writes the match that `read_records` reads and `arena replay` tells."""
    file = tmp_path / "match.arec"

    told = arena("play", "pebbles", "-a", "first-one,random", "--seed", "3", "--record", str(file))

    (record,) = read_records(file.read_bytes())
    assert record.seed == 3
    assert [seat.agent for seat in record.seats] == ["first-one", "random"]
    assert f"arena replay {file}" in told.err
    assert arena("replay", str(file)).out == told.out


def test_show_prints_the_table_after_every_move() -> None:
    """With --show the scene follows each move; without, it stands at the beginning and the end."""
    shown = arena("play", "pebbles", "-a", "random", "--seed", "3", "--show", "open").out
    plain = arena("play", "pebbles", "-a", "random", "--seed", "3").out

    assert len(re.findall(r"\d+ pebbles", shown)) == 1 + len(moves(shown))
    assert len(re.findall(r"\d+ pebbles", plain)) == 2


def test_a_failing_agent_is_part_of_the_story() -> None:
    """A crash is told, a stand-in plays on, the match ends, and the command succeeds."""
    answer = arena("play", "pebbles", "-a", "faulty,first-one", "--seed", "3")

    assert answer.code == 0
    assert answer.out.count("a stand-in plays on") == 1
    assert "RuntimeError: no idea what to do" in " ".join(answer.out.split())
    assert "takes the last pebble" in answer.out


def test_a_person_plays(tmp_path: Path) -> None:
    """A person is shown the view, may ask what is legal, is asked again after nonsense, and is never hurried."""
    file = tmp_path / "match.arec"
    typed = "legal\nseven\n" + "1\n" * 30

    answer = arena(
        "play", "pebbles", "-a", "human,first-one", "--seed", "3", "--record", str(file), typed=typed
    )

    (record,) = read_records(file.read_bytes())
    assert answer.code == 0
    assert not record.faults
    assert set(record.actions[::2]) == {1}
    assert record.conditions.patience_s is None
    assert "15 pebbles ooooooooooooooo, the die shows" in answer.out
    assert "no legal action reads 'seven'" in answer.out
    assert [who for _, who, _ in moves(answer.out)][:2] == ["0 human", "1 first-one"]


@pytest.mark.parametrize("typed", ["1\n", "1\nquit\n"])
def test_a_person_leaves(typed: str) -> None:
    """Quitting, or the end of the input, leaves the match: exit code 130, no traceback, no error."""
    answer = arena("play", "pebbles", "-a", "human,first-one", typed=typed)

    assert (answer.code, answer.err) == (130, "")


def test_conditions_reach_the_match(tmp_path: Path) -> None:
    """--access, --simulations and --seconds are the record's conditions."""
    file = tmp_path / "match.arec"
    options = ["--access", "state", "--simulations", "5", "--seconds", "1.5", "--record", str(file)]

    assert arena("play", "pebbles", "-a", "random", *options).code == 0
    (record,) = read_records(file.read_bytes())
    assert record.conditions.access.value == "state"
    assert (record.conditions.budget.simulations, record.conditions.budget.seconds) == (5, 1.5)


def test_bad_numbers_are_refused_before_anything_is_played() -> None:
    """Zero simulations or a negative time is bad input."""
    for option in (["--simulations", "0"], ["--seconds", "-1"]):
        answer = arena("play", "pebbles", "-a", "random", *option)
        assert (answer.code, answer.out) == (2, "")


def test_record_into_nowhere_is_refused_before_the_match(tmp_path: Path) -> None:
    """A folder that does not exist, or is the file itself, is said at once."""
    for place in (tmp_path / "no" / "x.arec", tmp_path):
        answer = arena("play", "pebbles", "-a", "random", "--record", str(place))
        assert (answer.code, answer.out) == (2, "")
        assert "expected --record to name a file" in answer.err
