"""Reports: right numbers in every format, nothing that breaks out of the page, and checks that see broken data."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from reporting import FIELD, Page, reported, section_table
from scipy import stats
from tournament_toys import (
    Bid,
    Constant,
    Dicer,
    FastBid,
    Naughty,
)

from arena.errors import MissingExtra, UnknownName
from tournaments.histogram import Histogram
from tournaments.reports import (
    FORMATS,
    Report,
    format_of,
    report_text,
    write_report,
)
from tournaments.reports.figures import Scale
from tournaments.reports.latex import escaped
from tournaments.reports.running import running_mean
from tournaments.statistics import asymptotic_interval
from tournaments.store import Store


@pytest.fixture(scope="module")
def league() -> Report:
    """Five agents at a table of three, 120 blocks."""
    with Store.memory() as store:
        return reported(store, FastBid(3), FIELD, 120)


def test_every_part_is_there(league: Report) -> None:
    """The sections the page promises, in their order, each with an anchor of its own."""
    keys = [section.key for section in league.document.sections]

    assert keys == [
        *(
            "played",
            "ranking",
            "matrix",
            "pairs",
            "convergence",
            "seats",
            "metrics",
            "faults",
            "checks",
            "legacy",
        ),
        "method",
    ]
    legacy = league.document.sections[-2]
    assert legacy.collapsed
    assert "Do not use these numbers" in str(legacy.blocks[0])


def test_tables_hold_the_rankings_numbers(league: Report) -> None:
    """Rank intervals, scores, Holm's p and blocks needed stand in the tables as the ranking has them."""
    found = league.material.ranking.final
    rows = section_table(league, "ranking").rows
    assert [row[2] for row in rows] == [agent.name for agent in found.agents]
    for row, agent in zip(rows, found.agents, strict=True):
        ends = {agent.rank_low, agent.rank_high}
        assert row[0] == "\u2013".join(map(str, sorted(ends)))
        value = float(row[3].split(" ±")[0].replace("\u2212", "-"))
        assert value == pytest.approx(agent.score.value, abs=0.006)
    pairs = section_table(league, "pairs")
    assert len(pairs.rows) == len(found.pairs) == 10
    needed = {row[0]: row[-1] for row in pairs.rows}
    for need in found.undecided:
        assert need.first is not None
        assert need.second is not None
        names = {found.row(need.first).name, found.row(need.second).name}
        text = next(text for pair, text in needed.items() if set(pair.split(" over ")) == names)
        shared = found.pair(need.first, need.second).difference.blocks
        if need.blocks is None:
            assert text == "\u2013"
        else:
            assert text == (f"about {need.blocks:,}" if need.blocks > shared else f"over {shared:,}")


def test_the_matrix_is_antisymmetric(league: Report) -> None:
    """What the row is ahead, the column is behind; tones have the sign of the advantage, stars mark decided pairs."""
    matrix = section_table(league, "matrix")
    found = league.material.ranking.final
    size = len(matrix.rows)
    for one in range(size):
        for other in range(size):
            cell = matrix.rows[one][other + 1]
            if one == other:
                assert (cell, matrix.tones[one][other + 1]) == ("\u2013", None)
                continue
            mirror = matrix.rows[other][one + 1]
            value, opposite = (float(text.rstrip("*").replace("\u2212", "-")) for text in (cell, mirror))
            assert value == -opposite
            tone, turned = matrix.tones[one][other + 1], matrix.tones[other][one + 1]
            assert tone is not None
            assert turned is not None
            assert tone == -turned
            assert tone * value >= 0
            pair = found.pair(found.agents[one].agent, found.agents[other].agent)
            assert cell.endswith("*") == (pair.better is not None)


