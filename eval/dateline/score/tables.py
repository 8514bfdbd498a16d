"""Scores as tables, in text and in HTML."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from dateline.statistics import PRF, Interval

if TYPE_CHECKING:
    from .result import LayerScore, Score

_NORMALISED = "-normalised"
COLUMNS = ("precision", "recall", "F1", "gold")
WIDTH = 24


def table(scored: "Score", per_type: bool = False) -> Iterator[str]:
    """Yield the lines of a table of all scores, in per cent."""
    for name, layer in scored._asdict().items():
        if layer is None:
            yield f"{name}: not handed in"
        else:
            yield from layer_lines(layer, per_type)
        yield ""


def layer_lines(layer: "LayerScore", per_type: bool = False) -> Iterator[str]:
    """Yield the lines of a layer's table.

    The score that ranks comes first. Where a score is also counted with normalised boundaries, that
    F1 stands in a column of its own.
    """
    beside = any(name.endswith(_NORMALISED) for name in layer.results)
    head = f"{layer.layer:<{WIDTH}}{COLUMNS[0]:>11}{COLUMNS[1]:>9}{COLUMNS[2]:>9}"
    yield f"{head}{COLUMNS[3]:>8}{'95 % of F1':>16}" + "   F1 normalised" * beside
    for row in _rows(layer, per_type):
        if row.figures is None:
            yield f"{row.name:<{WIDTH}}{row.why:>11}"
            continue
        cells = "".join(
            f"{100 * value:{width}.2f}"
            for value, width in zip(row.figures[:3], (11, 9, 9), strict=True)
        )
        ends = f"{row.interval:>16}{row.normalised:>16}"
        yield f"{row.name:<{WIDTH}}{cells}{row.figures.support:8}{ends}".rstrip()
    yield from _refused(layer)


def _refused(layer: "LayerScore") -> Iterator[str]:
    """Yield why scores have no interval: once where it is the same for all."""
    there = {name: result for name, result in layer.results.items() if result is not None}
    whose: dict[str, list[str]] = {}
    for name, result in there.items():
        if result.no_interval and not name.endswith(_NORMALISED):
            whose.setdefault(result.no_interval, []).append(name)
    for why, names in whose.items():
        everywhere = all(result.no_interval == why for result in there.values())
        yield f"no interval{'' if everywhere else ' of ' + ', '.join(names)}: {why}"


class _Row(NamedTuple):
    name: str
    figures: PRF | None
    why: str = ""
    """Why there are no figures."""
    interval: str = ""
    normalised: str = ""


def interval_text(interval: Interval | None) -> str:
    """Return an interval in per cent, such as ``61.0–74.2``; empty if there is none."""
    return "" if interval is None else f"{100 * interval.low:.1f}–{100 * interval.high:.1f}"


def _rows(layer: "LayerScore", per_type: bool) -> Iterator[_Row]:
    order = sorted(layer.results, key=lambda name: name != layer.ranked_by)
    for name in order:
        if name.endswith(_NORMALISED):
            continue
        result = layer.results[name]
        if result is None:
            yield _Row(name, None, layer.missing)
            continue
        normalised = layer.results.get(name + _NORMALISED)
        beside = f"{100 * normalised.f1:.2f}" if normalised else ""
        yield _Row(name, result.micro, "", interval_text(result.interval), beside)
        if name == layer.ranked_by:
            types = len(result.per_type)
            yield _Row(f"  macro, {types} type{'s' * (types != 1)}", result.macro)
            yield _Row("  weighted", result.weighted)
        if per_type and len(result.labels) > 1:
            for label, figures in result.per_type.items():
                yield _Row(f"    {label}", figures)


def html(layers: Mapping[str, "LayerScore | None"]) -> str:
    """Return tables of all scores as HTML, for a notebook; by the names of their layers."""
    rows = []
    for name, layer in layers.items():
        heads = (name, *COLUMNS, "95 % of F1", "F1 normalised")
        rows.append("".join(f"<th>{head}</th>" for head in heads))
        for row in _rows(layer, per_type=False) if layer else [_Row("", None, "not handed in")]:
            figures = row.figures
            cells = (
                [f"{100 * value:.2f}" for value in figures[:3]] if figures else [row.why, "", ""]
            )
            cells += [str(figures.support) if figures else "", row.interval, row.normalised]
            rows.append("".join(f"<td>{cell}</td>" for cell in (row.name.strip(), *cells)))
        refused = _refused(layer) if layer else ()
        rows += [f'<td colspan="{len(heads)}">{why}</td>' for why in refused]
    return "\n".join(["<table>", *(f"<tr>{row}</tr>" for row in rows), "</table>"])
