"""The arguments of events: who does what to whom, where and when, within the trigger's sentence.

>>> text = Text("Rebels attacked a village on Monday.")
>>> trigger = Trigger(1, 2, "ATTACK")
>>> for one in arguments(text, [Mention(5, 6, "DATE")], [trigger])[trigger]:
...     print(one.role, text.surface((one.start, one.end)))
AGENT Rebels
PATIENT village
TIME Monday
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .phrases import (
    AUXILIARIES,
    DETERMINERS,
    FUNCTION_WORDS,
    PREPOSITIONS,
    PRONOUNS,
    Phrases,
    is_adverb,
    is_word,
)
from .text import Mention, Range, Text


class Trigger(NamedTuple):
    """An event's trigger over tokens."""

    start: int
    end: int
    type: str
    realis: str = "ACTUAL"
    polarity: str = "POSITIVE"


class Argument(NamedTuple):
    """A participant, place or time of an event over tokens."""

    start: int
    end: int
    role: str


_OBJECT = {
    "PROTEST": "THEME",
    "MEET": "AGENT",
    "AGREE": "THEME",
    "MOVE": "THEME",
    "TRADE": "THEME",
    "ENACT": "THEME",
}
"""The role of the object, where it is not PATIENT."""

_DEEDS = frozenset({"ACCUSE", "SUPPORT", "SANCTION"})
"""Types whose object is a THEME unless it is a person or body with a name."""

_UNDERGONE = frozenset({"CASUALTY", "DISASTER"})
"""Types whose subject, without an object, is who it happens to."""

_PARTIES = frozenset({"MEET", "AGREE"})
_TRAVELS = frozenset({"MOVE", "MEET"})
_NOMINAL = ("tion", "sion", "ment", "ance", "ence", "ity", "ism", "sis", "ure", "cy")
_AT = frozenset("in at near outside inside across off around on".split())
_THITHER = frozenset("to from into toward towards via".split())
_OBJECT_OF = frozenset("of on against to for over about at".split())
_BE = frozenset("be is are was were been being get got getting".split())
_OBJECTIVE = frozenset({"it", "him", "them", "us", "me"})
_WEAPONS = frozenset(
    "aircraft artillery axe axes bomb bombs bullet bullets car cars drone drones"
    " explosives grenade grenades gun guns hammer jets knife knives machete machetes"
    " missile missiles mortars pistol poison rifle rifles rocket rockets shells sword"
    " tanks truck weapons".split()
)


def is_verbal(text: Text, phrases: Phrases, span: Range) -> bool:
    """Say whether a trigger is used as a verb, by its form and the words around it."""
    start, end = span
    word, before, after = text.word(start), text.word(start - 1), text.word(end)
    if text.sentence(start)[0] == start:
        before = ""
    name = phrases.name_at(start - 1) if before else None
    if end - start == 1 and word.endswith(_NOMINAL):
        return False
    if before in _OBJECTIVE and not is_word(after):
        return False
    if before in ("a", "an"):
        return False
    if before in AUXILIARIES | (PRONOUNS - DETERMINERS) | {"to", "not", "who"} or word.endswith(
        "ed"
    ):
        return True
    if before in DETERMINERS or before == "'" or (before == "s" and text.word(start - 2) == "'"):
        return False
    if word.endswith("ing"):
        return after != "of" and not (name and name.label == "NORP") and before != "of"
    if (name and name.label == "NORP") or before in PREPOSITIONS or before in ("and", ""):
        return False
    takes_object = after in DETERMINERS | PRONOUNS or phrases.name_at(end) is not None
    if name:
        return takes_object or after not in _OBJECT_OF | {"by", "between", "with", ".", ","}
    return takes_object or is_adverb(before) or (is_word(before) and before.endswith("s"))


def arguments(
    text: Text, mentions: Sequence[Mention], triggers: Sequence[Trigger]
) -> dict[Trigger, list[Argument]]:
    """Return the arguments of every trigger, in the order of the text, none twice."""
    bare = Phrases(text, mentions)
    verbs = [one for one in triggers if is_verbal(text, bare, (one.start, one.end))]
    phrases = Phrases(
        text, mentions, (token for one in verbs for token in range(one.start, one.end))
    )
    found = {trigger: list(_participants(text, phrases, trigger)) for trigger in triggers}
    for mention in mentions:
        if (placed := _setting(text, mention, triggers)) is not None:
            trigger, role = placed
            taken = any(
                one.start < mention.end and mention.start < one.end for one in found[trigger]
            )
            if not taken:
                found[trigger].append(Argument(mention.start, mention.end, role))
    return {trigger: sorted(dict.fromkeys(found[trigger])) for trigger in triggers}


def _participants(text: Text, phrases: Phrases, trigger: Trigger) -> Iterator[Argument]:
    verbal = is_verbal(text, phrases, (trigger.start, trigger.end))
    roles = _verbal(text, phrases, trigger) if verbal else _nominal(text, phrases, trigger)
    first, last = text.sentence(trigger.start)
    for phrase, role in [*roles, *_prepositional(text, phrases, trigger, verbal)]:
        for part in _conjuncts(text, phrases, phrase, last):
            if first <= part[0] and part[1] <= last and not _overlap(part, trigger):
                yield Argument(*part, _fitting(phrases, trigger.type, part, role))


def _overlap(span: Range, other: Mention | Trigger) -> bool:
    return span[0] < other.end and other.start < span[1]


