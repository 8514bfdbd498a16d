"""Which names are one person's or body's: what a predicted speaker is compared by.

A predicted speaker is a name, a speaker of gold an entity mention. In an article, a mention's
*name* is the fullest mention with the same label that has all of its words in their order, if there
is just one such (``Ruiz`` of ``Ana Ruiz``, unless there is a ``Bo Ruiz``, too); else it is itself.
Words are compared after NFC and folding of white space.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dateline.documents import ENTITY_LABELS

from .arrays import Ints, Quotes, Side, in_order

Name = tuple[str, str]
"""A label and the fullest form; of a name that no mention has the label is empty."""

_ORDER: dict[str, int] = {label: i for i, label in enumerate(ENTITY_LABELS)}


@lru_cache(2**16)
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
    """Who is said to speak: a row for each name that a text may stand for. Shape (rows,)."""

    quote: Ints
    name: Ints
    """Numbers of names, the same for gold and prediction."""
    text: Ints
    """Which text it is: rows with the same number are readings of one; ascending."""


def resolve(gold: Side, said: Side) -> tuple[Speakers, Speakers]:
    """Return the speakers of both sides by name.

    A speaker of gold has one name. A predicted text has several where mentions of several labels
    read so, and is right if one of them is.
    """
    numbers: dict[Name, int] = {}
    known = _Known(gold)
    found = []
    for quotes in (gold.quotes, said.quotes):
        texts: dict[tuple[int, tuple[Name, ...]], None] = {}
        for quote, article, text, label in _said(quotes):
            names = [known[article].of(text, label)] if label else known[article].readings(text)
            texts[quote, tuple(names)] = None
        rows = [
            (quote, numbers.setdefault(name, len(numbers)), number)
            for number, (quote, names) in enumerate(texts)
            for name in names
        ]
        found.append(Speakers(*np.array(rows, dtype=np.int64).reshape(-1, 3).T))
    return found[0], found[1]


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
