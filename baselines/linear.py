"""The linear baseline: each token is classified on its own, and what is no IOB2 is mended.

A logistic regression a tag, one against the rest, by averaged stochastic gradient descent over
hashed attributes (scikit-learn; Weinberger et al. 2009). Where the best tags of a sequence are no
IOB2, the best sequence that is replaces them (Viterbi 1967).
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dateline import DatelineError, Document, Extractor

from . import tagging
from .tagging import Items

Scores = NDArray[np.float32]

_COLUMNS = 1 << 19
_EPOCHS = 10


def build(train: Sequence[Document]) -> Extractor:
    """Return an extractor that is trained on *train*."""
    return tagging.train(train, learn)


def load(folder: Path) -> tagging.System:
    """Return the system that `tagging.System.save` has written to a folder."""
    return tagging.load(folder, Linear.read)


def learn(sequences: Sequence[Items], answers: Sequence[Sequence[str]]) -> "Linear":
    """Return a model of *answers*, the tags of *sequences*."""
    try:
        from sklearn.linear_model import SGDClassifier  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    given = [tag for answer in answers for tag in answer]
    labels = sorted(set(given))
    if len(labels) == 1:
        return Linear(labels, np.zeros((_COLUMNS, 1), np.float32), np.zeros(1, np.float32))
    model = SGDClassifier(
        loss="log_loss",
        alpha=1e-6,
        learning_rate="constant",
        eta0=0.1,
        average=True,
        max_iter=_EPOCHS,
        tol=None,
        random_state=0,
    )
    model.fit(_hashed(sequences), given)
    weights, bias = model.coef_.T, model.intercept_
    if len(labels) == 2:  # scikit-learn keeps one of two that are each other's opposite
        weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
    return Linear(labels, np.ascontiguousarray(weights, np.float32), bias.astype(np.float32))


def _hashed(sequences: Sequence[Items]) -> Any:
    """Return a sparse matrix with a row for each item."""
    try:
        from sklearn.feature_extraction import FeatureHasher  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    hasher = FeatureHasher(_COLUMNS, input_type="string", dtype=np.float32)
    return hasher.transform(item for items in sequences for item in items)


def _missing(error: ModuleNotFoundError) -> DatelineError:
    return DatelineError(
        f"baselines.linear needs {error.name!r}, which is missing: "
        "pip install 'dateline[baselines]'"
    )


class Linear:
    """A weight for each attribute and tag."""

    def __init__(self, labels: Sequence[str], weights: Scores, bias: Scores) -> None:
        """Take the tags, a column of weights for each, and what each has to begin with."""
        self._labels = labels
        self._weights = weights
        self._bias = bias
        self._allowed = np.array(
            [[_may_follow(label, before) for before in labels] for label in labels]
        )
        self._may_open = np.array([_may_follow(label, "O") for label in labels])

    def tag(self, sequences: Sequence[Items]) -> list[list[str]]:
        """Return a tag for every item of every sequence, in IOB2."""
        if not sequences:
            return []
        scores = _hashed(sequences) @ self._weights + self._bias
        edges = np.cumsum([len(items) for items in sequences])[:-1]
        return [
            [self._labels[label] for label in self._best(part)] for part in np.split(scores, edges)
        ]

    def _best(self, scores: Scores) -> list[int]:
        """Return the sequence of tags with the highest sum of scores that is IOB2."""
        best = scores.argmax(axis=1)
        if self._may_open[best[0]] and self._allowed[best[1:], best[:-1]].all():
            return list(best)
        total = np.where(self._may_open, scores[0], -np.inf)
        origins = []
        for row in scores[1:]:
            reached = np.where(self._allowed, total, -np.inf)
            origins.append(reached.argmax(axis=1))
            total = reached.max(axis=1) + row
        path = [int(total.argmax())]
        for origin in reversed(origins):
            path.append(int(origin[path[-1]]))
        return path[::-1]

    def data(self) -> bytes:
        """Return the model as an ``.npz`` file; only columns that are not zero are in it."""
        used = np.flatnonzero(self._weights.any(axis=1)).astype(np.int32)
        file = io.BytesIO()
        labels = np.array(self._labels)
        weights = self._weights[used]
        np.savez(file, labels=labels, used=used, weights=weights, bias=self._bias)
        return file.getvalue()

    @classmethod
    def read(cls, data: bytes) -> "Linear":
        """Return the model that `data` has made; nothing in it is run."""
        with np.load(io.BytesIO(data), allow_pickle=False) as saved:
            weights = np.zeros((_COLUMNS, len(saved["labels"])), np.float32)
            weights[saved["used"]] = saved["weights"]
            return cls(saved["labels"].tolist(), weights, saved["bias"])


def _may_follow(tag: str, before: str) -> bool:
    """Say whether IOB2 lets *tag* stand after *before*; a label that is no tag may stand anywhere.

    >>> _may_follow("I-ORG", "B-ORG"), _may_follow("I-ORG", "O"), _may_follow("B-ORG", "I-GPE")
    (True, False, True)
    """
    return not tag.startswith("I-") or before[2:] == tag[2:]
