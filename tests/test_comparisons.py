"""Systems against each other: every figure by another road, on data small enough for it."""

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.statistics import (
    ENUMERATED,
    FEWEST,
    FEWEST_FOR_P,
    POWER,
    Comparisons,
    Counts,
    Pair,
    compare,
    comparisons,
    holm,
    micro,
    resampling,
    smallest_detectable,
)


def systems(quality: list[float], units: int, seed: int = 1, size: float = 5) -> Counts:
    """Counts of systems that find this share of gold; some units have none."""
    random = np.random.default_rng(seed)
    gold = random.poisson(random.gamma(2, size / 2, size=units))
    found = [random.binomial(gold, share) for share in quality]
    return np.array([np.stack([tp, random.poisson(gold / 5), gold - tp], axis=-1) for tp in found])


def pair(counts: Counts, swaps: int = 1000, seed: int = 1) -> Pair:
    (found,) = compare(counts, swaps, seed).pairs
    return found


def exact_f1(rows: Iterable[Sequence[int]]) -> Fraction:
    tp, fp, fn = (sum(column) for column in zip(*rows, strict=True))
    return Fraction(2 * tp, 2 * tp + fp + fn) if tp else Fraction(0)


def share_as_different(counts: Counts, swaps: list[tuple[int, ...]]) -> int:
    """In how many swaps F1 differs at least as much as before, in whole numbers."""
    rows = list(zip(*counts.tolist(), strict=True))

    def difference(swap: tuple[int, ...]) -> Fraction:
        turned = [unit[::-1] if one else unit for unit, one in zip(rows, swap, strict=True)]
        first, second = zip(*turned, strict=True)
        return abs(exact_f1(first) - exact_f1(second))

    before = difference((0,) * len(rows))
    return sum(difference(swap) >= before for swap in swaps)


SMALL = st.lists(
    st.tuples(*[st.tuples(*[st.integers(0, 4)] * 3)] * 2), min_size=FEWEST_FOR_P, max_size=8
).map(lambda rows: np.array(rows).swapaxes(0, 1))


@settings(max_examples=examples(40))
@given(SMALL)
def test_exact_p_is_the_share_of_all_swaps(counts: Counts) -> None:
    found = pair(counts)
    if (counts.sum(axis=(0, 2)) > 0).sum() < FEWEST_FOR_P:
        assert (found.p, found.exact) == (None, False)
        return
    n = counts.shape[1]
    swaps = list(itertools.product((0, 1), repeat=n))
    assert found.exact
    assert found.p == share_as_different(counts, swaps) / 2**n


@settings(max_examples=examples(40))
@given(SMALL, st.data())
def test_the_order_of_units_is_nothing_to_exact_p(counts: Counts, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(counts.shape[1])))
    assert pair(counts[:, order]).p == pair(counts).p


def test_ties_that_floats_would_break_are_ties() -> None:
    # Either system is 1/3 in one half and 1/5 in the other, in other numbers: many swaps tie.
    rows = [((1, 2, 2), (1, 4, 4)), ((2, 4, 4), (2, 8, 8)), ((3, 6, 6), (3, 12, 12))] * 3
    counts = np.array(rows).swapaxes(0, 1)
    swaps = list(itertools.product((0, 1), repeat=9))
    assert pair(counts).p == share_as_different(counts, swaps) / 2**9


@pytest.mark.parametrize("units", [7, 11, ENUMERATED])
def test_exact_p_is_scipy_s(units: int) -> None:
    counts = systems([0.6, 0.8], units, seed=units, size=20)
    assert pair(counts).p == pytest.approx(by_scipy(counts), abs=1e-12)


def test_approximate_p_is_near_scipy_s() -> None:
    counts = systems([0.7, 0.78], 40, seed=2)
    found = pair(counts, swaps=20_000)
    assert found.p is not None
    assert 0.02 < found.p < 0.4
    # Five standard errors of two estimates, each from 20,000 swaps.
    assert found.p == pytest.approx(by_scipy(counts), abs=5 * (2 * 0.25 / 20_000) ** 0.5)


