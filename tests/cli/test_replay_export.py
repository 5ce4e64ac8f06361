"""`arena replay export`: matches of files and of the store as JSON, lines of JSON and text like PGN."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cli_bench import arena

from arena.play import play
from arena.record import Record, write_records
from arena.registry import make_agent, make_game
from tournaments import replays
from tournaments.exports import EXPORTS
from tournaments.store import Store

pytestmark = pytest.mark.usefixtures("toys")

TAG = re.compile(r'\[(\w+) "((?:[^"\\]|\\.)*)"\]')
MOVE = re.compile(r"(\d+)\. (\d+) (.+)")


class League(NamedTuple):
    path: Path
    matches: int


@pytest.fixture(scope="module")
def league(toys: Path, tmp_path_factory: pytest.TempPathFactory) -> League:
    """A tournament in a compiled game, which keeps no record files, and one of the referee's, which does."""
    path = tmp_path_factory.mktemp("league") / "league.sqlite"
    for words in (
        ["dhumbal", "-a", "greedy,tuned,random", "-p", "2", "--format", "swiss(rounds=2)", "--blocks", "4"],
        ["pebbles", "-a", "first-one,random,faulty", "--blocks", "3"],
    ):
        told = arena("tournament", *words, "--seed", "7", "--workers", "1", "-q", "--store", str(path))
        assert told.code == 0, told.err
    return League(path, 8)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    game, agents = make_game("pebbles(pebbles=60)"), [make_agent("first-one"), make_agent("random")]
    path = tmp_path / "block.arec"
    path.write_bytes(write_records([play(game, agents, 5), play(game, agents[::-1], 5)]))
    return path


def out_of(*words: str) -> str:
    answer = arena("replay", "export", *words)
    assert answer.code == 0, answer.err
    return answer.out


def pgn_matches(text: str) -> list[tuple[dict[str, str], list[tuple[int, int, str]], list[str], str]]:
    """Tags, moves, comments and result of every match, read by the rules of the format alone."""
    found = []
    blocks = text.split("\n\n")
    assert len(blocks) % 2 == 0
    for head, body in zip(blocks[::2], blocks[1::2], strict=True):
        tags = {}
        for line in head.splitlines():
            match = TAG.fullmatch(line)
            assert match, line
            tags[match[1]] = re.sub(r"\\(.)", r"\1", match[2])
        *lines, result = body.strip().splitlines()
        moves = [MOVE.fullmatch(line) for line in lines if not line.startswith("{")]
        assert all(moves)
        told = [(int(move[1]), int(move[2]), move[3]) for move in moves if move]
        found.append((tags, told, [line for line in lines if line.startswith("{")], result))
    return found


def stored(league: League, *place: int) -> Record:
    with Store.open(league.path) as store:
        return replays.record(store, *place)


@pytest.mark.parametrize("tournament", [1, 2])
def test_pgn_is_the_record(league: League, tournament: int) -> None:
    """Tags say game, rules, seats, seed and result; moves are the game's own words, in order, by who took them."""
    text = out_of(f"{tournament}/0/1/0", "--to", "pgn", "--store", str(league.path))
    ((tags, moves, comments, result),) = pgn_matches(text)
    record = stored(league, tournament, 0, 1, 0)
    game = make_game(record.game)

    assert tags["Game"] == record.game
    assert tags["Rules"] == str(record.game_version)
    assert tags["Seed"] == str(record.seed)
    assert [tags[f"Seat{seat}"] for seat in range(2)] == [seat.agent for seat in record.seats]
    assert (tags["Event"], tags["Round"]) == (f"tournament {tournament}", f"{tournament}/0/1/0")
    assert [float(score) for score in result.split()] == pytest.approx(list(record.scores))
    assert tags["Result"] == result
    assert [ply for ply, _, _ in moves] == list(range(1, len(record.actions) + 1))
    assert [words for _, _, words in moves] == [" ".join(game.say(a).split()) for a in record.actions]
    assert len(comments) == len(record.faults)


def test_faults_are_comments(league: League) -> None:
    """Every failure stands in braces before the move that a stand-in made."""
    found = pgn_matches(out_of("2", "--to", "pgn", "--store", str(league.path)))
    faulty = [(tags, comments) for tags, _, comments, _ in found if comments]

    assert faulty
    for tags, comments in faulty:
        seat = next(seat for seat in range(2) if tags[f"Seat{seat}"] == "faulty")
        assert all(comment.startswith(f"{{{seat} ") and comment.endswith("}") for comment in comments)


def test_json_is_what_replay_prints(league: League) -> None:
    """One list; each document is that of `arena replay --json`, with its name."""
    store = ["--store", str(league.path)]
    (found,) = json.loads(out_of("1/1/0/1", *store))

    assert found.pop("match") == "1/1/0/1"
    plain: dict[str, Any] = json.loads(arena("replay", "1/1/0/1", "--json", *store).out)
    assert without_times(found) == without_times(plain)


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    for moment in document["moments"]:
        for action in moment["actions"]:
            del action["micros"]
    return document


