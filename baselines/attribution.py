"""From the fragments of quotes to quotes: their cue, their source, and who the speakers are.

>>> text = Text("Ann Lee won. “I am glad,” she said.")
>>> quote, = attribute(text, [Mention(0, 2, "PERSON")], [Fragment(4, 10, "DIRECT")], {("said",)})
>>> text.surface(quote.cue), text.surface(quote.source), quote.speakers
('said', 'she', ('Ann Lee',))
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .cues import Cue, Form, cues
from .phrases import Phrases
from .speech import Fragment
from .text import Mention, Range, Text

_SINGULAR = frozenset({"he", "she", "him", "her", "his", "who", "i", "himself", "herself"})
_NEUTER = frozenset({"it", "which", "its", "itself", "that"})
_PLURAL = frozenset({"they", "both", "we", "them"})
_BODY_NOUNS = frozenset(
    "agency army authorities bank board commission company council court government group"
    " ministry office party police report statement study team union".split()
)
_BODIES = frozenset({"ORG", "GPE", "NORP", "FAC"})
_SPEAKING = _BODIES | {"PERSON", "LOC"}


@dataclass(slots=True)
class Attribution:
    """A quote over tokens. Its speakers are names in their fullest form."""

    fragments: list[Range]
    kind: str
    cue: Range | None = None
    source: Range | None = None
    speakers: tuple[str, ...] = ()


def attribute(
    text: Text,
    mentions: Sequence[Mention],
    fragments: Sequence[Fragment],
    forms: Collection[Form],
) -> list[Attribution]:
    """Return the quotes that *fragments* make up, each with cue, source and speakers.

    Args:
        text: The text.
        mentions: Its entity mentions, in order.
        fragments: Pieces of content, in order, not overlapping.
        forms: The words that may be a cue.
    """
    contents = [(one.start, one.end) for one in fragments]
    found = cues(text, forms, contents)
    phrases = Phrases(
        text, mentions, (token for cue in found for token in range(cue.start, cue.end))
    )
    names = Names(text, mentions, contents)
    quotes: list[Attribution] = []
    claimed: set[Cue] = set()
    for number, one in enumerate(fragments):
        floor = fragments[number - 1].end if number else 0
        ceiling = fragments[number + 1].start if number + 1 < len(fragments) else len(text)
        near = [cue for cue in found if floor <= cue.start < ceiling and cue not in claimed]
        cue = _cue_of(text, one, near, ceiling)
        if quotes and _carries_on(text, quotes[-1], one, cue):
            quote = quotes.pop()
            quote.fragments.append((one.start, one.end))
            quote.kind = quote.kind if quote.kind == one.kind else "MIXED"
        else:
            quote = Attribution([(one.start, one.end)], one.kind)
        if cue:
            claimed.add(cue)
            quote.cue = cue.start, cue.end
            quote.source = _source_of(text, phrases, one, cue, floor)
            quote.speakers = names.speakers(quote.source) if quote.source else ()
            names.spoke(quote)
        quotes.append(quote)
    return quotes


def _cue_of(text: Text, fragment: Fragment, near: Sequence[Cue], ceiling: int) -> Cue | None:
    """Return the cue of a fragment: the closest before it in its sentence, else after it.

    Args:
        text: The text.
        fragment: The fragment.
        near: The cues between its neighbours that no other has.
        ceiling: Where the next fragment begins, or the text ends.
    """
    before = [cue for cue in near if cue.end <= fragment.start and _introduces(text, cue, fragment)]
    ended = text.word(fragment.end - 2) == "." and ceiling < len(text)
    after = [
        cue
        for cue in near
        if cue.start >= fragment.end
        and _ends_with(text, fragment, cue)
        and not (ended and ceiling - cue.end < 4)
    ]
    verbs_before = [cue for cue in before if text.word(cue.word) != "in"] or before
    verbs_after = [cue for cue in after if text.word(cue.word) != "in"] or after
    if verbs_before and (fragment.start - verbs_before[-1].end <= 8 or not verbs_after):
        return verbs_before[-1]
    return verbs_after[0] if verbs_after else None


def _introduces(text: Text, cue: Cue, fragment: Fragment) -> bool:
    """Say whether a cue stands in the sentence that a fragment begins in, or ends with a colon."""
    if text.sentence(cue.start) == text.sentence(fragment.start):
        return True
    return text.word(fragment.start - 1) == ":" and text.sentence(cue.start) == text.sentence(
        fragment.start - 1
    )


def _ends_with(text: Text, fragment: Fragment, cue: Cue) -> bool:
    """Say whether a cue belongs to the sentence that a fragment ends in."""
    last = fragment.end - 1
    if ";" in text.lower[fragment.end : cue.start]:
        return False
    if text.sentence(last) == text.sentence(cue.start):
        return True
    exclaims = text.word(last - 1) in ("?", "!", "…")
    return exclaims and text.paragraph(last) == text.paragraph(cue.start) and cue.start - last < 8


def _carries_on(text: Text, quote: Attribution, fragment: Fragment, cue: Cue | None) -> bool:
    """Say whether a quotation carries on the quote before it: one of the two has no cue.

    A quote whose mark is still open at the end of its paragraph may get its cue from the next.
    """
    last = quote.fragments[-1][1] - 1
    if fragment.kind != "DIRECT":
        return False
    if quote.cue is None:
        opened = quote.kind == "DIRECT" and _is_open(text, last)
        return opened and text.paragraph(last)[1] == fragment.start
    if cue is not None or (_is_open(text, fragment.end - 1) and not _is_open(text, last)):
        return False
    same = text.paragraph(last) == text.paragraph(fragment.start)
    closed = quote.cue[1] - 1 if quote.cue[0] > last else last
    next_one = text.paragraph(closed)[1] == text.paragraph(fragment.start)[0] == fragment.start
    return same or next_one


def _is_open(text: Text, last: int) -> bool:
    return text.word(last) not in ("”", '"')


def _source_of(
    text: Text, phrases: Phrases, fragment: Fragment, cue: Cue, floor: int
) -> Range | None:
    """Return the noun phrase that a cue has as its source."""
    end = text.sentence(cue.end - 1)[1]
    ceiling = min(end, fragment.start) if fragment.start >= cue.end else end
    if text.word(cue.word) in ("according", "as") or text.lower[cue.word : cue.end][-1:] == ["of"]:
        return phrases.after(cue.end, ceiling, complement=True)
    if cue.start >= fragment.end:
        between = [
            word for word in text.lower[fragment.end : cue.start] if word not in (",", "and")
        ]
        if not between:
            return phrases.after(cue.end, ceiling, complement=True)
        inverted = phrases.before(cue.start, fragment.end) is None
        if inverted and not text.word(cue.word).endswith("ing"):
            return phrases.after(cue.end, ceiling, complement=True)
    source = phrases.subject(cue.start)
    return source if source and not _overlaps(source, (fragment.start, fragment.end)) else None


def _overlaps(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]


class Names:
    """The names of an article and who has spoken in it, to resolve a source with."""

    def __init__(self, text: Text, mentions: Sequence[Mention], contents: Sequence[Range]) -> None:
        """Take a text, its mentions, and the contents of quotes, in which nobody is sought."""
        self._text = text
        self._contents = contents
        self._mentions = [mention for mention in mentions if mention.label in _SPEAKING]
        self._spoke: list[tuple[Range, tuple[str, ...]]] = []

    def spoke(self, quote: Attribution) -> None:
        """Remember the source of a quote."""
        if quote.source:
            self._spoke.append((quote.source, quote.speakers))

    def fullest(self, mention: Mention) -> str:
        """Return the longest name in the article that a mention is a part of.

        A person's is one that has all its words, in order; a body's is spelled out from an acronym.
        """
        own = self._words(mention)
        best, length = mention, len(own)
        for other in self._mentions:
            words = self._words(other)
            if other.label != mention.label or len(words) <= length:
                continue
            rest = iter(words)
            part = mention.label == "PERSON" and all(word in rest for word in own)
            if part or (mention.label == "ORG" and own == [_initials(words)]):
                best, length = other, len(words)
        return self._text.surface((best.start, best.end))

    def _words(self, mention: Mention) -> list[str]:
        return self._text.words[mention.start : mention.end]

    def speakers(self, source: Range) -> tuple[str, ...]:
        """Return who the source of a quote is, in fullest names; nobody if it has no name."""
        inside = [one for one in self._mentions if source[0] <= one.start and one.end <= source[1]]
        people = [one for one in inside if one.label == "PERSON" and not self._possesses(one)]
        named = people or [
            one for one in inside if one.label in _BODIES | {"LOC"} and one.end == source[1]
        ]
        if named:
            return tuple(dict.fromkeys(map(self.fullest, named)))
        pronoun = self._text.word(source[0]) if source[1] - source[0] == 1 else ""
        if pronoun in _SINGULAR:
            return self._antecedent(source[0], frozenset({"PERSON"}))
        if pronoun in _NEUTER:
            return self._antecedent(source[0], _BODIES - {"NORP"})
        return self._spoke[-1][1] if pronoun in _PLURAL and self._spoke else ()

    def _antecedent(self, token: int, labels: frozenset[str]) -> tuple[str, ...]:
        """Return the nearest suitable name before *token*, or source that has spoken.

        In the sentence of *token* the last one counts, in those before the first, their subject.
        """
        candidates = [
            (mention.start, (self.fullest(mention),))
            for mention in self._mentions
            if mention.start < token
            and mention.label in labels
            and not self._possesses(mention)
            and not any(start <= mention.start < end for start, end in self._contents)
        ]
        sources = [
            (source[0], speakers) for source, speakers in self._spoke if self._fits(source, labels)
        ]
        found: tuple[tuple[int, int], tuple[str, ...]] | None = None
        own = self._text.sentence(token)
        for start, speakers in candidates + [one for one in sources if one[0] < token]:
            sentence = self._text.sentence(start)
            rank = (sentence[0], start if sentence == own else -start)
            if found is None or rank >= found[0]:
                found = rank, speakers
        return found[1] if found else ()

    def _fits(self, source: Range, labels: frozenset[str]) -> bool:
        """Say whether a source can be what a pronoun for *labels* stands for."""
        inside = [one for one in self._mentions if source[0] <= one.start and one.end <= source[1]]
        heads = [one for one in inside if one.label == "PERSON" or one.end == source[1]]
        person = "PERSON" in labels
        if heads:
            return any(one.label in labels for one in heads)
        word = self._text.word(source[1] - 1)
        return word not in (_NEUTER | _PLURAL | _BODY_NOUNS if person else _SINGULAR | _PLURAL)

    def _possesses(self, mention: Mention) -> bool:
        return self._text.word(mention.end) == "'"


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words if word[0].isupper())
