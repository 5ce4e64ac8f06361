"""From the blocks of a tournament to estimates with less variance, beside the plain ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from arena.contest import Pick, Plan, Results
from arena.errors import BadParameter, nearest
from arena.spelling import spell
from tournaments import statistics
from tournaments.plan import pick
from tournaments.statistics._pairs import differences
from tournaments.store import Store
from tournaments.variance._tables import Files, Question, Tables, gather
from tournaments.variance.controls import FOLDS, Controlled, control
from tournaments.variance.duplicates import duplicate_factor
from tournaments.variance.report import (
    Method,
    MethodPair,
    PairFactor,
    RoundVariance,
    VarianceReport,
    ZeroMean,
)

__all__ = ["METHODS", "reduce", "reduce_stored"]

METHODS: Final[Mapping[str, str]] = {
    "plain": "block means as they are",
    "controls": "less what is known of the deal, by each agent's coefficients from other blocks",
    "aivat": "less the luck of deals and draws by the game's value function, in full",
    "aivat-fitted": "less that luck, part by part by common coefficients from other blocks",
}
"""The methods and what they do."""

_NOTHING: Final = 1e-9
"""A variance that is a smaller share of the plain one is rounding."""


def reduce(
    plan: Plan,
    picks: Pick | None,
    results: Iterable[Results],
    *,
    files: Files | None = None,
    by: str | None = None,
    methods: Sequence[str] = tuple(METHODS),
    alpha: float = 0.05,
    folds: int = FOLDS,
) -> VarianceReport:
    """The means and differences of a tournament by every method the game allows.

    AIVAT by value function alone, as MIVAT: chance is corrected for, the agents' own dice are not, since they may be closed
    boxes. Adjusted estimates have the expectation of the plain ones whatever the value function.

    Args:
        plan: the tournament.
        picks: its game and agents; made from the plan where None.
        results: whole blocks, of each round from block 0 on without a gap: a sequence in any order, or an iterator in
            the order of rounds and blocks.
        files: where the record files are that `results` do not hold, ``files(round, first, last)`` by block; None where
            they hold all that is needed.
        by: another metric than the plan's.
        methods: which of `METHODS`; the plain one always comes first. Going through the matches again is what costs, and
            only the two of AIVAT do.
        alpha: 1 - confidence of each interval; p-values are not adjusted for the number of pairs.
        folds: of the cross-fitting.

    Raises:
        BadParameter: if a method is unknown or a number out of range.
        BadInput: if a block is missing, or has neither records nor compiled agents.
        StoreConflict: if a match played again does not come out as stored.
    """
    for name in methods:
        if name not in METHODS:
            guess = nearest(name, list(METHODS)) or "plain"
            raise BadParameter(f"methods are of {', '.join(METHODS)}, got {name!r}; did you mean {guess!r}?")
    question = Question(plan, picks or pick(plan), files, by, frozenset(methods), alpha, folds)
    if isinstance(results, Sequence):
        results = sorted(results, key=lambda part: (part.round, part.start))
    return VarianceReport(
        tuple(
            _round(question, number, gather(question, number, group))
            for number, group in itertools.groupby(results, lambda part: part.round)
        )
    )


def reduce_stored(
    store: Store, tournament: int | str, *, picks: Pick | None = None, **choices: Any
) -> VarianceReport:
    """`reduce` of a stored tournament.

    Args:
        store: the store.
        tournament: its number or the beginning of its digest.
        picks: the plan's game and agents, for those that are not registered; made from the plan where None.
        **choices: `by`, `methods`, `alpha`, `folds` of `reduce`.

    Raises:
        UnknownName: if there is no such tournament.
        BadInput: as `reduce`.
        StoreConflict: as `reduce`.
    """
    row = store.tournament(tournament)
    ids = {stage.number: stage.id for stage in store.rounds(row.id)}
    parts = store.results(row.id)

    def files(number: int, first: int, last: int) -> Mapping[int, bytes]:
        return store.record_files(ids[number], first, last)

    return reduce(row.plan, picks, parts, files=files, **choices)


def _round(question: Question, number: int, tables: Tables) -> RoundVariance:
    game: Any = tables.game
    plain = _method(question, tables, "plain", tables.means, None, {})
    found, checks = [plain], []
    if tables.deals.shape[2]:
        taken = control(tables.means, tables.deals, slopes="own", folds=question.folds)
        found.append(_controlled(question, tables, "controls", taken, game.deal_terms, plain))
        checks += _checks(tables.deals, game.deal_terms)
    if tables.luck.shape[2]:
        found += _aivat(question, tables, plain)
        checks += _checks(tables.luck, [f"luck of {term}" for term in game.luck_terms])
    rotated = question.plan.seatings == "rotations" and game.spec.players > 1
    return RoundVariance(
        number=number,
        game=spell(tables.game),
        metric=tables.metric.name,
        unit=tables.metric.unit,
        participants=tables.agents,
        names=tuple(spell(question.picks.agents[agent]) for agent in tables.agents),
        blocks=len(tables.means),
        seatings=tables.seatings.shape[1],
        duplicates=_duplicates(tables) if rotated else (),
        methods=tuple(found),
        checks=tuple(checks),
        notes=tuple(_notes(question, tables, {one.name for one in found})),
    )


def _notes(question: Question, tables: Tables, found: set[str]) -> Iterable[str]:
    if "controls" in question.methods - found:
        yield "the game knows no control variates"
    if question.luck and not tables.luck.shape[2]:
        yield "the game does not tell luck"
    elif "aivat" in question.methods - found:
        yield f"luck is not measured in {tables.metric.name}: fitted coefficients only"
    if tables.void:
        yield (
            f"{tables.void:,} blocks were void and played again with another deal: luck has expectation 0 only if that "
            "does not depend on luck"
        )
    if question.plan.stop.until is not None:
        yield "the run ended by its scores: intervals of a fixed number of blocks are then too narrow, by every method"


def _aivat(question: Question, tables: Tables, plain: Method) -> list[Method]:
    """The methods that take off luck."""
    game: Any = tables.game
    found = []
    scale = game.luck_scale(tables.metric.name)
    if "aivat" in question.methods and scale is not None:
        means = tables.means - scale * tables.luck.sum(axis=2)
        taken = dict.fromkeys(game.luck_terms, (float(scale),) * len(tables.agents))
        found.append(_method(question, tables, "aivat", means, plain, taken))
    if "aivat-fitted" in question.methods:
        fitted = control(tables.means, tables.luck, slopes="common", folds=question.folds)
        found.append(_controlled(question, tables, "aivat-fitted", fitted, game.luck_terms, plain))
    return found


def _controlled(  # noqa: PLR0917  # the six things of which a fitted method is made
    question: Question, tables: Tables, name: str, found: Controlled, terms: Sequence[str], plain: Method
) -> Method:
    taken = found.coefficients.mean(axis=0)
    by_term = {term: tuple(taken[:, place].tolist()) for place, term in enumerate(terms)}
    return _method(question, tables, name, found.means, plain, by_term, note=found.note)


def _method(  # noqa: PLR0917  # what a method is made of
    question: Question,
    tables: Tables,
    name: str,
    means: NDArray[np.float64],
    plain: Method | None,
    coefficients: Mapping[str, tuple[float, ...]],
    *,
    note: str = "",
) -> Method:
    """The estimates from adjusted block means."""
    agents = tables.agents
    pairs = []
    for contrast in statistics.paired(means, alpha=question.alpha):
        first, second = contrast.first, contrast.second
        factor = None if plain is None else _factor(plain.means, means, first, second)
        pairs.append(MethodPair(agents[first], agents[second], contrast.difference, contrast.p, factor))
    scores = tuple(statistics.mean_interval(column, alpha=question.alpha) for column in means.T)
    return Method(name, METHODS[name], scores, tuple(pairs), coefficients, note, means)


def _factor(
    plain: NDArray[np.float64], adjusted: NDArray[np.float64], first: int, second: int
) -> float | None:
    """The variance of the plain block differences of two columns over that of the adjusted ones."""
    before, after = differences(plain, first, second), differences(adjusted, first, second)
    if before.size < 2:
        return None
    one, other = float(before.var(ddof=1)), float(after.var(ddof=1))
    return one / other if one > 0 and other > _NOTHING * one else None


def _checks(variates: NDArray[np.float64], terms: Sequence[str]) -> list[ZeroMean]:
    """How far the mean of each variate is from 0, in standard errors."""
    found = []
    for place, term in enumerate(terms):
        worst = 0.0
        for column in variates[:, :, place].T:
            estimate = statistics.mean_interval(column)
            if estimate.value is not None and estimate.se:
                worst = max(worst, abs(estimate.value) / estimate.se)
        found.append(ZeroMean(term, worst))
    return found


def _duplicates(tables: Tables) -> tuple[PairFactor, ...]:
    """What duplicate deals saved each pair."""
    found = []
    for first, second in itertools.combinations(range(len(tables.agents)), 2):
        apart = tables.seatings[:, :, first] - tables.seatings[:, :, second]
        found.append(PairFactor(tables.agents[first], tables.agents[second], duplicate_factor(apart)))
    return tuple(found)
