"""Scores while a token classifier trains."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dateline.conll import TAG, decode, misplaced

from .arrays import Spans, in_order
from .matching import equal_spans
from .result import Result, Tally

IGNORED = -100
"""The label of a token that is not scored: a special token, or a word piece that begins no word."""


def compute_metrics(labels: Sequence[str]) -> Callable[[Any], dict[str, float]]:
    """Return a ``compute_metrics`` for the ``Trainer`` of transformers.

    It scores tags, over the tokens that the model saw. What `dateline score` says of the same
    model's spans can differ: of words that were cut off nothing is asked here, and where words were
    split into pieces or sequences into windows, so may the spans be.

    Args:
        labels: The IOB2 tags in the order of the model's labels, such as
            ``dataset["train"].features["tags"].feature.names``.

    Returns:
        A function that takes an ``EvalPrediction``, or a pair of arrays: the logits with shape
        (sequences, tokens, labels), or the labels' numbers with shape (sequences, tokens); and the
        numbers of the true labels, `IGNORED` where a token is not scored. Of a tuple of predictions
        it takes the first, the logits of a model that has other outputs besides.

        It gives seqeval's micro ``precision``, ``recall`` and ``f1`` (``mode="strict"``,
        ``scheme=IOB2``), ``macro_f1``, each label's ``f1_LABEL``, and ``malformed`` and
        ``malformed_gold``: the numbers of predicted and of true tags that may not follow the one
        before. Their spans are not counted, as in seqeval's strict mode.

        It raises ValueError where the arrays' shapes do not belong together, or a scored token has
        a number that is no label's.

    Raises:
        ValueError: a label is no IOB2 tag or is there twice, or ``O`` is not there.

    >>> metrics = compute_metrics(["O", "B-PER", "I-PER"])
    >>> metrics(([[1, 2, 0, 2]], [[1, 2, 0, -100]]))["f1"]
    1.0
    """
    tags = list(labels)
    wrong = [tag for tag in tags if not TAG.fullmatch(str(tag)) or tag[0] not in "OBI"]
    if wrong:
        raise ValueError(f"label {wrong[0]!r} is no IOB2 tag; expected O, or B- or I- and a label")
    twice = [tag for i, tag in enumerate(tags) if tag in tags[:i]]
    if twice:
        raise ValueError(f"label {twice[0]!r} is repeated; expected each label once")
    if "O" not in tags:
        raise ValueError(f"label 'O' is missing; expected it among the {len(tags)} labels")
    names = in_order({tag[2:] for tag in tags if tag != "O"})

    def metrics(evaluated: Any) -> dict[str, float]:
        predicted, gold = _arrays(evaluated, len(tags))
        sequences = [
            tuple([tags[int(i)] for i in row[scored]] for row in (right, said))
            for right, said in zip(gold, predicted, strict=True)
            if (scored := right != IGNORED).any()
        ]
        right, said = (
            Spans.of(
                [
                    (i, start, end, names.index(label))
                    for i, both in enumerate(sequences)
                    for start, end, label in decode(both[side], "IOB2", "discard")
                ]
            )
            for side in (0, 1)
        )
        tally = Tally.of(right, said, equal_spans(right, said)[1])
        counts = tally.counts(len(sequences), len(names))
        ids = tuple(str(i) for i in range(len(sequences)))
        found = Result("strict", names, ids, counts)
        malformed = [
            sum(len(list(misplaced(x[side], "IOB2"))) for x in sequences) for side in (0, 1)
        ]
        return {
            "precision": found.precision,
            "recall": found.recall,
            "f1": found.f1,
            "macro_f1": found.macro.f1,
            **{f"f1_{label}": figures.f1 for label, figures in found.per_type.items()},
            "malformed": malformed[1],
            "malformed_gold": malformed[0],
        }

    return metrics


def _arrays(evaluated: Any, labels: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the numbers of the labels, predicted and true; of scored tokens they are checked."""
    said, right = tuple(evaluated)[:2]
    predicted, gold = np.asarray(said[0] if isinstance(said, tuple) else said), np.asarray(right)
    if gold.ndim != 2 or predicted.shape not in (gold.shape, (*gold.shape, labels)):
        raise ValueError(
            f"labels have shape {gold.shape}, predictions {predicted.shape}; expected (sequences, "
            f"tokens) for both, or (sequences, tokens, {labels}) for predictions"
        )
    if predicted.ndim == 3:
        predicted = predicted.argmax(axis=-1)
    scored = gold != IGNORED
    expected = f"expected 0 to {labels - 1}"
    for name, array, also in (("label", gold, f", or {IGNORED}"), ("prediction", predicted, "")):
        wrong = array[scored & ~np.isin(array, np.arange(labels))]
        if wrong.size:
            raise ValueError(f"{name} {wrong[0]} is no label's number; {expected}{also}")
    return predicted, gold
