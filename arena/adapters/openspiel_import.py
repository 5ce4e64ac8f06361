"""Any OpenSpiel game as a game of the arena.

    openspiel("leduc_poker(players=3)")

Chance is drawn from the seed of the match, place by place. Views are OpenSpiel's information states (its observations where
a game has none). Where OpenSpiel can redraw what a player does not know (`State::ResampleFromInfostate`), or where nothing
is hidden, the game is determinizable: a view then carries a world that fits it, drawn anew for the view, from which search
starts; it tells no more than the view does, and is no part of the view's key.

Source: M. Lanctot et al., "OpenSpiel: A Framework for Reinforcement Learning in Games", arXiv 1908.09453.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from arena import codec, streams
from arena.adapters._pyspiel import load_pyspiel
from arena.errors import NotCapable, UnknownName
from arena.game import Dynamics, Game, GameSpec, Information, Metric, Outcome, RoleSpaces, Utility
from arena.legal import Finite, Legal, Listed

__all__ = ["OpenSpielGame", "SearchableOpenSpielGame", "SpielMatch", "SpielView", "openspiel"]


@dataclass(frozen=True)
class SpielView:
    """What a player may know."""

    player: int
    """Who looks."""
    text: str
    """OpenSpiel's information state string, or its observation string."""
    choices: tuple[tuple[int, str], ...]
    """The numbers and names of his legal actions; empty for who does not act."""
    tensor: NDArray[np.float32]
    """float32[N], OpenSpiel's tensor of the same; empty where the game has none."""
    world: str | None
    """A world that fits, as OpenSpiel serializes it; None where it can draw none, as for hidden cards of a match that is
    over."""


class SpielMatch:
    """The state of a match: OpenSpiel's, past all chance, and the key of the chance to come."""

    __slots__ = ("before", "key", "state")

    def __init__(self, state: Any, key: streams.Key, before: tuple[float, ...]) -> None:
        self.state = state
        self.key = key
        self.before = before
        """The returns before the last step."""


def openspiel(game: str = "kuhn_poker") -> OpenSpielGame:
    """The OpenSpiel game that `game` spells, as `pyspiel.load_game` reads it.

    Raises:
        MissingExtra: if OpenSpiel is not installed.
        UnknownName: if it has no such game.
        NotCapable: if it is a mean-field game.
    """
    plain = OpenSpielGame(game)
    return SearchableOpenSpielGame(game) if _guessable(plain) else plain


