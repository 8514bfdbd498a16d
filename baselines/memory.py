"""The memory baseline: what the train split tags most often, and nothing else.

Names, triggers and cues are recognised by their words, the longest first; a form that train leaves
untagged more often than it tags it is left out. Content is what stands between quotation marks, and
the clause after a cue that train has seen with indirect speech.

>>> extract = build([])
>>> next(iter(extract([Article(id="a", text="Nothing is remembered.")])))
{'id': 'a', 'entities': [], 'quotes': [], 'events': []}
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from dateline import Article, Document, Extractor

from .arguments import Trigger
from .cues import Form
from .linking import Findings, link
from .phrases import AUXILIARIES, is_adverb
from .speech import fragments
from .text import Mention, Range, Text, longest_matches

Tag = tuple[str, ...]
"""An entity's label, or an event's type, realis and polarity."""


class Memory(NamedTuple):
    """What is remembered of train."""

    entities: dict[Form, Tag]
    triggers: dict[Form, Tag]
    cues: dict[Form, frozenset[str]]


def build(train: Sequence[Document]) -> Extractor:
    """Return an extractor that has memorised *train*."""
    memory = memorise(train)

    def extract(articles: Sequence[Article]) -> Iterator[dict[str, Any]]:
        for article in articles:
            yield predict(memory, article)

    return extract


def memorise(train: Sequence[Document]) -> Memory:
    """Return the most frequent tags of every name, trigger and cue in *train*."""
    texts = [Text(document.text) for document in train]
    entities = [
        [
            (span, (entity.label,))
            for entity in document.entities
            if (span := text.covered(entity.start, entity.end))
        ]
        for text, document in zip(texts, train, strict=True)
    ]
    triggers = [
        [
            (span, (event.type, event.realis, event.polarity))
            for event in document.events
            if (span := text.covered(event.start, event.end))
        ]
        for text, document in zip(texts, train, strict=True)
    ]
    return Memory(
        _majority([text.words for text in texts], entities),
        _majority([text.lower for text in texts], triggers),
        complements(texts, train),
    )


def predict(memory: Memory, article: Article) -> dict[str, Any]:
    """Return the prediction for one article, in the shape of `linking.link`."""
    text = Text(article.text)
    mentions = [
        Mention(*span, *memory.entities[tuple(text.words[slice(*span)])])
        for span in longest_matches(text.words, memory.entities)
    ]
    triggers = [
        Trigger(*span, *memory.triggers[tuple(text.lower[slice(*span)])])
        for span in longest_matches(text.lower, memory.triggers)
    ]
    found = Findings(mentions, fragments(text, mentions, memory.cues), triggers)
    return link(article, text, found, memory.cues)


def _majority(
    texts: Sequence[Sequence[str]], tagged: Sequence[Sequence[tuple[Range, Tag]]]
) -> dict[Form, Tag]:
    """Return the most frequent tag of every form that is tagged at least as often as not."""
    tags: dict[Form, Counter[Tag]] = {}
    for words, spans in zip(texts, tagged, strict=True):
        for (start, end), tag in spans:
            tags.setdefault(tuple(words[start:end]), Counter())[tag] += 1
    seen: Counter[Form] = Counter()
    for words in texts:
        seen.update(tuple(words[start:end]) for start, end in longest_matches(words, tags))
    return {
        form: max(sorted(counts), key=counts.__getitem__)
        for form, counts in sorted(tags.items())
        if 2 * counts.total() >= seen[form]
    }


def complements(texts: Sequence[Text], train: Sequence[Document]) -> dict[Form, frozenset[str]]:
    """Return the cues in train without auxiliaries, with the complements seen after each."""
    kinds: dict[Form, Counter[str]] = {}
    for text, document in zip(texts, train, strict=True):
        for quote in document.quotes:
            cue = quote.cue
            if cue and (span := text.covered(cue.start, cue.end)):
                kinds.setdefault(_bare(text.lower[slice(*span)]), Counter())[quote.kind] += 1
    return {
        form: frozenset({"quoted"}) if set(counts) == {"DIRECT"} else frozenset({"that", "clause"})
        for form, counts in sorted(kinds.items())
    }


def _bare(words: Sequence[str]) -> Form:
    """Return a verb group without its auxiliaries and adverbs, if anything is left."""
    position = 0
    while position < len(words) - 1 and (
        words[position] in AUXILIARIES or is_adverb(words[position])
    ):
        position += 1
    return tuple(words[position:])
