"""JSON as RFC 8259 means it: no repeated keys, no NaN, no lone surrogates.

Python's own reader takes the text in one go. What is refused is gone through once more, token by
token, to say in which field it stands.
"""

import json
import re
import reprlib
from typing import Any

_DIGITS = 19
"""As many as a whole number of 64 bits has."""
_DEPTH = 50
"""What is nested deeper has no place that a reader could make sense of."""
_STEPS = 6
"""So many of a place are shown."""
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},:"]|[^\s\[\]{},:"]+', re.DOTALL)
_HARMLESS = re.compile(r'"[^"\\]*"|-?[1-9][0-9]{0,17}|0|true|false|null')


def loads(data: bytes | str) -> Any:
    """Return the value that *data* (UTF-8 if bytes) holds.

    Raises:
        ValueError: it is not UTF-8 or not JSON, an object repeats a key, a number is not finite, is
            ``-0`` or whole with more than 19 digits, a string holds half a surrogate pair, or it is
            nested too deeply. The message says which, in which field (``entities[0].start: …``),
            and the line and column where that is known.
    """
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError as error:
        sound = error.object[: error.start].decode("utf-8")
        said = f"byte {error.start} is not UTF-8"
        raise ValueError(_placed(said, sound, len(sound))) from None
    if text.startswith("\ufeff"):
        raise ValueError("begins with a byte order mark; expected UTF-8 without one")
    try:
        return _value(text)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno} " if error.lineno > 1 else ""
        said = f"not JSON at {line}column {error.colno}: {error.msg}"
        raise ValueError(_placed(said, text, error.pos)) from None
    except ValueError as error:
        raise ValueError(_placed(str(error), text, len(text))) from None


def _value(text: str) -> Any:
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
        text.encode("utf-8")
        if "\\u" in text:  # where half a pair can hide
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("a string holds half a surrogate pair, which is no character") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key is repeated in one object")
    return value


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _integer(digits: str) -> int:
    if digits == "-0":
        raise ValueError("-0 is no whole number; expected 0")
    length = len(digits.removeprefix("-"))
    if length > _DIGITS:
        raise ValueError(f"a number of {length} digits; expected at most {_DIGITS}")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{reprlib.repr(digits)} is not a finite number")
    return value


def _placed(said: str, text: str, end: int) -> str:
    """Return *said* behind the place of *end*, or an earlier fault of *text* behind its own.

    Up to *end*, or to the earlier fault, *text* is sound but for what `_value` refuses.
    """
    path: list[str | int | None] = []
    """For every open array the index, for every open object the key, None before there is one."""
    keys: list[set[str]] = []
    for token in _TOKEN.finditer(text, 0, end):
        found = token[0]
        try:
            if found in ("{", "["):
                path.append(None if found == "{" else 0)
                keys.append(set())
                if len(path) > _DEPTH:
                    raise ValueError("nested too deeply")
            elif found in ("}", "]"):
                path.pop()
                keys.pop()
            elif found == ",":
                path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
            elif found == '"':  # of a string that *end* is in
                break
            elif path and path[-1] is None:
                path[-1] = key = _value(found)
                if key in keys[-1]:
                    raise ValueError(f"the key {reprlib.repr(key)} is repeated in one object")
                keys[-1].add(key)
            elif found != ":" and not _HARMLESS.fullmatch(found):
                _value(found)
        except ValueError as error:
            said = str(error)
            break
    place = _name(path)
    return f"{place}: {said}" if place else said


def _name(path: list[str | int | None]) -> str:
    """Return ``entities[0].start`` for the path to it; a long one is cut."""
    name = ""
    for step in path[:_STEPS]:
        if isinstance(step, str) and step.isidentifier():
            name += "." * bool(name) + step
        elif step is not None:
            name += f"[{reprlib.repr(step)}]"
    return name + "…" * (len(path) > _STEPS)
