"""Reports as files. What is written is whole or not there at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from arena.errors import BadInput, UnknownName
from tournaments.reports.html import to_html
from tournaments.reports.latex import to_latex
from tournaments.reports.markdown import to_markdown
from tournaments.reports.report import Report, report_json
from tournaments.reports.rows import write_blocks, write_parquet, write_ranking
from tournaments.store import Store

__all__ = ["FORMATS", "format_of", "report_text", "write_report"]

FORMATS: Final = {
    "html": ".html",
    "md": ".md",
    "latex": ".tex",
    "csv": ".csv",
    "json": ".json",
    "parquet": ".parquet",
}
"""Every format, and how the names of its files end."""


def format_of(wanted: str | None, path: Path | None) -> str:
    """The format that a word asks for, or the end of a file's name; HTML where neither says.

    Raises:
        UnknownName: if there is no such format.
    """
    if wanted is not None:
        if wanted not in FORMATS:
            raise UnknownName("format", wanted, FORMATS)
        return wanted
    if path is None or not path.suffix:
        return "html"
    for name, suffix in FORMATS.items():
        if path.suffix == suffix:
            return name
    raise UnknownName("format", path.suffix.removeprefix("."), FORMATS)


def report_text(report: Report, style: str) -> str:
    """A report as text.

    Args:
        report: the report.
        style: ``html``, ``md``, ``latex`` or ``json``.

    Raises:
        BadInput: if the format is made of tables of results, not of text.
    """
    if style == "json":
        return report_json(report)
    makers = {"html": to_html, "md": to_markdown, "latex": to_latex}
    if style not in makers:
        raise BadInput(f"{style!r} is written to files; expected one of {', '.join([*makers, 'json'])}")
    return makers[style](report.document)


def write_report(report: Report, store: Store, style: str, path: Path) -> tuple[Path, ...]:
    """Write a report to a file; a file of that name is replaced.

    CSV is two files: the ranking, and beside it, its name ending in ``-blocks``, a row for each block and agent. Parquet into a
    folder becomes a data set partitioned by tournament: ``tournament=DIGEST/results.parquet``.

    Args:
        report: the report.
        store: the store it was made from.
        style: one of `FORMATS`.
        path: the file; of Parquet a folder, where its name has no end.

    Returns:
        The files.

    Raises:
        MissingExtra: if the format needs a package that is absent.
        OSError: if it cannot be written.
    """
    results = store.results(report.material.row.id)
    if style == "csv":
        beside = path.with_name(f"{path.stem}-blocks{path.suffix}")
        with _replacing(path) as new, new.open("w", encoding="utf-8", newline="") as file:
            write_ranking(file, report.material.ranking)
        with _replacing(beside) as new, new.open("w", encoding="utf-8", newline="") as file:
            write_blocks(file, report.material, results)
        return path, beside
    if style == "parquet":
        if path.is_dir() or not path.suffix:
            path = path / f"tournament={report.material.row.digest}" / "results.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
        with _replacing(path) as new:
            write_parquet(new, report.material, results)
        return (path,)
    text = report_text(report, style)
    with _replacing(path) as new:
        new.write_text(text, encoding="utf-8")
    return (path,)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A new file that takes the place of `path` when it is written, and vanishes when it cannot be."""
    if path.is_dir():
        raise IsADirectoryError(21, "expected a file, got a folder", str(path))
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        # Errors name the file that was asked for, not the one on the way.
        try:
            yield new
        except OSError as error:
            if error.filename == str(new):
                error.filename = str(path)
            raise
        new.replace(path)
    finally:
        # What stood in the way of the file stands in the way of its removal, and is told already.
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
