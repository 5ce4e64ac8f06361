"""Conditions, errors, facts about games and agents, capabilities: the values that everything else passes around."""

from __future__ import annotations

import ast
import dataclasses
import gc
import inspect
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from broken_games import Spaceless
from hidden_cards import HiddenCards
from misbehaving import Crowd, Keeper, Misbehaving
from nim_pile import NimPile, PileTaker
from shadow_machine import ShadowMachine
from tax_town import TaxTown
from word_quest import WordQuest

from arena import errors
from arena._memo import once_per_object
from arena.agent import Agent, Player, Seat
from arena.capabilities import capabilities
from arena.conditions import Access, Budget, Conditions
from arena.errors import ArenaError, BadParameter, IllegalAction, MissingExtra, UnknownName, nearest
from arena.facts import agent_spec, game_spec, spelling
from arena.game import Game, GameSpec, Metric, Outcome
from arena.learner import Checkpoint, Learner, Task
from arena.legal import InSpace, Text
from arena.play import play
from arena.scene import SCENE_VERSION, Scene


def documented_tree() -> dict[str, str]:
    """Every class in the drawing at the top of errors.py, and the class it hangs from."""
    drawing = (errors.__doc__ or "").split("```")[1].strip().splitlines()
    parents: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in drawing:
        name = re.search(r"[A-Za-z]+", line)
        assert name is not None
        depth = name.start() // 4
        above = above[:depth]
        parents[name.group()] = above[-1][1] if above else "Exception"
        above.append((depth, name.group()))
    return parents


def test_the_error_tree_is_the_documented_one() -> None:
    """The drawing, the exported names, the classes and their bases say the same."""
    parents = documented_tree()
    classes = {
        name: cls
        for name, cls in vars(errors).items()
        if inspect.isclass(cls) and cls.__module__ == "arena.errors"
    }
    assert set(parents) == set(classes) == set(errors.__all__) - {"nearest"}
    for name, cls in classes.items():
        assert cls.__bases__[0].__name__ == parents[name], name
        assert issubclass(cls, ArenaError)
    extra = dict(re.findall(r"(\w+) \((\w+)\)", errors.__doc__ or ""))
    for name, base in extra.items():
        assert base in [cls.__name__ for cls in classes[name].__mro__]


def test_no_other_module_makes_errors_of_its_own() -> None:
    """Every error of the arena stands in the one tree."""
    for path in Path(errors.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and path.name != "errors.py":
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                assert not bases & {"Exception", *errors.__all__}, (path.name, node.name)


def test_errors_say_what_is_nearest_and_survive_a_pickle() -> None:
    """Workers hand errors to their parents by pickle; the words stay the same."""
    unknown = UnknownName("game", "dhumbl", ["dhumbal", "mario"])
    assert str(unknown) == "unknown game 'dhumbl': did you mean 'dhumbal'? (known: dhumbal, mario)"
    assert str(UnknownName("game", "x", [])) == "unknown game 'x': (known: none)"
    missing = MissingExtra("onnxruntime", "train")
    assert str(missing) == "onnxruntime is not installed: pip install 'agent-arena[train]'"
    assert str(pickle.loads(pickle.dumps(unknown))) == str(unknown)
    for cls in (errors.BadPlan, errors.HostFault, errors.LawBroken, errors.CorruptRecord):
        assert str(pickle.loads(pickle.dumps(cls("why")))) == "why"
    assert nearest("Randm", ["random", "greedy"]) == "random"
    assert nearest("zzz", ["random"]) is None


def test_a_missing_extra_survives_a_pickle() -> None:
    """An error whose words are made of its parts is made of them again."""
    missing = MissingExtra("onnxruntime", "train")
    again = pickle.loads(pickle.dumps(missing))
    assert (str(again), again.package, again.extra) == (str(missing), "onnxruntime", "train")


def test_access_is_ordered() -> None:
    """Whoever may look at more may play as one who needs less."""
    order = [Access.VIEW, Access.RULES, Access.STATE]
    for granted in order:
        for needed in order:
            assert granted.allows(needed) == (order.index(needed) <= order.index(granted))


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        (Conditions(budget=Budget(simulations=0)), "expected simulations >= 1, got 0"),
        (Conditions(budget=Budget(seconds=0.0)), "expected seconds > 0, got 0.0"),
        (Conditions(budget=Budget(seconds=float("nan"))), "expected seconds > 0, got nan"),
        (Conditions(retries=-1), "expected retries >= 0, got -1"),
        (Conditions(step_limit=0), "expected step_limit >= 1, got 0"),
        (Conditions(memory_mb=0), "expected memory_mb >= 1, got 0"),
        (Conditions(patience_s=0.0), "expected patience_s > 0, got 0.0"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(conditions: Conditions, message: str) -> None:
    """Each number has its range, and the message names it."""
    with pytest.raises(BadParameter, match=message):
        conditions.check()


def test_conditions_that_make_sense_are_taken() -> None:
    """None means no limit everywhere."""
    Conditions().check()
    Conditions(Access.VIEW, Budget(1, 0.001), retries=3, step_limit=1, patience_s=None, memory_mb=1).check()


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        (HiddenCards(), "determinizable encodable indexed enumerable drawable"),
        (ShadowMachine(), "encodable indexed drawable searchable"),
        (TaxTown(), "indexed drawable"),
        (WordQuest(), "determinizable"),
        (NimPile(), "determinizable indexed batchable blockplayable"),
    ],
)
def test_capabilities_are_those_a_game_has(game: Game[Any, Any, Any], expected: str) -> None:
    """A game has a capability by having its methods."""
    assert set(capabilities(game)) == set(expected.split())


