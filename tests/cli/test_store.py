"""`arena store`: list, check, backup, merge."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from cli_bench import arena

from arena.contest import Stop
from tournaments.executors.serial import Serial
from tournaments.plan import make_plan
from tournaments.store import Store
from tournaments.tournament import Tournament

pytestmark = pytest.mark.usefixtures("toys")


def played(path: Path, seed: int, blocks: int) -> Path:
    plan = make_plan("pebbles", "first-one,random", seed=seed, stop=Stop(blocks=blocks))
    with Store.open(path) as store:
        Tournament(plan, store).run(Serial())
    return path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return played(tmp_path / "a.sqlite", seed=1, blocks=6)


def test_list(store: Path) -> None:
    """Every tournament with its number, game, agents, blocks, matches and state."""
    played(store, seed=2, blocks=4)

    answer = arena("store", "list", "--store", str(store))

    rows = [line.split() for line in answer.out.splitlines() if "pebbles" in line]
    assert [(row[0], row[1], row[2], row[3], row[4], row[-1]) for row in rows] == [
        ("1", "pebbles", "2", "6", "12", "finished"),
        ("2", "pebbles", "2", "4", "8", "finished"),
    ]
    assert str(store) in answer.err


def test_the_default_store_is_in_arena_home(home: Path) -> None:
    """Without --store it is the user's; where there is none yet, that is said in one line."""
    absent = arena("store", "list")
    played(home / "arena.sqlite", seed=1, blocks=2)

    assert absent.code == 2
    assert absent.err.count("\n") == 1
    assert "pebbles" in arena("store", "list").out


def test_check(store: Path) -> None:
    """A whole store is whole."""
    answer = arena("store", "check", "--store", str(store), "--samples", "3")

    assert answer.code == 0
    assert answer.out.startswith("whole: ")
    assert "6 blocks, 12 matches" in answer.out


def test_check_finds_damage(store: Path) -> None:
    """A changed byte in a stored chunk: exit code 1 and a line that says where."""
    connection = sqlite3.connect(store)
    (table,) = [
        name
        for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
        if "chunk" in name
    ]
    key, data = connection.execute(f"select id, data from {table} limit 1").fetchone()  # noqa: S608
    torn = bytes(data[:-1]) + bytes([data[-1] ^ 1])
    connection.execute(f"update {table} set data = ? where id = ?", (torn, key))  # noqa: S608
    connection.commit()
    connection.close()

    answer = arena("store", "check", "--store", str(store))

    assert answer.code == 1
    assert answer.out.startswith("damaged: ")
    assert "problem: " in answer.err


def test_backup(store: Path, tmp_path: Path) -> None:
    """The copy is a store with the same tournaments."""
    copy = tmp_path / "copy.sqlite"

    assert arena("store", "backup", str(copy), "--store", str(store)).code == 0
    one, two = arena("store", "list", "--store", str(store)), arena("store", "list", "--store", str(copy))
    assert one.out == two.out


def test_merge(store: Path, tmp_path: Path) -> None:
    """What the other store has and this one lacks is taken over, once."""
    other = played(tmp_path / "b.sqlite", seed=2, blocks=5)

    first = arena("store", "merge", str(other), "--store", str(store))
    second = arena("store", "merge", str(other), "--store", str(store))

    assert first.out.startswith("5 blocks taken over")
    assert second.out.startswith("0 blocks taken over")
    assert arena("store", "list", "--store", str(store)).out.count("pebbles") == 2