def by_scipy(counts: Counts) -> float:
    """The p-value of scipy 1.17. Its "two-sided" doubles the smaller tail; so it gets ours."""
    from scipy import stats

    units = counts.shape[1]
    rows = counts.reshape(-1, 3)

    def statistic(a: Counts, b: Counts, axis: int) -> Counts:
        f1 = []
        for chosen in (a, b):
            tp, fp, fn = np.moveaxis(rows[chosen.astype(int)].sum(axis=-2), -1, 0)
            f1.append(2 * tp / (2 * tp + fp + fn))
        difference: Counts = abs(f1[0] - f1[1])
        return difference

    found = stats.permutation_test(
        (np.arange(units), np.arange(units) + units),
        statistic,
        permutation_type="samples",
        alternative="greater",
        n_resamples=20_000,
        vectorized=True,
        rng=np.random.default_rng(1),
    )
    return float(found.pvalue)


def test_approximate_p_is_that_of_the_bits_of_pcg64() -> None:
    units, swaps = 70, 50
    counts = systems([0.7, 0.74], units, seed=4)
    bits = np.random.PCG64(9)
    chosen = []
    for _ in range(swaps):
        words = [int(bits.random_raw()), int(bits.random_raw())]
        chosen.append(tuple(words[unit // 64] >> unit % 64 & 1 for unit in range(units)))
    found = pair(counts, swaps=swaps, seed=9)
    assert not found.exact
    assert found.p == (share_as_different(counts, chosen) + 1) / (swaps + 1)


def test_units_on_which_both_are_equal_do_not_make_p_approximate() -> None:
    counts = systems([0.6, 0.8], 12, seed=3)
    equal = np.repeat(systems([0.7], 200, seed=5), 2, axis=0)
    found = pair(np.concatenate([counts, equal], axis=1))
    assert found.exact
    assert found.p is not None
    assert 2**12 * found.p == int(2**12 * found.p)


@settings(max_examples=examples(25))
@given(st.integers(0, 10**6), st.integers(FEWEST + 5, 40))
def test_swapping_two_systems_turns_the_sign_alone(seed: int, units: int) -> None:
    counts = systems([0.7, 0.8], units, seed)
    here, there = pair(counts, swaps=200), pair(counts[::-1], swaps=200)
    assert there.difference == -here.difference
    assert (there.p, there.adjusted, there.significant) == (here.p, here.adjusted, here.significant)
    assert here.interval is not None
    assert there.interval == pytest.approx((-here.interval.high, -here.interval.low))
    assert there.error == pytest.approx(here.error)


def test_equal_systems_do_not_differ() -> None:
    from scipy import stats

    counts = np.repeat(systems([0.7], 50), 3, axis=0)
    found = compare(counts)
    tp, fp, fn = counts[0].sum(axis=0)
    half = 2 / (2 * tp + fp + fn) * stats.t.ppf(0.975, counts[0].any(axis=1).sum() - 1)
    for one in found.pairs:
        assert one.difference == 0
        assert one.interval == pytest.approx((-half, half))
        assert (one.p, one.adjusted, one.significant) == (1, 1, False)
    assert {standing.ranks for standing in found.standings} == {(1, 3)}
    assert {standing.group for standing in found.standings} == {1}
    assert found.detectable is None
    assert found.no_claims == "no p-value can be under 1, where Holm needs 0.017 (pairs: 3)"


def test_a_difference_that_no_unit_changes_has_the_error_of_one_item() -> None:
    right, half = np.array([2, 0, 0]), np.array([1, 0, 1])
    counts = np.stack([np.tile(right, (15, 1)), np.tile(half, (15, 1))])
    (found,) = (whole := compare(counts)).pairs
    # The second said the fewest: 15 of 30, so that there are 45 items on both sides.
    assert found.error == pytest.approx(2 / 45)
    assert found.interval is not None
    assert found.interval.low < found.difference < found.interval.high
    assert whole.detectable is None
    (halves,) = compare(2 * counts, scale=2).pairs
    assert halves.error == pytest.approx(found.error)


@pytest.mark.parametrize("systems_there", [5, 30])
def test_there_are_swaps_enough_for_holm(systems_there: int) -> None:
    counts = systems([0.1, *[0.95] * (systems_there - 1)], 30)
    found = compare(counts)
    assert found.swaps == {5: 10_000, 30: 17_400}[systems_there]
    assert found.no_claims is None
    assert found.standings[0].ranks == (systems_there, systems_there)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"swaps": 0}, "swaps are 0; 1"), ({"level": 1.5}, "1.5; between"), ({"level": 0}, "0; betw")],
)
def test_what_compares_nothing_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        compare(systems([0.7, 0.8], 25), **options)


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_interval_of_a_difference_is_its_jackknife(level: float) -> None:
    from scipy import stats

    counts = systems([0.7, 0.8], 25, size=2)
    rows = [unit for unit in zip(*counts.tolist(), strict=True) if any(map(any, unit))]
    assert FEWEST < len(rows) < 25

    def difference(rows: list[tuple[list[int], list[int]]]) -> float:
        first, second = (micro(np.array(own).sum(axis=0)).f1 for own in zip(*rows, strict=True))
        return first - second

    whole, n = difference(rows), len(rows)
    pseudo = [n * whole - (n - 1) * difference(rows[:i] + rows[i + 1 :]) for i in range(n)]
    (found,) = compare(counts, level=level).pairs
    assert found.difference == whole
    assert found.error == pytest.approx(stats.sem(pseudo))
    expected = stats.t.interval(level, n - 1, whole, stats.sem(pseudo))
    assert found.interval == pytest.approx(expected)


