"""Attributed words: the fragments of content that stand beside cues and between quotation marks.

>>> text = Text("Ann said that all was lost.")
>>> fragments(text, [], {("said",): frozenset({"that"})})
[Fragment(start=2, end=6, kind='INDIRECT')]
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from .cues import Complements, Cue, cues, marked
from .phrases import AUXILIARIES, CONJUNCTIONS, PREPOSITIONS, PRONOUNS, Phrases, is_word
from .text import Mention, Range, Text

ADDRESSING = frozenset(
    "tell tells told telling assure assures assured inform informs informed informing"
    " notify notified remind reminds reminded reminding warn warns warned warning".split()
)
"""Cues that a noun phrase may follow: who is told."""

_SCARE = 4
"""Words that a scare quote has at most."""
_STOPS = frozenset(".!?…")
_ENDS = _STOPS | {",", "—", "–"}
_REACH = 6
"""Tokens between a cue and its complementiser at most."""


class Fragment(NamedTuple):
    """A fragment of a quote's content over tokens."""

    start: int
    end: int
    kind: str


def fragments(text: Text, mentions: Sequence[Mention], complements: Complements) -> list[Fragment]:
    """Return the fragments of attributed words in *text*, in order, none overlapping another.

    Args:
        text: The text.
        mentions: Its entity mentions.
        complements: The cues to look for, and what may follow each.
    """
    spans = marked(text)
    every_cue = cues(text, complements, spans)
    phrases = Phrases(text, mentions)
    found: list[Fragment] = []
    for start, end in _outer_sentences(text, spans):
        sentence = _Sentence(
            text,
            phrases,
            complements,
            (start, end),
            [span for span in spans if start <= span[0] < end],
            [cue for cue in every_cue if start <= cue.start < end],
        )
        found.extend(sentence.fragments())
    return found


def _outer_sentences(text: Text, spans: Sequence[Range]) -> list[Range]:
    """Return the sentences, joined where what is marked runs on from one into the next."""
    crossed = {token for start, end in spans for token in range(start + 1, end)}
    joined: list[Range] = []
    for start, end in text.sentences:
        if start in crossed and joined:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


