"""The text form of an annotated article: to be written, read and compared by people.

Every line of the text stands behind a ``|``. Below it stand its annotations, indented, each quoting
its text between brackets; where that text occurs more than once in the line, ``#n`` says which
occurrence is meant. What belongs to a quote or an event stands in the lines after it::

    @ an-article
    |“We won,” Ana Ruiz said. She thanked Oslo.
        ruiz PERSON [Ana Ruiz]
        GPE [Oslo]
        DIRECT [“We won,”]
          cue [said]
          source [Ana Ruiz]
          speaker ruiz
        SUPPORT [thanked]
          agent [She]
          patient [Oslo]

* Entities: a label. Quotes: a kind, with ``cue``, ``source``, ``+`` (a further fragment) and
  ``speaker`` (names of entities, or ``UNNAMED``; must be there). Events: a type, with realis and
  polarity where they are not ACTUAL and POSITIVE, and the roles in lower case.
* A short name before the label is needed only by what is linked to. With it a part may stand below
  another paragraph than its whole: ``q1 + [“And again.”]``.
* ``speaker [Ana Ruiz]`` stands for the first entity mention of the article that reads so,
  ``speaker [Ana Ruiz]#2`` for the second occurrence of that text in the article.
* A fragment that runs over a paragraph break is carried on by ``~`` below the next paragraph.
* The quoted text reaches from the first ``[`` of the line to the last ``]``: nothing is escaped.
* Blank lines, and lines that begin with ``#``, say nothing.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .documents import (
    ENTITY_LABELS,
    EVENT_TYPES,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    Argument,
    Article,
    Document,
    Entity,
    Event,
    InvalidAnnotation,
    Quote,
    Span,
    ground,
    occurrence,
)
from .tokens import paragraphs

_LINE = re.compile(r"\s+(?P<head>[^\[]*?)\s*(?:\[(?P<text>.*)\](?:#(?P<n>\d+))?)?\s*")
_NAME = re.compile(r"[a-z][a-z0-9]*")
_NUMBERED = re.compile(r"[qv]\d*")
"""Names that the writer keeps for quotes and events."""
_ROLES = {role.lower(): role for role in ROLES}
_PARTS = {"cue", "source", "speaker", "+", "~", *_ROLES}


def to_text(document: Document) -> str:
    """Return the text form of *document*.

    Raises:
        InvalidAnnotation: a span lies outside the paragraphs, or one that is no quote's content
            runs over a paragraph break: the form cannot say that.
    """
    return _Writer(document).form()


def from_text(form: str, article: Article) -> Document:
    """Return the document that *form* says, over *article*.

    Raises:
        InvalidAnnotation: the form's text or id is not the article's, a line cannot be read, a
            quoted text is not there exactly once, or a name leads nowhere. The message names the
            line.
    """
    return _Reader(form, article).document()


def form_id(form: str) -> str:
    """Return the article id in the first line of *form*.

    Raises:
        InvalidAnnotation: there is none.
    """
    for line in form.split("\n"):
        if line.startswith("@ "):
            return line[2:].strip()
        if line.strip() and not line.startswith("#"):
            break
    raise InvalidAnnotation(
        "the text form has no first line '@ ID'; expected the article's id there"
    )


def to_lines(document: Document) -> list[str]:
    """Return the annotations of *document* alone, as lines of the text form.

    There being no text to stand below, ``#n`` counts over the whole article, and speakers are
    quoted.

    Raises:
        InvalidAnnotation: as `to_text` does.
    """
    return _Writer(document, alone=True).lines()


def from_lines(lines: Iterable[str], article: Article) -> Document:
    """Return the document that annotations alone say, as `to_lines` writes them.

    A speaker whose entity is not among them becomes the first place in the text that reads so.

    Raises:
        InvalidAnnotation: as `from_text` does.
    """
    return _Reader("", article).annotations(lines)


class _Writer:
    def __init__(self, document: Document, alone: bool = False) -> None:
        self.document = document
        self.text = document.text
        self.paragraphs = [Span(*offsets) for offsets in paragraphs(self.text)]
        self.homes = [Span(0, len(self.text))] if alone else self.paragraphs
        self.below: dict[Span, list[str]] = {home: [] for home in self.homes}
        self.names = {} if alone else self._names()
        self.alone = alone

    def form(self) -> str:
        self._annotations()
        lines = [f"@ {self.document.id}"]
        start = 0
        for line in self.text.split("\n"):
            lines.append(f"|{line}")
            lines.extend(self.below.get(Span(start, start + len(line)), ()))
            start += len(line) + 1
        return "\n".join(lines) + "\n"

    def lines(self) -> list[str]:
        self._annotations()
        return [line[4:] for line in self.below[self.homes[0]]]

    def _annotations(self) -> None:
        for entity in self.document.entities:
            home = self._home(entity)
            name = self.names.get(entity.bare())
            self._add(home, 4, name, entity.label, entity)
        for number, quote in enumerate(self.document.quotes, 1):
            self._quote(quote, f"q{number}")
        for number, event in enumerate(self.document.events, 1):
            self._event(event, f"v{number}")

    def _names(self) -> dict[Span, str]:
        """Name the entities that are linked to, each by its last word."""
        linked = sorted({s for quote in self.document.quotes for s in quote.speakers})
        names: dict[Span, str] = {}
        for span in linked:
            plain = unicodedata.normalize("NFKD", span.of(self.text).lower())
            words = re.findall(
                r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))
            )
            fits = words and _NAME.fullmatch(words[-1]) and not _NUMBERED.fullmatch(words[-1])
            word = words[-1] if fits else "e"
            taken = {*names.values(), *_PARTS}
            candidates = (f"{word}{n}" if n > 1 else word for n in itertools.count(1))
            names[span] = next(name for name in candidates if name not in taken)
        return names

    def _quote(self, quote: Quote, name: str) -> None:
        pieces = [
            ("~" if i else "+", piece)
            for fragment in quote.fragments
            for i, piece in enumerate(self._pieces(fragment))
        ]
        home = self._home(pieces[0][1])
        parts = [("cue", quote.cue), ("source", quote.source), *pieces[1:]]
        spans = [(key, span) for key, span in parts if span is not None]
        named = name if any(self._home(span) != home for _, span in spans) else None
        self._add(home, 4, named, quote.kind, pieces[0][1])
        self._parts(home, name, spans)
        if self.alone and quote.speakers:
            for speaker in quote.speakers:
                self._add(home, 6, None, "speaker", speaker)
            return
        unknown = [speaker for speaker in quote.speakers if speaker not in self.names]
        if unknown:
            raise InvalidAnnotation(f"speaker {unknown[0].of(self.text)!r} is no entity mention")
        speakers = " ".join(self.names[speaker] for speaker in quote.speakers) or "UNNAMED"
        self.below[home].append(f"      speaker {speakers}")

    def _event(self, event: Event, name: str) -> None:
        home = self._home(event)
        spans = [(argument.role.lower(), argument.bare()) for argument in event.arguments]
        named = name if any(self._home(span) != home for _, span in spans) else None
        tag: list[str] = [event.type]
        if event.realis != "ACTUAL":
            tag.append(event.realis)
        if event.polarity != "POSITIVE":
            tag.append(event.polarity)
        self._add(home, 4, named, " ".join(tag), event)
        self._parts(home, name, spans)

    def _parts(self, home: Span, name: str, parts: Iterable[tuple[str, Span]]) -> None:
        for key, span in parts:
            away = self._home(span) != home
            self._add(self._home(span), 4 if away else 6, name if away else None, key, span)

    def _add(self, home: Span, indent: int, name: str | None, tag: str, span: Span) -> None:
        n = occurrence(self.text, span, home)
        number = "" if n is None else f"#{n}"
        head = f"{name} {tag}" if name else tag
        self.below[home].append(f"{' ' * indent}{head} [{span.of(self.text)}]{number}")

    def _home(self, span: Span) -> Span:
        for home in self.homes:
            if span.bare() in home:
                return home
        raise InvalidAnnotation(
            f"span [{span.start}, {span.end}) of {self.document.id} lies in no one paragraph; "
            "expected all but a quote's content inside one"
        )

    def _pieces(self, fragment: Span) -> list[Span]:
        """Cut a fragment where it runs over a paragraph break."""
        pieces = [
            Span(max(fragment.start, paragraph.start), min(fragment.end, paragraph.end))
            for paragraph in self.paragraphs
            if paragraph.start < fragment.end and fragment.start < paragraph.end
        ]
        if not pieces or (pieces[0].start, pieces[-1].end) != (fragment.start, fragment.end):
            raise InvalidAnnotation(
                f"fragment [{fragment.start}, {fragment.end}) of {self.document.id} "
                "begins or ends outside the paragraphs"
            )
        return pieces


class _Item(NamedTuple):
    """An annotation as its lines are read: what it is, where, and its parts so far."""

    line: int
    tags: list[str]
    fragments: list[Span]
    parts: list[tuple[str, Span]]
    speakers: list[str]
    """Names of entities, or ``UNNAMED``."""
    quoted: list[tuple[str, int | None]]
    """Speakers as the text has them, with the number of an occurrence."""


class _Reader:
    def __init__(self, form: str, article: Article) -> None:
        self.form = form
        self.article = article
        self.items: list[_Item] = []
        self.named: dict[str, _Item] = {}
        self.away: list[tuple[int, str, list[str], Span | None]] = []
        self.number = 0

    def document(self) -> Document:
        self._check_text()
        offset = 0
        paragraph: Span | None = None
        for number, line in enumerate(self.form.split("\n"), 1):
            self.number = number
            if line.startswith("|"):
                paragraph = Span(offset, offset + len(line) - 1)
                offset = paragraph.end + 1
            elif line.strip() and line[0] not in "#@":
                if paragraph is None:
                    raise self._refused("an annotation stands above the text", "it below its line")
                self._read(line, paragraph)
        return self._read_document()

    def annotations(self, lines: Iterable[str]) -> Document:
        for number, line in enumerate(lines, 1):
            self.number = number
            if line.strip():
                self._read(f"    {line}", Span(0, len(self.article.text)))
        return self._read_document()

    def _read_document(self) -> Document:
        for number, name, words, span in self.away:
            self.number = number
            self._add_part(words, span, self._whole(name))
        return Document(
            self.article, tuple(self._entities()), tuple(self._quotes()), tuple(self._events())
        )

    def _check_text(self) -> None:
        if form_id(self.form) != self.article.id:
            raise InvalidAnnotation(
                f"the text form is of {form_id(self.form)!r}; expected {self.article.id!r}"
            )
        lines = [
            (i, line[1:]) for i, line in enumerate(self.form.split("\n"), 1) if line.startswith("|")
        ]
        expected = self.article.text.split("\n")
        for (number, got), wanted in zip(lines, expected, strict=False):
            if got != wanted:
                self.number = number
                raise self._refused(f"the text is {got[:60]!r}", f"the article's {wanted[:60]!r}")
        if len(lines) != len(expected):
            raise InvalidAnnotation(
                f"the text form has {len(lines)} lines of text; expected {len(expected)}"
            )

    def _read(self, line: str, paragraph: Span) -> None:
        match = _LINE.fullmatch(line)
        if match is None:
            raise self._refused(
                f"cannot read {line.strip()!r}", "  LABEL [text] or  LABEL [text]#2"
            )
        words = match["head"].split()
        name = None
        if words and words[0] not in _PARTS and _NAME.fullmatch(words[0]):
            name = words.pop(0)
        if not words:
            raise self._refused(f"no label in {line.strip()!r}", "a label, kind, type or part")
        span = None
        if words == ["speaker"] and match["text"]:
            # A name, wherever in the article the mention stands.
            self._add_speaker(match["text"], int(match["n"]) if match["n"] else None)
            return
        if match["text"] is not None:
            try:
                n = int(match["n"]) if match["n"] else None
                span = ground(self.article.text, match["text"], n, paragraph)
            except InvalidAnnotation as error:
                raise InvalidAnnotation(f"line {self.number}: {error}") from None
        if words[0] in _PARTS and name is not None:
            # Its whole may stand further below.
            self.away.append((self.number, name, words, span))
        elif words[0] in _PARTS:
            self._add_part(words, span, self._last())
        else:
            self._add_item(name, words, span)

    def _add_item(self, name: str | None, words: list[str], span: Span | None) -> None:
        known = (*ENTITY_LABELS, *QUOTE_KINDS, *EVENT_TYPES)
        if words[0] not in known:
            raise self._refused(f"unknown label {words[0]!r}", f"one of {', '.join(known)}")
        allowed = {*REALIS, *POLARITIES} if words[0] in EVENT_TYPES else set()
        if set(words[1:]) - allowed:
            raise self._refused(
                f"unknown word {words[-1]!r} after {words[0]}", "realis or polarity"
            )
        if span is None:
            raise self._refused(f"{words[0]} has no text", "it between [ and ]")
        item = _Item(self.number, words, [span], [], [], [])
        self.items.append(item)
        if name is not None:
            if name in self.named:
                raise self._refused(f"the name {name!r} is taken", "another")
            self.named[name] = item

    def _last(self) -> _Item:
        if not self.items:
            raise self._refused("a part of nothing", "a quote or event above it, or its name")
        return self.items[-1]

    def _whole(self, name: str) -> _Item:
        if name not in self.named:
            raise self._refused(f"no quote or event is named {name!r}", "the name of one")
        return self.named[name]

    def _add_part(self, words: list[str], span: Span | None, item: _Item) -> None:
        key, whole = words[0], item.tags[0]
        fits = key in _ROLES if whole in EVENT_TYPES else whole in QUOTE_KINDS and key not in _ROLES
        if not fits:
            raise self._refused(
                f"{key!r} under {whole}", "roles under events, the rest under quotes"
            )
        if key == "speaker":
            if span is not None or not words[1:] or item.speakers or item.quoted:
                raise self._refused("a speaker line", "one line of names, or UNNAMED")
            item.speakers.extend(words[1:])
            return
        if span is None or words[1:]:
            raise self._refused(f"{key!r} without text", "it between [ and ]")
        if key == "+":
            item.fragments.append(span)
        elif key == "~":
            last = item.fragments[-1]
            if self.article.text[last.end : span.start].strip() or span.start < last.end:
                raise self._refused("words stand between the two pieces", "only a paragraph break")
            item.fragments[-1] = Span(last.start, span.end)
        elif key in ("cue", "source") and any(key == other for other, _ in item.parts):
            raise self._refused(f"a second {key}", "one")
        else:
            item.parts.append((key, span))

    def _add_speaker(self, name: str, n: int | None) -> None:
        item = self._last()
        if item.tags[0] not in QUOTE_KINDS or item.speakers:
            raise self._refused("a speaker line", "it under a quote, without another that names")
        item.quoted.append((name, n))

    def _entities(self) -> Iterator[Entity]:
        for item in self.items:
            if item.tags[0] in ENTITY_LABELS:
                (span,) = item.fragments
                yield Entity(span.start, span.end, item.tags[0])

    def _quotes(self) -> Iterator[Quote]:
        for item in self.items:
            if item.tags[0] in QUOTE_KINDS:
                parts = dict(item.parts)
                yield Quote(
                    tuple(item.fragments),
                    item.tags[0],
                    parts.get("cue"),
                    parts.get("source"),
                    tuple(self._speakers(item)),
                )

    def _speakers(self, item: _Item) -> Iterator[Span]:
        self.number = item.line
        for name, n in item.quoted:
            yield self._quoted_speaker(name, n)
        if not item.speakers and not item.quoted:
            raise self._refused("a quote without a speaker line", "names of entities, or UNNAMED")
        if item.speakers == ["UNNAMED"]:
            return
        for name in item.speakers:
            entity = self.named.get(name)
            if entity is None or entity.tags[0] not in ENTITY_LABELS:
                raise self._refused(f"no entity is named {name!r}", "the name of one")
            yield entity.fragments[0]

    def _quoted_speaker(self, name: str, n: int | None) -> Span:
        mentions = sorted(entity.bare() for entity in self._entities())
        try:
            if n is None:
                reading = [span for span in mentions if span.of(self.article.text) == name]
                span = reading[0] if reading else ground(self.article.text, name, 1)
            else:
                span = ground(self.article.text, name, n)
            if self.form and span not in mentions:
                raise self._refused(f"no entity mention reads {name!r} there", "one that does")
            return span
        except InvalidAnnotation as error:
            said = str(error).removeprefix(f"line {self.number}: ")
            raise InvalidAnnotation(f"line {self.number}: {said}") from None

    def _events(self) -> Iterator[Event]:
        for item in self.items:
            if item.tags[0] in EVENT_TYPES:
                (span,) = item.fragments
                realis = [tag for tag in item.tags[1:] if tag in REALIS] or ["ACTUAL"]
                polarity = [tag for tag in item.tags[1:] if tag in POLARITIES] or ["POSITIVE"]
                self.number = item.line
                if len(realis) > 1 or len(polarity) > 1:
                    raise self._refused("two values of one attribute", "one")
                yield Event(
                    span.start,
                    span.end,
                    item.tags[0],
                    realis[0],
                    polarity[0],
                    tuple(Argument(part.start, part.end, _ROLES[key]) for key, part in item.parts),
                )

    def _refused(self, what: str, expected: str) -> InvalidAnnotation:
        return InvalidAnnotation(f"line {self.number}: {what}; expected {expected}")
