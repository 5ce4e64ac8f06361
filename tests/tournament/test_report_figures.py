"""Figures for papers: the same numbers as the page, whole files that do not change, and letters that can be read."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from reporting import FIELD, reported
from tournament_toys import Constant, Dicer, FastBid

from arena.errors import MissingExtra
from tournaments.reports import Document, Figure, Report, Section, Table, report_text, write_figures
from tournaments.reports.document import pictures
from tournaments.reports.figures import Bars, Curve, Curves, Line, Mark, Panels, Row, Rows, Scale
from tournaments.reports.paper import FIGURE_FORMATS
from tournaments.store import Store

mpl = pytest.importorskip("matplotlib")
plots = pytest.importorskip("tournaments.reports.plots")


@pytest.fixture(scope="module")
def league() -> Report:
    """Five agents at a table of three, 120 blocks."""
    with Store.memory() as store:
        return reported(store, FastBid(3), FIELD, 120)


@pytest.fixture(scope="module")
def folder(league: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The league's figures, written."""
    folder = tmp_path_factory.mktemp("figures") / "new"
    write_figures(league.document, folder)
    return folder


def alone(drawing: Rows | Panels | Curves) -> Document:
    """A document of one figure."""
    return Document("x", "x", [Section("s", "s", (Figure("one", "One", drawing, "how"),))])


def test_every_figure_is_three_files(league: Report, folder: Path) -> None:
    """Each figure and heat map of the report, under the name of what it shows."""
    names = list(pictures(league.document))

    assert names[:5] == ["scores", "ranks", "head-to-head", "convergence", "seats"]
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
    assert {file.name for file in folder.iterdir()} == {
        f"{name}.{style}" for name in names for style in FIGURE_FORMATS
    }
    drawn = [
        block for section in league.document.sections for block in section.blocks if isinstance(block, Figure)
    ]
    assert len(names) == len(drawn) + 1


def test_files_do_not_change(league: Report, folder: Path, tmp_path: Path) -> None:
    """Written again, whatever the user's settings, they are the same to the last byte; they hold no date."""
    sections = [
        section for section in league.document.sections if section.key in ("ranking", "matrix", "convergence")
    ]
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "svg.hashsalt": None, "savefig.dpi": 50}):
        again = write_figures(Document("t", "l", sections), tmp_path)
        assert mpl.rcParams["font.size"] == 30
    assert len(again) == 4
    for files in again.values():
        for file in files:
            assert file.read_bytes() == (folder / file.name).read_bytes(), file.name
            if file.suffix != ".png":
                assert b"CreationDate" not in file.read_bytes()
                assert b"dc:date" not in file.read_bytes()


def test_fonts_are_embedded_and_a_column_wide(folder: Path) -> None:
    """TrueType within the file, no bitmaps of letters; 3.4 inches of 72 points."""
    for file in folder.glob("*.pdf"):
        text = file.read_bytes()
        assert b"/FontFile2" in text
        assert b"/Type3" not in text
        found = re.search(rb"/MediaBox \[ 0 0 ([0-9.]+) ", text)
        assert found is not None
        assert float(found[1]) == pytest.approx(3.4 * 72)
    assert all(b"<text" not in file.read_bytes() for file in folder.glob("*.svg"))


def test_page_and_paper_draw_the_same_numbers(league: Report) -> None:
    """Dots and ends of the forest plot stand at the ranking's estimates, on the page and in the file."""
    figure = pictures(league.document)["scores"]
    assert isinstance(figure, Figure)
    assert isinstance(figure.drawing, Rows)
    agents = league.material.ranking.final.agents
    (axes,) = plots.rows(figure.drawing).axes
    dots = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert dots == [agent.score.value for agent in agents]
    ends = {tuple(line.get_xdata()) for line in axes.lines}
    assert {(agent.score.low, agent.score.high) for agent in agents} <= ends
    page = report_text(league, "html").split("<h3>Scores: coins")[1].split("</figure>")[0]
    shown = [float(at) for at in re.findall(r'class="dot" cx="([0-9.]+)%"', page)]
    scale = figure.drawing.scale
    assert shown == pytest.approx([scale.at(agent.score.value or 0.0) for agent in agents], abs=0.006)
    texts = {text.get_text() for text in axes.texts}
    assert {agent.name for agent in agents} <= texts


def test_the_heat_map_holds_every_cell(league: Report) -> None:
    """Each number of the table is in the picture, in a field of its tone."""
    table = pictures(league.document)["head-to-head"]
    assert isinstance(table, Table)
    (axes,) = plots.heat(table).axes
    written = sorted(text.get_text() for text in axes.texts)
    cells = [cell for row in table.rows for cell in row[1:]]
    names = [" ".join(row[0].split()) for row in table.rows]
    assert written == sorted([*cells, *names, *table.head[1:]])
    toned = sum(tone is not None for row in table.tones for tone in row)
    assert len(axes.patches) == toned == 20


