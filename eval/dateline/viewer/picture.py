"""Paragraphs of an article with their layers, drawn as SVG.

Each layer has a channel of its own: entities are boxes in the line, with their label; quotes are a
band behind the line, with kind, speaker, source and cue above it; events hang below the line, each
trigger with its type, and lines from there to its arguments.

The same document makes the same bytes. Nothing is loaded from elsewhere: the fonts are the reader's
own, and every word is fitted to the width that it has in Helvetica, Arial or Liberation Sans, which
are one another's equal (widths as in Adobe's Core 14 font metrics).
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from dateline.documents import (
    QUOTE_KINDS,
    Document,
    Entity,
    EntityLabel,
    Event,
    InvalidCorpus,
    Span,
)
from dateline.tokens import paragraphs

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

WIDTH, MARGIN = 880.0, 32.0
SIZE, SMALL = 19.0, 11.0
"""Of the article's text, and of everything else, in pixels."""
BOX, PAD, GAP = 26.0, 4.0, 7.0
"""Height of a box, what it has beside its text, and what lies between two things."""
LEADING, NOTE, TRACK = 12.0, 14.0, 25.0
"""Room between two lines, for a row of labels above one, and of events below one."""

_WIDTHS = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " !,./:;I[\\]ft·",
    333: "()-`r“”{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…→",
    1015: "@",
}
_WIDTH_OF = {character: width for width, those in _WIDTHS.items() for character in those}
_PLAIN = ("ACTUAL", "POSITIVE")
"""What of realis and polarity goes without saying."""
_BOLD = 1.07
"""How much wider bold capitals are."""


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


