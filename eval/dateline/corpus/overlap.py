"""What two articles share word for word, as the share of 8-grams that both have.

Words are the tokens that are no punctuation, casefolded: other quotation marks hide no copy. The
8-grams themselves are compared, not digests of them, so that what is counted is exact.

>>> a = Article("a", "One two three four five six seven eight nine.")
>>> b = Article("b", "He said: “Two three four five six seven eight nine ten, eleven.”")
>>> found = overlap(a, b)
>>> found.shared, found.share, found.passage()
(1, 0.5, ('Two three four five six seven eight nine', 8))
"""

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dateline.documents import Article
from dateline.tokens import Offsets, tokenize

SIZE = 8
"""Words in an n-gram. A text of fewer words is one n-gram of all of them."""

LEAK = 0.05
"""The share from which on two articles must be in one split. Reports that were written apart share
no 8-gram or a few, of long names; a lead or a quotation that was taken over is more than this."""

_SHOWN = 160
"""Characters of a passage in a message."""


class Overlap(NamedTuple):
    """What two articles share."""

    first: Article
    second: Article
    shared: int
    """Different 8-grams that both have."""
    of: int
    """Different 8-grams of the article that has fewer."""

    @property
    def share(self) -> float:
        """How much of the shorter article is in the other, from 0 to 1."""
        return self.shared / self.of if self.of else 0.0

    @property
    def is_leak(self) -> bool:
        """Whether these articles tell a system of one split what is in another."""
        return self.share >= LEAK and self.first.split != self.second.split

    def passage(self) -> tuple[str, int]:
        """Return the longest passage that both have, as it stands in the second, and its words."""
        first, second = (list(_words(article.text)) for article in (self.first, self.second))
        matcher = difflib.SequenceMatcher(
            None, [word for word, _ in first], [word for word, _ in second], autojunk=False
        )
        _, at, size = matcher.find_longest_match()
        if not size:
            return "", 0
        (start, _), (_, end) = second[at][1], second[at + size - 1][1]
        return self.second.text[start:end], size

    def __str__(self) -> str:
        """Say what the second article shares with the first."""
        passage, words = self.passage()
        if len(passage) > _SHOWN:
            passage = f"{passage[: _SHOWN // 2]} … {passage[-_SHOWN // 2 :]}"
        return (
            f"{self.share:.0%} ({self.shared} of {self.of} 8-grams) with {self.first.id!r} in "
            f"{self.first.split}, at the longest {words} words: {passage!r}"
        )


def overlap(first: Article, second: Article) -> Overlap:
    """Return what two articles share."""
    a, b = _grams(first), _grams(second)
    return Overlap(first, second, len(a & b), min(len(a), len(b)))


def overlaps(articles: Sequence[Article]) -> Iterator[Overlap]:
    """Yield what `overlap` says of every two articles that share anything, by one index of all.

    *first* stands before *second* in *articles*; pairs with one *second* follow one another.
    """
    import numpy as np
    from scipy.sparse import csr_array

    grams = [_grams(article) for article in articles]
    index: dict[tuple[str, ...], int] = {}
    columns = [index.setdefault(gram, len(index)) for each in grams for gram in each]
    rows = np.repeat(np.arange(len(grams)), [len(each) for each in grams])
    ones = np.ones(len(columns), np.int32)
    has = csr_array((ones, (rows, columns)), shape=(len(grams), max(1, len(index))))
    shared = (has @ has.T).tocoo()  # row by column: how many 8-grams two articles share
    pairs = zip(shared.row.tolist(), shared.col.tolist(), shared.data.tolist(), strict=True)
    for second, first, count in sorted(pairs):
        if first < second:
            of = min(len(grams[first]), len(grams[second]))
            yield Overlap(articles[first], articles[second], count, of)


def _grams(article: Article) -> set[tuple[str, ...]]:
    words = [word for word, _ in _words(article.text)]
    size = min(SIZE, len(words))
    return set(zip(*(words[skipped:] for skipped in range(size)), strict=False))


def _words(text: str) -> Iterator[tuple[str, Offsets]]:
    for start, end in tokenize(text):
        if text[start].isalnum() or text[start] == "_":
            yield text[start:end].casefold(), (start, end)
