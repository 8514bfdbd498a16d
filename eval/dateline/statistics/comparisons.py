"""Comparisons of systems on the same units: differences, whether they are chance, and ranks.

- The *difference* of micro F1 has a delete-one jackknife-t interval, see `intervals`. It is of one
  pair, whatever others there are.
- Its *p-value* is from two-sided approximate randomisation (Noreen 1989; Yeh 2000, C00-2137): were
  two systems alike, it would be chance which of them said what on a unit. So the two are swapped,
  unit by unit at random; p is the share of swaps, with what was observed among them, in which F1
  differs at least as much.
- All pairs are one family: p-values are adjusted by *Holm* (1979, Scand. J. Statist. 6:65), which
  holds the chance of any false claim to ``1 - level``, whatever depends on what. Another score's
  pairs are another family.
- A system's *rank* is a range: from one more than the systems that are significantly better, to as
  many as there are less those significantly worse.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from .counts import Counts, Floats, micro, precision_recall_f1
from .intervals import (
    FEWEST,
    Interval,
    counted,
    f1_interval,
    standard_error,
    student_t,
    too_few,
)
from .resampling import RESAMPLES, SEED, halves, weighted_sums

FEWEST_FOR_P = 6
"""No p-value is given for fewer units with a count: of the 2^5 ways to swap five of them two always
differ as was observed, so that p could not be under .06."""
ENUMERATED = 13
"""Up to so many units on which two systems differ, all ways to swap them are gone through."""
POWER = 0.8
"""How often the smallest detectable difference is to be found; ``eval/BENCHMARKS.md`` has how often
it is, as simulated."""

_SLACK = 1e-14
"""Differences of F1 that are equal as fractions may differ as floats, by less than 4e-15: an F1 is
five operations, each out by 2^-53 of a result below 1 or 2. With more slack than that no tie is
missed; what falls short by less than the slack counts too, which can only make p larger."""


class Pair(NamedTuple):
    """Two systems, compared."""

    a: int
    b: int
    """The places of the two systems in the counts, ``a < b``."""
    difference: float
    """Micro F1 of *a* less that of *b*."""
    interval: Interval | None
    """Of the difference."""
    error: float | None
    """The standard error of the difference: the jackknife's, but at least what one item changes
    that one system has right and the other has wrong, for units on which two systems do not differ
    say nothing of how they vary. None where there is no interval."""
    no_interval: str | None
    """Why there is none."""
    p: float | None
    adjusted: float | None
    """*p* after Holm, over all pairs that have one."""
    exact: bool
    """Whether *p* is from all ways to swap units, and not from a random choice."""
    no_p: str | None
    """Why there is none."""
    significant: bool
    """Whether *adjusted* is at most ``1 - level``."""


class Standing(NamedTuple):
    """Where one system stands among all."""

    f1: float
    interval: Interval | None
    no_interval: str | None
    """Why there is none."""
    ranks: tuple[int, int]
    """The best and the worst that it may have, 1 being the first."""
    group: int
    """Systems whose ranks overlap, or that others link by theirs, are tied; groups count from 1."""


class Comparisons(NamedTuple):
    """All that `compare` finds."""

    standings: tuple[Standing, ...]
    """In the order of the counts."""
    pairs: tuple[Pair, ...]
    """All of them: (0, 1), (0, 2), …"""
    detectable: float | None
    """The smallest detectable difference of two systems alone, see `smallest_detectable`: the
    median over pairs, without those whose difference is the same without any unit, which say
    nothing of it. None if no pair is left."""
    no_claims: str | None
    """Why no pair could be significant whatever the figures; None where one could."""
    swaps: int
    """Random ones, for each pair that was not tested exactly."""
    level: float
    """Of confidence."""


def compare(
    counts: Counts,
    swaps: int | None = None,
    seed: int = SEED,
    level: float = 0.95,
    scale: int = 1,
    unit: str = "articles",
) -> Comparisons:
    """Compare systems by micro F1, each with each.

    What is refused is None, with the reason beside it: an interval under `FEWEST` units, a p-value
    under `FEWEST_FOR_P`; of a pair those units count where either system has a count. A pair's
    difference, interval and (by as many swaps) p-value do not depend on the other systems.

    Args:
        counts: Shape (systems, units, 3): true positives, false positives, false negatives.
        swaps: Random ones, for pairs that differ on more than `ENUMERATED` units. By default
            10,000, and among so many systems that Holm could tell none apart by them, twice as many
            as it needs.
        seed: Of PCG64.
        level: Of confidence; a pair is significant at ``1 - level``.
        scale: What one counts in *counts*: 2 where there are halves.
        unit: What reasons call the units.

    Raises:
        ValueError: *counts* has another shape, *swaps* is under 1, *level* not between 0 and 1.
    """
    if counts.ndim != 3 or counts.shape[2] != 3:
        raise ValueError(f"counts have shape {counts.shape}; (systems, units, 3) is expected")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; between 0 and 1 is expected")
    if swaps is not None and swaps < 1:
        raise ValueError(f"swaps are {swaps}; 1 or more are expected")
    alpha = 1 - level
    f1 = [micro(own).f1 for own in counts]
    without = precision_recall_f1(counts.sum(axis=1, keepdims=True) - counts)[2]
    places = list(itertools.combinations(range(len(counts)), 2))
    if swaps is None:
        swaps = max(RESAMPLES, round(2 * len(places) / alpha))
    tests = _tests(counts, places, swaps, seed)
    adjusted = iter(holm([test.p for test in tests if test]))
    pairs: list[Pair] = []
    least = []
    for (a, b), test in zip(places, tests, strict=True):
        both = np.stack([counts[a], counts[b]], axis=1)
        apart = (without[a] - without[b])[counted(both)]
        no_interval = too_few(both, FEWEST, unit)
        after_holm = next(adjusted) if test else None
        error = None
        if not no_interval:
            seen = standard_error(apart)
            error = max(seen, _of_one_item(both, scale))
            if seen > _SLACK:
                least.append(smallest_detectable(error, len(apart), level))
        pairs.append(
            Pair(
                a=a,
                b=b,
                difference=f1[a] - f1[b],
                interval=None
                if error is None
                else _interval(f1[a] - f1[b], error, len(apart), level),
                error=error,
                no_interval=no_interval,
                p=test.p if test else None,
                adjusted=after_holm,
                exact=test is not None and test.exact,
                no_p=too_few(both, FEWEST_FOR_P, unit),
                significant=after_holm is not None and after_holm <= alpha,
            )
        )
    ranks = _ranks(len(counts), pairs)
    standings = (
        Standing(figure, f1_interval(own, level, scale), too_few(own, FEWEST, unit), range_, group)
        for figure, own, range_, group in zip(f1, counts, ranks, _groups(ranks), strict=True)
    )
    return Comparisons(
        standings=tuple(standings),
        pairs=tuple(pairs),
        detectable=float(np.median(least)) if least else None,
        no_claims=_no_claims(pairs, tests, alpha),
        swaps=swaps,
        level=level,
    )


def smallest_detectable(error: float, units: int, level: float = 0.95) -> float:
    """Return the true difference that a test of two systems alone finds as often as `POWER` says.

    It is so many standard errors as the quantiles of Student's t at ``(1 + level) / 2`` and at
    `POWER` make together (Bloom 1995, Evaluation Review 19:5): 2.8 with many units, 3.1 with 12.

    Args:
        error: The standard error of the difference.
        units: With a count.
        level: Of confidence; the test is at ``1 - level``.
    """
    return error * (student_t((1 + level) / 2, units) + student_t(POWER, units))


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values adjusted by the step-down procedure of Holm (1979), in the same order.

    The least is multiplied by how many there are, the next by one less and so on; none comes out
    below that of a smaller one, nor above 1.
    """
    values = np.array(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(value) for value in adjusted]


