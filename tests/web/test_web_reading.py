"""Games, agents, tournaments and rankings by the API say what the arena says."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from arena.contest import Stop
from tournaments.plan import make_plan, pick
from tournaments.rank import rank
from tournaments.store import Store


def test_games_have_cards(client: TestClient) -> None:
    cards = client.get("/api/v1/games").json()["items"]

    dhumbal = next(card for card in cards if card["name"] == "dhumbal")
    assert dhumbal["players"] == 4
    assert [metric["name"] for metric in dhumbal["metrics"] if metric["primary"]] == ["coins"]


def test_a_game_takes_parameters(client: TestClient) -> None:
    found = client.get("/api/v1/games/dhumbal(players=2)").json()

    assert found["players"] == 2
    assert "greedy" in found["agents"]


def test_agents_of_a_game(client: TestClient) -> None:
    names = [card["name"] for card in client.get("/api/v1/agents?game=dhumbal").json()["items"]]

    assert {"random", "greedy", "ismcts"} <= set(names)
    assert client.get("/api/v1/agents?game=chess").status_code == 404


def test_an_agent_tells_what_it_reached(client: TestClient) -> None:
    found = client.get("/api/v1/agents/greedy").json()

    (result,) = found["results"]
    row = next(
        row for row in client.get("/api/v1/tournaments/1/ranking").json()["items"] if row["name"] == "greedy"
    )
    assert result["score"] == row["score"]
    assert (result["rank_low"], result["rank_high"], result["of"]) == (row["rank_low"], row["rank_high"], 4)


def test_the_ranking_is_that_of_the_arena(client: TestClient, store_path: Path) -> None:
    with Store.open(store_path, create=False) as store:
        row = store.tournament(1)
        wanted = rank(row.plan, store.results(1)).final

    found = client.get("/api/v1/tournaments/1/ranking").json()

    assert [one["name"] for one in found["items"]] == [one.name for one in wanted.agents]
    assert [one["score"]["low"] for one in found["items"]] == [one.score.low for one in wanted.agents]
    assert [one["letters"] for one in found["items"]] == [one.letters for one in wanted.agents]
    assert (found["blocks"], found["matches"], found["estimand"]) == (
        wanted.blocks,
        wanted.matches,
        wanted.estimand,
    )


def test_another_metric_ranks(client: TestClient) -> None:
    assert client.get("/api/v1/tournaments/1/ranking?by=wins").json()["unit"] == "share"


def test_pages_of_a_ranking_hold_every_agent_once(client: TestClient) -> None:
    names, address = [], "/api/v1/tournaments/1/ranking?limit=3"
    while address:
        answer = client.get(address)
        names += [row["name"] for row in answer.json()["items"]]
        link = answer.headers.get("link", "")
        assert bool(link) == (answer.json()["next"] is not None)
        address = link[1 : link.index(">")] if link else ""

    assert sorted(names) == sorted(["greedy", "tuned", "aggressive", "random"])


def test_pairs_are_those_of_the_arena(client: TestClient, store_path: Path) -> None:
    with Store.open(store_path, create=False) as store:
        wanted = rank(store.tournament(1).plan, store.results(1)).final.pairs

    found = client.get("/api/v1/tournaments/1/pairs").json()

    assert [(one["first"], one["second"], one["p_holm"], one["better"]) for one in found["items"]] == [
        (one.first, one.second, one.p_adjusted, one.better) for one in wanted
    ]
    assert not found["neighbours_only"]


def test_convergence_ends_at_the_scores(client: TestClient) -> None:
    found = client.get("/api/v1/tournaments/1/convergence").json()
    rows = client.get("/api/v1/tournaments/1/ranking").json()["items"]

    assert [one["name"] for one in found["agents"]] == [row["name"] for row in rows]
    assert [one["value"][-1] for one in found["series"]] == pytest.approx(
        [row["score"]["value"] for row in rows]
    )
    assert found["blocks"][-1] == 36
    assert all(len(one[end]) == len(found["blocks"]) for one in found["series"] for end in ("low", "high"))
    assert found["series"][0]["low"][-1] < found["series"][0]["value"][-1] < found["series"][0]["high"][-1]


def test_a_tournament_in_full(client: TestClient) -> None:
    found = client.get("/api/v1/tournaments/1").json()

    assert (found["state"], found["blocks"], found["progress"]["blocks_wanted"]) == ("finished", 36, 36)
    assert found["command"].startswith("arena tournament dhumbal --agents greedy,tuned,aggressive,random")
    assert found["plan"]["seed"] == 7
    assert found["rounds"] == [{"number": 0, "title": "round robin", "blocks": 36, "game": "dhumbal"}]
    assert client.get(f"/api/v1/tournaments/{found['digest'][:6]}").json()["id"] == 1


def test_the_list_is_newest_first_in_pages(client: TestClient, store_path: Path) -> None:
    with Store.open(store_path) as store:
        for seed in range(3):
            plan = make_plan("dhumbal", "random,greedy", seed=seed, stop=Stop(blocks=1))
            store.begin(plan, pick(plan))

    first = client.get("/api/v1/tournaments?limit=3").json()
    second = client.get("/api/v1/tournaments", params={"limit": 3, "cursor": first["next"]}).json()

    assert [card["id"] for card in first["items"] + second["items"]] == [4, 3, 2, 1]
    assert second["next"] is None
    assert second["items"][0]["leader"] is not None


def test_a_state_is_asked_for(client: TestClient, store_path: Path) -> None:
    with Store.open(store_path) as store:
        plan = make_plan("dhumbal", "random,greedy", seed=1, stop=Stop(blocks=5))
        store.begin(plan, pick(plan))
        running = client.get("/api/v1/tournaments?state=running").json()["items"]

    assert [card["id"] for card in running] == [2]
    assert [card["id"] for card in client.get("/api/v1/tournaments?state=finished").json()["items"]] == [1]
