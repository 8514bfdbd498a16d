"""Adjudication on the server: a project whose tasks ask for decisions, and what was decided.

The project's mark names both annotators and the adjudicator:
``dateline: tiny / ana and bo, by carla``. A pull of annotators' work passes it over.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from dateline.documents import StudioError

from .client import Client, Exported, Project
from .push import Pushed

_MARK = re.compile(
    r"^dateline: (?P<corpus>[^/\n]+?) / (?P<first>\S+) and (?P<second>\S+), by (?P<by>\S+)$",
    re.MULTILINE,
)
_TITLE = 50


class Adjudicated(NamedTuple):
    """A task on which decisions are made."""

    names: tuple[str, str]
    """Of the two versions."""
    by: str
    article: str
    fingerprint: str
    """Of the versions that the task was made from."""
    result: list[Any]
    said: str
    """Why it cannot be read; ``""`` if it can."""


def push_adjudication(
    client: Client,
    corpus: str,
    names: tuple[str, str],
    by: str,
    config: str,
    tasks: Sequence[dict[str, Any]],
    instruction: str = "",
) -> Pushed:
    """Bring a project to hold each task once; those that are there stay as they are.

    A task whose versions have changed is made anew, unless something is decided on it.

    Raises:
        StudioError: the server refuses, or holds decisions on versions that have changed.
    """
    project = _project_for(client, corpus, names, by, config, instruction)
    there: dict[str, Exported] = {}
    for task in client.export(project.id):
        id = str(task.data.get("id"))
        if id in there:
            raise StudioError(
                f"{client.url}: article {id!r} is twice in project {project.id}; "
                "expected it once, delete one of the tasks there"
            )
        there[id] = task
    missing, replaced = [], 0
    for task_made in tasks:
        data = task_made["data"]
        old = there.get(data["id"])
        if old is not None and old.data.get("versions") != data["versions"]:
            if _is_begun(old):
                raise StudioError(
                    f"{client.url}: the versions of {data['id']!r} have changed, and task {old.id} "
                    "has decisions on the old ones; expected it deleted there first"
                )
            client.delete_task(old.id)
            replaced += 1
            old = None
        if old is None:
            missing.append(task_made)
    if missing:
        client.import_tasks(project.id, msgspec.json.encode(missing))
    found, expected = client.project(project.id).task_number, len(there) + len(missing) - replaced
    if found != expected:
        raise StudioError(
            f"{client.url}: project {project.id} holds {found} tasks; expected {expected}"
        )
    url = f"{client.url}/projects/{project.id}"
    return Pushed(by, url, len(missing) - replaced, replaced, len(tasks) - len(missing))


def pull_adjudication(client: Client, corpus: str) -> Iterator[Adjudicated]:
    """Yield every task of every adjudication of a corpus.

    Raises:
        StudioError: the server cannot be read, or has no adjudication of the corpus.
    """
    projects = _projects(client, corpus)
    if not projects:
        raise StudioError(
            f"{client.url}: no adjudication of {corpus!r}; expected one, "
            "made by dateline studio adjudicate"
        )
    for project, match in projects:
        for task in client.export(project.id):
            live = [a for a in task.annotations if not a.was_cancelled]
            said = ""
            if len(live) != 1:
                said = f"{len(live)} annotations of task {task.id}; expected one"
            elif any(draft.updated_at > live[0].updated_at for draft in task.drafts):
                said = f"task {task.id} has changes that are not submitted; expected them to be"
            yield Adjudicated(
                (match["first"], match["second"]),
                match["by"],
                str(task.data.get("id")),
                str(task.data.get("versions")),
                [] if said else msgspec.json.decode(live[0].result),
                said,
            )


def _projects(client: Client, corpus: str) -> list[tuple[Project, re.Match[str]]]:
    found = []
    for project in client.projects():
        match = _MARK.search(project.description or "")
        if match is not None and match["corpus"] == corpus:
            found.append((project, match))
    return found


def _project_for(
    client: Client, corpus: str, names: tuple[str, str], by: str, config: str, instruction: str
) -> Project:
    for project, match in _projects(client, corpus):
        if (match["first"], match["second"], match["by"]) == (*names, by):
            return project
    mark = f"dateline: {corpus} / {names[0]} and {names[1]}, by {by}"
    return client.create_project(
        title=f"Dateline · {corpus} · {' and '.join(names)}"[:_TITLE],
        description=f"Adjudication, made by dateline; keep the next line.\n{mark}",
        label_config=config,
        expert_instruction=instruction,
        show_collab_predictions=True,
        maximum_annotations=1,
    )


def _is_begun(task: Exported) -> bool:
    """Say whether anything has been decided on a task."""
    decided = any(b'"choice"' in bytes(annotation.result) for annotation in task.annotations)
    return decided or bool(task.drafts)
