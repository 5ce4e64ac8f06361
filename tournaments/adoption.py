"""Blocks that a shorter tournament has played already: a ladder goes on where it was when new agents join.

Of a format whose rounds do not depend on agents who come later, the same plan without the last agents begins with the same
rounds: same agents, seatings, deals and dice. What a store holds of those is taken over instead of played anew.
"""

from __future__ import annotations

import dataclasses

from arena.contest import Pick, Plan, Round
from tournaments.plan import schedule_of
from tournaments.store import RoundRow, Store

__all__ = ["adopted"]


def adopted(store: Store, plan: Plan, picks: Pick, stage: Round, row: RoundRow) -> RoundRow:
    """The round `row` of a tournament, with the blocks that shorter tournaments have of it where it has none yet.

    Args:
        store: where both are kept.
        plan: the tournament.
        picks: its game and agents, made.
        stage: the round.
        row: the same in the store.
    """
    if row.blocks or not schedule_of(plan).continues:
        return row
    for agents in range(len(plan.agents) - 1, max(stage.agents), -1):
        shorter = dataclasses.replace(plan, agents=plan.agents[:agents])
        tournament = store.find(shorter, Pick(picks.game, picks.agents[:agents]))
        found = None if tournament is None else store.find_round(tournament, stage)
        if tournament is None or found is None or not found.blocks:
            continue
        for results in store.chunks(found.id):
            files = store.record_files(found.id, results.start, results.start + len(results))
            records = tuple(files.get(results.start + place, b"") for place in range(len(results)))
            store.add(row.id, dataclasses.replace(results, records=records if files else ()))
        return dataclasses.replace(row, blocks=found.blocks)
    return row
