"""The systems of a leaderboard's folder, read with suspicion: anybody may have handed them in."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dateline.corpus import Corpus
from dateline.documents import DatelineError, InvalidPrediction, Inventory
from dateline.predictions import BYTES_A_CHARACTER, Prediction, read_predictions
from dateline.score import Comparison, Score

from .cards import SystemCard, read_card

FILES = ("predictions.jsonl", "result.json", "system.json")
"""What a system's folder holds, and nothing else."""


class Entry(NamedTuple):
    """A system on the leaderboard."""

    folder: Path
    card: SystemCard
    scored: Score | None
    """None where its predictions are stale: made on another content digest or split."""


def folders(board: Path) -> Iterator[Path]:
    """Yield the folders of the systems in *board*.

    Raises:
        InvalidPrediction: something else lies there, or in one of them, or a link.
    """
    for path in sorted(board.iterdir()) if board.is_dir() else ():
        if path.name == "README.md" and _plain(path):
            continue
        if path.is_symlink() or not path.is_dir():
            raise InvalidPrediction(f"{path}: expected a folder a system, README.md, nothing else")
        inside = sorted(path.iterdir())
        for file in inside:
            if file.name not in FILES or not _plain(file):
                raise InvalidPrediction(
                    f"{file}: expected plain files {', '.join(FILES)}, nothing else"
                )
        if inside:  # git keeps no empty folder
            yield path


def read_entry(folder: Path, corpus: Corpus) -> Entry:
    """Read and score the system in *folder*.

    Raises:
        InvalidPrediction: its card or its predictions are refused.
        DatelineError: seqeval finds another figure.
    """
    card = read_card(folder / "system.json")
    if card.name != folder.name:
        raise InvalidPrediction(
            f"{folder / 'system.json'}: name: {card.name!r}; expected {folder.name!r}, its folder's"
        )
    if (card.digest, card.split) != (corpus.digest, corpus.split):
        return Entry(folder, card, None)
    path = folder / "predictions.jsonl"
    articles = [document.article for document in corpus.documents]
    longest = max((len(article.text) for article in articles), default=0)
    most = len(articles) * max(2**20, BYTES_A_CHARACTER * longest)
    if path.is_file() and path.stat().st_size > most:
        raise InvalidPrediction(f"{path}: longer than {most} bytes; expected an article a line")
    predictions = read_predictions(path, articles, card.inventory)
    return Entry(folder, card, verified(corpus, predictions, str(folder), card.inventory))


def verified(
    corpus: Corpus,
    predictions: Sequence[Prediction],
    whose: str,
    inventory: Inventory = "ontonotes-18",
) -> Score:
    """Return the scores of predictions, each figure recomputed by seqeval.

    Raises:
        DatelineError: seqeval finds another figure.
    """
    comparison = Comparison.of(corpus.documents, predictions, inventory)
    scored = comparison.score()
    differences = comparison.differences(scored)
    if differences:
        raise DatelineError(f"{whose}: not what seqeval counts: {differences[0]}")
    return scored


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
