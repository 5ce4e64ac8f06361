"""What a command asks of a server: which server, and the matches and rankings that it gives."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from arena.errors import BadInput, BadParameter, HostFault

if TYPE_CHECKING:
    from tournaments.exports import Match
    from tournaments.ranking import AgentRow, RoundRanking
    from tournaments.statistics import Estimate
    from web.client import Client

__all__ = ["client_for", "match_from", "round_of"]

_VARIABLE: Final = "ARENA_SERVER"
_MATCH: Final = re.compile(r"(last|[0-9a-f]+)([/-])(\d+)\2(\d+)\2(\d+)")


def client_for(server: str | None, store: Path | None) -> Client | None:
    """Who asks the server that is meant; None where the store is.

    Args:
        server: the option ``--server``.
        store: the option ``--store``; given alone, it wins over ``ARENA_SERVER``.

    Raises:
        BadInput: if both options are given, or the address is none.
    """
    if server is not None and store is not None:
        raise BadInput("expected --server or --store, got both")
    address = server or (os.environ.get(_VARIABLE) if store is None else None)
    if not address:
        return None
    from web.client import Client

    return Client(address)


def match_from(client: Client, words: str) -> Match:
    """A match of a server.

    Args:
        client: who asks.
        words: ``TOURNAMENT/ROUND/BLOCK/SEATING``, the same with hyphens, or the id of a match with a person.

    Raises:
        BadInput: if there is none.
        HostFault: if the server cannot be reached, or fails.
    """
    from arena.record import read_records
    from tournaments.exports import Match

    found = _MATCH.fullmatch(words)
    if found is None and not words.startswith("h-"):
        raise BadParameter(
            f"expected a file, or a match of {client.server} as TOURNAMENT/ROUND/BLOCK/SEATING, got {words!r}"
        )
    name, event = words, "a table"
    if found is not None:
        # A number is taken as it is, so that one question does.
        tournament = found[1] if found[1].isdecimal() else str(client.tournament(found[1]))
        name, event = "/".join((tournament, *found.groups()[2:])), f"tournament {tournament}"
    (record,) = read_records(client.record(name.replace("/", "-")))
    return Match(name, event, record)


def round_of(client: Client, found: Mapping[str, Any]) -> RoundRanking:
    """The ranking in an answer of ``GET /tournaments/{id}/ranking``; what the answer does not hold is empty.

    Args:
        client: who asked.
        found: the answer.

    Raises:
        HostFault: if it is no ranking.
    """
    from tournaments.ranking import Legacy, RoundRanking

    try:
        rows = tuple(_row(row, int(found["blocks"])) for row in found["items"])
        return RoundRanking(
            number=int(found["round"]),
            title=str(found["title"]),
            game="",
            metric=str(found["metric"]),
            unit=str(found["unit"]),
            higher_is_better=bool(found["higher_is_better"]),
            estimand=str(found["estimand"]),
            participants=tuple(row.agent for row in rows),
            blocks=int(found["blocks"]),
            matches=int(found["matches"]),
            cycle=0,
            notes=tuple(map(str, found["notes"])),
            agents=rows,
            pairs=(),
            undecided=(),
            seats=(),
            faults=(),
            void=0,
            legacy=Legacy(True, (), ()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise HostFault(f"{client.server} does not answer as an arena of this version does") from error


def _row(row: Mapping[str, Any], blocks: int) -> AgentRow:
    from tournaments.ranking import AgentRow

    whole = {
        name: row[name] for name in ("agent", "rank", "rank_low", "rank_high", "tier", "matches", "decisions")
    }
    wins = row["wins"]
    return AgentRow(
        **{name: int(value) for name, value in whole.items()},
        name=str(row["name"]),
        family=str(row["family"]),
        letters=str(row["letters"]),
        score=_estimate(row["score"], blocks),
        wins=None if wins is None else _estimate(wins, blocks),
        metrics={},
        faults=int(row["faults"]),
        ms_per_decision=row["ms_per_decision"],
    )


def _estimate(interval: Mapping[str, Any], blocks: int) -> Estimate:
    from tournaments.statistics import Estimate

    value, low, high, se = (
        None if interval.get(name) is None else float(interval[name])
        for name in ("value", "low", "high", "se")
    )
    return Estimate(value=value, low=low, high=high, se=se, df=None, blocks=blocks, method="")
