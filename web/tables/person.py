"""A person at a table of the server: nobody asks him, his moves come by the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agents.human.agent import Human
from arena.agent import Agent, Family, Player, Seat, Turn
from arena.errors import HostFault

__all__ = ["AtTable", "seated"]


@dataclass(frozen=True)
class AtTable(Human):
    """A person at a table of the server; in the record he is the same as one at the terminal."""

    def sit(self, seat: Seat) -> Player:
        """A player who keeps the seat."""
        del seat
        return _Keeper()


class _Keeper(Player):
    """Keeps a seat for a person."""

    def act(self, turn: Turn) -> Any:
        """Never called: the table waits for the person instead."""
        raise HostFault(f"a person was asked for a move at ply {turn.ply}")


def seated(agent: Agent) -> Agent:
    """The agent as it sits at a table of the server: people come by the network, everybody else is as he was."""
    return AtTable() if agent.spec.family is Family.HUMAN else agent
