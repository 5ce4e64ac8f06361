"""Actions and views as text, scenes, encodings."""

from __future__ import annotations

import json

import numpy as np
import pytest
from dhumbal_table import GOLDEN, TRANSCRIPTS, lay, play, transcript, word

from arena.errors import BadInput, BadParameter, IllegalAction
from arena.legal import Listed
from games.dhumbal.cards import ACTIONS_ALL, CALL, STOCK, TAKE
from games.dhumbal.encode import ENCODED, FEATURES, observation_space
from games.dhumbal.game import Dhumbal
from games.dhumbal.rules import PRESETS
from games.dhumbal.text import read_action, say_action

EVERY = Listed(tuple(range(ACTIONS_ALL)))


@pytest.mark.parametrize("name", list(TRANSCRIPTS))
def test_golden_transcripts(name: str) -> None:
    """A match of every preset, readable by a person, is played as written down.

    ``PYTHONPATH=. python tests/helpers/dhumbal_table.py`` writes them anew.
    """
    game, seed = TRANSCRIPTS[name]
    assert transcript(game, seed) == (GOLDEN / f"{name}.txt").read_text()


def test_no_preset_lacks_a_transcript() -> None:
    """A new preset needs one."""
    assert set(PRESETS) <= set(TRANSCRIPTS)


def test_every_action_reads_as_it_is_said() -> None:
    """All 1,554 actions, there and back, also in capitals and with commas."""
    for action in range(ACTIONS_ALL):
        said = say_action(action)
        assert read_action(said, EVERY) == action
        assert read_action(said.upper().replace(" ", ",  "), EVERY) == action


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("discard 7c 8c 9c", "discard 7♣ 8♣ 9♣"),
        ("throw 9c,8c,7c", "discard 7♣ 8♣ 9♣"),
        ("drop 7c8c9c", "discard 7♣ 8♣ 9♣"),
        ("discard TH 10d", "discard 10♦ 10♥"),
        ("discard r* b*", "discard R★ B★"),
        ("take 5d", "take 5♦"),
        ("pick 5♦", "take 5♦"),
        ("take stock", "take stock"),
        ("stock", "take stock"),
        ("draw", "take stock"),
        (" Jhyap ", "call"),
        ("yaniv", "call"),
    ],
)
def test_people_may_write_it_otherwise(text: str, said: str) -> None:
    """ASCII suits, other verbs, any order."""
    assert say_action(read_action(text, EVERY)) == said


def test_bare_cards_mean_what_the_phase_asks_for() -> None:
    """In the taking phase a card is taken, before it is thrown."""
    throwing, taking = Listed((0, 4)), Listed((STOCK, TAKE))
    assert read_action("ac", throwing) == 0
    assert read_action("ac", taking) == TAKE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("discard 7x", "no card reads '7x'"),
        ("discard 1c", "no card reads '1c'"),
        ("discrad kc", "no card reads 'discrad'"),
        ("discard 7c 8d", "expected one card, a set of a rank or a run of a suit, got 'discard 7c 8d'"),
        ("take 7c 8c", "expected one card, got 'take 7c 8c'"),
        ("take 5d", "'take 5♦' is not legal now"),
        ("call", "'call' is not legal now"),
        ("", "expected one card, a set of a rank"),
        ("discard 3c", "did you mean 'discard 3♦'?"),
    ],
)
def test_near_misses_get_help(text: str, message: str) -> None:
    """The error says why, suggests the nearest, and lists what is legal."""
    game = Dhumbal(players=2)
    state = lay(game, ["Kc 3d 9h", "9s"], live="4d", stock="2c")
    with pytest.raises(IllegalAction) as caught:
        game.read(text, game.legal(state, 0))
    assert message in str(caught.value)
    assert "legal: discard 3♦, discard 9♥, discard K♣" in str(caught.value)


@pytest.mark.parametrize("action", [-1, ACTIONS_ALL, True, "call", None])
def test_what_is_no_action_cannot_be_said(action: object) -> None:
    """Numbers outside the table, and things that are no numbers."""
    with pytest.raises(IllegalAction, match="expected an action id from 0 to 1553"):
        say_action(action)  # type: ignore[arg-type]


def test_describe_tells_the_whole_view() -> None:
    """A position made by hand, in words."""
    game = Dhumbal(players=3, rules="np10", coins=50)
    state = lay(game, ["Ac 9d", "9s 3d", "Kd 5h"], live="4d", stock="7c 7d 8h", actor=1)
    state["dead"] = word("Qc Qd")
    state = play(game, state, "discard 9s", "take 4d", "discard Kd", "take stock")
    assert game.describe(game.view(state, 0)).splitlines() == [
        "Round 1, turn 3. Calls at 10 or less.",
        "Your hand: A♣ 9♦ (10 points).",
        "On the table: K♦. Stock: 2 cards.",
        "Open to take: K♦.",
        "Out of play until a reshuffle: 9♠ Q♣ Q♦.",
        "Player 1: 2 cards among them 4♦, threw 9♠, 50 coins.",
        "Player 2: 2 cards, threw K♦, 50 coins.",
        "You are player 0, with 50 coins.",
        "You are to move: call, or discard.",
    ]
    assert "Player 0 is to move." in game.describe(game.view(state, 2))
    state = play(game, state, "call")
    last = game.describe(game.view(state, 1)).splitlines()[-2:]
    assert last == [
        "The last round ended by a wrong call by player 0: player 1 3♦ 4♦, player 2 5♥ 7♣, player 0 A♣ 9♦. Player 1 won it.",
        "The match is over.",
    ]


