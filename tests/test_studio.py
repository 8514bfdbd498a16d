"""Against a real Label Studio: what goes in comes out, once, and nobody's work is lost."""

import copy
import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import ROOT
from studio_server import Server, free_port, serving

from dateline import (
    ENTITY_LABELS,
    EVENT_TYPES,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    Argument,
    Article,
    Document,
    Entity,
    Event,
    Quote,
    Span,
    tokenize,
)
from dateline.cli import main
from dateline.corpus import COLUMNS, read_articles, read_source
from dateline.labelstudio import CHOICES, REGION_LABELS, RELATIONS, read_task, write_task
from dateline.predictions import as_document, prediction_of, write_predictions
from dateline.studio.projects import mark

Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.slow


def awkward_text(words: int) -> str:
    """A text with every kind of character that has been known to move offsets."""
    pieces = [
        "🚢",
        "a\u00a0b",
        "Jo\u0301zef",
        "“quoted”",
        "&amp;",
        "<b>",
        "国人",
        "👨‍👩‍👧",
        "tab\tbed",
    ]
    plain = [f"w{i}" for i in range(words)]
    mixed = [word for pair in zip(plain, pieces * words, strict=False) for word in pair]
    return " ".join(mixed[:words]) + "\n\n" + " ".join(mixed[words:]) + "\n"


def full_documents() -> list[Document]:
    """Three documents that have every label, choice and relation between them."""
    documents = []
    for number in range(3):
        article = Article(f"full-{number}", awkward_text(60))
        tokens = [Span(*token) for token in tokenize(article.text)]
        line = article.text.index("\n")
        first = [token for token in tokens if token.end <= line]
        second = [token for token in tokens if token.start > line]
        entities = [Entity(t.start, t.end, x) for t, x in zip(first, ENTITY_LABELS, strict=False)]
        quotes = [
            Quote(
                (second[0], Span(second[2].start, second[4].end)), "DIRECT", second[5], second[6]
            ),
            Quote((second[8],), "INDIRECT", second[5], entities[3].bare(), (entities[3].bare(),)),
            Quote(
                (Span(first[-2].start, first[-1].end),),
                QUOTE_KINDS[number],
                speakers=(entities[0].bare(), entities[1].bare()),
            ),
        ]
        events = [
            Event(
                token.start,
                token.end,
                type_,
                REALIS[i % 3],
                POLARITIES[(i + number) % 2],
                tuple(
                    Argument(second[i + k].start, second[i + k].end, role)
                    for k, role in enumerate(ROLES)
                ),
            )
            for i, (token, type_) in enumerate(zip(second[10:], EVENT_TYPES, strict=False))
        ]
        documents.append(Document(article, tuple(entities), tuple(quotes), tuple(events)))
    return documents


def write_corpus(folder: Path, name: str, articles: list[Article]) -> Path:
    """Write a corpus folder with these articles, its name on the card, and the configuration."""
    import csv
    import hashlib

    corpus = folder / "corpus"
    (corpus / "articles").mkdir(parents=True)
    columns = list(COLUMNS)
    with (corpus / "articles.csv").open("w", newline="") as file:
        rows = csv.DictWriter(file, columns)
        rows.writeheader()
        for article in articles:
            data = article.text.encode()
            (corpus / "articles" / f"{article.id}.txt").write_bytes(data)
            row = dict.fromkeys(columns, "") | {"id": article.id, "split": "test"}
            row |= {"story": article.id, "language": "en", "licence": "CC0-1.0"}
            rows.writerow(row | {"origin": "original", "sha256": hashlib.sha256(data).hexdigest()})
    (corpus / "README.md").write_text(f"---\npretty_name: {name}\n---\n", encoding="utf-8")
    (folder / "annotations").mkdir()
    (folder / "annotations/labels.xml").write_bytes((ROOT / "annotations/labels.xml").read_bytes())
    return corpus


