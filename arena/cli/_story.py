"""A match told move by move, as text: while it is played, and again from its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arena.conditions import Fault
from arena.errors import ReplayDiffers
from arena.game import Game, Outcome

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Retelling", "Step", "Story", "number", "scene_text", "seat_name"]


@dataclass(frozen=True)
class Step:
    """One step of a match."""

    ply: int
    """The number of actions taken before it."""
    actions: tuple[tuple[int, Any], ...]
    """Each actor and what he did."""


class Retelling:
    """A match made again from its deal and its actions.

    It steps a state of its own, so that whoever watches a match needs nothing from the referee but the list of actions.

    Args:
        game: the rules.
        seed: the deal.
    """

    def __init__(self, game: Game[Any, Any, Any], seed: int) -> None:
        self.game = game
        self.state = game.init(seed)
        self.ply = 0
        """The number of actions taken so far."""

    def follow(self, actions: Sequence[Any]) -> Iterator[Step]:
        """Play on through all of a match's `actions` so far; yields every new step, after it was taken.

        Raises:
            ReplayDiffers: if an action does not fit the rules.
        """
        while self.ply < len(actions):
            actors = self.game.actors(self.state)
            taken = dict(zip(actors, actions[self.ply : self.ply + len(actors)], strict=False))
            if len(taken) < len(actors) or not actors:
                raise ReplayDiffers(
                    f"expected {len(actors)} actions at ply {self.ply + 1}, got {len(actions) - self.ply} to the end"
                )
            for player, action in taken.items():
                if action not in self.game.legal(self.state, player):
                    raise ReplayDiffers(
                        f"action {action!r} of player {player} at ply {self.ply + 1} is not legal"
                    )
            self.state = self.game.step(self.state, taken)
            step = Step(self.ply, tuple(taken.items()))
            self.ply += len(actors)
            yield step

    def close(self) -> None:
        """Free the state."""
        self.game.close(self.state)


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
        self._widest = max(len(seat_name(agents, player)) for player in range(len(agents)))

    def head(self, seed: int) -> None:
        """Who plays what."""
        from arena.spelling import spell

        spec = self.game.spec
        self.console.print(f"{spec.title}: {spell(self.game)}, seed {seed}", style="bold")
        for player, role in enumerate(spec.roles):
            aside = f", {role}" if len(set(spec.roles)) > 1 else ""
            self.console.print(f"  player {seat_name(self.agents, player)}{aside}")

    def scene(self, state: Any, *, over: bool = False) -> None:
        """What is to be seen at this moment; everything when the match is over."""
        text = (over and scene_text(self.game, state, "open")) or scene_text(self.game, state, self.viewpoint)
        if text:
            self.console.print()
            for line in text.splitlines():
                self.console.print(f"      {line}", style="dim")
        self.console.print()

    def step(self, step: Step, state: Any) -> None:
        """One step, and what is to be seen after it; plies count from 1 in text."""
        for place, (player, action) in enumerate(step.actions):
            who = seat_name(self.agents, player).ljust(self._widest)
            self.console.print(f"{step.ply + place + 1:>4}  {who}  {self.game.say(action)}")
        if self.scenes:
            self.scene(state)

    def fault(self, fault: Fault) -> None:
        """A failure; a stand-in plays on."""
        who = seat_name(self.agents, fault.player)
        self.console.print(
            f"      {who}: {fault.kind.value} ({fault.message}); a stand-in plays on", style="red"
        )

    def thoughts(self, thoughts: Mapping[str, Any] | None) -> None:
        """What a player told of a decision; nothing where he told nothing."""
        if thoughts is None:
            return
        from arena.cli._console import rows

        self.console.print("thoughts", style="bold")
        self.console.print(rows((f"  {name}", str(value)) for name, value in thoughts.items()))

    def end(self, outcome: Outcome, scores: Sequence[float]) -> None:
        """How it ended, and what each player got."""
        from arena.cli._console import table

        self.console.print(f"{outcome.reason}{' (truncated)' if outcome.truncated else ''}\n", style="bold")
        metrics = [m for m in self.game.spec.metrics if m.name in outcome.metrics]
        heads = [m.title or m.name for m in metrics]
        fined = tuple(scores) != tuple(outcome.metrics.get(self.game.spec.primary.name, ()))
        made = table("player", *(["score"] if fined else []), *heads, right=("score", *heads))
        for player in range(len(self.agents)):
            cells = [number(outcome.metrics[m.name][player]) for m in metrics]
            made.add_row(seat_name(self.agents, player), *([number(scores[player])] if fined else []), *cells)
        self.console.print(made)


def seat_name(agents: Sequence[str], player: int) -> str:
    """How a player is called in text: the number, from 0 as in the games' own words, and who sits there."""
    return f"{player} {agents[player]}"


def scene_text(game: Game[Any, Any, Any], state: Any, viewpoint: Any) -> str:
    """What is to be seen from `viewpoint`, in words; empty where the game has no scenes and the viewpoint is no seat."""
    from arena.capabilities import Drawable

    if isinstance(game, Drawable):
        return game.scene(state, viewpoint).text
    if isinstance(viewpoint, int):
        return game.describe(game.view(state, viewpoint))
    return ""


def number(value: float) -> str:
    """A score in few digits: ``12``, ``-3.5``, ``0.333``; ``-`` where it is undefined."""
    if value != value:  # noqa: PLR0124  # NaN
        return "-"
    return f"{value:g}" if float(value).is_integer() else f"{value:.3g}"
