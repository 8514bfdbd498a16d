r"""CoNLL columns: a token a line, its tag in the last column; gold and prediction in two files.

Columns are parted by tabs, or by spaces in a line without a tab; a file has as many in every line.
The token is the first of two columns or more; of three or more it is the second where the first is
a number in every line of the file (``7``, or CoNLL-U's ``7-8`` and ``7.1``). Other columns are not
looked at. Empty lines part sentences, lines that begin with the column ``-DOCSTART-`` part
documents. A line that begins with the column ``#`` is a comment, unless it has the columns and the
tag of a token line. Units, which statistics resample, are documents where a file has ``-DOCSTART-``
lines, else sentences.

Schemes: in IOB2 every span of type X is ``B-X I-X I-X``; in IOB1 it is ``I-X I-X I-X``, and ``B-X``
only where it follows a span of X at once (Tjong Kim Sang and Veenstra, *Representing Text Chunks*,
1999); in IOBES it is ``B-X I-X E-X`` or ``S-X`` (Ratinov and Roth 2009, as BILOU). Not every
sequence of tags is one of a scheme. Where it is not, the spans are a matter of convention, and the
conventions have the names of SeqScore (Palen-Michel, Holley and Lignos 2021): "conlleval" takes
spans as conlleval.pl and seqeval's default do, "discard" as seqeval's ``mode="strict"`` does.

>>> decode(["I-PER", "I-PER", "O", "B-ORG"], "IOB2", "conlleval")
[(0, 2, 'PER'), (3, 4, 'ORG')]
>>> decode(["I-PER", "I-PER", "O", "B-ORG"], "IOB2", "discard")
[(3, 4, 'ORG')]
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

from .bio import LabelledSpan
from .documents import InvalidPrediction, printable

Scheme = Literal["IOB1", "IOB2", "IOBES"]
Repair = Literal["conlleval", "discard"]

LINE_LIMIT = 1 << 20
"""Bytes that a line may have."""
LINES_LIMIT = 10_000_000
"""Lines that a file may have; a pipe may have no end."""
BYTES_LIMIT = 1 << 30
"""Bytes that a file may have."""

TAG = re.compile(r"O|[BIES]-(?!-)\S+(?<!-)")
"""A label has no hyphen at its ends: seqeval's modes would read it differently."""

_DOCSTART = "-DOCSTART-"
_NUMBER = re.compile(r"[0-9]+(?:[-.][0-9]+)?")


class Malformed(NamedTuple):
    """A place where a tag may not follow the one before it."""

    line: int
    """Of the tag, or of the last token where the sentence may not end; from 1."""
    before: str
    """The tag before; empty at the start of a sentence."""
    tag: str
    """The tag; empty at the end of a sentence."""
    expected: str

    def __str__(self) -> str:
        tag = self.tag or "the end of the sentence"
        before = self.before or "the start of the sentence"
        return f"line {self.line}: {tag} after {before}; expected {self.expected}"


class Unit(NamedTuple):
    """A document, or a sentence in a file without ``-DOCSTART-`` lines."""

    id: str
    """``document 3, line 120`` or ``sentence 12, line 345``: its place, and its first token's line.

    All count from 1; documents and sentences without a token do not count.
    """
    tokens: tuple[str, ...]
    """Empty strings where the file has no token column."""
    spans: tuple[LabelledSpan, ...]
    """In order, with half-open token indices in the unit; none crosses the end of a sentence."""


class ColumnFile(NamedTuple):
    """What a file in CoNLL columns says."""

    path: str
    """As messages have it: what does not print is escaped."""
    scheme: Scheme
    declared: bool
    """Whether the scheme was given, and not found out."""
    unit: Literal["document", "sentence"]
    units: tuple[Unit, ...]
    sentences: int
    """How many there are."""
    malformed: tuple[Malformed, ...]
    """Every place that the scheme does not allow, whether or not it was repaired."""


def decode(tags: Sequence[str], scheme: Scheme, repair: Repair | None = None) -> list[LabelledSpan]:
    """Return the spans that the *tags* of one sentence say, in order.

    Args:
        tags: ``O``, or ``B-``, ``I-``, ``E-`` or ``S-`` with a label.
        scheme: What "discard" holds the tags to.
        repair: "conlleval" gives seqeval's ``get_entities``: a span begins wherever none can be
            carried on. "discard" and None give seqeval's ``Entities`` of *scheme*, the well-formed
            spans alone; with two oddities in IOB1, see `_strict`.

    Returns:
        ``(start, end, label)``, half-open indices of tags.
    """
    spans: list[LabelledSpan] = []
    start, before = 0, "O"
    for i, tag in enumerate([*tags, "O"]):
        if before[0] not in "BI" or tag[0] not in "IE" or tag[2:] != before[2:]:
            if before != "O":
                spans.append((start, i, before[2:]))
            start = i
        before = tag
    if repair == "conlleval":
        return spans
    return [strict for span in spans for strict in _strict(tags, span, scheme)]


