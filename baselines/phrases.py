"""The noun phrases of a text, found with closed word classes alone.

>>> text = Text("A tired referee said no.")
>>> Phrases(text, []).subject(3)
(0, 3)
"""

from collections.abc import Iterable, Sequence

from .text import Mention, Range, Text

VALUES = frozenset({"DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"})
"""Labels of value expressions; every other label is that of a name."""

_VOCABULARY = {
    "determiners": "a an the this that these those some any each every no both all another such"
    " either neither several many few my your his her its our their whose",
    "pronouns": "i you he she it we they me him us them who himself herself itself themselves"
    " everyone everybody someone somebody nobody anyone others both",
    "auxiliaries": "be am is are was were been being have has had having do does did will would"
    " shall should can could may might must wo ca",
    "prepositions": "about above across after against along among around as at before behind"
    " below beneath beside between beyond by despite down during except for from"
    " in inside into like near of off on onto out outside over past per since"
    " through throughout to toward towards under until up upon via with within"
    " without amid following",
    "conjunctions": "and or but nor so yet if because although though while when whereas unless"
    " whether than where why how which what then once",
    "adverbs": "also not never still already just only even again later earlier recently now"
    " soon then today ever almost nearly quite rather often twice once since n't t"
    " long far always first further instead meanwhile however thus therefore"
    " perhaps back away too",
}
DETERMINERS, PRONOUNS, AUXILIARIES, PREPOSITIONS, CONJUNCTIONS, ADVERBS = (
    frozenset(words.split()) for words in _VOCABULARY.values()
)
FUNCTION_WORDS = DETERMINERS | PRONOUNS | AUXILIARIES | PREPOSITIONS | CONJUNCTIONS | ADVERBS
_BREAKS = AUXILIARIES | PREPOSITIONS | CONJUNCTIONS | PRONOUNS | ADVERBS
_RELATIVES = frozenset({"who", "which", "that"})
_LONGEST = 12
"""Tokens that a noun phrase or an apposition may have."""


def is_adverb(word: str) -> bool:
    """Say whether a lower-case word looks like an adverb."""
    return word in ADVERBS or (word.endswith("ly") and len(word) > 4)


def is_word(word: str) -> bool:
    """Say whether a token is a word or a number rather than a mark."""
    return word[:1].isalnum()