class _Sentence(NamedTuple):
    """A sentence with what is marked in it and its cues."""

    text: Text
    phrases: Phrases
    complements: Complements
    span: Range
    marks: list[Range]
    cues: list[Cue]

    def fragments(self) -> list[Fragment]:
        found: list[Fragment] = []
        position = self.span[0]
        for cue in self.cues:
            if cue.start < position:
                continue
            fragment = self._preceding(cue, position) or self._following(cue)
            if fragment:
                found.append(fragment)
                position = max(fragment.end, cue.end)
        return sorted(found + list(self._left_over(found)))

    def _word(self, token: int) -> str:
        return self.text.word(token) if self.span[0] <= token < self.span[1] else ""

    def _mark_at(self, token: int) -> Range | None:
        return next((mark for mark in self.marks if mark[0] <= token < mark[1]), None)

    def _preceding(self, cue: Cue, floor: int) -> Fragment | None:
        """Return the content that stands before a cue: ``“X,” he said``, ``X, he said``."""
        subject = self.phrases.subject(cue.start)
        edges = [cue.start]
        if subject and floor < subject[0] < cue.start:
            edges.append(subject[0])
        for edge in edges:
            comma = edge - 1 if self._word(edge - 1) == "," else edge
            mark = self._mark_at(comma - 1)
            if mark and mark[1] == comma and mark[0] >= floor and self._is_parenthetic(cue, mark):
                return self._fragment(self._content_start(floor, mark), comma)
            bare = comma < edge and comma - floor > 2 and "clause" in self._complements(cue)
            placed = edge < cue.start or self._is_inverted(cue)
            if bare and placed and not mark and self._nothing_follows(cue):
                return self._fragment(floor + (self._word(floor) in ("and", "but")), comma)
        return None

    def _is_inverted(self, cue: Cue) -> bool:
        """Say whether the source comes after a cue: ``X, said the judge``."""
        source = self.phrases.after(cue.end, self.span[1])
        return source is not None and self._word(source[0]) not in PRONOUNS

    def _is_parenthetic(self, cue: Cue, mark: Range) -> bool:
        return self._word(mark[1] - 2) in _ENDS - {"."} or self._nothing_follows(cue)

    def _content_start(self, floor: int, mark: Range) -> int:
        """Return where the content that *mark* ends begins: before it, if it is only a part."""
        words = [token for token in range(floor, mark[0]) if is_word(self.text.word(token))]
        return floor if len(words) > 2 and self._word(mark[0] - 1) not in (":", ",") else mark[0]

    def _nothing_follows(self, cue: Cue) -> bool:
        """Say whether no clause comes after a cue and the noun phrase after it."""
        position = cue.end
        for _ in range(2):
            word = self._word(position)
            if not word or word in _STOPS | {",", ";"} or word in PREPOSITIONS | {"and", "as"}:
                return self._mark_at(position) is None
            phrase = self.phrases.after(position, self.span[1], complement=True)
            position = phrase[1] if phrase else position + 1
        return False

    def _complements(self, cue: Cue) -> Collection[str]:
        return self.complements[tuple(self.text.lower[cue.word : cue.end])]

    def _following(self, cue: Cue) -> Fragment | None:
        """Return the content that stands after a cue."""
        position = cue.end
        while self._word(position) in (",", ":"):
            position += 1
        mark = self._mark_at(position)
        if mark and mark[0] == position and self._is_whole(mark, cue):
            return Fragment(*mark, "DIRECT")
        start = mark[0] if mark and mark[0] == position else self._clause_start(cue)
        if start is None:
            return None
        end = self._clause_end(start, cue)
        return self._fragment(start, end) if end - start > 1 else None

    def _is_whole(self, mark: Range, cue: Cue) -> bool:
        """Say whether a marked content is all that the cue introduces."""
        after = self._word(mark[1])
        closed = self._word(mark[1] - 2) in _ENDS or not after or not is_word(after)
        return closed or after in CONJUNCTIONS or self._word(cue.end) in (",", ":")

    def _clause_start(self, cue: Cue) -> int | None:
        """Return where indirect speech begins after a cue, by what the cue takes."""
        takes = self._complements(cue)
        if self._word(cue.word) == "according":
            return self._after_source(cue)
        for token in range(cue.end, min(cue.end + _REACH, self.span[1])):
            word = self._word(token)
            if word == "that" and "that" in takes and self._opens_clause(token):
                return token
            if word == "to" and "infinitive" in takes and self._is_infinitive(cue, token):
                return token
            if not is_word(word) and word not in "'-.":
                break
        if "clause" in takes:
            start = self._after_addressee(cue)
            return start if self._is_clause(start, cue) else None
        return cue.end if "noun" in takes and self._opens_noun(cue.end) else None

    def _after_source(self, cue: Cue) -> int | None:
        """Return where the content begins in ``According to SOURCE, CONTENT``."""
        if cue.start > self.span[0] + 1:
            return None
        phrase = self.phrases.after(cue.end, self.span[1], complement=True)
        comma = phrase[1] if phrase else cue.end
        return comma + 1 if self._word(comma) == "," else None

    def _opens_clause(self, that: int) -> bool:
        return bool(self._word(that + 1)) and is_word(self._word(that + 1))

    def _is_infinitive(self, cue: Cue, to: int) -> bool:
        following = self._word(to + 1)
        passive = self._word(cue.start) in AUXILIARIES - {"has", "have", "had"}
        named = self.phrases.name_at(to + 1) or following in (
            "the",
            "a",
            "an",
            "his",
            "her",
            "their",
        )
        return following.isalpha() and not passive and not named

    def _after_addressee(self, cue: Cue) -> int:
        """Skip the time, and who is told, between a cue and its clause."""
        position = cue.end
        if self._word(cue.word) in ADDRESSING:
            phrase = self.phrases.after(position, self.span[1])
            position = phrase[1] if phrase else position
        preposition = self._word(position) in PREPOSITIONS
        mention = self.phrases.mention_at.get(position + preposition)
        if mention and mention.label in ("DATE", "TIME"):
            position = mention.end
        return position

    def _is_clause(self, start: int, cue: Cue) -> bool:
        word = self._word(start)
        if not word or not (is_word(word) or self._mark_at(start)) or word in PREPOSITIONS:
            return False
        clause = range(start, self._clause_end(start, cue))
        finite = any(
            self._word(token) in AUXILIARIES or self._word(token).endswith("ed") for token in clause
        )
        return (finite and len(clause) > 2) or len(clause) > 4

    def _opens_noun(self, token: int) -> bool:
        word = self._word(token)
        return bool(word) and is_word(word) and word not in PREPOSITIONS | CONJUNCTIONS

    def _clause_end(self, start: int, cue: Cue) -> int:
        """Return where a clause ends: before the next cue's clause, or the last full stop."""
        end = self.span[1]
        while end > start and self._word(end - 1) in _STOPS and not self._mark_at(end - 1):
            end -= 1
        for token in range(start, end):
            if self._word(token) == ";" and not self._mark_at(token):
                end = token
                break
        if "clause" not in self._complements(cue) and self._word(start) not in ("that", "to", "“"):
            commas = (token for token in range(start, end) if self._word(token) == ",")
            end = next((comma for comma in commas if not self._mark_at(comma)), end)
        for later in self.cues:
            if start < later.start < end and later != cue:
                end = self._break_before(later) or end
        while end > start and self._word(end - 1) in (",", "and", "but", "—", "–"):
            end -= 1
        mark = self._mark_at(end - 1)
        return mark[1] if mark else end

    def _break_before(self, cue: Cue) -> int | None:
        """Return where a clause ends that a cue follows with content of its own, if it has any.

        ``X, adding that Y``; ``X and warned that Y``; ``X, and she warned that Y``.
        """
        before = self._word(cue.start - 1)
        if before == "," and self._word(cue.word).endswith("ing"):
            return cue.start - 1
        if before in ("and", "but") or self._word(cue.word) == "according":
            return cue.start - (before in ("and", "but"))
        subject = self.phrases.subject(cue.start)
        joined = subject and self._word(subject[0] - 1) in ("and", "but")
        return subject[0] - 1 if subject and joined and self._word(subject[0] - 2) == "," else None

    def _fragment(self, start: int, end: int) -> Fragment | None:
        """Return the content in a range of tokens, of the kind that its marks make it."""
        inside = [mark for mark in self.marks if start <= mark[0] < end]
        if end <= start or any(mark[1] > end for mark in inside):
            return None
        if inside and inside[0] == (start, end):
            return Fragment(start, end, "DIRECT")
        return Fragment(start, end, "MIXED" if inside else "INDIRECT")

    def _left_over(self, found: Sequence[Fragment]) -> Iterable[Fragment]:
        """Return the quotations that no cue of the sentence claims, without scare quotes."""
        for mark in self.marks:
            taken = any(one.start < mark[1] and mark[0] < one.end for one in found)
            words = sum(map(is_word, self.text.lower[mark[0] : mark[1]]))
            closed = self._word(mark[1] - 1) in ("”", '"')
            ended = self._word(mark[1] - 1 - closed) in _ENDS
            alone = self._word(mark[0] - 1) in ("", ":", ",") or mark[1] >= self.span[1] - 1
            if not taken and (words > _SCARE or (ended and words > 1 and alone)):
                yield Fragment(*mark, "DIRECT")
