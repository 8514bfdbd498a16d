"""Names of classes in Arrow and Parquet schemas, as `datasets` writes them."""

import json
from typing import Any


def schema_classes(schema: Any) -> dict[str, list[str]]:
    """Return field → class names of a `pyarrow.Schema`, of its ClassLabel features.

    Raises:
        ValueError: its metadata are not what `datasets` writes.
    """
    written = (schema.metadata or {}).get(b"huggingface", b"{}")
    try:
        return class_names(json.loads(written).get("info", {}).get("features", {}))
    except (ValueError, AttributeError, KeyError) as error:
        raise ValueError(f"the schema's metadata hold no features ({error})") from None


def class_names(feature: Any, name: str = "") -> dict[str, list[str]]:
    """Return field → class names of every ClassLabel in features given as plain data."""
    if not isinstance(feature, dict):
        return {}
    if feature.get("_type") == "ClassLabel":
        return {name: feature["names"]}
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
