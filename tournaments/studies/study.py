"""What a study is: sections that play and sections that tell, and the page made of them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from arena.errors import UnknownName

__all__ = ["Scale", "Section", "Study", "Table", "plain", "written"]


def _silent(line: str) -> None:
    del line


@dataclass(frozen=True)
class Scale:
    """How much is played."""

    quick: bool = False
    """Whether counts are small: the same code in seconds, with wide intervals."""
    say: Callable[[str], None] = _silent
    """Told what is going on, a line at a time."""

    def count(self, full: int, quick: int) -> int:
        """One of two counts."""
        return quick if self.quick else full


@dataclass(frozen=True)
class Table:
    """Cells with a head."""

    head: tuple[str, ...]
    """The names of the columns."""
    rows: tuple[tuple[str, ...], ...]
    """Every line, as long as the head."""

    def markdown(self) -> str:
        """The table in Markdown."""
        lines = [self.head, ("---",) * len(self.head), *self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


Block = str | Table
"""A paragraph or a table."""


@dataclass(frozen=True)
class Section:
    """One question of a study."""

    name: str
    """Asked for by ``--only``."""
    title: str
    """Its heading."""
    run: Callable[[Scale, int], Any]
    """Plays at a scale from a seed and returns plain data; the same seed gives the same data, measured times aside."""
    render: Callable[[Any], Sequence[Block]]
    """What there is to say about the data, in order."""


@dataclass(frozen=True)
class Study:
    """A row of sections under a title."""

    name: str
    """The registered name."""
    title: str
    """The heading of the page."""
    summary: str
    """One sentence for listings."""
    about: tuple[str, ...]
    """The first paragraphs of the page."""
    sections: tuple[Section, ...]
    """Every section, in order."""
    sources: tuple[str, ...] = ()
    """What the page refers to, a line each."""

    def section(self, name: str) -> Section:
        """The section called `name`.

        Raises:
            UnknownName: if there is none; the message suggests the nearest.
        """
        for section in self.sections:
            if section.name == name:
                return section
        raise UnknownName(f"section of the study {self.name}", name, [known.name for known in self.sections])

    def chosen(self, only: str | None) -> tuple[Section, ...]:
        """The section called `only`; all of them where None. Raises as `section`."""
        return self.sections if only is None else (self.section(only),)

    def command(self, seed: int, *, quick: bool = False, only: str | None = None) -> str:
        """The command line that makes the page, or one section of it."""
        words = ["arena", "study", self.name]
        words += ["--only", only] if only else []
        words += ["--quick"] if quick else []
        return shlex.join([*words, "--seed", str(seed)])


_QUICK: Final = (
    "This page was made with `--quick`: few rounds, wide intervals, and sentences to be read with care."
)


def written(study: Study, found: Iterable[tuple[Section, Any]], seed: int, *, quick: bool = False) -> str:
    """The page.

    Args:
        study: what it is about.
        found: sections with their data, in order.
        seed: what they were played from.
        quick: whether they were played at the small scale.
    """
    parts = [f"# {study.title}", *study.about]
    parts += [f"    {study.command(seed, quick=quick)}"]
    if quick:
        parts.append(_QUICK)
    for section, data in found:
        parts += [f"## {section.title}", f"    {study.command(seed, quick=quick, only=section.name)}"]
        parts += [block.markdown() if isinstance(block, Table) else block for block in section.render(data)]
    if study.sources:
        parts += ["## Sources", "\n".join(f"* {line}" for line in study.sources)]
    return "\n\n".join(parts) + "\n"


def plain(parts: Sequence[str]) -> str:
    """The parts as a list in words: ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
