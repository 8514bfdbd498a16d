"""``dateline predict``: a system's predictions for a split."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.corpus import open_corpus
from dateline.documents import LAYERS, Document, InvalidPrediction, Inventory, printable

from .options import (
    Commands,
    add_command,
    add_corpus,
    add_inventory,
    add_split,
    chosen_inventory,
)

if TYPE_CHECKING:
    from dateline.system import System, Unfinished


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

    sys.path.insert(0, os.getcwd())
    system = load_system(options.system)
    corpus = open_corpus(options.corpus, options.split)
    train = open_corpus(options.corpus, "train").documents
    output = Path(options.output)
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
        if work.outdated:
            _say(f"{work.path}: not used, it was made with {work.outdated}")
        if work.kept:
            _say(
                f"{work.path}: {len(work.kept)} of {len(articles)} articles are predicted already; "
                "--anew predicts them again, as after a change of the system"
            )
        try:
            failed = _run(system, train, inventory, work, options.traceback) if work.left else []
        except KeyboardInterrupt:
            _say(f"interrupted; {_kept(work)}")
            raise
        except InvalidPrediction as error:
            if options.traceback and error.__cause__:
                traceback.print_exception(error.__cause__)
            raise InvalidPrediction(f"{options.system}: {error}; {_kept(work)}") from None
        if failed and options.failed_as_empty:
            _fill(work, failed)
        elif failed:
            raise InvalidPrediction(
                f"{options.system}: failed on {len(failed)} of {len(articles)} articles "
                f"({', '.join(failed)}); {_kept(work)} (--failed-as-empty hands in none for those)"
            )
        work.finish()
    if card is not None:
        stamp_card(output, card, corpus)
    empty = f"; empty, for it failed on them: {', '.join(failed)}" if failed else ""
    print(f"{output}: {options.system} on {len(articles)} articles of {options.split}{empty}")
    return 0


def _run(
    system: "System",
    train: Sequence[Document],
    inventory: Inventory,
    work: "Unfinished",
    with_traceback: bool,
) -> list[str]:
    """Predict what is left; name the articles that the system fails on, and return their ids."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from dateline.system import Failure, build, outcomes

    failed: dict[str, None] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        redirect_stdout=sys.stdout.isatty(),  # what goes to a file stays out of the terminal
    ) as progress:
        task = progress.add_task("building", total=None)
        extractor = build(system, train)
        total = len(work.left) + len(work.kept)
        progress.update(task, description="predicting", total=total, completed=len(work.kept))
        for outcome in outcomes(extractor, work.left, inventory, [*work.kept.values()]):
            if isinstance(outcome, Failure):
                work.drop(outcome.id)
                failed[outcome.id] = None
                _say(f"{outcome.id}: {outcome.reason}")
                if with_traceback and outcome.error:
                    traceback.print_exception(outcome.error)
            else:
                work.keep(outcome)
            progress.update(task, completed=len(work.kept) + len(failed))
    return list(failed)


def _fill(work: "Unfinished", failed: Sequence[str]) -> None:
    """Hand in, for what failed, that there is nothing in the layers that are handed in."""
    from msgspec import UNSET

    from dateline.predictions import Prediction

    if not work.kept:
        raise InvalidPrediction("the system failed on all articles; expected one to be predicted")
    one = next(iter(work.kept.values()))
    layers = [layer for layer in LAYERS if getattr(one, layer) is not UNSET]
    for id in failed:
        work.keep(Prediction(id, **dict.fromkeys(layers, ())))


def _kept(work: "Unfinished") -> str:
    if not work.kept:
        return "no article is predicted"
    return f"{len(work.kept)} predictions are in {work.path}; the same command makes the others"


def _say(line: str) -> None:
    print(f"dateline: {printable(line)}", file=sys.stderr)
