"""What the dataset is built from: the manifest, the articles, and the gold annotations."""

import csv
import datetime
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

from dateline.documents import SPLITS, Article, Document, Finding, InvalidCorpus, Origin
from dateline.documents.strictjson import loads
from dateline.labelstudio import read_task

MANIFEST = "articles.csv"
COLUMNS = (
    "id",
    "split",
    "story",
    "title",
    "publisher",
    "date",
    "language",
    "licence",
    "origin",
    "sha256",
)
"""The manifest's columns. Title, publisher and date may be empty: not known."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REQUIRED = ("story", "language", "licence")
_UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff\ufffe\uffff]")


class Source(NamedTuple):
    """Articles and gold as they lie in their folders, with all that is wrong with them."""

    articles: list[Article]
    documents: list[Document]
    """One for each article whose gold could be read."""
    provisional: list[str]
    """Ids of the articles whose gold is marked provisional."""
    files: dict[str, str]
    """Article id → path of its gold file, for findings."""
    findings: list[Finding]


def annotations_beside(corpus: Path) -> Path:
    """Return the folder of annotations that belongs to a corpus folder by default."""
    return corpus.absolute().parent / "annotations"


def read_source(corpus: Path, annotations: Path) -> Source:
    """Read manifest, articles and gold.

    Args:
        corpus: A folder with ``articles.csv`` and ``articles/``.
        annotations: A folder with ``gold/``.

    Raises:
        InvalidCorpus: there is no such folder or no manifest.

    Findings: manifest-*, story-in-two-splits, article-*, gold-*, task-*, and those of `read_task`.
    """
    articles, findings = read_articles(corpus)
    gold = annotations / "gold"
    documents: list[Document] = []
    provisional: list[str] = []
    files: dict[str, str] = {}
    for article in articles:
        path = gold / f"{article.id}.json"
        if not path.is_file():
            findings.append(Finding("gold-missing", str(path), article.id))
            continue
        task, found = read_json(path)
        findings += found
        if found:
            continue
        reading = read_task(task, article, str(path))
        findings += reading.findings
        files[article.id] = str(path)
        if reading.document is not None:
            documents.append(reading.document)
        if reading.provisional:
            provisional.append(article.id)
    known = {article.id for article in articles}
    findings += [
        Finding("gold-unlisted", str(path), path.stem)
        for path in sorted(gold.glob("*.json"))
        if path.stem not in known
    ]
    return Source(articles, documents, provisional, files, findings)


def read_json(path: Path) -> tuple[Any, list[Finding]]:
    """Return the JSON value in a file, or a task-not-json finding."""
    try:
        return loads(path.read_bytes()), []
    except ValueError as error:
        return None, [Finding("task-not-json", str(path), "", str(error), "JSON (RFC 8259)")]


def read_articles(corpus: Path) -> tuple[list[Article], list[Finding]]:
    """Read the manifest and the articles it names, in the manifest's order.

    Raises:
        InvalidCorpus: there is no manifest.
    """
    manifest = corpus / MANIFEST
    try:
        text = manifest.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InvalidCorpus(
            f"{manifest}: cannot be read ({why}); expected a corpus folder with a manifest"
        ) from None
    reader = csv.DictReader(text.splitlines())
    columns = tuple(reader.fieldnames or ())
    if set(columns) != set(COLUMNS):
        got = ", ".join(columns)
        return [], [Finding("manifest-columns", str(manifest), "", got, ", ".join(COLUMNS))]
    findings: list[Finding] = []
    articles: dict[str, Article] = {}
    for row in reader:
        found = [
            Finding(name, f"{manifest} line {reader.line_num}", str(row["id"]), got, expected)
            for name, got, expected in _row_findings(row)
        ]
        if row["id"] in articles:
            found.append(Finding("manifest-duplicate", str(manifest), row["id"]))
        if found:
            findings += found
            continue
        article, found = _read_article(corpus, row)
        findings += found
        if article is not None:
            articles[article.id] = article
    findings += _story_findings(manifest, list(articles.values()))
    findings += _unlisted(corpus, text)
    return list(articles.values()), findings


def _row_findings(row: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    if None in row or None in row.values():
        yield "manifest-value", f"{sum(v is not None for v in row.values())} values", "one a column"
        return
    if not _ID.fullmatch(row["id"]):
        yield "manifest-value", f"id {row['id']!r}", "lower-case words joined by hyphens"
    if row["split"] not in SPLITS:
        yield "manifest-value", f"split {row['split']!r}", " or ".join(SPLITS)
    if row["origin"] not in get_args(Origin):
        yield "manifest-value", f"origin {row['origin']!r}", " or ".join(get_args(Origin))
    if not re.fullmatch(r"[0-9a-f]{64}", row["sha256"]):
        yield "manifest-value", f"sha256 {row['sha256']!r}", "64 hexadecimal digits"
    if row["date"] and not _is_date(row["date"]):
        yield "manifest-value", f"date {row['date']!r}", "YYYY-MM-DD, or nothing"
    for column in _REQUIRED:
        if not row[column].strip():
            yield "manifest-value", f"no {column}", "a value"


def _is_date(value: str) -> bool:
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _read_article(corpus: Path, row: dict[str, str]) -> tuple[Article | None, list[Finding]]:
    path = corpus / "articles" / f"{row['id']}.txt"
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except OSError:
        return None, [Finding("article-missing", str(path), row["id"])]
    except UnicodeDecodeError as error:
        return None, [Finding("article-not-utf8", str(path), row["id"], f"byte {error.start}")]
    findings = []
    digest = hashlib.sha256(data).hexdigest()
    if digest != row["sha256"]:
        findings.append(Finding("article-changed", str(path), row["id"], digest, row["sha256"]))
    unusable = _UNUSABLE.search(text)
    if unusable or not text.strip():
        got = f"U+{ord(unusable[0]):04X} at {unusable.start()}" if unusable else "no text"
        expected = "text with LF line ends, no byte order mark, no control characters"
        findings.append(Finding("article-characters", str(path), row["id"], got, expected))
    known = {column: row[column] or None for column in ("title", "publisher", "date")}
    given = {key: value for key, value in row.items() if key not in known}
    return Article(text=text, **given, **known), findings  # type: ignore[arg-type]


def _story_findings(manifest: Path, articles: list[Article]) -> Iterator[Finding]:
    splits: dict[str, str] = {}
    for article in articles:
        split = splits.setdefault(article.story, article.split)
        if split != article.split:
            got = f"story {article.story!r} in {article.split} and {split}"
            yield Finding("story-in-two-splits", str(manifest), article.id, got, "one split")


def _unlisted(corpus: Path, manifest: str) -> Iterator[Finding]:
    listed = {row["id"] for row in csv.DictReader(manifest.splitlines())}
    for path in sorted((corpus / "articles").glob("*")):
        if path.suffix != ".txt" or path.stem not in listed:
            yield Finding("article-unlisted", str(path))
