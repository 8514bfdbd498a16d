"""Which names are one person's or body's: what a predicted speaker is compared by.

A predicted speaker is a name, a speaker of gold an entity mention. In an article, a mention's
*name* is the fullest mention with the same label that has all of its words in their order, if there
is just one such (``Ruiz`` of ``Ana Ruiz``, unless there is a ``Bo Ruiz``, too); else it is itself.
Words are compared after NFC and folding of white space.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from dateline.documents import ENTITY_LABELS

from .arrays import Ints, Quotes, Side, in_order
from .matching import distinct

Name = tuple[str, str]
"""A label and the fullest form; of a name that no mention has the label is empty."""

_ORDER: dict[str, int] = {label: i for i, label in enumerate(ENTITY_LABELS)}


def folded(text: str) -> str:
    """Return a name in NFC and with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class Names:
    """The names of an article.

    >>> names = Names([("Ana Ruiz", "PERSON"), ("Ruiz", "PERSON"), ("Oslo", "GPE")])
    >>> names.of("Ruiz", "PERSON")
    ('PERSON', 'Ana Ruiz')
    >>> names.readings("Ruiz"), names.readings("Mr Ruiz")
    ([('PERSON', 'Ana Ruiz')], [('', 'Mr Ruiz')])
    """

    def __init__(self, mentions: Iterable[tuple[str, str]]) -> None:
        self._forms: dict[str, set[str]] = defaultdict(set)
        for text, label in mentions:
            self._forms[label].add(folded(text))
        self._found: dict[Name, Name] = {}

    def of(self, text: str, label: str) -> Name:
        """Return the name of a mention."""
        key = label, folded(text)
        if key not in self._found:
            self._found[key] = label, _fullest(key[1], self._forms[label])
        return self._found[key]

    def readings(self, text: str) -> list[Name]:
        """Return the names that a text without a label may stand for; one, unless labels differ."""
        form = folded(text)
        labels = [label for label, forms in self._forms.items() if form in forms]
        labels.sort(key=lambda label: _ORDER.get(label, len(_ORDER)))
        return [self.of(form, label) for label in labels] or [("", form)]


def _fullest(form: str, forms: Iterable[str]) -> str:
    """Return the one form that has all words of *form* and that no other has all words of."""
    words = form.split()
    wider = [other for other in map(str.split, forms) if _within(words, other)]
    widest = [one for one in wider if not any(_within(one, other) for other in wider)]
    return " ".join(widest[0]) if len(widest) == 1 else form


def _within(words: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether *others* has all of *words* in their order, and more."""
    left = iter(others)
    return len(words) < len(others) and all(word in left for word in words)


class Speakers(NamedTuple):
    """Who is said to speak. No pair repeats; arrays have shape (pairs,)."""

    quote: Ints
    name: Ints
    """Numbers of names, the same for gold and prediction."""


def resolve(gold: Side, said: Side, partner: Ints) -> tuple[Speakers, Speakers]:
    """Return the speakers of both sides by name.

    A predicted name that has mentions of several labels stands for those of its readings that speak
    the partner; else for the first that speaks in the article,
    else for the first in the order of the scheme.

    Args:
        gold: One side.
        said: The other.
        partner: The quote of *gold* that each of *said* is compared with, or -1.
    """
    numbers: dict[Name, int] = {}
    speaking: dict[int, set[Name]] = defaultdict(set)
    anywhere: dict[int, set[Name]] = defaultdict(set)
    known = _Known(gold)
    right = []
    for quote, article, text, label in _said(gold.quotes):
        name = known[article].of(text, label)
        speaking[quote].add(name)
        anywhere[article].add(name)
        right.append((quote, numbers.setdefault(name, len(numbers))))
    claimed = []
    for quote, article, text, label in _said(said.quotes):
        names = [known[article].of(text, label)] if label else known[article].readings(text)
        there = speaking.get(int(partner[quote]), set())
        first = next((name for name in names if name in anywhere[article]), names[0])
        meant = [name for name in names if name in there] or [first]
        claimed += [(quote, numbers.setdefault(name, len(numbers))) for name in meant]
    return _speakers(right), _speakers(claimed)


class _Known(dict[int, Names]):
    """The names of each article, found out when asked for."""

    def __init__(self, gold: Side) -> None:
        self.gold = gold
        self.labels = in_order(ENTITY_LABELS)

    def __missing__(self, article: int) -> Names:
        spans = self.gold.entities
        first, last = np.searchsorted(spans.article, [article, article + 1])
        text = self.gold.texts[article]
        rows = (column[first:last].tolist() for column in (spans.start, spans.end, spans.label))
        names = Names(
            (text[start:end], self.labels[label]) for start, end, label in zip(*rows, strict=True)
        )
        self[article] = names
        return names


def _said(quotes: Quotes) -> Iterable[tuple[int, int, str, str]]:
    of, articles = quotes.speaker_of.tolist(), quotes.article[quotes.speaker_of].tolist()
    rows = zip(of, articles, quotes.speakers, strict=True)
    return ((quote, article, text, label) for quote, article, (text, label) in rows)


def _speakers(pairs: list[tuple[int, int]]) -> Speakers:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Speakers(*distinct([table[:, 0], table[:, 1]]))
