"""The page about Dhumbal says what the code does."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from games.dhumbal.encode import ENCODED, FEATURES
from games.dhumbal.game import Dhumbal
from games.dhumbal.rules import CHOICES, PRESETS, ROUND_LIMIT
from games.dhumbal.state import VIEW

PAGE = (Path(__file__).parents[2] / "docs" / "games" / "dhumbal.md").read_text()


def test_every_rule_set_switch_and_choice_is_on_the_page() -> None:
    """Presets and switches have a row of their own, and every choice is named."""
    rows = [line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| `")]
    for name in (*PRESETS, *(field.name for field in dataclasses.fields(Dhumbal) if field.name != "rules")):
        assert f"`{name}`" in rows
    for choices in CHOICES.values():
        assert all(f"`{choice}`" in PAGE for choice in choices)
    assert f"{ROUND_LIMIT} rounds" in PAGE


def test_every_field_of_the_view_and_of_the_encoding_is_on_the_page() -> None:
    """A new field needs a word of explanation."""
    for name in VIEW.names or ():
        assert name == "spare" or f"`{name}`" in PAGE or f"`{name}[5]`" in PAGE
    for name in FEATURES:
        assert f"`{name}`" in PAGE
    assert f"{ENCODED} numbers" in PAGE
    assert f"{VIEW.itemsize} bytes" in PAGE
