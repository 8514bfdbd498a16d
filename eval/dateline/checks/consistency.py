"""What gold should stand up to by itself, and the exceptions that somebody has vouched for.

``annotations/exceptions.csv`` has a line for each place where a finding of this module is right as
it is: the finding's name, the article, the text that the finding shows, and the reason.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from dateline.documents import Document, Finding, Span, occurrence
from dateline.tokens import paragraphs, tokenize

FILE = "exceptions.csv"
_COLUMNS = ["finding", "article", "text", "reason"]

CUES = frozenset(
    "said say says saying told tells asked asks added adds wrote writes replied replies announced "
    "announces claimed claims denied denies stated states explained recalled recalls".split()
)
"""Forms that are nearly always the cue of a quote: where they are none, somebody should look."""


class Exempt(NamedTuple):
    """A finding that is right as it is."""

    finding: str
    article: str
    text: str


def read_exceptions(annotations: Path) -> tuple[dict[Exempt, str], list[Finding]]:
    """Return the exceptions with their reasons; none where there is no file.

    Findings: exception-unreadable.
    """
    path = annotations / FILE
    if not path.is_file():
        return {}, []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != _COLUMNS:
            got, expected = ", ".join(reader.fieldnames or ()), ", ".join(_COLUMNS)
            return {}, [Finding("exception-unreadable", str(path), "", got, expected)]
        found, findings = {}, []
        for row in reader:
            values = [row[column] for column in _COLUMNS]
            if None in row or not all(value and value.strip() for value in values):
                where = f"{path} line {reader.line_num}"
                findings.append(Finding("exception-unreadable", where, "", "", "four values"))
            else:
                found[Exempt(*values[:3])] = values[3]
    return found, findings


def consistency_findings(
    documents: Sequence[Document],
    files: Mapping[str, str],
    exceptions: Mapping[Exempt, str],
) -> list[Finding]:
    """Check gold for what an annotator may have overlooked.

    Findings: quotation-unquoted, label-varies, cue-unquoted; exception-unused for exceptions that
    nothing was found for.
    """
    findings, used = [], set()
    for document in documents:
        for name, text, got in _places(document):
            exempt = Exempt(name, document.id, text)
            if exempt in exceptions:
                used.add(exempt)
            else:
                findings.append(Finding(name, files.get(document.id, ""), document.id, got))
    findings += [
        Finding("exception-unused", FILE, exempt.article, f"{exempt.finding} {exempt.text!r}")
        for exempt in exceptions
        if exempt not in used
    ]
    return findings


def _places(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield the finding, the text that an exception names, and what to show."""
    for span in _quotations(document.text):
        contents = [fragment for quote in document.quotes for fragment in quote.fragments]
        if not any(span in content for content in contents):
            said = _numbered(document.text, span)
            yield "quotation-unquoted", said, said
    labels = defaultdict(set)
    for entity in document.entities:
        labels[entity.of(document.text)].add(entity.label)
    for name, of in sorted(labels.items()):
        if len(of) > 1:
            yield "label-varies", name, f"{name!r}: {', '.join(sorted(of))}"
    cues = [quote.cue for quote in document.quotes if quote.cue]
    for start, end in tokenize(document.text):
        span = Span(start, end)
        contents = [fragment for quote in document.quotes for fragment in quote.fragments]
        if (
            span.of(document.text).lower() in CUES
            and not any(span in cue for cue in cues)
            and not any(span in content for content in contents)
        ):
            said = _numbered(document.text, span)
            yield "cue-unquoted", said, said


def _quotations(text: str) -> Iterator[Span]:
    """Yield what stands between double quotation marks; one left open ends with its paragraph."""
    for start, end in paragraphs(text):
        for match in re.finditer("“[^“”]*(?:”|$)|«[^«»]*(?:»|$)", text[start:end]):
            yield Span(start + match.start(), start + match.end())


def _numbered(text: str, span: Span) -> str:
    """Return a span's text, with the number of its occurrence where there are several."""
    n = occurrence(text, span)
    return span.of(text) + ("" if n is None else f"#{n}")
