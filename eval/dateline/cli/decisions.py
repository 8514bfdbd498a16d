"""Versions to decide between, and what is decided: shared by agree, annotations and studio."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.documents import Article, InvalidAnnotation, errors

from . import steps
from .options import all_articles, annotations_folder, report

if TYPE_CHECKING:
    from dateline.adjudication import Decision, Outcome
    from dateline.agreement import Version
    from dateline.studio import Adjudicated


def read_versions(
    options: argparse.Namespace, said: Sequence[str], articles: list[Article]
) -> "list[Version]":
    """Read versions, each named by its folder or file, or in full where two would be alike."""
    from dateline.agreement import read_version

    every = all_articles(options)
    kept = {article.id for article in articles}
    paths = [version_path(options, one) for one in said]
    if len(paths) < 2:
        raise InvalidAnnotation(f"one version, {paths[0]}; expected two or more to compare")
    names = [path.resolve().stem for path in paths]
    if len(set(names)) < len(names):
        names = [str(path) for path in paths]
    if len(set(names)) < len(names):
        raise InvalidAnnotation(f"the same version twice, of {', '.join(names)}; expected others")
    versions = [read_version(p, every, name) for p, name in zip(paths, names, strict=True)]
    return [
        version._replace(documents={k: v for k, v in version.documents.items() if k in kept})
        for version in versions
    ]


def version_path(options: argparse.Namespace, said: str) -> Path:
    """Return the path of a version: *said* itself, or an annotator's exports."""
    exported = annotations_folder(options) / "exports" / said
    return Path(said) if Path(said).exists() or not exported.is_dir() else exported


def read_decided(options: argparse.Namespace, article: str) -> "list[Decision]":
    """Return what has been decided on an article before."""
    from dateline.adjudication import read_decisions

    found, findings = read_decisions(annotations_folder(options) / "decisions" / f"{article}.jsonl")
    if findings:
        raise InvalidAnnotation(str(findings[0]))
    return found


def page_outcome(
    options: argparse.Namespace,
    task: "Adjudicated",
    article: Article | None,
    versions: "list[Version]",
) -> "Outcome":
    """Return what was decided in Label Studio on two versions of an article, or what is amiss."""
    from dateline.adjudication import (
        Outcome,
        adjudicate,
        agreed,
        fingerprint,
        read_page,
        unexplained,
    )

    problem = task.said
    if article is None:
        problem = "no such article"
    elif not all(article.id in version.documents for version in versions):
        problem = f"not in the exports of {' and '.join(task.names)}"
    elif fingerprint(article, versions) != task.fingerprint:
        problem = "the exports have changed since the adjudication was made"
    if article is None or problem:
        return Outcome(task.article, None, [], [problem])
    page = read_page(task.result, article, versions)
    before = read_decided(options, article.id)
    outcome = adjudicate(article, versions, page.choices, task.by, before)
    problems = [*page.problems, *outcome.problems]
    if outcome.document is not None:
        common = agreed(*(version.documents[article.id] for version in versions))
        problems += unexplained(page.drawn, outcome.document, common)
    document = None if problems else outcome.document
    return outcome._replace(document=document, problems=problems)


def write_outcomes(options: argparse.Namespace, outcomes: "Sequence[Outcome]", again: str) -> int:
    """Write what is settled and sound, say what is not; return 1 if anything is not.

    *again* is the command line that takes up what is settled later.
    """
    from dateline.adjudication import check_outcome, decision_findings, read_rules, write_outcome
    from dateline.checks import document_findings

    annotations = annotations_folder(options)
    rules = read_rules(annotations / "guidelines.md")
    code = 0
    for outcome in outcomes:  # before anything is written
        if outcome.document is not None:
            check_outcome(annotations, outcome)
    for outcome in outcomes:
        gold = annotations / "gold" / f"{outcome.article}.json"
        for problem in outcome.problems:
            print(f"{outcome.article}: {problem}")
        if outcome.document is None:
            print(f"{outcome.article}: not written, {len(outcome.problems)} to be settled first")
            code = 1
            continue
        findings = decision_findings({outcome.article: outcome.decisions}, rules)
        findings += document_findings(outcome.document, str(gold))
        report(findings)
        if errors(findings):
            print(f"{outcome.article}: not written, {len(errors(findings))} errors first")
            code = 1
        else:
            print(f"{gold}: {write_outcome(annotations, outcome)}")
    steps.say(steps.after_gold(options, code, again))
    return code
