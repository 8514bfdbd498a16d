"""What a score holds: one table of counts, and every figure as a function of it."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from dateline.statistics import (
    PRF,
    Counts,
    Interval,
    f1_interval,
    macro,
    merged,
    micro,
    precision_recall_f1,
    too_few,
    weighted,
)

from . import tables
from .arrays import Ints, Spans


class Items(NamedTuple):
    """What one side has that can be right. Arrays have shape (items,)."""

    article: Ints
    label: Ints
    """The row of the table that an item is counted in; one row too far where in none."""


class Tally(NamedTuple):
    """The items of both sides, and which are right.

    An item that is right is in the same cell, of article and label, as the one it is right by.
    """

    gold: Items
    said: Items
    right: Ints
    """The items of the prediction that are right, each once; shape (right,)."""
    worth: Ints | None = None
    """How far each of these is right, at most `scale`; None where wholly. Shape (right,)."""
    scale: int = 1
    """What one that is wholly right counts: 2 where a score knows halves."""

    @classmethod
    def of(cls, gold: Spans, said: Spans, right: Ints) -> "Tally":
        """Count spans, of which some of the prediction's are right."""
        return cls(Items(gold.article, gold.label), Items(said.article, said.label), right)

    def counts(self, articles: int, labels: int) -> Counts:
        """Return true positives, false positives, false negatives: (articles, labels, 3)."""
        width = labels + 1
        size = articles * width
        gold, said = (items.article * width + items.label for items in (self.gold, self.said))
        right = np.bincount(said[self.right], self.worth, size).astype(np.int64, copy=False)
        counts = np.empty((size, 3), dtype=np.int32)
        counts[:, 0] = right
        for column, cells in ((1, said), (2, gold)):
            counts[:, column] = self.scale * np.bincount(cells, minlength=size) - right
        return counts.reshape(articles, width, 3)[:, :labels]


class Units(NamedTuple):
    """What is left out, swapped or drawn as one: an article; a story where articles share one."""

    singular: str = "article"
    of: tuple[Hashable, ...] = ()
    """The unit of each article; each is its own where this is empty."""

    @property
    def plural(self) -> str:
        """Such as ``articles``."""
        return self.singular[:-1] + "ies" if self.singular[-1] == "y" else self.singular + "s"


