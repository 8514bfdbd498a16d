"""Versions: what one annotator says of some articles, from exports or text forms."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dateline.corpus import read_json
from dateline.documents import (
    LAYERS,
    Article,
    Document,
    InvalidAnnotation,
    errors,
)
from dateline.labelstudio import Doubt, live_annotations, read_doubts, read_task
from dateline.predictions import tagged_spans
from dateline.textform import form_id, from_text


class Version(NamedTuple):
    """The documents of one annotator, by article."""

    name: str
    documents: dict[str, Document]
    doubts: dict[str, list[Doubt]]
    """Article → what the annotator was unsure of; exports alone have that."""


def read_version(path: str | Path, articles: Sequence[Article], name: str = "") -> Version:
    """Read one version.

    Args:
        path: A folder, or one file: Label Studio's JSON (``.json``: a task, or a list of them) or
            text forms (any other suffix). Names that begin with a dot are passed over.
        articles: Those that the version may be on; others are an error.
        name: What to call it; by default the folder's or the file's name.

    Raises:
        InvalidAnnotation: nothing is there, something cannot be read, an article is there twice or
            has two overlapping spans in one layer. The message names the file.
    """
    path = Path(path)
    known = {article.id: article for article in articles}
    documents: dict[str, Document] = {}
    doubts: dict[str, list[Doubt]] = {}
    for file in _files(path):
        read = _tasks(file, known) if file.suffix == ".json" else _form(file, known)
        for document, unsure in read:
            if document.id in documents:
                raise InvalidAnnotation(f"{file}: a second {document.id!r} in {path}; expected one")
            _check_apart(document, file)
            documents[document.id] = document
            doubts[document.id] = unsure
    if not documents:
        raise InvalidAnnotation(
            f"{path}: no annotation there; expected a folder or a file of exports or text forms"
        )
    return Version(name or path.resolve().stem, documents, doubts)


def shared(versions: Sequence[Version]) -> list[str]:
    """Return the ids of the articles that at least two of *versions* have, sorted."""
    every = [id for version in versions for id in version.documents]
    return sorted({id for id in every if every.count(id) > 1})


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(path.iterdir())
        return [file for file in inside if file.is_file() and not file.name.startswith(".")]
    return [path] if path.is_file() else []


def _tasks(file: Path, known: dict[str, Article]) -> Iterator[tuple[Document, list[Doubt]]]:
    value, findings = read_json(file)
    if findings:
        raise InvalidAnnotation(str(findings[0]))
    for task in value if isinstance(value, list) else [value]:
        data = task.get("data") if isinstance(task, dict) else None
        id = data.get("id") if isinstance(data, dict) else None
        reading = read_task(task, _known(id, known, file), str(file))
        wrong = errors(reading.findings)
        if wrong or reading.document is None:
            raise InvalidAnnotation(str(wrong[0]))
        yield reading.document, read_doubts(live_annotations(task)[0]["result"])


def _form(file: Path, known: dict[str, Article]) -> Iterator[tuple[Document, list[Doubt]]]:
    try:
        form = file.read_text("utf-8-sig").replace("\r\n", "\n")
        yield from_text(form, _known(form_id(form), known, file)), []
    except UnicodeDecodeError:
        raise InvalidAnnotation(f"{file}: not UTF-8; expected a text form or JSON") from None
    except InvalidAnnotation as error:
        said = str(error)
        raise InvalidAnnotation(said if said.startswith(str(file)) else f"{file}: {said}") from None


def _known(id: Any, known: dict[str, Article], file: Path) -> Article:
    if not isinstance(id, str) or id not in known:
        raise InvalidAnnotation(f"{file}: article {id!r} is not in the corpus; expected one of it")
    return known[id]


def _check_apart(document: Document, file: Path) -> None:
    for layer in LAYERS:
        spans = sorted(tagged_spans(layer, getattr(document, layer)))
        for before, after in itertools.pairwise(spans):
            if after[0] < before[1]:
                both = " and ".join(
                    f"{label} {document.text[start:end]!r}" for start, end, label in (before, after)
                )
                raise InvalidAnnotation(f"{file}: {both} overlap in {layer}; expected spans apart")
