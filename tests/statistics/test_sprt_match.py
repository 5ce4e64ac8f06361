"""Sequential tests played by the tournament engine: from matches to block values, and a stop that depends on nothing else."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tournament_toys import Anyone, Bid, Constant, Dicer, FastBid, Solo, player_of, stage_of, table

from arena.contest import Chunk, Executor, Pick, Plan, Results, Stop
from arena.errors import BadParameter, BadPlan
from tournaments.executors.processes import Processes
from tournaments.executors.serial import Serial
from tournaments.plan import ranking_metric
from tournaments.sprt import Design, SequentialMatch, block_values, measure_of, report
from tournaments.store import Store

PENTA = (0.0, 0.25, 0.5, 0.75, 1.0)


def meeting(game: Any, *agents: Any, blocks: int = 4000) -> tuple[Plan, Pick]:
    return table(game, agents, blocks=blocks)


def played(plan: Plan, picks: Pick, blocks: int) -> tuple[Any, Results]:
    stage = stage_of(plan, picks)
    return stage, player_of(plan, picks)(Chunk(0, 0, blocks))


@dataclass(frozen=True)
class Backwards(Executor):
    """Plays a few chunks ahead and hands them back in the wrong order."""

    ahead: int = 5

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        while batch := list(itertools.islice(chunks, self.ahead)):
            yield from reversed([player(chunk) for chunk in batch])


def by_hand(stage: Any, results: Results, metric: str) -> NDArray[np.float64]:
    """Shares of the comparisons, one match and one pair of seats after the other."""
    values = []
    for block in range(len(results)):
        points: list[float] = []
        for seating in range(results.seatings.shape[1]):
            seats = results.seatings[block, seating].tolist()
            scores = results.metrics[metric][block, seating].tolist()
            for one, other in itertools.permutations(range(len(seats)), 2):
                if seats[one] == stage.agents[0] and seats[other] == stage.agents[1]:
                    points.append((np.sign(scores[one] - scores[other]) + 1) / 2)
        values.append(float(np.mean(points)))
    return np.array(values)


@pytest.mark.parametrize("players", [2, 3, 4])
def test_shares_by_hand(players: int) -> None:
    """Every match and every pair of seats counts, at tables that copies fill, too; the measure names two-seat cells."""
    plan, picks = meeting(Bid(players=players), Constant(2), Dicer())
    stage, results = played(plan, picks, 24)
    metric = ranking_metric(plan, picks.game)

    found = block_values(stage, results, metric, "share")

    assert found == pytest.approx(by_hand(stage, results, metric.name))
    measure = measure_of(stage, "share")
    assert measure.games == players
    assert measure.cells == (PENTA if players == 2 else ())


def test_score_differences_by_hand() -> None:
    """The other measure is the mean of one agent's seats less that of the other's."""
    plan, picks = meeting(Bid(players=3), Constant(2), Dicer())
    stage, results = played(plan, picks, 8)

    found = block_values(stage, results, ranking_metric(plan, picks.game), "difference")

    for block in range(8):
        seats, scores = results.seatings[block].ravel(), results.metrics["coins"][block].ravel()
        assert found[block] == pytest.approx(scores[seats == 0].mean() - scores[seats == 1].mean())


def test_equal_agents_share_half_at_every_table() -> None:
    """Where two agents behave alike a seat effect evens out: every block of three seats is worth exactly 1/2."""
    plan, picks = meeting(Bid(players=3, bonus=2.0), Constant(1), Constant(1))
    plan = dataclasses.replace(plan, agents=("constant(1)", "other"))
    stage, results = played(plan, picks, 12)

    assert block_values(stage, results, ranking_metric(plan, picks.game), "share").tolist() == [0.5] * 12


def test_single_seat_is_one_comparison() -> None:
    """A score task compares the two agents on the same deal: a trinomial."""
    plan, picks = meeting(Solo(), Anyone(1), Anyone(2))
    stage, results = played(plan, picks, 20)
    metric = ranking_metric(plan, picks.game)
    scores = results.metrics[metric.name][:, :, 0]

    found = block_values(stage, results, metric, "share")

    assert measure_of(stage, "share").cells == (0.0, 0.5, 1.0)
    assert found.tolist() == ((np.sign(scores[:, 0] - scores[:, 1]) + 1) / 2).tolist()


def test_the_stop_depends_on_nothing_but_the_blocks() -> None:
    """One process, several, or results in disorder: the same report to the last bit, that of the pure function."""
    plan, picks = meeting(FastBid(players=2), Constant(2), Dicer())
    design = Design("elo", 0, 40)
    reports = [
        SequentialMatch(plan, design, picks=picks).run(executor)
        for executor in (Serial(), Backwards(), Processes(workers=2))
    ]
    stage, results = played(plan, picks, reports[0].blocks + 50)
    values = block_values(stage, results, ranking_metric(plan, picks.game), "share")

    assert reports[0].verdict != "open"
    assert reports[0] == reports[1] == reports[2] == report(design, reports[0].measure, values)


def test_a_decided_test_is_told_again_without_playing(file_store: Store) -> None:
    """What is stored is heard first; blocks beyond the decision are stored and not ranked."""
    plan, picks = meeting(FastBid(players=2), Constant(2), Dicer())
    first = SequentialMatch(plan, Design("elo", 0, 40), file_store, picks=picks).run()
    number = file_store.find(plan, picks)
    assert number is not None
    row = file_store.rounds(number)[0]

    again = SequentialMatch(plan, Design("elo", 0, 40), file_store, picks=picks).run(Refusing())

    assert again == first
    assert row.stopped_at == first.blocks <= row.blocks


def test_an_open_test_goes_on(file_store: Store) -> None:
    """A test that ended open at its longest goes on when it may be longer, and ends as if it had never paused."""
    plan, picks = meeting(FastBid(players=2), Constant(2), Dicer(), blocks=9)
    design = Design("elo", 0, 10)
    short = SequentialMatch(plan, design, file_store, picks=picks).run()
    longer = dataclasses.replace(plan, stop=Stop(blocks=4000))
    resumed = SequentialMatch(longer, design, file_store, picks=picks).run()

    assert (short.verdict, short.blocks) == ("open", 9)
    assert short.mean.note == "the test is open: so far"
    assert resumed == SequentialMatch(longer, design, picks=picks).run()
    assert resumed.verdict != "open"


@dataclass(frozen=True)
class Refusing(Executor):
    """Plays nothing."""

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        raise AssertionError("nothing is to be played")


def test_progress_is_shown() -> None:
    """Whoever shows it gets the test as it stands."""
    plan, picks = meeting(FastBid(players=2), Constant(2), Dicer())
    seen: list[int] = []

    found = SequentialMatch(plan, Design("elo", 0, 40), picks=picks).run(
        show=lambda running, progress: seen.append(running.blocks)
    )

    assert seen[-1] == found.blocks


def test_bad_matches() -> None:
    """More than two agents, no longest length, another format and hypotheses of another kind are refused."""
    game, two = FastBid(players=2), (Constant(2), Dicer())
    plan, picks = meeting(game, *two, Constant(0))
    with pytest.raises(BadPlan, match="between 2 agents, got 3"):
        SequentialMatch(plan, Design(), picks=picks)
    plan, picks = meeting(game, *two)
    with pytest.raises(BadPlan, match="stop by blocks"):
        SequentialMatch(dataclasses.replace(plan, stop=Stop(seconds=1.0)), Design(), picks=picks)
    mixed = meeting(game, Constant(2), Constant(1, family="search"))
    with pytest.raises(BadPlan, match="'round-robin', got format 'championship'"):
        SequentialMatch(dataclasses.replace(mixed[0], format="championship"), Design(), picks=mixed[1])
    with pytest.raises(BadParameter, match="tests shares"):
        SequentialMatch(plan, Design(), picks=picks, kind="difference")


@pytest.fixture
def file_store(tmp_path: Any) -> Iterator[Store]:
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened
