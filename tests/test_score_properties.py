"""What holds of every score, whatever the data."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from conftest import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from strategies import documents, is_plain, labels_of, scored, versions

from dateline import (
    ENTITY_LABELS,
    EVENT_TYPES,
    LAYERS,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    Article,
    Document,
    Prediction,
    score,
)
from dateline.agreement import overlapping
from dateline.predictions import prediction_of
from dateline.score import Comparison, Result, Score, example, verify
from dateline.score.names import folded
from dateline.textform import from_lines

Name = tuple[str, str]
Pair = tuple[list[Document], list[Prediction]]

BY_NAME: frozenset[Name] = frozenset({("quotes", "speakers"), ("claims", "claims")})
"""Scores that names of speakers matter for."""


def results(found: Score) -> dict[Name, Result]:
    there = {
        (layer.layer, name): result
        for layer in found
        if layer is not None
        for name, result in layer.results.items()
        if result is not None
    }
    assert len(there) == 23
    return there


def scores_of(gold: Sequence[Document], said: Sequence[Prediction]) -> dict[Name, Result]:
    return results(score(gold, said))


def same(first: dict[Name, Result], second: dict[Name, Result], *but: Name) -> bool:
    return all((first[x].counts == second[x].counts).all() for x in first if x not in but)


def f1(counts: Any) -> Fraction:
    """F1 without rounding."""
    tp, fp, fn = (int(n) for n in counts.reshape(-1, 3).sum(axis=0))
    return Fraction(2 * tp, 2 * tp + fp + fn) if tp else Fraction(0)


def f1s(result: Result) -> Iterator[Fraction]:
    """Micro F1, that of each label, and their mean."""
    total = result.total
    yield f1(total)
    each = [f1(row) for row in total]
    yield from each
    yield sum(each, Fraction(0)) / max(1, int(total.any(axis=1).sum()))


FEW = settings(max_examples=examples(50))
"""An example is of up to three articles; `test_score_definitions` has many."""


# Swapped.


@st.composite
def sides(draw: st.DrawFn) -> tuple[list[Document], list[Document]]:
    pairs = [draw(versions(f"a{i}", names=True)) for i in range(draw(st.integers(1, 2)))]
    return [first for first, _ in pairs], [second for _, second in pairs]


def swaps(first: Result, second: Result) -> bool:
    """Whether one has the precision of the other for its recall."""
    return (
        bool((first.counts == second.counts[..., [0, 2, 1]]).all())
        and first.per_type.keys() == second.per_type.keys()
        and all(
            (a.precision, a.recall, a.f1) == (b.recall, b.precision, b.f1)
            for a, b in [
                (first.micro, second.micro),
                (first.macro, second.macro),
                *((figures, second.per_type[x]) for x, figures in first.per_type.items()),
            ]
        )
    )


def not_swapping(first: Sequence[Document], second: Sequence[Document]) -> set[Name]:
    one = scores_of(first, [prediction_of(document) for document in second])
    other = scores_of(second, [prediction_of(document) for document in first])
    return {name for name in one if not swaps(one[name], other[name])}


@FEW
@given(sides())
def test_gold_and_prediction_swap_precision_and_recall(
    both: tuple[list[Document], list[Document]],
) -> None:
    """Names are found among gold's mentions, so scores by name are left out."""
    assert not_swapping(*both) <= BY_NAME


@FEW
@given(sides())
def test_scores_by_name_swap_where_mentions_are_the_same_and_forms_have_one_label(
    both: tuple[list[Document], list[Document]],
) -> None:
    assert not_swapping(*zip(*map(with_the_same_mentions, *both), strict=True)) == set()


def with_the_same_mentions(first: Document, second: Document) -> tuple[Document, Document]:
    """Two versions with the mentions of the first, where every form has one label."""
    labels = {form: min(labels) for form, labels in labels_of(first).items()}
    mentions = [
        replace(entity, label=labels[folded(entity.of(first.text))]) for entity in first.entities
    ]
    there = {mention.bare() for mention in mentions}
    one, other = (
        replace(
            document,
            entities=tuple(mentions),
            quotes=tuple(
                replace(quote, speakers=tuple(s for s in quote.speakers if s in there))
                for quote in document.quotes
            ),
        )
        for document in (first, second)
    )
    return one, other


