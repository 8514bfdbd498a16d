"""``dateline compare``: systems compared with one another on the same articles."""

import argparse
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.corpus import Corpus, open_corpus
from dateline.documents import InvalidPrediction

from .options import (
    Commands,
    add_command,
    add_corpus,
    add_inventory,
    add_json,
    add_split,
    print_json,
    system_of,
    whole_number,
)

if TYPE_CHECKING:
    from dateline.score import Score

LAYERS = ("entities", "quotes", "events", "claims")


def add(commands: Commands) -> None:
    """Add the command of this module."""
    to = add_command(commands, "compare", _compare, "say which of several systems is better")
    to.add_argument(
        "systems",
        nargs="+",
        metavar="SYSTEM",
        help="a predictions file, or a folder with a predictions.jsonl",
    )
    add_corpus(to)
    add_split(to)
    add_inventory(to)
    to.add_argument("--layer", choices=LAYERS, help="(default: all)")
    to.add_argument("--score", metavar="NAME", default="", help="(default: the one that ranks)")
    to.add_argument(
        "--swaps",
        type=whole_number(1),
        metavar="N",
        help="(default: 10000; more for 23 systems or more)",
    )
    to.add_argument(
        "--bootstrap",
        type=whole_number(100),
        default=0,
        metavar="N",
        help="percentile intervals, too, from N replicates",
    )
    to.add_argument(
        "--seed", type=whole_number(0), default=12345, metavar="N", help="(default: 12345)"
    )
    add_json(to)
    to.set_defaults(wrong=to.error)


def _compare(options: argparse.Namespace) -> int:
    from importlib.metadata import version  # slow to import

    from dateline.score import how, rank_systems, ranking_json, ranking_lines

    if options.score and not options.layer:
        options.wrong("--score is one of a --layer")
    corpus = open_corpus(options.corpus, options.split)
    scores = _scores(options, corpus)
    found = [
        rank_systems(
            scores,
            layer,
            options.score,
            swaps=options.swaps,
            seed=options.seed,
            bootstrap=options.bootstrap,
        )
        for layer in LAYERS
        if options.layer in (None, layer)
    ]
    rankings = [ranking for ranking in found if ranking is not None]
    if not rankings:
        raise InvalidPrediction(
            "no system has that score; expected one that hands in what it needs, or --layer and "
            "--score of one that these have (dateline score lists them)"
        )
    if options.json:
        print_json(
            {
                "corpus": corpus.name,
                "version": corpus.version,
                "digest": corpus.digest,
                "split": corpus.split,
                "dateline": version("dateline"),
                "seed": options.seed,
                "replicates": options.bootstrap or None,
                "rankings": [ranking_json(ranking) for ranking in rankings],
            }
        )
        return 0
    print("\n\n".join("\n".join(ranking_lines(ranking)) for ranking in rankings))
    print(f"\n{corpus.name} {corpus.version}@{corpus.digest[:19]}, {corpus.split}")
    for sentence in how(rankings, options.seed):
        print(textwrap.fill(sentence, 100))
    if options.bootstrap:
        print(f"Bootstrap: percentiles of {options.bootstrap:,} replicates.")
    return 0


def _scores(options: argparse.Namespace, corpus: Corpus) -> "dict[str, Score]":
    """Return the scores of each system, by the name on its card; by its path where it has none."""
    from dateline.score import Comparison, Gold

    gold = Gold(corpus.documents)
    scores: dict[str, Score] = {}
    seen: dict[Path, str] = {}
    for said in options.systems:
        path = Path(said) / "predictions.jsonl" if Path(said).is_dir() else Path(said)
        if path.resolve() in seen:
            raise InvalidPrediction(f"{said} is there already, as {seen[path.resolve()]}")
        seen[path.resolve()] = said
        inventory, card = system_of(options, path, corpus)
        inventory = card.inventory if card else inventory  # the option is of bare files
        name = card.name if card and card.name not in scores else said
        scores[name] = Comparison.of(gold, path, inventory).score()
    return scores