@pytest.fixture
def small(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A corpus of five short articles, with a name of its own on the shared server."""
    articles = [Article(f"short-{i}", f"Ana Ruiz saw Oslo {i} times.\n") for i in range(5)]
    return write_corpus(tmp_path, re.sub(r"\W|_", "-", request.node.name), articles)


def studio(server: Server, command: str, corpus: Path, *more: str) -> int:
    options = ["--corpus", str(corpus), "--data", str(server.data), *more]
    return main(["studio", command, *options])


def project_of(server: Server, corpus: Path, annotator: str = "") -> int:
    """Return the id of the project that a push has made."""
    name = re.findall("pretty_name: (.*)", (corpus / "README.md").read_text())[0].lower().strip("-")
    name = "-".join(re.findall("[a-z0-9]+", name))
    found = [
        project["id"]
        for project in server.ask("GET", "/api/projects/?page_size=100")["results"]
        if project["description"].splitlines()[-1:] == [mark(name, annotator)]
    ]
    assert len(found) == 1, found
    return int(found[0])


def tasks_of(server: Server, project: int) -> dict[str, dict[str, Any]]:
    """Return the tasks of a project by article; there must be one each."""
    path = f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true"
    tasks = server.ask("GET", path)
    by_article = {task["data"]["id"]: task for task in tasks}
    assert len(by_article) == len(tasks)
    return by_article


def annotate(server: Server, task: int, document: Document, token: str = "", **more: Any) -> Any:
    result = write_task(document)["annotations"][0]["result"]
    body = {"result": result, **more}
    return server.ask("POST", f"/api/tasks/{task}/annotations/", body, token)


def exported(corpus: Path, annotator: str) -> dict[str, Document]:
    """Read back the files that a pull has written."""
    articles = {article.id: article for article in read_articles(corpus)[0]}
    found = {}
    for path in (corpus.parent / "annotations/exports" / annotator).glob("*.json"):
        said = path.read_text("utf-8")
        assert "@" not in said, "an address in a public file"
        reading = read_task(json.loads(said), articles[path.stem])
        assert reading.findings == []
        assert reading.document is not None
        found[path.stem] = reading.document
    return found


def plain(document: Document) -> tuple[Any, ...]:
    return document.text, document.entities, document.quotes, document.events


def test_the_configuration_is_accepted_and_has_the_labels_of_the_code(server: Server) -> None:
    from label_studio_sdk.label_interface.interface import LabelInterface

    config = (ROOT / "annotations/labels.xml").read_text("utf-8")
    interface = LabelInterface(config)
    interface.validate()
    controls = {name: tuple(control.labels) for name, control in interface._controls.items()}
    assert {name: controls[name] for name in REGION_LABELS} == REGION_LABELS
    assert {name: controls[name] for name in CHOICES} == CHOICES
    assert set(controls) - set(REGION_LABELS) - set(CHOICES) == {"note"}
    assert tuple(re.findall(r'<Relation value="(\w+)"', config)) == RELATIONS
    body = {"title": "the configuration", "label_config": config}
    assert server.ask("POST", "/api/projects/", body)["label_config"] == config.strip()


def test_the_server_is_ours_alone(server: Server) -> None:
    token, password = server.access.token, server.access.password
    assert len(token) == 40
    path = server.data / "access.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    log = (server.data / "server.log").read_text("utf-8", "replace")
    assert str(path) in server.printed
    for secret in (token, password):
        assert secret not in server.printed
        assert secret not in log
    for host in ("pypi.org", "sentry.io", "heartex", "amplitude"):
        assert host not in log
    commands = [
        line.read_bytes()
        for line in Path("/proc").glob("[0-9]*/cmdline")
        if os.access(line, os.R_OK) and line.exists()
    ]
    assert not [command for command in commands if token.encode() in command]
    port = f"{server.port:04X}"
    listening = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {row[1] for row in listening if row[3] == "0A" and row[1].endswith(f":{port}")}
    assert addresses == {f"0100007F:{port}"}


def test_serve_reuses_what_runs_and_says_when_a_port_is_taken(
    server: Server, tmp_path: Path, capsys: Capture
) -> None:
    port = ["--port", str(server.port)]
    assert main(["studio", "serve", "--data", str(server.data), *port]) == 0
    assert f"runs at {server.access.url} already" in capsys.readouterr().out
    assert main(["studio", "serve", "--data", str(tmp_path), *port]) == 1
    assert f"port {server.port} is taken by another program" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_everything_goes_in_and_comes_out_equal(
    server: Server, tmp_path: Path, capsys: Capture
) -> None:
    documents = full_documents()
    assert {e.label for d in documents for e in d.entities} == set(ENTITY_LABELS)
    assert {e.type for d in documents for e in d.events} == set(EVENT_TYPES)
    assert {e.realis for d in documents for e in d.events} == set(REALIS)
    assert {q.kind for d in documents for q in d.quotes} == set(QUOTE_KINDS)
    assert {a.role for d in documents for e in d.events for a in e.arguments} == set(ROLES)
    corpus = write_corpus(tmp_path, "Round trip", [document.article for document in documents])
    assert studio(server, "push", corpus, "--annotators", "ana", "bo") == 0
    assert studio(server, "pull", corpus) == 0
    assert "6 open" in capsys.readouterr().out

    other = server.sign_up("bo@example.org")
    ana = tasks_of(server, project_of(server, corpus, "ana"))
    bo = tasks_of(server, project_of(server, corpus, "bo"))
    emptied = [msgspec.structs.replace(document, events=()) for document in documents]
    for document, less in zip(documents, emptied, strict=True):
        annotate(server, ana[document.id]["id"], document)
        annotate(server, bo[document.id]["id"], less, other)
    # Bo skips one more than he annotates, and goes on with another after submitting it.
    annotate(server, bo["full-0"]["id"], documents[0], other, was_cancelled=True)
    (submitted,) = tasks_of(server, project_of(server, corpus, "bo"))["full-1"]["annotations"]
    draft = {"result": [], "lead_time": 1, "annotation": submitted["id"]}
    server.ask(
        "POST",
        f"/api/tasks/{bo['full-1']['id']}/annotations/{submitted['id']}/drafts",
        draft,
        other,
    )

    assert studio(server, "pull", corpus) == 0
    said = capsys.readouterr().out
    assert "ana full-0: new" in said
    assert "bo full-1: unfinished: new, and there is a newer draft" in said
    assert "5 new, 1 unfinished" in said
    assert [plain(d) for _, d in sorted(exported(corpus, "ana").items())] == [
        *map(plain, documents)
    ]
    assert [plain(d) for _, d in sorted(exported(corpus, "bo").items())] == [*map(plain, emptied)]
    files = {
        path: path.read_bytes() for path in (corpus.parent / "annotations/exports").rglob("*.json")
    }
    for path, data in files.items():
        assert json.loads(data)["annotations"][0]["completed_by"] == path.parent.name
    assert studio(server, "pull", corpus) == 0
    assert "5 same, 1 unfinished" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in files} == files


def test_pushing_again_changes_nothing(server: Server, small: Path, capsys: Capture) -> None:
    assert studio(server, "push", small) == 0
    assert "5 imported, 0 replaced, 0 there already" in capsys.readouterr().out
    before = tasks_of(server, project_of(server, small))
    assert studio(server, "push", small) == 0
    assert "0 imported, 0 replaced, 5 there already" in capsys.readouterr().out
    assert tasks_of(server, project_of(server, small)) == before


def test_annotations_are_never_ground_truth(server: Server, small: Path) -> None:
    studio(server, "push", small)
    task = tasks_of(server, project_of(server, small))["short-0"]
    annotate(server, task["id"], Document(Article("short-0", task["data"]["text"])))
    (annotation,) = tasks_of(server, project_of(server, small))["short-0"]["annotations"]
    assert annotation["ground_truth"] is False


def test_what_to_correct_comes_with_the_tasks(
    server: Server, small: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = read_articles(small)[0]
    documents = [
        Document(
            article,
            (Entity(0, 8, "PERSON"), Entity(13, 17, "GPE")),
            (Quote((Span(9, 12),), "INDIRECT", speakers=(Span(0, 8),)),),
            (Event(9, 12, "MEET", "OTHER", arguments=(Argument(0, 8, "AGENT"),)),),
        )
        for article in articles
    ]
    path = tmp_path / "mine.jsonl"
    write_predictions(path, map(prediction_of, documents))
    assert studio(server, "push", small, "--from", str(path)) == 0
    project = project_of(server, small)
    for document in documents:
        task = tasks_of(server, project)[document.id]
        (prediction,) = server.ask("GET", f"/api/predictions/?task={task['id']}")
        assert re.fullmatch(r"mine\.jsonl [0-9a-f]{8}", prediction["model_version"])
        article = document.article
        said = {"data": task["data"], "annotations": [{"result": prediction["result"]}]}
        reading = read_task(said, article)
        assert reading.findings == []
        assert reading.document == as_document(prediction_of(document), article) == document
    # Tasks that were there without predictions get them; those with work, and others, do not.
    first, second = (tasks_of(server, project)[f"short-{i}"]["id"] for i in (0, 1))
    for task in (first, second):
        for prediction in server.ask("GET", f"/api/predictions/?task={task}"):
            server.ask("DELETE", f"/api/predictions/{prediction['id']}/")
    annotate(server, first, documents[0])
    assert studio(server, "push", small, "--from", str(path)) == 0
    assert server.ask("GET", f"/api/predictions/?task={first}") == []
    assert len(server.ask("GET", f"/api/predictions/?task={second}")) == 1
    assert len(tasks_of(server, project)[f"short-{2}"]["predictions"]) == 1
    capsys.readouterr()


def test_a_system_can_be_asked_for_what_to_correct(
    server: Server, built: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    annotations = built.parent / "annotations"
    (annotations / "labels.xml").write_bytes((ROOT / "annotations/labels.xml").read_bytes())
    card = built / "README.md"
    card.write_text(
        card.read_text("utf-8").replace("pretty_name: corpus", "pretty_name: By rules"), "utf-8"
    )
    assert studio(server, "push", built, "--from", "baselines.rules:build") == 0
    project = project_of(server, built)
    source = {article.id: article for article in read_source(built, annotations).articles}
    for id, task in tasks_of(server, project).items():
        (prediction,) = server.ask("GET", f"/api/predictions/?task={task['id']}")
        said = {"data": task["data"], "annotations": [{"result": prediction["result"]}]}
        assert read_task(said, source[id]).document is not None


def test_a_changed_text_is_replaced_unless_somebody_has_worked_on_it(
    server: Server, small: Path, capsys: Capture
) -> None:
    studio(server, "push", small)
    project = project_of(server, small)
    worked = tasks_of(server, project)["short-1"]
    annotate(server, worked["id"], Document(Article("short-1", worked["data"]["text"])))
    change(small, "short-0", "Ana", "Eva")
    assert studio(server, "push", small) == 0
    assert "0 imported, 1 replaced, 4 there already" in capsys.readouterr().out
    assert tasks_of(server, project)["short-0"]["data"]["text"].startswith("Eva")
    change(small, "short-1", "Ana", "Eva")
    assert studio(server, "push", small) == 1
    assert "the text of 'short-1' has changed" in capsys.readouterr().err
    kept = tasks_of(server, project)["short-1"]
    assert (kept["id"], kept["total_annotations"]) == (worked["id"], 1)
    assert studio(server, "pull", small) == 1
    assert "wrong" in capsys.readouterr().out
    assert not (small.parent / "annotations/exports").exists()


def change(corpus: Path, article: str, old: str, new: str) -> None:
    import hashlib

    path = corpus / "articles" / f"{article}.txt"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    manifest = corpus / "articles.csv"
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(before, after))


def test_what_the_server_would_choke_on_is_refused_beforehand(
    server: Server, small: Path, tmp_path: Path, capsys: Capture
) -> None:
    counted = len(server.ask("GET", "/api/projects/?page_size=100")["results"])
    path = tmp_path / "wrong.jsonl"
    for line, said in {
        '"entities": [{"start": 0, "end": 900, "label": "GPE"}]': "outside the text",
        '"quotes": [{"kind": "DIRECT", "fragments": [{"text": "\\ud83d"}]}]': "surrogate",
        '"entities": [{"start": 0, "end": 3, "label": "PER"}]': "label",
    }.items():
        path.write_text(f'{{"id": "short-0", {line}}}\n')
        assert studio(server, "push", small, "--articles", "short-0", "--from", str(path)) == 1
        assert said in capsys.readouterr().err
    change(small, "short-0", "\n", "\r\n")
    article = small / "articles/short-0.txt"
    article.write_bytes(article.read_bytes().replace(b"\n", b"\r\n"))
    import hashlib

    manifest = small / "articles.csv"
    old = hashlib.sha256(article.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    manifest.write_text(
        manifest.read_text().replace(old, hashlib.sha256(article.read_bytes()).hexdigest())
    )
    assert studio(server, "push", small) == 1
    assert "article-characters" in capsys.readouterr().err
    assert studio(server, "push", small, "--annotators", "ana@example.org") == 1
    assert "expected a pseudonym" in capsys.readouterr().err
    assert len(server.ask("GET", "/api/projects/?page_size=100")["results"]) == counted


def test_a_push_killed_at_any_point_ends_in_the_same_state(
    server: Server, tmp_path: Path, capsys: Capture
) -> None:
    articles = [
        Article(f"many-{i}", f"Ana Ruiz saw Oslo {i} times. " * 40 + "\n") for i in range(600)
    ]
    corpus = write_corpus(tmp_path, "Killed", articles)
    path = tmp_path / "p.jsonl"
    entities = tuple(Entity(29 * i, 29 * i + 8, "PERSON") for i in range(5))
    write_predictions(path, (prediction_of(Document(a, entities)) for a in articles))
    options = ["--corpus", str(corpus), "--data", str(server.data), "--from", str(path)]
    chance = random.Random(7)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-m", "dateline", "studio", "push", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.6, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    deadline = time.monotonic() + 60
    while main(["studio", "push", *options]) != 0:
        assert time.monotonic() < deadline, capsys.readouterr().err
    # A request of a killed push may still have been at work: the next push tidies up after it.
    time.sleep(1)
    assert main(["studio", "push", *options]) == 0
    capsys.readouterr()
    project = project_of(server, corpus)
    tasks = tasks_of(server, project)
    assert set(tasks) == {article.id for article in articles}
    assert {len(task["predictions"]) for task in tasks.values()} == {1}


def test_a_newer_export_is_not_overwritten(server: Server, small: Path, capsys: Capture) -> None:
    studio(server, "push", small, "--annotators", "ana")
    task = tasks_of(server, project_of(server, small, "ana"))["short-0"]
    document = Document(Article("short-0", task["data"]["text"]), (Entity(0, 8, "PERSON"),))
    made = annotate(server, task["id"], document)
    assert studio(server, "pull", small) == 0
    path = small.parent / "annotations/exports/ana/short-0.json"
    first = path.read_text()
    newer = json.loads(first)
    newer["annotations"][0]["updated_at"] = "2099-01-01T00:00:00.000000Z"
    path.write_text(json.dumps(newer))
    capsys.readouterr()
    assert studio(server, "pull", small) == 1
    assert "ana short-0: newer here" in capsys.readouterr().out
    assert json.loads(path.read_text()) == newer
    path.write_text(first)
    changed = msgspec.structs.replace(document, entities=())
    result = write_task(changed)["annotations"][0]["result"]
    server.ask("PATCH", f"/api/annotations/{made['id']}/", {"result": result})
    assert studio(server, "pull", small) == 0
    assert "ana short-0: changed" in capsys.readouterr().out
    assert exported(small, "ana")["short-0"].entities == ()


def test_a_shared_project_has_a_pseudonym_for_each_account(
    server: Server, small: Path, capsys: Capture
) -> None:
    studio(server, "push", small)
    other = server.sign_up("cy@example.org")
    task = tasks_of(server, project_of(server, small))["short-0"]
    document = Document(Article("short-0", task["data"]["text"]))
    annotate(server, task["id"], document)
    annotate(server, task["id"], document, other)
    assert studio(server, "pull", small) == 0
    capsys.readouterr()
    folders = sorted(path.name for path in (small.parent / "annotations/exports").iterdir())
    assert len(folders) == 2
    assert all(re.fullmatch(r"annotator-\d+", name) for name in folders)


def test_unfinished_work_is_said_and_not_written(
    server: Server, small: Path, capsys: Capture
) -> None:
    studio(server, "push", small, "--annotators", "ana")
    tasks = tasks_of(server, project_of(server, small, "ana"))
    text = tasks["short-0"]["data"]["text"]
    document = Document(Article("short-0", text), (), (Quote((Span(0, 8),), "DIRECT"),))
    task = copy.deepcopy(write_task(document))
    result = [i for i in task["annotations"][0]["result"] if i["from_name"] != "kind"]
    server.ask("POST", f"/api/tasks/{tasks['short-0']['id']}/annotations/", {"result": result})
    server.ask(
        "POST", f"/api/tasks/{tasks['short-1']['id']}/drafts", {"result": [], "lead_time": 1}
    )
    annotate(server, tasks["short-2"]["id"], document, was_cancelled=True)
    capsys.readouterr()
    assert studio(server, "pull", small) == 1
    said = capsys.readouterr().out
    assert "ana short-0: wrong\nerror region-choice" in said
    assert "ana short-1: unfinished: a draft only" in said
    assert "ana short-2: skipped" in said
    assert exported(small, "ana") == {}


@pytest.mark.parametrize("kind", ["legacy", "personal"])
def test_a_teams_own_server_is_named_by_the_environment(
    server: Server,
    small: Path,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    email = f"{kind}@example.org"
    token = server.sign_up(email)
    if kind == "personal":
        token = server.ask("POST", "/api/token/", token=token)["token"]
        assert token.count(".") == 2
    monkeypatch.setenv("LABEL_STUDIO_URL", server.access.url + "/")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
    options = ["--corpus", str(small), "--data", str(tmp_path / "nowhere")]
    assert main(["studio", "push", *options]) == 0
    assert "5 imported" in capsys.readouterr().out
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token[:-4] + "0000")
    assert main(["studio", "pull", *options]) == 1
    assert "token is not accepted (401); expected a valid" in capsys.readouterr().err
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token[:-1] + "\n" + token[-1])
    assert main(["studio", "pull", *options]) == 1
    assert token[:8] not in capsys.readouterr().err
    monkeypatch.setenv("LABEL_STUDIO_URL", "127.0.0.1:8080")
    assert main(["studio", "pull", *options]) == 1
    assert "no plain http or https one" in capsys.readouterr().err
    monkeypatch.delenv("LABEL_STUDIO_API_KEY")
    assert main(["studio", "pull", *options]) == 1
    assert "LABEL_STUDIO_API_KEY is not set" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_said(small: Path, tmp_path: Path, capsys: Capture) -> None:
    options = ["--corpus", str(small), "--data", str(tmp_path / "nowhere")]
    assert main(["studio", "push", *options]) == 1
    assert "no Label Studio is known" in capsys.readouterr().err
    (tmp_path / "access.json").write_text('{"url": "http://127.0.0.1:9", "token": "x"}')
    assert main(["studio", "pull", "--corpus", str(small), "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("dateline: http://127.0.0.1:9: no answer")
    assert said.count("\n") == 1


def test_a_prepared_folder_starts_quickly_with_the_same_token(
    server: Server, tmp_path: Path
) -> None:
    data = shutil.copytree(server.data, tmp_path / "data")
    start = time.monotonic()
    with serving(data) as again:
        took = time.monotonic() - start
        assert again.access.token == server.access.token
        assert again.access.url != server.access.url
        assert again.ask("GET", "/api/current-user/whoami")["email"] == again.access.username
    assert took < server.seconds / 2, (took, server.seconds)


def test_a_project_follows_the_configuration(server: Server, small: Path, capsys: Capture) -> None:
    studio(server, "push", small)
    config = small.parent / "annotations/labels.xml"
    config.write_text(config.read_text("utf-8").replace('hotkey="p"', 'hotkey="1"'), "utf-8")
    assert studio(server, "push", small) == 0
    found = server.ask("GET", f"/api/projects/{project_of(server, small)}/")
    assert found["label_config"] == config.read_text("utf-8").strip()
    config.write_text("<View><Oops", "utf-8")
    assert studio(server, "push", small) == 1
    said = capsys.readouterr().err
    assert "labels.xml: the labelling configuration is not XML" in said
    assert said.count("\n") == 1
    config.write_text("<View/>", "utf-8")
    assert studio(server, "push", small) == 1
    assert "labels.xml: the labelling configuration has doubt: None" in capsys.readouterr().err


def test_a_draft_of_somebody_else_is_work_too(server: Server, small: Path, capsys: Capture) -> None:
    studio(server, "push", small)
    project = project_of(server, small)
    other = server.sign_up("dee@example.org")
    task = tasks_of(server, project)["short-0"]["id"]
    server.ask("POST", f"/api/tasks/{task}/drafts", {"result": [], "lead_time": 1}, other)
    change(small, "short-0", "Ana", "Eva")
    assert studio(server, "push", small) == 1
    assert "has work on the old one" in capsys.readouterr().err
    assert tasks_of(server, project)["short-0"]["id"] == task


def test_other_predictions_take_the_place_of_earlier_ones(
    server: Server, small: Path, tmp_path: Path, capsys: Capture
) -> None:
    articles = read_articles(small)[0]
    path = tmp_path / "p.jsonl"
    for label in ("PERSON", "ORG"):
        said = [Document(a, (Entity(0, 8, label),)) for a in articles]
        write_predictions(path, map(prediction_of, said))
        assert studio(server, "push", small, "--from", str(path)) == 0
        for task in tasks_of(server, project_of(server, small)).values():
            (prediction,) = server.ask("GET", f"/api/predictions/?task={task['id']}")
            assert prediction["result"][0]["value"]["labels"] == [label]
    assert "0 imported, 5 replaced, 0 there already" in capsys.readouterr().out
    for document in said:
        task = tasks_of(server, project_of(server, small))[document.id]
        annotate(server, task["id"], document)
    write_predictions(path, (prediction_of(Document(article)) for article in articles))
    assert studio(server, "push", small, "--from", str(path)) == 0
    assert "0 imported, 0 replaced, 5 there already" in capsys.readouterr().out


def test_tasks_of_somebody_else_are_left_alone(
    server: Server, small: Path, capsys: Capture
) -> None:
    studio(server, "push", small, "--articles", "short-0", "short-0")
    assert "1 imported" in capsys.readouterr().out
    project = project_of(server, small)
    server.ask("POST", f"/api/projects/{project}/import", [{"text": "one"}, {"text": "two"}])
    assert studio(server, "push", small) == 0
    assert "4 imported, 0 replaced, 1 there already" in capsys.readouterr().out
    path = f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true"
    assert len(server.ask("GET", path)) == 7


def test_a_term_while_starting_leaves_no_server(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "dateline", "studio", "serve"]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path / "data"), "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "data/server.log").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=40) == 0
    left = [
        line.read_bytes()
        for line in Path("/proc").glob("[0-9]*/cmdline")
        if os.access(line, os.R_OK) and line.exists()
    ]
    assert not [command for command in left if str(port).encode() in command]


def test_a_data_folder_is_outside_of_repositories_and_private(
    server: Server, tmp_path: Path, capsys: Capture
) -> None:
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    (tmp_path / ".git").mkdir()
    data = ["--data", str(tmp_path / "inside"), "--port", str(free_port())]
    assert main(["studio", "serve", *data]) == 1
    assert "is inside a repository" in capsys.readouterr().err
    other = ["--data", str(server.data), "--port", str(free_port())]
    assert main(["studio", "serve", *other]) == 0
    assert f"runs at {server.access.url} already" in capsys.readouterr().out
