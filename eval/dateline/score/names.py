"""Which names are one person's or body's: what a predicted speaker is compared by.

A predicted speaker is a name, a speaker of gold an entity mention. In an article, a mention's
*name* is the fullest mention with the same label that has all of its words in their order, if there
is just one such (``Ruiz`` of ``Ana Ruiz``, unless there is a ``Bo Ruiz``, too); else it is itself.
Words are compared after NFC and folding of white space. A text that has no label may be read as
any mention that reads so; one that no mention has is a name of its own.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from dateline.documents import ENTITY_LABELS

from .alignment import Alignment
from .arrays import NO_VALUE, Ints, Side, Spans, in_order, place
from .matching import ranges, same_boundaries
from .texts import cut, numbered

_RANK = np.array([ENTITY_LABELS.index(label) for label in in_order(ENTITY_LABELS)])
_BY_RANK = np.argsort(_RANK)
"""Between labels by their alphabet and in the order of the scheme."""


@lru_cache(2**16)
def folded(text: str) -> str:
    """Return a name in NFC and with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class Forms(NamedTuple):
    """The texts of the mentions of both sides by numbers: equal texts have equal numbers."""

    texts: list[str]
    gold: Ints
    """Shape (mentions of gold,): the place of each one's text in *texts*."""
    said: Ints
    """Shape (mentions of the prediction,)."""


def same_mentions(both: Alignment) -> tuple[Ints, Ints]:
    """Return the pairs of mentions with the same boundaries, see `same_boundaries`."""
    return same_boundaries(both.gold.entities, both.said.entities)


def forms(both: Alignment) -> Forms:
    """Return the texts of all mentions."""
    claimed = both.said.entities
    i, j = both.once(same_mentions)
    rest = np.ones(len(claimed), dtype=bool)
    rest[j] = False
    texts, (gold, others) = numbered((both.gold.entities, claimed.take(rest)), both.gold.texts)
    said = np.empty(len(claimed), dtype=gold.dtype)
    said[j] = gold[i]
    said[rest] = others
    return Forms(texts, gold, said)


class _Numbers(dict[str, int]):
    """Numbers texts as they come."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number

    def of(self, texts: Iterable[str]) -> Ints:
        return np.array(list(map(self.__getitem__, texts)), dtype=np.int64)


class Speakers(NamedTuple):
    """Who is said to speak: a row for each name that a text may stand for. Shape (rows,)."""

    quote: Ints
    name: Ints
    """Numbers of names; within an article the same for gold and prediction."""
    text: Ints
    """Which speaker it is: rows with the same number are readings of one; ascending."""


def resolve(both: Alignment) -> tuple[Speakers, Speakers]:
    """Return the speakers of both sides by name.

    A speaker that is a mention has one name. A text has several where mentions of several labels
    read so, in the order of the scheme's labels; it is right if one of them is.
    """
    names = _Names(both)
    return names.speakers(both.gold), names.speakers(both.said)


class _Names:
    """The names of all articles of an alignment. A name is a label and a folded text."""

    def __init__(self, both: Alignment) -> None:
        known = both.once(forms)
        self.texts = both.gold.texts
        self.numbers = _Numbers()
        """Folded texts."""
        self.mentions = both.gold.entities
        self.form = self.numbers.of(map(folded, known.texts))[known.gold]

    def speakers(self, side: Side) -> Speakers:
        quotes = side.quotes
        article = quotes.article[quotes.speaker_of]
        if isinstance(quotes.speakers, Sequence):
            form = self.numbers.of(map(folded, quotes.speakers))
            label: Ints = np.full(len(form), NO_VALUE, dtype=np.int64)
        else:
            start, end = quotes.speakers.T
            form, label = self._said_by(Spans(article, start, end, start))
        text, read = self._readings(article, form, label)
        fullest = self._fullest(article[text], read, form[text])
        return Speakers(quotes.speaker_of[text], place(read + 1, fullest), text)

    def _said_by(self, spans: Spans) -> tuple[Ints, Ints]:
        """Return form and label of speakers that are spans; the label is -1 without a mention."""
        span, row = ranges(spans.place, self.mentions.place)
        there = row >= 0
        there[there] = self.mentions.end[row[there]] == spans.end[span[there]]
        span, row = span[there], row[there]
        label: Ints = np.full(len(spans), NO_VALUE, dtype=np.int64)
        label[span] = self.mentions.label[row]
        form: Ints = np.full(len(spans), NO_VALUE, dtype=np.int64)
        form[span] = self.form[row]
        others = form == NO_VALUE
        form[others] = self.numbers.of(map(folded, cut(spans.take(others), self.texts)))
        return form, label

    def _readings(self, article: Ints, form: Ints, label: Ints) -> tuple[Ints, Ints]:
        """Return a row for each label that a text may be read with: which text, and the label."""
        bare = label == NO_VALUE
        wanted = np.zeros(len(self.numbers), dtype=bool)
        wanted[form[bare]] = True
        rows = np.flatnonzero(wanted[self.form])
        size = len(_RANK)
        known = place(self.mentions.article[rows], self.form[rows]) * size
        known = np.unique(known + _RANK[self.mentions.label[rows]])
        keys = np.where(bare, place(article, form), -1)
        text, row = ranges(keys, known // size)
        found = label[text]
        found[row >= 0] = _BY_RANK[known[row[row >= 0]] % size]
        return text, found

    @cached_property
    def _longer(self) -> Ints:
        """The names of the mentions of more than one word; ascending, none twice."""
        longer = np.array([" " in text for text in self.numbers], dtype=bool)
        rows = np.flatnonzero(longer[self.form])
        there = self.mentions
        return np.unique(_keys(there.article[rows], there.label[rows], self.form[rows]))

    def _fullest(self, article: Ints, label: Ints, form: Ints) -> Ints:
        """Return the forms of the fullest mentions that names with a label may stand for."""
        texts = list(self.numbers)
        words = np.array([text.count(" ") for text in texts], dtype=np.int64)
        asked, of = np.unique(_keys(article, label, form), return_inverse=True)
        known = self._longer
        name, row = ranges(asked >> 32, known >> 32)
        name, row = name[row >= 0], row[row >= 0]
        short, long = asked[name] & _FORM, known[row] & _FORM
        wider = words[long] > words[short]
        name, short, long = name[wider], short[wider], long[wider]
        pairs, which = np.unique(place(short, long), return_inverse=True)
        inside = [_within(texts[pair >> 32], texts[pair & _FORM]) for pair in pairs.tolist()]
        has = np.array(inside, dtype=bool)[which]
        name, long = name[has], long[has]
        fullest = asked & _FORM
        number = np.bincount(name, minlength=len(asked))
        alone = number[name] == 1
        fullest[name[alone]] = long[alone]
        for one in np.flatnonzero(number > 1).tolist():
            wide = long[name == one].tolist()
            widest = [x for x in wide if not any(_within(texts[x], texts[y]) for y in wide)]
            if len(widest) == 1:
                fullest[one] = widest[0]
        return fullest[of]


def _keys(article: Ints, label: Ints, form: Ints) -> Ints:
    """Return one number for each name in an article; `_FORM` of it is the form."""
    return place(article.astype(np.int64) * (len(_RANK) + 1) + label + 1, form)


_FORM = 2**32 - 1


@lru_cache(2**16)
def _within(name: str, other: str) -> bool:
    """Say whether *other* has all words of *name* in their order, and more."""
    words, others = name.split(), other.split()
    left: Any = iter(others)
    return len(words) < len(others) and all(word in left for word in words)
