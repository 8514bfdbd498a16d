"""Random sound documents, and predictions that share spans with them."""

from typing import Any

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
from dateline.predictions import PredictedEvent, PredictedQuote

_WORDS = (
    "Iran Iranian it it's “we we” said | [x] ]# #2 🚢 Jo\u0301zef a\u00a0b U.S. — @ ~ + q1 Ö \t"
)
WORDS = st.sampled_from(_WORDS.split(" "))
LINES = st.lists(WORDS, min_size=0, max_size=12).map(" ".join)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map("\n".join).filter(lambda text: text.strip())


@st.composite
def disjoint(draw: st.DrawFn, tokens: list[tuple[int, int]], most: int = 5) -> list[Span]:
    """Spans of whole tokens, apart from one another, in order."""
    edges = st.integers(0, len(tokens))
    cuts = sorted(draw(st.lists(edges, max_size=2 * most, unique=True)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return [Span(tokens[first][0], tokens[last - 1][1]) for first, last in pairs]


@st.composite
def documents(draw: st.DrawFn, id: str = "an-article", text: str = "") -> Document:
    text = text or draw(TEXTS)
    article = Article(id, text, story=id, language="en", licence="CC-BY-4.0", sha256="0" * 64)
    tokens = tokenize(text)
    lines = [Span(*line) for line in paragraphs(text)]

    def one_line(spans: list[Span]) -> list[Span]:
        return [span for span in spans if any(span in line for line in lines)]

    entities = [
        Entity(span.start, span.end, draw(st.sampled_from(ENTITY_LABELS)))
        for span in one_line(draw(disjoint(tokens)))
    ]
    anywhere = one_line([Span(*token) for token in tokens])
    part = st.none() | st.sampled_from(anywhere) if anywhere else st.none()
    speakers = (
        st.lists(st.sampled_from([e.bare() for e in entities]), max_size=2, unique=True)
        if entities
        else st.just([])
    )
    quotes = []
    fragments = draw(disjoint(tokens))
    while fragments:
        taken = draw(st.integers(1, len(fragments)))
        kind = draw(st.sampled_from(QUOTE_KINDS))
        said = tuple(fragments[:taken]), kind, draw(part), draw(part), tuple(draw(speakers))
        quotes.append(Quote(*said))
        fragments = fragments[taken:]
    events = []
    for trigger in one_line(draw(disjoint(tokens))):
        roles = st.tuples(st.sampled_from(anywhere), st.sampled_from(ROLES))
        arguments = tuple(
            Argument(s.start, s.end, role) for s, role in draw(st.lists(roles, max_size=3))
        )
        kind_of = draw(st.sampled_from(EVENT_TYPES)), draw(st.sampled_from(REALIS))
        polarity = draw(st.sampled_from(POLARITIES))
        events.append(Event(trigger.start, trigger.end, *kind_of, polarity, arguments))
    return Document(article, tuple(entities), tuple(quotes), tuple(events))


@st.composite
def versions(draw: st.DrawFn, id: str = "an-article") -> tuple[Document, Document]:
    """Two documents on one article, which share some annotations, and parts of others."""
    first = draw(documents(id))
    other = draw(documents(id, first.text))
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


@st.composite
def predictions(draw: st.DrawFn, document: Document) -> Prediction:
    """A prediction that has some of the document's spans, some with other labels, and others."""
    tokens = tokenize(document.text)

    def spans(right: list[tuple[Span, Any]], labels: tuple[Any, ...]) -> list[tuple[Span, Any]]:
        kept = [pair for pair in right if draw(st.booleans())]
        kept = [(s, draw(st.sampled_from(labels)) if draw(st.booleans()) else x) for s, x in kept]
        new = [(span, draw(st.sampled_from(labels))) for span in draw(disjoint(tokens, 3))]
        apart = [s for s in new if all(s[0].end <= k.start or k.end <= s[0].start for k, _ in kept)]
        return kept + apart

    entities = spans([(e.bare(), e.label) for e in document.entities], ENTITY_LABELS)
    fragments = spans([(f, q.kind) for q in document.quotes for f in q.fragments], QUOTE_KINDS)
    triggers = spans([(e.bare(), e.type) for e in document.events], EVENT_TYPES)
    return Prediction(
        document.id,
        tuple(Entity(s.start, s.end, label) for s, label in entities),
        tuple(PredictedQuote(kind, (fragment,)) for fragment, kind in fragments),
        tuple(PredictedEvent(s.start, s.end, type_) for s, type_ in triggers),
    )


@st.composite
def scored(draw: st.DrawFn) -> tuple[list[Document], list[Prediction]]:
    """One to four documents, and a prediction for each."""
    gold = [draw(documents(id=f"a{i}")) for i in range(draw(st.integers(1, 4)))]
    return gold, [draw(predictions(document)) for document in gold]
