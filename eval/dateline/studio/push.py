"""Push: articles into a project, each once, whatever was there before and wherever it stopped.

A task is known by its article's id and the hash of its text. What is there already stays; what is
missing is imported in bulk; what has another text is replaced unless a person has worked on it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from dateline.documents import Document, StudioError
from dateline.labelstudio import write_task

from .client import Client, Project, Task
from .projects import project_for

CHUNK = 500
"""Tasks in one request. While the server imports one chunk, the next is made."""


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
) -> Pushed:
    """Bring the project of one annotator to hold every document's article exactly once.

    Args:
        client: A connection that has been checked.
        corpus: The corpus's name, part of the project's mark.
        annotator: Whose project; ``""`` for one that all share.
        config: The labelling configuration, XML.
        documents: The articles; their annotations become predictions if *origin* is given.
        origin: What made the annotations, shown as the model's version; None for none.

    Raises:
        StudioError: the server refuses, an article's text has changed although a person has worked
            on it, or the server holds another number of tasks afterwards.
    """
    project = project_for(client, corpus, annotator, config)
    there = _tidied(client, project, documents)
    replaced = _without_outdated(client, there, documents)
    missing = [document for document in documents if document.id not in there]
    for body in _ahead(_bodies(missing, origin)):
        client.import_tasks(project.id, body)
    if origin:
        _add_predictions(client, project, there, documents, origin)
    found = _compare(client, project, there, missing, origin)
    if origin and found.model_version != origin:
        # Which predictions the page offers; the server takes a version only once it has some.
        client.update_project(project.id, model_version=origin)
    kept = len(documents) - len(missing)
    url = f"{client.url}/projects/{project.id}"
    return Pushed(annotator, url, len(missing) - replaced, replaced, kept)


def _tidied(client: Client, project: Project, documents: Sequence[Document]) -> dict[str, Task]:
    """Return the project's tasks by article, after deleting copies that an interruption left.

    Of several tasks on one article the one with a person's work stays, else the first.
    """
    if not project.task_number:
        return {}
    copies: dict[str, list[Task]] = defaultdict(list)
    for task in client.tasks(project.id):
        copies[str(task.data.get("id"))].append(task)
    kept: dict[str, Task] = {}
    for id, tasks in copies.items():
        if len(tasks) > 1:
            tasks = [client.task(task.id) for task in tasks]
        worked = [task for task in tasks if task.has_work]
        if len(worked) > 1:
            raise StudioError(
                f"{client.url}: article {id!r} is in tasks {worked[0].id} and {worked[1].id} of "
                f"project {project.id}, both with work; expected one, delete the other there"
            )
        kept[id] = (worked or tasks)[0]
        for task in tasks:
            if task is not kept[id]:
                client.delete_task(task.id)
    return kept


def _without_outdated(client: Client, there: dict[str, Task], documents: Sequence[Document]) -> int:
    """Delete the tasks whose text is no longer the article's; return how many."""
    outdated = [
        there[document.id]
        for document in documents
        if document.id in there and there[document.id].data.get("text") != document.text
    ]
    worked = [task for task in outdated if client.task(task.id).has_work]
    if worked:
        raise StudioError(
            f"{client.url}: the text of {worked[0].data['id']!r} has changed, and task "
            f"{worked[0].id} has work on the old one; expected it pulled and deleted there first"
        )
    for task in outdated:
        client.delete_task(task.id)
        del there[task.data["id"]]
    return len(outdated)


def _bodies(documents: Sequence[Document], origin: str | None) -> Iterator[bytes]:
    remaining = iter(documents)
    while chunk := list(islice(remaining, CHUNK)):
        yield msgspec.json.encode([_task(document, origin) for document in chunk])


def _ahead(bodies: Iterator[bytes]) -> Iterator[bytes]:
    """Yield *bodies*, each made while the one before it is used."""
    with ThreadPoolExecutor(1) as executor:
        upcoming = executor.submit(next, bodies, None)
        while (body := upcoming.result()) is not None:
            upcoming = executor.submit(next, bodies, None)
            yield body


def _task(document: Document, origin: str | None) -> dict[str, Any]:
    task = write_task(document)
    predictions = [_prediction(task, origin)] if origin else []
    return {"data": task["data"], "predictions": predictions}


def _prediction(task: dict[str, Any], origin: str) -> dict[str, Any]:
    return {"model_version": origin, "result": task["annotations"][0]["result"]}


def _add_predictions(
    client: Client,
    project: Project,
    there: dict[str, Task],
    documents: Sequence[Document],
    origin: str,
) -> None:
    """Give predictions to the tasks that were there without any and that nobody has worked on."""
    bare = [
        {"task": there[document.id].id, **_prediction(write_task(document), origin)}
        for document in documents
        if document.id in there
        and not there[document.id].total_predictions
        and not client.task(there[document.id].id).has_work
    ]
    if bare:
        client.import_predictions(project.id, bare)


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
    if tasks != expected:
        raise StudioError(
            f"{where} holds {tasks} tasks; expected {expected}. "
            "Push again: it mends what an interrupted push has left"
        )
    if origin and predictions < len(missing):
        raise StudioError(f"{where} holds {predictions} predictions; expected {len(missing)}")
    return found