def document_of(text: str, lines: str) -> Document:
    return from_lines(lines.split("; "), Article("a", text))


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (  # A mention that one side lacks joins no names there.
            "Ana Ruiz met Ruiz. Yes.",
            "a PERSON [Ana Ruiz]; b PERSON [Ruiz]#2; INDIRECT [Yes]; speaker a",
            "b PERSON [Ruiz]#2; INDIRECT [Yes]; speaker b",
        ),
        (  # Of a form with two labels the prediction says one alone.
            "Oslo Town met Oslo and Oslo. Yes.",
            "a GPE [Oslo Town]; b GPE [Oslo]#2; c ORG [Oslo]#3; INDIRECT [Yes]; speaker a",
            "a GPE [Oslo Town]; b GPE [Oslo]#2; c ORG [Oslo]#3; INDIRECT [Yes]; speaker c",
        ),
    ],
)
def test_scores_by_name_do_not_swap_otherwise(text: str, first: str, second: str) -> None:
    found = not_swapping([document_of(text, first)], [document_of(text, second)])
    assert found == {("quotes", "speakers")}


# In another order, and in parts.


@FEW
@given(scored(), st.randoms(use_true_random=False))
def test_no_order_matters(pair: Pair, random: Any) -> None:
    gold, said = pair

    def mixed(things: Any) -> Any:
        return tuple(random.sample(list(things), len(things)))

    def shuffled(one: Any) -> Prediction:
        quotes = [
            replace(q, fragments=mixed(q.fragments), speakers=mixed(q.speakers)) for q in one.quotes
        ]
        events = [replace(event, arguments=mixed(event.arguments)) for event in one.events]
        return Prediction(one.id, mixed(one.entities), mixed(quotes), mixed(events))

    expected = scores_of(gold, said)
    order = random.sample(range(len(gold)), len(gold))
    others = [gold[i] for i in order], mixed(list(map(shuffled, said)))
    found = scores_of(*others)
    for name, result in found.items():
        assert result.articles == tuple(gold[i].id for i in order)
        assert (result.counts == expected[name].counts[order]).all()
    for layer in LAYERS:
        errors = (Comparison.of(*both).errors(layer) or [] for both in ((gold, said), others))
        assert set(next(errors)) == set(next(errors))


@FEW
@given(scored())
def test_what_is_said_twice_counts_once(pair: Pair) -> None:
    """Speakers and arguments are sets; everything else cannot stand twice in a prediction."""
    gold, said = pair

    def doubled(one: Any) -> Prediction:
        quotes = tuple(replace(quote, speakers=quote.speakers * 2) for quote in one.quotes)
        events = tuple(replace(event, arguments=event.arguments * 2) for event in one.events)
        return Prediction(one.id, one.entities, quotes, events)

    twice = list(map(doubled, said))
    assert same(scores_of(gold, said), scores_of(gold, twice))


@FEW
@given(scored())
def test_counts_are_those_of_each_article_alone(pair: Pair) -> None:
    gold, said = pair
    whole = scores_of(gold, said)
    for i in range(len(gold)):
        alone = scores_of([gold[i]], [said[i]])
        for name, result in whole.items():
            assert result.counts[i].tolist() == alone[name].counts[0].tolist()
            assert result.labels == alone[name].labels


@FEW
@given(scored())
def test_figures_are_those_of_the_counts(pair: Pair) -> None:
    for result in scores_of(*pair).values():
        total = result.total
        tp, fp, fn = (int(n) for n in total.sum(axis=0))
        used = [row for row in total if row.any()]
        assert result.precision == pytest.approx(tp / max(1, tp + fp))
        assert result.recall == pytest.approx(tp / max(1, tp + fn))
        assert result.f1 == pytest.approx(float(f1(total)))
        assert result.macro.f1 == pytest.approx(sum(map(f1, used)) / max(1, len(used)))
        share = [Fraction(int(row[0] + row[2]), max(1, tp + fn)) for row in used]
        wanted = sum(x * f1(row) for x, row in zip(share, used, strict=True))
        assert result.weighted.f1 == pytest.approx(float(wanted))
        supports = [figures.support for figures in result.per_type.values()]
        assert result.scale * sum(supports) == result.scale * result.micro.support == tp + fn


# Gold itself, and nothing.


