"""Small games and agents for tests of the tournament engine; importable by worker processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.capabilities import BatchOutcome, CompiledPolicy
from arena.contest import Chunk, Pick, Plan, Results, Round, Stop
from arena.game import Direction, Dynamics, Game, GameSpec, Information, Metric, Outcome, Utility
from arena.legal import Listed
from tournaments.chunks import ChunkPlayer
from tournaments.results import joined
from tournaments.store import Store

MASK = (1 << 64) - 1


def mixed(number: int) -> int:
    """A 64-bit integer that looks random (SplitMix64, Steele, Lea & Flood 2014)."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & MASK
    return number ^ (number >> 31)


@dataclass
class BidState:
    seed: int
    bids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Bid(Game[BidState, tuple[int, ...], int]):
    """Everybody sees a card of his own, 0 to 9, and in turn bids 0, 1 or 2; the highest card plus bid wins.

    The winner gets a coin from everyone else less what he bid, which goes to the others' benefit: returns are
    zero-sum. `bonus` coins go to seat 0 from everybody else, a seat effect. `work_us` burns time on every step.
    """

    players: int = 3
    bonus: float = 0.0
    work_us: int = 0

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="bid",
            version=1,
            title="Bid",
            summary="the highest card plus bid wins",
            players=self.players,
            table_sizes=(2, 3, 4, 5),
            roles=("bidder",) * self.players,
            dynamics=Dynamics.TURNS,
            information=Information.IMPERFECT,
            utility=Utility.ZERO_SUM,
            returns=(-100.0, 100.0),
            horizon=self.players,
            metrics=(
                Metric("coins", "coins", primary=True),
                Metric("wins", "share"),
                Metric("bid_success", "share", sparse=True),
                Metric("card", "points", Direction.NEITHER),
            ),
        )

    def card(self, seed: int, player: int) -> int:
        return mixed(seed ^ (player + 1)) % 10

    def init(self, seed: int) -> BidState:
        return BidState(seed)

    def actors(self, state: BidState) -> tuple[int, ...]:
        return (len(state.bids),) if len(state.bids) < self.players else ()

    def view(self, state: BidState, player: int) -> tuple[int, ...]:
        return (self.card(state.seed, player), player, *state.bids)

    def legal(self, state: BidState, player: int) -> Listed[int]:
        return Listed((0, 1, 2))

    def step(self, state: BidState, actions: Mapping[int, int]) -> BidState:
        if self.work_us:
            end = time.perf_counter_ns() + self.work_us * 1000
            while time.perf_counter_ns() < end:
                pass
        state.bids.append(actions[len(state.bids)])
        return state

    def settle(self, cards: Sequence[int], bids: Sequence[int]) -> tuple[tuple[float, ...], int]:
        totals = [card + bid for card, bid in zip(cards, bids, strict=True)]
        winner = totals.index(max(totals))
        pot = self.players - 1 - bids[winner]
        returns = [-pot / (self.players - 1)] * self.players
        returns[winner] = float(pot)
        for player in range(1, self.players):
            returns[player] -= self.bonus
        returns[0] += self.bonus * (self.players - 1)
        return tuple(returns), winner

    def rewards(self, state: BidState) -> tuple[float, ...]:
        if len(state.bids) < self.players:
            return (0.0,) * self.players
        return self.settle(self._cards(state.seed), state.bids)[0]

    def outcome(self, state: BidState) -> Outcome | None:
        if len(state.bids) < self.players:
            return None
        cards = self._cards(state.seed)
        returns, winner = self.settle(cards, state.bids)
        wins = tuple(float(player == winner) for player in range(self.players))
        success = tuple(
            wins[player] if state.bids[player] else float("nan") for player in range(self.players)
        )
        metrics = {
            "coins": returns,
            "wins": wins,
            "bid_success": success,
            "card": tuple(float(card) for card in cards),
        }
        return Outcome(returns, "all have bid", metrics=metrics)

    def copy(self, state: BidState, seed: int | None = None) -> BidState:
        return BidState(state.seed if seed is None else seed, list(state.bids))

    def describe(self, view: tuple[int, ...]) -> str:
        return f"card {view[0]}, bids {list(view[2:])}"

    def _cards(self, seed: int) -> list[int]:
        return [self.card(seed, player) for player in range(self.players)]


