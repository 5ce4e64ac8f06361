"""The likelihood ratios and after-stop estimates of sequential tests, on known numbers and against other ways to get them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize
from statistics_tools import interval, number

from arena.errors import BadParameter, UnknownName
from tournaments.sprt import (
    Corridor,
    Design,
    Measure,
    Running,
    elo_of,
    expected_blocks,
    llr_bayes,
    llr_mean,
    llr_normal,
    llr_t,
    nelo_of,
    regularized,
    report,
    report_on,
    score_of,
    t_of,
)
from tournaments.sprt.planning import plan_differences, round_differences, sd_interval
from tournaments.statistics import blocks_needed

Floats = NDArray[np.float64]

PENTA = (0.0, 0.25, 0.5, 0.75, 1.0)
TRI = (0.0, 0.5, 1.0)
PAIRS = Measure("share", 2, PENTA)
SCORES = Measure("difference", 2)


def test_golden_normalized_pentanomial() -> None:
    """A real test of the fishtest program, to all digits that it gives."""
    counts = [[39, 8843, 26675, 9240, 44]]

    assert llr_t(PENTA, counts, t_of(0.5, 2), t_of(2.5, 2), 0.5)[0] == pytest.approx(2.94167521, abs=5e-9)


def test_golden_logistic_and_normalized_agree_with_fishtest() -> None:
    """The same pentanomial under both models, to all digits."""
    counts = [[39, 2226, 31451, 2412, 40]]

    assert llr_mean(PENTA, counts, score_of(0.2), score_of(0.9))[0] == pytest.approx(2.16254258, abs=5e-9)
    found = llr_t(PENTA, counts, t_of(0.764, 2), t_of(3.439, 2), 0.5)[0]
    assert found == pytest.approx(2.16294087, abs=5e-9)


def test_golden_bayes_elo() -> None:
    """A trinomial of the OpenBench program under 0.5 and 2.5 BayesElo."""
    assert llr_bayes(22569, 44137, 22976, 0.5, 2.5) == pytest.approx(0.97577217, abs=5e-9)


def test_golden_estimate_after_the_stop() -> None:
    """Elo, interval and likelihood of superiority of the fishtest program, to all digits."""
    # Set to the very state: the order in which the pairs came is not known.
    counts = (39, 2226, 31451, 2412, 40)
    running = Running(Design("elo", 0.2, 0.9), PAIRS)
    running._values, running.blocks = np.repeat(PENTA, counts), sum(counts)

    found = report_on(running)
    assert found.elo is not None
    assert found.verdict == "open"
    assert found.counts == counts
    assert number(found.elo.value) == pytest.approx(0.86518, abs=5e-6)
    assert interval(found.elo) == pytest.approx((0.16831, 1.54060), abs=5e-6)
    assert number(found.los) == pytest.approx(0.99200, abs=5e-6)


@pytest.mark.parametrize(
    ("counts", "low", "high", "known"),
    [
        ((365, 16618, 36229, 16974, 390), 0, 2, 2.25),
        ((127, 4883, 10712, 5150, 104), -1.75, 0.25, 3.01),
        ((36027, 68692, 36433), 0, 2, 0.92),
        ((10650, 20431, 10871), -1.75, 0.25, 2.30),
    ],
)
def test_published_normalized_ratios(counts: tuple[int, ...], low: float, high: float, known: float) -> None:
    """Numbers of public tests that the fastchess program checks itself against, two decimals."""
    cells, games = (PENTA, 2) if len(counts) == 5 else (TRI, 1)

    assert llr_t(cells, [counts], t_of(low, games), t_of(high, games), 0.5)[0] == pytest.approx(
        known, abs=5e-3
    )


@pytest.mark.parametrize(
    ("counts", "low", "high", "known"),
    [
        ((223, 9863, 21279, 10037, 246), 0.5, 2.5, -3.07),
        ((871, 26175, 55983, 26678, 821), 0, 2, -4.98),
        ((21184, 40708, 21404), 0.5, 2.5, -1.57),
        ((57030, 106593, 57433), 0, 2, -2.59),
    ],
)
def test_published_logistic_ratios(counts: tuple[int, ...], low: float, high: float, known: float) -> None:
    """The same for logistic Elo."""
    cells = PENTA if len(counts) == 5 else TRI

    assert llr_mean(cells, [counts], score_of(low), score_of(high))[0] == pytest.approx(known, abs=6e-3)


def test_published_bayes_ratios() -> None:
    """The same for BayesElo."""
    assert llr_bayes(68526, 128429, 68965, 0, 2) == pytest.approx(-1.26, abs=5e-3)
    assert llr_bayes(21484, 41111, 21629, 0.5, 2.5) == pytest.approx(-1.13, abs=5e-3)


def best(cells: Sequence[float], counts: Sequence[float], gap: Callable[[Floats], float]) -> float:
    """The greatest sum of counts log q over all distributions q with gap(q) = 0, by sequential quadratic programming."""
    weights = np.array(counts) / np.sum(counts)
    minimize: Any = optimize.minimize
    found = minimize(
        lambda q: -weights @ np.log(q),
        np.full(len(cells), 1 / len(cells)),
        bounds=[(1e-9, 1)] * len(cells),
        constraints=[
            {"type": "eq", "fun": lambda q: q.sum() - 1},
            {"type": "eq", "fun": gap},
        ],
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    assert found.success
    return -float(found.fun) * float(np.sum(counts))


@pytest.mark.parametrize("counts", [(5, 20, 60, 24, 9), (1, 2, 3, 2, 2), (40, 1, 1, 1, 45)])
def test_likelihoods_are_the_greatest(counts: tuple[int, ...]) -> None:
    """Both ratios are those of a general optimizer under the same constraint."""
    cells = np.array(PENTA)

    def mean_is(target: float) -> Callable[[Floats], float]:
        return lambda q: float(q @ cells) - target

    def t_is(target: float) -> Callable[[Floats], float]:
        def gap(q: Floats) -> float:
            mean = float(q @ cells)
            return (mean - 0.5) - target * math.sqrt(float(q @ (cells - mean) ** 2))

        return gap

    one_mean = best(PENTA, counts, mean_is(0.55)) - best(PENTA, counts, mean_is(0.48))
    one_t = best(PENTA, counts, t_is(0.2)) - best(PENTA, counts, t_is(-0.1))

    assert llr_mean(PENTA, [counts], 0.48, 0.55)[0] == pytest.approx(one_mean, abs=1e-5)
    assert llr_t(PENTA, [counts], -0.1, 0.2, 0.5)[0] == pytest.approx(one_t, abs=1e-5)


def test_ratios_of_many_values_agree_with_normal_theory() -> None:
    """On a thousand different values the empirical likelihood is close to the normal one."""
    values = np.random.default_rng(3).normal(0.05, 2.0, 1000)
    t = values.mean() / values.std()

    one = np.ones((1, len(values)))

    assert llr_t(values, one, 0.0, 0.1, 0.0)[0] == pytest.approx(llr_normal(t, 1000, 0.0, 0.1), abs=0.15)
    normal = 1000 * (values.mean() - 0.1) * 0.2 / values.var()
    assert llr_mean(values, one, 0.0, 0.2)[0] == pytest.approx(normal, abs=0.15)


def test_rows_do_not_see_each_other() -> None:
    """Many samples at once give what each gives alone."""
    counts = regularized(np.random.default_rng(0).integers(0, 40, size=(50, 5)))
    together = llr_t(PENTA, counts, 0.0, 0.05, 0.5), llr_mean(PENTA, counts, 0.5, 0.52)

    for row in range(len(counts)):
        one = counts[row : row + 1]
        assert llr_t(PENTA, one, 0.0, 0.05, 0.5)[0] == pytest.approx(together[0][row], abs=1e-9)
        assert llr_mean(PENTA, one, 0.5, 0.52)[0] == pytest.approx(together[1][row], abs=1e-9)


def test_empty_cells_are_regularized() -> None:
    """An empty cell counts a thousandth, so that one-sided results are evidence and no error."""
    assert regularized([[0, 3, 0, 1, 0]]).tolist() == [[1e-3, 3, 1e-3, 1, 1e-3]]
    assert np.isnan(llr_mean(PENTA, [[0, 0, 0, 0, 9]], 0.5, 0.6)).all()
    for counts, sign in (((0, 0, 0, 0, 9), 1), ((9, 0, 0, 0, 0), -1), ((0, 0, 99, 0, 0), -1)):
        for found in (
            llr_mean(PENTA, regularized([counts]), 0.5, score_of(50)),
            llr_t(PENTA, regularized([counts]), 0.0, t_of(50, 2), 0.5),
        ):
            assert np.isfinite(found).all()
            assert math.copysign(1, found[0]) == sign


def by_mean(counts: NDArray[np.int64]) -> float:
    return float(llr_mean(PENTA, counts, 0.5, 0.52)[0])


def by_t(counts: NDArray[np.int64]) -> float:
    return float(llr_t(PENTA, counts, 0.0, 0.05, 0.5)[0])


def test_a_pair_won_is_evidence() -> None:
    """One more pair won never lowers the ratio; what is symmetric is symmetric; more data of the same kind are more evidence."""
    for shift in range(0, 40, 8):
        base = np.array([[10, 20, 50, 20 + shift, 10]])
        won = base + np.array([[0, 0, -1, 1, 0]])
        for ratio in (by_mean, by_t):
            assert ratio(won) > ratio(base)
            assert ratio(3 * base) == pytest.approx(3 * ratio(base), rel=1e-9)
    mirrored = [[11, 33, 50, 20, 4]]
    assert llr_mean(PENTA, mirrored, 0.48, 0.52)[0] == pytest.approx(
        -llr_mean(PENTA, [mirrored[0][::-1]], 0.48, 0.52)[0], abs=1e-9
    )


def test_elo_and_back() -> None:
    """400 Elo are ten to one; the scales of Elo and normalized Elo meet at even chances without draws."""
    assert score_of(400) == pytest.approx(10 / 11)
    assert elo_of(score_of(123.4)) == pytest.approx(123.4)
    assert elo_of(1.0) == pytest.approx(400 * math.log10(999))
    assert elo_of(0.0) == pytest.approx(-400 * math.log10(999))
    assert nelo_of(score_of(1) - 0.5, 0.5, 1) == pytest.approx(1, rel=1e-3)
    assert nelo_of(0.3 * t_of(12, 2), 0.3, 2) == pytest.approx(12)


def eigen(corridor: Corridor, time: float, level: float) -> float:
    """The same probability by eigenfunctions of the corridor."""
    width, start, end = corridor.high - corridor.low, -corridor.low, level - corridor.low
    tilt = corridor.drift / corridor.variance
    n = np.arange(1, 400)
    decay = ((n * math.pi / width) ** 2 * corridor.variance + corridor.drift * tilt) / 2
    shape = 2 * width * tilt * np.sin(math.pi * n * end / width)
    shape -= 2 * math.pi * n * np.cos(math.pi * n * end / width)
    shape /= width**2 * tilt**2 + (math.pi * n) ** 2
    waves = np.exp(-decay * time + tilt * (end - start)) * shape * np.sin(n * math.pi * start / width)
    ever = (1 - math.exp(2 * tilt * (width - start))) / (1 - math.exp(2 * tilt * width))
    return float(ever + waves.sum())


def test_corridor_against_eigenfunctions() -> None:
    """Images and eigenfunctions agree to ten digits at random places, bounds included."""
    rng = np.random.default_rng(11)
    for trial in range(500):
        low, high = -rng.uniform(0.5, 4), rng.uniform(0.5, 4)
        variance = 10 ** rng.uniform(-4, 0)
        time = 10 ** rng.uniform(-1, 1) * (high - low) ** 2 / variance
        corridor = Corridor(low, high, rng.normal() * variance, variance)
        level = (low, high, rng.uniform(low, high))[trial % 3]
        assert corridor.worse(time, level) == pytest.approx(eigen(corridor, time, level), abs=1e-10)


def test_corridor_stays_a_probability() -> None:
    """Extreme drifts and times give 0 or 1, never less, more or nothing; better truths make worse outcomes rarer."""
    for time in (1.0, 50.0, 3e3, 1e6):
        for level in (-2.944, -1.0, 0.0, 2.0, 2.944):
            found = [
                Corridor(-2.944, 2.944, tilt * 1e-3, 1e-3).worse(time, level)
                for tilt in (-1e4, -100, -5, -1, 0, 1, 5, 100, 1e4)
            ]
            assert all(0 <= p <= 1 for p in found)
            assert all(one >= other - 1e-12 for one, other in itertools.pairwise(found))


def test_expected_length() -> None:
    """Wald's numbers for the classical case, the limits, and the mean of the corridor's own stopping times."""
    none, so = (expected_blocks(0, 0.2, truth, 1.0) for truth in (0.0, 0.2))
    assert none.blocks == pytest.approx(2 / 0.04 * 0.9 * math.log(19))
    assert so.blocks == pytest.approx(none.blocks)
    assert (none.accepts_high, so.accepts_high) == pytest.approx((0.05, 0.95))
    worst = expected_blocks(0, 0.2, 0.1, 1.0)
    assert worst.blocks == pytest.approx(math.log(19) ** 2 / 0.04)
    assert worst.accepts_high == pytest.approx(0.5)
    assert expected_blocks(0, 0.2, 0.1 + 1e-9, 1.0).blocks == pytest.approx(worst.blocks, rel=1e-4)
    for truth, high in ((1e6, 1.0), (-1e6, 0.0)):
        far = expected_blocks(0, 0.2, truth, 1.0)
        assert far.accepts_high == high
        assert 0 < far.blocks < 1e-3
    # E[T] is the integral of P(still open), which two calls of `worse` give.
    corridor = Corridor(math.log(0.05 / 0.95), math.log(19), 0.2 * 0.05, 0.04)
    times = np.linspace(0.5, 5e3, 20_000)
    open_ = [corridor.worse(t, corridor.high) - corridor.worse(t, corridor.low) for t in times[::40]]
    expected = expected_blocks(0, 0.2, 0.15, 1.0).blocks
    assert float(np.trapezoid(open_, times[::40])) == pytest.approx(expected, rel=0.02)


def test_report_is_about_the_blocks_before_the_decision() -> None:
    """What comes after the decision changes nothing, however it comes."""
    rng = np.random.default_rng(2)
    values = rng.choice(PENTA, size=4000, p=[0.05, 0.2, 0.4, 0.25, 0.1])
    design = Design("elo", 0, 20)
    whole = report(design, PAIRS, values)
    bit_by_bit = Running(design, PAIRS)
    for start in range(0, 4000, 7):
        bit_by_bit.add(values[start : start + 7])

    assert whole.verdict == "high" == bit_by_bit.decision
    assert whole.blocks == bit_by_bit.blocks < 4000
    assert report(design, PAIRS, values[: whole.blocks]) == whole
    assert whole.llr == pytest.approx(bit_by_bit.llr, abs=1e-9)
    assert report(design, PAIRS, values[: whole.blocks - 1]).verdict == "open"
    assert sum(whole.counts) == whole.blocks


def test_estimates_move_as_the_data_do() -> None:
    """Turned results give turned estimates; a likelihood of superiority is high exactly where the estimate is."""
    rng = np.random.default_rng(8)
    values = rng.choice(PENTA, size=300, p=[0.1, 0.2, 0.4, 0.2, 0.1])
    one = report(Design("elo", -10, 10), PAIRS, values)
    other = report(Design("elo", -10, 10), PAIRS, 1 - values)
    assert one.elo is not None
    assert other.elo is not None
    low, high = interval(one.elo)

    assert number(other.elo.value) == pytest.approx(-number(one.elo.value), abs=1e-6)
    assert interval(other.elo) == pytest.approx((-high, -low), abs=1e-6)
    assert number(one.los) == pytest.approx(1 - number(other.los), abs=1e-9)
    assert (number(one.los) > 0.5) == (number(one.elo.value) > 0)


@pytest.mark.parametrize("model", ["nelo", "difference"])
def test_scores_of_any_kind(model: str) -> None:
    """Block differences without cells: a clear difference is found, its estimate covers it, equal agents end low."""
    rng = np.random.default_rng(4)
    high = 100.0 if model == "nelo" else 0.4
    found = report(Design(model, 0, high), SCORES, rng.normal(0.5, 2.0, 1000))
    equal = report(Design(model, 0, high), SCORES, rng.normal(0.0, 2.0, 1000))

    assert found.verdict == "high"
    assert found.elo is None
    assert interval(found.mean)[0] < 0.5 < interval(found.mean)[1]
    assert interval(found.nelo)[0] < nelo_of(0.5, 2.0, 2) < interval(found.nelo)[1]
    assert equal.verdict == "low"


def test_no_spread_is_no_accident() -> None:
    """Blocks that are all alike, few blocks and no block give None with a sentence, never NaN."""
    for values in ([], [0.5], [0.5] * 40, [1.0] * 40):
        found = report(Design("nelo", 0, 50), PAIRS, values)
        assert math.isfinite(found.llr)
        assert found.mean.low is None
        assert found.mean.note
        assert found.nelo.value is None
    won = report(Design("elo", 0, 50), PAIRS, [1.0] * 40)
    assert (won.verdict, won.los) == ("high", 1.0)
    same = report(Design("difference", 0, 1), SCORES, np.zeros(200))
    assert (same.verdict, same.los) == ("low", 0.5)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"low": 5, "high": 5}, "expected elo0 below elo1"),
        ({"low": 6, "high": 5}, "expected elo0 below elo1"),
        ({"low": float("nan")}, "finite"),
        ({"high": float("inf")}, "finite"),
        ({"high": 5000}, "within 1200"),
        ({"alpha": 0.5}, "alpha between 0 and 0.5"),
        ({"alpha": 0.0}, "alpha between 0 and 0.5"),
        ({"beta": 0.7}, "beta between 0 and 0.5"),
    ],
)
def test_bad_designs(words: dict[str, float], said: str) -> None:
    """Hypotheses and error rates that make no test are refused with what was expected."""
    with pytest.raises(BadParameter, match=said):
        Design(**words)  # type: ignore[arg-type]


def test_bad_values() -> None:
    """A model of no name, values that are none of the measure's, and models that do not go with it are refused."""
    with pytest.raises(UnknownName, match="did you mean 'nelo'"):
        Design("nelos")
    running = Running(Design(), PAIRS)
    for wrong in ([0.3], [math.nan], [[0.5]]):
        with pytest.raises(BadParameter):
            running.add(wrong)
    with pytest.raises(BadParameter, match="share"):
        Running(Design(), Measure("share", 3)).add([1.2])
    with pytest.raises(BadParameter, match="tests shares"):
        Running(Design("elo"), SCORES)
    with pytest.raises(BadParameter, match="tests differences"):
        Running(Design("difference", 0, 1), PAIRS)
    with pytest.raises(BadParameter, match="shapes"):
        llr_mean(TRI, [[1, 2]], 0.4, 0.6)
    with pytest.raises(BadParameter, match="not all 0"):
        llr_mean(TRI, [[0, 0, 0]], 0.4, 0.6)
    with pytest.raises(BadParameter, match="one loss and one win"):
        llr_bayes(0, 3, 4, 0, 5)
    with pytest.raises(BadParameter, match="low < high"):
        expected_blocks(1, 1, 0, 1)
    with pytest.raises(BadParameter, match="alpha and beta"):
        expected_blocks(0, 1, 0, 1, alpha=0.6)


