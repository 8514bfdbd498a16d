"""Event triggers by lexicon, with their realis and polarity by the words around them.

>>> text = Text("Rebels did not attack.")
>>> triggers(text, [])
[Trigger(start=3, end=4, type='ATTACK', realis='OTHER', polarity='NEGATIVE')]
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from dateline import EVENT_TYPES

from .arguments import Trigger, is_verbal
from .lexicons import Form, form, inflect_noun, inflect_verb, load
from .phrases import AUXILIARIES, DETERMINERS, FUNCTION_WORDS, Phrases, is_word
from .text import Mention, Range, Text, longest_matches

_INFLECTED: dict[str, Callable[[str], frozenset[str]]] = {
    "n": inflect_noun,
    "v": inflect_verb,
    "l": inflect_noun,
    "a": lambda lemma: frozenset({lemma}),
}
"""Classes in the lists: noun, verb, noun that names an event only after a light verb, adjective."""

_MODALS = frozenset("will would can could may might must shall should wo ca".split())
_NEGATORS = frozenset("not never no without neither nor none nobody".split())
_DENYING = frozenset(
    "deny denies denied denying fail fails failed failing refuse refuses refused refusing"
    " decline declines declined declining".split()
)
_HAPPENED = frozenset(
    "managed continued continues began begun started starts forced helped able went came"
    " used had led sought continue begin".split()
)
_PROSPECTIVE = frozenset(
    "plan plans planned planning possible potential proposed threat threats threatened"
    " risk risks fear fears call calls called calling demand demands demanded want wants"
    " wanted hope hopes hoped seek seeks seeking prevent avoid avert expected likely"
    " future upcoming prospect alleged vow vowed pledge pledged promise promised threaten"
    " threatens offer offered urge urged against".split()
)
_CONDITIONS = frozenset(["if", "unless", "whether"])
_PARTICLES = frozenset({"up", "down", "off"})
_AT_WORK = {
    ("ATTACK", "strik"): "PROTEST",
    ("ATTACK", "struc"): "PROTEST",
    ("ACCUSE", "dismi"): "OFFICE",
}
"""Types of ambiguous words in an article on labour, by their first letters."""
_LABOUR = frozenset(
    "union unions workers strikers staff pay wages drivers teachers nurses walk".split()
)


@cache
def _lexicon() -> Mapping[Form, tuple[tuple[str, str], ...]]:
    """Return the types and classes of every form of every listed trigger."""
    found: dict[Form, dict[tuple[str, str], None]] = {}
    for event_type in EVENT_TYPES:
        for line in load(f"triggers_{event_type.lower()}"):
            lemma, _, classes = line.rpartition(" ")
            for word_class in classes:
                for inflected in sorted(_INFLECTED[word_class](lemma)):
                    found.setdefault(form(inflected), {})[event_type, word_class] = None
    return {words: tuple(senses) for words, senses in found.items()}


@cache
def _light_verbs() -> frozenset[Form]:
    return frozenset(form(word) for lemma in load("light_verbs") for word in inflect_verb(lemma))


def triggers(text: Text, mentions: Sequence[Mention]) -> list[Trigger]:
    """Return the triggers in *text*, in order; none lies in one of its names."""
    phrases = Phrases(text, mentions)
    labour = sum(word in _LABOUR for word in text.lower) > 1
    found: list[Trigger] = []
    for span in longest_matches(text.lower, _lexicon()):
        named = any(phrases.name_at(token) for token in range(*span))
        if named or text.sentence(span[0]) != text.sentence(span[1] - 1):
            continue
        event_type = _type(text, phrases, span, labour)
        if event_type and not _is_part(text, span):
            realis, polarity = _factuality(text, phrases, span, event_type)
            found.append(Trigger(*span, event_type, realis, polarity))
    return _without_light_verbs(text, found)


def _type(text: Text, phrases: Phrases, span: Range, labour: bool) -> str | None:
    """Return the type that a form has as the part of speech that it is used as."""
    senses = _lexicon()[tuple(text.lower[slice(*span)])]
    verbal = is_verbal(text, phrases, span)
    for event_type, word_class in senses:
        fits = verbal if word_class == "v" else not verbal
        if word_class == "l":
            object_of = _light_verb_before(text, span[0]) is not None
            fits = fits and object_of and not _modifies(text, span)
        if fits or word_class == "a" or (len(senses) == 1 and span[1] - span[0] > 1):
            at_work = _AT_WORK.get((event_type, text.lower[span[0]][:5])) if labour else None
            return at_work or event_type
    return None


def _modifies(text: Text, span: Range) -> bool:
    """Say whether a noun only specifies the next: ``contract pilots``."""
    return is_word(text.word(span[1])) and text.word(span[1]) not in FUNCTION_WORDS


def _is_part(text: Text, span: Range) -> bool:
    """Say whether a form is a part of another word: ``strike-bound``, ``backed up``."""
    hyphenated = text.word(span[1]) == "-" and not text.spaced(span[1])
    return hyphenated or text.word(span[1]) in _PARTICLES


def _light_verb_before(text: Text, noun: int) -> int | None:
    """Return the light verb that a noun is the object of: ``staged``, in ``staged a big rally``."""
    first, _ = text.sentence(noun)
    for token in range(noun - 1, max(first, noun - 5) - 1, -1):
        word = text.word(token)
        if any((*text.lower[token : token + size],) in _light_verbs() for size in (1, 2)):
            return token
        if not (is_word(word) or word in "-'") or word in AUXILIARIES | {"and", "or", "that", "to"}:
            return None
    return None


def _without_light_verbs(text: Text, found: Sequence[Trigger]) -> list[Trigger]:
    """Drop a verb that is only the light verb of another trigger, its object."""
    light = {
        verb
        for trigger in found
        if trigger.type not in ("CASUALTY", "DISASTER")
        and (verb := _light_verb_before(text, trigger.start)) is not None
        and any(text.word(token) in DETERMINERS for token in range(verb, trigger.start))
    }
    return [trigger for trigger in found if trigger.start not in light]


def _factuality(text: Text, phrases: Phrases, span: Range, event_type: str) -> tuple[str, str]:
    """Return realis and polarity; a charge that is denied has been made all the same."""
    denied = event_type not in ("ACCUSE", "THREATEN") and _is_denied(text, span)
    if denied or _is_negated(text, phrases, span):
        return "OTHER", "NEGATIVE"
    if _is_prospective(text, phrases, span):
        return "OTHER", "POSITIVE"
    if text.word(span[0] - 1) in ("any", "such"):
        return "GENERIC", "POSITIVE"
    return "ACTUAL", "POSITIVE"


def _before(text: Text, span: Range, reach: int) -> list[str]:
    """Return the words before a trigger in its clause, the nearest last."""
    first, _ = text.sentence(span[0])
    words = text.lower[max(first, span[0] - reach) : span[0]]
    breaks = [i for i, word in enumerate(words) if word in (",", ";", ":", "“", "”", '"', "but")]
    return words[breaks[-1] + 1 :] if breaks else words


def _is_negated(text: Text, phrases: Phrases, span: Range) -> bool:
    group = text.lower[phrases.group(span[0]) : span[0]]
    words = _before(text, span, 4)
    contracted = any(word == "t" and words[i - 1 : i] == ["'"] for i, word in enumerate(words))
    return contracted or any(word in _NEGATORS for word in group + words[-3:])


def _is_denied(text: Text, span: Range) -> bool:
    return any(word in _DENYING for word in _before(text, span, 3))


def _is_prospective(text: Text, phrases: Phrases, span: Range) -> bool:
    """Say whether an event is future, wanted, feared or supposed."""
    first, _ = text.sentence(span[0])
    start = phrases.group(span[0])
    if any(word in _MODALS for word in text.lower[start : span[0]]):
        return True
    words = _before(text, span, 5)
    if words[-1:] == ["to"] or words[-2:-1] == ["to"]:
        to = len(words) - 1 - words[::-1].index("to")
        named = phrases.name_at(span[0] - len(words) + to + 1) is not None
        return (
            not named
            and not any(word in _HAPPENED for word in words[:to][-2:])
            and is_verbal(text, phrases, span)
        )
    conditional = any(word in _CONDITIONS for word in text.lower[max(first, span[0] - 8) : span[0]])
    return conditional or any(word in _PROSPECTIVE for word in words[-3:])
