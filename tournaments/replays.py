"""Stored matches, made again and verified.

A match that the referee played has its record file; one that was played in compiled code is made again from its seeds, by
the same agents under the referee, and must come out the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from arena import replay, streams
from arena.contest import Chunk, Pick, Results
from arena.errors import ArenaError, BadInput, ReplayDiffers, StoreConflict
from arena.game import Game
from arena.record import Record, read_records
from tournaments.chunks import ChunkPlayer
from tournaments.plan import pick, schedule_of
from tournaments.results import cut
from tournaments.store import RoundRow, Store, TournamentRow

__all__ = ["Verification", "record", "records", "verify"]

_MOST_PROBLEMS: Final = 100
"""Problems told at most."""
_WHOLE: Final = ("scores", "steps", "decisions", "truncated")
_TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class Verification:
    """What playing stored matches again has found."""

    matches: int
    """Matches played again."""
    problems: tuple[str, ...]
    """What differs, at most a hundred lines; none where all is as stored."""


def record(
    store: Store, tournament: int, stage: int, block: int, seating: int, *, picks: Pick | None = None
) -> Record:
    """The record of a stored match.

    Args:
        store: the store.
        tournament: its number in the store.
        stage: the round's number.
        block: the block's number within the round.
        seating: which seating of the block.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.

    Raises:
        BadInput: if there is no such match.
        ReplayDiffers: if a match that is made again does not come out as stored.
    """
    ((_, found),) = records(store, tournament, stage, block, seating, picks=picks)
    return found


def records(
    store: Store,
    tournament: int,
    stage: int | None = None,
    block: int | None = None,
    seating: int | None = None,
    *,
    picks: Pick | None = None,
) -> Iterator[tuple[tuple[int, int, int], Record]]:
    """The records of stored matches, each with its round, block and seating, in their order.

    Args:
        store: the store.
        tournament: its number in the store.
        stage: the round's number; all rounds where None.
        block: the block's number within the round; all that are stored where None.
        seating: which seating of the block; all of them where None.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.

    Raises:
        BadInput: if there is no such match.
        ReplayDiffers: if a match that is made again does not come out as stored.
    """
    row = store.tournament(tournament)
    for played in store.rounds(row.id) if stage is None else [_round(store, row, stage)]:
        for found in _blocks(store, played, block):
            seatings = range(found.steps.shape[1])
            if seating is not None and seating not in seatings:
                raise BadInput(f"expected a seating from 0 to {len(seatings) - 1}, got {seating!r}")
            if picks is None and not found.records:
                picks = pick(row.plan)
            made = _block_records(row, played, found, picks)
            for place in seatings if seating is None else [seating]:
                yield (played.number, found.start, place), made(place)


def _blocks(store: Store, played: RoundRow, block: int | None) -> Iterator[Results]:
    """One block of a round, or all that are stored one by one, with their record files."""
    if block is not None:
        one = store.block(played.id, block)
        if one is None:
            raise BadInput(f"expected a stored block of {played.title}, got {block!r}")
        yield one
        return
    for part in store.chunks(played.id):
        files = store.record_files(played.id, part.start, part.start + len(part))
        for number in range(part.start, part.start + len(part)):
            one, file = cut(part, number, number + 1), files.get(number)
            yield one if file is None else dataclasses.replace(one, records=(file,))


def _block_records(
    row: TournamentRow, played: RoundRow, found: Results, picks: Pick | None
) -> Callable[[int], Record]:
    """The record of each seating of a block, by its number."""
    if found.records:
        kept = read_records(found.records[0])
        return lambda seating: kept[seating]
    again = _player(row, played, found, picks).records(found.start, found.seatings[0])

    def checked(seating: int) -> Record:
        problem = _match_differs(found, 0, seating, again[seating])
        if problem:
            raise ReplayDiffers(f"{played.title} block {found.start} seating {seating}: {problem}")
        return again[seating]

    return checked


def verify(
    store: Store, tournament: int, samples: int | None = None, *, picks: Pick | None = None
) -> Verification:
    """Play stored matches again and compare everything.

    Record files are played again action by action, with every digest on the way; compiled blocks are run again from their
    seeds, and one block of each chunk is also played by the referee.

    Args:
        store: the store.
        tournament: its number in the store.
        samples: how many blocks of each round to play again, drawn evenly; all where None.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.

    Raises:
        StoreConflict: if the game or an agent is of another version than it was, or not what the plan says.
    """
    row = store.tournament(tournament)
    picks = picks or pick(row.plan)
    if store.find(row.plan, picks) != row.id:
        raise StoreConflict(
            f"tournament {row.id} was played by other versions of its game or agents; it cannot be played again"
        )
    matches, problems = 0, []
    for stage in store.rounds(row.id):
        for part in _sampled(store, row, stage, samples):
            matches += part.steps.size
            problems += [f"{stage.title} {problem}" for problem in _problems(store, row, stage, part, picks)]
    return Verification(matches, tuple(problems[:_MOST_PROBLEMS]))


def _round(store: Store, row: TournamentRow, number: int) -> RoundRow:
    stages = store.rounds(row.id)
    for stage in stages:
        if stage.number == number:
            return stage
    raise BadInput(f"expected a round from 0 to {len(stages) - 1} of tournament {row.id}, got {number!r}")


def _sampled(store: Store, row: TournamentRow, stage: RoundRow, samples: int | None) -> Iterator[Results]:
    """Stored runs of blocks: all of them, or single blocks here and there."""
    if samples is None:
        yield from store.chunks(stage.id)
        return
    there = store.stored(stage.id)
    total = sum(len(run) for run in there)
    if not total:
        return
    key = streams.derive(streams.root_key(row.plan.seed), "samples", stage.number)
    for number in sorted(set((streams.numbers(key, 0, samples) % total).tolist())):
        place = int(number)
        for run in there:
            if place < len(run):
                part = store.block(stage.id, run.start + place)
                if part is not None:
                    yield part
                break
            place -= len(run)


def _player(row: TournamentRow, stage: RoundRow, part: Results, picks: Pick | None) -> ChunkPlayer:
    """Who plays the blocks of `part` again."""
    picks = picks or pick(row.plan)
    game: Game[Any, Any, Any] = picks.game.with_players(part.seatings.shape[2])

    def seated(start: int, count: int) -> Any:
        return part.seatings[start - part.start : start - part.start + count]

    common = schedule_of(row.plan).common(row.plan, picks)
    return ChunkPlayer(game, picks.agents, stage.number, seated, row.plan.seed, row.plan.conditions, common)


def _problems(store: Store, row: TournamentRow, stage: RoundRow, part: Results, picks: Pick) -> Iterator[str]:
    player = _player(row, stage, part, picks)
    files = store.record_files(stage.id, part.start, part.start + len(part))
    made_again = [place for place in range(len(part)) if part.start + place not in files]
    for block, file in files.items():
        yield from _file_problems(part, block, file, player)
    for first, last in _runs(made_again):
        yield from _compiled_problems(part, part.start + first, part.start + last, player)


def _file_problems(part: Results, block: int, file: bytes, player: ChunkPlayer) -> Iterator[str]:
    try:
        records = read_records(file)
        for seating, found in enumerate(records):
            replay.verify(found, player.game)
            problem = _match_differs(part, block - part.start, seating, found, digest=True)
            if problem:
                yield f"block {block} seating {seating}: {problem}"
        if len(records) != part.steps.shape[1]:
            yield f"block {block}: expected {part.steps.shape[1]} matches in its file, got {len(records)}"
    except ArenaError as error:
        yield f"block {block}: {error}"


def _compiled_problems(part: Results, first: int, last: int, player: ChunkPlayer) -> Iterator[str]:
    """Of consecutive blocks that were played in compiled code."""
    stored = cut(part, first, last)
    again = player.play(Chunk(part.round, first, last - first))
    for name in (*_WHOLE, "digests"):
        yield from _rows_differ(name, getattr(stored, name), getattr(again, name), first)
    for name, values in stored.metrics.items():
        yield from _rows_differ(name, values, again.metrics[name], first)
    for seating, found in enumerate(player.records(first, stored.seatings[0])):
        problem = _match_differs(stored, 0, seating, found)
        if problem:
            yield f"block {first} seating {seating}, by the referee: {problem}"


def _rows_differ(name: str, stored: Any, again: Any, first: int) -> Iterator[str]:
    same = (stored == again) | ((stored != stored) & (again != again))  # noqa: PLR0124 -- NaN equals NaN here
    rows = np.flatnonzero(~same.reshape(len(stored), -1).all(axis=1))
    if len(rows):
        yield f"block {first + int(rows[0])} and {len(rows) - 1} more: {name} differ when played again"


def _match_differs(
    part: Results, row: int, seating: int, found: Record, *, digest: bool = False
) -> str | None:
    """How a record differs from what is stored; None where it does not."""
    place = (row, seating)
    expected: dict[str, tuple[Any, Any]] = {
        "scores": (part.scores[place], found.scores),
        "steps": (part.steps[place], found.steps),
        "decisions": (part.decisions[place], found.decisions),
        "truncated": (part.truncated[place], found.outcome.truncated),
    }
    if not found.faults:
        for name, values in found.outcome.metrics.items():
            expected[name] = (part.metrics[name][place], values)
    if digest:
        expected["digests"] = (part.digests[place], int(found.digests[-1], 16))
    for name, (stored, again) in expected.items():
        if name == "digests":
            same = int(stored) == again
        else:
            same = np.allclose(stored, again, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True)
        if not same:
            return f"expected {name} {np.asarray(stored).tolist()}, got {np.asarray(again).tolist()}"
    return None


def _runs(places: list[int]) -> Iterator[tuple[int, int]]:
    """Consecutive numbers as (first, one past the last)."""
    start = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1:
            yield places[start], places[at - 1] + 1
            start = at
