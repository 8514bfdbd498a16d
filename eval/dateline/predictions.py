"""Predictions: what a system says of each article, one JSON object a line.

    {"id": "an-article",
     "entities": [{"start": 36, "end": 43, "label": "NORP"}],
     "quotes": [{"kind": "DIRECT", "fragments": [{"start": 685, "end": 772}],
                 "cue": {"start": 779, "end": 783}, "source": {"start": 773, "end": 778},
                 "speakers": ["Vladimir Putin"]}],
     "events": [{"start": 79, "end": 88, "type": "ACCUSE", "realis": "ACTUAL",
                 "polarity": "POSITIVE", "arguments": [{"role": "AGENT", "start": 54, "end": 68}]}]}

A key that is absent was not handed in, and is not scored; ``null`` or ``[]`` says that there is
none. That holds for layers and for ``cue``, ``source``, ``speakers``, ``realis``, ``polarity`` and
``arguments``: each is there wherever it could be, or nowhere (`handed_in`). Labels of entities are
those of one inventory, OntoNotes' where nothing else is said.

Wherever a span stands, ``{"text": "Putin", "n": 2}`` may stand instead of offsets (see
`grounding`); beside offsets a ``text`` is allowed and must be what they say. Speakers are names, or
spans.
"""

import itertools
import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import msgspec.inspect
from msgspec import UNSET, UnsetType

from .documents import (
    INVENTORIES,
    LAYERS,
    Argument,
    Article,
    Document,
    Entity,
    Event,
    InvalidAnnotation,
    InvalidPrediction,
    Inventory,
    Quote,
    Span,
    grounded,
    printable,
)
from .documents.model import Mention
from .documents.scheme import EventType, Layer, Polarity, QuoteKind, Realis, Role
from .documents.strictjson import loads
from .files import replacing

FIELDS: dict[Layer, tuple[str, ...]] = {
    "entities": (),
    "quotes": ("cue", "source", "speakers"),
    "events": ("realis", "polarity", "arguments"),
}
"""The fields of a layer's annotations that need not be handed in."""

BYTES_A_CHARACTER = 100
"""How long a line may be for each character of the longest article; a mebibyte it always may."""

