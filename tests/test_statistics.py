import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.statistics import (
    FEWEST,
    PRF,
    Continuum,
    Counts,
    Floats,
    UnitizingAlpha,
    bootstrap_f1,
    bootstrap_intervals,
    f1_interval,
    jackknife,
    macro,
    merged,
    micro,
    nominal_alpha,
    percentile_interval,
    precision_recall_f1,
    ratio_interval,
    resampling,
    too_few,
    weighted,
)

COUNTS: st.SearchStrategy[Counts] = st.lists(
    st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=6
).map(np.array)


def test_an_empty_denominator_gives_zero() -> None:
    assert [float(x) for x in precision_recall_f1(np.array([0, 0, 0]))] == [0.0, 0.0, 0.0]
    assert micro(np.array([[0, 3, 0]])) == PRF(0.0, 0.0, 0.0, 0)
    assert macro(np.zeros((3, 3), int)) == weighted(np.zeros((3, 3), int)) == PRF(0.0, 0.0, 0.0, 0)


def test_averages_by_hand() -> None:
    counts = np.array([[1, 1, 0], [0, 0, 3], [0, 0, 0]])
    assert micro(counts) == PRF(0.5, 0.25, 1 / 3, 4)
    assert macro(counts) == PRF(0.25, 0.5, (2 / 3) / 2, 4)
    assert weighted(counts) == PRF(0.125, 0.25, (2 / 3) / 4, 4)


def test_units_of_a_group_are_summed() -> None:
    counts = np.arange(24).reshape(4, 2, 3)
    assert merged(counts, ["b", "a", "b", "c"]).tolist() == [
        (counts[0] + counts[2]).tolist(),
        counts[1].tolist(),
        counts[3].tolist(),
    ]
    assert merged(counts, range(4)).tolist() == counts.tolist()
    with pytest.raises(ValueError, match="3 groups for 4 units"):
        merged(counts, "abc")


@given(COUNTS)
def test_swapping_sides_swaps_precision_and_recall(counts: Counts) -> None:
    for average in (micro, macro):
        here, there = average(counts), average(counts[:, [0, 2, 1]])
        assert (here.precision, here.recall, here.f1) == (there.recall, there.precision, there.f1)


# Krippendorff, Content Analysis, 2nd ed. 2004, p. 254: two observers, a continuum from 150 to 450.
# The figures are the book's; DKPro Statistics 2.2 gives the same in its own test of the example.
BOOK = (
    [(180, 240, "k"), (225, 295, "c"), (300, 350, "k"), (370, 400, "c")],
    [(180, 240, "k"), (220, 300, "c"), (300, 350, "k"), (355, 375, "c"), (400, 420, "c")],
)


def book() -> Continuum:
    first, second = ([(b - 150, e - 150, c) for b, e, c in version] for version in BOOK)
    return Continuum(300, (first, second))


def test_unitizing_alpha_is_that_of_the_published_example() -> None:
    alpha = UnitizingAlpha([book()], ["c", "k"])
    observed, expected = alpha.of("c")
    assert (round(observed, 4), round(expected, 4)) == (0.0144, 0.0532)
    assert alpha.of("c").value == pytest.approx(0.7286, abs=0.00005)
    observed, expected = alpha.of("k")
    assert (observed, round(expected, 4)) == (0, 0.0490)
    assert alpha.of("k").value == 1
    assert alpha.of().value == pytest.approx(0.8591, abs=0.0005)


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        # From the book, as the tests of DKPro Statistics 2.2 have them: units that meet, and gaps.
        ((5, 11), (4, 6), 26),
        ((5, 11), (5, 7), 16),
        ((5, 11), (6, 8), 10),
        ((5, 11), (7, 9), 8),
        ((5, 11), (6, 10), 2),
        ((5, 11), (5, 11), 0),
        ((5, 11), (2, 4), 40),
        ((5, 11), (3, 5), 40),
        ((75, 145), (70, 150), 50),
    ],
)
def test_the_disagreement_of_two_units_is_that_of_the_book(
    first: tuple[int, int], second: tuple[int, int], distance: int
) -> None:
    alpha = UnitizingAlpha([Continuum(200, ([(*first, "x")], [(*second, "x")]))], ["x"])
    assert alpha.of().observed == pytest.approx(distance / 200**2)


def test_unitizing_alpha_over_articles_is_additive_in_what_was_observed() -> None:
    one, two = UnitizingAlpha([book()], ["c"]), UnitizingAlpha([book(), book()], ["c"])
    assert two.of().observed == pytest.approx(one.of().observed / 2)
    assert two.of(without=1) == one.of()
    assert two.of("c", without=0) == one.of("c")
    assert UnitizingAlpha([Continuum(10, ((), ()))], ["c"]).of().value is None


