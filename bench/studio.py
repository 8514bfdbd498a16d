"""Push and pull, against what the server itself can import and export.

1,000 articles with 30 regions and 8 relations each, on a server of its own. In every round the
server is given the same tasks in one ready-made request, and asked for one export of the same
annotations, which is downloaded and not read; `push` and `pull` do their whole work: projects found
or made, tasks built, counts compared, every annotation read, checked and written to a file.

A disk may take longer to make 1,000 files than all else takes that `pull` does, and on some
machines ten times longer at one minute than at the next. So `pull` writes to memory where there is
such a file system, and the same files are written once more to the working folder, by themselves.
"""

import gc
import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from dateline import (
    Argument,
    Article,
    Document,
    Entity,
    Event,
    Quote,
    Span,
    files,
    tokenize,
)
from dateline.labelstudio import write_task
from dateline.studio import Access, Client, pull, push, serving

from .report import spread, write_section

ARTICLES = 1_000
ROUNDS = 7
REGIONS, RELATIONS = 30, 8
NAMES = ("import", "push", "export", "pull", "files")
MEMORY = Path("/dev/shm")
COMMAND = "python -m bench.studio"
SENTENCE = "Ana Ruiz told Oslo on Monday that the port would open, and the union thanked her. "


def documents() -> list[Document]:
    """Return articles of about 2,000 characters with their regions and relations."""
    text = SENTENCE * 24 + "\n"
    spans = [Span(*token) for token in tokenize(text)]
    entities = tuple(Entity(span.start, span.end, "PERSON") for span in spans[:20])
    quotes = tuple(
        Quote((spans[30 + 10 * i],), "INDIRECT", spans[31 + 10 * i], entities[i].bare())
        for i in range(3)
    )
    arguments = tuple(Argument(e.start, e.end, "AGENT") for e in entities[:2])
    events = tuple(
        Event(span.start, span.end, "MEET", arguments=arguments if i == 0 else ())
        for i, span in enumerate(spans[80:84])
    )
    made = [
        Document(Article(f"bench-{i}", text), entities, quotes, events) for i in range(ARTICLES)
    ]
    result = write_task(made[0])["annotations"][0]["result"]
    kinds = [item["type"] for item in result]
    assert (kinds.count("labels"), kinds.count("relation")) == (REGIONS, RELATIONS)
    return made


def seconds(work: Callable[[], Any]) -> float:
    """Return how long *work* takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def write_all(folder: Path, contents: dict[str, str]) -> None:
    """Write files as `pull` does."""
    for name, content in contents.items():
        files.write(folder / "ana" / name, content)


def measure(client: Client, config: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every round for import, push, export and pull."""
    made = documents()
    articles = [document.article for document in made]
    annotated = msgspec.json.encode([write_task(document) for document in made])
    body = annotated.replace(
        b'"annotations":[{"was', b'"predictions":[{"model_version":"bench","was'
    )
    # What the benchmark itself holds must not slow the collection of what it measures.
    gc.freeze()
    found: dict[str, list[float]] = {name: [] for name in NAMES}
    for number in range(rounds):
        name = f"bench-{number}"
        project = client.create_project(title=f"import {number}", label_config=config)
        works: dict[str, Callable[[], Any]] = {
            "import": partial(client.import_tasks, project.id, body),
            "push": partial(push, client, name, "", config, made, origin="bench"),
        }
        # Which of the two comes first changes from round to round.
        for work in sorted(works, reverse=bool(number % 2)):
            found[work].append(seconds(works[work]))
        done = push(client, f"{name}-done", "ana", config, [])
        project = client.project(int(done.url.rpartition("/")[2]))
        client.import_tasks(project.id, annotated)
        found["export"].append(seconds(partial(client.download, project.id)))
        with (
            tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
            tempfile.TemporaryDirectory(prefix=".bench-", dir=".") as disk,
        ):
            found["pull"].append(
                seconds(partial(pull, client, f"{name}-done", articles, Path(folder)))
            )
            written = {path.name: path.read_text("utf-8") for path in Path(folder).rglob("*.json")}
            assert len(written) == ARTICLES
            found["files"].append(seconds(partial(write_all, Path(disk), written)))
    return found


def main() -> None:
    """Measure, and write the section."""
    config = Path("annotations/labels.xml").read_text("utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), port) as (access, _):
        found = _measure(access, config)
    lines = [
        f"{ARTICLES:,} articles of {REGIONS} regions and {RELATIONS} relations, {ROUNDS} rounds.",
        "",
        "| work | seconds | articles a second | of the server's own rate |",
        "| --- | ---: | ---: | ---: |",
    ]
    own_of = {"push": "import", "pull": "export"}
    for name in NAMES:
        rate = ARTICLES / statistics.median(found[name])
        own = found[own_of.get(name, name)]
        ratios = [base / took for base, took in zip(own, found[name], strict=True)]
        share = spread(ratios) if name in own_of else ""
        lines.append(f"| {name} | {spread(found[name])} | {rate:.0f} | {share} |")
    lines += [
        "",
        "`files`: those that pull writes, written alone to the disk of the working folder.",
    ]
    write_section("Push and pull", COMMAND, ["dateline", "label-studio"], lines)
    print("\n".join(lines))


def _measure(access: Access, config: str) -> dict[str, list[float]]:
    with Client(access) as client:
        return measure(client, config, ROUNDS)


if __name__ == "__main__":
    main()
