"""How far versions agree: F1 of spans, of links, and Krippendorff's alpha.

F1 between two versions is ``2 m / (a + b)``: *m* annotations of one that have a counterpart in the
other, of *a* and *b* (Hripcsak and Rothschild 2005, JAMIA 12:296, on why F1 and not kappa where
there is no set of candidates). Four counterparts are told apart (`MEASURES`): with the same
boundaries, or one that overlaps; with the same label, or any. Overlap pairs one to one (`pair_up`).
A label's own row asks how many of the annotations that either version gives the label to have one.

Links are measured on what is matched: quotes that share content, events that share their trigger.

Over several versions and articles all is summed, so that every pair counts by what it has. ``n`` is
always the number of annotations on both sides.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from dateline.documents import LAYER_LABELS, LAYERS, ROLES, Document, Event, Layer, Quote, Span
from dateline.predictions import tagged_spans
from dateline.statistics import (
    FEWEST,
    Continuum,
    Counts,
    Interval,
    UnitizingAlpha,
    jackknife,
    nominal_alpha,
    ratio_interval,
)

from .pairing import head, pair_up
from .versions import Version, shared

MEASURES = ("exact", "exact_any_label", "overlap", "overlap_any_label")
"""What counts as a counterpart: the same boundaries, or a shared character; the same label (kind,
type, role), or any."""

Item = tuple[int, int, str]
Pair = tuple[Document, Document]


class Row(NamedTuple):
    """The agreement on one label of a group, or on all of them."""

    group: str
    """A layer, or a kind of link such as ``source``."""
    label: str
    """``""`` for all together."""
    counts: Counts
    """Shape (pairs of versions, articles, measures, 2): annotations with a counterpart, and all."""
    alpha: float | None = None
    """Unitizing alpha over characters; None for links, or where nothing could disagree."""
    alpha_interval: Interval | None = None

    def f1(self, measure: str = "exact") -> float | None:
        """Return F1; None where neither side has any."""
        with_one, all_ = self._total(measure)
        return float(with_one / all_) if all_ else None

    def interval(self, measure: str = "exact") -> Interval | None:
        """Return the interval of F1 over articles; None below ten articles with any."""
        counts = self.counts[:, :, MEASURES.index(measure)].sum(axis=0)
        return ratio_interval(counts[:, 0], counts[:, 1] - counts[:, 0])

    @property
    def n(self) -> int:
        """The number of annotations on both sides."""
        return int(self._total("exact")[1])

    def _total(self, measure: str) -> Counts:
        total: Counts = self.counts[:, :, MEASURES.index(measure)].sum(axis=(0, 1))
        return total


class Attribute(NamedTuple):
    """The agreement on an attribute of spans that two or more versions have alike."""

    name: str
    n: int
    """The spans."""
    agreed: float | None
    """The share of pairs of values that are the same."""
    alpha: float | None
    """Krippendorff's, nominal."""
    interval: Interval | None
    """Of alpha, over articles."""


class Agreement(NamedTuple):
    """All that `agreement` finds."""

    versions: tuple[str, ...]
    articles: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    """In the order of the counts."""
    rows: tuple[Row, ...]
    attributes: tuple[Attribute, ...]


def agreement(versions: Sequence[Version]) -> Agreement:
    """Measure how far *versions* agree on the articles that at least two of them have."""
    articles = shared(versions)
    pairs = list(itertools.combinations(versions, 2))
    both: list[list[Pair | None]] = [
        [
            (a.documents[id], b.documents[id]) if id in a.documents and id in b.documents else None
            for id in articles
        ]
        for a, b in pairs
    ]
    rows = [row for layer in LAYERS for row in _span_rows(layer, both)]
    rows += [row for name, items in _LINKS.items() for row in _rows(name, items, both)]
    attributes = tuple(_attribute(name, of, versions, articles) for name, of in _ATTRIBUTES.items())
    return Agreement(
        tuple(version.name for version in versions),
        tuple(articles),
        tuple((a.name, b.name) for a, b in pairs),
        tuple(rows),
        attributes,
    )


def as_json(found: Agreement) -> dict[str, Any]:
    """Return an agreement as plain JSON data."""

    def row(row: Row) -> dict[str, Any]:
        figures = {measure: _measure(row, measure) for measure in MEASURES}
        each = {
            " ".join(pair): {
                "n": int(counts[0, 1]),
                **{m: _ratio(counts[i]) for i, m in enumerate(MEASURES)},
            }
            for pair, counts in zip(found.pairs, row.counts.sum(axis=1), strict=True)
        }
        alpha = {"alpha": row.alpha, "alpha_interval": row.alpha_interval}
        return {
            "group": row.group,
            "label": row.label or None,
            "n": row.n,
            **figures,
            **alpha,
            "pairs": each,
        }

    return {
        "versions": found.versions,
        "articles": found.articles,
        "rows": [row(one) for one in found.rows],
        "attributes": [attribute._asdict() for attribute in found.attributes],
    }


