r"""brat standoff: an article's text as it is, and beside it every annotation of all three layers.

The format is that of https://brat.nlplab.org/standoff.html; offsets are Dateline's own, half-open
and in Unicode code points::

    T1	PERSON 24 27	Ana
    T2	Quote 0 8;14 23	“We won,” “At last.”
    T3	Cue 28 32	said
    A1	Kind T2 DIRECT
    R1	Cue Arg1:T2 Arg2:T3
    R2	Source Arg1:T2 Arg2:T1
    R3	Speaker Arg1:T2 Arg2:T1
    T4	SUPPORT 40 45	voted
    E1	SUPPORT:T4 AGENT:T1 AGENT2:T5
    A2	Realis E1 ACTUAL
    A3	Polarity E1 POSITIVE

* Entities are text-bound annotations with their label. A quote is one ``Quote``, discontinuous
  where it has several fragments, with an attribute ``Kind`` and the relations ``Cue``, ``Source``
  and ``Speaker``. An event is an event of its type with the attributes ``Realis`` and ``Polarity``;
  the second argument of a role is numbered, as brat does it.
* A cue, source, speaker or argument is an annotation of that name, or the entity itself where one
  has the same boundaries.
* brat cannot mark a line break. A fragment that runs over one is cut there; pieces with nothing
  between them but white space and a line break are one fragment again. Where a quote has two
  fragments of which that is not true, a note on it lists the fragments as they are:
  ``#1	AnnotatorNotes T2	fragments 0 8;9 18``.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from .documents import (
    ENTITY_LABELS,
    EVENT_TYPES,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    Document,
    Event,
    Quote,
    Span,
)

CONFIGURATION = "annotation.conf"
"""The file that tells brat the scheme, for its folder and those below."""

QUOTE, CUE, SOURCE, SPEAKER, ARGUMENT = "Quote", "Cue", "Source", "Speaker", "Argument"

_LINE = re.compile(r"[^\n]*[^\s][^\n]*")
"""A line that holds more than white space."""


def configuration() -> str:
    """Return what `CONFIGURATION` says: the labels, kinds, types and roles of the scheme."""
    roles = ", ".join(f"{role}*:<ENTITY>" for role in ROLES)
    return "\n".join(
        [
            "[entities]",
            *(*ENTITY_LABELS, QUOTE, CUE, SOURCE, SPEAKER, ARGUMENT),
            "",
            "[relations]",
            *(f"{part}\tArg1:{QUOTE}, Arg2:<ENTITY>" for part in (CUE, SOURCE, SPEAKER)),
            "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
            "",
            "[events]",
            *(f"{type}\t{roles}" for type in EVENT_TYPES),
            "",
            "[attributes]",
            f"Kind\tArg:{QUOTE}, Value:{'|'.join(QUOTE_KINDS)}",
            f"Realis\tArg:<EVENT>, Value:{'|'.join(REALIS)}",
            f"Polarity\tArg:<EVENT>, Value:{'|'.join(POLARITIES)}",
            "",
        ]
    )


def to_standoff(document: Document) -> str:
    """Return the annotations of *document*, as the ``.ann`` file beside its text has them."""
    return _Writer(document).standoff()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.lines: list[str] = []
        self.counts: dict[str, int] = {}
        self.spans: dict[tuple[str, Span], str] = {}
        """The ids of text-bound annotations that quotes and events may share."""

    def standoff(self) -> str:
        for entity in self.document.entities:
            self.spans["", entity.bare()] = self._mark(entity.label, [entity])
        for quote in self.document.quotes:
            self._quote(quote)
        for event in self.document.events:
            self._event(event)
        return "".join(f"{line}\n" for line in self.lines)

    def _quote(self, quote: Quote) -> None:
        mark = self._mark(QUOTE, quote.fragments)
        self._add("A", f"Kind {mark} {quote.kind}")
        parts = [(CUE, quote.cue), (SOURCE, quote.source), *((SPEAKER, s) for s in quote.speakers)]
        for part, span in parts:
            if span is not None:
                self._add("R", f"{part} Arg1:{mark} Arg2:{self._shared(part, span)}")
        if any(
            "\n" in between and between.isspace()
            for between in _between(self.document.text, quote.fragments)
        ):
            self._add("#", f"AnnotatorNotes {mark}\tfragments {_offsets(quote.fragments)}")

    def _event(self, event: Event) -> None:
        said = [f"{event.type}:{self._mark(event.type, [event])}"]
        numbers: dict[str, int] = {}
        for argument in event.arguments:
            n = numbers[argument.role] = numbers.get(argument.role, 0) + 1
            name = argument.role if n == 1 else f"{argument.role}{n}"
            said.append(f"{name}:{self._shared(ARGUMENT, argument.bare())}")
        id = self._add("E", " ".join(said))
        self._add("A", f"Realis {id} {event.realis}")
        self._add("A", f"Polarity {id} {event.polarity}")

    def _shared(self, name: str, span: Span) -> str:
        """Return the id of the entity on *span*, or of the one annotation *name* on it."""
        if ("", span) in self.spans:
            return self.spans["", span]
        if (name, span) not in self.spans:
            self.spans[name, span] = self._mark(name, [span])
        return self.spans[name, span]

    def _mark(self, name: str, spans: Iterable[Span]) -> str:
        pieces = [piece for span in spans for piece in _pieces(self.document.text, span)]
        text = " ".join(piece.of(self.document.text) for piece in pieces)
        return self._add("T", f"{name} {_offsets(pieces)}\t{text}")

    def _add(self, letter: str, said: str) -> str:
        n = self.counts[letter] = self.counts.get(letter, 0) + 1
        self.lines.append(f"{letter}{n}\t{said}")
        return f"{letter}{n}"


def _offsets(spans: Iterable[Span]) -> str:
    return ";".join(f"{span.start} {span.end}" for span in spans)


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """Cut *span* at its line breaks."""
    for line in _LINE.finditer(text, span.start, span.end):
        yield Span(*line.span())


def _between(text: str, spans: Sequence[Span]) -> Iterator[str]:
    for before, after in itertools.pairwise(spans):
        yield text[before.end : after.start]
