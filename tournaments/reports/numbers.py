"""Numbers as a page prints them, with its signs."""

from __future__ import annotations

from typing import Final

from tournaments.numbers import Writing, decimals, several

__all__ = [
    "MINUS",
    "NONE",
    "column",
    "decimals",
    "estimate_text",
    "fixed",
    "interval_text",
    "p_text",
    "rank_text",
    "several",
    "share_text",
    "significant",
]

MINUS: Final = "\u2212"
"""The sign before negative numbers, as wide as a plus."""
NONE: Final = "\u2013"
"""What stands where there is no number."""

_PAGE: Final = Writing(MINUS, NONE, "\u2013")
fixed = _PAGE.fixed
estimate_text = _PAGE.estimate
column = _PAGE.column
interval_text = _PAGE.interval
share_text = _PAGE.share
p_text = _PAGE.p
significant = _PAGE.significant
rank_text = _PAGE.rank
"""`Writing`'s ways to write numbers, with the signs of a page."""
