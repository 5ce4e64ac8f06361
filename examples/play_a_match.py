"""Play one match of Dhumbal between two agents, read how it ended, and play its record again."""

from __future__ import annotations

from arena.play import play
from arena.record import read_records, write_records
from arena.registry import make_agent, make_game
from arena.replay import verify


def main() -> None:
    game = make_game("dhumbal(players=2, rules=np10)")
    record = play(game, [make_agent("greedy"), make_agent("aggressive")], seed=7)

    print(
        f"{record.seats[0].agent} {record.scores[0]:+g} coins, {record.seats[1].agent} {record.scores[1]:+g} coins"
    )
    print(f"ended by {record.outcome.reason} after {record.steps} steps")

    data = write_records([record])
    (again,) = read_records(data)
    verify(again)
    print(f"{len(data)} bytes hold the match; played again, every view was the same")


if __name__ == "__main__":
    main()
