"""Random sound documents, and predictions that share spans with them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from dateline import (
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
    Prediction,
    Quote,
    Span,
    paragraphs,
    tokenize,
)
from dateline.agreement import head, overlapping
from dateline.documents import EntityLabel
from dateline.documents.model import Mention
from dateline.predictions import PredictedArgument, PredictedEvent, PredictedQuote

_WORDS = (
    "Iran Iranian it it's “we we” said | [x] ]# #2 🚢 Jo\u0301zef a\u00a0b U.S. — @ ~ + q1 Ö \t"
)
WORDS = st.sampled_from(_WORDS.split(" "))
LINES = st.lists(WORDS, min_size=0, max_size=12).map(" ".join)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map("\n".join).filter(lambda text: text.strip())

_NAMES = ("Ana", "Ana", "Maria", "Ruiz", "Ruiz", "Bo", "Jos\u00e9", "Jose\u0301")
_SPACE = st.sampled_from(("\u00a0", " ", " ", " ", "  "))
_NAME = re.compile(rf"(?:{'|'.join(sorted(set(_NAMES)))})(?![\w\u0301])")
_LABELS: st.SearchStrategy[EntityLabel] = st.sampled_from(("PERSON", "PERSON", "PERSON", "ORG"))
_GAP = re.compile(r"[ \u00a0]+")
_MANY = st.sampled_from((False, True, True, True))
_SELDOM = st.sampled_from((False, False, False, True))

T = TypeVar("T")


@st.composite
def named_texts(draw: st.DrawFn) -> str:
    """Texts with many names out of few words, some with odd white space or decomposed."""
    words = st.sampled_from(_NAMES) | st.sampled_from(_NAMES) | WORDS
    lines = []
    for _ in range(draw(st.integers(1, 2))):
        line = ""
        for word in draw(st.lists(words, min_size=2, max_size=9)):
            line += (draw(_SPACE) if word in _NAMES else " ") * bool(line) + word
        lines.append(line)
    return "\n".join(lines)


@st.composite
def disjoint(
    draw: st.DrawFn, tokens: list[tuple[int, int]], most: int = 5, least: int = 0
) -> list[Span]:
    """Spans of whole tokens, apart from one another, in order."""
    edges = st.integers(0, len(tokens))
    size = min(2 * least, len(tokens) + 1)
    cuts = sorted(draw(st.lists(edges, min_size=size, max_size=2 * most, unique=True)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return [Span(tokens[first][0], tokens[last - 1][1]) for first, last in pairs]


@st.composite
def _names(draw: st.DrawFn, text: str) -> list[Entity]:
    """Mentions of one to three words each, most of people."""
    found: list[Entity] = []
    at = 0
    while match := _NAME.search(text, at):
        most, at = draw(st.integers(0, 3)), match.end()
        if not most:
            continue
        for _ in range(most - 1):
            gap = _GAP.match(text, at)
            following = _NAME.match(text, gap.end()) if gap else None
            if not following:
                break
            at = following.end()
        label = draw(_LABELS)
        found.append(Entity(match.start(), at, label))
    return found


@st.composite
def documents(
    draw: st.DrawFn, id: str = "an-article", text: str = "", names: bool = False
) -> Document:
    """A document; with *names* on a text that has many of them, and mentions of most."""
    text = text or draw(named_texts() if names else TEXTS)
    article = Article(id, text, story=id, language="en", licence="CC-BY-4.0", sha256="0" * 64)
    tokens = tokenize(text)
    lines = [Span(*line) for line in paragraphs(text)]

    def one_line(spans: list[Span]) -> list[Span]:
        return [span for span in spans if any(span in line for line in lines)]

    entities = draw(_names(text)) if names else []
    entities += [
        Entity(span.start, span.end, draw(st.sampled_from(ENTITY_LABELS)))
        for span in one_line(draw(disjoint(tokens, 2 if names else 5)))
        if not overlapping([span], entities)
    ]
    anywhere = one_line([Span(*token) for token in tokens])
    part = st.none() | st.sampled_from(anywhere) if anywhere else st.none()
    least = 2 if names else 0
    speakers: st.SearchStrategy[list[Span]] = st.just([])
    if entities:
        mentions = st.sampled_from([e.bare() for e in entities])
        speakers = st.lists(mentions, min_size=names and draw(_MANY), max_size=2, unique=True)
    quotes = []
    fragments = draw(disjoint(tokens, least=least))
    while fragments:
        taken = draw(st.integers(1, len(fragments)))
        kind = draw(st.sampled_from(QUOTE_KINDS))
        said = tuple(fragments[:taken]), kind, draw(part), draw(part), tuple(draw(speakers))
        quotes.append(Quote(*said))
        fragments = fragments[taken:]
    events = []
    for trigger in one_line(draw(disjoint(tokens, least=least))):
        roles = st.tuples(st.sampled_from(anywhere), st.sampled_from(ROLES))
        arguments = tuple(
            Argument(s.start, s.end, role) for s, role in draw(st.lists(roles, max_size=3))
        )
        kind_of = draw(st.sampled_from(EVENT_TYPES)), draw(st.sampled_from(REALIS))
        polarity = draw(st.sampled_from(POLARITIES))
        events.append(Event(trigger.start, trigger.end, *kind_of, polarity, arguments))
    return Document(article, tuple(entities), tuple(quotes), tuple(events))


def labels_of(document: Document) -> dict[str, set[EntityLabel]]:
    """The labels that each form of the mentions has."""
    found: dict[str, set[EntityLabel]] = {}
    for entity in document.entities:
        form = " ".join(unicodedata.normalize("NFC", entity.of(document.text)).split())
        found.setdefault(form, set()).add(entity.label)
    return found


def is_plain(document: Document) -> bool:
    """Whether no form is a mention of two labels."""
    return all(len(labels) == 1 for labels in labels_of(document).values())


def is_unsure(document: Document) -> bool:
    """Whether two that speak may have one form."""
    labels = {entity.bare(): entity.label for entity in document.entities}
    speakers = {speaker for quote in document.quotes for speaker in quote.speakers}
    return not is_plain(document) and len({labels[speaker] for speaker in speakers}) > 1


@st.composite
def versions(
    draw: st.DrawFn, id: str = "an-article", names: bool = False
) -> tuple[Document, Document]:
    """Two documents on one article, which share some annotations, and parts of others."""
    first = draw(documents(id, names=names))
    other = draw(documents(id, first.text, names))
    kept: dict[str, Any] = {}
    for layer in ("entities", "quotes", "events"):
        mine = [x for x in getattr(first, layer) if draw(st.booleans())]
        taken = [span for x in mine for span in head(x)]
        new = [x for x in getattr(other, layer) if not overlapping(head(x), taken)]
        if layer == "quotes":
            mentions = [e.bare() for e in kept["entities"]]
            mine = [_speaking(draw, quote, mentions) for quote in mine]
            new = [_speaking(draw, quote, mentions) for quote in new]
        if layer == "events":
            mine = [
                replace(event, realis=draw(st.sampled_from(REALIS)), arguments=event.arguments[1:])
                if draw(st.booleans())
                else event
                for event in mine
            ]
        kept[layer] = tuple(mine + new)
    return first, Document(first.article, **kept)


def _speaking(draw: st.DrawFn, quote: Quote, mentions: list[Span]) -> Quote:
    """The quote with speakers that are there, and perhaps without its cue."""
    speakers = tuple(s for s in quote.speakers if s in mentions)
    return replace(quote, speakers=speakers, cue=quote.cue if draw(st.booleans()) else None)


class _Predicting:
    """A prediction in the making: everything of the document is there, is changed, or is not."""

    def __init__(self, draw: st.DrawFn, document: Document) -> None:
        self.draw = draw
        self.document = document
        self.tokens = tokenize(document.text)
        self.anywhere = st.sampled_from([Span(*token) for token in self.tokens])
        forms = [entity.of(document.text) for entity in document.entities]
        self.forms = st.sampled_from([*forms, "Ana  Ruiz", "Nobody"])

    def same_or(self, value: T, others: Sequence[T]) -> T:
        """Return the value, or seldom one of the others."""
        return self.draw(st.sampled_from(others)) if self.draw(_SELDOM) else value

    def moved(self, span: Span) -> Span:
        """Return the span, or one with other tokens at its edges."""
        if not self.draw(_SELDOM):
            return span.bare()
        inside = [i for i, token in enumerate(self.tokens) if Span(*token) in span]
        most = len(self.tokens) - 1
        first, last = (
            min(max(edge + self.draw(st.integers(-1, 1)), 0), most)
            for edge in (inside[0], inside[-1])
        )
        return Span(self.tokens[min(first, last)][0], self.tokens[max(first, last)][1])

    def new(self, most: int) -> list[Span]:
        return self.draw(disjoint(self.tokens, most))

    def entities(self) -> list[Mention]:
        kept = [entity for entity in self.document.entities if self.draw(_MANY)]
        found: list[Mention] = []
        for span, label in [
            *((self.moved(e), self.same_or(e.label, ENTITY_LABELS)) for e in kept),
            *((span, self.draw(st.sampled_from(ENTITY_LABELS))) for span in self.new(2)),
        ]:
            if not overlapping([span], found):
                found.append(Mention(span.start, span.end, label))
        return found

    def quotes(self) -> list[PredictedQuote]:
        taken: list[Span] = []
        found: list[PredictedQuote] = []
        kept = [quote for quote in self.document.quotes if self.draw(_MANY)]
        for quote in [*kept, *(Quote((span,), "DIRECT") for span in self.new(2))]:
            changed = self.draw(st.booleans())
            mine: list[Span] = []
            for fragment in quote.fragments:
                if changed and self.draw(_SELDOM):
                    continue
                span = self.moved(fragment) if changed else fragment
                if not overlapping([span], taken):
                    mine.append(span)
                    taken.append(span)
            joins = bool(found) and self.draw(_SELDOM)
            if joins:
                found[-1] = replace(found[-1], fragments=(*found[-1].fragments, *mine))
            elif mine:
                found.append(self.quote(quote, mine))
        return found

    def quote(self, quote: Quote, spans: Sequence[Span]) -> PredictedQuote:
        cue, source = map(self.part, (quote.cue, quote.source))
        names = [speaker.of(self.document.text) for speaker in quote.speakers]
        if self.draw(st.booleans()):
            names = [self.draw(self.forms) if self.draw(st.booleans()) else n for n in names]
            names += self.draw(st.lists(self.forms, max_size=1))
        said = tuple(self.draw(written(name)) for name in names)
        kind = self.same_or(quote.kind, QUOTE_KINDS)
        return PredictedQuote(kind, tuple(spans), cue, source, said)

    def part(self, part: Span | None) -> Span | None:
        if self.draw(_SELDOM):
            return self.draw(st.none() | self.anywhere)
        return part and self.moved(part)

    def events(self) -> list[PredictedEvent]:
        kept = [event for event in self.document.events if self.draw(_MANY)]
        found: list[PredictedEvent] = []
        for span, event in [
            *((self.moved(event), event) for event in kept),
            *((span, Event(0, 0, "ATTACK")) for span in self.new(2)),
        ]:
            if overlapping([span], found):
                continue
            arguments = [
                (self.moved(a), self.same_or(a.role, ROLES))
                for a in event.arguments
                if self.draw(_MANY)
            ]
            more = st.tuples(self.anywhere, st.sampled_from(ROLES))
            arguments += self.draw(st.lists(more, max_size=1))
            found.append(
                PredictedEvent(
                    span.start,
                    span.end,
                    self.same_or(event.type, EVENT_TYPES),
                    self.same_or(event.realis, REALIS),
                    self.same_or(event.polarity, POLARITIES),
                    tuple(PredictedArgument(s.start, s.end, role) for s, role in arguments),
                )
            )
        return found


def written(name: str) -> st.SearchStrategy[str]:
    """A name as somebody may write it: decomposed, or with other white space."""
    spaced = f" {name}\n".replace(" ", "\u00a0 ")
    return st.sampled_from((name, name, unicodedata.normalize("NFD", name), spaced))


@st.composite
def predictions(draw: st.DrawFn, document: Document) -> Prediction:
    """A prediction that has some of the document's annotations, some changed, and others.

    Every field is handed in.
    """
    said = _Predicting(draw, document)
    return Prediction(
        document.id, tuple(said.entities()), tuple(said.quotes()), tuple(said.events())
    )


@st.composite
def scored(draw: st.DrawFn) -> tuple[list[Document], list[Prediction]]:
    """One to three documents with names, and a prediction for each."""
    gold = [draw(documents(id=f"a{i}", names=True)) for i in range(draw(st.integers(1, 3)))]
    return gold, [draw(predictions(document)) for document in gold]