@dataclass(frozen=True)
class FastBid(Bid):
    """`Bid` whose blocks can be played whole."""

    def play_blocks(
        self,
        policies: Sequence[CompiledPolicy],
        deals: NDArray[np.uint64],
        seatings: NDArray[np.int16],
        player_seeds: NDArray[np.uint64],
    ) -> BatchOutcome:
        shape = seatings.shape
        returns = np.zeros(shape)
        metrics = {metric.name: np.zeros(shape) for metric in self.spec.metrics}
        digests = np.zeros(shape[:2], dtype=np.uint64)
        faults = np.full(shape[:2], -1, dtype=np.int8)
        for block in range(shape[0]):
            for seating in range(shape[1]):
                seed = int(deals[block])
                bids: list[int] = []
                for player in range(self.players):
                    policy = policies[seatings[block, seating, player]]
                    rng = np.array([player_seeds[block, seating, player]], dtype=np.uint64)
                    view = (self.card(seed, player), player, *bids)
                    bids.append(policy.decide(view, policy.parameters, rng))
                    if bids[-1] not in (0, 1, 2):
                        faults[block, seating] = player
                        bids[-1] = 0
                outcome = self.outcome(BidState(seed, bids))
                assert outcome is not None
                returns[block, seating] = outcome.returns
                for name, values in outcome.metrics.items():
                    metrics[name][block, seating] = values
                digests[block, seating] = mixed(seed ^ hash(tuple(bids)) & MASK)
        steps = np.full(shape[:2], self.players, dtype=np.int32)
        return BatchOutcome(
            returns,
            metrics,
            steps,
            np.ones(shape, dtype=np.int32),
            np.zeros(shape[:2], dtype=np.bool_),
            digests,
            faults,
        )


@dataclass(frozen=True)
class HangingBlocks(FastBid):
    """`FastBid` whose compiled blocks never come back."""

    def play_blocks(self, *_: Any, **__: Any) -> BatchOutcome:
        time.sleep(3600)
        raise AssertionError


def bidder_spec(name: str, family: Family = Family.HEURISTIC) -> AgentSpec:
    return AgentSpec(name=name, version=1, family=family, summary="a bidder of the tests", games=("bid",))


class PolicyPlayer(Player):
    """Plays a decision function."""

    def __init__(self, decide: Any, seat: Seat) -> None:
        self.decide = decide
        self.rng = np.array([seat.seed], dtype=np.uint64)

    def act(self, turn: Turn) -> int:
        return int(self.decide(turn.view, np.zeros(0), self.rng))


def _dice(rng: NDArray[np.uint64], sides: int) -> int:
    rng[0] = np.uint64(mixed(int(rng[0])))
    return int(rng[0]) % sides


@dataclass(frozen=True)
class Constant(Agent):
    """Always bids the same; `family` and `label` tell copies apart."""

    bid: int = 1
    label: str = ""
    family: str = "heuristic"

    @property
    def spec(self) -> AgentSpec:
        return bidder_spec("constant", Family(self.family))

    def decide(self, view: Any, parameters: Any, rng: Any) -> int:
        return self.bid

    def sit(self, seat: Seat) -> Player:
        return PolicyPlayer(self.decide, seat)

    def compiled_policy(self, game: Any) -> CompiledPolicy | None:
        return CompiledPolicy(self.decide, np.zeros(0))


@dataclass(frozen=True)
class Dicer(Agent):
    """Bids by dice; identical but for its label."""

    label: str = ""

    @property
    def spec(self) -> AgentSpec:
        return bidder_spec("dicer")

    def decide(self, view: Any, parameters: Any, rng: NDArray[np.uint64]) -> int:
        return _dice(rng, 3)

    def sit(self, seat: Seat) -> Player:
        return PolicyPlayer(self.decide, seat)

    def compiled_policy(self, game: Any) -> CompiledPolicy | None:
        return CompiledPolicy(self.decide, np.zeros(0))


