"""Paragraphs of an article with their layers, drawn as SVG.

Each layer has a channel of its own: entities are boxes in the line, with their label; quotes are a
band behind the line, with kind, speaker, source and cue above it; events hang below the line, each
trigger with its type, and lines from there to its arguments.

The same document makes the same bytes. Nothing is loaded from elsewhere: the fonts are the reader's
own, and every word is fitted to the width that it has in Helvetica, Arial or Liberation Sans, which
are one another's equal (widths as in Adobe's Core 14 font metrics).
"""

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from dateline.documents import (
    Document,
    Entity,
    EntityLabel,
    InvalidCorpus,
    Span,
)
from dateline.tokens import paragraphs

from .layout import (
    GAP,
    MARGIN,
    PAD,
    SIZE,
    SMALL,
    WIDTH,
    Note,
    Row,
    Track,
    notes_of,
    rows_of,
    tracks_of,
    width_of,
)
from .terminal import describe_event, describe_quote


class Colours(NamedTuple):
    """What a picture is painted with; every ink is legible on its own ground and on the paper."""

    paper: str
    edge: str
    text: str
    note: str
    quote: tuple[str, str]
    """Ground and ink."""
    event: tuple[str, str]
    families: tuple[tuple[str, str], ...]
    """Of entity labels, in the order of `FAMILIES`."""


LIGHT = Colours(
    paper="#ffffff",
    edge="#d1d9e0",
    text="#1f2328",
    note="#59636e",
    quote=("#fff3cf", "#855400"),
    event=("#ffdcd7", "#b42318"),
    families=(
        ("#d6e6ff", "#1750a8"),
        ("#cdf0dd", "#0b6244"),
        ("#e6dcff", "#5b32ad"),
        ("#fcdcef", "#9a1a5f"),
        ("#e4e8ec", "#47525e"),
    ),
)
DARK = Colours(
    paper="#0d1117",
    edge="#3d444d",
    text="#f0f6fc",
    note="#9198a1",
    quote=("#3a2d0c", "#eac55f"),
    event=("#6b2622", "#ffaba3"),
    families=(
        ("#16386b", "#a5cdff"),
        ("#0f4531", "#7ee2b4"),
        ("#3d2a70", "#d2bcff"),
        ("#581c42", "#ffacd9"),
        ("#343c46", "#c3ccd6"),
    ),
)

FAMILIES: tuple[tuple[EntityLabel, ...], ...] = (
    ("PERSON", "NORP"),
    ("GPE", "LOC", "FAC"),
    ("ORG",),
    ("PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"),
    ("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"),
)
"""Entity labels that share a colour."""

BOX, LEADING, NOTE, TRACK = 26.0, 12.0, 14.0, 25.0
"""Height of a box and a line; room between two lines, for a row of labels above one, and of events
below one."""


def draw(document: Document, chosen: Sequence[int] = (), dark: bool = False) -> str:
    """Return a picture of *document* as SVG.

    Args:
        document: What to draw.
        chosen: Numbers of paragraphs, from 1; none for all.
        dark: For a dark page, else for a light one.

    Raises:
        InvalidCorpus: there is no such paragraph.
    """
    there = [Span(*line) for line in paragraphs(document.text)]
    if not set(chosen) <= set(range(1, len(there) + 1)):
        raise InvalidCorpus(
            f"{document.id}: paragraphs {', '.join(map(str, chosen))}; expected 1 to {len(there)}"
        )
    lines = [there[number - 1] for number in sorted(set(chosen))] or there
    return _Picture(document, lines, DARK if dark else LIGHT).svg()


