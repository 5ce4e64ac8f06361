"""Reports of stored tournaments: a page, a paper's tables, or the results themselves.

A report is a list of sections in no format; what makes them stands in `tournaments.reports.report`, and each format has a
module that prints them. Figures are drawn as inline SVG without any library, so that a page takes its colours and its
width from its reader.
"""

from __future__ import annotations

from tournaments.reports.document import Code, Document, Facts, Figure, Heading, Prose, Section, Table
from tournaments.reports.files import FORMATS, format_of, report_text, write_report
from tournaments.reports.material import Material, Stage, gather
from tournaments.reports.report import AFTER, BEFORE, STAGE, Report, make_report

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
    "Table",
    "format_of",
    "gather",
    "make_report",
    "report_text",
    "write_report",
]
