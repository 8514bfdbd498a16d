"""``dateline rank``: the leaderboard."""

import argparse
from pathlib import Path

from dateline import files
from dateline.corpus import Corpus, open_corpus
from dateline.documents import DatelineError, Document

from .options import Commands, add_check, add_command, add_source, add_split, annotations_folder


def add(commands: Commands) -> None:
    """Add the command of this module."""
    to = add_command(
        commands, "rank", _rank, "score all systems of the leaderboard and write its tables"
    )
    add_source(to)
    add_split(to)
    to.add_argument(
        "--leaderboard",
        default="eval/leaderboard",
        metavar="FOLDER",
        help="(default: eval/leaderboard)",
    )
    add_check(to)


def _rank(options: argparse.Namespace) -> int:
    from dateline.leaderboard import rank

    corpus = open_corpus(options.corpus, options.split)
    _, made = rank(Path(options.leaderboard), corpus, _passes(options, corpus))
    changed = [p for p, said in made.items() if not p.is_file() or p.read_text("utf-8") != said]
    if options.check and changed:
        raise DatelineError(
            f"{changed[0]}: not what the predictions score (dateline rank writes it)"
        )
    for path in changed:
        files.write(path, made[path])
    print(made[Path(options.leaderboard) / "README.md"], end="")
    return 0


def _passes(options: argparse.Namespace, corpus: Corpus) -> dict[str, list[Document]]:
    """Return the passes of the annotators who have done all articles of the split."""
    from dateline.agreement import read_version

    articles = [document.article for document in corpus.documents]
    found = {}
    for folder in sorted((annotations_folder(options) / "exports").glob("*/")):
        paths = [folder / f"{article.id}.json" for article in articles]
        if all(path.is_file() for path in paths):
            read = [read_version(path, articles).documents for path in paths]
            found[folder.name] = [document for one in read for document in one.values()]
    return found
