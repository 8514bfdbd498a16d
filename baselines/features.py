"""Attributes of tokens, as strings, for a linear model or a conditional random field.

Those of words are what plain systems for CoNLL-2003 have (Tjong Kim Sang and De Meulder 2003;
Ratinov and Roth 2009): the word, its shape and affixes, its neighbours, and what the same word has
beside it elsewhere in the article. Those of quotation tell where marks and cues stand. But for
the cues, no list and no other data is asked.

>>> (first, second), = attributes([["Ann", "sleeps"]])
>>> second[:5]
['w=sleeps', 'l=sleeps', 's=xxxxxx', 'c=x', 'p=s']
>>> "1l=sleeps" in first, "-1l=ann" in second
(True, True)
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from .arguments import Trigger
from .cues import Complements, cues, marked
from .speech import fragments
from .text import Range, Text

Attributes = list[str]
"""The attributes of one token. Short ones cost CRFsuite less, hence the names."""

_NEAREST = 2
"""Other occurrences of a word, on either side, whose neighbours are looked at."""

_SHAPES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})


class _Word(NamedTuple):
    """What is known of a word wherever it stands: attributes by where they are seen from."""

    lower: str
    collapsed: str
    is_capital: bool
    here: Attributes
    previous: Attributes
    following: Attributes
    second_previous: Attributes
    second_following: Attributes
    far_previous: str
    far_following: str
    beside_previous: str
    beside_following: str


def shape(word: str) -> str:
    """Return a word's shape: ``X`` for a capital, ``x`` for a small letter, ``d`` for a digit.

    >>> shape("McDonald-2")
    'XxXxxxxx-d'
    """
    return "".join(
        "X" if one.isupper() else "x" if one.isalpha() else "d" if one.isdigit() else one
        for one in word.translate(_SHAPES)
    )


def collapsed(shape: str) -> str:
    """Return a shape with every run of the same character as one.

    >>> collapsed("XxXxxxxx-d")
    'XxXx-d'
    """
    return "".join(one for i, one in enumerate(shape) if i == 0 or one != shape[i - 1])


@lru_cache(maxsize=1 << 16)
def _word(word: str) -> _Word:
    lower, full = word.lower(), shape(word)
    short = collapsed(full)
    affixes = [f"p={lower[:n]}" for n in range(1, min(4, len(lower)) + 1)]
    affixes += [f"q={lower[-n:]}" for n in range(1, min(4, len(lower)) + 1)]
    flags = {
        "digit": "d" in full,
        "capital": full[:1] == "X",
        "capitals": short == "X" and len(full) > 1,
        "hyphen": "-" in full,
        "mark": not any(one in "Xxd" for one in full),
    }
    return _Word(
        lower,
        short,
        flags["capital"],
        [f"w={word}", f"l={lower}", f"s={full}", f"c={short}", *affixes]
        + [name for name, holds in flags.items() if holds],
        [f"-1l={lower}", f"-1c={short}", f"-1p={lower[:3]}", f"-1q={lower[-3:]}"],
        [f"1l={lower}", f"1c={short}", f"1p={lower[:3]}", f"1q={lower[-3:]}"],
        [f"-2l={lower}", f"-2c={short}"],
        [f"2l={lower}", f"2c={short}"],
        f"<{lower}",
        f">{lower}",
        f"a<{lower}",
        f"a>{lower}",
    )


_EDGE = _word("")
"""What stands before and after a sequence."""


def attributes(sequences: Sequence[Sequence[str]]) -> list[list[Attributes]]:
    """Return the attributes of every token of an article.

    Args:
        sequences: The words of the article, sentence by sentence (or paragraph by paragraph).
    """
    rows = [[_word(word) for word in words] for words in sequences]
    elsewhere = _elsewhere(rows)
    return [[near + next(elsewhere) for near in _near(row)] for row in rows]


def _near(row: Sequence[_Word]) -> Iterator[Attributes]:
    """Yield the attributes of each word of a sequence that the sequence alone gives."""
    padded = [_EDGE] * 4 + [*row] + [_EDGE] * 4
    heading = ["no small"] if not any("x" in word.collapsed for word in row) else []
    for a4, a3, a2, a1, here, b1, b2, b3, b4 in zip(*(padded[n:] for n in range(9)), strict=False):
        yield [
            *here.here,
            *a1.previous,
            *b1.following,
            *a2.second_previous,
            *b2.second_following,
            a3.far_previous,
            a4.far_previous,
            b3.far_following,
            b4.far_following,
            f"-l={a1.lower}|{here.lower}",
            f"+l={here.lower}|{b1.lower}",
            f"-c={a1.collapsed}|{here.collapsed}",
            f"+c={here.collapsed}|{b1.collapsed}",
            f"-m={a1.lower}|{here.collapsed}",
            f"+m={here.collapsed}|{b1.lower}",
            f"3c={a1.collapsed}|{here.collapsed}|{b1.collapsed}",
            f"-2c={a2.collapsed}|{a1.collapsed}",
            f"+2c={b1.collapsed}|{b2.collapsed}",
            *heading,
        ]


def _elsewhere(rows: Sequence[Sequence[_Word]]) -> Iterator[Attributes]:
    """Yield the attributes of each word that its other occurrences in the article give.

    Ratinov and Roth (2009, section 5.1) call this context aggregation. Names recur in an article,
    and some of their places tell more than others.
    """
    places: dict[str, list[tuple[str, str, bool]]] = {}
    small: set[str] = set()
    for row in rows:
        for before, word, after in zip([_EDGE, *row], row, [*row[1:], _EDGE], strict=False):
            if word.is_capital:
                inside = before.collapsed[:1] == "x"
                place = before.beside_previous, after.beside_following, inside
                places.setdefault(word.lower, []).append(place)
            else:
                small.add(word.lower)
    passed = dict.fromkeys(places, 0)
    for row in rows:
        for word in row:
            if not word.is_capital:
                yield []
                continue
            lower = word.lower
            own, every = passed[lower], places[lower]
            passed[lower] += 1
            found = ["a small"] if lower in small else []
            for place in (*every[max(0, own - _NEAREST) : own], *every[own + 1 :][:_NEAREST]):
                found += place[:2]
                if place[2]:
                    found.append("a inside")
            yield found


def quotation(text: Text, complements: Complements) -> list[Attributes]:
    """Return what tells of each token whether it is quoted: marks, cues and sentences around it.

    What `speech.fragments` makes of the text is told as well; a model learns how far to trust it.

    Args:
        text: The text.
        complements: The cues to look for, and what may follow each.
    """
    found: list[Attributes] = [[] for _ in text.words]
    spans = marked(text)
    for start, end in spans:
        size = "short" if end - start < 7 else "long"
        ending = text.word(end - 2)
        _mark(found, "m", (start, end), size, ending if not ending.isalnum() else "a")
    for one in fragments(text, [], complements):
        _mark(found, "f", (one.start, one.end), one.kind)
    every = cues(text, complements, spans)
    for start, end in text.sentences:
        near = [cue for cue in every if start <= cue.start < end]
        spoken = any(start <= mark[0] < end or mark[0] <= start < mark[1] for mark in spans)
        for token in range(start, end):
            own = found[token]
            own.append(f"s={len(near)}{spoken}")
            own += [f"s<{min(token - start, 3)}", f"s>{min(end - 1 - token, 3)}"]
            before = [cue for cue in near if cue.start <= token]
            after = [cue for cue in near if token < cue.start]
            if before:
                inside = token < before[-1].end
                own.append(f"q<{'in' if inside else min(token - before[-1].end, 6)}")
                own.append(f"q<{text.word(before[-1].word)}")
            if after:
                own.append(f"q>{min(after[0].start - token, 6)}")
                own.append(f"q>{text.word(after[0].word)}")
    return found


def _mark(found: list[Attributes], name: str, span: Range, *what: str) -> None:
    """Tell the tokens in and beside a range of their place in it."""
    start, end = span
    for token in range(max(0, start - 1), min(len(found), end + 1)):
        first, last = max(-1, min(token - start, 2)), max(-1, min(end - 1 - token, 2))
        found[token] += [f"{name}{first}{last}{one}" for one in ("", *what)]


def factuality(text: Text, trigger: Trigger) -> Attributes:
    """Return what tells the realis and polarity of an event: its trigger, and words around it."""
    start, end = trigger.start, trigger.end
    first, last = text.sentence(start)
    word = text.word(start)
    return [
        "b",
        f"t={trigger.type}",
        f"l={word}",
        f"q={word[-3:]}",
        f"-2l={text.word(start - 2)}|{text.word(start - 1)}",
        *(f"{place}l={text.word(start + place)}" for place in (-3, -2, -1)),
        *(f"<{one}" for one in dict.fromkeys(text.lower[max(first, start - 6) : start])),
        *(f"<<{one}" for one in dict.fromkeys(text.lower[first : max(first, start - 6)])),
        *(f">{one}" for one in dict.fromkeys(text.lower[end : min(last, end + 4)])),
    ]
