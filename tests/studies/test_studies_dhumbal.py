"""The study of Dhumbal: measures against counts by hand, the page, and the whole of it at the quick scale."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from cli_bench import arena

from agents.dhumbal.rule_based import Aggressive, Balanced, Greedy
from arena import registry, streams
from arena.errors import UnknownName
from arena.play import play
from games.dhumbal.game import Dhumbal
from tournaments.studies import measures
from tournaments.studies.dhumbal import DHUMBAL
from tournaments.studies.dhumbal_paper import PUBLISHED
from tournaments.studies.dhumbal_statistics import errors
from tournaments.studies.dhumbal_steps import Step, turning
from tournaments.studies.study import Scale, Section, Study, Table, plain, written

QUICK = Scale(quick=True)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The study is registered, whatever the installed entry points say."""
    target = registry.Entry("study", "dhumbal", "agent-arena", "tournaments.studies.dhumbal:dhumbal", None)
    known = registry.entries
    monkeypatch.setattr(
        registry, "entries", lambda kind: {"dhumbal": target} if kind == "study" else known(kind)
    )


def test_measures_agree_with_the_referee() -> None:
    """Wins, coins, calls, right calls and cards of a small table are those counted from single matches."""
    game, field = Dhumbal(players=2, rules="np10"), {"one": Aggressive(), "two": Greedy()}
    measured = measures.measure(game, field, measures.every_order(2), 6, 3)
    key = streams.derive(streams.root_key(3), "study", "dhumbal(players=2, rules=np10)")
    deals = streams.numbers(streams.derive(key, "deals"), 0, 6)
    totals = {"wins": 0.0, "coins": 0.0, "cards": 0.0, "calls": 0.0}
    for deal in deals:
        for order in ((0, 1), (1, 0)):
            table = [list(field.values())[k] for k in order]
            found = play(game, table, int(deal)).outcome.metrics
            for name in totals:
                totals[name] += found[name][order.index(0)]
    row = measured.row("one")

    assert (measured.rounds, measured.blocks) == (12, 6)
    assert row.wins.mean == pytest.approx(100 * totals["wins"] / 12)
    assert row.coins.mean == pytest.approx(totals["coins"] / 12)
    assert row.cards == pytest.approx(totals["cards"] / 12)
    assert row.calls == pytest.approx(1024 * totals["calls"] / 12)
    assert measured.gap.mean == pytest.approx(2 * abs(row.coins.mean))


def test_risk_is_the_correlation_over_calls() -> None:
    """Rounds without a call do not count; a success that never varies, or a mean of several calls, has no risk."""
    values = np.array([2.0, np.nan, 4.0, 9.0])

    assert measures.risk_of(values, np.array([1.0, np.nan, 1.0, 0.0])) == pytest.approx(
        np.corrcoef([2, 4, 9], [1, 1, 0])[0, 1]
    )
    assert np.isnan(measures.risk_of(values, np.array([1.0, np.nan, 1.0, 1.0])))
    assert np.isnan(measures.risk_of(values, np.array([0.5, np.nan, 1.0, 0.0])))


def test_published_shares_add_up() -> None:
    """The copied tables of the paper are whole: wins sum to 100 %, coins to 0, to their digits."""
    for table in PUBLISHED.values():
        assert sum(line.wins for line in table.values()) == pytest.approx(100.0, abs=0.15)
        assert sum(line.coins for line in table.values()) == pytest.approx(0.0, abs=0.15)


def test_rule_based_table_of_the_paper_comes_out() -> None:
    """All four shares agree with the paper within the intervals, and Aggressive leads."""
    found = DHUMBAL.section("styles").run(QUICK, 2025)

    for name, line in PUBLISHED["styles"].items():
        ours = found.row(name).wins
        assert abs(ours.mean - line.wins) <= line.half_width + ours.half_width
    assert measures.ranking(found)[0] == "aggressive"


def test_seats_are_worth_what_they_are_in_the_program() -> None:
    """Four identical Aggressive win 29.2, 26.2, 23.3 and 21.3 % by seat in the paper's own program (40,960 rounds)."""
    found = DHUMBAL.section("seats").run(QUICK, 2025)

    for rules, expected in (("paper", (29.2, 26.2, 23.3, 21.3)), ("np10", (25.0,) * 4)):
        means = [seat.mean for seat in found.by_seat[rules]]
        assert means == pytest.approx(expected, abs=2.5)
        assert sum(means) == pytest.approx(100.0)
    mended = measures.ranking(found.styles["paper-fixed"])
    assert mended[:2] == ("aggressive", "opportunistic")
    assert mended[-1] == "conservative"


