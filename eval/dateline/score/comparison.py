"""Gold and a prediction, side by side: scored, judged by seqeval, taken apart."""

import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from dateline.conll import ColumnFile
from dateline.documents import INVENTORIES, LAYERS, Document, InvalidPrediction, Inventory

from .alignment import Alignment
from .analysis import Confusion, Error, Slice, confusion, errors
from .arrays import Side, Spans, in_order
from .inputs import Annotated, Gold, Predictions
from .judge import differences
from .measures import INVENTORY_ORDER, MEASURES, RANKED_BY, Measure
from .names import folded
from .result import LayerScore, Result, Score, Units
from .slices import quote_slices, span_slices

AT_ONCE, THREADS = 5_000, 4
"""So many articles are scored at a time, for their arrays to stay in the processor's cache; and by
so many threads at the most."""


class Comparison:
    """Gold and a prediction as arrays, and the scores that can be had of them."""

    def __init__(
        self,
        both: Alignment,
        articles: Sequence[str],
        measures: dict[Measure, bool],
        inventory: str,
        units: Units,
    ) -> None:
        self.both = both
        self.articles = tuple(articles)
        self.measures = measures
        """The scores, each with whether what it needs was handed in."""
        self.inventory = inventory
        self.units = units

    @classmethod
    def of(
        cls,
        gold: Annotated,
        predictions: Predictions,
        inventory: Inventory = "ontonotes-18",
    ) -> "Comparison":
        """Compare *predictions* with *gold*. Args and errors are those of `score`."""
        if not isinstance(inventory, str) or inventory not in INVENTORIES:
            raise InvalidPrediction(
                f"unknown inventory {inventory!r}; expected one of {', '.join(INVENTORIES)}"
            )
        gold = Gold.of(gold)
        said = gold.predicted(predictions, inventory)
        right = gold.side(said.there.intersection(LAYERS))
        there = said.there & right.there
        if "entities" not in right.there:  # by which its speakers are named
            there -= {"quotes.speakers"}
        return cls(
            Alignment(right, said),
            gold.ids,
            {measure: _possible(measure, there, inventory) for measure in MEASURES},
            inventory,
            gold.units,
        )

    @classmethod
    def of_columns(cls, gold: ColumnFile, predicted: ColumnFile) -> "Comparison":
        """Compare the spans of two files in CoNLL columns, which belong together.

        Texts are the tokens with a space between them.
        """
        spans = [span for file in (gold, predicted) for unit in file.units for span in unit.spans]
        labels = in_order({label for _, _, label in spans})
        shown = [[token or "·" for token in unit.tokens] for unit in gold.units]
        texts = [" ".join(tokens) for tokens in shown]
        starts = [
            list(itertools.accumulate((len(token) + 1 for token in tokens), initial=0))
            for tokens in shown
        ]
        sides = [
            Side.of_spans(
                [
                    (i, starts[i][start], starts[i][end] - 1, labels.index(label))
                    for i, unit in enumerate(file.units)
                    for start, end, label in unit.spans
                ],
                texts,
            )
            for file in (gold, predicted)
        ]
        measures = {
            measure._replace(labels=measure.labels if len(measure.labels) == 1 else labels): True
            for measure in MEASURES
            if measure.name in ("strict", "exact", "type", "partial")
        }
        return cls(
            Alignment(sides[0], sides[1]),
            [unit.id for unit in gold.units],
            measures,
            "columns",
            Units(gold.unit),
        )

    def score(self, further: bool = True) -> Score:
        """Return all scores; without the *further* ones those that the layers are ranked by."""
        wanted = [
            measure
            for measure, there in self.measures.items()
            if there
            and (further or measure.layer in LAYERS)
            and (further or measure.name == _ranked_by(measure.layer, self.inventory))
        ]
        results = self._results(wanted)
        layers = {layer: self._layer(layer, results, further) for layer in (*LAYERS, "claims")}
        return Score(**layers)

    def _layer(
        self, layer: str, results: Mapping[Measure, Result], further: bool
    ) -> LayerScore | None:
        ranked_by = _ranked_by(layer, self.inventory)
        found = {
            measure.name: results.get(measure)
            for measure in self.measures
            if measure.layer == layer and (further or measure.name == ranked_by)
        }
        if not any(found.values()):
            return None
        return LayerScore(layer, ranked_by, found, self.inventory)

    def _results(self, measures: Sequence[Measure]) -> dict[Measure, Result]:
        articles = len(self.articles)
        scales = dict.fromkeys(measures, 1)
        counts = {
            measure: np.zeros((articles, len(measure.labels), 3), dtype=np.int32)
            for measure in measures
        }

        def count(first: int) -> None:
            last = min(first + AT_ONCE, articles)
            both = self.both if last - first == articles else self.both.part(first, last)
            for measure, table in counts.items():
                tally = measure.tally(both)
                table[first:last] = tally.counts(last - first, len(measure.labels))
                scales[measure] = tally.scale

        _each(count, range(0, articles, AT_ONCE))
        return {
            m: Result(m.name, m.labels, self.articles, table, scales[m], self.units)
            for m, table in counts.items()
        }

    def differences(self, scored: Score) -> list[str]:
        """Recompute with seqeval every figure that it defines; return what differs: nothing."""
        found = []
        for name, own in scored._asdict().items():
            if own is not None and own.articles != self.articles:
                return [f"{name}: of other articles than those that are compared"]
        for measure, there in self.measures.items():
            layer: LayerScore | None = getattr(scored, measure.layer)
            result = layer.results.get(measure.name) if layer else None
            if there and result is not None and measure.spans is not None:
                said = differences(result, *self._spans(measure))
                found += [f"{measure.layer} {line}" for line in said]
        return found

    def errors(self, layer: str) -> list[Error] | None:
        """Return every false negative and false positive of a layer's ranking score.

        None if the layer was not handed in.
        """
        measure = self._ranking(layer)
        return errors(*self._spans(measure), measure.labels, self.articles) if measure else None

    def confusion(self, layer: str) -> Confusion | None:
        """Return the labels that stand over against one another; None if not handed in."""
        measure = self._ranking(layer)
        return confusion(*self._spans(measure), measure.labels) if measure else None

    def slices(self, topics: Sequence[str] = (), train: Sequence[Document] = ()) -> list[Slice]:
        """Return on parts of the items the ranking scores, and of quotes relaxed and speakers.

        Args:
            topics: Of the articles; all are one if left out.
            train: The documents whose names count as seen.
        """
        seen = {folded(entity.of(one.text)) for one in train for entity in one.entities}
        return list(self._slices(topics or ["all"] * len(self.articles), seen))

    def _slices(self, topics: Sequence[str], seen: set[str]) -> Iterator[Slice]:
        for layer in ("entities", "quotes", "events"):
            measure = self._ranking(layer)
            if measure:
                yield from span_slices(measure, self.both, self._spans(measure), topics, seen)
        for measure, there in self.measures.items():
            if there and measure.name in ("relaxed", "speakers"):
                yield from quote_slices(measure, self.both, by_source=self._handed_in("source"))

    def _handed_in(self, score: str) -> bool:
        return any(there for measure, there in self.measures.items() if measure.name == score)

    def _ranking(self, layer: str) -> Measure | None:
        name = _ranked_by(layer, self.inventory)
        found = (m for m, there in self.measures.items() if there)
        return next((m for m in found if (m.layer, m.name) == (layer, name)), None)

    def _spans(self, measure: Measure) -> tuple[Spans, Spans]:
        if measure.spans is None:
            raise ValueError(f"{measure.layer} {measure.name} compares more than spans")
        return measure.spans(self.both)


def _each(work: Callable[[int], None], pieces: Sequence[int]) -> None:
    """Do the work on every piece: in this thread, and in others where there are several.

    Most of the time numpy and Arrow work, which do not hold Python's lock.
    """
    helpers = min(THREADS, os.cpu_count() or 1, len(pieces)) - 1
    waiting = iter(pieces)

    def some() -> None:
        for piece in waiting:
            work(piece)

    from concurrent.futures import ThreadPoolExecutor  # slow to import

    with ThreadPoolExecutor(THREADS) as threads:
        others = [threads.submit(some) for _ in range(helpers)]
        some()
    for other in others:
        other.result()  # raise what a thread raised


def _ranked_by(layer: str, inventory: str) -> str:
    smaller = layer == "entities" and inventory in INVENTORY_ORDER[1:]
    return inventory if smaller else RANKED_BY[layer]


def _possible(measure: Measure, there: frozenset[str], inventory: Inventory) -> bool:
    """Say whether a score can be had of what was handed in."""
    order = INVENTORY_ORDER.index
    if measure.layer == "entities" and order(measure.inventory) < order(inventory):
        return False
    return there.issuperset({measure.layer} - {"claims"} | set(measure.needs))
