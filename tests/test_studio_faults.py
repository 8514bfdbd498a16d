"""Faults against a real Label Studio: one clear message each, and nothing is lost or half there."""

import base64
import hashlib
import hmac
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from conftest import ROOT
from studio_server import Server, serving
from test_studio import annotate, change, project_of, studio, tasks_of, write_corpus

from dateline import Article, Document, Entity
from dateline.cli import main
from dateline.corpus import read_articles
from dateline.labelstudio import write_task
from dateline.predictions import prediction_of, write_predictions
from dateline.studio import Access, Client

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.slow

DATELINE = [sys.executable, "-m", "dateline"]


def on_disk(corpus: Path) -> dict[str, bytes]:
    """Return every file among the exports, such as ``ana/short-0.json``, and what is in it."""
    folder = corpus.parent / "annotations/exports"
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def put(corpus: Path, files: dict[str, bytes]) -> None:
    """Make *files* all that is among the exports."""
    folder = corpus.parent / "annotations/exports"
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def older(content: bytes) -> bytes:
    """Return an export as an earlier pull would have written it."""
    task = json.loads(content)
    task["annotations"][0] |= {"updated_at": "2001-01-01T00:00:00.000000Z", "result": []}
    return json.dumps(task).encode()


def saw(number: int, id: str, times: int = 1) -> Document:
    """Return a document of *times* sentences, each with one entity."""
    sentence = f"Ana Ruiz saw Oslo {number} times. "
    starts = range(0, len(sentence) * times, len(sentence))
    entities = tuple(Entity(start, start + 8, "PERSON") for start in starts)
    return Document(Article(id, sentence * times + "\n"), entities)


def finish(server: Server, corpus: Path, annotator: str, documents: list[Document]) -> None:
    """Push *documents* for an annotator who has finished them all, in two requests."""
    options = ["--articles", documents[0].id, "--annotators", annotator]
    assert studio(server, "push", corpus, *options) == 0
    project = project_of(server, corpus, annotator)
    task = tasks_of(server, project)[documents[0].id]
    annotate(server, task["id"], documents[0])
    finished = [
        {"data": task["data"], "annotations": [{"result": task["annotations"][0]["result"]}]}
        for task in map(write_task, documents[1:])
    ]
    server.ask("POST", f"/api/projects/{project}/import", finished)


def options(server: Server, corpus: Path) -> list[str]:
    return ["--corpus", str(corpus), "--data", str(server.data)]


