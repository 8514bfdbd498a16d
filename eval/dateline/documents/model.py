"""Articles, and the three layers of annotation over them.

Offsets are half-open ``[start, end)`` and count Unicode code points of the article's text, so
``text[start:end]`` is the span. All types are frozen; they hold what was given to them and check
nothing but its types. Whether a document is sound is said by `checks`, as findings.
"""

from typing import Literal

import msgspec

from .scheme import (
    ROLES,
    EntityLabel,
    EventType,
    MentionLabel,
    Polarity,
    QuoteKind,
    Realis,
    Role,
)

Split = Literal["train", "validation", "test"]
Origin = Literal["given", "original"]

SPLITS: tuple[Split, ...] = ("train", "validation", "test")


class Span(msgspec.Struct, gc=False, frozen=True, order=True, forbid_unknown_fields=True):
    """The characters ``[start, end)`` of an article's text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of *text* that the span covers."""
        return text[self.start : self.end]

    def in_context(self, text: str, width: int = 40) -> str:
        """Return the span between brackets with *width* characters on both sides, on one line."""
        said = self.of(text)
        if len(said) > 3 * width:
            said = f"{said[:width]} … {said[-width:]}"
        before, after = text[max(0, self.start - width) : self.start], text[self.end :][:width]
        left, right = "…" * (self.start > width), "…" * (self.end + width < len(text))
        return f"{left}{before}[{said}]{after}{right}".replace("\n", " ")

    def bare(self) -> "Span":
        """Return the span alone, without what a subclass adds to it."""
        return Span(self.start, self.end)

    def __contains__(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


class Mention(Span, frozen=True, order=True):
    """A span with an entity label of any inventory."""

    label: MentionLabel


class Entity(Mention, frozen=True, order=True):
    """A mention of a named entity, or a value expression."""

    label: EntityLabel


class Quote(msgspec.Struct, gc=False, frozen=True, forbid_unknown_fields=True):
    """Words attributed to a source."""

    fragments: tuple[Span, ...]
    """The content, in the order of the text; quotation marks inside."""
    kind: QuoteKind
    cue: Span | None = None
    """The verb group or other words that introduce the content."""
    source: Span | None = None
    """The noun phrase beside the cue as it stands in the text, not resolved."""
    speakers: tuple[Span, ...] = ()
    """The source resolved: for each speaker the fullest entity mention; empty if unnamed."""


class Argument(Span, frozen=True, order=True):
    """A participant, place or time of an event."""

    role: Role


class Event(Span, frozen=True, order=False):
    """An event, at its trigger's span."""

    type: EventType
    realis: Realis = "ACTUAL"
    polarity: Polarity = "POSITIVE"
    arguments: tuple[Argument, ...] = ()


class Article(msgspec.Struct, gc=False, frozen=True, forbid_unknown_fields=True):
    """A text and what is known of it. It has no annotations: a system is given articles."""

    id: str
    text: str
    split: Split = "test"
    story: str = ""
    """Articles on the same story share it, and are never in different splits."""
    topic: str = ""
    """The kind of news, such as ``court``."""
    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    """ISO 8601 date of publication."""
    language: str = "en"
    licence: str = ""
    """SPDX identifier, or a sentence where none fits."""
    origin: Origin = "original"
    """``given``: from a publisher; ``original``: written for this corpus."""
    sha256: str = ""
    """Of the text's UTF-8 bytes, in hexadecimal."""


class Document(msgspec.Struct, gc=False, frozen=True, forbid_unknown_fields=True):
    """An article with its three layers, each in the order of the text.

    Whatever order the layers are given in, a document holds them sorted, so that documents with
    the same annotations are equal.
    """

    article: Article
    entities: tuple[Entity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        hold = msgspec.structs.force_setattr
        hold(self, "entities", tuple(sorted(self.entities)))
        hold(self, "quotes", tuple(sorted(map(_in_order, self.quotes), key=_quote_key)))
        hold(
            self,
            "events",
            tuple(sorted(map(_with_arguments_in_order, self.events), key=_event_key)),
        )

    @property
    def id(self) -> str:
        """The article's id."""
        return self.article.id

    @property
    def text(self) -> str:
        """The article's text."""
        return self.article.text


def _in_order(quote: Quote) -> Quote:
    return msgspec.structs.replace(
        quote,
        fragments=tuple(sorted(quote.fragments)),
        speakers=tuple(sorted({speaker.bare() for speaker in quote.speakers})),
    )


def _quote_key(quote: Quote) -> tuple[tuple[Span, ...], str]:
    return quote.fragments, quote.kind


def _with_arguments_in_order(event: Event) -> Event:
    return msgspec.structs.replace(
        event, arguments=tuple(sorted(set(event.arguments), key=_argument_key))
    )


def _argument_key(argument: Argument) -> tuple[int, int, int]:
    return ROLES.index(argument.role), argument.start, argument.end


def _event_key(event: Event) -> tuple[int, int, str]:
    return event.start, event.end, event.type
