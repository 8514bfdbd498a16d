"""Scores as JSON: plain numbers, every count."""

from collections.abc import Mapping
from typing import Any

from dateline.bio import LabelledSpan
from dateline.corpus import Corpus

from .analysis import Error, Slice
from .result import LayerScore, Result, Score
from .signature import signature


def as_json(scored: Score, corpus: Corpus | None = None) -> dict[str, Any]:
    """Return scores as plain JSON data; None stands for what was not handed in.

    On a corpus each score has its signature.
    """
    return {
        layer: None if found is None else _layer(found, corpus)
        for layer, found in scored._asdict().items()
    }


def _layer(scored: LayerScore, corpus: Corpus | None) -> dict[str, Any]:
    return {
        "ranked_by": scored.ranked_by,
        "inventory": scored.inventory,
        "scores": {
            name: None if result is None else {**_signed(scored, corpus, name), **_result(result)}
            for name, result in scored.results.items()
        },
    }


def _signed(scored: LayerScore, corpus: Corpus | None, name: str) -> dict[str, str]:
    return {"signature": str(signature(scored, corpus, name))} if corpus else {}


def _result(result: Result) -> dict[str, Any]:
    return {
        "micro": result.micro._asdict(),
        "interval": result.interval,
        "no_interval": result.no_interval,
        "macro": result.macro._asdict(),
        "weighted": result.weighted._asdict(),
        "types_averaged": len(result.per_type),
        "per_type": {label: figures._asdict() for label, figures in result.per_type.items()},
        "scale": result.scale,
        "counts": {
            article: {
                label: [int(n) for n in row[i]]
                for i, label in enumerate(result.labels)
                if row[i].any()
            }
            for article, row in zip(result.articles, result.counts, strict=True)
        },
    }


def error_json(error: Error, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return an error as plain JSON data; *texts* are the articles' by id."""

    def span(said: LabelledSpan | None) -> dict[str, Any] | None:
        if said is None:
            return None
        start, end, label = said
        text = texts[error.article][start:end]
        return {"start": start, "end": end, "label": label, "text": text}

    return {
        "kind": error.kind,
        "article": error.article,
        "gold": span(error.gold),
        "said": span(error.said),
    }


def slice_json(one: Slice) -> dict[str, Any]:
    """Return a slice as plain JSON data."""
    return {**one._asdict(), **one.figures._asdict()}