def until(happened: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait for something that a process does before it ends."""
    deadline = time.monotonic() + 60
    while not happened():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.0005)


def background(command: list[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def one_message(said: str, *parts: str) -> None:
    """Make sure that a command has said one thing, on one line, with these parts in order."""
    assert re.fullmatch(r"dateline: [^\n]+\n", said), said
    assert re.search(".*".join(map(re.escape, parts)), said), said


class Work(NamedTuple):
    """A corpus of five articles pushed for Ana, who has finished the first three, and a pull."""

    server: Server
    corpus: Path
    project: int
    documents: dict[str, Document]
    exports: dict[str, bytes]

    def run(self, command: str) -> int:
        more = ["--annotators", "ana"] if command == "push" else []
        return studio(self.server, command, self.corpus, *more)

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        return tasks_of(self.server, self.project)

    def page(self, article: str) -> str:
        task = self.tasks[article]["id"]
        return f"{self.server.access.url}/projects/{self.project}/data?task={task}"


@pytest.fixture
def work(server: Server, tmp_path: Path, request: pytest.FixtureRequest, capsys: Capture) -> Work:
    documents = {f"short-{i}": saw(i, f"short-{i}") for i in range(5)}
    name = re.sub(r"\W|_", "-", request.node.name)
    corpus = write_corpus(tmp_path, name, [document.article for document in documents.values()])
    assert studio(server, "push", corpus, "--annotators", "ana") == 0
    project = project_of(server, corpus, "ana")
    tasks = tasks_of(server, project)
    for id in list(documents)[:3]:
        annotate(server, tasks[id]["id"], documents[id])
    assert studio(server, "pull", corpus) == 0
    assert "3 new, 2 open" in capsys.readouterr().out
    return Work(server, corpus, project, documents, on_disk(corpus))


@pytest.fixture(scope="module")
def long_work(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """Four finished articles, the third a long one, for tests that leave the server as it is."""
    documents = {f"a-{i}": saw(i, f"a-{i}", 300 if i == 2 else 2) for i in range(4)}
    articles = [document.article for document in documents.values()]
    corpus = write_corpus(tmp_path_factory.mktemp("long"), "Long work", articles)
    finish(server, corpus, "ana", list(documents.values()))
    assert studio(server, "pull", corpus) == 0
    return Work(server, corpus, project_of(server, corpus, "ana"), documents, on_disk(corpus))


def test_a_pull_killed_at_any_moment_leaves_each_export_old_or_new(
    server: Server, tmp_path: Path, capsys: Capture
) -> None:
    documents = [saw(i, f"many-{i:03}", 40) for i in range(150)]
    corpus = write_corpus(tmp_path, "Killed pull", [document.article for document in documents])
    finish(server, corpus, "ana", documents)
    assert studio(server, "pull", corpus) == 0
    new = on_disk(corpus)
    assert len(new) == 150
    old = {name: older(content) for name, content in new.items() if int(name[9:12]) % 3}
    chance = random.Random(7)
    between = 0
    for moment in ("any", "any", "while it writes", "while it writes", "while it writes"):
        put(corpus, old)
        process = background([*DATELINE, "studio", "pull", *options(server, corpus)])
        if moment == "any":
            time.sleep(chance.uniform(0.2, 1.2))
        else:
            # Every third article had no export before.
            path = (
                corpus.parent / f"annotations/exports/ana/many-{3 * chance.randrange(40):03}.json"
            )
            until(path.exists, process)
        kill(process)
        there = on_disk(corpus)
        exports = {name: content for name, content in there.items() if name.endswith(".json")}
        assert exports.keys() >= old.keys()
        for name, content in exports.items():
            assert content in (old.get(name), new[name]), name
        assert len(there) - len(exports) <= 1
        between += exports not in (old, new)
    assert between, "no kill came while it wrote"
    assert studio(server, "pull", corpus) == 0
    assert on_disk(corpus) == new
    capsys.readouterr()


def test_what_a_killed_pull_left_beside_an_export_is_cleared_away(
    long_work: Work, capsys: Capture
) -> None:
    work = long_work
    old = {name: older(content) for name, content in work.exports.items()}
    put(work.corpus, old)
    killed_in_mid_write = (
        "import os, signal, sys\n"
        "def replace(new, path):\n"
        "    os.truncate(new, 100)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.replace = replace\n"
        "from dateline.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", killed_in_mid_write, "studio", "pull"]
    process = background([*command, *options(work.server, work.corpus)])
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    half = f"ana/.a-0.json.{process.pid}.new"
    assert {name: len(content) for name, content in on_disk(work.corpus).items()} == {
        **{name: len(content) for name, content in old.items()},
        half: 100,
    }
    # Another one is being written at this moment, by a process that runs.
    running = work.corpus.parent / f"annotations/exports/ana/.a-1.json.{os.getppid()}.new"
    running.write_bytes(b"{")
    assert work.run("pull") == 0
    assert "4 changed" in capsys.readouterr().out
    assert on_disk(work.corpus) == {**work.exports, f"ana/{running.name}": b"{"}


def test_a_file_where_a_folder_belongs_is_said(work: Work, capsys: Capture) -> None:
    first, second = (work.documents[f"short-{i}"] for i in (0, 1))
    finish(work.server, work.corpus, "bo", [first, second])
    put(work.corpus, {})
    folder = work.corpus.parent / "annotations/exports"
    folder.write_text("mine")
    capsys.readouterr()
    assert work.run("pull") == 1
    one_message(capsys.readouterr().err, f"{folder}/ana", ": cannot be written: ", "expected")
    assert folder.read_text() == "mine"
    folder.unlink()
    folder.mkdir()
    (folder / "bo").write_text("mine")
    assert work.run("pull") == 1
    one_message(
        capsys.readouterr().err,
        f"dateline: {folder}/bo/short-0.json: cannot be written: Not a directory; expected ",
        "Before it: 3 new, 2 open. Pull again to go on",
    )
    assert on_disk(work.corpus) == {**work.exports, "bo": b"mine"}
    (folder / "bo").unlink()
    assert work.run("pull") == 0
    assert "2 new, 2 open, 3 same" in capsys.readouterr().out


def test_an_export_that_may_not_be_so_large_is_said(long_work: Work, capsys: Capture) -> None:
    work = long_work
    sizes = [len(content) for _, content in sorted(work.exports.items())]
    assert sizes[2] > 16384 > max(sizes[:2] + sizes[3:])
    old = {name: older(content) for name, content in work.exports.items()}
    put(work.corpus, old)
    limited = (
        "import resource, sys\n"
        "from dateline.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    # -B: the limit holds for compiled modules, too.
    command = [
        sys.executable,
        "-B",
        "-c",
        limited,
        "studio",
        "pull",
        *options(work.server, work.corpus),
    ]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    one_message(
        ended.stderr,
        "/exports/ana/a-2.json: cannot be written: File too large; expected ",
        "Before it: 2 changed. Pull again to go on",
    )
    written = {name: work.exports[name] for name in ("ana/a-0.json", "ana/a-1.json")}
    assert on_disk(work.corpus) == {**old, **written}
    capsys.readouterr()
    assert work.run("pull") == 0
    assert "2 changed, 2 same" in capsys.readouterr().out
    assert on_disk(work.corpus) == work.exports


MOUNT = """
mount -t tmpfs -o size=48k none "$EXPORTS" && cp -r "$OLD/." "$EXPORTS" || exit 99
[ "$DISK" = full ] || mount -o remount,ro "$EXPORTS" || exit 99
"$@"
code=$?
cp -r "$EXPORTS/." "$AFTER"
exit $code
"""
"""Runs a command with a small disk of its own under the exports, and keeps what is on it then."""


@pytest.mark.parametrize(
    ("disk", "reason"),
    [("full", "No space left on device"), ("read-only", "Read-only file system")],
)
def test_a_disk_that_takes_no_more_is_said(
    long_work: Work, tmp_path: Path, disk: str, reason: str
) -> None:
    work = long_work
    folders = [tmp_path / "old", work.corpus.parent / "annotations/exports", tmp_path / "after"]
    old = {name: older(content) for name, content in work.exports.items() if "a-3" not in name}
    old["ana/a-2.json"] = b'{"annotations": [{"updated_at": "2001"}]}'
    put(work.corpus, old)
    shutil.copytree(folders[1], folders[0])
    folders[2].mkdir()
    names = dict(zip(("OLD", "EXPORTS", "AFTER"), map(str, folders), strict=True))
    if not shutil.which("unshare"):
        pytest.skip("no unshare here")
    apart = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh"]
    ended = subprocess.run(
        [*apart, *DATELINE, "studio", "pull", *options(work.server, work.corpus)],
        env={**os.environ, **names, "DISK": disk},
        capture_output=True,
        text=True,
    )
    if ended.returncode == 99 or ended.stderr.startswith("unshare:"):
        pytest.skip(f"no disk can be mounted here: {ended.stderr}")
    assert (ended.returncode, ended.stdout) == (1, "")
    first = "a-2" if disk == "full" else "a-0"
    before = ["Before it: 2 changed. Pull again"] if disk == "full" else []
    one_message(ended.stderr, f"/ana/{first}.json: cannot be written: {reason}; expected", *before)
    put(work.corpus, {})
    shutil.copytree(folders[2], folders[1], dirs_exist_ok=True)
    written = ("ana/a-0.json", "ana/a-1.json") if disk == "full" else ()
    assert on_disk(work.corpus) == {**old, **{name: work.exports[name] for name in written}}


def test_a_push_killed_at_any_moment_loses_no_work(
    server: Server, tmp_path: Path, capsys: Capture
) -> None:
    """Other predictions replace tasks: they are deleted and imported again, those with work not."""
    documents = [saw(i, f"many-{i:02}") for i in range(20)]
    articles = [document.article for document in documents]
    corpus = write_corpus(tmp_path, "Killed push", articles)
    path = tmp_path / "p.jsonl"
    command = ["studio", "push", *options(server, corpus), "--from", str(path)]
    write_predictions(path, map(prediction_of, documents))
    assert main(command) == 0
    project = project_of(server, corpus)
    before = tasks_of(server, project)
    for document in documents[::4]:
        annotate(server, before[document.id]["id"], document)
    mine = {id: task for id, task in tasks_of(server, project).items() if task["annotations"]}
    chance = random.Random(7)
    count = f"/api/projects/{project}/"
    for label in ("ORG", "GPE", "LOC"):
        others = [msgspec.structs.replace(d, entities=(Entity(0, 8, label),)) for d in documents]
        write_predictions(path, map(prediction_of, others))
        process = background([*DATELINE, *command])
        until(lambda: server.ask("GET", count)["task_number"] < 20, process)
        time.sleep(chance.uniform(0, 0.7))
        kill(process)
    deadline = time.monotonic() + 60
    while main(command) != 0:
        assert time.monotonic() < deadline, capsys.readouterr().err
    time.sleep(1)  # a request of a killed push may still have been at work
    assert main(command) == 0
    capsys.readouterr()
    after = tasks_of(server, project)
    assert after.keys() == before.keys()
    assert {id: after[id]["annotations"] for id in mine} == {
        id: task["annotations"] for id, task in mine.items()
    }
    for id in after.keys() - mine.keys():
        (prediction,) = server.ask("GET", f"/api/predictions/?task={after[id]['id']}")
        assert prediction["result"][0]["value"]["labels"] == ["LOC"]


def test_a_server_that_stops_in_the_middle_is_said(
    server: Server, tmp_path: Path, capsys: Capture
) -> None:
    documents = [saw(i, f"many-{i:03}", 20) for i in range(560)]
    articles = [document.article for document in documents]
    (tmp_path / "push").mkdir()
    (tmp_path / "pull").mkdir()
    pushed = write_corpus(tmp_path / "push", "Stopped push", articles)
    pulled = write_corpus(tmp_path / "pull", "Stopped pull", articles[:80])
    path = pulled.parent / "annotations/exports/ana/many-000.json"
    data = shutil.copytree(server.data, tmp_path / "data")

    def any_task(running: Server) -> bool:
        found = running.ask("GET", "/api/projects/?page_size=100&include=task_number,title")
        return any(p["task_number"] for p in found["results"] if "stopped-push" in p["title"])

    with serving(data) as running:
        finish(running, pulled, "ana", documents[:80])
        finish(running, pulled, "bo", documents[:2])
        capsys.readouterr()
        push = background([*DATELINE, "studio", "push", *options(running, pushed)])
        until(lambda: any_task(running), push)
        push.send_signal(signal.SIGSTOP)
        pull = background([*DATELINE, "studio", "pull", *options(running, pulled)])
        until(path.exists, pull)
        pull.send_signal(signal.SIGSTOP)
        # Both stand still, the one between two requests or in one, the other before Bo's export.
        os.kill(running.pid, signal.SIGINT)
        os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)
        for process, more in ((push, ""), (pull, "Before it: 80 new. Pull again to go on")):
            process.send_signal(signal.SIGCONT)
            out, said = process.communicate(timeout=30)
            assert (process.returncode, out) == (1, "")
            one_message(said, f"{running.access.url}: no answer (", "; expected a running", more)
    there = on_disk(pulled)
    assert there.keys() == {f"ana/{article.id}.json" for article in articles[:80]}
    with serving(data) as running:
        assert 0 < len(tasks_of(running, project_of(running, pushed))) < 560
        assert studio(running, "push", pushed) == 0
        assert len(tasks_of(running, project_of(running, pushed))) == 560
        assert studio(running, "pull", pulled) == 0
        assert "2 new, 80 same" in capsys.readouterr().out
    assert len(on_disk(pulled)) == 82
    assert on_disk(pulled).items() >= there.items()


def signed(server: Server, token: str, **changes: Any) -> str:
    """Return a token with other claims, signed by the server's own key."""
    key = re.findall("SECRET_KEY=(.*)", (server.data / ".env").read_text())[0]
    head, claims, _ = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "==")) | changes
    body = f"{head}.{_url64(json.dumps(said).encode())}"
    return f"{body}.{_url64(hmac.digest(key.encode(), body.encode(), hashlib.sha256))}"


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_token_that_is_not_valid_is_said_with_the_reason(
    long_work: Work, capsys: Capture, monkeypatch: Patch
) -> None:
    work, server = long_work, long_work.server
    put(work.corpus, work.exports)
    account = server.sign_up("tokens@example.org")
    personal = server.ask("POST", "/api/token/", token=account)["token"]
    renewed = signed(server, personal, exp=int(time.time()) + 3600)
    expired = signed(server, personal, exp=int(time.time()) - 3600)
    access = server.ask("POST", "/api/token/refresh/", {"refresh": personal})["access"]
    monkeypatch.setenv("LABEL_STUDIO_URL", server.access.url)

    def refused(token: str, reason: str) -> None:
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
        for command in ("pull", "push"):
            assert work.run(command) == 1
            out, said = capsys.readouterr()
            assert out == ""
            one_message(
                said,
                f"dateline: {server.access.url}: the token is not accepted (401); expected a valid "
                "personal or legacy token",
                f"in LABEL_STUDIO_API_KEY; the server says: {reason}\n",
            )
            assert token not in said

    for token in (personal, renewed, account):
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
        assert work.run("pull") == 0
    capsys.readouterr()
    refused(expired, "Token is expired")
    refused(personal[:-4] + "0000", "Token is invalid")
    refused(access, "Token has wrong type")
    refused("0" * 40, "Invalid token.")
    server.ask("POST", "/api/token/blacklist/", {"refresh": personal}, token=account)
    refused(personal, "Token is blacklisted")
    assert on_disk(work.corpus) == work.exports


