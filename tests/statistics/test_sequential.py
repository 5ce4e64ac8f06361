"""Answers that hold at every look: e-processes, confidence sequences and families of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from arena.errors import BadParameter
from tournaments.statistics.sequential import (
    AsymptoticRun,
    BettingRun,
    Run,
    always_valid_p,
    asymptotic_interval,
    asymptotic_log_e,
    betting_interval,
    betting_log_e,
    e_holm,
    e_value,
    equivalence_log_e,
)

LogE = Callable[..., NDArray[np.float64]]
LIMIT = math.log(20)
BURN_IN = AsymptoticRun.burn_in


def band(replicates: int) -> float:
    """How far a rate of 5 % strays by chance in so many replicates, with 99 % probability."""
    return 2.58 * math.sqrt(0.05 * 0.95 / replicates)


def differences(
    rng: np.random.Generator, size: int, mean: float = 0.0, sd: float = 0.35
) -> NDArray[np.float64]:
    """Block differences as two close agents show them: bounded, of the given mean and spread."""
    return np.clip(rng.normal(mean, sd, size), -1.0, 1.0)


def first_stop(log_e: NDArray[np.float64]) -> float:
    reached = np.flatnonzero(log_e >= LIMIT)
    return float(reached[0] + 1) if reached.size else math.inf


@pytest.mark.parametrize("log_e", [betting_log_e, asymptotic_log_e])
def test_a_look_after_every_block_keeps_the_level(log_e: LogE) -> None:
    """Without a difference, 2,000 looks claim one at most 5 % of the time; peeking at t tests does so above 25 %."""
    rng, replicates, blocks = np.random.default_rng(6), 400, 2000
    count = np.arange(1, blocks + 1)
    critical = np.asarray(stats.t.ppf(0.975, np.maximum(count - 1, 1)))
    claimed = peeked = 0
    for _ in range(replicates):
        values = differences(rng, blocks)
        claimed += first_stop(log_e(values)) <= blocks
        total, squares = np.cumsum(values), np.cumsum(values * values)
        variance = np.maximum(squares - total**2 / count, 1e-12) / np.maximum(count - 1, 1)
        peeked += bool((np.abs(total / np.sqrt(count * variance))[9:] > critical[9:]).any())
    assert claimed / replicates <= 0.05 + band(replicates)
    assert peeked / replicates > 0.25


def test_lumpy_differences_keep_the_level() -> None:
    """Differences of -1, 0 and 1 that are rarely not 0, where a t test of few blocks goes wrong, keep the level too."""
    rng, replicates = np.random.default_rng(7), 400
    claimed = 0
    for _ in range(replicates):
        values = rng.choice([-1.0, 0.0, 1.0], p=[0.01, 0.98, 0.01], size=1000)
        claimed += first_stop(betting_log_e(values)) <= 1000
    assert claimed / replicates <= 0.05 + band(replicates)


@pytest.mark.parametrize("log_e", [betting_log_e, asymptotic_log_e])
@pytest.mark.parametrize(("delta", "median"), [(0.05, 366), (0.1, 97), (0.2, 38)])
def test_median_stops(log_e: LogE, delta: float, median: int) -> None:
    """With a spread of 0.35, differences of 5, 10 and 20 points are found after 366, 97 and 38 blocks, give or take 10 %."""
    rng = np.random.default_rng(8)
    stops = [first_stop(log_e(differences(rng, 1600, delta))) for _ in range(1000)]
    assert np.median(stops) == pytest.approx(median, rel=0.1)


def betting_with_plug_in(values: NDArray[np.float64]) -> list[tuple[float, float]]:
    """The hedged capital sequence of Waudby-Smith & Ramdas (2024) with their plug-in bets, on a grid of 1,000 means.

    Values in [0, 1]; the running intersection, one interval a value. Written from the paper, with none of our parts.
    """
    count = np.arange(1, values.size + 1)
    mean = (0.5 + np.cumsum(values)) / (count + 1)
    variance = (0.25 + np.cumsum((values - mean) ** 2)) / (count + 1)
    bets = np.sqrt(
        2 * math.log(2 / 0.05) / (np.concatenate([[0.25], variance[:-1]]) * count * np.log(1 + count))
    )
    grid = np.arange(1001) / 1000
    found, low, high = [], 0.0, 1.0
    up, down = np.zeros(grid.size), np.zeros(grid.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        for value, bet in zip(values, bets, strict=True):
            up += np.log1p(np.minimum(bet, 0.5 / grid) * (value - grid))
            down += np.log1p(-np.minimum(bet, 0.5 / (1 - grid)) * (value - grid))
            kept = grid[np.maximum(up, down) + math.log(0.5) < LIMIT]
            low, high = max(low, kept.min()), min(high, kept.max())
            found.append((float(low), float(high)))
    return found


GOLDEN = {64: (0.098, 0.414), 256: (0.231, 0.446), 1024: (0.178, 0.284)}
"""`betting_cs` of confseq on the first so many draws, with a running intersection."""


def draws() -> dict[int, NDArray[np.float64]]:
    """The draws behind the golden numbers: shares of 0.25, one sample after the other from one generator."""
    rng = np.random.default_rng(0)
    return {size: rng.binomial(1, 0.25, size).astype(np.float64) for size in GOLDEN}


@pytest.mark.parametrize("size", GOLDEN)
def test_intervals_against_confseq(size: int) -> None:
    """On confseq's data the plug-in bets give its numbers, and our mixture an interval about as narrow around the same mean."""
    values = draws()[size]
    low, high = GOLDEN[size]
    # confseq reports the rejected points of the grid next to those that are kept.
    reference = betting_with_plug_in(values)[-1]
    assert reference == pytest.approx((low + 0.001, high - 0.001), abs=1e-9)
    ours = betting_interval(2 * values - 1)
    assert ours.low is not None
    assert ours.high is not None
    assert (ours.high - ours.low) / 2 <= 1.05 * (high - low)
    assert ((ours.low + 1) / 2, (ours.high + 1) / 2) == pytest.approx((low, high), abs=0.02)