@FEW
@given(st.lists(documents(names=True), min_size=1, max_size=2))
def test_gold_against_itself_is_right_and_nothing_is_not(found: list[Document]) -> None:
    gold = [
        replace(document, article=replace(document.article, id=f"a{i}"))
        for i, document in enumerate(found)
    ]
    perfect = scores_of(gold, list(map(prediction_of, gold)))
    nothing = scores_of(gold, [Prediction(document.id, (), (), ()) for document in gold])
    assert_items(gold, nothing)
    for name, result in perfect.items():
        assert not result.counts[..., 1:].any()
        items = bool(result.counts.any())
        assert (result.precision, result.recall, result.f1, result.macro.f1) == (items,) * 4
        assert (nothing[name].counts[..., 2] == result.counts[..., 0]).all()
        assert not nothing[name].counts[..., :2].any()
        assert nothing[name].micro[:3] == (0.0, 0.0, 0.0)


def assert_items(gold: Sequence[Document], nothing: dict[Name, Result]) -> None:
    """Check how many items of gold each score is over."""
    quotes = [quote for document in gold for quote in document.quotes]
    expected = {
        "strict": sum(len(document.entities) for document in gold),
        "fragments": sum(len(quote.fragments) for quote in quotes),
        "whole": len(quotes),
        "relaxed": len(quotes),
        "speakers": len(quotes),
        "source": sum(quote.source is not None for quote in quotes),
        "cue": sum(quote.cue is not None for quote in quotes),
        "trig-c": sum(len(document.events) for document in gold),
        "arg-c+": sum(len(event.arguments) for document in gold for event in document.events),
    }
    for same_items in (("strict", "exact", "type", "partial"), ("trig-c", "trig-i")):
        expected |= dict.fromkeys(same_items, expected[same_items[0]])
    for (_, name), result in nothing.items():
        if name in expected:
            assert result.micro.support == expected[name]


# Something right is added.


def free(document: Document, said: Prediction) -> dict[str, list[Any]]:
    """What of gold, as predictions have it, overlaps nothing that was said."""
    right = prediction_of(document)
    fragments = [f for quote in said.quotes or () for f in quote.fragments]
    return {
        "entities": [e for e in right.entities or () if not overlapping([e], said.entities or ())],
        "quotes": [q for q in right.quotes or () if not overlapping(q.fragments, fragments)],
        "events": [e for e in right.events or () if not overlapping([e], said.events or ())],
    }


def with_more(said: Prediction, layer: str, right: Any) -> Prediction:
    return replace(said, **{layer: (*getattr(said, layer), right)})


def lowered(document: Document, said: Prediction, more: Prediction) -> set[Name]:
    before, after = scores_of([document], [said]), scores_of([document], [more])
    return {
        name
        for name in before
        if any(b < a for a, b in zip(f1s(before[name]), f1s(after[name]), strict=True))
    }


@FEW
@given(scored())
def test_what_is_right_never_lowers_a_score(pair: Pair) -> None:
    """All F1s, but for claims: those are of a quote and an event together."""
    for document, said in zip(*pair, strict=True):
        for layer, items in free(document, said).items():
            for right in items[:2]:
                found = lowered(document, said, with_more(said, layer, right))
                assert found <= {("claims", "claims")}


@FEW
@given(scored(), st.data())
def test_what_is_right_among_right_quotes_or_events_never_lowers_claims(
    pair: Pair, data: st.DataObject
) -> None:
    for document, said in zip(*pair, strict=True):
        right = prediction_of(document)
        for layer, other in (("quotes", "events"), ("events", "quotes")):
            kept = [item for item in getattr(right, other) if data.draw(st.booleans())]
            before = replace(said, **{other: tuple(kept)})
            for item in free(document, before)[layer][:2]:
                assert lowered(document, before, with_more(before, layer, item)) == set()


ANA = "Ana said Bo sued. Al left."
WHO = "a PERSON [Ana]; b PERSON [Bo]; INDIRECT [Bo sued]; speaker "


