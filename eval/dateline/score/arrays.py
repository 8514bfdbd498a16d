"""Annotations as arrays: what every score is counted on.

A `Side` is gold or prediction. It is made of `Columns`, which `objects` and `columns` take from
what was handed in. Labels are numbered by their place in a tuple of names, articles by their place
in the split; offsets are code points, half-open. Where a quote has no cue or source its offsets are
-1.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dateline.documents import EVENT_TYPES, LAYERS, QUOTE_KINDS, ROLES, Inventory

Ints = NDArray[np.signedinteger[Any]]
Table = Mapping[str, Ints]
NO_SPAN = -1
NO_VALUE = -1

# glibc gives back the memory of arrays that go, until one of such a size has gone: a quarter of the
# time of 10,000 articles went into having pages anew. Nothing is written here, so nothing is taken.
np.empty(31 << 20, dtype=np.int8)


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Return labels in alphabetical order, as seqeval has them and as counts are laid out."""
    return tuple(sorted(labels))


KINDS, TYPES, ROLES_IN_ORDER = in_order(QUOTE_KINDS), in_order(EVENT_TYPES), in_order(ROLES)

TABLES: dict[str, tuple[str, ...]] = {
    "entities": ("article", "start", "end", "label"),
    "quotes": ("article", "kind", "cue_start", "cue_end", "source_start", "source_end"),
    "fragments": ("of", "start", "end"),
    "speakers": ("of", "start", "end"),
    "events": ("article", "start", "end", "type", "realis", "polarity"),
    "arguments": ("of", "start", "end", "role"),
}
"""The tables of `Columns`; ``of`` is a row of the table of quotes, or of events."""
_OWNERS = {"fragments": "quotes", "speakers": "quotes", "arguments": "events"}


class Columns(NamedTuple):
    """Annotations of some articles as columns, in whatever order and unchecked."""

    tables: Mapping[str, Table]
    """All of `TABLES`; each column has shape (rows,)."""
    names: list[str]
    """The text of each speaker that has no span."""
    there: Mapping[str, bool | None]
    """Layers and fields, such as ``quotes.cue`` → whether they were handed in; None of a field
    where there is no annotation to tell by."""


class Mixed(ValueError):
    """A layer or field is handed in in some places and not in others."""


def joined(parts: Iterable[Columns]) -> Columns:
    """Return several columns as one.

    Raises:
        Mixed: a layer or field is handed in in one and not in another.
    """
    there: dict[str, bool | None] = {}
    names: list[str] = []
    found: dict[str, dict[str, list[Ints]]] = {
        name: {x: [] for x in columns} for name, columns in TABLES.items()
    }
    number = dict.fromkeys(TABLES, 0)
    for part in parts:
        for name, flag in part.there.items():
            known = there.get(name)
            if known is not None and flag is not None and known != flag:
                raise Mixed(name)
            there[name] = flag if known is None else known
        names += part.names
        tables = {name: rows for name, rows in part.tables.items() if rows is not NO_ROWS[name]}
        for name, table in tables.items():
            before = number[_OWNERS.get(name, name)]
            for x, arrays in found[name].items():
                arrays.append(table[x] + before if x == "of" and before else table[x])
        for name, table in tables.items():
            number[name] += len(next(iter(table.values())))
    whole: dict[str, Table] = {}
    for name, lists in found.items():
        # The pieces of a column go as soon as it is whole.
        whole[name] = {x: _joined(lists.pop(x)) for x in TABLES[name]}
    return Columns(whole, names, there)


def _joined(arrays: list[Ints]) -> Ints:
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int32)


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
        table = np.array(sorted(rows), dtype=np.int32).reshape(-1, 4)
        return cls(*(np.ascontiguousarray(column) for column in table.T))

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: Any) -> "Spans":
        """Return some of the spans, by a mask, by indices or by a slice."""
        value = None if self.value is None else self.value[rows]
        return Spans(self.article[rows], self.start[rows], self.end[rows], self.label[rows], value)

    @cached_property
    def place(self) -> Ints:
        """One number for article and start: ascending. Shape (spans,)."""
        return place(self.article, self.start)

    def part(self, first: int, last: int) -> "tuple[Spans, slice]":
        """Return the spans of the articles from *first* up to *last*, and which they are."""
        rows = _rows(self.article, first, last)
        found = self.take(rows)
        return Spans(found.article - first, found.start, found.end, found.label, found.value), rows


def place(first: Ints, second: Ints) -> Ints:
    """Return one number for two, of which the second is from 0 up to 2^32."""
    both: Ints = first.astype(np.int64)
    both <<= 32
    both += second
    return both


