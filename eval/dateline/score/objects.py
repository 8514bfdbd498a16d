"""Documents and predictions, as objects, to columns."""

import itertools
import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec import UNSET, UnsetType

from dateline.documents import INVENTORIES, POLARITIES, REALIS, Document, Inventory, Span
from dateline.predictions import FIELDS, Prediction

from .arrays import (
    KINDS,
    NO_ROWS,
    NO_SPAN,
    NO_VALUE,
    ROLES_IN_ORDER,
    TYPES,
    Columns,
    Ints,
    Mixed,
    Table,
    in_order,
    joined,
)

AT_ONCE = 500
"""So many articles are turned at a time: their objects stay in the processor's cache."""


def codes(labels: Sequence[str]) -> dict[Any, int]:
    """Return label → number."""
    return {label: code for code, label in enumerate(labels)}


@contextmanager
def known(labels: Iterable[Any]) -> Iterator[None]:
    """Tell of a label that is none of *labels*.

    Raises:
        ValueError: a `KeyError` was raised inside.
    """
    try:
        yield
    except KeyError as error:
        raise ValueError(unknown(error.args[0], labels)) from None


def unknown(label: Any, labels: Iterable[Any]) -> str:
    """Say that a label is none of *labels*."""
    expected = ", ".join(label for label in labels if label is not UNSET)
    return f"{label!r} is no label; expected one of {expected}"


LABELS = {name: codes(in_order(labels)) for name, labels in INVENTORIES.items()}
_KINDS, _TYPES, _ROLES = codes(KINDS), codes(TYPES), codes(ROLES_IN_ORDER)
_REALIS, _POLARITY = ({**codes(x), UNSET: NO_VALUE % 256} for x in (REALIS, POLARITIES))


def columns_of(
    annotated: Sequence[Document] | Sequence[Prediction],
    numbers: Sequence[int] | Ints,
    inventory: Inventory,
    layers: Collection[str],
) -> Columns:
    """Return documents, or predictions, as columns.

    Args:
        annotated: Documents alone, or predictions alone.
        numbers: Of their articles.
        inventory: Of the entities' labels.
        layers: Those that are wanted; the others are taken for not handed in.

    Raises:
        ValueError: a label is unknown, an offset no number, a speaker no name.
        Mixed: a layer or field is handed in in some places and not in others.
    """
    return joined(
        _columns(annotated[i : i + AT_ONCE], numbers[i : i + AT_ONCE], inventory, layers)
        for i in range(0, max(len(annotated), 1), AT_ONCE)
    )


def _columns(
    annotated: Sequence[Any],
    numbers: Sequence[int] | Ints,
    inventory: Inventory,
    layers: Collection[str],
) -> Columns:
    articles = np.array(numbers, dtype=np.int32)
    tables = dict(NO_ROWS)
    there: dict[str, bool | None] = {}
    names: list[str] = []
    for layer, turn in _LAYERS.items():
        said = list(map(attrgetter(layer), annotated)) if layer in layers else [UNSET]
        kinds = _kinds(said)
        there[layer] = _handed_in(layer, kinds) if annotated or layer not in layers else None
        if not there[layer]:
            there |= {f"{layer}.{field}": None for field in FIELDS[layer]}
            continue
        groups = _groups(said, kinds)
        article = _owners(groups, articles)
        found = turn(groups, article, LABELS[inventory])
        tables |= found[0]
        there |= {
            f"{layer}.{field}": _handed_in(f"{layer}.{field}", types) if len(article) else None
            for field, types in zip(FIELDS[layer], found[1], strict=True)
        }
        names = found[2] or names
    return Columns(tables, names, there)


_Absent = UnsetType | None
_Groups = list[Sequence[Any]]
"""Annotations by article, or parts of annotations by annotation."""
_Kinds = set[type]
"""Of what types some values are."""
_Turned = tuple[dict[str, Table], list[_Kinds], list[str]]
"""Tables, the kinds of the fields in `FIELDS`, and names of speakers."""


def _entities(groups: _Groups, article: Ints, labels: Mapping[str, int]) -> _Turned:
    with known(labels):
        label = _small([labels[e.label] for group in groups for e in group])
    return {"entities": {"article": article, **_offsets(groups), "label": label}}, [], []


