"""Intervals from leaving out one article at a time.

The delete-one jackknife (Tukey 1958; Miller 1974, Biometrika 61:1) takes a figure over all articles
and over all but each one. Its standard error is ``sqrt((n - 1) / n * sum((without - mean)^2))``;
the interval is the figure plus and minus Student's t with n - 1 degrees of freedom times that. For
a ratio it is taken on the logit scale, where it covers what it says and stays between 0 and 1.
"""

from typing import NamedTuple

import numpy as np

from .counts import Counts, Floats

FEWEST = 10
"""No interval is given for fewer articles that have any count."""


class Interval(NamedTuple):
    """Both ends of an interval of confidence."""

    low: float
    high: float


def jackknife(whole: float, without: Floats, level: float = 0.95) -> Interval:
    """Return the jackknife-t interval of a figure.

    Args:
        whole: The figure over all units.
        without: Shape (units,): the figure without each unit.
        level: Of confidence.
    """
    from scipy.stats import t

    n = len(without)
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    half = float(t.ppf((1 + level) / 2, n - 1) * error)
    return Interval(whole - half, whole + half)


def ratio_interval(hits: Counts, misses: Counts, level: float = 0.95) -> Interval | None:
    """Return the interval of ``hits / (hits + misses)``; None below `FEWEST` units with a count.

    The scale is ``log(hits + 1/2) - log(misses + 1/2)``, with the same form for all units and for
    all but one. With ``hits = 2 tp`` and ``misses = fp + fn`` the ratio is F1. The halves draw the
    scale inwards; where the ratio itself is outside, at 0 or 1, the interval reaches to it.

    Args:
        hits: Shape (units,).
        misses: Shape (units,).
        level: Of confidence.
    """
    counted = (hits + misses) > 0
    hits, misses = hits[counted], misses[counted]
    if len(hits) < FEWEST:
        return None

    def logit(hit: Counts, miss: Counts) -> Floats:
        scale: Floats = np.log(hit + 0.5) - np.log(miss + 0.5)
        return scale

    whole = logit(hits.sum(), misses.sum())
    low, high = jackknife(float(whole), logit(hits.sum() - hits, misses.sum() - misses), level)
    ratio = float(hits.sum() / (hits + misses).sum())
    ends = (float(1 / (1 + np.exp(-end))) for end in (low, high))
    return Interval(min(next(ends), ratio), max(next(ends), ratio))
