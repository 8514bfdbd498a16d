"""Pull: annotations out of the projects, checked, without addresses, into files.

``annotations/exports/<annotator>/<article>.json`` holds an annotation as Label Studio gave it, of
which only what is listed in `KEPT` is kept, with the annotator's pseudonym for the account.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from dateline import files
from dateline.documents import Article, Finding, StudioError, errors
from dateline.documents.strictjson import loads
from dateline.labelstudio import dump_task, read_task

from .client import Annotation, Client, Draft, Exported
from .projects import Marked, find_projects

KEPT = ("created_at", "updated_at", "lead_time", "was_cancelled", "ground_truth")
"""The keys of an annotation that are kept besides its result: nothing that names a person."""

State = Literal["new", "changed", "same", "newer here", "unfinished", "skipped", "open", "wrong"]
"""What became of an article: ``open`` has not been begun, ``skipped`` was cancelled."""


class Pulled(NamedTuple):
    """What was found of one article in one annotator's project."""

    annotator: str
    article: str
    state: State
    said: str = ""
    findings: tuple[Finding, ...] = ()


class _Export(NamedTuple):
    """A file to be written, and the row that tells of it."""

    row: Pulled
    path: Path
    content: str
    updated_at: str
    draft: bool
    """Whether the annotator has gone on after submitting it."""


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
    read = (
        found
        for marked in projects
        for task in client.export(marked.project.id)
        for found in _read(task, marked, known, exports)
    )
    rows = [_written(found) if isinstance(found, _Export) else found for found in read]
    return sorted(rows, key=lambda row: (row.annotator, row.article))


def _read(
    task: Exported, marked: Marked, known: dict[str, Article], exports: Path
) -> Iterator[Pulled | _Export]:
    """Yield what a task holds: a row, or a row and the file to be written."""
    id, annotator = str(task.data.get("id")), marked.annotator
    by_account: dict[int, list[Annotation]] = {}
    for annotation in task.annotations:
        by_account.setdefault(annotation.account, []).append(annotation)
    begun = sorted({draft.account for draft in task.drafts} - set(by_account))
    if id not in known:
        yield Pulled(annotator, id, "wrong", f"task {task.id} is of no article")
    elif not by_account and not begun:
        yield Pulled(annotator, id, "open")
    elif annotator and len(by_account) > 1:
        said = f"annotated by {len(by_account)} accounts in {annotator}'s project"
        yield Pulled(annotator, id, "wrong", said)
    else:
        for account, annotations in sorted(by_account.items()):
            name = annotator or f"annotator-{account}"
            drafts = [draft for draft in task.drafts if draft.account == account]
            yield _read_annotations(task, annotations, drafts, known[id], name, exports)
        for account in begun:
            yield Pulled(annotator or f"annotator-{account}", id, "unfinished", "a draft only")


def _read_annotations(
    task: Exported,
    annotations: list[Annotation],
    drafts: list[Draft],
    article: Article,
    annotator: str,
    exports: Path,
) -> Pulled | _Export:
    """Read the last annotation that one account has submitted for one article."""
    submitted = [annotation for annotation in annotations if not annotation.was_cancelled]
    if not submitted:
        return Pulled(annotator, article.id, "skipped")
    last = max(submitted, key=lambda annotation: annotation.updated_at)
    kept = {
        "completed_by": annotator,
        **{key: getattr(last, key) for key in KEPT},
        "result": msgspec.json.decode(last.result),
    }
    data = {key: task.data[key] for key in ("id", "text", "sha256") if key in task.data}
    content = {"data": data, "annotations": [kept]}
    path = exports / annotator / f"{article.id}.json"
    findings = read_task(content, article, str(path)).findings
    if errors(findings):
        return Pulled(annotator, article.id, "wrong", "", tuple(errors(findings)))
    row = Pulled(annotator, article.id, "new", "", tuple(findings))
    newer = any(_is_newer(draft, last) for draft in drafts)
    return _Export(row, path, dump_task(content), last.updated_at, newer)


def _is_newer(draft: Draft, annotation: Annotation) -> bool:
    of_this = draft.annotation in (None, annotation.id)
    return of_this and draft.updated_at > annotation.updated_at


def _written(export: _Export) -> Pulled:
    """Write an export unless the file there is the same or newer; return the row that says so."""
    state, said = _write(export)
    if export.draft and state != "newer here":
        state, said = "unfinished", f"{state}, and there is a newer draft"
    return export.row._replace(state=state, said=said)


def _write(export: _Export) -> tuple[State, str]:
    if not export.path.exists():
        files.write(export.path, export.content)
        return "new", ""
    before = export.path.read_bytes()
    if before == export.content.encode():
        return "same", ""
    try:
        there = loads(before)["annotations"][0]["updated_at"]
    except (ValueError, LookupError, TypeError):
        there = None
    if not isinstance(there, str):
        return "newer here", f"{export.path} is not what a pull wrote; expected it moved away"
    if there > export.updated_at:
        return "newer here", f"{export.path} is of {there}, the server's of {export.updated_at}"
    files.write(export.path, export.content)
    return "changed", ""
