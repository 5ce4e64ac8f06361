"""A tournament from Python: plan, play, rank, and the command line that does the same."""

from __future__ import annotations

from arena.contest import Stop
from tournaments.plan import command_line, make_plan
from tournaments.tournament import Tournament


def main() -> None:
    plan = make_plan(
        "dhumbal(players=3, rules=np10)", "random,aggressive,greedy,tuned", seed=1, stop=Stop(blocks=400)
    )
    ranking = Tournament(plan).run()

    print(ranking.final.estimand)
    for row in ranking.final.agents:
        score = row.score
        print(
            f"{row.rank_low}-{row.rank_high}  {row.name:<12} {score.value:+6.2f} [{score.low:+.2f}, {score.high:+.2f}]"
        )
    print(command_line(plan))


if __name__ == "__main__":
    main()
