"""The scores of quotes.

A quote's content is the set of its characters. The contents of a side do not overlap, so a content
can cover more than half of the union with one other at the most: relaxed partners are unique.
"""

import numpy as np

from .alignment import Alignment
from .arrays import NO_SPAN, Ints, Quotes, Spans
from .matching import NOBODY, distinct, equal, equal_spans, keys, overlaps
from .names import resolve
from .result import Items, Tally


def fragments(both: Alignment) -> tuple[Spans, Spans]:
    """Return the fragments. **fragments**: right with the same boundaries and the quote's kind.

    This is what ranks, and seqeval's score with ``mode="strict"``, ``scheme=IOB2``.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana said, “and they lost.”"
    >>> gold = "DIRECT [“We won,”]; + [“and they lost.”]; speaker UNNAMED"
    >>> example(text, gold, "DIRECT [“We won,”]; speaker UNNAMED").quotes["fragments"].recall
    0.5
    """
    return both.gold.quotes.fragments, both.said.quotes.fragments


def whole(both: Alignment) -> Tally:
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
    right, claimed = both.gold.quotes, both.said.quotes
    i, j = equal_spans(right.fragments, claimed.fragments)
    owner = np.full(len(claimed.fragments), NOBODY, dtype=np.int64)
    owner[j] = right.fragment_of[i]
    # The quote that all fragments of a prediction are of, if there is one and it has no more.
    least = np.full(len(claimed), np.iinfo(np.int64).max)
    most = np.full(len(claimed), NOBODY, dtype=np.int64)
    np.minimum.at(least, claimed.fragment_of, owner)
    np.maximum.at(most, claimed.fragment_of, owner)
    one = (least == most) & (most != NOBODY)
    sizes = [np.bincount(side.fragment_of, minlength=len(side)) for side in (right, claimed)]
    one[one] = sizes[0][most[one]] == sizes[1][one]
    return _tally(right, claimed, np.where(one, most, NOBODY), by_kind=True)


def partners(both: Alignment) -> Ints:
    """Return the quote of *gold* that each of *said* matches relaxed, or -1. Shape (said,).

    Two contents match when they share more than half of the characters that either has (the
    Jaccard coefficient of their sets is greater than one half).
    """
    sides = both.gold.quotes, both.said.quotes
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


def relaxed(both: Alignment) -> Tally:
    """**relaxed**: a quote is right when its content matches one's (`partners`); kind is free.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana said, “and they lost.”"
    >>> gold = "DIRECT [“We won,”]; + [“and they lost.”]; speaker UNNAMED"
    >>> example(text, gold, "MIXED [and they lost]; speaker UNNAMED").quotes["relaxed"].f1
    1.0
    >>> example(text, gold, "DIRECT [“We won,”]; speaker UNNAMED").quotes["relaxed"].f1
    0.0
    """
    return _tally(both.gold.quotes, both.said.quotes, both.once(partners))


def source(both: Alignment) -> Tally:
    """**source**: a source is right when its quote matches relaxed and its boundaries are the same.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana Ruiz said."
    >>> gold = "DIRECT [“We won,”]; source [Ana Ruiz]; cue [said]; speaker UNNAMED"
    >>> said = "DIRECT [We won]; source [Ana]; cue [said]; speaker UNNAMED"
    >>> example(text, gold, said).quotes["source"].f1
    0.0
    """
    return _part(both, both.gold.quotes.source, both.said.quotes.source)


def cue(both: Alignment) -> Tally:
    """**cue**: a cue is right when its quote matches relaxed and its boundaries are the same.

    >>> from dateline.score import example
    >>> text = "“We won,” Ana Ruiz said."
    >>> gold = "DIRECT [“We won,”]; source [Ana Ruiz]; cue [said]; speaker UNNAMED"
    >>> said = "DIRECT [We won]; source [Ana]; cue [said]; speaker UNNAMED"
    >>> example(text, gold, said).quotes["cue"].f1
    1.0
    """
    return _part(both, both.gold.quotes.cue, both.said.quotes.cue)


def _part(both: Alignment, right: Ints, claimed: Ints) -> Tally:
    """Count a part that a quote has once or not at all."""
    partner = both.once(partners)
    there, has = right[:, 0] != NO_SPAN, claimed[:, 0] != NO_SPAN
    same = has & (partner != NOBODY)
    same[same] = (right[partner[same]] == claimed[same]).all(axis=1)
    gold, said = both.gold.quotes.article[there], both.said.quotes.article[has]
    items = [Items(articles, np.zeros_like(articles)) for articles in (gold, said)]
    return Tally(items[0], items[1], np.flatnonzero(same[has]))


def speakers(both: Alignment) -> Tally:
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
    partner = both.once(partners)
    gold, said = both.gold.quotes, both.said.quotes
    right, claimed = both.once(resolve)
    of = partner[claimed.quote]
    rights, claims = keys((right.quote, right.name), (of, claimed.name))
    kept = distinct(rights)  # two mentions may have one name
    owner = right.quote[kept]
    hit = equal(rights[kept], claims)
    hit[of == NOBODY] = NOBODY
    # Every text of the prediction must be a speaker of gold, and every speaker of gold such a text.
    wrong = np.bincount(claimed.text, hit != NOBODY) == 0
    first = np.unique(claimed.text, return_index=True)[1]
    strangers = np.bincount(claimed.quote[first], wrong, len(said))
    unsaid = np.ones(len(owner))
    unsaid[hit[hit != NOBODY]] = 0
    missing = np.bincount(owner, unsaid, len(gold))
    found = partner != NOBODY
    found[found] = (strangers[found] == 0) & (missing[partner[found]] == 0)
    return _tally(gold, said, np.where(found, partner, NOBODY))


def _tally(gold: Quotes, said: Quotes, partner: Ints, by_kind: bool = False) -> Tally:
    items = [
        Items(side.article, side.kind if by_kind else np.zeros_like(side.kind))
        for side in (gold, said)
    ]
    return Tally(items[0], items[1], np.flatnonzero(partner != NOBODY))
