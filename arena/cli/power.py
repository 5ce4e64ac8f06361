"""`arena power`: how many deals it takes to tell two agents apart."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any, Final

import typer

from arena.cli import _contest_options as its
from arena.cli import _duel, _options
from arena.cli import _test_options as asked
from arena.cli._help import Command
from arena.errors import BadInput, BadParameter, UnknownName

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from arena.cli._power_report import Seen
    from arena.contest import Plan, Results
    from tournaments.ranking import PairRow, Ranking
    from tournaments.sprt.planning import PlannedDifference

__all__ = ["PILOT_BLOCKS", "app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)

PILOT_BLOCKS: Final = 200
"""Blocks of a pilot where nobody says."""


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena power tuned greedy --rules np5\n"
    "  arena power tuned greedy --difference 0.1,0.2 --power 0.95 --by wins\n  arena power tuned greedy --from last",
)
def power(
    first: asked.MaybeFirstArgument = None,
    second: asked.MaybeSecondArgument = None,
    *,
    game: _duel.GameOption = "dhumbal",
    players: _duel.PlayersOption = None,
    rules: _options.RulesOption = None,
    difference: asked.DifferenceOption = None,
    power_: asked.PowerOption = 0.8,
    alpha: asked.LevelOption = 0.05,
    by: its.ByOption = None,
    from_: asked.FromOption = None,
    blocks: asked.PilotOption = PILOT_BLOCKS,
    seed: _options.SeedOption = None,
    as_json: asked.PlanJsonOption = False,
    quiet: its.QuietOption = False,
    workers: its.WorkersOption = None,
    store: _options.StoreOption = None,
) -> None:
    """Plan a comparison of A and B: how many deal blocks it takes.

    The spread of block differences is measured in a short pilot, or in a stored tournament. From it follow the blocks
    of a tournament of fixed length, and the mean length of a sequential test, for several differences at once.
    """
    wanted = _numbers(difference)
    _check(power_, alpha, blocks)
    if from_ is not None:
        seen = _stored(from_, first, second, by, store)
    elif first is None or second is None:
        raise BadInput("expected two agents, such as 'arena power tuned greedy', or --from ID")
    else:
        plan = _duel.duel(first, second, game, blocks=blocks, players=players, rules=rules, seed=seed, by=by)
        seen = _pilot(plan, workers, quiet=quiet)
    _tell(seen, _planned(seen, wanted, alpha, power_), alpha, power_, as_json=as_json)


def _numbers(text: str | None) -> tuple[float, ...] | None:
    """The differences of ``--difference``."""
    if text is None:
        return None
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise BadParameter(f"expected differences such as 0.1,0.2, got {text!r}") from error
    if not all(math.isfinite(number) and number for number in found):
        raise BadParameter(f"expected differences other than 0, got {text!r}")
    return found


def _check(power_: float, alpha: float, blocks: int) -> None:
    """Refuse what cannot be planned before anything is played."""
    if not 0.5 < power_ < 1:
        raise BadParameter(f"expected power between 0.5 and 1, got {power_!r}; 0.8 is usual")
    if not 0 < alpha < 0.5:
        raise BadParameter(f"expected alpha between 0 and 0.5, got {alpha!r}; 0.05 is usual")
    if blocks < 2:
        raise BadParameter(f"expected blocks >= 2 of a pilot, got {blocks!r}")


def _pilot(plan: Plan, workers: int | None, *, quiet: bool) -> Seen:
    """Play a pilot and look at it."""
    from arena.cli._screen import screen_for
    from tournaments.tournament import Tournament

    pilot = Tournament(plan)
    title = f"pilot of {' against '.join(plan.agents)} · {plan.game} · {plan.format} · seed {plan.seed}"
    with screen_for(title, seconds=None, quiet=quiet) as screen:
        ranking = pilot.run(_options.executor(workers), screen)
    number = pilot.store.find(plan, pilot.picks)
    played = [] if number is None else list(pilot.store.results(number))
    return _seen(
        ranking,
        ranking.final.pairs[0],
        played,
        f"a pilot of {ranking.final.blocks:,} blocks, seed {plan.seed}",
    )


def _stored(name: str, first: str | None, second: str | None, by: str | None, path: Path | None) -> Seen:
    """Look at a stored tournament."""
    from tournaments.rank import rank
    from tournaments.store import Store

    with Store.open(path, create=False) as opened:
        row = _options.stored(opened, name)
        ranking = rank(row.plan, opened.results(row.id), by=by)
        last = ranking.final.number
        played = [part for part in opened.results(row.id) if part.round == last]
    pair = _pair(ranking, first, second)
    return _seen(ranking, pair, played, f"tournament {row.id}, {pair.difference.blocks:,} blocks of the two")


def _pair(ranking: Ranking, first: str | None, second: str | None) -> PairRow:
    """The pair that is asked about, turned as it was asked."""
    from arena import registry
    from arena.spelling import spell

    final = ranking.final
    names = {row.name: row.agent for row in final.agents}
    if first is None and second is None and len(final.pairs) == 1:
        return final.pairs[0]
    if first is None or second is None:
        raise BadInput(f"expected two of the tournament's agents: {', '.join(sorted(names))}")
    spelled = [spell(registry.make_agent(name)) for name in (first, second)]
    for name in spelled:
        if name not in names:
            raise UnknownName("agent of the tournament", name, names)
    if spelled[0] == spelled[1]:
        raise BadInput(f"expected two different agents, got {spelled[0]!r} twice")
    wanted = {names[name] for name in spelled}
    pair = next(pair for pair in final.pairs if {pair.first, pair.second} == wanted)
    return pair if pair.first == names[spelled[0]] else _turned(pair)


def _turned(pair: PairRow) -> PairRow:
    """The pair, with the second agent first."""
    old = pair.difference
    value, low, high = (None if end is None else -end for end in (old.value, old.high, old.low))
    turned = dataclasses.replace(old, value=value, low=low, high=high)
    return dataclasses.replace(pair, first=pair.second, second=pair.first, difference=turned)


def _seen(ranking: Ranking, pair: PairRow, played: Sequence[Results], source: str) -> Seen:
    """The spread of block differences of a pair, and what a block costs."""
    from arena.cli._power_report import Seen

    final, difference = ranking.final, pair.difference
    if difference.se is None or difference.blocks < 2:
        raise BadInput(f"expected two blocks or more in which both play, got {difference.blocks} in {source}")
    first, second = (final.row(agent).name for agent in (pair.first, pair.second))
    # The quickest chunk is the one in which nothing was compiled.
    paces = [part.seconds / len(part) for part in played if part.seconds > 0 and len(part)]
    return Seen(
        (first, second),
        final.game,
        final.metric,
        final.unit,
        source,
        difference,
        difference.se * math.sqrt(difference.blocks),
        final.matches / max(1, final.blocks),
        min(paces, default=None),
    )


def _planned(
    seen: Seen, wanted: tuple[float, ...] | None, alpha: float, power_: float
) -> tuple[PlannedDifference, ...]:
    from tournaments.sprt.planning import plan_differences, round_differences

    differences = wanted
    if differences is None:
        value = abs(seen.difference.value or 0.0)
        found = {*round_differences(seen.sd), *([value] if value else [])}
        differences = tuple(sorted(found, reverse=True))
    return plan_differences(differences, seen.sd, seen.difference.blocks, alpha=alpha, power=power_)


def _tell(
    seen: Seen, planned: tuple[PlannedDifference, ...], alpha: float, power_: float, *, as_json: bool
) -> None:
    """The plan, for people or for programs."""
    from arena.cli._power_report import told
    from tournaments.sprt.planning import sd_interval

    if not as_json:
        told(seen, planned, alpha, power_)
        return
    document: dict[str, Any] = {
        **dataclasses.asdict(seen),
        "sd_interval": sd_interval(seen.sd, seen.difference.blocks),
        "alpha": alpha,
        "power": power_,
        "planned": [dataclasses.asdict(row) for row in planned],
    }
    typer.echo(json.dumps(document, indent=2, allow_nan=False))
