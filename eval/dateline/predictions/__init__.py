"""Predictions: what a system says of each article, one JSON object a line.

    {"id": "an-article",
     "entities": [{"start": 36, "end": 43, "label": "NORP"}],
     "quotes": [{"kind": "DIRECT", "fragments": [{"start": 685, "end": 772}],
                 "cue": {"start": 779, "end": 783}, "source": {"start": 773, "end": 778},
                 "speakers": ["Vladimir Putin"]}],
     "events": [{"start": 79, "end": 88, "type": "ACCUSE", "realis": "ACTUAL",
                 "polarity": "POSITIVE", "arguments": [{"role": "AGENT", "start": 54, "end": 68}]}]}

A key that is absent was not handed in, and is not scored; ``null`` or ``[]`` says that there is
none. That holds for layers and for ``cue``, ``source``, ``speakers``, ``realis``, ``polarity`` and
``arguments``: each is there wherever it could be, or nowhere (`handed_in`). Labels of entities are
those of one inventory, OntoNotes' where nothing else is said.

Wherever a span stands, ``{"text": "Putin", "n": 2}`` may stand instead of offsets (see
`grounding`); beside offsets a ``text`` is allowed and must be what they say. Speakers are names, or
spans.
"""

from .checking import as_document, as_prediction, handed_in
from .files import (
    BYTES_A_CHARACTER,
    DECODER,
    has_keys,
    is_parquet,
    lines_of,
    parquet_batches,
    read_predictions,
    schema,
    write_predictions,
)
from .model import (
    FIELDS,
    PredictedArgument,
    PredictedEvent,
    PredictedQuote,
    Prediction,
    prediction_of,
    tagged_spans,
)

__all__ = [
    "BYTES_A_CHARACTER",
    "DECODER",
    "FIELDS",
    "PredictedArgument",
    "PredictedEvent",
    "PredictedQuote",
    "Prediction",
    "as_document",
    "as_prediction",
    "handed_in",
    "has_keys",
    "is_parquet",
    "lines_of",
    "parquet_batches",
    "prediction_of",
    "read_predictions",
    "schema",
    "tagged_spans",
    "write_predictions",
]
