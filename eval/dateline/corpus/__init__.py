"""A corpus: a folder, or a dataset on the Hugging Face Hub, with its version and content digest."""

import sys
from pathlib import Path
from typing import NamedTuple

from dateline.arrow import class_names, with_names
from dateline.documents import Document, InvalidCorpus, printable

from . import card
from .dataset import (
    build,
    data_file,
    dataset_findings,
    make,
    read_documents,
    read_rows,
    splits_of,
    written_by,
)
from .intake import TakenIn, normalise, take_in, with_row
from .overlap import LEAK, Overlap, overlap, overlaps
from .rows import CONFIGS, digest, document_of, document_row, rows_of, tag_names, tag_rows
from .source import COLUMNS, Source, annotations_beside, read_articles, read_json, read_source

__all__ = [
    "COLUMNS",
    "CONFIGS",
    "LEAK",
    "Corpus",
    "Overlap",
    "Source",
    "TakenIn",
    "annotations_beside",
    "build",
    "card",
    "data_file",
    "dataset_findings",
    "digest",
    "document_of",
    "document_row",
    "load",
    "make",
    "normalise",
    "open_corpus",
    "overlap",
    "overlaps",
    "read_articles",
    "read_documents",
    "read_json",
    "read_rows",
    "read_source",
    "rows_of",
    "splits_of",
    "tag_names",
    "tag_rows",
    "take_in",
    "with_row",
    "written_by",
]


class Corpus(NamedTuple):
    """One split of a corpus, as results speak of it."""

    name: str
    version: str
    digest: str
    """``sha256:…`` over the rows of all configs and splits."""
    split: str
    documents: list[Document]


def open_corpus(corpus: str | Path, split: str) -> Corpus:
    """Read one split of a built corpus.

    Args:
        corpus: A folder, or the id of a dataset on the Hub (``owner/name``).
        split: ``train``, ``validation`` or ``test``.

    Raises:
        InvalidCorpus: there is none, or not that split, or its card states no digest.
    """
    folder = Path(corpus)
    if folder.is_dir():
        front, _ = card.read(folder)
        stated = card.digest_in(front)
        documents = read_documents(folder, split)
        made = digest(read_rows(folder))
        if stated is not None and stated != made:
            raise InvalidCorpus(
                f"{folder}: its files hold {made}, its card says {stated}; "
                "expected both of one build (dateline build mends it)"
            )
        name, version = str(front.get("pretty_name", folder.name)), card.version_in(front)
    else:
        name, version, stated, documents = _from_hub(str(corpus), split)
    if stated is None:
        raise InvalidCorpus(
            f"{corpus}: its card states no content digest (dateline build writes it)"
        )
    return Corpus(name, version, stated, split, documents)


def load(corpus: str | Path = "corpus", split: str = "test") -> list[Document]:
    """Read the documents of one split of a built corpus; arguments and errors as `open_corpus`."""
    return open_corpus(corpus, split).documents


def _from_hub(id: str, split: str) -> tuple[str, str, str | None, list[Document]]:
    if id.count("/") != 1 or id.startswith((".", "/")):
        raise InvalidCorpus(
            f"{printable(id)}: no such folder; expected a corpus folder or a Hub id owner/name"
        )
    import datasets

    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    try:
        builder = datasets.load_dataset_builder(id, "documents")
        loaded = datasets.load_dataset(id, "documents", split=split)
        classes = class_names(loaded.features.to_dict())
        rows = [with_names(row, classes) for row in loaded]
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
        raise InvalidCorpus(f"{id}: cannot be loaded from the Hub: {error}") from None
    config = builder.config
    stated = card.digest_in({"configs": config.description})
    documents = [document_of(row, split) for row in rows]
    return id, str(config.version), stated, documents
