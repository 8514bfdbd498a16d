"""Slices: the scores on parts of the articles, spans and quotes."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from dateline.tokens import tokenize

from .alignment import Alignment
from .analysis import Slice, sliced
from .arrays import KINDS, NO_SPAN, Ints, Side, Spans, in_order
from .matching import NOBODY, equal_spans
from .measures import LABELS, Measure
from .names import folded
from .quotes import partners
from .result import Tally
from .texts import cut

LENGTHS = {"entities": (1, 2, 3), "quotes": (5, 15, 30), "events": (1,)}
"""The ends of the groups of span lengths, in tokens."""

PRONOUNS = frozenset(
    "i me we us you he him she her it they them this that these those who whom which one "
    "himself herself itself themselves".split()
)
NAMED = ("GPE", "ORG", "PERSON")
"""A source that contains a mention with one of these labels has a name."""
SOURCES = ("name", "pronoun", "other words", "no source")
SEEN = ("seen in train", "not seen in train")


def span_slices(
    measure: Measure,
    both: Alignment,
    compared: tuple[Spans, Spans],
    topics: Sequence[str],
    train: Collection[str],
) -> Iterator[Slice]:
    """Yield the slices of a score of equal spans: by topic, length, and names that train has.

    Args:
        measure: The score, of equal spans.
        both: Gold and prediction.
        compared: The spans of both that it compares.
        topics: Of the articles.
        train: The names that are seen, folded; if none, that slice is left out.
    """
    texts = both.gold.texts
    tally = Tally.of(*compared, equal_spans(*compared)[1])

    def by(name: str, groups: Iterable[Ints], names: Sequence[str]) -> list[Slice]:
        first, second = groups
        return sliced(measure.layer, measure.name, name, tally, (first, second), names)

    known = sorted(set(topics))
    of = np.array([known.index(topic) for topic in topics], dtype=np.int64)
    yield from by("topic", (of[spans.article] for spans in compared), known)
    ends = LENGTHS[measure.layer]
    yield from by("tokens", (_lengths(spans, texts, ends) for spans in compared), _named(ends))
    if measure.layer == "entities" and train:
        yield from by("name", (_unseen(spans, texts, train) for spans in compared), SEEN)


def quote_slices(measure: Measure, both: Alignment, by_source: bool) -> Iterator[Slice]:
    """Yield the slices of a score of quotes, by kind and, if asked for, by what the source is.

    A predicted quote that matches one of gold is in the slice of that one.
    """
    gold, said = both.gold, both.said
    partner = both.once(partners)
    tally = measure.tally(both)
    found = partner != NOBODY
    parts = [("kind", gold.quotes.kind, said.quotes.kind, KINDS)]
    if by_source:
        parts.append(("source", _sources(gold, gold), _sources(said, gold), SOURCES))
    for by, right, claimed, names in parts:
        claimed = claimed.copy()
        claimed[found] = right[partner[found]]
        yield from sliced(measure.layer, measure.name, by, tally, (right, claimed), names)


def _unseen(spans: Spans, texts: Sequence[str], seen: Collection[str]) -> Ints:
    return np.array([folded(text) not in seen for text in cut(spans, texts)], dtype=np.int64)


def _named(ends: Sequence[int]) -> list[str]:
    first = [1, *(end + 1 for end in ends)]
    names = [f"{a} to {b}" if a < b else str(a) for a, b in zip(first, ends, strict=False)]
    return [*names, f"{first[-1]} and more"]


def _lengths(spans: Spans, texts: Sequence[str], ends: Sequence[int]) -> Ints:
    lengths = [len(tokenize(text)) for text in cut(spans, texts)]
    return np.searchsorted(np.array(ends), np.array(lengths, dtype=np.int64), "left").astype(
        np.int64
    )


def _sources(side: Side, gold: Side) -> Ints:
    """Return what the source of each quote is, as a place in `SOURCES`."""
    mentions = gold.entities
    labels = in_order(LABELS[gold.inventory])
    named = np.isin(mentions.label, [labels.index(label) for label in NAMED])
    articles = side.quotes.article
    first, last = (np.searchsorted(mentions.article, articles + more).tolist() for more in (0, 1))
    rows = zip(articles.tolist(), side.quotes.source.tolist(), first, last, strict=True)
    found = []
    for article, (start, end), a, b in rows:
        inside = (mentions.start[a:b] >= start) & (mentions.end[a:b] <= end)
        if start == NO_SPAN:
            found.append("no source")
        elif (inside & named[a:b]).any():
            found.append("name")
        elif side.texts[article][start:end].lower() in PRONOUNS:
            found.append("pronoun")
        else:
            found.append("other words")
    return np.array([SOURCES.index(kind) for kind in found], dtype=np.int64)
