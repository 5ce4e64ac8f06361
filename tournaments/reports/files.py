"""Reports as files. What is written is whole or not there at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final

from arena.errors import BadInput, UnknownName
from tournaments.reports.html import to_html
from tournaments.reports.latex import to_latex
from tournaments.reports.markdown import to_markdown
from tournaments.reports.report import Report, report_json
from tournaments.reports.rows import write_blocks, write_parquet, write_ranking
from tournaments.reports.suite import SuiteReport, suite_json
from tournaments.store import Store

__all__ = ["FORMATS", "format_of", "replacing", "report_text", "write_report"]

FORMATS: Final = {
    "html": ".html",
    "md": ".md",
    "latex": ".tex",
    "csv": ".csv",
    "json": ".json",
    "parquet": ".parquet",
}
"""Every format, and how the names of its files end."""
_RESULTS: Final = ("csv", "parquet")
"""The formats that hold results, not a report."""


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


def report_text(
    report: Report | SuiteReport, style: str, *, figures: Mapping[str, PurePath] | None = None
) -> str:
    """A report as text.

    Args:
        report: the report.
        style: ``html``, ``md``, ``latex`` or ``json``.
        figures: of LaTeX, files of figures as `tournaments.reports.latex.to_latex` takes them.

    Raises:
        BadInput: if the format is made of tables of results, not of text.
    """
    if style == "json":
        return suite_json(report) if isinstance(report, SuiteReport) else report_json(report)
    if style == "latex":
        return to_latex(report.document, figures)
    makers = {"html": to_html, "md": to_markdown}
    if style not in makers:
        known = ", ".join([*makers, "latex", "json"])
        raise BadInput(f"{style!r} is written to files; expected one of {known}")
    return makers[style](report.document)


def write_report(
    report: Report | SuiteReport,
    store: Store,
    style: str,
    path: Path,
    *,
    figures: Mapping[str, Sequence[Path]] | None = None,
) -> tuple[Path, ...]:
    """Write a report to a file; a file of that name is replaced.

    CSV is two files: the ranking, and beside it, its name ending in ``-blocks``, a row for each block and agent. Parquet into a
    folder becomes a data set partitioned by tournament: ``tournament=DIGEST/results.parquet``.

    Args:
        report: the report.
        store: the store it was made from.
        style: one of `FORMATS`.
        path: the file; of Parquet a folder, where its name has no end.
        figures: what `tournaments.reports.paper.write_figures` wrote; LaTeX takes in the first file of each.

    Returns:
        The files.

    Raises:
        BadInput: if the results of a suite are asked for, which are those of its tournaments.
        MissingExtra: if the format needs a package that is absent.
        OSError: if it cannot be written.
    """
    if style in _RESULTS:
        if isinstance(report, SuiteReport):
            raise BadInput(f"{style!r} holds the results of one tournament, got {len(report.materials)}")
        return _write_results(report, store, style, path)
    beside = {
        name: PurePath(os.path.relpath(files[0], path.parent)) for name, files in (figures or {}).items()
    }
    text = report_text(report, style, figures=beside)
    with replacing(path) as new:
        new.write_text(text, encoding="utf-8")
    return (path,)


def _write_results(report: Report, store: Store, style: str, path: Path) -> tuple[Path, ...]:
    """The results themselves, as CSV or Parquet."""
    results = store.results(report.material.row.id)
    if style == "csv":
        beside = path.with_name(f"{path.stem}-blocks{path.suffix}")
        with replacing(path) as new, new.open("w", encoding="utf-8", newline="") as file:
            write_ranking(file, report.material.ranking)
        with replacing(beside) as new, new.open("w", encoding="utf-8", newline="") as file:
            write_blocks(file, report.material, results)
        return path, beside
    if path.is_dir() or not path.suffix:
        path = path / f"tournament={report.material.row.digest}" / "results.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as new:
        write_parquet(new, report.material, results)
    return (path,)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
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
