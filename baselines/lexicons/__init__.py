"""The word lists of the rule baseline, one entry a line; see ``README.md`` for where they are from.

>>> "Peru" in load("countries")
True
>>> sorted(inflect_verb("ban"))
['ban', 'banned', 'banning', 'bans']
"""

from functools import cache
from importlib.resources import files

from dateline import tokenize

Form = tuple[str, ...]
"""The tokens of an entry."""


@cache
def load(name: str) -> tuple[str, ...]:
    """Return the entries of the list *name*, in the order of its file."""
    listed = (files(__name__) / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(listed.splitlines())


def forms(*names: str) -> frozenset[Form]:
    """Return the entries of the lists *names* as tokens."""
    return frozenset(form(entry) for name in names for entry in load(name))


def form(entry: str) -> Form:
    """Return the tokens of an entry."""
    return tuple(entry[start:end] for start, end in tokenize(entry))


@cache
def _irregular() -> dict[str, tuple[str, str]]:
    """Return past tense and past participle of every irregular verb."""
    rows = (line.split() for line in load("irregular_verbs"))
    return {lemma: (past, participle) for lemma, past, participle in rows}


def inflect_verb(lemma: str) -> frozenset[str]:
    """Return the forms of a verb, its first word inflected: ``step down``, ``stepped down``."""
    verb, space, rest = lemma.partition(" ")
    past = _irregular().get(verb) or (_with_suffix(verb, "ed"),)
    forms = {verb, plural(verb), _with_suffix(verb, "ing"), *past}
    return frozenset(form + space + rest for form in forms)


def inflect_noun(lemma: str) -> frozenset[str]:
    """Return singular and plural of a noun or of a compound, whose last word is inflected."""
    return frozenset({lemma, plural(lemma)})


def plural(word: str) -> str:
    """Return the plural of a noun, which is also the third person singular of a verb."""
    if word in ("be", "have"):
        return {"be": "is", "have": "has"}[word]
    if word.endswith(("s", "x", "z", "ch", "sh")) or word in ("go", "do", "veto", "undergo"):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def _with_suffix(verb: str, suffix: str) -> str:
    """Append ``ed`` or ``ing`` as English spells it."""
    if verb in load("doubling_verbs"):
        return verb + verb[-1] + suffix
    if verb.endswith("ie") and suffix == "ing":
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and (suffix == "ed" or not verb.endswith(("be", "ee", "oe", "ye"))):
        return verb[:-1] + suffix
    if verb.endswith("y") and verb[-2:-1] not in "aeiou" and suffix == "ed":
        return f"{verb[:-1]}ied"
    return verb + suffix
