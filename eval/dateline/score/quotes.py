"""The scores of quotes.

A quote's content is the set of its characters. The contents of a side do not overlap, so a content
can cover more than half of the union with one other at the most: relaxed partners are unique.
"""

import numpy as np

from .arrays import NO_SPAN, Ints, Quotes, Side, Spans
from .matching import NOBODY, equal, equal_spans, keys, overlaps
from .names import resolve
from .result import Items, Tally


def fragments(side: Side) -> Spans:
    """Return the fragments. **fragments**: right with the same boundaries and the quote's kind.

    This is what ranks, and seqeval's score with ``mode="strict"``, ``scheme=IOB2``.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana said, “and they lost.”"
    >>> gold = "DIRECT [“We won,”]; + [“and they lost.”]; speaker UNNAMED"
    >>> example(text, gold, "DIRECT [“We won,”]; speaker UNNAMED").quotes["fragments"].recall
    0.5
    """
    return side.quotes.fragments


def whole(gold: Side, said: Side) -> Tally:
    """**whole**: a quote is right when all of its fragments and its kind are the same.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana said, “and they lost.” Bo denied it."
    >>> gold = (
    ...     "DIRECT [“We won,”]; + [“and they lost.”]; speaker UNNAMED; "
    ...     "INDIRECT [it]; speaker UNNAMED"
    ... )
    >>> said = "DIRECT [“We won,”]; speaker UNNAMED; INDIRECT [it]; speaker UNNAMED"
    >>> example(text, gold, said).quotes["whole"].f1
    0.5
    """
    right, claimed = gold.quotes, said.quotes
    partner = equal_spans(right.fragments, claimed.fragments)
    owner = np.full(len(partner), NOBODY, dtype=np.int64)
    found = partner != NOBODY
    owner[found] = right.fragment_of[partner[found]]
    # The quote that all fragments of a prediction are of, if there is one and it has no more.
    least = np.full(len(claimed), np.iinfo(np.int64).max)
    most = np.full(len(claimed), NOBODY, dtype=np.int64)
    np.minimum.at(least, claimed.fragment_of, owner)
    np.maximum.at(most, claimed.fragment_of, owner)
    one = (least == most) & (most != NOBODY)
    sizes = [np.bincount(side.fragment_of, minlength=len(side)) for side in (right, claimed)]
    one[one] = sizes[0][most[one]] == sizes[1][one]
    return _tally(right, claimed, np.where(one, most, NOBODY), by_kind=True)


def partners(gold: Side, said: Side) -> Ints:
    """Return the quote of *gold* that each of *said* matches relaxed, or -1. Shape (said,).

    Two contents match when they share more than half of the characters that either has (the
    Jaccard coefficient of their sets is greater than one half).
    """
    sides = gold.quotes, said.quotes
    i, j, shared = overlaps(sides[0].fragments, sides[1].fragments)
    first, second = sides[0].fragment_of[i], sides[1].fragment_of[j]
    pair, inverse = np.unique(first * max(len(sides[1]), 1) + second, return_inverse=True)
    common = np.bincount(inverse, shared, len(pair)).astype(np.int64)
    first, second = np.divmod(pair, max(len(sides[1]), 1))
    sizes = [
        np.bincount(side.fragment_of, side.fragments.end - side.fragments.start, len(side)).astype(
            np.int64
        )
        for side in sides
    ]
    # shared > union / 2, and union = both - shared
    matched = 3 * common > sizes[0][first] + sizes[1][second]
    found = np.full(len(sides[1]), NOBODY, dtype=np.int64)
    found[second[matched]] = first[matched]
    return found


def relaxed(gold: Side, said: Side) -> Tally:
    """**relaxed**: a quote is right when its content matches one's (`partners`); kind is free.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana said, “and they lost.”"
    >>> gold = "DIRECT [“We won,”]; + [“and they lost.”]; speaker UNNAMED"
    >>> example(text, gold, "MIXED [and they lost]; speaker UNNAMED").quotes["relaxed"].f1
    1.0
    >>> example(text, gold, "DIRECT [“We won,”]; speaker UNNAMED").quotes["relaxed"].f1
    0.0
    """
    return _tally(gold.quotes, said.quotes, partners(gold, said))


