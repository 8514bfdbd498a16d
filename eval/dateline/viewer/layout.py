"""Where everything stands in a picture: rows of text, notes above them, tracks of events below.

All lengths are pixels of the picture. Nothing here knows colours or shapes.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dateline.documents import QUOTE_KINDS, Document, Event, Span

WIDTH, MARGIN = 880.0, 32.0
SIZE, SMALL = 19.0, 11.0
"""Of the article's text, and of everything else, in pixels."""
PAD, GAP = 4.0, 7.0
"""What a box has beside its text, and what lies between two things."""

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


def width_of(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Return how wide *text* is in Helvetica; a character it lacks is as wide as a digit."""
    said = sum(_WIDTH_OF.get(character, 556) for character in text) * size / 1000
    return said * _BOLD if bold else said


class Piece(NamedTuple):
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
        """Of all that stands there."""
        return self.lead + width_of(self.text, bold=self.bold) + self.trail


class Row(NamedTuple):
    """A line of the picture: its pieces, and where each begins."""

    pieces: list[tuple[float, Piece]]

    @property
    def span(self) -> Span:
        """From its first character to its last."""
        return Span(self.pieces[0][1].span.start, self.pieces[-1][1].span.end)

    def reach(self, span: Span) -> tuple[float, float] | None:
        """Return from where to where the part of *span* in this row reaches, boxes included."""
        inside = [(x, x + piece.width) for x, piece in self.pieces if piece.span in span]
        return (inside[0][0], inside[-1][1]) if inside else None


class Note(NamedTuple):
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
        """What comes after its kind, or all of it."""
        return self.text.removeprefix(self.kind).lstrip()

    @property
    def width(self) -> float:
        """Of its text."""
        kind = width_of(f"{self.kind} ", SMALL, bold=True) if self.kind else 0.0
        return kind + width_of(self.more, SMALL)

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width


class Node(NamedTuple):
    """A part of an event below its text."""

    text: str
    trigger: bool
    over: tuple[float, float]
    """From where to where its text reaches."""
    left: float

    @property
    def width(self) -> float:
        """Of its box."""
        return width_of(self.text, SMALL, self.trigger) + 2 * PAD

    @property
    def right(self) -> float:
        """Where its box ends."""
        return self.left + self.width

    @property
    def stem(self) -> float:
        """Where the line up to the text is: below its middle, unless the node lies elsewhere."""
        middle = sum(self.over) / 2
        return min(max(middle, self.left + PAD), self.right - PAD)

    @property
    def root(self) -> float:
        """Where that line ends at the text."""
        return min(max(self.stem, self.over[0] + 1), self.over[1] - 1)


class Track(NamedTuple):
    """An event's parts in one row."""

    nodes: list[Node]
    earlier: bool
    """Whether it has parts in earlier rows."""
    later: bool

    @property
    def left(self) -> float:
        """Where it begins; at the margin where something is in earlier rows."""
        return MARGIN if self.earlier else self.nodes[0].left

    @property
    def right(self) -> float:
        """Where it ends; at the margin where something is in later rows."""
        return WIDTH - MARGIN if self.later else self.nodes[-1].right


def rows_of(document: Document, line: Span) -> Iterator[Row]:
    """Break a paragraph into rows, at white space outside entities."""
    pieces: list[tuple[float, Piece]] = []
    x = MARGIN
    for space, word in _words(document, line):
        width = sum(piece.width for piece in word)
        if pieces and x + space + width > WIDTH - MARGIN:
            yield Row(pieces)
            pieces, x = [], MARGIN
        x += space if pieces else 0
        for piece in word:
            pieces.append((x, piece))
            x += piece.width
    yield Row(pieces)


def _words(document: Document, line: Span) -> Iterator[tuple[float, list[Piece]]]:
    """Yield what may not be broken, with the width of the white space before it."""
    text = document.text
    ends = {entity.end: entity for entity in document.entities}
    starts = {entity.start for entity in document.entities}
    edges = {edge for span in (line, *_spans(document)) for edge in (span.start, span.end)}
    edges |= {edge for gap in re.finditer(r"\s+", text) for edge in gap.span()}
    inside = sorted(edge for edge in edges if line.start <= edge <= line.end)
    space, word = 0.0, list[Piece]()
    for start, end in itertools.pairwise(inside):
        said = text[start:end]
        within = any(e.start < start and end < e.end for e in document.entities)
        if said.isspace() and not within:
            if word:
                yield space, word
            space, word = width_of(" "), []
            continue
        entity = ends.get(end)
        label = width_of(entity.label, SMALL - 1, True) + PAD * 1.5 if entity else 0.0
        span = Span(start, end)
        word.append(
            Piece(
                span,
                " " if said.isspace() else said,
                PAD if start in starts else 0.0,
                label + PAD if entity else 0.0,
                any(span in event for event in document.events),
            )
        )
    if word:
        yield space, word


def _spans(document: Document) -> Iterator[Span]:
    yield from document.entities
    for quote in document.quotes:
        yield from quote.fragments
        yield from (part for part in (quote.cue, quote.source) if part)
    for event in document.events:
        yield event
        yield from event.arguments


def notes_of(document: Document, row: Row) -> list[list[Note]]:
    """Return what stands above a row: from below to above, from left to right."""
    found = set[Note]()
    for said, fragment in _fragments(document):
        reach = row.reach(fragment)
        if reach and fragment.start >= row.span.start:
            found.add(Note(reach[0], said, None))
    for quote in document.quotes:
        for said, span in (("source", quote.source), ("cue", quote.cue)):
            reach = row.reach(span) if span else None
            if reach:
                found.add(Note(sum(reach) / 2 - width_of(said, SMALL) / 2, said, reach))
    levels: list[list[Note]] = []
    for note in sorted(found, key=lambda note: note[:2]):
        note = note._replace(left=min(note.left, WIDTH - MARGIN - note.width))
        free = (level for level in levels if level[-1].right + GAP < note.left)
        level = next(free, None)
        if level is None:
            levels.append(level := [])
        level.append(note)
    return levels


def _fragments(document: Document) -> Iterator[tuple[str, Span]]:
    """Yield every fragment of a quote, with what stands above it."""
    for quote in document.quotes:
        names = " and ".join(s.of(document.text) for s in quote.speakers) or "unnamed"
        for number, fragment in enumerate(quote.fragments):
            more = "continued" if number else f"speaker: {names}"
            yield f"{quote.kind} quote, {more}", fragment


def tracks_of(document: Document, row: Row, rows: list[Row]) -> list[list[Track]]:
    """Return the events below a row of *rows*: from above to below, in each the tracks apart."""
    placed: list[list[Track]] = []
    events = (_track(event, row, rows) for event in document.events)
    for track in sorted(filter(None, events), key=lambda track: track.right - track.left):
        depths = (i for i in range(len(placed)) if _fits(track, i, placed))
        depth = next(depths, len(placed))
        placed[depth:] = placed[depth:] or [[]]
        placed[depth].append(track)
    return placed


def _track(event: Event, row: Row, rows: list[Row]) -> Track | None:
    """Return an event's parts in a row, if it has any there."""
    how = [said for said in (event.realis, event.polarity) if said not in _PLAIN]
    here = row.reach(event)
    parts: list[tuple[Span, str]] = [(event, " · ".join([event.type, *how]))]
    for argument in event.arguments:
        role = argument.role.lower()
        parts.append((argument, role if here else f"{role} of {event.type}"))
    nodes = [
        Node(said, span is event, reach, sum(reach) / 2)
        for span, said in parts
        if (reach := row.reach(span))
    ]
    if not nodes:
        return None
    there = [other.span for other in rows if any(other.reach(span) for span, _ in parts)]
    return Track(_apart(nodes), there[0] < row.span, there[-1] > row.span)


def _apart(nodes: list[Node]) -> list[Node]:
    """Put nodes below their text, in order, pushed off from the trigger where they are too near."""
    ordered = sorted(nodes, key=lambda node: (sum(node.over), not node.trigger))
    placed = [node._replace(left=node.left - node.width / 2) for node in ordered]
    pivot = next((i for i, node in enumerate(placed) if node.trigger), 0)
    right = _pushed_right(placed[pivot:], MARGIN - PAD)
    left = _pushed_left(placed[:pivot], right[0].left - 2 * GAP)
    return _pushed_left(_pushed_right([*left, *right], MARGIN - PAD), WIDTH - MARGIN + PAD)


def _pushed_right(nodes: list[Node], least: float) -> list[Node]:
    placed = []
    for node in nodes:
        placed.append(node._replace(left=max(node.left, least)))
        least = placed[-1].right + 2 * GAP
    return placed


def _pushed_left(nodes: list[Node], most: float) -> list[Node]:
    placed = []
    for node in reversed(nodes):
        placed.append(node._replace(left=min(node.left, most - node.width)))
        most = placed[-1].left - 2 * GAP
    return placed[::-1]


def _fits(track: Track, depth: int, placed: list[list[Track]]) -> bool:
    """Whether *track* overlaps none at *depth*, and no line to the text goes through a node."""
    if any(t.left < track.right + GAP and track.left < t.right + GAP for t in placed[depth]):
        return False
    above = [node for tracks in placed[:depth] for t in tracks for node in t.nodes]
    below = [node for tracks in placed[depth + 1 :] for t in tracks for node in t.nodes]
    return not (_crossed(track.nodes, above) or _crossed(below, track.nodes))


def _crossed(deeper: Sequence[Node], nodes: Sequence[Node]) -> bool:
    return any(n.left - 2 < node.stem < n.right + 2 for node in deeper for n in nodes)
