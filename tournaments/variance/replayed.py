"""The luck of stored matches: made again from their seeds, or from the actions in their records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.capabilities import Compiled, CompiledPolicy, LuckMeasurable
from arena.contest import Results
from arena.errors import BadInput, StoreConflict
from arena.record import read_records
from tournaments.chunks import ChunkPlayer

__all__ = ["deal_table", "luck_of_results"]

_TOLERANCE = 1e-9


def deal_table(player: ChunkPlayer, part: Results) -> NDArray[np.float64]:
    """The control variates of the deals of `part`, float64[B, S, n, C] by seat.

    Args:
        player: of the round; its game is `DealMeasurable`.
        part: a run of whole blocks.
    """
    game: Any = player.game
    attempts = np.zeros(len(part), np.int32) if part.attempts is None else part.attempts
    deals = np.array(player.deals(part.start, len(part)))
    for row in np.flatnonzero(attempts).tolist():
        deals[row] = player.deals(part.start + row, 1, int(attempts[row]))[0]
    values: NDArray[np.float64] = game.deal_controls(deals)
    shape = (*part.seatings.shape, values.shape[-1])
    return np.broadcast_to(values[:, np.newaxis], shape)


def luck_of_results(
    player: ChunkPlayer, part: Results, files: Mapping[int, bytes] | None = None
) -> NDArray[np.float64]:
    """The luck of every seat in a run of whole blocks, float64[B, S, n, T].

    Blocks with a record file are followed action by action, stand-ins' actions included; blocks of compiled agents without
    one are played again from their seeds.

    Args:
        player: of the round; its game is `LuckMeasurable`.
        part: the blocks.
        files: record files by the number of the block within the round; those of `part.records` where None.

    Raises:
        BadInput: if a block has neither a record file nor compiled agents on all seats.
        StoreConflict: if a match played again does not score as it did, or a record is another match's.
    """
    if files is None:
        files = {part.start + row: file for row, file in enumerate(part.records) if file}
    game: Any = player.game
    luck = np.zeros((*part.seatings.shape, len(game.luck_terms)))
    rest = []
    for row in range(len(part)):
        file = files.get(part.start + row)
        if file:
            luck[row] = _recorded(game, player, part, row, file)
        else:
            rest.append(row)
    if rest:
        rows = np.array(rest)
        luck[rows] = _compiled(player, part, rows)
    return luck


def _recorded(
    game: LuckMeasurable, player: ChunkPlayer, part: Results, row: int, file: bytes
) -> NDArray[np.float64]:
    """The luck in the matches of one block, float64[S, n, T], from its record file."""
    block = part.start + row
    attempt = 0 if part.attempts is None else int(part.attempts[row])
    deal = int(player.deals(block, 1, attempt)[0])
    records = read_records(file)
    if len(records) != part.seatings.shape[1] or any(record.seed != deal for record in records):
        raise StoreConflict(
            f"round {part.round} block {block}: its records are of {len(records)} matches on other deals than the plan's "
            f"{part.seatings.shape[1]}"
        )
    return np.stack([game.luck(deal, record.actions) for record in records])


def _compiled(player: ChunkPlayer, part: Results, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """The luck in the blocks at `rows`, played again in compiled code."""
    game: Any = player.game
    seatings = part.seatings[rows]
    seated = np.unique(seatings)
    policies: list[CompiledPolicy] = []
    for number in seated.tolist():
        agent = player.agents[number]
        policy = agent.compiled_policy(game) if isinstance(agent, Compiled) else None
        if policy is None:
            raise BadInput(
                f"round {part.round} block {part.start + int(rows[0])}: expected its record file, since "
                f"{type(agent).__name__} plays no compiled blocks; read the results with their records"
            )
        policies.append(policy)
    places = np.searchsorted(seated, seatings).astype(np.int16)
    dice = player.dice(part.start, part.seatings.shape)[rows]
    luck, returns = game.luck_of_blocks(policies, player.deals(part.start, len(part))[rows], places, dice)
    same = (
        np.isclose(returns, part.scores[rows], rtol=_TOLERANCE, atol=_TOLERANCE)
        .reshape(len(rows), -1)
        .all(axis=1)
    )
    if not same.all():
        block = part.start + int(rows[np.flatnonzero(~same)[0]])
        raise StoreConflict(
            f"round {part.round} block {block}: played again, a match scores otherwise than stored; the luck of other "
            "versions of its game or agents cannot be told"
        )
    found: NDArray[np.float64] = luck
    return found
