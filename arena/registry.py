"""The registry: games, agents, learners, schedules, ratings and executors, by entry point.

The built-ins register in the same way as a third party, in ``[project.entry-points."arena.games"]`` and so on. Nothing
is loaded before it is asked for; a name that two distributions claim is refused; a plug-in that fails to load is listed
with its error.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, Final

from arena.agent import Agent, Family
from arena.errors import ArenaError, BadParameter, BrokenPlugin, DuplicateName, UnknownName
from arena.game import Game
from arena.play import misfit
from arena.spelling import Spelling, parse, split

__all__ = [
    "GROUPS",
    "Entry",
    "by_family",
    "entries",
    "entry",
    "fitting_agents",
    "make",
    "make_agent",
    "make_agents",
    "make_game",
    "make_public_agent",
    "required",
]

GROUPS: Final = {
    "game": "arena.games",
    "agent": "arena.agents",
    "learner": "arena.learners",
    "schedule": "arena.schedules",
    "rating": "arena.ratings",
    "executor": "arena.executors",
    "study": "arena.studies",
    # What a game brings for the generic search (agents.search.hooks).
    "accelerator": "arena.accelerators",
    "value": "arena.values",
    "prior": "arena.priors",
    "inference": "arena.inferences",
    # Networks of learned agents that ship (agents.deep.shipped).
    "policy": "arena.policies",
}
"""Each kind of thing and its group of entry points."""


@dataclass(frozen=True)
class Entry:
    """One registered name."""

    kind: str
    """``"game"``, ``"agent"`` ..."""
    name: str
    """The registered name."""
    distribution: str
    """The distribution that registers it."""
    target: str
    """Where it is, as ``module:attribute``."""
    clash: str | None
    """Another distribution that claims the name; None where nobody does."""

    def load(self) -> Callable[..., Any]:
        """The class or function that makes it.

        Raises:
            DuplicateName: if two distributions claim the name.
            BrokenPlugin: if it fails to load; the message carries the error.
        """
        if self.clash:
            first, second = sorted((self.distribution, self.clash))
            raise DuplicateName(f"{self.kind} {self.name!r} is registered by {first} and by {second}")
        return _load(self)

    def problem(self) -> str | None:
        """Why it cannot be used; None where it can."""
        try:
            self.load()
        except ArenaError as error:
            return str(error)
        return None


@cache
def _load(found: Entry) -> Callable[..., Any]:
    point = metadata.EntryPoint(found.name, found.target, GROUPS[found.kind])
    try:
        loaded: Callable[..., Any] = point.load()
    except ArenaError as error:
        raise BrokenPlugin(f"{found.kind} {found.name!r} of {found.distribution}: {error}") from error
    except (Exception, SystemExit) as error:  # whatever a plug-in raises on import
        raise BrokenPlugin(
            f"{found.kind} {found.name!r} of {found.distribution} ({found.target}) fails to load: "
            f"{type(error).__name__}: {error}"
        ) from error
    if not callable(loaded):
        raise BrokenPlugin(
            f"{found.kind} {found.name!r} of {found.distribution} ({found.target}) is no class"
        )
    return loaded


@cache
def entries(kind: str) -> dict[str, Entry]:
    """Every registered name of `kind`, in alphabetical order; nothing is loaded.

    Raises:
        UnknownName: if there is no such kind.
    """
    if kind not in GROUPS:
        raise UnknownName("kind of plug-in", kind, GROUPS)
    found: dict[str, Entry] = {}
    for point in metadata.entry_points(group=GROUPS[kind]):
        distribution = point.dist.name if point.dist else "an unnamed distribution"
        earlier = found.get(point.name)
        if earlier is None:
            found[point.name] = Entry(kind, point.name, distribution, point.value, None)
        elif earlier.distribution != distribution:
            found[point.name] = dataclasses.replace(earlier, clash=distribution)
    return dict(sorted(found.items()))


def entry(kind: str, name: str) -> Entry:
    """The entry called `name`.

    Raises:
        UnknownName: if there is none; the message suggests the nearest.
    """
    known = entries(kind)
    if name not in known:
        raise UnknownName(kind, name, known)
    return known[name]


def required(kind: str, name: str) -> tuple[str, ...]:
    """The parameters without which nothing can be made; none where the maker is no dataclass.

    Raises:
        UnknownName: if the name is not known.
        BrokenPlugin: if it fails to load.
    """
    maker = entry(kind, name).load()
    if not dataclasses.is_dataclass(maker):
        return ()
    missing = dataclasses.MISSING
    return tuple(
        field.name
        for field in dataclasses.fields(maker)
        if field.init and field.default is missing and field.default_factory is missing
    )


def make_public_agent(spelled: str | Spelling) -> Agent:
    """The agent that a stranger's spelling stands for, its parameters checked.

    Raises:
        BadParameter: if such an agent names things of this machine (`Agent.local`); nothing is made or read then.
        BadInput: as `make`.
    """
    spelling = parse(spelled) if isinstance(spelled, str) else spelled
    if getattr(entry("agent", spelling.name).load(), "local", False):
        raise BadParameter(
            f"agent {spelling.name}: expected an agent that strangers may name, this one reads files of the server"
        )
    return make_agent(spelling)


def make(kind: str, spelled: str | Spelling) -> Any:
    """The thing of `kind` that a spelling such as ``ismcts(simulations=2000)`` stands for.

    Raises:
        UnknownName: if the name, or a parameter, is not known.
        BadParameter: if a parameter's value does not do.
        BrokenPlugin: if it fails to load.
    """
    spelling = parse(spelled) if isinstance(spelled, str) else spelled
    maker = entry(kind, spelling.name).load()
    if dataclasses.is_dataclass(maker):
        known = [field.name for field in dataclasses.fields(maker) if field.init]
        for name in spelling.parameters:
            if name not in known:
                raise UnknownName(f"parameter of {kind} {spelling.name}", name, known)
    try:
        return maker(**spelling.parameters)
    except TypeError as error:
        raise BadParameter(f"{kind} {spelling}: {error}") from error


def make_game(spelled: str | Spelling) -> Game[Any, Any, Any]:
    """The game that a spelling stands for, its parameters checked.

    Raises:
        BadInput: as `make`.
    """
    game = make("game", spelled)
    _check_spec("game", spelled, game)
    checked: Game[Any, Any, Any] = game
    return checked


def make_agent(spelled: str | Spelling) -> Agent:
    """The agent that a spelling stands for, its parameters checked.

    Raises:
        BadInput: as `make`.
    """
    agent = make("agent", spelled)
    _check_spec("agent", spelled, agent)
    checked: Agent = agent
    return checked


def _check_spec(kind: str, spelled: str | Spelling, thing: Any) -> None:
    """Ask for the facts, which is where parameters are checked, and name the spelling where a value's type is off."""
    try:
        thing.spec  # noqa: B018
    except TypeError as error:
        raise BadParameter(f"{kind} {spelled}: {error}") from error


