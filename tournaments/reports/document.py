"""What a report is made of: sections of sentences, facts, commands, tables and figures, in no format yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from tournaments.reports.figures import Drawing

__all__ = [
    "Block",
    "Code",
    "Document",
    "Facts",
    "Figure",
    "Heading",
    "Prose",
    "Section",
    "Table",
    "pictures",
]


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str
    """Plain text."""


@dataclass(frozen=True)
class Heading:
    """A title within a section."""

    text: str
    """Plain text."""


@dataclass(frozen=True)
class Facts:
    """Names and what they stand for."""

    rows: tuple[tuple[str, str], ...]
    """Each fact: its name, and its value as text."""


@dataclass(frozen=True)
class Code:
    """A command, to be copied."""

    text: str
    """One line."""


@dataclass(frozen=True)
class Table:
    """A table of text."""

    head: tuple[str, ...]
    """The columns."""
    rows: tuple[tuple[str, ...], ...]
    """The cells, as many a row as there are columns."""
    align: str
    """``l`` or ``r`` for each column."""
    caption: str = ""
    """What it shows and how to read it."""
    breaks: frozenset[int] = frozenset()
    """Rows that begin a new group, parted from the row above."""
    tones: tuple[tuple[int | None, ...], ...] = ()
    """A number from -4 to 4 for each cell of a heat map, None for cells without colour; empty for other tables."""
    key: str = ""
    """Of a heat map what its picture is called; empty for other tables."""


@dataclass(frozen=True)
class Figure:
    """A figure; formats without pictures print its table."""

    key: str
    """Short and unique within its section: what its file is called."""
    title: str
    """What it shows."""
    drawing: Drawing
    """The figure."""
    caption: str
    """How to read it."""
    table: Table | None = None
    """The same in numbers; None where another table of the report has them."""


Block = Heading | Prose | Facts | Code | Table | Figure
"""A part of a section."""


@dataclass(frozen=True)
class Section:
    """A part of a report with a title."""

    key: str
    """Short and unique within the report: the anchor on the page."""
    title: str
    """Its title."""
    blocks: tuple[Block, ...]
    """What it holds."""
    collapsed: bool = False
    """Whether the page shows its title only until it is asked for."""


@dataclass
class Document:
    """A report without a format."""

    title: str
    """What it is about."""
    lead: str
    """What came out, in a sentence or two."""
    sections: list[Section] = field(default_factory=list)
    """Its parts in order; more may be added."""


def pictures(document: Document) -> dict[str, Figure | Table]:
    """Every figure and heat map of a report by the name of its file, in their order.

    A name is the figure's key; that of a section which is shown on demand, or whose name is taken, follows the section's key.
    """
    found: dict[str, Figure | Table] = {}
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Figure | Table) and block.key:
                plain = not section.collapsed and block.key not in found
                found[block.key if plain else f"{section.key}-{block.key}"] = block
    return found
