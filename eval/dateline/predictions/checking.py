"""What systems say, checked: values to predictions, and predictions to documents."""

import itertools
import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec
import msgspec.inspect
from msgspec import UNSET

from dateline.documents import (
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

from .model import FIELDS, Prediction

Seen = dict[str, tuple[bool, str]]
"""A layer or field → whether it was handed in, and where that was first seen."""
_REFUSED = re.compile(r"(.*) - at (?:`key` in )?`\$\.?(.*)`", re.DOTALL)
"""What msgspec says: ``Expected `int`, got `str` - at `$.entities[0].start```."""
_T = TypeVar("_T")
_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = 60
_BRIEF.maxlevel = 1


def as_prediction(
    value: Any, articles: Mapping[str, Article], inventory: Inventory = "ontonotes-18"
) -> Prediction:
    """Return the prediction that *value* holds, fully checked.

    Args:
        value: What a system says of one article: JSON data, a `Prediction`, or a document's own
            annotations.
        articles: The articles there are, by id.
        inventory: What entity labels it has.

    Raises:
        InvalidPrediction: an unknown article, field or label; a span outside the text, or one
            that overlaps another of its layer; a text that does not ground. The message names
            the field.
    """
    if isinstance(value, Prediction | Document):
        whole: Any = value
        if isinstance(value, Document):
            whole = {layer: getattr(value, layer) for layer in LAYERS} | {"id": value.id}
        try:
            value = msgspec.to_builtins(whole)
        except (TypeError, RecursionError) as error:  # numpy's numbers, for example
            raise InvalidPrediction(_printable(f"{value.id}: {error}")) from None
    if not isinstance(value, dict):
        raise InvalidPrediction(f"{_brief(value)} is no object; expected one with an id and layers")
    id = value.get("id")
    article = articles.get(id) if isinstance(id, str) else None
    if article is None:
        raise InvalidPrediction(f"id: unknown article {_brief(id)}; expected one of the split")
    with naming(article.id):
        plain = {key: _with_offsets(item, article.text, str(key)) for key, item in value.items()}
        _check_labels(_labels(plain.get("entities")), inventory)
        prediction = _converted(plain, Prediction)
        check(prediction, len(article.text), inventory)
    return prediction


def check(prediction: Prediction, length: int, inventory: Inventory) -> None:
    """Refuse what `as_prediction` refuses of labels and offsets in a text of so many characters."""
    _check_labels([mention.label for mention in prediction.entities or ()], inventory)
    _check_spans(prediction, length)


def as_document(prediction: Prediction, article: Article) -> Document:
    """Return a prediction as a document, for people to correct.

    What was not handed in is empty, or ACTUAL and POSITIVE. A speaker's name becomes the first
    predicted entity mention that reads so; a name that no mention has is left out.

    Raises:
        InvalidPrediction: an entity's label is none of the corpus, which has those of OntoNotes.
    """
    with naming(prediction.id):
        _check_labels([mention.label for mention in prediction.entities or ()], "ontonotes-18")
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


def handed_in(predictions: Iterable[Prediction]) -> frozenset[str]:
    """Return the layers and fields that *predictions* hand in, such as ``quotes.cue``.

    A layer is handed in when all predictions have it, a field when all annotations of its layer
    have it. So a layer that is handed in without any annotation hands in every field.

    Raises:
        InvalidPrediction: some have a layer or field and others have not. The message names the
            article and the field.
    """
    seen: Seen = {}
    for prediction in predictions:
        with naming(prediction.id):
            compare(prediction, prediction.id, seen)
    return frozenset(
        name
        for layer in LAYERS
        if layer in seen and seen[layer][0]
        for name in (layer, *(f"{layer}.{field}" for field in FIELDS[layer]))
        if name not in seen or seen[name][0]
    )


def compare(prediction: Prediction, where: str, seen: Seen) -> None:
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


@contextmanager
def naming(where: str) -> Iterator[None]:
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


def _with_offsets(value: Any, text: str, place: str) -> Any:
    """Return JSON data with every quoted text replaced by its offsets, speakers by their names."""
    try:
        return _without_texts(grounded(value, text, place), text, place)
    except RecursionError:
        raise InvalidPrediction(f"{place}: nested too deeply") from None


def _without_texts(value: Any, text: str, place: str) -> Any:
    """Compare every ``text`` beside offsets and take it out; turn speakers' spans into names."""
    if isinstance(value, list | tuple):
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


def _labels(entities: Any) -> list[Any]:
    """Return the labels in JSON data that may be mentions; None of what is none."""
    found = entities if isinstance(entities, list) else []
    return [one.get("label") if isinstance(one, dict) else None for one in found]


def _check_labels(labels: Iterable[Any], inventory: Inventory) -> None:
    """Refuse labels that the inventory has not; what is no string is not for it to refuse."""
    known = INVENTORIES.get(inventory)
    if known is None:
        raise InvalidPrediction(
            f"unknown inventory {_brief(inventory)}; expected one of {', '.join(INVENTORIES)}"
        )
    for i, label in enumerate(labels):
        if isinstance(label, str) and label not in known:
            others = [name for name, labels in INVENTORIES.items() if label in labels]
            hint = f", or to be told that the inventory is {' or '.join(others)}" if others else ""
            raise InvalidPrediction(
                f"entities[{i}].label: {_brief(label)} is no label of {inventory}; "
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
