"""Push and pull, against what the server itself can import and export.

1,000 articles with 30 regions and 8 relations each, on a server of its own. In every round the server
is given the same tasks in one ready-made request, and asked for one export of the same annotations;
then `push` and `pull` do their whole work: projects found or made, tasks built, counts compared,
every annotation read, checked and written to a file.
"""

import socket
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from dateline import Argument, Article, Document, Entity, Event, Quote, Span, tokenize
from dateline.labelstudio import write_task
from dateline.studio import Access, Client, pull, push, serving

from .report import spread, write_section

ARTICLES = 1_000
ROUNDS = 5
REGIONS, RELATIONS = 30, 8
COMMAND = "python -m bench.studio"
SENTENCE = "Ana Ruiz told Oslo on Monday that the port would open, and the union thanked her. "


def documents() -> list[Document]:
    """Return articles of about 2,000 characters with `REGIONS` regions and `RELATIONS` relations."""
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


def measure(client: Client, config: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every round for import, push, export and pull."""
    made = documents()
    articles = [document.article for document in made]
    annotated = [write_task(document) for document in made]
    predicted = [
        {"data": t["data"], "predictions": [{"model_version": "bench", **t["annotations"][0]}]}
        for t in annotated
    ]
    body = msgspec.json.encode(predicted)
    found: dict[str, list[float]] = {name: [] for name in ("import", "push", "export", "pull")}
    for number in range(rounds):
        project = client.create_project(title=f"import {number}", label_config=config)
        found["import"].append(seconds(lambda p=project: client.import_tasks(p.id, body)))
        name = f"bench-{number}"
        found["push"].append(
            seconds(lambda n=name: push(client, n, "", config, made, origin="bench"))
        )
        done = push(client, f"{name}-done", "ana", config, [])
        project = client.project(int(done.url.rpartition("/")[2]))
        client.import_tasks(project.id, msgspec.json.encode(annotated))
        found["export"].append(seconds(lambda p=project: client.export(p.id)))
        with tempfile.TemporaryDirectory() as folder:
            found["pull"].append(
                seconds(lambda n=name, f=folder: pull(client, f"{n}-done", articles, Path(f)))
            )
            assert sum(1 for _ in Path(folder).rglob("*.json")) == ARTICLES
    return found


def main() -> None:
    """Measure, and write the section."""
    config = Path("annotations/labels.xml").read_text("utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), port) as access:
        found = _measure(access, config)
    lines = [
        f"{ARTICLES:,} articles, {REGIONS} regions and {RELATIONS} relations each, {ROUNDS} rounds.",
        "",
        "| work | seconds | articles a second | of the server's own rate |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, own in (
        ("import", "import"),
        ("push", "import"),
        ("export", "export"),
        ("pull", "export"),
    ):
        ratios = [base / took for base, took in zip(found[own], found[name], strict=True)]
        rate = ARTICLES / statistics.median(found[name])
        share = "" if name == own else spread(ratios)
        lines.append(f"| {name} | {spread(found[name])} | {rate:.0f} | {share} |")
    write_section("Push and pull", COMMAND, ["dateline", "label-studio"], lines)
    print("\n".join(lines))


def _measure(access: Access, config: str) -> dict[str, list[float]]:
    with Client(access) as client:
        return measure(client, config, ROUNDS)


if __name__ == "__main__":
    main()
