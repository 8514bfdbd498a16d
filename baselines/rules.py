"""The rule baseline: patterns and word lists for all three layers; it learns nothing.

>>> from dateline import Article
>>> extract = build([])
>>> prediction, = extract([Article(id="a", text="On Monday Ann Lee said that Peru was attacked.")])
>>> [entity["label"] for entity in prediction["entities"]]
['DATE', 'PERSON', 'GPE']
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from dateline import Article, Document, Extractor

from .lexicons import Form, form, inflect_verb, load
from .linking import Findings, link
from .names import names
from .speech import fragments
from .text import Mention, Text, apart
from .triggers import triggers
from .values import values

_COMPLEMENTS = {
    "clause": {"clause", "that"},
    "that": {"that"},
    "infinitive": {"infinitive"},
    "noun": {"noun"},
    "quoted": {"quoted"},
}
"""What the cues of each list take: before a bare clause there may be a ``that``."""


def build(train: Sequence[Document]) -> Extractor:
    """Return the extractor; *train* is not looked at."""
    return extract


def extract(articles: Sequence[Article]) -> Iterator[dict[str, Any]]:
    """Yield the prediction for each article."""
    for article in articles:
        text = Text(article.text)
        mentions = entities(text)
        found = Findings(
            mentions, fragments(text, mentions, complements()), triggers(text, mentions)
        )
        yield link(article, text, found, complements())


def entities(text: Text) -> list[Mention]:
    """Return the entity mentions in *text*; of two that overlap, the longest."""
    numbers = values(text)
    found = names(text, numbers) + numbers
    longest_first = sorted(found, key=lambda one: (one.start - one.end, one))
    return _with_ages(text, apart(longest_first, len(text)))


def _with_ages(text: Text, mentions: Sequence[Mention]) -> list[Mention]:
    """Make a number between commas after a person a DATE: it is an age."""
    people = {one.end for one in mentions if one.label == "PERSON"}
    return [
        one._replace(label="DATE")
        if one.label == "CARDINAL" and one.start - 1 in people and text.word(one.start - 1) == ","
        else one
        for one in mentions
    ]


@cache
def complements() -> dict[Form, frozenset[str]]:
    """Return every form of every listed cue, with the complements that it takes."""
    taken: dict[Form, set[str]] = {form(phrase): {"clause"} for phrase in load("cue_phrases")}
    for name, kinds in _COMPLEMENTS.items():
        for lemma in load(f"cues_{name}"):
            for word in inflect_verb(lemma):
                taken.setdefault(form(word), set()).update(kinds)
    return {words: frozenset(taken[words]) for words in sorted(taken)}
