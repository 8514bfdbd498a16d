"""The CRF baseline: sequences of tags by a linear-chain conditional random field.

The model is that of Lafferty, McCallum and Pereira (2001), its weights found by L-BFGS with both
penalties (OWL-QN; Andrew and Gao 2007), as Okazaki's CRFsuite does it. On data of your own in
CoNLL columns, ``python -m baselines.crf --help`` says how.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dateline import DatelineError, Document, Extractor

from . import tagging
from .features import attributes
from .tagging import Items

_PARAMETERS = {
    "c1": 0.1,
    "c2": 0.05,
    "max_iterations": 150,
    "feature.possible_transitions": True,
}

Sentence = list[tuple[str, str]]
"""Words with their tags."""


def build(train: Sequence[Document]) -> Extractor:
    """Return an extractor that is trained on *train*."""
    return tagging.train(train, learn)


def load(folder: Path) -> tagging.System:
    """Return the system that `tagging.System.save` has written to a folder."""
    return tagging.load(folder, Crf)


def learn(sequences: Sequence[Items], answers: Sequence[Sequence[str]]) -> "Crf":
    """Return a model of *answers*, the tags of *sequences*."""
    trainer = _crfsuite().Trainer(params=_PARAMETERS, verbose=False)
    for items, answer in zip(sequences, answers, strict=True):
        trainer.append(items, answer)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model")
        trainer.train(str(path))
        return Crf(path.read_bytes())


class Crf:
    """A trained model, over the bytes of CRFsuite's own file."""

    def __init__(self, data: bytes) -> None:
        """Take the contents of a file that CRFsuite has written."""
        self._data = data  # the tagger reads from these bytes as long as it lives
        self._tagger = _crfsuite().Tagger()
        self._tagger.open_inmemory(data)

    def tag(self, sequences: Sequence[Items]) -> list[list[str]]:
        """Return a tag for every item of every sequence."""
        return [self._tagger.tag(items) for items in sequences]

    def data(self) -> bytes:
        """Return the model as CRFsuite's own file."""
        return self._data


def _crfsuite() -> Any:
    try:
        import pycrfsuite  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise DatelineError(
            f"baselines.crf needs {error.name!r}, which is missing: "
            "pip install 'dateline[baselines]'"
        ) from None
    return pycrfsuite


def read_columns(path: Path) -> list[list[Sentence]]:
    """Return the articles in a file of CoNLL columns, their tags made IOB2.

    Columns are separated by white space, the word first, the tag last; an empty line ends a
    sentence, and a ``-DOCSTART-`` line begins an article. IOB1 and IOB2 are read by one rule.

    Raises:
        DatelineError: the file cannot be read, or a line is not such columns.
    """
    try:
        data = path.read_bytes()
        lines = data.decode().split("\n")
    except OSError as error:
        raise DatelineError(f"{path}: {error.strerror}; expected a file of columns") from None
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise DatelineError(f"{path}:{number}: {error.reason}; expected UTF-8") from None
    articles: list[list[Sentence]] = [[]]
    rows: list[list[str]] = []
    for number, line in enumerate([*lines, ""], start=1):
        columns = line.split()
        opens = columns[:1] == ["-DOCSTART-"]
        if columns and not opens:
            if len(columns) < 2 or not _is_tag(columns[-1]):
                raise DatelineError(
                    f"{path}:{number}: {line.strip()!r:.60}; expected columns, a word first and "
                    "last its tag: O, B-X or I-X"
                )
            rows.append(columns)
            continue
        if rows:
            found = tagging.spans([row[-1] for row in rows])
            tagged = tagging.tags(found, len(rows))
            articles[-1].append([(row[0], tag) for row, tag in zip(rows, tagged, strict=True)])
            rows = []
        if opens and articles[-1]:
            articles.append([])
    if not any(articles):
        raise DatelineError(f"{path}: no sentence; expected CoNLL columns")
    return [article for article in articles if article]


def _is_tag(tag: str) -> bool:
    return tag == "O" or (tag[:2] in ("B-", "I-") and len(tag) > 2)


def main(argv: Sequence[str] | None = None) -> int:
    """Train on a file of CoNLL columns, tag others, and print how well and how fast."""
    parser = argparse.ArgumentParser(
        prog="python -m baselines.crf",
        description="Train the entity tagger on CoNLL columns and score it on others.",
        epilog="Columns are separated by white space: the word first, its tag in IOB1 or IOB2 last."
        " An empty line ends a sentence, a -DOCSTART- line begins an article: attributes of a word"
        " tell of its other occurrences there. Scores are seqeval's micro averages with"
        " mode='strict' and scheme=IOB2.",
    )
    parser.add_argument("train", type=Path, help="file to train on, such as eng.train")
    parser.add_argument("others", type=Path, nargs="+", help="files to tag and score")
    options = parser.parse_args(argv)
    try:
        _report(options.train, options.others)
    except DatelineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _report(train: Path, others: Sequence[Path]) -> None:
    given = [read_columns(path) for path in (train, *others)]  # refused before, not after, training
    began = time.perf_counter()
    items = [one for article in given[0] for one in _attributes(article)]
    model = learn(items, [_tags(sentence) for article in given[0] for sentence in article])
    words = sum(map(len, items))
    print(f"{train}: {words} tokens, trained in {time.perf_counter() - began:.1f} s")
    for path, articles in zip(others, given[1:], strict=True):
        began = time.perf_counter()
        tagged = [tags for article in articles for tags in model.tag(_attributes(article))]
        # A tag that carries nothing on would not count: it begins a span.
        tagged = [tagging.tags(tagging.spans(tags), len(tags)) for tags in tagged]
        rate = sum(map(len, tagged)) / (time.perf_counter() - began)
        gold = [_tags(sentence) for article in articles for sentence in article]
        precision, recall, f1 = _strict(gold, tagged)
        print(
            f"{path}: precision {precision:.2%}, recall {recall:.2%}, F1 {f1:.2%}, "
            f"{rate:,.0f} tokens a second"
        )


def _attributes(article: Sequence[Sentence]) -> list[Items]:
    return [*attributes([[word for word, _ in sentence] for sentence in article])]


def _tags(sentence: Sentence) -> list[str]:
    return [tag for _, tag in sentence]


def _strict(gold: Sequence[list[str]], tagged: Sequence[list[str]]) -> tuple[float, float, float]:
    # v1 is what seqeval runs in mode="strict".
    from seqeval.metrics.v1 import precision_recall_fscore_support
    from seqeval.scheme import IOB2

    precision, recall, f1, _ = precision_recall_fscore_support(
        gold, tagged, average="micro", scheme=IOB2, zero_division=0
    )
    return float(precision), float(recall), float(f1)


if __name__ == "__main__":
    sys.exit(main())
