"""`arena report`: the file it writes, what it prints, and every way in which it may go wrong, in one line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from cli_bench import Answer, arena
from fake_plugin import install

from tournaments.plan import make_plan, pick
from tournaments.store import Store

pytestmark = pytest.mark.usefixtures("toys")

WORDS = ["pebbles", "--agents", "first-one,random", "--blocks", "24", "--seed", "7", "--workers", "1"]


@pytest.fixture(scope="module")
def league(toys: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The store of a small tournament."""
    store = tmp_path_factory.mktemp("league") / "league.sqlite"
    told = arena("tournament", *WORDS, "--store", str(store))
    assert told.code == 0, told.err
    return str(store)


def refused(answer: Answer, words: str, code: int) -> None:
    """An answer of one line on standard error that holds `words`."""
    assert (answer.code, answer.out) == (code, "")
    assert re.fullmatch(r"arena: error: [^\n]+\n", answer.err), answer.err
    assert re.search(words, answer.err), answer.err


def test_a_page_in_this_folder(league: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without options it is a page named after the tournament; its path is all that is printed."""
    monkeypatch.chdir(tmp_path)
    answer = arena("report", "--store", league)

    assert answer == Answer(0, "report-1.html\n", "")
    page = (tmp_path / "report-1.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    words = re.sub("<[^>]*>", "", page)
    assert "arena tournament pebbles --agents first-one,random --seed 7 --blocks 24" in words


@pytest.mark.parametrize(
    ("name", "beginning"),
    [("x.html", "<!DOCTYPE"), ("x.md", "# "), ("x.tex", "% "), ("x.csv", "round,agent"), ("x.json", "{")],
)
def test_the_name_tells_the_format(league: str, tmp_path: Path, name: str, beginning: str) -> None:
    """The end of the file's name says what it is; standard output lists the files."""
    answer = arena("report", "1", "--out", str(tmp_path / name), "--store", league)

    assert answer.code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)
    assert sorted(answer.out.splitlines()) == sorted(map(str, tmp_path.iterdir()))


def test_standard_output(league: str) -> None:
    """A dash prints the report and nothing else; --by ranks by another metric."""
    plain = json.loads(arena("report", "--to", "json", "--out", "-", "--store", league).out)
    ranked = json.loads(arena("rank", "--json", "--store", league).out)

    assert plain["ranking"] == ranked
    metric = next(
        name for name in ranked["rounds"][0]["agents"][0]["metrics"] if name != ranked["rounds"][0]["metric"]
    )
    other = arena("report", "--to", "json", "--out", "-", "--by", metric, "--store", league)
    assert json.loads(other.out)["ranking"]["rounds"][0]["metric"] == metric


def test_checks_are_printed(league: str) -> None:
    """--checks prints a line for each check and writes nothing; sound data end with 0."""
    answer = arena("report", "--checks", "--store", league)

    assert (answer.code, answer.err) == (0, "")
    for name in ("blocks", "aggregates", "rotation", "links", "workers", "seats"):
        assert re.search(rf"^{name} +(ok|note) ", answer.out, flags=re.MULTILINE)


def test_unsound_data_end_with_1(league: str) -> None:
    """Where a check fails the exit code is 1, and the check stands there."""
    from tournaments import checks

    wrong = checks.Check("sums", checks.Verdict.BAD, "1 of 48 matches do not add up")
    with mock.patch("tournaments.reports.material.check_round", return_value=(wrong,)):
        answer = arena("report", "--checks", "--store", league)

    assert answer.code == 1
    assert re.search(r"sums +bad +1 of 48 matches", answer.out)


def test_open_shows_the_page(league: str, tmp_path: Path) -> None:
    """--open hands the page to the browser, and is refused for what no browser shows."""
    with mock.patch("webbrowser.open") as shown:
        arena("report", "--open", "--out", str(tmp_path / "x.html"), "--store", league)
    shown.assert_called_once_with((tmp_path / "x.html").as_uri())

    refused(arena("report", "--open", "--to", "md", "--store", league), "--open shows a page", 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["17"], "unknown tournament '17'"),
        (["--to", "htm"], "unknown format 'htm': did you mean 'html'"),
        (["--out", "x.pdf"], "unknown format 'pdf'"),
        (["--by", "winz"], "unknown metric"),
        (["--to", "csv", "--out", "-"], "'csv' is written to files"),
        (["--to", "parquet", "--out", "-"], "'parquet' is written to files"),
        (["--checks", "--to", "md"], "--checks writes nothing"),
        (["--checks", "--figures", "x"], "--checks writes nothing"),
        (["--checks", "1", "last"], "--checks looks at one tournament, got 2"),
        (["--luck", "1", "last"], "--luck looks at one tournament, got 2"),
        (["1", "1"], "tournament 1 is named twice"),
        (["--reference", "1=0"], "expected --reference ID=LOW:HIGH with two numbers"),
        (["--reference", "=0:x"], "expected --reference ID=LOW:HIGH with two numbers"),
        (
            ["--reference", "tetris=0:1"],
            r"'tetris=0:1' names none of the tournaments; expected one of 1 \(pebbles",
        ),
        (["--reference", "1=0:1"], "references are of games for one seat, tournament 1 is of 'pebbles"),
    ],
)
def test_bad_words_are_refused(league: str, words: list[str], said: str) -> None:
    """One line, exit code 2, nothing written."""
    refused(arena("report", *words, "--store", league), said, 2)