def test_plans() -> None:
    """Rows of a plan are those of the single functions; smaller differences take more; no spread has an answer."""
    rows = plan_differences((0.5, -0.2), 1.5, 100, power=0.9)

    assert [row.fixed for row in rows] == [blocks_needed(d, 1.5, power=0.9) for d in (0.5, -0.2)]
    assert rows[1].if_so == expected_blocks(0, 0.2, 0.2, 1.5, alpha=0.025, beta=0.1 + 1e-17).blocks
    assert number(rows[0].if_so) < number(rows[0].at_worst) < number(rows[1].if_none)
    assert number(rows[0].fixed.blocks) < number(rows[0].fixed_at_most.blocks)
    still = plan_differences((1.0,), 0.0, 10)[0]
    assert (still.effect, still.if_so) == (None, None)
    assert round_differences(0.0) == ()
    assert round_differences(8.23) == (4.0, 2.0, 0.8, 0.4, 0.2)
    assert sd_interval(1.0, 1) is None
    with pytest.raises(BadParameter, match="power between"):
        plan_differences((1.0,), 1.0, 10, power=0.4)
    with pytest.raises(BadParameter, match="other than 0"):
        plan_differences((0.0,), 1.0, 10)


def test_sd_interval_covers() -> None:
    """The interval of a standard deviation holds the truth of normal values at its rate."""
    draws = np.random.default_rng(5).normal(0, 3, size=(2000, 20)).std(axis=1, ddof=1)
    found = [sd_interval(float(sd), 20) for sd in draws]
    rate = np.mean([ends is not None and ends[0] <= 3 <= ends[1] for ends in found])

    assert abs(rate - 0.95) < 2.58 * math.sqrt(0.05 * 0.95 / 2000)


@pytest.mark.parametrize(("far", "risk"), [(1000.0, 1e-300), (1000.0, 1e-100), (5.0, 0.05)])
def test_estimates_are_near_the_mean_whatever_was_asked(far: float, risk: float) -> None:
    """Hypotheses so far apart that the normal approximation of the ratio fails do not draw the estimate away."""
    values = np.random.default_rng(1).permutation(np.repeat([0.0, 0.5, 1.0], [140, 207, 41]))
    found = report(Design("elo", -far, far, risk, risk), PAIRS, values)

    assert found.verdict == "low"
    assert number(found.mean.value) == pytest.approx(values[: found.blocks].mean(), abs=0.01)
    assert interval(found.mean)[0] < values[: found.blocks].mean() < interval(found.mean)[1]
