"""Push: articles into a project, each once, whatever was there before and wherever it stopped.

A task is known by its article's id and its text. What is there already stays; what is missing is
imported in bulk; what has another text is replaced unless a person has worked on it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from dateline.documents import Document, StudioError
from dateline.labelstudio import for_page, write_task

from .client import Client, Project, Task
from .projects import project_for

FIRST, CHUNK = 50, 500
"""Tasks in the first request and in each further one. While the server imports one chunk, the next
is made; the first is small, so that the server has something to do soon."""


class Pushed(NamedTuple):
    """What a push did to one project."""

    annotator: str
    url: str
    imported: int
    replaced: int
    kept: int


def push(
    client: Client,
    corpus: str,
    annotator: str,
    config: str,
    documents: Sequence[Document],
    origin: str | None = None,
    instruction: str = "",
) -> Pushed:
    """Bring the project of one annotator to hold every document's article exactly once.

    Args:
        client: A connection that has been checked.
        corpus: The corpus's name, part of the project's mark.
        annotator: Whose project; ``""`` for one that all share.
        config: The labelling configuration, XML.
        documents: The articles; their annotations become predictions if *origin* is given.
        origin: What made the annotations, shown as the model's version; None for none.
        instruction: What the page shows under *Instructions*, HTML.

    Raises:
        StudioError: the server refuses, an article's text has changed although a person has worked
            on it, or the server holds another number of tasks afterwards.
    """
    project = project_for(client, corpus, annotator, config, instruction)
    version = f"{origin} {_fingerprint(documents)}" if origin else None
    there = _tidied(client, project)
    replaced = _without_outdated(client, project, there, documents, version)
    missing = [document for document in documents if document.id not in there]
    for body in _ahead(_bodies(missing, version)):
        client.import_tasks(project.id, body)
    sent = len(missing)
    if version:
        sent += _add_predictions(client, project, there, documents, version)
    found = _compare(client, project, there, missing, version)
    if version and sent and found.model_version != version:
        # Which predictions the page offers; the server takes a version only once it has some.
        client.update_project(project.id, model_version=version)
    kept = len(documents) - len(missing)
    url = f"{client.url}/projects/{project.id}"
    return Pushed(annotator, url, len(missing) - replaced, replaced, kept)


def _fingerprint(documents: Sequence[Document]) -> str:
    """Return what tells predictions from other ones of the same name."""
    said = msgspec.json.encode([(d.id, d.entities, d.quotes, d.events) for d in documents])
    return hashlib.sha256(said).hexdigest()[:8]


def _tidied(client: Client, project: Project) -> dict[str, Task]:
    """Return the project's tasks by article, after deleting copies that an interruption left.

    Of several tasks on one article the one with a person's work stays, else the first. Tasks that
    no push has made are left alone.
    """
    if not project.task_number:
        return {}
    copies: dict[str, list[Task]] = defaultdict(list)
    for task in client.tasks(project.id):
        if task.article is not None:
            copies[task.article].append(task)
    several = [task.id for tasks in copies.values() if len(tasks) > 1 for task in tasks]
    worked = client.worked_on(project.id, several)
    kept: dict[str, Task] = {}
    for id, tasks in copies.items():
        with_work = [task for task in tasks if task.id in worked]
        if len(with_work) > 1:
            raise StudioError(
                f"{client.url}: article {id!r} is in tasks {with_work[0].id} and {with_work[1].id} "
                f"of project {project.id}, both with work; expected one, delete the other there"
            )
        kept[id] = (with_work or tasks)[0]
        for task in tasks:
            if task is not kept[id]:
                client.delete_task(task.id)
    return kept


def _without_outdated(
    client: Client,
    project: Project,
    there: dict[str, Task],
    documents: Sequence[Document],
    version: str | None,
) -> int:
    """Delete the tasks with another text or other predictions; return how many.

    A task that somebody has worked on stays: with other predictions it is of no use to replace
    them, with another text it is an error.
    """
    old_version = version and project.model_version and project.model_version != version
    outdated = [
        there[document.id]
        for document in documents
        if document.id in there
        and (
            there[document.id].data.get("text") != document.text
            or (old_version and there[document.id].total_predictions)
        )
    ]
    worked = client.worked_on(project.id, [task.id for task in outdated])
    texts = {document.id: document.text for document in documents}
    for task in outdated:
        if task.id in worked and task.data.get("text") != texts[task.data["id"]]:
            raise StudioError(
                f"{client.url}: the text of {task.data['id']!r} has changed, and task {task.id} "
                "has work on the old one; expected the text that it was made on, here and there, "
                "or the task deleted there, which loses the work"
            )
    outdated = [task for task in outdated if task.id not in worked]
    for task in outdated:
        client.delete_task(task.id)
        del there[task.data["id"]]
    return len(outdated)


def _bodies(documents: Sequence[Document], origin: str | None) -> Iterator[bytes]:
    remaining, size = iter(documents), FIRST
    while chunk := list(islice(remaining, size)):
        size = CHUNK
        yield msgspec.json.encode([_task(document, origin) for document in chunk])


def _ahead(bodies: Iterator[bytes]) -> Iterator[bytes]:
    """Yield *bodies*, each made while the one before it is used."""
    with ThreadPoolExecutor(1) as executor:
        upcoming = executor.submit(next, bodies, None)
        while (body := upcoming.result()) is not None:
            upcoming = executor.submit(next, bodies, None)
            yield body


def _task(document: Document, origin: str | None) -> dict[str, Any]:
    predictions = [_prediction(document, origin)] if origin else []
    return {"data": write_task(document)["data"], "predictions": predictions}


def _prediction(document: Document, origin: str) -> dict[str, Any]:
    return {"model_version": origin, "result": for_page(document)}


def _add_predictions(
    client: Client,
    project: Project,
    there: dict[str, Task],
    documents: Sequence[Document],
    origin: str,
) -> int:
    """Give predictions to tasks that had none and that nobody has worked on; return how many."""
    without = [d for d in documents if d.id in there and not there[d.id].total_predictions]
    worked = client.worked_on(project.id, [there[document.id].id for document in without])
    bare = [
        {"task": there[document.id].id, **_prediction(document, origin)}
        for document in without
        if there[document.id].id not in worked
    ]
    if bare:
        client.import_predictions(project.id, bare)
    return len(bare)


def _copies(client: Client, project: Project) -> bool:
    """Say whether two tasks are on one article."""
    articles = [task.article for task in client.tasks(project.id) if task.article is not None]
    return len(set(articles)) < len(articles)


def _compare(
    client: Client,
    project: Project,
    there: dict[str, Task],
    missing: Sequence[Document],
    origin: str | None,
) -> Project:
    """Read the counts back from the server; return the project as it is now."""
    found = client.project(project.id)
    tasks, predictions = found.task_number, found.total_predictions_number
    expected = len(there) + len(missing)
    where = f"{client.url}: project {project.id}"
    if tasks < expected or (tasks > expected and _copies(client, project)):
        raise StudioError(
            f"{where} holds {tasks} tasks; expected {expected}. "
            "Push again: it mends what an interrupted push has left"
        )
    if origin and predictions < len(missing):
        raise StudioError(f"{where} holds {predictions} predictions; expected {len(missing)}")
    return found
