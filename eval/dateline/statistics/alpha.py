"""Krippendorff's alpha: agreement beyond chance, ``1 - observed / expected`` disagreement.

`nominal_alpha` is for labels on units that are given, `UnitizingAlpha` for where units begin and
end on a continuum, here the characters of articles.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .counts import Counts, Floats

Unit = tuple[int, int, str]
"""Begin, end (half-open) and category."""


def nominal_alpha(values: Counts) -> float | None:
    """Return nominal alpha; None where fewer than two categories are in use.

    Args:
        values: Shape (units, categories): how many versions gave the category to the unit. Units
            with a single value say nothing and are left out.

    Computed by the library krippendorff (Castro 2017), after Krippendorff, "Computing
    Krippendorff's Alpha-Reliability" (2011).
    """
    from krippendorff import alpha

    paired = values[values.sum(axis=1) >= 2]
    if np.count_nonzero(paired.sum(axis=0)) < 2:
        return None
    return float(alpha(value_counts=paired, level_of_measurement="nominal"))


class Continuum(NamedTuple):
    """One article: its length, and for each version its units, which do not overlap in one."""

    length: int
    versions: tuple[Sequence[Unit], ...]


class Alpha(NamedTuple):
    """The observed and the expected disagreement, and alpha, which follows from them."""

    observed: float
    expected: float

    @property
    def value(self) -> float | None:
        """``1 - observed / expected``; None where nothing could disagree."""
        return 1 - self.observed / self.expected if self.expected else None


class UnitizingAlpha:
    """Unitizing alpha, for all articles and categories, for one, and without one.

    The definition is Krippendorff's in *Content Analysis* (2nd ed. 2004, section 11.6), for one
    category after the other. Observed, over every pair of versions: two units that intersect
    disagree by the square of the distance between their begins plus that between their ends; a
    unit that lies within a gap of the other by the square of its length. Expected: the same, were
    all units of all versions paired with one another, and with all gaps, in every position. Over
    several categories both are summed. Several articles are one continuum, of which the gaps end
    where an article ends, for no unit could run on.

    Args:
        continua: The articles, all with the same number of versions.
        categories: Those to look at; units with another are gaps.
    """

    def __init__(self, continua: Sequence[Continuum], categories: Sequence[str]) -> None:
        """Add up what was observed and collect the lengths that what is expected follows from."""
        self.categories = list(categories)
        self.lengths = np.array([continuum.length for continuum in continua], dtype=np.float64)
        self.versions = len(continua[0].versions) if continua else 0
        shape = len(self.categories), len(continua)
        self.observed = np.zeros(shape)
        units: list[list[tuple[int, int]]] = [[] for _ in categories]
        gaps: list[list[tuple[int, int]]] = [[] for _ in categories]
        for i, (length, versions) in enumerate(continua):
            for c, category in enumerate(self.categories):
                parts = [_partition(version, category, length) for version in versions]
                for first, one in enumerate(parts):
                    for other in parts[first + 1 :]:
                        self.observed[c, i] += _difference(one, other)
                    units[c] += [(i, end - begin) for begin, end, unit in one if unit]
                    gaps[c] += [(i, end - begin) for begin, end, unit in one if not unit]
        self.units = [np.array(found, dtype=np.float64).reshape(-1, 2) for found in units]
        self.gaps = [np.array(found, dtype=np.float64).reshape(-1, 2) for found in gaps]

    def of(self, category: str | None = None, without: int | None = None) -> Alpha:
        """Return alpha of one *category*, or of all; over all articles, or *without* one."""
        chosen = [self.categories.index(category)] if category else range(len(self.categories))
        kept = np.ones(len(self.lengths), dtype=bool)
        if without is not None:
            kept[without] = False
        length, versions = self.lengths[kept].sum(), self.versions
        observed = expected = 0.0
        for c in chosen:
            pairs = versions * (versions - 1) * length**2
            observed += 2 * float(self.observed[c, kept].sum()) / float(pairs) if pairs else 0.0
            units, gaps = (
                found[kept[found[:, 0].astype(int)], 1] for found in (self.units[c], self.gaps[c])
            )
            expected += _expected(units, gaps, length, versions)
        return Alpha(observed, expected)


def _partition(units: Sequence[Unit], category: str, length: int) -> list[tuple[int, int, bool]]:
    """Cut ``[0, length)`` into the units of a category and the gaps between them."""
    parts: list[tuple[int, int, bool]] = []
    at = 0
    for begin, end, of in sorted(units):
        if of == category:
            if begin > at:
                parts.append((at, begin, False))
            parts.append((begin, end, True))
            at = end
    return [*parts, (at, length, False)] if at < length else parts


def _difference(one: list[tuple[int, int, bool]], other: list[tuple[int, int, bool]]) -> float:
    """Sum the squared differences over all parts of two partitions that intersect."""
    total = 0
    i = j = 0
    while i < len(one) and j < len(other):
        (begin, end, unit), (other_begin, other_end, other_unit) = one[i], other[j]
        if unit and other_unit:
            total += (begin - other_begin) ** 2 + (end - other_end) ** 2
        elif unit and other_begin <= begin and end <= other_end:
            total += (end - begin) ** 2
        elif other_unit and begin <= other_begin and other_end <= end:
            total += (other_end - other_begin) ** 2
        i, j = i + (end <= other_end), j + (other_end <= end)
    return float(total)


def _expected(units: Floats, gaps: Floats, length: float, versions: int) -> float:
    """Return the expected disagreement of one category; *length* is that of one version."""
    if not len(units):
        return 0.0
    with_units = (len(units) - 1) / 3 * (2 * units**3 - 3 * units**2 + units)
    ordered = np.sort(gaps)
    from_here = np.append(np.cumsum(ordered[::-1])[::-1], 0.0)
    first = np.searchsorted(ordered, units)
    positions = from_here[first] - (len(ordered) - first) * (units - 1)
    total = (with_units + units**2 * positions).sum()
    both = versions * length
    pairs = both * (both - 1) - (units * (units - 1)).sum()
    return float(2 / length * total / pairs)