def test_the_page_stands_alone(league: Report) -> None:
    """One file of well-formed tags: nothing is loaded, no script, a policy that forbids both; anchors exist."""
    text = report_text(league, "html")
    page = Page(text)
    names = [tag for tag, _ in page.tags]

    assert not {"script", "link", "img", "iframe", "object", "form"} & set(names)
    assert "http://" not in text
    assert "https://" not in text
    assert "url(" not in text
    assert "default-src 'none'" in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
    assert links == {f"#{name}" for name in ids}
    assert len(text) < 200_000


def test_every_picture_has_words(league: Report) -> None:
    """Each drawing is an image with a text that holds numbers, part of one, or hidden from those who cannot see it."""
    depth = drawings = 0
    for part in re.findall(r"<svg[^>]*>|</svg>", report_text(league, "html")):
        if part == "</svg>":
            depth -= 1
            continue
        depth += 1
        if depth == 1:
            named = re.search(r'role="img" aria-label="[^"]*: [^"]*[0-9]', part)
            assert named or 'aria-hidden="true"' in part or "axis" in part or 'height="18"' in part, part
            drawings += named is not None
    assert depth == 0
    assert drawings > 20


def test_the_words_of_agents_stay_words() -> None:
    """An agent whose name and failures hold markup breaks out of no format."""
    bad = "<script>alert('x')</script>|**&_%"
    with Store.memory() as store:
        report = reported(store, Bid(2), [Dicer(bad), Constant(0), Naughty()], 30)

    page = Page(report_text(report, "html"))
    assert "script" not in {tag for tag, _ in page.tags}
    assert any(bad in text for text in page.text)
    markdown = report_text(report, "md")
    # An indented line is code, in which nothing has a meaning.
    prose = [line for line in markdown.splitlines() if not line.startswith("    ")]
    assert not re.search(r"(?<!\\)[<>]", "\n".join(prose))
    assert (
        len({line.replace("\\|", "").count("|") for line in prose if re.match(r"\| [1-3].* \| 1 \|", line)})
        == 1
    )
    latex = report_text(report, "latex")
    # The head is the same for all reports; at the end of a line a sign that hides it is ours.
    lines = latex.partition(r"\section*")[2].splitlines()
    body = "\n".join(line.removesuffix("%") for line in lines)
    assert not re.search(r"(?<!\\)[%#_](?!\\)", body.replace("&", "").replace(r"\_", "").replace(r"\%", ""))


def test_latex_tables_are_whole(league: Report) -> None:
    """Environments nest, every row has as many cells as the table columns, booktabs rules stand around."""
    text = (
        report_text(league, "latex").partition(r"\section*")[2].removesuffix("\\csname arenaend\\endcsname\n")
    )
    begun = re.findall(r"\\(begin|end)\{(\w+)\}", text)
    stack: list[str] = []
    for kind, name in begun:
        if kind == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert stack == []
    for columns, body in re.findall(
        r"\\begin\{tabular\}\{(.*?)\}\n(.*?)\\end\{tabular\}", text, flags=re.DOTALL
    ):
        count = len(re.sub(r">\{[^}]*\}p\{[^}]*\}", "l", columns))
        flat = re.sub(r"\\shortstack\[[lr]\]\{[^}]*\}", "title", body)
        rows = [line for line in flat.splitlines() if line.endswith(r"\\")]
        assert rows
        assert all(len(re.findall(r"(?<!\\)&", row)) == count - 1 for row in rows), columns
        assert (body.count(r"\toprule"), body.count(r"\bottomrule")) == (1, 1)
    assert escaped("50 % of a_b & c\\d \u2212 \u00b1 {#}~^$") == (
        r"50 \% of a\_b \& c\textbackslash{}d $-$ $\pm$ \{\#\}\textasciitilde{}\textasciicircum{}\$"
    )


def test_markdown_tables_are_whole(league: Report) -> None:
    """Every table has the same number of cells in each line."""
    for block in report_text(league, "md").split("\n\n"):
        if block.startswith("|"):
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_json_holds_ranking_and_checks(league: Report) -> None:
    """The document is the ranking's own JSON with the checks of each round beside it."""
    found = json.loads(report_text(league, "json"))

    assert found["ranking"]["rounds"][0]["agents"][0]["name"] == league.material.ranking.final.agents[0].name
    assert [check["name"] for check in found["checks"][0]["checks"]] == [
        check.name for check in league.material.checks
    ]
    assert found["checks"][0]["sound"] is True
    assert found["tournament"]["digest"] == league.material.row.digest


