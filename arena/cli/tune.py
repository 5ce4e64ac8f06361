"""`arena tune`: find an agent's parameters by playing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from arena.cli import _options
from arena.cli import _tune_options as its
from arena.cli._help import Command
from arena.errors import BadInput

if TYPE_CHECKING:
    from agents.evolution.match_up import Estimate
    from agents.evolution.tuning import Tuning
    from arena.agent import Agent

__all__ = ["app"]

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    cls=Command,
    epilog="\b\nExamples:\n  arena tune tuned --game dhumbal:rules=np10 --against greedy --seed 1\n"
    "  arena tune tuned -g dhumbal --against greedy,aggressive --out book.json",
)
def tune(
    agent: its.AgentArgument,
    *,
    game: its.GameOption = "dhumbal",
    against: its.AgainstOption = "random",
    check_against: its.CheckAgainstOption = None,
    seed: _options.SeedOption = None,
    generations: its.GenerationsOption = 16,
    population: its.PopulationOption = 40,
    blocks: its.DealsOption = 1000,
    check_blocks: its.CheckBlocksOption = 10_000,
    out_file: its.BookOption = None,
) -> None:
    """Find an agent's parameters by playing.

    The cross-entropy method: every candidate of a generation plays the same deals, and the next generation is drawn
    around the best. The result is measured on fresh deals. The same seed gives the same parameters.
    """
    from agents.evolution.cross_entropy import CrossEntropy
    from agents.evolution.tuning import Tuning, check_book
    from arena import registry, streams
    from arena.spelling import spell

    rules = _options.chosen_game(game)
    task = Tuning(
        registry.make_agent(agent),
        rules,
        tuple(registry.make_agents(against, rules)),
        CrossEntropy(generations, population),
        blocks,
        streams.fresh_seed() if seed is None else seed,
    )
    task.check()
    if check_blocks < 2:
        raise BadInput(f"expected check-blocks >= 2, got {check_blocks!r}")
    if out_file is not None:
        check_book(out_file, spell(task.agent))
    judges = registry.make_agents(check_against, rules) if check_against else list(task.against)
    values = _search(task)
    found = _measure(task, values, judges, check_blocks)
    _show(task, values, found, check_blocks)
    if out_file is not None:
        _keep(task, values, found, check_blocks, out_file)


def _search(task: Tuning) -> dict[str, float]:
    """The parameters that the search ends with; one line a generation to standard error."""
    from arena.cli._console import aside

    console = aside()
    console.print(f"seed {task.seed}")
    answer: Any = None
    for generation in task.run():
        score = generation.score
        console.print(
            f"generation {generation.number} of {task.method.generations}: "
            f"mean {score.mean:+.3f} ± {score.half_width:.3f}, elite {generation.elite:+.3f}, "
            f"best {generation.best:+.3f}",
            soft_wrap=True,
        )
        answer = generation.answer
    return task.named(answer)


def _measure(
    task: Tuning, values: Mapping[str, float], judges: Sequence[Agent], blocks: int
) -> dict[str, Estimate]:
    from agents.evolution.tuning import strength
    from arena.spelling import spell

    agent = task.with_values(values)
    return {spell(judge): strength(task.game, agent, judge, blocks, task.seed) for judge in judges}


def _show(task: Tuning, values: Mapping[str, float], found: Mapping[str, Estimate], blocks: int) -> None:
    from arena.cli._console import out, rows
    from arena.spelling import spell

    console = out()
    console.print(rows((name, f"{value:g}") for name, value in values.items()))
    console.print(f"\n{spell(task.with_values(values))}", soft_wrap=True)
    for judge, gain in found.items():
        console.print(
            f"against {judge}: {gain.mean:+.3f} ± {gain.half_width:.3f} a match, {blocks:,} fresh deals",
            soft_wrap=True,
        )


def _command(task: Tuning, judges: Sequence[str], blocks: int) -> str:
    from arena.spelling import spell

    words = [
        f"arena tune {_quoted(spell(task.agent))} --game {_quoted(spell(task.game))}",
        f"--against {_quoted(', '.join(spell(agent) for agent in task.against))}",
        f"--check-against {_quoted(', '.join(judges))}",
        f"--seed {task.seed} --generations {task.method.generations} --population {task.method.population}",
        f"--blocks {task.blocks} --check-blocks {blocks}",
    ]
    return " ".join(words)


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


def _keep(
    task: Tuning, values: Mapping[str, float], found: Mapping[str, Estimate], blocks: int, path: Path
) -> None:
    from agents.evolution.tuning import write_entry
    from arena.cli._console import aside
    from arena.spelling import spell

    entry = {
        "game": spell(task.game),
        "parameters": dict(values),
        "command": _command(task, list(found), blocks),
        "seed": task.seed,
        "strength": {
            judge: {"mean": round(gain.mean, 3), "half_width": round(gain.half_width, 3), "blocks": blocks}
            for judge, gain in found.items()
        },
    }
    write_entry(path, spell(task.agent), entry)
    aside().print(f"written to {path}", style="dim", soft_wrap=True)
