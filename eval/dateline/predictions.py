"""Predictions: what a system says of each article, one JSON object a line.

    {"id": "an-article",
     "entities": [{"start": 36, "end": 43, "label": "NORP"}],
     "quotes": [{"kind": "DIRECT", "fragments": [{"start": 685, "end": 772}],
                 "cue": {"start": 779, "end": 783}, "source": {"start": 773, "end": 778},
                 "speakers": ["Vladimir Putin"]}],
     "events": [{"start": 79, "end": 88, "type": "ACCUSE", "realis": "ACTUAL",
                 "polarity": "POSITIVE", "arguments": [{"role": "AGENT", "start": 54, "end": 68}]}]}

A key that is absent was not handed in, and is not scored; ``null`` or ``[]`` says that there is
none. Wherever a span stands, ``{"text": "Putin", "n": 2}`` may stand instead of offsets (see
`grounding`); beside offsets a ``text`` is allowed and must be what they say. Speakers are names, or
spans.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from .documents import (
    Argument,
    Article,
    Document,
    Entity,
    Event,
    InvalidAnnotation,
    InvalidPrediction,
    Quote,
    Span,
    grounded,
)
from .documents.scheme import EventType, Layer, Polarity, QuoteKind, Realis, Role
from .documents.strictjson import loads
from .files import replacing


class PredictedArgument(Span, frozen=True):
    """A participant, place or time of a predicted event."""

    role: Role


class PredictedEvent(Span, frozen=True):
    """A predicted event, at its trigger's span. Fields left out were not handed in."""

    type: EventType
    realis: Realis | UnsetType = UNSET
    polarity: Polarity | UnsetType = UNSET
    arguments: tuple[PredictedArgument, ...] | UnsetType | None = UNSET


class PredictedQuote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A predicted quote. Fields left out were not handed in."""

    kind: QuoteKind
    fragments: tuple[Span, ...]
    cue: Span | UnsetType | None = UNSET
    source: Span | UnsetType | None = UNSET
    speakers: tuple[str, ...] | UnsetType | None = UNSET
    """Names as the article has them; empty or None where the source is unnamed."""


class Prediction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a system says of one article. A layer left out was not handed in."""

    id: str
    entities: tuple[Entity, ...] | UnsetType | None = UNSET
    quotes: tuple[PredictedQuote, ...] | UnsetType | None = UNSET
    events: tuple[PredictedEvent, ...] | UnsetType | None = UNSET

    def layer(self, layer: Layer) -> list[tuple[int, int, str]] | None:
        """Return the tagged spans of *layer* as ``(start, end, label)``; None if not handed in."""
        said = getattr(self, layer)
        return None if said is UNSET else tagged_spans(layer, said or ())


def tagged_spans(layer: Layer, annotations: Iterable[Any]) -> list[tuple[int, int, str]]:
    """Return the spans of a layer that are scored as tags, as ``(start, end, label)``.

    They are entity mentions with their label, fragments of quote contents with the quote's kind,
    and triggers with their event type.
    """
    if layer == "entities":
        return [(entity.start, entity.end, entity.label) for entity in annotations]
    if layer == "quotes":
        return [
            (fragment.start, fragment.end, quote.kind)
            for quote in annotations
            for fragment in quote.fragments
        ]
    return [(event.start, event.end, event.type) for event in annotations]


def prediction_of(document: Document) -> Prediction:
    """Return a document's own annotations as a prediction with every field handed in."""
    return Prediction(
        document.id,
        document.entities,
        tuple(
            PredictedQuote(
                quote.kind,
                quote.fragments,
                quote.cue,
                quote.source,
                tuple(speaker.of(document.text) for speaker in quote.speakers),
            )
            for quote in document.quotes
        ),
        tuple(
            PredictedEvent(
                event.start,
                event.end,
                event.type,
                event.realis,
                event.polarity,
                tuple(PredictedArgument(a.start, a.end, a.role) for a in event.arguments),
            )
            for event in document.events
        ),
    )


def as_document(prediction: Prediction, article: Article) -> Document:
    """Return a prediction as a document, for people to correct.

    What was not handed in is empty, or ACTUAL and POSITIVE. A speaker's name becomes the first
    predicted entity mention that reads so; a name that no mention has is left out.
    """
    mentions: dict[str, Span] = {}
    for entity in sorted(prediction.entities or ()):
        mentions.setdefault(entity.of(article.text), entity.bare())
    quotes = tuple(
        Quote(
            quote.fragments,
            quote.kind,
            quote.cue or None,
            quote.source or None,
            tuple(mentions[name] for name in quote.speakers or () if name in mentions),
        )
        for quote in prediction.quotes or ()
    )
    events = tuple(
        Event(
            event.start,
            event.end,
            event.type,
            event.realis or "ACTUAL",
            event.polarity or "POSITIVE",
            tuple(Argument(a.start, a.end, a.role) for a in event.arguments or ()),
        )
        for event in prediction.events or ()
    )
    return Document(article, tuple(prediction.entities or ()), quotes, events)


