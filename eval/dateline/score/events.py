"""The scores of events, and of claims.

Triggers and arguments are scored as in TextEE (Huang et al. 2024, arXiv:2311.09562): as sets over
an article, so that what is said twice counts once.
"""

import numpy as np

from .arrays import Events, Ints, Side, Spans
from .matching import NOBODY, distinct, equal, keys
from .names import Speakers, resolve
from .result import Items, Tally


def typed(side: Side) -> Spans:
    """Return the triggers with their types. **trig-c**: right with the same boundaries and type.

    This is what ranks, and seqeval's score with ``mode="strict"``, ``scheme=IOB2``.

    >>> from dateline.score import example
    >>> text = "Oslo sued and fined Bo."
    >>> found = example(text, "JUSTICE [sued]; SANCTION [fined]", "ACCUSE [sued]; SANCTION [fined]")
    >>> found.events["trig-c"].f1
    0.5
    """
    return side.events.triggers


def untyped(side: Side) -> Spans:
    """Return the triggers without types. **trig-i**: right with the same boundaries.

    >>> from dateline.score import example
    >>> text = "Oslo sued and fined Bo."
    >>> found = example(text, "JUSTICE [sued]; SANCTION [fined]", "ACCUSE [sued]; SANCTION [fined]")
    >>> found.events["trig-i"].f1
    1.0
    """
    spans = side.events.triggers
    return Spans(spans.article, spans.start, spans.end, np.zeros_like(spans.label))


def with_realis(side: Side) -> Spans:
    """Return typed triggers with realis. **trig-c-realis**: right when all are the same.

    >>> from dateline.score import example
    >>> found = example("Bo may sue.", "JUSTICE OTHER [sue]", "JUSTICE [sue]")
    >>> found.events["trig-c"].f1, found.events["trig-c-realis"].f1
    (1.0, 0.0)
    """
    return _with(side.events, side.events.realis)


def with_polarity(side: Side) -> Spans:
    """Return typed triggers with polarity. **trig-c-polarity**: right when all are the same.

    >>> from dateline.score import example
    >>> found = example("Bo did not sue.", "JUSTICE NEGATIVE [sue]", "JUSTICE [sue]")
    >>> found.events["trig-c"].f1, found.events["trig-c-polarity"].f1
    (1.0, 0.0)
    """
    return _with(side.events, side.events.polarity)


def _with(events: Events, value: Ints) -> Spans:
    spans = events.triggers
    return Spans(spans.article, spans.start, spans.end, spans.label, value)


def arguments_found(gold: Side, said: Side) -> Tally:
    """**arg-i**: right with the same boundaries and the same type of event; counted by that type.

    >>> from dateline.score import example
    >>> text = "Oslo fined Bo."
    >>> gold = "SANCTION [fined]; agent [Oslo]; patient [Bo]"
    >>> example(text, gold, "SANCTION [fined]; agent [Bo]; patient [Oslo]").events["arg-i"].f1
    1.0
    """

    def rows(events: Events) -> list[Ints]:
        spans = events.arguments
        return [spans.article, events.triggers.label[events.argument_of], spans.start, spans.end]

    return _sets(rows(gold.events), rows(said.events))


def arguments_classified(gold: Side, said: Side) -> Tally:
    """**arg-c**: right with the same boundaries, type of event and role; counted by role.

    >>> from dateline.score import example
    >>> text = "Oslo fined Bo and fined Al."
    >>> gold = "SANCTION [fined]#1; agent [Oslo]; patient [Bo]; SANCTION [fined]#2; patient [Al]"
    >>> said = "SANCTION [fined]#1; patient [Oslo]; patient [Al]; SANCTION [fined]#2; patient [Bo]"
    >>> found = example(text, gold, said).events
    >>> found["arg-c"].precision, found["arg-c+"].precision
    (0.6666666666666666, 0.0)
    """
    return _sets(_classified(gold.events), _classified(said.events))


def arguments_attached(gold: Side, said: Side) -> Tally:
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

    return _sets(rows(gold.events), rows(said.events))


def _classified(events: Events) -> list[Ints]:
    spans = events.arguments
    types = events.triggers.label[events.argument_of]
    return [spans.article, spans.label, spans.start, spans.end, types]


def claims(gold: Side, said: Side) -> Tally:
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
    right, claimed = resolve(gold, said)
    (wanted, _), (rows, text) = _claims(gold, right), _claims(said, claimed)
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
    if len(triggers) and len(fragments):
        size = max(int(triggers.end.max()), int(fragments.end.max())) + 1
        starts = fragments.article * size + fragments.start
        before = np.searchsorted(starts, triggers.article * size + triggers.start, "right") - 1
        inside = (before >= 0) & (fragments.article[before] == triggers.article)
        inside &= triggers.end <= fragments.end[before]
        quote[inside] = side.quotes.fragment_of[before[inside]]
    # Speakers stand in the order of their quotes; each event meets all of its quote.
    order = np.argsort(speakers.quote, kind="stable")
    of = speakers.quote[order]
    first = np.searchsorted(of, quote, "left")
    number = np.searchsorted(of, quote, "right") - first
    number[quote == NOBODY] = 0
    event = np.repeat(np.arange(len(triggers)), number)
    place = np.arange(len(event)) - np.repeat(np.cumsum(number) - number, number)
    row = order[place + np.repeat(first, number)]
    spans = triggers.take(event)
    polarity = side.events.polarity[event]
    columns = [spans.article, spans.label, spans.start, spans.end, polarity, speakers.name[row]]
    return columns, speakers.text[row]


def _sets(gold: list[Ints], said: list[Ints]) -> Tally:
    """Compare two tables as sets of rows: the article, what is counted apart, and the rest."""
    gold, said = distinct(gold), distinct(said)
    partner = equal(*keys(gold, said))
    found = partner != NOBODY
    right = np.zeros(len(gold[0]), dtype=np.int64)
    right[partner[found]] = 1
    return Tally(Items(gold[0], gold[1], right), Items(said[0], said[1], found.astype(np.int64)))
