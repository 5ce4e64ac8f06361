"""The stored results themselves, for other people's programs: CSV with a row a block and agent, Parquet with a row a seat."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Lottery, Results
from arena.errors import MissingExtra, StoreConflict
from arena.spelling import spell
from tournaments.ranking import Ranking
from tournaments.reports.material import Material

__all__ = ["propensities", "write_blocks", "write_parquet", "write_ranking"]

_RANKING: Final = (
    "round",
    "agent",
    "family",
    "rank_low",
    "rank_high",
    "tier",
    "metric",
    "score",
    "score_low",
)
_RANKING_REST: Final = (
    "score_high",
    "wins",
    "wins_low",
    "wins_high",
    "blocks",
    "matches",
    "faults",
    "ms_per_decision",
)


def write_ranking(file: IO[str], ranking: Ranking) -> None:
    """The ranking as CSV, one row for each agent of each round."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow((*_RANKING, *_RANKING_REST))
    for found in ranking.rounds:
        for row in found.agents:
            wins = (None,) * 3 if row.wins is None else (row.wins.value, row.wins.low, row.wins.high)
            writer.writerow(
                [
                    *(
                        found.number,
                        row.name,
                        row.family,
                        row.rank_low,
                        row.rank_high,
                        row.tier,
                        found.metric,
                    ),
                    *(row.score.value, row.score.low, row.score.high, *wins),
                    *(row.score.blocks, row.matches, row.faults, row.ms_per_decision),
                ]
            )


def write_blocks(file: IO[str], material: Material, results: Iterable[Results]) -> None:
    """Block means as CSV, one row for each block and agent.

    Of a metric that may be undefined it is the mean over the block's matches in which it is defined; empty where there is
    none. The propensity is the probability with which the block's lineup was drawn; empty where nothing was drawn.
    """
    lotteries = _lotteries(material)
    names = [spell(agent) for agent in material.picks.agents]
    metrics = [metric.name for metric in material.picks.game.spec.metrics]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("round", "block", "agent", "matches", *metrics, "faults", "propensity"))
    for part in results:
        agents, count = len(names), len(part)
        rows = np.repeat(np.arange(count), part.seatings[0].size)
        cells = rows * agents + part.seatings.ravel()
        matches = np.bincount(cells, minlength=count * agents)
        columns = [_means(part, name, cells, count * agents) for name in metrics]
        faults = np.zeros(count * agents, dtype=np.int64)
        for fault in part.faults:
            faults[(fault.block - part.start) * agents + fault.agent] += 1
        chances = propensities(lotteries.get(part.round), part).tolist()
        for cell in np.nonzero(matches)[0].tolist():
            block, agent = divmod(cell, agents)
            means = ["" if np.isnan(column[cell]) else float(column[cell]) for column in columns]
            chance = "" if np.isnan(chances[block]) else chances[block]
            writer.writerow(
                (part.round, part.start + block, names[agent], matches[cell], *means, faults[cell], chance)
            )


def propensities(lottery: Lottery | None, part: Results) -> NDArray[np.float64]:
    """float64[B], the probability with which the lineup of each block was drawn; NaN where nothing was drawn.

    Args:
        lottery: what the round's lineups were drawn from.
        part: a run of its blocks.

    Raises:
        StoreConflict: if a block has a lineup that is none of them.
    """
    if lottery is None:
        return np.full(len(part), np.nan)
    chance = dict(zip(map(tuple, lottery.lineups.tolist()), lottery.chances.tolist(), strict=True))
    # Where there is one seat, the agents of a lineup follow one another.
    seated = part.seatings[:, 0] if part.seatings.shape[2] > 1 else part.seatings[:, :, 0]
    met = [tuple(lineup) for lineup in np.sort(seated, axis=1).tolist()]
    odd = next((place for place, lineup in enumerate(met) if lineup not in chance), None)
    if odd is not None:
        raise StoreConflict(
            f"round {part.round} block {part.start + odd}: {met[odd]!r} is none of the lineups drawn from"
        )
    return np.array([chance[lineup] for lineup in met])


