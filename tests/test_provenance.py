"""The card tells how far annotators agree, apart for models and people, and what was amended."""

from pathlib import Path

import pytest
from conftest import ROOT

from dateline import Document, InvalidAnnotation, files
from dateline.adjudication import (
    AMENDMENT,
    Decision,
    Place,
    provenance,
    read_annotators,
    read_audit,
    read_rules,
    write_decisions,
)
from dateline.agreement import Lines
from dateline.cli import main
from dateline.corpus import read_source
from dateline.labelstudio import dump_task, write_task

HEAD = "name,who,how\n"


@pytest.fixture
def annotated(tiny: Path) -> Path:
    """The second corpus with passes of two models and two people; those of people are equal."""
    documents = read_source(tiny / "corpus", tiny / "annotations").documents
    for name in ("m1", "m2", "ana", "bo"):
        for document in documents:
            said = document
            if name == "m2":
                said = Document(document.article, document.entities[1:], (), document.events)
            path = tiny / f"annotations/exports/{name}/{document.id}.json"
            files.write(path, dump_task(write_task(said)))
    return tiny


def lines_of(folder: Path) -> list[str]:
    source = read_source(folder / "corpus", folder / "annotations")
    return provenance(folder / "annotations", source.documents)


def test_models_and_people_have_a_column_each(annotated: Path) -> None:
    annotators = annotated / "annotations/annotators.csv"
    assert lines_of(annotated) == []
    annotators.write_text(HEAD + "m1,model,once\nm2,model,once\nadjudicator,model,decides\n")
    (entities,) = [line for line in lines_of(annotated) if line.startswith("| entities, with")]
    assert entities.endswith("|  |"), "no person has annotated"
    assert "100.0" not in entities
    annotators.write_text(annotators.read_text() + "ana,person,by hand\nbo,person,by hand\n")
    (entities,) = [line for line in lines_of(annotated) if line.startswith("| entities, with")]
    assert entities.endswith("| 100.0 |")
    annotators.write_text(HEAD + "ana,person,by hand\nbo,person,by hand\n")
    said = "\n".join(lines_of(annotated))
    assert "one model agree on" not in said
    assert "F1 is exact, over 3 articles" in said
    annotators.write_text(annotators.read_text() + "m1,model,once\nm2,model,once\n")
    main(["build", "--corpus", str(annotated / "corpus")])
    card = (annotated / "corpus/README.md").read_text("utf-8")
    assert entities in card
    assert "consistency with itself" in card
    assert main(["build", "--check", "--corpus", str(annotated / "corpus")]) == 0


def test_amendments_are_counted_by_layer(annotated: Path) -> None:
    def decision(part: str, start: int) -> Decision:
        place = Place(start, start + 3, "Ana")
        versions: dict[str, Lines] = {"m1": ("PERSON [Ana]",), "m2": ("PERSON [Ana]",)}
        return Decision("entities", part, part, place, versions, "neither", (), "E1", "", "audit")

    made = [decision(AMENDMENT, 0), decision(AMENDMENT, 4), decision("head", 8)]
    write_decisions(annotated / "annotations/decisions/harbour-prize.jsonl", made)
    said = lines_of(annotated)
    assert "Adjudicated: 1 disagreements (1 neither)." in said
    (entities,) = [line for line in said if line.startswith("| entities |")]
    count = entities.split("|")
    assert count[3].strip() == "2"


def test_an_audit_is_told(annotated: Path) -> None:
    path = annotated / "annotations/audit.csv"
    path.write_text("rule,clear,arguable,accepted\nE1,2,1,2\nE2,0,0,0\n")
    (line,) = [line for line in lines_of(annotated) if line.startswith("Audit")]
    assert "each of 2 rules" in line
    assert "Of 3 findings (2 called clear, 1 arguable) 2 were accepted" in line
    path.write_text("rule,clear,arguable,accepted\nE1,two,1,2\n")
    with pytest.raises(InvalidAnnotation, match="whole numbers"):
        lines_of(annotated)


def test_the_audit_is_of_the_rules_that_there_are() -> None:
    rules = read_rules(ROOT / "annotations/guidelines.md")
    assert set(read_audit(ROOT / "annotations")) <= rules


@pytest.mark.parametrize("said", ["name,who\nm1,model\n", HEAD + "m1,machine,once\n"])
def test_annotators_are_models_or_people(annotated: Path, said: str) -> None:
    (annotated / "annotations/annotators.csv").write_text(said)
    with pytest.raises(InvalidAnnotation, match="who model or person"):
        read_annotators(annotated / "annotations")
