"""Every check there is, over articles, gold, decisions, manifest and built dataset.

Each is a pure function that yields findings (`CATALOGUE`); none prints. What a reader finds while
it reads comes first; what articles share is in `leaks`, what needs a whole document in `document`,
what gold alone must stand up to in `consistency`.
"""

from pathlib import Path

from dateline.adjudication import (
    decision_findings,
    read_decisions,
    read_rules,
    replay_findings,
)
from dateline.corpus import Source, dataset_findings, read_source
from dateline.documents import Finding, errors

from .consistency import consistency_findings, read_exceptions
from .document import document_findings
from .leaks import leak_findings

__all__ = [
    "check",
    "consistency_findings",
    "document_findings",
    "gold_findings",
    "leak_findings",
    "read_exceptions",
    "source_findings",
]


def check(corpus: Path, annotations: Path) -> list[Finding]:
    """Return all findings on a corpus folder and its gold; the dataset is looked at last.

    Raises:
        InvalidCorpus: there is no corpus at all.
    """
    source = read_source(corpus, annotations)
    findings = source_findings(source) + gold_findings(annotations, source)
    if not errors(findings):
        findings += dataset_findings(corpus, source.documents)
    return findings


def source_findings(source: Source) -> list[Finding]:
    """Return what reading the source found, what its splits share, and what its documents have."""
    findings = [*source.findings, *leak_findings(source.articles)]
    for document in source.documents:
        findings += document_findings(document, source.files[document.id])
    return findings


def gold_findings(annotations: Path, source: Source) -> list[Finding]:
    """Return the findings on how gold came about, and, if all can be read, on its consistency.

    Findings: decision-*, decisions-contradict, gold-not-decided, and those of
    `consistency_findings`.
    """
    folder = annotations / "decisions"
    decisions, findings = {}, []
    for article in source.articles:
        decisions[article.id], unreadable = read_decisions(folder / f"{article.id}.jsonl")
        findings += unreadable
    rules = read_rules(annotations / "guidelines.md")
    findings += decision_findings(decisions, rules, str(folder))
    findings += replay_findings(annotations, source.documents, decisions)
    if errors([*source.findings, *findings]):
        return findings
    exceptions, unreadable = read_exceptions(annotations)
    findings += unreadable
    return findings + consistency_findings(source.documents, source.files, exceptions)