def _of_one_item(both: Counts, scale: int) -> float:
    """Return by how much F1 changes where an item that is right is wrong, on both sides.

    Args:
        both: Shape (units, 2, 3).
        scale: What one counts.
    """
    tp, fp, fn = both.sum(axis=0).T
    return 2 * scale / max(1, int((2 * tp + fp + fn).min()))


def _interval(difference: float, error: float, units: int, level: float) -> Interval:
    half = student_t((1 + level) / 2, units) * error
    return Interval(max(difference - half, -1.0), min(difference + half, 1.0))


class _Test(NamedTuple):
    p: float
    exact: bool
    least: float
    """The smallest p that could have come out."""


def _tests(
    counts: Counts, places: Sequence[tuple[int, int]], swaps: int, seed: int
) -> list[_Test | None]:
    """Test pairs of systems by randomisation; None under `FEWEST_FOR_P` units."""
    random: Floats | None = None
    tests: list[_Test | None] = []
    for a, b in places:
        both = counts[[a, b]]
        differ = (both[0] != both[1]).any(axis=1)
        n = int(differ.sum())
        if too_few(both.swapaxes(0, 1), FEWEST_FOR_P):
            tests.append(None)
        elif n <= ENUMERATED:
            # To swap where both are the same changes nothing: p over all units would be no other.
            every = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(np.float64)
            (chosen,) = weighted_sums([every], both[:, differ])
            p = _as_different(chosen, both) / 2**n
            # A swap and its opposite differ by the sign alone.
            tests.append(_Test(p, exact=True, least=min(1.0, 2 / 2**n)))
        else:
            if random is None:
                chunks = weighted_sums(halves(counts.shape[1], swaps, seed), counts)
                random = np.concatenate(list(chunks))
            p = (_as_different(random[:, [a, b]], both) + 1) / (swaps + 1)
            tests.append(_Test(p, exact=False, least=1 / (swaps + 1)))
    return tests