def test_lines_hold_every_ply(league: League) -> None:
    """A line each for the match, every action and the end; put together they are the documents."""
    store = ["--store", str(league.path)]
    documents = {found["match"]: found for found in json.loads(out_of("1", *store))}
    lines = [json.loads(line) for line in out_of("1", "--to", "jsonl", *store).splitlines()]

    assert len(documents) == league.matches
    for name, document in documents.items():
        own = [line for line in lines if line["match"] == name]
        assert [line["kind"] for line in own] == ["match", *["ply"] * (len(own) - 2), "end"]
        actions = [action for moment in document["moments"] for action in moment["actions"]]
        assert [line["ply"] for line in own[1:-1]] == list(range(len(actions)))
        assert [line["says"] for line in own[1:-1]] == [action["says"] for action in actions]
        assert own[0]["seats"] == document["seats"]
        assert own[-1]["scores"] == document["scores"]


@pytest.mark.parametrize(
    ("words", "count"), [("1", 8), ("last", 9), ("1/0", 4), ("1/1/0", 2), ("1/1/0/1", 1)]
)
def test_what_is_meant(league: League, words: str, count: int) -> None:
    """A tournament, the last one, a round, a block, a match."""
    text = out_of(words, "--to", "pgn", "--store", str(league.path))
    names = [tags["Round"] for tags, _, _, _ in pgn_matches(text)]

    assert len(names) == len(set(names)) == count if words != "last" else len(names) == len(set(names)) > 4
    assert words == "last" or all(f"{name}/".startswith(f"{words}/") for name in names)


def test_files(file: Path, tmp_path: Path) -> None:
    """All matches of a file, or one; --out by its end; nothing on standard output then; a file there is replaced."""
    whole = json.loads(out_of(str(file)))
    assert [found["match"] for found in whole] == ["block.arec/1", "block.arec/2"]
    (second,) = json.loads(out_of(str(file), "--match", "2"))
    assert without_times(second) == without_times(whole[1])

    for name, made in EXPORTS.items():
        path = tmp_path / f"out{made.suffix}"
        path.write_text("old")
        answer = arena("replay", "export", str(file), "--out", str(path))
        assert (answer.code, answer.out) == (0, "")
        assert answer.err == f"2 matches written to {path}\n"
        assert path.read_text(encoding="utf-8") == out_of(str(file), "--to", name)
        assert out_of(str(file), "--to", name, "--out", "-") == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such.arec"], "expected a file, or what is stored as TOURNAMENT"),
        (["1/0/0/0/0"], "expected a file, or what is stored as TOURNAMENT"),
        (["9"], "unknown tournament '9'"),
        (["1/7"], "expected a round from 0 to 1 of tournament 1, got 7"),
        (["1/0/99"], "expected a stored block"),
        (["1/0/0/5"], "expected a seating from 0 to 1, got 5"),
        (["1", "--to", "xyz"], "unknown format 'xyz': (known: gif, html, json, jsonl, mp4, pgn)"),
        (["1", "--out", "x.mp3"], "unknown format 'mp3'"),
        (["1", "--match", "2"], "--match chooses among the matches of a file"),
        ([], "missing argument 'MATCH' (see arena replay export --help)"),
    ],
)
def test_bad_input(league: League, tmp_path: Path, words: list[str], said: str) -> None:
    """One line, exit code 2, and no file left behind."""
    if "--out" in words:
        words = [*words[:-1], str(tmp_path / words[-1])]
    answer = arena("replay", "export", *words, "--store", str(league.path))

    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert not list(tmp_path.glob("*.mp3"))


def test_a_broken_match_leaves_no_file(file: Path, tmp_path: Path) -> None:
    """A damaged file is refused before anything is written."""
    file.write_bytes(file.read_bytes()[:40])
    path = tmp_path / "out.json"

    assert arena("replay", "export", str(file), "--out", str(path)).code == 2
    assert list(tmp_path.glob("*out*")) == []


def test_variables_and_the_old_words(league: League, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options come from ARENA_REPLAY_EXPORT_..., and `arena replay MATCH` is what it was."""
    monkeypatch.setenv("ARENA_REPLAY_EXPORT_TO", "pgn")
    monkeypatch.setenv("ARENA_REPLAY_EXPORT_STORE", str(league.path))
    assert out_of("1/0/0/0").startswith('[Event "tournament 1"]')
    monkeypatch.setenv("ARENA_REPLAY_STORE", str(league.path))
    assert arena("replay", "1/0/0/0").code == 0
    assert arena("replay", "last/0/0/0", "--verify").code == 0
