"""The stop that waits for answers: where it comes, what it says, and that nothing but the blocks decides it."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from deciding_toys import DECIDED, FIELD, duel
from numpy.typing import NDArray
from tournament_toys import Anyone, Bid, Constant, Dicer, FastBid, Solo, stage_of, table

from arena.agent import Agent
from arena.contest import Chunk, Executor, Results, Round, Stop
from tournaments.deciding import (
    WITHIN_SHARE,
    WITHIN_SPREAD,
    Decider,
    Look,
    decider,
    ledger,
    look_after,
    look_step,
)
from tournaments.executors.processes import Processes
from tournaments.progress import Progress
from tournaments.rank import rank
from tournaments.ranking import RoundRanking, canonical_json, ranking_json
from tournaments.statistics import blocks_needed
from tournaments.statistics.sequential import betting_log_e, e_holm, e_value
from tournaments.store import Store
from tournaments.tournament import Tournament
from tournaments.verdicts import FIXED_POWER, Verdict


@dataclasses.dataclass(frozen=True)
class Shuffled(Executor):
    """Plays chunks in another order than they are handed out, each in pieces of `size` blocks, `ahead` pieces at once."""

    size: int
    seed: int
    ahead: int = 5

    def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
        rng = np.random.default_rng(self.seed)
        held: list[Chunk] = []
        for chunk in chunks:
            end = chunk.start + chunk.count
            starts = range(chunk.start, end, self.size)
            held.extend(Chunk(chunk.round, start, min(self.size, end - start)) for start in starts)
            while len(held) > self.ahead:
                yield player(held.pop(int(rng.integers(len(held)))))
        while held:
            yield player(held.pop(int(rng.integers(len(held)))))


def decided(ranking: RoundRanking) -> dict[tuple[int, int], Verdict]:
    assert ranking.sequential is not None
    return {(pair.first, pair.second): pair.verdict for pair in ranking.sequential.pairs}


def test_looks_are_a_function_of_the_block() -> None:
    """Every step up to 128 of them, then every second, fourth ...: never more than 2 % late, ever rarer, whole steps always."""
    blocks, seen = 0, []
    while blocks < 6 * 5000:
        blocks = look_after(blocks, 6)
        seen.append(blocks)
    steps = np.array(seen) // 6
    assert (np.array(seen) % 6 == 0).all()
    assert steps[:128].tolist() == list(range(1, 129))
    gaps = np.diff(steps)
    assert (gaps / steps[:-1] < 0.016)[100:].all()
    assert (np.diff(gaps) >= 0).all()
    # From wherever one asks, the next look is the next of the same looks.
    for asked in (0, 1, 5, 6, 770, 771, 1601, 5999):
        assert look_after(asked, 6) == next(look for look in seen if look > asked)


@pytest.mark.parametrize(
    ("cycle", "step"), [(1, 1), (6, 6), (1000, 1000), (2970, 990), (24576, 768), (1009, 1)]
)
def test_long_cycles_are_looked_at_in_equal_parts(cycle: int, step: int) -> None:
    """The step is the cycle, or its largest divisor up to 1,000."""
    assert look_step(cycle) == step


def scripted(tables: NDArray[np.float64], metric: str = "wins") -> tuple[Round, list[Results]]:
    """A round of two agents whose block means are as given, float64[B, 2], one block a run of results."""
    plan, picks = table(FastBid(2), FIELD[:2], by=metric)
    stage = stage_of(plan, picks)
    found = []
    for block, (first, second) in enumerate(tables.tolist()):
        seated = stage.seatings(block, 1)
        values = np.where(seated == 0, first, second)
        found.append(
            Results(
                0,
                block,
                seated,
                values,
                {metric.name: values for metric in picks.game.spec.metrics},
                np.ones((1, 2), dtype=np.int32),
                np.ones((1, 2, 2), dtype=np.int32),
                np.zeros((1, 2, 2)),
                np.zeros((1, 2), dtype=np.uint64),
                np.zeros((1, 2), dtype=np.bool_),
            )
        )
    return stage, found


def test_the_stop_is_where_the_e_value_says() -> None:
    """One pair of which the first wins more: the first block at which its e-value reaches 20."""
    rng = np.random.default_rng(1)
    won = rng.choice([0.5, 1.0, 0.75, 0.5, 0.25], (60, 1), p=[0.3, 0.3, 0.2, 0.1, 0.1])
    tables = np.hstack([won, 1 - won])
    stage, results = scripted(tables)
    watch = Decider(stage, stage.game.spec.metric("wins"))
    for part in results:
        watch.add(part)
    wanted = int(np.flatnonzero(betting_log_e(tables[:, 0] - tables[:, 1]) >= math.log(20))[0]) + 1
    assert watch.stopped_at == wanted
    answer = watch.answer()
    assert (answer.epsilon, answer.looks, answer.blocks) == (WITHIN_SHARE, 60, 60)
    (pair,) = answer.pairs
    assert (pair.verdict, pair.at, pair.better, pair.first, pair.second) == (Verdict.DECIDED, wanted, 0, 0, 1)
    assert pair.e_value == pytest.approx(
        float(np.exp(betting_log_e(tables[:, 0] - tables[:, 1])).max()), rel=1e-9
    )
    assert pair.p == pytest.approx(1 / pair.e_value)


def test_missing_blocks_are_waited_for() -> None:
    """Only the blocks before the first missing one are looked at; the rest counts when the gap closes."""
    tables = np.tile([[0.75, 0.25]], (80, 1))
    stage, results = scripted(tables)
    watch = Decider(stage, stage.game.spec.metric("wins"))
    for part in [*results[:3], *results[4:]]:
        watch.add(part)
    assert watch.stopped_at is None
    assert watch.answer().blocks == 3
    watch.add(results[3])
    assert watch.stopped_at is not None
    assert watch.answer().blocks == 80


def test_equal_agents_are_equivalent() -> None:
    """Agents that share every block alike are equivalent: for shares by the bets, for scores by the spread of matches."""
    tables = np.full((600, 2), 0.5)
    stage, results = scripted(tables)
    watch = Decider(stage, stage.game.spec.metric("wins"), 0.05)
    for part in results:
        watch.add(part)
    (pair,) = watch.answer().pairs
    assert pair.verdict is Verdict.EQUIVALENT
    assert pair.better is None
    assert pair.at == watch.stopped_at
    assert 50 < (pair.at or 0) < 150
    scores = np.repeat(np.random.default_rng(2).normal(3, 10, (600, 1)), 2, axis=1)
    stage, results = scripted(scores, "coins")
    watch = Decider(stage, stage.game.spec.metric("coins"))
    for part in results:
        watch.add(part)
    answer = watch.answer()
    assert answer.pairs[0].verdict is Verdict.EQUIVALENT
    # Fixed at the first look with 30 blocks, and not moved by what came later.
    assert answer.epsilon == pytest.approx(WITHIN_SPREAD * scores[:30].std(), rel=1e-9)


def test_a_game_without_any_spread_ends() -> None:
    """Where everybody always scores the same there is nothing to wait for."""
    stage, results = scripted(np.full((40, 2), 7.0), "coins")
    watch = Decider(stage, stage.game.spec.metric("coins"))
    for part in results:
        watch.add(part)
    assert watch.stopped_at == 30


@pytest.mark.parametrize("by", ["wins", "coins"])
def test_the_stop_depends_on_the_blocks_alone(by: str) -> None:
    """However blocks are cut, ordered, spread over processes: the same bytes. Later ones stay in the store, unranked."""
    plan, picks = duel(by=by)
    tournament = Tournament(plan, picks=picks)
    found = tournament.run()
    expected = canonical_json(found)
    assert found.final.sequential is not None
    assert found.final.sequential.stopped_at == found.final.blocks
    assert found.final.blocks % found.final.cycle == 0
    assert canonical_json(tournament.rank()) == expected
    played = set()
    for executor in (Shuffled(1, 1), Shuffled(64, 2, 20), Processes(2)):
        other = Tournament(plan, picks=picks)
        assert canonical_json(other.run(executor)) == expected
        played.add(other.store.tournaments()[0].blocks)
        assert min(played) >= found.final.blocks
    assert max(played) > found.final.blocks
    # And from the stored results, as `arena rank` does it.
    assert canonical_json(rank(plan, other.store.results(1), picks)) == expected


def test_a_resumed_run_stops_at_the_same_block(tmp_path: Path) -> None:
    """Broken off anywhere, a later run ends where one that went through does; when it has ended, nothing more is played."""
    plan, picks = duel()
    expected = canonical_json(Tournament(plan, picks=picks).run())

    @dataclasses.dataclass(frozen=True)
    class Breaking(Executor):
        after: int

        def run(self, player: Callable[[Chunk], Results], chunks: Iterator[Chunk]) -> Iterator[Results]:
            for number, chunk in enumerate(chunks):
                if number == self.after:
                    raise KeyboardInterrupt
                yield player(chunk)

    for after in (1, 2, 3):
        with Store.open(tmp_path / f"{after}.sqlite") as store:
            with pytest.raises(KeyboardInterrupt):
                Tournament(plan, store, picks=picks).run(Breaking(after))
            assert canonical_json(Tournament(plan, store, picks=picks).run(Shuffled(3, after))) == expected
            blocks = store.tournaments()[0].blocks
            assert canonical_json(Tournament(plan, store, picks=picks).run()) == expected
            assert store.tournaments()[0].blocks == blocks


def test_a_run_broken_off_beyond_its_end_is_ranked_at_its_end() -> None:
    """Blocks that came in after the last open pair was decided do not count, though nobody had noted the end."""
    plan, picks = duel()
    expected = canonical_json(Tournament(plan, picks=picks).run())
    fixed, _ = duel(Stop(blocks=3000))
    played = Tournament(fixed, picks=picks)
    played.run()
    store = played.store
    store.begin(plan, picks)
    store.open_round(1, stage_of(plan, picks))
    assert canonical_json(Tournament(plan, store, picks=picks).rank()) == expected


def test_upper_limits_end_it_too() -> None:
    """With blocks or seconds beside it, a round ends at the first of them; what is open then is called open."""
    plan, picks = duel(Stop(blocks=9, until="decided"))
    found = Tournament(plan, picks=picks).run().final
    assert found.blocks == 9
    assert set(decided(found).values()) == {Verdict.OPEN}
    assert found.sequential is not None
    assert found.sequential.fixed is None
    assert "3 open after 9 blocks and 3 looks" in found.sequential.sentence
    plan, picks = table(
        Bid(2, work_us=1000), [Dicer(), Dicer("b")], stop=Stop(seconds=0.3, until="decided", epsilon=1e-6)
    )
    found = Tournament(plan, picks=picks).run().final
    assert set(decided(found).values()) == {Verdict.OPEN}


def test_every_round_of_a_championship_ends_for_itself() -> None:
    """Each round has its own looks; a family's winner is found with the answers of its round."""
    agents: list[Agent] = [
        Constant(0),
        Constant(2, "b"),
        Constant(0, "c", "search"),
        Constant(2, "d", "search"),
    ]
    plan, picks = table(FastBid(2), agents, stop=DECIDED, by="wins", format="championship")
    found = Tournament(plan, picks=picks).run(Shuffled(7, 1))
    assert len(found.rounds) == 3
    for stage in found.rounds:
        assert stage.sequential is not None
        assert stage.sequential.stopped_at == stage.blocks
    assert canonical_json(found) == canonical_json(Tournament(plan, picks=picks).run())


