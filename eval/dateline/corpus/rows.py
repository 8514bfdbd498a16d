"""The rows of the dataset: from documents to plain rows, and back, and their digest.

A row here is plain data with label *names*. What is written holds class ids instead; the digest is
taken over the names, so that it does not depend on who wrote the files.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dateline.bio import encode
from dateline.documents import (
    ENTITY_LABELS,
    EVENT_TYPES,
    LAYER_LABELS,
    LAYERS,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    SCHEME_VERSION,
    SPLITS,
    Article,
    Document,
    Layer,
    Span,
)
from dateline.predictions import tagged_spans
from dateline.tokens import paragraphs, sentences, tokenize

Row = dict[str, Any]
Rows = dict[str, dict[str, list[Row]]]
"""config → split → rows. Splits without an article are left out."""

CONFIGS: dict[str, str] = {
    "documents": "a row an article: the text, all layers as spans, tokens and sentences as offsets",
    "entities": "a row a paragraph: tokens, their offsets, entity mentions as IOB2 tags",
    "quotes": "a row a paragraph: tokens, their offsets, contents of quotes as IOB2 tags",
    "events": "a row a paragraph: tokens, their offsets, event triggers as IOB2 tags",
}
"""Config → what it holds. The first is the default."""

CLASSES: dict[str, tuple[str, ...]] = {
    "label": ENTITY_LABELS,
    "kind": QUOTE_KINDS,
    "type": EVENT_TYPES,
    "realis": REALIS,
    "polarity": POLARITIES,
    "role": ROLES,
}
"""Field of the ``documents`` config → the names of its classes, in the order of their ids."""


def tag_names(layer: Layer) -> tuple[str, ...]:
    """Return the IOB2 tags of a layer in the order of their class ids: O, B-X, I-X, B-Y, I-Y …."""
    return ("O", *(f"{prefix}-{label}" for label in LAYER_LABELS[layer] for prefix in "BI"))


def rows_of(documents: Iterable[Document]) -> Rows:
    """Return the rows of every config and split, sorted by article id."""
    rows: Rows = {config: {} for config in CONFIGS}
    in_order = sorted(documents, key=lambda document: document.id)
    for split in SPLITS:
        chosen = [document for document in in_order if document.article.split == split]
        if chosen:
            rows["documents"][split] = [document_row(document) for document in chosen]
            for layer in LAYERS:
                rows[layer][split] = [row for d in chosen for row in tag_rows(d, layer)]
    return rows


def document_row(document: Document) -> Row:
    """Return a document as a row of the ``documents`` config."""
    text = document.text

    def quoted(span: Span, **more: Any) -> Row:
        return {"start": span.start, "end": span.end, "text": span.of(text), **more}

    article = msgspec.to_builtins(document.article)
    del article["split"]
    return {
        **article,
        "tokens": [_offsets(token) for token in tokenize(text)],
        "sentences": [_offsets(sentence) for sentence in sentences(text)],
        "entities": [quoted(entity, label=entity.label) for entity in document.entities],
        "quotes": [
            {
                "kind": quote.kind,
                "fragments": [quoted(fragment) for fragment in quote.fragments],
                "cue": quoted(quote.cue) if quote.cue else None,
                "source": quoted(quote.source) if quote.source else None,
                "speakers": [quoted(speaker) for speaker in quote.speakers],
            }
            for quote in document.quotes
        ],
        "events": [
            quoted(
                event,
                type=event.type,
                realis=event.realis,
                polarity=event.polarity,
                arguments=[quoted(argument, role=argument.role) for argument in event.arguments],
            )
            for event in document.events
        ],
    }


def document_of(row: Row, split: str) -> Document:
    """Return the document that a row of the ``documents`` config holds; the inverse."""
    layers = {layer: row[layer] for layer in LAYERS}
    article = {key: row[key] for key in Article.__struct_fields__ if key != "split"}
    return msgspec.convert(
        {"article": {**article, "split": split}, **_without_texts(layers)}, Document
    )


def _without_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_texts(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_texts(item) for key, item in value.items() if key != "text"}
    return value


def tag_rows(document: Document, layer: Layer) -> list[Row]:
    """Return a layer as IOB2 tags, a row a paragraph; a span over a break begins again with B-."""
    spans = tagged_spans(layer, getattr(document, layer))
    tokens = tokenize(document.text)
    rows = []
    for number, (start, end) in enumerate(paragraphs(document.text)):
        inside = [token for token in tokens if start <= token[0] < end]
        clipped = [
            (first, last, label)
            for first, last, label in (_clip(span, inside) for span in spans)
            if first < last
        ]
        rows.append(
            {
                "id": document.id,
                "paragraph": number,
                "tokens": [document.text[first:last] for first, last in inside],
                "offsets": [_offsets(token) for token in inside],
                "tags": encode(inside, clipped),
            }
        )
    return rows


def _clip(span: tuple[int, int, str], tokens: Sequence[tuple[int, int]]) -> tuple[int, int, str]:
    """Return the part of *span* that the tokens cover; an empty one where there is none."""
    covered = [token for token in tokens if span[0] <= token[0] and token[1] <= span[1]]
    return (covered[0][0], covered[-1][1], span[2]) if covered else (0, 0, span[2])


def _offsets(pair: tuple[int, int]) -> Row:
    return {"start": pair[0], "end": pair[1]}


def digest(rows: Rows) -> str:
    """Return ``sha256:…`` over scheme version and rows of all configs, as canonical JSON."""
    said = {"scheme": SCHEME_VERSION, "rows": rows}
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