def test_the_running_mean_is_that_of_the_first_blocks() -> None:
    """At every point mean and interval are SciPy's of the blocks up to there; the sequence is that of the statistics."""
    rng = np.random.default_rng(1)
    values = rng.normal(1e6, 1, 500)
    values[rng.random(500) < 0.3] = np.nan
    found = running_mean(values)

    assert found.blocks[-1] == 500
    assert found.blocks.size <= 120
    for place in (0, 17, found.blocks.size - 1):
        first = values[: found.blocks[place]]
        first = first[~np.isnan(first)]
        low, high = stats.ttest_1samp(first, 0).confidence_interval(0.95)
        assert found.mean[place] == pytest.approx(first.mean(), rel=1e-12)
        assert (found.low[place], found.high[place]) == pytest.approx((low, high), rel=1e-9)
        again = asymptotic_interval(first - values[~np.isnan(values)].mean())
        middle = values[~np.isnan(values)].mean()
        if again.low is None or again.high is None:
            assert np.isnan(found.always_low[place])
            assert len(first) < 30
        else:
            ends = (again.low + middle, again.high + middle)
            assert (found.always_low[place], found.always_high[place]) == pytest.approx(ends, rel=1e-12)
            assert found.always_low[place] < found.low[place] < found.high[place] < found.always_high[place]
    assert running_mean(np.array([1.0])).blocks.size == 0


def test_large_tournaments_draw_few_points() -> None:
    """A hundred thousand blocks give no more points than a thousand."""
    rng = np.random.default_rng(2)

    assert running_mean(rng.normal(0, 1, 100_000)).blocks.size <= 120


def test_histograms_are_numpys() -> None:
    """Exact on few values; on many the grid keeps every value within half a step, and memory small."""
    rng = np.random.default_rng(3)
    few, many = rng.integers(0, 9, 5000).astype(np.float64), rng.lognormal(0, 2, 30_000)
    few[:10] = np.nan
    histogram = Histogram()
    for part in np.split(few, 10):
        histogram.add(part)
    kept = few[~np.isnan(few)]
    edges = np.arange(-0.5, 9.5)
    assert histogram.total == 4990
    assert histogram.width == 0
    assert histogram.shares(edges) == pytest.approx(np.histogram(kept, edges)[0] / kept.size)
    assert histogram.quantile(0.5) == np.quantile(kept, 0.5, method="inverted_cdf")
    coarse = Histogram()
    for part in np.split(many, 30):
        coarse.add(part)
    assert len(coarse.counts) <= 512
    assert coarse.total == many.size
    median = coarse.quantile(0.5)
    assert median is not None
    assert abs(median - np.median(many)) <= coarse.width
    assert Histogram().quantile(0.5) is None


@pytest.mark.parametrize(
    ("low", "high"), [(-27.6, 20.1), (0.0, 1e-4), (-1e7, 1e7), (0.3, 0.31), (5, 6), (-0.05, 0.05)]
)
def test_ticks_are_few_and_round(low: float, high: float) -> None:
    """Two to eight ticks inside the scale, with labels that read as the values they stand for."""
    scale = Scale(low, high)
    labels = scale.labels()

    assert 2 <= len(labels) <= 9
    for at, text in labels:
        assert low - 1e-12 <= at <= high + 1e-12
        assert float(text.replace(",", "").replace("\u2212", "-")) == pytest.approx(
            at, abs=1e-9 * max(abs(low), abs(high))
        )
    assert len({text for _, text in labels}) == len(labels)


