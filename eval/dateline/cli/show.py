"""``dateline show`` and ``dateline schema``: what only prints."""

import argparse
from pathlib import Path

from dateline.corpus import data_file, open_corpus
from dateline.documents import SPLITS, InvalidCorpus

from .options import Commands, add_command, add_corpus, print_json


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    to = add_command(commands, "show", _show, "paint an article's layers in the terminal")
    to.add_argument("article", metavar="ARTICLE", help="its id")
    add_corpus(to)

    add_command(
        commands, "schema", _schema, "print the JSON Schema of a line of a predictions file"
    )


def _show(options: argparse.Namespace) -> int:
    from rich.console import Console

    from dateline.viewer import paint

    for split in _splits(options.corpus):
        for document in open_corpus(options.corpus, split).documents:
            if document.id == options.article:
                console = Console(highlight=False)
                for line in paint(document):
                    console.print(line)
                return 0
    raise InvalidCorpus(
        f"{options.corpus}: no article {options.article!r} in the built dataset; expected its id"
    )


def _splits(corpus: str) -> list[str]:
    """Return the splits of a corpus: those of a folder that are there, all of a Hub id."""
    if not Path(corpus).is_dir():
        return list(SPLITS)
    return [s for s in SPLITS if (Path(corpus) / data_file("documents", s)).is_file()]


def _schema(options: argparse.Namespace) -> int:
    from dateline.predictions import schema

    print_json(schema())
    return 0