@pytest.mark.parametrize(
    ("gold", "said", "more"),
    [
        # The event is right, and who is said to say it is not.
        (f"{WHO}a; JUSTICE [sued]; MOVE [left]", f"{WHO}b", f"{WHO}b; JUSTICE [sued]"),
        # The quote is right, and the event that it says is not.
        (f"{WHO}a; JUSTICE [sued]", "JUSTICE NEGATIVE [sued]", f"{WHO}a; JUSTICE NEGATIVE [sued]"),
    ],
)
def test_what_is_right_can_make_a_claim_that_is_wrong(gold: str, said: str, more: str) -> None:
    """With a claim elsewhere that is right, F1 of claims falls."""
    elsewhere = " Oslo said Rome fell."
    tail = "; o GPE [Oslo]; INDIRECT [Rome fell]; speaker o; CASUALTY [fell]"
    before, after = (example(ANA + elsewhere, gold + tail, x + tail) for x in (said, more))
    assert before.claims is not None
    assert after.claims is not None
    assert (before.claims.precision, after.claims.precision) == (1.0, 0.5)
    assert before.claims.f1 > after.claims.f1
    assert results(before)["quotes", "relaxed"].f1 <= results(after)["quotes", "relaxed"].f1
    assert results(before)["events", "trig-c"].f1 <= results(after)["events", "trig-c"].f1


# One score and another.

NO_MORE: dict[str, list[str]] = {
    "entities": [
        "strict <= exact",
        "strict <= type",
        "strict <= strict-normalised",
        "conll-4 <= conll-4-normalised",
        "uner-3 <= uner-3-normalised",
        "uner-3 <= conll-4",
        "uner-3-normalised <= conll-4-normalised",
        "exact <= partial",
        "type <= partial",
    ],
    "quotes": [
        "whole <= relaxed",
        "whole <= fragments",
        "speakers <= relaxed",
        "source <= relaxed",
        "cue <= relaxed",
    ],
    "events": [
        "trig-c <= trig-i",
        "trig-c-realis <= trig-c",
        "trig-c-polarity <= trig-c",
    ],
}
SAME_ITEMS = (
    {"strict", "strict-normalised", "exact", "type"},
    {"conll-4", "conll-4-normalised"},
    {"uner-3", "uner-3-normalised"},
    {"whole", "relaxed", "speakers"},
    {"trig-c", "trig-i", "trig-c-realis", "trig-c-polarity"},
)
"""Where the items are the same, precision, recall and F1 follow from the true positives."""


@FEW
@given(scored())
def test_a_score_that_asks_more_finds_no_more(pair: Pair) -> None:
    found = scores_of(*pair)
    for layer, said in NO_MORE.items():
        for line in said:
            names = line.split(" <= ")
            less, more = (found[layer, name] for name in names)
            right = [result.counts[..., 0].sum(axis=1) for result in (less, more)]
            # A mention that is partly right counts one half at least, one that is exact two.
            worth = 2 if names == ["exact", "partial"] else 1
            assert (worth * right[0] <= right[1]).all(), line
            if any(items.issuperset(names) for items in SAME_ITEMS):
                assert f1(less.total) <= f1(more.total), line
    for items in SAME_ITEMS:
        for one, other in itertools.pairwise(x for x in found.items() if x[0][1] in items):
            assert (per_article(one[1]) == per_article(other[1])).all()


def per_article(result: Result) -> Any:
    """Items of gold and of the prediction, by article."""
    tp, fp, fn = np.moveaxis(result.counts.sum(axis=1), -1, 0)
    return np.stack([tp + fn, tp + fp])


@FEW
@given(scored())
def test_arguments_that_ask_more_find_no_more_where_none_is_said_twice(pair: Pair) -> None:
    """Where gold has no argument twice under one type of event, and under one role of it."""
    gold, _ = pair
    found = scores_of(*pair)
    right = {name: found["events", name].counts[..., 0].sum() for name in ("arg-i", "arg-c")}
    rows = [
        (document.id, event.type, argument.start, argument.end, argument.role)
        for document in gold
        for event in document.events
        for argument in event.arguments
    ]
    if len(set(rows)) == len(rows):
        assert found["events", "arg-c+"].total[:, 0].sum() <= right["arg-c"]
    if len({row[:4] for row in rows}) == len(set(rows)):
        assert right["arg-c"] <= right["arg-i"]


