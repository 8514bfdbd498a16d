"""``dateline predict``: a system's predictions for a split."""

import argparse
import os
import sys
from pathlib import Path

from dateline.corpus import open_corpus

from .options import (
    Commands,
    add_command,
    add_corpus,
    add_inventory,
    add_split,
    chosen_inventory,
)


def add(commands: Commands) -> None:
    """Add the command of this module."""
    to = add_command(
        commands, "predict", _predict, "run a system on a split and write its predictions"
    )
    to.add_argument("system", metavar="SYSTEM", help="module:attr, such as baselines.rules:build")
    add_corpus(to)
    add_split(to)
    add_inventory(to)
    to.add_argument(
        "--output",
        default="predictions.jsonl",
        metavar="FILE",
        help="(default: predictions.jsonl); a system.json beside it is told the corpus",
    )


def _predict(options: argparse.Namespace) -> int:
    from dateline.leaderboard import card_beside, stamp_card
    from dateline.predictions import write_predictions
    from dateline.system import load_system, predict

    sys.path.insert(0, os.getcwd())
    system = load_system(options.system)
    corpus = open_corpus(options.corpus, options.split)
    train = open_corpus(options.corpus, "train").documents
    output = Path(options.output)
    card = card_beside(output)  # refused before anything is written
    articles = [document.article for document in corpus.documents]
    predictions = predict(system, train, articles, chosen_inventory(options, card))
    write_predictions(output, predictions)
    if card is not None:
        stamp_card(output, card, corpus)
    print(f"{output}: {options.system} on {len(predictions)} articles of {options.split}")
    return 0
