"""The rounds of a tournament in few words: its course as the format has it, or a line a round."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from arena.cli import _figures as figures
from arena.cli._console import rows, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from tournaments.ranking import Ranking, RoundRanking
    from tournaments.schedules.course import Course

__all__ = ["show_rounds", "told_in_short"]


def told_in_short(ranking: Ranking) -> bool:
    """Whether the rounds before the last are parts of a whole that says it all: a course, or a ranking over them."""
    from tournaments.overall import OVERALL

    return ranking.course is not None or ranking.final.title == OVERALL


def show_rounds(console: Console, ranking: Ranking) -> None:
    """Print the course of a tournament, or else its rounds before the last, and what must be known of those."""
    earlier = ranking.rounds[:-1]
    if ranking.course is not None:
        console.print(f"\n{ranking.course.title.capitalize()}", style="bold")
        console.print()
        console.print(_course(ranking.course, console.width))
    elif earlier:
        console.print()
        console.print(_rounds(earlier))
    if lines := _foot(ranking, earlier):
        console.print()
        console.print(rows(lines))


def _course(course: Course, width: int) -> object:
    """The table of a course, without the last columns where it is wider than `width`."""
    columns = list(zip(course.head, zip(*course.rows, strict=True), strict=True))
    numbers = [head for head, cells in columns if all(_is_number(cell) for cell in cells)]
    while len(columns) > 3 and numbers and _width(columns) > width:
        columns.pop()
    made = table(*(head for head, _ in columns), right=numbers)
    for row in zip(*(cells for _, cells in columns), strict=True):
        made.add_row(*row)
    return made


def _width(columns: Sequence[tuple[str, Sequence[str]]]) -> int:
    """Letters of a line, with three between columns."""
    return sum(max(map(len, [head, *cells])) for head, cells in columns) + 3 * (len(columns) - 1)


def _is_number(cell: str) -> bool:
    return cell == "bye" or cell.replace(".", "", 1).isdigit()


def _rounds(earlier: Sequence[RoundRanking]) -> object:
    """A line a round, with the agents in the order of their scores."""
    made = table("round", "blocks", "scores, the best first", right=("round", "blocks"))
    for found in earlier:
        scores = figures.column([row.score for row in found.agents], plain=True)
        places = [f"{row.name} {score.strip()}" for row, score in zip(found.agents, scores, strict=True)]
        made.add_row(str(found.number + 1), f"{found.blocks:,}", ", ".join(places))
    return made


def _foot(ranking: Ranking, earlier: Sequence[RoundRanking]) -> list[tuple[str, str]]:
    """Blocks in all, and the notes and faults of the rounds that are not ranked again in the last table."""
    from tournaments.overall import OVERALL

    if not earlier:
        return []
    whole = ranking.final.title == OVERALL
    stages = [found for found in ranking.rounds if found.title != OVERALL]
    blocks = figures.several(sum(found.blocks for found in stages), "block")
    lines = [("rounds", f"{len(stages)}, {blocks} in all; --json has the ranking of each")]
    counts = Counter(note for found in earlier for note in found.notes if not note.startswith("a bye for"))
    lines += [("note", note) for note, count in counts.items() if count == len(earlier) > 1]
    if not whole:
        faults: Counter[tuple[int, str]] = Counter()
        for found in earlier:
            for fault in found.faults:
                faults[fault.agent, fault.kind] += fault.count
        lines += [
            ("faults", f"{ranking.plan.agents[agent]}, {figures.several(count, kind)} before the last round")
            for (agent, kind), count in sorted(faults.items())
        ]
    return lines
