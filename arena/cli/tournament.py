"""`arena tournament`: who is better, and by how much."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.cli import _contest_options as its
from arena.cli import _options
from arena.cli._help import Command
from arena.errors import BadInput, StoreConflict

if TYPE_CHECKING:
    from arena.contest import Executor, Plan
    from tournaments.store import Store
    from tournaments.tournament import Tournament

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_LOAD_AFTER_S: Final = 3.0
"""Seconds after which the first results are on the screen, as a rule."""


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena tournament dhumbal --agents all\n"
    "  arena tournament dhumbal -a tuned,greedy,random -p 3 -r np10 --blocks 2000\n"
    "  arena tournament dhumbal -a aggressive,balanced,greedy -p 2 --until decided\n"
    "  arena tournament --plan league.toml --time 2m --json > league.json\n"
    "  arena tournament --resume last",
)
def tournament(
    game: its.MaybeGameArgument = None,
    *,
    agents: _options.EntrantsOption = None,
    players: _options.PlayersOption = None,
    rules: _options.RulesOption = None,
    seed: _options.SeedOption = None,
    format_: its.FormatOption = None,
    seatings: its.SeatingsOption = None,
    fixed_seats: its.FixedSeatsOption = False,
    plan_file: its.PlanOption = None,
    blocks: its.BlocksOption = None,
    time: its.TimeOption = None,
    until: its.UntilOption = None,
    within: its.WithinOption = None,
    resume: its.ResumeOption = None,
    access: _options.AccessOption = None,
    simulations: _options.SimulationsOption = None,
    seconds: _options.SecondsOption = None,
    faults: its.FaultsOption = None,
    retries: its.RetriesOption = None,
    step_limit: its.StepLimitOption = None,
    patience: its.PatienceOption = None,
    memory_mb: its.MemoryOption = None,
    by: its.ByOption = None,
    correction: its.CorrectionOption = None,
    as_json: its.JsonOption = False,
    as_csv: its.CsvOption = False,
    quiet: its.QuietOption = False,
    workers: its.WorkersOption = None,
    store: _options.StoreOption = None,
) -> None:
    """Let agents play each other, and rank them.

    It ends after --blocks or --time, or when every pair is --until decided. Every block is stored as it is played:
    Ctrl-C ends at once, and --resume goes on where it stopped, as if nothing had happened.
    """
    words = {
        "game": game,
        "agents": agents,
        "players": players,
        "rules": rules,
        "seed": seed,
        "format": format_,
        "seatings": "fixed" if fixed_seats else seatings,
        "plan": plan_file,
        "by": by,
    }
    conditions = _options.given_conditions(
        access=access,
        simulations=simulations,
        seconds=seconds,
        faults=faults,
        retries=retries,
        step_limit=step_limit,
        patience=patience,
        memory_mb=memory_mb,
    )
    seconds_of_play = None if time is None else _options.duration(time)
    stop = {"blocks": blocks, "seconds": seconds_of_play, "until": until, "epsilon": within}
    if as_json and as_csv:
        raise BadInput("expected --json or --csv, got both")
    from tournaments.plan import pick

    style = "json" if as_json else "csv" if as_csv else ""
    # The plan comes first, so that a mistyped word leaves no store behind.
    plan = None if resume else _planned({**words, "correction": correction}, conditions, stop)
    executor = _options.executor(workers)
    if plan is not None:
        # Workers start while the store is opened.
        executor.warm_up(pick(plan))
    with _opened(store, must_exist=resume is not None) as opened:
        if plan is None:
            plan = _resumed(opened, resume or "last", words, conditions, stop, correction=correction)
        _play(plan, opened, executor, quiet=quiet, style=style)


def _opened(path: Path | None, *, must_exist: bool) -> Store:
    from tournaments.store import Store

    return Store.open(path, create=not must_exist)


def _planned(words: Mapping[str, Any], conditions: Mapping[str, Any], stop: Mapping[str, Any]) -> Plan:
    """The plan that the options mean, on top of the plan file's where there is one."""
    from arena.contest import Stop
    from arena.spelling import spell
    from tournaments.plan import DEFAULT_SECONDS, make_plan
    from tournaments.plan_files import read_plan

    base = read_plan(words["plan"]) if words["plan"] else None
    spelled = words["game"] or (base and base.game)
    if not spelled:
        raise BadInput("expected a GAME, such as 'arena tournament dhumbal', or --plan FILE")
    ends = Stop(**stop)
    if ends == Stop():
        ends = base.stop if base else Stop(seconds=DEFAULT_SECONDS)
    return make_plan(
        spell(_options.chosen_game(spelled, words["players"], words["rules"])),
        words["agents"] or (base.agents if base else "all"),
        seed=_first(words["seed"], base and base.seed),
        format=_first(words["format"], base and base.format, "round-robin"),
        conditions=_options.changed_conditions(base.conditions if base else None, conditions),
        stop=ends,
        by=_first(words["by"], base and base.by),
        seatings=_first(words["seatings"], base and base.seatings, "rotations"),
        correction=_first(words["correction"], base and base.correction, "holm"),
    )