def _quotes(groups: _Groups, article: Ints, _: object) -> _Turned:
    items = list(itertools.chain.from_iterable(groups))
    places = np.arange(len(items), dtype=np.int32)
    with known(_KINDS):
        kind = _small([_KINDS[q.kind] for q in items])
    cues, sources = [q.cue for q in items], [q.source for q in items]
    said, whole = [q.speakers for q in items], [q.fragments for q in items]
    kinds = [_kinds(values) for values in (cues, sources, said)]
    fragments, speakers = _groups(whole, _kinds(whole)), _groups(said, kinds[2])
    names = list(itertools.chain.from_iterable(speakers))
    spans: Table = {"start": _ints([]), "end": _ints([])}
    strings = {isinstance(name, str) for name in names}
    if len(strings) > 1:
        raise ValueError("quotes: speakers are names and others; expected names alone")
    if strings == {False}:
        names, spans = [], _offsets(speakers)
    links = {**_part("cue", cues, kinds[0]), **_part("source", sources, kinds[1])}
    tables: dict[str, Table] = {
        "quotes": {"article": article, "kind": kind, **links},
        "fragments": {"of": _owners(fragments, places), **_offsets(fragments)},
        "speakers": {"of": _owners(speakers, places), **spans},
    }
    return tables, kinds, names


def _events(groups: _Groups, article: Ints, _: object) -> _Turned:
    items = list(itertools.chain.from_iterable(groups))
    places = np.arange(len(items), dtype=np.int32)
    realis, polarity = [e.realis for e in items], [e.polarity for e in items]
    linked = [e.arguments for e in items]
    kinds = [_kinds(values) for values in (realis, polarity, linked)]
    arguments = _groups(linked, kinds[2])
    table = {"article": article, **_offsets(groups)}
    with known(_TYPES):
        table["type"] = _small([_TYPES[e.type] for e in items])
    with known(_REALIS):
        table["realis"] = _small([_REALIS[value] for value in realis])
    with known(_POLARITY):
        table["polarity"] = _small([_POLARITY[value] for value in polarity])
    with known(_ROLES):
        role = _small([_ROLES[a.role] for group in arguments for a in group])
    of = _owners(arguments, places)
    tables: dict[str, Table] = {
        "events": table,
        "arguments": {"of": of, **_offsets(arguments), "role": role},
    }
    return tables, kinds, []


_LAYERS: dict[Any, Callable[[_Groups, Ints, Any], _Turned]] = {
    "entities": _entities,
    "quotes": _quotes,
    "events": _events,
}


def _kinds(values: Iterable[Any]) -> _Kinds:
    return set(map(type, values))


def _groups(values: list[Any], kinds: _Kinds) -> _Groups:
    """Return lists of annotations; what was not handed in is an empty one."""
    for kind in kinds:
        if not issubclass(kind, tuple | list | _Absent):
            raise ValueError(f"a {kind.__name__}; expected a tuple of annotations")
    return values if kinds <= {tuple} else [value or () for value in values]


def _owners(groups: _Groups, numbers: Ints) -> Ints:
    """Return for each item of the groups the number of its group."""
    return np.repeat(numbers, np.fromiter(map(len, groups), np.int32, len(groups)))


def _handed_in(name: str, kinds: _Kinds) -> bool:
    absent = UnsetType in kinds
    if absent and len(kinds) > 1:
        raise Mixed(name)
    return not absent


def _offsets(groups: _Groups) -> Table:
    return {
        "start": _ints([span.start for group in groups for span in group]),
        "end": _ints([span.end for group in groups for span in group]),
    }


def _part(name: str, spans: list[Any], kinds: _Kinds) -> Table:
    """Return the offsets of a part that a quote need not have."""
    for kind in kinds:
        if not issubclass(kind, Span | _Absent):
            raise ValueError(f"quotes.{name}: a {kind.__name__}; expected a span")
    found = {
        f"{name}_start": _ints([span.start if span else NO_SPAN for span in spans]),
        f"{name}_end": _ints([span.end if span else NO_SPAN for span in spans]),
    }
    there = sum(map(bool, spans))
    if any((edge == NO_SPAN).sum() > len(spans) - there for edge in found.values()):
        raise ValueError(f"quotes.{name}: {NO_SPAN}; expected None where there is none")
    return found


def _small(codes: list[int]) -> Ints:
    """Return numbers of labels, each of one byte."""
    return np.frombuffer(bytes(codes), np.int8)


def _ints(values: list[Any]) -> Ints:
    """Return whole numbers as an array; `struct` takes half the time that numpy needs for it."""
    try:
        return np.frombuffer(struct.pack(f"{len(values)}i", *values), np.int32)
    except struct.error as error:
        raise ValueError(f"an offset is no whole number under 2^31: {error}") from None
