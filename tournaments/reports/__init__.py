"""Reports of stored tournaments: a page, a paper's tables, or the results themselves.

A report is a list of sections in no format; what makes them stands in `tournaments.reports.report`, and each format has a
module that prints them. What a figure shows is data (`tournaments.reports.figures`): the page draws it as inline SVG
without any library, so that it takes its colours and its width from its reader; `write_figures` draws the same for a paper.
"""

from __future__ import annotations

from tournaments.reports.document import Code, Document, Facts, Figure, Heading, Prose, Section, Table
from tournaments.reports.files import FORMATS, format_of, report_text, write_report
from tournaments.reports.material import Material, Stage, gather
from tournaments.reports.paper import write_figures
from tournaments.reports.report import AFTER, BEFORE, STAGE, Report, make_report
from tournaments.reports.suite import SuiteReport, make_suite

__all__ = [
    "AFTER",
    "BEFORE",
    "FORMATS",
    "STAGE",
    "Code",
    "Document",
    "Facts",
    "Figure",
    "Heading",
    "Material",
    "Prose",
    "Report",
    "Section",
    "Stage",
    "SuiteReport",
    "Table",
    "format_of",
    "gather",
    "make_report",
    "make_suite",
    "report_text",
    "write_figures",
    "write_report",
]