def test_an_interval_ends_where_differences_do() -> None:
    counts = np.zeros((2, 10, 3), dtype=np.int64)
    counts[0, :, 0], counts[1, :, 2] = 10, 10
    counts[0, 0], counts[1, 0] = (0, 0, 10), (10, 0, 0)
    found = pair(counts)
    assert found.interval is not None
    assert found.interval.low < found.difference < found.interval.high == 1


# The columns "rawp" and "Holm" of R's package multtest, mt.rawp2adjp, as the tests of statsmodels
# have them (statsmodels/stats/tests/test_multi.py, res_multtest3 and res_multtest2).
@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (
            [0.001, 0.002, 0.003, 0.004, 0.005, 0.05, 0.06, 0.07, 0.08, 0.09],
            [0.01, 0.018, 0.024, 0.028, 0.03, 0.25, 0.25, 0.25, 0.25, 0.25],
        ),
        (
            [0.002, 0.004, 0.006, 0.008, 0.01, 0.012],
            [0.012, 0.02, 0.024, 0.024, 0.024, 0.024],
        ),
        ([], []),
    ],
)
def test_holm_is_that_of_r(p: list[float], expected: list[float]) -> None:
    assert holm(p) == pytest.approx(expected)
    assert holm(p[::-1]) == pytest.approx(expected[::-1])


@given(st.lists(st.floats(0, 1), max_size=7))
def test_holm_is_the_closure_of_bonferroni(p: list[float]) -> None:
    # Marcus, Peritz and Gabriel 1976: a hypothesis falls where all sets that have it do.
    places = range(len(p))
    sets = [s for size in places for s in itertools.combinations(places, size + 1)]
    expected = [max(min(1, len(s) * min(p[j] for j in s)) for s in sets if i in s) for i in places]
    adjusted = holm(p)
    assert adjusted == pytest.approx(expected)
    assert all(after >= before for after, before in zip(adjusted, p, strict=True))
    in_order = [adjusted[i] for i in sorted(places, key=lambda i: p[i])]
    assert in_order == sorted(in_order)


@settings(max_examples=examples(40))
@given(
    st.integers(0, 10**6),
    st.lists(st.sampled_from((0.3, 0.5, 0.6, 0.65, 0.9)), min_size=1, max_size=6),
    st.sampled_from((4, 8, 12, 30)),
)
def test_ranks_and_groups_follow_from_what_is_significant(
    seed: int, quality: list[float], units: int
) -> None:
    found = compare(systems(quality, units, seed), swaps=999)
    m = len(quality)
    assert [(one.a, one.b) for one in found.pairs] == list(itertools.combinations(range(m), 2))
    if found.no_claims:
        assert not any(one.significant for one in found.pairs)
    for i, standing in enumerate(found.standings):
        better = [one for one in found.pairs if one.significant and won(one) != i in one[:2]]
        worse = [one for one in found.pairs if one.significant and won(one) == i]
        assert standing.ranks == (1 + len(better), m - len(worse))
        higher = sum(other.f1 > standing.f1 for other in found.standings)
        assert standing.ranks[0] <= 1 + higher <= standing.ranks[1]
    for first, second in itertools.permutations(found.standings, 2):
        if first.group < second.group:
            assert first.f1 > second.f1
            assert first.ranks[1] < second.ranks[0]
        elif max(first.ranks[0], second.ranks[0]) <= min(first.ranks[1], second.ranks[1]):
            assert first.group == second.group


def test_a_wide_range_links_those_within_it() -> None:
    # As of a system that is too uneven to be told from any other.
    assert comparisons._groups([(3, 4), (1, 4), (2, 2), (5, 5)]) == [1, 1, 1, 2]


