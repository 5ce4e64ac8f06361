"""OpenSpiel's games in the arena: same trees, same chance from the same seed, and worlds that tell nothing."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest
from toy_poker import Leduc

from agents.random.agent import Random
from agents.search.ismcts import ISMCTS
from agents.search.mcts import MCTS
from agents.search.montecarlo import MonteCarlo
from arena import streams
from arena.adapters.openspiel_import import OpenSpielGame, SearchableOpenSpielGame, openspiel
from arena.adapters.pettingzoo_aec import ArenaAEC
from arena.agent import Agent
from arena.capabilities import capabilities
from arena.errors import IllegalAction, MissingExtra, NotCapable, UnknownName
from arena.exact import SequenceForm, solve
from arena.game import Dynamics, Information, Utility
from arena.play import play
from arena.testing import check_game

pytest.importorskip("pyspiel")


@pytest.mark.parametrize(
    ("name", "value", "sets"), [("kuhn_poker", -1 / 18, 6), ("leduc_poker", -0.0856064, 468)]
)
def test_imported_games_have_the_known_solutions(name: str, value: float, sets: int) -> None:
    """The whole tree goes through `Enumerable` and comes out with the figures of the literature."""
    form = SequenceForm.of(openspiel(name))
    assert len(form.sets[0]) == sets
    assert solve(form).value == pytest.approx(value, abs=1e-6)


TURNS, AT_ONCE = Dynamics.TURNS, Dynamics.SIMULTANEOUS
OPEN, HIDDEN = Information.PERFECT, Information.IMPERFECT


@pytest.mark.parametrize(
    ("name", "facts", "guessable"),
    [
        ("kuhn_poker(players=3)", (3, TURNS, HIDDEN, Utility.ZERO_SUM), True),
        ("tic_tac_toe", (2, TURNS, OPEN, Utility.ZERO_SUM), True),
        ("backgammon", (2, TURNS, OPEN, Utility.ZERO_SUM), True),
        ("liars_dice", (2, TURNS, HIDDEN, Utility.ZERO_SUM), False),
        ("python_kuhn_poker", (2, TURNS, HIDDEN, Utility.ZERO_SUM), False),
        ("goofspiel(num_cards=4)", (2, AT_ONCE, OPEN, Utility.ZERO_SUM), True),
        ("tiny_hanabi", (2, TURNS, HIDDEN, Utility.IDENTICAL), False),
        ("matrix_pd", (2, AT_ONCE, OPEN, Utility.GENERAL), True),
    ],
)
def test_facts_and_whole_matches(name: str, facts: tuple[Any, ...], guessable: bool) -> None:
    """What OpenSpiel says of a game, and matches of random play: without faults, within bounds, the same again."""
    game = openspiel(name)
    spec = game.spec
    assert (spec.players, spec.dynamics, spec.information, spec.utility) == facts
    assert ("determinizable" in capabilities(game)) == guessable
    for seed in range(3):
        record, again = (play(game, [Random()] * spec.players, seed) for _ in range(2))
        assert not record.faults
        assert (record.actions, record.digests) == (again.actions, again.digests)
        assert all(spec.returns[0] <= value <= spec.returns[1] for value in record.scores)
        if spec.utility is Utility.ZERO_SUM:
            assert sum(record.scores) == pytest.approx(0.0)


def test_chance_is_drawn_by_its_probabilities() -> None:
    """The first card of Kuhn poker over 3000 seeds, and the public card of Leduc after one history."""
    cards = Counter(openspiel("kuhn_poker").init(seed).state.history()[0] for seed in range(3000))
    assert all(abs(count - 1000) < 4 * (3000 * 2 / 9) ** 0.5 for count in cards.values())
    game, public = openspiel("leduc_poker"), Counter[int]()
    for seed in range(1200):
        match = game.step(game.step(game.copy(_leduc(game), seed), {0: 1}), {1: 1})
        public[match.state.history()[-1]] += 1
    assert set(public) == {1, 3, 4, 5}
    assert all(abs(count - 300) < 4 * 15 for count in public.values())


def _leduc(game: OpenSpielGame) -> Any:
    match = game.init(0)
    state = match.state.get_game().new_initial_state()
    state.apply_action(2)
    state.apply_action(0)
    match.state = state
    return match


@pytest.mark.parametrize(
    "name", ["kuhn_poker", "leduc_poker", "tic_tac_toe", "backgammon", "kuhn_poker(players=3)"]
)
def test_worlds_fit_what_is_known_and_differ(name: str) -> None:
    """At every turn of a match: the determinized view has the same key; hidden cards vary."""
    game = openspiel(name)
    assert isinstance(game, SearchableOpenSpielGame)
    rng = streams.generator(1)
    match, worlds = game.init(5), set()
    for _ in range(30):
        if not game.actors(match):
            break
        (player,) = game.actors(match)
        view = game.view(match, player)
        for _ in range(8):
            guess = game.determinize(view, player, rng)
            assert game.key(game.view(guess, player)) == game.key(view)
            worlds.add(str(guess.state))
        match = game.step(match, {player: game.legal(match, player).sample(rng)})
    assert len(worlds) > 2


def test_the_world_in_a_view_tells_nothing_of_the_hidden_card() -> None:
    """Leduc poker: over many seeds, the card that the view's world gives the rival does not depend on the true one."""
    game = openspiel("leduc_poker")
    guessed = {0: Counter[int](), 5: Counter[int]()}
    for truth, found in guessed.items():
        for seed in range(500):
            match = game.copy(game.init(0), seed)
            state = match.state.get_game().new_initial_state()
            state.apply_action(2)
            state.apply_action(truth)
            match.state = state
            world = game.view(match, 0).world
            assert world is not None
            found[match.state.get_game().deserialize_state(world).history()[1]] += 1
    for card in (0, 1, 3, 4, 5):
        for found in guessed.values():
            assert abs(found[card] - 100) < 4 * (500 * 0.2 * 0.8) ** 0.5


