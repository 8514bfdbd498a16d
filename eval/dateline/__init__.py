"""Dateline: a news corpus with entities, quotes and events, and the benchmark on it.

>>> [text[start:end] for text in ["Oslo said no."] for start, end in tokenize(text)]
['Oslo', 'said', 'no', '.']
"""

from .corpus import Corpus, load, open_corpus
from .documents import (
    ENTITY_LABELS,
    EVENT_TYPES,
    LAYERS,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    Argument,
    Article,
    DatelineError,
    Document,
    Entity,
    Event,
    InvalidAnnotation,
    InvalidCorpus,
    InvalidPrediction,
    Mention,
    Quote,
    Span,
    SystemNotFound,
    ground,
)
from .predictions import (
    PredictedArgument,
    PredictedEvent,
    PredictedQuote,
    Prediction,
    read_predictions,
    write_predictions,
)
from .score import Gold, LayerScore, Ranking, Result, Score, compute_metrics, score
from .score import compare_systems as compare
from .system import Extractor
from .tokens import paragraphs, sentences, tokenize

__all__ = [
    "ENTITY_LABELS",
    "EVENT_TYPES",
    "LAYERS",
    "POLARITIES",
    "QUOTE_KINDS",
    "REALIS",
    "ROLES",
    "Argument",
    "Article",
    "Corpus",
    "DatelineError",
    "Document",
    "Entity",
    "Event",
    "Extractor",
    "Gold",
    "InvalidAnnotation",
    "InvalidCorpus",
    "InvalidPrediction",
    "LayerScore",
    "Mention",
    "PredictedArgument",
    "PredictedEvent",
    "PredictedQuote",
    "Prediction",
    "Quote",
    "Ranking",
    "Result",
    "Score",
    "Span",
    "SystemNotFound",
    "compare",
    "compute_metrics",
    "ground",
    "load",
    "open_corpus",
    "paragraphs",
    "read_predictions",
    "score",
    "sentences",
    "tokenize",
    "write_predictions",
]