def test_csv_gives_the_block_means_back(tmp_path: Path) -> None:
    """From the rows of the CSV alone the scores of the ranking come out again; faults and matches add up."""
    with Store.memory() as store:
        report = reported(store, Bid(3), [Constant(0), Dicer(), Naughty(), Constant(2)], 60)
        files = write_report(report, store, "csv", tmp_path / "league.csv")
    assert [file.name for file in files] == ["league.csv", "league-blocks.csv"]
    rows = list(csv.DictReader(io.StringIO(files[1].read_text())))
    found = report.material.ranking.final
    for agent in found.agents:
        own = [float(row["coins"]) for row in rows if row["agent"] == agent.name]
        assert np.mean(own) == pytest.approx(agent.score.value)
        assert sum(int(row["matches"]) for row in rows if row["agent"] == agent.name) == agent.matches
        assert sum(int(row["faults"]) for row in rows if row["agent"] == agent.name) == agent.faults
    ranking = list(csv.DictReader(io.StringIO(files[0].read_text())))
    assert [row["agent"] for row in ranking] == [agent.name for agent in found.agents]
    assert [int(row["rank_low"]) for row in ranking] == [agent.rank_low for agent in found.agents]


def test_parquet_gives_every_seat_back(tmp_path: Path) -> None:
    """One row a seat, as the blocks have it, in a data set partitioned by tournament; written again it is replaced."""
    parquet = pytest.importorskip("pyarrow.parquet")
    with Store.memory() as store:
        report = reported(store, Bid(3), [Constant(0), Dicer(), Naughty(), Constant(2)], 30)
        parts = list(store.results(report.material.row.id))
        for _ in range(2):
            (file,) = write_report(report, store, "parquet", tmp_path / "set")
        (single,) = write_report(report, store, "parquet", tmp_path / "one.parquet")
    digest = report.material.row.digest
    assert file == tmp_path / "set" / f"tournament={digest}" / "results.parquet"
    found = parquet.read_table(single).to_pydict()
    assert parquet.read_table(tmp_path / "set").to_pydict()["tournament"] == [digest] * 30 * 9
    scores = np.concatenate([part.scores.ravel() for part in parts])
    assert found["score"] == pytest.approx(scores)
    success = np.concatenate([part.metrics["bid_success"].ravel() for part in parts])
    assert [value is None for value in found["metric_bid_success"]] == np.isnan(success).tolist()
    names = report.material.ranking.plan.agents
    seated = np.concatenate([part.seatings.ravel() for part in parts])
    assert found["agent"] == [names[agent] for agent in seated]
    assert sum(found["faults"]) == report.material.stages[0].seen.faults > 0
    assert found["block"][-1] == 29
    assert max(found["seating"]) == max(found["seat"]) == 2
    assert not list(tmp_path.rglob("*.new"))


def test_parquet_without_pyarrow_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, league: Report
) -> None:
    """Where pyarrow is absent the error says what to install, and no half a file is left."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with Store.memory() as store, pytest.raises(MissingExtra, match=r"agent-arena\[report\]"):
        write_report(league, store, "parquet", tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


def test_pages_need_no_extra(monkeypatch: pytest.MonkeyPatch, league: Report) -> None:
    """Without matplotlib and pyarrow every format of text comes, figures included."""
    for name in ("matplotlib", "pyarrow"):
        monkeypatch.setitem(__import__("sys").modules, name, None)

    assert "<svg" in report_text(league, "html")


def test_formats_by_word_and_by_name() -> None:
    """A word wins over the name of the file; unknown ones get the nearest."""
    assert format_of(None, None) == "html"
    assert [format_of(None, Path(f"x{suffix}")) for suffix in FORMATS.values()] == list(FORMATS)
    assert format_of("json", Path("x.html")) == "json"
    assert format_of(None, Path("folder")) == "html"
    with pytest.raises(UnknownName, match="did you mean 'latex'"):
        format_of("latx", None)
    with pytest.raises(UnknownName, match="'pdf'"):
        format_of(None, Path("x.pdf"))