def _measure(row: Row, measure: str) -> dict[str, Any]:
    return {"f1": row.f1(measure), "interval": row.interval(measure)}


def _ratio(counts: Counts) -> float | None:
    return float(counts[0] / counts[1]) if counts[1] else None


def _span_rows(layer: Layer, both: list[list[Pair | None]]) -> Iterable[Row]:
    def items(pair: Pair) -> Iterable[tuple[list[Item], list[Item]]]:
        first, second = (tagged_spans(layer, getattr(document, layer)) for document in pair)
        yield first, second

    # Every pair of versions on every article is a continuum with two versions.
    there = [(i, pair) for pairs in both for i, pair in enumerate(pairs) if pair is not None]
    continua = [
        Continuum(len(pair[0].text), tuple(tagged_spans(layer, getattr(d, layer)) for d in pair))
        for _, pair in there
    ]
    alpha = UnitizingAlpha(continua, sorted(LAYER_LABELS[layer]))
    for row in _rows(layer, items, both):
        whole = alpha.of(row.label or None).value
        interval = None
        if not row.label and whole is not None and len(continua) == len(both[0]) >= FEWEST:
            without = [alpha.of(None, i).value for i in range(len(continua))]
            if None not in without:
                interval = _alpha_interval(whole, without)
        yield row._replace(alpha=whole, alpha_interval=interval)


def _alpha_interval(whole: float, without: Sequence[float | None]) -> Interval:
    interval = jackknife(whole, np.array(without, dtype=np.float64))
    return Interval(interval.low, min(interval.high, 1.0))


def _rows(
    group: str,
    items: Callable[[Pair], Iterable[tuple[list[Item], list[Item]]]],
    both: list[list[Pair | None]],
) -> Iterable[Row]:
    """Yield the row of a group, and one for each of its labels that is in use."""
    shape = len(both), len(both[0]) if both else 0, len(MEASURES), 2
    counts: dict[str, Counts] = defaultdict(lambda: np.zeros(shape, dtype=np.int64))
    counts[""]  # there even where nothing is
    for i, pairs in enumerate(both):
        for j, pair in enumerate(pairs):
            for first, second in items(pair) if pair is not None else ():
                for side, matched in zip((first, second), _matched(first, second), strict=True):
                    for (_, _, label), found in zip(side, matched, strict=True):
                        for key in {"", label}:
                            counts[key][i, j, :, 0] += found
                            counts[key][i, j, :, 1] += 1
    for label in sorted(counts):
        yield Row(group, label, counts[label])


def _matched(first: list[Item], second: list[Item]) -> tuple[Counts, Counts]:
    """Say of every item of both sides by which of `MEASURES` it has a counterpart, as 0 and 1."""
    sides = first, second
    found = tuple(np.zeros((len(side), len(MEASURES)), dtype=np.int64) for side in sides)
    for side, flags, other in zip(sides, found, (second, first), strict=True):
        left = Counter(other)
        for i, item in enumerate(side):
            if left[item] > 0:
                left[item] -= 1
                flags[i, :2] = 1
        # Of what is left, the boundaries alone.
        spans = Counter(item[:2] for item in left.elements())
        for i, item in enumerate(side):
            if not flags[i, 0] and spans[item[:2]] > 0:
                spans[item[:2]] -= 1
                flags[i, 1] = 1
    groups = [[[Span(start, end)] for start, end, _ in side] for side in sides]
    labels = [item[2] for item in first], [item[2] for item in second]
    for measure, same_label in ((2, True), (3, False)):
        for i, j in pair_up(groups[0], groups[1], labels, same_label):
            found[0][i, measure] = found[1][j, measure] = 1
    return found[0], found[1]


def matched_wholes(layer: Layer, first: Document, second: Document) -> list[tuple[Any, Any]]:
    """Return the quotes or events of two documents that share content or trigger, in pairs."""
    sides = getattr(first, layer), getattr(second, layer)
    heads = [[head(whole) for whole in side] for side in sides]
    return [(sides[0][i], sides[1][j]) for i, j in pair_up(heads[0], heads[1])]


