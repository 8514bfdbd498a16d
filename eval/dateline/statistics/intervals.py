"""Intervals from leaving out one unit at a time; a unit is an article, or a story of several.

The delete-one jackknife (Tukey 1958; Miller 1974, Biometrika 61:1) takes a figure over all units
and over all but each one. Its standard error is ``sqrt((n - 1) / n * sum((without - mean)^2))``;
the interval is the figure plus and minus Student's t with n - 1 degrees of freedom times that. For
a ratio it is taken on the logit scale, where it covers better and stays between 0 and 1; how often
it covers is simulated in ``eval/BENCHMARKS.md``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .counts import Counts, Floats

Flags = NDArray[np.bool_]

FEWEST = 10
"""No interval is given for fewer units that have any count."""


class Interval(NamedTuple):
    """Both ends of an interval of confidence."""

    low: float
    high: float


def too_few(counts: Counts, fewest: int = FEWEST, unit: str = "articles") -> str | None:
    """Say why a figure is refused that needs *fewest* units with a count; None where it is not.

    Args:
        counts: Shape (units, …).
        fewest: What is needed.
        unit: What to call them.
    """
    n = int(counted(counts).sum())
    return f"{unit} with anything to count: {n}; {fewest} are needed" if n < fewest else None


def counted(counts: Counts) -> Flags:
    """Say of each unit whether it has any count. *counts* has shape (units, …)."""
    flags: Flags = np.any(counts, axis=tuple(range(1, counts.ndim)))
    return flags


def standard_error(without: Floats) -> float:
    """Return the jackknife's standard error.

    Args:
        without: Shape (units,): the figure without each unit.
    """
    n = len(without)
    return float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))


def jackknife(whole: float, without: Floats, level: float = 0.95) -> Interval:
    """Return the jackknife-t interval of a figure.

    Args:
        whole: The figure over all units.
        without: Shape (units,): the figure without each unit.
        level: Of confidence.
    """
    half = student_t((1 + level) / 2, len(without)) * standard_error(without)
    return Interval(whole - half, whole + half)


def student_t(probability: float, units: int) -> float:
    """Return the quantile of Student's t with one degree of freedom fewer than *units*."""
    from scipy.special import stdtrit  # scipy.stats, which calls it, is slow to import

    return float(stdtrit(units - 1, probability))


def ratio_interval(
    hits: Counts, misses: Counts, level: float = 0.95, scale: int = 1
) -> Interval | None:
    """Return the interval of ``hits / (hits + misses)``; None where there are `too_few` units.

    The scale is ``log(hits + 1/2) - log(misses + 1/2)``, with the same form for all units and for
    all but one. With ``hits = 2 tp`` and ``misses = fp + fn`` the ratio is F1. The halves draw the
    scale inwards; where the ratio itself is outside, at 0 or 1, the interval reaches to it. The
    standard error is the jackknife's, or that of hits and misses which come each alone,
    ``sqrt(1 / (hits + 1/2) + 1 / (misses + 1/2))``, if it is larger: a sample without an error says
    nothing of its variance. Units without any count are left out, of the degrees of freedom too:
    where few units have all the counts the others say nothing of how these vary.

    Args:
        hits: Shape (units,).
        misses: Shape (units,).
        level: Of confidence.
        scale: What one counts in the arrays: 2 where there are halves.
    """
    there = (hits != 0) | (misses != 0)
    hits, misses = hits[there], misses[there]
    if len(hits) < FEWEST:
        return None

    def logit(hit: Counts, miss: Counts) -> Floats:
        odds: Floats = np.log(hit / scale + 0.5) - np.log(miss / scale + 0.5)
        return odds

    whole = float(logit(hits.sum(), misses.sum()))
    without = logit(hits.sum() - hits, misses.sum() - misses)
    # Where nothing goes wrong nothing varies. So many counts vary at least as if each were alone.
    least = np.sqrt(scale / (hits.sum() + scale / 2) + scale / (misses.sum() + scale / 2))
    half = student_t((1 + level) / 2, len(hits)) * max(standard_error(without), float(least))
    low, high = whole - half, whole + half
    ratio = float(hits.sum() / (hits + misses).sum())
    ends = (float(1 / (1 + np.exp(-end))) for end in (low, high))
    return Interval(min(next(ends), ratio), max(next(ends), ratio))


def f1_interval(counts: Counts, level: float = 0.95, scale: int = 1) -> Interval | None:
    """Return the interval of micro F1, see `ratio_interval`; None where there are `too_few` units.

    Args:
        counts: Shape (units, 3).
        level: Of confidence.
        scale: What one counts in *counts*.
    """
    tp, fp, fn = counts.T
    return ratio_interval(2 * tp, fp + fn, level, scale)
