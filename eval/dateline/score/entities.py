"""The scores of entities.

Strict, exact, partial and type are those of SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013,
S13-2056) as nervaluate counts them, but each is its own optimum: where a mention overlaps several
of the other side, the pairs are chosen that score most, one to one, whatever order they come in.
"""

import numpy as np

from dateline.documents import INVENTORIES, INVENTORY_MAPS, Inventory

from .arrays import Ints, Side, Spans, in_order
from .matching import NOBODY, best_pairs, equal_spans, overlaps
from .result import Items, Tally


def boundaries(side: Side) -> Spans:
    """Return the mentions without labels. **exact**: right with the same boundaries.

    >>> from dateline.score import example
    >>> found = example("Bo left Oslo.", "PERSON [Bo]; GPE [Oslo]", "PERSON [Bo]; ORG [Oslo]")
    >>> found.entities["exact"].f1
    1.0
    """
    spans = side.entities
    return Spans(spans.article, spans.start, spans.end, np.zeros_like(spans.label))


def same_type(gold: Side, said: Side) -> Tally:
    """**type**: a mention is right when it overlaps one with its label, which is its alone.

    >>> from dateline.score import example
    >>> found = example("Ana Ruiz left.", "PERSON [Ana Ruiz]", "PERSON [Ana]; PERSON [Ruiz]")
    >>> found.entities["type"].precision, found.entities["type"].recall
    (0.5, 1.0)
    """
    right, claimed = gold.entities, said.entities
    i, j, _ = overlaps(right, claimed)
    alike = right.label[i] == claimed.label[j]
    i, j = i[alike], j[alike]
    rows = best_pairs(i, j, np.ones_like(i))
    return _tally(right, claimed, (i[rows], j[rows], np.ones_like(rows)))


def partial(gold: Side, said: Side) -> Tally:
    """**partial**: same boundaries are right, an overlap is half right; labels do not count.

    >>> from dateline.score import example
    >>> found = example("Bo left New York.", "PERSON [Bo]; GPE [New York]", "ORG [Bo]; GPE [York]")
    >>> found.entities["partial"].f1
    0.75
    """
    right, claimed = boundaries(gold), boundaries(said)
    i, j, _ = overlaps(right, claimed)
    worth = 1 + ((right.start[i] == claimed.start[j]) & (right.end[i] == claimed.end[j]))
    rows = best_pairs(i, j, worth)
    return _tally(right, claimed, (i[rows], j[rows], worth[rows]), scale=2)


def strict(gold: Spans, said: Spans) -> Tally:
    """**strict**: a span is right when one has the same boundaries and label (and value).

    This is what ranks, and seqeval's score with ``mode="strict"``, ``scheme=IOB2``.

    >>> from dateline.score import example
    >>> found = example(
    ...     "Ana Ruiz met Bo in Oslo.",
    ...     "PERSON [Ana Ruiz]; PERSON [Bo]; GPE [Oslo]",
    ...     "PERSON [Ana]; PERSON [Bo]; ORG [Oslo]",
    ... )
    >>> found.entities["strict"].f1 == 1 / 3
    True
    """
    partner = equal_spans(gold, said)
    j = np.flatnonzero(partner != NOBODY)
    return _tally(gold, said, (partner[j], j, np.ones_like(j)))


def _tally(gold: Spans, said: Spans, pairs: tuple[Ints, Ints, Ints], scale: int = 1) -> Tally:
    i, j, worth = pairs
    right = np.zeros(len(gold), dtype=np.int64), np.zeros(len(said), dtype=np.int64)
    right[0][i] = right[1][j] = worth
    return Tally(
        Items(gold.article, gold.label, right[0]), Items(said.article, said.label, right[1]), scale
    )


def mapped(side: Side, inventory: Inventory) -> Spans:
    """Return the mentions under a smaller inventory; what it has no label for is left out.

    **conll-4**, **uner-3**: strict, on both sides so mapped (see `INVENTORY_MAPS`).

    >>> from dateline.score import example
    >>> found = example(
    ...     "Bo left Oslo for the Alps on Monday.",
    ...     "PERSON [Bo]; GPE [Oslo]; LOC [Alps]; DATE [Monday]",
    ...     "PERSON [Bo]; LOC [Oslo]; NORP [Alps]",
    ... )
    >>> found.entities["conll-4"].precision, found.entities["uner-3"].precision
    (0.6666666666666666, 1.0)
    """
    return _mapped(side.entities, side.inventory, inventory)


def _mapped(spans: Spans, own: Inventory, inventory: Inventory) -> Spans:
    if own == inventory:
        return spans
    target = in_order(INVENTORIES[inventory])
    maps = INVENTORY_MAPS[inventory] | {label: label for label in target}
    codes = [
        target.index(maps[label]) if label in maps else -1 for label in in_order(INVENTORIES[own])
    ]
    label = np.array(codes, dtype=np.int64)[spans.label]
    return Spans(spans.article, spans.start, spans.end, label).take(label >= 0)


def normalised_under(side: Side, inventory: Inventory) -> Spans:
    """Return the mentions under an inventory with boundaries normalised on both sides.

    **strict-normalised**, **conll-4-normalised**, **uner-3-normalised**: strict, after determiners,
    titles, the possessive and quotation marks at the edges are taken off (see `boundaries`). It
    is for systems trained under another policy: what they lose against the score without it
    they lose by boundaries that are a matter of policy.

    >>> from dateline.score import example
    >>> found = example(
    ...     "President Ana Ruiz left Oslo's port.",
    ...     "PERSON [Ana Ruiz]; GPE [Oslo]",
    ...     "PERSON [President Ana Ruiz]; GPE [Oslo's]",
    ... )
    >>> found.entities["strict"].f1, found.entities["strict-normalised"].f1
    (0.0, 1.0)
    """
    return _mapped(side.normalised, side.inventory, inventory)
