"""``dateline export``, and CoNLL columns read back by the loader of datasets."""

from itertools import groupby
from pathlib import Path
from typing import Any

import datasets
import pytest
from conftest import ROOT, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import documents

from dateline import LAYERS, Article, Corpus, Document, load, tokenize
from dateline.cli import main
from dateline.conll import read_columns, to_columns
from dateline.corpus import tag_rows
from dateline.documents import SPLITS, Layer
from dateline.predictions import tagged_spans

Capture = pytest.CaptureFixture[str]


def loaded(path: Path) -> list[dict[str, Any]]:
    return list(
        datasets.load_dataset(
            "conll",
            data_files=str(path),
            column_names=["tokens", "tags"],
            split="train",
            streaming=True,
        )
    )


def rows(document: Document, layer: Layer) -> list[dict[str, Any]]:
    """The paragraphs of a document as the built dataset has them."""
    return [{"tokens": row["tokens"], "tags": row["tags"]} for row in tag_rows(document, layer)]


def check_columns(path: Path, given: list[Document], layer: Layer) -> None:
    assert loaded(path) == [row for document in given for row in rows(document, layer)]
    read = read_columns(path)
    assert (read.unit, read.scheme, read.malformed) == ("document", "IOB2", ())
    assert len(read.units) == len(given)
    for unit, document in zip(read.units, given, strict=True):
        offsets = tokenize(document.text)
        assert list(unit.tokens) == [document.text[a:b] for a, b in offsets]
        found = [(offsets[a][0], offsets[b - 1][1], label) for a, b, label in unit.spans]
        spans = tagged_spans(layer, getattr(document, layer))
        assert [span for span in spans if "\n" not in document.text[span[0] : span[1]]] == [
            span for span in found if span in spans
        ]
        inside = [sum(a <= start < b for a, b, _ in spans) for start, _, _ in found]
        assert inside == [1] * len(found)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_columns_of_the_corpus_come_back(tmp_path: Path, layer: Layer, capsys: Capture) -> None:
    corpus = ["--corpus", str(ROOT / "corpus"), "--output", str(tmp_path)]
    assert main(["export", "--format", "conll", "--layer", layer, *corpus]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: 12 articles for conll, files: 3\n"
    for split in SPLITS:
        check_columns(tmp_path / layer / f"{split}.conll", load(ROOT / "corpus", split), layer)
    built = datasets.load_dataset(
        str(ROOT / "corpus"), layer, split="test", cache_dir=str(tmp_path / "cache")
    )
    names = built.features["tags"].feature.int2str
    assert [{"tokens": row["tokens"], "tags": names(row["tags"])} for row in built] == loaded(
        tmp_path / layer / "test.conll"
    )


@settings(max_examples=examples(30))
@given(st.lists(documents(), min_size=1, max_size=4))
def test_columns_come_back(tmp_path_factory: pytest.TempPathFactory, given: list[Document]) -> None:
    path = tmp_path_factory.mktemp("columns") / "a.conll"
    for layer in LAYERS:
        said = [[(r["tokens"], r["tags"]) for r in rows(document, layer)] for document in given]
        path.write_text(to_columns(said), "utf-8")
        check_columns(path, given, layer)


def test_brat_has_every_article_as_it_is(built: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    command = ["export", "--format", "brat", "--corpus", str(built), "--output", str(output)]
    assert main(command) == 0
    texts = {path.name: path.read_bytes() for path in output.rglob("*.txt")}
    assert texts == {path.name: path.read_bytes() for path in (built / "articles").glob("*.txt")}
    notes = {path.with_suffix(".ann") for path in output.rglob("*.txt")}
    assert {*output.rglob("*.ann")} == notes
    assert (output / "annotation.conf").is_file()


def test_what_else_is_in_the_folder_stays(built: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    (output / "test").mkdir(parents=True)
    (output / "test/mine.ann").write_text("T1")
    (output / "visual.conf").write_text("mine")
    corpus = ["--corpus", str(built), "--output", str(output)]
    for split in ("train", "test"):
        assert main(["export", "--format", "brat", "--split", split, *corpus]) == 0
    assert (output / "test/mine.ann").read_text() == "T1"
    assert (output / "visual.conf").read_text() == "mine"
    assert {path.name for path in output.iterdir()} == {
        "annotation.conf", "visual.conf", "train", "test",
    }  # fmt: skip


def test_articles_and_layers_are_chosen(built: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    command = ["export", "--corpus", str(built), "--output", str(output)]
    chosen = ["--articles", "lake-ferry", "--layer", "quotes", "events"]
    assert main([*command, "--format", "brat", *chosen]) == 0
    (path,) = output.rglob("*.ann")
    assert path.name == "lake-ferry.ann"
    words = {line.split()[1] for line in path.read_text("utf-8").splitlines() if line[0] == "T"}
    assert not words & {"PERSON", "GPE", "TIME"}
    assert {"Quote", "Speaker", "Argument", "DISASTER"} <= words
    assert main([*command, "--format", "conll", *chosen]) == 0
    made = sorted(p.relative_to(output).as_posix() for p in output.rglob("*.conll"))
    assert made == ["events/test.conll", "quotes/test.conll"]
    lines = (output / "quotes/test.conll").read_text("utf-8").splitlines()
    assert [end for end, _ in groupby(lines)][:2] == ["-DOCSTART-\tO", ""]


@pytest.mark.parametrize("name", ["conll", "brat", "spacy"])
def test_a_refused_export_writes_nothing(
    built: Path, tmp_path: Path, capsys: Capture, name: str
) -> None:
    command = ["export", "--format", name, "--output", str(tmp_path / "out")]
    assert main([*command, "--corpus", str(built), "--articles", "lake-ferry", "nowhere"]) == 1
    assert "no article 'nowhere' in train, test" in capsys.readouterr().err
    assert main([*command, "--corpus", str(tmp_path)]) == 1
    assert "no article; expected a built dataset" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_way_is_named(built: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "out").write_text("mine")
    command = ["export", "--format", "conll", "--corpus", str(built)]
    assert main([*command, "--output", str(tmp_path / "out")]) == 1
    assert str(tmp_path / "out") in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("id", ["../../up", "..", "a/b", "", "/etc"])
def test_an_id_is_no_path(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, id: str
) -> None:
    """On the Hub a corpus is whoever's."""
    strange = Corpus("x", "1", "sha256:", "test", [Document(Article(id, "text"))])
    monkeypatch.setattr("dateline.cli.export.open_corpus", lambda corpus, split: strange)
    command = ["export", "--format", "brat", "--output", str(tmp_path / "out")]
    assert main([*command, "--corpus", "some/body", "--split", "test"]) == 1
    assert f"{id!r} cannot name a file" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