def speaker_names(quote: Quote, text: str) -> frozenset[str]:
    """Return the names of a quote's speakers, as their mentions read."""
    return frozenset(" ".join(speaker.of(text).split()) for speaker in quote.speakers)


def _part(name: str) -> Callable[[Pair], Iterable[tuple[list[Item], list[Item]]]]:
    def items(pair: Pair) -> Iterable[tuple[list[Item], list[Item]]]:
        for quotes in matched_wholes("quotes", *pair):
            spans = [getattr(quote, name) for quote in quotes]
            first, second = ([(s.start, s.end, "")] if s else [] for s in spans)
            yield first, second

    return items


def _speakers(pair: Pair) -> Iterable[tuple[list[Item], list[Item]]]:
    """Yield speakers as items of which only the name counts: the mention is not compared."""
    for quotes in matched_wholes("quotes", *pair):
        names = [speaker_names(q, d.text) for q, d in zip(quotes, pair, strict=True)]
        order = {name: i for i, name in enumerate(sorted(names[0] | names[1]))}
        first, second = ([(order[n], order[n] + 1, "") for n in sorted(side)] for side in names)
        yield first, second


def _arguments(pair: Pair) -> Iterable[tuple[list[Item], list[Item]]]:
    for events in matched_wholes("events", *pair):
        first, second = (
            [(a.start, a.end, a.role) for a in sorted(event.arguments, key=_role)]
            for event in events
        )
        yield first, second


def _role(argument: Any) -> tuple[int, int, int]:
    return ROLES.index(argument.role), argument.start, argument.end


def _wholes(pair: Pair) -> Iterable[tuple[list[Item], list[Item]]]:
    """Yield quotes as items that are the same if all fragments and the kind are."""
    contents = sorted({quote.fragments for document in pair for quote in document.quotes})
    order = {content: i for i, content in enumerate(contents)}
    sides: list[list[Item]] = [
        [(order[q.fragments], order[q.fragments] + 1, q.kind) for q in document.quotes]
        for document in pair
    ]
    yield sides[0], sides[1]


_LINKS: dict[str, Callable[[Pair], Iterable[tuple[list[Item], list[Item]]]]] = {
    "whole quote": _wholes,
    "source": _part("source"),
    "cue": _part("cue"),
    "speaker": _speakers,
    "argument": _arguments,
}

Key = tuple[Span, ...]


def _of_entities(document: Document) -> dict[Key, str]:
    return {head(entity): entity.label for entity in document.entities}


def _of_quotes(value: Callable[[Quote], str]) -> Callable[[Document], dict[Key, str]]:
    return lambda document: {head(quote): value(quote) for quote in document.quotes}


def _of_events(value: Callable[[Event], str]) -> Callable[[Document], dict[Key, str]]:
    return lambda document: {head(event): value(event) for event in document.events}


_ATTRIBUTES: dict[str, Callable[[Document], dict[Key, str]]] = {
    "entity label": _of_entities,
    "quote kind": _of_quotes(lambda quote: quote.kind),
    "quote named": _of_quotes(lambda quote: "NAMED" if quote.speakers else "UNNAMED"),
    "event type": _of_events(lambda event: event.type),
    "event realis": _of_events(lambda event: event.realis),
    "event polarity": _of_events(lambda event: event.polarity),
}


def _attribute(
    name: str,
    of: Callable[[Document], dict[Key, str]],
    versions: Sequence[Version],
    articles: Sequence[str],
) -> Attribute:
    """Count the values that each unit, an annotation with the same head, has got."""
    rows: list[Counter[str]] = []
    homes: list[int] = []
    for home, id in enumerate(articles):
        units: dict[Key, Counter[str]] = defaultdict(Counter)
        for version in versions:
            if id in version.documents:
                for unit, value in of(version.documents[id]).items():
                    units[unit][value] += 1
        paired = [values for values in units.values() if values.total() > 1]
        rows += paired
        homes += [home] * len(paired)
    categories = sorted({value for values in rows for value in values})
    counts = np.array([[v[c] for c in categories] for v in rows], dtype=np.int64)
    counts = counts.reshape(len(rows), len(categories))
    sizes = counts.sum(axis=1)
    same = int((counts * (counts - 1)).sum())
    possible = int((sizes * (sizes - 1)).sum())
    alpha = nominal_alpha(counts)
    interval = None
    if alpha is not None and len(set(homes)) >= FEWEST:
        without = [nominal_alpha(counts[np.array(homes) != home]) for home in sorted(set(homes))]
        if None not in without:
            interval = _alpha_interval(alpha, without)
    return Attribute(name, len(rows), same / possible if possible else None, alpha, interval)