def _as_different(chosen: Floats, both: Counts) -> int:
    """Count the swaps after which F1 of two systems differs at least as much as before.

    Args:
        chosen: Shape (swaps, 2, 3): the sums over the units that are swapped.
        both: Shape (2, units, 3).
    """
    total = both.sum(axis=1)
    before = precision_recall_f1(total)[2]
    after = precision_recall_f1(total - chosen + chosen[:, ::-1])[2]
    least = abs(before[0] - before[1]) - _SLACK
    return int(np.count_nonzero(np.abs(after[:, 0] - after[:, 1]) >= least))


def _ranks(systems: int, pairs: Iterable[Pair]) -> list[tuple[int, int]]:
    better, worse = [0] * systems, [0] * systems
    for pair in pairs:
        if pair.significant:
            first, second = (pair.a, pair.b) if pair.difference > 0 else (pair.b, pair.a)
            better[second] += 1
            worse[first] += 1
    return [(1 + better[i], systems - worse[i]) for i in range(systems)]


def _groups(ranks: Sequence[tuple[int, int]]) -> list[int]:
    groups = [0] * len(ranks)
    group, reached = 0, 0
    for best, worst, system in sorted((*range_, i) for i, range_ in enumerate(ranks)):
        if best > reached:
            group += 1
        reached = max(reached, worst)
        groups[system] = group
    return groups


def _no_claims(pairs: Sequence[Pair], tests: Sequence[_Test | None], alpha: float) -> str | None:
    least = [test.least for test in tests if test]
    if not least:
        return pairs[0].no_p if pairs else None
    # The first step of Holm, which all others wait for.
    needed = alpha / len(least)
    if min(least) <= needed:
        return None
    return (
        f"no p-value can be under {min(least):.2g}, where Holm needs {needed:.2g} "
        f"(pairs: {len(least)})"
    )
