"""Pull: annotations out of the projects, checked, without addresses, into files.

``annotations/exports/<annotator>/<article>.json`` holds an annotation as Label Studio gave it, of
which only what is listed in `KEPT` is kept, with the annotator's pseudonym for the account.
"""

import re
from collections import Counter
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

State = Literal[
    "new", "changed", "same", "newer here", "only here", "unfinished", "skipped", "open", "wrong"
]
"""What became of an article: ``open`` has not been begun, ``skipped`` was cancelled, and of one
that is ``only here`` the server has no annotation any more."""


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
        One row for each task and account, and for each export that the server knows nothing of,
        ordered by annotator and article. Rows with the state ``wrong``, ``newer here`` or
        ``only here`` were not written.

    Raises:
        StudioError: the server cannot be read, has no project of the corpus, or an export cannot
            be written. Those before it are.
    """
    projects = find_projects(client, corpus)
    if not projects:
        raise StudioError(f"{client.url}: no project of {corpus!r}; expected one, pushed first")
    known = {article.id: article for article in articles}
    rows: list[Pulled] = []
    try:
        files.tidy(exports)
        for marked in projects:
            for task in client.export(marked.project.id):
                page = f"{client.url}/projects/{marked.project.id}/data?task={task.id}"
                for found in _read(task, marked, known, exports, page):
                    row = _written(found) if isinstance(found, _Export) else found
                    rows.append(row)
    except OSError as error:
        raise StudioError(
            f"{error.filename}: cannot be written: {error.strerror}; expected a folder to write "
            f"to, and room for it{_so_far(rows)}"
        ) from None
    except StudioError as error:
        raise StudioError(f"{error}{_so_far(rows)}") from None
    rows += _only_here(exports, {marked.annotator for marked in projects}, rows)
    return sorted(rows, key=lambda row: (row.annotator, row.article))


def _so_far(rows: list[Pulled]) -> str:
    """Return what to add to an error after which *rows* stand."""
    states = Counter(row.state for row in rows)
    said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return f". Before it: {said}. Pull again to go on" if said else ""


def _only_here(exports: Path, annotators: set[str], rows: list[Pulled]) -> list[Pulled]:
    """Return rows for the exports of *annotators* that no annotation on the server stands for."""
    told = {(row.annotator, row.article) for row in rows if row.state != "open"}
    found = []
    for path in exports.glob("*/*.json"):
        annotator, article = path.parent.name, path.stem
        whose = "" if re.fullmatch(r"annotator-\d+", annotator) else annotator
        if whose in annotators and (annotator, article) not in told:
            said = f"the server has no annotation of it any more; {path} is left as it is"
            found.append(Pulled(annotator, article, "only here", said))
    return found


def _read(
    task: Exported, marked: Marked, known: dict[str, Article], exports: Path, page: str
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
            path = exports / name / f"{id}.json"
            yield _read_annotations(task, annotations, drafts, known[id], path, page)
        for account in begun:
            yield Pulled(annotator or f"annotator-{account}", id, "unfinished", "a draft only")


def _read_annotations(
    task: Exported,
    annotations: list[Annotation],
    drafts: list[Draft],
    article: Article,
    path: Path,
    page: str,
) -> Pulled | _Export:
    """Read the last annotation that one account has submitted for one article."""
    annotator = path.parent.name
    submitted = [annotation for annotation in annotations if not annotation.was_cancelled]
    if not submitted:
        return Pulled(annotator, article.id, "skipped")
    if task.data.get("text") != article.text:
        said = f"the text of {page} is not the corpus's; expected one text, here and there"
        return Pulled(annotator, article.id, "wrong", said)
    last = max(submitted, key=lambda annotation: (annotation.updated_at, annotation.id))
    kept = {
        "completed_by": annotator,
        **{key: getattr(last, key) for key in KEPT},
        "result": msgspec.json.decode(last.result),
    }
    data = {key: task.data[key] for key in ("id", "text", "sha256") if key in task.data}
    content = {"data": data, "annotations": [kept]}
    findings = read_task(content, article, page).findings
    if errors(findings):
        return Pulled(annotator, article.id, "wrong", "", tuple(errors(findings)))
    said = f"the last of {len(submitted)} annotations in {page}" if len(submitted) > 1 else ""
    row = Pulled(annotator, article.id, "new", said, tuple(findings))
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
    said = "; ".join(part for part in (said, export.row.said) if part)
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