def test_the_ranking_speaks_in_sequential_answers() -> None:
    """Pairs carry confidence sequences, always-valid p-values and the verdict; a note says why; tiers follow from them."""
    plan, picks = duel()
    tournament = Tournament(plan, picks=picks)
    found = tournament.run().final
    answers = found.sequential
    assert answers is not None
    for row, answer in zip(found.pairs, answers.pairs, strict=True):
        assert (row.first, row.second) == (answer.first, answer.second)
        assert row.better == answer.better
        assert row.difference.value == pytest.approx(answer.difference.value)
        assert (row.difference.low, row.difference.high) == (answer.difference.low, answer.difference.high)
        assert row.difference.method == "confidence sequence, mixture of bets"
        assert row.p == answer.p <= row.p_adjusted
        assert row.p_adjusted == pytest.approx(min(1.0, 1 / answer.e_value))
        assert row.test.startswith("e-value")
    assert any("a fixed number of blocks do not hold" in note for note in found.notes)
    assert not {need.first for need in found.undecided} - {
        pair.first for pair in answers.pairs if pair.verdict is Verdict.OPEN
    }
    fixed = Tournament(dataclasses.replace(plan, stop=Stop(blocks=found.blocks)), picks=picks).run().final
    assert fixed.sequential is None
    assert [row.score for row in fixed.agents] == [row.score for row in found.agents]
    assert not any("do not hold" in note for note in fixed.notes)
    words = ranking_json(tournament.rank())["rounds"][0]["sequential"]
    assert Counter(pair["verdict"] for pair in words["pairs"]) == Counter(map(str, decided(found).values()))


