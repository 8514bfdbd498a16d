"""Pairing: which annotation of one version stands over against which of the other."""

from collections.abc import Sequence

import numpy as np

from dateline.documents import Event, Quote, Span


def head(annotation: Span | Quote) -> tuple[Span, ...]:
    """Return the spans that an annotation is found by: the content of a quote, else its span."""
    if isinstance(annotation, Quote):
        return annotation.fragments
    return (annotation.bare(),)


def label_of(annotation: Span | Quote) -> str:
    """Return an annotation's label, kind or type."""
    if isinstance(annotation, Quote):
        return annotation.kind
    if isinstance(annotation, Event):
        return annotation.type
    return str(getattr(annotation, "label", ""))


def overlapping(first: Sequence[Span], second: Sequence[Span]) -> int:
    """Return how many characters two groups of spans share, if none overlap within a group."""
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in first for b in second)


def pair_up(
    first: Sequence[Sequence[Span]],
    second: Sequence[Sequence[Span]],
    labels: tuple[Sequence[str], Sequence[str]] | None = None,
    same_label: bool = False,
) -> list[tuple[int, int]]:
    """Pair groups of spans one to one, where they share a character.

    Of all ways to do so the one with the most pairs is taken, and among those the one with the
    most characters shared (an assignment problem, solved by scipy); then the earliest, so that
    the sides may change places.

    Args:
        first: The groups of one side.
        second: The groups of the other.
        labels: Of both sides; of pairings as good as one another the one with most alike is taken.
        same_label: Pair only groups with the same label.

    Returns:
        Pairs of indices, in the order of the first.
    """
    if not first or not second:
        return []
    from scipy.optimize import linear_sum_assignment

    common = np.array([[overlapping(a, b) for b in second] for a in first], dtype=np.int64)
    alike = np.zeros_like(common)
    if labels is not None:
        alike = (np.array(labels[0])[:, None] == np.array(labels[1])[None, :]).astype(np.int64)
    if same_label:
        common *= alike
    # Pairs count more than all characters, characters more than all labels, labels more than order.
    size = len(first) + len(second)
    early = size - np.add.outer(np.arange(len(first)), np.arange(len(second)))
    worth = (common * (len(first) + 1) + alike) * (size * size + 1) + early
    worth = np.where(common > 0, worth + worth.sum() + 1, 0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if common[i, j] > 0]