def test_snapshots_are_asked_of_the_parameters() -> None:
    """A game whose copies are not cheap with these parameters is not searchable."""

    class Slow(ShadowMachine):
        @property
        def snapshots(self) -> bool:
            return False

    assert "searchable" not in capabilities(Slow())


def test_facts_are_computed_once_per_object_and_not_kept_alive() -> None:
    """Memory by identity: equal objects have facts of their own, errors are not remembered, nothing is held."""
    asked: list[int] = []

    class Thing:
        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            raise TypeError("unhashable")

    @once_per_object
    def fact(thing: Any) -> int:
        asked.append(id(thing))
        if isinstance(thing, str):
            raise KeyError(thing)
        return len(asked)

    one, other = Thing(), Thing()
    assert (fact(one), fact(other), fact(one)) == (1, 2, 1)
    for _ in range(2):
        with pytest.raises(KeyError, match="again"):
            fact("again")
    assert len(asked) == 4
    kept: Any = fact.__closure__
    (memory,) = (cell.cell_contents for cell in kept if isinstance(cell.cell_contents, dict))
    assert len(memory) == 2
    del one, other
    gc.collect()
    assert len(memory) == 0
    # What cannot be held weakly is computed anew.
    assert fact((1,)) != fact((1,))


def test_facts_are_those_of_the_object() -> None:
    """Spec and spelling as the object says."""
    game, agent = HiddenCards(3), PileTaker(0.25)
    assert game_spec(game) == game.spec
    assert game_spec(game) is game_spec(game)
    assert agent_spec(agent) == agent.spec
    assert spelling(agent) == "pile-taker(skill=0.25)"
    assert spelling(game) == "hidden-cards(players=3)"


def test_a_spec_knows_its_metrics() -> None:
    """The primary one, each by name, and a suggestion for a wrong one."""
    spec: GameSpec = HiddenCards().spec
    assert spec.primary.name == "chips"
    assert spec.metric("won") == Metric("won", "share")
    with pytest.raises(UnknownName, match="unknown metric of hidden-cards 'wonn': did you mean 'won'"):
        spec.metric("wonn")


def test_games_change_their_number_of_players_where_they_can() -> None:
    """The same game for the same number, a new one for another, an error that says which numbers there are."""
    game = HiddenCards(2, rounds=1)
    assert game.with_players(2) is game
    assert game.with_players(4) == HiddenCards(4, rounds=1)
    with pytest.raises(BadParameter, match="hidden-cards is played by 2, 3, 4, 5; got players=9"):
        game.with_players(9)
    with pytest.raises(BadParameter, match="tax-town is played by 4; got players=5"):
        TaxTown().with_players(5)
    assert game.parameters() == {"players": 2, "rounds": 1}


def test_reading_actions_helps_along() -> None:
    """Case and space do not matter, and what reads as nothing is told the nearest action."""
    cards = HiddenCards()
    state = cards.init(1)
    legal = cards.legal(state, 0)
    assert cards.read(" KEEP ", legal) == "keep"
    with pytest.raises(IllegalAction, match="no legal action reads 'swop': did you mean 'swap'"):
        cards.read("swop", legal)
    with pytest.raises(IllegalAction, match=r"no legal action reads 'zzz': \(one of 2: 'keep', 'swap'\)"):
        cards.read("zzz", legal)
    quest = WordQuest()
    assert quest.read(" look around ", Text(20, ("x",))) == "look around"
    with pytest.raises(IllegalAction, match="expected a text of at most 3 characters, got 'look'"):
        quest.read("look", Text(3, ("x",)))


