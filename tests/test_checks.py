"""Every finding is found, alone, in the files that have that one defect."""

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, TESTS

from dateline.checks import check, document_findings, source_findings
from dateline.cli import main
from dateline.corpus import build, read_source
from dateline.documents import CATALOGUE, errors

INVALID = TESTS / "invalid"


def test_every_finding_has_files_and_no_other_has() -> None:
    assert {path.name for path in INVALID.iterdir()} == set(CATALOGUE)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_one_defect_makes_one_finding(name: str, tiny: Path) -> None:
    corpus, annotations = tiny / "corpus", tiny / "annotations"
    of_dataset = name.startswith("dataset-")
    if of_dataset:
        main(["build", "--corpus", str(corpus)])
    shutil.copytree(INVALID / name, tiny, dirs_exist_ok=True)
    source = read_source(corpus, annotations)
    if not of_dataset and not errors(source_findings(source)):
        build(corpus, source.documents, [])
    found = check(corpus, annotations)
    assert {finding.name for finding in found} == {name}, [str(f) for f in found]
    said = str(found[0])
    assert said.startswith(f"{CATALOGUE[name][0]} {name}")
    assert found[0].file
    code = main(["check", "--corpus", str(corpus)])
    assert code == (1 if CATALOGUE[name][0] == "error" else 0)


def test_the_second_corpus_and_the_first_have_no_finding(tiny: Path) -> None:
    main(["build", "--corpus", str(tiny / "corpus")])
    assert check(tiny / "corpus", tiny / "annotations") == []
    assert check(ROOT / "corpus", ROOT / "annotations") == []


def test_documents_that_are_read_back_have_no_finding(built: Path) -> None:
    from dateline import load

    for document in load(built):
        assert list(document_findings(document)) == []


def test_an_exception_with_a_reason_is_no_finding(tiny: Path) -> None:
    shutil.copytree(INVALID / "label-varies", tiny, dirs_exist_ok=True)
    (tiny / "annotations/exceptions.csv").write_text(
        "finding,article,text,reason\nlabel-varies,lake-ferry,Keller,the inspector and her firm\n"
    )
    main(["build", "--corpus", str(tiny / "corpus")])
    assert check(tiny / "corpus", tiny / "annotations") == []
