"""Counts in, figures out: precision, recall, F1 and their averages.

Counts are integer arrays whose last axis is (tp, fp, fn): true positives, false positives and false
negatives. The definitions are seqeval's and scikit-learn's, to the last bit: an empty denominator
gives 0, F1 is ``2 p r / (p + r)``, macro and weighted averages go over the types given.
"""

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float64]


class PRF(NamedTuple):
    """Precision, recall, F1, and the number of gold spans behind them."""

    precision: float
    recall: float
    f1: float
    support: int


def precision_recall_f1(counts: Counts | Floats) -> tuple[Floats, Floats, Floats]:
    """Return precision, recall and F1 for every row of *counts*.

    Args:
        counts: Shape (…, 3), whole numbers.

    Returns:
        Three arrays of shape (…).
    """
    tp, fp, fn = (counts[..., i].astype(np.float64) for i in range(3))
    precision = _ratio(tp, tp + fp)
    recall = _ratio(tp, tp + fn)
    return precision, recall, _ratio(2 * precision * recall, precision + recall)


def micro(counts: Counts) -> PRF:
    """Return the figures of all counts summed. *counts* has shape (types, 3)."""
    total = counts.reshape(-1, 3).sum(axis=0)
    precision, recall, f1 = precision_recall_f1(total)
    return PRF(float(precision), float(recall), float(f1), int(total[0] + total[2]))


def macro(counts: Counts) -> PRF:
    """Return the mean over types that are in gold or prediction. *counts*: shape (types, 3)."""
    counts = counts[counts.any(axis=-1)]
    return _average(counts, np.ones(len(counts)))


def weighted(counts: Counts) -> PRF:
    """Return the mean over types, each weighted by its gold spans. *counts*: shape (types, 3)."""
    counts = counts[counts.any(axis=-1)]
    return _average(counts, counts[:, 0] + counts[:, 2])


def merged(counts: Counts, groups: Sequence[Hashable]) -> Counts:
    """Return the sums over units of the same group, such as articles of the same story.

    Args:
        counts: Shape (units, …).
        groups: Of each unit.

    Returns:
        Shape (groups, …), in the order in which groups come first.

    Raises:
        ValueError: there are more or fewer groups than units.
    """
    if len(groups) != len(counts):
        raise ValueError(f"{len(groups)} groups for {len(counts)} units")
    places: dict[Hashable, int] = {}
    rows = [places.setdefault(group, len(places)) for group in groups]
    sums: Counts = np.zeros((len(places), *counts.shape[1:]), dtype=counts.dtype)
    np.add.at(sums, rows, counts)
    return sums


def _average(counts: Counts, weights: Counts | Floats) -> PRF:
    whole = float(weights.sum())
    if not whole:
        return PRF(0.0, 0.0, 0.0, 0)
    # As numpy.average has it, and so seqeval, to the last digit.
    precision, recall, f1 = (
        float((figures * weights).sum()) / whole for figures in precision_recall_f1(counts)
    )
    return PRF(precision, recall, f1, int((counts[:, 0] + counts[:, 2]).sum()))


def _ratio(over: Floats, under: Floats) -> Floats:
    ratio: Floats = np.divide(over, np.where(under == 0, 1, under))
    return ratio
