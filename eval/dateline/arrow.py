"""Arrow tables: names of classes in their schemas, as `datasets` writes them, and their columns."""

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def schema_classes(schema: Any) -> dict[str, list[str]]:
    """Return field → class names of a `pyarrow.Schema`, of its ClassLabel features.

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


def class_names(feature: Any, name: str = "") -> dict[str, list[str]]:
    """Return field → class names of every ClassLabel in features given as plain data."""
    if not isinstance(feature, dict):
        return {}
    if feature.get("_type") == "ClassLabel":
        return {name: list(feature["names"])}
    found: dict[str, list[str]] = {}
    for key, value in feature.items():
        found |= class_names(value, name if key == "feature" else key)
    return found


def with_names(value: Any, classes: dict[str, list[str]], name: str = "") -> Any:
    """Return plain data with class ids replaced by the names of their classes.

    Raises:
        ValueError: there is no such class. The message names the field.
    """
    if isinstance(value, dict):
        return {key: with_names(item, classes, key) for key, item in value.items()}
    if isinstance(value, list):
        return [with_names(item, classes, name) for item in value]
    if name in classes and isinstance(value, int):
        if not 0 <= value < len(classes[name]):
            raise ValueError(f"{name}: class id {value}; expected 0 to {len(classes[name]) - 1}")
        return classes[name][value]
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
    """Return a column if it has strings alone.

    Raises:
        ValueError: it is of something else, or has a null.
    """
    import pyarrow as pa

    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if column.null_count or not any(kind(column.type) for kind in kinds):
        what = "a null" if column.null_count else column.type
        raise ValueError(f"{name}: {what}; expected a string a row")
    return column


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
