"""Plans: made from words, checked before anything is played, and turned back into words.

`make_plan` spells everything in the one canonical way, so that two plans are the same tournament exactly when their
`plan_digest` is the same. Plan files are read and written by `tournaments.plan_files`.
"""

from __future__ import annotations

import dataclasses
import math
import shlex
from collections.abc import Iterable, Sequence
from typing import Any, Final

from arena import codec, registry
from arena.agent import Agent
from arena.conditions import Conditions
from arena.contest import Pick, Plan, Schedule, Stop
from arena.errors import BadPlan, NotCapable, nearest
from arena.game import Direction, Game, Metric
from arena.play import misfit
from arena.spelling import parse, spell, spell_value
from arena.streams import fresh_seed, root_key

__all__ = [
    "CORRECTIONS",
    "DEFAULT_SECONDS",
    "SEATINGS",
    "UNTIL",
    "check_correction",
    "check_pick",
    "check_stop",
    "command_line",
    "make_plan",
    "pick",
    "plan_digest",
    "ranking_metric",
    "schedule_of",
]

SEATINGS: Final = ("rotations", "fixed")
"""What `Plan.seatings` may be."""
CORRECTIONS: Final = ("holm", "max-t")
"""What `Plan.correction` may be."""
DEFAULT_SECONDS: Final = 75.0
"""Seconds of play where nobody says how long."""
UNTIL: Final = ("decided",)
"""What `Stop.until` may be, beside None."""


def make_plan(
    game: str,
    agents: str | Iterable[str],
    *,
    seed: int | None = None,
    format: str = "round-robin",  # noqa: A002 -- the plan's own word
    conditions: Conditions | None = None,
    stop: Stop | None = None,
    by: str | None = None,
    seatings: str = "rotations",
    correction: str = "holm",
) -> Plan:
    """A checked plan from words.

    Args:
        game: the game's spelling.
        agents: spellings, ``"all"``, families such as ``"@search"``, ``"-name"`` to leave one out.
        seed: the root of all chance; drawn from the operating system where None.
        format: the schedule's spelling.
        conditions: the conditions; the default ones where None.
        stop: when it ends; nothing but a round's own number of blocks where None.
        by: the metric that ranks; the game's primary one where None.
        seatings: ``"rotations"`` or ``"fixed"``.
        correction: ``"holm"`` or ``"max-t"``.

    Raises:
        BadInput: if a word is unknown or the plan cannot be played.
        NotCapable: if an agent does not play the game.
    """
    made = registry.make_game(game)
    plan = Plan(
        game=spell(made),
        agents=tuple(spell(agent) for agent in registry.make_agents(agents, made)),
        seed=fresh_seed() if seed is None else seed,
        format=str(parse(format)),
        conditions=conditions or Conditions(),
        stop=stop or Stop(),
        by=by,
        seatings=seatings,
        correction=correction,
    )
    pick(plan)
    return plan


def pick(plan: Plan) -> Pick:
    """The game and the agents of `plan`, made and checked.

    Raises:
        BadInput: if a word of the plan is unknown, or the plan cannot be played.
        NotCapable: if an agent does not play the game.
    """
    game = registry.make_game(plan.game)
    agents = tuple(registry.make_agent(spelled) for spelled in plan.agents)
    for place, agent in enumerate(agents):
        if agent in agents[:place]:
            raise BadPlan(f"agents are distinct, got {plan.agents[place]!r} twice")
    picked = Pick(game, agents)
    check_pick(plan, picked)
    return picked


def check_pick(plan: Plan, picks: Pick) -> None:
    """Refuse what cannot be played: conditions, seed, stop, seats, agents, metric and format.

    Raises:
        BadInput: naming the field, its value and what was expected.
        NotCapable: if an agent does not play the game.
    """
    root_key(plan.seed)
    plan.conditions.check()
    check_stop(plan.stop)
    check_correction(plan)
    if plan.seatings not in SEATINGS:
        raise BadPlan(_expected("seatings", plan.seatings, SEATINGS))
    if len(plan.agents) != len(picks.agents):
        raise BadPlan(f"the plan names {len(plan.agents)} agents, {len(picks.agents)} were made")
    for agent in picks.agents:
        _check_agent(plan, picks.game, agent)
    metric = ranking_metric(plan, picks.game)
    if plan.stop.epsilon is not None and plan.stop.epsilon >= 1 and metric.name in ("wins", "win"):
        raise BadPlan(f"expected epsilon (--within) < 1 for {metric.name}, shares, got {plan.stop.epsilon!r}")
    schedule_of(plan).round(plan, picks, 0, ())


def _check_agent(plan: Plan, game: Game[Any, Any, Any], agent: Agent) -> None:
    # Every schedule seats every agent on every seat, so it must play every role.
    for role in dict.fromkeys(game.spec.roles):
        reason = misfit(agent, game, role)
        if reason:
            raise NotCapable(f"agent {spell(agent)!r} cannot play {spell(game)}: {reason}")
    granted = plan.conditions.access
    if not granted.allows(agent.spec.access):
        needed = agent.spec.access.value
        raise BadPlan(f"agent {spell(agent)!r} needs access {needed!r}, the plan grants {granted.value!r}")


