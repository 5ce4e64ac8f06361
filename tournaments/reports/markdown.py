"""A report as Markdown with GitHub's tables; of figures the numbers."""

from __future__ import annotations

import re
from typing import Final

from tournaments.reports.document import Block, Code, Document, Facts, Figure, Heading, Prose, Table

__all__ = ["to_markdown"]

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~])")


def to_markdown(document: Document) -> str:
    """The text of a report."""
    parts = [f"# {_escaped(document.title)}", _escaped(document.lead)]
    for section in document.sections:
        parts.append(f"## {_escaped(section.title)}")
        parts += [text for block in section.blocks if (text := _block(block))]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"### {_escaped(text)}"
        case Prose(text):
            return _escaped(text)
        case Facts(rows):
            return "\n".join(f"- **{_escaped(name)}**: {_escaped(text)}" for name, text in rows)
        case Code(text):
            return f"    {' '.join(text.splitlines())}"
        case Table():
            return _table(block)
        case Figure(title=title, table=table):
            return "" if table is None else f"### {_escaped(title)}\n\n{_table(table)}"


def _table(table: Table) -> str:
    rule = ["---:" if align == "r" else "---" for align in table.align]
    rows = [[_escaped(cell) for cell in row] for row in (table.head, *table.rows)]
    lines = [f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:])]
    return "\n".join(lines) + (f"\n\n{_escaped(table.caption)}" if table.caption else "")


def _escaped(text: str) -> str:
    """Text on one line, in which no letter has a meaning of its own."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