def luminance(colour: str) -> float:
    """The relative luminance of the web's accessibility guidelines."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_figures_read_in_grey() -> None:
    """Black letters stand out from every tone, tones of one side darken evenly, and lines from white paper."""
    for tone in plots._TONES.values():
        assert (luminance(tone) + 0.05) / 0.05 >= 7
    for sign in (1, -1):
        depths = [luminance(plots._TONES[sign * depth]) for depth in range(5)]
        assert depths == sorted(depths, reverse=True)
    # Neighbours among the curves differ in colour and in dashes.
    kinds = [(plots._COLOURS[n % 7], str(plots._DASHES[n % 5])) for n in range(35)]
    assert len(set(kinds)) == 35
    for one, other in itertools.pairwise(kinds):
        assert one[0] != other[0]
        assert one[1] != other[1]


def test_many_agents_take_a_page(tmp_path: Path) -> None:
    """A heat map that a column has no room for is as wide as the page; letters never fall below the least size."""
    agents = [Constant(0, f"a{number}") for number in range(9)] + [Dicer(f"d{number}") for number in range(9)]
    with Store.memory() as store:
        report = reported(store, FastBid(2), list(agents), 160)
    table = pictures(report.document)["head-to-head"]
    assert isinstance(table, Table)
    sheet = plots.heat(table)
    assert sheet.get_size_inches()[0] == plots.PAGE
    assert min(text.get_fontsize() for text in sheet.axes[0].texts) >= 4.8


@pytest.mark.parametrize(
    "name", ["a_b%$\\{}^~&#", "\u4e2d\u6587", "\U0001f600", "x" * 300, "Łukasz Żółć", "a\x00b\x1b", "$x^2$"]
)
def test_names_are_words(name: str, tmp_path: Path) -> None:
    """No letter is a formula or missing, long names are cut, and nothing warns."""
    wide = Row(name, (Mark(1.0, 0.5, 1.5),), "1.0 ± 0.5")
    bars = Row("b", (Bars((0.0, 1.0, 2.0), (0.25, 0.75), 0.75),), "mean 1.2", breaks=True)
    write_figures(alone(Rows((wide, bars), Scale(0, 2), "unit", line=1.0)), tmp_path)

    assert len(list(tmp_path.iterdir())) == 3
    (axes,) = plots.rows(Rows((wide,), Scale(0, 2), "unit")).axes
    written = axes.texts[0].get_text()
    assert len(written) <= 60
    if name.startswith("\u4e2d"):
        assert written == "U+4E2DU+6587"


def test_panels_and_curves(tmp_path: Path) -> None:
    """Convergence has both intervals, profiles their bands; sequences that say nothing yet are no error."""
    x, nothing = np.arange(2.0, 40.0), np.full(38, np.nan)
    always = np.where(x < 30, np.nan, 3.0)
    lines = tuple(
        Line(f"agent {n}", x, x / 40, x / 40 - 1, x / 40 + 1, "words", -low, low)
        for n, low in enumerate((always, nothing, always))
    )
    (first, *_) = plots.panels(Panels(lines, Scale(0, 40), 2.0, "blocks")).axes
    (running,) = [line for line in first.lines if line.get_color() == "black"]
    assert running.get_ydata() == pytest.approx(x / 40)
    assert first.get_ylim() == pytest.approx((39 / 40 - 2, 39 / 40 + 2))
    curves = tuple(Curve(f"c{n}", (1.0, 0.5, 0.0), (0.8, 0.3, 0.0), (1.0, 0.7, 0.2), "w") for n in range(9))
    drawing = Curves(curves, (0.0, 0.5, 1.0), "score", "share of runs above")
    sheet = plots.curves(drawing)
    assert [line.get_ydata().tolist() for line in sheet.axes[0].lines] == [[1.0, 0.5, 0.0]] * 9
    assert [text.get_text() for text in sheet.legends[0].get_texts()] == [f"c{n}" for n in range(9)]
    write_figures(alone(drawing), tmp_path)


def test_names_of_files_are_unique() -> None:
    """Figures of earlier rounds, and those of a key that is taken, are called after their section."""
    figure = Figure("scores", "t", Rows((), Scale(0, 1), "u"), "c")
    plain, again = Section("ranking", "t", (figure,)), Section("other", "t", (figure,))
    earlier = Section("round-1", "t", (figure, Table(("a",), (), "l")), collapsed=True)

    assert list(pictures(Document("t", "l", [earlier, plain, again]))) == [
        "round-1-scores",
        "scores",
        "other-scores",
    ]


def test_without_matplotlib_the_extra_is_named(
    league: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to install, and nothing is written."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(
        MissingExtra, match=r"matplotlib is not installed: pip install 'agent-arena\[report\]'"
    ):
        write_figures(league.document, tmp_path / "new")
    assert not (tmp_path / "new").exists()