class Phrases:
    """The noun phrases of a text, given its entity mentions."""

    def __init__(self, text: Text, mentions: Sequence[Mention], stops: Iterable[int] = ()) -> None:
        """Take a text, its mentions, and tokens that no noun phrase includes, such as triggers."""
        self.text = text
        self.mention_at: dict[int, Mention] = {
            token: mention for mention in mentions for token in range(mention.start, mention.end)
        }
        self._stops = frozenset(stops)

    def name_at(self, token: int) -> Mention | None:
        """Return the mention at *token* if it is a name."""
        mention = self.mention_at.get(token)
        return mention if mention and mention.label not in VALUES else None

    def after(self, start: int, ceiling: int, complement: bool = False) -> Range | None:
        """Return the noun phrase that begins at *start*, or after adverbs.

        Args:
            start: Where to begin.
            ceiling: Where the phrase ends at the latest.
            complement: Whether what follows ``of`` is part of the phrase.
        """
        while start < ceiling and is_adverb(self.text.word(start)) and not self.name_at(start):
            start += 1
        end = start
        while end < min(ceiling, start + _LONGEST):
            mention = self.name_at(end)
            if not mention and self.name_at(end - 1) and self.text.word(end).endswith("ed"):
                break
            if mention and mention.start == end and mention.end <= ceiling:
                end = mention.end
            elif (
                (complement and end > start and self.text.word(end) in ("of", "for"))
                or (self._inside(end) and not (end > start and self._determines(end)))
                or (
                    complement
                    and self.text.word(end - 1) in ("of", "for")
                    and self._determines(end)
                )
            ):
                end += 1
            else:
                break
        if end == start and self.text.word(start) in PRONOUNS and start < ceiling:
            end = start + 1
        return self._trimmed(start, end)

    def before(self, end: int, floor: int) -> Range | None:
        """Return the noun phrase that ends at *end*, or before adverbs and dates there."""
        end = self._without_adjuncts(end, floor)
        if end <= floor:
            return None
        if self.text.word(end - 1) in PRONOUNS and not self.name_at(end - 1):
            return end - 1, end
        start = end
        while start > max(floor, end - _LONGEST):
            mention = self.name_at(start - 1)
            if mention and mention.end == start and mention.start >= floor:
                start = mention.start
            elif self._joins_names(start - 1, end):
                start -= 1
            elif self._determines(start - 1) and start < end:
                start -= 1
                if self.text.word(start - 1) != "of" or start - 1 <= floor:
                    break
                start -= 1
            elif (
                start < end
                and self.text.word(start - 1) in ("of", "for")
                and self._inside(start - 2)
            ) or self._inside(start - 1):
                start -= 1
            else:
                break
        return self._trimmed(start, end)

    def subject(self, verb: int) -> Range | None:
        """Return the noun phrase that is the subject of the verb group that begins at *verb*."""
        first, _ = self.text.sentence(verb)
        position = self.group(verb)
        word = self.text.word(position - 1) if position > first else ""
        if word == "to" and position - 2 > first:
            governor = self.text.word(position - 2)
            position -= 1 if governor == "," or self.name_at(position - 2) else 2
            position = self.group(position)
            word = self.text.word(position - 1) if position > first else ""
        if word in _RELATIVES and position - 1 > first:
            position -= 2 if self.text.word(position - 2) == "," else 1
            return self.before(position, first)
        if word == "," and (comma := self._comma_before(position - 1, first)) is not None:
            return self.before(comma, first)
        if word == "," or not word or word in PREPOSITIONS | CONJUNCTIONS:
            return self.first((first, verb))
        return self.before(position, first) or self.first((first, verb))

    def group(self, verb: int) -> int:
        """Return where the verb group of *verb* begins: ``has``, in ``has never said``."""
        first, _ = self.text.sentence(verb)
        start = position = verb
        while position > first and not self.name_at(position - 1):
            word = self.text.word(position - 1)
            if word in AUXILIARIES:
                start = position - 1
            elif not (is_adverb(word) or (word == "'" and self.text.word(position) == "t")):
                break
            position -= 1
        return start

    def first(self, span: Range) -> Range | None:
        """Return the first noun phrase in *span* that no preposition governs."""
        for token in range(*span):
            mention = self.name_at(token)
            opens = (
                mention.start == token
                if mention
                else (self._determines(token) or self.text.word(token) in PRONOUNS)
                and token not in self.mention_at
            )
            governed = token > span[0] and self.text.word(token - 1) in PREPOSITIONS
            if opens and not governed and (phrase := self.after(token, span[1])):
                return self.before(phrase[1], span[0])
        return self.after(span[0], span[1])

    def head(self, phrase: Range) -> Range:
        """Return a phrase as an argument: the name that ends it, else it without determiners."""
        start, end = phrase
        mention = self.name_at(end - 1)
        if mention and mention.start >= start and mention.end == end:
            return mention.start, mention.end
        while start < end - 1 and self._determines(start):
            start += 1
        return start, end

    def _determines(self, token: int) -> bool:
        return self.text.word(token) in DETERMINERS and not self.name_at(token)

    def _joins_names(self, token: int, end: int) -> bool:
        """Say whether *token* is an ``and`` between two names."""
        both = self.name_at(token - 1) and token + 1 < end and self.name_at(token + 1)
        return bool(both) and self.text.word(token) == "and"

    def _inside(self, token: int) -> bool:
        """Say whether a token may stand inside a noun phrase."""
        mention = self.mention_at.get(token)
        if mention and (
            mention.label not in ("DATE", "TIME")
            or "-" in self.text.lower[mention.start : mention.end]
        ):
            return True
        word = self.text.word(token)
        if not word or token in self._stops or (mention and mention.start == token):
            return False
        if word == "'":
            return self.text.word(token + 1) == "s" or self.text.word(token - 1).endswith("s")
        if word in "-.":
            return not self.text.spaced(token) and (
                token + 1 < len(self.text) and not self.text.spaced(token + 1)
            )
        return is_word(word) and word not in _BREAKS and not is_adverb(word)

    def _trimmed(self, start: int, end: int) -> Range | None:
        """Drop what cannot end or begin a phrase; a phrase has a word that is no determiner."""
        while end > start and (
            not is_word(self.text.word(end - 1)) or self.text.word(end - 1) in ("of", "for")
        ):
            if self.name_at(end - 1):
                break
            end -= 1
        while end > start + 1 and self._determines(end - 1):
            end -= 2 if self.text.word(end - 2) == "of" and end - 2 > start else 1
        while end > start and not is_word(self.text.word(start)) and not self.name_at(start):
            start += 1
        bare = all(self._determines(token) for token in range(start, end))
        return (
            None
            if bare and not (end - start == 1 and self.text.word(start) in PRONOUNS)
            else (start, end)
        )

    def _without_adjuncts(self, end: int, floor: int) -> int:
        while end > floor:
            mention = self.mention_at.get(end - 1)
            if mention and mention.label in ("DATE", "TIME"):
                end = mention.start
                if end > floor and self.text.word(end - 1) in PREPOSITIONS:
                    end -= 1
            elif is_adverb(self.text.word(end - 1)) and not mention:
                end -= 1
            else:
                break
        return max(end, floor)

    def _comma_before(self, comma: int, floor: int) -> int | None:
        """Return the comma that opens the apposition which *comma* closes."""
        for token in range(comma - 1, max(floor, comma - _LONGEST), -1):
            if self.text.word(token) == ",":
                return token
        return None
