"""The agent `policy` and the learned agents that ship."""

from __future__ import annotations

import dataclasses
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_plugin import install
from small_networks import header, small, walk
from tax_town import TaxTown
from toy_board import Noughts

from agents.deep.agent import Policy
from agents.deep.perceptron import Perceptron
from agents.deep.policy_file import Header, write
from agents.deep.reading import observation
from agents.deep.shipped import ShippedPPO
from arena import registry
from arena.agent import Seat, Turn
from arena.capabilities import Compiled
from arena.conditions import Conditions
from arena.errors import BadInput, BadParameter, NotCapable
from arena.game import Game
from arena.play import misfit, play
from arena.spelling import spell
from arena.testing import check_agent
from games.dhumbal.game import Dhumbal
from games.dhumbal.mini import DhumbalMini


def _saved(folder: Path, game: Game[Any, Any, Any], **kind: Any) -> Path:
    path = folder / f"{game.spec.name}.onnx"
    path.write_bytes(write(small(game), header(game, **kind)))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("game", [Dhumbal(), DhumbalMini(), Noughts()], ids=lambda game: game.spec.name)
@pytest.mark.parametrize("greedy", [True, False])
def test_laws(tmp_path: Path, game: Any, greedy: bool) -> None:
    """Every law of agents, in compiled games and in one that only has arrays."""
    assert len(check_agent(Policy(str(_saved(tmp_path, game)), greedy), game)) > 10


def test_an_agent_that_carries_its_network() -> None:
    """Picklable, comparable, spelled so that it can be made again, and equal in play to the same network in a file."""
    game = DhumbalMini()
    agent = Policy.of(small(game), header(game), "step-1000")
    assert pickle.loads(pickle.dumps(agent)) == agent
    assert agent != Policy.of(small(game, value=False), header(game), "step-1000")
    assert "model" not in repr(agent)
    assert (
        play(game, [agent, agent], 3).actions
        == play(game, [pickle.loads(pickle.dumps(agent))] * 2, 3).actions
    )
    check_agent(agent, game, seeds=(0,))


def test_the_digest_is_that_of_the_network(tmp_path: Path) -> None:
    """The same under another name, another for other weights or another way to choose."""
    game = DhumbalMini()
    one = _saved(tmp_path, game)
    other = tmp_path / "copy.onnx"
    other.write_bytes(one.read_bytes())
    assert Policy(str(one)).digest() == Policy(str(other)).digest()
    assert Policy(str(one)).digest() != Policy(str(one), greedy=False).digest()
    other.write_bytes(write(small(game, value=False), header(game)))
    assert Policy(str(one)).digest() != Policy(str(other)).digest()


def test_many_at_once_are_one_forward_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers of a batch are those one by one, in one run of the session, forced moves aside."""
    game = Noughts()
    agent = Policy(str(_saved(tmp_path, game)), greedy=False)
    views = walk(game, 6)

    def table() -> tuple[list[Any], list[Turn]]:
        seats = [Seat(game, 0, "player", Conditions(), 100 + place) for place in range(len(views))]
        turns = [Turn(view, legal, 0, seat) for (view, legal), seat in zip(views, seats, strict=True)]
        return [agent.sit(seat) for seat in seats], turns

    players, turns = table()
    alone = [player.act(turn) for player, turn in zip(players, turns, strict=True)]
    runs: list[int] = []
    network = agent.network(game)
    run = network.run

    def counting(observations: Any) -> Any:
        runs.append(len(observations))
        return run(observations)

    monkeypatch.setattr(network, "run", counting)
    assert agent.act_many(*table()) == alone
    assert runs == [len(views)]


@pytest.mark.parametrize(("kind", "measure"), [("logits", "probability"), ("values", "value")])
@pytest.mark.parametrize("game", [DhumbalMini(), Noughts()], ids=lambda game: game.spec.name)
def test_thoughts(tmp_path: Path, game: Any, kind: str, measure: str) -> None:
    """The actions, best first, by what the network says of them, and the value of the state in the game's unit."""
    agent = Policy(str(_saved(tmp_path, game, kind=kind, scale=10.0)))
    view, legal = max(walk(game, 3), key=lambda found: len(list(found[1])))
    seat = Seat(game, 0, "player", Conditions(), 1)
    player = agent.sit(seat)
    assert player.thoughts() is None
    action = player.act(Turn(view, legal, 0, seat))
    thoughts = player.thoughts()
    assert thoughts is not None
    listed = thoughts["actions"]
    assert listed[0]["action"] == game.say(action)
    numbers = [row[measure] for row in listed]
    assert numbers == sorted(numbers, reverse=True)
    loaded = agent.network(game)
    outputs = loaded.perceptron.forward(observation(game, view)[np.newaxis])[0]
    assert thoughts["value"] == pytest.approx(10.0 * outputs[-1], abs=1e-3)
    if kind == "logits":
        assert sum(numbers) == pytest.approx(1.0)
    else:
        assert numbers[0] == pytest.approx(10.0 * outputs[game.index(action)], abs=1e-3)


