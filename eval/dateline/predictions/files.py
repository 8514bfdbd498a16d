"""Files of predictions: read, refused, written."""

import itertools
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from dateline.arrow import schema_classes, with_names
from dateline.documents import Article, InvalidPrediction, Inventory, printable
from dateline.documents.strictjson import loads
from dateline.files import replacing

from .checking import Seen, as_prediction, check, compare, naming
from .model import Prediction

BYTES_A_CHARACTER = 100
"""How long a line may be for each character of the longest article; a mebibyte it always may."""


def read_predictions(
    path: str | Path, articles: Sequence[Article], inventory: Inventory = "ontonotes-18"
) -> list[Prediction]:
    """Read a predictions file for *articles*, in their order.

    Args:
        path: A file of JSON lines, UTF-8; or a Parquet file, if it is named so, with a row for each
            line and a column for each key.
        articles: The articles of the split, each of which must have exactly one line.
        inventory: What entity labels it has.

    Raises:
        InvalidPrediction: the file cannot be read; a line is refused (see `as_prediction`), repeats
            a key or an article, has a layer or field that others have not (see `handed_in`) or is
            longer than the articles give reason for; an article is missing. The message names file,
            line and field.
    """
    path = Path(path)
    known = {article.id: article for article in articles}
    found: dict[str, Prediction] = {}
    places: dict[str, str] = {}
    seen: Seen = {}
    longest = max((len(article.text) for article in articles), default=0)
    try:
        for place, value in _rows(path) if is_parquet(path) else _lines(path, longest):
            with naming(place):
                prediction = _read(value, known, inventory)
                if prediction.id in found:
                    raise InvalidPrediction(
                        f"id: {prediction.id!r} is in {places[prediction.id]} already; "
                        "expected once"
                    )
                compare(prediction, place, seen)
            found[prediction.id] = prediction
            places[prediction.id] = place
        missing = [id for id in known if id not in found]
        if missing:
            raise InvalidPrediction(
                f"{len(missing)} of {len(known)} articles are missing, the first is "
                f"{missing[0]!r}; expected one line for each article of the split"
            )
    except InvalidPrediction as error:
        raise InvalidPrediction(f"{printable(str(path))}: {error}") from None
    return [found[article.id] for article in articles]


def _lines(path: Path, longest: int) -> Iterator[tuple[str, Any]]:
    for number, line in lines_of(path, longest):
        yield f"line {number}", line


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    number = 0
    for batch in parquet_batches(path):
        with naming("schema"):
            classes = schema_classes(batch.schema)
        for row in batch.to_pylist():
            number += 1
            with naming(f"row {number}"):
                named = _without_nulls(with_names(row, classes))
            yield f"row {number}", named


def _without_nulls(value: Any) -> Any:
    """Return plain data with null for every object of nulls alone, as libraries write none."""
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if isinstance(value, dict):
        if not any(item is not None for item in value.values()):
            return None
        return {key: _without_nulls(item) for key, item in value.items()}
    return value


def _read(value: Any, articles: Mapping[str, Article], inventory: Inventory) -> Prediction:
    if isinstance(value, bytes):
        found = _quickly(value, articles, inventory)
        if found is not None:
            return found
        value = loads(value)
    return as_prediction(value, articles, inventory)


def is_parquet(path: Path) -> bool:
    """Say whether a file is read as Parquet: its name says so."""
    return path.suffix.lower() == ".parquet"


def parquet_batches(path: Path, rows: int = 1_000) -> Iterator[Any]:
    """Yield the rows of a Parquet file as `pyarrow.RecordBatch`, so many at a time.

    Raises:
        InvalidPrediction: it cannot be read.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            yield from file.iter_batches(rows)
    except (OSError, pa.ArrowException) as error:
        number = getattr(error, "errno", None)
        said = os.strerror(number) if number else str(error).partition("\n")[0]
        raise InvalidPrediction(f"cannot be read ({said}); expected a file of Parquet") from None


def write_predictions(path: str | Path, predictions: Iterable[Prediction]) -> None:
    """Write a predictions file; it is there whole, or as it was before."""
    with replacing(path) as file:
        for prediction in predictions:
            file.write(msgspec.json.encode(prediction) + b"\n")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of a predictions file, with spans as offsets."""
    return msgspec.json.schema(Prediction)


DECODER = msgspec.json.Decoder(Prediction)
_PARTED = re.compile(rb'"\s+:')
_ODD = (b"\\", b":-", b" -", b"\t-", b"\r-")
"""Escapes, and numbers with a sign: rare, and not for `_quickly` to judge."""


def _quickly(
    line: bytes, articles: Mapping[str, Article], inventory: Inventory
) -> Prediction | None:
    """Return the prediction of a line that is sound beyond doubt; None if it must be looked at.

    It refuses nothing: what is wrong, and where, is for `as_prediction` to say. That no key is
    repeated is known by the number of keys.
    """
    if any(mark in line for mark in _ODD):
        return None
    try:
        prediction = DECODER.decode(line)
        if not has_keys([line], _keys(prediction)):
            return None
        check(prediction, len(articles[prediction.id].text), inventory)
    except (ValueError, KeyError, RecursionError, InvalidPrediction):
        return None
    return prediction


def has_keys(lines: Iterable[bytes], keys: int) -> bool:
    """Say whether lines of JSON without an escape have no more than so many keys: none repeated.

    A colon follows each key, and may be in a string; a quotation mark with a colon right behind it
    is a key's, but a key may have white space between the two.
    """
    lines = list(lines)
    if sum(line.count(b":") for line in lines) == keys:
        return True
    count = sum(line.count(b'":') for line in lines)
    return count == keys and not any(_PARTED.search(line) for line in lines)


def _keys(prediction: Prediction) -> int:
    """Return how many keys a prediction is written with, where spans are offsets."""
    layers = (prediction.entities, prediction.quotes, prediction.events)
    keys = 1 + sum(layer is not UNSET for layer in layers) + 3 * len(prediction.entities or ())
    for quote in prediction.quotes or ():
        fields = (quote.cue, quote.source, quote.speakers)
        keys += 2 + 2 * len(quote.fragments) + sum(field is not UNSET for field in fields)
        keys += 2 * (bool(quote.cue) + bool(quote.source))
    for event in prediction.events or ():
        values = (event.realis, event.polarity, event.arguments)
        keys += 3 + sum(value is not UNSET for value in values) + 3 * len(event.arguments or ())
    return keys


def lines_of(path: Path, longest: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file that are not blank, with their numbers from 1.

    Args:
        path: The file.
        longest: Characters of the longest article, which says how long a line may be.

    Raises:
        InvalidPrediction: it cannot be read, or a line is too long.
    """
    most = max(2**20, BYTES_A_CHARACTER * longest)
    try:
        with path.open("rb") as file:
            for number in itertools.count(1):
                line = file.readline(most + 1)
                if len(line) > most:
                    raise InvalidPrediction(
                        f"line {number}: longer than {most} bytes; expected an article a line"
                    )
                if not line:
                    return
                if not line.isspace():
                    yield number, line.rstrip(b"\r\n")
    except (OSError, ValueError) as error:  # a path may hold a null character
        said = error.strerror if isinstance(error, OSError) else error
        raise InvalidPrediction(f"cannot be read ({said}); expected a file of JSON lines") from None
