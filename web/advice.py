"""What another agent would have done at every decision of a seat, asked on the views that the seat had."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Final

from arena import streams
from arena.agent import Agent, Seat, Turn
from arena.conditions import Budget
from arena.errors import BadParameter, NotCapable
from arena.play import misfit
from arena.record import Record
from arena.replay import Replay
from web.frames import plain
from web.schemas.matches import AdviceRow

__all__ = ["SIMULATIONS", "advice"]

SIMULATIONS: Final = 1000
"""Simulations a decision of the agent that is asked."""


def advice(record: Record, agent: Agent, seat: int) -> Iterator[AdviceRow]:
    """What `agent` would have done in `seat`, decision by decision.

    Where only one thing is legal nobody is asked. The agent sees what the seat saw and no more, and remembers only that.

    Args:
        record: the match.
        agent: the agent asked.
        seat: the seat, from 0.

    Raises:
        BadParameter: if there is no such seat.
        NotCapable: if the agent does not play the game, or is a person.
        ReplayDiffers: if the record does not play again.
    """
    if not 0 <= seat < len(record.seats):
        raise BadParameter(f"expected a seat from 0 to {len(record.seats) - 1}, got {seat!r}")
    if not agent.spec.automatic:
        raise NotCapable(f"{agent.spec.name} cannot advise: nobody is there to be asked")
    with Replay(record) as replay:
        game = replay.game
        role = game.spec.roles[seat]
        reason = misfit(agent, game, role)
        if reason:
            raise NotCapable(f"{agent.spec.name} cannot advise on {record.game}: {reason}")
        conditions = dataclasses.replace(
            record.conditions,
            access=agent.spec.access,
            budget=Budget(simulations=SIMULATIONS),
            patience_s=None,
        )
        seed = int(streams.numbers(streams.derive(streams.root_key(record.seed), "advice"), seat, 1)[0])
        sitting = Seat(game, seat, role, conditions, seed)
        player = agent.sit(sitting)
        try:
            for moment in replay:
                if seat not in moment.actions:
                    continue
                legal = moment.legal(seat)
                if len(legal) == 1 if hasattr(legal, "__len__") else False:
                    continue
                action = player.act(Turn(moment.view(seat), legal, moment.ply, sitting))
                told = player.thoughts()
                done, wanted = game.say(moment.actions[seat]), game.say(action)
                yield AdviceRow(
                    ply=moment.ply,
                    says=done,
                    advice=wanted,
                    agrees=done == wanted,
                    thoughts=plain(told) if isinstance(told, Mapping) else None,
                )
        finally:
            player.close(None)
