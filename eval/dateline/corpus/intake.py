"""A text taken in: made what an article must be, given a story and a split, written and listed."""

import bisect
import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from dateline import files
from dateline.documents import SPLITS, Article, Finding, InvalidCorpus, Split, errors

from .overlap import LEAK, Overlap, overlap
from .source import COLUMNS, MANIFEST, UNUSABLE, read_articles, read_manifest, value_findings

SHARES: dict[Split, int] = {"train": 3, "validation": 1, "test": 2}
"""How many articles of a corpus are in each split, in parts of all."""

DEFAULTS = {"language": "en", "licence": "CC-BY-4.0", "origin": "original"}
"""What a text is unless it is said otherwise. A given text is not by whoever takes it in: its
licence and publisher must be said."""


_SHOWN = 3
"""Articles that a refusal names."""


class TakenIn(NamedTuple):
    """An article, and how it came to be what it is."""

    row: dict[str, str]
    """Its line of the manifest, by column."""
    path: Path
    normalised: list[str]
    """What was made otherwise in the text, in words."""
    why_story: str
    """Where it has its story from."""
    why_split: str
    """Where it has its split from."""
    is_new: bool
    """False if the same text was there already, and nothing was written."""


def take_in(corpus: Path, data: bytes, id: str, said: Mapping[str, str]) -> TakenIn:
    """Write an article and its line in the manifest: both, or neither.

    Args:
        corpus: A corpus folder; an empty one becomes a corpus.
        data: The text, as it is in somebody's file.
        id: The article's.
        said: Column → value, for what is known. A story and a split that are absent are proposed.

    Raises:
        InvalidCorpus: text or values cannot be, the corpus is not sound, this id or this text is
            another article's, or the article shares text with another split.
    """
    text, normalised = normalise(data)
    digest = hashlib.sha256(text.encode()).hexdigest()
    said = {key: unicodedata.normalize("NFC", " ".join(of.split())) for key, of in said.items()}
    row = {**dict.fromkeys(COLUMNS, ""), **DEFAULTS, "story": id, "split": SPLITS[0], **said}
    row |= {"id": id, "sha256": digest}
    problems = [f"{got}; expected {expected}" for got, expected in _problems(row, said)]
    if problems:
        raise InvalidCorpus("; ".join(problems))
    path = corpus / "articles" / f"{id}.txt"
    rows, articles = _there(corpus, path)
    there = next((each for each in rows if each["id"] == id), None)
    if there is not None:
        _refuse_other(there, said, text, path)
        return TakenIn(there, path, normalised, "", "", False)
    _refuse_copy(articles, text, path)
    found = [overlap(other, Article(id, text)) for other in articles]
    row["story"], why_story = _story(found, id, said.get("story"))
    row["split"], why_split = _split(found, row["story"], said.get("split"))
    article = Article(id, text, cast(Split, row["split"]), row["story"])
    found = [pair._replace(second=article) for pair in found]
    leaks = sorted((pair for pair in found if pair.is_leak), key=lambda pair: -pair.share)
    if leaks:
        shared = "; ".join(map(str, leaks[:_SHOWN]))
        more = f"; and with {len(leaks) - _SHOWN} more" if len(leaks) > _SHOWN else ""
        raise InvalidCorpus(
            f"in {article.split}, but it shares text with another split: {shared}{more}; "
            f"expected less than {LEAK:.0%}, or the article in that story and split"
        )
    other = next((a.split for a in articles if a.story == article.story), article.split)
    if other != article.split:
        raise InvalidCorpus(
            f"split {article.split!r}, but the story {article.story!r} is in {other}; expected "
            f"{other}, or another story"
        )
    _write(corpus / MANIFEST, path, row, text)
    return TakenIn(row, path, normalised, why_story, why_split, True)


def normalise(data: bytes) -> tuple[str, list[str]]:
    r"""Return the text of a file as an article has it, and in words what was made otherwise.

    That is UTF-8 in Unicode form NFC, in which a letter with its accent is one character and thus
    within a token; LF line ends, no white space before them, no blank lines at either end.

    >>> normalise(b"\xef\xbb\xbfOne.\r\nTwo.\n")
    ('One.\nTwo.\n', ['byte order mark taken off', '1 line end made LF'])

    Raises:
        InvalidCorpus: it is not UTF-8, holds characters that no article can, or nothing.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidCorpus(
            f"not UTF-8 at byte {error.start}; expected a text file in UTF-8"
        ) from None
    done = []
    if text.startswith("\ufeff"):
        text = text[1:]
        done.append("byte order mark taken off")
    text, ends = re.subn("\r\n?|[\u2028\u2029]", "\n", text)
    if ends:
        done.append(f"{_several(ends, 'line end')} made LF")
    unusable = UNUSABLE.search(text)
    if unusable:
        before = text[: unusable.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise InvalidCorpus(
            f"U+{ord(unusable[0]):04X} in line {line}, column {column}; "
            "expected no control characters, and no byte order mark inside"
        )
    lines = [line.rstrip() for line in text.split("\n")]
    trailing = sum(line != before for line, before in zip(lines, text.split("\n"), strict=True))
    if trailing:
        done.append(f"white space taken off {_several(trailing, 'line')}")
    composed = [unicodedata.normalize("NFC", line) for line in lines]
    other = sum(line != before for line, before in zip(composed, lines, strict=True))
    if other:
        done.append(f"{_several(other, 'line')} put into Unicode form NFC")
    body = "\n".join(composed).strip("\n")
    if not body:
        raise InvalidCorpus("no text; expected some")
    blank = len(composed) - body.count("\n") - 1 - (composed[-1] == "")
    if blank:
        done.append(f"{_several(blank, 'blank line')} taken off the ends")
    if composed[-1]:
        done.append("line end added after the last line")
    return f"{body}\n", done


def _several(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _there(corpus: Path, path: Path) -> tuple[list[dict[str, str]], list[Article]]:
    """Return what a corpus has; a file that an interrupted intake has left at *path* is not seen.

    Raises:
        InvalidCorpus: it is no corpus, or has errors.
    """
    texts = (other for other in path.parent.glob("*") if other != path)
    if corpus.is_dir() and not (corpus / MANIFEST).exists() and not any(texts):
        return [], []
    articles, findings = read_articles(corpus)
    left = Finding("article-unlisted", str(path))
    wrong = [finding for finding in errors(findings) if finding != left]
    if wrong:
        raise InvalidCorpus("\n".join(map(str, wrong)))
    return read_manifest(corpus)[0], articles


def _problems(row: dict[str, str], said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (got, expected) for every value that cannot be."""
    yield from value_findings(row)
    for column, value in row.items():
        if UNUSABLE.search(value):
            yield f"{column} {value!r}", "no control characters"
    if row["origin"] == "given":
        for column in ("licence", "publisher"):
            if not said.get(column):
                yield f"a given text without {column}", f"the {column} that it has"