def test_the_better_of_a_metric_that_is_better_low() -> None:
    """Where less is better, the agent with less is shown to be better, and differences keep the sign of the metric."""
    plan, picks = table(Solo(), [Anyone(), Anyone(2)], stop=DECIDED, by="cost")
    found = Tournament(plan, picks=picks).run().final
    assert found.sequential is not None
    (answer,), (row,) = found.sequential.pairs, found.pairs
    assert not found.higher_is_better
    assert (answer.better, row.better, found.agents[0].agent) == (0, 0, 0)
    assert answer.difference.low is not None
    assert answer.difference.high is not None
    assert answer.difference.low < answer.difference.high < 0
    assert (row.difference.low, row.difference.high) == (answer.difference.low, answer.difference.high)


def test_ranking_by_another_metric_forgets_its_epsilon() -> None:
    """An epsilon is in the unit of the plan's own metric; another one gets its usual epsilon, at the same blocks."""
    plan, picks = duel(Stop(until="decided", epsilon=0.3), by="coins")
    tournament = Tournament(plan, picks=picks)
    found = tournament.run().final
    assert found.sequential is not None
    assert found.sequential.epsilon == 0.3
    other = rank(plan, list(tournament.store.results(1)), picks, by="wins").final
    assert other.blocks == found.blocks
    assert other.sequential is not None
    assert other.sequential.epsilon == WITHIN_SHARE


