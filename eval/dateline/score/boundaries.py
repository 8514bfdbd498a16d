"""Boundaries without what policies of annotation differ in: determiners, titles, possessives."""

import re
from collections.abc import Collection, Sequence

from .arrays import Spans

_QUOTES = "\"“”„‟‘’‚'`«»‹›"

DETERMINERS = (
    "the a an this that these those my your his her its our their whose some any every each no"
).split()

TITLES = """
    Mr Mrs Ms Miss Mx Dr Prof Professor Sir Dame Lord Lady Rev Reverend Fr Father Sister Brother
    President Vice-President Vice Deputy Acting Former Interim Premier Chancellor Prime Foreign
    Defence Defense Interior Finance Health Trade Justice Education Economy Minister Secretary
    Undersecretary Ambassador Envoy Senator Sen Representative Rep Congressman Congresswoman MP MEP
    Councillor Governor Gov Mayor Judge Justice Magistrate Attorney Prosecutor Sheriff
    General Gen Lieutenant Lt Colonel Col Major Maj Captain Capt Sergeant Sgt Admiral Commander
    Corporal Inspector Superintendent Constable Officer Detective Chief
    King Queen Prince Princess Duke Duchess Emperor Sultan Emir Sheikh Sheikha Shaikh Imam Mullah
    Ayatollah Grand Pope Cardinal Archbishop Bishop Rabbi Pastor Chairman Chairwoman Chair Director
    Coach Sri Shri Smt Señor Señora Herr Frau Monsieur Madame
""".split()


def _any_of(words: Sequence[str]) -> str:
    return "|".join(sorted(set(words), key=lambda word: (-len(word), word)))


_EDGE = rf"\s|[{_QUOTES}]"
_OPENING = rf"{_EDGE}|(?:{_any_of(DETERMINERS)})(?=\s)"
_BEFORE = re.compile(rf"(?:{_OPENING})*", re.IGNORECASE)
_BEFORE_PERSON = re.compile(rf"(?:{_OPENING}|(?:{_any_of(TITLES)})\.?(?=\s))*", re.IGNORECASE)
_AFTER = re.compile(rf"(?:['’]s|{_EDGE})*\Z", re.IGNORECASE)


def normalised(spans: Spans, texts: Sequence[str], people: Collection[int]) -> Spans:
    """Return *spans* without determiners, titles, possessive and quotation marks at their edges.

    Args:
        spans: The spans.
        texts: Of the articles.
        people: The labels before whose names titles are taken off.

    Returns:
        As many spans in the same order, each inside what it was; one that would be empty is left as
        it was.
    """
    start, end = spans.start.copy(), spans.end.copy()
    rows = zip(
        spans.article.tolist(), start.tolist(), end.tolist(), spans.label.tolist(), strict=True
    )
    for row, (article, first, last, label) in enumerate(rows):
        text = texts[article][first:last]
        after = _AFTER.search(text)
        right = after.start() if after else len(text)
        before = (_BEFORE_PERSON if label in people else _BEFORE).match(text, 0, right)
        left = before.end() if before else 0
        if left < right:
            start[row], end[row] = first + left, first + right
    return Spans(spans.article, start, end, spans.label, spans.value)
