"""seqeval's word on every score that it defines.

seqeval counts tags. For it, and nowhere else, each text is cut at every boundary of gold and
prediction; over these pieces IOB2 tags lose nothing, so that seqeval, strict, counts exactly what
equality of spans counts.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from dateline.bio import LabelledSpan, cut, encode
from dateline.statistics import PRF

from .arrays import Spans
from .result import Result

Tags = list[list[str]]


def lossless_tags(
    gold: Spans, said: Spans, labels: Sequence[str], articles: int
) -> tuple[Tags, Tags]:
    """Return IOB2 tags of both sides, a sequence an article, over common pieces."""
    tags: tuple[Tags, Tags] = ([], [])
    for sides in zip(
        *(_by_article(spans, labels, articles) for spans in (gold, said)), strict=True
    ):
        pieces = cut(*sides)
        for side, spans in zip(tags, sides, strict=True):
            side.append(encode(pieces, spans))
    return tags


def _by_article(spans: Spans, labels: Sequence[str], articles: int) -> list[list[LabelledSpan]]:
    names = [labels[label] for label in spans.label.tolist()]
    if spans.value is not None:
        names = [f"{n}+{value}" for n, value in zip(names, spans.value.tolist(), strict=True)]
    rows = list(zip(spans.start.tolist(), spans.end.tolist(), names, strict=True))
    edges = np.searchsorted(spans.article, np.arange(articles + 1)).tolist()
    return [rows[first:last] for first, last in itertools.pairwise(edges)]


def seqeval_report(gold: Tags, predicted: Tags) -> dict[str, PRF]:
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


def differences(result: Result, gold: Spans, said: Spans) -> list[str]:
    """Recompute a result from the spans that it compares; return what seqeval has otherwise.

    Where spans are compared by a value besides their label, seqeval's rows are of label and value
    together, so that its average over all is all that can be compared.
    """
    report = seqeval_report(*lossless_tags(gold, said, result.labels, len(result.articles)))
    ours = {"micro avg": result.micro}
    if gold.value is None:
        ours |= result.per_type
        ours |= {"macro avg": result.macro, "weighted avg": result.weighted}
    names = ours.keys() | (report.keys() if gold.value is None else set())
    return [
        f"{result.name} {name}: dateline {ours.get(name)}, seqeval {report.get(name)}"
        for name in sorted(names)
        if ours.get(name) != report.get(name)
    ]
