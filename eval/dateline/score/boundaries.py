"""Boundaries without what policies of annotation differ in: determiners, titles, possessives."""

import re
from collections.abc import Sequence
from functools import lru_cache

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


@lru_cache(2**16)
def edges(text: str, person: bool) -> tuple[int, int]:
    """Return how many characters come off the start of a mention and off its end.

    Determiners, the possessive, quotation marks and white space come off, of people titles too. Of
    a mention that would be empty nothing does.

    >>> edges("President Ana Ruiz’s", True), edges("the Hague", False), edges("The", False)
    ((10, 2), (4, 0), (0, 0))
    """
    after = _AFTER.search(text)
    right = after.start() if after else len(text)
    before = (_BEFORE_PERSON if person else _BEFORE).match(text, 0, right)
    left = before.end() if before else 0
    return (left, len(text) - right) if left < right else (0, 0)
