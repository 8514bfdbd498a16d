"""Arrow tables: names of classes in their schemas, as `datasets` writes them, and their columns."""

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def schema_classes(schema: Any) -> dict[str, list[str]]:
    """Return place → class names of the ClassLabel features of a `pyarrow.Schema`.

    A place is a column, and the fields in it: ``entities.label``.

    Raises:
        ValueError: its metadata are not what `datasets` writes.
    """
    return _classes_in((schema.metadata or {}).get(b"huggingface", b"{}"))


@lru_cache
def _classes_in(written: bytes) -> dict[str, list[str]]:
    try:
        return class_names(json.loads(written).get("info", {}).get("features", {}))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"the schema's metadata hold no features ({error})") from None


def class_names(feature: Any, place: str = "") -> dict[str, list[str]]:
    """Return place → class names of every ClassLabel in features given as plain data."""
    if not isinstance(feature, dict):
        return {}
    if feature.get("_type") == "ClassLabel":
        return {place: list(map(str, feature["names"]))}
    found: dict[str, list[str]] = {}
    for key, value in feature.items():
        found |= class_names(value, place if key == "feature" else inside(place, key))
    return found


def inside(place: str, name: str) -> str:
    """Return the place of a field: ``entities`` and ``label`` are ``entities.label``."""
    return f"{place}.{name}" if place else name


def with_names(value: Any, classes: dict[str, list[str]], place: str = "") -> Any:
    """Return plain data with class ids replaced by the names of their classes.

    Raises:
        ValueError: there is no such class. The message names the place.
    """
    if isinstance(value, dict):
        return {key: with_names(item, classes, inside(place, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [with_names(item, classes, place) for item in value]
    if place in classes and isinstance(value, int):
        if not 0 <= value < len(classes[place]):
            raise ValueError(f"{place}: class id {value}; expected 0 to {len(classes[place]) - 1}")
        return classes[place][value]
    return value


def strings(table: "pa.Table", name: str) -> list[str]:
    """Return a column of strings.

    Raises:
        ValueError: there is none of that name, or it is of something else, or has a null.
    """
    return as_strings(checked(column_of(table, name), name))


def shared_strings(table: "pa.Table", name: str) -> list[str]:
    """Return a column of strings, see `strings`; none where no two share one, or it is absent."""
    if name not in table.column_names:
        return []
    different = table.column(name).unique()
    if len(different) == len(table) or different[:2].to_pylist() == [""]:
        return []
    return strings(table, name)


def column_of(table: "pa.Table", name: str) -> Any:
    """Return a column of a table in one piece.

    Raises:
        ValueError: there is none of that name, or there are two.
    """
    there = table.column_names.count(name)
    if there != 1:
        others = ", ".join(other for other in table.column_names if other != name)
        how = "more than one column" if there else "no column"
        raise ValueError(f"{how} {name!r}; expected one beside {others}")
    return _whole(table.column(name))


def checked(column: Any, name: str) -> Any:
    """Return a column if it has strings alone, a dictionary of them decoded.

    Raises:
        ValueError: it is of something else, or has a null.
    """
    if not of_strings(column.type) or column.null_count:
        what = "a null" if of_strings(column.type) else column.type
        raise ValueError(f"{name}: {what}; expected a string a row")
    return column.dictionary_decode() if hasattr(column, "dictionary") else column


def of_strings(kind: Any) -> bool:
    """Say whether a type is one of strings, or a dictionary of them."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return any(
        getattr(pa.types, f"is_{x}")(kind) for x in ("string", "large_string", "string_view")
    )


def as_strings(column: Any) -> list[str]:
    """Return a column of strings as a list."""
    # Half the time of to_pylist, which makes an object of each value first.
    values: list[str] = as_numpy(column).tolist()
    return values


def as_numpy(values: Any) -> Any:
    """Return an Arrow array as one of numpy's."""
    return _whole(values).to_numpy(zero_copy_only=False)


def _whole(values: Any) -> Any:
    """Return an array that is in pieces in one; Arrow copies even where there is one alone."""
    if not hasattr(values, "chunks"):
        return values
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


def compute() -> Any:
    """Return Arrow's module of functions, which it makes as it is imported."""
    import pyarrow.compute

    return pyarrow.compute