@dataclass(frozen=True)
class OpenSpielGame(Game[SpielMatch, SpielView, int]):
    """An OpenSpiel game; made by `openspiel`."""

    game: str = "kuhn_poker"
    """The game's name and parameters, as OpenSpiel spells them."""

    classes: ClassVar[tuple[type, ...]] = (SpielView,)

    @property
    def spec(self) -> GameSpec:
        """Facts about the game.

        Raises:
            MissingExtra: if OpenSpiel is not installed.
            UnknownName: if it has no such game.
            NotCapable: if it is a mean-field game.
        """
        return _spec(self.game)

    def init(self, seed: int) -> SpielMatch:
        """The first decision of the match that `seed` stands for."""
        rules = _rules(self.game)
        return self._settled(rules.new_initial_state(), streams.root_key(seed), (0.0,) * rules.num_players())

    def actors(self, state: SpielMatch) -> tuple[int, ...]:
        """Who must act now."""
        spiel = state.state
        if spiel.is_terminal():
            return ()
        if spiel.is_simultaneous_node():
            return tuple(player for player in range(spiel.num_players()) if spiel.legal_actions(player))
        return (int(spiel.current_player()),)

    def view(self, state: SpielMatch, player: int) -> SpielView:
        """What OpenSpiel lets `player` know."""
        spiel, kind = state.state, _rules(self.game).get_type()
        acts = player in self.actors(state)
        if kind.provides_information_state_string:
            text = spiel.information_state_string(player)
        else:
            text = spiel.observation_string(player) if kind.provides_observation_string else ""
        names = (
            [(int(a), str(spiel.action_to_string(player, a))) for a in spiel.legal_actions(player)]
            if acts
            else []
        )
        return SpielView(player, text, tuple(names), _tensor(kind, spiel, player), self._world(state, player))

    def legal(self, state: SpielMatch, player: int) -> Legal[int]:
        """The numbers of the legal actions."""
        return Listed(tuple(int(action) for action in state.state.legal_actions(player)))

    def step(self, state: SpielMatch, actions: Mapping[int, int]) -> SpielMatch:
        """Play, and draw the chance that follows."""
        spiel, before = state.state, tuple(state.state.returns())
        _apply(spiel, actions)
        return self._settled(spiel, state.key, before)

    def rewards(self, state: SpielMatch) -> tuple[float, ...]:
        """What the returns have grown by."""
        now = state.state.returns()
        return tuple(float(value - had) for value, had in zip(now, state.before, strict=True))

    def outcome(self, state: SpielMatch) -> Outcome | None:
        """How it ended; None while it runs."""
        if not state.state.is_terminal():
            return None
        returns = tuple(float(value) for value in state.state.returns())
        return Outcome(returns, "the game is over", metrics={"points": returns})

    def copy(self, state: SpielMatch, seed: int | None = None) -> SpielMatch:
        """A state of its own; with a `seed`, the chance still to come is drawn anew."""
        key = state.key if seed is None else streams.root_key(seed)
        return SpielMatch(state.state.clone(), key, state.before)

    def describe(self, view: SpielView) -> str:
        """The view as text, and the choices by number."""
        choices = "\n".join(f"{number}: {name}" for number, name in view.choices)
        return "\n".join(part for part in (view.text, choices) if part) or f"player {view.player}"

    def key(self, view: SpielView) -> bytes:
        """The bytes by which two views are equal; what is drawn for the view alone is left out."""
        return codec.canonical((view.player, view.text, view.choices))

    def read(self, text: str, legal: Legal[int]) -> int:
        """The action whose number `text` begins with, so that ``1: Bet`` does as well as ``1``."""
        return super().read(text.partition(":")[0], legal)

    def encode(self, view: SpielView) -> dict[str, NDArray[Any]]:
        """OpenSpiel's tensor."""
        return {"tensor": view.tensor}

    def index(self, action: int) -> int:
        """Actions are numbers already."""
        return action

    def action(self, index: int | tuple[int, ...]) -> int:
        """The same number."""
        return int(index) if isinstance(index, int) else int(index[0])

    def mask(self, legal: Legal[Any]) -> NDArray[np.bool_]:
        """bool[number of distinct actions], True where legal."""
        mask = np.zeros(_rules(self.game).num_distinct_actions(), np.bool_)
        if isinstance(legal, Finite):
            mask[list(legal)] = True
        return mask

    def initial(self) -> Iterator[tuple[float, SpielMatch]]:
        """Every first decision with its probability."""
        state = _rules(self.game).new_initial_state()
        yield from self._branches(state, 1.0, (0.0,) * state.num_players())

    def successors(self, state: SpielMatch, actions: Mapping[int, int]) -> Iterator[tuple[float, SpielMatch]]:
        """Every decision or end that may follow, with its probability."""
        spiel, before = state.state.clone(), tuple(state.state.returns())
        _apply(spiel, actions)
        yield from self._branches(spiel, 1.0, before)

    def _branches(
        self, spiel: Any, chance: float, before: tuple[float, ...]
    ) -> Iterator[tuple[float, SpielMatch]]:
        if not spiel.is_chance_node():
            yield chance, SpielMatch(spiel, streams.root_key(0), before)
            return
        for outcome, share in spiel.chance_outcomes():
            yield from self._branches(spiel.child(outcome), chance * share, before)

    def _settled(self, spiel: Any, key: streams.Key, before: tuple[float, ...]) -> SpielMatch:
        """Draw chance up to the next decision."""
        while spiel.is_chance_node():
            outcomes, chances = zip(*spiel.chance_outcomes(), strict=True)
            # By place in the history, so that what one player does never shifts the chance of another place.
            draw = streams.number(key, "chance", len(spiel.history())) / 2**64 * sum(chances)
            place = int(np.searchsorted(np.cumsum(chances), draw, side="right"))
            spiel.apply_action(int(outcomes[min(place, len(outcomes) - 1)]))
        return SpielMatch(spiel, key, before)

    def _world(self, state: SpielMatch, player: int) -> str | None:
        del state, player
        return None


