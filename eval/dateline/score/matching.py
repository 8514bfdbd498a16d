"""Matching on arrays: which item of gold has which item of the prediction for a partner.

A partner is an index into the other side, or -1. No function here knows what is matched.
"""

from collections.abc import Sequence

import numpy as np

from .arrays import Ints, Spans

NOBODY = -1
_NONE: Ints = np.zeros(0, dtype=np.int64)


def keys(first: Sequence[Ints], second: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Return one number a row for two tables of whole numbers: equal rows, equal numbers.

    Args:
        first: The columns of one table, each of shape (rows,).
        second: The same columns of the other.
    """
    n = len(first[0])
    code: Ints = np.zeros(n + len(second[0]), dtype=np.int64)
    for columns in zip(first, second, strict=True):
        column = np.concatenate(columns)
        if not len(column):
            break
        column = column - column.min()
        size = int(column.max()) + 1
        if int(code.max()) * size + size > np.iinfo(np.int64).max:
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
        code = code * size + column
    return code[:n], code[n:]


def equal(gold: Ints, said: Ints) -> Ints:
    """Return the partner of each of *said*: the one of *gold* with the same key, or -1.

    Keys do not repeat within a side. Shape (said,).
    """
    if not len(gold) or not len(said):
        return np.full(len(said), NOBODY, dtype=np.int64)
    if (gold[1:] > gold[:-1]).all():
        partner = np.minimum(np.searchsorted(gold, said), len(gold) - 1)
    else:
        order = np.argsort(gold, kind="stable")
        partner = order[np.minimum(np.searchsorted(gold, said, sorter=order), len(gold) - 1)]
    return np.where(gold[partner] == said, partner, NOBODY)


def distinct(code: Ints) -> Ints:
    """Return the rows of an array without those that repeat another, in the order of values."""
    order = np.argsort(code, kind="stable")
    ascending = code[order]
    first = np.ones(len(code), dtype=bool)
    first[1:] = ascending[1:] != ascending[:-1]
    rows: Ints = order[first]
    return rows


def same_boundaries(gold: Spans, said: Spans) -> tuple[Ints, Ints]:
    """Return all pairs of spans with the same article and offsets; none overlaps one of its side.

    Returns:
        Indices into *gold* and into *said*, ascending; shape (pairs,).
    """
    if not len(gold):
        return _NONE, _NONE
    # Places do not repeat within a side: none but the first of gold that is not before can be it.
    i = np.minimum(before(gold.place, said.place, equal=False), len(gold) - 1)
    j = np.flatnonzero((gold.place[i] == said.place) & (gold.end[i] == said.end))
    return i[j], j


def equal_spans(gold: Spans, said: Spans) -> tuple[Ints, Ints]:
    """Return the pairs of spans with the same article, offsets, label and value."""
    i, j = same_boundaries(gold, said)
    alike = gold.label[i] == said.label[j]
    if gold.value is not None and said.value is not None:
        alike &= gold.value[i] == said.value[j]
    return i[alike], j[alike]


def ranges(keys: Ints, known: Ints) -> tuple[Ints, Ints]:
    """Return all pairs of a key and a row of *known* that is equal to it.

    Args:
        keys: What is looked for.
        known: What is looked through; ascending.

    Returns:
        Indices into both, ordered by both. A key that is not known has one pair, with -1.
    """
    first = np.searchsorted(known, keys, "left")
    number = np.searchsorted(known, keys, "right") - first
    rows = np.maximum(number, 1)
    key = np.repeat(np.arange(len(keys)), rows)
    row = np.arange(len(key)) - np.repeat(np.cumsum(rows) - rows - first, rows)
    row[number[key] == 0] = NOBODY
    return key, row


def overlaps(gold: Spans, said: Spans) -> tuple[Ints, Ints, Ints]:
    """Return all pairs of spans that share a character, and how many they share.

    Returns:
        Indices into *gold* and into *said* and the characters shared, ordered by both; shape
        (pairs,). There are fewer pairs than spans, as no two of a side overlap.
    """
    if not len(gold) or not len(said):
        return _NONE, _NONE, _NONE
    first = before(gold.place + (gold.end - gold.start), said.place, equal=True)
    last = before(gold.place, said.place + (said.end - said.start), equal=False)
    number = np.maximum(last - first, 0)
    j = np.repeat(np.arange(len(said)), number)
    i = np.arange(len(j)) - np.repeat(np.cumsum(number) - number, number) + np.repeat(first, number)
    shared = np.minimum(gold.end[i], said.end[j]) - np.maximum(gold.start[i], said.start[j])
    return i, j, shared


def before(known: Ints, keys: Ints, *, equal: bool) -> Ints:
    """Return how many of *known* are less than each key, or as great; both ascend.

    It is `numpy.searchsorted` as a merge, which takes a third of the time.
    """
    runs = [known, keys] if equal else [keys, known]
    order = np.argsort(np.concatenate(runs), kind="stable")
    rank = np.flatnonzero(order >= len(known) if equal else order < len(keys))
    rank -= np.arange(len(keys))
    return rank


def best_pairs(i: Ints, j: Ints, worth: Ints) -> Ints:
    """Choose pairs so that nobody has two partners and the sum of *worth* is the greatest.

    Args:
        i: Indices into one side; with *j* ordered as `overlaps` returns them.
        j: Indices into the other.
        worth: Of each pair, positive.

    Returns:
        The rows chosen. Pairs that share somebody stand beside one another, because spans of a side
        do not overlap; so a choice up to each pair is the better of two: without it, or with it
        and the best choice before the first that shares somebody with it.
    """
    if not len(i):
        return np.zeros(0, dtype=np.int64)
    alike = np.stack([i[1:] == i[:-1], j[1:] == j[:-1]])
    chained = np.zeros(len(i), dtype=bool)
    chained[1:] |= alike.any(axis=0)
    chained[:-1] |= alike.any(axis=0)
    alone = np.flatnonzero(~chained)
    rows = np.flatnonzero(chained)
    chosen = _best(rows, [side[rows].tolist() for side in (i, j)], worth[rows].tolist())
    return np.sort(np.concatenate([alone, chosen]))


def _best(rows: Ints, sides: list[list[int]], worth: list[int]) -> Ints:
    best = [0]
    free: list[int] = []
    """For each pair, how many of the pairs before it share nobody with it."""
    runs = [0, 0]
    for place, value in enumerate(worth):
        for side, of in enumerate(sides):
            if place and of[place] != of[place - 1]:
                runs[side] = place
        free.append(min(runs))
        best.append(max(best[-1], best[free[-1]] + value))
    chosen = []
    place = len(worth)
    while place:
        if best[place] == best[place - 1]:
            place -= 1
        else:
            chosen.append(place - 1)
            place = free[place - 1]
    return rows[np.array(chosen, dtype=np.int64)]