def test_the_asymptotic_interval_is_that_of_the_paper() -> None:
    """The interval is the formula of theorem 2.2 with rho tuned for 256 blocks, and narrowest there next to a t interval."""
    values = np.random.default_rng(9).normal(0.3, 2.0, 500)
    rho_2 = (-2 * math.log(0.05) + math.log(-2 * math.log(0.05)) + 1) / 256
    for count in (BURN_IN, 256, 500):
        part = values[:count]
        grown = count * rho_2 + 1
        half = part.std() * math.sqrt(2 * grown / (count**2 * rho_2) * math.log(math.sqrt(grown) / 0.05))
        found = asymptotic_interval(part)
        assert (found.low, found.high) == pytest.approx((part.mean() - half, part.mean() + half), rel=1e-12)
    early = asymptotic_interval(values[: BURN_IN - 1])
    assert early.low is None
    assert "no interval before 30" in early.note


@pytest.mark.parametrize("kind", ["betting", "asymptotic"])
@pytest.mark.parametrize("theta", [0.0, 0.15, -0.6])
def test_sequences_cover_the_truth_at_all_looks(kind: str, theta: float) -> None:
    """The mean is outside any of 500 intervals of a sequence in at most 5 % of the repetitions.

    An interval holds exactly the means whose e-value is below 1/alpha, which the next test proves.
    """
    rng, replicates = np.random.default_rng(10), 600
    log_e = betting_log_e if kind == "betting" else asymptotic_log_e
    missed = 0
    for _ in range(replicates):
        # Beta on [-1, 1] with mean theta, so that nothing is clipped.
        share = (theta + 1) / 2
        values = 2 * rng.beta(4 * share, 4 * (1 - share), 500) - 1
        missed += first_stop(log_e(values, theta)) <= 500
    assert missed / replicates <= 0.05 + band(replicates)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([-1.0, -0.5, -1 / 3, 0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=80))
def test_the_betting_interval_holds_the_means_not_rejected(values: list[float]) -> None:
    """On a fine grid of means, those within the interval have e-values below 20 and those outside above; it holds the mean."""
    found = betting_interval(values)
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert -1 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1
    for mean in np.linspace(-0.995, 0.995, 41).tolist():
        inside = found.low < mean < found.high
        if min(abs(mean - found.low), abs(mean - found.high)) > 1e-9:
            assert (float(betting_log_e(values, mean)[-1]) < LIMIT) == inside