def _first(*values: Any) -> Any:
    """The first that is not None."""
    return next((value for value in values if value is not None), None)


def _resumed(
    store: Store,
    name: str,
    words: Mapping[str, Any],
    conditions: Mapping[str, Any],
    stop: Mapping[str, Any],
    *,
    correction: str | None,
) -> Plan:
    """The plan of a stored tournament, with a new end or another correction where one is given."""
    from arena.contest import Stop
    from tournaments.plan import check_correction, check_stop

    others = [word for word, value in words.items() if value is not None] + list(conditions)
    if others:
        raise BadInput(f"--resume goes on with the stored plan; got {', '.join(others)} beside it")
    plan = _options.stored(store, name).plan
    ends = Stop(**stop)
    if plan.stop.until and not ends.until:
        # What was looked at as it went stays so: blocks and time become its upper limits.
        epsilon = plan.stop.epsilon if ends.epsilon is None else ends.epsilon
        ends = dataclasses.replace(ends, until=plan.stop.until, epsilon=epsilon) if ends != Stop() else ends
    check_stop(ends)
    plan = dataclasses.replace(
        plan, stop=plan.stop if ends == Stop() else ends, correction=correction or plan.correction
    )
    check_correction(plan)
    return plan


def _play(plan: Plan, store: Store, executor: Executor, *, quiet: bool, style: str) -> None:
    """Play it, show how it goes, and report; an interruption reports what there is."""
    from arena.cli._report import headline, resume_hint, show
    from arena.cli._screen import Screen, screen_for
    from tournaments.tournament import Tournament

    played = Tournament(plan, store)
    try:
        with screen_for(headline(plan), seconds=plan.stop.seconds, quiet=quiet) as screen, _ready_to_rank():
            # The ratings of the ticker are seen on a live screen only.
            ranking = played.run(executor, screen, ticker=isinstance(screen, Screen))
    except KeyboardInterrupt:
        identifier = store.find(plan, played.picks)
        if identifier is not None:
            _show_so_far(played, identifier, style)
            resume_hint(store, identifier)
        raise
    show(ranking, store, identifier=store.find(plan, played.picks), style=style)


def _show_so_far(played: Tournament, identifier: int, style: str) -> None:
    """The ranking of an interrupted tournament, if there is anything to rank."""
    from arena.cli._report import show

    with suppress(StoreConflict):
        ranking = played.rank()
        if any(stage.blocks for stage in ranking.rounds):
            show(ranking, played.store, identifier=identifier, style=style)


@contextmanager
def _ready_to_rank() -> Iterator[None]:
    """While the workers play, SciPy is loaded, so that an interruption is answered at once."""
    timer = Timer(_LOAD_AFTER_S, import_module, ["scipy.special"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
