"""Pull: annotations out of the projects, checked, without addresses, into files.

``annotations/exports/<annotator>/<article>.json`` holds an annotation as Label Studio gave it, of
which only what is listed in `KEPT` is kept, with the annotator's pseudonym for the account.
"""

from pathlib import Path
from typing import Any, Literal, NamedTuple

from dateline import files
from dateline.documents import Article, Finding, StudioError, errors
from dateline.documents.strictjson import loads
from dateline.labelstudio import dump_task, read_task

from .client import Client
from .projects import Marked, find_projects

KEPT = ("created_at", "updated_at", "lead_time", "was_cancelled", "ground_truth", "result")
"""The keys of an annotation that are kept: nothing that names a person."""

State = Literal["new", "changed", "same", "newer here", "unfinished", "skipped", "open", "wrong"]
"""What became of an article: ``open`` has not been begun, ``skipped`` was cancelled."""


class Pulled(NamedTuple):
    """What was found of one article in one annotator's project."""

    annotator: str
    article: str
    state: State
    said: str = ""
    findings: tuple[Finding, ...] = ()


def pull(client: Client, corpus: str, articles: list[Article], exports: Path) -> list[Pulled]:
    """Write every finished annotation of every project of a corpus that is not there yet.

    Args:
        client: A connection that has been checked.
        corpus: The corpus's name, as it was pushed.
        articles: Those of the corpus; the texts must be the server's.
        exports: The folder to write to.

    Returns:
        One row for each task and account, ordered by annotator and article. Rows with the state
        ``wrong`` or ``newer here`` were not written.

    Raises:
        StudioError: the server cannot be read, or has no project of the corpus.
    """
    projects = find_projects(client, corpus)
    if not projects:
        raise StudioError(f"{client.url}: no project of {corpus!r}; expected one, pushed first")
    known = {article.id: article for article in articles}
    found: list[Pulled] = []
    for marked in projects:
        for task in client.export(marked.project.id):
            found += _pull_task(task, marked, known, exports)
    return sorted(found, key=lambda row: (row.annotator, row.article))


def _pull_task(
    task: dict[str, Any], marked: Marked, known: dict[str, Article], exports: Path
) -> list[Pulled]:
    id = str(task["data"].get("id"))
    article = known.get(id)
    if article is None:
        return [Pulled(marked.annotator, id, "wrong", f"task {task['id']} is of no article")]
    by_account: dict[int, list[dict[str, Any]]] = {}
    for annotation in task["annotations"]:
        by_account.setdefault(_account(annotation), []).append(annotation)
    drafts = [draft for draft in task.get("drafts", []) if isinstance(draft, dict)]
    if not by_account:
        state: State = "unfinished" if drafts else "open"
        return [Pulled(marked.annotator, id, state, "a draft only" if drafts else "")]
    if marked.annotator and len(by_account) > 1:
        said = f"annotated by {len(by_account)} accounts in {marked.annotator}'s project"
        return [Pulled(marked.annotator, id, "wrong", said)]
    return [
        _pull_annotations(
            task["data"],
            annotations,
            drafts,
            article,
            marked.annotator or f"annotator-{account}",
            exports,
        )
        for account, annotations in sorted(by_account.items())
    ]


def _account(annotation: dict[str, Any]) -> int:
    """Return the number of the account that made an annotation, plain or inside an object."""
    who = annotation.get("completed_by")
    return int(who["id"] if isinstance(who, dict) else who or 0)


def _pull_annotations(
    data: dict[str, Any],
    annotations: list[dict[str, Any]],
    drafts: list[dict[str, Any]],
    article: Article,
    annotator: str,
    exports: Path,
) -> Pulled:
    """Write the last annotation that one account has submitted for one article."""
    submitted = [a for a in annotations if not a.get("was_cancelled")]
    if not submitted:
        return Pulled(annotator, article.id, "skipped")
    last = max(submitted, key=lambda annotation: str(annotation["updated_at"]))
    kept = {"completed_by": annotator, **{key: last[key] for key in KEPT if key in last}}
    task = {"data": {key: data[key] for key in ("id", "text", "sha256") if key in data}}
    path = exports / annotator / f"{article.id}.json"
    reading = read_task({**task, "annotations": [kept]}, article, str(path))
    if errors(reading.findings):
        return Pulled(annotator, article.id, "wrong", "", tuple(errors(reading.findings)))
    state, said = _write(path, dump_task({**task, "annotations": [kept]}), str(last["updated_at"]))
    newer = [draft for draft in drafts if _draft_is_newer(draft, last)]
    if newer and state != "newer here":
        said = f"{state}, and there is a newer draft"
        state = "unfinished"
    return Pulled(annotator, article.id, state, said, tuple(reading.findings))


def _draft_is_newer(draft: dict[str, Any], annotation: dict[str, Any]) -> bool:
    of_this = draft.get("annotation") in (None, annotation.get("id"))
    return of_this and str(draft.get("updated_at", "")) > str(annotation["updated_at"])


def _write(path: Path, said: str, updated_at: str) -> tuple[State, str]:
    """Write an export unless the file there is the same or newer."""
    if not path.exists():
        files.write(path, said)
        return "new", ""
    before = path.read_text("utf-8")
    if before == said:
        return "same", ""
    try:
        there = str(loads(before)["annotations"][0]["updated_at"])
    except (ValueError, LookupError, TypeError):
        there = "\uffff"  # Not an export of ours: somebody's, and so not to be lost.
    if there > updated_at:
        return "newer here", f"{path} is of {there}, the server's of {updated_at}"
    files.write(path, said)
    return "changed", ""