def _strict(tags: Sequence[str], span: LabelledSpan, scheme: Scheme) -> Iterator[LabelledSpan]:
    """Yield what seqeval's strict mode makes of a lenient span: it, a part of it, or nothing.

    For IOB1 that is not only what is malformed. A ``B-X`` that may not stand there is left out of
    its span, which then begins at the ``I-X`` after it; and a ``B-X`` that may is lost before
    ``B-Y``, which may not.
    """
    start, end, label = span
    first, last = tags[start][0], tags[end - 1][0]
    if scheme == "IOB2":
        kept = first == "B"
    elif scheme == "IOBES":
        kept = first + last in ("BE", "SS")
    elif first == "B" and (start == 0 or tags[start - 1][2:] != label):
        start += 1
        kept = start < end
    else:
        after = tags[end] if end < len(tags) else "O"
        kept = last == "I" or after[0] != "B" or after[2:] == label
    if kept:
        yield start, end, label


def misplaced(tags: Sequence[str], scheme: Scheme) -> Iterator[tuple[int, str]]:
    """Yield the index of every tag that may not follow the one before it, and what was expected.

    Index ``len(tags)`` stands for the end of the sentence, which comes too early in IOBES.

    >>> list(misplaced(["O", "I-PER", "B-PER"], "IOB2"))
    [(1, 'B-PER')]
    >>> list(misplaced(["O", "I-PER", "B-PER"], "IOBES"))
    [(1, 'B-PER or S-PER'), (2, 'I-PER or E-PER'), (3, 'I-PER or E-PER')]
    """
    for i, (before, tag) in enumerate(itertools.pairwise(["O", *tags, "O"])):
        label, label_before = tag[2:], before[2:]
        if scheme == "IOBES":
            if before[0] in "BI":
                if tag[0] not in "IE" or label != label_before:
                    yield i, f"I-{label_before} or E-{label_before}"
            elif tag[0] in "IE":
                yield i, f"B-{label} or S-{label}"
        else:
            follows, begins = "IB" if scheme == "IOB2" else "BI"
            if tag[0] == follows and label != label_before:
                yield i, f"{begins}-{label}"


def read_columns(
    path: str | Path, scheme: Scheme | None = None, repair: Repair | None = None
) -> ColumnFile:
    """Read one file.

    Args:
        path: A text in UTF-8, its lines ending with LF or CRLF.
        scheme: The scheme of its tags. None finds it out: IOBES where an ``E-`` or ``S-`` is, else
            IOB1 or IOB2, whichever makes fewer sentences malformed; IOB2 where none does.
        repair: How malformed tags become spans, see `decode`. With None the caller is to refuse a
            file that has any.

    Raises:
        InvalidPrediction: the file cannot be read, is not UTF-8 without a byte order mark, has more
            than `LINES_LIMIT` or `BYTES_LIMIT`, a line beyond `LINE_LIMIT`, one with a carriage
            return inside, without the columns of the others or a tag of the scheme, or no token.
            The message names file and line.
    """
    return _decoded(path, _read(path), scheme, ("IOB2", "IOB1"), repair)


def read_pair(
    gold: str | Path,
    predicted: str | Path,
    schemes: tuple[Scheme | None, Scheme | None] = (None, None),
    repair: Repair | None = None,
) -> tuple[ColumnFile, ColumnFile]:
    """Read gold and a prediction of the same tokens, sentences and documents.

    Args:
        gold: See `read_columns`.
        predicted: The same; its tokens are compared where both files have a token column.
        schemes: Of gold and of the prediction. What is not given is found out; for the prediction
            it is IOBES where an ``E-`` or ``S-`` is, else gold's scheme or IOB2, whichever makes
            fewer sentences malformed. IOB1 beside another gold must be declared.
        repair: For both.

    Raises:
        InvalidPrediction: as for `read_columns`; or the files differ in more than tags. The message
            names the first difference, with its line in both.
    """
    right, said = _read(gold), _read(predicted)
    named = all(sentences[0].lines[0].columns > 1 for sentences in (right, said))
    both = zip(_outline(right, named), _outline(said, named), strict=False)
    for (line, mine), (other, theirs) in both:
        if mine != theirs:
            raise InvalidPrediction(
                f"{_shown(predicted)}: line {other}: {theirs[:60]}, where {_shown(gold)}: "
                f"line {line} has {mine[:60]}; "
                f"expected the same tokens, sentences and documents in both"
            )
    gold_file = _decoded(gold, right, schemes[0], ("IOB2", "IOB1"), repair)
    # A system that learnt IOB2 says I- where it means B-; nothing in its tags tells that from IOB1.
    likely: tuple[Scheme, Scheme] = (gold_file.scheme, "IOB2")
    return gold_file, _decoded(predicted, said, schemes[1], likely, repair)


