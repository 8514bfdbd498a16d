"""The leaderboard: what systems predicted, scored again each time.

A system is a folder with ``predictions.jsonl``, ``system.json`` and ``result.json``.
`rank` scores every predictions file again, has seqeval recompute each figure, and writes the
results and one table a layer. Figures that are handed in are never read. Beside the systems stand
the annotators' passes from before adjudication, scored in the same way: a ceiling, and no system.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from . import files
from .corpus import Corpus
from .documents import (
    INVENTORIES,
    LAYERS,
    DatelineError,
    Document,
    InvalidPrediction,
    Inventory,
    Layer,
)
from .documents.strictjson import loads
from .predictions import Prediction, prediction_of, read_predictions
from .score import RANKED_BY, Comparison, LayerScore, Ranking, Score, as_json, rank_systems
from .score.ranking import p_text, reasons
from .score.tables import interval_text


class SystemCard(msgspec.Struct, forbid_unknown_fields=True):
    """What ``system.json`` says of a system."""

    name: str
    """As the leaderboard prints it."""
    description: str
    """One sentence: how it works."""
    code: str
    """A link to the code, or ``module:attr`` inside this repository."""
    trained_on: str
    """Everything it has learnt from, such as ``train`` of this corpus; ``nothing`` if nothing."""
    licence: str
    """Of the code."""
    inventory: Inventory
    """Its entity labels: the same letters mean different things, so it is declared."""
    digest: str = ""
    """The content digest of the corpus that its predictions were made on."""
    split: str = ""
    """The split that they were made on."""


class Entry(NamedTuple):
    """A system on the leaderboard."""

    folder: Path
    card: SystemCard
    scored: Score | None
    """None where its predictions are stale: made on another content digest or split."""


def read_card(path: Path) -> SystemCard:
    """Read a ``system.json``.

    Raises:
        InvalidPrediction: it is missing, not JSON, or lacks a field.
    """
    try:
        return msgspec.convert(loads(path.read_bytes()), SystemCard)
    except OSError as error:
        fields = ", ".join(SystemCard.__struct_fields__)
        raise InvalidPrediction(
            f"{path}: cannot be read ({error.strerror}); expected a JSON object with {fields}"
        ) from None
    except (ValueError, msgspec.ValidationError) as error:
        raise InvalidPrediction(
            f"{path}: {error}; expected {', '.join(SystemCard.__struct_fields__)}, and inventory "
            f"one of {', '.join(INVENTORIES)}"
        ) from None


def card_beside(predictions: Path) -> SystemCard | None:
    """Return the card of a ``predictions.jsonl``, the ``system.json`` in its folder, if any.

    Raises:
        InvalidPrediction: as `read_card` does.
    """
    card = predictions.parent / "system.json"
    return read_card(card) if predictions.name == "predictions.jsonl" and card.exists() else None


def made_on(card: SystemCard, corpus: Corpus) -> bool:
    """Say whether a card's predictions were made on this content and split, as far as it says."""
    said = (card.digest or corpus.digest, card.split or corpus.split)
    return said == (corpus.digest, corpus.split)


def stamp_card(predictions: Path, card: SystemCard, corpus: Corpus) -> None:
    """Write into the card of a predictions file on what corpus and split they were made."""
    card = msgspec.structs.replace(card, digest=corpus.digest, split=corpus.split)
    files.write(predictions.parent / "system.json", _dump(msgspec.to_builtins(card)))


def rank(
    folder: Path, corpus: Corpus, passes: Mapping[str, Sequence[Document]] | None = None
) -> tuple[list[Entry], dict[Path, str]]:
    """Score and verify all systems in *folder*.

    Args:
        folder: A folder for each system.
        corpus: The split to score on.
        passes: Annotator → the documents as annotated before adjudication, one for each article of
            the split.

    Returns:
        The entries by name, and the files that belong to them: path → content. Nothing is written.

    Raises:
        InvalidPrediction: a file of a system is refused.
        DatelineError: seqeval finds another figure.
    """
    entries = [_entry(path.parent, corpus) for path in sorted(folder.glob("*/system.json"))]
    if not entries:
        raise InvalidPrediction(f"{folder}: no system; expected folders with a system.json")
    if not any(entry.card.split in ("", corpus.split) for entry in entries):
        raise InvalidPrediction(
            f"{folder}: no system has predictions on {corpus.split!r}; expected the split of one"
        )
    names = [entry.card.name for entry in entries]
    if len(set(names)) < len(names):
        raise InvalidPrediction(f"{folder}: two systems have one name; expected a name each")
    made = {
        entry.folder / "result.json": _dump(
            {"system": entry.card.name, "scores": as_json(entry.scored, corpus)}
        )
        for entry in entries
        if entry.scored
    }
    ceilings = {
        name: _verified(corpus, [prediction_of(document) for document in documents], name)
        for name, documents in (passes or {}).items()
    }
    made[folder / "README.md"] = board(entries, corpus, ceilings)
    return entries, made


def _entry(folder: Path, corpus: Corpus) -> Entry:
    card = read_card(folder / "system.json")
    if (card.digest, card.split) != (corpus.digest, corpus.split):
        return Entry(folder, card, None)
    articles = [document.article for document in corpus.documents]
    predictions = read_predictions(folder / "predictions.jsonl", articles, card.inventory)
    return Entry(folder, card, _verified(corpus, predictions, str(folder), card.inventory))


def _verified(
    corpus: Corpus,
    predictions: Sequence[Prediction],
    whose: str,
    inventory: Inventory = "ontonotes-18",
) -> Score:
    comparison = Comparison.of(corpus.documents, predictions, inventory)
    scored = comparison.score()
    differences = comparison.differences(scored)
    if differences:
        raise DatelineError(f"{whose}: not what seqeval counts: {differences[0]}")
    return scored