def test_the_ledger_has_every_look() -> None:
    """Made again from the blocks: looks in order, e-values adjusted by e-Holm, verdicts that never go back, the stop at its end."""
    plan, picks = duel()
    tournament = Tournament(plan, picks=picks)
    found = tournament.run().final
    stage = stage_of(plan, picks)
    results = list(tournament.store.results(1))
    rows = ledger(plan, stage, results)
    answers = found.sequential
    assert answers is not None
    assert len(rows) == answers.looks * 3
    assert rows[-1].blocks == found.blocks == answers.stopped_at
    assert [row.blocks for row in rows[::3]] == [3 * (look + 1) for look in range(answers.looks)]
    table_of = _means(results, 3)
    for place, pair in enumerate(answers.pairs):
        mine: Sequence[Look] = rows[place::3]
        known = [row.verdict is not Verdict.OPEN for row in mine]
        assert known == sorted(known)
        assert mine[known.index(True)].blocks == pair.at
        last = mine[-1]
        values = table_of[:, pair.first] - table_of[:, pair.second]
        assert last.shared == np.count_nonzero(~np.isnan(values)) == pair.difference.blocks
        assert last.estimate == pytest.approx(np.nanmean(values))
        assert last.low is not None
        assert last.high is not None
        assert last.low <= last.estimate <= last.high
        then = mine[known.index(True)]
        assert then.low is not None
        assert then.high is not None
        ends = (max(last.low, then.low), min(last.high, then.high))
        assert (pair.difference.low, pair.difference.high) == ends
        # A decided pair has an interval without zero, an equivalent one within epsilon.
        inside = ends[0] > -WITHIN_SHARE and ends[1] < WITHIN_SHARE
        assert inside if pair.verdict is Verdict.EQUIVALENT else ends[0] > 0 or ends[1] < 0
    logs = [
        float(betting_log_e(table_of[:, pair.first] - table_of[:, pair.second])[-1]) for pair in answers.pairs
    ]
    assert [row.e_value for row in rows[-3:]] == pytest.approx(e_holm(e_value(logs)).tolist(), rel=1e-9)
    fixed = dataclasses.replace(plan, stop=Stop(blocks=9))
    assert ledger(fixed, stage, results) == ()
    assert decider(fixed, stage, stage.game.spec.metric("wins")) is None


