"""Every law on everything that a distribution registers, as a pytest parametrization."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.agent import Agent
from arena.capabilities import Compiled
from arena.errors import ArenaError, LawBroken, UnknownName
from arena.game import Game
from arena.play import misfit
from arena.registry import Entry, entries, fitting_agents, make_agent, make_game
from arena.testing._check import check_law
from arena.testing._law import AGENT_LAWS, GAME_LAWS, Law
from arena.testing._trial import AgentTrial, GameTrial

__all__ = ["LOADS", "Case", "cases", "parametrize_with_laws"]

LOADS = "loads"
"""The law that an entry point loads; it comes before all others."""


@dataclass(frozen=True)
class Case:
    """One law and one subject."""

    law: str
    """The law's name."""
    subject: str
    """A game's name, or an agent's and a game's as ``agent@game``."""
    check: Callable[[], None]
    """Raises `LawBroken`."""


def cases(distribution: str, golden: Path | None = None) -> list[Case]:
    """Every law that applies to everything `distribution` registers.

    An entry that cannot be made without parameters, or an agent that cannot play without a person, is only loaded.

    Args:
        distribution: the distribution, such as ``"agent-arena"``.
        golden: the folder of golden transcripts; none are asked for where None.
    """
    found: list[Case] = []
    games: dict[str, Game[Any, Any, Any]] = {}
    for entry in _entries("game", distribution):
        found.append(_loads(entry))
        game = _made(entry, make_game)
        if game is not None:
            games[entry.name] = game
            found += _game_cases(entry.name, game, golden)
    for entry in _entries("agent", distribution):
        found.append(_loads(entry))
        agent = _made(entry, make_agent)
        if agent is not None and agent.spec.automatic:
            for name, game in games.items():
                if misfit(agent, game) is None:
                    found += _agent_cases(f"{entry.name}@{name}", agent, game)
    return found


def _entries(kind: str, distribution: str) -> Iterator[Entry]:
    return (entry for entry in entries(kind).values() if entry.distribution == distribution)


def _loads(entry: Entry) -> Case:
    def check() -> None:
        problem = entry.problem()
        if problem is not None:
            raise LawBroken(f"law {LOADS!r} broken by {entry.kind} {entry.name!r}: {problem}")

    return Case(LOADS, entry.name, check)


def _made(entry: Entry, make: Callable[[str], Any]) -> Any:
    try:
        return make(entry.name)
    except ArenaError:
        return None


def _game_cases(name: str, game: Game[Any, Any, Any], golden: Path | None) -> Iterator[Case]:
    agents = tuple(agent for agent in fitting_agents(game).values() if isinstance(agent, Compiled))
    trial = GameTrial(game, agents=agents, golden=golden)
    return (_case(law, name, trial) for law in GAME_LAWS.values() if law.applies(trial))


def _agent_cases(subject: str, agent: Agent, game: Game[Any, Any, Any]) -> Iterator[Case]:
    trial = AgentTrial(agent, game)
    return (_case(law, subject, trial) for law in AGENT_LAWS.values() if law.applies(trial))


def _case(law: Law, subject: str, trial: GameTrial | AgentTrial) -> Case:
    return Case(law.name, subject, lambda: check_law(law, trial))


def parametrize_with_laws(
    distribution: str,
    *,
    golden: Path | None = None,
    expected_failures: Mapping[tuple[str, str], str] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test of `case` run every law on everything that a distribution registers.

    ::

        @parametrize_with_laws("my-arena-games", golden=Path(__file__).parent / "golden")
        def test_laws(case: Case) -> None:
            case.check()

    Args:
        distribution: the distribution, such as ``"agent-arena"``.
        golden: the folder of golden transcripts; none are asked for where None.
        expected_failures: the reason why a law is broken, by law and subject, such as
            ``("worlds_differ", "my-game")``; the test fails when the law holds after all.

    Raises:
        UnknownName: if an expected failure names no case.
    """
    import pytest

    excuses = dict(expected_failures or {})
    found = cases(distribution, golden)
    known = {(case.law, case.subject) for case in found}
    for law, subject in excuses:
        if (law, subject) not in known:
            raise UnknownName("case of a law", f"{law}-{subject}", (f"{one}-{other}" for one, other in known))
    parameters = []
    for case in found:
        reason = excuses.get((case.law, case.subject))
        marks = [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True, raises=LawBroken)]
        parameters.append(pytest.param(case, id=f"{case.law}-{case.subject}", marks=marks))
    return pytest.mark.parametrize("case", parameters)
