"""A report as one HTML file: no script, nothing from the network, readable on a phone, in the dark and on paper."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

from arena._version import __version__
from tournaments.reports.document import Block, Code, Document, Facts, Figure, Heading, Prose, Section, Table
from tournaments.reports.svg import drawn

__all__ = ["to_html"]

_STYLE: Final = Path(__file__).with_name("page.css")
_LONG: Final = 40
"""Letters from which on a column's cells may be broken into lines."""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may load nothing, whatever an agent's words contain."""


def to_html(document: Document) -> str:
    """The page of a report."""
    links = "".join(
        f'<li><a href="#{escape(section.key, quote=True)}">{escape(section.title)}</a></li>'
        for section in document.sections
    )
    body = "".join(_section(section) for section in document.sections)
    title, lead = escape(document.title), escape(document.lead)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="description" content="{escape(document.lead, quote=True)}">'
        f"<title>{title}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style></head>\n"
        f'<body><header><h1>{title}</h1><p class="lead">{lead}</p></header>\n'
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>\n<main>{body}</main>\n'
        f"<footer>Made by agent-arena {escape(__version__)}.</footer></body></html>\n"
    )


def _section(section: Section) -> str:
    inner = "".join(_block(block) for block in section.blocks)
    key, title = escape(section.key, quote=True), f"<h2>{escape(section.title)}</h2>"
    if section.collapsed:
        return f'\n<section id="{key}"><details><summary>{title}</summary>{inner}</details></section>'
    if not section.blocks:
        return f'\n<section id="{key}" class="round">{title}</section>'
    return f'\n<section id="{key}">{title}{inner}</section>'


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h3>{escape(text)}</h3>"
        case Prose(text):
            return f"<p>{escape(text)}</p>"
        case Facts(rows):
            return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(text)}</dd>' for name, text in rows)}</dl>"
        case Code(text):
            return f'<pre tabindex="0"><code>{_command(text)}</code></pre>'
        case Table():
            return f'<div class="block">{_table(block)}</div>'
        case Figure():
            return _figure(block)


def _command(text: str) -> str:
    """A command in which no option is broken behind its hyphens."""
    words = (
        f'<span class="option">{escape(word)}</span>' if word.startswith("-") else escape(word)
        for word in text.split(" ")
    )
    return " ".join(words)


def _figure(figure: Figure) -> str:
    numbers = ""
    if figure.table is not None:
        inner = _table(figure.table, label=figure.title)
        numbers = f'<details class="numbers"><summary>The same as a table</summary>{inner}</details>'
    caption = f"<figcaption><p>{escape(figure.caption)}</p></figcaption>"
    title = escape(figure.title)
    return f'<figure aria-label="{escape(figure.title, quote=True)}"><h3>{title}</h3>{drawn(figure.drawing)}{caption}{numbers}</figure>'


def _table(table: Table, *, label: str = "") -> str:
    wide = [
        max((len(row[column]) for row in table.rows), default=0) > _LONG and table.align[column] == "l"
        for column in range(len(table.head))
    ]
    classes = [
        " ".join(name for name, wanted in (("r", align == "r"), ("wrap", broken)) if wanted)
        for align, broken in zip(table.align, wide, strict=True)
    ]
    named = next((place for place, align in enumerate(table.align) if align == "l"), 0)
    head = "".join(
        f'<th scope="col"{_class(kind)}>{escape(text)}</th>'
        for text, kind in zip(table.head, classes, strict=True)
    )
    rows = "".join(_row(table, number, classes, named) for number in range(len(table.rows)))
    kind = _class("heat" if table.tones else "tiers" if table.breaks else "")
    words = escape(label or table.caption or ", ".join(table.head), quote=True)
    made = f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    caption = f'<p class="caption">{escape(table.caption)}</p>' if table.caption else ""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{words}">{made}</div>{caption}'


def _row(table: Table, number: int, classes: list[str], named: int) -> str:
    cells = []
    tones = table.tones[number] if table.tones else (None,) * len(table.head)
    for column, (text, kind, tone) in enumerate(zip(table.rows[number], classes, tones, strict=True)):
        own = kind if tone is None else f"{kind} tone {_tone(tone)}"
        if table.head[column] == "Verdict":
            own = f"{own} verdict-{escape(text, quote=True)}"
        tag, scope = ("th", ' scope="row"') if column == named else ("td", "")
        cells.append(f"<{tag}{scope}{_class(own)}>{escape(text)}</{tag}>")
    return f"<tr{_class('breaks' if number in table.breaks else '')}>{''.join(cells)}</tr>"


def _tone(tone: int) -> str:
    return "z" if tone == 0 else f"p{tone}" if tone > 0 else f"n{-tone}"


def _class(names: str) -> str:
    return f' class="{names.strip()}"' if names.strip() else ""