def source(gold: Side, said: Side) -> Tally:
    """**source**: a source is right when its quote matches relaxed and its boundaries are the same.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana Ruiz said."
    >>> gold = "DIRECT [“We won,”]; source [Ana Ruiz]; cue [said]; speaker UNNAMED"
    >>> said = "DIRECT [We won]; source [Ana]; cue [said]; speaker UNNAMED"
    >>> example(text, gold, said).quotes["source"].f1
    0.0
    """
    return _part(gold, said, gold.quotes.source, said.quotes.source)


def cue(gold: Side, said: Side) -> Tally:
    """**cue**: a cue is right when its quote matches relaxed and its boundaries are the same.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana Ruiz said."
    >>> gold = "DIRECT [“We won,”]; source [Ana Ruiz]; cue [said]; speaker UNNAMED"
    >>> said = "DIRECT [We won]; source [Ana]; cue [said]; speaker UNNAMED"
    >>> example(text, gold, said).quotes["cue"].f1
    1.0
    """
    return _part(gold, said, gold.quotes.cue, said.quotes.cue)


def _part(gold: Side, said: Side, right: Ints, claimed: Ints) -> Tally:
    """Count a part that a quote has once or not at all."""
    partner = partners(gold, said)
    there, has = right[:, 0] != NO_SPAN, claimed[:, 0] != NO_SPAN
    same = has & (partner != NOBODY)
    same[same] = (right[partner[same]] == claimed[same]).all(axis=1)
    tally = _tally(gold.quotes, said.quotes, np.where(same, partner, NOBODY))
    return Tally(
        Items(*(column[there] for column in tally.gold)),
        Items(*(column[has] for column in tally.said)),
    )


def speakers(gold: Side, said: Side) -> Tally:
    """**speakers**: a quote is right when it matches relaxed and its set of speakers is gold's.

    Speaker-attributed F1, over all quotes, those of unnamed speakers too. A name stands for any
    mention of its name in the article (see `names`).

    >>> from dateline.score import example
    >>> text = "Ana Ruiz arrived. “We won,” Ruiz said."
    >>> ana = "r PERSON [Ana Ruiz]; s PERSON [Ruiz]#2; "
    >>> gold = ana + "DIRECT [“We won,”]; speaker r"
    >>> example(text, gold, ana + "DIRECT [“We won,”]; speaker s").quotes["speakers"].f1
    1.0
    >>> example(text, gold, ana + "DIRECT [“We won,”]; speaker UNNAMED").quotes["speakers"].f1
    0.0
    """
    partner = partners(gold, said)
    right, claimed = resolve(gold, said)
    of = partner[claimed.quote]
    hit = equal(*keys((right.quote, right.name), (of, claimed.name)))
    hit[of == NOBODY] = NOBODY
    # Every text of the prediction must be a speaker of gold, and every speaker of gold such a text.
    wrong = np.bincount(claimed.text, hit != NOBODY) == 0
    first = np.unique(claimed.text, return_index=True)[1]
    strangers = np.bincount(claimed.quote[first], wrong, len(said.quotes))
    unsaid = np.ones(len(right.quote))
    unsaid[hit[hit != NOBODY]] = 0
    missing = np.bincount(right.quote, unsaid, len(gold.quotes))
    found = partner != NOBODY
    found[found] = (strangers[found] == 0) & (missing[partner[found]] == 0)
    return _tally(gold.quotes, said.quotes, np.where(found, partner, NOBODY))


def _tally(gold: Quotes, said: Quotes, partner: Ints, by_kind: bool = False) -> Tally:
    found = partner != NOBODY
    right = np.zeros(len(gold), dtype=np.int64)
    right[partner[found]] = 1
    kinds = [side.kind if by_kind else np.zeros_like(side.kind) for side in (gold, said)]
    return Tally(
        Items(gold.article, kinds[0], right),
        Items(said.article, kinds[1], found.astype(np.int64)),
    )
