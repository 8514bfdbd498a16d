"""Runs of capitalised words, in which names are sought, and what capitals tell where they stand.

>>> text = Text("We saw Ada van Dyck and Lima.")
>>> [text.surface(run) for run in runs(text, frozenset())]
['We', 'Ada van Dyck and Lima']
"""

from collections.abc import Iterator

from .lexicons import load
from .phrases import FUNCTION_WORDS
from .text import Range, Text

_LINKS = ("of", "for", "and", "the", "on", "de", "del", "&", "y")
"""Words in lower case that stand between the capitals of one name."""


def runs(text: Text, dated: frozenset[int]) -> Iterator[Range]:
    """Yield the longest ranges of capitalised words, with the small words that join them.

    A run ends before a token that is *dated*.
    """
    particles = frozenset(load("particles"))
    token = 0
    while token < len(text):
        if not is_capital(text, token) or token in dated:
            token += 1
            continue
        end = token + 1
        while (longer := _extended(text, end, particles)) and dated.isdisjoint(range(end, longer)):
            end = longer
        yield token, end
        token = end


def _extended(text: Text, end: int, particles: frozenset[str]) -> int | None:
    """Return the end of a run after its next word, if the run goes on after *end*."""
    if end >= len(text) or "\n" in text.text[text.tokens[end - 1][1] : text.tokens[end][0]]:
        return None
    word = text.words[end]
    if is_capital(text, end):
        return end + 1
    if word in "-'." and not text.spaced(end) and is_capital(text, end + 1):
        initial = len(text.words[end - 1]) == 1 or text.words[end - 1] in ("St", "Jr", "Mr", "Dr")
        closed = not text.spaced(end + 1)
        return end + 2 if (closed or (word == "." and initial)) else None
    if word == "." and not text.spaced(end) and len(text.words[end - 1]) == 1 and end > 1:
        return end + 1 if text.words[end - 2] == "." else None
    joins = word in particles or word in _LINKS
    if joins and on_one_line(text, end - 1, min(end + 3, len(text))):
        for skipped in (1, 2):
            between = text.words[end : end + skipped]
            if all(one in particles or one in _LINKS for one in between) and is_capital(
                text, end + skipped
            ):
                return end + skipped + 1
    return None


def is_capital(text: Text, token: int) -> bool:
    """Say whether a token begins with a capital."""
    return token < len(text) and text.words[token][:1].isupper()


def on_one_line(text: Text, start: int, end: int) -> bool:
    """Say whether no line ends inside a range of tokens."""
    return "\n" not in text.surface((start, end))


def is_heading(text: Text, line: Range) -> bool:
    """Say whether a line is set in capitals, so that capitals tell nothing there."""
    words = [token for token in range(*line) if text.words[token].isalpha()]
    content = [token for token in words if text.lower[token] not in FUNCTION_WORDS]
    ended = text.word(line[1] - 1) in (".", "!", "?", "”", '"', "…")
    return not ended and len(content) > 3 and all(is_capital(text, token) for token in content)


def opens_sentence(text: Text, token: int) -> bool:
    """Say whether a token has a capital in any case: it begins a sentence or a quotation."""
    first, _ = text.sentence(token)
    return not any(text.words[before][:1].isalnum() for before in range(first, token)) or text.word(
        token - 1
    ) in ("“", '"', ":", "—", "–")