def fitting_agents(game: Game[Any, Any, Any]) -> dict[str, Agent]:
    """Every registered automatic agent, with its default parameters, that can play `game`; by family, then by name.

    Left out are broken plug-ins and agents whose extra is absent, of which `entries` and `Entry.problem` tell, and agents
    that cannot be made without parameters.
    """
    found: dict[str, Agent] = {}
    for name in entries("agent"):
        try:
            agent = make_agent(name)
        except ArenaError:
            continue
        if agent.spec.automatic and misfit(agent, game) is None:
            found[name] = agent
    return by_family(found)


def by_family(agents: Mapping[str, Agent]) -> dict[str, Agent]:
    """Agents by their names, in the order of `Family`, then of the names."""
    families = list(Family)
    return dict(sorted(agents.items(), key=lambda item: (families.index(item[1].spec.family), item[0])))


def make_agents(text: str | Iterable[str], game: Game[Any, Any, Any]) -> list[Agent]:
    """The agents that a list such as ``"all"``, ``"@search,tuned"`` or ``"ismcts(simulations=9),random"`` stands for.

    ``all`` is every automatic agent that plays `game`, ``@family`` those of one family; ``-name`` takes one away again.
    Each agent stands once, in the order given.

    Raises:
        UnknownName: if a name or a family is not known.
        BadInput: if the list is empty.
    """
    pieces = split(text) if isinstance(text, str) else list(text)
    chosen: dict[Any, Agent] = {}
    for piece in pieces:
        if piece == "all":
            chosen.update({str(agent): agent for agent in fitting_agents(game).values()})
        elif piece.startswith("@"):
            chosen.update({str(agent): agent for agent in _family(piece[1:], game)})
        elif piece.startswith("-"):
            removed = make_agent(piece[1:])
            chosen = {key: agent for key, agent in chosen.items() if agent != removed}
        else:
            agent = make_agent(piece)
            chosen[str(agent)] = agent
    if not chosen:
        raise BadParameter(f"expected agents, such as 'all' or 'random,@search', got {text!r}")
    return list(chosen.values())


def _family(family: str, game: Game[Any, Any, Any]) -> list[Agent]:
    fitting = fitting_agents(game).values()
    families = sorted({agent.spec.family.value for agent in fitting})
    if family not in families:
        raise UnknownName("family of agents", family, families)
    return [agent for agent in fitting if agent.spec.family.value == family]