ARTICLES = Units()


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """One score."""

    name: str
    """Such as ``strict``; the definition is in the docstring of the score's function."""
    labels: tuple[str, ...]
    """The types that are counted apart, in alphabetical order; one where a score has no types."""
    articles: tuple[str, ...]
    """Ids of the articles, in the order of the counts."""
    counts: Counts
    """Shape (articles, labels, 3): true positives, false positives, false negatives."""
    scale: int = 1
    """What one right item counts in *counts*: 2 where a score knows halves."""
    units: Units = ARTICLES
    """What intervals and tests take the articles for."""

    def __repr__(self) -> str:
        precision, recall, f1, support = self.micro
        return (
            f"{self.name}: F1 {f1:.4f}, precision {precision:.4f}, recall {recall:.4f}, n {support}"
        )

    @cached_property
    def by_unit(self) -> Counts:
        """The counts of all labels together, shape (units, 3)."""
        # The sum over labels; of so short an axis a product is eight times as quick.
        counts: Counts = np.ones(len(self.labels), dtype=self.counts.dtype) @ self.counts
        counts = counts.astype(np.int64)
        return merged(counts, self.units.of) if self.units.of else counts

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of F1: delete-one jackknife t on its logit (see `f1_interval`).

        None under ten units with a count; `no_interval` says so.
        """
        return f1_interval(self.by_unit, scale=self.scale)

    @property
    def no_interval(self) -> str | None:
        """Why there is no interval; None where there is one."""
        return too_few(self.by_unit, unit=self.units.plural)

    @cached_property
    def total(self) -> Counts:
        """The counts over all articles, shape (labels, 3)."""
        # A third of the time of a sum; no counts are so many that their type could not hold it.
        total: Counts = np.einsum("ijk->jk", self.counts)
        return total.astype(np.int64)

    @property
    def micro(self) -> PRF:
        """The figures over all items alike; its F1 is what a layer is ranked by."""
        return self._scaled(micro(self.total))

    @property
    def macro(self) -> PRF:
        """The mean over the labels in gold or prediction."""
        return self._scaled(macro(self.total))

    @property
    def weighted(self) -> PRF:
        """The mean over the labels, each weighted by its items in gold."""
        return self._scaled(weighted(self.total))

    @property
    def precision(self) -> float:
        """Micro precision."""
        return self.micro.precision

    @property
    def recall(self) -> float:
        """Micro recall."""
        return self.micro.recall

    @property
    def f1(self) -> float:
        """Micro F1."""
        return self.micro.f1

    @property
    def per_type(self) -> dict[str, PRF]:
        """The figures of each label that is in gold or prediction."""
        total = self.total
        columns = [*precision_recall_f1(total), (total[:, 0] + total[:, 2]) // self.scale]
        figures = zip(*(column.tolist() for column in columns), strict=True)
        used = np.any(total, axis=1)
        rows = zip(self.labels, used, figures, strict=True)
        return {label: PRF(*row) for label, there, row in rows if there}

    def _scaled(self, figures: PRF) -> PRF:
        return figures._replace(support=figures.support // self.scale)


@dataclass(frozen=True, eq=False, repr=False)
class LayerScore:
    """All scores of a layer. Its own figures are those of the one that it is ranked by."""

    layer: str
    """A layer, or ``claims``."""
    ranked_by: str
    """The name of the score that ranks; of a smaller inventory the one under its map."""
    results: dict[str, Result | None]
    """The scores by name; None where what it needs was not handed in."""
    inventory: str = "ontonotes-18"
    """The system's entity labels; ``columns`` for files in CoNLL columns."""

    def __getitem__(self, name: str) -> Result:
        """Return a score by its name.

        Raises:
            KeyError: there is none of that name, or what it needs was not handed in.
        """
        found = self.results.get(name)
        if found is None:
            known = ", ".join(name for name, result in self.results.items() if result)
            why = f"is {self.missing}" if name in self.results else "is not among the scores"
            raise KeyError(f"{self.layer}: {name!r} {why}; scored are {known}")
        return found

    @property
    def missing(self) -> str:
        """Why a score of this layer is not there."""
        smaller = self.layer == "entities" and self.inventory != "ontonotes-18"
        return f"not in {self.inventory}" if smaller else "not handed in"

    def __repr__(self) -> str:
        return "\n".join(tables.layer_lines(self))

    def _repr_html_(self) -> str:
        return tables.html({self.layer: self})

    @property
    def ranked(self) -> Result:
        """The score that the layer is ranked by."""
        return self[self.ranked_by]

    @property
    def articles(self) -> tuple[str, ...]:
        """Ids of the articles, in the order of the counts."""
        return self.ranked.articles

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the ranking score, in the order of its counts."""
        return self.ranked.labels

    @property
    def counts(self) -> Counts:
        """Shape (articles, labels, 3): true positives, false positives, false negatives."""
        return self.ranked.counts

    @property
    def micro(self) -> PRF:
        """See `Result.micro`."""
        return self.ranked.micro

    @property
    def macro(self) -> PRF:
        """See `Result.macro`."""
        return self.ranked.macro

    @property
    def weighted(self) -> PRF:
        """See `Result.weighted`."""
        return self.ranked.weighted

    @property
    def precision(self) -> float:
        """Micro precision."""
        return self.ranked.precision

    @property
    def recall(self) -> float:
        """Micro recall."""
        return self.ranked.recall

    @property
    def f1(self) -> float:
        """Micro F1."""
        return self.ranked.f1

    @property
    def interval(self) -> Interval | None:
        """See `Result.interval`."""
        return self.ranked.interval

    @property
    def no_interval(self) -> str | None:
        """See `Result.no_interval`."""
        return self.ranked.no_interval

    @property
    def per_type(self) -> dict[str, PRF]:
        """See `Result.per_type`."""
        return self.ranked.per_type


class Score(NamedTuple):
    """The scores of the layers that were handed in; None for one that was not."""

    entities: LayerScore | None
    quotes: LayerScore | None
    events: LayerScore | None
    claims: LayerScore | None = None
    """Over quotes and events together: who is said to say that what happens."""

    def __repr__(self) -> str:
        return "\n".join(tables.table(self))

    def _repr_html_(self) -> str:
        return tables.html(self._asdict())
