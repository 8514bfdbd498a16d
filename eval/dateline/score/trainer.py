"""Scores while a token classifier trains."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dateline.conll import decode, misplaced

from .arrays import Spans, in_order
from .entities import strict
from .result import Result

IGNORED = -100
"""The label of a token that is not scored: a special token, or a word piece that begins no word."""


def compute_metrics(labels: Sequence[str]) -> Callable[[Any], dict[str, float]]:
    """Return a ``compute_metrics`` for the ``Trainer`` of transformers.

    Args:
        labels: The IOB2 tags in the order of the model's labels, such as
            ``dataset["train"].features["tags"].feature.names``.

    Returns:
        A function that takes an ``EvalPrediction``, or a pair of arrays: the logits with shape
        (sequences, tokens, labels), or the labels' numbers with shape (sequences, tokens); and the
        numbers of the true labels, `IGNORED` where a token is not scored. It gives seqeval's micro
        ``precision``, ``recall`` and ``f1`` (``mode="strict"``, ``scheme=IOB2``), ``macro_f1``,
        each label's ``f1_LABEL``, and ``malformed``: the number of predicted tags that may not
        follow the one before. Their spans are not counted, as in seqeval's strict mode.

    Raises:
        ValueError: a label is no IOB2 tag; the arrays' shapes do not belong together.

    >>> metrics = compute_metrics(["O", "B-PER", "I-PER"])
    >>> metrics(([[1, 2, 0, 2]], [[1, 2, 0, -100]]))["f1"]
    1.0
    """
    tags = list(labels)
    wrong = [tag for tag in tags if tag != "O" and tag[:2] not in ("B-", "I-")]
    if wrong:
        raise ValueError(f"label {wrong[0]!r} is no IOB2 tag; expected O, B-… or I-…")
    names = in_order({tag[2:] for tag in tags if tag != "O"})

    def metrics(evaluated: Any) -> dict[str, float]:
        predicted, gold = (np.asarray(array) for array in tuple(evaluated)[:2])
        if predicted.ndim == gold.ndim + 1:
            predicted = predicted.argmax(axis=-1)
        if predicted.shape != gold.shape:
            raise ValueError(f"labels have shape {gold.shape}, predictions {predicted.shape}")
        sequences = [
            tuple([tags[i] for i in row[scored].tolist()] for row in (right, said))
            for right, said in zip(gold, predicted, strict=True)
            if (scored := right != IGNORED).any()
        ]
        sides = [
            Spans.of(
                [
                    (i, start, end, names.index(label))
                    for i, both in enumerate(sequences)
                    for start, end, label in decode(both[side], "IOB2", "discard")
                ]
            )
            for side in (0, 1)
        ]
        counts = strict(sides[0], sides[1]).counts(len(sequences), len(names))
        ids = tuple(str(i) for i in range(len(sequences)))
        found = Result("strict", names, ids, counts)
        return {
            "precision": found.precision,
            "recall": found.recall,
            "f1": found.f1,
            "macro_f1": found.macro.f1,
            **{f"f1_{label}": figures.f1 for label, figures in found.per_type.items()},
            "malformed": sum(len(list(misplaced(both[1], "IOB2"))) for both in sequences),
        }

    return metrics
