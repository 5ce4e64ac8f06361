"""Every law on every game and every agent that this distribution registers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from arena.testing import Case, parametrize_with_laws

GOLDEN: Final = Path(__file__).parent / "golden"
"""Made by ``python -m arena.testing tests/golden``; read what changed before you keep it."""

EXPECTED_FAILURES: Final[dict[tuple[str, str], str]] = {}
"""Why a law is broken, by law and subject; an entry whose law holds is a failure."""


@parametrize_with_laws("agent-arena", golden=GOLDEN, expected_failures=EXPECTED_FAILURES)
def test_laws(case: Case) -> None:
    """The law holds for the game, or for the agent in the game."""
    case.check()
