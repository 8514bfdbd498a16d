"""``dateline rank`` and ``submit``: the leaderboard."""

import argparse
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from dateline import files
from dateline.corpus import Corpus, open_corpus
from dateline.documents import DatelineError, Document

from .options import (
    Commands,
    add_check,
    add_command,
    add_inventory,
    add_source,
    add_split,
    annotations_folder,
    system_of,
)


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    to = add_command(
        commands, "submit", _submit, "put a predictions file on the leaderboard, and rank it"
    )
    to.add_argument("predictions", metavar="PREDICTIONS", help="of a system, in any way")
    to.add_argument("--name", required=True, help="of the system, and of its folder")
    to.add_argument("--description", required=True, metavar="TEXT", help="how it works, a sentence")
    to.add_argument("--code", required=True, metavar="URL", help="where the code is")
    to.add_argument(
        "--trained-on", required=True, metavar="TEXT", help="all it has learnt from, or nothing"
    )
    to.add_argument("--licence", required=True, help="of the code")
    to.add_argument(
        "--replace", action="store_true", help="take the place of the system of that name"
    )
    add_inventory(to)
    _add_board(to)

    to = add_command(
        commands, "rank", _rank, "score all systems of the leaderboard and write its tables"
    )
    _add_board(to)
    add_check(to)


def _add_board(to: argparse.ArgumentParser) -> None:
    add_source(to)
    add_split(to)
    to.add_argument(
        "--leaderboard", metavar="FOLDER", help="(default: eval/leaderboard, beside the corpus)"
    )


def _board(options: argparse.Namespace) -> Path:
    """Return the folder of ``--leaderboard``."""
    if options.leaderboard:
        return Path(options.leaderboard)
    corpus = Path(options.corpus)
    beside = corpus.absolute().parent if corpus.is_dir() else Path.cwd()  # a Hub id is no folder
    return Path(os.path.relpath(beside / "eval/leaderboard"))


def _submit(options: argparse.Namespace) -> int:
    from dateline.leaderboard import SystemCard, submit
    from dateline.predictions import read_predictions

    corpus, path = open_corpus(options.corpus, options.split), Path(options.predictions)
    inventory, _ = system_of(options, path, corpus)
    articles = [document.article for document in corpus.documents]
    predictions = read_predictions(path, articles, inventory)
    card = SystemCard(
        options.name,
        options.description,
        options.code,
        options.trained_on,
        options.licence,
        inventory,
    )
    board, passes = _board(options), _passes(options, corpus)
    files.tidy(board)
    _, made = submit(board, corpus, card, predictions, passes, replace=options.replace)
    _write(made, _changed(made))
    print(made[board / "README.md"], end="")
    print(f"\n{board / card.name}: submitted; commit {board}")
    return 0


def _rank(options: argparse.Namespace) -> int:
    from dateline.leaderboard import rank

    corpus, board = open_corpus(options.corpus, options.split), _board(options)
    if not options.check:
        files.tidy(board)
    _, made = rank(board, corpus, _passes(options, corpus))
    changed = _changed(made)
    if options.check and changed:
        raise DatelineError(
            f"{changed[0]}: not what the predictions score (dateline rank writes it)"
        )
    _write(made, changed)
    print(made[board / "README.md"], end="")
    return 0


def _changed(made: Mapping[Path, str]) -> list[Path]:
    """Return the files that are not what they should be."""
    return [path for path, said in made.items() if not _holds(path, said.encode())]


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _write(made: Mapping[Path, str], changed: Iterable[Path]) -> None:
    for path in changed:
        files.write(path, made[path])


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
