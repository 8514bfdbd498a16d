"""The dataset: built, killed, healed, loaded, and told apart from another with the same card."""

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fakehub
import pytest
from conftest import ROOT, TESTS
from hypothesis import given
from pyarrow import parquet
from strategies import documents

from dateline import Document, InvalidCorpus, load, open_corpus, paragraphs
from dateline.bio import decode
from dateline.checks import check
from dateline.cli import main
from dateline.corpus import (
    CONFIGS,
    document_of,
    document_row,
    read_rows,
    read_source,
    rows_of,
    tag_rows,
)
from dateline.predictions import tagged_spans


@given(documents())
def test_documents_come_back_from_rows(document: Document) -> None:
    assert document_of(document_row(document), document.article.split) == document


@given(documents())
def test_tag_rows_hold_every_span_once_a_paragraph(document: Document) -> None:
    for layer in ("entities", "quotes", "events"):
        found = []
        for row in tag_rows(document, layer):
            offsets = [(token["start"], token["end"]) for token in row["offsets"]]
            assert [document.text[a:b] for a, b in offsets] == row["tokens"]
            found += decode(offsets, row["tags"])
        lines = paragraphs(document.text)
        clipped = [
            (max(start, line[0]), min(end, line[1]), label)
            for start, end, label in tagged_spans(layer, getattr(document, layer))
            for line in lines
            if start < line[1] and line[0] < end
        ]
        assert [(a, label) for a, _, label in sorted(found)] == [
            (a + len(document.text[a:b]) - len(document.text[a:b].lstrip()), label)
            for a, b, label in sorted(clipped)
        ]


def test_a_fragment_over_a_break_begins_again() -> None:
    source = read_source(TESTS / "tiny/corpus", TESTS / "tiny/annotations")
    gold = next(document for document in source.documents if document.id == "lake-ferry")
    rows = tag_rows(gold, "quotes")
    assert rows[1]["tags"][-1] == "I-DIRECT"
    assert rows[2]["tags"][0] == "B-DIRECT"


def test_what_is_built_is_what_is_loaded(built: Path) -> None:
    source = read_source(built, built.parent / "annotations")
    for split in ("train", "test"):
        expected = sorted(
            (d for d in source.documents if d.article.split == split), key=lambda d: d.id
        )
        assert load(built, split) == expected
    with pytest.raises(InvalidCorpus, match=r"split 'validation', it has train, test"):
        load(built, "validation")
    corpus = open_corpus(built, "test")
    assert (corpus.version, corpus.digest[:7]) == ("0.0.0", "sha256:")


def test_two_builds_have_the_same_bytes(built: Path, tmp_path: Path) -> None:
    other = shutil.copytree(built.parent, tmp_path / "other")
    shutil.rmtree(other / "corpus/data")
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    command = [sys.executable, "-m", "dateline", "build", "--corpus", str(other / "corpus")]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    files = sorted(path.relative_to(built) for path in built.rglob("*.*"))
    assert len([path for path in files if path.suffix == ".parquet"]) == 8
    for path in files:
        if path.name != "README.md":
            assert (built / path).read_bytes() == (other / "corpus" / path).read_bytes()


def test_the_published_files_are_what_a_build_makes() -> None:
    assert main(["build", "--check", "--corpus", str(ROOT / "corpus")]) == 0