@dataclass(frozen=True)
class Cheat(Agent):
    """Compiled, and bids 99 when it holds the card 7."""

    @property
    def spec(self) -> AgentSpec:
        return bidder_spec("cheat")

    def decide(self, view: Any, parameters: Any, rng: Any) -> int:
        return 99 if view[0] == 7 else 0

    def sit(self, seat: Seat) -> Player:
        return PolicyPlayer(self.decide, seat)

    def compiled_policy(self, game: Any) -> CompiledPolicy | None:
        return CompiledPolicy(self.decide, np.zeros(0))


@dataclass(frozen=True)
class Naughty(Agent):
    """Does `deed` when it holds the card 7 (which depends on the deal alone), and else bids nothing.

    ``raise``, ``illegal``, ``hang``, ``hog`` (memory), ``exit`` (ends its process); at any card ``sit-hang``,
    ``leave-hang`` and ``leak`` (20 MB a match stay in memory).
    """

    deed: str = "raise"
    card: int = 7

    @property
    def spec(self) -> AgentSpec:
        return bidder_spec("naughty")

    def sit(self, seat: Seat) -> Player:
        if self.deed == "sit-hang":
            time.sleep(3600)
        if self.deed == "leak":
            LEAKED.append(bytearray(b"x") * (20 << 20))
        return _NaughtyPlayer(self.deed, self.card)


LEAKED: list[bytearray] = []


class _NaughtyPlayer(Player):
    def close(self, outcome: Outcome | None) -> None:
        if self.deed == "leave-hang":
            time.sleep(3600)

    def __init__(self, deed: str, card: int) -> None:
        self.deed = deed
        self.card = card

    def act(self, turn: Turn) -> int:
        if turn.view[0] != self.card:
            return 0
        if self.deed == "raise":
            raise ValueError("seven")
        if self.deed == "illegal":
            return 99
        if self.deed == "hang":
            time.sleep(3600)
        if self.deed == "hog":
            hoard = []
            while True:
                hoard.append(bytearray(os.urandom(1)) * (16 << 20))
                time.sleep(0.005)
        if self.deed == "exit":
            os._exit(3)
        return 0


@dataclass(frozen=True)
class Killer(Agent):
    """Kills its own process by SIGKILL, `times` times in all, counted in a file: a stand-in for a system out of memory."""

    tally: str = ""
    times: int = 1

    @property
    def spec(self) -> AgentSpec:
        return bidder_spec("killer")

    def sit(self, seat: Seat) -> Player:
        return _KillerPlayer(self.tally, self.times)


class _KillerPlayer(Player):
    def __init__(self, tally: str, times: int) -> None:
        self.tally = tally
        self.times = times

    def act(self, turn: Turn) -> int:
        with Path(self.tally).open("a+b") as file:
            if turn.view[0] == 7 and file.tell() < self.times:
                file.write(b"x")
                file.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        return 0


@dataclass(frozen=True)
class Solo(Game[BidState, tuple[int, ...], int]):
    """One player, three steps; the return is the sum of the bids plus luck of the deal. Roles can be asked for."""

    @property
    def spec(self) -> GameSpec:
        return GameSpec(
            name="solo",
            version=1,
            title="Solo",
            summary="a score task",
            players=1,
            table_sizes=(1,),
            roles=("soloist",),
            dynamics=Dynamics.TURNS,
            information=Information.PERFECT,
            utility=Utility.GENERAL,
            returns=(0.0, 100.0),
            horizon=3,
            metrics=(Metric("points", "points", primary=True), Metric("cost", "points", Direction.LOWER)),
        )

    def init(self, seed: int) -> BidState:
        return BidState(seed)

    def actors(self, state: BidState) -> tuple[int, ...]:
        return (0,) if len(state.bids) < 3 else ()

    def view(self, state: BidState, player: int) -> tuple[int, ...]:
        return (state.seed % 10, 0, *state.bids)

    def legal(self, state: BidState, player: int) -> Listed[int]:
        return Listed((0, 1, 2))

    def step(self, state: BidState, actions: Mapping[int, int]) -> BidState:
        state.bids.append(actions[0])
        return state

    def rewards(self, state: BidState) -> tuple[float, ...]:
        if not state.bids:
            return (0.0,)
        luck = float(state.seed % 10) if len(state.bids) == 3 else 0.0
        return (state.bids[-1] + luck,)

    def outcome(self, state: BidState) -> Outcome | None:
        if len(state.bids) < 3:
            return None
        points = float(sum(state.bids) + state.seed % 10)
        return Outcome((points,), "done", metrics={"points": (points,), "cost": (float(sum(state.bids)),)})

    def copy(self, state: BidState, seed: int | None = None) -> BidState:
        return BidState(state.seed if seed is None else seed, list(state.bids))

    def describe(self, view: tuple[int, ...]) -> str:
        return str(view)


