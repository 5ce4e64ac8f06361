"""`arena replay` of files: told again, looked at, verified."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from cli_bench import arena

from arena.play import play
from arena.record import Record, read_records, write_records
from arena.registry import make_agent, make_game

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture
def record() -> Record:
    return play(make_game("pebbles(pebbles=60)"), [make_agent("first-one"), make_agent("random")], 5)


@pytest.fixture
def file(tmp_path: Path, record: Record) -> Path:
    path = tmp_path / "match.arec"
    path.write_bytes(write_records([record]))
    return path


def test_verify(file: Path, record: Record) -> None:
    """An untouched record is verified."""
    answer = arena("replay", str(file), "--verify")

    assert answer.code == 0
    assert answer.out.startswith(f"verified: 1 match, {len(record.actions)} actions")


def test_verify_finds_a_changed_action(tmp_path: Path, record: Record) -> None:
    """One action exchanged for another legal one: exit code 2 and the window that differs."""
    assert len(record.actions) > 8
    actions = list(record.actions)
    actions[3] = 1 if actions[3] != 1 else 2
    forged = dataclasses.replace(record, actions=tuple(actions))
    path = tmp_path / "forged.arec"
    path.write_bytes(write_records([forged]))

    answer = arena("replay", str(path), "--verify")

    assert answer.code == 2
    assert answer.err.count("\n") == 1


def test_verify_finds_a_changed_score(tmp_path: Path, record: Record) -> None:
    """The winner's score given to the loser: exit code 2."""
    forged = dataclasses.replace(record, scores=record.scores[::-1])
    path = tmp_path / "forged.arec"
    path.write_bytes(write_records([forged]))

    assert arena("replay", str(path), "--verify").code == 2


@pytest.mark.parametrize("cut", [0, 3, 4, 5, 40])
def test_a_torn_file_is_named_with_the_place(file: Path, cut: int) -> None:
    """A file cut short is bad input, with the first bad place, never a traceback."""
    file.write_bytes(file.read_bytes()[:cut])

    answer = arena("replay", str(file), "--verify")

    assert answer.code == 2
    assert "byte" in answer.err
    assert answer.err.count("\n") == 1


def test_a_flipped_bit_is_found(file: Path) -> None:
    """Any damaged byte of the body is found by the checksum or the reader."""
    whole = file.read_bytes()
    for place in range(5, len(whole), max(1, len(whole) // 25)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert arena("replay", str(file), "--verify").code == 2


def test_ply_shows_one_moment(file: Path, record: Record) -> None:
    """--ply N tells the move that led there, the table, and what was thought."""
    pebbles = 0
    for ply in (0, 1, 5):
        out = arena("replay", str(file), "--ply", str(ply)).out
        left = int(next(line for line in out.splitlines() if "pebbles o" in line).split()[0])
        assert left == (pebbles or left) - sum(record.actions[:ply])
        pebbles = pebbles or left
        assert ("curious" in out) == (ply % 2 == 1)
    assert f"   5  0 first-one  {record.actions[4]}" in arena("replay", str(file), "--ply", "5").out
    assert arena("replay", str(file), "--ply", str(len(record.actions) + 1)).code == 2


def test_json_holds_every_ply(file: Path, record: Record) -> None:
    """--json is one document: who, what, in data and in words, and with --show the scenes."""
    document = json.loads(arena("replay", str(file), "--json", "--show", "open").out)

    moments = document["moments"]
    assert [moment["ply"] for moment in moments] == list(range(len(record.actions) + 1))
    assert [moment["actions"][0]["action"] for moment in moments[:-1]] == list(record.actions)
    assert [moment["actions"][0]["player"] for moment in moments[:-1]] == [
        ply % 2 for ply in range(len(record.actions))
    ]
    assert moments[0]["actions"][0]["thoughts"] == {"curious": record.thoughts[0]["curious"]}
    assert moments[-1]["actions"] == []
    assert all("pebbles" in moment["scene"] for moment in moments)
    assert document["scores"] == list(record.scores)
    assert [seat["agent"] for seat in document["seats"]] == ["first-one", "random"]


def test_a_file_of_several_matches(tmp_path: Path) -> None:
    """--match chooses among the matches of a block; --verify takes them all."""
    game, agents = make_game("pebbles"), [make_agent("first-one"), make_agent("random")]
    records = [play(game, agents, 5), play(game, agents[::-1], 5)]
    path = tmp_path / "block.arec"
    path.write_bytes(write_records(records))

    assert "player 0 first-one" in arena("replay", str(path)).out
    assert "player 0 random" in arena("replay", str(path), "--match", "2").out
    assert arena("replay", str(path), "--match", "3").code == 2
    assert "2 matches" in arena("replay", str(path), "--verify").out
    assert json.loads(arena("replay", str(path), "--verify", "--json").out)["matches"] == 2


def test_faults_are_told_again(tmp_path: Path) -> None:
    """A match with a failing agent is told as it was, and verified."""
    path = tmp_path / "fault.arec"
    told = arena("play", "pebbles", "-a", "faulty,first-one", "--seed", "3", "--record", str(path)).out

    assert arena("replay", str(path)).out == told
    assert arena("replay", str(path), "--verify").code == 0
    assert read_records(path.read_bytes())[0].faults
