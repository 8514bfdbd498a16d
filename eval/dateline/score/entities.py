"""The scores of entities.

Strict, exact, partial and type are those of SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013,
S13-2056) as nervaluate counts them, but each is its own optimum: where a mention overlaps several
of the other side, the pairs are chosen that score most, one to one, whatever order they come in.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from dateline.documents import INVENTORIES, INVENTORY_MAPS, Inventory

from .alignment import Alignment
from .arrays import Ints, Spans, in_order
from .boundaries import edges
from .matching import best_pairs, overlaps, same_boundaries
from .names import forms, same_mentions
from .result import Tally

_PEOPLE = ("PERSON", "PER")


def mentions(both: Alignment) -> tuple[Spans, Spans]:
    """Return the mentions of both sides."""
    return both.gold.entities, both.said.entities


def boundaries(both: Alignment) -> tuple[Spans, Spans]:
    """Return the mentions without labels. **exact**: right with the same boundaries.

    >>> from dateline.score import example
    >>> found = example("Bo left Oslo.", "PERSON [Bo]; GPE [Oslo]", "PERSON [Bo]; ORG [Oslo]")
    >>> found.entities["exact"].f1
    1.0
    """
    gold, said = (
        Spans(spans.article, spans.start, spans.end, np.zeros_like(spans.label))
        for spans in mentions(both)
    )
    return gold, said


def _overlapping(both: Alignment) -> tuple[Ints, Ints, Ints]:
    return overlaps(*mentions(both))


def exact(both: Alignment) -> Tally:
    """Count **exact**, see `boundaries`."""
    return Tally.of(*boundaries(both), both.once(same_mentions)[1])


def same_type(both: Alignment) -> Tally:
    """**type**: a mention is right when it overlaps one with its label, which is its alone.

    >>> from dateline.score import example
    >>> found = example("Ana Ruiz left.", "PERSON [Ana Ruiz]", "PERSON [Ana]; PERSON [Ruiz]")
    >>> found.entities["type"].precision, found.entities["type"].recall
    (0.5, 1.0)
    """
    right, claimed = mentions(both)
    i, j, _ = both.once(_overlapping)
    alike = right.label[i] == claimed.label[j]
    i, j = i[alike], j[alike]
    rows = best_pairs(i, j, np.ones_like(i))
    return Tally.of(right, claimed, j[rows])


def partial(both: Alignment) -> Tally:
    """**partial**: same boundaries are right, an overlap is half right; labels do not count.

    >>> from dateline.score import example
    >>> found = example("Bo left New York.", "PERSON [Bo]; GPE [New York]", "ORG [Bo]; GPE [York]")
    >>> found.entities["partial"].f1
    0.75
    """
    right, claimed = boundaries(both)
    i, j, _ = both.once(_overlapping)
    worth = 1 + ((right.start[i] == claimed.start[j]) & (right.end[i] == claimed.end[j]))
    rows = best_pairs(i, j, worth)
    return Tally.of(right, claimed, j[rows])._replace(worth=worth[rows], scale=2)


def mapped(both: Alignment, inventory: Inventory) -> tuple[Spans, Spans]:
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
    return _kept(mentions(both), both, inventory)


def normalised_under(both: Alignment, inventory: Inventory) -> tuple[Spans, Spans]:
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
    return _kept(both.once(_normalised), both, inventory)


def strict(both: Alignment, inventory: Inventory, *, normalised: bool = False) -> Tally:
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
    sides = both.once(_normalised) if normalised else mentions(both)
    i, j = both.once(_same_normalised if normalised else same_mentions)
    labels = _labels_under(both, inventory)
    alike = labels[0][i] == labels[1][j]
    gold, said = (replace(x, label=label) for x, label in zip(sides, labels, strict=True))
    return Tally.of(gold, said, j[alike])


def _labels_under(both: Alignment, inventory: Inventory) -> tuple[Ints, Ints]:
    """Return the labels of all mentions under an inventory; where it has none, their number."""
    gold, said = (
        side.entities.label
        if side.inventory == inventory
        else _codes(side.inventory, inventory)[side.entities.label]
        for side in (both.gold, both.said)
    )
    return gold, said


@lru_cache
def _codes(own: Inventory, inventory: Inventory) -> Ints:
    target = in_order(INVENTORIES[inventory])
    maps = INVENTORY_MAPS[inventory] | {label: label for label in target}
    codes = [
        target.index(maps[label]) if label in maps else len(target)
        for label in in_order(INVENTORIES[own])
    ]
    return np.array(codes, dtype=np.int32)


def _kept(sides: tuple[Spans, Spans], both: Alignment, inventory: Inventory) -> tuple[Spans, Spans]:
    labels = _labels_under(both, inventory)
    gold, said = (
        replace(spans, label=label).take(label < len(INVENTORIES[inventory]))
        for spans, label in zip(sides, labels, strict=True)
    )
    return gold, said


def _normalised(both: Alignment) -> tuple[Spans, Spans]:
    """Return the mentions without determiners, titles and the like at their edges."""
    known = both.once(forms)
    people = [
        np.array([label in _PEOPLE for label in in_order(INVENTORIES[side.inventory])])
        for side in (both.gold, both.said)
    ]
    sides = mentions(both)
    said = [
        2 * of + person[spans.label]
        for spans, of, person in zip(sides, (known.gold, known.said), people, strict=True)
    ]
    wanted = np.zeros(2 * len(known.texts), dtype=bool)
    for rows in said:
        wanted[rows] = True
    rows = np.flatnonzero(wanted)
    cut = [edges(known.texts[row // 2], bool(row % 2)) for row in rows.tolist()]
    off = np.zeros((len(wanted), 2), dtype=np.int32)
    off[rows] = np.array(cut, dtype=np.int32).reshape(-1, 2)
    gold, predicted = (
        replace(spans, start=spans.start + off[rows, 0], end=spans.end - off[rows, 1])
        for spans, rows in zip(sides, said, strict=True)
    )
    return gold, predicted


def _same_normalised(both: Alignment) -> tuple[Ints, Ints]:
    return same_boundaries(*both.once(_normalised))