_Seen = dict[str, tuple[bool, str]]
"""A layer or field → whether it was handed in, and where that was first seen."""
_REFUSED = re.compile(r"(.*) - at (?:`key` in )?`\$\.?(.*)`", re.DOTALL)
"""What msgspec says: ``Expected `int`, got `str` - at `$.entities[0].start```."""
_T = TypeVar("_T")
_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = 60
_BRIEF.maxlevel = 1


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
    entities: tuple[Mention, ...] | UnsetType | None = UNSET
    """With labels of the inventory that the system declares."""
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
        tuple(Mention(e.start, e.end, e.label) for e in document.entities),
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

    Raises:
        InvalidPrediction: an entity's label is none of the corpus, which has those of OntoNotes.
    """
    with _naming(prediction.id):
        _check_labels(prediction, "ontonotes-18")
    entities = [
        msgspec.convert(mention, Entity, from_attributes=True)
        for mention in prediction.entities or ()
    ]
    mentions: dict[str, Span] = {}
    for entity in sorted(entities):
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
    return Document(article, tuple(entities), quotes, events)


def as_prediction(
    value: Any, articles: Mapping[str, Article], inventory: Inventory = "ontonotes-18"
) -> Prediction:
    """Return the prediction that *value*, JSON data or a `Prediction`, holds, fully checked.

    Args:
        value: What a system says of one article.
        articles: The articles there are, by id.
        inventory: What entity labels it has.

    Raises:
        InvalidPrediction: an unknown article, field or label; a span outside the text, or one
            that overlaps another of its layer; a text that does not ground. The message names
            the field.
    """
    if isinstance(value, Prediction):
        try:
            value = msgspec.to_builtins(value)
        except TypeError as error:  # numpy's numbers, for example
            raise InvalidPrediction(_printable(f"{value.id}: {error}")) from None
    if not isinstance(value, dict):
        raise InvalidPrediction(f"{_brief(value)} is no object; expected one with an id and layers")
    id = value.get("id")
    article = articles.get(id) if isinstance(id, str) else None
    if article is None:
        raise InvalidPrediction(f"id: unknown article {_brief(id)}; expected one of the split")
    with _naming(article.id):
        plain = {key: _with_offsets(item, article.text, str(key)) for key, item in value.items()}
        prediction = _converted(plain, Prediction)
        _check_labels(prediction, inventory)
        _check_spans(prediction, len(article.text))
    return prediction


def handed_in(predictions: Iterable[Prediction]) -> frozenset[str]:
    """Return the layers and fields that *predictions* hand in, such as ``quotes.cue``.

    A layer is handed in when all predictions have it, a field when all annotations of its layer
    have it. So a layer that is handed in without any annotation hands in every field.

    Raises:
        InvalidPrediction: some have a layer or field and others have not. The message names the
            article and the field.
    """
    seen: _Seen = {}
    for prediction in predictions:
        with _naming(prediction.id):
            _compare(prediction, prediction.id, seen)
    return frozenset(
        name
        for layer in LAYERS
        if layer in seen and seen[layer][0]
        for name in (layer, *(f"{layer}.{field}" for field in FIELDS[layer]))
        if name not in seen or seen[name][0]
    )


def read_predictions(
    path: str | Path, articles: Sequence[Article], inventory: Inventory = "ontonotes-18"
) -> list[Prediction]:
    """Read a predictions file for *articles*, in their order.

    Args:
        path: A file of JSON lines, UTF-8.
        articles: The articles of the split, each of which must have exactly one line.
        inventory: What entity labels it has.

    Raises:
        InvalidPrediction: the file cannot be read; a line is refused (see `as_prediction`), repeats
            a key or an article, has a layer or field that others have not (see `handed_in`) or is
            longer than the articles give reason for; an article is missing. The message names file,
            line and field.
    """
    known = {article.id: article for article in articles}
    found: dict[str, Prediction] = {}
    lines: dict[str, int] = {}
    seen: _Seen = {}
    shown = printable(str(path))
    longest = max((len(article.text) for article in articles), default=0)
    try:
        for number, line in _lines(Path(path), max(2**20, BYTES_A_CHARACTER * longest)):
            with _naming(f"line {number}"):
                prediction = _read(line, known, inventory) or as_prediction(
                    loads(line), known, inventory
                )
                if prediction.id in found:
                    before = lines[prediction.id]
                    raise InvalidPrediction(
                        f"id: {prediction.id!r} is in line {before} already; expected once"
                    )
                _compare(prediction, f"line {number}", seen)
            found[prediction.id] = prediction
            lines[prediction.id] = number
        missing = [id for id in known if id not in found]
        if missing:
            raise InvalidPrediction(
                f"{len(missing)} of {len(known)} articles are missing, the first is "
                f"{missing[0]!r}; expected one line for each article of the split"
            )
    except InvalidPrediction as error:
        raise InvalidPrediction(f"{shown}: {error}") from None
    return [found[article.id] for article in articles]


def write_predictions(path: str | Path, predictions: Iterable[Prediction]) -> None:
    """Write a predictions file; it is there whole, or as it was before."""
    with replacing(path) as file:
        for prediction in predictions:
            file.write(msgspec.json.encode(prediction) + b"\n")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of a predictions file, with spans as offsets."""
    return msgspec.json.schema(Prediction)


_DECODER = msgspec.json.Decoder(Prediction)
_ODD = (b"\\", b":-", b" -", b"\t-", b"\r-")
"""Escapes, and numbers with a sign: rare, and not for `_read` to judge."""


