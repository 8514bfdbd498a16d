"""Every score against a second count of it, written from the definitions with plain sets."""

import itertools
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy.optimize import linear_sum_assignment
from strategies import is_plain, scored, written

from dateline import (
    ENTITY_LABELS,
    EVENT_TYPES,
    QUOTE_KINDS,
    ROLES,
    Argument,
    Article,
    Document,
    Entity,
    Event,
    Prediction,
    Quote,
    Span,
    score,
)
from dateline.documents import Inventory
from dateline.documents.model import Mention
from dateline.documents.scheme import MentionLabel
from dateline.predictions import (
    PredictedArgument,
    PredictedEvent,
    PredictedQuote,
    as_prediction,
    prediction_of,
)
from dateline.score import Comparison, Score, example
from dateline.score.alignment import Alignment
from dateline.score.arrays import Side
from dateline.score.entities import normalised_under
from dateline.score.matching import best_pairs, overlaps
from dateline.score.names import folded, resolve
from dateline.textform import from_lines

Row = tuple[int, int, int]
"""True positives, false positives, false negatives."""
Count = Callable[[Document, Prediction], dict[str, Row]]
"""A score of one article: a row for each label that there is."""
Name = tuple[str, str]
"""A label and a form."""

_MAPPED = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_MISC = ("NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE")
MAPS: dict[str, dict[str, str]] = {
    "conll-4": _MAPPED | dict.fromkeys(_MISC, "MISC"),
    "uner-3": _MAPPED,
}


# Names.


def within(words: Sequence[str], others: Sequence[str]) -> bool:
    return tuple(words) in itertools.combinations(others, len(words))


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def names_of(mentions: set[Name]) -> dict[Name, Name]:
    """The name of each mention: the fullest form that has its words, if there is one alone."""
    found = {}
    for label, form in mentions:
        others = [other for known, other in mentions if known == label]
        fullest = [
            other
            for other in others
            if not any(within(other.split(), more.split()) for more in others if more != other)
        ]
        wider = [other for other in fullest if within(form.split(), other.split())]
        found[label, form] = label, wider[0] if len(wider) == 1 else form
    return found


class Known:
    """What a name in an article can stand for."""

    def __init__(self, document: Document) -> None:
        text = document.text
        self.text = text
        self.labels = {entity.bare(): entity.label for entity in document.entities}
        self.names = names_of({(e.label, fold(e.of(text))) for e in document.entities})

    def of(self, speaker: Span) -> Name:
        return self.names[self.labels[speaker], fold(speaker.of(self.text))]

    def readings(self, said: str) -> list[Name]:
        """The names that have a mention of this form."""
        form = fold(said)
        labels = [label for label in ENTITY_LABELS if (label, form) in self.names]
        return [self.names[label, form] for label in labels] or [("", form)]


# Counting.


def sets(gold: set[tuple[Any, ...]], said: set[tuple[Any, ...]]) -> dict[str, Row]:
    """Rows by the first of each tuple."""
    found = {}
    for label in {item[0] for item in gold | said}:
        first, second = ({x for x in side if x[0] == label} for side in (gold, said))
        found[label] = len(first & second), len(second - first), len(first - second)
    return found


def equal(of: Callable[[Any], set[tuple[Any, ...]]]) -> Count:
    """A score of what both sides have in the same form."""
    return lambda gold, said: sets(of(gold), of(said))


def one(name: str, right: int, gold: int, said: int) -> dict[str, Row]:
    return {name: (right, said - right, gold - right)}


def most(gold: Sequence[Span], said: Sequence[Span], worth: Callable[[Span, Span], int]) -> int:
    """The most that any pairing one to one is worth."""
    if not gold:
        return 0
    first, rest = gold[0], gold[1:]
    found = most(rest, said, worth)
    for i, other in enumerate(said):
        if first.start < other.end and other.start < first.end:
            left = [*said[:i], *said[i + 1 :]]
            found = max(found, worth(first, other) + most(rest, left, worth))
    return found


# Entities.


def entities_as(one: Any, labels: dict[str, str]) -> set[tuple[Any, ...]]:
    return {(labels[e.label], e.start, e.end) for e in one.entities if e.label in labels}


def mentions(one: Any) -> set[tuple[Any, ...]]:
    return {("mention", e.start, e.end) for e in one.entities}


def count_type(gold: Document, said: Prediction) -> dict[str, Row]:
    found: dict[str, Row] = {}
    claimed = said.entities or ()
    for label in {e.label for e in (*gold.entities, *claimed)}:
        first = [e for e in gold.entities if e.label == label]
        second = [e for e in claimed if e.label == label]
        right = most(first, second, lambda a, b: 1)
        found |= one(label, right, len(first), len(second))
    return found


def count_partial(gold: Document, said: Prediction) -> dict[str, Row]:
    claimed = said.entities or ()
    right = most(gold.entities, claimed, lambda a, b: 1 + (a.bare() == b.bare()))
    return one("mention", right, 2 * len(gold.entities), 2 * len(claimed))


# Quotes.


