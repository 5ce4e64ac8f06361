"""Stored tournaments of toys, for the tests of reports."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from tournament_toys import (
    Constant,
    Dicer,
    blocks_of,
    table,
)

from arena.agent import Agent
from arena.contest import Pick
from arena.game import Game
from tournaments.reports import (
    Report,
    Table,
    make_report,
)
from tournaments.store import Store

__all__ = ["FIELD", "Page", "played", "reported", "section_table"]

FIELD: list[Agent] = [Constant(0), Constant(2), Dicer(), Dicer("b"), Constant(1)]


def played(
    store: Store, game: Game[Any, Any, Any], agents: list[Agent], blocks: int, **words: Any
) -> tuple[int, Pick]:
    """A tournament in the store, its blocks in three chunks; its number and picks."""
    plan, picks = table(game, agents, blocks=blocks, **words)
    tournament, stage, play = blocks_of(store, plan, picks)
    for start, end in ((0, blocks // 2), (blocks // 2, blocks - 1), (blocks - 1, blocks)):
        if end > start:
            store.add(stage, play(start, end - start))
    store.stop(stage, blocks)
    return tournament, picks


def reported(
    store: Store, game: Game[Any, Any, Any], agents: list[Agent], blocks: int, **words: Any
) -> Report:
    tournament, picks = played(store, game, agents, blocks, **words)
    return make_report(store, store.tournament(tournament), picks=picks)


def section_table(report: Report, key: str) -> Table:
    blocks = next(section for section in report.document.sections if section.key == key).blocks
    return next(block for block in blocks if isinstance(block, Table))


class Page(HTMLParser):
    """Every tag of a page with its attributes, and that they nest."""

    VOID = ("meta", "br", "link", "img", "input", "hr")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
