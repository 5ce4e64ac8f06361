"""Every format with 2 to 30 agents and 1 to 5 seats: it is played, or refused in one line."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tournament_toys import Bid, Constant, Dicer, Solo, table

from arena import registry, streams
from arena.contest import Pick, Plan, Round, Schedule, Standing
from arena.errors import BadPlan

FORMATS = (
    "round-robin",
    "gauntlet",
    "gauntlet(heroes=2)",
    "swiss(rounds=3)",
    "knock-out",
    "knock-out(seeding=true)",
    "ladder(rounds=1)",
    "adaptive(rounds=2)",
)
ALONE = ("round-robin", "knock-out", "knock-out(seeding=true)", "adaptive(rounds=2)")
"""What has a sense where every agent plays for himself."""


@cache
def contest(agents: int, players: int, format_: str) -> tuple[Plan, Pick]:
    entrants = [Dicer(str(number)) if players == 1 else Constant(0, str(number)) for number in range(agents)]
    return table(Solo() if players == 1 else Bid(players), entrants, blocks=6000, format=format_)


def random_standings(stage: Round, seed: int) -> list[Standing]:
    """Results by chance."""
    scores = streams.generator(seed + stage.number).normal(size=len(stage.agents))
    order = np.argsort(-scores)
    rank = {int(place): number for number, place in enumerate(order, 1)}
    return [
        Standing(agent, float(scores[place]), rank[place], 6, stage.number, 0.5)
        for place, agent in enumerate(stage.agents)
    ]


def fits(format_: str, agents: int, players: int) -> bool:
    """Whether the format can be played."""
    if players == 1:
        return format_ in ALONE and (agents > 2 or not format_.startswith("adaptive"))
    if format_ == "gauntlet(heroes=2)":
        return agents > 2
    if format_.startswith(("swiss", "ladder")):
        return agents >= players
    return agents > players if format_.startswith("adaptive") else True


def played(schedule: Schedule, plan: Plan, picks: Pick) -> list[Round]:
    places: list[Standing] = []
    stages: list[Round] = []
    while (stage := schedule.round(plan, picks, len(stages), places)) is not None:
        stages.append(stage)
        places += random_standings(stage, len(plan.agents))
    return stages


@pytest.mark.parametrize("players", range(1, 6))
@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("agents", [2, 3, 4, 5, 6, 7, 9, 16, 30])
def test_every_size_is_played_or_refused(agents: int, format_: str, players: int) -> None:
    """Seatings have the table's size and hold participants only; a round made again is the same."""
    plan, picks = contest(agents, players, format_)
    schedule: Schedule = registry.make("schedule", format_)
    if not fits(format_, agents, players):
        with pytest.raises(BadPlan) as refused:
            schedule.round(plan, picks, 0, ())
        assert "\n" not in str(refused.value)
        assert len(str(refused.value)) < 200
        return
    stages = played(schedule, plan, picks)
    assert 1 <= len(stages) <= schedule.most_rounds(plan, picks)
    again = played(schedule, plan, picks)
    for stage, same in zip(stages, again, strict=True):
        seated = stage.seatings(0, 5)
        assert seated.dtype == np.int16
        assert seated.shape[2] == stage.game.spec.players
        assert set(np.unique(seated).tolist()) <= set(stage.agents)
        assert stage.agents == tuple(sorted(set(stage.agents)))
        assert np.array_equal(seated[2:4], stage.seatings(2, 2))
        assert np.array_equal(seated, same.seatings(0, 5))
        assert stage.blocks is None or 0 < stage.blocks <= 6000
        # Every seat is held equally often by everybody at a table.
        if players > 1 and stage.ranked is None:
            for block in seated:
                columns = [sorted(column) for column in block.T.tolist()]
                assert columns == [columns[0]] * len(columns)


@pytest.mark.parametrize("format_", FORMATS)
def test_fixed_seats_are_honoured(format_: str) -> None:
    """One seating a block, or one for each hero."""
    _, made = contest(6, 3, format_)
    fixed, picks = table(made.game, made.agents, blocks=6000, format=format_, seatings="fixed")
    stage = registry.make("schedule", format_).round(fixed, picks, 0, ())

    assert stage.seatings(0, 3).shape[1] == (2 if "heroes=2" in format_ else 1)