def as_prediction(value: Any, articles: Mapping[str, Article]) -> Prediction:
    """Return the prediction that *value*, JSON data or a `Prediction`, holds, fully checked.

    Raises:
        InvalidPrediction: an unknown article, field or label; a span outside the text, or one
            that overlaps another of its layer; a text that does not ground. The message names
            the field.
    """
    if isinstance(value, Prediction):
        value = msgspec.to_builtins(value)
    if not isinstance(value, dict):
        raise InvalidPrediction(f"{_brief(value)} is no object; expected one with an id and layers")
    id = value.get("id")
    article = articles.get(id) if isinstance(id, str) else None
    if article is None:
        raise InvalidPrediction(f"id: unknown article {_brief(id)}; expected one of the split")
    try:
        plain = {
            key: _without_texts(grounded(item, article.text, key), article.text, key)
            for key, item in value.items()
        }
        prediction = msgspec.convert(plain, Prediction)
    except InvalidAnnotation as error:
        raise InvalidPrediction(f"{id}: {error}") from None
    except msgspec.ValidationError as error:
        raise InvalidPrediction(f"{id}: {_with_place(str(error))}") from None
    except RecursionError:
        raise InvalidPrediction(f"{id}: nested too deeply") from None
    _check_spans(prediction, article)
    return prediction


def read_predictions(path: str | Path, articles: Sequence[Article]) -> list[Prediction]:
    """Read a predictions file for *articles*, in their order.

    Args:
        path: A file of JSON lines, UTF-8.
        articles: The articles of the split, each of which must have exactly one line.

    Raises:
        InvalidPrediction: the file cannot be read; a line is refused (see `as_prediction`) or
            repeats a key or an article; an article is missing. The message names file, line and
            field.
    """
    known = {article.id: article for article in articles}
    found: dict[str, Prediction] = {}
    lines: dict[str, int] = {}
    for number, line in _lines(Path(path)):
        try:
            prediction = as_prediction(loads(line), known)
            if prediction.id in found:
                before = lines[prediction.id]
                raise InvalidPrediction(
                    f"id: {prediction.id!r} is in line {before} already; expected once"
                )
        except (ValueError, InvalidPrediction) as error:
            raise InvalidPrediction(f"{path}: line {number}: {error}") from None
        found[prediction.id] = prediction
        lines[prediction.id] = number
    missing = [id for id in known if id not in found]
    if missing:
        raise InvalidPrediction(
            f"{path}: {len(missing)} of {len(known)} articles are missing, the first is "
            f"{missing[0]!r}; expected one line for each article of the split"
        )
    return [found[article.id] for article in articles]


def write_predictions(path: str | Path, predictions: Iterable[Prediction]) -> None:
    """Write a predictions file; it is there whole, or as it was before."""
    with replacing(path) as file:
        for prediction in predictions:
            file.write(msgspec.json.encode(prediction) + b"\n")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of a predictions file, with spans as offsets."""
    return msgspec.json.schema(Prediction)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip(b"\r\n")
    except OSError as error:
        raise InvalidPrediction(
            f"{path}: cannot be read ({error.strerror}); expected a file of JSON lines"
        ) from None


def _without_texts(value: Any, text: str, place: str) -> Any:
    """Compare every ``text`` beside offsets and take it out; turn speakers' spans into names."""
    if isinstance(value, list):
        return [_without_texts(item, text, f"{place}[{i}]") for i, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    start, end = value.get("start"), value.get("end")
    if "text" in value and type(start) is int and type(end) is int:
        if value["text"] != text[start:end]:
            raise InvalidAnnotation(
                f"{place}.text: {_brief(value['text'])} at [{start}, {end}); "
                f"expected {_brief(text[start:end])}"
            )
        value = {key: item for key, item in value.items() if key != "text"}
    if place.rpartition("[")[0].endswith(".speakers"):
        span = msgspec.convert(value, Span)
        if not 0 <= span.start < span.end <= len(text):
            raise InvalidAnnotation(
                f"{place}: span [{span.start}, {span.end}) is outside the text; "
                f"expected 0 <= start < end <= {len(text)}"
            )
        return span.of(text)
    return {key: _without_texts(item, text, f"{place}.{key}") for key, item in value.items()}


def _with_place(message: str) -> str:
    """Turn ``Expected `int` - at `$.entities[0].start``` into ``entities[0].start: Expected …``."""
    said, _, place = message.rpartition(" - at `$")
    place = place.rstrip("`").lstrip(".").replace("[...]", "[]")
    return f"{place}: {said}" if said else message


def _check_spans(prediction: Prediction, article: Article) -> None:
    length = len(article.text)
    for place, span in _spans(prediction):
        if not 0 <= span.start < span.end <= length:
            raise InvalidPrediction(
                f"{article.id}: {place}: span [{span.start}, {span.end}) is outside the text; "
                f"expected 0 <= start < end <= {length}"
            )
    for layer in ("entities", "quotes", "events"):
        spans = sorted(prediction.layer(layer) or ())
        for before, after in itertools.pairwise(spans):
            if after[0] < before[1]:
                raise InvalidPrediction(
                    f"{article.id}: {layer}: {after[2]} [{after[0]}, {after[1]}) overlaps "
                    f"{before[2]} [{before[0]}, {before[1]}); expected none to overlap"
                )


def _spans(prediction: Prediction) -> Iterator[tuple[str, Span]]:
    """Yield every span of a prediction with its place in the JSON."""
    for i, entity in enumerate(prediction.entities or ()):
        yield f"entities[{i}]", entity
    for i, quote in enumerate(prediction.quotes or ()):
        if not quote.fragments:
            raise InvalidPrediction(
                f"{prediction.id}: quotes[{i}].fragments: empty; expected one span or more"
            )
        for j, fragment in enumerate(quote.fragments):
            yield f"quotes[{i}].fragments[{j}]", fragment
        for field in ("cue", "source"):
            span = getattr(quote, field)
            if span:
                yield f"quotes[{i}].{field}", span
    for i, event in enumerate(prediction.events or ()):
        yield f"events[{i}]", event
        for j, argument in enumerate(event.arguments or ()):
            yield f"events[{i}].arguments[{j}]", argument


def _brief(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 60 else said[:57] + "…"