def test_an_access_token_that_expires_in_the_middle_is_renewed(server: Server) -> None:
    account = server.sign_up("renewed@example.org")
    personal = server.ask("POST", "/api/token/", token=account)["token"]
    with Client(Access(server.access.url, personal)) as client:
        client.check()
        kind, _, access = client._header.partition(" ")
        client._header = f"{kind} {signed(server, access, exp=int(time.time()) - 60)}"
        assert client.get("/api/current-user/whoami")["email"] == "renewed@example.org"


def test_half_a_way_to_a_server_is_said(tiny: Path, capsys: Capture, monkeypatch: Patch) -> None:
    shutil.copy(ROOT / "annotations/labels.xml", tiny / "annotations")
    both = "expected both LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY"
    for missing, there in (("URL", "API_KEY"), ("API_KEY", "URL")):
        monkeypatch.setenv(f"LABEL_STUDIO_{there}", "http://127.0.0.1:9")
        for command in ("pull", "push"):
            assert main(["studio", command, "--corpus", str(tiny / "corpus")]) == 1
            one_message(capsys.readouterr().err, f"LABEL_STUDIO_{missing} is not set; {both}")
        monkeypatch.delenv(f"LABEL_STUDIO_{there}")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "x")
    for address in ("http://127.0.0.1:80800", "http://127.0.0.1:port", "http://[::1", "ftp://a"):
        monkeypatch.setenv("LABEL_STUDIO_URL", address)
        assert main(["studio", "pull", "--corpus", str(tiny / "corpus")]) == 1
        one_message(capsys.readouterr().err, "LABEL_STUDIO_URL is no plain http", "expected one")


