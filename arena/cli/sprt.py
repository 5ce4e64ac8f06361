"""`arena sprt`: whether one agent is stronger than another, in as few deals as it takes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.cli import _contest_options as its
from arena.cli import _duel, _options
from arena.cli import _test_options as asked
from arena.cli._help import Command
from arena.errors import BadParameter

if TYPE_CHECKING:
    from arena.contest import Plan
    from tournaments.sprt import Design
    from tournaments.store import Store

__all__ = ["MOST_BLOCKS", "app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)

MOST_BLOCKS: Final = 100_000
"""Blocks after which an open test is given up, where nobody says."""


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena sprt tuned greedy --players 2 --rules np5\n"
    "  arena sprt aggressive balanced --elo0 0 --elo1 20 --max-blocks 20000\n"
    "  arena sprt tuned greedy --players 4 --diff0 0 --diff1 0.2",
)
def sprt(
    first: _duel.FirstArgument,
    second: _duel.SecondArgument,
    *,
    game: _duel.GameOption = "dhumbal",
    players: _duel.PlayersOption = None,
    rules: _options.RulesOption = None,
    seed: _options.SeedOption = None,
    elo0: asked.LowEloOption = None,
    elo1: asked.HighEloOption = None,
    nelo0: asked.LowNeloOption = None,
    nelo1: asked.HighNeloOption = None,
    diff0: asked.LowDifferenceOption = None,
    diff1: asked.HighDifferenceOption = None,
    alpha: asked.ErrorOption = 0.05,
    beta: asked.MissOption = 0.05,
    max_blocks: asked.MostBlocksOption = MOST_BLOCKS,
    access: _options.AccessOption = None,
    simulations: _options.SimulationsOption = None,
    seconds: _options.SecondsOption = None,
    by: its.ByOption = None,
    as_json: asked.ResultJsonOption = False,
    quiet: its.QuietOption = False,
    workers: its.WorkersOption = None,
    store: _options.StoreOption = None,
) -> None:
    """Test whether A is stronger than B, block by block.

    A sequential probability ratio test of two hypotheses about the difference, A's strength less B's: it looks after
    every deal block and ends as soon as the data decide. Every deal is played in all rotations of the seats; with two
    seats a block is a pair of games. What was played is stored: the same command with the same seed goes on.
    """
    from arena.cli._sprt_report import shown
    from tournaments.sprt import SequentialMatch
    from tournaments.store import Store

    pairs = {"elo": (elo0, elo1), "nelo": (nelo0, nelo1), "difference": (diff0, diff1)}
    design = _design(pairs, alpha, beta)
    plan = _duel.duel(
        first,
        second,
        game,
        blocks=max_blocks,
        players=players,
        rules=rules,
        seed=seed,
        by=by,
        conditions=_options.given_conditions(access=access, simulations=simulations, seconds=seconds),
    )
    kind = "difference" if design.model == "difference" else "share"
    # Refused before a store is made.
    SequentialMatch(plan, design, kind=kind)
    executor = _options.executor(workers)
    with Store.open(store) as opened:
        match = SequentialMatch(plan, design, opened, kind=kind)
        executor.warm_up(match.tournament.picks)
        words = _command(plan, match.tournament.picks.game.spec.players, design, opened)
        shown(match, executor, words, quiet=quiet, as_json=as_json)


def _design(pairs: dict[str, tuple[float | None, float | None]], alpha: float, beta: float) -> Design:
    """The test that the options mean.

    Raises:
        BadInput: if they mean none, or more than one.
    """
    from tournaments.sprt import Design

    units = [model for model, ends in pairs.items() if ends != (None, None)] or ["elo"]
    if len(units) > 1:
        raise BadParameter(f"expected hypotheses in one unit, got {' and '.join(units)}")
    low, high = pairs[units[0]]
    if high is None and units[0] == "difference":
        raise BadParameter(f"expected --diff1, the difference worth finding, got --diff0 {low!r} alone")
    return Design(units[0], 0.0 if low is None else low, 5.0 if high is None else high, alpha, beta)


def _command(plan: Plan, players: int, design: Design, store: Store) -> str:
    """The command that goes on with this test, or tells its result again."""
    from arena.spelling import spell_value
    from tournaments.store import default_path

    name = {"difference": "diff"}.get(design.model, design.model)
    conditions = plan.conditions
    options: list[tuple[str, Any, Any]] = [
        ("--game", plan.game, None),
        # A game's own number is not spelled, and two are what is played where nobody says.
        ("--players", players, 2),
        ("--seed", plan.seed, None),
        (f"--{name}0", design.low, 0.0),
        (f"--{name}1", design.high, None if name == "diff" else 5.0),
        ("--alpha", design.alpha, 0.05),
        ("--beta", design.beta, 0.05),
        ("--max-blocks", plan.stop.blocks, MOST_BLOCKS),
        ("--by", plan.by, None),
        ("--access", conditions.access.value, type(conditions)().access.value),
        ("--simulations", conditions.budget.simulations, None),
        ("--seconds", conditions.budget.seconds, None),
        ("--store", None if store.path in (None, default_path()) else str(store.path), None),
    ]
    words = ["arena", "sprt", *plan.agents]
    for option, value, unless in options:
        if value != unless:
            words += [option, value if isinstance(value, str) else spell_value(value).removesuffix(".0")]
    return shlex.join(words)