def fragments(one: Any) -> set[tuple[Any, ...]]:
    return {(q.kind, f.start, f.end) for q in one.quotes for f in q.fragments}


def whole(one: Any) -> set[tuple[Any, ...]]:
    return {(q.kind, frozenset((f.start, f.end) for f in q.fragments)) for q in one.quotes}


def characters(quote: Any) -> set[int]:
    return {i for f in quote.fragments for i in range(f.start, f.end)}


def matched(gold: Document, said: Prediction) -> list[tuple[Quote, PredictedQuote]]:
    pairs = [
        (quote, claimed)
        for quote in gold.quotes
        for claimed in said.quotes or ()
        if 2 * len(characters(quote) & characters(claimed))
        > len(characters(quote) | characters(claimed))
    ]
    for side in zip(*pairs, strict=True):
        assert len({id(quote) for quote in side}) == len(pairs)
    return pairs


def count_relaxed(gold: Document, said: Prediction) -> dict[str, Row]:
    return one("quote", len(matched(gold, said)), len(gold.quotes), len(said.quotes or ()))


def part(name: str) -> Count:
    def count(gold: Document, said: Prediction) -> dict[str, Row]:
        pairs = [(getattr(a, name), getattr(b, name)) for a, b in matched(gold, said)]
        right = sum(a is not None and a == b for a, b in pairs)
        there = [
            sum(getattr(quote, name) is not None for quote in quotes)
            for quotes in (gold.quotes, said.quotes or ())
        ]
        return one("quote", right, *there)

    return count


def count_speakers(gold: Document, said: Prediction) -> dict[str, Row]:
    known = Known(gold)
    right = 0
    for quote, claimed in matched(gold, said):
        wanted = {known.of(speaker) for speaker in quote.speakers}
        readings = [known.readings(name) for name in claimed.speakers or ()]
        found = [wanted.intersection(names) for names in readings]
        right += all(found) and wanted == set().union(*found)
    return one("quote", right, len(gold.quotes), len(said.quotes or ()))


# Events, and claims.


def typed(one: Any, *also: str) -> set[tuple[Any, ...]]:
    return {(e.type, e.start, e.end, *(getattr(e, name) for name in also)) for e in one.events}


def triggers(one: Any) -> set[tuple[Any, ...]]:
    return {("trigger", e.start, e.end) for e in one.events}


def arguments(one: Any) -> list[tuple[Any, Any]]:
    return [(event, argument) for event in one.events for argument in event.arguments or ()]


def claims(one: Any, speakers: Callable[[Any], Iterable[Any]]) -> set[tuple[Any, ...]]:
    return {
        (event.type, event.start, event.end, event.polarity, speaker)
        for event in one.events
        for quote in one.quotes
        if any(f.start <= event.start and event.end <= f.end for f in quote.fragments)
        for speaker in speakers(quote)
    }


def count_claims(gold: Document, said: Prediction) -> dict[str, Row]:
    known = Known(gold)
    right = claims(gold, lambda quote: {known.of(speaker) for speaker in quote.speakers})

    def readings(claim: tuple[Any, ...]) -> set[tuple[Any, ...]]:
        found = [(*claim[:-1], name) for name in known.readings(claim[-1])]
        return right.intersection(found) or {found[0]}

    said_by = claims(said, lambda quote: quote.speakers)
    return sets(right, set().union(*map(readings, said_by)))


SCORES: dict[tuple[str, str], Count] = {
    ("entities", "strict"): equal(lambda x: entities_as(x, {y: y for y in ENTITY_LABELS})),
    ("entities", "exact"): equal(mentions),
    ("entities", "type"): count_type,
    ("entities", "partial"): count_partial,
    ("entities", "conll-4"): equal(lambda x: entities_as(x, MAPS["conll-4"])),
    ("entities", "uner-3"): equal(lambda x: entities_as(x, MAPS["uner-3"])),
    ("quotes", "fragments"): equal(fragments),
    ("quotes", "whole"): equal(whole),
    ("quotes", "relaxed"): count_relaxed,
    ("quotes", "source"): part("source"),
    ("quotes", "cue"): part("cue"),
    ("quotes", "speakers"): count_speakers,
    ("events", "trig-c"): equal(typed),
    ("events", "trig-i"): equal(triggers),
    ("events", "trig-c-realis"): equal(lambda x: typed(x, "realis")),
    ("events", "trig-c-polarity"): equal(lambda x: typed(x, "polarity")),
    ("events", "arg-i"): equal(lambda x: {(e.type, a.start, a.end) for e, a in arguments(x)}),
    ("events", "arg-c"): equal(
        lambda x: {(a.role, a.start, a.end, e.type) for e, a in arguments(x)}
    ),
    ("events", "arg-c+"): equal(
        lambda x: {(a.role, a.start, a.end, e.type, e.start, e.end) for e, a in arguments(x)}
    ),
    ("claims", "claims"): count_claims,
}

