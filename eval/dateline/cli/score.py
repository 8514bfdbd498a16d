"""``dateline score``: the scores of a predictions file, or of two files in CoNLL columns."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.corpus import open_corpus
from dateline.documents import (
    LAYERS,
    DatelineError,
    Document,
    InvalidCorpus,
    InvalidPrediction,
)

from .options import (
    Commands,
    add_command,
    add_corpus,
    add_inventory,
    add_json,
    add_split,
    print_json,
    system_of,
)

if TYPE_CHECKING:
    from dateline.conll import ColumnFile
    from dateline.score import Comparison, Score

SHOWN = 10
"""How many malformed places are printed; all are in the JSON."""


def add(commands: Commands) -> None:
    """Add the command of this module."""
    to = add_command(commands, "score", _score, "score a predictions file, or tags in columns")
    to.add_argument("predictions", nargs="?", metavar="PREDICTIONS", help="JSON lines, or Parquet")
    add_corpus(to)
    add_split(to)
    add_inventory(to)
    add_json(to)
    to.add_argument("--per-type", action="store_true", help="a line for every label, too")
    to.add_argument(
        "--errors",
        action="store_true",
        help="every error of the ranking scores in context, by kind",
    )
    to.add_argument("--confusion", action="store_true", help="which labels stand for which")
    to.add_argument("--slices", action="store_true", help="scores by topic, length, kind, source …")
    to.add_argument("--verify", action="store_true", help="recompute every figure with seqeval")
    columns = to.add_argument_group("CoNLL columns")
    columns.add_argument(
        "--conll", nargs=2, metavar=("GOLD", "PRED"), help="score two files with tags in columns"
    )
    columns.add_argument(
        "--scheme",
        nargs="+",
        choices=("IOB1", "IOB2", "IOBES"),
        help="of both files, or of each (default: found out)",
    )
    columns.add_argument(
        "--repair",
        choices=("conlleval", "discard"),
        help="count malformed tags as conlleval does, or not at all as seqeval's strict mode does",
    )
    of_corpus = to.get_default("corpus"), to.get_default("split")
    to.set_defaults(wrong=to.error, of_corpus=of_corpus)


def _score(options: argparse.Namespace) -> int:
    if (options.conll is None) == (options.predictions is None):
        options.wrong("expected PREDICTIONS or --conll GOLD PRED")
    if options.conll and options.inventory:
        options.wrong("--inventory is for PREDICTIONS: labels in columns are their own")
    if options.conll and (options.corpus, options.split) != options.of_corpus:
        options.wrong("--corpus and --split are for PREDICTIONS: columns have their gold in a file")
    if options.conll is None and (options.scheme or options.repair):
        options.wrong("--scheme and --repair are for --conll")
    if len(options.scheme or ()) > 2:
        options.wrong("--scheme takes one for both files, or two")
    return _score_columns(options) if options.conll else _score_predictions(options)


def _score_predictions(options: argparse.Namespace) -> int:
    from dateline.score import Comparison, as_json, signature

    corpus = open_corpus(options.corpus, options.split)
    articles = [document.article for document in corpus.documents]
    path = Path(options.predictions)
    inventory, _ = system_of(options, path, corpus)
    comparison = Comparison.of(corpus.documents, path, inventory)
    scored = comparison.score()
    verified = _verify(options, comparison, scored)
    train = _train(options) if options.slices else []
    slices = comparison.slices([a.topic for a in articles], train) if options.slices else []
    texts = {article.id: article.text for article in articles}
    if options.json:
        details = _details(options, comparison, slices, texts)
        print_json({**as_json(scored, corpus), **details, **verified})
        return 0
    _print(options, comparison, scored, slices, texts)
    for layer in scored:
        if layer is not None:
            print(signature(layer, corpus))
    return 0


def _train(options: argparse.Namespace) -> list[Document]:
    try:
        return list(open_corpus(options.corpus, "train").documents)
    except InvalidCorpus:
        return []


def _score_columns(options: argparse.Namespace) -> int:
    from dateline.conll import read_pair
    from dateline.score import Comparison, as_json

    schemes = (options.scheme or [None]) * 2
    gold, predicted = options.conll
    files = read_pair(gold, predicted, (schemes[0], schemes[1]), options.repair)
    malformed = [file for file in files if file.malformed]
    if malformed and options.repair is None:
        said = "\n".join(line for file in malformed for line in _malformed(file))
        raise InvalidPrediction(
            f"{said}\nexpected well-formed tags, or how to count these: --repair conlleval|discard"
        )
    comparison = Comparison.of_columns(*files)
    scored = comparison.score()
    verified = _verify(options, comparison, scored)
    slices = comparison.slices() if options.slices else []
    texts = dict(zip(comparison.articles, comparison.both.gold.texts, strict=True))
    if options.json:
        read = {"files": [_file(file, options) for file in files]}
        details = _details(options, comparison, slices, texts)
        print_json({**read, **as_json(scored), **details, **verified})
        return 0
    for name, file in zip(("gold", "predicted"), files, strict=True):
        how = "declared" if file.declared else "found out"
        units = f"{len(file.units)} {file.unit}{'s' * (len(file.units) != 1)}"
        print(f"{name}: {file.path}: {file.scheme} ({how}), {units}")
        if file.malformed:
            print("\n".join([*_malformed(file), f"counted by --repair {options.repair}"]))
    if files[0].unit == "sentence":
        print("gold has no -DOCSTART-: intervals take sentences to be independent of one another")
    print()
    _print(options, comparison, scored, slices, texts)
    return 0


def _malformed(file: "ColumnFile") -> list[str]:
    count = len(file.malformed)
    shown = [f"  {place}" for place in file.malformed[:SHOWN]]
    more = [f"  … and {count - SHOWN} more"] if count > SHOWN else []
    return [f"{file.path}: {count} malformed as {file.scheme}:", *shown, *more]


def _file(file: "ColumnFile", options: argparse.Namespace) -> dict[str, Any]:
    return {
        "path": file.path,
        "scheme": file.scheme,
        "declared": file.declared,
        "unit": file.unit,
        "units": len(file.units),
        "repair": options.repair,
        "malformed": [place._asdict() for place in file.malformed],
    }


def _verify(
    options: argparse.Namespace, comparison: "Comparison", scored: "Score"
) -> dict[str, bool]:
    """Return what the JSON says of it."""
    differences = comparison.differences(scored) if options.verify else []
    if differences:
        raise DatelineError(f"not what seqeval counts: {differences[0]}")
    return {"verified": True} if options.verify else {}


def _print(
    options: argparse.Namespace,
    comparison: "Comparison",
    scored: "Score",
    slices: list[Any],
    texts: dict[str, str],
) -> None:
    from dateline.score import report, tables

    if options.conll and scored.entities is not None:
        lines = [*tables.layer_lines(scored.entities, options.per_type), ""]
    else:
        lines = list(tables.table(scored, options.per_type))
    for layer in LAYERS:
        errors = comparison.errors(layer) if options.errors else None
        if errors is not None:
            lines += report.error_lines(layer, errors, texts)
        confusion = comparison.confusion(layer) if options.confusion else None
        if confusion is not None:
            lines += report.confusion_lines(layer, confusion)
    if slices:
        lines += report.slice_lines(slices)
    if options.verify:
        lines.append("seqeval has every figure that it defines as it stands here")
    print("\n".join(lines))


def _details(
    options: argparse.Namespace, comparison: "Comparison", slices: list[Any], texts: dict[str, str]
) -> dict[str, Any]:
    from dateline.score import output

    found: dict[str, Any] = {}
    if options.errors:
        found["errors"] = {
            layer: None
            if (errors := comparison.errors(layer)) is None
            else [output.error_json(error, texts) for error in errors]
            for layer in LAYERS
        }
    if options.confusion:
        tables = {layer: comparison.confusion(layer) for layer in LAYERS}
        found["confusion"] = {
            layer: None
            if table is None
            else {"labels": table.labels, "table": table.table.tolist()}
            for layer, table in tables.items()
        }
    if options.slices:
        found["slices"] = [output.slice_json(one) for one in slices]
    return found
