"""Results and tables, made from predictions alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from dateline.corpus import Corpus
from dateline.documents import Document, InvalidPrediction
from dateline.files import json_text
from dateline.predictions import Prediction, prediction_of
from dateline.score import as_json

from .cards import SystemCard, card_text, check_card, stamped
from .entries import Entry, folders, read_entry, verified
from .tables import board

Passes = Mapping[str, Sequence[Document]]
"""Annotator → the documents as annotated before adjudication, one for each article of the split."""


def rank(
    folder: Path, corpus: Corpus, passes: Passes | None = None
) -> tuple[list[Entry], dict[Path, str]]:
    """Score and verify all systems in *folder*.

    Args:
        folder: A folder for each system.
        corpus: The split to score on.
        passes: Of the annotators.

    Returns:
        The entries by name, and the files that belong to them: path → content. Nothing is written.

    Raises:
        InvalidPrediction: a file of a system is refused, or is none of a system.
        DatelineError: seqeval finds another figure.
    """
    entries = [read_entry(path, corpus) for path in folders(folder)]
    return entries, _made(folder, entries, corpus, passes)


def submit(
    folder: Path,
    corpus: Corpus,
    card: SystemCard,
    predictions: Sequence[Prediction],
    passes: Passes | None = None,
    *,
    replace: bool = False,
) -> tuple[list[Entry], dict[Path, str]]:
    """Score and verify all systems in *folder*, and one that comes to them.

    Args:
        folder: A folder for each system.
        corpus: The split to score on.
        card: What is said of the system that comes.
        predictions: Its own, as `read_predictions` returns them.
        passes: Of the annotators.
        replace: Whether it may take the place of a system of its name.

    Returns:
        As `rank` does. Nothing is written.

    Raises:
        InvalidPrediction: the card is refused; there is a system of that name.
        DatelineError: seqeval finds another figure.
    """
    check_card(card)
    own = folder / card.name
    others = [path for path in folders(folder) if path.name != card.name]
    if (own / "system.json").exists() and not replace:
        raise InvalidPrediction(
            f"{own}: there is a system of that name; expected another name, or --replace"
        )
    card = stamped(card, corpus)
    scored = verified(corpus, predictions, str(own), card.inventory)
    entries = [Entry(own, card, scored), *(read_entry(path, corpus) for path in others)]
    entries.sort(key=lambda entry: entry.folder)
    made = {
        own / "predictions.jsonl": "".join(
            f"{msgspec.json.encode(prediction).decode()}\n" for prediction in predictions
        ),
        own / "system.json": card_text(card),
    }
    return entries, made | _made(folder, entries, corpus, passes)


def _made(
    folder: Path, entries: list[Entry], corpus: Corpus, passes: Passes | None
) -> dict[Path, str]:
    """Return the results and the tables of *entries*: path → content."""
    if not entries:
        raise InvalidPrediction(f"{folder}: no system; expected folders with a system.json")
    if not any(entry.card.split in ("", corpus.split) for entry in entries):
        raise InvalidPrediction(
            f"{folder}: no system has predictions on {corpus.split!r}; expected the split of one"
        )
    names = [entry.card.name.casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise InvalidPrediction(f"{folder}: two systems have one name; expected a name each")
    made = {
        # A stale system has no figures here, so it may not keep any that nobody could check.
        entry.folder / "result.json": json_text(
            {
                "system": entry.card.name,
                "scores": as_json(entry.scored, corpus) if entry.scored else None,
            }
        )
        for entry in entries
    }
    ceilings = {
        name: verified(corpus, [prediction_of(document) for document in documents], name)
        for name, documents in (passes or {}).items()
    }
    return made | {folder / "README.md": board(entries, corpus, ceilings)}