_ROWS: dict[tuple[str, ...], str] = {
    ENTITY_LABELS: "entities strict, entities type",
    ("PER", "ORG", "LOC", "MISC"): "entities conll-4",
    ("PER", "ORG", "LOC"): "entities uner-3",
    ("mention",): "entities exact, entities partial",
    QUOTE_KINDS: "quotes fragments, quotes whole",
    ("quote",): "quotes relaxed, quotes source, quotes cue, quotes speakers",
    EVENT_TYPES: (
        "events trig-c, events trig-c-realis, events trig-c-polarity, events arg-i, claims claims"
    ),
    ("trigger",): "events trig-i",
    ROLES: "events arg-c, events arg-c+",
}
LABELS = {
    cast(tuple[str, str], tuple(name.split())): tuple(sorted(labels))
    for labels, names in _ROWS.items()
    for name in names.split(", ")
}


def counted(
    gold: Sequence[Document], said: Sequence[Prediction], which: tuple[str, str]
) -> list[list[Row]]:
    """Rows by article and label, laid out as results are."""
    labels = LABELS[which]
    table = []
    for document, prediction in zip(gold, said, strict=True):
        rows = SCORES[which](document, prediction)
        assert not rows.keys() - set(labels)
        table.append([rows.get(label, (0, 0, 0)) for label in labels])
    return table


def differing(
    found: Score, gold: Sequence[Document], said: Sequence[Prediction], inventory: str = ""
) -> list[str]:
    wrong = []
    for which in SCORES:
        layer = getattr(found, which[0])
        if inventory and which[0] == "entities" and which[1] not in (inventory, "uner-3"):
            assert layer.results[which[1]] is None
            continue
        result = layer[which[1]]
        assert result.labels == LABELS[which]
        assert result.articles == tuple(document.id for document in gold)
        assert result.scale == 1 + (which[1] == "partial")
        expected = np.array(counted(gold, said, which))
        counts = result.counts.copy()
        if which == ("claims", "claims") and not all(map(is_plain, gold)):
            # Whether two names that are no speaker's are one is not defined.
            counts[..., 1] = expected[..., 1] = 0
        if (counts != expected).any():
            wrong.append(f"{which}: {counts.tolist()}; expected {expected.tolist()}")
    return wrong


@settings(max_examples=examples(200))
@given(scored())
def test_every_score_is_what_its_definition_says(
    pair: tuple[list[Document], list[Prediction]],
) -> None:
    gold, said = pair
    assert differing(score(gold, said), gold, said) == []


@settings(max_examples=examples(40))
@given(scored())
def test_random_predictions_are_sound(pair: tuple[list[Document], list[Prediction]]) -> None:
    gold, said = pair
    known = {document.id: document.article for document in gold}
    assert [as_prediction(prediction, known) for prediction in said] == said


def test_all_scores_have_a_second_count() -> None:
    found = example("Bo left.", "PERSON [Bo]", "PERSON [Bo]")
    names = {(layer.layer, name) for layer in found if layer for name in layer.results}
    assert {(a, b) for a, b in names if not b.endswith("-normalised")} == SCORES.keys()


@settings(max_examples=examples(40))
@given(scored(), st.sampled_from(["conll-4", "uner-3"]))
def test_a_smaller_inventory_is_scored_as_its_map_says(
    pair: tuple[list[Document], list[Prediction]], inventory: Inventory
) -> None:
    """What a system says in a smaller inventory counts as much as what is mapped to it."""
    gold, full = pair
    said = [_under(prediction, MAPS[inventory]) for prediction in full]
    found = score(gold, said, inventory)
    assert found.entities is not None
    assert found.entities.ranked_by == inventory
    assert differing(found, gold, full, inventory) == []


def _under(prediction: Prediction, labels: dict[str, Any]) -> Prediction:
    entities = [
        Mention(e.start, e.end, labels[e.label])
        for e in prediction.entities or ()
        if e.label in labels
    ]
    return replace(prediction, entities=tuple(entities))


# Dense data: much overlaps.

SIZE = 16
LONG = Article("a", "x" * SIZE)


@st.composite
def crowded(draw: st.DrawFn) -> tuple[Entity, ...]:
    cuts = sorted(draw(st.sets(st.integers(0, SIZE), max_size=SIZE)))
    label: Any = st.sampled_from(("GPE", "GPE", "ORG", None))
    pairs = [(a, b, draw(label)) for a, b in itertools.pairwise(cuts)]
    return tuple(Entity(a, b, label) for a, b, label in pairs if label)


@settings(max_examples=examples(300))
@given(crowded(), crowded())
def test_mentions_are_paired_so_that_most_is_right(
    gold: tuple[Entity, ...], said: tuple[Entity, ...]
) -> None:
    found = score([Document(LONG, gold)], [Prediction("a", said)]).entities
    assert found is not None

    def best(worth: Callable[[Entity, Entity], int]) -> int:
        table = np.array([[worth(a, b) for b in said] for a in gold]).reshape(len(gold), len(said))
        return int(table[linear_sum_assignment(table, maximize=True)].sum())

    def overlap(a: Entity, b: Entity) -> bool:
        return max(a.start, b.start) < min(a.end, b.end)

    right = best(lambda a, b: overlap(a, b) and a.label == b.label)
    assert found["type"].total[:, 0].sum() == right
    halves = best(lambda a, b: overlap(a, b) * (1 + (a.bare() == b.bare())))
    missing = 2 * len(gold) - halves
    assert found["partial"].total.tolist() == [[halves, 2 * len(said) - halves, missing]]


