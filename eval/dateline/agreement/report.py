"""Agreement as text: a table, and the list of all disagreements."""

from collections.abc import Iterator, Mapping, Sequence

from dateline.documents import LAYERS, Article

from .disagreements import Disagreement, by_kind
from .measures import MEASURES, Agreement, Row

_NO_OVERLAP = ("whole quote", "speaker")
"""Rows of which overlap says nothing new."""


def table(found: Agreement) -> Iterator[str]:
    """Yield the lines of a table of all figures, in per cent."""
    names, several = ", ".join(found.versions), len(found.pairs) > 1
    yield f"{names}: {len(found.articles)} articles" + " (pairs pooled)" * several
    yield ""
    columns = ("any label", "overlap", "any label")
    head = f"{'F1':<16}{'n':>6}{'exact':>8}{'':15}" + "".join(f"{c:>11}" for c in columns)
    yield f"{head}{'alpha':>9}"
    group = ""
    for row in found.rows:
        if row.group in (*LAYERS, "whole quote") and not row.label:
            yield from () if not group else ("",)
        group = row.group
        yield _line(row)
        if several and row.group in LAYERS and not row.label:
            for pair, counts in zip(found.pairs, row.counts, strict=True):
                yield _line(row._replace(counts=counts[None], alpha=None), "/".join(pair))
    yield ""
    yield f"{'on equal spans':<16}{'n':>6}{'same':>11}{'alpha':>11}"
    for attribute in found.attributes:
        alpha = f"{_figure(attribute.alpha, 1):>11}{_ends(attribute.interval, 1)}"
        yield f"{attribute.name:<16}{attribute.n:>6}{_figure(attribute.agreed):>11}{alpha}"
    yield ""
    yield "n: annotations on both sides (on equal spans: the spans). exact, overlap: the same"
    yield "boundaries, or a shared character; the same label, or any. Links: on quotes that share"
    yield "content, on events that share a trigger. alpha: Krippendorff's, for spans unitizing over"
    yield "characters. [ ]: 95 % intervals over articles, given from ten articles on."


def _line(row: Row, name: str = "") -> str:
    shown: tuple[str, ...] = MEASURES[:2] if row.group in _NO_OVERLAP else MEASURES
    if row.group in ("source", "cue", "speaker"):
        shown = tuple(m for m in shown if not m.endswith("any_label"))
    others = "".join(f"{_figure(row.f1(m) if m in shown else None):>11}" for m in MEASURES[1:])
    alpha = ""
    if row.group in LAYERS and not name:
        alpha = f"{_figure(row.alpha, 1):>9}{_ends(row.alpha_interval, 1)}"
    name = f"  {name or row.label}" if name or row.label else row.group
    exact = f"{_figure(row.f1()):>8}{_ends(None if row.label else row.interval()):<15}"
    return f"{name:<16}{row.n:>6}{exact}{others}{alpha}".rstrip()


def _figure(value: float | None, scale: int = 100) -> str:
    if value is None:
        return "–"
    return f"{scale * value:.1f}" if scale == 100 else f"{value:.2f}"


def _ends(interval: tuple[float, float] | None, scale: int = 100) -> str:
    if interval is None:
        return ""
    low, high = (_figure(end, scale) for end in interval)
    return f" [{low}, {high}]"


def listing(found: Sequence[Disagreement], articles: Mapping[str, Article]) -> Iterator[str]:
    """Yield the lines of a list of all disagreements with their text in context, by kind."""
    for kind, group in by_kind(found).items():
        yield f"{kind} ({len(group)})"
        for one in group:
            yield f"  {one.article}: {one.span.in_context(articles[one.article].text)}"
            for note in one.notes:
                yield f"    {note}"
            for name, lines in one.versions.items():
                first, *rest = lines or ("(nothing)",)
                yield f"    {name}: {first}"
                yield from (f"    {'':{len(name)}}  {line}" for line in rest)
        yield ""
    yield f"{len(found)} disagreements"
