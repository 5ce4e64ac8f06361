"""Tokens: what they allow, how they end, and that nothing kept gives them away."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.errors import BadParameter, NotAStore, UnknownName
from web.database import Database
from web.errors import Forbidden, Unauthorized
from web.tokens import Tokens


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(Database(tmp_path / "web.sqlite"))


def test_a_token_allows_its_scope_and_those_below(tokens: Tokens) -> None:
    words = tokens.issue("mine", ("run",))

    assert tokens.check(words, "run").name == "mine"
    assert tokens.check(words, "read").scopes == ("run",)
    with pytest.raises(Forbidden, match="scope 'admin', got one with 'run'"):
        tokens.check(words, "admin")


@pytest.mark.parametrize(
    "words", [None, "", "arena", "arena_0_0", "arena_x", "other_a_b", "arena_é_ü", "a_" * 200]
)
def test_other_words_are_no_token(tokens: Tokens, words: str | None) -> None:
    tokens.issue("mine")

    with pytest.raises(Unauthorized):
        tokens.check(words, "read")


def test_the_secret_must_be_right(tokens: Tokens) -> None:
    words = tokens.issue("mine")

    with pytest.raises(Unauthorized):
        tokens.check(words[:-1] + ("a" if words[-1] != "a" else "b"), "read")


def test_a_token_ends(tokens: Tokens) -> None:
    words = tokens.issue("short", lasts_s=0.001)

    with pytest.raises(Unauthorized, match="past its end"):
        tokens.check(words, "read")
    with pytest.raises(BadParameter):
        tokens.issue("never", lasts_s=-1)


def test_a_token_is_revoked(tokens: Tokens) -> None:
    words = tokens.issue("mine")
    tokens.revoke(words.split("_")[1])

    with pytest.raises(Unauthorized):
        tokens.check(words, "read")
    assert tokens.all() == []
    with pytest.raises(UnknownName):
        tokens.revoke("nobody")


def test_a_scope_that_is_none(tokens: Tokens) -> None:
    with pytest.raises(UnknownName, match="unknown scope 'runn': did you mean 'run'"):
        tokens.issue("mine", ("runn",))


def test_the_first_one_is_made_once(tokens: Tokens) -> None:
    words = tokens.first()

    assert words is not None
    assert tokens.check(words, "admin").name == "this machine"
    assert tokens.first() is None


def test_nothing_kept_gives_a_token_away(tmp_path: Path) -> None:
    file = tmp_path / "web.sqlite"
    database = Database(file)
    secret = Tokens(database).issue("mine").split("_", 2)[2]
    database.close()

    assert file.stat().st_mode & 0o077 == 0
    assert all(secret.encode() not in part.read_bytes() for part in tmp_path.iterdir())


def test_a_file_of_others_is_left_alone(tmp_path: Path, played: Path) -> None:
    before = played.read_bytes()

    with pytest.raises(NotAStore, match="not the file of an arena's server"):
        Tokens(Database(played)).issue("mine")
    assert played.read_bytes() == before
