"""``dateline annotations``: gold as text, and gold from the decisions of a worksheet."""

import argparse
import json
import re
import sys
from pathlib import Path

from dateline import files
from dateline.corpus import read_articles, read_json
from dateline.documents import Article, InvalidAnnotation, InvalidCorpus, errors

from . import steps
from .decisions import read_decided, version_path, write_outcomes
from .options import Commands, add_command, add_source, all_articles, annotations_folder, report


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    group = commands.add_parser(
        "annotations",
        help="gold as text, and gold from decisions",
        description="Gold, edited as text.",
    )
    forms = group.add_subparsers(metavar="COMMAND", required=True)

    to = add_command(forms, "to-text", _to_text, "print an article's gold in the text form")
    to.add_argument("article", metavar="ARTICLE", help="its id")
    add_source(to)

    to = add_command(forms, "from-text", _from_text, "write an article's gold from the text form")
    to.add_argument("form", metavar="FILE", help="a text form; - for standard input")
    to.add_argument(
        "--provisional",
        action="store_true",
        help="mark it as provisional, as it also stays if it was",
    )
    add_source(to)

    to = add_command(forms, "decide", _decide, "write gold and decisions from a worksheet")
    to.add_argument("worksheet", metavar="FILE", help="as dateline agree --worksheet wrote it")
    add_source(to)


def _to_text(options: argparse.Namespace) -> int:
    from dateline.labelstudio import read_task
    from dateline.textform import to_text

    article = _article(options, options.article)
    path = annotations_folder(options) / "gold" / f"{article.id}.json"
    if not path.is_file():
        raise InvalidCorpus(f"{path}: not there; expected the gold of {article.id!r}")
    task, findings = read_json(path)
    if not findings:
        reading = read_task(task, article, str(path))
        findings = reading.findings
        if reading.document is not None and not errors(findings):
            print(to_text(reading.document), end="")
            return 0
    return report(errors(findings))


def _from_text(options: argparse.Namespace) -> int:
    from dateline.checks import document_findings
    from dateline.labelstudio import dump_task, write_task
    from dateline.textform import form_id, from_text

    try:
        form = (
            sys.stdin.read() if options.form == "-" else Path(options.form).read_text("utf-8-sig")
        )
        form = form.replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidCorpus(
            f"{options.form}: cannot be read: {error}; expected a text form"
        ) from None
    document = from_text(form, _article(options, form_id(form)))
    findings = list(document_findings(document, options.form))
    if errors(findings):
        return report(findings)
    path = annotations_folder(options) / "gold" / f"{document.id}.json"
    trail = annotations_folder(options) / "decisions" / f"{document.id}.jsonl"
    if trail.is_file():
        raise InvalidCorpus(
            f"{path}: is what the decisions in {trail} make; expected it changed by decisions, "
            "with dateline agree --worksheet and dateline annotations decide"
        )
    provisional = options.provisional or _kept_of(path)
    files.write(path, dump_task(write_task(document, provisional)))
    report(findings)
    print(f"{path}: written")
    return 0


def _article(options: argparse.Namespace, id: str) -> Article:
    articles, findings = read_articles(Path(options.corpus))
    for article in articles:
        if article.id == id:
            return article
    known = ", ".join(article.id for article in articles) or str(
        findings[0] if findings else "none"
    )
    raise InvalidCorpus(f"{options.corpus}: no article {id!r}; expected one of {known}")


def _kept_of(path: Path) -> bool:
    """Say whether the gold that is there is provisional; refuse to write over doubts."""
    if not path.is_file():
        return False
    task, findings = read_json(path)
    said = json.dumps(task)
    if findings or '"from_name": "doubt"' in said or '"from_name": "note"' in said:
        raise InvalidCorpus(
            f"{path}: holds doubts, or is not JSON, and a text form would not keep that; "
            "expected it settled or moved away first"
        )
    return bool(isinstance(task, dict) and task.get("data", {}).get("provisional"))


def _decide(options: argparse.Namespace) -> int:
    from dateline.adjudication import adjudicate, read_worksheet
    from dateline.agreement import read_version

    articles = all_articles(options)
    path = Path(options.worksheet)
    try:
        sheet = read_worksheet(path.read_text("utf-8-sig"), articles)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidAnnotation(f"{path}: cannot be read: {error}; expected a worksheet") from None
    except InvalidAnnotation as error:
        raise InvalidAnnotation(f"{path}: {error}") from None
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", sheet.by):
        raise InvalidAnnotation(
            f"{path}: by: {sheet.by!r}; expected a pseudonym of lower-case letters and digits"
        )
    if len(sheet.versions) != 2 or not sheet.choices:
        raise InvalidAnnotation(
            f"{path}: {len(sheet.versions)} version lines, {len(sheet.choices)} articles; "
            "expected two, and one or more"
        )
    versions = [
        read_version(version_path(options, place), articles, name)
        for name, place in sheet.versions.items()
    ]
    outcomes = []
    for article in articles:
        if article.id in sheet.choices:
            for version in versions:
                if article.id not in version.documents:
                    raise InvalidAnnotation(f"{path}: {version.name} has no {article.id!r}")
            choices = sheet.choices[article.id]
            before = read_decided(options, article.id)
            outcomes.append(adjudicate(article, versions, choices, sheet.by, before))
    again = steps.command(options, "annotations decide", str(path))
    return write_outcomes(options, outcomes, again)
