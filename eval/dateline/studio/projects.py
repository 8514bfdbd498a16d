"""Projects: one for each annotator, apart from the others, found again by a mark.

The community edition shows every account all projects: apart means that nobody meets another's work
on the way, not that it cannot be looked up. Who must not be able to needs a server of their own.

The mark is the last line of the project's description, such as ``dateline: tiny / ana``, or
``dateline: tiny`` where all share one. Titles may be changed on the server, the mark may not.
"""

import re
from typing import NamedTuple

from dateline.documents import StudioError

from .client import Client, Project

_MARK = re.compile(r"^dateline: (?P<corpus>[^/\n]+?)(?: / (?P<annotator>\S+))?$", re.MULTILINE)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TITLE = 50
"""The longest title that the server takes."""


class Marked(NamedTuple):
    """A project of a corpus, and whose it is; an annotator without name is everybody."""

    project: Project
    annotator: str


def mark(corpus: str, annotator: str) -> str:
    """Return the line that a project of *annotator* is known by."""
    return f"dateline: {corpus} / {annotator}" if annotator else f"dateline: {corpus}"


def check_annotator(name: str) -> None:
    """Make sure that *name* can name a folder and stands for nobody's address.

    Raises:
        StudioError: it is not letters, digits and hyphens.
    """
    if not _NAME.fullmatch(name) or re.fullmatch(r"annotator-\d+", name):
        raise StudioError(
            f"annotator {name!r}; expected a pseudonym of lower-case letters, digits and hyphens, "
            "not annotator-1 and the like, which stand for accounts"
        )


def find_projects(client: Client, corpus: str) -> list[Marked]:
    """Return the projects of a corpus, by annotator.

    Raises:
        StudioError: two projects have the same mark.
    """
    found: dict[str, Marked] = {}
    for project in client.projects():
        match = _MARK.search(project.description or "")
        if match is None or match["corpus"] != corpus:
            continue
        annotator = match["annotator"] or ""
        if annotator in found:
            both = found[annotator].project.id, project.id
            raise StudioError(
                f"{client.url}: projects {both[0]} and {both[1]} both have the mark "
                f"{mark(corpus, annotator)!r}; expected one, take it out of the other's description"
            )
        found[annotator] = Marked(project, annotator)
    return [found[annotator] for annotator in sorted(found)]


def project_for(
    client: Client, corpus: str, annotator: str, config: str, instruction: str
) -> Project:
    """Return the project of an annotator with this configuration and instruction, made if need be.

    The instruction is HTML that the page shows at a click; ``""`` leaves it as it is.
    """
    for marked in find_projects(client, corpus):
        if marked.annotator == annotator:
            project = client.project(marked.project.id)
            if project.label_config.strip() != config.strip():
                client.update_project(project.id, label_config=config)
            if instruction and project.expert_instruction != instruction:
                client.update_project(project.id, expert_instruction=instruction)
            return project
    title = f"Dateline · {corpus}" + (f" · {annotator}" if annotator else "")
    return client.create_project(
        title=title[:_TITLE],
        description=f"Made by dateline; keep the next line.\n{mark(corpus, annotator)}",
        label_config=config,
        expert_instruction=instruction,
        show_collab_predictions=True,
        maximum_annotations=1,
    )