def test_the_mixture_is_the_definition() -> None:
    """E_t = sum over 37 bets of (1/37) prod (1 + l d_b), written out."""
    values = [0.5, -0.25, 1.0, -1.0, 0.75]
    bets = [k / 20 for k in range(-18, 19)]
    wanted = [
        math.log(sum(math.prod(1 + bet * value for value in values[:t]) for bet in bets) / 37)
        for t in range(1, 6)
    ]
    assert betting_log_e(values) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("make", [lambda: BettingRun((0.0, -0.1, 0.1)), lambda: AsymptoticRun(0.2)])
def test_how_blocks_are_cut_makes_no_difference(make: Callable[[], Run]) -> None:
    """Block by block, in chunks or all at once: the same to the last bit; absent blocks (NaN) count for nothing."""
    rng = np.random.default_rng(11)
    values = rng.choice(np.array([-1, -2 / 3, -1 / 3, 0, 0.1, 1 / 3, 0.7]), 20_000)
    whole, pieces, single = make(), make(), make()
    whole.add(values)
    for part in np.split(values, np.sort(rng.integers(0, values.size, 57))):
        pieces.add(np.insert(part, 0, np.nan))
    for value in values[:500].tolist():
        single.add([value])
    for mean in (0.0, -0.1, 0.1):
        assert whole.log_e(mean) == pieces.log_e(mean)
    assert whole.estimate() == pieces.estimate()
    assert (whole.sd, whole.blocks) == (pieces.sd, values.size)
    again = make()
    again.add(values[:500])
    assert single.log_e(0.1) == again.log_e(0.1)
    assert again.sd == pytest.approx(values[:500].std(ddof=1))


def test_running_and_pure_forms_agree() -> None:
    """A run gives what the pure functions give after every block."""
    values = differences(np.random.default_rng(12), 80, 0.1)
    betting, asymptotic = BettingRun((0.0, 0.2)), AsymptoticRun(0.3)
    paths = betting_log_e(values, 0.2), asymptotic_log_e(values, 0.2, spread=0.3)
    for place, value in enumerate(values.tolist()):
        betting.add([value])
        asymptotic.add([value])
        assert betting.log_e(0.2) == pytest.approx(paths[0][place], abs=1e-12)
        assert asymptotic.log_e(0.2) == pytest.approx(paths[1][place], abs=1e-12)
    assert betting.estimate() == betting_interval(values)
    assert asymptotic.estimate() == asymptotic_interval(values, spread=0.3)


def test_lineups_that_differ_are_no_evidence_after_whole_cycles() -> None:
    """Blocks whose means go +0.4, -0.4 in turn and average to zero: looks after both claim a difference within the level."""
    rng, replicates = np.random.default_rng(13), 400
    claimed = 0
    for _ in range(replicates):
        values = np.clip(rng.normal(0, 0.3, 600), -0.6, 0.6) + np.tile([0.4, -0.4], 300)
        claimed += bool((betting_log_e(values)[1::2] >= LIMIT).any())
    assert claimed / replicates <= 0.05 + band(replicates)


def test_equivalence_is_an_interval_inside_epsilon() -> None:
    """The e-value of equivalence reaches 20 exactly when the interval lies inside +-epsilon, for both processes."""
    rng = np.random.default_rng(14)
    seen = set()
    for kind, mean in itertools.product(("betting", "asymptotic"), (0.0, 0.03, 0.08)):
        values = differences(rng, 3000, mean, 0.2)
        run: Run = BettingRun((0.0, -0.05, 0.05)) if kind == "betting" else AsymptoticRun()
        for start in range(0, 3000, 100):
            run.add(values[start : start + 100])
            found = run.estimate()
            assert found.low is not None
            assert found.high is not None
            inside = found.low > -0.05 and found.high < 0.05
            assert (equivalence_log_e(run, 0.05) >= LIMIT) == inside
            seen.add(inside)
    assert seen == {True, False}


def test_differences_beyond_epsilon_are_seldom_called_equivalent() -> None:
    """With a difference of exactly epsilon, a look after every 20 blocks calls it equivalent at most 5 % of the time."""
    rng, replicates, called = np.random.default_rng(15), 300, 0
    for _ in range(replicates):
        run = BettingRun((-0.1, 0.1))
        for _ in range(60):
            run.add(differences(rng, 20, 0.1))
            if equivalence_log_e(run, 0.1) >= LIMIT:
                called += 1
                break
    assert called / replicates <= 0.05 + band(replicates)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=7))
