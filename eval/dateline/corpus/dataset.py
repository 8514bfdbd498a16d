"""The built dataset: data files and the card, of one build or of none.

The files are ``data/<config>/<split>-00000-of-00001.parquet``, the card is ``README.md``.

A build is made and checked in a folder of its own inside the corpus, then moved in by renames, the
card last. Whoever is killed between two renames leaves files and card of two builds, which
`dataset_findings` sees by the digest, and the next build mends.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dateline.arrow import inside, schema_classes, with_names
from dateline.documents import LAYERS, SPLITS, Document, Finding, InvalidCorpus

from . import card
from .rows import CLASSES, CONFIGS, Row, Rows, digest, document_of, rows_of, tag_names

WORKING = ".build-"
"""Prefix of the folder that a build is made in."""


def build(
    corpus: Path,
    documents: list[Document],
    provisional: list[str],
    provenance: Sequence[str] = (),
) -> str:
    """Build the dataset of a corpus folder and move it in.

    Args:
        corpus: The folder; its card's own front matter and prose are kept.
        documents: All documents of the corpus, free of errors.
        provisional: Ids of those whose gold is provisional, for the card.
        provenance: Further lines of Markdown for the card's generated part.

    Returns:
        The content digest.

    Raises:
        InvalidCorpus: there is no document, or the files as written do not hold what was built.
    """
    for left_over in corpus.glob(f"{WORKING}*"):
        shutil.rmtree(left_over)
    working = Path(tempfile.mkdtemp(prefix=WORKING, dir=corpus))
    try:
        working.chmod(0o755)
        made = make(corpus, working, documents, provisional, provenance)
        wanted = {path.relative_to(working) for path in working.rglob("*.parquet")}
        for path in sorted(wanted):
            (corpus / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(working / path, corpus / path)
        for path in sorted((corpus / "data").rglob("*.parquet")):
            if path.relative_to(corpus) not in wanted:
                path.unlink()
        os.replace(working / card.NAME, corpus / card.NAME)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return made


def make(
    corpus: Path,
    into: Path,
    documents: list[Document],
    provisional: list[str],
    provenance: Sequence[str] = (),
) -> str:
    """Write data files and card of *corpus* to the folder *into*, read them back, and compare."""
    if not documents:
        raise InvalidCorpus(f"{corpus}: no article to build from; expected at least one")
    rows = rows_of(documents)
    made = digest(rows)
    for config, splits in rows.items():
        for split, chosen in splits.items():
            path = into / data_file(config, split)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_parquet(path, config, chosen)
    (into / card.NAME).write_text(
        card.render(corpus, into, rows, made, [*_provisional(provisional), *provenance], _features),
        encoding="utf-8",
    )
    if digest(read_rows(into)) != made:
        raise InvalidCorpus(f"{corpus}: the files as written do not hold the rows that were built")
    return made


def _provisional(ids: Sequence[str]) -> list[str]:
    said = ", ".join(f"`{id}`" for id in ids)
    return ["", f"Gold is provisional for: {said}."] if ids else []


def data_file(config: str, split: str) -> Path:
    """Return the path of a data file inside the corpus folder."""
    return Path("data") / config / f"{split}-00000-of-00001.parquet"


def read_rows(corpus: Path) -> Rows:
    """Read all rows of a built dataset, with label names as its files give them.

    Raises:
        InvalidCorpus: a file cannot be read.
    """
    rows: Rows = {config: {} for config in CONFIGS}
    for config in CONFIGS:
        for split in SPLITS:
            if (corpus / data_file(config, split)).exists():
                rows[config][split] = _read_parquet(corpus / data_file(config, split))
    return rows


def read_documents(corpus: Path, split: str) -> list[Document]:
    """Read the documents of one split of a built dataset.

    Raises:
        InvalidCorpus: there is no such file, or it cannot be read.
    """
    path = corpus / data_file("documents", split)
    if not path.is_file():
        there = ", ".join(s for s in SPLITS if (corpus / data_file("documents", s)).is_file())
        raise InvalidCorpus(
            f"{path}: not there; expected a built dataset with the split {split!r}"
            + (f", it has {there}" if there else " (dateline build makes it)")
        )
    try:
        return [document_of(row, split) for row in _read_parquet(path)]
    except (KeyError, msgspec.ValidationError) as error:
        raise InvalidCorpus(f"{path}: not rows of documents ({error}); expected a build") from None


def splits_of(corpus: str | Path) -> list[str]:
    """Return the splits of a corpus: of a folder those that are built, of a Hub id all."""
    folder = Path(corpus)
    if not folder.is_dir():
        return list(SPLITS)
    return [split for split in SPLITS if (folder / data_file("documents", split)).is_file()]


def dataset_findings(corpus: Path, documents: list[Document]) -> Iterator[Finding]:
    """Compare the built dataset with itself and with what *documents* would make.

    Findings: dataset-missing, dataset-unreadable, dataset-half-replaced, dataset-label-names,
    dataset-stale.
    """
    try:
        front, _ = card.read(corpus)
        said = card.digest_in(front)
        rows = read_rows(corpus)
    except InvalidCorpus as error:
        yield Finding("dataset-unreadable", str(corpus), "", str(error))
        return
    expected_files = [
        data_file(config, split)
        for config, splits in rows_of(documents).items()
        for split in splits
    ]
    missing = [path for path in expected_files if not (corpus / path).is_file()]
    if missing or said is None:
        got = f"no {missing[0]}" if missing else "a card without digest"
        yield Finding("dataset-missing", str(corpus), "", got, "all files (dateline build)")
        return
    strange = {path.relative_to(corpus) for path in (corpus / "data").rglob("*.parquet")}
    for path in sorted(strange - set(expected_files)):
        yield Finding("dataset-half-replaced", str(corpus / path), "", "a file of another build")
    try:
        yield from _label_name_findings(corpus, front, expected_files)
    except (KeyError, TypeError, AttributeError) as error:
        got = f"dataset_info without or with a wrong {error}"
        yield Finding("dataset-unreadable", str(corpus / card.NAME), "", got, "what a build writes")
        return
    built = digest(rows)
    if built != said:
        yield Finding("dataset-half-replaced", str(corpus), "", f"data {built}", f"card {said}")
    elif built != (wanted := digest(rows_of(documents))):
        yield Finding("dataset-stale", str(corpus), "", built, wanted)


def _label_name_findings(
    corpus: Path, front: dict[str, Any], files: list[Path]
) -> Iterator[Finding]:
    from pyarrow import parquet

    for info in front.get("dataset_info", []):
        config = info["config_name"]
        named = dict(_class_labels(info["features"]))
        for path in sorted(corpus / file for file in files if file.parent.name == config):
            for field, names in schema_classes(parquet.read_schema(path)).items():
                if named.get(field) != names:
                    got = f"{config}.{field}: {named.get(field)}"
                    yield Finding("dataset-label-names", str(path), "", got, str(names))
                    break


def _class_labels(features: Any, place: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield place and class names of every ClassLabel in a card's features, as `schema_classes`."""
    if isinstance(features, list):
        for item in features:
            yield from _class_labels(item, place)
    elif isinstance(features, dict):
        here = inside(place, features["name"]) if "name" in features else place
        for value in features.values():
            if isinstance(value, dict) and "class_label" in value:
                names = value["class_label"]["names"]
                yield here, [names[key] for key in sorted(names, key=int)]
            else:
                yield from _class_labels(value, here)