def test_search_plays_them() -> None:
    """Noughts and crosses is not lost to random play; poker for three is finished; what is hidden for good is refused."""
    agents: list[Agent] = [MCTS(simulations=150), Random()]
    for seed in range(3):
        assert play(openspiel("tic_tac_toe"), agents, seed).scores[0] >= 0
    three = [ISMCTS(simulations=30), MCTS(simulations=30), MonteCarlo(simulations=30)]
    assert not play(openspiel("kuhn_poker(players=3)"), three, 1).faults
    assert not play(openspiel("leduc_poker"), three[:2], 1).faults
    with pytest.raises(NotCapable, match="it needs a game that is determinizable"):
        play(openspiel("liars_dice"), [MCTS(), MCTS()], 1)
    game = openspiel("kuhn_poker")
    assert isinstance(game, SearchableOpenSpielGame)
    match = game.init(0)
    for action in (1, 1):
        match = game.step(match, {game.actors(match)[0]: action})
    with pytest.raises(NotCapable, match=r"expected a view of a running match, got '.*' of player 1"):
        game.determinize(game.view(match, 1), 1, streams.generator(1))


@pytest.mark.parametrize(
    "name",
    [
        "kuhn_poker(players=3)",
        "leduc_poker",
        "tic_tac_toe",
        "goofspiel(num_cards=4)",
        "liars_dice(numdice=1)",
    ],
)
def test_imported_games_obey_the_laws(name: str) -> None:
    """`arena.testing.check_game`: seeds, legality, rewards, bounds, worlds, copies, text and numbers of actions."""
    # Poker and dice fall before the first decision: no chance is then left to be drawn anew.
    dealt = {"a_copy_with_a_seed_has_new_chance": "all chance is in the deal"}
    check_game(
        openspiel(name),
        seeds=(0, 1),
        expected_failures=dealt if name[0] in "kl" and "leduc" not in name else None,
    )


def test_text_of_views_and_actions() -> None:
    """A view names the choices; an action is read by its number, with or without its name."""
    game = openspiel("leduc_poker")
    match = game.init(3)
    text = game.describe(game.view(match, 0))
    assert text.endswith("1: Call\n2: Raise")
    legal = game.legal(match, 0)
    assert game.read("2: Raise", legal) == game.read("2", legal) == 2
    with pytest.raises(IllegalAction, match="no legal action reads"):
        game.read("0: Fold", legal)


def test_rewards_add_up_to_the_returns_of_the_toy() -> None:
    """The same cards and actions give the same chips as our own Leduc poker."""
    ours, theirs = Leduc(), openspiel("leduc_poker")
    rng = streams.generator(2)
    for seed in range(60):
        match, toy = theirs.init(seed), ours.init(0)
        first, second = match.state.history()
        toy = toy._replace(cards=(first, second))
        total = np.zeros(2)
        while theirs.actors(match):
            (player,) = theirs.actors(match)
            assert ours.actors(toy) == (player,)
            action = theirs.legal(match, player).sample(rng)
            match = theirs.step(match, {player: action})
            total += theirs.rewards(match)
            toy = ours.step(toy, {player: "fcr"[action]})
            if toy.public is not None:
                past = match.state.full_history()
                toy = toy._replace(public=next(move.action for move in past[2:] if move.player < 0))
        assert tuple(total) == ours.rewards(toy) == tuple(match.state.returns())


def test_an_imported_game_is_an_environment() -> None:
    """Through both adapters at once: OpenSpiel's connect four as a PettingZoo environment."""
    env = ArenaAEC(openspiel("connect_four"))
    env.reset(seed=1)
    for _ in range(6):
        observation = env.observe(env.agent_selection)
        assert observation["observation"].shape == (126,)
        env.step(int(np.flatnonzero(observation["action_mask"])[0]))


def test_what_is_no_game_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the nearest name, or the reason, or the extra."""
    with pytest.raises(UnknownName, match="unknown OpenSpiel game 'kuhn_pocker': did you mean 'kuhn_poker'"):
        openspiel("kuhn_pocker")
    with pytest.raises(NotCapable, match="mfg_crowd_modelling cannot be played: it is a mean-field game"):
        openspiel("mfg_crowd_modelling")
    monkeypatch.setitem(sys.modules, "pyspiel", None)
    with pytest.raises(MissingExtra, match="pyspiel is not installed"):
        openspiel("chess")
