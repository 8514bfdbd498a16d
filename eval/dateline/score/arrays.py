"""Annotations as arrays: what every score is counted on.

A `Side` is gold or prediction. Labels are numbered by their place in a tuple of names, articles by
their place in the split; offsets are code points, half-open. Where an annotation has no cue or
source its offsets are -1.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dateline.documents import (
    EVENT_TYPES,
    INVENTORIES,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    Document,
    Inventory,
)
from dateline.predictions import Prediction

from .boundaries import edges

Ints = NDArray[np.int64]
NO_SPAN = -1
_PEOPLE = ("PERSON", "PER")


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels in alphabetical order, as seqeval has them and as counts are laid out."""
    return tuple(sorted(labels))


KINDS, TYPES = in_order(QUOTE_KINDS), in_order(EVENT_TYPES)


@dataclass(frozen=True)
class Spans:
    """Labelled spans, in the order of articles and of the text; none overlaps in an article.

    All arrays have shape (spans,).
    """

    article: Ints
    start: Ints
    end: Ints
    label: Ints
    value: Ints | None = None
    """What must be equal besides the label, such as realis; None if nothing."""

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int, int]]) -> "Spans":
        """Return the spans of rows ``(article, start, end, label)``, in whatever order."""
        table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4)
        return cls(*(np.ascontiguousarray(column) for column in table.T))

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Any) -> "Spans":
        """Return some of the spans, by a mask or by indices."""
        value = None if self.value is None else self.value[rows]
        return Spans(self.article[rows], self.start[rows], self.end[rows], self.label[rows], value)


@dataclass(frozen=True)
class Quotes:
    """Quotes. Arrays have shape (quotes,), or (quotes, 2) for cue and source."""

    article: Ints
    kind: Ints
    cue: Ints
    source: Ints
    fragments: Spans
    """With the quote's kind as label."""
    fragment_of: Ints
    """Shape (fragments,): the quote that a fragment belongs to."""
    speaker_of: Ints
    """Shape (speakers,): the quote that a speaker says."""
    speakers: tuple[tuple[str, str], ...]
    """Of each speaker the name and the label of its mention; of a predicted one ``""``."""

    def __len__(self) -> int:
        return len(self.article)


@dataclass(frozen=True)
class Events:
    """Events. Arrays have shape (events,)."""

    triggers: Spans
    """With the event type as label."""
    realis: Ints
    polarity: Ints
    argument_of: Ints
    """Shape (arguments,): the event that an argument belongs to."""
    arguments: Spans
    """With the role as label; these may overlap."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison, gold or prediction."""

    entities: Spans
    inventory: Inventory
    """Of the entities' labels, which are numbered in alphabetical order."""
    quotes: Quotes
    events: Events
    texts: Sequence[str]
    """Of the articles."""

    @cached_property
    def normalised(self) -> Spans:
        """The entities without determiners, titles and the like at their edges."""
        spans = self.entities
        people = [i for i, x in enumerate(in_order(INVENTORIES[self.inventory])) if x in _PEOPLE]
        rows = zip(
            spans.article.tolist(),
            spans.start.tolist(),
            spans.end.tolist(),
            np.isin(spans.label, people).tolist(),
            strict=True,
        )
        known: dict[tuple[str, bool], tuple[int, int]] = {}
        cut = []
        for article, start, end, person in rows:
            said = self.texts[article][start:end], person
            if said not in known:
                known[said] = edges(*said)
            cut.append(known[said])
        off = _ints(cut, 2)
        return replace(spans, start=spans.start + off[:, 0], end=spans.end - off[:, 1])

    @classmethod
    def of_spans(cls, rows: Sequence[tuple[int, int, int, int]], texts: Sequence[str]) -> "Side":
        """Return a side that has entities alone, as `Spans.of` takes them."""
        return cls(Spans.of(rows), "ontonotes-18", _quotes(()), _events(()), texts)


def side(
    annotated: Sequence[Document | Prediction],
    texts: Sequence[str],
    inventory: Inventory = "ontonotes-18",
) -> Side:
    """Return documents, or predictions in the order of the articles, as arrays.

    Raises:
        ValueError: a label is unknown, a span is outside its text or overlaps one of its layer, a
            quote has no fragment, a speaker no name. The message names article and layer.
    """
    codes = _codes(in_order(INVENTORIES[inventory]))
    entities = Spans.of(
        [
            (i, entity.start, entity.end, codes[entity.label])
            for i, one in enumerate(annotated)
            for entity in one.entities or ()
        ]
    )
    made = Side(entities, inventory, _quotes(annotated), _events(annotated), texts)
    _check(made, [one.id for one in annotated])
    return made


