"""Numbers as people read them."""

from __future__ import annotations

import pytest

from arena.cli import _figures as figures
from arena.cli._options import duration, given_conditions, viewpoint
from arena.errors import BadInput, BadParameter
from tournaments.statistics import Estimate


def estimate(value: float | None, half: float | None = None) -> Estimate:
    known = value is not None and half is not None
    low, high = (value - half, value + half) if known else (None, None)  # type: ignore[operator]
    return Estimate(value, low, high, None, None, 10, "test")


@pytest.mark.parametrize(
    ("value", "half", "text"),
    [
        (12.3456, 0.52, "+12.35 ± 0.52"),
        (12.3456, 5.2, "+12.3 ± 5.2"),
        (-1234.5, 52.0, "-1,234 ± 52"),
        (0.03333, 0.00052, "+0.0333 ± 0.0005"),
        (5.0, 0.0, "+5.00 ± 0.00"),
        (5.0, None, "+5.00"),
        (None, None, "-"),
    ],
)
def test_score(value: float | None, half: float | None, text: str) -> None:
    """Two significant digits of uncertainty, at most four decimals; nothing is printed as NaN."""
    found = estimate(value, half)

    assert figures.score(found, figures.decimals([found])) == text


def test_column_shares_decimals_and_signs() -> None:
    """The middle half-width decides on the decimals; signs stand only where something is negative."""
    mixed = [estimate(1.0, 0.5), estimate(-2.0, 0.05), estimate(3.0, 0.4)]

    assert figures.column(mixed) == ["+1.00 ± 0.50", "-2.00 ± 0.05", "+3.00 ± 0.40"]
    assert figures.column([estimate(1.0, 0.4), None]) == ["1.00 ± 0.40", "-"]
    assert figures.column([estimate(1.0, 0.4), None], plain=True) == ["1.00", "-"]


def test_percent() -> None:
    """A share with its interval, in percent."""
    assert figures.percent(estimate(0.351, 0.011)) == "35.1 [34.0, 36.2]"
    assert figures.percent(estimate(0.351)) == "35.1"
    assert figures.percent(None) == "-"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.0, "0"), (0.00591, "0.0059"), (1.0, "1.0"), (14.6, "15"), (1451.0, "1451")],
)
def test_significant(value: float | None, text: str) -> None:
    """Milliseconds of a compiled agent and of a slow one are readable alike."""
    assert figures.significant(value) == text


def test_interval_bars_lie_on_one_scale() -> None:
    """The middle of the scale is in the middle; ends stay inside; a point is a dot."""
    assert figures.interval_bar(estimate(0.0, 0.5), -1, 1, 9) == "  ├─●─┤  "
    assert figures.interval_bar(estimate(-1.0, 5.0), -1, 1, 9) == "●───────┤"
    assert figures.interval_bar(estimate(1.0), -1, 1, 9) == "        ●"
    assert figures.interval_bar(estimate(None), -1, 1, 9) == ""
    assert figures.interval_bar(estimate(1.0), 1, 1, 9) == ""


def test_small_words() -> None:
    """Ranks, times, p-values and counts."""
    assert [figures.rank_interval(2, 2), figures.rank_interval(1, 3)] == ["2", "1-3"]
    assert [figures.clock(s) for s in (-1, 45.4, 125, 3723)] == ["0:00", "0:45", "2:05", "1:02:03"]
    assert [figures.p_value(p) for p in (0.0001, 0.0123, 1.0)] == ["< 0.001", "0.012", "1.000"]
    assert [figures.several(1, "match", "matches"), figures.several(1234, "match", "matches")] == [
        "1 match",
        "1,234 matches",
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("2m", 120),
        ("1h30m", 5400),
        ("45", 45),
        ("1.5m", 90),
        ("1h", 3600),
        (" 2M ", 120),
        ("1m30", 90),
    ],
)
def test_duration(text: str, seconds: float) -> None:
    """Times as people write them."""
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0s", "-5", "fast", "5x", "s", "1m2h", "nan", "inf"])
def test_no_duration(text: str) -> None:
    """Anything else, and nothing above zero, is refused by name."""
    with pytest.raises(BadParameter, match="90s"):
        duration(text)


def test_viewpoint() -> None:
    """public, open, or a player who is there."""
    assert [viewpoint(text, 3) for text in ("public", "open", "0", "2")] == ["public", "open", 0, 2]
    for text in ("3", "-1", "all", ""):
        with pytest.raises(BadParameter, match="from 0 to 2"):
            viewpoint(text, 3)


def test_given_conditions() -> None:
    """Only what was given is there; words become the values of their enumerations."""
    assert given_conditions(access=None, simulations=None) == {}
    assert given_conditions(access="view", faults="void", patience="none", retries=0) == {
        "access": "view",
        "faults": "void",
        "patience_s": None,
        "retries": 0,
    }
    assert given_conditions(patience="2m") == {"patience_s": 120.0}
    with pytest.raises(BadInput, match="did you mean 'stand-in'"):
        given_conditions(faults="standin")
