"""``dateline predict``: a system's predictions for a split."""

import argparse
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.corpus import open_corpus
from dateline.documents import (
    LAYERS,
    Document,
    InvalidPrediction,
    Inventory,
    SystemNotFound,
    printable,
)

from .options import (
    Commands,
    add_command,
    add_corpus,
    add_inventory,
    add_split,
    chosen_inventory,
)

if TYPE_CHECKING:
    from dateline.system import Failure, System, Unfinished


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
    to.add_argument(
        "--anew", action="store_true", help="leave out what an interrupted run has predicted"
    )
    to.add_argument(
        "--failed-as-empty",
        action="store_true",
        help="hand in no annotations for the articles that the system fails on",
    )
    to.add_argument(
        "--traceback", action="store_true", help="print where the system raised, call by call"
    )


def _predict(options: argparse.Namespace) -> int:
    from dateline.leaderboard import card_beside, stamp_card
    from dateline.system import Unfinished, load_system

    output = Path(options.output).absolute()  # wherever the system may go
    sys.path.insert(0, os.getcwd())
    try:
        system = load_system(options.system)
    except SystemNotFound as error:
        _trace(error.__cause__, options)
        raise
    corpus = open_corpus(options.corpus, options.split)
    train = open_corpus(options.corpus, "train").documents
    card = card_beside(output)  # refused before anything is written
    inventory = chosen_inventory(options, card)
    run = {
        "system": options.system,
        "corpus": corpus.digest,
        "split": options.split,
        "inventory": inventory,
    }
    articles = [document.article for document in corpus.documents]
    with Unfinished(output, run, articles, inventory, anew=options.anew) as work:
        _tell_what_is_there(work, options)
        failed = _run(system, train, inventory, work, options) if work.left else []
        if failed:
            _fill(work, failed, options)
        work.finish()
    if card is not None:
        stamp_card(output, card, corpus)
    done = f"{options.output}: {options.system} on {len(articles)} articles of {options.split}"
    print(done + (f"; empty, for it failed on them: {_some(failed)}" if failed else ""))
    return 0


def _tell_what_is_there(work: "Unfinished", options: argparse.Namespace) -> None:
    if work.outdated:
        _say(f"{options.output}.partial: not used, it was made with {work.outdated}")
    if work.kept:
        _say(
            f"{options.output}.partial: {len(work.kept)} of {len(work.kept) + len(work.left)} "
            "articles are predicted already; --anew predicts them again, as after a change of the "
            "system"
        )


def _run(
    system: "System",
    train: Sequence[Document],
    inventory: Inventory,
    work: "Unfinished",
    options: argparse.Namespace,
) -> list[str]:
    """Predict what is left; name the articles that the system fails on, and return their ids."""
    try:
        failed: dict[str, None] = {}
        for failure in _failures(system, train, inventory, work):
            failed[failure.id] = None
            _say(f"{failure.id}: {failure.reason}")
            _trace(failure.error, options)
        return list(failed)
    except KeyboardInterrupt:
        _say(f"interrupted; {_kept(work, options)}")
        raise
    except InvalidPrediction as error:
        _trace(error.__cause__, options)
        raise InvalidPrediction(f"{options.system}: {error}; {_kept(work, options)}") from None


def _failures(
    system: "System", train: Sequence[Document], inventory: Inventory, work: "Unfinished"
) -> "Iterator[Failure]":
    """Predict what is left, with a bar on a terminal, and yield what fails."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from dateline.system import Failure, build, outcomes

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        redirect_stdout=sys.stdout.isatty(),  # what goes to a file stays out of the terminal
    ) as progress:
        task = progress.add_task("building", total=None)
        extractor = build(system, train)
        left, done = work.left, len(work.kept)
        progress.update(task, description="predicting", total=done + len(left), completed=done)
        for outcome in outcomes(extractor, left, inventory, [*work.kept.values()]):
            if isinstance(outcome, Failure):
                work.drop(outcome.id)
                yield outcome
            else:
                work.keep(outcome)
            progress.advance(task)


def _fill(work: "Unfinished", failed: Sequence[str], options: argparse.Namespace) -> None:
    """Hand in, for what failed, that there is nothing in the layers that are handed in.

    Raises:
        InvalidPrediction: that is not asked for, or everything failed.
    """
    from msgspec import UNSET

    from dateline.predictions import Prediction

    if not options.failed_as_empty or not work.kept:
        hint = " (--failed-as-empty hands in none for those that fail)" if work.kept else ""
        raise InvalidPrediction(
            f"{options.system}: failed on {len(failed)} of {len(work.kept) + len(work.left)} "
            f"articles ({_some(failed)}); {_kept(work, options)}{hint}"
        )
    one = next(iter(work.kept.values()))
    layers = [layer for layer in LAYERS if getattr(one, layer) is not UNSET]
    for id in failed:
        work.keep(Prediction(id, **dict.fromkeys(layers, ())))


def _kept(work: "Unfinished", options: argparse.Namespace) -> str:
    if not work.kept:
        return "no article is predicted"
    then = "makes the others" if work.left else "writes them as they are"
    return f"{len(work.kept)} predictions are in {options.output}.partial; the same command {then}"


def _trace(error: BaseException | None, options: argparse.Namespace) -> None:
    """Print where *error*, which a system raised, is from, if that is asked for."""
    if options.traceback and error:
        traceback.print_exception(error)


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")


def _say(line: str) -> None:
    print(f"dateline: {printable(line)}", file=sys.stderr)