def _rows(article: Ints, first: int, last: int) -> slice:
    # Of the same type, lest the whole array be turned into another.
    ends = np.searchsorted(article, np.array([first, last], dtype=article.dtype))
    return slice(int(ends[0]), int(ends[1]))


@dataclass(frozen=True)
class Quotes:
    """Quotes, in the order of articles.

    Arrays have shape (quotes,), or (quotes, 2) for the offsets of cue and source.
    """

    article: Ints
    kind: Ints
    cue: Ints
    source: Ints
    fragments: Spans
    """With the quote's kind as label."""
    fragment_of: Ints
    """Shape (fragments,): the quote that a fragment belongs to."""
    speaker_of: Ints
    """Shape (speakers,): the quote that a speaker says; ascending."""
    speakers: Sequence[str] | Ints
    """Of each speaker its text; or its offsets, shape (speakers, 2)."""

    def __len__(self) -> int:
        return len(self.article)

    def linked(self) -> Iterator[Spans]:
        """Yield the cues, the sources and the speakers that have spans, with their articles."""
        for edges in (self.cue, self.source):
            there = (edges != NO_SPAN).any(axis=1)
            yield Spans(self.article[there], edges[there, 0], edges[there, 1], self.kind[there])
        if not isinstance(self.speakers, Sequence):
            of = self.speaker_of
            yield Spans(self.article[of], self.speakers[:, 0], self.speakers[:, 1], of)

    def part(self, first: int, last: int) -> "Quotes":
        """Return the quotes of the articles from *first* up to *last*."""
        rows = _rows(self.article, first, last)
        fragments, which = self.fragments.part(first, last)
        speakers = _rows(self.speaker_of, rows.start, rows.stop)
        return Quotes(
            self.article[rows] - first,
            self.kind[rows],
            self.cue[rows],
            self.source[rows],
            fragments,
            self.fragment_of[which] - rows.start,
            self.speaker_of[speakers] - rows.start,
            self.speakers[speakers],
        )


