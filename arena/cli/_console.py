"""Where words go: results to standard output, everything else to standard error, with or without a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

__all__ = ["aside", "fitted", "numbers", "out", "rows", "table"]


_GAP: Final = 2
"""Letters between two columns of numbers."""
_FOLDED: Final = 14
"""Letters a line of a head gets at least before a word in it is broken."""


def out() -> Console:
    """The console of results. Colour only on a terminal, and not under NO_COLOR; 80 columns where there is none."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def aside() -> Console:
    """The console of everything that is no result: progress, hints, warnings."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """An empty table with a line under its head.

    Args:
        columns: the heads.
        right: the heads of columns of numbers, which are never broken.
    """
    from rich import box
    from rich.table import Table

    made = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
    )
    for column in columns:
        numbers = column in right
        # A long name is broken rather than cut.
        made.add_column(
            column,
            justify="right" if numbers else "left",
            no_wrap=numbers,
            overflow="ellipsis" if numbers else "fold",
        )
    return made


def numbers(
    head: str,
    names: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    *,
    room: int = 24,
    fold: bool = False,
) -> tuple[Table, int]:
    """A table of numbers, whose heads are broken where it is narrow, and whose cells never are.

    Args:
        head: what the names are.
        names: the first column.
        columns: the others, by head; underscores stand for spaces.
        room: letters a name gets before it is broken into lines.
        fold: whether heads may be broken within a word.

    Returns:
        The table, and the columns of a terminal that it needs.
    """
    width = min(room, max(map(len, [head, *names])))
    made = table()
    made.padding = (0, 1, 0, 0)
    made.add_column(head, min_width=width, max_width=width, overflow="fold")
    for title, cells in columns.items():
        words = title.replace("_", " ")
        least = [words[:_FOLDED]] if fold else words.split()
        needed = max(map(len, [*cells, *least]))
        lines = textwrap.wrap(words, needed)
        made.add_column("\n".join(lines), justify="right", no_wrap=True)
        width += max(needed, *map(len, lines)) + _GAP
    for place, name in enumerate(names):
        made.add_row(name, *(cells[place] for cells in columns.values()))
    return made, width


def rows(pairs: Iterable[tuple[str, RenderableType]]) -> Table:
    """Names and what they are, side by side without lines."""
    from rich.table import Table

    made = Table.grid(padding=(0, 2))
    made.add_column(style="bold", no_wrap=True)
    made.add_column()
    for name, value in pairs:
        made.add_row(name, value)
    return made


def fitted(
    head: str, names: Sequence[str], columns: Mapping[str, Sequence[str]], room: int
) -> tuple[Table, int]:
    """A table as of `numbers`, without the last columns where it is wider than `room`.

    Returns:
        The table, and how many columns were left out; the first one always stays.
    """
    kept = dict(columns)
    made, width = numbers(head, names, kept)
    while width > room and len(kept) > 1:
        kept.popitem()
        made, width = numbers(head, names, kept)
    return made, len(columns) - len(kept)