@pytest.mark.parametrize(
    ("lines", "right"),
    [
        ("JUSTICE [sued]; patient [Bo]; JUSTICE [fined]; patient [Bo]", (2, 1, 1)),
        ("JUSTICE [sued]; patient [Bo]; theme [Bo]", (2, 2, 1)),
    ],
)
def test_an_argument_said_twice_is_one_where_less_is_asked(
    lines: str, right: tuple[int, int, int]
) -> None:
    found = results(example("Ana sued and fined Bo.", lines, lines))
    counts = [found["events", name].total[:, 0].sum() for name in ("arg-c+", "arg-c", "arg-i")]
    assert tuple(counts) == right


# Other labels.

Renaming = Callable[[Any, dict[str, str]], Any]


def _entities(one: Any, new: dict[str, str]) -> Any:
    entities = (
        replace(entity, label=new.get(entity.label, entity.label)) for entity in one.entities
    )
    return replace(one, entities=tuple(entities))


def _kinds(one: Any, new: dict[str, str]) -> Any:
    quotes = (replace(quote, kind=new.get(quote.kind, quote.kind)) for quote in one.quotes)
    return replace(one, quotes=tuple(quotes))


def _events(field: str) -> Renaming:
    def renamed(one: Any, new: dict[str, str]) -> Any:
        events = (
            replace(event, **{field: new.get(getattr(event, field), getattr(event, field))})
            for event in one.events
        )
        return replace(one, events=tuple(events))

    return renamed


def _roles(one: Any, new: dict[str, str]) -> Any:
    events = (
        replace(
            event,
            arguments=tuple(replace(a, role=new.get(a.role, a.role)) for a in event.arguments),
        )
        for event in one.events
    )
    return replace(one, events=tuple(events))


class Labels:
    """A kind of label, and the scores that count it apart."""

    def __init__(self, labels: Sequence[str], renamed: Renaming, layer: str, names: str) -> None:
        self.labels = labels
        self.renamed = renamed
        self.rows = {(layer, name) for name in names.split()}


ALL_LABELS = {
    "entities": Labels(ENTITY_LABELS, _entities, "entities", "strict type strict-normalised"),
    "kinds": Labels(QUOTE_KINDS, _kinds, "quotes", "fragments whole"),
    "types": Labels(
        EVENT_TYPES, _events("type"), "events", "trig-c trig-c-realis trig-c-polarity arg-i"
    ),
    "roles": Labels(ROLES, _roles, "events", "arg-c arg-c+"),
    "realis": Labels(REALIS, _events("realis"), "", ""),
    "polarities": Labels(POLARITIES, _events("polarity"), "", ""),
}


@settings(max_examples=examples(100))
@given(scored(), st.sampled_from(sorted(ALL_LABELS)), st.data())
def test_two_labels_that_change_places_change_their_rows_alone(
    pair: Pair, which: str, data: st.DataObject
) -> None:
    """So a label that becomes one that is nowhere takes its row with it."""
    gold, said = pair
    family = ALL_LABELS[which]
    old, new = data.draw(st.permutations(family.labels))[:2]
    rows = family.rows | ({("claims", "claims")} if which == "types" else set())
    free_of: set[Name] = set()
    if which == "entities":
        # Maps and titles go by the label; so do claims, where a form has two.
        assume("PERSON" not in (old, new))
        maps = ("conll-4", "conll-4-normalised", "uner-3", "uner-3-normalised")
        free_of = {("entities", name) for name in maps}
        free_of |= set() if all(map(is_plain, gold)) else {("claims", "claims")}
    before = scores_of(gold, said)
    both = {old: new, new: old}
    after = scores_of(
        [family.renamed(document, both) for document in gold],
        [family.renamed(prediction, both) for prediction in said],
    )
    assert rows <= before.keys()
    assert same(before, after, *rows, *free_of)
    for name in rows:
        labels = before[name].labels
        order = [labels.index(both.get(label, label)) for label in labels]
        assert (after[name].counts == before[name].counts[:, order]).all()
        assert after[name].micro == before[name].micro


# seqeval.


@FEW
@given(scored())
def test_seqeval_says_the_same(pair: Pair) -> None:
    gold, said = pair
    assert verify(score(gold, said), gold, said) == []


@settings(max_examples=examples(30))
@given(sides())
def test_seqeval_says_the_same_of_versions(both: tuple[list[Document], list[Document]]) -> None:
    gold, said = both[0], list(map(prediction_of, both[1]))
    assert verify(score(gold, said), gold, said) == []