def _check(side: Side, ids: Sequence[str]) -> None:
    """Hold what matching relies on: spans inside their texts, none over another of its layer."""
    lengths = np.array([len(text) for text in side.texts], dtype=np.int64)
    quotes, events = side.quotes, side.events
    tagged = {"entities": side.entities, "quotes": quotes.fragments, "events": events.triggers}
    linked = {"events": [events.arguments]}
    linked["quotes"] = [
        Spans(quotes.article[there], edges[there, 0], edges[there, 1], quotes.kind[there])
        for edges in (quotes.cue, quotes.source)
        if (there := (edges != NO_SPAN).any(axis=1)).any()
    ]
    for layer, spans in [*tagged.items(), *((x, y) for x in linked for y in linked[x])]:
        outside = (spans.start < 0) | (spans.end <= spans.start)
        outside |= spans.end > lengths[spans.article]
        for row in np.flatnonzero(outside)[:1].tolist():
            article = int(spans.article[row])
            raise ValueError(
                f"{ids[article]}: {layer}: span [{spans.start[row]}, {spans.end[row]}) is outside "
                f"the text; expected 0 <= start < end <= {lengths[article]}"
            )
    for layer, spans in tagged.items():
        over = (spans.start[1:] < spans.end[:-1]) & (spans.article[1:] == spans.article[:-1])
        for row in np.flatnonzero(over)[:1].tolist():
            both = [f"[{spans.start[i]}, {spans.end[i]})" for i in (row, row + 1)]
            raise ValueError(
                f"{ids[int(spans.article[row])]}: {layer}: {both[1]} overlaps {both[0]}; "
                "expected none to overlap"
            )
    bare = np.bincount(quotes.fragment_of, minlength=len(quotes)) == 0
    for row in np.flatnonzero(bare)[:1].tolist():
        where = ids[int(quotes.article[row])]
        raise ValueError(f"{where}: quotes: one has no fragment; expected one or more")


class _Codes(dict[str, int]):
    def __missing__(self, label: str) -> int:
        raise ValueError(f"{label!r} is no label; expected one of {', '.join(self)}")


def _codes(labels: Sequence[str]) -> _Codes:
    return _Codes((label, code) for code, label in enumerate(labels))


def _ints(values: list[Any], width: int = 0) -> Ints:
    return np.array(values, dtype=np.int64).reshape((-1, width) if width else -1)


def _edges(span: Any) -> tuple[int, int]:
    return (span.start, span.end) if span else (NO_SPAN, NO_SPAN)


def _quotes(annotated: Sequence[Document | Prediction]) -> Quotes:
    kinds = _codes(KINDS)
    there: list[tuple[int, Any, Any]] = [
        (i, quote, one) for i, one in enumerate(annotated) for quote in one.quotes or ()
    ]
    rows = sorted(
        (article, fragment.start, fragment.end, kinds[quote.kind], number)
        for number, (article, quote, _) in enumerate(there)
        for fragment in quote.fragments
    )
    table = _ints(rows, 5).T
    speakers = [
        (number, name)
        for number, (_, quote, one) in enumerate(there)
        for name in _speakers(quote, one)
    ]
    return Quotes(
        _ints([article for article, _, _ in there]),
        _ints([kinds[quote.kind] for _, quote, _ in there]),
        _ints([_edges(quote.cue) for _, quote, _ in there], 2),
        _ints([_edges(quote.source) for _, quote, _ in there], 2),
        Spans(*table[:4]),
        table[4],
        _ints([number for number, _ in speakers]),
        tuple(name for _, name in speakers),
    )


def _speakers(quote: Any, one: Document | Prediction) -> Iterable[tuple[str, str]]:
    if isinstance(one, Prediction):
        for name in quote.speakers or ():
            if not isinstance(name, str):
                raise ValueError(f"{one.id}: quotes: speaker {name!r}; expected a name")
        return [(name, "") for name in quote.speakers or ()]
    labels = {(entity.start, entity.end): entity.label for entity in one.entities}
    return [(s.of(one.text), labels.get((s.start, s.end), "")) for s in quote.speakers]


def _events(annotated: Sequence[Document | Prediction]) -> Events:
    types, roles = _codes(TYPES), _codes(in_order(ROLES))
    there: list[tuple[int, Any]] = [
        (i, event) for i, one in enumerate(annotated) for event in one.events or ()
    ]
    there.sort(key=lambda row: (row[0], row[1].start))
    arguments = sorted(
        (article, argument.start, argument.end, roles[argument.role], number)
        for number, (article, event) in enumerate(there)
        for argument in event.arguments or ()
    )
    table = _ints(arguments, 5).T
    rows = [(i, event.start, event.end, types[event.type]) for i, event in there]

    def attribute(values: Sequence[str], of: Callable[[Any], Any]) -> Ints:
        known = _codes(values)
        return _ints([known.get(of(event) or "", -1) for _, event in there])

    return Events(
        Spans(*_ints(rows, 4).T),
        attribute(REALIS, lambda event: event.realis),
        attribute(POLARITIES, lambda event: event.polarity),
        table[4],
        Spans(*table[:4]),
    )