def _refuse_other(row: Mapping[str, str], said: Mapping[str, str], text: str, path: Path) -> None:
    """Refuse what is not the article that is there."""
    if path.read_bytes() != text.encode():
        raise InvalidCorpus(
            f"{path}: there already with another text; expected another id, for the text of an "
            "article never changes"
        )
    for column, value in said.items():
        if row[column] != value:
            raise InvalidCorpus(
                f"{path}: there already, with {column} {row[column]!r}, not {value!r}; expected "
                f"that, or {MANIFEST} edited"
            )


def _refuse_copy(articles: Sequence[Article], text: str, path: Path) -> None:
    """Refuse the text of another article, and a path where something else lies."""
    copy = next((article.id for article in articles if article.text == text), None)
    if copy is not None:
        raise InvalidCorpus(f"the text is that of {copy!r}; expected one that is not there yet")
    if path.exists() and path.read_bytes() != text.encode():
        raise InvalidCorpus(
            f"{path}: there already, without a line in {MANIFEST}, and not this text as an "
            "article has it; expected it moved away"
        )


def _nearest(found: Sequence[Overlap]) -> Overlap | None:
    """Return the pair that shares most, the first of several, None where nothing is shared."""
    nearest = max(found, key=lambda pair: pair.share, default=None)
    return nearest if nearest is not None and nearest.shared else None


def _story(found: Sequence[Overlap], id: str, said: str | None) -> tuple[str, str]:
    """Return a story for an article, and why."""
    nearest = _nearest(found)
    if said is not None:
        return said, "as was said"
    if nearest is not None and nearest.share >= LEAK:
        return nearest.first.story, f"of which it shares {nearest}"
    if any(pair.first.story == id for pair in found):
        return id, "which is there and has the article's id"
    if nearest is not None:
        return id, f"a new one; of any other article it shares at most {nearest}"
    return id, "a new one; no other article has any of its 8-grams"


def _split(found: Sequence[Overlap], story: str, said: str | None) -> tuple[Split, str]:
    """Return a split for an article of a story, and why.

    That of the story; that of the article it shares text with; else the one that is furthest below
    its part (`SHARES`) of all articles, the first of several.
    """
    if said is not None:
        return cast(Split, said), "as was said"
    there = next((pair.first.split for pair in found if pair.first.story == story), None)
    if there is not None:
        return there, "that of its story"
    nearest = _nearest(found)
    if nearest is not None and nearest.share >= LEAK:
        return nearest.first.split, f"that of {nearest.first.id!r}"
    counts = Counter(pair.first.split for pair in found)
    parts, wanted = sum(SHARES.values()), ":".join(str(SHARES[split]) for split in SPLITS)
    below = {split: SHARES[split] * (len(found) + 1) - parts * counts[split] for split in SPLITS}
    shares = ", ".join(f"{split} {counts[split]}" for split in SPLITS)
    return max(SPLITS, key=lambda split: below[split]), f"furthest below {wanted} ({shares})"


def _write(manifest: Path, path: Path, row: Mapping[str, str], text: str) -> None:
    """Write an article and the manifest with its line; both are whole before either is moved in."""
    had = ",".join(COLUMNS) + "\n"
    if manifest.exists():
        had = manifest.read_bytes().decode("utf-8-sig")
    was_there = path.exists()
    try:
        with files.replacing(manifest) as listing, files.replacing(path) as file:
            listing.write(with_row(had, row).encode())
            file.write(text.encode())
    except BaseException:
        if not was_there:
            path.unlink(missing_ok=True)
        raise


def with_row(manifest: str, row: Mapping[str, str]) -> str:
    """Return a manifest with one line more, all others as they were.

    It comes where its id belongs if the lines are ordered by id, else last.
    """
    lines = list(io.StringIO(manifest, newline=""))
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if not lines[-1].endswith(("\r", "\n")):
        lines[-1] += ending
    reader = csv.DictReader(lines)
    columns = list(reader.fieldnames or ())
    ends = [reader.line_num]
    ids = []
    for each in reader:
        ids.append(each["id"])
        ends.append(reader.line_num)
    at = bisect.bisect(ids, row["id"]) if ids == sorted(ids) else len(ids)
    line = io.StringIO(newline="")
    csv.DictWriter(line, columns, lineterminator=ending).writerow(row)
    lines.insert(ends[at], line.getvalue())
    return "".join(lines)
