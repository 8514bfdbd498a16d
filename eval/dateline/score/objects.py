"""Documents and predictions, as objects, to columns."""

import itertools
import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from msgspec import UNSET

from dateline.documents import INVENTORIES, POLARITIES, REALIS, Document, Inventory
from dateline.predictions import FIELDS, Prediction

from .arrays import (
    KINDS,
    NO_SPAN,
    NO_VALUE,
    ROLES_IN_ORDER,
    TABLES,
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


class _Codes(dict[Any, int]):
    def __missing__(self, label: Any) -> int:
        known = ", ".join(label for label in self if label is not UNSET)
        raise ValueError(f"{label!r} is no label; expected one of {known}")


def codes(labels: Sequence[str], *, optional: bool = False) -> Mapping[Any, int]:
    """Return label → number; with *optional* what was not handed in is `NO_VALUE`.

    Raises:
        ValueError: where it is asked for a label that it has not.
    """
    made = _Codes((label, code) for code, label in enumerate(labels))
    if optional:
        made[UNSET] = NO_VALUE
    return made


LABELS = {name: codes(in_order(labels)) for name, labels in INVENTORIES.items()}
_KINDS, _TYPES, _ROLES = codes(KINDS), codes(TYPES), codes(ROLES_IN_ORDER)
_REALIS, _POLARITY = codes(REALIS, optional=True), codes(POLARITIES, optional=True)


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
    none = _ints([])
    tables: dict[str, Table] = {name: dict.fromkeys(x, none) for name, x in TABLES.items()}
    there: dict[str, bool | None] = {}
    names: list[str] = []
    for layer, turn in _LAYERS.items():
        said = list(map(attrgetter(layer), annotated)) if layer in layers else [UNSET]
        there[layer] = _handed_in(layer, said) if annotated or layer not in layers else None
        items, article = _flat(said, articles) if there[layer] else ([], none)
        found = turn(items, article, LABELS[inventory])
        tables |= found[0]
        there |= {
            f"{layer}.{field}": _handed_in(f"{layer}.{field}", values) if items else None
            for field, values in zip(FIELDS[layer], found[1], strict=True)
        }
        names = found[2] or names
    return Columns(tables, names, there)


_Turned = tuple[dict[str, Table], list[list[Any]], list[str]]
"""Tables, the values of the fields in `FIELDS`, and names of speakers."""


def _entities(items: list[Any], article: Ints, labels: Mapping[str, int]) -> _Turned:
    label = _coded(labels, [e.label for e in items])
    return {"entities": {"article": article, **_offsets(items), "label": label}}, [], []


def _quotes(items: list[Any], article: Ints, _: object) -> _Turned:
    places = np.arange(len(items), dtype=np.int32)
    kind = _coded(_KINDS, [q.kind for q in items])
    cues, sources = [q.cue for q in items], [q.source for q in items]
    said = [q.speakers for q in items]
    fragments, of = _flat([q.fragments for q in items], places)
    speakers, says = _flat(said, places)
    names: list[str] = []
    spans: Table = {"start": _ints([]), "end": _ints([])}
    if speakers and isinstance(speakers[0], str):
        if not all(isinstance(name, str) for name in speakers):
            raise ValueError("quotes: a speaker is no name; expected names alone")
        names = speakers
    elif speakers:
        spans = _offsets(speakers)
    table = {"article": article, "kind": kind, **_part("cue", cues), **_part("source", sources)}
    tables: dict[str, Table] = {
        "quotes": table,
        "fragments": {"of": of, **_offsets(fragments)},
        "speakers": {"of": says, **spans},
    }
    return tables, [cues, sources, said], names


def _events(items: list[Any], article: Ints, _: object) -> _Turned:
    places = np.arange(len(items), dtype=np.int32)
    realis, polarity = [e.realis for e in items], [e.polarity for e in items]
    linked = [e.arguments for e in items]
    arguments, of = _flat(linked, places)
    table = {
        "article": article,
        **_offsets(items),
        "type": _coded(_TYPES, [e.type for e in items]),
        "realis": _coded(_REALIS, realis),
        "polarity": _coded(_POLARITY, polarity),
    }
    role = _coded(_ROLES, [a.role for a in arguments])
    tables: dict[str, Table] = {
        "events": table,
        "arguments": {"of": of, **_offsets(arguments), "role": role},
    }
    return tables, [realis, polarity, linked], []


_LAYERS: dict[Any, Callable[[list[Any], Ints, Any], _Turned]] = {
    "entities": _entities,
    "quotes": _quotes,
    "events": _events,
}


def _flat(groups: Sequence[Any], numbers: Ints) -> tuple[list[Any], Ints]:
    """Return the items of all groups, and of each the number of its group."""
    if UNSET in groups or None in groups:
        groups = [group or () for group in groups]
    sizes = np.fromiter(map(len, groups), np.int32, len(groups))
    return list(itertools.chain.from_iterable(groups)), np.repeat(numbers, sizes)


def _handed_in(name: str, values: list[Any]) -> bool:
    absent = values.count(UNSET)
    if 0 < absent < len(values):
        raise Mixed(name)
    return not absent


def _offsets(spans: list[Any]) -> Table:
    return {"start": _ints([span.start for span in spans]), "end": _ints([s.end for s in spans])}


def _part(name: str, spans: list[Any]) -> Table:
    """Return the offsets of a part that a quote need not have."""
    return {
        f"{name}_start": _ints([span.start if span else NO_SPAN for span in spans]),
        f"{name}_end": _ints([span.end if span else NO_SPAN for span in spans]),
    }


def _coded(known: Mapping[Any, int], labels: list[Any]) -> Ints:
    numbers = map(known.__getitem__, labels)
    return np.frombuffer(struct.pack(f"{len(labels)}b", *numbers), np.int8)


def _ints(values: list[Any]) -> Ints:
    """Return whole numbers as an array; `struct` takes half the time that numpy needs for it."""
    try:
        return np.frombuffer(struct.pack(f"{len(values)}i", *values), np.int32)
    except struct.error as error:
        raise ValueError(f"an offset is no whole number under 2^31: {error}") from None