def test_close_frees_and_plays_on(tmp_path: Path) -> None:
    """The network is read again after `close`, and only then."""
    game = DhumbalMini()
    path = _saved(tmp_path, game)
    agent = Policy(str(path))
    before = play(game, [agent, agent], 1).actions
    path.rename(tmp_path / "away.onnx")
    assert play(game, [agent, agent], 1).actions == before
    agent.close()
    with pytest.raises(BadInput, match=r"did you mean|no policy file"):
        agent.network(game)


def test_a_network_of_another_game_encoding_or_size_is_refused(tmp_path: Path) -> None:
    """Each with one sentence."""
    game = Dhumbal()
    mini = Policy(str(_saved(tmp_path, DhumbalMini())))
    assert misfit(mini, game) == "it plays dhumbal-mini"
    with pytest.raises(NotCapable, match="plays dhumbal-mini, not dhumbal"):
        mini.compiled_policy(game)
    old = dataclasses.replace(header(game), encoding="dhumbal-0")
    with pytest.raises(NotCapable, match=r"by the encoding 'dhumbal-0' .* train it again"):
        Policy.of(small(game), old, "old").compiled_policy(game)
    with pytest.raises(NotCapable, match="knows 369 actions, dhumbal by these rules has 1554"):
        Policy.of(small(game), header(game), "plain").sit(
            Seat(Dhumbal(jokers=2), 0, "player", Conditions(), 0)
        )


@pytest.mark.parametrize(
    "made",
    [
        lambda make, path: make(""),
        lambda make, path: make(3),
        lambda make, path: make(str(path), 1),
        lambda make, path: make(str(path), True, "x"),
        lambda make, path: make(str(path), False),
    ],
)
def test_bad_parameters_are_refused(tmp_path: Path, made: Any) -> None:
    """Types, no file, and a draw from action values."""
    path = _saved(tmp_path, DhumbalMini(), kind="values")
    with pytest.raises(BadParameter, match="policy: expected"):
        made(Policy, path).spec  # noqa: B018


def test_without_onnxruntime_compiled_games_still_play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only games without a compiled encoding need it, and say so."""
    compiled, arrays = Policy(str(_saved(tmp_path, DhumbalMini()))), Policy(str(_saved(tmp_path, Noughts())))
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert not play(DhumbalMini(), [compiled] * 2, 0).faults
    with pytest.raises(NotCapable, match="pip install onnxruntime"):
        arrays.prepare(Noughts())


def test_a_game_that_no_network_fits() -> None:
    """Actions of several factors, or several players at once."""
    network = Perceptron((np.zeros((2, 2), np.float32),), (np.zeros(2, np.float32),), 2)
    agent = Policy.of(network, Header("tax-town", "e", 2, 2, "logits"), "x")
    with pytest.raises(NotCapable, match="no game of turns that is encodable and indexed"):
        agent.compiled_policy(TaxTown())


def test_shipped_networks_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution ships a network for its game; the agent plays that game, and only that."""
    path = _saved(tmp_path, DhumbalMini())
    install(
        tmp_path,
        monkeypatch,
        "mini_networks",
        f"from pathlib import Path\n\ndef ppo():\n    return Path({str(path)!r})\n",
        {"arena.policies": {"dhumbal-mini/ppo": "mini_networks:ppo"}},
    )
    agent = ShippedPPO()
    assert "dhumbal-mini" in (agent.spec.games or ())
    assert isinstance(agent, Compiled)
    twin = Policy(str(path))
    game = DhumbalMini()
    assert play(game, [agent, agent], 5).actions == play(game, [twin, twin], 5).actions
    assert (misfit(agent, Noughts()) or "").startswith("it plays dhumbal")
    with pytest.raises(NotCapable, match=r"ppo plays dhumbal.*, not noughts"):
        agent.network(Noughts())
    assert spell(agent) == "ppo"
    check_agent(agent, game, seeds=(0,))
    registry.entries.cache_clear()


def test_where_nothing_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent plays no game, and says so."""
    monkeypatch.setattr(registry, "entries", lambda kind: {})
    with pytest.raises(NotCapable, match="ppo plays no game, not dhumbal"):
        ShippedPPO().network(Dhumbal())
    assert ShippedPPO().spec.games == ()
    assert misfit(ShippedPPO(), Dhumbal()) is not None
