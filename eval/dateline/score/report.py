"""What a score is made of, as text: errors in context, confusions, slices."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dateline.bio import LabelledSpan
from dateline.documents import Span, printable

from .analysis import ERROR_KINDS, Confusion, Error, Slice
from .tables import COLUMNS, WIDTH


def error_lines(layer: str, errors: Sequence[Error], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield every error of a layer with its text in context, by kind.

    Args:
        layer: Its name.
        errors: As `Comparison.errors` returns them.
        texts: Article id → text.
    """
    groups: dict[str, list[Error]] = defaultdict(list)
    for error in errors:
        groups[error.kind].append(error)
    said = ", ".join(f"{len(groups[kind])} {kind}" for kind in ERROR_KINDS if groups[kind])
    yield f"{layer}: {said or 'no error'}"
    for kind in ERROR_KINDS:
        if groups[kind]:
            yield f"{kind} ({len(groups[kind])})"
        for error in groups[kind]:
            text = texts[error.article]
            shown = error.gold or error.said or (0, 0, "")
            yield f"  {error.article}: {printable(Span(*shown[:2]).in_context(text))}"
            sides = (("gold", error.gold), ("said", error.said))
            yield "    " + ", ".join(
                f"{name} {printable(_said(s, text))}" for name, s in sides if s
            )
    yield ""


def _said(span: LabelledSpan, text: str) -> str:
    start, end, label = span
    said = text[start:end].replace("\n", " ")
    return f"{label} [{said if len(said) <= 60 else said[:29] + ' … ' + said[-28:]}]"


def confusion_lines(layer: str, found: Confusion) -> Iterator[str]:
    """Yield for each label of gold what the prediction has instead, most often first."""
    yield f"{layer}: gold, and what the prediction has there (spans that overlap)"
    names = [*found.labels, "nothing"]
    for name, row in zip(names, found.table.tolist(), strict=True):
        there = sorted(((-n, other) for n, other in zip(row, names, strict=True) if n))
        if there:
            yield f"  {name:<14}" + ", ".join(f"{other} {-n}" for n, other in there)
    yield ""


def slice_lines(slices: Iterable[Slice]) -> Iterator[str]:
    """Yield the lines of a table of slices."""
    before = None
    for one in slices:
        head = f"{one.layer} {one.score} by {one.by}"
        if head != before:
            yield from ("",) if before else ()
            yield f"{head:<{WIDTH + 11}}" + "".join(f"{column:>10}" for column in COLUMNS)
        before = head
        cells = "".join(f"{100 * value:10.2f}" for value in one.figures[:3])
        yield f"  {one.value:<{WIDTH + 9}}{cells}{one.figures.support:10}"
    yield ""
