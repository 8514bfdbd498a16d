"""``dateline new``: an article out of any text file."""

import argparse
from pathlib import Path
from typing import get_args

from dateline.corpus import take_in
from dateline.documents import SPLITS, InvalidCorpus, Origin

from . import steps
from .options import Commands, add_command, add_source

_KNOWN = {
    "story": "of all articles on it (default: that of what it shares text with, or its id)",
    "split": "(default: that of its story, or the one furthest below its share)",
    "topic": "the kind of news, such as court",
    "title": "its headline",
    "publisher": "who has published it",
    "date": "YYYY-MM-DD, when it was published",
    "language": "(default: en)",
    "licence": "(default: CC-BY-4.0, of an original)",
    "origin": "(default: original)",
    "phenomena": "what it was written to have, separated by semicolons",
}
_CHOICES = {"split": SPLITS, "origin": get_args(Origin)}


def add(commands: Commands) -> None:
    """Add the command of this module."""
    to = add_command(commands, "new", _new, "take a text into the corpus")
    to.add_argument("article", metavar="ARTICLE.txt", help="a text file in UTF-8")
    to.add_argument("--id", help="(default: the file's name)")
    for column, help in _KNOWN.items():
        metavar = None if column in _CHOICES else column.upper()
        to.add_argument(f"--{column}", help=help, metavar=metavar, choices=_CHOICES.get(column))
    add_source(to)


def _new(options: argparse.Namespace) -> int:
    path = Path(options.article)
    id = path.stem if options.id is None else options.id
    said = {column: getattr(options, column) for column in _KNOWN}
    said = {column: value for column, value in said.items() if value is not None}
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror
        raise InvalidCorpus(f"{path}: cannot be read ({why}); expected a text file") from None
    try:
        taken = take_in(Path(options.corpus), data, id, said)
    except InvalidCorpus as error:
        raise InvalidCorpus(f"{path}: {error}") from None
    if taken.is_new:
        print(f"{path}: {', '.join(taken.normalised) or 'taken as it is'}")
        print(f"story: {taken.row['story']}, {taken.why_story}")
        print(f"split: {taken.row['split']}, {taken.why_split}")
        known = (f"{column} {taken.row[column]}" for column in _KNOWN if taken.row[column])
        print(f"{taken.path}: written; {', '.join(known)}")
    else:
        print(f"{taken.path}: there already, the same text; nothing written")
    steps.say(steps.to_annotate(options, [id]))
    return 0