@settings(max_examples=examples(200))
@given(crowded(), crowded(), st.data())
def test_pairs_are_chosen_that_are_worth_most_together(
    gold: tuple[Entity, ...], said: tuple[Entity, ...], data: st.DataObject
) -> None:
    """Whatever a pair is worth; and a pair may be left out before."""
    sides = [Side.of_spans([(0, e.start, e.end, 0) for e in one], ["x"]) for one in (gold, said)]
    i, j, shared = overlaps(sides[0].entities, sides[1].entities)
    kept = np.array([data.draw(st.booleans()) for _ in i], dtype=bool)
    i, j, shared = i[kept], j[kept], shared[kept]
    more = np.array([data.draw(st.integers(0, 4)) for _ in i], dtype=np.int64)
    worth = np.where(more > 0, more, shared)
    rows = best_pairs(i, j, worth)
    assert len(set(i[rows].tolist())) == len(set(j[rows].tolist())) == len(rows)
    table = np.zeros((len(gold), len(said)), dtype=np.int64)
    table[i, j] = worth
    assert worth[rows].sum() == table[linear_sum_assignment(table, maximize=True)].sum()


@st.composite
def contents(draw: st.DrawFn) -> tuple[list[tuple[Span, ...]], list[tuple[Span, ...]]]:
    """Contents of up to three quotes on both sides, interleaved; characters change hands."""
    owners = draw(st.lists(st.integers(0, 3), min_size=SIZE, max_size=SIZE))
    changed = draw(st.dictionaries(st.integers(0, SIZE - 1), st.integers(0, 3), max_size=8))
    others = [changed.get(i, owner) for i, owner in enumerate(owners)]
    return _contents(owners), _contents(others)


def _contents(owners: list[int]) -> list[tuple[Span, ...]]:
    """The contents of each owner of characters but 0."""
    runs: dict[int, list[Span]] = {}
    at = 0
    for number, run in itertools.groupby(owners):
        end = at + len(list(run))
        runs.setdefault(number, []).append(Span(at, end))
        at = end
    return [tuple(runs[number]) for number in sorted(runs) if number]


@settings(max_examples=examples(300))
@given(contents(), st.lists(st.sampled_from(QUOTE_KINDS), min_size=6, max_size=6))
def test_quotes_match_when_they_share_more_than_half_of_their_characters(
    both: tuple[list[tuple[Span, ...]], list[tuple[Span, ...]]], kinds: list[Any]
) -> None:
    gold, other = (
        Document(LONG, quotes=tuple(itertools.starmap(Quote, zip(side, of, strict=False))))
        for side, of in zip(both, (kinds[:3], kinds[3:]), strict=True)
    )
    said = prediction_of(other)
    assert differing(score([gold], [said]), [gold], [said]) == []


@pytest.mark.parametrize(
    ("gold", "said", "matches"),
    [
        ([(0, 4)], [(0, 2)], False),
        ([(0, 4)], [(0, 3)], True),
        ([(0, 4)], [(2, 6)], False),
        ([(0, 4)], [(1, 5)], True),
        ([(0, 3), (5, 6)], [(0, 2)], False),
        ([(0, 3), (5, 6)], [(1, 3), (5, 6)], True),
        ([(0, 3), (5, 6)], [(0, 6)], True),
        ([(0, 2), (5, 6)], [(0, 6)], False),
    ],
)
def test_half_is_not_more_than_half(
    gold: list[tuple[int, int]], said: list[tuple[int, int]], matches: bool
) -> None:
    first, second = (
        Document(LONG, quotes=(Quote(tuple(Span(*edges) for edges in side), "DIRECT"),))
        for side in (gold, said)
    )
    for right, claimed in ((first, second), (second, first)):
        found = score([right], [prediction_of(claimed)]).quotes
        assert found is not None
        assert found["relaxed"].f1 == found["speakers"].f1 == matches


@st.composite
def attached(draw: st.DrawFn) -> list[Event]:
    """Events of few types that share the places of their arguments, and repeat some."""
    places = st.sampled_from([(10, 12), (12, 14), (14, 16)])
    found = []
    for at in sorted(draw(st.sets(st.integers(0, 4), min_size=1))):
        said = draw(st.lists(st.tuples(places, st.sampled_from(ROLES[:2])), max_size=4))
        arguments = tuple(Argument(start, end, role) for (start, end), role in said)
        type = draw(st.sampled_from(EVENT_TYPES[:2]))
        found.append(Event(at, at + 1, type, arguments=arguments))
    return found


@settings(max_examples=examples(200))
@given(attached(), attached())
def test_arguments_are_sets(first: list[Event], second: list[Event]) -> None:
    gold = Document(LONG, events=tuple(first))
    said = replace(prediction_of(gold), events=tuple(map(_predicted, second)))
    assert differing(score([gold], [said]), [gold], [said]) == []