def _verbal(text: Text, phrases: Phrases, trigger: Trigger) -> Iterator[tuple[Range, str]]:
    """Yield subject and object with their roles; the passive swaps them."""
    _, last = text.sentence(trigger.start)
    subject = phrases.subject(trigger.start)
    own = range(phrases.group(trigger.start), trigger.start)
    passive = any(text.word(token) in _BE for token in own) and not text.word(
        trigger.start
    ).endswith("ing")
    undergone = trigger.type in _UNDERGONE
    following = None if passive else phrases.after(trigger.end, last)
    swapped = passive or text.word(trigger.end) == "by" or (undergone and following is None)
    if subject and subject[1] <= trigger.start:
        yield subject, _object_role(trigger.type) if swapped else "AGENT"
    if following:
        yield following, _object_role(trigger.type)


def _nominal(text: Text, phrases: Phrases, trigger: Trigger) -> Iterator[tuple[Range, str]]:
    """Yield what stands before a noun: its possessor, a name, or the subject of a light verb."""
    first, _ = text.sentence(trigger.start)
    role = _object_role(trigger.type) if trigger.type in _UNDERGONE else "AGENT"
    position = trigger.start
    while position > first and position > trigger.start - 4:
        position -= 1
        word = text.word(position)
        if name := phrases.name_at(position):
            yield (name.start, name.end), role
            return
        if (
            word == "'"
            and text.word(position + 1) == "s"
            and (owner := phrases.before(position, first))
        ):
            yield owner, role
            return
        if word in FUNCTION_WORDS or not (is_word(word) or word in "'-"):
            break
    subject = phrases.first((first, trigger.start))
    if subject and 0 < trigger.start - subject[1] <= 5:
        between = text.lower[subject[1] : trigger.start]
        if all(is_word(word) and word not in PREPOSITIONS - {"on"} for word in between):
            yield subject, role


def _prepositional(
    text: Text, phrases: Phrases, trigger: Trigger, verbal: bool
) -> Iterator[tuple[Range, str]]:
    """Yield the noun phrases after prepositions that tell their role."""
    _, last = text.sentence(trigger.start)
    for token in range(trigger.end, min(last, trigger.end + 10)):
        word = text.word(token)
        if phrases.name_at(token) or word not in PREPOSITIONS:
            if not is_word(word) and word not in "'-":
                return
            continue
        phrase = phrases.after(token + 1, last)
        if phrase is None or not _is_thing(phrases, phrase):
            continue
        near = token == trigger.end
        if word == "by" or (trigger.type in _PARTIES and word in ("with", "between")):
            yield phrase, "AGENT"
        elif word == "with" and text.word(phrase[1] - 1) in _WEAPONS:
            yield phrase, "INSTRUMENT"
        elif trigger.type == "ACCUSE" and verbal and word in ("of", "for"):
            yield phrase, "THEME"
        elif near and not verbal and word in _OBJECT_OF and trigger.type != "MEET":
            yield phrase, _object_role(trigger.type)


def _is_thing(phrases: Phrases, phrase: Range) -> bool:
    mention = phrases.mention_at.get(phrase[1] - 1)
    return not (mention and mention.label in ("DATE", "TIME"))


def _object_role(event_type: str) -> str:
    return _OBJECT.get(event_type, "PATIENT")


def _fitting(phrases: Phrases, event_type: str, part: Range, role: str) -> str:
    """Turn PATIENT into THEME where a deed is condemned, and not a person or a body."""
    mention = phrases.name_at(part[1] - 1)
    if role != "PATIENT" or event_type not in _DEEDS:
        return role
    named = mention is not None and mention.label in ("PERSON", "ORG", "GPE", "NORP")
    accused = event_type == "ACCUSE" and phrases.text.word(part[1]) in ("of", "for")
    return role if named or accused or phrases.text.word(part[0]) in PRONOUNS else "THEME"


def _conjuncts(text: Text, phrases: Phrases, phrase: Range, last: int) -> Iterator[Range]:
    """Yield the head of a phrase, and the names that are joined to it."""
    head = phrases.head(phrase)
    yield head
    if phrases.name_at(head[0]) is None:
        return
    end = head[1]
    while end < last and text.word(end) in (",", "and"):
        joined = end + 1 + (text.word(end + 1) == "and")
        mention = phrases.name_at(joined)
        if mention is None or mention.end > last:
            break
        closes = text.word(end) == "and" or text.word(joined - 1) == "and"
        listed = text.word(mention.end) in (",", "and")
        if not closes and not listed:
            break
        yield mention.start, mention.end
        end = mention.end
    first, _ = text.sentence(head[0])
    before = phrases.name_at(head[0] - 2) if head[0] - 2 >= first else None
    if before and text.word(head[0] - 1) == "and":
        yield before.start, before.end


def _setting(
    text: Text, mention: Mention, triggers: Sequence[Trigger]
) -> tuple[Trigger, str] | None:
    """Return the event that a mention is the place or time of, in the mention's sentence."""
    first, last = text.sentence(mention.start)
    if mention.end > last:
        return None
    near = [trigger for trigger in triggers if first <= trigger.start < last]
    if not near:
        return None
    trigger = min(near, key=lambda one: max(mention.start - one.end, one.start - mention.end))
    position = mention.start
    while position > first and (text.word(position - 1) in DETERMINERS | {"nearby", "central"}):
        position -= 1
    before = text.word(position - 1) if position > first else ""
    if mention.label in ("GPE", "LOC", "FAC"):
        reached = before in _AT or (before in _THITHER and trigger.type in _TRAVELS)
        return (trigger, "PLACE") if reached and text.word(mention.end) != "'" else None
    surface = text.surface((mention.start, mention.end))
    age = "-" in surface or (surface.isdigit() and len(surface) < 4)
    if mention.label in ("DATE", "TIME") and not age:
        return trigger, "TIME"
    return None
