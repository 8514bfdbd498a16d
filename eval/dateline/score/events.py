"""The scores of events, and of claims.

Triggers and arguments are scored as in TextEE (Huang et al. 2024, arXiv:2311.09562): as sets over
an article, so that what is said twice counts once.
"""

from dataclasses import replace

import numpy as np

from .alignment import Alignment
from .arrays import Events, Ints, Side, Spans
from .matching import NOBODY, distinct, equal, keys, ranges
from .names import Speakers, resolve
from .result import Items, Tally


def typed(both: Alignment) -> tuple[Spans, Spans]:
    """Return the triggers with their types. **trig-c**: right with the same boundaries and type.

    This is what ranks, and seqeval's score with ``mode="strict"``, ``scheme=IOB2``.

    >>> from dateline.score import example
    >>> text = "Oslo sued and fined Bo."
    >>> found = example(text, "JUSTICE [sued]; SANCTION [fined]", "ACCUSE [sued]; SANCTION [fined]")
    >>> found.events["trig-c"].f1
    0.5
    """
    return both.gold.events.triggers, both.said.events.triggers


def untyped(both: Alignment) -> tuple[Spans, Spans]:
    """Return the triggers without types. **trig-i**: right with the same boundaries.

    >>> from dateline.score import example
    >>> text = "Oslo sued and fined Bo."
    >>> found = example(text, "JUSTICE [sued]; SANCTION [fined]", "ACCUSE [sued]; SANCTION [fined]")
    >>> found.events["trig-i"].f1
    1.0
    """
    gold, said = (replace(spans, label=np.zeros_like(spans.label)) for spans in typed(both))
    return gold, said


def with_realis(both: Alignment) -> tuple[Spans, Spans]:
    """Return typed triggers with realis. **trig-c-realis**: right when all are the same.

    >>> from dateline.score import example
    >>> found = example("Bo may sue.", "JUSTICE OTHER [sue]", "JUSTICE [sue]")
    >>> found.events["trig-c"].f1, found.events["trig-c-realis"].f1
    (1.0, 0.0)
    """
    return _with(both, both.gold.events.realis, both.said.events.realis)


def with_polarity(both: Alignment) -> tuple[Spans, Spans]:
    """Return typed triggers with polarity. **trig-c-polarity**: right when all are the same.

    >>> from dateline.score import example
    >>> found = example("Bo did not sue.", "JUSTICE NEGATIVE [sue]", "JUSTICE [sue]")
    >>> found.events["trig-c"].f1, found.events["trig-c-polarity"].f1
    (1.0, 0.0)
    """
    return _with(both, both.gold.events.polarity, both.said.events.polarity)


def _with(both: Alignment, *values: Ints) -> tuple[Spans, Spans]:
    gold, said = (replace(x, value=value) for x, value in zip(typed(both), values, strict=True))
    return gold, said


def arguments_found(both: Alignment) -> Tally:
    """**arg-i**: right with the same boundaries and the same type of event; counted by that type.

    >>> from dateline.score import example
    >>> text = "Oslo fined Bo."
    >>> gold = "SANCTION [fined]; agent [Oslo]; patient [Bo]"
    >>> example(text, gold, "SANCTION [fined]; agent [Bo]; patient [Oslo]").events["arg-i"].f1
    1.0
    """

    def rows(events: Events) -> list[Ints]:
        spans = events.arguments
        types = events.triggers.label[events.argument_of]
        return [spans.article, types, spans.start, spans.end]

    return _sets(rows(both.gold.events), rows(both.said.events))


def arguments_classified(both: Alignment) -> Tally:
    """**arg-c**: right with the same boundaries, type of event and role; counted by role.

    >>> from dateline.score import example
    >>> text = "Oslo fined Bo and fined Al."
    >>> gold = "SANCTION [fined]#1; agent [Oslo]; patient [Bo]; SANCTION [fined]#2; patient [Al]"
    >>> said = "SANCTION [fined]#1; patient [Oslo]; patient [Al]; SANCTION [fined]#2; patient [Bo]"
    >>> found = example(text, gold, said).events
    >>> found["arg-c"].precision, found["arg-c+"].precision
    (0.6666666666666666, 0.0)
    """
    return _sets(_classified(both.gold.events), _classified(both.said.events))