def test_actions_of_endless_sets_are_read_as_plain_data() -> None:
    """Where actions cannot be listed, their text is that of the codec."""
    from gymnasium import spaces

    legal = InSpace(spaces.Discrete(5))
    game = NimPile()
    assert game.read("3", legal) == 3
    for text in ("9", "[", '{"$c": ["os.system", {}]}'):
        with pytest.raises(IllegalAction, match="expected a member of Discrete"):
            game.read(text, legal)


def test_a_seat_deals_its_own_dice() -> None:
    """Two seats with one number have the same dice, each of his own."""
    seats = [Seat(NimPile(), 0, "player", Conditions(), 77) for _ in range(2)]
    draws = [seat.rng.integers(1000, size=5).tolist() for seat in seats]
    assert draws[0] == draws[1]
    assert seats[0].rng is seats[0].rng


def test_agents_are_values() -> None:
    """Equal by parameters, hashable, with a digest of name, version and parameters, pickled without what they opened."""
    assert Misbehaving("crash") == Misbehaving("crash") != Misbehaving("exit")
    assert len({Keeper(), Keeper(), Crowd()}) == 2
    assert Keeper().digest() == Keeper().digest() != Crowd().digest()
    assert len(Keeper().digest()) == 16
    assert Misbehaving("crash").digest() != Misbehaving("exit").digest()
    agent = Keeper()
    object.__setattr__(agent, "opened", object())
    assert pickle.loads(pickle.dumps(agent)).__dict__ == {}
    agent.close()
    assert Agent.parameters(Misbehaving("crash", 2)) == {"how": "crash", "at": 2}


def test_players_are_quiet_by_default() -> None:
    """A player that says nothing has no thoughts, and nothing to close."""
    seat = Seat(HiddenCards(), 0, "player", Conditions(), 1)
    player = Keeper().sit(seat)
    assert isinstance(player, Player)
    assert player.thoughts() is None
    player.close(None)


def test_the_stand_in_of_a_game_is_uniform() -> None:
    """Unless a game knows better."""
    from arena import streams

    cards = HiddenCards()
    state = cards.init(1)
    rng = streams.generator(2)
    drawn = {cards.stand_in(cards.view(state, 0), cards.legal(state, 0), rng) for _ in range(30)}
    assert drawn == {"keep", "swap"}


def test_scenes_and_outcomes_have_defaults() -> None:
    """A scene is of this version and highlights nothing; an outcome is not truncated and measures nothing."""
    assert (Scene("text", {}, "x").version, Scene("text", {}, "x").highlights) == (SCENE_VERSION, ())
    assert (Outcome((1.0,), "over").truncated, Outcome((1.0,), "over").metrics) == (False, {})


def test_learners_hand_out_checkpoints_until_nobody_asks() -> None:
    """Whoever iterates decides when to stop; a checkpoint is an agent that plays, and all that resuming needs."""

    class Counting(Learner):
        def train(self, task: Task, seed: int, resume: Checkpoint | None = None) -> Iterator[Checkpoint]:
            steps = resume.steps if resume else 0
            while True:
                steps += 10
                yield Checkpoint(Misbehaving("crash", steps), steps, {"loss": 1 / steps}, str(steps).encode())

    task = Task((HiddenCards(),), opponents=(Keeper(),))
    training = Counting().train(task, 1)
    first, second = next(training), next(training)
    assert next(Counting().train(task, 1, resume=first)) == second
    assert play(task.games[0], [second.agent, Keeper()], 1).faults == ()
    assert (task.roles, task.data) == ((), {})


def test_truncated_matches_still_have_the_primary_metric() -> None:
    """A limit of steps ends a match with the returns so far, which rankings then read."""
    record = play(TaxTown(), [Misbehaving("crash")] * 4, 1, conditions=Conditions(step_limit=3))
    assert record.outcome.truncated
    assert record.outcome.reason == "cut after 3 steps"
    assert record.outcome.metrics == {"welfare": record.outcome.returns}
    assert record.steps == 3
    assert dataclasses.replace(Spaceless().spec).name == "hidden-cards"