@given(st.lists(st.lists(st.integers(0, 60), max_size=8, unique=True), min_size=2, max_size=3))
def test_expected_disagreement_is_the_sum_of_the_definition(cuts: list[list[int]]) -> None:
    length = 60
    versions = [
        [(begin, end, "x") for begin, end in itertools.pairwise(sorted(cut)) if (begin + end) % 3]
        for cut in cuts
    ]
    units = [end - begin for version in versions for begin, end, _ in version]
    gaps = []
    for version in versions:
        at = 0
        for begin, end, _ in version:
            gaps += [begin - at] if begin > at else []
            at = end
        gaps += [length - at] if length > at else []
    total = 0.0
    for unit in units:
        total += (len(units) - 1) / 3 * (2 * unit**3 - 3 * unit**2 + unit)
        total += unit**2 * sum(gap - unit + 1 for gap in gaps if gap >= unit)
    both = len(versions) * length
    pairs = both * (both - 1) - sum(unit * (unit - 1) for unit in units)
    alpha = UnitizingAlpha([Continuum(length, tuple(versions))], ["x"])
    assert alpha.of().expected == pytest.approx(2 / length * total / pairs)


# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section D: four observers,
# twelve units, five values; 0 where there is none. Nominal alpha is 0.743 there.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)


def test_nominal_alpha_is_that_of_the_published_example() -> None:
    counts = np.array(
        [[unit.count(v) for v in range(1, 6)] for unit in zip(*OBSERVERS, strict=True)]
    )
    assert nominal_alpha(counts) == pytest.approx(0.743, abs=0.0005)
    assert nominal_alpha(counts[::-1]) == nominal_alpha(counts)
    assert nominal_alpha(counts[:1]) is None
    assert nominal_alpha(np.zeros((0, 3), dtype=np.int64)) is None


@given(st.lists(st.integers(-50, 50), min_size=3, max_size=30, unique=True))
def test_the_jackknife_of_a_mean_is_student_s_interval(values: list[int]) -> None:
    from scipy import stats  # 1.17

    data = np.array(values) / 10
    without = (data.sum() - data) / (len(data) - 1)
    low, high = jackknife(float(data.mean()), without, 0.9)
    expected = stats.t.interval(0.9, len(data) - 1, data.mean(), stats.sem(data))
    assert (low, high) == pytest.approx(expected)


def test_the_interval_of_a_ratio_is_on_the_logit_scale() -> None:
    hits, misses = np.array([8, 6, 9, 7] * 3), np.array([2, 4, 1, 3] * 3)
    interval = ratio_interval(hits, misses)
    assert interval is not None
    assert 0.6 < interval.low < 0.75 < interval.high < 0.85
    turned = ratio_interval(misses, hits)
    assert turned is not None
    assert turned == pytest.approx((1 - interval.high, 1 - interval.low))
    assert ratio_interval(hits[: FEWEST - 1], misses[: FEWEST - 1]) is None
    empty = np.zeros(20, dtype=np.int64)
    assert ratio_interval(np.append(hits, empty), np.append(misses, empty)) == interval
    perfect = ratio_interval(hits, np.zeros_like(hits))
    assert perfect is not None
    assert 0.85 < perfect.low < 0.95
    assert perfect.high == 1


def test_a_sample_without_an_error_is_no_proof_of_perfection() -> None:
    """The jackknife alone sees no variance there, and would leave out a true value of .95."""
    rare = np.array([1] * 12)
    interval = ratio_interval(2 * rare, 0 * rare)
    assert interval is not None
    assert interval.low < 0.8
    assert interval.high == 1


def some_counts(systems: int, units: int, types: int, seed: int = 1) -> Counts:
    """Counts that differ in size from unit to unit; some units and types have none."""
    random = np.random.default_rng(seed)
    gold = random.poisson(random.gamma(1, 2, size=(units, types)))
    tp = random.binomial(gold, 0.7, size=(systems, units, types))
    return np.stack([tp, random.poisson(gold / 4, size=tp.shape), gold - tp], axis=-1)