def test_places_that_cannot_be_written(league: str, tmp_path: Path) -> None:
    """A folder that is not there, a file in the place of a folder, a folder in the place of a file: one line, code 1."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "no" / "x.html", tmp_path / "file" / "x.html", tmp_path):
        answer = arena("report", "--to", "html", "--out", str(place), "--store", league)
        refused(answer, re.escape(str(place)), 1)
    refused(
        arena("report", "--to", "parquet", "--out", str(tmp_path / "file" / "x"), "--store", league),
        "file",
        1,
    )
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["file"]


def test_an_absent_extra_is_named(league: str, tmp_path: Path) -> None:
    """Without pyarrow Parquet is refused in one line that says what to install."""
    with mock.patch.dict(sys.modules, {"pyarrow": None}):
        answer = arena("report", "--to", "parquet", "--out", str(tmp_path / "x.parquet"), "--store", league)

    refused(answer, r"pip install 'agent-arena\[report\]'", 1)


def test_an_empty_tournament_is_refused(tmp_path: Path) -> None:
    """A tournament without a block has no report; the line says how to play it."""
    plan = make_plan("pebbles", ["first-one", "random"], seed=1)
    with Store.open(tmp_path / "s.sqlite") as store:
        store.begin(plan, pick(plan))

    refused(arena("report", "--store", str(tmp_path / "s.sqlite")), "--resume 1", 2)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with two tournaments of a game for one, and one of pebbles."""
    points = {
        "arena.games": {"course": "course_plugin:Course"},
        "arena.agents": {"jumper": "course_plugin:Jumper"},
    }
    install(tmp_path, monkeypatch, "course_plugin", "from score_course import Course, Jumper\n", points)
    agents, store = "jumper(bold=2),jumper", tmp_path / "course.sqlite"
    for game in ("course", "course:length=6"):
        words = ("--agents", agents, "--blocks", "12", "--seed", "3", "--workers", "1", "--store", str(store))
        told = arena("tournament", game, *words)
        assert told.code == 0, told.err
    assert arena("tournament", *WORDS, "--store", str(store)).code == 0
    return str(store)


def test_several_games_for_one_are_a_suite(course: str, tmp_path: Path) -> None:
    """References by number and by game; the file is named after all; a game with more seats is refused in one line."""
    references = ("--reference", "1=0:8", "--reference", "course(length=6)=0:12")
    answer = arena("report", "1", "2", *references, "--to", "json", "--out", "-", "--store", course)

    assert (answer.code, answer.err) == (0, "")
    found = json.loads(answer.out)
    assert [one["references"] for one in found["tournaments"]] == [[0.0, 8.0], [0.0, 12.0]]
    assert [task["seeds"] for task in found["tasks"]["tasks"]] == [12, 12]
    told = arena("report", "1", "2", *references, "--out", str(tmp_path / "s.html"), "--store", course)
    assert "Suite of 2 tasks" in (tmp_path / "s.html").read_text(encoding="utf-8")
    assert told.out == f"{tmp_path / 's.html'}\n"
    refused(arena("report", "1", "3", *references[:2], "--store", course), "tournament 3 is of 'pebbles", 2)
    refused(
        arena("report", "1", "2", *references[:2], "--store", course), "expected --reference 2=LOW:HIGH", 2
    )
    refused(
        arena("report", "1", "2", *references, "--to", "csv", "--store", course),
        "'csv' holds the results of one",
        2,
    )


def test_one_game_for_one(course: str, tmp_path: Path) -> None:
    """Its report has seeds and profiles; the references of the only tournament need no name."""
    out = tmp_path / "one.md"
    answer = arena("report", "1", "--reference", "0:8", "--out", str(out), "--store", course)

    assert (answer.code, answer.err) == (0, "")
    text = out.read_text(encoding="utf-8")
    for title in ("## Seeds", "## Aggregates and profiles", "normalised: 0 is 0 and 8 is 1"):
        assert title in text


def test_figures_beside_the_tables(league: str, tmp_path: Path) -> None:
    """--figures writes three files a figure, LaTeX takes them in from where it stands, and both are told."""
    pytest.importorskip("matplotlib")
    out, folder = tmp_path / "paper" / "tables.tex", tmp_path / "paper" / "figures"
    out.parent.mkdir()
    words = ("--out", str(out), "--figures", str(folder), "--rating", "none", "--store", league)
    answer = arena("report", *words)

    assert answer == Answer(0, f"{out}\n{folder}\n", "")
    assert r"\includegraphics{figures/scores}" in out.read_text(encoding="utf-8")
    assert {file.suffix for file in folder.iterdir()} == {".pdf", ".svg", ".png"}
    with mock.patch.dict(sys.modules, {"matplotlib": None}):
        answer = arena("report", "--out", str(out), "--figures", str(folder), "--store", league)
    refused(answer, r"matplotlib is not installed: pip install 'agent-arena\[report\]'", 1)


def test_help_loads_nothing_heavy() -> None:
    """Neither arrays nor figures nor the store are imported to print the help."""
    code = (
        "import sys\nfrom arena.cli.main import run\nrun(['report', '--help'])\n"
        "print([n for n in ('numpy', 'scipy', 'sqlalchemy', 'matplotlib', 'pyarrow') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
