"""``dateline export``: the corpus in the formats of other tools."""

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from dateline import files
from dateline.corpus import open_corpus, splits_of, tag_rows
from dateline.documents import LAYERS, SPLITS, Document, InvalidCorpus, Layer

from .options import Commands, add_articles, add_command, add_corpus

FORMATS = ("conll", "brat", "spacy")

Files = Iterator[tuple[str, bytes]]
"""Paths below the output folder, and what is to be in each."""


def add(commands: Commands) -> None:
    """Add the command of this module."""
    to = add_command(
        commands, "export", _export, "write the corpus as CoNLL columns, for brat, or for spaCy"
    )
    to.add_argument("--format", required=True, choices=FORMATS, help="what to write")
    add_corpus(to)
    to.add_argument("--split", nargs="+", choices=SPLITS, help="(default: all there are)")
    to.add_argument("--layer", nargs="+", choices=LAYERS, help="(default: all three)")
    add_articles(to)
    to.add_argument(
        "--output",
        metavar="FOLDER",
        help="(default: export/FORMAT); what else is in it stays as it is",
    )


def _export(options: argparse.Namespace) -> int:
    layers: list[Layer] = [layer for layer in LAYERS if layer in (options.layer or LAYERS)]
    left_out = {layer: () for layer in LAYERS if layer not in layers}
    chosen = _documents(options)
    for split, documents in chosen.items():
        chosen[split] = [replace(document, **left_out) for document in documents]
    make = {"conll": _conll, "brat": _brat, "spacy": _spacy}[options.format]
    # All are made before the first is written: a refusal leaves the folder as it was.
    made = dict(make(chosen, layers))
    output = Path(options.output or f"export/{options.format}")
    for name, data in made.items():
        with files.replacing(output / name) as file:
            file.write(data)
    articles = sum(map(len, chosen.values()))
    print(f"{output}: {articles} articles for {options.format}, files: {len(made)}")
    return 0


def _documents(options: argparse.Namespace) -> dict[str, list[Document]]:
    """Return the documents of every split that is asked for; those without any are left out."""
    wanted = options.split or splits_of(options.corpus)
    splits = {s: open_corpus(options.corpus, s).documents for s in SPLITS if s in wanted}
    if options.articles:
        known = {document.id for documents in splits.values() for document in documents}
        for id in options.articles:
            if id not in known:
                where = ", ".join(splits) or "any split"
                raise InvalidCorpus(f"{options.corpus}: no article {id!r} in {where}; expected ids")
    found: dict[str, list[Document]] = {}
    for split, documents in splits.items():
        chosen = [d for d in documents if not options.articles or d.id in options.articles]
        found |= {split: chosen} if chosen else {}
    if not found:
        raise InvalidCorpus(
            f"{options.corpus}: no article; expected a built dataset (dateline build makes it)"
        )
    return found


def _conll(splits: dict[str, list[Document]], layers: Sequence[Layer]) -> Files:
    from dateline.conll import to_columns

    for layer in LAYERS:
        for split, documents in splits.items() if layer in layers else ():
            rows = (tag_rows(document, layer) for document in documents)
            said = to_columns([[(row["tokens"], row["tags"]) for row in one] for one in rows])
            yield f"{layer}/{split}.conll", said.encode()


def _brat(splits: dict[str, list[Document]], layers: Sequence[Layer]) -> Files:
    from dateline import brat

    yield brat.CONFIGURATION, brat.configuration().encode()
    for split, documents in splits.items():
        for document in documents:
            if not re.fullmatch(r"\w[\w.-]*", document.id):  # of a corpus that is not one's own
                raise InvalidCorpus(f"{document.id!r} cannot name a file; expected letters and -")
            yield f"{split}/{document.id}.txt", document.text.encode()
            yield f"{split}/{document.id}.ann", brat.to_standoff(document).encode()


def _spacy(splits: dict[str, list[Document]], layers: Sequence[Layer]) -> Files:
    from dateline.docbin import to_docbin

    for split, documents in splits.items():
        yield f"{split}.spacy", to_docbin(documents)
