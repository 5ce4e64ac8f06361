"""An arena in which agents of every kind play games of every kind.

The names that most programs need are offered here; each is loaded when it is first used, so that ``import arena`` costs
nothing:

    from arena import make_agent, make_game, play

    game = make_game("dhumbal(players=3)")
    record = play(game, [make_agent("random")] * 3, seed=7)

Everything else is in the modules: `arena.game` and `arena.agent` hold the contracts, `arena.testing` the laws.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from arena._version import __version__

if TYPE_CHECKING:
    from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
    from arena.conditions import Access, Budget, Conditions, Fault, FaultKind, FaultPolicy
    from arena.errors import ArenaError
    from arena.game import (
        Direction,
        Dynamics,
        Game,
        GameSpec,
        Information,
        Metric,
        Outcome,
        RoleSpaces,
        Utility,
    )
    from arena.legal import Finite, InSpace, Legal, Listed, Masked, Product, Text
    from arena.lockstep import Lineup, play_lockstep
    from arena.play import play
    from arena.record import Record, read_records, write_records
    from arena.referee import Referee
    from arena.registry import make_agent, make_agents, make_game
    from arena.replay import Moment, Replay, verify
    from arena.scene import Scene

__all__ = [
    "Access",
    "Agent",
    "AgentSpec",
    "ArenaError",
    "Budget",
    "Conditions",
    "Direction",
    "Dynamics",
    "Family",
    "Fault",
    "FaultKind",
    "FaultPolicy",
    "Finite",
    "Game",
    "GameSpec",
    "InSpace",
    "Information",
    "Legal",
    "Lineup",
    "Listed",
    "Masked",
    "Metric",
    "Moment",
    "Outcome",
    "Player",
    "Product",
    "Record",
    "Referee",
    "Replay",
    "RoleSpaces",
    "Scene",
    "Seat",
    "Text",
    "Turn",
    "Utility",
    "__version__",
    "make_agent",
    "make_agents",
    "make_game",
    "play",
    "play_lockstep",
    "read_records",
    "verify",
    "write_records",
]

_HOME: Final = {
    "agent": ("Agent", "AgentSpec", "Family", "Player", "Seat", "Turn"),
    "conditions": ("Access", "Budget", "Conditions", "Fault", "FaultKind", "FaultPolicy"),
    "errors": ("ArenaError",),
    "game": (
        "Direction",
        "Dynamics",
        "Game",
        "GameSpec",
        "Information",
        "Metric",
        "Outcome",
        "RoleSpaces",
        "Utility",
    ),
    "legal": ("Finite", "InSpace", "Legal", "Listed", "Masked", "Product", "Text"),
    "lockstep": ("Lineup", "play_lockstep"),
    "play": ("play",),
    "record": ("Record", "read_records", "write_records"),
    "referee": ("Referee",),
    "registry": ("make_agent", "make_agents", "make_game"),
    "replay": ("Moment", "Replay", "verify"),
    "scene": ("Scene",),
}
"""The module of each name."""


def __getattr__(name: str) -> Any:
    for module, names in _HOME.items():
        if name in names:
            return getattr(import_module(f"arena.{module}"), name)
    raise AttributeError(f"module 'arena' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