def test_scenes_are_json_and_tell_no_more_than_they_may() -> None:
    """From a seat one's own hand, publicly backs and known cards only, openly everything."""
    game = Dhumbal(players=2, rules="np10")
    state = lay(game, ["Ac 9d", "9s 3d"], live="4d", stock="7c 7d 8h")
    state = play(game, state, "discard 9d", "take 4d")
    seat, public, opened = (game.scene(state, viewpoint) for viewpoint in (1, "public", "open"))
    for scene in (seat, public, opened):
        assert json.loads(json.dumps(dict(scene.data))) == scene.data
        assert scene.kind == "cards"
        assert (scene.data["live"], scene.data["stock"], scene.data["dead"]) == (["9♦"], 3, 44)
    hands = [[s["cards"] for s in scene.data["seats"]] for scene in (seat, public, opened)]
    assert hands == [
        [["4♦", None], ["3♦", "9♠"]],
        [["4♦", None], [None, None]],
        [["A♣", "4♦"], ["3♦", "9♠"]],
    ]
    assert [s["value"] for s in public.data["seats"]] == [None, None]
    assert [s["to_move"] for s in public.data["seats"]] == [False, True]
    assert "▮" in public.text
    assert seat.text == game.describe(game.view(state, 1))


def test_scenes_mark_the_end_of_a_round() -> None:
    """The call is noteworthy, and all hands lie open."""
    game = Dhumbal(players=2, rules="np10", match="rounds", rounds=2)
    state = play(game, lay(game, ["3c", "9s"], live="4h", stock="Kc"), "call")
    scene = game.scene(state, "public")
    assert scene.highlights == ("call",)
    assert scene.data["result"] == {
        "reason": "a right call",
        "caller": 0,
        "winner": 0,
        "hands": [["3♣"], ["9♠"]],
        "values": [3, 9],
    }
    assert game.scene(play(game, lay(game, ["3c", "2s"], live="4h", stock="Kc"), "call"), 0).highlights == (
        "wrong call",
    )
    assert game.scene(game.init(1), 0).highlights == ()
    with pytest.raises(BadParameter, match="expected a viewpoint from 0 to 1, 'public' or 'open', got 2"):
        game.scene(state, 2)


def test_encoding_of_a_position_made_by_hand() -> None:
    """Every array says what the table in `games.dhumbal.encode` says."""
    game = Dhumbal(players=3, rules="np10", coins=50)
    state = lay(game, ["Ac 9d", "9s 3d", "Kd 5h"], live="4d", stock="7c 7d 8h", actor=1)
    state["coins"][0, :3] = [80, 40, 30]
    state = play(game, state, "discard 9s", "take 4d", "discard Kd")
    found = game.encode(game.view(state, 0))

    def cards(name: str) -> list[int]:
        return [sum(1 << int(c) for c in np.flatnonzero(row)) for row in np.atleast_2d(found[name])]

    assert cards("hand") == [word("Ac 9d")]
    assert cards("open") == cards("live") == [word("9s")]
    assert cards("thrown") == [word("Kd")]
    assert cards("unseen") == [word("3d 5h 7c 7d 8h")]
    assert cards("known")[:3] == [0, word("4d"), 0]
    assert cards("last_thrown")[:3] == [0, word("9s"), word("Kd")]
    assert found["size"].tolist() == pytest.approx([0.4, 0.4, 0.2, 0.0, 0.0])
    assert found["coins"].tolist() == pytest.approx([0.3, -0.1, -0.2, 0.0, 0.0])
    assert found["playing"].tolist() == [1, 1, 1, 0, 0]
    assert found["actor"].tolist() == [0, 0, 1, 0, 0]
    assert found["starter"].tolist() == [0, 1, 0, 0, 0]
    assert found["table"].tolist() == pytest.approx([10 / 64, 1, 1, 3 / 54, 0.01, 399 / 400, 0, 0])
    expected = [0.6, 1.0, 1.0] + [0.0] * 8 + [1, 0, 0, 0] + [1, 0, 0, 0, 0] + [1, 0, 0]
    assert found["rules"].tolist() == pytest.approx(expected)


def test_encodings_lie_in_their_space() -> None:
    """Also of matches with points and jokers, at every step."""
    space = observation_space()
    game = Dhumbal(players=5, rules="yaniv")
    state, rng = game.init(1), np.random.default_rng(1)
    for _ in range(300):
        actors = game.actors(state)
        if not actors:
            break
        for player in range(5):
            found = game.encode(game.view(state, player))
            assert space.contains(found)
            assert {name: part.shape for name, part in found.items()} == dict(FEATURES)
        state = game.step(state, {actors[0]: game.legal(state, actors[0]).sample(rng)})
    assert sum(int(np.prod(shape)) for shape in FEATURES.values()) == ENCODED


def test_numbers_of_actions_are_themselves() -> None:
    """Indexed: the same number means the same cards in every state; what the rules do not use is refused."""
    game = Dhumbal()
    assert all(game.action(game.index(action)) == action for action in range(369))
    with pytest.raises(BadInput, match="expected an action index from 0 to 368, got 369"):
        game.action(369)
    legal = game.legal(game.init(1), 0)
    assert np.flatnonzero(game.mask(legal)).tolist() == list(legal)  # type: ignore[call-overload]
    assert np.flatnonzero(game.mask(Listed((3, CALL)))).tolist() == [3, CALL]
    assert Dhumbal(run_wrap=True).spec.spaces["player"].actions.n == 405  # type: ignore[attr-defined]
    assert Dhumbal(rules="yaniv").spec.spaces["player"].actions.n == ACTIONS_ALL  # type: ignore[attr-defined]
