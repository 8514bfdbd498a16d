"""A prediction: what a system says of one article."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from dateline.documents import Document, Span
from dateline.documents.model import Mention
from dateline.documents.scheme import EventType, Layer, Polarity, QuoteKind, Realis, Role

FIELDS: dict[Layer, tuple[str, ...]] = {
    "entities": (),
    "quotes": ("cue", "source", "speakers"),
    "events": ("realis", "polarity", "arguments"),
}
"""The fields of a layer's annotations that need not be handed in."""


class PredictedArgument(Span, frozen=True):
    """A participant, place or time of a predicted event."""

    role: Role


class PredictedEvent(Span, frozen=True):
    """A predicted event, at its trigger's span. Fields left out were not handed in."""

    type: EventType
    realis: Realis | UnsetType = UNSET
    polarity: Polarity | UnsetType = UNSET
    arguments: tuple[PredictedArgument, ...] | UnsetType | None = UNSET


class PredictedQuote(msgspec.Struct, gc=False, frozen=True, forbid_unknown_fields=True):
    """A predicted quote. Fields left out were not handed in."""

    kind: QuoteKind
    fragments: tuple[Span, ...]
    cue: Span | UnsetType | None = UNSET
    source: Span | UnsetType | None = UNSET
    speakers: tuple[str, ...] | UnsetType | None = UNSET
    """Names as the article has them; empty or None where the source is unnamed."""


class Prediction(msgspec.Struct, gc=False, frozen=True, forbid_unknown_fields=True):
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
