"""An agent in one file: calls as soon as it may, else throws its dearest discard. `arena new agent NAME` makes a package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arena.agent import Agent, AgentSpec, Family, Player, Seat, Turn
from arena.legal import Finite
from arena.play import play
from arena.registry import make_agent, make_game
from arena.testing import check_agent


@dataclass(frozen=True)
class Hasty(Agent):
    """Calls as soon as the rules allow it."""

    patience: int = 0
    """Turns to let pass before the first call."""

    @property
    def spec(self) -> AgentSpec:
        return AgentSpec("hasty", 1, Family.HEURISTIC, "calls as soon as it may", games=("dhumbal",))

    def sit(self, seat: Seat) -> Player:
        return HastyPlayer(self, seat)


class HastyPlayer(Player):
    """One sitting; whatever it remembers ends with the match."""

    def __init__(self, agent: Hasty, seat: Seat) -> None:
        self.agent = agent
        self.game = seat.game

    def act(self, turn: Turn) -> Any:
        assert isinstance(turn.legal, Finite)
        actions = {self.game.say(action): action for action in turn.legal}
        if "call" in actions and turn.ply >= self.agent.patience:
            return actions["call"]
        throws = [text for text in actions if text.startswith("discard")]
        return actions[max(throws, key=len)] if throws else actions["take stock"]


def main() -> None:
    game = make_game("dhumbal(players=3)")
    check_agent(Hasty(), game)  # the laws every agent obeys
    record = play(game, [Hasty(), make_agent("balanced"), make_agent("random")], seed=11)
    for seat, score in zip(record.seats, record.scores, strict=True):
        print(f"{seat.agent:<12} {score:+g} coins")


if __name__ == "__main__":
    main()
