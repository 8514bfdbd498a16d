"""Scores are seqeval's: on random data, on its own examples, and where it misbehaves."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from strategies import scored

from dateline import (
    LAYERS,
    Article,
    Corpus,
    Document,
    Entity,
    InvalidPrediction,
    Prediction,
    score,
    tokenize,
)
from dateline.bio import decode, encode
from dateline.predictions import prediction_of, tagged_spans
from dateline.score import as_json, lossless_tags, seqeval_report, verify


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
        report = seqeval_report(*tags)
        assert report == seqeval_report(*lossless_tags(layer, gold, predictions))
        assert report["micro avg"] == getattr(result, layer).micro


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
    with pytest.raises(InvalidPrediction, match="b: entities is absent here"):
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
    assert said["entities"]["counts"] == {"a": {"GPE": [1, 0, 0], "PERSON": [1, 0, 0]}}
    signature = said["entities"]["signature"]
    assert signature.startswith("dateline|layer:entities|match:strict|corpus:tiny 0.1.0@sha256:000")
    assert "|split:test|" in signature
    assert "|n:1|" in signature
    assert "|seqeval:1.2.2|" in signature
