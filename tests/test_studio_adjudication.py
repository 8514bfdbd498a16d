"""Adjudication on a real Label Studio: asked there, decided there, the same as in an editor."""

import shutil
from pathlib import Path

import msgspec
import pytest
from studio_server import Server
from test_adjudication import BOTH, on_page
from test_studio import annotate, full_documents, project_of, studio, tasks_of, write_corpus

from dateline import Document, Entity
from dateline.adjudication import Choice
from dateline.agreement import disagreements, read_version
from dateline.cli import main
from dateline.corpus import read_articles
from dateline.labelstudio import read_task

Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.slow

PAGE = ("decide", "disagreement")
"""What the page has besides the annotators' controls."""
GUIDELINES = "- **E1.** A rule.\n"


@pytest.fixture
def annotated(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A corpus of four articles that two people have annotated on the server and otherwise."""
    sound = [
        Document(
            document.article,
            document.entities,
            document.quotes,
            tuple(msgspec.structs.replace(event, realis="OTHER") for event in document.events),
        )
        for document in full_documents()
    ]
    first = [*sound, BOTH[0]]
    second = [*(changed(document) for document in sound), BOTH[1]]
    name = request.node.name.replace("_", "-")
    corpus = write_corpus(tmp_path, name, [document.article for document in first])
    (tmp_path / "annotations/guidelines.md").write_text(GUIDELINES)
    assert studio(server, "push", corpus, "--annotators", "ana", "bo") == 0
    for annotator, documents in (("ana", first), ("bo", second)):
        tasks = tasks_of(server, project_of(server, corpus, annotator))
        for document in documents:
            annotate(server, tasks[document.id]["id"], document)
    assert studio(server, "pull", corpus) == 0
    return corpus


def changed(document: Document) -> Document:
    """What another annotator might have said."""
    other = document.entities[4]
    entities = (Entity(other.start, other.end, "LAW"), *document.entities[:4])
    quote = msgspec.structs.replace(document.quotes[1], kind="MIXED", cue=None)
    replace = msgspec.structs.replace
    events = [replace(e, type="ENACT", arguments=e.arguments[1:]) for e in document.events[:5]]
    return Document(
        document.article, entities, (quote, *document.quotes[2:]), (*events, *document.events[5:])
    )


def decide(server: Server, corpus: Path, choices: dict[str, list[Choice]]) -> None:
    """Make choices in the project of the adjudication, as a person does on its page."""
    for id, task in tasks_of(server, adjudication_of(server, corpus)).items():
        (annotation,) = task["annotations"]
        result = on_page({"annotations": [annotation]}, choices.get(id, []))
        server.ask("PATCH", f"/api/annotations/{annotation['id']}/", {"result": result})


def adjudication_of(server: Server, corpus: Path) -> int:
    name = (corpus / "README.md").read_text().split("pretty_name: ")[1].split("\n")[0]
    (found,) = [
        project["id"]
        for project in server.ask("GET", "/api/projects/?page_size=100")["results"]
        if project["description"].endswith(f"dateline: {name} / ana and bo, by carla")
    ]
    return int(found)


def chosen(corpus: Path) -> dict[str, list[Choice]]:
    """By turns what ana and what bo has, of every disagreement."""
    articles, _ = read_articles(corpus)
    exports = corpus.parent / "annotations/exports"
    ana, bo = (read_version(exports / name, articles) for name in ("ana", "bo"))
    return {
        a.id: [
            Choice(*one.key, ("ana", "bo")[number % 5 == 0], (), "E1", f"reason {number}")
            for number, one in enumerate(
                disagreements(ana.documents[a.id], bo.documents[a.id], ("ana", "bo"))
            )
        ]
        for a in articles
    }


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def adjudicate(server: Server, corpus: Path, *more: str) -> int:
    return studio(server, "adjudicate", corpus, "ana", "bo", "--by", "carla", *more)


def test_both_roads_lead_to_the_same_files(
    server: Server, annotated: Path, tmp_path: Path, capsys: Capture
) -> None:
    annotations = annotated.parent / "annotations"
    assert adjudicate(server, annotated) == 0
    said = capsys.readouterr().out
    assert "4 imported, 0 replaced, 0 there already" in said
    again = f"dateline studio pull --adjudicated --corpus {annotated} --data {server.data}\n"
    assert said.endswith(f"\nnext: decide every DECIDE region there and submit, then {again}")
    assert adjudicate(server, annotated) == 0
    assert "0 imported, 0 replaced, 4 there already" in capsys.readouterr().out

    tasks = tasks_of(server, adjudication_of(server, annotated))
    articles = read_articles(annotated)[0]
    versions = [read_version(annotations / "exports" / n, articles) for n in ("ana", "bo")]
    choices = chosen(annotated)
    assert all(choices.values())
    for article in articles:
        task = tasks[article.id]
        assert len(task["predictions"]) == 2
        (annotation,) = task["annotations"]
        asked = [item for item in annotation["result"] if item.get("from_name") == "decide"]
        assert len(asked) == len(choices[article.id])
        agreed = [i for i in annotation["result"] if i.get("from_name") not in PAGE]
        read = read_task({**task, "annotations": [{"result": agreed}]}, article)
        assert read.document is not None
        for version in versions:
            assert set(read.document.entities) <= set(version.documents[article.id].entities)

    # Nothing is written while anything is undecided.
    assert studio(server, "pull", annotated, "--adjudicated") == 1
    said = capsys.readouterr().out
    for id, made in choices.items():
        assert said.count(f"{id}: undecided: ") == len(made)
        assert f"{id}: not written, {len(made)} to be settled first" in said
    assert said.endswith(f"\nnext: settle what is said above, then {again}")
    assert not (annotations / "gold").exists()
    assert not (annotations / "decisions").exists()

    decide(server, annotated, choices)
    assert studio(server, "pull", annotated, "--adjudicated") == 0, capsys.readouterr()
    on_server = files_of(annotations)
    assert len([name for name in on_server if name.startswith("gold/")]) == 4
    capsys.readouterr()
    assert studio(server, "pull", annotated, "--adjudicated") == 0
    said = capsys.readouterr().out
    assert said.count(": same") == 4
    assert said.endswith(f"\nnext: dateline check --corpus {annotated}\n")
    assert studio(server, "pull", annotated) == 0, "annotators' projects are pulled as before"
    assert files_of(annotations) == on_server

    sheet = tmp_path / "sheet.txt"
    shutil.rmtree(annotations / "gold")
    shutil.rmtree(annotations / "decisions")
    paths = [str(annotations / "exports" / name) for name in ("ana", "bo")]
    assert main(["agree", *paths, "--worksheet", str(sheet), "--corpus", str(annotated)]) == 0
    blocks = sheet.read_text("utf-8").replace("\nby:", "\nby: carla")
    for made in choices.values():
        for choice in made:
            filled = f"choice: {choice.choice}\nrule: E1\nreason: {choice.reason}"
            blocks = blocks.replace("choice:\nrule:\nreason:", filled, 1)
    sheet.write_text(blocks, "utf-8")
    assert main(["annotations", "decide", str(sheet), "--corpus", str(annotated)]) == 0
    assert files_of(annotations) == on_server


def test_what_is_doubted_or_changed_since_is_not_pulled(
    server: Server, annotated: Path, capsys: Capture
) -> None:
    annotations = annotated.parent / "annotations"
    assert adjudicate(server, annotated) == 0
    choices = chosen(annotated)
    decide(server, annotated, choices)
    tasks = tasks_of(server, adjudication_of(server, annotated))
    ids = sorted(tasks)

    (doubted,) = tasks[ids[0]]["annotations"]
    region = doubted["result"][0]
    doubt = {**region, "from_name": "doubt", "type": "choices"}
    doubt["value"] = {k: v for k, v in region["value"].items() if k != "labels"}
    doubt["value"]["choices"] = ["DOUBT"]
    note = {**doubt, "from_name": "note", "type": "textarea"}
    note["value"] = {**region["value"], "text": ["a firm?"]}
    del note["value"]["labels"]
    body = {"result": [*doubted["result"], doubt, note]}
    server.ask("PATCH", f"/api/annotations/{doubted['id']}/", body)
    annotate(server, tasks[ids[1]]["id"], BOTH[0])

    export = annotations / "exports/bo" / f"{ids[2]}.json"
    before = export.read_text("utf-8")
    export.write_text(before.replace('"ENACT"', '"AID"'), "utf-8")
    capsys.readouterr()
    assert studio(server, "pull", annotated, "--adjudicated") == 1
    said = capsys.readouterr().out
    assert f"{ids[0]}: doubted: " in said
    assert "(a firm?)" in said
    assert f"{ids[1]}: 2 annotations of task" in said
    assert f"{ids[2]}: the exports have changed since the adjudication was made" in said
    assert sorted(p.stem for p in (annotations / "gold").iterdir()) == ids[3:]
    assert studio(server, "adjudicate", annotated, "ana", "bo", "--by", "carla") == 1
    assert f"the versions of '{ids[2]}' have changed, and task" in capsys.readouterr().err


def test_versions_that_are_not_there_are_refused(
    server: Server, annotated: Path, capsys: Capture
) -> None:
    assert studio(server, "pull", annotated, "--adjudicated") == 1
    assert "no adjudication of" in capsys.readouterr().err
    assert studio(server, "adjudicate", annotated, "ana", "carla") == 1
    assert "carla: no annotation there" in capsys.readouterr().err
    assert studio(server, "adjudicate", annotated, "ana", "Bo") == 1
    assert "annotator 'Bo'; expected a pseudonym" in capsys.readouterr().err
