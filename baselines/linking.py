"""What every baseline shares: from mentions, contents and triggers to a prediction that is valid.

A baseline finds what it can over the tokens of a text: entity mentions, fragments of content with
their kind, and triggers with type, realis and polarity; and it knows some cues. `link` adds the
rest: the cue, source and speakers of each quote and the arguments of each event. Whatever it is
given, in its output no two entities, fragments or triggers overlap, and each of them is a whole
number of tokens.

>>> from dateline import Article
>>> text = Text("Ann Lee said that rebels attacked.")
>>> found = Findings([Mention(0, 2, "PERSON")], [Fragment(3, 6, "INDIRECT")])
>>> link(Article(id="a", text=text.text), text, found, {("said",)})["quotes"][0]["speakers"]
['Ann Lee']
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from dateline import Article

from .arguments import Argument, Trigger, arguments
from .attribution import Attribution, attribute
from .cues import Form
from .speech import Fragment
from .text import Mention, Range, Text, apart


class Findings(NamedTuple):
    """What a baseline has found in a text, over its tokens."""

    mentions: Sequence[Mention] = ()
    fragments: Sequence[Fragment] = ()
    triggers: Sequence[Trigger] = ()


def link(article: Article, text: Text, found: Findings, cues: Collection[Form]) -> dict[str, Any]:
    """Return the prediction for an article, in the shape that the benchmark reads.

    Args:
        article: The article.
        text: Its text, as tokens.
        found: Mentions, fragments and triggers, in order of preference: of two that overlap, the
            first is kept.
        cues: The words that may introduce or follow a content, lower-case.
    """
    mentions = apart(found.mentions, len(text))
    fragments = apart(found.fragments, len(text))
    triggers = apart(found.triggers, len(text))
    participants = arguments(text, mentions, triggers)
    return {
        "id": article.id,
        "entities": [_span(text, (one.start, one.end)) | {"label": one.label} for one in mentions],
        "quotes": [_quote(text, quote) for quote in attribute(text, mentions, fragments, cues)],
        "events": [_event(text, trigger, participants[trigger]) for trigger in triggers],
    }


def _span(text: Text, span: Range) -> dict[str, Any]:
    start, end = text.offsets(span)
    return {"start": start, "end": end}


def _quote(text: Text, quote: Attribution) -> dict[str, Any]:
    return {
        "kind": quote.kind,
        "fragments": [_span(text, fragment) for fragment in quote.fragments],
        "cue": _span(text, quote.cue) if quote.cue else None,
        "source": _span(text, quote.source) if quote.source else None,
        "speakers": list(quote.speakers),
    }


def _event(text: Text, trigger: Trigger, found: Sequence[Argument]) -> dict[str, Any]:
    return _span(text, (trigger.start, trigger.end)) | {
        "type": trigger.type,
        "realis": trigger.realis,
        "polarity": trigger.polarity,
        "arguments": [{"role": one.role} | _span(text, (one.start, one.end)) for one in found],
    }
