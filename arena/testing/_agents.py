"""Laws of agents."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Mapping
from typing import Any

from arena import codec
from arena.agent import Agent, Family, Player, Seat, Turn
from arena.conditions import Access, Budget
from arena.lockstep import Lineup, play_lockstep
from arena.registry import entries, make_agent
from arena.spelling import parse, spell
from arena.testing._elsewhere import elsewhere, played
from arena.testing._law import Place, agent_law
from arena.testing._trial import AgentTrial, essence

__all__: list[str] = []


def _deterministic(trial: AgentTrial) -> bool:
    return trial.deterministic


@agent_law()
def facts_are_sound(trial: AgentTrial) -> None:
    """The spec can be used, and the spelling makes the same agent again."""
    agent, spec, place = trial.agent, trial.agent.spec, trial.place
    place.expect("name", parse(spec.name).name == spec.name, "a name that can be spelled", spec.name)
    place.expect("summary", bool(spec.summary), "a sentence", spec.summary)
    place.expect("family", isinstance(spec.family, Family), "a Family", spec.family)
    place.expect("tables", any(True for _ in trial.seatings()), f"a seat in {trial.game.spec.name}", "none")
    spelled = spell(agent)
    again = dataclasses.replace(agent, **parse(spelled).parameters)
    place.expect_equal("the agent of its spelling", agent, again)
    if spec.name in entries("agent"):
        place.expect_equal("the agent the registry makes", agent, make_agent(spelled))


@agent_law()
def equal_by_parameters(trial: AgentTrial) -> None:
    """Agents with the same parameters are equal and have the same hash; no agent equals something else."""
    agent, place = trial.agent, trial.place
    again = dataclasses.replace(agent)
    place.expect("an agent with the same parameters", agent == again, agent, again)
    place.expect_equal("its hash", hash(agent), hash(again))
    place.expect_equal("its digest", agent.digest(), again.digest())
    place.expect("comparison with an object", agent != object(), "different", "equal")


@agent_law()
def picklable(trial: AgentTrial) -> None:
    """An agent out of a pickle is equal, and what it opened lazily is not part of the pickle."""
    agent, place = trial.agent, trial.place
    before = len(pickle.dumps(agent))
    trial.play(trial.full_table(), trial.seeds[0])
    again = pickle.loads(pickle.dumps(agent))
    place.expect("the agent out of a pickle", agent == again, agent, again)
    place.expect_equal("its hash", hash(agent), hash(again))
    place.expect_equal("bytes of the pickle after play", before, len(pickle.dumps(agent)))


@agent_law()
def plays_legal_actions_only(trial: AgentTrial) -> None:
    """No fault of any kind, on any seat the agent takes."""
    for seed in trial.seeds:
        for table in (*trial.seatings(), trial.full_table()):
            record = trial.play(table, seed)
            _at(trial, seed).expect_equal("faults", (), record.faults)


def _at(trial: AgentTrial, seed: int) -> Place:
    return dataclasses.replace(trial.place, seed=seed)


def _expect_same(place: Place, what: str, expected: Mapping[str, Any], got: Mapping[str, Any]) -> None:
    for name, value in expected.items():
        place.expect_equal(f"{name} {what}", value, got[name])


@agent_law(_deterministic)
def same_seed_same_play(trial: AgentTrial) -> None:
    """The same seeds give the same play; only agents that declare `deterministic` promise it."""
    for seed in trial.seeds:
        first, second = (essence(trial.play(trial.full_table(), seed)) for _ in range(2))
        _expect_same(_at(trial, seed), "of a second play", first, second)


@agent_law(_deterministic)
def nothing_leaks_between_matches(trial: AgentTrial) -> None:
    """A match is the same whether or not the agent has played others before."""
    fresh = pickle.dumps(trial.agent)
    for seed in trial.seeds:
        expected = essence(trial.play(trial.full_table(pickle.loads(fresh)), seed))
        worn = pickle.loads(fresh)
        for other in (seed + 100, seed + 101):
            trial.play(trial.full_table(worn), other)
            got = essence(trial.play(trial.full_table(worn), seed))
            _expect_same(_at(trial, seed), "after other matches", expected, got)


@agent_law(_deterministic)
def two_matches_equal_two_processes(trial: AgentTrial) -> None:
    """Two matches in one process are those of two processes of their own."""
    calls = [(trial.game, trial.full_table(), seed, trial.granted()) for seed in trial.seeds[:2]]
    here = [played(*call) for call in calls]
    for seed, record, other in zip(trial.seeds, here, elsewhere(played, calls), strict=False):
        _expect_same(_at(trial, seed), "in another process", essence(record), essence(other))


@agent_law(_deterministic)
def saved_and_loaded_plays_the_same(trial: AgentTrial) -> None:
    """An agent out of a pickle, and a copy, play the same."""
    seed = trial.seeds[0]
    expected = essence(trial.play(trial.full_table(), seed))
    for what, again in (
        ("a pickle", pickle.loads(pickle.dumps(trial.agent))),
        ("a copy", copy.copy(trial.agent)),
    ):
        got = essence(trial.play(trial.full_table(again), seed))
        _expect_same(_at(trial, seed), f"of {what}", expected, got)


@agent_law(_deterministic)
def plays_on_after_close(trial: AgentTrial) -> None:
    """`close` frees what was opened lazily; the agent can play again afterwards, and plays the same."""
    seed = trial.seeds[0]
    expected = essence(trial.play(trial.full_table(), seed))
    trial.agent.close()
    trial.agent.close()
    _expect_same(_at(trial, seed), "after close", expected, essence(trial.play(trial.full_table(), seed)))


@agent_law()
def play_leaves_the_agent_alone(trial: AgentTrial) -> None:
    """Parameters, digest and hash are the same before and after play."""
    agent, place = trial.agent, trial.place
    before = (codec.canonical(agent.parameters()), agent.digest(), hash(agent))
    for seed in trial.seeds:
        trial.play(trial.full_table(), seed)
    after = (codec.canonical(agent.parameters()), agent.digest(), hash(agent))
    place.expect_equal("parameters, digest and hash after play", before, after)


@agent_law()
def play_leaves_views_alone(trial: AgentTrial) -> None:
    """`act` does not change the view, nor the legal set, that it is handed."""
    watched = _Watched(trial.agent, trial.place)
    for seed in trial.seeds[:1]:
        record = trial.play(trial.full_table(watched), seed)
        for fault in record.faults:
            _at(trial, seed).expect(
                "what act was handed", "LawBroken" not in fault.message, "unchanged", fault.message
            )


@dataclasses.dataclass(frozen=True)
class _Watched(Agent):
    """Another agent whose turns are looked at before and after."""

    agent: Agent
    place: Place

    @property
    def spec(self) -> Any:
        return self.agent.spec

    def sit(self, seat: Seat) -> Player:
        return _WatchedPlayer(self.agent.sit(seat), self.place)

    def digest(self) -> str:
        return self.agent.digest()


class _WatchedPlayer(Player):
    def __init__(self, player: Player, place: Place) -> None:
        self._player = player
        self._place = place

    def act(self, turn: Turn) -> Any:
        key = turn.seat.game.key
        before = (key(turn.view), turn.legal.expected())
        action = self._player.act(turn)
        self._place.expect_equal(
            "view and legal set after act", before, (key(turn.view), turn.legal.expected())
        )
        return action


@agent_law(_deterministic)
def many_at_once_equal_one_by_one(trial: AgentTrial) -> None:
    """`act_many` answers each turn as `act` does: matches side by side are those played one by one."""
    table = trial.full_table()
    tables = [Lineup(table, seed) for seed in (*trial.seeds, 50, 51)]
    together = play_lockstep(trial.game, tables, conditions=trial.granted())
    for lineup, record in zip(tables, together, strict=True):
        alone = essence(trial.play(table, lineup.seed))
        _expect_same(_at(trial, lineup.seed), "side by side", alone, essence(record))


@agent_law(lambda trial: trial.agent.spec.access is not Access.VIEW)
def keeps_a_budget_of_one_simulation(trial: AgentTrial) -> None:
    """Under a budget of one simulation a decision draws one world at most, says no more, and is still legal."""
    game, drawn = _counting(trial.game)
    counted = dataclasses.replace(trial, game=game)
    seed = trial.seeds[0]
    place = _at(trial, seed)
    for table in trial.seatings():
        drawn.clear()
        record = counted.play(table, seed, Budget(simulations=1))
        place.expect_equal("faults under a budget of one simulation", (), record.faults)
        most = record.decisions[table.index(trial.agent)]
        place.expect("worlds drawn", len(drawn) <= most, f"at most {most}, one a decision", len(drawn))
        for number, thoughts in record.thoughts.items():
            told = thoughts.get("simulations", 1) if isinstance(thoughts, Mapping) else 1
            place.expect(f"simulations told of action {number}", told <= 1, "at most 1", told)


def _counting(game: Any) -> tuple[Any, list[int]]:
    """The same game, which notes for whom a world is drawn from it."""
    drawn: list[int] = []
    if not hasattr(game, "determinize"):
        return game, drawn

    def determinize(self: Any, view: Any, player: int, rng: Any) -> Any:
        drawn.append(player)
        return type(game).determinize(self, view, player, rng)

    counting = copy.copy(game)
    kind = type(type(game).__name__, (type(game),), {"determinize": determinize})
    object.__setattr__(counting, "__class__", kind)
    return counting, drawn