def test_e_holm_is_closed_testing(e_values: list[float]) -> None:
    """The adjusted e-value is the least mean over all sets that hold the hypothesis; never below Bonferroni's."""
    everybody = range(len(e_values))
    subsets = [
        subset for size in range(1, len(e_values) + 1) for subset in itertools.combinations(everybody, size)
    ]
    wanted = [
        min(float(np.mean([e_values[other] for other in subset])) for subset in subsets if place in subset)
        for place in everybody
    ]
    found = e_holm(e_values)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    assert (found >= np.array(e_values) / len(e_values) - 1e-9).all()


def test_a_family_keeps_its_level() -> None:
    """Six pairs of four equal agents, looked at after every block: even one false claim comes at most 5 % of the time."""
    rng, replicates, claimed = np.random.default_rng(16), 300, 0
    first, second = np.triu_indices(4, 1)
    for _ in range(replicates):
        scores = rng.uniform(0, 1, (250, 4))
        paths = np.stack(
            [betting_log_e(scores[:, i] - scores[:, j]) for i, j in zip(first, second, strict=True)]
        )
        # No adjusted value can reach 20 where the largest one does not.
        looks = np.flatnonzero(paths.max(axis=0) >= LIMIT)
        claimed += any(e_holm(e_value(paths[:, look])).max() >= 20 for look in looks)
    assert claimed / replicates <= 0.05 + band(replicates)


def test_degenerate_sequences() -> None:
    """No block, one block, nothing but zeros, nothing but ones, no variance: finite answers and honest intervals."""
    assert betting_interval([]).note == asymptotic_interval([]).note == "no block"
    assert betting_log_e([]).size == asymptotic_log_e([]).size == e_holm([]).size == 0
    one = betting_interval([0.0])
    assert (one.low, one.high) == pytest.approx((-0.988, 0.988), abs=1e-3)
    ones = betting_interval(np.ones(200))
    assert ones.low is not None
    assert ones.low > 0.9
    assert ones.high == 1.0
    none = betting_interval(-np.ones(200))
    assert none.low == -1.0
    same = BettingRun((0.0, -0.02, 0.02))
    same.add(np.zeros(400))
    assert same.log_e() == 0.0
    assert equivalence_log_e(same, 0.02) >= LIMIT
    flat = AsymptoticRun()
    flat.add(np.zeros(BURN_IN))
    assert flat.log_e() < 0
    assert flat.log_e(0.1) == math.inf
    assert (flat.estimate().low, flat.estimate().high) == (0.0, 0.0)
    spread = AsymptoticRun(1.0)
    spread.add(np.zeros(BURN_IN))
    half = spread.estimate().high
    assert half is not None
    assert half > 0.05
    assert e_value(math.inf) == e_value(700.0)
    assert always_valid_p([0.0, 0.5, 20.0]) == pytest.approx([1.0, 1.0, 0.05])


def test_nonsense_is_refused() -> None:
    """Values and hypotheses out of range, unknown hypotheses, negative e-values: one line with the value."""
    with pytest.raises(BadParameter, match=r"between -1 and 1, got 1\.5"):
        betting_log_e([0.5, 1.5])
    with pytest.raises(BadParameter, match=r"strictly between -1 and 1, got 1"):
        betting_log_e([0.5], 1.0)
    with pytest.raises(BadParameter, match=r"bets against the means \[0\.0\], got 0\.1"):
        BettingRun().log_e(0.1)
    with pytest.raises(BadParameter, match="a spread is a number >= 0, got -1"):
        AsymptoticRun(-1.0)
    with pytest.raises(BadParameter, match="epsilon is a number >= 0, got inf"):
        equivalence_log_e(AsymptoticRun(), math.inf)
    for wrong in ([-1.0], [math.nan], [math.inf], [[1.0]]):
        with pytest.raises(BadParameter, match="e-values are a list of finite numbers >= 0"):
            e_holm(wrong)
    with pytest.raises(BadParameter, match="alpha"):
        betting_interval([0.0], alpha=1.0)
