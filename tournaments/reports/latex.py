"""A report as LaTeX tables in the manner of booktabs, to be taken into a paper; of figures the numbers."""

from __future__ import annotations

import re
from typing import Final

from tournaments.reports.document import Block, Code, Document, Facts, Figure, Heading, Prose, Section, Table

__all__ = ["escaped", "to_latex"]

_SIGNS: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "\u2212": "$-$",
    "\u2013": "--",
    "\u00b1": r"$\pm$",
    "\u00b7": r"$\cdot$",
}
_SPECIAL: Final = re.compile("|".join(map(re.escape, _SIGNS)))
_LONG: Final = 45
"""Rows from which on a table runs over several pages."""
_WIDE: Final = 48
"""Letters from which on a column's cells are set as paragraphs."""


def to_latex(document: Document) -> str:
    """The text of a report: sections and tables, to be taken in by ``input``."""
    parts = [
        rf"% {' '.join(document.title.split())}",
        r"% \usepackage[T1]{fontenc}, \usepackage{booktabs} and \usepackage{longtable} in the preamble.",
        rf"\section*{{{escaped(document.title)}}}",
        escaped(document.lead),
    ]
    for section in document.sections:
        parts += [rf"\subsection*{{{escaped(section.title)}}}", *_blocks(section)]
    return "\n\n".join(parts) + "\n"


def _blocks(section: Section) -> list[str]:
    made = []
    for number, block in enumerate(section.blocks):
        text = _block(block, f"tab:{section.key}-{number + 1}")
        if text:
            made.append(text)
    return made


def _block(block: Block, label: str) -> str:
    match block:
        case Heading(text):
            return rf"\subsubsection*{{{escaped(text)}}}"
        case Prose(text):
            return escaped(text)
        case Facts(rows):
            items = "\n".join(rf"\item[{escaped(name)}] {escaped(text)}" for name, text in rows)
            return f"\\begin{{description}}\n{items}\n\\end{{description}}"
        case Code(text):
            return f"\\begin{{flushleft}}\\ttfamily {escaped(text)}\\end{{flushleft}}"
        case Table(caption=caption):
            return _table(block, caption, label)
        case Figure(title=title, table=table):
            return "" if table is None else _table(table, f"{title}. {table.caption}".strip(), label)


def _table(table: Table, caption: str, label: str) -> str:
    columns = "".join(
        r"p{0.45\linewidth}"
        if align == "l" and max((len(row[n]) for row in table.rows), default=0) > _WIDE
        else align
        for n, align in enumerate(table.align)
    )
    head = " & ".join(map(escaped, table.head)) + r" \\"
    lines = []
    for number, row in enumerate(table.rows):
        if number in table.breaks:
            lines.append(r"\midrule")
        lines.append(" & ".join(map(escaped, row)) + r" \\")
    title = rf"\caption{{{escaped(caption)}}}\label{{{label}}}"
    body = "\n".join(lines)
    if len(table.rows) > _LONG:
        return (
            f"\\begin{{longtable}}{{{columns}}}\n{title}\\\\\n\\toprule\n{head}\n\\midrule\n\\endhead\n"
            f"{body}\n\\bottomrule\n\\end{{longtable}}"
        )
    return (
        f"\\begin{{table}}[htbp]\n\\centering\n{title}\n\\begin{{tabular}}{{{columns}}}\n\\toprule\n{head}\n\\midrule\n"
        f"{body}\n\\bottomrule\n\\end{{tabular}}\n\\end{{table}}"
    )


def escaped(text: str) -> str:
    """Text on one line in which no letter is a command."""
    return _SPECIAL.sub(lambda found: _SIGNS[found[0]], " ".join(text.split()))
