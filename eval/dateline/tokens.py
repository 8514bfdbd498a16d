r"""Tokens, sentences and paragraphs: one published rule each, over the text alone.

All three return half-open offsets in Unicode code points. Gold is never looked at.

* A *token* is ``\w+|[^\w\s]``: a run of word characters, or a single other character.
* A *paragraph* is a line that holds more than white space.
* A *sentence* is a piece of a paragraph. It ends after ``.``, ``!``, ``?`` or ``…`` and the closing
  quotation marks and brackets that follow, where either white space comes next and then a capital
  letter, a digit or an opening mark, or an opening quotation mark comes next without a space. A
  full stop does not end a sentence after an abbreviation that is followed by a name or a number
  (`ABBREVIATIONS`), after a single initial, or inside ``U.S.``-like ones unless the next word is
  one that usually begins a sentence (`OPENERS`).

>>> [ "It's 5 p.m."[start:end] for start, end in tokenize("It's 5 p.m.") ]
['It', "'", 's', '5', 'p', '.', 'm', '.']
"""

import re
from collections.abc import Iterator

Offsets = tuple[int, int]

TOKENIZER_VERSION = 1
"""Changes when `tokenize` would cut any text otherwise; part of every score's signature."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]+")
_OPENING = "“‘\"'«„([{"
_CLOSING = "”’\"'»)]}"
_STOP = re.compile(rf"[.!?…]+[{re.escape(_CLOSING)}]*(?:(?=\s+[\W_]*[A-Z\dÀ-Þ])|(?=\s*[“«„]))")
_LAST_WORD = re.compile(r"(?:\w+\.)*\w+$")

ABBREVIATIONS = frozenset(
    [
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Prof",
        "Gen",
        "Lt",
        "Col",
        "Maj",
        "Capt",
        "Sgt",
        "Cmdr",
        "Adm",
        "Brig",
        "Rev",
        "Fr",
        "St",
        "Sen",
        "Rep",
        "Gov",
        "Pres",
        "Hon",
        "Sr",
        "Jr",
        "Messrs",
        "No",
        "Nos",
        "vs",
        "Inc",
        "Ltd",
        "Co",
        "Corp",
        "Art",
        "Sec",
        "Fig",
        "approx",
        "ca",
        "cf",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    ]
)
"""Words after which a full stop does not end a sentence when more follows."""

OPENERS = frozenset(
    [
        "The",
        "A",
        "An",
        "This",
        "That",
        "These",
        "Those",
        "It",
        "He",
        "She",
        "They",
        "We",
        "I",
        "You",
        "In",
        "On",
        "At",
        "But",
        "And",
        "Or",
        "If",
        "When",
        "While",
        "As",
        "After",
        "Before",
        "His",
        "Her",
        "Their",
        "Its",
        "Our",
        "My",
        "Meanwhile",
        "However",
        "Although",
        "Though",
        "For",
        "From",
        "By",
        "With",
        "There",
        "Here",
    ]
)
"""Words that begin a sentence after an abbreviation with inner stops, such as ``U.S.``."""


def tokenize(text: str) -> list[Offsets]:
    """Return the offsets of the tokens of *text*, in order."""
    return [match.span() for match in _TOKEN.finditer(text)]


def paragraphs(text: str) -> list[Offsets]:
    """Return the offsets of the lines of *text* that hold more than white space."""
    return [match.span() for match in _LINE.finditer(text) if not match.group().isspace()]


def sentences(text: str) -> list[Offsets]:
    """Return the offsets of the sentences of *text*, without the white space around them.

    Every token lies in exactly one sentence, and every sentence in one paragraph.
    """
    return [
        sentence
        for start, end in paragraphs(text)
        for sentence in _split_paragraph(text, start, end)
    ]


def _split_paragraph(text: str, start: int, end: int) -> Iterator[Offsets]:
    for match in _STOP.finditer(text, start, end):
        if _ends_sentence(text, match.start(), match.end(), start, end):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, end)


def _ends_sentence(text: str, stop: int, after: int, start: int, end: int) -> bool:
    if text[stop:after] != ".":
        return True
    before = _LAST_WORD.search(text, start, stop)
    if before is None:
        return True
    word = before.group()
    following = re.compile(r"\w+").search(text, after, end)
    if word in ABBREVIATIONS or (len(word) == 1 and word.isupper()):
        return False
    if "." in word:
        return following is not None and following.group() in OPENERS
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[Offsets]:
    piece = text[start:end]
    if not piece.isspace() and piece:
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
