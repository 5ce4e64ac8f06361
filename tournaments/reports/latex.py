"""A report as LaTeX: sections and tables in the manner of booktabs, with the figures that are written beside it.

The file compiles by itself with pdflatex, and is taken into a paper by ``input``: its head and its end apply only where
no document has begun. It needs the packages booktabs, longtable, array and graphicx.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from tournaments.reports.document import (
    Block,
    Code,
    Document,
    Facts,
    Figure,
    Heading,
    Prose,
    Section,
    Table,
    pictures,
)

__all__ = ["escaped", "to_latex"]

_HEAD: Final = r"""% This file compiles by itself, and may be taken into a paper by \input. The paper then needs
% \usepackage[T1]{fontenc} and \usepackage{array,booktabs,graphicx,longtable} in its preamble.
\expandafter\ifx\csname @nodocument\endcsname\relax\else
\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[margin=1in]{geometry}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{array,booktabs,graphicx,longtable}
\def\arenaend{\end{document}}
\begin{document}
\fi
% What is too wide for the line is made as wide as the line.
\ifdefined\arenabox\else\newsavebox{\arenabox}\fi
\providecommand{\arenafit}{\ifdim\wd\arenabox>\linewidth\resizebox{\linewidth}{!}{\usebox{\arenabox}}%
  \else\usebox{\arenabox}\fi}"""
_END: Final = r"\csname arenaend\endcsname"
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
    "`": r"\textasciigrave{}",
    "\u2212": "$-$",
    "\u2013": "--",
    "\u2014": "---",
    "\u2018": "`",
    "\u2019": "'",
    "\u201c": "``",
    "\u201d": "''",
    "\u2026": r"\ldots{}",
    "\u00b1": r"$\pm$",
    "\u00b2": r"$^2$",
    "\u00b7": r"$\cdot$",
    "\u00d7": r"$\times$",
    "\u2264": r"$\leq$",
    "\u2265": r"$\geq$",
    "\u03b1": r"$\alpha$",
    "\u03b5": r"$\varepsilon$",
    "\u03c4": r"$\tau$",
    "\u00a0": "~",
}
_LETTERS: Final = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff"
    "\u0102-\u0107\u010c-\u0111\u0118-\u011b\u011e\u011f\u0130\u0131\u0139\u013a\u013d\u013e\u0141-\u0144\u0147\u0148"
    "\u0150-\u0155\u0158-\u015b\u015e-\u0165\u016e-\u0171\u0178-\u017e"
)
"""Letters beyond ASCII that the T1 encoding has, as a class of a regular expression."""
_SPECIAL: Final = re.compile("|".join(map(re.escape, _SIGNS)) + rf"|[^\x20-\x7e{_LETTERS}]")
_LONG: Final = 55
"""Rows from which on a table runs over several pages."""
_WIDE: Final = 40
"""Letters from which on a column's cells are set as paragraphs."""
_MOST: Final = 130
"""Letters from which on a row is parted into several tables, about."""
_TITLE: Final = 12
"""Letters from which on a column's title takes another line, where its cells are no longer."""
_FULL: Final = 100
"""Letters a row of small type has room for, about."""


def to_latex(document: Document, figures: Mapping[str, PurePath] | None = None) -> str:
    """The text of a report.

    Args:
        document: the report.
        figures: files of figures by the names that `tournaments.reports.document.pictures` gives, as they are called
            from the folder of this text; where there is none, the numbers of the figure are a table.
    """
    files = {
        id(picture): figures[name]
        for name, picture in pictures(document).items()
        if figures and name in figures
    }
    parts = [
        f"% {' '.join(document.title.split())}",
        _HEAD,
        rf"\section*{{{escaped(document.title)}}}",
        escaped(document.lead),
    ]
    for section in document.sections:
        # Floats that wait for a page are let out before there are too many of them.
        parts += [r"\clearpage"] if section.collapsed else []
        parts += [rf"\subsection*{{{escaped(section.title)}}}", *_blocks(section, files)]
    return "\n\n".join([*parts, _END]) + "\n"


def _blocks(section: Section, files: Mapping[int, PurePath]) -> list[str]:
    made = []
    for number, block in enumerate(section.blocks):
        text = _block(block, section.title, f"{section.key}-{number + 1}", files.get(id(block)))
        if text:
            made.append(text)
    return made


def _block(block: Block, section: str, label: str, file: PurePath | None) -> str:
    match block:
        case Heading(text):
            return rf"\subsubsection*{{{escaped(text)}}}"
        case Prose(text):
            return escaped(text)
        case Facts(rows):
            items = "\n".join(rf"\item[{escaped(name)}] {_broken(escaped(text))}" for name, text in rows)
            return f"\\begin{{description}}\\raggedright\n{items}\n\\end{{description}}"
        case Code(text):
            # Two hyphens would become a dash, which no shell knows.
            line = _broken(escaped(text).replace("--", "-{}-").replace("'", r"\textquotesingle{}"))
            return f"\\begin{{flushleft}}\\ttfamily\\small {line}\n\\end{{flushleft}}"
        case Table(caption=caption):
            caption = caption or f"{section}."
            return _tables(block, caption, label) if file is None else _figure(file, caption, label)
        case Figure(title=title, table=table, caption=caption):
            if file is not None:
                return _figure(file, f"{title}. {caption}".strip(), label)
            return "" if table is None else _tables(table, f"{title}. {table.caption}".strip(), label)