@dataclass(frozen=True)
class SearchableOpenSpielGame(OpenSpielGame):
    """An OpenSpiel game in which what a player does not know can be redrawn."""

    def determinize(self, view: SpielView, player: int, rng: np.random.Generator) -> SpielMatch:
        """A world that fits the view, the rest and the chance to come drawn at random.

        Raises:
            NotCapable: if OpenSpiel could draw none for the view, as for one of a match that is over.
        """
        if view.world is None:
            raise NotCapable(f"expected a view of a running match, got {view.text!r} of player {view.player}")
        spiel = _rules(self.game).deserialize_state(view.world)
        if self.spec.information is Information.IMPERFECT:
            spiel = spiel.resample_from_infostate(player, rng.random)
        return SpielMatch(spiel, streams.root_key(int(rng.integers(2**63))), tuple(spiel.returns()))

    def _world(self, state: SpielMatch, player: int) -> str | None:
        if self.spec.information is Information.PERFECT:
            return str(state.state.serialize())
        if state.state.is_terminal():
            return None
        place = len(state.state.history())
        rng = streams.stream(state.key, "world", place, player)
        return str(state.state.resample_from_infostate(player, rng.random).serialize())


@cache
def _rules(game: str) -> Any:
    pyspiel = load_pyspiel()
    name = game.partition("(")[0]
    if name.startswith("python_"):
        from open_spiel.python import games  # noqa: F401  # importing registers them
    if name not in pyspiel.registered_names():
        raise UnknownName("OpenSpiel game", name, pyspiel.registered_names())
    rules = pyspiel.load_game(game)
    if rules.get_type().dynamics == pyspiel.GameType.Dynamics.MEAN_FIELD:
        raise NotCapable(f"{game} cannot be played: it is a mean-field game, without single players")
    return rules


@cache
def _spec(game: str) -> GameSpec:
    rules = _rules(game)
    kind, kinds = rules.get_type(), load_pyspiel().GameType
    turns = kind.dynamics == kinds.Dynamics.SEQUENTIAL
    utilities = {kinds.Utility.ZERO_SUM: Utility.ZERO_SUM, kinds.Utility.IDENTICAL: Utility.IDENTICAL}
    size = _tensor_size(rules)
    seen = spaces.Dict({"tensor": spaces.Box(-np.inf, np.inf, (size,), np.float32)}) if size else None
    players = rules.num_players()
    return GameSpec(
        name="openspiel",
        version=1,
        title=kind.long_name,
        summary=f"{kind.long_name}, from OpenSpiel",
        players=players,
        table_sizes=(players,),
        roles=("player",) * players,
        dynamics=Dynamics.TURNS if turns else Dynamics.SIMULTANEOUS,
        information=Information.IMPERFECT
        if kind.information == kinds.Information.IMPERFECT_INFORMATION
        else Information.PERFECT,
        utility=utilities.get(kind.utility, Utility.GENERAL),
        returns=(float(rules.min_utility()), float(rules.max_utility())),
        horizon=int(rules.max_game_length()),
        metrics=(Metric("points", "points", primary=True),),
        spaces={"player": RoleSpaces(spaces.Discrete(rules.num_distinct_actions()), seen)},
        chance=kind.chance_mode != kinds.ChanceMode.DETERMINISTIC,
    )


@cache
def _guessable(game: OpenSpielGame) -> bool:
    if game.spec.information is Information.PERFECT:
        return True
    match = game.init(0)
    try:
        match.state.resample_from_infostate(game.actors(match)[0], lambda: 0.5)
    except (RuntimeError, ValueError):  # OpenSpiel's way to say that a game cannot
        return False
    return True


def _tensor_size(rules: Any) -> int:
    kind = rules.get_type()
    if kind.provides_information_state_tensor:
        return int(rules.information_state_tensor_size())
    return int(rules.observation_tensor_size()) if kind.provides_observation_tensor else 0


def _tensor(kind: Any, spiel: Any, player: int) -> NDArray[np.float32]:
    if kind.provides_information_state_tensor:
        return np.asarray(spiel.information_state_tensor(player), np.float32)
    if kind.provides_observation_tensor:
        return np.asarray(spiel.observation_tensor(player), np.float32)
    return np.zeros(0, np.float32)


def _apply(spiel: Any, actions: Mapping[int, int]) -> None:
    if spiel.is_simultaneous_node():
        # Who has no choice at all is given action 0, as OpenSpiel's own loops do.
        spiel.apply_actions([actions.get(player, 0) for player in range(spiel.num_players())])
    else:
        spiel.apply_action(next(iter(actions.values())))
