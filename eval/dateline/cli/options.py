"""What several commands share: options, each with what reads it, and printing."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from dateline.corpus import Corpus, annotations_beside, read_articles
from dateline.documents import (
    INVENTORIES,
    SPLITS,
    Article,
    Finding,
    InvalidCorpus,
    InvalidPrediction,
    Inventory,
    errors,
)

if TYPE_CHECKING:
    from dateline.leaderboard import SystemCard

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What a module adds its commands to."""


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int], help: str
) -> argparse.ArgumentParser:
    """Add a command that *run* runs, and return its parser."""
    added = commands.add_parser(name, help=help, description=help)
    added.set_defaults(run=run)
    return added


def add_corpus(to: argparse.ArgumentParser) -> None:
    """Add ``--corpus``."""
    to.add_argument(
        "--corpus", default="corpus", metavar="FOLDER", help="the corpus (default: ./corpus)"
    )


def add_source(to: argparse.ArgumentParser) -> None:
    """Add ``--corpus`` and ``--annotations``."""
    add_corpus(to)
    to.add_argument(
        "--annotations", metavar="FOLDER", help="(default: annotations, beside the corpus)"
    )


def add_split(to: argparse.ArgumentParser) -> None:
    """Add ``--split``."""
    to.add_argument("--split", default="test", choices=SPLITS, help="(default: test)")


def add_inventory(to: argparse.ArgumentParser) -> None:
    """Add ``--inventory``, for `chosen_inventory`."""
    to.add_argument(
        "--inventory",
        choices=list(INVENTORIES),
        help="of the entity labels (default: what a system.json beside the predictions says)",
    )


def add_articles(to: argparse.ArgumentParser, default: str = "all") -> None:
    """Add ``--articles``, for `chosen_articles`."""
    to.add_argument("--articles", nargs="+", metavar="ID", help=f"(default: {default})")


def add_json(to: argparse._ActionsContainer) -> None:
    """Add ``--json``."""
    to.add_argument("--json", action="store_true", help="print JSON")


def add_check(to: argparse.ArgumentParser) -> None:
    """Add ``--check``, to a command that writes."""
    to.add_argument(
        "--check", action="store_true", help="change nothing; fail if it is not up to date"
    )


def annotations_folder(options: argparse.Namespace) -> Path:
    """Return the folder of ``--annotations``."""
    if options.annotations:
        return Path(options.annotations)
    return annotations_beside(Path(options.corpus))


def all_articles(options: argparse.Namespace) -> list[Article]:
    """Return the articles of the corpus, all of which must be sound."""
    articles, findings = read_articles(Path(options.corpus))
    if errors(findings):
        raise InvalidCorpus("\n".join(map(str, errors(findings))))
    return articles


def chosen_articles(options: argparse.Namespace) -> list[Article]:
    """Return the articles of the corpus, or those of ``--articles``."""
    articles = all_articles(options)
    if not options.articles:
        return articles
    known = {article.id: article for article in articles}
    unknown = [id for id in options.articles if id not in known]
    if unknown:
        raise InvalidCorpus(f"{options.corpus}: no article {unknown[0]!r}; expected ids of it")
    return [known[id] for id in dict.fromkeys(options.articles)]


def system_of(
    options: argparse.Namespace, predictions: Path, corpus: Corpus
) -> "tuple[Inventory, SystemCard | None]":
    """Return the inventory of a file's labels, and the card beside it.

    Raises:
        InvalidPrediction: the card is refused, or says that the predictions were made on another
            content or split.
    """
    from dateline.leaderboard import card_beside, made_on

    card = card_beside(predictions)
    if card is not None and not made_on(card, corpus):
        raise InvalidPrediction(
            f"{predictions}: stale, made on {card.digest[:19]}, {card.split or corpus.split}; "
            f"expected {corpus.digest[:19]}, {corpus.split} (dateline predict makes them anew)"
        )
    return chosen_inventory(options, card), card


def chosen_inventory(options: argparse.Namespace, card: "SystemCard | None") -> Inventory:
    """Return the inventory of ``--inventory``, of a system's card, or of the corpus."""
    chosen: Inventory | None = options.inventory or (card.inventory if card else None)
    return chosen or "ontonotes-18"


def whole_number(least: int) -> Callable[[str], int]:
    """Return what reads a whole number of an option, from *least* to a million."""

    def read(said: str) -> int:
        if not said.isdecimal() or len(said) > 7 or not least <= int(said) <= 1_000_000:
            raise argparse.ArgumentTypeError(f"{said!r}; expected {least} to 1000000")
        return int(said)

    return read


def report(findings: list[Finding], as_json: bool = False) -> int:
    """Print findings; return 1 if one of them is an error."""
    if as_json:
        print_json(
            [
                {"level": f.level, **{k: getattr(f, k) for k in f.__struct_fields__}}
                for f in findings
            ]
        )
    else:
        for finding in findings:
            print(finding)
    return 1 if errors(findings) else 0


def print_json(value: Any) -> None:
    """Print *value* as every command does that has ``--json``."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    print(json.dumps(value, ensure_ascii=not unicode, indent=1))