class _Picture:
    def __init__(self, document: Document, lines: list[Span], colours: Colours) -> None:
        self.document = document
        self.colours = colours
        self.lines = lines
        self.drawn: list[str] = []

    def svg(self) -> str:
        y = LEADING / 2
        for line in self.lines:
            rows = list(rows_of(self.document, line))
            for row in rows:
                y = self._row(row, y, rows)
            y += LEADING
        y = self._legend(y)
        paper = self._rect(0.5, 0.5, WIDTH - 1, y - 1, self.colours.paper, 10, self.colours.edge)
        title = f"{self.document.id}: entities, quotes and events"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {y:g}" '
            f'width="{WIDTH:g}" height="{y:g}" role="img" aria-labelledby="title desc" '
            f"font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\">"
        )
        return "\n".join(
            [
                head,
                f'<title id="title">{escape(title)}</title>',
                f'<desc id="desc">{escape(self._description())}</desc>',
                paper,
                *self.drawn,
                "</svg>\n",
            ]
        )

    def _description(self) -> str:
        """Say all that is drawn."""
        text = self.document.text
        said = [" ".join(line.of(text).split()) for line in self.lines]

        def shown(span: Span) -> bool:
            return any(line.start <= span.start < line.end for line in self.lines)

        entities = [f"{e.of(text)} ({e.label})" for e in self.document.entities if shown(e)]
        quotes = [q for q in self.document.quotes if shown(q.fragments[0])]
        events = [e for e in self.document.events if shown(e)]
        said += [f"Entities: {', '.join(entities)}."] * bool(entities)
        said += [f"Quote: {describe_quote(self.document, quote)}" for quote in quotes]
        said += [f"Event: {describe_event(self.document, event)}." for event in events]
        return "\n".join(said)

    def _row(self, row: Row, y: float, rows: list[Row]) -> float:
        """Draw a row whose room begins at *y*, and return where it ends."""
        notes = notes_of(self.document, row)
        y += LEADING + (GAP if notes else 0) + NOTE * len(notes)
        for quote in self.document.quotes:
            for fragment in quote.fragments:
                self._band(row, fragment, y - 3, BOX + 6, self.colours.quote[0])
        for event in self.document.events:
            self._band(row, event, y + 1, BOX - 2, self.colours.event[0])
        for entity in self.document.entities:
            self._entity(row, entity, y)
        for x, piece in row.pieces:
            if not piece.text.isspace():
                ink = self.colours.text
                self._text(x + piece.lead, y + BOX * 0.71, piece.text, ink, bold=piece.bold)
        for height, level in enumerate(notes):
            for note in level:
                self._draw_note(note, y - 5, y - 9 - height * NOTE)
        return self._tracks(row, y + BOX, rows)

    def _band(self, row: Row, span: Span, y: float, height: float, ground: str) -> None:
        reach = row.reach(span)
        if reach:
            self._add(self._rect(reach[0] - 2, y, reach[1] - reach[0] + 4, height, ground, 5))

    def _entity(self, row: Row, entity: Entity, y: float) -> None:
        reach = row.reach(entity)
        if not reach:
            return
        family = next(i for i, labels in enumerate(FAMILIES) if entity.label in labels)
        ground, ink = self.colours.families[family]
        self._add(self._rect(reach[0], y + 1, reach[1] - reach[0], BOX - 2, ground, 5))
        at = reach[1] - PAD - width_of(entity.label, SMALL - 1, True)
        self._text(at, y + BOX * 0.66, entity.label, ink, SMALL - 1, bold=True)

    def _draw_note(self, note: Note, bracket: float, y: float) -> None:
        """Draw a note at *y*, and at *bracket* what it stands over."""
        ink = self.colours.quote[1]
        if note.over:
            first, last, end = note.over[0] + 1, note.over[1] - 1, bracket + 4
            self._line([(first, end), (first, bracket), (last, bracket), (last, end)], ink)
        self._text(note.left, y, note.kind, ink, SMALL, bold=True)
        self._text(note.right - width_of(note.more, SMALL), y, note.more, ink, SMALL)

    def _tracks(self, row: Row, y: float, rows: list[Row]) -> float:
        """Draw the events below a row, and return where they end."""
        placed = tracks_of(self.document, row, rows)
        # Nodes stand over the lines of others, so that a line that must pass goes behind them.
        for draw_part in (self._draw_lines, self._draw_nodes):
            for depth, tracks in enumerate(placed):
                for track in tracks:
                    draw_part(track, y, y + GAP + depth * TRACK + TRACK / 2 - 1)
        return y + len(placed) * TRACK + (GAP if placed else 0)

    def _draw_lines(self, track: Track, text: float, y: float) -> None:
        """Draw the lines of a track at *y* below a text that ends at *text*."""
        ink, first, last = self.colours.event[1], track.nodes[0], track.nodes[-1]
        self._line([(first.stem, y), (last.stem, y)], ink)
        if track.earlier:
            self._line([(MARGIN, y), (first.left, y)], ink, dashed=True)
        if track.later:
            self._line([(last.right, y), (WIDTH - MARGIN, y)], ink, dashed=True)
        for node in track.nodes:
            top = text - 1 if node.trigger else text + 2
            if not node.trigger:
                self._line([(node.over[0] + 1, top), (node.over[1] - 1, top)], ink)
            knee = top + PAD
            self._line(
                [(node.root, top), (node.root, knee), (node.stem, knee), (node.stem, y)], ink
            )

    def _draw_nodes(self, track: Track, text: float, y: float) -> None:
        ground, ink = self.colours.event
        for node in track.nodes:
            fill, edge = (ground, ink) if node.trigger else (self.colours.paper, "")
            self._add(self._rect(node.left, y - 8.5, node.width, 17, fill, 4, edge))
            at = node.left + PAD
            self._text(at, y + SMALL * 0.36, node.text, ink, SMALL, bold=node.trigger)

    def _legend(self, y: float) -> float:
        y += LEADING
        self._line([(MARGIN, y), (WIDTH - MARGIN, y)], self.colours.edge)
        y += 26
        x = MARGIN
        for said, (ground, ink), more in (
            ("entities", self.colours.families[0], "with their label"),
            ("quotes", self.colours.quote, "with kind, source, cue and speaker"),
            ("events", self.colours.event, "with type and arguments"),
        ):
            width = width_of(said, SMALL + 1, True) + 2 * PAD
            self._add(self._rect(x, y - 13, width, 18, ground, 4))
            self._text(x + PAD, y, said, ink, SMALL + 1, bold=True)
            x += width + GAP
            self._text(x, y, more, self.colours.note, SMALL + 1)
            x += width_of(more, SMALL + 1) + 4 * GAP
        at = WIDTH - MARGIN - width_of(self.document.id, SMALL + 1)
        if at > x:
            self._text(at, y, self.document.id, self.colours.note, SMALL + 1)
        return y + 22

    def _add(self, shape: str) -> None:
        self.drawn.append(shape)

    def _rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        radius: float,
        edge: str = "",
    ) -> str:
        stroke = f' stroke="{edge}"' if edge else ""
        return (
            f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" '
            f'height="{_number(height)}" rx="{radius:g}" fill="{fill}"{stroke}/>'
        )

    def _line(self, points: list[tuple[float, float]], ink: str, dashed: bool = False) -> None:
        said = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        dashes = ' stroke-dasharray="2 4"' if dashed else ""
        self._add(
            f'<polyline points="{said}" fill="none" stroke="{ink}" stroke-width="1.3"{dashes}/>'
        )

    def _text(
        self, x: float, y: float, said: str, ink: str, size: float = SIZE, bold: bool = False
    ) -> None:
        if not said:
            return
        length = width_of(said, size, bold)
        weight = ' font-weight="700"' if bold else ""
        self._add(
            f'<text x="{_number(x)}" y="{_number(y)}" font-size="{size:g}"{weight} fill="{ink}" '
            f'textLength="{_number(length)}" lengthAdjust="spacingAndGlyphs">{escape(said)}</text>'
        )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