def _read(line: bytes, articles: Mapping[str, Article], inventory: Inventory) -> Prediction | None:
    """Return the prediction of a line that is sound beyond doubt; None if it must be looked at.

    It is quick, and refuses nothing: what is wrong, and where, is for `as_prediction` to say. That
    no key is repeated is known by the number of keys.
    """
    if any(mark in line for mark in _ODD):
        return None
    try:
        prediction = _DECODER.decode(line)
        if line.count(b'":') != _keys(prediction):
            return None
        _check_labels(prediction, inventory)
        _check_spans(prediction, len(articles[prediction.id].text))
    except (ValueError, KeyError, RecursionError, InvalidPrediction):
        return None
    return prediction


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


@contextmanager
def _naming(where: str) -> Iterator[None]:
    """Put *where* before the message of what is refused inside, and make it fit to print."""
    try:
        yield
    except (ValueError, InvalidAnnotation, InvalidPrediction) as error:
        raise InvalidPrediction(_printable(f"{where}: {error}")) from None


def _printable(message: str) -> str:
    """Return *message* as one line of at most 500 characters, cut in its middle.

    What it quotes of a file may be long, or speak to the terminal.
    """
    return _cut(printable(_cut(message)))


def _cut(text: str) -> str:
    return text if len(text) <= 500 else f"{text[:250]}…{text[-249:]}"


