"""Annotations as arrays: what every score is counted on.

A `Side` is gold or prediction. Labels are numbered by their place in a tuple of names, articles by
their place in the split; offsets are code points, half-open. Where an annotation has no cue or
source its offsets are -1.
"""

import bisect
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec import UNSET
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
    Span,
)
from dateline.predictions import Prediction

from .boundaries import edges

Ints = NDArray[np.int64]
NO_SPAN = -1
NO_VALUE = -1
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
    mentions, article = _flat([one.entities or () for one in annotated])
    codes = _codes(in_order(INVENTORIES[inventory]))
    entities = _spans(mentions, article, _column(mentions, "label", codes))[0]
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
        raise ValueError(f"{label!r} is no label; expected one of {', '.join(map(str, self))}")


def _codes(labels: Sequence[str]) -> _Codes:
    return _Codes((label, code) for code, label in enumerate(labels))


def _ints(values: list[Any], width: int = 0) -> Ints:
    return np.array(values, dtype=np.int64).reshape((-1, width) if width else -1)


def _flat(groups: Sequence[Sequence[Any]]) -> tuple[list[Any], Ints]:
    """Return the items of all groups, and the group of each."""
    sizes = np.fromiter(map(len, groups), np.int64, len(groups))
    return list(itertools.chain.from_iterable(groups)), np.repeat(np.arange(len(groups)), sizes)


def _column(items: Sequence[Any], name: str, codes: Mapping[str, int] | None = None) -> Ints:
    """Return an attribute of all items; of labels the codes."""
    values: Iterable[Any] = map(attrgetter(name), items)
    return np.fromiter(map(codes.__getitem__, values) if codes else values, np.int64, len(items))


def _spans(items: Sequence[Any], article: Ints, label: Ints) -> tuple[Spans, Ints]:
    """Return spans in the order of articles and text, and which item each is."""
    spans = Spans(article, _column(items, "start"), _column(items, "end"), label)
    order = np.lexsort((spans.label, spans.end, spans.start, spans.article))
    return spans.take(order), order


def _edges(spans: Iterable[Any]) -> Ints:
    """Return the offsets of spans, some of which may be None or not handed in."""
    return _ints([(s.start, s.end) if s else (NO_SPAN, NO_SPAN) for s in spans], 2)


def _quotes(annotated: Sequence[Document | Prediction]) -> Quotes:
    quotes, article = _flat([one.quotes or () for one in annotated])
    kind = _column(quotes, "kind", _codes(KINDS))
    parts, owner = _flat([quote.fragments for quote in quotes])
    fragments, order = _spans(parts, article[owner], kind[owner])
    speakers = [
        (number, name)
        for number, (quote, i) in enumerate(zip(quotes, article.tolist(), strict=True))
        for name in _speakers(quote, annotated[i])
    ]
    return Quotes(
        article,
        kind,
        _edges(quote.cue for quote in quotes),
        _edges(quote.source for quote in quotes),
        fragments,
        owner[order],
        _ints([number for number, _ in speakers]),
        tuple(name for _, name in speakers),
    )


def _speakers(quote: Any, one: Document | Prediction) -> Iterable[tuple[str, str]]:
    if isinstance(one, Prediction):
        for name in quote.speakers or ():
            if not isinstance(name, str):
                raise ValueError(f"{one.id}: quotes: speaker {name!r}; expected a name")
        return [(name, "") for name in quote.speakers or ()]
    return [(speaker.of(one.text), _label(speaker, one)) for speaker in quote.speakers]


def _label(span: Span, document: Document) -> str:
    """Return the label of the mention at a span; empty if there is none."""
    place = bisect.bisect_left(document.entities, span.start, key=attrgetter("start"))
    there = document.entities[place : place + 1]
    return there[0].label if there and there[0].bare() == span.bare() else ""


def _events(annotated: Sequence[Document | Prediction]) -> Events:
    events, article = _flat([one.events or () for one in annotated])
    triggers, order = _spans(events, article, _column(events, "type", _codes(TYPES)))
    place = np.argsort(order)
    links, owner = _flat([event.arguments or () for event in events])
    roles = _column(links, "role", _codes(in_order(ROLES)))
    arguments, of = _spans(links, article[owner], roles)

    def attribute(values: Sequence[str], name: str) -> Ints:
        known: dict[Any, int] = _codes(values)
        known[UNSET] = NO_VALUE
        return _column(events, name, known)[order]

    return Events(
        triggers,
        attribute(REALIS, "realis"),
        attribute(POLARITIES, "polarity"),
        place[owner[of]],
        arguments,
    )
