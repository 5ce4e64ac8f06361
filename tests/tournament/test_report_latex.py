"""Reports as LaTeX: pdflatex sets them without an error and without a line that is too long, alone and in a paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from reporting import FIELD, Page, reported
from tournament_toys import Bid, Constant, Dicer, FastBid, Naughty

from tournaments.reports import Code, Document, Prose, Report, Section, Table, report_text, write_report
from tournaments.reports.latex import escaped, to_latex
from tournaments.reports.paper import write_figures
from tournaments.store import Store

PDFLATEX = shutil.which("pdflatex")
needs_latex = pytest.mark.skipif(PDFLATEX is None, reason="pdflatex is not installed")

NASTY = [
    "50 % & more",
    "under_score_d",
    "Łukasz Żółć, größer",
    "\u4e2d\u6587 \U0001f600",
    "a\\b{c}$d#e~f^g<h>|\"'`",
]


def compiled(file: Path) -> str:
    """The log of the second run of pdflatex, in which references are right; its errors stop it."""
    for _ in range(2):
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name],
            cwd=file.parent,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-1500:]
    return file.with_suffix(".log").read_text(errors="replace")


@pytest.fixture(scope="module")
def nasty() -> Report:
    """Agents with names full of commands, faults, and three rounds' worth of sections."""
    with Store.memory() as store:
        agents = [Dicer(name) for name in NASTY] + [Constant(0), Naughty()]
        return reported(store, Bid(3), agents, 45)


@needs_latex
def test_a_report_compiles_by_itself(nasty: Report, tmp_path: Path) -> None:
    """No error, no undefined letter, no line or page that runs over its end."""
    file = tmp_path / "report.tex"
    file.write_text(report_text(nasty, "latex"), encoding="utf-8")
    log = compiled(file)

    assert not re.findall(r"^(?:Overfull .*|LaTeX Warning.*|! .*)", log, flags=re.MULTILINE)
    assert "There were undefined references" not in log


@needs_latex
def test_a_report_goes_into_a_paper_with_its_figures(tmp_path: Path) -> None:
    """Two columns, the author's packages, figures in a folder beside it with a blank in its name."""
    pytest.importorskip("matplotlib")
    with Store.memory() as store:
        report = reported(store, FastBid(2), FIELD, 40)
        drawn = write_figures(report.document, tmp_path / "paper" / "my figures")
        (file,) = write_report(report, store, "latex", tmp_path / "paper" / "tables.tex", figures=drawn)
    text = file.read_text(encoding="utf-8")
    assert text.count(r"\includegraphics{") == len(drawn) >= 5
    assert r'\includegraphics{"my figures/scores"}' in text
    paper = tmp_path / "paper" / "paper.tex"
    paper.write_text(
        r"\documentclass[twocolumn]{article}\usepackage[T1]{fontenc}\usepackage{array,booktabs,graphicx,longtable}"
        "\n\\begin{document}\nBefore.\n\\input{tables}\nAfter.\n\\end{document}\n"
    )
    log = compiled(paper)

    assert not re.findall(r"^! .*", log, flags=re.MULTILINE)
    assert "my figures/scores.pdf" in log.replace("\n", "")


@needs_latex
def test_long_and_wide_tables(tmp_path: Path) -> None:
    """A table of many rows runs over pages, one of many columns is parted, paragraphs are broken into lines."""
    long = Table(("Name", "Value"), tuple((f"row {n}", str(n)) for n in range(140)), "lr", "Long")
    wide = Table(
        ("Name", *(f"column {n}" for n in range(30))), (("x", *(f"{n}.000 ± 0.001" for n in range(30))),) * 3, "l" + "r" * 30
    )  # fmt: skip
    broken = Table(("Name", "Said", "p"), (("[x]", "words and more words " * 12, "*"),) * 2, "llr", "Broken")
    command = Code("arena tournament x --agents " + ",".join(f"agent{n}" for n in range(40)) + " 'it''s'")
    document = Document("T", "L", [Section("s", "The section", (long, wide, broken, command, Prose("end")))])
    file = tmp_path / "tables.tex"
    file.write_text(to_latex(document), encoding="utf-8")
    log = compiled(file)

    assert "Overfull" not in log
    text = file.read_text(encoding="utf-8")
    assert text.count(r"\begin{longtable}") == 1
    parts = re.findall(r"\\begin\{tabular\}", text)
    assert len(parts) >= 4
    assert text.count(r"\caption{(Continued.)}") == len(parts) - 2
    assert r"\caption{The section.}" in text


def test_letters_that_pdflatex_lacks_are_named() -> None:
    """Accents of the T1 encoding stay, signs are commands, other letters and controls are named by their number."""
    assert escaped("é ß Ž Ł") == "é ß Ž Ł"
    assert escaped("\u4e2d\U0001f600\x00") == "U+4E2DU+1F600U+0000"
    assert escaped("a … ≤ \u00d7") == r"a \ldots{} $\leq$ $\times$"


def test_commands_can_be_copied() -> None:
    """Two hyphens stay two hyphens, and lists may be broken after commas."""
    text = to_latex(Document("T", "L", [Section("s", "S", (Code("arena x --agents a,b"),))]))

    assert r"arena x -{}-agents a,\allowbreak{}b" in text


def test_figures_stand_for_their_tables(nasty: Report) -> None:
    """Where a file is given the figure is taken in and its numbers are not printed again; without one they are."""
    name = "head-to-head"
    plain = report_text(nasty, "latex")
    drawn = report_text(nasty, "latex", figures={name: PurePosixPath("figures/head-to-head.pdf")})

    assert r"\includegraphics" not in plain
    assert r"\sbox{\arenabox}{\includegraphics{figures/head-to-head}}\arenafit" in drawn
    assert plain.count(r"\begin{tabular}") - drawn.count(r"\begin{tabular}") >= 1
    Page(report_text(nasty, "html"))
