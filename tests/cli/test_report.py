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
    assert "arena tournament pebbles --agents first-one,random --seed 7 --blocks 24" in page


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


def test_help_loads_nothing_heavy() -> None:
    """Neither arrays nor figures nor the store are imported to print the help."""
    code = (
        "import sys\nfrom arena.cli.main import run\nrun(['report', '--help'])\n"
        "print([n for n in ('numpy', 'scipy', 'sqlalchemy', 'matplotlib', 'pyarrow') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