def test_championship_of_the_paper_comes_out() -> None:
    """Aggressive wins nearly all, the search is second by wins and calls rarely, the other two win next to nothing."""
    found = DHUMBAL.section("championship").run(QUICK, 2025)["untrained"]
    wins = {row.agent: row.wins.mean for row in found.rows}

    assert wins["aggressive"] > 75
    assert 2 < wins["ismcts"] < 20
    assert wins["ppo"] < 8
    assert wins["random"] < 8
    assert found.row("ismcts").calls < 150


def test_identical_agents_fool_welch_under_the_rules_of_the_paper() -> None:
    """Seats pass for skill there; deals replayed from all seats vary less, and their test claims the error they have."""
    found = errors(QUICK, 1)
    rows = {(row.rules, row.seatings, row.test): row for row in found.rows if row.metric == "wins"}
    paper = rows["paper", "fixed", "Welch"]
    welch = rows["paper-fixed", "fixed", "Welch"]
    blocks = rows["paper-fixed", "rotated", "blocks"]

    assert paper.false_any > 0.9
    assert blocks.false < 0.09
    assert welch.spread / welch.error == pytest.approx(np.sqrt(4 / 3), rel=0.1)
    assert blocks.spread / blocks.error == pytest.approx(1.0, rel=0.1)
    assert blocks.spread < 0.8 * welch.spread


def test_turning_is_the_first_change_of_the_leader() -> None:
    """A step that could not be taken turns nothing."""
    game = Dhumbal(players=2, rules="np10")
    good = measures.measure(game, {"a": Greedy(), "b": Balanced()}, measures.every_order(2), 60, 1)
    other = measures.measure(game, {"b": Greedy(), "a": Balanced()}, measures.every_order(2), 60, 1)
    row = [Step("x", "", good), Step("y", "", None, "absent"), Step("z", "", other)]

    assert turning(row) is row[2]
    assert turning(row[:2]) is None


def test_page_is_made_of_the_data() -> None:
    """Headings, commands, paragraphs and tables, in order; the quick scale says so."""
    section = Section("one", "First", lambda scale, seed: seed + scale.count(10, 1), lambda data: [f"{data}"])
    study = Study("toy", "Title", "sum", ("About.",), (section,), ("source",))
    page = written(study, [(section, section.run(QUICK, 4))], 4, quick=True)

    assert page.startswith("# Title\n\nAbout.\n\n    arena study toy --quick --seed 4\n")
    assert "## First\n\n    arena study toy --only one --quick --seed 4\n\n5\n" in page
    assert page.endswith("## Sources\n\n* source\n")
    assert Table(("a", "b"), (("1", "2"),)).markdown() == "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert (plain(["a"]), plain(["a", "b", "c"])) == ("a", "a, b and c")
    with pytest.raises(UnknownName, match="did you mean 'one'"):
        study.section("ome")


@pytest.mark.usefixtures("registered")
def test_the_whole_study_runs_quickly(tmp_path: Path) -> None:
    """The quick page has every section with its command, and tables whose lines are as long as their heads."""
    file = tmp_path / "page.md"
    answer = arena("study", "dhumbal", "--quick", "--seed", "7", "--out", str(file))
    page = file.read_text(encoding="utf-8")

    assert (answer.code, answer.out) == (0, "")
    assert "written to" in answer.err
    for section in DHUMBAL.sections:
        assert (
            f"## {section.title}\n\n    arena study dhumbal --only {section.name} --quick --seed 7\n" in page
        )
    assert "nan" not in re.findall(r"[a-z]+", page)
    lines = page.splitlines()
    for one, two in pairwise(lines):
        if one.startswith("|") and two.startswith("|"):
            assert one.count("|") == two.count("|")


@pytest.mark.usefixtures("registered")
def test_listing_and_bad_words() -> None:
    """Without a name, studies and sections are listed; words that cannot be used are refused in one line."""
    listed = arena("study")
    absent = arena("study", "dhumbl")
    section = arena("study", "dhumbal", "--only", "step", "--quick")
    options = arena("study", "--quick")
    folder = arena("study", "dhumbal", "--only", "styles", "--quick", "--out", "no-such-folder/page.md")

    assert listed.code == 0
    assert all(name in listed.out for name in ("dhumbal", *(one.name for one in DHUMBAL.sections)))
    assert (absent.code, section.code, options.code, folder.code) == (2, 2, 2, 2)
    assert "did you mean 'dhumbal'" in absent.err
    assert "did you mean 'steps'" in section.err
    assert "a folder that exists" in folder.err


@pytest.mark.usefixtures("registered")
def test_same_seed_same_page() -> None:
    """One section played twice is the same, times aside."""
    pages = [arena("study", "dhumbal", "--only", "search", "--quick").out for _ in range(2)]
    clean = [re.sub(r"\| [\d.]+ \|$", "|", page, flags=re.MULTILINE) for page in pages]

    assert clean[0] == clean[1]
