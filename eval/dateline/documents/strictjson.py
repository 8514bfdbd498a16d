"""JSON as RFC 8259 means it: no repeated keys, no NaN, no lone surrogates."""

import json
from typing import Any


def loads(data: bytes | str) -> Any:
    """Return the value that *data* (UTF-8 if bytes) holds.

    Raises:
        ValueError: it is not UTF-8 or not JSON, an object repeats a key, a number is not finite, a
            string holds half a surrogate pair, or it is nested too deeply. The message says which,
            and the line and column where that is known.
    """
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"byte {error.start} is not UTF-8") from None
    try:
        value = json.loads(data, object_pairs_hook=_object, parse_constant=_constant)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        line = f"line {error.lineno} " if error.lineno > 1 else ""
        raise ValueError(f"not JSON at {line}column {error.colno}: {error.msg}") from None
    except UnicodeEncodeError:
        raise ValueError("a string holds half a surrogate pair, which is no character") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {repeated!r} is repeated in one object")
    return value


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
