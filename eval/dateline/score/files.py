"""Predictions files to columns, in bounded memory.

A file is read quickly as long as it is sound beyond doubt. Where it is not, the exact reader of
`predictions` reads it from its beginning, to say what is wrong, and where.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from dateline.arrow import strings
from dateline.documents import LAYERS, InvalidPrediction, Inventory, Span
from dateline.documents.model import Mention
from dateline.predictions import (
    DECODER,
    FIELDS,
    PredictedArgument,
    PredictedEvent,
    PredictedQuote,
    has_keys,
    is_parquet,
    lines_of,
    parquet_batches,
)

from .arrays import NO_SPAN, Columns, Ints, joined
from .columns import columns_of_table
from .objects import columns_of

LINES_AT_ONCE, ROWS_AT_ONCE = 100, 10_000
_SHAPES: dict[str, type[msgspec.Struct]] = {
    "entities": Mention,
    "quotes": PredictedQuote,
    **dict.fromkeys(("quotes.fragments", "quotes.cue", "quotes.source", "quotes.speakers"), Span),
    "events": PredictedEvent,
    "events.arguments": PredictedArgument,
}
_FIELDS = {"id", *LAYERS} | {
    f"{place}.{name}" for place, shape in _SHAPES.items() for name in shape.__struct_fields__
}
"""What a Parquet file may have; a ``text`` beside offsets is for the exact reader to compare."""
_MINUS_ZERO = re.compile(rb"[:\s]-0")


class Doubtful(ValueError):
    """A file is for the exact reader to read."""


def columns_of_file(
    path: Path, numbers: Mapping[str, int], longest: int, inventory: Inventory
) -> Columns:
    """Return the predictions of a file as columns.

    Args:
        path: JSON lines or Parquet, see `read_predictions`.
        numbers: Of the articles, by id.
        longest: Characters of the longest of them.
        inventory: Of the entities' labels.

    Raises:
        Doubtful: `read_predictions` would refuse it, or has to look at it.
    """
    seen = np.zeros(len(numbers), dtype=bool)
    if is_parquet(path):
        read = _parquet(path, numbers, inventory)
    else:
        read = _json(path, numbers, longest, inventory)
    try:
        found = joined(_each_once(read, seen))
    except (ValueError, KeyError, RecursionError, InvalidPrediction) as error:
        raise Doubtful(str(error)) from None
    if not seen.all():
        raise Doubtful("an article is missing")
    return found


_Read = Iterator[tuple[Ints, Columns]]
"""The numbers of some articles, and their predictions."""


def _each_once(read: _Read, seen: NDArray[np.bool_]) -> Iterator[Columns]:
    for here, columns in read:
        if seen[here].any() or len(np.unique(here)) < len(here):
            raise Doubtful("an article is there twice")
        seen[here] = True
        yield columns


def _parquet(path: Path, numbers: Mapping[str, int], inventory: Inventory) -> _Read:
    import pyarrow as pa

    for batch in parquet_batches(path, ROWS_AT_ONCE):
        strange = set(_names(pa.struct(batch.schema), "")) - _FIELDS
        if strange:
            raise Doubtful(f"a column or field {min(strange)}")
        table = pa.Table.from_batches([batch])
        here = np.array([numbers[id] for id in strings(table, "id")], dtype=np.int32)
        yield here, columns_of_table(table, here, inventory)


def _names(kind: Any, place: str) -> Iterator[str]:
    """Yield the names of all columns and fields, such as ``quotes.cue.start``."""
    import pyarrow as pa

    if pa.types.is_struct(kind):
        for field in kind:
            name = f"{place}.{field.name}" if place else field.name
            yield name
            yield from _names(field.type, name)
    elif hasattr(kind, "value_type"):
        yield from _names(kind.value_type, place)


def _json(path: Path, numbers: Mapping[str, int], longest: int, inventory: Inventory) -> _Read:
    lines = (line for _, line in lines_of(path, longest))
    while some := list(itertools.islice(lines, LINES_AT_ONCE)):
        said = [DECODER.decode(line) for line in some]
        here = [numbers[one.id] for one in said]
        columns = columns_of(said, here, inventory, LAYERS)
        for line in some:
            if b"\\" in line or (b"-" in line and b"-0" in line and _MINUS_ZERO.search(line)):
                raise Doubtful("an escape, or a zero with a sign")
        if not has_keys(some, _keys(len(said), columns)):
            raise Doubtful("a key is repeated, or parted from its colon")
        yield np.array(here, dtype=np.int32), columns


def _keys(articles: int, columns: Columns) -> int:
    """Return how many keys predictions are written with, where spans are offsets."""
    tables = columns.tables
    rows = {name: len(next(iter(table.values()))) for name, table in tables.items()}
    keys = articles * (1 + sum(bool(columns.there[layer]) for layer in LAYERS))
    keys += 3 * (rows["entities"] + rows["events"] + rows["arguments"])
    keys += 2 * (rows["quotes"] + rows["fragments"])
    for part in ("cue_start", "source_start"):
        keys += 2 * int((tables["quotes"][part] != NO_SPAN).sum())
    for layer, fields in FIELDS.items():
        keys += rows[layer] * sum(bool(columns.there[f"{layer}.{field}"]) for field in fields)
    return keys