@dataclass(frozen=True)
class Events:
    """Events, in the order of articles and triggers. Arrays have shape (events,)."""

    triggers: Spans
    """With the event type as label."""
    realis: Ints
    polarity: Ints
    argument_of: Ints
    """Shape (arguments,): the event that an argument belongs to."""
    arguments: Spans
    """With the role as label, in the order of articles and starts; these may overlap."""

    def part(self, first: int, last: int) -> "Events":
        """Return the events of the articles from *first* up to *last*."""
        triggers, rows = self.triggers.part(first, last)
        arguments, which = self.arguments.part(first, last)
        of = self.argument_of[which] - rows.start
        return Events(triggers, self.realis[rows], self.polarity[rows], of, arguments)


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
    there: frozenset[str] = frozenset(LAYERS)
    """The layers and fields that were handed in, such as ``quotes.cue``."""

    @classmethod
    def of(
        cls,
        columns: Columns,
        ids: Sequence[str],
        texts: Sequence[str],
        lengths: Ints,
        inventory: Inventory,
    ) -> "Side":
        """Return columns in order and checked.

        Args:
            columns: With the place of an article in *ids* as its number.
            ids: Of the articles, for messages.
            texts: Of the articles.
            lengths: Of the texts, in code points.
            inventory: Of the entities' labels.

        Raises:
            ValueError: a span is outside its text or overlaps one of its layer, or a quote has no
                fragment. The message names article and layer.
        """
        entities = columns.tables["entities"]
        spans = Spans(entities["article"], entities["start"], entities["end"], entities["label"])
        made = cls(
            spans.take(_in_order(spans.article, spans.start, spans.end)),
            inventory,
            _quotes(columns) if len(columns.tables["quotes"]["article"]) else _NO_QUOTES,
            _events(columns.tables) if len(columns.tables["events"]["article"]) else _NO_EVENTS,
            texts,
            frozenset(
                name
                for name, flag in columns.there.items()
                if flag is not False and columns.there[name.partition(".")[0]]
            ),
        )
        made._check(ids, lengths)
        return made

    @classmethod
    def of_spans(cls, rows: Sequence[tuple[int, int, int, int]], texts: Sequence[str]) -> "Side":
        """Return a side that has entities alone, ``(article, start, end, label)``, in any order."""
        return cls(Spans.of(rows), "ontonotes-18", _NO_QUOTES, _NO_EVENTS, texts)

    def part(self, first: int, last: int) -> "Side":
        """Return the articles from *first* up to *last*."""
        return Side(
            self.entities.part(first, last)[0],
            self.inventory,
            self.quotes.part(first, last) if len(self.quotes) else self.quotes,
            self.events.part(first, last) if len(self.events.triggers) else self.events,
            self.texts[first:last],
            self.there,
        )

    def _check(self, ids: Sequence[str], lengths: Ints) -> None:
        """Hold what matching relies on: spans inside their texts, none over one of its layer."""
        quotes, events = self.quotes, self.events
        tagged = {"entities": self.entities, "quotes": quotes.fragments, "events": events.triggers}
        tagged = {layer: spans for layer, spans in tagged.items() if not _apart(spans, lengths)}
        linked = [("quotes", spans) for spans in quotes.linked()] if len(quotes) else []
        if len(events.arguments):
            linked.append(("events", events.arguments))
        for layer, spans in [*tagged.items(), *linked]:
            outside = (spans.start < 0) | (spans.end <= spans.start)
            outside |= spans.end > lengths[spans.article]
            for row in np.flatnonzero(outside)[:1].tolist():
                article = int(spans.article[row])
                raise ValueError(
                    f"{ids[article]}: {layer}: span [{spans.start[row]}, {spans.end[row]}) is "
                    f"outside the text; expected 0 <= start < end <= {lengths[article]}"
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


def _in_order(article: Ints, start: Ints, end: Ints) -> Any:
    """Return the rows of spans in the order of articles and text; all of them where they are."""
    after = (article[1:] == article[:-1]) & (start[1:] > start[:-1])
    after |= article[1:] > article[:-1]
    return slice(None) if after.all() else np.lexsort((end, start, article))


def _apart(spans: Spans, lengths: Ints) -> bool:
    """Say whether spans in order all are inside their texts, and none is over another."""
    if not len(spans):
        return True
    same = spans.article[1:] == spans.article[:-1]
    # Of spans that are apart the last of an article reaches farthest.
    last = np.append(np.flatnonzero(~same), len(spans) - 1)
    return bool(
        spans.start.min() >= 0
        and (spans.start < spans.end).all()
        and not ((spans.start[1:] < spans.end[:-1]) & same).any()
        and (spans.end[last] <= lengths[spans.article[last]]).all()
    )


def _inverse(order: Ints) -> Ints:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place


def _owners(rows: Any, of: Ints) -> tuple[Ints, Any]:
    """Return for rows that belong to others their owners after these are put in the order *rows*.

    Also the order of the rows themselves in which their owners ascend.
    """
    if not isinstance(rows, slice):
        of = _inverse(rows)[of]
    if (of[1:] >= of[:-1]).all():
        return of, slice(None)
    order = np.argsort(of, kind="stable")
    return of[order], order


def _quotes(columns: Columns) -> Quotes:
    quotes, fragments, speakers = (columns.tables[x] for x in ("quotes", "fragments", "speakers"))
    article = quotes["article"]
    rows: Any = slice(None)
    if not (article[1:] >= article[:-1]).all():
        rows = np.argsort(article, kind="stable")
    kind, article = quotes["kind"][rows], article[rows]
    of, order = _owners(rows, fragments["of"])
    spans = Spans(article[of], fragments["start"][order], fragments["end"][order], kind[of])
    in_text = _in_order(spans.article, spans.start, spans.end)
    speaker_of, order = _owners(rows, speakers["of"])
    said: Sequence[str] | Ints = columns.names
    if len(speakers["start"]):
        said = np.stack([speakers["start"], speakers["end"]], axis=1)[order]
    elif not isinstance(order, slice):
        said = [columns.names[row] for row in order.tolist()]
    return Quotes(
        article,
        kind,
        np.stack([quotes["cue_start"], quotes["cue_end"]], axis=1)[rows],
        np.stack([quotes["source_start"], quotes["source_end"]], axis=1)[rows],
        spans.take(in_text),
        of[in_text],
        speaker_of,
        said,
    )


def _events(tables: Mapping[str, Table]) -> Events:
    events, arguments = tables["events"], tables["arguments"]
    triggers = Spans(events["article"], events["start"], events["end"], events["type"])
    rows = _in_order(triggers.article, triggers.start, triggers.end)
    triggers = triggers.take(rows)
    of = arguments["of"] if isinstance(rows, slice) else _inverse(rows)[arguments["of"]]
    spans = Spans(triggers.article[of], arguments["start"], arguments["end"], arguments["role"])
    order = np.argsort(spans.place, kind="stable")
    spans = spans.take(order)
    return Events(triggers, events["realis"][rows], events["polarity"][rows], of[order], spans)


NO_ROWS: Mapping[str, Table] = {
    name: dict.fromkeys(columns, np.zeros(0, dtype=np.int32)) for name, columns in TABLES.items()
}
"""All of `TABLES`, without a row."""
_NO_QUOTES, _NO_EVENTS = _quotes(Columns(NO_ROWS, [], {})), _events(NO_ROWS)
