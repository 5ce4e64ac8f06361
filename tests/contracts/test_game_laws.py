"""The laws of games hold for the toy games, and each law catches a game that breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import broken_games as broken
import pytest
from hidden_cards import HiddenCards
from nim_pile import NimPile, PileTaker
from shadow_machine import Core, ShadowMachine
from tax_town import TaxTown
from word_quest import WordQuest

from arena.errors import LawBroken, UnknownName
from arena.game import Game
from arena.testing import GAME_LAWS, GameTrial, check_game, golden_path, write_golden

TAKERS: Final = (PileTaker(), PileTaker(0.9))
GOLDEN: Final = Path(__file__).parents[1] / "golden_toys"

SOUND: Final[dict[str, tuple[Game[Any, Any, Any], Mapping[str, str]]]] = {
    "cards for 2": (HiddenCards(2), {}),
    "cards for 3": (HiddenCards(3), {}),
    "cards for 4": (HiddenCards(4, rounds=1), {}),
    "machine": (ShadowMachine(), {}),
    "town": (TaxTown(), {}),
    "quest": (WordQuest(), {"a_copy_with_a_seed_has_new_chance": "all chance is in the first word"}),
    "pile": (NimPile(), {}),
}

MUTANTS: Final[list[tuple[str, Game[Any, Any, Any], str]]] = [
    ("facts_are_sound", broken.TwoPrimaries(), "primary metrics: expected exactly one"),
    ("facts_are_sound", broken.Renamed(house=[1]), "unhashable"),
    ("same_seed_same_match", broken.Forgetful(), "at seed 0, step 0: view of player"),
    ("same_match_in_another_process", broken.Hashed(), "seed 0, step"),
    ("over_when_there_is_an_outcome", broken.NeverOver(), "step 4: actors: expected some, got ()"),
    ("over_when_there_is_an_outcome", broken.Descending(), "ascending"),
    ("ends_within_its_horizon", broken.Overlong(), "none after 2 steps"),
    ("rewards_add_up", broken.Unrewarded(), "the sums of rewards"),
    ("returns_stay_in_bounds", broken.Generous(), r"within \[0.0, 0.5\]"),
    ("returns_add_up_as_declared", broken.Tipped(), "a sum of zero"),
    ("metrics_are_as_declared", broken.Unmeasured(), "metrics: expected"),
    ("metrics_are_as_declared", broken.Undefined(), "not sparse"),
    ("chance_is_as_declared", broken.ChancyPile(), "that seeds matter"),
    ("chance_is_as_declared", broken.CertainCards(), "the same for every seed"),
    ("players_are_counted", broken.AnyNumber(), "BadParameter"),
    ("capabilities_are_whole", broken.Spaceless(), "an observation space"),
    ("stepping_a_copy_leaves_the_original_alone", broken.SharedMemory(), "after steps of its copy"),
    ("stepping_a_copy_leaves_the_original_alone", broken.LateCopy(), "the copy: expected"),
    (
        "stepping_the_original_leaves_a_copy_alone",
        broken.Shallow(),
        "two copies after the same step|kept for a step",
    ),
    ("a_copy_with_new_chance_looks_the_same", broken.Redealt(), "a copy with new chance"),
    ("a_copy_with_a_seed_has_new_chance", broken.Foreseen(), "different futures"),
    ("views_stay_as_they_are", broken.Window(), "after writing into a view"),
    ("views_and_actions_are_plain_data", broken.Nameless(), "CardsView"),
    ("legal_sets_accept_their_samples", broken.Skewed(), "'pass'"),
    ("legal_sets_accept_their_samples", broken.Twice(), "different actions"),
    ("illegal_actions_are_refused", broken.Permissive(), "legal set: expected without"),
    (
        "actions_read_as_they_are_said",
        broken.Mumbling(),
        "what 'a card' reads as: expected 'keep', got 'swap'",
    ),
    ("actions_read_as_they_are_said", broken.Guessing(), "what nonsense reads as"),
    ("actions_keep_their_numbers", broken.Misnumbered(), "the action numbered 0"),
    ("actions_keep_their_numbers", broken.Unmasked(), "legal numbers in the mask"),
    ("worlds_fit_the_view", broken.WrongWorlds(), "in a world that fits it"),
    ("worlds_differ", broken.Leaky(), "16 worlds of player 0: expected different ones"),
    ("worlds_differ", broken.BlurredPile(), "views in a world"),
    ("worlds_can_be_played_on", broken.DeadWorlds(), "IndexError"),
    ("seats_learn_nothing_else", broken.TellingSet(), "legal set of player 0 in a world that fits"),
    ("seats_learn_nothing_else", broken.TellingScene(), "public scene"),
    ("views_are_described", broken.Silent(), "printable text"),
    ("scenes_are_plain", broken.Opaque(), "what JSON can hold"),
    ("scenes_are_plain", broken.Wordless(), "words"),
    ("arrays_stay_in_their_space", broken.Outside(), "array 'turn'"),
    ("chances_sum_to_one", broken.Overlikely(), "a sum of 1"),
    ("chances_sum_to_one", broken.OneDeal(), "the one that came among them"),
    ("lanes_equal_matches", broken.RestlessLanes(), "lane"),
    ("lanes_equal_matches", broken.CarelessLanes(), "lane"),
    ("blocks_equal_matches", broken.WrongBlocks(), "returns: expected"),
]


@pytest.mark.parametrize("name", SOUND)
def test_toy_games_obey_every_law(name: str) -> None:
    """Every law that applies holds, and every state that was opened has been closed."""
    game, excuses = SOUND[name]
    agents = TAKERS if isinstance(game, NimPile) else ()
    checked = check_game(game, agents=agents, expected_failures=excuses)
    assert set(excuses) < set(checked)
    assert len(checked) >= 20
    assert Core.open_now == 0


def test_every_law_applies_to_a_toy(tmp_path: Path) -> None:
    """No law is dead: each is checked on at least one toy."""
    trials = [GameTrial(game, agents=TAKERS, golden=tmp_path) for game, _ in SOUND.values()]
    assert {name for name, law in GAME_LAWS.items() if any(map(law.applies, trials))} == set(GAME_LAWS)


@pytest.mark.parametrize(
    ("law", "game", "message"), MUTANTS, ids=lambda value: getattr(value, "__name__", None)
)
def test_each_law_catches_a_mutant(law: str, game: Game[Any, Any, Any], message: str) -> None:
    """A game that breaks a law is found out by that law, with a message that says what is wrong where."""
    with pytest.raises(LawBroken, match=message) as caught:
        check_game(game, laws=[law], agents=TAKERS)
    assert f"law {law!r} broken by {game.spec.name}" in str(caught.value)
    assert Core.open_now == 0


def test_no_law_is_without_a_mutant() -> None:
    """A law that nothing can break is no law; golden transcripts have tests of their own."""
    assert {law for law, _, _ in MUTANTS} | {"plays_its_golden_transcript"} == set(GAME_LAWS)


def test_an_absent_transcript_is_refused(tmp_path: Path) -> None:
    """A game without its golden transcript breaks the law, and the message says how to make one."""
    with pytest.raises(LawBroken, match=r"python -m arena\.testing .* hidden-cards"):
        check_game(HiddenCards(), laws=["plays_its_golden_transcript"], golden=tmp_path)


def test_a_changed_game_parts_from_its_transcript(tmp_path: Path) -> None:
    """The first line that differs is named; a longer file is caught as well."""
    path = write_golden(tmp_path, HiddenCards())
    assert check_game(HiddenCards(), laws=["plays_its_golden_transcript"], golden=tmp_path)
    path.write_text(path.read_text().replace("hold", "have", 1))
    with pytest.raises(
        LawBroken, match=r"line 11 of hidden-cards\.txt: expected .* you are player 0 and have"
    ):
        check_game(HiddenCards(), laws=["plays_its_golden_transcript"], golden=tmp_path)
    write_golden(tmp_path, HiddenCards())
    path.write_text(path.read_text() + "more\n")
    with pytest.raises(LawBroken, match=r"lines of hidden-cards\.txt"):
        check_game(HiddenCards(), laws=["plays_its_golden_transcript"], golden=tmp_path)


@pytest.mark.parametrize(
    "game", [HiddenCards(3), ShadowMachine(), TaxTown(), WordQuest(), NimPile()], ids=str
)
def test_toys_play_their_golden_transcripts(game: Game[Any, Any, Any]) -> None:
    """The toys play as they did when somebody last read their transcripts; the referee's streams are part of that."""
    assert golden_path(GOLDEN, game).exists()
    check_game(game, laws=["plays_its_golden_transcript"], golden=GOLDEN)


def test_an_excuse_that_is_not_needed_is_refused() -> None:
    """An expected failure that does not happen is a failure: excuses do not outlive their reasons."""
    with pytest.raises(LawBroken, match="holds, but was expected to be broken: old news"):
        check_game(HiddenCards(), laws=["rewards_add_up"], expected_failures={"rewards_add_up": "old news"})


def test_unknown_laws_are_refused() -> None:
    """A law by a wrong name is suggested the right one."""
    with pytest.raises(UnknownName, match="did you mean 'rewards_add_up'"):
        check_game(HiddenCards(), laws=["reward_add_up"])
