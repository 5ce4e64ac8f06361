"""The laws of agents hold for sound agents, and each law catches an agent that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import broken_agents as broken
import pytest
from hidden_cards import HiddenCards
from nim_pile import NimPile, PileTaker
from shadow_machine import Core, ShadowMachine
from tax_town import TaxTown
from word_quest import WordQuest

from arena.agent import Agent
from arena.errors import LawBroken
from arena.game import Game
from arena.testing import AGENT_LAWS, AgentTrial, Uniform, check_agent

CARDS: Final = HiddenCards(3)

MUTANTS: Final[list[tuple[str, Callable[[], Agent], str]]] = [
    ("facts_are_sound", broken.Wordless, "summary: expected a sentence"),
    ("equal_by_parameters", broken.Unequal, "an agent with the same parameters"),
    ("picklable", broken.Unpicklable, "pickle"),
    ("picklable", broken.Hoarding, "bytes of the pickle after play"),
    ("plays_legal_actions_only", broken.Illegal, "illegal action 'no such action'"),
    ("same_seed_same_play", broken.Lying, "of a second play"),
    ("nothing_leaks_between_matches", broken.Remembering, "after other matches"),
    ("two_matches_equal_two_processes", broken.Hashing, "in another process"),
    ("saved_and_loaded_plays_the_same", broken.Unsaved, "of a pickle"),
    ("plays_on_after_close", broken.Closing, "after close"),
    ("play_leaves_the_agent_alone", broken.Learning, "parameters, digest and hash after play"),
    ("many_at_once_equal_one_by_one", broken.Mixed, "side by side"),
    ("keeps_a_budget_of_one_simulation", broken.Greedy, "at most 2, one a decision, got 10"),
    ("keeps_a_budget_of_one_simulation", broken.Boasting, "simulations told of action"),
]


@pytest.mark.parametrize("game", [CARDS, ShadowMachine(), TaxTown(), WordQuest(), NimPile()], ids=str)
def test_uniform_play_obeys_every_law(game: Game[Any, Any, Any]) -> None:
    """The agent that the laws seat on the other chairs obeys them itself, in games of every kind."""
    assert len(check_agent(Uniform(), game)) >= 11
    assert Core.open_now == 0


def test_sound_agents_obey_every_law() -> None:
    """What the mutants are made of breaks no law; all laws are checked on it."""
    checked = {*check_agent(broken.Sound(), CARDS), *check_agent(broken.Tight(), CARDS)}
    assert checked == set(AGENT_LAWS)
    check_agent(PileTaker(), NimPile())


@pytest.mark.parametrize(("law", "make", "message"), MUTANTS)
def test_each_law_catches_a_mutant(law: str, make: Callable[[], Agent], message: str) -> None:
    """An agent that breaks a law is found out by that law."""
    with pytest.raises(LawBroken, match=message) as caught:
        check_agent(make(), CARDS, laws=[law])
    assert f"law {law!r} broken by " in str(caught.value)


def test_writing_into_a_view_is_caught() -> None:
    """An agent that changes what it is handed breaks the law, in a game whose views can be changed."""
    with pytest.raises(LawBroken, match="view and legal set after act"):
        check_agent(broken.Scribbling(), TaxTown(), laws=["play_leaves_views_alone"])


def test_no_law_is_without_a_mutant() -> None:
    """A law that nothing can break is no law."""
    assert {law for law, _, _ in MUTANTS} | {"play_leaves_views_alone"} == set(AGENT_LAWS)


def test_laws_of_determinism_ask_only_who_promises() -> None:
    """An agent that says that it is not deterministic is asked for legal play, not for the same play."""

    class Honest(broken.Lying):
        """Says what it is."""

        @property
        def spec(self) -> Any:
            from dataclasses import replace

            return replace(super().spec, deterministic=False)

    trial = AgentTrial(Honest(), CARDS)
    asked = {name for name, law in AGENT_LAWS.items() if law.applies(trial)}
    assert "plays_legal_actions_only" in asked
    assert not asked & {
        "same_seed_same_play",
        "nothing_leaks_between_matches",
        "many_at_once_equal_one_by_one",
    }
