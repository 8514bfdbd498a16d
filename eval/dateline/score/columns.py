"""Arrow tables to columns: of gold, of predictions, and of Parquet files.

A table has a row an article, as the ``documents`` config of the corpus has it and as a line of a
predictions file has it: ``id`` (and ``text``), and for each layer a list of structs. Labels are
strings, dictionaries, or class ids whose names stand in the schema as `datasets` writes them. A
column or field that is there was handed in; null and the empty list say that there is none.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from dateline.arrow import (
    as_numpy,
    as_strings,
    checked,
    column_of,
    compute,
    of_strings,
    schema_classes,
)
from dateline.documents import LAYERS, POLARITIES, REALIS, Inventory
from dateline.predictions import FIELDS

from .arrays import (
    KINDS,
    NO_ROWS,
    NO_SPAN,
    NO_VALUE,
    ROLES_IN_ORDER,
    TYPES,
    Columns,
    Ints,
    Table,
)
from .objects import LABELS, codes, unknown

if TYPE_CHECKING:
    import pyarrow as pa

_CODES = {
    "kind": codes(KINDS),
    "type": codes(TYPES),
    "realis": codes(REALIS),
    "polarity": codes(POLARITIES),
    "role": codes(ROLES_IN_ORDER),
}
_NONE: Ints = np.zeros(0, dtype=np.int32)


def as_table(value: Any) -> "pa.Table | None":
    """Return what is an Arrow table or a `datasets.Dataset` as a table; None if it is neither.

    Raises:
        ValueError: it is several splits, or a dataset that is streamed.
    """
    if isinstance(getattr(value, "column_names", None), dict):
        raise ValueError(f"the splits {', '.join(value)}; expected one of them")
    if hasattr(value, "with_format") and hasattr(value, "features"):
        if not hasattr(value, "__len__"):
            raise ValueError("a dataset that is streamed; expected one that has all its rows")
        table = value.with_format("arrow")[:]
        return table.replace_schema_metadata(value.features.arrow_schema.metadata)
    return value if hasattr(value, "column_names") else None


def columns_of_table(
    table: "pa.Table",
    numbers: Ints,
    inventory: Inventory,
    layers: Collection[str] = LAYERS,
) -> Columns:
    """Return the annotations of a table as columns.

    A layer without any annotation hands in all its fields, whatever type Arrow gave to nothing.

    Args:
        table: A row an article.
        numbers: Of its articles.
        inventory: Of the entities' labels.
        layers: Those that are wanted; the others are taken for not handed in.

    Raises:
        ValueError: a column has another shape, an unknown label, a null where none may be. The
            message names it.
    """
    classes = schema_classes(table.schema)
    tables = dict(NO_ROWS)
    there: dict[str, bool | None] = {}
    names: list[str] = []
    for layer in LAYERS:
        there[layer] = layer in layers and layer in table.column_names
        there |= {f"{layer}.{field}": None for field in FIELDS[layer]}
        if not there[layer]:
            continue
        items, article = _items(column_of(table, layer), numbers, layer)
        if not len(items):
            continue
        rows = _Rows(items, layer, classes)
        there |= {f"{layer}.{field}": rows.has(field) for field in FIELDS[layer]}
        if layer == "entities":
            label = rows.codes("label", LABELS[inventory])
            tables[layer] = {"article": article, **rows.offsets(), "label": label}
        elif layer == "events":
            tables |= _events(rows, article)
        else:
            found, names = _quotes(rows, article)
            tables |= found
    return Columns(tables, names, there)


def _quotes(rows: "_Rows", article: Ints) -> tuple[dict[str, Table], list[str]]:
    import pyarrow as pa

    fragments, of = rows.list("fragments")
    says, names = _NONE, []
    spans: Table = {"start": _NONE, "end": _NONE}
    if rows.has("speakers"):
        speakers, says = rows.list("speakers")
        if pa.types.is_struct(speakers.items.type):
            spans = speakers.offsets()
        elif len(says):
            names = as_strings(checked(speakers.items, "quotes.speakers"))
    return {
        "quotes": {
            "article": article,
            "kind": rows.codes("kind", _CODES["kind"]),
            **rows.part("cue"),
            **rows.part("source"),
        },
        "fragments": {"of": of, **fragments.offsets()},
        "speakers": {"of": says, **spans},
    }, names


def _events(rows: "_Rows", article: Ints) -> dict[str, Table]:
    absent: Ints = np.full(len(article), NO_VALUE, dtype=np.int8)
    values = {
        name: rows.codes(name, _CODES[name]) if rows.has(name) else absent
        for name in ("realis", "polarity")
    }
    kind = rows.codes("type", _CODES["type"])
    found: dict[str, Table] = {
        "events": {"article": article, **rows.offsets(), "type": kind, **values}
    }
    if rows.has("arguments"):
        arguments, of = rows.list("arguments")
        role = arguments.codes("role", _CODES["role"])
        found["arguments"] = {"of": of, **arguments.offsets(), "role": role}
    return found


class _Rows:
    """An array of structs."""

    def __init__(self, items: Any, place: str, classes: Mapping[str, list[str]]) -> None:
        self.items = items
        self.place = place
        self.classes = classes

    def has(self, name: str) -> bool:
        import pyarrow as pa

        kind = self.items.type
        found = kind.get_all_field_indices(name) if pa.types.is_struct(kind) else []
        if len(found) > 1:
            raise ValueError(f"{self.place}: field {name!r} is there twice; expected once")
        return bool(found)

    def field(self, name: str) -> Any:
        if not self.has(name):
            raise ValueError(f"{self.place}: no field {name!r} in {self.items.type}")
        return self.items.field(name)

    def list(self, name: str) -> "tuple[_Rows, Ints]":
        """Return the items of a list field, and of each the row that it belongs to."""
        place = f"{self.place}.{name}"
        owners = np.arange(len(self.items), dtype=np.int32)
        items, of = _items(self.field(name), owners, place)
        return _Rows(items, place, self.classes), of

    def offsets(self) -> Table:
        if not len(self.items):
            return dict.fromkeys(_SPAN, _NONE)
        return {name: self._ints(self.field(name), f"{self.place}.{name}") for name in _SPAN}

    def part(self, name: str) -> Table:
        """Return the offsets of a part that a row need not have."""
        import pyarrow as pa

        if not self.has(name) or pa.types.is_null(self.field(name).type):
            absent: Ints = np.full(len(self.items), NO_SPAN, dtype=np.int32)
            return {f"{name}_{end}": absent for end in _SPAN}
        part = _Rows(self.field(name), f"{self.place}.{name}", self.classes)
        found = {}
        for end in _SPAN:
            values, absences = part.field(end), 0
            if not pa.types.is_integer(values.type) and values.null_count < len(values):
                raise ValueError(f"{part.place}.{end}: {values.type}; expected whole numbers")
            if part.items.null_count or values.null_count:
                pc = compute()
                gone = pc.or_(part.items.is_null(), values.is_null())
                values, absences = pc.if_else(gone, NO_SPAN, values), gone.true_count
            found[f"{name}_{end}"] = self._ints(values, f"{part.place}.{end}")
            if (found[f"{name}_{end}"] == NO_SPAN).sum() > absences:
                raise ValueError(
                    f"{part.place}.{end}: {NO_SPAN}; expected null where there is none"
                )
        return found

    def codes(self, name: str, numbers: Mapping[str, int]) -> Ints:
        """Return the numbers of labels."""
        import pyarrow as pa

        if not len(self.items):
            return _NONE
        values, place = self.field(name), f"{self.place}.{name}"
        if values.null_count:
            raise ValueError(f"{place}: a null; expected a label")
        if pa.types.is_integer(values.type) and place in self.classes:
            names: list[Any] = self.classes[place]
            ids: Ints = as_numpy(self._whole_numbers(values, place))
            used = compute().min_max(values).as_py()
            if not 0 <= used["min"] <= used["max"] < len(names):
                raise ValueError(f"{place}: a class id is none of 0 to {len(names) - 1}")
        elif not of_strings(values.type):
            raise ValueError(
                f"{place}: {values.type}; expected strings, or class ids whose names the schema has"
            )
        else:
            if not pa.types.is_dictionary(values.type):
                values = values.dictionary_encode()
            ids, names = self._ints(values.indices, place), values.dictionary.to_pylist()
        table = np.array([numbers.get(name, NO_VALUE) for name in names], dtype=np.int8)
        found: Ints = table[ids.astype(np.intp, copy=False)]
        for row in np.flatnonzero(found == NO_VALUE)[:1].tolist():
            raise ValueError(f"{place}: {unknown(names[ids[row]], numbers)}")
        return found

    @staticmethod
    def _whole_numbers(values: Any, place: str) -> Any:
        import pyarrow as pa

        if not pa.types.is_integer(values.type) or values.null_count:
            what = "a null" if values.null_count else str(values.type)
            raise ValueError(f"{place}: {what}; expected whole numbers")
        return values

    def _ints(self, values: Any, place: str) -> Ints:
        import pyarrow as pa

        try:
            found: Ints = as_numpy(self._whole_numbers(values, place).cast(pa.int32()))
        except pa.ArrowInvalid:
            raise ValueError(f"{place}: not under 2^31; expected offsets") from None
        return found


_SPAN = ("start", "end")


def _items(lists: Any, owners: Ints, place: str) -> tuple[Any, Ints]:
    """Return the items of all lists, and the owner of each."""
    import pyarrow as pa

    pc = compute()
    kinds = ("list", "large_list", "list_view", "large_list_view")
    if not any(getattr(pa.types, f"is_{kind}")(lists.type) for kind in kinds):
        if pa.types.is_null(lists.type):
            return pa.array([], pa.struct([])), owners[:0]
        raise ValueError(f"{place}: {lists.type}; expected lists")
    sizes = pc.list_value_length(lists)
    if sizes.null_count:
        sizes = pc.fill_null(sizes, 0)
    items = lists.flatten()
    if items.null_count:
        raise ValueError(f"{place}: a null in a list; expected none")
    return items, np.repeat(owners, as_numpy(sizes))
