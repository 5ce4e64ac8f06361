"""Provisional ratings in the live table: fed from chunks, within their share of the time, and labelled."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tournament_toys import Constant, Dicer, FastBid, player_of, table

from arena.contest import Chunk, Pick, Plan, Results, Stop
from arena.game import Direction
from tournaments.executors.serial import Serial
from tournaments.plan import ranking_metric
from tournaments.progress import Progress
from tournaments.ratings import live
from tournaments.ratings.live import SHARE, LiveTicker, live_ticker
from tournaments.ratings.ticker import Ticker
from tournaments.tournament import Tournament

pytest.importorskip("openskill", reason="the extra 'openskill' is not installed")

FIELD = [Constant(0), Constant(2), Dicer(), Constant(1)]


class Clock:
    """Time that moves when it is told to, and by a little whenever it is read."""

    def __init__(self) -> None:
        self.now = 0.0
        self.tick = 0.0

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(live, "perf_counter", made)
    return made


def played(blocks: int) -> tuple[Plan, Pick, Results]:
    plan, picks = table(FastBid(3), list(FIELD), blocks=blocks)
    return plan, picks, player_of(plan, picks)(Chunk(0, 0, blocks))


def test_with_time_enough_every_block_gives_one_match(clock: Clock) -> None:
    """The means are those of a ticker that is fed one match a block, the seatings in turn."""
    plan, picks, results = played(40)
    ticker = LiveTicker(len(FIELD), ranking_metric(plan, picks.game))
    ticker.add(results)
    assert ticker.skills() == {}
    clock.now = 1000.0
    ticker.add(results)  # loads openskill
    assert (ticker.fed, ticker.skills()) == (0, {})
    ticker.add(results)
    expected = Ticker(len(FIELD))
    for block in range(40):
        seating = block % results.seatings.shape[1]
        expected.feed(
            results.seatings[block, seating].tolist(), results.metrics["coins"][block, seating].tolist()
        )

    assert ticker.fed == 40
    assert ticker.skills() == {row.agent: row.mu for row in expected.rows()}


def test_where_less_is_better_the_order_turns(clock: Clock) -> None:
    """The same results by a metric of which less is better give the opposite order."""
    plan, picks, results = played(60)
    metric = ranking_metric(plan, picks.game)
    orders = []
    for direction in (Direction.HIGHER, Direction.LOWER):
        clock.now = 0.0
        ticker = LiveTicker(len(FIELD), dataclasses.replace(metric, direction=direction))
        clock.now = 1000.0
        ticker.add(results)
        ticker.add(results)
        orders.append(sorted(ticker.skills(), key=ticker.skills().__getitem__))

    assert orders[0] == orders[1][::-1]


def test_it_keeps_to_its_share(clock: Clock) -> None:
    """However fast chunks come in, the time it takes is its share of all time at most, and nearly that."""
    plan, picks, results = played(500)
    ticker = LiveTicker(len(FIELD), ranking_metric(plan, picks.game))
    feed, spent = Ticker.feed, 0.0

    def slow(self: Ticker, agents: list[int], scores: list[float]) -> None:
        nonlocal spent
        clock.now += 1e-4
        spent += 1e-4
        feed(self, agents, scores)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Ticker, "feed", slow)
        for _ in range(400):
            clock.now += 0.05
            ticker.add(results)
            assert spent <= SHARE * clock.now + 1e-4

    assert SHARE < 0.01
    assert 0.8 * SHARE * clock.now < spent <= SHARE * clock.now + 1e-4
    assert ticker.fed == round(spent / 1e-4)


def test_blocks_are_spread_over_the_chunk(clock: Clock) -> None:
    """With time for a few matches the blocks come from the whole chunk."""
    plan, picks, results = played(300)
    ticker = LiveTicker(len(FIELD), ranking_metric(plan, picks.game))
    clock.now = 10.0
    ticker.add(results)
    seen: list[tuple[int, ...]] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(live, "_GUESS_S", 10 * SHARE / 10)
        patched.setattr(Ticker, "feed", lambda self, agents, scores: seen.append(tuple(agents)))
        ticker.add(results)
    chosen = np.linspace(0, 299, 10).round().astype(int)

    assert seen == [tuple(results.seatings[block, place % 3].tolist()) for place, block in enumerate(chosen)]


def test_who_gets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three agents or more, and openskill installed."""
    plan, picks, _ = played(3)
    metric = ranking_metric(plan, picks.game)

    assert live_ticker(2, metric) is None
    assert isinstance(live_ticker(3, metric), LiveTicker)
    monkeypatch.setattr(live, "find_spec", lambda name: None)
    assert live_ticker(3, metric) is None


@pytest.mark.parametrize("ticker", [True, False])
def test_a_run_shows_it(monkeypatch: pytest.MonkeyPatch, ticker: bool) -> None:
    """Asked for, the standings have skills, and the ranking is the same either way."""
    monkeypatch.setattr(live, "SHARE", 1e6)
    plan, picks = table(FastBid(3), [Constant(0), Constant(1), Dicer()], stop=Stop(blocks=3000))
    looks: list[Progress] = []
    tournament = Tournament(plan, picks=picks)
    found = tournament.run(Serial(), looks.append, ticker=ticker)
    skills = {row.agent: row.skill for row in looks[-1].standings}

    assert found == tournament.rank()
    if not ticker:
        assert set(skills.values()) == {None}
        return
    assert None not in skills.values()
    assert len(set(skills.values())) == len(skills)
