"""Legal sets: what they hold, list, sample, and hand to the rules."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from arena import streams
from arena.errors import BadParameter
from arena.legal import Finite, InSpace, Legal, Listed, Masked, Product, Text

RNG = streams.generator(5)
MASK = np.array([True, False, True, True, False])
FINITE: list[Finite[Any]] = [
    Listed(("call", "draw", ("take", 3))),
    Listed((7,)),
    Masked(MASK),
    Product((Masked(MASK), Listed(("a", "b")))),
    Product(()),
]
NONSENSE: list[Any] = [
    None,
    -1,
    1,
    2**80,
    0.5,
    float("nan"),
    "",
    "cal",
    (),
    [],
    {},
    object(),
    np.zeros(2),
    ("take", [3]),
]


@pytest.mark.parametrize("legal", FINITE, ids=repr)
def test_finite_sets_agree_with_their_listing(legal: Finite[Any]) -> None:
    """Membership, length and order are those of the listing, and nothing else is a member."""
    listed = list(legal)
    assert len(listed) == len(legal) == len(set(listed))
    assert listed == list(legal)
    assert all(action in legal for action in listed)
    for probe in NONSENSE:
        expected = any(type(probe) is type(action) and probe == action for action in listed)
        assert (probe in legal) == expected, probe


@pytest.mark.parametrize("legal", FINITE, ids=repr)
def test_samples_are_uniform(legal: Finite[Any]) -> None:
    """Every action is drawn equally often (chi-square at one in a hundred thousand)."""
    listed = list(legal)
    counts = dict.fromkeys(listed, 0)
    for _ in range(200 * len(listed)):
        counts[legal.sample(RNG)] += 1
    if len(listed) > 1:
        assert stats.chisquare(list(counts.values())).pvalue > 1e-5


def test_a_general_finite_set_samples_by_its_listing() -> None:
    """A set that only lists and counts samples uniformly, and says what it holds."""

    class Evens(Finite[int]):
        def __contains__(self, action: object) -> bool:
            return isinstance(action, int) and 0 <= action < 40 and action % 2 == 0

        def __iter__(self) -> Any:
            return iter(range(0, 40, 2))

        def __len__(self) -> int:
            return 20

    drawn = {Evens().sample(RNG) for _ in range(400)}
    assert drawn == set(Evens())
    assert Evens().expected() == "one of 20: 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, ..."
    assert Evens().own(4) == 4


@pytest.mark.parametrize(
    ("legal", "action", "own"),
    [
        (Listed((1, 2)), np.int64(1), 1),
        (Listed((1, 2)), True, 1),
        (Listed((1, 2)), 2.0, 2),
        (Masked(MASK), np.int32(2), 2),
        (Product((Masked(MASK), Listed((1,)))), (np.int8(3), 1.0), (3, 1)),
        (Text(9, ("go",)), np.str_("west"), "west"),
    ],
)
def test_look_alikes_become_the_set_s_own(legal: Legal[Any], action: Any, own: Any) -> None:
    """What equals a legal action is replaced by it, of the game's own type."""
    assert action in legal
    assert legal.own(action) == own
    assert type(legal.own(action)) is type(own)


def test_masks_cannot_be_written_into() -> None:
    """A player who is handed a mask cannot widen it; the game's own array stays writeable."""
    mask = MASK.copy()
    legal = Masked(mask)
    with pytest.raises(ValueError, match="read-only"):
        legal.mask[1] = True
    assert mask.flags.writeable
    assert True not in legal
    assert 5 not in legal
    assert -1 not in legal


def test_products_are_tuples_of_their_length() -> None:
    """Every part must be in its factor, and there must be as many."""
    legal = Product((Listed(("a", "b")), Masked(MASK)))
    assert list(legal) == list(itertools.product(("a", "b"), (0, 2, 3)))
    for wrong in (("a",), ("a", 1), ("a", 0, 0), ["a", 0], "a0"):
        assert wrong not in legal
    assert legal.expected() == "one of 6: ('a', 0), ('a', 2), ('a', 3), ('b', 0), ('b', 2), ('b', 3)"


@given(st.text(max_size=12))
def test_every_text_up_to_a_length_is_legal(text: str) -> None:
    """Known or not; a sample is a known one."""
    legal = Text(8, ("look", "go west"))
    assert (text in legal) == (len(text) <= 8)
    assert legal.sample(RNG) in ("look", "go west")
    assert 5 not in legal


def test_texts_suggest_the_nearest() -> None:
    """A text near a known one is suggested; without known texts there is nothing to sample."""
    legal = Text(30, ("look", "go west"))
    assert legal.suggest("go wets") == "go west"
    assert legal.suggest("xyzzy") is None
    assert legal.expected() == "a text of at most 30 characters"
    assert "look" in repr(legal)
    with pytest.raises(BadParameter, match="at least one known text"):
        Text(30, ())


def test_spaces_are_left_alone() -> None:
    """A sample depends on the caller's generator only, and an action is a copy of what was handed in."""
    space = spaces.Box(-1, 1, (3,))
    legal = InSpace(space)
    one, other = (legal.sample(streams.generator(3)) for _ in range(2))
    assert one.tolist() == other.tolist()
    assert one in legal
    own = legal.own(one)
    one[:] = 9
    assert own in legal
    assert one not in legal
    assert legal.expected() == f"a member of {space}"
    assert repr(legal).startswith("InSpace(Box")
    for probe in (None, "x", object(), np.zeros(2), [0.0, 0.0], [[1.0], 2.0]):
        assert probe not in legal
    listed = [0.5, 0.25, 0.0]
    assert listed in legal
    assert legal.own(listed).dtype == space.dtype
    assert InSpace(spaces.Discrete(3)).own(2) == 2


def test_sets_that_cannot_answer_say_no() -> None:
    """A space that raises on nonsense holds none of it."""

    class Picky(spaces.Discrete):
        def contains(self, x: Any) -> bool:
            raise TypeError("no")

    assert 1 not in InSpace(Picky(3))


def test_a_set_says_what_it_is() -> None:
    """The default expectation is the set's own repr."""

    class Any5(Legal[int]):
        def __contains__(self, action: object) -> bool:
            return action == 5

        def sample(self, rng: np.random.Generator) -> int:
            return 5

        def __repr__(self) -> str:
            return "Any5"

    assert Any5().expected() == "Any5"
    assert Any5().own(5) == 5
