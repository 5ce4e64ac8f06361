"""`arena tune`: finds parameters, says how good they are, and keeps them in a book."""

from __future__ import annotations

import json
from pathlib import Path

from cli_bench import arena

from arena.registry import make_agent, make_game
from arena.spelling import spell

SMALL = ["--generations", "2", "--population", "6", "--blocks", "10", "--check-blocks", "20", "--seed", "4"]
TASK = ["tune", "tuned", "--game", "dhumbal:players=2,rules=np10", "--against", "aggressive"]


def test_a_book_is_written_and_can_be_made_again(tmp_path: Path) -> None:
    """The same seed writes the same bytes; the entry spells its game and its command."""
    books = [tmp_path / "one.json", tmp_path / "two.json"]
    answers = [arena(*TASK, *SMALL, "--check-against", "greedy", "--out", str(book)) for book in books]

    assert [answer.code for answer in answers] == [0, 0]
    assert answers[0].out == answers[1].out
    assert books[0].read_bytes() == books[1].read_bytes()
    (entry,) = json.loads(books[0].read_text(encoding="utf-8"))["entries"]
    assert spell(make_game(entry["game"])) == entry["game"]
    assert entry["command"].startswith("arena tune tuned --game 'dhumbal(players=2, rules=np10)' ")
    assert list(entry["strength"]) == ["greedy"]
    assert "generation 2 of 2: mean " in answers[0].err
    spelled = next(line for line in answers[0].out.splitlines() if line.startswith("tuned("))
    assert spell(make_agent(spelled)) == spelled
    assert "against greedy: " in answers[0].out


def test_what_cannot_be_done_is_said_before_play(tmp_path: Path) -> None:
    """An agent without knobs, a file that is no book, a number out of range: one line and exit code 2."""
    book = tmp_path / "book.json"
    book.write_text("{}", encoding="utf-8")

    answer = arena("tune", "greedy", "--against", "random")
    assert (answer.code, answer.out) == (2, "")
    assert "greedy has nothing to tune" in answer.err
    assert "expected a book of tuned parameters" in arena(*TASK, *SMALL, "--out", str(book)).err
    assert "expected check-blocks >= 2, got 1" in arena(*TASK, "--check-blocks", "1").err
    assert "expected population >= 4" in arena(*TASK, "--population", "2").err