def to_columns(documents: Iterable[Iterable[tuple[Sequence[str], Sequence[str]]]]) -> str:
    r"""Return documents as columns: ``TOKEN<tab>TAG`` a token, in the way of CoNLL-2003.

    `read_columns` reads them, and so does the CoNLL loader of datasets, with the column names
    ``["tokens", "tags"]``.

    Args:
        documents: Of each its sentences, or what else may hold a span: tokens and their tags.
            Tokens are without white space, and no document or sentence is empty.

    >>> print(to_columns([[(["Oslo", "won"], ["B-ORG", "O"])]]).replace("\t", " "), end="")
    -DOCSTART- O
    <BLANKLINE>
    Oslo B-ORG
    won O
    <BLANKLINE>
    """
    blocks = []
    for document in documents:
        blocks.append(f"{_DOCSTART}\tO\n")
        for tokens, tags in document:
            pairs = zip(tokens, tags, strict=True)
            blocks.append("".join(f"{token}\t{tag}\n" for token, tag in pairs))
    return "".join(f"{block}\n" for block in blocks)


class _Line(NamedTuple):
    number: int
    columns: int
    token: str
    """The first of two columns or more; else empty."""
    second: str
    tag: str
    """The last column."""

    @property
    def first(self) -> str:
        return self.token or self.tag


class _Sentence(NamedTuple):
    document: int
    """The line of its ``-DOCSTART-``; 0 where it has none."""
    lines: list[_Line]

    @property
    def tags(self) -> list[str]:
        return [line.tag for line in self.lines]


def _shown(path: str | Path) -> str:
    return printable(str(path))


def _read(path: str | Path) -> list[_Sentence]:
    shown = _shown(path)
    try:
        sentences = list(_sentences(list(_lines(Path(path)))))
    except OSError as error:
        raise InvalidPrediction(
            f"{shown}: cannot be read ({error.strerror}); expected a file in CoNLL columns"
        ) from None
    except ValueError as error:
        raise InvalidPrediction(f"{shown}: {error}") from None
    if not sentences:
        raise InvalidPrediction(f"{shown}: no token; expected a line for each, its tag at the end")
    lines = itertools.chain.from_iterable(sentence.lines for sentence in sentences)
    if all(line.columns > 2 and _NUMBER.fullmatch(line.token) for line in lines):
        for sentence in sentences:
            sentence.lines[:] = [line._replace(token=line.second) for line in sentence.lines]
    return sentences


def _lines(path: Path) -> Iterator[_Line]:
    size = 0
    with path.open("rb") as file:
        for number in itertools.count(1):
            data = file.readline(LINE_LIMIT + 1)
            if not data:
                return
            size += len(data)
            if number > LINES_LIMIT or size > BYTES_LIMIT:
                raise ValueError(
                    f"line {number}: the file is too long; "
                    f"expected {LINES_LIMIT} lines and {BYTES_LIMIT} bytes at most"
                )
            text = data.removesuffix(b"\n").removesuffix(b"\r")
            if b"\r" in text:
                raise ValueError(
                    f"line {number}: a carriage return inside; "
                    f"expected lines that end with LF or CRLF"
                )
            if len(data) > LINE_LIMIT:
                raise ValueError(f"line {number}: too long; expected {LINE_LIMIT} bytes at most")
            try:
                line = text.decode()
            except UnicodeDecodeError:
                raise ValueError(f"line {number}: not UTF-8; expected a text in UTF-8") from None
            if number == 1 and line.startswith("\ufeff"):
                raise ValueError("line 1: begins with a byte order mark; expected UTF-8 without")
            parts = (part.strip(" ") for part in line.split("\t" if "\t" in line else " "))
            columns = [part for part in parts if part]
            token, second = columns[:2] if len(columns) > 1 else ("", "")
            yield _Line(number, len(columns), token, second, "".join(columns[-1:]))