@dataclass(frozen=True)
class Anyone(Agent):
    """Bids by dice in any game of three bids."""

    bid: int = -1

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec(name="anyone", version=1, family=Family.BASELINE, summary="bids anywhere")

    def decide(self, view: Any, parameters: Any, rng: NDArray[np.uint64]) -> int:
        return _dice(rng, 3) if self.bid < 0 else self.bid

    def sit(self, seat: Seat) -> Player:
        return PolicyPlayer(self.decide, seat)


def table(
    game: Game[Any, Any, Any], agents: Sequence[Agent], *, blocks: int | None = 12, **plan: Any
) -> tuple[Plan, Pick]:
    """A plan of unregistered things, with the pick that goes with it."""
    from arena.spelling import spell

    plan.setdefault("seed", 5)
    plan.setdefault("stop", Stop(blocks=blocks))
    made = Plan(game=spell(game), agents=tuple(spell(agent) for agent in agents), **plan)
    return made, Pick(game, tuple(agents))


def stage_of(plan: Plan, picks: Pick) -> Round:
    """The first round of a plan."""
    from tournaments.plan import schedule_of

    stage = schedule_of(plan).round(plan, picks, 0, ())
    assert stage is not None
    return stage


def player_of(plan: Plan, picks: Pick) -> ChunkPlayer:
    """Who plays the chunks of the first round of a plan."""
    return ChunkPlayer.of(plan, picks, stage_of(plan, picks))


def differences(one: Results, other: Results, *, digests: bool = True) -> list[str]:
    """The names of what differs between two runs of blocks, times aside."""
    names = ["seatings", "scores", "steps", "decisions", "truncated", *(["digests"] if digests else [])]
    found = [name for name in names if not np.array_equal(getattr(one, name), getattr(other, name))]
    found += [
        name
        for name in one.metrics
        if not np.array_equal(one.metrics[name], other.metrics[name], equal_nan=True)
    ]
    voids = [[0] * len(part) if part.attempts is None else part.attempts.tolist() for part in (one, other)]
    if voids[0] != voids[1]:
        found.append("attempts")
    where = [[(f.block, f.seating, f.agent, f.kind) for f in part.faults] for part in (one, other)]
    return (
        found + (["faults"] if where[0] != where[1] else []) + (["start"] if one.start != other.start else [])
    )


def chunks_of(blocks: int, size: int) -> Iterator[Chunk]:
    """The blocks of round 0 below `blocks`, `size` at a time."""
    return iter([Chunk(0, start, min(size, blocks - start)) for start in range(0, blocks, size)])


def in_order(results: Iterable[Results]) -> Results:
    """What an executor yielded, as one run of blocks."""
    return joined(sorted(results, key=lambda part: part.start))


def league() -> tuple[Plan, Pick]:
    """A tournament of a few seconds, for runs that are killed."""
    agents: list[Agent] = [Constant(0), Constant(2), Dicer(), Dicer("b")]
    return table(Bid(3, work_us=100), agents, blocks=1800)


def blocks_of(store: Store, plan: Plan, picks: Pick) -> tuple[int, int, Callable[[int, int], Results]]:
    """A tournament and its round in the store, and a way to play blocks of it."""
    tournament = store.begin(plan, picks)
    stage = store.open_round(tournament, stage_of(plan, picks))
    player = player_of(plan, picks)
    return tournament, stage.id, lambda start, count: player(Chunk(0, start, count))