@contextmanager
def answering(status: int, content: str) -> Iterator[tuple[str, list[str]]]:
    """Run a server that answers everything alike; yield its address and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path} {self.headers.get('Authorization')}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}", asked
        finally:
            running.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (200, '{"release": "1.22.9"}', "Label Studio 1.22.9; expected 1.23 or newer"),
        (200, '{"release": "0.9"}', "Label Studio 0.9; expected 1.23 or newer"),
        (200, '{"release": "develop"}', "Label Studio develop; expected 1.23 or newer"),
        (200, '{"label-studio-os-package": {}}', "Label Studio of no version; expected 1.23"),
        (200, '{"release": null}', "the answer is not as expected from Label Studio"),
        (200, '["another", "program"]', "the answer is not as expected from Label Studio"),
        (200, "<html>Welcome</html>", "the answer is not as expected from Label Studio"),
        (404, "<html>Nothing</html>", "GET /api/version failed with 404: the answer is a page"),
        (500, '{"detail": "a\\nb"}', "GET /api/version failed with 500: a b"),
    ],
)
@pytest.mark.parametrize("token", ["0" * 40, "a.b.c"])
def test_another_program_or_version_is_said_before_it_gets_the_token(
    tiny: Path,
    capsys: Capture,
    monkeypatch: Patch,
    status: int,
    content: str,
    said: str,
    token: str,
) -> None:
    shutil.copy(ROOT / "annotations/labels.xml", tiny / "annotations")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", token)
    with answering(status, content) as (url, asked):
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        for command in ("push", "pull"):
            assert main(["studio", command, "--corpus", str(tiny / "corpus")]) == 1
            one_message(capsys.readouterr().err, f"dateline: {url}: {said}")
    assert set(asked) == {"GET /api/version None"}
    assert on_disk(tiny / "corpus") == {}


def test_a_label_renamed_on_the_server_is_said_and_loses_nothing(
    work: Work, capsys: Capture
) -> None:
    server, path = work.server, f"/api/projects/{work.project}/"
    config = server.ask("GET", path)["label_config"]
    renamed = config.replace('value="PERSON"', 'value="HUMAN"')
    server.ask("PATCH", path, {"label_config": renamed})
    tasks = work.tasks
    result = json.loads(json.dumps(tasks["short-0"]["annotations"][0]["result"]))
    result[0]["value"]["labels"] = ["HUMAN"]
    annotation = tasks["short-0"]["annotations"][0]["id"]
    server.ask("PATCH", f"/api/annotations/{annotation}/", {"result": result})
    server.ask("POST", f"/api/tasks/{tasks['short-3']['id']}/annotations/", {"result": result})
    for _ in ("before a push", "after it"):
        capsys.readouterr()
        assert work.run("pull") == 1
        said = capsys.readouterr().out
        for id in ("short-0", "short-3"):
            where = re.escape(f"error region-unknown in {work.page(id)} {id} region e1: ")
            what = r"got entity: \['HUMAN'\], expected a label of the scheme"
            assert re.search(f"^ana {id}: wrong\n{where}.*; {what}$", said, re.MULTILINE), said
        assert "\n1 open, 2 same, 2 wrong\nnext: settle what is wrong" in said
        assert on_disk(work.corpus) == work.exports
        assert work.run("push") == 0
        assert "0 imported, 0 replaced, 5 there already" in capsys.readouterr().out
        assert server.ask("GET", path)["label_config"] == config
        labels = [
            annotation["result"][0]["value"]["labels"]
            for task in work.tasks.values()
            for annotation in task["annotations"]
        ]
        assert sorted(labels) == [["HUMAN"], ["HUMAN"], ["PERSON"], ["PERSON"]]


def test_a_configuration_that_the_server_will_not_have_back_is_said(
    work: Work, capsys: Capture
) -> None:
    """Work was made with a control that the corpus does not have: the server keeps that one."""
    server = work.server
    assert studio(server, "push", work.corpus, "--annotators", "bo") == 0
    project = project_of(server, work.corpus, "bo")
    path = f"/api/projects/{project}/"
    config = server.ask("GET", path)["label_config"]
    renamed = config.replace('name="entity"', 'name="things"')
    server.ask("PATCH", path, {"label_config": renamed})
    result = write_task(work.documents["short-0"])["annotations"][0]["result"]
    task = tasks_of(server, project)["short-0"]["id"]
    result[0]["from_name"] = "things"
    server.ask("POST", f"/api/tasks/{task}/annotations/", {"result": result})
    before = tasks_of(server, project)
    capsys.readouterr()
    assert studio(server, "push", work.corpus, "--annotators", "bo") == 1
    one_message(
        capsys.readouterr().err,
        f"{server.access.url}: PATCH {path} failed with 400: ",
        "Created annotations are incompatible with provided labeling schema",
        "from_name=things",
    )
    assert tasks_of(server, project) == before
    assert work.run("pull") == 1
    assert "got things: ['PERSON'], expected a label of the scheme" in capsys.readouterr().out
    assert on_disk(work.corpus) == work.exports


def test_a_task_deleted_on_the_server_leaves_its_export_and_comes_back_once(
    work: Work, capsys: Capture
) -> None:
    deleted = work.tasks["short-1"]
    work.server.ask("DELETE", f"/api/tasks/{deleted['id']}/")
    (annotation,) = work.tasks["short-2"]["annotations"]
    work.server.ask("DELETE", f"/api/annotations/{annotation['id']}/")

    def pull_says(states: str) -> None:
        assert work.run("pull") == 0
        said = capsys.readouterr().out
        for id in ("short-1", "short-2"):
            row = f"ana {id}: only here: the server has no annotation of it any more; "
            assert re.search(rf"^{row}\S*/exports/ana/{id}\.json is left as it is$", said, re.M)
        assert f"\n{states}\nnext: annotate and submit what is left" in said
        assert on_disk(work.corpus) == work.exports

    pull_says("2 only here, 3 open, 1 same")
    assert work.run("push") == 0
    assert "1 imported, 0 replaced, 4 there already" in capsys.readouterr().out
    assert work.run("push") == 0
    assert "0 imported, 0 replaced, 5 there already" in capsys.readouterr().out
    assert work.tasks.keys() == work.documents.keys()
    assert work.tasks["short-1"]["id"] != deleted["id"]
    pull_says("2 only here, 4 open, 1 same")


def test_a_text_changed_on_the_server_is_said_and_replaced_where_nobody_has_worked(
    work: Work, capsys: Capture
) -> None:
    worked, idle = work.tasks["short-0"], work.tasks["short-4"]
    for task in (worked, idle):
        other = {**task["data"], "text": task["data"]["text"].replace("Ana", "Eva")}
        work.server.ask("PATCH", f"/api/tasks/{task['id']}/", {"data": other})
    annotate(work.server, work.tasks["short-3"]["id"], work.documents["short-3"])
    assert work.run("pull") == 1
    said, _, step = capsys.readouterr().out.partition("next: ")
    assert step.startswith("settle what is wrong or newer here, then dateline studio pull")
    page = work.page("short-0")
    assert said == (
        f"ana short-0: wrong: the text of {page} is not the corpus's; "
        "expected one text, here and there\n"
        "ana short-3: new\n"
        "1 new, 1 open, 2 same, 1 wrong\n"
    )
    pulled = on_disk(work.corpus)
    assert pulled.keys() - work.exports.keys() == {"ana/short-3.json"}
    assert {name: pulled[name] for name in work.exports} == work.exports
    before = work.tasks
    assert work.run("push") == 1
    one_message(
        capsys.readouterr().err,
        f"the text of 'short-0' has changed, and task {worked['id']} has work on the old one; "
        "expected the text that it was made on, here and there, or the task deleted there",
    )
    assert work.tasks == before
    work.server.ask("PATCH", f"/api/tasks/{worked['id']}/", {"data": worked["data"]})
    assert work.run("push") == 0
    assert "0 imported, 1 replaced, 4 there already" in capsys.readouterr().out
    assert work.tasks["short-0"]["annotations"] == worked["annotations"]
    texts = {article.id: article.text for article in read_articles(work.corpus)[0]}
    assert {id: task["data"]["text"] for id, task in work.tasks.items()} == texts
    assert work.run("pull") == 0
    assert "1 open, 4 same" in capsys.readouterr().out
    # It is the same when the text has changed here.
    change(work.corpus, "short-2", "Ana", "Eva")
    assert work.run("pull") == 1
    said = capsys.readouterr().out
    assert f"ana short-2: wrong: the text of {work.page('short-2')} is not the corpus's" in said
    assert on_disk(work.corpus) == pulled


def test_of_two_annotations_by_one_person_the_last_is_taken_and_said(
    work: Work, capsys: Capture
) -> None:
    document = work.documents["short-0"]
    second = msgspec.structs.replace(document, entities=(Entity(0, 8, "ORG"),))
    annotate(work.server, work.tasks["short-0"]["id"], second)
    remark = f"the last of 2 annotations in {work.page('short-0')}"

    def taken() -> str:
        export = json.loads(on_disk(work.corpus)["ana/short-0.json"])
        (annotation,) = export["annotations"]
        label: str = annotation["result"][0]["value"]["labels"][0]
        return label

    assert work.run("pull") == 0
    assert f"ana short-0: changed: {remark}\n" in capsys.readouterr().out
    assert taken() == "ORG"
    # The one made first is the one submitted last.
    first = min(work.tasks["short-0"]["annotations"], key=lambda annotation: annotation["id"])
    result = write_task(document)["annotations"][0]["result"]
    work.server.ask("PATCH", f"/api/annotations/{first['id']}/", {"result": result})
    assert work.run("pull") == 0
    assert f"ana short-0: changed: {remark}\n" in capsys.readouterr().out
    assert taken() == "PERSON"
    assert work.run("pull") == 0
    assert capsys.readouterr().out.startswith("2 open, 3 same\nnext: ")
    # A third, with a draft of it, and one that was cancelled, which does not count.
    annotate(work.server, work.tasks["short-0"]["id"], second)
    annotate(work.server, work.tasks["short-0"]["id"], document, was_cancelled=True)
    draft = {"result": [], "lead_time": 1}
    work.server.ask("POST", f"/api/tasks/{work.tasks['short-0']['id']}/drafts", draft)
    assert work.run("pull") == 0
    said = capsys.readouterr().out
    assert "ana short-0: unfinished: changed, and there is a newer draft; the last of 3 " in said
    assert taken() == "ORG"