def _lines(path: Path, most: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers; refuse one of over *most* bytes."""
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
                if line.strip():
                    yield number, line.rstrip(b"\r\n")
    except (OSError, ValueError) as error:  # a path may hold a null character
        said = error.strerror if isinstance(error, OSError) else error
        raise InvalidPrediction(f"cannot be read ({said}); expected a file of JSON lines") from None


def _compare(prediction: Prediction, where: str, seen: _Seen) -> None:
    """Compare with *seen* what a prediction hands in, and note there what is new.

    Args:
        prediction: The prediction.
        where: What to call it: its line, or its article.
        seen: What others have handed in.

    Raises:
        InvalidPrediction: it has what was absent before, or the other way round.
    """
    for name, place, there in _layers_and_fields(prediction):
        was, before = seen.setdefault(name, (there, where))
        if there != was:
            here = "handed in here and absent" if there else "absent here and handed in"
            none = "" if name in ("events.realis", "events.polarity") else ", null for none"
            raise InvalidPrediction(
                f"{place}: {here} before ({before}); expected everywhere or nowhere{none}"
            )


def _layers_and_fields(prediction: Prediction) -> Iterator[tuple[str, str, bool]]:
    """Yield what may be handed in: its name, its place, and whether it is there."""
    for layer in LAYERS:
        annotations = getattr(prediction, layer)
        yield layer, layer, annotations is not UNSET
        for field in FIELDS[layer] if annotations else ():
            flags = [getattr(annotation, field) is not UNSET for annotation in annotations]
            for there in dict.fromkeys(flags):
                yield f"{layer}.{field}", f"{layer}[{flags.index(there)}].{field}", there


def _with_offsets(value: Any, text: str, place: str) -> Any:
    """Return JSON data with every quoted text replaced by its offsets, speakers by their names."""
    try:
        return _without_texts(grounded(value, text, place), text, place)
    except RecursionError:
        raise InvalidPrediction(f"{place}: nested too deeply") from None


def _without_texts(value: Any, text: str, place: str) -> Any:
    """Compare every ``text`` beside offsets and take it out; turn speakers' spans into names."""
    if isinstance(value, list):
        return [_without_texts(item, text, f"{place}[{i}]") for i, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    start, end = value.get("start"), value.get("end")
    if "text" in value and type(start) is int and type(end) is int:
        _check_inside(place, Span(start, end), len(text))
        if value["text"] != text[start:end]:
            raise InvalidPrediction(
                f"{place}.text: {_brief(value['text'])} at [{start}, {end}); "
                f"expected {_brief(text[start:end])}"
            )
        value = {key: item for key, item in value.items() if key != "text"}
    if place.rpartition("[")[0].endswith(".speakers"):
        span = _converted(value, Span, place)
        _check_inside(place, span, len(text))
        return span.of(text)
    return {key: _without_texts(item, text, f"{place}.{key}") for key, item in value.items()}


def _converted(value: Any, kind: type[_T], place: str = "") -> _T:
    """Return JSON data as a *kind* of struct; *place* is the name of the value itself."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        said = _REFUSED.fullmatch(str(error))
        what, inside = said.groups() if said else (str(error), "")
        where = f"{place}.{inside}".strip(".")
        colon = ": " if where else ""
        raise InvalidPrediction(f"{where}{colon}{what}{_expected(kind, inside)}") from None


def _expected(kind: type, place: str) -> str:
    """Return the values or the fields that a *kind* of struct may have at *place*."""
    shape = msgspec.inspect.type_info(kind)
    for step in re.findall(r"\w+", place):
        shape = _inside(shape, step)
    for part in _parts(shape):
        if isinstance(part, msgspec.inspect.LiteralType):
            return f"; expected one of {', '.join(map(str, part.values))}"
        if isinstance(part, msgspec.inspect.StructType):
            return f"; expected an object with {', '.join(f.name for f in part.fields)}"
    return ""


def _inside(shape: msgspec.inspect.Type, step: str) -> msgspec.inspect.Type:
    for part in _parts(shape):
        if isinstance(part, msgspec.inspect.VarTupleType):
            return part.item_type
        if isinstance(part, msgspec.inspect.StructType):
            return {field.name: field.type for field in part.fields}.get(step, shape)
    return shape


def _parts(shape: msgspec.inspect.Type) -> tuple[msgspec.inspect.Type, ...]:
    return shape.types if isinstance(shape, msgspec.inspect.UnionType) else (shape,)


def _check_labels(prediction: Prediction, inventory: Inventory) -> None:
    known = INVENTORIES.get(inventory)
    if known is None:
        raise InvalidPrediction(
            f"unknown inventory {_brief(inventory)}; expected one of {', '.join(INVENTORIES)}"
        )
    for i, mention in enumerate(prediction.entities or ()):
        if mention.label not in known:
            others = [name for name, labels in INVENTORIES.items() if mention.label in labels]
            hint = f", or to be told that the inventory is {' or '.join(others)}" if others else ""
            raise InvalidPrediction(
                f"entities[{i}].label: {_brief(mention.label)} is no label of {inventory}; "
                f"expected one of {', '.join(known)}{hint}"
            )


def _check_inside(place: str, span: Span, length: int) -> None:
    if not 0 <= span.start < span.end <= length:
        raise InvalidPrediction(
            f"{place}: span [{span.start}, {span.end}) is outside the text; "
            f"expected 0 <= start < end <= {length}"
        )


def _check_spans(prediction: Prediction, length: int) -> None:
    for place, span in _spans(prediction):
        _check_inside(place, span, length)
    for layer in LAYERS:
        spans = sorted(prediction.layer(layer) or ())
        for before, after in itertools.pairwise(spans):
            if after[0] < before[1]:
                raise InvalidPrediction(
                    f"{layer}: {after[2]} [{after[0]}, {after[1]}) overlaps "
                    f"{before[2]} [{before[0]}, {before[1]}); expected none to overlap"
                )


def _spans(prediction: Prediction) -> Iterator[tuple[str, Span]]:
    """Yield every span of a prediction with its place in the JSON."""
    for i, entity in enumerate(prediction.entities or ()):
        yield f"entities[{i}]", entity
    for i, quote in enumerate(prediction.quotes or ()):
        if not quote.fragments:
            raise InvalidPrediction(f"quotes[{i}].fragments: empty; expected one span or more")
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
    return _BRIEF.repr(value)
