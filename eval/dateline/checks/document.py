"""The rules of the scheme that a program can check, over one document."""

import itertools
from collections.abc import Iterator, Sequence

from dateline.documents import LAYERS, Document, Entity, Event, Finding, Layer, Quote, Span
from dateline.predictions import tagged_spans
from dateline.tokens import paragraphs, sentences, tokenize

_OPENING = '“"‘«„'
_CLOSING = '”"’»“'


def document_findings(document: Document, file: str = "") -> Iterator[Finding]:
    """Check one document, gold or not.

    Findings: span-not-tokens, span-overlap, span-over-paragraphs, kind-marks, speaker-not-fullest,
    negative-not-other, argument-outside-sentence.
    """
    tokens = tokenize(document.text)
    starts, ends = {start for start, _ in tokens}, {end for _, end in tokens}
    for layer in LAYERS:
        spans = sorted(tagged_spans(layer, getattr(document, layer)))
        for start, end, label in spans:
            if start not in starts or end not in ends:
                got = f"{label} {document.text[start:end]!r}"
                yield Finding(
                    "span-not-tokens", file, f"{document.id} {layer}", got, "whole tokens"
                )
        yield from _overlaps(document, layer, spans, file)
    yield from _over_paragraphs(document, file)
    for quote in document.quotes:
        yield from _quote_findings(document, quote, file)
    sentence_spans = [Span(*offsets) for offsets in sentences(document.text)]
    for event in document.events:
        yield from _event_findings(document, event, sentence_spans, file)


def _overlaps(
    document: Document, layer: Layer, spans: Sequence[tuple[int, int, str]], file: str
) -> Iterator[Finding]:
    for before, after in itertools.pairwise(spans):
        if after[0] < before[1]:
            got = " and ".join(
                f"{label} {document.text[start:end]!r}" for start, end, label in (before, after)
            )
            yield Finding("span-overlap", file, f"{document.id} {layer}", got, "spans apart")


def _over_paragraphs(document: Document, file: str) -> Iterator[Finding]:
    inside_one: list[tuple[str, Span]] = [("entities", entity) for entity in document.entities]
    for quote in document.quotes:
        inside_one += [("quotes", part) for part in (quote.cue, quote.source) if part]
    for event in document.events:
        inside_one += [("events", span) for span in (event, *event.arguments)]
    lines = [Span(*offsets) for offsets in paragraphs(document.text)]
    for layer, span in inside_one:
        if not any(span in line for line in lines):
            got = repr(span.of(document.text))
            yield Finding("span-over-paragraphs", file, f"{document.id} {layer}", got, "one line")


def _quote_findings(document: Document, quote: Quote, file: str) -> Iterator[Finding]:
    text = document.text
    where = f"{document.id} quote at {quote.fragments[0].start}"
    content = [fragment.of(text) for fragment in quote.fragments]
    enclosed = content[0][0] in _OPENING and content[-1][-1] in _CLOSING
    marked = any(mark in piece for piece in content for mark in '“”"«»')
    fits = {"DIRECT": enclosed, "INDIRECT": not marked, "MIXED": marked}[quote.kind]
    if not fits:
        yield Finding("kind-marks", file, where, f"{quote.kind} {' … '.join(content)!r}")
    for speaker in quote.speakers:
        fuller = _fuller(document, speaker)
        if fuller:
            got, expected = repr(speaker.of(text)), repr(fuller.of(text))
            yield Finding("speaker-not-fullest", file, where, got, expected)


def _fuller(document: Document, speaker: Span) -> Entity | None:
    """Return a mention with the speaker's label that has all of its words in order, and more."""
    said = speaker.of(document.text).split()
    label = next((e.label for e in document.entities if e.bare() == speaker), None)
    for entity in document.entities:
        words = entity.of(document.text).split()
        rest = iter(words)
        if entity.label == label and len(words) > len(said) and all(w in rest for w in said):
            return entity
    return None


def _event_findings(
    document: Document, event: Event, sentence_spans: Sequence[Span], file: str
) -> Iterator[Finding]:
    where = f"{document.id} {event.type} {event.of(document.text)!r} at {event.start}"
    if event.polarity == "NEGATIVE" and event.realis != "OTHER":
        yield Finding("negative-not-other", file, where, event.realis, "OTHER")
    for argument in event.arguments:
        if not any(event.bare() in s and argument.bare() in s for s in sentence_spans):
            got = f"{argument.role} {argument.of(document.text)!r}"
            yield Finding("argument-outside-sentence", file, where, got, "the trigger's sentence")
