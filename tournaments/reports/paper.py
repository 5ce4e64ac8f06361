"""Figures for papers: each in a file of its own as PDF, SVG and PNG, drawn by matplotlib.

A figure is as wide as a column of a two-column paper (3.4 inches), a heat map too large for that as wide as the page.
Colours are those of Okabe and Ito ("Color universal design", 2008), which people with any kind of colour vision tell apart;
none of them says anything alone, so that figures read in grey. Fonts are embedded and numbers have digits of equal width.
The same report gives the same files to the last byte, with the same version of matplotlib.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from arena.errors import MissingExtra
from tournaments.reports.document import Document, Figure, Table, pictures
from tournaments.reports.figures import Curves, Panels, Rows
from tournaments.reports.files import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet

__all__ = ["FIGURE_FORMATS", "write_figures"]

FIGURE_FORMATS: Final = ("pdf", "svg", "png")
"""The files of each figure, by the ends of their names."""
_METADATA: Final[dict[str, dict[str, Any]]] = {
    # Whatever is None is left out of the file: no date, and no version beside the one that draws.
    "pdf": {"CreationDate": None, "Creator": "agent-arena", "Producer": None},
    "svg": {"Date": None, "Creator": "agent-arena"},
    "png": {"Software": "agent-arena"},
}
_STYLE: Final[dict[str, Any]] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 7.0,
    "axes.linewidth": 0.6,
    "axes.edgecolor": "#444444",
    "axes.unicode_minus": True,
    "xtick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.width": 0.6,
    "ytick.major.size": 2.5,
    "text.parse_math": False,
    "path.simplify": True,
    # TrueType within the file: publishers refuse the bitmaps of type 3.
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "agent-arena",
    "savefig.dpi": 300,
}


def write_figures(document: Document, folder: Path) -> dict[str, tuple[Path, ...]]:
    """Write every figure of a report; files of the same names are replaced.

    Args:
        document: the report.
        folder: where they go; made where it is absent.

    Returns:
        The files of each figure, in the order of `FIGURE_FORMATS`, by the names that
        `tournaments.reports.document.pictures` gives.

    Raises:
        MissingExtra: if matplotlib is absent.
        OSError: if a file cannot be written.
    """
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise MissingExtra("matplotlib", "report") from error
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    with _style(mpl):
        for name, picture in pictures(document).items():
            sheet, files = _drawn(picture), []
            for style in FIGURE_FORMATS:
                path = folder / f"{name}.{style}"
                with replacing(path) as new, new.open("wb") as file:
                    sheet.savefig(file, format=style, metadata=_METADATA[style])
                files.append(path)
            written[name] = tuple(files)
    return written


@contextlib.contextmanager
def _style(mpl: Any) -> Iterator[None]:
    """Matplotlib's own style and ours above it, whatever the user's settings are; they are given back."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def _drawn(picture: Figure | Table) -> Sheet:
    from tournaments.reports import plots

    if isinstance(picture, Table):
        return plots.heat(picture)
    match picture.drawing:
        case Rows():
            return plots.rows(picture.drawing)
        case Panels():
            return plots.panels(picture.drawing)
        case Curves():
            return plots.curves(picture.drawing)
