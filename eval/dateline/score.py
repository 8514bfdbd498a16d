"""Scores of the three ranked layers, which are seqeval's.

A prediction is right when a gold span has the same start, end and label: an entity mention with its
label, a fragment of a quote's content with the quote's kind, a trigger with its event type
(Trig-C). Counted over all articles, this is seqeval's score with ``mode="strict"`` and
``scheme=IOB2`` on tags that lose nothing: `verify` cuts each text at every boundary of gold and
prediction, tags the pieces and lets seqeval count.

Everything is counted once, as true positives, false positives and false negatives for each article
and label; every figure is a function of those counts.

>>> from dateline.documents import Article, Document, Entity
>>> from dateline.predictions import Prediction
>>> article = Article("a", "Ana Ruiz thanked Oslo.")
>>> gold = Document(article, (Entity(0, 8, "PERSON"), Entity(17, 21, "GPE")))
>>> said = Prediction("a", entities=(Entity(0, 8, "PERSON"), Entity(17, 21, "ORG")))
>>> score([gold], [said]).entities.f1
0.5
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np

from .bio import cut, encode
from .corpus import Corpus
from .documents import LAYER_LABELS, LAYERS, Document, InvalidPrediction, Layer
from .predictions import Prediction, tagged_spans
from .statistics import PRF, Counts, macro, micro, weighted
from .tokens import TOKENIZER_VERSION

MATCH_RULE = {"entities": "strict", "quotes": "strict-fragments", "events": "trig-c"}
"""What counts as right in each layer, as the signature names it."""


class LayerScore(NamedTuple):
    """The score of one layer."""

    layer: Layer
    articles: tuple[str, ...]
    """Ids of the articles, in the order of the counts."""
    labels: tuple[str, ...]
    """Labels of the layer in alphabetical order, as seqeval has them."""
    counts: Counts
    """Shape (articles, labels, 3): true positives, false positives, false negatives."""

    @property
    def micro(self) -> PRF:
        """The figures over all spans alike; F1 is what the layer is ranked by."""
        return micro(self.counts.sum(axis=0))

    @property
    def macro(self) -> PRF:
        """The mean over the labels in gold or prediction."""
        return macro(self.counts.sum(axis=0))

    @property
    def weighted(self) -> PRF:
        """The mean over the labels, each weighted by its gold spans."""
        return weighted(self.counts.sum(axis=0))

    @property
    def precision(self) -> float:
        """Micro precision."""
        return self.micro.precision

    @property
    def recall(self) -> float:
        """Micro recall."""
        return self.micro.recall

    @property
    def f1(self) -> float:
        """Micro F1."""
        return self.micro.f1

    @property
    def per_type(self) -> dict[str, PRF]:
        """The figures of each label that is in gold or prediction."""
        total = self.counts.sum(axis=0)
        return {label: micro(total[i]) for i, label in enumerate(self.labels) if total[i].any()}


class Score(NamedTuple):
    """The scores of the layers that were handed in; None for one that was not."""

    entities: LayerScore | None
    quotes: LayerScore | None
    events: LayerScore | None


def score(gold: Sequence[Document], predictions: Sequence[Prediction]) -> Score:
    """Score *predictions* against *gold*.

    Args:
        gold: The documents of a split.
        predictions: One for each document, in any order, as `read_predictions` returns them.

    Raises:
        InvalidPrediction: an article is missing, unknown or repeated; a layer is handed in for some
            articles and not for others.
    """
    pairs = _paired(gold, predictions)
    return Score(*(_score_layer(layer, pairs) for layer in LAYERS))


def _paired(
    gold: Sequence[Document], predictions: Sequence[Prediction]
) -> list[tuple[Document, Prediction]]:
    by_id = {prediction.id: prediction for prediction in predictions}
    ids = {document.id for document in gold}
    wrong = {
        "repeated": [p.id for p in predictions if by_id[p.id] is not p],
        "unknown": [id for id in by_id if id not in ids],
        "missing": [document.id for document in gold if document.id not in by_id],
    }
    for how, found in wrong.items():
        if found:
            raise InvalidPrediction(f"article {found[0]!r} is {how}; expected each article once")
    return [(document, by_id[document.id]) for document in gold]


def _score_layer(layer: Layer, pairs: list[tuple[Document, Prediction]]) -> LayerScore | None:
    handed_in = [prediction.layer(layer) is not None for _, prediction in pairs]
    if not any(handed_in):
        return None
    if not all(handed_in):
        without = pairs[handed_in.index(False)][0].id
        raise InvalidPrediction(
            f"{without}: {layer} is absent here and handed in elsewhere; expected [] for none"
        )
    labels = tuple(sorted(LAYER_LABELS[layer]))
    counts = np.zeros((len(pairs), len(labels), 3), dtype=np.int64)
    index = {label: i for i, label in enumerate(labels)}
    for row, (document, prediction) in zip(counts, pairs, strict=True):
        right = set(tagged_spans(layer, getattr(document, layer)))
        said = set(prediction.layer(layer) or ())
        for outcome, spans in enumerate((right & said, said - right, right - said)):
            for _, _, label in spans:
                row[index[label], outcome] += 1
    return LayerScore(layer, tuple(document.id for document, _ in pairs), labels, counts)


def lossless_tags(
    layer: Layer, gold: Sequence[Document], predictions: Sequence[Prediction]
) -> tuple[list[list[str]], list[list[str]]]:
    """Return IOB2 tags of gold and of prediction, a sequence an article, over common pieces."""
    tags: tuple[list[list[str]], list[list[str]]] = ([], [])
    for document, prediction in _paired(gold, predictions):
        right = tagged_spans(layer, getattr(document, layer))
        said = prediction.layer(layer) or []
        pieces = cut(right, said)
        tags[0].append(encode(pieces, right))
        tags[1].append(encode(pieces, said))
    return tags


def seqeval_report(gold: list[list[str]], predicted: list[list[str]]) -> dict[str, PRF]:
    """Return what seqeval reports, strict and IOB2: a row a label, and its three averages.

    seqeval raises where there is no span at all; then all averages are 0.
    """
    averages = ("micro avg", "macro avg", "weighted avg")
    if not any(tag != "O" for sequence in (*gold, *predicted) for tag in sequence):
        return dict.fromkeys(averages, PRF(0.0, 0.0, 0.0, 0))
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    report: dict[str, dict[str, Any]] = classification_report(
        gold, predicted, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    return {
        name: PRF(
            float(row["precision"]),
            float(row["recall"]),
            float(row["f1-score"]),
            int(row["support"]),
        )
        for name, row in report.items()
    }


def verify(scored: Score, gold: Sequence[Document], predictions: Sequence[Prediction]) -> list[str]:
    """Recompute every figure with seqeval; return what differs, which is nothing."""
    differences = []
    for layer in LAYERS:
        ours = getattr(scored, layer)
        if ours is None:
            continue
        report = seqeval_report(*lossless_tags(layer, gold, predictions))
        mine = {
            **ours.per_type,
            "micro avg": ours.micro,
            "macro avg": ours.macro,
            "weighted avg": ours.weighted,
        }
        differences += [
            f"{layer} {name}: dateline {mine.get(name)}, seqeval {report.get(name)}"
            for name in sorted(mine.keys() | report.keys())
            if mine.get(name) != report.get(name)
        ]
    return differences


class Signature(NamedTuple):
    """Everything that a score depends on besides the predictions, generated from what was used."""

    layer: Layer
    match: str
    corpus: str
    split: str
    tok: int
    avg: str
    unit: str
    n: int
    ci: str
    seed: str
    seqeval: str
    v: str

    def __str__(self) -> str:
        said = "|".join(f"{field}:{value}" for field, value in self._asdict().items())
        return f"dateline|{said}"


def signature(scored: LayerScore, corpus: Corpus) -> Signature:
    """Return the signature of a layer's score on *corpus*."""
    return Signature(
        layer=scored.layer,
        match=MATCH_RULE[scored.layer],
        corpus=f"{corpus.name} {corpus.version}@{corpus.digest[:19]}",
        split=corpus.split,
        tok=TOKENIZER_VERSION,
        avg="micro",
        unit="article",
        n=len(scored.articles),
        ci="none",
        seed="none",
        seqeval=version("seqeval"),
        v=version("dateline"),
    )


def as_json(scored: Score, corpus: Corpus) -> dict[str, Any]:
    """Return scores as plain JSON data; None stands for a layer that was not handed in."""
    return {
        layer: None if found is None else _layer_json(found, corpus)
        for layer, found in scored._asdict().items()
    }


def _layer_json(scored: LayerScore, corpus: Corpus) -> dict[str, Any]:
    return {
        "signature": str(signature(scored, corpus)),
        "micro": scored.micro._asdict(),
        "macro": scored.macro._asdict(),
        "weighted": scored.weighted._asdict(),
        "types_averaged": len(scored.per_type),
        "per_type": {label: figures._asdict() for label, figures in scored.per_type.items()},
        "counts": {
            article: {
                label: [int(n) for n in row[i]]
                for i, label in enumerate(scored.labels)
                if row[i].any()
            }
            for article, row in zip(scored.articles, scored.counts, strict=True)
        },
    }
