"""What a store kept of the rounds of a tournament beside their blocks, held against what the blocks give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from arena.contest import Lottery, Pick, Round, Standing
from arena.spelling import spell
from tournaments.checks import Check, Verdict
from tournaments.deciding import decider, ledger
from tournaments.plan import ranking_metric, schedule_of
from tournaments.rank import rank
from tournaments.ranking import Ranking
from tournaments.store import RoundRow, Store, TournamentRow
from tournaments.verdicts import Look

__all__ = ["Ledger", "drawn_as_kept", "ledgers", "looked_as_kept", "seen_before"]

_SAME_LOOK: Final = 1e-6
"""Relative size of what another machine's logarithms, summed over many blocks, may leave of an e-value."""
_LOOKED: Final = {
    "shared": "shared blocks",
    "e_value": "an e-value of",
    "e_equivalent": "an e-value of equivalence of",
    "estimate": "a difference of",
    "low": "a lower end of",
    "high": "an upper end of",
    "verdict": "the verdict",
}
"""What a look says, in words."""


@dataclass(frozen=True)
class Ledger:
    """What was kept of one round."""

    looks: tuple[Look, ...] = ()
    """The looks taken at it, as they were stored; made again from the blocks where none were. None of a fixed design."""
    lottery: Lottery | None = None
    """What its lineups were drawn from, as it was stored; made again where it was not. None where nothing was drawn."""
    checks: tuple[Check, ...] = ()
    """Whether what was stored is what the blocks give."""


def ledgers(store: Store, row: TournamentRow, picks: Pick, ranking: Ranking) -> dict[int, Ledger]:
    """What was kept of each round of a tournament, by the round's number.

    Args:
        store: the store.
        row: which of its tournaments.
        picks: the plan's game and agents, made.
        ranking: its ranking, by whatever metric.
    """
    schedule, plan = schedule_of(row.plan), row.plan
    course = store.rounds(row.id)
    own = ranking
    if ranking.plan.by != plan.by and len(course) > 1:
        # Who plays whom next was decided by the plan's own metric.
        own = rank(plan, store.results(row.id), picks)
    names = [spell(agent) for agent in picks.agents]
    found: dict[int, Ledger] = {}
    standings: list[Standing] = []
    for stored, ranked in zip(course, own.rounds, strict=False):
        stage = schedule.round(plan, picks, stored.number, standings)
        if stage is None:
            break
        found[stored.number] = _ledger(store, row, stage, stored, names)
        standings += ranked.standings()
    return found


def _ledger(store: Store, row: TournamentRow, stage: Round, stored: RoundRow, names: Sequence[str]) -> Ledger:
    looks, checks = _looks(store, row, stage, stored, names)
    if stage.lottery is None:
        return Ledger(looks, None, checks)
    kept = store.lottery(stored.id)
    return Ledger(looks, kept or stage.lottery, (*checks, drawn_as_kept(kept, stage.lottery, names=names)))


def _looks(
    store: Store, row: TournamentRow, stage: Round, stored: RoundRow, names: Sequence[str]
) -> tuple[tuple[Look, ...], tuple[Check, ...]]:
    """The looks at a round, and what is to be said of them."""
    watch = decider(row.plan, stage, ranking_metric(row.plan, stage.game), note=True)
    if watch is None:
        return (), ()
    kept = store.looks(stored.id)
    if not kept:
        looks = ledger(row.plan, stage, store.chunks(stored.id, stored.stopped_at))
        return looks, (looked_as_kept((), looks, names=names),)
    # A round that time ended was looked at beyond the last whole cycle, up to which it counts.
    for part in store.chunks(stored.id, max(look.blocks for look in kept)):
        watch.add(part)
    check = looked_as_kept(kept, watch.take(), names=names)
    return tuple(sorted(kept, key=lambda look: (look.blocks, look.first, look.second))), (check,)


def looked_as_kept(kept: Sequence[Look], again: Sequence[Look], *, names: Sequence[str]) -> Check:
    """Whether the looks that the runs took are those that the blocks give.

    Args:
        kept: the looks that the runs stored.
        again: the same, made again from the blocks by the plan's metric and epsilon; those that were asked with another
            epsilon are not judged.
        names: the agents of the plan.
    """
    if not kept:
        return Check("looks", Verdict.NOTE, "no look was stored: they are made again from the blocks")
    made = {look.key: look for look in again}
    asked = {look.key[:2] for look in again}
    judged = [look for look in kept if look.key[:2] in asked]
    for look in judged:
        wrong = _other_look(look, made.get(look.key))
        if wrong:
            pair = f"{names[look.first]} less {names[look.second]}"
            said = f"after {look.blocks:,} blocks the store has {wrong} for {pair}"
            return Check("looks", Verdict.BAD, said)
    others = len(kept) - len(judged)
    also = f"; {others:,} with another epsilon were not judged" if others else ""
    return Check("looks", Verdict.OK, f"{len(judged):,} stored looks come out again from the blocks{also}")


def _other_look(kept: Look, again: Look | None) -> str:
    """What a stored look has that the blocks do not give, in words; nothing where there is nothing."""
    if again is None:
        return "a look that was none"
    for field, words in _LOOKED.items():
        had, gives = getattr(kept, field), getattr(again, field)
        same = had == gives
        if isinstance(had, float) and isinstance(gives, float):
            same = math.isclose(had, gives, rel_tol=_SAME_LOOK, abs_tol=_SAME_LOOK * _SAME_LOOK)
        if not same:
            return f"{words} {had}, the blocks give {gives},"
    return ""


def drawn_as_kept(kept: Lottery | None, again: Lottery, *, names: Sequence[str]) -> Check:
    """Whether the chances that were stored when a round began are those that the standings before it give.

    Args:
        kept: what was stored; None where nothing was, as by earlier versions.
        again: the same, made again.
        names: the agents of the plan.
    """
    if kept is None:
        said = "no chances of lineups were stored: they are made again from the rounds before"
        return Check("chances", Verdict.NOTE, said)
    if not np.array_equal(kept.lineups, again.lineups):
        return Check("chances", Verdict.BAD, "the stored lineups are not those of the round")
    off = np.abs(kept.chances - again.chances)
    if off.max() > _SAME_LOOK:
        place = int(off.argmax())
        who = " and ".join(names[agent] for agent in kept.lineups[place].tolist())
        said = f"the store has the chance {kept.chances[place]:.4g} for {who}, the rounds before give {again.chances[place]:.4g}"
        return Check("chances", Verdict.BAD, said)
    said = f"the stored chances of {len(kept.chances):,} lineups are those that the rounds before give"
    return Check("chances", Verdict.OK, said)


def seen_before(seen: Sequence[int], blocks: int) -> Check | None:
    """Whether somebody saw the ranking of a fixed design before its end; None where nobody did.

    Args:
        seen: after how many blocks of the tournament.
        blocks: how many are ranked now.
    """
    early = [count for count in seen if 0 < count < blocks]
    if not early:
        return None
    after = ", ".join(f"{count:,}" for count in early[:5]) + (", ..." if len(early) > 5 else "")
    said = (
        f"the ranking was seen after {after} of {blocks:,} blocks: if that decided how long it went on, p-values are too small "
        "and intervals too short; --until decided may be looked at"
    )
    return Check("peeks", Verdict.NOTE, said)