def _sentences(lines: list[_Line]) -> Iterator[_Sentence]:
    """Part *lines* into sentences; comments are known by the columns of the first other line."""
    empty = _Line(0, 0, "", "", "")
    model = next((x for x in lines if x.columns and not _special(x)), empty)
    document, found = 0, list[_Line]()
    for line in [*lines, empty]:
        is_tag = TAG.fullmatch(line.tag) and line.tag.isprintable()
        if line.first == _DOCSTART or not line.columns:
            if found:
                yield _Sentence(document, found)
                found = []
            document = line.number if line.columns else document
        elif is_tag and line.columns == model.columns:
            found.append(line)
        elif not _special(line):
            _refuse(line, model)


def _special(line: _Line) -> bool:
    return line.first in (_DOCSTART, "#") or line.first.startswith("# ")


def _refuse(line: _Line, model: _Line) -> NoReturn:
    if line.columns != model.columns:
        raise ValueError(
            f"line {line.number}: columns: {line.columns}; "
            f"expected {model.columns}, as in line {model.number}"
        )
    raise ValueError(
        f"line {line.number}: {line.tag[:60]!r} is no tag; expected O, or B-, I-, E- or S- and a "
        f"label without a hyphen at its ends, in the last column "
        f"(of BILOU make IOBES: E- of L-, S- of U-)"
    )


def _outline(sentences: list[_Sentence], named: bool) -> Iterator[tuple[int, str]]:
    """Yield all that is no tag, with its line."""
    document = number = 0
    for sentence in sentences:
        if sentence.document != document:
            document = sentence.document
            yield document, _DOCSTART
        for line in sentence.lines:
            number = line.number
            yield number, repr(line.token) if named else "a token"
        yield number + 1, "the end of a sentence"
    yield number + 1, "the end of the file"


def _decoded(
    path: str | Path,
    sentences: list[_Sentence],
    declared: Scheme | None,
    likely: Sequence[Scheme],
    repair: Repair | None,
) -> ColumnFile:
    scheme = declared or _found(sentences, likely)
    lines = itertools.chain.from_iterable(sentence.lines for sentence in sentences)
    alien = next((line for line in lines if scheme != "IOBES" and line.tag[0] in "ES"), None)
    if alien:
        raise InvalidPrediction(
            f"{_shown(path)}: line {alien.number}: {alien.tag[:60]!r} is no tag of {scheme}; "
            f"expected O, B- or I-, or to be told that the scheme is IOBES"
        )
    unit: Literal["document", "sentence"] = "document" if sentences[-1].document else "sentence"
    groups = itertools.groupby(
        sentences, lambda found: found.document if unit == "document" else found.lines[0].number
    )
    return ColumnFile(
        _shown(path),
        scheme,
        declared is not None,
        unit,
        tuple(
            _unit(f"{unit} {number}", list(group), scheme, repair)
            for number, (_, group) in enumerate(groups, 1)
        ),
        len(sentences),
        tuple(place for sentence in sentences for place in _malformed(sentence, scheme)),
    )


def _found(sentences: list[_Sentence], likely: Sequence[Scheme]) -> Scheme:
    """Return the scheme that makes the fewest sentences malformed, of several the first."""
    tags = [sentence.tags for sentence in sentences]
    if any(tag[0] in "ES" for sentence in tags for tag in sentence):
        return "IOBES"
    return min(likely, key=lambda scheme: sum(any(misplaced(x, scheme)) for x in tags))


def _unit(name: str, sentences: list[_Sentence], scheme: Scheme, repair: Repair | None) -> Unit:
    tokens: list[str] = []
    spans: list[LabelledSpan] = []
    for sentence in sentences:
        at = len(tokens)
        decoded = decode(sentence.tags, scheme, repair)
        spans += [(at + start, at + end, label) for start, end, label in decoded]
        tokens += [line.token for line in sentence.lines]
    id = f"{name}, line {sentences[0].lines[0].number}"
    return Unit(id, tuple(tokens), tuple(spans))


def _malformed(sentence: _Sentence, scheme: Scheme) -> Iterator[Malformed]:
    tags = ["", *sentence.tags, ""]
    for i, expected in misplaced(sentence.tags, scheme):
        line = sentence.lines[min(i, len(sentence.lines) - 1)]
        yield Malformed(line.number, tags[i], tags[i + 1], expected)
