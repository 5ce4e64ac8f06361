"""Matches by their ids: the record of each, and its frames from every viewpoint, the last ones kept."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np

from arena.contest import Results
from arena.errors import BadInput, UnknownName
from arena.record import Record
from arena.scene import Viewpoint
from tournaments import replays
from tournaments.store import RoundRow, Store, TournamentRow
from web.frames import Film, detail_of, film_of
from web.library import Library
from web.schemas.matches import MatchCard, MatchDetail

__all__ = ["Found", "Matches", "Place", "cards", "match_id"]

_STORED: Final = re.compile("-".join(rf"(0|[1-9][0-9]{{0,{more}}})" for more in (8, 8, 11, 5)))
"""One spelling for each match, so that nothing is kept twice."""
_KEPT: Final = 48
"""Films kept at most; one is a few hundred kilobytes."""
Place = tuple[int, int, int]
"""Round, block and seating of a match."""
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Found:
    """A finished match."""

    id: str
    """Its id."""
    record: Record
    """What happened."""
    tournament: int | None
    """The tournament that it belongs to; None where to none."""
    human: bool
    """Whether a person played."""
    origin: tuple[str, str] = ("", "")
    """Digest and beginning of that tournament: another store may have another one of the same number."""


def match_id(tournament: int, place: Place) -> str:
    """The id of a stored match."""
    return f"{tournament}-{place[0]}-{place[1]}-{place[2]}"


class Matches:
    """The finished matches that a server knows. Its methods are called in threads that read.

    Args:
        library: the store of tournaments.
        human: gives the record of a match with a person by its id.
    """

    def __init__(self, library: Library, human: Callable[[str], Record]) -> None:
        self._library = library
        self._human = human
        self._lock = threading.Lock()
        self._records: OrderedDict[tuple[str, tuple[str, str]], Found] = OrderedDict()
        self._films: OrderedDict[tuple[str, tuple[str, str], Viewpoint], Film] = OrderedDict()

    def find(self, identifier: str) -> Found:
        """The match with an id.

        Raises:
            UnknownName: if there is none.
            StoreError: if the store cannot be read.
            ReplayDiffers: if it was played in compiled code and does not come out as stored.
        """
        if identifier.startswith("h-"):
            return Found(identifier, self._human(identifier), None, human=True)
        numbers = _STORED.fullmatch(identifier)
        if numbers is None:
            raise UnknownName("match", identifier[:60], ["TOURNAMENT-ROUND-BLOCK-SEATING"])
        tournament, stage, block, seating = map(int, numbers.groups())
        row = self._library.tournament(str(tournament))
        key = (identifier, (row.digest, row.created))
        with self._lock:
            kept = self._records.get(key)
        return (
            kept
            if kept is not None
            else self._keep(self._records, key, self._read(row, (stage, block, seating)))
        )

    def film(self, found: Found, view: Viewpoint) -> Film:
        """The frames of a match."""
        key = (found.id, found.origin, view)
        with self._lock:
            kept = self._films.get(key)
        return kept if kept is not None else self._keep(self._films, key, film_of(found.record, view))

    def detail(self, found: Found) -> MatchDetail:
        """A match in full."""
        film = self.film(found, "open")
        return detail_of(found.id, found.record, film, human=found.human, tournament=found.tournament)

    def forget(self, identifier: str) -> None:
        """Drop what is kept of a match, which is no more."""
        with self._lock:
            for key in [key for key in self._films if key[0] == identifier]:
                del self._films[key]

    def _read(self, row: TournamentRow, place: Place) -> Found:
        identifier = match_id(row.id, place)
        try:
            record = replays.record(self._library.store(), row.id, *place)
        except BadInput as error:
            raise UnknownName("match", identifier, [match_id(row.id, (0, 0, 0))]) from error
        return Found(identifier, record, row.id, human=False, origin=(row.digest, row.created))

    def _keep(self, kept: OrderedDict[Any, Thing], key: Any, value: Thing) -> Thing:
        with self._lock:
            kept[key] = value
            kept.move_to_end(key)
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        return value


def cards(
    store: Store,
    tournament: int,
    agents: tuple[str, ...],
    *,
    stage: int | None = None,
    block: int | None = None,
    agent: int | None = None,
    after: Place | None = None,
) -> Iterator[MatchCard]:
    """Stored matches in short, in the order of rounds, blocks and seatings.

    Args:
        store: the store.
        tournament: the tournament's number.
        agents: its agents.
        stage: only those of this round.
        block: only those of this block.
        agent: only those in which this agent of the plan sat.
        after: only those after this place.
    """
    for played in store.rounds(tournament):
        if stage not in (None, played.number) or (after is not None and played.number < after[0]):
            continue
        first = 0 if after is None or played.number > after[0] else after[1]
        end = None
        if block is not None:
            first, end = max(first, block), block + 1
        for part in store.chunks(played.id, end, first):
            for card in _of_chunk(part, played, tournament, agents, agent):
                if after is None or (card.round, card.block, card.seating) > after:
                    yield card


def _of_chunk(
    part: Results, played: RoundRow, tournament: int, agents: tuple[str, ...], agent: int | None
) -> Iterator[MatchCard]:
    seated = np.ones(part.steps.shape, dtype=bool) if agent is None else (part.seatings == agent).any(axis=2)
    for row, seating in np.argwhere(seated).tolist():
        number = part.start + row
        place = (played.number, number, seating)
        yield MatchCard(
            id=match_id(tournament, place),
            round=played.number,
            block=number,
            seating=seating,
            seats=[agents[each] for each in part.seatings[row, seating].tolist()],
            scores=part.scores[row, seating].tolist(),
            steps=int(part.steps[row, seating]),
            faults=sum(fault.block == number and fault.seating == seating for fault in part.faults),
        )
