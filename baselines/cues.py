"""Cues and quotation marks: where a text says that somebody speaks, and where it sets words apart.

>>> text = Text("“No,” Ann has said.")
>>> marked(text)
[(0, 4)]
>>> cues(text, {("said",)}, marked(text))
[Cue(start=5, end=7, word=6)]
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from .phrases import Phrases
from .text import Range, Text, longest_matches

Form = tuple[str, ...]
"""The lower-case tokens of a cue."""

Complements = Mapping[Form, Collection[str]]
"""For each cue its complements: ``clause``, ``that``, ``infinitive``, ``noun``, ``quoted``."""


class Cue(NamedTuple):
    """Where a cue stands; its verb group begins at ``start``, its own words at ``word``."""

    start: int
    end: int
    word: int


def marked(text: Text) -> list[Range]:
    """Return what stands between quotation marks, marks included.

    A mark that stays open reaches to the end of its paragraph if that holds a quotation to be
    carried on, that is if the next paragraph begins with a mark; else it is no quotation.
    """
    spans: list[Range] = []
    for number, (first, last) in enumerate(text.paragraphs):
        opened: int | None = None
        for token in range(first, last):
            word = text.word(token)
            if word == "“" or (word == '"' and opened is None):
                opened = token
            elif word in ("”", '"') and opened is not None:
                if token > opened + 1:
                    spans.append((opened, token + 1))
                opened = None
        following = text.paragraphs[number + 1 : number + 2]
        carried_on = any(text.word(start) in ("“", '"') for start, _ in following)
        if opened is not None and carried_on and last > opened + 1:
            spans.append((opened, last))
    return spans


def cues(text: Text, forms: Collection[Form], contents: Iterable[Range]) -> list[Cue]:
    """Return where cues stand outside *contents*, the longest form first."""
    inside = {token for start, end in contents for token in range(start, end)}
    phrases = Phrases(text, [])
    found: list[Cue] = []
    for token, end in longest_matches(text.lower, forms):
        joined = text.word(token - 1) == "-" and not text.spaced(token)
        if inside.isdisjoint(range(token, end)) and not joined and not _is_noun(text, token):
            start = phrases.group(token)
            while start in inside or (found and start < found[-1].end):
                start += 1
            found.append(Cue(start, end, token))
    return found


def _is_noun(text: Text, token: int) -> bool:
    """Say whether a form that may be a verb is a noun: ``the report``, ``his claims``."""
    before = text.word(token - 1)
    return before in (
        "the",
        "a",
        "an",
        "his",
        "her",
        "its",
        "their",
        "any",
        "no",
        "such",
        "of",
        "my",
    )
