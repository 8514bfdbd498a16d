"""``dateline show`` and ``dateline schema``: what only prints."""

import argparse

from dateline.corpus import open_corpus, splits_of
from dateline.documents import InvalidCorpus

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

    for split in splits_of(options.corpus):
        for document in open_corpus(options.corpus, split).documents:
            if document.id == options.article:
                console = Console(highlight=False)
                for line in paint(document):
                    console.print(line)
                return 0
    raise InvalidCorpus(
        f"{options.corpus}: no article {options.article!r} in the built dataset; expected its id"
    )


def _schema(options: argparse.Namespace) -> int:
    from dateline.predictions import schema

    print_json(schema())
    return 0
