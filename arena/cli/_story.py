"""A match told move by move, as text: while it is played, and again from its record."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from arena.conditions import Fault
from arena.game import Game, Outcome

if TYPE_CHECKING:
    from rich.console import Console

    from arena.scene import Scene

__all__ = ["Look", "Retelling", "Story", "number", "player_name", "scene_text"]


class Look(Protocol):
    """A moment that can be looked at, such as `arena.replay.Moment`."""

    def scene(self, viewpoint: Any) -> Scene:
        """What is to be seen, where the game is drawable."""

    def describe(self, player: int) -> str:
        """The view of a player as text."""


class Retelling:
    """A running match made again from its deal and its actions so far.

    It steps a state of its own, so that whoever watches a match learns who acted, also where stand-ins play on, and needs
    nothing from the referee but the list of actions.

    Args:
        game: the rules.
        seed: the deal.
    """

    def __init__(self, game: Game[Any, Any, Any], seed: int) -> None:
        self.game = game
        self.ply = 0
        """The number of actions taken so far."""
        self._state = game.init(seed)

    def follow(self, actions: Sequence[Any]) -> Iterator[tuple[int, dict[int, Any]]]:
        """Play on through all of a match's `actions` so far.

        Yields:
            The ply of every new step and what each actor did, when it has been taken.
        """
        while self.ply < len(actions):
            ply, actors = self.ply, self.game.actors(self._state)
            taken = dict(zip(actors, actions[ply:], strict=False))
            self._state = self.game.step(self._state, taken)
            self.ply += len(actors)
            yield ply, taken

    def scene(self, viewpoint: Any) -> Scene:
        """What is to be seen, where the game is drawable."""
        scene: Scene = self.game.scene(self._state, viewpoint)  # type: ignore[attr-defined]
        return scene

    def describe(self, player: int) -> str:
        """The view of a player as text."""
        return self.game.describe(self.game.view(self._state, player))

    def close(self) -> None:
        """Free the state."""
        self.game.close(self._state)


class Story:
    """Prints a match to a console, one line a move.

    Args:
        console: where it is told.
        game: the rules.
        agents: who sits where, by spelling.
        viewpoint: ``"public"``, ``"open"`` or a player's number: whose knowledge is shown.
        scenes: whether what is to be seen is printed after every step, not only at the beginning and the end.
    """

    def __init__(
        self,
        console: Console,
        game: Game[Any, Any, Any],
        agents: Sequence[str],
        viewpoint: Any,
        *,
        scenes: bool,
    ) -> None:
        self.console = console
        self.game = game
        self.agents = agents
        self.viewpoint = viewpoint
        self.scenes = scenes
        self._moves = 0
        self._widest = max(len(player_name(agents, player)) for player in range(len(agents)))

    def head(self, seed: int) -> None:
        """Who plays what."""
        from arena.spelling import spell

        spec = self.game.spec
        self.console.print(f"{spec.title}: {spell(self.game)}, seed {seed}", style="bold")
        for player, role in enumerate(spec.roles):
            aside = f", {role}" if len(set(spec.roles)) > 1 else ""
            self.console.print(f"  player {player_name(self.agents, player)}{aside}")
        self.console.print()

    def scene(self, look: Look, *, over: bool = False) -> None:
        """What is to be seen at this moment; everything when the match is over."""
        text = (over and scene_text(self.game, look, "open")) or scene_text(self.game, look, self.viewpoint)
        if self._moves:
            self.console.print()
        for line in text.splitlines():
            self.console.print(f"      {line}", style="dim")
        if text:
            self.console.print()

    def step(self, ply: int, actions: Mapping[int, Any]) -> None:
        """What each actor does; plies count from 1 in text."""
        self._moves += len(actions)
        for place, (player, action) in enumerate(actions.items(), start=1):
            who = player_name(self.agents, player).ljust(self._widest)
            self.console.print(f"{ply + place:>4}  {who}  {self.game.say(action)}")

    def fault(self, fault: Fault) -> None:
        """A failure; a stand-in plays on."""
        who = player_name(self.agents, fault.player)
        self.console.print(
            f"      {who}: {fault.kind.value} ({fault.message}); a stand-in plays on", style="red"
        )

    def thoughts(self, player: int, thoughts: Mapping[str, Any]) -> None:
        """What a player told of a decision."""
        from arena.cli._console import rows

        self.console.print(f"{player_name(self.agents, player)} thought", style="bold")
        self.console.print(rows((f"  {name}", str(value)) for name, value in thoughts.items()))

    def end(self, outcome: Outcome, scores: Sequence[float]) -> None:
        """How it ended, and what each player got."""
        from arena.cli._console import numbers

        self.console.print(f"{outcome.reason}{' (truncated)' if outcome.truncated else ''}\n", style="bold")
        columns = {
            m.name: outcome.metrics[m.name] for m in self.game.spec.metrics if m.name in outcome.metrics
        }
        if tuple(scores) != tuple(outcome.metrics.get(self.game.spec.primary.name, ())):
            columns = {"score": tuple(scores), **columns}  # after a penalty
        told = {name: values for name, values in columns.items() if not all(map(math.isnan, values))}
        cells = {
            player_name(self.agents, player): [number(values[player]) for values in told.values()]
            for player in range(len(self.agents))
        }
        names = [name.replace("_", " ") for name in told]
        self.console.print(numbers("", names, cells, fold=True)[0])


def player_name(agents: Sequence[str], player: int) -> str:
    """How a player is called in text: the number, from 0 as in the games' own words, and who sits there."""
    return f"{player} {agents[player]}"


def scene_text(game: Game[Any, Any, Any], look: Look, viewpoint: Any) -> str:
    """What is to be seen from `viewpoint`, in words; empty where the game has no scenes and the viewpoint is no player."""
    from arena.capabilities import Drawable

    if isinstance(game, Drawable):
        return look.scene(viewpoint).text
    return look.describe(viewpoint) if isinstance(viewpoint, int) else ""


def number(value: float) -> str:
    """A score in few digits: ``12``, ``-3.5``, ``0.333``; ``-`` where it is undefined."""
    if math.isnan(value):
        return "-"
    return f"{value:g}" if float(value).is_integer() else f"{value:.3g}"