def _lotteries(material: Material) -> dict[int, Lottery | None]:
    return {stage.found.number: stage.kept.lottery for stage in material.stages if stage.seen.blocks}


def _means(part: Results, name: str, cells: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """float64[size], the mean of a metric in each cell; NaN where it has none."""
    values = part.metrics[name].ravel() if name in part.metrics else np.full(cells.size, np.nan)
    kept = ~np.isnan(values)
    total = np.bincount(cells[kept], weights=values[kept], minlength=size)
    count = np.bincount(cells[kept], minlength=size)
    means = np.full(size, np.nan)
    np.divide(total, count, out=means, where=count > 0)
    return means


def write_parquet(path: Path, material: Material, results: Iterable[Results]) -> None:
    """A Parquet file with one row for each match and seat, a row group for each stored run of blocks.

    Raises:
        MissingExtra: if pyarrow is absent.
        OSError: if the file cannot be written.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("pyarrow", "report") from error
    names = [spell(agent) for agent in material.picks.agents]
    metrics = [metric.name for metric in material.picks.game.spec.metrics]
    schema = pa.schema(
        [
            *((name, pa.int32()) for name in ("round", "block", "seating", "seat")),
            ("agent", pa.dictionary(pa.int16(), pa.string())),
            ("score", pa.float64()),
            *((f"metric_{name}", pa.float64()) for name in metrics),
            ("decisions", pa.int32()),
            ("micros", pa.float64()),
            ("faults", pa.int16()),
            ("steps", pa.int32()),
            ("truncated", pa.bool_()),
            ("worker", pa.dictionary(pa.int16(), pa.string())),
            ("propensity", pa.float64()),
        ],
        metadata={"digest": material.row.digest, "game": material.ranking.plan.game},
    )
    with path.open("wb") as sink, parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for columns in _seats(results, metrics, _lotteries(material)):
            seated, worker = columns.pop("agent"), columns.pop("worker")
            arrays: dict[str, Any] = {
                name: pa.array(values, from_pandas=True) for name, values in columns.items()
            }
            arrays["agent"] = pa.DictionaryArray.from_arrays(pa.array(seated.astype(np.int16)), names)
            arrays["worker"] = pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(len(seated), dtype=np.int16)), [str(worker)]
            )
            writer.write_table(pa.table([arrays[name] for name in schema.names], schema=schema))


def _seats(
    results: Iterable[Results], metrics: Sequence[str], lotteries: Mapping[int, Lottery | None]
) -> Iterator[dict[str, Any]]:
    """The columns of each run of blocks, by name."""
    for part in results:
        shape = part.seatings.shape
        block, seating, seat = (axis.ravel().astype(np.int32) for axis in np.indices(shape))
        faults = np.zeros(shape, dtype=np.int16)
        for fault in part.faults:
            row = (fault.block - part.start, fault.seating)
            faults[row] += part.seatings[row] == fault.agent
        yield {
            "round": np.full(block.size, part.round, dtype=np.int32),
            "block": (block + part.start).astype(np.int32),
            "seating": seating,
            "seat": seat,
            "agent": part.seatings.ravel(),
            "score": part.scores.ravel(),
            **{
                f"metric_{name}": part.metrics[name].ravel()
                if name in part.metrics
                else np.full(block.size, np.nan)
                for name in metrics
            },
            "decisions": part.decisions.ravel().astype(np.int32),
            "micros": part.micros.ravel(),
            "faults": faults.ravel(),
            "steps": np.repeat(part.steps.ravel(), shape[2]).astype(np.int32),
            "truncated": np.repeat(part.truncated.ravel(), shape[2]),
            "worker": part.worker,
            "propensity": np.repeat(propensities(lotteries.get(part.round), part), shape[1] * shape[2]),
        }