def won(one: Pair) -> int:
    return one.a if one.difference > 0 else one.b


def test_clear_differences_are_claims() -> None:
    counts = systems([0.5, 0.9, 0.7, 0.71], 60)
    found = compare(counts)
    assert [standing.ranks for standing in found.standings] == [(4, 4), (1, 1), (2, 3), (2, 3)]
    assert [standing.group for standing in found.standings] == [3, 1, 2, 2]
    least = [
        smallest_detectable(one.error, int(counts[[one.a, one.b]].any(axis=(0, 2)).sum()))
        for one in found.pairs
        if one.error
    ]
    assert found.detectable == pytest.approx(np.median(least))


def test_the_smallest_detectable_difference_is_for_a_power_of_four_in_five() -> None:
    from scipy import stats

    for units in (10, 12, 45, 120):
        # A paired t-test of so large a difference has this power, by the noncentral t.
        far = smallest_detectable(1.0, units)
        needed = stats.t.ppf(0.975, units - 1)
        assert stats.nct.sf(needed, units - 1, far) == pytest.approx(POWER, abs=0.01)
    assert smallest_detectable(1.0, 10_000) == pytest.approx(2.8, abs=0.01)


def test_a_pair_does_not_depend_on_the_others() -> None:
    counts = systems([0.6, 0.65, 0.7], 40)

    def alone(one: Pair) -> Pair:
        return one._replace(a=0, b=0, adjusted=None, significant=False)

    for one in compare(counts).pairs:
        assert alone(one) == alone(compare(counts[[one.a, one.b]]).pairs[0])


@settings(max_examples=examples(10))
@given(st.integers(1, 5000))
def test_a_comparison_depends_on_the_seed_alone(cells: int) -> None:
    counts = systems([0.68, 0.7, 0.72], 70)
    whole = compare(counts, swaps=300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resampling, "_CELLS", cells)
        assert compare(counts, swaps=300) == whole
    assert compare(counts, swaps=300, seed=1) != whole


def test_halves_change_no_difference() -> None:
    counts = systems([0.6, 0.7], 40)
    whole, halves = compare(counts), compare(2 * counts, scale=2)
    assert halves.pairs[0].p == whole.pairs[0].p
    assert halves.standings[0].interval == whole.standings[0].interval


def test_refusals_say_why() -> None:
    def found(units: int, among: int = 3) -> Comparisons:
        counts = np.zeros((among, 20, 3), dtype=np.int64)
        counts[:, :units] = np.array([(2, 1, 1), (1, 0, 2), (3, 1, 0)])[:among, None]
        return compare(counts, unit="stories")

    for one in found(5).pairs:
        assert (one.interval, one.error, one.p, one.adjusted) == (None, None, None, None)
        assert (one.significant, one.exact) == (False, False)
        assert one.no_interval == "stories with anything to count: 5; 10 are needed"
        assert one.no_p == "stories with anything to count: 5; 6 are needed"
    assert found(5).no_claims == found(5).pairs[0].no_p
    assert found(5).detectable is None
    assert [one.ranks for one in found(5).standings] == [(1, 3)] * 3
    assert found(5).standings[0].no_interval == found(5).pairs[0].no_interval

    assert all(one.p == 2 / 2**6 and one.no_p is None for one in found(6).pairs)
    assert found(6).no_claims == "no p-value can be under 0.031, where Holm needs 0.017 (pairs: 3)"
    assert found(6, among=2).no_claims is None
    assert found(6, among=2).pairs[0].significant
    assert found(9).pairs[0].interval is None
    assert found(10).pairs[0].interval is not None
    assert found(10).pairs[0].no_interval is None


def test_with_nothing_to_compare_nothing_is_claimed() -> None:
    assert compare(np.zeros((0, 5, 3), dtype=np.int64)) == ((), (), None, None, 10_000, 0.95)
    (alone,) = compare(systems([0.7], 20)).standings
    assert (alone.ranks, alone.group) == ((1, 1), 1)
    nothing = compare(np.zeros((2, 0, 3), dtype=np.int64))
    assert nothing.pairs[0].no_p == "articles with anything to count: 0; 6 are needed"
    assert compare(np.zeros((2, 30, 3), dtype=np.int64)).pairs[0].p is None
    with pytest.raises(ValueError, match=r"shape \(5, 3\); \(systems, units, 3\) is expected"):
        compare(np.zeros((5, 3), dtype=np.int64))
