"""The laws that every game and every agent obeys, for the tests of whoever writes one.

    from arena.testing import check_agent, check_game

    def test_my_game() -> None:
        check_game(MyGame())

`GAME_LAWS` and `AGENT_LAWS` list the laws; `parametrize_with_laws` makes a pytest test of each law on everything that a
distribution registers. A law that is broken raises `arena.errors.LawBroken`, which names law, game, seed and step, and says
what was expected and what came.
"""

from __future__ import annotations

from arena.testing._check import check_agent, check_game, check_law
from arena.testing._law import AGENT_LAWS, GAME_LAWS, Law
from arena.testing._registered import Case, cases, parametrize_with_laws
from arena.testing._trial import AgentTrial, GameTrial, Uniform, essence, portrait
from arena.testing.golden import golden_path, transcript, write_golden

__all__ = [
    "AGENT_LAWS",
    "GAME_LAWS",
    "AgentTrial",
    "Case",
    "GameTrial",
    "Law",
    "Uniform",
    "cases",
    "check_agent",
    "check_game",
    "check_law",
    "essence",
    "golden_path",
    "parametrize_with_laws",
    "portrait",
    "transcript",
    "write_golden",
]
