"""A text as tokens, sentences and paragraphs, and spans over its tokens.

Positions are token indices and ranges of them are half-open, so that whatever the baselines find
begins and ends on token boundaries.

>>> text = Text("All is well. Ann Lee sleeps.")
>>> [text.surface(sentence) for sentence in text.sentences]
['All is well.', 'Ann Lee sleeps.']
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar

from dateline import paragraphs, sentences, tokenize

Range = tuple[int, int]
"""A half-open range of token indices."""


class Mention(NamedTuple):
    """An entity mention over tokens."""

    start: int
    end: int
    label: str


class _Spanned(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


Spanned = TypeVar("Spanned", bound=_Spanned)


def apart(spans: Iterable[Spanned], length: int) -> list[Spanned]:
    """Return *spans* in the order of the text, without what overlaps one given before it.

    Empty spans, and those outside a text of *length* tokens, are left out.
    """
    kept: list[Spanned] = []
    taken: set[int] = set()
    for span in spans:
        tokens = range(span.start, span.end)
        if 0 <= span.start < span.end <= length and taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(span)
    return sorted(kept, key=lambda one: one.start)


def longest_matches(words: Sequence[str], forms: Collection[tuple[str, ...]]) -> Iterator[Range]:
    """Yield where *forms* occur in *words*, from the left, the longest that fits at each place."""
    openers: dict[str, set[int]] = {}
    for form in forms:
        if form:
            openers.setdefault(form[0], set()).add(len(form))
    position = 0
    while position < len(words):
        lengths = sorted(openers.get(words[position], ()), reverse=True)
        fits = (n for n in lengths if tuple(words[position : position + n]) in forms)
        length = next((n for n in fits if position + n <= len(words)), 0)
        if length:
            yield position, position + length
        position += length or 1


class Text:
    """A text with its tokens, sentences and paragraphs as ranges of tokens."""

    def __init__(self, text: str) -> None:
        """Cut *text* up."""
        self.text = text
        self.tokens = tokenize(text)
        self.words = [text[a:b].replace("’", "'") for a, b in self.tokens]
        self.lower = [word.lower() for word in self.words]
        self.sentences = self._ranges(sentences(text))
        self.paragraphs = self._ranges(paragraphs(text))

    def __len__(self) -> int:
        return len(self.tokens)

    def _ranges(self, pieces: Iterable[tuple[int, int]]) -> list[Range]:
        ranges, position = [], 0
        for _, end in pieces:
            first = position
            while position < len(self.tokens) and self.tokens[position][0] < end:
                position += 1
            if first < position:
                ranges.append((first, position))
        return ranges

    @cached_property
    def _sentence_of(self) -> list[Range]:
        return [sentence for sentence in self.sentences for _ in range(*sentence)]

    @cached_property
    def _paragraph_of(self) -> list[Range]:
        return [paragraph for paragraph in self.paragraphs for _ in range(*paragraph)]

    def sentence(self, token: int) -> Range:
        """Return the sentence that *token* lies in."""
        return self._sentence_of[token]

    def paragraph(self, token: int) -> Range:
        """Return the paragraph that *token* lies in."""
        return self._paragraph_of[token]

    def offsets(self, span: Range) -> tuple[int, int]:
        """Return the code point offsets of a range of tokens that is not empty."""
        return self.tokens[span[0]][0], self.tokens[span[1] - 1][1]

    def covered(self, start: int, end: int) -> Range | None:
        """Return the tokens that the offsets *start* to *end* cover, or nothing if they cut one."""
        first, last = self._first.get(start), self._last.get(end)
        return (first, last) if first is not None and last is not None and first < last else None

    @cached_property
    def _first(self) -> dict[int, int]:
        return {start: token for token, (start, _) in enumerate(self.tokens)}

    @cached_property
    def _last(self) -> dict[int, int]:
        return {end: token + 1 for token, (_, end) in enumerate(self.tokens)}

    def surface(self, span: Range) -> str:
        """Return the characters of a range of tokens that is not empty."""
        start, end = self.offsets(span)
        return self.text[start:end]

    def spaced(self, token: int) -> bool:
        """Say whether anything but another token stands before *token*."""
        return token == 0 or self.tokens[token - 1][1] != self.tokens[token][0]

    def word(self, token: int) -> str:
        """Return a token in lower case, or nothing beyond the ends of the text."""
        return self.lower[token] if 0 <= token < len(self.lower) else ""