def arguments_attached(both: Alignment) -> Tally:
    """**arg-c+**: as arg-c, and of an event with the same trigger; counted by role.

    >>> from dateline.score import example
    >>> text = "Oslo fined Bo and banned Al."
    >>> gold = "SANCTION [fined]; patient [Bo]; SANCTION [banned]; patient [Al]"
    >>> said = "SANCTION [fined]; patient [Al]; SANCTION [banned]; patient [Al]"
    >>> example(text, gold, said).events["arg-c+"].f1
    0.5
    """

    def rows(events: Events) -> list[Ints]:
        triggers = events.triggers.take(events.argument_of)
        return [*_classified(events), triggers.start, triggers.end]

    return _sets(rows(both.gold.events), rows(both.said.events))


def _classified(events: Events) -> list[Ints]:
    spans = events.arguments
    types = events.triggers.label[events.argument_of]
    return [spans.article, spans.label, spans.start, spans.end, types]


def claims(both: Alignment) -> Tally:
    """**claims**: speaker, event type, trigger and polarity are the same; counted by event type.

    A claim is a speaker and an event whose trigger lies wholly in a fragment of a quote of that
    speaker's: what somebody is said to say that happened, or did not. An event said by two
    is two claims; one said by nobody named is none. Names are compared as `names` says.

    >>> from dateline.score import example
    >>> text = "Ana said Oslo had sued and not fined Bo."
    >>> who = "a PERSON [Ana]; INDIRECT [Oslo had sued and not fined Bo]; speaker a; "
    >>> gold = who + "JUSTICE [sued]; SANCTION NEGATIVE [fined]"
    >>> said = who + "JUSTICE [sued]; SANCTION [fined]"
    >>> example(text, gold, said).claims.f1
    0.5
    """
    right, claimed = both.once(resolve)
    (wanted, _), (rows, text) = _claims(both.gold, right), _claims(both.said, claimed)
    hit = equal(*keys(wanted, rows)) != NOBODY
    # Of the readings of a text those count whose claim is in gold; if there is none, the first.
    event = [*rows[:-1], text]
    _, first, of = np.unique(
        keys(event, [column[:0] for column in event])[0], return_index=True, return_inverse=True
    )
    meant = hit.copy()
    meant[first[np.bincount(of, hit, len(first)) == 0]] = True
    return _sets(wanted, [column[meant] for column in rows])


def _claims(side: Side, speakers: Speakers) -> tuple[list[Ints], Ints]:
    """Return a row for each event and reading of its speakers, and the reading's text."""
    triggers, fragments = side.events.triggers, side.quotes.fragments
    quote = np.full(len(triggers), NOBODY, dtype=np.int64)
    if len(fragments):
        before = np.searchsorted(fragments.place, triggers.place, "right") - 1
        inside = (before >= 0) & (fragments.article[before] == triggers.article)
        inside &= triggers.end <= fragments.end[before]
        quote[inside] = side.quotes.fragment_of[before[inside]]
    event, row = ranges(quote, speakers.quote)
    event, row = event[row >= 0], row[row >= 0]
    spans = triggers.take(event)
    polarity = side.events.polarity[event]
    columns = [spans.article, spans.label, spans.start, spans.end, polarity, speakers.name[row]]
    return columns, speakers.text[row]


def _sets(gold: list[Ints], said: list[Ints]) -> Tally:
    """Compare two tables as sets of rows: article, what is counted apart, start, and the rest."""
    sides = gold, said
    codes = keys(*([rows[0], rows[2], rows[1], *rows[3:]] for rows in sides))
    kept = [distinct(code) for code in codes]
    partner = equal(codes[0][kept[0]], codes[1][kept[1]])
    items = [Items(rows[0][few], rows[1][few]) for rows, few in zip(sides, kept, strict=True)]
    return Tally(items[0], items[1], np.flatnonzero(partner != NOBODY))
