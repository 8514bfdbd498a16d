"""Scores are seqeval's: on random data, on its own examples, and where it misbehaves."""

import importlib
import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from strategies import scored

from dateline import (
    LAYERS,
    Argument,
    Article,
    Corpus,
    Document,
    Entity,
    Event,
    Gold,
    InvalidAnnotation,
    InvalidPrediction,
    Prediction,
    Quote,
    Span,
    score,
    tokenize,
)
from dateline.bio import decode, encode
from dateline.documents import Inventory, Mention
from dateline.predictions import PredictedQuote, as_prediction, prediction_of, tagged_spans
from dateline.score import MEASURES, as_json, example, seqeval_report, verify


@given(scored())
def test_every_figure_is_seqevals_to_the_last_bit(
    pair: tuple[list[Document], list[Prediction]],
) -> None:
    gold, predictions = pair
    assert verify(score(gold, predictions), gold, predictions) == []


@given(scored())
def test_tags_over_tokens_give_the_same_counts_as_spans(
    pair: tuple[list[Document], list[Prediction]],
) -> None:
    """All spans here are whole tokens, so token tags lose nothing either."""
    gold, predictions = pair
    result = score(gold, predictions)
    for layer in LAYERS:
        tags: list[list[list[str]]] = [[], []]
        for document, prediction in zip(gold, predictions, strict=True):
            tokens = tokenize(document.text)
            sides = tagged_spans(layer, getattr(document, layer)), prediction.layer(layer) or []
            for side, spans in zip(tags, sides, strict=True):
                side.append(encode(tokens, spans))
                assert decode(tokens, side[-1]) == sorted(spans)
        found = getattr(result, layer)
        report = seqeval_report(*tags)
        assert report["micro avg"] == found.micro
        assert report["macro avg"] == found.macro
        assert {name: report[name] for name in found.per_type} == found.per_type


@given(scored(), st.randoms())
def test_order_does_not_matter(pair: tuple[list[Document], list[Prediction]], random: Any) -> None:
    gold, predictions = pair
    shuffled = random.sample(predictions, len(predictions))
    one, other = score(gold, predictions), score(gold, shuffled)
    for layer in LAYERS:
        assert (getattr(one, layer).counts == getattr(other, layer).counts).all()


@given(scored())
def test_gold_against_itself_is_right(pair: tuple[list[Document], list[Prediction]]) -> None:
    gold, _ = pair
    result = score(gold, [prediction_of(document) for document in gold])
    for layer in LAYERS:
        counts = getattr(result, layer).counts
        assert not counts[..., 1:].any()
        assert counts.sum() == sum(len(tagged_spans(layer, getattr(d, layer))) for d in gold)


ARTICLE = Article("a", "Ana Ruiz saw Oslo and Rome")
GOLD = Document(ARTICLE, (Entity(0, 8, "PERSON"), Entity(13, 17, "GPE")))


def test_a_worked_example() -> None:
    said = Entity(0, 8, "PERSON"), Entity(13, 17, "ORG"), Entity(22, 26, "GPE")
    found = score([GOLD], [Prediction("a", said)]).entities
    assert found is not None
    assert found.per_type["PERSON"] == (1.0, 1.0, 1.0, 1)
    assert found.per_type["GPE"] == (0.0, 0.0, 0.0, 1)
    assert found.per_type["ORG"] == (0.0, 0.0, 0.0, 0)
    assert (found.precision, found.recall, found.f1) == (1 / 3, 1 / 2, 0.4)
    assert found.macro.f1 == 1 / 3
    assert found.weighted.f1 == 0.5


def test_a_layer_that_was_not_handed_in_has_no_score() -> None:
    result = score([GOLD], [Prediction("a", ())])
    assert result.quotes is None
    assert result.entities is not None
    assert result.entities.f1 == 0.0
    assert verify(result, [GOLD], [Prediction("a", ())]) == []


def test_a_layer_handed_in_for_some_articles_is_refused() -> None:
    other = Document(Article("b", "Oslo"))
    with pytest.raises(InvalidPrediction, match="b: entities: absent here and handed in before"):
        score([GOLD, other], [Prediction("a", ()), Prediction("b")])


@pytest.mark.parametrize(
    ("ids", "said"), [("ab", "'b' is unknown"), ("aa", "'a' is repeated"), ("", "'a' is missing")]
)
def test_each_article_must_be_predicted_once(ids: str, said: str) -> None:
    with pytest.raises(InvalidPrediction, match=said):
        score([GOLD], [Prediction(id, ()) for id in ids])