def _broken(text: str) -> str:
    """Text that may go on in the next line after every comma and colon."""
    return re.sub(r"([,:=])(?=[^\s])", r"\1\\allowbreak{}", text)


def _figure(file: PurePath, caption: str, label: str) -> str:
    # Without its end the name finds the PDF, or what another engine prefers.
    name = file.with_suffix("").as_posix()
    name = f'"{name}"' if " " in name else name
    return (
        "\\begin{figure}[htbp]\n\\centering\n"
        f"\\sbox{{\\arenabox}}{{\\includegraphics{{{name}}}}}\\arenafit\n"
        f"\\caption{{{escaped(caption)}}}\\label{{fig:{label}}}\n\\end{{figure}}"
    )


def _tables(table: Table, caption: str, label: str) -> str:
    """A table, in parts with the first columns repeated where a row is far longer than a line."""
    kept = table.align.find("l") + 1 or 1
    widths = [_letters(table, column) + 3 for column in range(len(table.head))]
    groups, room = [list(range(kept))], _MOST - sum(widths[:kept])
    for column in range(kept, len(widths)):
        if widths[column] > room and len(groups[-1]) > kept and sum(widths) > _MOST:
            groups.append(list(range(kept)))
            room = _MOST - sum(widths[:kept])
        groups[-1].append(column)
        room -= widths[column]
    made = []
    for number, columns in enumerate(groups):
        part = Table(
            tuple(table.head[column] for column in columns),
            tuple(tuple(row[column] for column in columns) for row in table.rows),
            "".join(table.align[column] for column in columns),
            breaks=table.breaks,
        )
        made.append(
            _table(part, *((caption, label) if not number else ("(Continued.)", f"{label}-{number}")))
        )
    return "\n\n".join(made)


def _letters(table: Table, column: int) -> int:
    """Letters of a column's widest cell; of a cell that is broken into lines what a line should hold at least."""
    width = max(map(len, [*_head(table, column), *(row[column] for row in table.rows)]))
    return min(width, _WIDE) if table.align[column] == "l" else width


def _head(table: Table, column: int) -> list[str]:
    """The lines of a column's title, about as wide as its cells."""
    cells = max((len(row[column]) for row in table.rows), default=0)
    return textwrap.wrap(table.head[column], max(cells, _TITLE), break_long_words=False) or [""]


def _title(table: Table, column: int) -> str:
    lines = [escaped(line) for line in _head(table, column)]
    if len(lines) == 1:
        return lines[0]
    return rf"\shortstack[{table.align[column]}]{{" + r" \\ ".join(lines) + "}"


def _table(table: Table, caption: str, label: str) -> str:
    widths = [
        max(map(len, [*_head(table, n), *(row[n] for row in table.rows)])) for n in range(len(table.head))
    ]
    wrapped = [align == "l" and width > _WIDE for align, width in zip(table.align, widths, strict=True)]
    taken = sum(width for width, wrap in zip(widths, wrapped, strict=True) if not wrap) + 3 * len(widths)
    share = max(0.25, 0.95 * (1 - taken / _FULL)) / max(1, sum(wrapped))
    paragraph = rf">{{\raggedright\arraybackslash}}p{{{share:.2f}\linewidth}}"
    columns = "".join(paragraph if wrap else align for align, wrap in zip(table.align, wrapped, strict=True))
    head = " & ".join(_title(table, column) for column in range(len(table.head))) + r" \\"
    lines = []
    for number, row in enumerate(table.rows):
        if number in table.breaks:
            lines.append(r"\midrule")
        lines.append(" & ".join(map(_cell, row)) + r" \\")
    title, body = rf"\caption{{{escaped(caption)}}}\label{{tab:{label}}}", "\n".join(lines)
    small = r"\footnotesize" if taken <= _FULL else r"\scriptsize"
    size = rf"{small}\setlength{{\tabcolsep}}{{4pt}}"
    if len(table.rows) > _LONG:
        # A long table on a page with waiting floats would run over its end.
        return (
            f"\\clearpage\n{{{size}\n\\begin{{longtable}}{{{columns}}}\n{title}\\\\\n\\toprule\n{head}\n\\midrule\n\\endfirsthead\n"
            f"\\toprule\n{head}\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n{body}\n\\end{{longtable}}}}"
        )
    return (
        f"\\begin{{table}}[htbp]\n\\centering\n{title}\n{size}\n\\begin{{lrbox}}{{\\arenabox}}%\n"
        f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n{head}\n\\midrule\n{body}\n\\bottomrule\n\\end{{tabular}}%\n"
        "\\end{lrbox}\\arenafit\n\\end{table}"
    )


def _cell(text: str) -> str:
    # A bracket behind the end of a row would be read as the space to leave.
    made = _broken(escaped(text))
    return f"{{}}{made}" if made.startswith(("[", "*")) else made


def escaped(text: str) -> str:
    """Text on one line in which no letter is a command, and letters that pdflatex cannot set are named by number."""
    return _SPECIAL.sub(
        lambda found: _SIGNS.get(found[0]) or f"U+{ord(found[0]):04X}", " ".join(text.split())
    )