def by_pseudo_values(whole: float, without: list[float], level: float) -> tuple[float, float]:
    """Tukey's form of the jackknife: the mean's interval over values that each unit adds."""
    from scipy import stats

    n = len(without)
    pseudo = [n * whole - (n - 1) * figure for figure in without]
    low, high = stats.t.interval(level, n - 1, whole, stats.sem(pseudo))
    return float(low), float(high)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_interval_of_f1_is_the_jackknife_of_its_logit(scale: int, level: float) -> None:
    from scipy import stats

    (counts,) = some_counts(1, 30, 1)[:, :, 0]
    there = [row for row in counts.tolist() if any(row)]
    assert FEWEST < len(there) < 30

    def logit(rows: list[list[int]]) -> float:
        tp, fp, fn = (sum(column) / scale for column in zip(*rows, strict=True))
        return math.log(2 * tp + 0.5) - math.log(fp + fn + 0.5)

    without = [logit(there[:i] + there[i + 1 :]) for i in range(len(there))]
    ends = list(by_pseudo_values(logit(there), without, level))
    tp, fp, fn = (sum(column) / scale for column in zip(*there, strict=True))
    least = math.sqrt(1 / (2 * tp + 0.5) + 1 / (fp + fn + 0.5))
    half = least * float(stats.t.ppf((1 + level) / 2, len(there) - 1))
    if ends[1] - logit(there) < half:
        ends = [logit(there) - half, logit(there) + half]
    expected = [1 / (1 + math.exp(-end)) for end in ends]
    assert f1_interval(counts, level, scale) == pytest.approx(expected)
    assert f1_interval(counts * scale, level, scale) == f1_interval(counts, level)


@given(st.permutations(range(20)))
def test_the_order_of_units_is_nothing_to_the_jackknife(order: list[int]) -> None:
    (counts,) = some_counts(1, 20, 1)[:, :, 0]
    assert f1_interval(counts[order]) == pytest.approx(f1_interval(counts))


def test_a_refusal_says_why() -> None:
    counts = np.zeros((30, 2, 3), dtype=np.int64)
    counts[: FEWEST - 1, 1, 2] = 1
    assert too_few(counts) == "articles with anything to count: 9; 10 are needed"
    assert too_few(counts, 20, "stories") == "stories with anything to count: 9; 20 are needed"
    assert too_few(counts, FEWEST - 1) is None
    assert too_few(counts[:0]) == "articles with anything to count: 0; 10 are needed"
    assert f1_interval(counts.sum(axis=1)) is None
    assert f1_interval(counts[:0, 0]) is None
    assert bootstrap_intervals(np.stack([counts, counts + 1]))[0] is None
    assert bootstrap_intervals(counts[None, :0]) == [None]


@pytest.mark.parametrize("types", [1, 4])
def test_the_bootstrap_is_scipy_s(types: int) -> None:
    from scipy import stats  # 1.17; it draws indices as we do, so that all is the same

    counts = some_counts(3, 25, types)
    given = counts[:, :, 0] if types == 1 else counts
    figures = bootstrap_f1(given, 300, seed=7)
    assert figures.shape == (300, 3)
    for i in range(3):

        def statistic(chosen: Floats, own: Counts = counts[i]) -> float:
            return macro(own[chosen.astype(int)].sum(axis=0)).f1

        found = stats.bootstrap(
            (np.arange(25),),
            statistic,
            method="percentile",
            n_resamples=300,
            confidence_level=0.9,
            vectorized=False,
            rng=np.random.Generator(np.random.PCG64(7)),
        )
        assert figures[:, i] == pytest.approx(found.bootstrap_distribution)
        interval = percentile_interval(figures[:, i], 0.9)
        assert interval == pytest.approx(tuple(found.confidence_interval))
        assert bootstrap_intervals(given, 300, 7, 0.9)[i] == interval


def test_a_type_that_was_not_drawn_is_no_failure() -> None:
    counts = np.zeros((1, 40, 2, 3), dtype=np.int64)
    counts[0, :, 0, 0] = counts[0, 0, 1, 0] = 1
    assert (bootstrap_f1(counts, 100) == 1).all()
    assert (bootstrap_f1(counts * 0, 100) == 0).all()


@given(st.integers(1, 2000))
def test_resamples_depend_on_the_seed_alone(cells: int) -> None:
    counts = some_counts(2, 70, 3)
    whole = bootstrap_f1(counts, 20, seed=3), np.concatenate(list(resampling.halves(70, 20, 3)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resampling, "_CELLS", cells)
        assert (bootstrap_f1(counts, 20, seed=3) == whole[0]).all()
        assert (bootstrap_f1(counts[:1], 20, seed=3) == whole[0][:, :1]).all()
        assert (np.concatenate(list(resampling.halves(70, 20, 3))) == whole[1]).all()
    assert (bootstrap_f1(counts, 20, seed=4) != whole[0]).any()


def test_sums_are_exact_up_to_2_to_the_53() -> None:
    random = np.random.default_rng(5)
    counts = random.integers(0, 2**40, size=(2, 50, 3))
    weights = random.integers(0, 50, size=(9, 50))
    (sums,) = resampling.weighted_sums([weights.astype(np.float64)], counts)
    assert (sums.astype(np.int64) == np.einsum("ru,suc->rsc", weights, counts)).all()
