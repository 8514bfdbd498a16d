"""Where gold comes from, for the card: how far its versions agree, what was decided and amended.

``annotations/annotators.csv`` says of every pseudonym who it is, a ``model`` or a ``person``, and
how they went about it. Agreement between passes of one model is its consistency with itself, and
stands apart from agreement between people. ``annotations/audit.csv`` has a line for each rule that
somebody has looked through all gold for: the findings, and how many of them were accepted.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from dateline.agreement import Agreement, Row, Version, agreement, read_version
from dateline.documents import LAYERS, Document, InvalidAnnotation
from dateline.statistics import FEWEST, Interval, ratio_interval

from .decisions import Decision, read_decisions
from .settling import AMENDMENT

FILE = "annotators.csv"
AUDIT = "audit.csv"
_COLUMNS = ["name", "who", "how"]
_AUDIT_COLUMNS = ["rule", "clear", "arguable", "accepted"]
_WHO = ("model", "person")
_SHOWN = {
    "entities": "entities, with label",
    "quotes": "quotes, fragments with kind",
    "events": "events, triggers with type",
    "source": "sources",
    "cue": "cues",
    "speaker": "speakers",
    "argument": "arguments, with role",
}


def provenance(annotations: Path, documents: Sequence[Document]) -> list[str]:
    """Return lines of Markdown for the card; none where nothing is known.

    Args:
        annotations: The folder with ``annotators.csv``, ``exports/`` and ``decisions/``.
        documents: The gold.

    Raises:
        InvalidAnnotation: a file of these cannot be read.
    """
    lines = list(_agreement_lines(annotations, documents))
    decisions = {}
    for document in documents:
        path = annotations / "decisions" / f"{document.id}.jsonl"
        decisions[document.id], findings = read_decisions(path)
        if findings:
            raise InvalidAnnotation(str(findings[0]))
    if any(decisions.values()):
        lines += ["", *_decision_lines(documents, decisions)]
    audited = read_audit(annotations)
    if audited:
        clear, arguable, accepted = (
            sum(of[i] for of in audited.values()) for i in range(len(_AUDIT_COLUMNS) - 1)
        )
        said = (
            f"Audit: for each of {len(audited)} rules one reader looked through all gold for that "
            f"rule alone. Of {clear + arguable} findings ({clear} called clear, {arguable} "
            f"arguable) {accepted} were accepted."
        )
        lines += ["", said]
    return lines


def read_annotators(annotations: Path) -> dict[str, str]:
    """Return who each pseudonym is, ``model`` or ``person``; nobody without a file.

    Raises:
        InvalidAnnotation: the file is not as it must be.
    """
    path = annotations / FILE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    if reader.fieldnames != _COLUMNS or any(row["who"] not in _WHO for row in rows):
        raise InvalidAnnotation(
            f"{path}: expected the columns {', '.join(_COLUMNS)}, and in who {' or '.join(_WHO)}"
        )
    return {row["name"]: row["who"] for row in rows}


def read_audit(annotations: Path) -> dict[str, tuple[int, int, int]]:
    """Return, for each rule that was audited, clear and arguable findings and those accepted.

    Raises:
        InvalidAnnotation: the file is not as it must be.
    """
    path = annotations / AUDIT
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    try:
        if reader.fieldnames != _AUDIT_COLUMNS:
            raise ValueError
        return {
            row["rule"]: (int(row["clear"]), int(row["arguable"]), int(row["accepted"]))
            for row in rows
        }
    except (ValueError, TypeError):
        raise InvalidAnnotation(
            f"{path}: expected the columns {', '.join(_AUDIT_COLUMNS)}, and whole numbers"
        ) from None


def _agreement_lines(annotations: Path, documents: Sequence[Document]) -> Iterator[str]:
    articles = [document.article for document in documents]
    found: dict[str, Agreement] = {}
    for who in _WHO:
        versions: list[Version] = []
        for name, of in read_annotators(annotations).items():
            if of == who and (annotations / "exports" / name).is_dir():
                versions.append(read_version(annotations / "exports" / name, articles, name))
        if len(versions) > 1:
            found[who] = agreement(versions)
    if not found:
        return
    yield "| agreement before adjudication | n | two passes of one model, F1 | two people, F1 |"
    yield "| --- | ---: | ---: | ---: |"
    for group, name in _SHOWN.items():
        of_model, of_people = (_row(found.get(who), group) for who in _WHO)
        n = " / ".join(str(row.n) for row in (of_model, of_people) if row)
        yield f"| {name} | {n} | {_figures(of_model)} | {_figures(of_people)} |"
    yield ""
    if "model" in found:
        yield (
            "What two passes of one model agree on is its *consistency with itself*, not agreement "
            "between people: whatever the model gets wrong in both, it agrees on."
        )
    counts = " and ".join(str(len(one.articles)) for one in found.values())
    yield (
        f"F1 is exact, over {counts} articles, with 95 % intervals over articles from {FEWEST} on; "
        "n counts both sides."
    )


def _row(found: Agreement | None, group: str) -> Row | None:
    rows = found.rows if found else ()
    return next((row for row in rows if (row.group, row.label) == (group, "")), None)


def _figures(row: Row | None) -> str:
    if row is None or row.f1() is None:
        return ""
    return f"{100 * (row.f1() or 0):.1f}{_range(row.interval())}"


def _range(interval: Interval | None) -> str:
    return f" ({100 * interval.low:.1f}–{100 * interval.high:.1f})" if interval else ""


def _decision_lines(
    documents: Sequence[Document], decisions: Mapping[str, Sequence[Decision]]
) -> Iterator[str]:
    every = [decision for made in decisions.values() for decision in made]
    chosen = Counter(d.choice for d in every if d.part != AMENDMENT)
    said = ", ".join(f"{count} {choice}" for choice, count in sorted(chosen.items()))
    yield f"Adjudicated: {chosen.total()} disagreements ({said or 'none'})."
    yield ""
    yield "| layer | annotations | amended since | share (95 % interval over articles) |"
    yield "| --- | ---: | ---: | ---: |"
    for layer in LAYERS:
        sizes = np.array([len(getattr(document, layer)) for document in documents])
        amended = np.array(
            [
                sum(d.part == AMENDMENT and d.layer == layer for d in decisions[document.id])
                for document in documents
            ]
        )
        share = f"{100 * amended.sum() / sizes.sum():.1f} %" if sizes.sum() else "–"
        # Where nothing varies, the jackknife says nothing.
        interval = ratio_interval(amended, np.maximum(sizes - amended, 0))
        ends = _range(interval if amended.any() else None)
        yield f"| {layer} | {sizes.sum()} | {amended.sum()} | {share}{ends} |"
