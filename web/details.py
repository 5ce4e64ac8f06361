"""A tournament in words and numbers: its card, its conditions, how far it is."""

from __future__ import annotations

import math
import tomllib

from arena.contest import Pick
from arena.errors import ArenaError
from tournaments.estimand import estimand
from tournaments.plan import command_line, ranking_metric, schedule_of
from tournaments.plan_files import plan_toml
from tournaments.ranking import Ranking
from tournaments.store import RoundRow, TournamentRow
from tournaments.verdicts import Verdict
from web.conditions import conditions_of
from web.schemas.common import NamedValue
from web.schemas.tournaments import Progress, RoundCard, State, TournamentCard, TournamentDetail

__all__ = ["card_of", "detail_of", "leader_of", "progress_of"]


def card_of(row: TournamentRow, state: State, leader: str | None = None) -> TournamentCard:
    """A tournament in short.

    Args:
        row: what the store knows of it.
        state: whether it runs.
        leader: the best agent, where it is known.
    """
    return TournamentCard(
        id=row.id,
        digest=row.digest,
        game=row.plan.game,
        format=row.plan.format,
        agents=list(row.plan.agents),
        created=row.created,
        blocks=row.blocks,
        matches=row.matches,
        seconds=row.seconds,
        state=state,
        leader=leader,
    )


def detail_of(
    row: TournamentRow,
    rounds: tuple[RoundRow, ...],
    state: State,
    picks: Pick | ArenaError,
    ranking: Ranking | None,
) -> TournamentDetail:
    """A tournament in full.

    Args:
        row: what the store knows of it.
        rounds: its rounds.
        state: whether it runs.
        picks: its game and agents, or why they cannot be made.
        ranking: its ranking, where it is known.
    """
    plan = row.plan
    estimated, notes = "", []
    if isinstance(picks, ArenaError):
        notes.append(f"cannot be played or ranked here: {picks}")
    else:
        stage = schedule_of(plan).round(plan, picks, 0, ())
        if stage is not None:
            estimated = estimand(plan, stage, ranking_metric(plan, stage.game))
            notes += stage.notes
    if state == "stopped":
        notes.append(f"stopped before its end; arena tournament --resume {row.id} goes on")
    leader = None if ranking is None else leader_of(ranking)
    return TournamentDetail(
        **card_of(row, state, leader).model_dump(),
        plan=tomllib.loads(plan_toml(plan)),
        command=command_line(plan),
        conditions=[
            NamedValue(name="seed", value=str(plan.seed)),
            NamedValue(name="seatings", value=plan.seatings),
            *conditions_of(plan.conditions),
        ],
        estimand=estimated,
        rounds=[
            RoundCard(number=one.number, title=one.title, blocks=one.blocks, game=one.game) for one in rounds
        ],
        progress=progress_of(row, state, ranking),
        notes=notes,
    )


def leader_of(ranking: Ranking) -> str | None:
    """The best agent of a ranking; None where nothing was played."""
    final = ranking.final
    return final.agents[0].name if final.blocks and final.agents else None


def progress_of(row: TournamentRow, state: State, ranking: Ranking | None) -> Progress:
    """How far a tournament is.

    Args:
        row: what the store knows of it.
        state: whether it runs.
        ranking: its ranking, where it is known; undecided pairs are counted in it.
    """
    stop = row.plan.stop
    several = row.plan.format.split("(")[0] not in ("round-robin", "gauntlet", "adaptive")
    wanted = None if several else stop.blocks
    left = []
    if state == "running" and row.blocks and stop.until is None:
        if wanted is not None:
            left.append(max(0, wanted - row.blocks) * row.seconds / row.blocks)
        if stop.seconds is not None:
            left.append(max(0.0, stop.seconds - row.seconds))
    open_pairs = pairs = None
    if stop.until is not None:
        pairs = math.comb(len(row.plan.agents), 2)
        answers = None if ranking is None else ranking.final.sequential
        if answers is not None:
            pairs = len(answers.pairs)
            open_pairs = sum(pair.verdict is Verdict.OPEN for pair in answers.pairs)
    return Progress(
        blocks=row.blocks,
        blocks_wanted=wanted,
        matches=row.matches,
        elapsed_s=row.seconds,
        left_s=min(left, default=None),
        open_pairs=open_pairs,
        pairs=pairs,
    )
