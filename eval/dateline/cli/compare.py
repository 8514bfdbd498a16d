"""``dateline compare``: systems compared with one another on the same articles."""

import argparse
from pathlib import Path

from dateline.corpus import open_corpus
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
        "--swaps", type=whole_number(1), default=10_000, metavar="N", help="(default: 10000)"
    )
    to.add_argument(
        "--bootstrap",
        type=whole_number(1),
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
    from dateline.score import Comparison, Gold, Score, rank_systems, ranking_json, ranking_lines

    if options.score and not options.layer:
        options.wrong("--score is one of a --layer")
    corpus = open_corpus(options.corpus, options.split)
    gold = Gold(corpus.documents)
    scores: dict[str, Score] = {}
    for said in options.systems:
        path = Path(said) / "predictions.jsonl" if Path(said).is_dir() else Path(said)
        inventory, card = system_of(options, path, corpus)
        name = card.name if card else said
        if name in scores:
            raise InvalidPrediction(f"{said}: {name!r} is there already; expected a name each")
        scores[name] = Comparison.of(gold, path, inventory).score()
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
    if options.json:
        print_json([ranking_json(ranking) for ranking in rankings])
        return 0
    if not rankings:
        raise InvalidPrediction(
            "no system has that score; expected one that hands in what it needs"
        )
    print("\n\n".join("\n".join(ranking_lines(ranking)) for ranking in rankings))
    print(f"\n{corpus.name} {corpus.version}@{corpus.digest[:19]}, {corpus.split}; ", end="")
    print(f"{options.swaps} swaps, seed {options.seed}; * p after Holm at most .05")
    return 0