def check_correction(plan: Plan) -> None:
    """Refuse a correction that there is not, or that does not fit the plan.

    Raises:
        BadPlan: naming it and what was expected.
    """
    if plan.correction not in CORRECTIONS:
        raise BadPlan(_expected("correction", plan.correction, CORRECTIONS))
    if plan.correction == "holm":
        return
    name = parse(plan.format).name
    if name != "round-robin":
        raise BadPlan(
            f"correction 'max-t' resamples the blocks of a round robin, got format {name!r}; 'holm' fits every format"
        )
    if plan.stop.until is not None:
        raise BadPlan(
            f"correction 'max-t' needs a fixed number of blocks, got until = {plan.stop.until!r}, which has one of its own"
        )


def check_stop(stop: Stop) -> None:
    """Refuse a stop that makes no sense.

    Raises:
        BadPlan: if a limit is not positive, `until` unknown, or `epsilon` there without it.
    """
    if stop.blocks is not None and stop.blocks < 1:
        raise BadPlan(f"expected blocks >= 1, got {stop.blocks!r}")
    if stop.seconds is not None and not stop.seconds > 0:
        raise BadPlan(f"expected seconds > 0, got {stop.seconds!r}")
    if stop.until is not None and stop.until not in UNTIL:
        raise BadPlan(_expected("until", stop.until, UNTIL))
    if stop.epsilon is None:
        return
    if stop.until is None:
        raise BadPlan(
            f"epsilon (--within) needs until = 'decided' (--until decided), got {stop.epsilon!r} alone"
        )
    if not 0 < stop.epsilon < math.inf:
        raise BadPlan(f"expected epsilon (--within) > 0, got {stop.epsilon!r}")


def ranking_metric(plan: Plan, game: Game[Any, Any, Any]) -> Metric:
    """The metric that ranks.

    Raises:
        UnknownName: if the game has no metric of that name.
        BadPlan: if the metric describes and does not rank, or may be undefined.
    """
    spec = game.spec
    metric = spec.primary if plan.by is None else spec.metric(plan.by)
    if metric.direction is Direction.NEITHER or metric.sparse:
        ranking = [m.name for m in spec.metrics if m.direction is not Direction.NEITHER and not m.sparse]
        why = "may be undefined" if metric.sparse else "describes and does not rank"
        raise BadPlan(f"by: {metric.name!r} {why}; expected one of {', '.join(ranking)}")
    return metric


def schedule_of(plan: Plan) -> Schedule:
    """The schedule of `plan`.

    Raises:
        BadInput: if there is none of that name, or its parameters do not do.
    """
    schedule: Schedule = registry.make("schedule", plan.format)
    return schedule


def plan_digest(plan: Plan) -> str:
    """32 hexadecimal digits that say which tournament this is: everything in `plan` but the stop rule and the correction.

    What is as by default does not enter, so that a plan keeps its digest when plans learn new words.
    """
    played = dataclasses.replace(plan, stop=Stop(), correction="holm")
    return codec.digest(codec.canonical(_changed(played)), size=16)


def _changed(value: Any) -> Any:
    """The fields of a dataclass that are not as by default, by name, and so on inside."""
    if not dataclasses.is_dataclass(value):
        return value
    return {
        field.name: _changed(getattr(value, field.name))
        for field in dataclasses.fields(value)
        if getattr(value, field.name) != _default(field)
    }


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def command_line(plan: Plan) -> str:
    """The command that plays `plan` again."""
    conditions, default = plan.conditions, Conditions()
    options: list[tuple[str, Any, Any]] = [
        ("--seed", plan.seed, None),
        ("--format", plan.format, "round-robin"),
        ("--blocks", plan.stop.blocks, None),
        ("--time", plan.stop.seconds, None),
        ("--until", plan.stop.until, None),
        ("--within", plan.stop.epsilon, None),
        ("--by", plan.by, None),
        ("--seatings", plan.seatings, "rotations"),
        ("--correction", plan.correction, "holm"),
        ("--access", conditions.access.value, default.access.value),
        ("--simulations", conditions.budget.simulations, None),
        ("--seconds", conditions.budget.seconds, None),
        ("--faults", conditions.faults.value, default.faults.value),
        ("--retries", conditions.retries, default.retries),
        ("--step-limit", conditions.step_limit, None),
        ("--patience", conditions.patience_s, default.patience_s),
        ("--memory-mb", conditions.memory_mb, None),
    ]
    words = ["arena", "tournament", plan.game, "--agents", ",".join(plan.agents)]
    for option, value, unless in options:
        if value != unless:
            words += [option, value if isinstance(value, str) else spell_value(value)]
    return shlex.join(words)


def _expected(field: str, got: Any, known: Sequence[str]) -> str:
    guess = nearest(str(got), known)
    hint = f"; did you mean {guess!r}?" if guess else ""
    return f"{field}: expected {' or '.join(repr(name) for name in known)}, got {got!r}{hint}"