def test_seqeval_crashes_without_any_span_and_dateline_does_not() -> None:
    with pytest.raises(ValueError, match="max"):
        classification_report([["O"]], [["O"]], mode="strict", scheme=IOB2)
    nothing = Document(ARTICLE)
    result = score([nothing], [Prediction("a", (), (), ())])
    assert result.events is not None
    assert result.events.micro == (0.0, 0.0, 0.0, 0)
    assert verify(result, [nothing], [Prediction("a", (), (), ())]) == []


def test_results_are_plain_json() -> None:
    corpus = Corpus("tiny", "0.1.0", "sha256:" + "0" * 64, "test", [GOLD])
    said = as_json(score([GOLD], [prediction_of(GOLD)]), corpus)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    strict = said["entities"]["scores"]["strict"]
    assert strict["counts"] == {"a": {"GPE": [1, 0, 0], "PERSON": [1, 0, 0]}}
    assert said["entities"]["scores"]["partial"]["counts"] == {"a": {"mention": [4, 0, 0]}}
    assert said["entities"]["scores"]["partial"]["micro"]["support"] == 2
    signature = strict["signature"]
    assert signature.startswith(
        "dateline|layer:entities|match:strict|labels:ontonotes-18|corpus:tiny 0.1.0@sha256:000"
    )
    assert "|split:test|" in signature
    assert "|n:1|" in signature
    assert "|seqeval:1.2.2|" in signature


def test_what_was_not_handed_in_has_no_score() -> None:
    quote = {"kind": "DIRECT", "fragments": [{"start": 0, "end": 3}]}
    event = {"start": 9, "end": 12, "type": "MEET"}
    said = as_prediction({"id": "a", "quotes": [quote], "events": [event]}, {"a": ARTICLE})
    result = score([GOLD], [said])
    assert result.entities is None
    assert result.claims is None
    assert result.quotes is not None
    assert [name for name, found in result.quotes.results.items() if found is None] == [
        "source",
        "cue",
        "speakers",
    ]
    assert "source                  not handed in" in str(result.quotes)
    with pytest.raises(KeyError, match="'cue' is not handed in; scored are fragments, whole"):
        result.quotes["cue"]
    with pytest.raises(KeyError, match="'cues' is not among the scores; scored are fragments"):
        result.quotes["cues"]


@pytest.mark.parametrize(("inventory", "f1"), [("conll-4", 2 / 3), ("uner-3", 1.0)])
def test_a_smaller_inventory_is_scored_under_its_map(inventory: Inventory, f1: float) -> None:
    gold = Document(ARTICLE, (*GOLD.entities, Entity(22, 26, "NORP")))
    said = [{"start": 0, "end": 8, "label": "PER"}, {"start": 13, "end": 17, "label": "LOC"}]
    if inventory == "conll-4":
        said.append({"start": 18, "end": 21, "label": "MISC"})
    prediction = as_prediction({"id": "a", "entities": said}, {"a": ARTICLE}, inventory)
    result = score([gold], [prediction], inventory)
    assert verify(result, [gold], [prediction], inventory) == []
    found = result.entities
    assert found is not None
    assert found.ranked_by == inventory
    assert found.f1 == f1
    assert found["uner-3"].f1 == 1.0
    assert found.results["strict"] is None
    assert (found.results["conll-4"] is None) == (inventory == "uner-3")
    assert f"strict                  not in {inventory}" in str(found)


def test_seqeval_has_every_score_of_equal_spans() -> None:
    names = {(m.layer, m.name) for m in MEASURES if m.spans is not None}
    assert len(names) == 12
    assert {("entities", "uner-3-normalised"), ("events", "trig-c-realis")} < names


def test_verify_tells_a_figure_that_differs() -> None:
    said = [prediction_of(GOLD)]
    result = score([GOLD], said)
    assert result.entities is not None
    result.entities["conll-4"].counts[0, 0, 1] += 1
    assert verify(result, [GOLD], said)[0].startswith("entities conll-4 LOC: dateline PRF(")


def test_a_score_prints_itself() -> None:
    result = example("Ana left Oslo.", "PERSON [Ana]; GPE [Oslo]", "PERSON [Ana]; ORG [Oslo]")
    lines = str(result).splitlines()
    assert lines[0].split() == "entities precision recall F1 gold 95 % of F1 F1 normalised".split()
    assert lines[1].split() == ["strict", "50.00", "50.00", "50.00", "2", "50.00"]
    assert lines[2] == "  macro, 3 types              33.33    33.33    33.33       2"
    assert "<td>conll-4</td><td>50.00</td>" in result._repr_html_()
    assert result.entities is not None
    assert result._repr_html_().startswith(result.entities._repr_html_().removesuffix("</table>"))