def written_by(path: Path) -> str:
    """Return the name and version of the library that wrote a data file."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return str(parquet.read_metadata(path).created_by)
    except (OSError, pa.ArrowException):
        return "nobody: it cannot be read"


def _features(config: str) -> Any:
    """Return the `datasets.Features` of a config."""
    from datasets import ClassLabel, Features, List, Value

    def classes(field: str) -> Any:
        return ClassLabel(names=list(CLASSES[field]))

    offsets = {"start": Value("int32"), "end": Value("int32")}
    span = {**offsets, "text": Value("string")}
    if config in LAYERS:
        return Features(
            {
                "id": Value("string"),
                "paragraph": Value("int32"),
                "tokens": List(Value("string")),
                "offsets": List(offsets),
                "tags": List(ClassLabel(names=list(tag_names(config)))),
            }
        )
    strings = "id text story topic title publisher date language licence origin sha256".split()
    return Features(
        {
            **{name: Value("string") for name in strings},
            "tokens": List(offsets),
            "sentences": List(offsets),
            "entities": List({**span, "label": classes("label")}),
            "quotes": List(
                {
                    "kind": classes("kind"),
                    "fragments": List(span),
                    "cue": span,
                    "source": span,
                    "speakers": List(span),
                }
            ),
            "events": List(
                {
                    **span,
                    "type": classes("type"),
                    "realis": classes("realis"),
                    "polarity": classes("polarity"),
                    "arguments": List({**span, "role": classes("role")}),
                }
            ),
        }
    )


def _write_parquet(path: Path, config: str, rows: list[Row]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    features = _features(config)
    encoded = [features.encode_example(row) for row in rows]
    table = pa.Table.from_pylist(encoded, schema=features.arrow_schema)
    parquet.write_table(
        table,
        path,
        version="2.6",
        compression="zstd",
        compression_level=9,
        use_dictionary=True,
        write_statistics=True,
        row_group_size=1000,
        data_page_version="1.0",
        write_page_index=True,
        store_schema=True,
    )


def _read_parquet(path: Path) -> list[Row]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InvalidCorpus(f"{path}: cannot be read as Parquet: {error}") from None
    try:
        classes = schema_classes(table.schema)
        return [with_names(row, classes) for row in table.to_pylist()]
    except ValueError as error:
        raise InvalidCorpus(f"{path}: {error}") from None
