"""Sections of a report beyond the ranking: ratings, luck taken off, the ledger of looks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena.contest import Stop
from arena.errors import UnknownName
from tournaments.executors.serial import Serial
from tournaments.plan import make_plan
from tournaments.reports import make_report, report_text
from tournaments.store import Store
from tournaments.tournament import Tournament
from tournaments.variance import reduce_stored


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a tournament that ended when it was decided, and holds blocks beyond that."""
    path = tmp_path_factory.mktemp("beyond") / "store.sqlite"
    stop = Stop(blocks=4000, until="decided", epsilon=1.0)
    plan = make_plan("dhumbal(players=2)", "tuned,aggressive,random", seed=5, stop=stop)
    with Store.open(path) as store:
        Tournament(plan, store).run(Serial())
    return path


def test_ratings_luck_and_looks_have_sections(stored: Path) -> None:
    """Each is there when asked for, and the best stands first whatever the rating."""
    with Store.open(stored) as store:
        (row,) = store.tournaments()
        made = make_report(store, row, ratings="plackett-luce,rank-probabilities", luck=True)
    sections = {section.key: section for section in made.document.sections}
    assert {"rating-plackett-luce", "rating-rank-probabilities", "luck", "looks"} <= set(sections)
    for name in ("rating-plackett-luce", "rating-rank-probabilities"):
        table = sections[name].blocks[0]
        assert [cells[0] for cells in table.rows] == ["tuned", "aggressive", "random"]  # type: ignore[union-attr]
    last = sections["looks"].blocks[0].rows[-1]  # type: ignore[union-attr]
    assert last[1] == f"{made.material.ranking.final.blocks:,}"
    assert last[-1] == "decided"
    words = json.loads(report_text(made, "json"))
    assert set(words["ratings"]) == {"plackett-luce", "rank-probabilities"}
    assert words["variance"]["rounds"][0]["blocks"] == made.material.ranking.final.blocks


def test_only_ranked_blocks_count(stored: Path) -> None:
    """Blocks that were played beyond the stop are no part of any estimate."""
    with Store.open(stored) as store:
        (row,) = store.tournaments()
        (stage,) = store.rounds(row.id)
        assert stage.stopped_at is not None
        assert stage.blocks > stage.stopped_at
        found = reduce_stored(store, row.id, methods=("controls",)).rounds[0]
    assert found.blocks == stage.stopped_at


def test_nothing_that_nobody_asked_for(stored: Path) -> None:
    """Without ratings and luck there are none, and an unknown rating is named."""
    with Store.open(stored) as store:
        (row,) = store.tournaments()
        plain = make_report(store, row)
        with pytest.raises(UnknownName, match="plackett-luce"):
            make_report(store, row, ratings="placket-luce")
    keys = {section.key for section in plain.document.sections}
    assert not any(key.startswith("rating-") or key == "luck" for key in keys)
    assert "ratings" not in json.loads(report_text(plain, "json"))
