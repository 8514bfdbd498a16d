"""An article with its layers, painted for the terminal.

Entities and triggers carry their label behind them, quotes stand on a ground of their own, so that
the layers can be told apart without colour, too. Below each paragraph stand its quotes and events.
"""

import itertools
from collections.abc import Iterator, Sequence

from rich.text import Text

from dateline.documents import Document, Event, Quote, Span
from dateline.tokens import paragraphs

ENTITY, TRIGGER, CONTENT, NOTE = "cyan", "bold red", "on grey15", "dim"


def paint(document: Document) -> Iterator[Text]:
    """Yield the lines of *document*, painted: each paragraph, then its quotes and events."""
    for start, end in paragraphs(document.text):
        line = Span(start, end)
        yield _paragraph(document, line)
        for quote in document.quotes:
            if quote.fragments[0].start in range(start, end):
                yield Text("  " + describe_quote(document, quote), style=NOTE)
        for event in document.events:
            if event.start in range(start, end):
                yield Text("  " + describe_event(document, event), style=NOTE)
        yield Text()


def describe_quote(document: Document, quote: Quote) -> str:
    """Return who says what by which cue, in one line."""
    text = document.text
    who = " and ".join(speaker.of(text) for speaker in quote.speakers) or "unnamed"
    source = f" “{quote.source.of(text)}”" if quote.source else ""
    cue = f" {quote.cue.of(text)}" if quote.cue else ""
    content = " … ".join(_brief(fragment.of(text)) for fragment in quote.fragments)
    return f"{quote.kind} {who}{source}{cue}: {content}"


def describe_event(document: Document, event: Event) -> str:
    """Return an event with its arguments, in one line."""
    text = document.text
    how = [event.realis] * (event.realis != "ACTUAL") + [event.polarity] * (
        event.polarity != "POSITIVE"
    )
    arguments = ", ".join(f"{a.role.lower()} {a.of(text)}" for a in event.arguments)
    said = " ".join([event.type, *how, event.of(text)])
    return f"{said} ({arguments})" if arguments else said


def _paragraph(document: Document, line: Span) -> Text:
    painted = Text()
    marks: Sequence[tuple[Span, str, str]] = sorted(
        [(entity.bare(), entity.label, ENTITY) for entity in document.entities]
        + [(event.bare(), event.type, TRIGGER) for event in document.events]
    )
    contents = [fragment for quote in document.quotes for fragment in quote.fragments]
    edges = {line.start, line.end}
    for span in [mark[0] for mark in marks] + contents:
        edges |= {edge for edge in (span.start, span.end) if line.start < edge < line.end}
    cuts = sorted(edges)
    for start, end in itertools.pairwise(cuts):
        piece = Span(start, end)
        styles = [style for span, _, style in marks if piece in span]
        styles += [CONTENT for content in contents if piece in content]
        painted.append(piece.of(document.text), " ".join(styles) or None)
        for span, label, style in marks:
            if span.end == end:
                painted.append(f"⟨{label}⟩", f"{style} dim")
    return painted


def _brief(text: str, width: int = 60) -> str:
    said = " ".join(text.split())
    return said if len(said) <= width else said[: width - 1] + "…"