def _predicted(event: Event) -> PredictedEvent:
    """The event with every argument said as often as it is given."""
    arguments = tuple(PredictedArgument(a.start, a.end, a.role) for a in event.arguments)
    kinds = event.type, event.realis, event.polarity
    return PredictedEvent(event.start, event.end, *kinds, arguments)


# Boundaries.

PEOPLE = sorted(ENTITY_LABELS).index("PERSON")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("The Hague", "Hague"),
        ("the", "the"),
        ("the ", "the"),
        ("The’s", "The"),
        ("a dozen", "dozen"),
        ("An Post", "Post"),
        ("Anatolia", "Anatolia"),
        ("A. Ruiz", "A. Ruiz"),
        ("every one of the three", "one of the three"),
        ("all the Alps", "all the Alps"),
        ("'s", "'s"),
        ("’s", "’s"),
        ("'", "'"),
        ("“”", "“”"),
        ("Oslo's", "Oslo"),
        ("Oslo’s", "Oslo"),
        ("OSLO’S", "OSLO"),
        ("Oslo 's", "Oslo"),
        ("James'", "James"),
        ("James’", "James"),
        ("James’s", "James"),
        ("Hawai‘i", "Hawai‘i"),
        ("O’Hare", "O’Hare"),
        ("1990s", "1990s"),
        ("“Low Tide”", "Low Tide"),
        ("'Low Tide'", "Low Tide"),
        ("«Low Tide»", "Low Tide"),
        ("“‘Low Tide’”", "Low Tide"),
        ("“the ‘Low Tide’”", "Low Tide"),
        ("the “Low Tide”’s", "Low Tide"),
        ("“ The Low Tide ”", "Low Tide"),
        ("Low “Tide” Two", "Low “Tide” Two"),
        ("“the”", "the"),
        ("Oslo ", "Oslo"),
        ("Oslo\u00a0", "Oslo"),
        ("the\u00a0Hague", "Hague"),
        ("President", "President"),
        ("President Airlines", "President Airlines"),
        ("Mr Ruiz", "Mr Ruiz"),
    ],
)
def test_normalised_boundaries(said: str, left: str) -> None:
    for around in ("", "x", "“"):
        assert _left(around + said + around, len(around), len(said), 0) == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Prime Minister Ana Ruiz", "Ana Ruiz"),
        ("the Deputy Prime Minister, Ana Ruiz", "Minister, Ana Ruiz"),
        ("former President Ruiz", "Ruiz"),
        ("Mr. Ruiz’s", "Ruiz"),
        ("Mr.Ruiz", "Mr.Ruiz"),
        ("Gen. Sir Bo Ruiz", "Bo Ruiz"),
        ("Vice-President Ruiz", "Ruiz"),
        ("Vice President Ruiz", "Ruiz"),
        ("“President Ruiz”", "Ruiz"),
        ("the “President” Ruiz", "President” Ruiz"),
        ("President", "President"),
        ("the President", "President"),
        ("President's", "President"),
        ("Presidents Ruiz", "Presidents Ruiz"),
        ("Ruiz President", "Ruiz President"),
        ("Aaron Judge", "Aaron Judge"),
        ("Kingsley Ruiz", "Kingsley Ruiz"),
        ("Sen. Ruiz'", "Ruiz"),
    ],
)
def test_titles_are_taken_off_people(said: str, left: str) -> None:
    assert _left(said, 0, len(said), PEOPLE) == left


def _left(text: str, start: int, length: int, label: int) -> str:
    side = Side.of_spans([(0, start, start + length, label)], [text])
    spans, _ = normalised_under(Alignment(side, side), "ontonotes-18")
    return text[spans.start[0] : spans.end[0]]


@pytest.mark.parametrize(
    ("text", "gold", "said", "strict", "right"),
    [
        ("In The Hague.", "GPE [The Hague]", "GPE [Hague]", 0, 1),
        ("In The Hague.", "GPE [Hague]", "GPE [The Hague]", 0, 1),
        ("In The Hague.", "GPE [The Hague]", "GPE [The]", 0, 0),
        ("In The Hague.", "GPE [The Hague]", "ORG [Hague]", 0, 0),
        ("the Alps", "LOC [Alps]", "LOC [the]", 0, 0),
        ("Oslo's port", "GPE [Oslo]", "GPE ['s]", 0, 0),
        ("Oslo's port", "GPE [Oslo's]", "GPE [Oslo]", 0, 1),
        ("James’ hat", "PERSON [James]", "PERSON [James’]", 0, 1),
        ("James' hat", "PERSON [James']", "PERSON [James]", 0, 1),
        ("“Low Tide” won", "WORK_OF_ART [“Low Tide”]", "WORK_OF_ART [Low Tide]", 0, 1),
        ("“Low Tide” won", "WORK_OF_ART [“Low Tide]", "WORK_OF_ART [Low Tide”]", 0, 1),
        ("“Low Tide” won", "WORK_OF_ART [“Low Tide”]", "WORK_OF_ART [Tide]", 0, 0),
        ("the ‘Sun’", "ORG [the ‘Sun’]", "ORG [Sun]", 0, 1),
        ("Prime Minister Ana Ruiz", "PERSON [Ana Ruiz]", "PERSON [Minister Ana Ruiz]", 0, 1),
        ("Prime Minister Ana Ruiz", "PERSON [Ana Ruiz]", "PERSON [Prime Minister]", 0, 0),
        ("Prime Minister Ana Ruiz", "PERSON [Ana Ruiz]", "ORG [Prime Minister Ana Ruiz]", 0, 0),
        ("President Airlines", "ORG [Airlines]", "ORG [President Airlines]", 0, 0),
        ("President Airlines", "ORG [President Airlines]", "ORG [President Airlines]", 1, 1),
        ("President Ruiz", "PERSON [Ruiz]", "PERSON [President]; PERSON [Ruiz]", 2 / 3, 2 / 3),
        ("a dozen ships", "CARDINAL [a dozen]", "CARDINAL [dozen]", 0, 1),
        ("In Oslo now", "GPE [Oslo]", "GPE [Oslo ]", 0, 1),
    ],
)
def test_examples_of_normalised_boundaries(
    text: str, gold: str, said: str, strict: float, right: float
) -> None:
    for first, second in ((gold, said), (said, gold)):
        found = example(text, first, second).entities
        assert found is not None
        assert (found.f1, found["strict-normalised"].f1) == (strict, right)


