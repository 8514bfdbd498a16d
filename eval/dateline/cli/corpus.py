"""``dateline check`` and ``dateline build``: the corpus folder, its gold and its built dataset."""

import argparse
import tempfile
from pathlib import Path

from dateline.corpus import (
    build,
    card,
    dataset_findings,
    make,
    read_documents,
    read_source,
    written_by,
)
from dateline.documents import SPLITS, Document, Finding, InvalidCorpus, errors

from . import steps
from .options import (
    Commands,
    add_check,
    add_command,
    add_json,
    add_source,
    annotations_folder,
    report,
)


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    to = add_command(commands, "check", _check, "check articles, gold, manifest and built dataset")
    add_source(to)
    add_json(to)

    to = add_command(commands, "build", _build, "build the dataset from articles and gold")
    add_source(to)
    add_check(to)


def _check(options: argparse.Namespace) -> int:
    from dateline.checks import check

    findings = check(Path(options.corpus), annotations_folder(options))
    code = report(findings, options.json)
    if not options.json:
        wrong = len(errors(findings))
        print(f"{options.corpus}: {wrong} errors, {len(findings) - wrong} warnings")
        steps.say(steps.after_check(options, findings))
    return code


def _build(options: argparse.Namespace) -> int:
    from dateline.adjudication import provenance
    from dateline.checks import source_findings

    corpus = Path(options.corpus)
    annotations = annotations_folder(options)
    source = read_source(corpus, annotations)
    findings = errors(source_findings(source))
    if findings:
        report(findings)
        steps.say(steps.after_check(options, findings))
        return 1
    lines = provenance(annotations, source.documents)
    more = ["", *lines] if lines else []
    if not options.check:
        made = build(corpus, source.documents, source.provisional, more)
        print(f"{corpus}: built from {len(source.documents)} articles, content {made}")
        steps.say(steps.after_build(options))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        make(corpus, Path(folder), source.documents, source.provisional, more)
        differences = _differences(corpus, Path(folder))
    if differences:
        report(differences)
        steps.say(steps.after_check(options, differences))
    return 1 if differences else 0


def _differences(corpus: Path, made: Path) -> list[Finding]:
    """Compare a corpus with a build of it: bytes if one library wrote both, else the digest."""
    for path in sorted([*made.rglob("*.parquet"), made / card.NAME]):
        there = corpus / path.relative_to(made)
        if not there.is_file():
            return [Finding("dataset-missing", str(there))]
        if there.suffix == ".parquet" and written_by(there) != written_by(path):
            documents = [document for split in SPLITS for document in _documents(made, split)]
            return list(dataset_findings(corpus, documents))
    for path in sorted([*made.rglob("*.parquet"), made / card.NAME]):
        if (corpus / path.relative_to(made)).read_bytes() != path.read_bytes():
            return [Finding("dataset-stale", str(corpus / path.relative_to(made)))]
    return []


def _documents(corpus: Path, split: str) -> list[Document]:
    """Return the documents of a split, none if it is not there."""
    try:
        return read_documents(corpus, split)
    except InvalidCorpus:
        return []
