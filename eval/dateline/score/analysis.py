"""What a score is made of: every error with its kind, confusions of labels, slices.

Errors and confusions are of the score that a layer is ranked by. A span of gold and one of the
prediction that overlap are one error with two sides: of all ways to pair them one to one the one
with the most pairs is taken, and among those the one with the most characters shared.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from dateline.bio import LabelledSpan
from dateline.statistics import PRF, Counts, micro

from .arrays import Ints, Spans
from .matching import NOBODY, best_pairs, overlaps
from .result import Items, Tally

ErrorKind = Literal["boundary", "type", "both", "missing", "spurious"]
ERROR_KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)
"""What differs between gold and the prediction: the boundaries, the label, or both; or one of the
two has nothing there."""


class Error(NamedTuple):
    """A false negative, a false positive, or one of each that overlap."""

    kind: ErrorKind
    article: str
    """Its id."""
    gold: LabelledSpan | None
    """``(start, end, label)``: what was missed."""
    said: LabelledSpan | None
    """What was said wrongly."""


class Confusion(NamedTuple):
    """Which labels stand over against which."""

    labels: tuple[str, ...]
    """Those in use, in alphabetical order."""
    table: Counts
    """Shape (labels + 1, labels + 1): gold by prediction; the last row and column are for spans
    without a counterpart."""


class Slice(NamedTuple):
    """A score on a part of the items."""

    layer: str
    score: str
    by: str
    """What the items are parted by, such as ``topic``."""
    value: str
    counts: tuple[int, int, int]
    """True positives, false positives, false negatives."""

    @property
    def figures(self) -> PRF:
        """Precision, recall, F1, and the items in gold."""
        return micro(np.array([self.counts], dtype=np.int64))


def errors(gold: Spans, said: Spans, labels: Sequence[str], articles: Sequence[str]) -> list[Error]:
    """Return every false negative and false positive, in the order of articles and text.

    Args:
        gold: The spans of gold.
        said: Those of the prediction.
        labels: The names of both sides' labels.
        articles: Ids.
    """
    i, j = _pairs(gold, said)
    i, j = (
        np.concatenate([i, _rest(len(gold), i), np.full(len(said) - len(j), NOBODY)]),
        np.concatenate([j, np.full(len(gold) - len(i), NOBODY), _rest(len(said), j)]),
    )

    def spans(side: Spans, rows: Ints) -> list[LabelledSpan | None]:
        table = zip(side.start.tolist(), side.end.tolist(), side.label.tolist(), strict=True)
        named = [(start, end, labels[label]) for start, end, label in table]
        return [None if row == NOBODY else named[row] for row in rows.tolist()]

    where = [
        int(gold.article[row] if row != NOBODY else said.article[other])
        for row, other in zip(i.tolist(), j.tolist(), strict=True)
    ]
    found = []
    for article, right, claimed in zip(where, spans(gold, i), spans(said, j), strict=True):
        kind = _kind(right, claimed)
        if kind:
            place = (right or claimed or (0, 0, ""))[:2]
            found.append((article, place, Error(kind, articles[article], right, claimed)))
    return [error for _, _, error in sorted(found, key=lambda row: row[:2])]


def confusion(gold: Spans, said: Spans, labels: Sequence[str]) -> Confusion:
    """Return how often each label of gold stands over against each of the prediction."""
    i, j = _pairs(gold, said)
    nobody = len(labels)
    table = np.zeros((nobody + 1, nobody + 1), dtype=np.int64)
    np.add.at(table, (gold.label[i], said.label[j]), 1)
    np.add.at(table[:, nobody], gold.label[_rest(len(gold), i)], 1)
    np.add.at(table[nobody], said.label[_rest(len(said), j)], 1)
    used = [row for row in range(nobody) if table[row].any() or table[:, row].any()]
    return Confusion(tuple(labels[row] for row in used), table[np.ix_([*used, -1], [*used, -1])])


def sliced(
    layer: str, score: str, by: str, tally: Tally, groups: tuple[Ints, Ints], names: Sequence[str]
) -> list[Slice]:
    """Return a score for each group of items.

    Args:
        layer: Of the score.
        score: Its name.
        by: What *groups* are.
        tally: The score's items.
        groups: Of gold's items and of the prediction's, as places in *names*; an item of the
            prediction that is right is in its partner's.
        names: Of the groups; one without items is left out.
    """
    gold, said = (
        Items(np.zeros_like(items.article), group)
        for items, group in zip(tally[:2], groups, strict=True)
    )
    counts = tally._replace(gold=gold, said=said).counts(1, len(names))[0]
    return [
        Slice(layer, score, by, name, (int(row[0]), int(row[1]), int(row[2])))
        for name, row in zip(names, counts, strict=True)
        if row.any()
    ]


def _pairs(gold: Spans, said: Spans) -> tuple[Ints, Ints]:
    i, j, shared = overlaps(gold, said)
    alike = (gold.label[i] == said.label[j]).astype(np.int64)
    # A pair counts more than all characters, a character more than all labels.
    worth = shared * (len(shared) + 1) + alike
    rows = best_pairs(i, j, worth + worth.sum() + 1)
    return i[rows], j[rows]


def _rest(size: int, taken: Ints) -> Ints:
    left = np.ones(size, dtype=bool)
    left[taken] = False
    return np.flatnonzero(left)


def _kind(gold: LabelledSpan | None, said: LabelledSpan | None) -> ErrorKind | None:
    if gold is None or said is None:
        return "spurious" if gold is None else "missing"
    boundary, label = gold[:2] != said[:2], gold[2] != said[2]
    if boundary and label:
        return "both"
    return "boundary" if boundary else "type" if label else None
