"""``dateline show`` and ``dateline schema``: what is there to be looked at."""

import argparse

from dateline import files
from dateline.corpus import open_corpus, splits_of
from dateline.documents import Document, InvalidCorpus

from .options import Commands, add_command, add_corpus, print_json


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    to = add_command(commands, "show", _show, "paint an article's layers in the terminal, or draw")
    to.add_argument("article", metavar="ARTICLE", help="its id")
    add_corpus(to)
    to.add_argument("--svg", metavar="FILE", help="write a picture instead, as SVG")
    to.add_argument(
        "--paragraphs", nargs="+", type=int, metavar="N", help="of the picture (default: all)"
    )
    to.add_argument("--dark", action="store_true", help="a picture for a dark page")
    to.set_defaults(wrong=to.error)

    add_command(
        commands, "schema", _schema, "print the JSON Schema of a line of a predictions file"
    )


def _show(options: argparse.Namespace) -> int:
    from rich.console import Console

    from dateline.viewer import draw, paint

    if (options.paragraphs or options.dark) and not options.svg:
        options.wrong("expected --svg FILE with --paragraphs and --dark")
    document = _found(options.corpus, options.article)
    if options.svg:
        files.write(options.svg, draw(document, options.paragraphs or (), options.dark))
        print(f"{options.svg}: {document.id}")
        return 0
    console = Console(highlight=False)
    for line in paint(document):
        console.print(line)
    return 0


def _found(corpus: str, id: str) -> Document:
    for split in splits_of(corpus):
        for document in open_corpus(corpus, split).documents:
            if document.id == id:
                return document
    raise InvalidCorpus(f"{corpus}: no article {id!r} in the built dataset; expected its id")


def _schema(options: argparse.Namespace) -> int:
    from dateline.predictions import schema

    print_json(schema())
    return 0