def board(entries: list[Entry], corpus: Corpus, ceilings: Mapping[str, Score] | None = None) -> str:
    """Return the leaderboard as Markdown; *ceilings* are the scores of annotators' passes."""
    n = len(corpus.documents)
    lines = [
        "# Leaderboard",
        "",
        "Made by `dateline rank`; do not edit.",
        f"{corpus.name} {corpus.version}, split `{corpus.split}`, articles: {n},",
        f"content `{corpus.digest}`.",
        "Systems are ranked by figures of seqeval (strict, IOB2); all that seqeval defines were",
        "recomputed by seqeval.",
    ]
    for layer in LAYERS:
        lines += ["", f"## {layer.capitalize()}", "", *_table(layer, entries, ceilings or {})]
    lines += _claims(entries, ceilings or {})
    if ceilings:
        lines += ["", "*In italics: an annotator's pass from before adjudication, no system.*"]
    lines += ["", "## Systems", "", "| system | how | trained on | code | licence |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for entry in entries:
        card = entry.card
        cells = (card.name, card.description, card.trained_on, card.code, card.licence)
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    stale = [entry.card.name for entry in entries if entry.scored is None]
    if stale:
        lines += ["", f"Stale, made on another content or split, not ranked: {', '.join(stale)}."]
    return "\n".join(lines) + "\n"


Scored = tuple[LayerScore, str]
"""A layer's scores, and the name of whose they are as a table prints it."""


def _table(layer: Layer, entries: list[Entry], ceilings: Mapping[str, Score]) -> list[str]:
    found = _scored(layer, entries)
    ranked, others = (
        [one for one in found if (one[0].ranked_by == RANKED_BY[layer]) is ranks]
        for ranks in (True, False)
    )
    passes = _passes(layer, ceilings)
    if not found:
        return ["No system hands this layer in."]
    scores = {entry.card.name: entry.scored for entry in entries if entry.scored}
    ranking = rank_systems(scores, layer)
    standings = dict(zip(ranking.systems, ranking.found.standings, strict=True)) if ranking else {}
    lines = [
        "| system | F1 | 95 % | ranks | precision | recall | macro F1 | weighted F1 | gold spans |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for scored, name in [*ranked, *passes]:
        standing = standings.get(name)
        ranks = "–".join(map(str, dict.fromkeys(standing.ranks))) if standing else ""
        cells = [f"{100 * scored.f1:.1f}", interval_text(scored.interval), ranks]
        cells += [f"{100 * value:.1f}" for value in (scored.precision, scored.recall)]
        cells += [f"{100 * scored.macro.f1:.1f} ({len(scored.per_type)} types)"]
        cells += [f"{100 * scored.weighted.f1:.1f}", str(scored.micro.support)]
        lines.append(_line(name, cells))
    told = [line for one in [ranking] if one for line in (*_differences(one), "", *reasons(one))]
    return [*lines, *told, "", *_further([*ranked, *others, *passes])]


def _differences(ranking: Ranking) -> list[str]:
    """Return a table of the pairs that are tested."""
    tested = [pair for pair in ranking.found.pairs if pair.p is not None]
    if not tested:
        return []
    lines = ["", "| difference | F1 | 95 % | p | p (Holm) |", "| --- | ---: | ---: | ---: | ---: |"]
    for pair in tested:
        name = f"{ranking.systems[pair.a]} − {ranking.systems[pair.b]}" + " \\*" * pair.significant
        cells = [f"{100 * pair.difference:.1f}", interval_text(pair.interval)]
        lines.append(_line(name, [*cells, p_text(pair.p), p_text(pair.adjusted)]))
    return lines


def _claims(entries: list[Entry], ceilings: Mapping[str, Score]) -> list[str]:
    found = [*_scored("claims", entries), *_passes("claims", ceilings)]
    if not found:
        return []
    lines = ["", "## Claims", "", "Who is said to say what happens; not ranked.", ""]
    lines += ["| system | F1 | precision | recall | gold claims |", "| --- " + "| ---: " * 4 + "|"]
    for scored, name in found:
        cells = [f"{100 * value:.1f}" for value in (scored.f1, scored.precision, scored.recall)]
        lines.append(_line(name, [*cells, str(scored.micro.support)]))
    return lines


def _further(found: Sequence[Scored]) -> list[str]:
    """Return a table of the F1 of every score besides the one that ranks."""
    names = [name for name in found[0][0].results if name not in RANKED_BY.values()]
    lines = [
        "F1 of the other scores:",
        "",
        "| system | " + " | ".join(f"`{name}`" for name in names) + " |",
        "| --- " + "| ---: " * len(names) + "|",
    ]
    for scored, whose in found:
        results = [scored.results[name] for name in names]
        cells = ["–" if result is None else f"{100 * result.f1:.1f}" for result in results]
        lines.append(_line(whose, cells))
    return lines


def _scored(layer: str, entries: list[Entry]) -> list[Scored]:
    """Return the systems that hand a layer in, the best first."""
    found: list[Scored] = [
        (scored, entry.card.name)
        for entry in entries
        if entry.scored and (scored := getattr(entry.scored, layer)) is not None
    ]
    return sorted(found, key=lambda one: (-one[0].f1, one[1]))


def _passes(layer: str, ceilings: Mapping[str, Score]) -> list[Scored]:
    return [
        (found, f"*pass of {name}*")
        for name, scores in sorted(ceilings.items())
        if (found := getattr(scores, layer)) is not None
    ]


def _line(name: str, cells: Sequence[str]) -> str:
    return f"| {_cell(name)} | " + " | ".join(cells) + " |"


def _cell(text: str) -> str:
    """Return *text* as it may stand in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