@pytest.mark.parametrize(
    ("gold", "said", "conll", "uner"),
    [
        ("GPE [The Hague]", "LOC [Hague]", (0, 1), (0, 1)),
        ("FAC [The Hague]", "GPE [The Hague]", (1, 1), (1, 1)),
        ("NORP [The Hague]", "EVENT [Hague]", (0, 1), (0, 0)),
        ("PERSON [The Hague]", "PERSON [Hague]", (0, 1), (0, 1)),
        ("DATE [The Hague]", "DATE [Hague]", (0, 0), (0, 0)),
    ],
)
def test_maps_and_boundaries_together(
    gold: str, said: str, conll: tuple[float, float], uner: tuple[float, float]
) -> None:
    found = example("In The Hague.", gold, said).entities
    assert found is not None
    for name, figures in (("conll-4", conll), ("uner-3", uner)):
        assert (found[name].f1, found[f"{name}-normalised"].f1) == figures


@pytest.mark.parametrize("inventory", ["ontonotes-18", "conll-4", "uner-3"])
def test_titles_are_taken_off_people_under_every_map(inventory: Inventory) -> None:
    gold = Document(Article("a", "Mr Bo left Mr Oslo"), (Entity(3, 5, "PERSON"),))
    person: MentionLabel = "PERSON" if inventory == "ontonotes-18" else "PER"
    said = Prediction("a", (Mention(0, 5, person), Mention(11, 18, "ORG")))
    found = score([gold], [said], inventory).entities
    assert found is not None
    for name in ("strict", "conll-4", "uner-3"):
        if found.results[name] is not None:
            assert found[name].f1 == 0.0
            assert found[f"{name}-normalised"].total.sum(axis=0).tolist() == [1, 1, 0]


@pytest.mark.parametrize("said", [" Oslo", " the Oslo", "\u00a0Oslo"])
def test_space_before_a_mention_is_taken_off(said: str) -> None:
    assert _left(said, 0, len(said), 0) == "Oslo"


# Names.

PERSON, ORG = "PERSON", "ORG"


class Case(NamedTuple):
    mentions: list[Name]
    names: dict[Name, str]
    """Mentions, each with its name."""


def read(mentions: Sequence[Name], texts: Sequence[str]) -> tuple[list[int], list[list[int]]]:
    """The number of each mention's name, and those of the names that each text may be read as.

    Every mention and every text is a speaker of a quote of its own.
    """
    said, entities, speakers = "", [], []
    for form, label in mentions:
        entities.append(Entity(len(said), len(said) + len(form), label))  # type: ignore[arg-type]
        speakers.append(entities[-1].bare())
        said += form + ";"
    quotes = [Span(len(said) + i, len(said) + i + 1) for i in range(max(len(speakers), len(texts)))]
    article = Article("a", said + "." * len(quotes))
    gold = Document(
        article,
        tuple(entities),
        tuple(
            Quote((quote,), "DIRECT", speakers=(speaker,))
            for quote, speaker in zip(quotes, speakers, strict=False)
        ),
    )
    claimed = Prediction(
        "a",
        quotes=tuple(
            PredictedQuote("DIRECT", (quote,), speakers=(text,))
            for quote, text in zip(quotes, texts, strict=False)
        ),
    )
    right, found = resolve(Comparison.of([gold], [claimed]).both)
    assert right.text.tolist() == list(range(len(mentions)))
    return right.name.tolist(), [found.name[found.text == i].tolist() for i in range(len(texts))]