def change(corpus: Path) -> None:
    """Edit an article, its manifest line and its gold: 51 votes become 52."""
    for path in (
        corpus / "articles/quiet-vote.txt",
        corpus.parent / "annotations/gold/quiet-vote.json",
    ):
        path.write_text(path.read_text("utf-8").replace("51", "52"), encoding="utf-8")
    article = corpus / "articles/quiet-vote.txt"
    with (corpus / "articles.csv").open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["id"] == "quiet-vote":
            row["sha256"] = hashlib.sha256(article.read_bytes()).hexdigest()
    with (corpus / "articles.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


KILLED = """
import os, sys
from dateline.cli import main
calls = 0
def killing(source, target, replace=os.replace):
    global calls
    calls += 1
    if calls == int(sys.argv[2]):
        os._exit(137)
    replace(source, target)
os.replace = killing
sys.exit(main(["build", "--corpus", sys.argv[1]]))
"""


@pytest.mark.slow
def test_a_build_killed_at_any_rename_is_healed_by_the_next(built: Path) -> None:
    old = read_rows(built)
    change(built)
    for rename in range(1, 11):
        run = subprocess.run([sys.executable, "-c", KILLED, str(built), str(rename)], check=False)
        names = {finding.name for finding in check(built, built.parent / "annotations")}
        if run.returncode == 0:
            break
        assert run.returncode == 137
        assert names <= {"dataset-stale", "dataset-half-replaced"}
        assert names or read_rows(built) != old
    assert rename == 10, "eight data files and a card are moved"
    assert names == set()
    assert not list(built.glob(".build-*"))
    assert {d.id for d in load(built)} == {"lake-ferry", "quiet-vote"}
    # Back again from a half-replaced state: each kill left the folder whole enough to build.
    assert main(["build", "--check", "--corpus", str(built)]) == 0


def test_a_build_with_findings_changes_nothing(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in built.rglob("*.*")}
    shutil.copytree(TESTS / "invalid/span-overlap", built.parent, dirs_exist_ok=True)
    assert main(["build", "--corpus", str(built)]) == 1
    assert "span-overlap" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in built.rglob("*.*")} == before


def test_a_split_that_went_is_removed(built: Path) -> None:
    manifest = built / "articles.csv"
    manifest.write_text(manifest.read_text().replace("harbour-prize,train", "harbour-prize,test"))
    assert main(["build", "--corpus", str(built)]) == 0
    assert not list(built.rglob("train-*"))
    assert len(load(built)) == 3


def test_the_authors_card_is_kept(built: Path) -> None:
    card = built / "README.md"
    said = card.read_text("utf-8").replace("pretty_name: corpus", "pretty_name: Tiny\nlicense: mit")
    card.write_text(
        said.replace("# corpus", "# Tiny\n\nProse.").replace("0.0.0", "0.2.0"), encoding="utf-8"
    )
    assert main(["build", "--corpus", str(built)]) == 0
    text = card.read_text("utf-8")
    assert "license: mit" in text
    assert "Prose." in text
    assert text.count("<!-- counts") == 1
    assert "version: 0.2.0\n  description" in text
    assert open_corpus(built, "test").version == "0.2.0"


LOAD = """
import sys
from datasets import load_dataset, ClassLabel
corpus = sys.argv[1]
assert set(load_dataset(corpus)) == set(load_dataset(corpus, "documents"))
said = []
for config in ("documents", "entities", "quotes", "events"):
    for split in load_dataset(corpus, config):
        plain = load_dataset(corpus, config, split=split)
        streamed = load_dataset(corpus, config, split=split, streaming=True)
        assert list(plain) == list(streamed), (config, split)
        assert plain.features == streamed.features
    features = plain.features
    if config == "documents":
        assert features["entities"].feature["label"].names[0] == "PERSON"
        assert features["events"].feature["arguments"].feature["role"].names[0] == "AGENT"
        for row in load_dataset(corpus, split="test"):
            for entity in row["entities"]:
                assert row["text"][entity["start"]:entity["end"]] == entity["text"]
                said.append(entity["text"])
    else:
        assert features["tags"].feature.names[:1] == ["O"]
        assert isinstance(features["tags"].feature, ClassLabel)
print(" ".join(said))
"""


