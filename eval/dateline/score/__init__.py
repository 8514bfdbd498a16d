"""Scores of spans, links and claims; those that seqeval defines are seqeval's.

Each score is a function whose docstring defines it, in `entities`, `quotes` and `events`; they are
listed in `measures`. Whatever is handed in becomes arrays once (`inputs`), gold and a prediction an
`alignment`; a score says which items are right (`Tally`); from that comes one table of
true and false positives and false negatives by article and label (`Result`), and every figure is a
function of that table.

>>> from dateline.documents import Article, Document, Entity
>>> from dateline.predictions import Prediction
>>> article = Article("a", "Ana Ruiz thanked Oslo.")
>>> gold = Document(article, (Entity(0, 8, "PERSON"), Entity(17, 21, "GPE")))
>>> said = Prediction("a", entities=(Entity(0, 8, "PERSON"), Entity(17, 21, "ORG")))
>>> found = score([gold], [said]).entities
>>> found.f1, found["exact"].f1
(0.5, 1.0)
"""

from dateline.documents import Article, Inventory

from .analysis import ERROR_KINDS, Confusion, Error, Slice
from .comparison import Comparison
from .inputs import Annotated, Gold, Predicted, Predictions
from .judge import lossless_tags, seqeval_report
from .measures import MEASURES, RANKED_BY, Measure
from .output import as_json
from .ranking import Ranking, compare_systems, how, rank_systems, ranking_json, ranking_lines
from .result import Items, LayerScore, Result, Score, Tally
from .signature import Signature, signature
from .trainer import compute_metrics

__all__ = [
    "ERROR_KINDS",
    "MEASURES",
    "RANKED_BY",
    "Comparison",
    "Confusion",
    "Error",
    "Gold",
    "Items",
    "LayerScore",
    "Measure",
    "Predicted",
    "Ranking",
    "Result",
    "Score",
    "Signature",
    "Slice",
    "Tally",
    "as_json",
    "compare_systems",
    "compute_metrics",
    "example",
    "how",
    "lossless_tags",
    "rank_systems",
    "ranking_json",
    "ranking_lines",
    "score",
    "seqeval_report",
    "signature",
    "verify",
]


def score(
    gold: Annotated,
    predictions: Predictions,
    inventory: Inventory = "ontonotes-18",
    *,
    further: bool = True,
) -> Score:
    """Score *predictions* against *gold*.

    Args:
        gold: The documents of a split; or the rows of the ``documents`` config, as an Arrow table
            or a `datasets.Dataset`; or `Gold`, where there is more than one to score.
        predictions: One for each document, in any order: as `read_predictions` returns them, as
            data of that shape, or documents whose own annotations are scored. Or an Arrow table or
            a `datasets.Dataset` of that shape; or the path of a file, JSON lines or Parquet.
        inventory: Of the predictions' entity labels. A smaller one is scored under its map, and has
            none of the scores that need all labels.
        further: Whether the scores are wanted that do not rank; without them it is quicker.

    Raises:
        InvalidPrediction: an article is missing, unknown or repeated; a layer or field is handed in
            in some places and not in others; a label is not of the inventory; a span is outside the
            text or overlaps another of its layer.
        InvalidAnnotation: gold has such a span, or an article twice.
    """
    return Comparison.of(gold, predictions, inventory).score(further)


def verify(
    scored: Score,
    gold: Annotated,
    predictions: Predictions,
    inventory: Inventory = "ontonotes-18",
) -> list[str]:
    """Recompute with seqeval every figure that it defines; return what differs: nothing."""
    return Comparison.of(gold, predictions, inventory).differences(scored)


def example(text: str, gold: str, said: str) -> Score:
    """Score annotations of one text, each as lines of the text form, parted by semicolons.

    It is for definitions and tests; every field counts as handed in.

    >>> example("Bo left.", "PERSON [Bo]", "PERSON [Bo]").entities.f1
    1.0
    """
    from dateline.textform import from_lines

    article = Article("example", text)
    right, claimed = (
        from_lines([line.strip() for line in lines.split(";")], article) for lines in (gold, said)
    )
    return score([right], [claimed])