@pytest.mark.parametrize(
    "case",
    [
        Case(
            [("Ana Ruiz", PERSON), ("Ruiz", PERSON), ("Ana", PERSON)],
            {
                ("Ana Ruiz", PERSON): "Ana Ruiz",
                ("Ruiz", PERSON): "Ana Ruiz",
                ("Ana", PERSON): "Ana Ruiz",
            },
        ),
        # A short name of two is neither's.
        Case(
            [("Ana Ruiz", PERSON), ("Bo Ruiz", PERSON), ("Ruiz", PERSON), ("Bo", PERSON)],
            {("Ruiz", PERSON): "Ruiz", ("Bo", PERSON): "Bo Ruiz"},
        ),
        # Three levels are one name.
        Case(
            [("Ana Maria Ruiz", PERSON), ("Ana Ruiz", PERSON), ("Ruiz", PERSON)],
            {("Ruiz", PERSON): "Ana Maria Ruiz", ("Ana Ruiz", PERSON): "Ana Maria Ruiz"},
        ),
        # So is a longer form that two have all words of.
        Case(
            [("Ana Maria Ruiz", PERSON), ("Ana Bo Ruiz", PERSON), ("Ana Ruiz", PERSON)],
            {("Ana Ruiz", PERSON): "Ana Ruiz"},
        ),
        # The lowest of the levels may be of two names where the one between is of one.
        Case(
            [
                ("Ana Maria Ruiz", PERSON),
                ("Ana Ruiz", PERSON),
                ("Bo Ruiz", PERSON),
                ("Ruiz", PERSON),
            ],
            {("Ruiz", PERSON): "Ruiz", ("Ana Ruiz", PERSON): "Ana Maria Ruiz"},
        ),
        # Labels keep names apart.
        Case(
            [("Ruiz", ORG), ("Ana Ruiz", PERSON)],
            {("Ruiz", ORG): "Ruiz", ("Ana Ruiz", PERSON): "Ana Ruiz"},
        ),
        Case(
            [("Ruiz", ORG), ("Ruiz", PERSON), ("Ana Ruiz", PERSON), ("Bo Ruiz", ORG)],
            {("Ruiz", ORG): "Bo Ruiz", ("Ruiz", PERSON): "Ana Ruiz"},
        ),
        # Decomposed letters and odd white space.
        Case(
            [("Jos\u00e9  Ruiz", PERSON), ("Jose\u0301", PERSON), ("Jose", PERSON)],
            {("Jose\u0301", PERSON): "José Ruiz", ("Jose", PERSON): "Jose"},
        ),
        Case(
            [("Jose\u0301\u00a0\nRuiz", PERSON), ("Jos\u00e9", PERSON)],
            {("Jos\u00e9", PERSON): "José Ruiz"},
        ),
        # Order and number of words.
        Case(
            [("Ruiz Ana", PERSON), ("Ana Ruiz", PERSON), ("Ana", PERSON)],
            {("Ruiz Ana", PERSON): "Ruiz Ana", ("Ana", PERSON): "Ana"},
        ),
        Case(
            [("Maria Ruiz Ana", PERSON), ("Ana Ruiz", PERSON)],
            {("Ana Ruiz", PERSON): "Ana Ruiz"},
        ),
        Case(
            [("Ruiz Ruiz", PERSON), ("Ruiz", PERSON)],
            {("Ruiz", PERSON): "Ruiz Ruiz"},
        ),
        Case(
            [("Ana Ruiz", PERSON), ("Ruiz Ruiz", PERSON), ("Ruiz", PERSON)],
            {("Ruiz Ruiz", PERSON): "Ruiz Ruiz", ("Ruiz", PERSON): "Ruiz"},
        ),
        # Words are whole, and letters are large or small.
        Case(
            [("Ana Ruiz", PERSON), ("Rui", PERSON), ("ruiz", PERSON), ("Ruiz’s", PERSON)],
            {("Rui", PERSON): "Rui", ("ruiz", PERSON): "ruiz", ("Ruiz’s", PERSON): "Ruiz’s"},
        ),
    ],
)
def test_names_of_mentions(case: Case) -> None:
    for mentions in (case.mentions, case.mentions[::-1], case.mentions * 2):
        texts = [f" {text} " for text, _ in mentions]
        names, readings = read(mentions, texts)
        numbers = {
            (folded(text), label): n for (text, label), n in zip(mentions, names, strict=True)
        }
        for number, (text, label), found in zip(names, mentions, readings, strict=True):
            if (text, label) in case.names:
                assert number == numbers[case.names[text, label], label]
                assert number in found


def test_readings_of_names() -> None:
    mentions = [("Ruiz", ORG), ("Ruiz", PERSON), ("Ana Ruiz", PERSON)]
    texts = ["Ruiz", "Mr Ruiz", "Ana  Ruiz", "Mr Ruiz"]
    (body, person, fullest), (both, nobody, ana, again) = read(mentions, texts)
    assert both == [person, body]
    assert person == fullest
    assert ana == [fullest]
    assert nobody == again
    assert not {*nobody} & {body, person}
    assert read([], ["Bo", "Bo", "Ana"])[1][0] != read([], ["Bo", "Bo", "Ana"])[1][2]