def width_of(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Return how wide *text* is in Helvetica; a character it lacks is as wide as a digit."""
    said = sum(_WIDTH_OF.get(character, 556) for character in text) * size / 1000
    return said * _BOLD if bold else said


class _Piece(NamedTuple):
    """Characters of the article that stand in one place."""

    span: Span
    text: str
    lead: float
    """Room for the edge of a box before it."""
    trail: float
    """Room for a label and the edge of a box behind it."""
    bold: bool

    @property
    def width(self) -> float:
        return self.lead + width_of(self.text, bold=self.bold) + self.trail


class _Row(NamedTuple):
    """A line of the picture: its pieces, and where each begins."""

    pieces: list[tuple[float, _Piece]]

    @property
    def span(self) -> Span:
        return Span(self.pieces[0][1].span.start, self.pieces[-1][1].span.end)

    def reach(self, span: Span) -> tuple[float, float] | None:
        """Return from where to where the part of *span* in this row reaches, boxes included."""
        inside = [(x, x + piece.width) for x, piece in self.pieces if piece.span in span]
        return (inside[0][0], inside[-1][1]) if inside else None


class _Note(NamedTuple):
    """A part of a quote, told above its text."""

    left: float
    text: str
    over: tuple[float, float] | None
    """From where to where its text reaches; None at the beginning of a fragment."""

    @property
    def kind(self) -> str:
        """Its first word, where that is a kind of quote."""
        word = self.text.partition(" ")[0]
        return word if word in QUOTE_KINDS else ""

    @property
    def more(self) -> str:
        return self.text.removeprefix(self.kind).lstrip()

    @property
    def width(self) -> float:
        kind = width_of(f"{self.kind} ", SMALL, bold=True) if self.kind else 0.0
        return kind + width_of(self.more, SMALL)

    @property
    def right(self) -> float:
        return self.left + self.width


class _Node(NamedTuple):
    """A part of an event below its text."""

    text: str
    trigger: bool
    over: tuple[float, float]
    """From where to where its text reaches."""
    left: float

    @property
    def width(self) -> float:
        return width_of(self.text, SMALL, self.trigger) + 2 * PAD

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def stem(self) -> float:
        """Where the line up to the text is: below its middle, unless the node lies elsewhere."""
        middle = sum(self.over) / 2
        return min(max(middle, self.left + PAD), self.right - PAD)


class _Track(NamedTuple):
    """An event's parts in one row."""

    nodes: list[_Node]
    earlier: bool
    """Whether it has parts in earlier rows."""
    later: bool

    @property
    def left(self) -> float:
        return MARGIN if self.earlier else self.nodes[0].left

    @property
    def right(self) -> float:
        return WIDTH - MARGIN if self.later else self.nodes[-1].right


class _Picture:
    def __init__(self, document: Document, lines: list[Span], colours: Colours) -> None:
        self.document = document
        self.colours = colours
        self.lines = lines
        self.ends: dict[int, Entity] = {entity.end: entity for entity in document.entities}
        self.starts = {entity.start for entity in document.entities}
        self.drawn: list[str] = []

    def svg(self) -> str:
        y = LEADING / 2
        for line in self.lines:
            rows = list(self._rows(line))
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

    # From the text to rows.

    def _rows(self, line: Span) -> Iterator[_Row]:
        """Break a paragraph into rows, at white space outside entities."""
        pieces: list[tuple[float, _Piece]] = []
        x = MARGIN
        for space, word in self._words(line):
            width = sum(piece.width for piece in word)
            if pieces and x + space + width > WIDTH - MARGIN:
                yield _Row(pieces)
                pieces, x = [], MARGIN
            x += space if pieces else 0
            for piece in word:
                pieces.append((x, piece))
                x += piece.width
        yield _Row(pieces)

    def _words(self, line: Span) -> Iterator[tuple[float, list[_Piece]]]:
        """Yield what may not be broken, with the width of the white space before it."""
        text = self.document.text
        edges = {edge for span in (line, *self._spans()) for edge in (span.start, span.end)}
        edges |= {edge for gap in re.finditer(r"\s+", text) for edge in gap.span()}
        inside = sorted(edge for edge in edges if line.start <= edge <= line.end)
        space, word = 0.0, list[_Piece]()
        for start, end in itertools.pairwise(inside):
            said = text[start:end]
            within = any(e.start < start and end < e.end for e in self.document.entities)
            if said.isspace() and not within:
                if word:
                    yield space, word
                space, word = width_of(" "), []
                continue
            entity = self.ends.get(end)
            label = width_of(entity.label, SMALL - 1, True) + PAD * 1.5 if entity else 0.0
            span = Span(start, end)
            word.append(
                _Piece(
                    span,
                    " " if said.isspace() else said,
                    PAD if start in self.starts else 0.0,
                    label + PAD if entity else 0.0,
                    any(span in event for event in self.document.events),
                )
            )
        if word:
            yield space, word

    def _spans(self) -> Iterator[Span]:
        yield from self.document.entities
        for quote in self.document.quotes:
            yield from quote.fragments
            yield from (part for part in (quote.cue, quote.source) if part)
        for event in self.document.events:
            yield event
            yield from event.arguments

    # From rows to shapes.

    def _row(self, row: _Row, y: float, rows: list[_Row]) -> float:
        """Draw a row whose room begins at *y*, and return where it ends."""
        notes = self._notes(row)
        y += LEADING + (GAP if notes else 0) + NOTE * len(notes)
        for _, span in self._fragments():
            self._band(row, span, y - 3, BOX + 6, self.colours.quote[0])
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

    def _fragments(self) -> Iterator[tuple[str, Span]]:
        """Yield every fragment of a quote, with what stands above it."""
        for quote in self.document.quotes:
            names = " and ".join(s.of(self.document.text) for s in quote.speakers) or "unnamed"
            for number, fragment in enumerate(quote.fragments):
                more = "continued" if number else f"speaker: {names}"
                yield f"{quote.kind} quote, {more}", fragment

    def _band(self, row: _Row, span: Span, y: float, height: float, ground: str) -> None:
        reach = row.reach(span)
        if reach:
            self._add(self._rect(reach[0] - 2, y, reach[1] - reach[0] + 4, height, ground, 5))

    def _entity(self, row: _Row, entity: Entity, y: float) -> None:
        reach = row.reach(entity)
        if not reach:
            return
        family = next(i for i, labels in enumerate(FAMILIES) if entity.label in labels)
        ground, ink = self.colours.families[family]
        self._add(self._rect(reach[0], y + 1, reach[1] - reach[0], BOX - 2, ground, 5))
        at = reach[1] - PAD - width_of(entity.label, SMALL - 1, True)
        self._text(at, y + BOX * 0.66, entity.label, ink, SMALL - 1, bold=True)

    def _notes(self, row: _Row) -> list[list[_Note]]:
        """Return what stands above a row: from below to above, from left to right."""
        found = set[_Note]()
        for said, fragment in self._fragments():
            reach = row.reach(fragment)
            if reach and fragment.start >= row.span.start:
                found.add(_Note(reach[0], said, None))
        for quote in self.document.quotes:
            for said, span in (("source", quote.source), ("cue", quote.cue)):
                reach = row.reach(span) if span else None
                if reach:
                    found.add(_Note(sum(reach) / 2 - width_of(said, SMALL) / 2, said, reach))
        levels: list[list[_Note]] = []
        for note in sorted(found, key=lambda note: note[:2]):
            note = note._replace(left=min(note.left, WIDTH - MARGIN - note.width))
            free = (level for level in levels if level[-1].right + GAP < note.left)
            level = next(free, None)
            if level is None:
                levels.append(level := [])
            level.append(note)
        return levels

    def _draw_note(self, note: _Note, bracket: float, y: float) -> None:
        """Draw a note at *y*, and at *bracket* what it stands over."""
        ink = self.colours.quote[1]
        if note.over:
            first, last, end = note.over[0] + 1, note.over[1] - 1, bracket + 4
            self._line([(first, end), (first, bracket), (last, bracket), (last, end)], ink)
        self._text(note.left, y, note.kind, ink, SMALL, bold=True)
        self._text(note.right - width_of(note.more, SMALL), y, note.more, ink, SMALL)

    def _tracks(self, row: _Row, y: float, rows: list[_Row]) -> float:
        """Draw the events below a row, and return where they end."""
        placed: list[list[_Track]] = []
        events = (self._track(event, row, rows) for event in self.document.events)
        for track in sorted(filter(None, events), key=lambda track: track.right - track.left):
            depths = (i for i in range(len(placed)) if _fits(track, i, placed))
            depth = next(depths, len(placed))
            placed[depth:] = placed[depth:] or [[]]
            placed[depth].append(track)
        # Nodes stand over the lines of others, so that a line that must pass goes behind them.
        for draw_part in (self._draw_lines, self._draw_nodes):
            for depth, tracks in enumerate(placed):
                for track in tracks:
                    draw_part(track, y, y + GAP + depth * TRACK + TRACK / 2 - 1)
        return y + len(placed) * TRACK + (GAP if placed else 0)

    def _track(self, event: Event, row: _Row, rows: list[_Row]) -> _Track | None:
        """Return an event's parts in a row, if it has any there."""
        how = [said for said in (event.realis, event.polarity) if said not in _PLAIN]
        here = row.reach(event)
        parts: list[tuple[Span, str]] = [(event, " · ".join([event.type, *how]))]
        for argument in event.arguments:
            role = argument.role.lower()
            parts.append((argument, role if here else f"{role} of {event.type}"))
        nodes = [
            _Node(said, span is event, reach, sum(reach) / 2)
            for span, said in parts
            if (reach := row.reach(span))
        ]
        if not nodes:
            return None
        there = [other.span for other in rows if any(other.reach(span) for span, _ in parts)]
        return _Track(_apart(nodes), there[0] < row.span, there[-1] > row.span)

    def _draw_lines(self, track: _Track, text: float, y: float) -> None:
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
            self._line([(node.stem, top), (node.stem, y)], ink)

    def _draw_nodes(self, track: _Track, text: float, y: float) -> None:
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

    # Shapes.

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


def _apart(nodes: list[_Node]) -> list[_Node]:
    """Put nodes below their text, in order, pushed off from the trigger where they are too near."""
    ordered = sorted(nodes, key=lambda node: (sum(node.over), not node.trigger))
    placed = [node._replace(left=node.left - node.width / 2) for node in ordered]
    pivot = next((i for i, node in enumerate(placed) if node.trigger), 0)
    right = _pushed_right(placed[pivot:], MARGIN - PAD)
    left = _pushed_left(placed[:pivot], right[0].left - 2 * GAP)
    return _pushed_left(_pushed_right([*left, *right], MARGIN - PAD), WIDTH - MARGIN + PAD)


def _pushed_right(nodes: list[_Node], least: float) -> list[_Node]:
    placed = []
    for node in nodes:
        placed.append(node._replace(left=max(node.left, least)))
        least = placed[-1].right + 2 * GAP
    return placed


def _pushed_left(nodes: list[_Node], most: float) -> list[_Node]:
    placed = []
    for node in reversed(nodes):
        placed.append(node._replace(left=min(node.left, most - node.width)))
        most = placed[-1].left - 2 * GAP
    return placed[::-1]


def _fits(track: _Track, depth: int, placed: list[list[_Track]]) -> bool:
    """Whether *track* overlaps none at *depth*, and no line to the text goes through a node."""
    if any(t.left < track.right + GAP and track.left < t.right + GAP for t in placed[depth]):
        return False
    above = [node for tracks in placed[:depth] for t in tracks for node in t.nodes]
    below = [node for tracks in placed[depth + 1 :] for t in tracks for node in t.nodes]
    return not (_crossed(track.nodes, above) or _crossed(below, track.nodes))


def _crossed(deeper: Sequence[_Node], nodes: Sequence[_Node]) -> bool:
    return any(n.left - 2 < node.stem < n.right + 2 for node in deeper for n in nodes)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