def _means(results: Sequence[Results], agents: int) -> NDArray[np.float64]:
    """float64[B, K], the mean wins of every agent in every block, one by one."""
    rows = []
    for part in results:
        for seated, values in zip(part.seatings, part.metrics["wins"], strict=True):
            rows.append(
                [
                    values[seated == agent].mean() if (seated == agent).any() else np.nan
                    for agent in range(agents)
                ]
            )
    return np.array(rows)


def test_the_fixed_design_is_that_of_the_planning_module() -> None:
    """The comparison takes the difference and spread found, the level of Bonferroni and power 0.95, for the whole round."""
    plan, picks = duel()
    tournament = Tournament(plan, picks=picks)
    found = tournament.run().final
    assert found.sequential is not None
    means = _means(list(tournament.store.results(1)), 3)
    for pair in found.sequential.pairs:
        values = means[:, pair.first] - means[:, pair.second]
        values = values[~np.isnan(values)]
        if pair.verdict is Verdict.DECIDED:
            need = blocks_needed(values.mean(), values.std(ddof=1), alpha=0.05 / 3, power=FIXED_POWER).blocks
        else:
            need = blocks_needed(WITHIN_SHARE, values.std(ddof=1), alpha=0.1 / 3, power=0.975).blocks
        assert need is not None
        assert pair.fixed == math.ceil(need * found.blocks / values.size)
    assert found.sequential.fixed == max(pair.fixed or 0 for pair in found.sequential.pairs)
    assert f"about {found.sequential.fixed:,} blocks" in found.sequential.sentence


def test_a_league_of_equals_is_seldom_decided() -> None:
    """Two agents that play alike: in 50 leagues of 150 blocks, one is called better in at most 5 % and a band of them."""
    claimed = 0
    for seed in range(50):
        plan, picks = table(
            FastBid(2), [Dicer(), Dicer("b")], stop=Stop(blocks=150, until="decided"), by="wins", seed=seed
        )
        verdicts = decided(Tournament(plan, picks=picks).run().final)
        claimed += Verdict.DECIDED in verdicts.values()
    assert claimed / 50 <= 0.05 + 2.58 * math.sqrt(0.05 * 0.95 / 50)


def test_a_game_for_one_is_decided_on_shared_deals() -> None:
    """Agents of a game for one player meet on the same deals, and are compared there."""
    plan, picks = table(Solo(), [Anyone(), Anyone(1), Anyone(2)], stop=Stop(blocks=5000, until="decided"))
    found = Tournament(plan, picks=picks).run().final
    # Dice bid 1 in the mean, so the first two are worth the same.
    assert decided(found) == {
        (0, 1): Verdict.EQUIVALENT,
        (0, 2): Verdict.DECIDED,
        (1, 2): Verdict.DECIDED,
    }
    assert 300 < found.blocks < 5000
    assert not found.undecided
    assert found.sequential is not None
    assert "2 decided, 1 equivalent (within ±0.1" in found.sequential.sentence


def test_progress_names_the_open_pairs() -> None:
    """While it runs, the pairs still open are shown by name; none is left at the end."""
    plan, picks = duel()
    seen: list[Progress] = []
    Tournament(plan, picks=picks).run(Shuffled(2, 1), seen.append)
    assert seen[-1].done
    assert (seen[-1].pairs, seen[-1].open) == (3, ())
    fixed, _ = duel(Stop(blocks=9))
    Tournament(fixed, picks=picks).run(None, seen.append)
    assert (seen[-1].pairs, seen[-1].open) == (0, ())
    short, _ = duel(Stop(blocks=6, until="decided"))
    Tournament(short, picks=picks).run(None, seen.append)
    assert len(seen[-1].open) == 3
    assert {name for pair in seen[-1].open for name in pair} == set(plan.agents)


def test_a_run_cut_short_is_looked_at_where_it_ends() -> None:
    """Blocks after the last look that was due count in the answer, and it says so; asked again it says the same."""
    plan, picks = duel(Stop(until="decided", blocks=2))
    stage = stage_of(plan, picks)
    assert look_step(stage.cycle) > plan.stop.blocks  # type: ignore[operator]

    found = Tournament(plan, picks=picks).run().final.sequential

    assert found is not None
    assert (found.blocks, found.looks) == (2, 1)
    watch = Decider(stage, stage.game.spec.metric("wins"))
    watch.finish()
    assert watch.answer().looks == 0
