"""What the dataset is built from: the manifest, the articles, and the gold annotations."""

import csv
import datetime
import hashlib
import io
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
    "topic",
    "title",
    "publisher",
    "date",
    "language",
    "licence",
    "origin",
    "phenomena",
    "sha256",
)
"""The manifest's columns. Topic, title, publisher and date may be empty: not known. ``phenomena``,
separated by semicolons, is what a text was written to have; systems and the dataset do not see it.
"""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REQUIRED = ("story", "language", "licence")
UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that an article cannot hold."""


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
    rows, findings = read_manifest(corpus)
    articles = list(_articles(corpus, rows, findings))
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
    listed = {row["id"] for row in rows}
    findings += [
        Finding("gold-unlisted", str(path), path.stem)
        for path in sorted(gold.glob("*.json"))
        if rows and path.stem not in listed
    ]
    return Source(articles, documents, provisional, files, findings)


def read_json(path: Path) -> tuple[Any, list[Finding]]:
    """Return the JSON value in a file, or a task-not-json finding."""
    try:
        return loads(path.read_bytes()), []
    except ValueError as error:
        return None, [Finding("task-not-json", str(path), "", str(error), "JSON (RFC 8259)")]


def read_articles(corpus: Path) -> tuple[list[Article], list[Finding]]:
    """Read the manifest and the articles it names, in its order; those with a finding are left out.

    Raises:
        InvalidCorpus: there is no manifest.

    Findings: manifest-*, story-in-two-splits, article-*.
    """
    rows, findings = read_manifest(corpus)
    return list(_articles(corpus, rows, findings)), findings


def read_manifest(corpus: Path) -> tuple[list[dict[str, str]], list[Finding]]:
    """Return the manifest's rows, and what is wrong with it; no rows if its columns are wrong."""
    manifest = corpus / MANIFEST
    try:
        text = manifest.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InvalidCorpus(
            f"{manifest}: cannot be read ({why}); expected a corpus folder with a manifest"
        ) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = tuple(reader.fieldnames or ())
    if set(columns) != set(COLUMNS) or len(columns) != len(COLUMNS):
        got = ", ".join(columns)
        return [], [Finding("manifest-columns", str(manifest), "", got, ", ".join(COLUMNS))]
    rows: list[dict[str, str]] = []
    findings: list[Finding] = []
    stories: dict[str, str] = {}
    for row in reader:
        where = f"{manifest} line {reader.line_num}", str(row["id"])
        findings += [Finding("manifest-value", *where, *said) for said in value_findings(row)]
        if any(row["id"] == other["id"] for other in rows):
            findings.append(Finding("manifest-duplicate", *where))
        split = stories.setdefault(row["story"], row["split"])
        if split != row["split"]:
            got = f"story {row['story']!r} in {row['split']} and {split}"
            findings.append(Finding("story-in-two-splits", *where, got, "one split"))
        rows.append(row)
    return rows, findings


def _articles(
    corpus: Path, rows: list[dict[str, str]], findings: list[Finding]
) -> Iterator[Article]:
    """Yield the articles of the manifest's rows; what is wrong is added to *findings*."""
    seen: set[str] = set()
    for row in rows:
        if row["id"] in seen or list(value_findings(row)):
            continue
        seen.add(row["id"])
        article, found = _read_article(corpus, row)
        findings += found
        if article is not None and not found:
            yield article
    listed = {row["id"] for row in rows}
    findings += [
        Finding("article-unlisted", str(path))
        for path in sorted((corpus / "articles").glob("*"))
        if rows
        and not path.name.startswith(".")
        and (path.suffix != ".txt" or path.stem not in listed)
    ]


def value_findings(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (got, expected) for every value that is not of its kind."""
    if None in row or None in row.values():
        yield "a line with too few or too many values", "one a column"
        return
    if not _ID.fullmatch(row["id"]):
        yield f"id {row['id']!r}", "lower-case words joined by hyphens"
    if row["split"] not in SPLITS:
        yield f"split {row['split']!r}", " or ".join(SPLITS)
    if row["origin"] not in get_args(Origin):
        yield f"origin {row['origin']!r}", " or ".join(get_args(Origin))
    if not re.fullmatch(r"[0-9a-f]{64}", row["sha256"]):
        yield f"sha256 {row['sha256']!r}", "64 hexadecimal digits"
    if row["date"] and not _is_date(row["date"]):
        yield f"date {row['date']!r}", "YYYY-MM-DD, or nothing"
    for column in _REQUIRED:
        if not row[column].strip():
            yield f"no {column}", "a value"


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
    unusable = UNUSABLE.search(text)
    if unusable or not text.strip():
        got = f"U+{ord(unusable[0]):04X} at {unusable.start()}" if unusable else "no text"
        expected = "text with LF line ends, no byte order mark, no control characters"
        findings.append(Finding("article-characters", str(path), row["id"], got, expected))
    known = {column: row[column] or None for column in ("title", "publisher", "date")}
    given = {k: v for k, v in row.items() if k not in known and k != "phenomena"}
    return Article(text=text, **given, **known), findings  # type: ignore[arg-type]