@pytest.mark.slow
def test_datasets_loads_every_config_and_never_an_old_cache(built: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"}

    def loaded() -> list[str]:
        run = subprocess.run(
            [sys.executable, "-c", LOAD, str(built)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.split()

    assert "51" in loaded()
    change(built)
    assert main(["build", "--corpus", str(built)]) == 0
    again = loaded()
    assert "52" in again
    assert "51" not in again


@pytest.mark.slow
def test_datasets_loads_the_published_corpus_by_name(tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-c", LOAD, "corpus"]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "JCPOA" in run.stdout


NEWEST = """
import sys, pyarrow
from dateline.cli import main
print(pyarrow.__version__)
corpus = sys.argv[1]
assert main(["build", "--check", "--corpus", corpus]) == 0, "another digest"
assert main(["build", "--corpus", corpus]) == 0
assert main(["check", "--corpus", corpus]) == 0
"""


@pytest.mark.slow
def test_the_newest_pyarrow_makes_the_same_digest(built: Path, tmp_path: Path) -> None:
    import pyarrow

    target = tmp_path / "newest"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
    subprocess.run([*install, "--target", str(target), "pyarrow"], check=True, capture_output=True)
    before = open_corpus(built, "test").digest
    bytes_before = (built / "data/quotes/test-00000-of-00001.parquet").read_bytes()
    environment = {**os.environ, "PYTHONPATH": str(target)}
    run = subprocess.run(
        [sys.executable, "-c", NEWEST, str(built)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert open_corpus(built, "test").digest == before
    if run.stdout.split()[0] != pyarrow.__version__:
        assert (built / "data/quotes/test-00000-of-00001.parquet").read_bytes() != bytes_before
    # What the newest wrote, the pinned one reads, and finds the same digest.
    assert check(built, built.parent / "annotations") == []


def test_every_config_has_every_split() -> None:
    for config in CONFIGS:
        names = sorted(
            path.name.partition("-")[0] for path in (ROOT / "corpus/data" / config).iterdir()
        )
        assert names == ["test", "train", "validation"]


@pytest.mark.parametrize("corpus", ["no-such-folder", "./owner/name"])
def test_a_corpus_that_is_not_there_is_refused(corpus: str) -> None:
    with pytest.raises(InvalidCorpus, match="expected a corpus folder or a Hub id"):
        load(corpus)


def test_a_file_among_the_data_that_no_build_wrote_is_told(built: Path) -> None:
    stray = built / "data/documents/copy.parquet"
    stray.write_bytes(b"no Parquet")
    (finding,) = check(built, built.parent / "annotations")
    assert (finding.name, finding.file) == ("dataset-half-replaced", str(stray))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda written: re.sub(r'("names": )\[.*?\]', r'\1["X"]', written),
            r"class id \d+; expected 0 to 0",
        ),
        (lambda written: written[:-1], "the schema's metadata hold no features"),
        (lambda written: "[]", "the schema's metadata hold no features"),
        (lambda written: written.replace('"names"', '"name"'), "the schema's metadata hold no"),
    ],
    ids=["too few names", "cut off", "no object", "no names"],
)
def test_a_data_file_whose_classes_are_wrong_is_refused(
    built: Path, change: Callable[[str], str], message: str
) -> None:
    path = next((built / "data/documents").glob("test-*.parquet"))
    table = parquet.read_table(path)
    written = table.schema.metadata[b"huggingface"].decode()
    changed = {b"huggingface": change(written).encode()}
    parquet.write_table(table.replace_schema_metadata(changed), path)
    with pytest.raises(InvalidCorpus, match=message) as refused:
        load(built)
    assert str(refused.value).startswith(f"{path}: ")


def test_a_hub_id_that_cannot_be_reached_is_refused() -> None:
    with pytest.raises(InvalidCorpus, match="cannot be loaded from the Hub"):
        load("no-such-owner/no-such-dataset")


def test_rows_are_sorted_by_article_whatever_the_manifest_says() -> None:
    source = read_source(TESTS / "tiny/corpus", TESTS / "tiny/annotations")
    assert rows_of(source.documents) == rows_of(source.documents[::-1])


def rows(config: str, corpus: Path) -> list[dict[str, Any]]:
    return [row for split in read_rows(corpus)[config].values() for row in split]


def test_links_are_shipped_with_their_text() -> None:
    for row in rows("documents", ROOT / "corpus"):
        for quote in row["quotes"]:
            for part in (*quote["fragments"], *quote["speakers"], quote["cue"], quote["source"]):
                if part is not None:
                    assert row["text"][part["start"] : part["end"]] == part["text"]
            mentions = [(entity["start"], entity["end"]) for entity in row["entities"]]
            assert all((s["start"], s["end"]) in mentions for s in quote["speakers"])


HUB = """
import sys, dateline
corpus = dateline.open_corpus("dateline/tiny", "test")
folder = dateline.open_corpus(sys.argv[1], "test")
assert corpus.documents == folder.documents
assert (corpus.version, corpus.digest) == (folder.version, folder.digest)
print(len(corpus.documents))
"""


@pytest.mark.slow
def test_a_corpus_on_the_hub_is_what_its_folder_is(built: Path, tmp_path: Path) -> None:
    with fakehub.serving(built) as endpoint:
        hub = {"HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1"}
        run = subprocess.run(
            [sys.executable, "-c", HUB, str(built)],
            env={**os.environ, "HF_HUB_OFFLINE": "0", **hub},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    assert run.stdout == "2\n"