TWO = Document(ARTICLE, (Entity(0, 8, "PERSON"),), events=(Event(9, 12, "MEET"),))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            (Entity(0, 8, "PERSON"), Entity(0, 8, "PERSON")),
            r"a: entities: PERSON \[0, 8\) overlaps PERSON \[0, 8\)",
        ),
        (
            (Entity(0, 8, "PERSON"), Entity(7, 12, "GPE")),
            r"a: entities: GPE \[7, 12\) overlaps PERSON \[0, 8\)",
        ),
        ((Entity(3, 3, "PERSON"),), r"a: entities\[0\]: span \[3, 3\) is outside the text"),
        (
            (Entity(-1, 3, "PERSON"),),
            r"span \[-1, 3\) is outside the text; expected 0 <= start < end",
        ),
        ((Entity(13, 99, "GPE"),), r"span \[13, 99\) is outside the text; .* <= 26"),
        (
            (Mention(0, 8, "PER"),),
            r"a: entities\[0\]\.label: 'PER' is no label of ontonotes-18; expected one of PERSON",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused_in_prediction_and_gold(
    said: tuple[Entity, ...], message: str
) -> None:
    with pytest.raises(InvalidPrediction, match=message):
        score([TWO], [Prediction("a", said)])
    with pytest.raises(InvalidAnnotation, match="gold: .*" + message):
        score([Document(ARTICLE, said)], [Prediction("a", ())])


def test_odd_quotes_and_events_are_refused() -> None:
    quote = PredictedQuote("DIRECT", (Span(0, 8),))
    for quotes, message in (
        ((quote, quote), r"a: quotes: DIRECT \[0, 8\) overlaps"),
        ((PredictedQuote("DIRECT", ()),), r"a: quotes\[0\]\.fragments: empty"),
        (
            (PredictedQuote("DIRECT", (Span(0, 8),), Span(9, 99)),),
            r"a: quotes\[0\]\.cue: span \[9, 99\)",
        ),
        ((PredictedQuote("DIRECT", (Span(0, 8),), Span(-1, -1)),), r"quotes\[0\]\.cue: span \[-1"),
        ((replace(quote, speakers="Ana"),), r"a: quotes\[0\]\.speakers: Expected `array"),
        ((replace(quote, speakers=("Ana", 7)),), r"a: quotes\[0\]\.speakers\[1\]: Expected `str`"),
        ((replace(quote, fragments=("Ana",)),), r"a: quotes\[0\]\.fragments\[0\]: Expected `obj"),
        ((replace(quote, source="Ana"),), r"a: quotes\[0\]\.source: Expected `object"),
        ((replace(quote, source=False),), r"a: quotes\[0\]\.source: Expected `object"),
        ((replace(quote, speakers={"Ana": 1}),), r"a: quotes\[0\]\.speakers: Expected `array"),
        ({}, r"a: quotes: Expected `array \| null`, got `object`"),
        (("Ana",), r"a: quotes\[0\]: Expected `object`"),
        (7, r"a: quotes: Expected `array \| null`, got `int`"),
    ):
        with pytest.raises(InvalidPrediction, match=message):
            score([TWO], [Prediction("a", quotes=cast(Any, quotes))])
    arguments = (Argument(30, 40, "AGENT"),)
    with pytest.raises(
        InvalidAnnotation, match=r"gold: a: events\[0\]\.arguments\[0\]: span \[30, 40\)"
    ):
        score([Document(ARTICLE, events=(Event(9, 12, "MEET", arguments=arguments),))], [TWO])
    with pytest.raises(
        InvalidAnnotation, match=r"gold: a: events: \w+ \[9, 12\) overlaps \w+ \[9, 12\)"
    ):
        score([Document(ARTICLE, events=(Event(9, 12, "MEET"), Event(9, 12, "AID")))], [TWO])


def test_data_documents_and_predictions_may_be_scored() -> None:
    data = {"id": "a", "entities": [{"text": "Ana Ruiz", "label": "PERSON"}]}
    for said in (data, Document(ARTICLE, GOLD.entities[:1]), Prediction("a", GOLD.entities[:1])):
        found = score(iter([GOLD]), iter([said])).entities
        assert found is not None
        assert (found.precision, found.recall) == (1.0, 0.5)


def test_speakers_may_be_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """In predictions, too; they have the texts of their spans."""
    quote = Quote((Span(9, 12),), "DIRECT", None, None, (Span(0, 8),))
    gold = Document(ARTICLE, GOLD.entities, (quote,))
    named = PredictedQuote("DIRECT", quote.fragments, None, None, ("Ana Ruiz",))
    for said in (quote, named):
        found = score([gold], [Prediction("a", quotes=cast(Any, (said,)))]).quotes
        assert found is not None
        assert found["speakers"].f1 == 1
    outside = replace(quote, speakers=(Span(0, 99),))
    for refused in (
        Document(ARTICLE, quotes=(outside,)),
        Prediction("a", quotes=cast(Any, [outside])),
    ):
        with pytest.raises(
            InvalidPrediction, match=r"a: quotes\[0\]\.speakers\[0\]: span \[0, 99\)"
        ):
            score([gold], [refused])
    other = Document(replace(ARTICLE, id="b"), GOLD.entities, (quote,))
    for at_once in (500, 1):
        monkeypatch.setattr(importlib.import_module("dateline.score.objects"), "AT_ONCE", at_once)
        both = [gold, Prediction("b", (), (named,), ())]
        found = score([gold, other], both).quotes
        assert found is not None
        assert found["speakers"].f1 == 1


def test_what_is_sound_in_another_form_is_scored() -> None:
    """Data inside predictions, tuples inside data."""
    span = {"start": 0, "end": 8, "label": "PERSON"}
    for said in (
        Prediction("a", cast(Any, (span,))),
        {"id": "a", "entities": ({"text": "Ana Ruiz", "label": "PERSON"},)},
    ):
        found = score([GOLD], [said]).entities
        assert found is not None
        assert found.precision == 1


def test_figures_of_other_articles_are_not_verified() -> None:
    other = Document(replace(ARTICLE, id="b"), GOLD.entities)
    scored = score([GOLD], [GOLD])
    assert verify(scored, [GOLD], [GOLD]) == []
    for articles in ([other], [GOLD, other]):
        assert verify(scored, articles, articles) == [
            "entities: of other articles than those that are compared"
        ]


@pytest.mark.parametrize(
    ("gold", "said", "message"),
    [
        (None, [], "gold: a NoneType; expected documents, an Arrow table or a dataset"),
        (GOLD, [], "gold: a Document; expected documents"),
        (["a"], [], "gold: a str; expected documents"),
        (
            [Document(replace(ARTICLE, id=["a"]))],
            [],
            r"gold: document 0: article: Expected `str`, got `array` - at `\$\.id`",
        ),
        (
            [Document(cast(Any, None))],
            [],
            "gold: document 0: article: Expected `object`, got `null`",
        ),
        ([GOLD], None, "a NoneType; expected predictions, an Arrow table, a dataset or a file"),
        ([GOLD], GOLD, "a Document; expected predictions"),
        ([GOLD], Gold([GOLD]), "a Gold; expected predictions"),
        ([GOLD], ["a"], "'a' is no object; expected one with an id and layers"),
        (
            [GOLD],
            [Document(replace(ARTICLE, text="Another text."))],
            "a: the text is not that of gold; expected the same",
        ),
    ],
)
def test_what_is_neither_gold_nor_predictions_is_refused(
    gold: Any, said: Any, message: str
) -> None:
    with pytest.raises(InvalidPrediction if gold == [GOLD] else InvalidAnnotation, match=message):
        score(gold, said)


def test_gold_and_predictions_have_each_article_once() -> None:
    said = Prediction("a", ())
    with pytest.raises(InvalidPrediction, match="'a' is repeated"):
        score([GOLD], [said, said])
    with pytest.raises(
        InvalidAnnotation, match="gold: article 'a' is there twice; expected each once"
    ):
        score([GOLD, GOLD], [said])
    with pytest.raises(InvalidPrediction, match="unknown inventory 'foo'; expected one of onto"):
        score([GOLD], [said], "foo")  # type: ignore[arg-type]
    with pytest.raises(InvalidPrediction, match=r"unknown inventory \['uner-3'\]; expected one of"):
        score([GOLD], [said], ["uner-3"])  # type: ignore[arg-type]


def test_results_say_themselves_in_a_line_or_a_table() -> None:
    result = score([GOLD], [Prediction("a", GOLD.entities[:1])])
    assert result.entities is not None
    line = "exact: F1 0.6667, precision 1.0000, recall 0.5000, n 2"
    assert repr(result.entities["exact"]) == line
    assert repr(result.entities) in repr(result)
    assert "quotes: not handed in" in repr(result)
    assert "<th>quotes</th>" in result._repr_html_()
    assert len({result.entities, result.entities["exact"]}) == 2


def test_the_ranking_scores_alone() -> None:
    whole = score([GOLD], [GOLD])
    alone = score([GOLD], [GOLD], further=False)
    for layer in LAYERS:
        few, all_ = getattr(alone, layer), getattr(whole, layer)
        assert list(few.results) == [few.ranked_by]
        assert (few.counts == all_.counts).all()
    assert alone.claims is None