@settings(max_examples=examples(200))
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(["Ana", "Bo", "Ruiz"]), min_size=1, max_size=3).map(" ".join),
            st.sampled_from((PERSON, PERSON, ORG)),
        ),
        max_size=7,
    ),
    st.data(),
)
def test_names_are_those_of_the_definition(mentions: list[Name], data: st.DataObject) -> None:
    said = [(data.draw(written(form)), label) for form, label in mentions]
    names, readings = read(said, [data.draw(written(form)) for form, _ in mentions])
    expected = names_of({(label, form) for form, label in mentions})
    numbers = {(label, form): n for (form, label), n in zip(mentions, names, strict=True)}
    for (form, label), (text, _), number, found in zip(
        mentions, said, names, readings, strict=True
    ):
        assert folded(text) == form
        assert number == numbers[expected[label, form]]
        forms = [(x, form) for x in (PERSON, ORG) if (x, form) in expected]
        assert found == [numbers[expected[x]] for x in forms]


RUIZ = "Ana Maria Ruiz met Ana Ruiz and Ruiz. Bo left. “Yes,” it said."
SAYING = (
    "a PERSON [Ana Maria Ruiz]; b PERSON [Ana Ruiz]; c PERSON [Ruiz]#3; d PERSON [Bo]; "
    "DIRECT [“Yes,”]; "
)


@pytest.mark.parametrize(
    ("gold", "said", "right"),
    [
        ("speaker a", ["Ruiz"], True),
        ("speaker c", ["Ana Ruiz"], True),
        ("speaker c", ["Ana\u00a0 Maria\nRuiz "], True),
        ("speaker a", ["Ruiz", "Ana Ruiz"], True),
        ("speaker a c", ["Ruiz"], True),
        ("speaker a", ["Maria"], False),
        ("speaker a", ["Mr Ruiz"], False),
        ("speaker a", ["Bo"], False),
        ("speaker a", ["Ruiz", "Bo"], False),
        ("speaker a d", ["Bo", "Ruiz"], True),
        ("speaker a d", ["Ruiz"], False),
        ("speaker a d", ["Bo", "Ruiz", "he"], False),
        ("speaker UNNAMED", [], True),
        ("speaker UNNAMED", ["it"], False),
        ("speaker d", [], False),
    ],
)
def test_examples_of_speakers(gold: str, said: list[str], right: bool) -> None:
    whole = from_lines((SAYING + gold).split("; "), Article("a", RUIZ))
    prediction = prediction_of(whole)
    quotes = (replace(cast(Any, prediction.quotes)[0], speakers=tuple(said)),)
    found = score([whole], [replace(prediction, quotes=quotes)]).quotes
    assert found is not None
    assert found["speakers"].f1 == right


OSLO = "Oslo said A. Oslo said B."
TWO = "g GPE [Oslo]#1; o ORG [Oslo]#2; INDIRECT [A]; speaker g; INDIRECT [B]; speaker o"


def test_a_form_of_two_that_speak_is_right_for_either() -> None:
    found = example(OSLO, TWO, TWO).quotes
    assert found is not None
    assert found["speakers"].f1 == 1.0


def test_a_form_of_two_is_right_in_a_quote_that_is_too_short() -> None:
    text = "Oslo and Oslo: Rome fell and burned and more."
    names = "g GPE [Oslo]#1; o ORG [Oslo]#2; "
    events = "; speaker g; CASUALTY [fell]"
    gold = f"{names}INDIRECT [Rome fell and burned and more]{events}"
    found = example(text, gold, f"{names}INDIRECT [Rome fell]{events}").claims
    assert found is not None
    assert found.f1 == 1.0


def test_a_form_of_two_that_speak_is_right_in_a_quote_that_is_too_short() -> None:
    text = "Oslo and Oslo: Rome fell and burned and more. Yes."
    names = "g GPE [Oslo]#1; o ORG [Oslo]#2; "
    events = "; speaker g; CASUALTY [fell]; INDIRECT [Yes]; speaker o"
    gold = f"{names}INDIRECT [Rome fell and burned and more]{events}"
    found = example(text, gold, f"{names}INDIRECT [Rome fell]{events}").claims
    assert found is not None
    assert found.f1 == 1.0


def test_a_form_of_two_that_speak_together_is_right_for_both() -> None:
    names = "p PERSON [Ana Ruiz]; q PERSON [Ruiz]#2; o ORG [Ruiz]#3; "
    lines = f"{names}INDIRECT [Yes]; speaker p o"
    found = example("Ana Ruiz met Ruiz of Ruiz. Yes.", lines, lines).quotes
    assert found is not None
    assert found["speakers"].f1 == 1.0


def test_a_form_of_two_is_right_in_a_quote_that_runs_over_two() -> None:
    names = "g GPE [Oslo]#1; o ORG [Oslo]#2; "
    gold = f"{names}INDIRECT [One two]; speaker o; INDIRECT [fell]; speaker g; DISASTER [fell]"
    said = f"{names}INDIRECT [One two. Rome fell]; speaker g; DISASTER [fell]"
    found = example("Oslo and Oslo: One two. Rome fell.", gold, said).claims
    assert found is not None
    assert found.f1 == 1.0
